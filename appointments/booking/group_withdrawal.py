"""Withdraws appointments of one practitioner together: all in one transaction, or none.

What officers would learn from it is worked out in appointments.booking.exposure; here is only the deed.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from access.models import User
from appointments import projection
from appointments.booking.booked import book, cancel, move
from appointments.booking.guards import BookingRefused, lock_appointments, require_bookable
from appointments.booking.placing import cancel_all
from appointments.booking.together import record_cancelled
from appointments.models import Agenda, Appointment, Kind
from appointments.models.enums.appointment import CancelReason


@dataclass(frozen=True)
class Withdrawal:
    """One appointment of the group, in the state that the user saw."""

    appointment: Appointment
    revision: int


@dataclass(frozen=True)
class Reception:
    """Where and when the person is received instead, at the arrival time at which they are called anyway."""

    agenda: Agenda
    starts_at: datetime
    kind: Kind


@dataclass(frozen=True)
class NewTime:
    """When and with whom the person is seen instead."""

    agenda: Agenda
    starts_at: datetime


def withdraw(*, by: User, group: Sequence[Withdrawal], reason: CancelReason) -> list[Appointment]:
    """Cancel all of `group` for `reason`. Raises ChangedMeanwhile, BookingRefused; then nothing is cancelled."""
    require_some(group)
    require_bookable(by, *{one.appointment.agenda for one in group})
    with transaction.atomic(), projection.settled_together():
        locked = lock_group(group)
        cancelled = [locked[one.appointment.pk] for one in group]
        cancel_all(cancelled, by=by, reason=reason)
        record_cancelled(by=by, appointments=cancelled)
    return cancelled


def receive_instead(
    *, by: User, group: Sequence[tuple[Withdrawal, Reception]], reason: CancelReason
) -> list[Appointment]:
    """Cancel each appointment and book the person with somebody else at the same arrival time; return the new ones.

    The convocation stays: officers see no line go. Raises ChangedMeanwhile, BookingRefused; then nothing changes.
    """
    require_some(group)
    with transaction.atomic(), projection.settled_together():
        lock_group([one for one, _place in group], agendas=tuple(place.agenda for _one, place in group))
        booked = []
        for one, place in group:
            cancelled = cancel(by=by, appointment=one.appointment, revision=one.revision, reason=reason)
            booked.append(
                book(by=by, detainee=one.appointment.detainee, agenda=place.agenda, kind=place.kind,
                     starts_at=place.starts_at, length=place.kind.length, crowd=True)
            )  # fmt: skip
            require_same_arrival(cancelled, booked[-1])
    return booked


def withdraw_in_batches(
    *, by: User, group: Sequence[tuple[Withdrawal, NewTime | None]], reason: CancelReason
) -> list[Appointment]:
    """Move each appointment to its new time, or cancel it when it has none; the lines go with different publications.

    Raises ChangedMeanwhile, BookingRefused; then nothing changes.
    """
    require_some(group)
    with transaction.atomic(), projection.settled_together(in_batches=True):
        lock_group([one for one, _time in group], agendas=tuple(time.agenda for _one, time in group if time))
        return [_move_or_cancel(one, time, by=by, reason=reason) for one, time in group]


def _move_or_cancel(one: Withdrawal, time: NewTime | None, *, by: User, reason: CancelReason) -> Appointment:
    if time is None:
        return cancel(by=by, appointment=one.appointment, revision=one.revision, reason=reason)
    return move(
        by=by,
        appointment=one.appointment,
        revision=one.revision,
        agenda=time.agenda,
        starts_at=time.starts_at,
        crowd=True,
    )


def lock_group(group: Sequence[Withdrawal], *, agendas: tuple[Agenda, ...] = ()) -> dict[UUID, Appointment]:
    """Hold the arrival times, then lock the group's appointments with their people and agendas; return them by key."""
    projection.hold_arrival_times(group[0].appointment.agenda.establishment)
    return lock_appointments({one.appointment: one.revision for one in group}, agendas=agendas)


def require_some(group: Sequence[object]) -> None:
    """Refuse to do nothing and call it done."""
    if not group:
        raise BookingRefused("none", _("Tick the appointments that you decide about."))


def require_same_arrival(before: Appointment, after: Appointment) -> None:
    """Refuse a place at another arrival time: it would change the officers' list, which is what is to be avoided."""
    if before.called_at != after.called_at:
        raise BookingRefused(
            "arrival", _("This place is at another arrival time. Look at the places again, then decide.")
        )
