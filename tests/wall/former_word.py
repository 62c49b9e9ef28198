"""Changes an appointment as care's login must: what stood there goes into the history, or the change is refused."""

from __future__ import annotations

from typing import Any

from django.db import transaction

from appointments.booking.history import FIELDS, snapshot
from appointments.models import Appointment, AppointmentChange
from appointments.models.enums.appointment import ChangeKind
from tests.doors import through


def write(row: Any) -> None:
    """Save a row as the care login and end the transaction."""
    with through("care"), transaction.atomic():
        if isinstance(row, Appointment):
            keep_former_word(row)
        row.save()


def keep_former_word(row: Appointment) -> None:
    [was] = Appointment.objects.filter(pk=row.pk).values("revision", *FIELDS)
    row.revision = was.pop("revision") + 1
    AppointmentChange.objects.create(
        establishment_id=row.establishment_id,
        appointment=row,
        revision=row.revision,
        what=ChangeKind.REASON,
        before=snapshot(was),
    )
