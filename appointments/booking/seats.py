"""Finds the place that a booking takes: a time of its own, a place in shared time, or one that is overbooked."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from functools import partial
from uuid import UUID

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from access.in_words import date_format
from appointments.arithmetic.timegrid import Interval, overlaps
from appointments.booking.at_hand import AtHand, read_at_hand
from appointments.booking.guards import BookingRefused, require_future
from appointments.models import Agenda, Appointment, AppointmentChange, ConsultationSession, Detainee
from appointments.models.enums.appointment import ChangeKind
from appointments.openings.availability import time_in_shared
from appointments.projection import Schedule

# Whoever opened the form before this may have seen the slot free.
JUST = timedelta(minutes=10)


@dataclass(frozen=True)
class Seat:
    session: ConsultationSession
    starts_at: datetime
    ends_at: datetime
    shares_time: bool
    # When people are called, and when officers see it; None where they were not read with the session.
    arrival_times: Sequence[time] | None = None
    schedule: Schedule | None = None


def take_seat(
    agenda: Agenda,
    *,
    person: Detainee,
    starts_at: datetime,
    length: timedelta,
    overbook: bool = False,
    moving: Appointment | None = None,
    beside: Collection[UUID] = (),
    crowd: bool = True,
) -> Seat:
    """Return the place that `person` gets in the session of `agenda` at `starts_at`. The agenda is locked.

    A shared session gives its own times, whatever the minute asked for. `overbook` allows what the session's
    overbooking allows; `moving` is the appointment that gives up its present place, `beside` what
    leaves in the same transaction. Without `crowd`, nobody is put at an arrival time at which officers can bring
    nobody more. Raises BookingRefused.
    """
    leaving = {*beside, *([moving.pk] if moving is not None else [])}
    found = read_at_hand(agenda, starts_at, person=person, leaving=leaving, limited=not crowd)
    return seat_in(found, agenda, starts_at=starts_at, length=length, overbook=overbook)


def seat_in(
    found: AtHand | None, agenda: Agenda, *, starts_at: datetime, length: timedelta, overbook: bool = False
) -> Seat:
    """Return the place that what was read leaves at `starts_at`, as `take_seat`. Raises BookingRefused."""
    ends_at = starts_at + length
    if found is None or not (found.session.is_shared or ends_at <= found.session.ends_at):
        require_future(ends_at)
        raise BookingRefused(
            "closed",
            _("The agenda “%(agenda)s” is not open for this whole time. Choose a free slot.") % {"agenda": agenda.name},
        )
    if found.session.is_shared:
        return _shared_seat(found, overbook=overbook)
    require_future(ends_at)
    _require_held(found, (starts_at, ends_at))
    if any(start <= starts_at < end for start, end in found.brought.full):
        raise _nobody_more(found.session)
    return _own_seat(found, (starts_at, ends_at), overbook=overbook)


def _seat(found: AtHand, hours: Interval, *, shares_time: bool) -> Seat:
    return Seat(found.session, *hours, shares_time, found.brought.times, found.schedule)


def overbooking_left(agenda: Agenda, at: datetime) -> int:
    """Return how many more may be overbooked in the session of `agenda` at that instant; 0 without a session."""
    session = ConsultationSession.objects.filter(agenda=agenda, starts_at__lte=at, ends_at__gt=at).first()
    if session is None:
        return 0
    taken = Appointment.objects.holding().planned().filter(session=session, shares_time=True).count()
    return max(0, min(session.overbooking, session.seats - taken))


def _own_seat(found: AtHand, hours: Interval, *, overbook: bool) -> Seat:
    if not overbook:
        _require_room(found, hours)
    if not overbook or not any(overlaps(hours, one.hours) for one in found.held):
        return _seat(found, hours, shares_time=False)
    if sum(one.shares_time for one in found.held) >= found.session.overbooking:
        raise BookingRefused("full", _("No more may be overbooked in this session. Choose a free slot."))
    return _seat(found, hours, shares_time=True)


def _require_room(found: AtHand, hours: Interval) -> None:
    """Refuse what lasts into the next consultation, and what is taken: since when, or that it has just been taken.

    Somebody who is quicker by a moment is seen by the database alone, which says the last.
    """
    in_the_way = (one for one in found.held if not one.shares_time and overlaps(hours, one.hours))
    first = min(in_the_way, key=lambda one: (one.starts_at, one.key), default=None)
    if first is None:
        return
    if first.starts_at > hours[0]:
        minutes = int((first.starts_at - hours[0]).total_seconds()) // 60
        said = ngettext(
            "Only %(count)d minute is free there. Choose a shorter duration or another slot.",
            "Only %(count)d minutes are free there. Choose a shorter duration or another slot.",
            minutes,
        )
        raise BookingRefused("short", said % {"count": minutes})
    since = _put_there_at(first.key)
    if since is None or timezone.now() - since <= JUST:
        raise BookingRefused("taken", _("This slot has just been taken. Choose another one."))
    zone = found.session.agenda.establishment.zone
    raise BookingRefused(
        "taken",
        _("There is an appointment from %(start)s to %(end)s, since %(since)s. Choose a free slot.")
        % {
            "start": f"{first.starts_at.astimezone(zone):%H:%M}",
            "end": f"{first.ends_at.astimezone(zone):%H:%M}",
            "since": date_format(since.astimezone(zone), "j F Y, H:i"),
        },
    )


def _put_there_at(key: UUID) -> datetime | None:
    """Return when the appointment came to stand where it does; None when nothing is written of it."""
    placed = AppointmentChange.objects.filter(appointment=key, what__in=(ChangeKind.BOOKED, ChangeKind.MOVED))
    return placed.order_by("-revision").values_list("at", flat=True).first()


def _shared_seat(found: AtHand, *, overbook: bool) -> Seat:
    session, full = found.session, found.brought.full
    require_future(session.ends_at)
    _require_places(session, taken=len(found.held), overbook=overbook)
    anybody = partial(
        time_in_shared,
        session,
        times=found.brought.times,
        taken=[one.hours for one in found.held],
        away=found.away,
        after=max(timezone.now(), session.starts_at),
    )
    if (given := anybody(avoiding=found.expected, full=full)) is not None:
        return _seat(found, given, shares_time=True)
    if full and anybody(avoiding=found.expected) is not None:
        raise _nobody_more(session)
    if anybody() is not None:
        raise BookingRefused("person", _("This person already has an appointment at that time. Choose another slot."))
    _require_held(found, (session.starts_at, session.ends_at))
    raise BookingRefused(
        "arrival", _("Nobody can be called that early: there is no arrival time before it. Choose a later slot.")
    )


def _nobody_more(session: ConsultationSession) -> BookingRefused:
    return BookingRefused(
        "brought",
        _("As many people are called at that arrival time as officers can bring. Choose another, or book all the same.")
        if not session.is_shared
        else _("Officers can bring nobody more during this session. Choose another, or book all the same."),
    )


def _require_places(session: ConsultationSession, *, taken: int, overbook: bool) -> None:
    capacity = session.capacity or 0
    if taken < capacity or (overbook and taken < session.seats):
        return
    left = max(0, session.seats - taken)
    said = ngettext(
        "This session is full: %(count)d place is taken.", "This session is full: %(count)d places are taken.", taken
    ) % {"count": taken}
    more = ngettext("%(left)d more may be overbooked.", "%(left)d more may be overbooked.", left) % {"left": left}
    raise BookingRefused("full", f"{said} {more if left else _('Choose another session.')}")


def _require_held(found: AtHand, hours: Interval) -> None:
    """Refuse a time at which the practitioner is away or the unit closed."""
    if any(overlaps(hours, other) for other in found.closures):
        raise BookingRefused("unit_closed", _("The unit is closed at that time. Choose another day."))
    if any(overlaps(hours, other) for other in found.absences):
        raise BookingRefused(
            "away",
            _("“%(agenda)s” is away at that time. Choose another day or a colleague.")
            % {"agenda": found.session.agenda.name},
        )
