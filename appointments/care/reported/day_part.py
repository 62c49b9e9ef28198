"""The part of a day's page that tells what the prison reports. Asked for again by the page itself."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any

from django.template.loader import render_to_string

from access.requests import DoorRequest
from appointments.arithmetic.timegrid import local_midnights
from appointments.care.lists.officers_side import officers_side
from appointments.care.reported.reading import freezes_in_force, impeded
from appointments.models import Appointment
from appointments.models.enums.appointment import Status
from appointments.rights import rights_of


def reported_content(request: DoorRequest, day: date, *, listed: Iterable[Appointment] | None = None) -> str:
    """Return what the prison reports about `day`, as text of the page. Constant queries.

    `listed` are the day's appointments in view, where a page has read them already.
    """
    context: dict[str, Any] = {
        "officers_side": officers_side(request),
        "freezes": freezes_in_force(request.establishment),
        "impediments": impediments_of(request, day) if listed is None else unsettled(listed),
        "zone": request.establishment.zone,
    }
    return render_to_string("care/reported/_reported.html", context)


def impediments_of(request: DoorRequest, day: date) -> list[Appointment]:
    """Return the appointments of `day` in view whose person cannot be brought and that care has not settled yet."""
    start, end = local_midnights(day, request.establishment.zone)
    booked = Appointment.objects.shown_between(rights_of(request).visible, start, end).booked()
    return impeded(booked)


def unsettled(listed: Iterable[Appointment]) -> list[Appointment]:
    return impeded(one for one in listed if one.status == Status.BOOKED)
