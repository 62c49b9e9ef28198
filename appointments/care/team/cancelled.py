"""What was cancelled today in the agendas in view, by whom and when, and whether the way back is open. Reads only."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import Exists, OuterRef
from django.utils import timezone

from appointments.arithmetic.timegrid import local_midnights
from appointments.models import Appointment, AppointmentChange
from appointments.models.enums.appointment import ChangeKind, Status
from appointments.rights import Rights, appointments_visible_to


@dataclass(frozen=True)
class CancelledToday:
    appointment: Appointment
    change: AppointmentChange
    can_undo: bool


def cancelled_today(rights: Rights) -> Sequence[CancelledToday]:
    """Return what stands cancelled since midnight, the latest first. Two queries."""
    start, end = local_midnights(rights.establishment.today(), rights.establishment.zone)
    changes = AppointmentChange.objects.filter(
        establishment=rights.establishment, what=ChangeKind.CANCELLED, at__gte=start, at__lt=end
    )
    standing = changes.filter(~Exists(AppointmentChange.objects.filter(undoes=OuterRef("pk"))))
    visible = appointments_visible_to(rights).filter(status=Status.CANCELLED, changes__in=standing)
    rows = {one.pk: one for one in visible.with_names().distinct()}
    bookable = rights.bookable_keys
    now = timezone.now()
    return [
        CancelledToday(one, change, one.agenda_id in bookable and one.ends_at > now and one.detainee.is_present)
        for change in standing.filter(appointment__in=rows).order_by("-at", "-pk")
        for one in [rows[change.appointment_id]]
    ]
