"""Somebody is seen without an appointment: what they had asked for is answered, and the officer's alert is received."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from access.models import User
from appointments import booking
from appointments.models import Agenda, Alert, Appointment, Detainee, Kind, Request
from appointments.requests.alerts import receive
from appointments.requests.guards import RequestChanged, hold, require_open
from appointments.requests.settling import rest_on


def see_now(
    *,
    by: User,
    detainee: Detainee,
    agenda: Agenda,
    kind: Kind,
    at: datetime | None = None,
    asked: Request | None = None,
    revision: int = 0,
    alert: Alert | None = None,
) -> Appointment:
    """Write down that `detainee` is seen now, or was `at` an earlier minute; the visit answers `asked`, in the state
    `revision`, in one transaction.

    `alert` is the officers' alert about the person, which is received by it. Raises RequestChanged, Refused.
    """
    with transaction.atomic():
        made = booking.see_now(by=by, detainee=detainee, agenda=agenda, kind=kind, at=at)
        if asked is not None:
            held = hold(asked, by=by, revision=revision)
            require_same(held, detainee)
            require_open(held)
            rest_on(held, made, by=by)
        if alert is not None:
            receive(by=by, alert=alert)
    return made


def require_same(request: Request, detainee: Detainee) -> None:
    if request.detainee_id != detainee.pk:
        raise RequestChanged
