"""Booking as the answer to a request: what the form begins with, and the way back to the queue."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from zoneinfo import ZoneInfo

from django.http import HttpResponse

from access.models import User
from access.requests import DoorRequest
from appointments import booking, requests
from appointments.care.booking.forms import BookingForm
from appointments.care.pages import back_to_day
from appointments.care.requests.triage import back_to_queue
from appointments.models import Appointment, Request
from appointments.openings.availability import kinds_by_use
from appointments.rights import get_visible_or_404, requests_visible_to, rights_of


def asked_request(request: DoorRequest, form: BookingForm | None = None) -> Request | None:
    """Return the request that is being answered, None when there is none; raise Http404 for one not seen."""
    key = form["request"].value() if form is not None else request.GET.get("request", "")
    if not key:
        return None
    return get_visible_or_404(requests_visible_to(rights_of(request)).with_names(), key)


def initial_for(asked: Request, *, by: User) -> dict[str, Any]:
    kind = asked.kind
    if kind is None or not kind.is_active:
        kind = next(iter(kinds_by_use(asked.unit_id, asked.wanted_discipline, by=by)), None)
    found: dict[str, Any] = {
        "person": asked.detainee_id if asked.detainee.is_present else None,
        "request": asked.pk,
        "request_revision": asked.revision,
    }
    # Nobody has sorted it yet: then the form keeps what this agenda and user do most.
    return found | ({"kind": kind.pk if kind else None} if asked.is_sorted else {})


def values_of(slots: Sequence[dict[str, Any]], zone: ZoneInfo) -> dict[str, Any]:
    """Return where and when the first of the proposed `slots` is, as the form holds it; nothing when there is none."""
    if not slots:
        return {}
    at = slots[0]["slot"].starts_at.astimezone(zone)
    return {"agenda": slots[0]["slot"].agenda.pk, "day": at.date(), "time": at.time()}


def book_as_asked(request: DoorRequest, form: BookingForm) -> Appointment:
    """Book what the form says; when it answers a request, in one go with it. Raises Refused."""
    values = form.cleaned_data
    asked = asked_request(request, form)
    chosen = {
        "by": request.user,
        "agenda": values["agenda"],
        "kind": values["kind"],
        "starts_at": form.starts_at,
        "length": form.length,
        "overbook": values["overbook"],
        "crowd": values["crowd"],
    }
    if asked is None or asked.detainee_id != values["detainee"].pk:
        return booking.book(detainee=values["detainee"], follows=values["follows"], **chosen)
    return requests.plan(request=asked, revision=values.get("request_revision") or 0, **chosen)


def after_booking(request: DoorRequest, form: BookingForm, made: Appointment) -> HttpResponse:
    asked = asked_request(request, form)
    if asked is None or asked.appointment_id != made.pk:
        return back_to_day(request, made, changed_as="booked")
    return back_to_queue(request, done=asked)
