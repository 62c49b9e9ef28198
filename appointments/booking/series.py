"""Books a series, moves or cancels what is left of it: all of it or nothing, in one transaction."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

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
    lock_agendas,
    lock_appointments,
    lock_person,
    require_bookable,
    require_done,
    require_present,
)
from appointments.booking.placing import cancel_all, own_length, put_at, put_new, withdraw_left
from appointments.booking.seats import take_seat
from appointments.booking.together import record_cancelled
from appointments.models import Agenda, Appointment, Detainee, Kind, Series
from appointments.models.enums.appointment import CancelReason
from appointments.openings.fitting import read_fitting


class SeriesRefused(BookingRefused):
    """Some of the times of a series cannot be had; `clashes` says for each of them why."""

    def __init__(self, clashes: Mapping[datetime, str]) -> None:
        super().__init__(
            "series", _("Some of these times are no longer free. Nothing was changed: solve them and try again.")
        )
        self.clashes = clashes


@dataclass(frozen=True)
class SeriesMove:
    appointment: Appointment
    revision: int
    starts_at: datetime


def book_series(
    *,
    by: User,
    detainee: Detainee,
    agenda: Agenda,
    kind: Kind,
    starts: Sequence[datetime],
    length: timedelta,
    rule: str,
) -> list[Appointment]:
    """Book `detainee` at each of `starts`, or nowhere. Raises SeriesRefused, BookingRefused."""
    require_bookable(by, agenda)
    require_done(agenda, kind)
    if not starts:
        raise BookingRefused("empty", _("Every date of the series was left out. Choose at least one."))
    with transaction.atomic(), booking_refusals():
        projection.hold_arrival_times(agenda.establishment)
        person = lock_person(detainee.pk)
        require_present(person)
        lock_agendas(agenda)
        require_free(agenda, person, dict.fromkeys(starts, length))
        series = Series.objects.create(
            establishment_id=agenda.establishment_id, detainee=person, rule=rule, created_by=by
        )
        seats = (take_seat(agenda, person=person, starts_at=at, length=length, crowd=False) for at in sorted(starts))
        booked = [put_new(seat, person=person, kind=kind, by=by, series=series) for seat in seats]
        for appointment in booked:
            record(by=by, verb=Verb.BOOK, target=appointment, establishment=agenda.establishment_id)
    return booked


def move_together(*, by: User, agenda: Agenda, changes: Sequence[SeriesMove]) -> list[Appointment]:
    """Move appointments of one person to new times in `agenda`, all or none; each keeps its duration.

    Raises ChangedMeanwhile, SeriesRefused, BookingRefused.
    """
    if not changes:
        raise BookingRefused("empty", _("Every date of the series was left out. Choose at least one."))
    require_bookable(by, agenda, *{each.appointment.agenda for each in changes})
    with transaction.atomic(), booking_refusals():
        projection.hold_arrival_times(agenda.establishment)
        locked = lock_appointments({each.appointment: each.revision for each in changes}, agendas=(agenda,))
        rows = [locked[each.appointment.pk] for each in changes]
        require_free(
            agenda,
            rows[0].detainee,
            {each.starts_at: own_length(row) for each, row in zip(changes, rows, strict=True)},
            leaving_out=[row.pk for row in rows],
        )
        before, leaving = [row.movement_id for row in rows], [row.pk for row in rows]
        with judged_by_the_outcome():
            for each, row in zip(changes, rows, strict=True):
                put_at(row, agenda, each.starts_at, by=by, beside=leaving, crowd=False)
        withdraw_left(before, rows)
        for row in rows:
            record(by=by, verb=Verb.MOVE, target=row, establishment=row.establishment_id)
    return rows


def cancel_from_here(*, by: User, appointment: Appointment, revision: int, reason: CancelReason) -> list[Appointment]:
    """Cancel `appointment` and what its series still has booked after it, for one care-side `reason`.

    Raises ChangedMeanwhile, BookingRefused.
    """
    later = [each for each in booked_from_here(appointment) if each.pk != appointment.pk]
    require_bookable(by, appointment.agenda, *{each.agenda for each in later})
    with transaction.atomic():
        projection.hold_arrival_times(appointment.agenda.establishment)
        locked = lock_appointments({appointment: revision, **{each: each.revision for each in later}})
        rows = [locked[each.pk] for each in (appointment, *later)]
        cancel_all(rows, by=by, reason=reason)
        record_cancelled(by=by, appointments=rows)
    return rows


def booked_from_here(appointment: Appointment) -> list[Appointment]:
    """Return what the series of `appointment` still has booked from it on, itself included. One query."""
    if appointment.series_id is None:
        return [appointment]
    rows = Appointment.objects.booked().filter(series=appointment.series_id, starts_at__gte=appointment.starts_at)
    related = ("agenda__establishment", "detainee", "session", "kind")
    return list(rows.select_related(*related).order_by("starts_at", "id"))


def require_free(
    agenda: Agenda, person: Detainee, wanted: Mapping[datetime, timedelta], *, leaving_out: Collection[UUID] = ()
) -> None:
    """Refuse with the reason of each time that cannot be had, those that collide with one another too."""
    around = (min(wanted) - timedelta(days=1), max(wanted) + timedelta(days=1))
    fitting = read_fitting(agenda, person, *around, leaving_out=leaving_out)
    clashes = {}
    for starts_at, length in wanted.items():
        if why := fitting.why_not(starts_at, starts_at + length):
            clashes[starts_at] = why
        else:
            fitting.take(starts_at, starts_at + length)
    if clashes:
        raise SeriesRefused(clashes)
