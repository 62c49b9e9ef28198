"""One appointment: look at it, move it, cancel it, record its outcome."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from access.audit import record
from access.decorators import audience
from access.enums import CARE_ROLES, Verb
from access.requests import DoorRequest
from appointments import booking
from appointments.enums import CancelReason, NotComeReason, Status
from appointments.forms import CancelForm, MoveForm, NotComeForm, RevisionForm
from appointments.models import Agenda, Appointment
from appointments.policies import agendas_bookable_by, appointments_visible_to, get_visible_or_404
from appointments.views.booking import free_with_exposure, link_to_book
from appointments.views.layout import back_to_day, layout_for, place_of


def visible(request: DoorRequest, key: UUID) -> Appointment:
    """Return the appointment if the user sees its agenda; Http404 otherwise."""
    rows = appointments_visible_to(request.user, request.establishment).with_names()
    return get_visible_or_404(rows.select_related("session", "booked_by", "agenda__establishment"), key)


@audience(*CARE_ROLES)
@require_safe
def appointment(request: DoorRequest, key: UUID) -> HttpResponse:
    """The appointment and what can be done with it."""
    shown = visible(request, key)
    record(by=request.user, verb=Verb.READ, target=shown, establishment=request.establishment)
    return show(request, shown)


def show(
    request: DoorRequest, shown: Appointment, *, status: int = 200, refusal: str = "", **forms: Any
) -> HttpResponse:
    """Return the page; `forms` holds the one that was sent, with what was typed in it."""
    can_book = agendas_bookable_by(request.user, request.establishment).filter(pk=shown.agenda_id).exists()
    is_open = shown.status == Status.BOOKED and can_book
    local = shown.starts_at.astimezone(request.establishment.zone)
    initial = {"revision": shown.revision}
    where = {"agenda": shown.agenda_id, "day": local.date(), "time": local.time()}
    context = {
        "layout": layout_for(request),
        "appointment": shown,
        "refusal": refusal,
        "can_book": can_book,
        "is_open": is_open,
        "has_begun": (shown.session.starts_at if shown.session else shown.starts_at) <= timezone.now(),
        "cancel_form": CancelForm(initial=initial, prefix="cancel"),
        "not_come_form": NotComeForm(initial=initial, prefix="not-come"),
        "move_form": MoveForm(
            initial=initial | where, prefix="move", by=request.user, establishment=request.establishment
        ),
        "proposals": proposals(request, shown, [shown.agenda]) if is_open else [],
        "elsewhere": proposals(request, shown, colleagues(request, shown))[:3] if is_open else [],
        "book_again": link_to_book(shown),
        "in_series": place_in_series(shown),
        "zone": request.establishment.zone,
        **forms,
    }
    return render(request, "care/appointment.html", context, status=status)


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


def proposals(request: DoorRequest, shown: Appointment, agendas: Iterable[Agenda]) -> list[dict[str, Any]]:
    """Return the next free slots of `agendas` to which the appointment could move."""
    length = shown.ends_at - shown.starts_at
    return free_with_exposure(request, agendas, kind=shown.kind, length=length, person=shown.detainee)


def colleagues(request: DoorRequest, shown: Appointment) -> list[Agenda]:
    """Return the other agendas of the same discipline in which the user books."""
    agendas = agendas_bookable_by(request.user, request.establishment)
    return list(agendas.filter(discipline=shown.agenda.discipline).exclude(pk=shown.agenda_id))


@audience(*CARE_ROLES)
@require_POST
def move(request: DoorRequest, key: UUID) -> HttpResponse:
    """Move the appointment to another slot or practitioner."""
    shown = visible(request, key)
    data = request.POST.copy()
    if slot := data.get("slot"):
        agenda, _separator, at = slot.partition("|")
        data["move-agenda"], data["move-day"], data["move-time"] = agenda, at[:10], at[11:16]
    form = MoveForm(data, prefix="move", by=request.user, establishment=request.establishment)
    if not form.is_valid():
        return show(request, shown, status=422, move_form=form, refusal=_("The appointment was not moved."))
    try:
        moved = booking.move(
            by=request.user,
            appointment=shown,
            revision=form.cleaned_data["revision"],
            agenda=form.cleaned_data["agenda"],
            starts_at=form.starts_at,
        )
    except booking.BookingRefused as refusal:
        return refused(request, key, refusal, move_form=form)
    return back_to_day(request, moved, changed_as="moved", undo={"from": place_of(shown, request.establishment.zone)})


@audience(*CARE_ROLES)
@require_POST
def cancel(request: DoorRequest, key: UUID) -> HttpResponse:
    """Cancel the appointment with a reason."""
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
    """Cancel the appointment, with the later ones of its series when that was asked; return it."""
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


@audience(*CARE_ROLES)
@require_POST
def undo(request: DoorRequest, key: UUID) -> HttpResponse:
    """Take back a booking made a moment ago: it counts as made by mistake."""
    shown = visible(request, key)
    form = RevisionForm(request.POST)
    if not form.is_valid():
        return show(request, shown, status=422, refusal=_("The booking was not undone. Cancel it with a reason."))
    try:
        done = booking.cancel(
            by=request.user, appointment=shown, revision=form.cleaned_data["revision"], reason=CancelReason.MISTAKE
        )
    except booking.BookingRefused as refusal:
        return refused(request, key, refusal)
    return back_to_day(request, done, changed_as="undone")


@audience(*CARE_ROLES)
@require_POST
def seen(request: DoorRequest, key: UUID) -> HttpResponse:
    """Record that the person was seen."""
    shown = visible(request, key)
    form = RevisionForm(request.POST)
    if not form.is_valid():
        return show(request, shown, status=422, refusal=_("The outcome was not recorded. Try again."))
    try:
        done = booking.record_seen(by=request.user, appointment=shown, revision=form.cleaned_data["revision"])
    except booking.BookingRefused as refusal:
        return refused(request, key, refusal)
    return back_to_day(request, done, changed_as="seen")


@audience(*CARE_ROLES)
@require_POST
def not_come(request: DoorRequest, key: UUID) -> HttpResponse:
    """Record that the person did not come, with the reason."""
    shown = visible(request, key)
    form = NotComeForm(request.POST, prefix="not-come")
    if not form.is_valid():
        return show(request, shown, status=422, not_come_form=form, refusal=_("The outcome was not recorded."))
    try:
        done = booking.record_not_come(
            by=request.user,
            appointment=shown,
            revision=form.cleaned_data["revision"],
            reason=NotComeReason(form.cleaned_data["reason"]),
        )
    except booking.BookingRefused as refusal:
        return refused(request, key, refusal, not_come_form=form)
    return back_to_day(request, done, changed_as="not_come")


def refused(request: DoorRequest, key: UUID, refusal: booking.BookingRefused, **forms: Any) -> HttpResponse:
    """Show the appointment as it is now, with the sentence; nothing typed is lost, but an old revision is not kept."""
    is_stale = isinstance(refusal, booking.ChangedMeanwhile)
    kept = {} if is_stale else forms
    return show(request, visible(request, key), status=409 if is_stale else 422, refusal=refusal.sentence, **kept)
