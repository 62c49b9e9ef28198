"""Exchanges the times of two appointments in one go, in one agenda or across two."""

from __future__ import annotations

from django.db import transaction
from django.utils.translation import gettext as _

from access.audit import record
from access.enums import Verb
from access.models import User
from appointments import projection
from appointments.booking.guards import (
    BookingRefused,
    judged_by_the_outcome,
    lock_appointments,
    require_bookable,
    sentences_for_constraints,
)
from appointments.booking.placing import put_at, withdraw_left
from appointments.models import Appointment


def swap(
    *, by: User, one: Appointment, one_revision: int, other: Appointment, other_revision: int
) -> tuple[Appointment, Appointment]:
    """Exchange the times, and the practitioners, of two booked appointments; each keeps its own duration.

    The revisions are those that the user saw. Raises ChangedMeanwhile, BookingRefused.
    """
    if one.pk == other.pk or one.establishment_id != other.establishment_id:
        raise BookingRefused("swap", _("An appointment is exchanged with another one. Choose which."))
    require_bookable(by, one.agenda, other.agenda)
    with transaction.atomic(), sentences_for_constraints():
        projection.hold_arrival_times(one.agenda.establishment)
        locked = lock_appointments({one: one_revision, other: other_revision})
        first, second = locked[one.pk], locked[other.pk]
        there, here = (second.agenda, second.starts_at), (first.agenda, first.starts_at)
        before = [first.movement_id, second.movement_id]
        with judged_by_the_outcome():
            put_at(first, *there)
            put_at(second, *here)
        withdraw_left(before, (first, second))
        for each in (first, second):
            record(by=by, verb=Verb.MOVE, target=each, establishment=each.establishment_id)
    return first, second
