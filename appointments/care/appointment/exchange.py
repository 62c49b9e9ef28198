"""Exchange the times of two appointments: the other is chosen from a day's list, or by dropping one on it."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from access.audit import record
from access.decorators import audience
from access.enums import CARE_ROLES, Verb
from access.requests import DoorRequest
from access.sorting import FrenchKey
from appointments import booking
from appointments.arithmetic.timegrid import local_midnights
from appointments.care.appointment.forms import ExchangeForm
from appointments.care.day.forms import JumpForm
from appointments.care.pages import YEARS, back_to_day, layout_for
from appointments.models import Appointment
from appointments.models.enums.appointment import Status
from appointments.rights import appointments_visible_to, get_visible_or_404, rights_of


@audience(*CARE_ROLES)
@require_http_methods(["GET", "HEAD", "POST"])
def exchange(request: DoorRequest, key: UUID) -> HttpResponse:
    rows = appointments_visible_to(rights_of(request)).with_names()
    one: Appointment = get_visible_or_404(rows.select_related("agenda__establishment"), key)
    if request.method != "POST":
        record(by=request.user, verb=Verb.READ, target=one, establishment=request.establishment)
        return show(request, one)
    form = ExchangeForm(with_other_revision(request.POST))
    if not form.is_valid():
        return show(request, one, refusal=_("Choose the appointment that takes this time."), status=422)
    other = get_visible_or_404(rows.select_related("agenda__establishment"), form.cleaned_data["other"])
    try:
        moved, _other = booking.exchange(
            by=request.user,
            one=one,
            one_revision=form.cleaned_data["revision"],
            other=other,
            other_revision=form.cleaned_data["other_revision"],
        )
    except booking.BookingRefused as refusal:
        is_stale = isinstance(refusal, booking.ChangedMeanwhile)
        one = get_visible_or_404(rows.select_related("agenda__establishment"), key)
        return show(request, one, refusal=refusal.sentence, status=409 if is_stale else 422)
    return back_to_day(request, moved, changed_as="exchanged", undo={"with": other.pk})


def with_other_revision(data: Any) -> dict[str, Any]:
    """Return what was sent with the other one's key and revision apart: one radio button carries both."""
    other, _separator, revision = data.get("other", "").partition("|")
    return {"revision": data.get("revision"), "other": other, "other_revision": revision}


def show(request: DoorRequest, one: Appointment, *, refusal: str = "", status: int = 200) -> HttpResponse:
    zone = request.establishment.zone
    day = chosen_day(request) or request.establishment.day_of(one.starts_at)
    bookable = rights_of(request).bookable_keys
    start, end = local_midnights(day, zone)
    others = (
        Appointment.objects.booked()
        .filter(
            establishment=request.establishment,
            agenda__in=bookable,
            starts_at__gte=start,
            starts_at__lt=end,
            ends_at__gte=timezone.now(),
        )
        .exclude(pk=one.pk)
        .with_names()
        .order_by("agenda__position", FrenchKey("agenda__name"), "starts_at", "id")
    )
    context = {
        "layout": layout_for(request),
        "one": one,
        "is_open": one.status == Status.BOOKED and one.agenda_id in bookable and not booking.is_over(one),
        "day": day,
        "others": list(others),
        "refusal": refusal,
        "zone": zone,
    }
    return render(request, "care/appointment/exchange.html", context, status=status)


def chosen_day(request: DoorRequest) -> date | None:
    """Return the day asked for, None for the appointment's own."""
    form = JumpForm(request.GET)
    return form.day if form.is_valid() and form.day.year in YEARS else None
