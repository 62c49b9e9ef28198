"""Series: laid out date by date, booked all or nothing, looked at, moved together."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import BadRequest
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_safe

from access.audit import record
from access.decorators import audience
from access.enums import CARE_ROLES, Verb
from access.requests import DoorRequest
from appointments import booking
from appointments.arithmetic.timegrid import at_local
from appointments.booking.series import SeriesMove, booked_from_here
from appointments.care.booking.series_forms import MoveTogetherForm, SeriesForm, line_choices
from appointments.care.booking.series_layout import Plan, SeriesWish, lay_out_series
from appointments.care.booking.views import initial_values
from appointments.models import Appointment, Series
from appointments.models.enums.appointment import CancelReason, Status
from appointments.rights import appointments_visible_to, get_visible_or_404, rights_of

# As long as somebody may find that the whole series was a mistake.
UNDO_FOR = timedelta(minutes=30)


@audience(*CARE_ROLES)
@require_http_methods(["GET", "HEAD", "POST"])
def new(request: DoorRequest) -> HttpResponse:
    if request.method == "POST":
        return submit(request)
    try:
        initial = initial_values(request)
    except (ValueError, OverflowError) as error:
        raise BadRequest(_("This is not a slot. Go back to the agenda and click a free one.")) from error
    if "day" in initial:
        initial[f"on_{initial['day'].weekday()}"] = True
    return show(request, SeriesForm(rights=rights_of(request), initial=initial))


def submit(request: DoorRequest) -> HttpResponse:
    form = SeriesForm(request.POST, rights=rights_of(request))
    if "search" in request.POST:
        form.is_valid()
        form.errors.clear()
        return show(request, form)
    if not form.is_valid():
        return show(request, form, status=422)
    asked = asked_by(form)
    laid = fingerprint(asked)
    if request.POST.get("do") != "book" or request.POST.get("laid") != laid:
        return show(request, form, plan=lay_out_series(asked), laid=laid)
    choices = line_choices(request.POST, request.establishment.zone)
    plan = lay_out_series(asked, choices=choices)
    if plan.open:
        return show(request, form, plan=plan, laid=laid, refusal=still_open(plan), status=422)
    try:
        booked = booking.book_series(
            by=request.user,
            detainee=asked.person,
            agenda=asked.agenda,
            kind=asked.kind,
            starts=list(plan.chosen.values()),
            length=asked.length,
            rule=form.cleaned_data["rhythm"].rule,
        )
    except booking.BookingRefused as refusal:
        plan = lay_out_series(asked, choices=choices)
        return show(request, form, plan=plan, laid=laid, refusal=refusal.sentence, status=422)
    return booked_together(request, booked)


def asked_by(form: SeriesForm) -> SeriesWish:
    values = form.cleaned_data
    return SeriesWish(
        agenda=values["agenda"],
        kind=values["kind"],
        person=values["detainee"],
        length=form.length or values["kind"].length,
        wanted=values["starts"],
        varies=values["vary"],
        varies_days=values["vary_days"],
    )


def fingerprint(asked: SeriesWish, *more: object) -> str:
    """Return what tells one layout from another: choices made for other dates must not be booked."""
    parts = (
        asked.agenda.pk,
        asked.kind.pk,
        asked.person.pk,
        asked.length,
        asked.varies,
        asked.varies_days,
        *asked.wanted,
        *more,
    )
    return "|".join(map(str, parts))


def still_open(plan: Plan) -> str:
    return ngettext(
        "%(count)d date is still to be solved. Nothing was changed.",
        "%(count)d dates are still to be solved. Nothing was changed.",
        len(plan.open),
    ) % {"count": len(plan.open)}


def booked_together(request: DoorRequest, booked: Sequence[Appointment]) -> HttpResponse:
    sentence = ngettext("%(count)d appointment was booked.", "%(count)d appointments were booked.", len(booked))
    messages.success(request, sentence % {"count": len(booked)})
    return redirect("series", booked[0].series_id)


def show(
    request: DoorRequest,
    form: SeriesForm,
    *,
    plan: Plan | None = None,
    laid: str = "",
    refusal: str = "",
    status: int = 200,
) -> HttpResponse:
    person, words = form.person_with(form["person"].value()), str(form["q"].value() or "")
    if plan is not None:
        person = form.cleaned_data["detainee"]
    context = {
        "form": form,
        "person": person,
        "words": words,
        "people": [] if person else form.likeliest(words),
        "plan": plan,
        "laid": laid,
        "refusal": refusal,
        "zone": request.establishment.zone,
    }
    return render(request, "care/booking/series_new.html", context, status=status)


@audience(*CARE_ROLES)
@require_safe
def series(request: DoorRequest, key: UUID) -> HttpResponse:
    rows = appointments_visible_to(rights_of(request)).filter(series=key)
    appointments = list(rows.with_names().order_by("starts_at", "id"))
    if not appointments:
        raise Http404
    record(by=request.user, verb=Verb.READ, target=Series(pk=key), establishment=request.establishment)
    booked = [each for each in appointments if each.status == Status.BOOKED]
    bookable = rights_of(request).bookable_keys
    can_change = bool(booked) and all(each.agenda_id in bookable for each in booked)
    context = {
        "person": appointments[0].detainee,
        "appointments": appointments,
        "booked": booked,
        "first": booked[0] if can_change else None,
        "is_new": can_change and booked_just_now(appointments),
        "reasons": CancelReason.choices,
        "zone": request.establishment.zone,
    }
    return render(request, "care/booking/series.html", context)


def booked_just_now(appointments: Sequence[Appointment]) -> bool:
    recent = timezone.now() - UNDO_FOR
    return all(each.revision == 1 and each.booked_at > recent for each in appointments)


@audience(*CARE_ROLES)
@require_http_methods(["GET", "HEAD", "POST"])
def later(request: DoorRequest, key: UUID) -> HttpResponse:
    """Move an appointment of a series and those after it by the same distance."""
    rows = appointments_visible_to(rights_of(request)).with_names()
    first = get_visible_or_404(rows.select_related("agenda__establishment"), key)
    moving = booked_from_here(first)
    if first.status != Status.BOOKED or len(moving) < 2:
        raise Http404
    local = first.starts_at.astimezone(request.establishment.zone)
    form = MoveTogetherForm(
        request.POST if request.method == "POST" else None,
        rights=rights_of(request),
        initial={"agenda": first.agenda_id, "day": local.date(), "time": local.time()},
    )
    if request.method != "POST":
        return show_later(request, first, moving, form)
    if not form.is_valid():
        return show_later(request, first, moving, form, status=422)
    return move_later(request, first, moving, form)


def move_later(
    request: DoorRequest, first: Appointment, moving: list[Appointment], form: MoveTogetherForm
) -> HttpResponse:
    asked = asked_to_move(first, moving, form)
    laid = fingerprint(asked, *(f"{each.pk}:{each.revision}" for each in moving))
    if request.POST.get("do") != "move" or request.POST.get("laid") != laid:
        return show_later(request, first, moving, form, plan=lay_out_series(asked), laid=laid)
    choices = line_choices(request.POST, request.establishment.zone)
    plan = lay_out_series(asked, choices=choices)
    if plan.open:
        return show_later(request, first, moving, form, plan=plan, laid=laid, refusal=still_open(plan), status=422)
    changes = [SeriesMove(moving[number - 1], moving[number - 1].revision, at) for number, at in plan.chosen.items()]
    try:
        moved = booking.move_together(by=request.user, agenda=asked.agenda, changes=changes)
    except booking.BookingRefused as refusal:
        plan = lay_out_series(asked, choices=choices)
        return show_later(request, first, moving, form, plan=plan, laid=laid, refusal=refusal.sentence, status=422)
    sentence = ngettext("%(count)d appointment was moved.", "%(count)d appointments were moved.", len(moved))
    messages.success(request, sentence % {"count": len(moved)})
    return redirect("series", first.series_id)


def asked_to_move(first: Appointment, moving: Sequence[Appointment], form: MoveTogetherForm) -> SeriesWish:
    """Return the new times: each by the same days and minutes of the wall clock away from its present one."""
    zone = form.establishment.zone
    distance = wall(form.starts_at, zone) - wall(first.starts_at, zone)
    walls = [wall(each.starts_at, zone) + distance for each in moving]
    return SeriesWish(
        agenda=form.cleaned_data["agenda"],
        kind=first.kind,
        person=first.detainee,
        length=max(map(booking.own_length, moving)),
        wanted=[at_local(each.date(), each.time(), zone) for each in walls],
        leaving_out=[each.pk for each in moving],
    )


def wall(at: datetime, zone: Any) -> datetime:
    """Return what the clocks show."""
    return at.astimezone(zone).replace(tzinfo=None)


def show_later(
    request: DoorRequest,
    first: Appointment,
    moving: Sequence[Appointment],
    form: MoveTogetherForm,
    *,
    plan: Plan | None = None,
    laid: str = "",
    refusal: str = "",
    status: int = 200,
) -> HttpResponse:
    context = {
        "first": first,
        "moving": moving,
        "form": form,
        "plan": plan,
        "laid": laid,
        "refusal": refusal,
        "zone": request.establishment.zone,
    }
    return render(request, "care/booking/series_move.html", context, status=status)
