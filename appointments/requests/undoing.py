"""Takes back what was done to several people in one step, with what they asked for: all of it, or nothing."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from access.models import Establishment, User
from appointments import booking, projection
from appointments.booking import BookingRefused
from appointments.models.enums.appointment import ChangeKind
from appointments.requests.sending_back import release, wait_no_more


def undo_step(
    *, by: User, establishment: Establishment, at: datetime, only: UUID | None = None, people: Collection[UUID] = ()
) -> int:
    """Take back what `by` did to appointments in the step of that instant; return how many.

    Who was booked waits as before, and who was sent back to the queue has the appointment again. `only` names the one
    appointment that is meant, `people` who is to be held beside those concerned. Raises booking.ChangedMeanwhile,
    booking.BookingRefused, whose `person` is the one about whom it is.
    """
    require_today(establishment, at)
    with transaction.atomic():
        projection.hold_arrival_times(establishment)
        changes = booking.done_in_step(by=by, establishment=establishment, at=at)
        if only is not None:
            changes = [change for change in changes if change.appointment_id == only]
        booking.lock_people({*people, *(change.appointment.detainee_id for change in changes)})
        release(change.appointment for change in changes if change.what == ChangeKind.BOOKED)
        booking.undo_together(by=by, changes=changes)
        cancelled = [change.appointment for change in changes if change.what == ChangeKind.CANCELLED]
        wait_no_more(cancelled, by=by, since=at)
    return len(changes)


def require_today(establishment: Establishment, at: datetime) -> None:
    if establishment.day_of(at) != establishment.today():
        raise BookingRefused("undo", _("This was done on another day: it is taken back no longer."))
