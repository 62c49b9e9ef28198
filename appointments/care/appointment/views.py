"""One appointment: look at it, move it, cancel it, record its outcome."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any
from uuid import UUID

from django.core.exceptions import ValidationError
from django.forms import BoundField
from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from access.audit import record
from access.decorators import audience
from access.enums import CARE_ROLES, Verb
from access.repeats import NOT_OF_THE_FORM
from access.requests import DoorRequest
from appointments import booking
from appointments.booking.history import is_of_today, last_standing
from appointments.booking.outcome import ALLOWED
from appointments.booking.summonses import chain_of
from appointments.care.appointment.forms import CancelForm, CauseForm, MoveForm, NotComeForm, ReasonForm
from appointments.care.booking.views import free_with_exposure, is_crowded, overbooking_of
from appointments.care.history import lines_of
from appointments.care.pages import back_to_day, layout_for
from appointments.models import Agenda, Appointment
from appointments.models.enums.appointment import CancelReason, ChangeKind, RefusalCause, Status
from appointments.rights import appointments_visible_to, get_visible_or_404, rights_of

MISSED = frozenset({Status.NOT_COME, Status.CANCELLED})


def visible(request: DoorRequest, key: UUID) -> Appointment:
    """Return the appointment if the user sees its agenda; Http404 otherwise."""
    rows = appointments_visible_to(rights_of(request)).with_names()
    return get_visible_or_404(rows.select_related("session", "booked_by", "agenda__establishment"), key)


@audience(*CARE_ROLES)
@require_safe
def appointment(request: DoorRequest, key: UUID) -> HttpResponse:
    shown = visible(request, key)
    record(by=request.user, verb=Verb.READ, target=shown, establishment=request.establishment)
    return show(request, shown)


def show(
    request: DoorRequest, shown: Appointment, *, status: int = 200, refusal: str = "", **forms: Any
) -> HttpResponse:
    """Return the page; `forms` holds the one that was sent, with what was typed in it."""
    can_book = shown.agenda_id in rights_of(request).bookable_keys
    is_over = shown.status == Status.BOOKED and booking.is_over(shown)
    is_open = shown.status == Status.BOOKED and can_book and not is_over
    is_missed = (shown.status in MISSED or is_over) and can_book
    local = shown.starts_at.astimezone(request.establishment.zone)
    initial = {"revision": shown.revision}
    where = {"agenda": shown.agenda_id, "day": local.date(), "time": local.time()}
    context = {
        "layout": layout_for(request),
        "appointment": shown,
        "refusal": refusal,
        "can_book": can_book,
        "is_open": is_open,
        "is_missed": is_missed,
        "is_over": is_over,
        **possible_changes(request, shown),
        **past_of(request, shown),
        "cancel_form": CancelForm(initial=initial, prefix="cancel"),
        "not_come_form": NotComeForm(initial=initial, prefix="not-come"),
        "reason_form": ReasonForm(initial=initial | {"reason": shown.not_come_reason}, prefix="reason"),
        "cause_form": CauseForm(initial=initial, prefix="cause"),
        "causes": RefusalCause.choices,
        "move_form": MoveForm(initial=initial | where, prefix="move", rights=rights_of(request)),
        "proposals": proposals(request, shown, [shown.agenda]) if is_open or is_missed else [],
        "elsewhere": proposals(request, shown, colleagues(request, shown))[:3] if is_open else [],
        "in_series": place_in_series(shown),
        "zone": request.establishment.zone,
        **forms,
    }
    context["crowded"] = is_crowded(context["move_form"])
    context["overbooking"] = overbooking_of(context["move_form"]) if context["move_form"].is_bound else 0
    return render(request, "care/appointment/appointment.html", context, status=status)


def place_in_series(shown: Appointment) -> dict[str, int] | None:
    """Return which of how many of its series the appointment is, and how many later ones are booked; None alone."""
    if shown.series_id is None:
        return None
    rows = Appointment.objects.filter(series=shown.series_id).exclude(status=Status.CANCELLED)
    order = list(rows.order_by("starts_at", "id").values_list("pk", "status"))
    keys = [key for key, _status in order]
    if shown.pk not in keys:
        return {"number": 0, "total": len(order), "later": 0}
    number = keys.index(shown.pk) + 1
    later = sum(status == Status.BOOKED for _key, status in order[number:])
    return {"number": number, "total": len(order), "later": later}


def possible_changes(request: DoorRequest, shown: Appointment) -> dict[str, Any]:
    now, establishment = timezone.now(), request.establishment
    begins = shown.called_at if shown.session is None else min(shown.called_at, shown.session.starts_at)
    is_today = establishment.day_of(shown.starts_at) == establishment.day_of(now)
    last = last_standing(shown.changes.order_by("revision"))
    # What is over does not go back to where it was moved from.
    stays = last is not None and last.what == ChangeKind.MOVED and booking.is_over(shown)
    return {
        "has_begun": begins <= now,
        "is_today": is_today,
        "may_arrive": is_today and shown.status in ALLOWED[ChangeKind.ARRIVED],
        "may_start": is_today and shown.status in ALLOWED[ChangeKind.STARTED],
        "may_be_seen": begins <= now and shown.status in ALLOWED[ChangeKind.SEEN],
        "may_miss": not shown.is_unplanned and begins <= now and shown.status in ALLOWED[ChangeKind.NOT_COME],
        "undoable": last if last is not None and is_of_today(last, shown) and not stays else None,
    }


def past_of(request: DoorRequest, shown: Appointment) -> dict[str, Any]:
    chain = chain_of(shown)
    seen_keys = set(
        appointments_visible_to(rights_of(request))
        .filter(pk__in=[one.pk for one in chain])
        .values_list("pk", flat=True)
    )
    return {
        "history": lines_of(shown, request.establishment),
        "chain": [one for one in chain if one.pk in seen_keys and one.pk != shown.pk],
        "summons_number": next(number for number, one in enumerate(chain, start=1) if one.pk == shown.pk),
        "summoned_again": next((one for one in chain if one.follows_id == shown.pk and one.pk in seen_keys), None),
    }


def proposals(request: DoorRequest, shown: Appointment, agendas: Iterable[Agenda]) -> list[dict[str, Any]]:
    length = booking.own_length(shown)
    return free_with_exposure(request, agendas, kind=shown.kind, length=length, person=shown.detainee)


def colleagues(request: DoorRequest, shown: Appointment) -> list[Agenda]:
    same = [each for each in rights_of(request).bookable if each.discipline == shown.agenda.discipline]
    return [each for each in same if each.pk != shown.agenda_id]


@audience(*CARE_ROLES)
@require_POST
def move(request: DoorRequest, key: UUID) -> HttpResponse:
    shown = visible(request, key)
    data = request.POST.copy()
    if slot := data.get("slot"):
        agenda, _separator, at = slot.partition("|")
        data["move-agenda"], data["move-day"], data["move-time"] = agenda, at[:10], at[11:16]
    form = MoveForm(data, prefix="move", rights=rights_of(request))
    if not form.is_valid():
        return show(request, shown, status=422, move_form=form, refusal=_("The appointment was not moved."))
    try:
        moved = booking.move(
            by=request.user,
            appointment=shown,
            revision=form.cleaned_data["revision"],
            agenda=form.cleaned_data["agenda"],
            starts_at=form.starts_at,
            overbook=form.cleaned_data["overbook"],
            crowd=form.cleaned_data["crowd"],
        )
    except booking.BookingRefused as refusal:
        form.add_error(None, ValidationError(refusal.sentence, code=refusal.code))
        if isinstance(refusal, booking.Over):
            # Where it was to go is where the person can be summoned to.
            wanted = {"agenda": form.cleaned_data["agenda"], "at": form.starts_at}
            return show(request, visible(request, key), status=422, refusal=refusal.sentence, wanted=wanted)
        return refused(request, key, refusal, move_form=form)
    return back_to_day(request, moved, changed_as="moved")


@audience(*CARE_ROLES)
@require_POST
def cancel(request: DoorRequest, key: UUID) -> HttpResponse:
    shown = visible(request, key)
    form = CancelForm(request.POST, prefix="cancel")
    if not form.is_valid():
        return show(request, shown, status=422, cancel_form=form, refusal=_("The appointment was not cancelled."))
    try:
        done = cancel_chosen(request, shown, form)
    except booking.BookingRefused as refusal:
        return refused(request, key, refusal, cancel_form=form)
    return back_to_day(request, done, changed_as="cancelled")


def cancel_chosen(request: DoorRequest, shown: Appointment, form: CancelForm) -> Appointment:
    values = form.cleaned_data
    what = {
        "by": request.user,
        "appointment": shown,
        "revision": values["revision"],
        "reason": CancelReason(values["reason"]),
    }
    if values["later"] and shown.series_id is not None:
        return booking.cancel_from_here(**what)[0]
    return booking.cancel(**what)


def refused(request: DoorRequest, key: UUID, refusal: booking.BookingRefused, **forms: Any) -> HttpResponse:
    """Show the appointment as it is now, with the sentence and all that was typed.

    When somebody else was quicker: what they changed, and one button that applies the same again to the new state.
    """
    now = visible(request, key)
    if isinstance(refusal, booking.ChangedMeanwhile):
        lines = lines_of(now, request.establishment, since=refusal.since)
        conflict = {"lines": lines, "again": asked_again(request, now, forms)}
        return show(request, now, status=409, refusal=refusal.sentence, conflict=conflict, **forms)
    return show(request, now, status=422, refusal=refusal.sentence, **forms)


def asked_again(request: DoorRequest, now: Appointment, sent: Mapping[str, Any]) -> dict[str, Any]:
    """Return what was asked for, to be sent once more with the revision of `now`, and what that is in words."""
    form = next(iter(sent.values()), None)
    name = form.add_prefix("revision") if form else "revision"
    if form is not None:
        # What was typed stands in the page's own form too, now upon the new state.
        form.data = form.data.copy()
        form.data[name] = str(now.revision)
    left_out = {*NOT_OF_THE_FORM, name}
    words = [(bound.label, chosen_words(bound)) for bound in (form.visible_fields() if form else [])]
    return {
        "address": request.path,
        "fields": [(name, now.revision), *((key, value) for key, value in request.POST.items() if key not in left_out)],
        "words": [(label, value) for label, value in words if value],
    }


def chosen_words(bound: BoundField) -> str:
    """Return what was typed into a field as the page shows it: the name of a choice, a day, a time."""
    value = str(bound.value() or "")
    choices = getattr(bound.field, "choices", ())
    return next((str(label) for key, label in choices if str(key) == value), value)
