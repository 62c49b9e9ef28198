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
    booking_refusals,
    judged_by_the_outcome,
    lock_appointments,
    require_bookable,
    require_not_over,
)
from appointments.booking.placing import put_at, withdraw_left
from appointments.models import Appointment


def exchange(
    *, by: User, one: Appointment, one_revision: int, other: Appointment, other_revision: int
) -> tuple[Appointment, Appointment]:
    """Exchange the times, and the practitioners, of two booked appointments; each keeps its own duration.

    The revisions are those that the user saw. Raises ChangedMeanwhile, BookingRefused.
    """
    if one.pk == other.pk or one.establishment_id != other.establishment_id:
        raise BookingRefused("exchange", _("An appointment is exchanged with another one. Choose which."))
    require_bookable(by, one.agenda, other.agenda)
    with transaction.atomic(), booking_refusals():
        projection.hold_arrival_times(one.agenda.establishment)
        locked = lock_appointments({one: one_revision, other: other_revision})
        first, second = locked[one.pk], locked[other.pk]
        for each in (first, second):
            require_not_over(each)
        there, here = (second.agenda, second.starts_at), (first.agenda, first.starts_at)
        before = [first.movement_id, second.movement_id]
        if first.session_id == second.session_id and first.shares_time and second.shares_time:
            raise BookingRefused("exchange", _("Both share the time of one session: there is nothing to exchange."))
        moves = [(first, there, second.pk), (second, here, first.pk)]
        # Whoever leaves shared time goes first, so that the place is free for whoever comes.
        moves.sort(key=lambda each: not each[0].shares_time)
        with judged_by_the_outcome():
            for moved, place, leaving in moves:
                put_at(moved, *place, by=by, beside=[leaving])
        withdraw_left(before, (first, second))
        for each in (first, second):
            record(by=by, verb=Verb.MOVE, target=each, establishment=each.establishment_id)
    return first, second
