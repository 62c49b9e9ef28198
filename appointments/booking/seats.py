"""Finds the place that a booking takes: a time of its own, a place in shared time, or one that is overbooked."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from uuid import UUID

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from access.in_words import date_format
from appointments.arithmetic.timegrid import Interval, overlaps
from appointments.booking.guards import BookingRefused, require_future
from appointments.models import Agenda, Appointment, AppointmentChange, Closure, ConsultationSession, Detainee
from appointments.models.appointment import AppointmentQuerySet
from appointments.models.enums.appointment import ChangeKind
from appointments.openings.availability import away_times, time_in_shared
from appointments.openings.brought import lock_brought
from appointments.projection import arrival_times

# Whoever opened the form before this may have seen the slot free.
JUST = timedelta(minutes=10)


@dataclass(frozen=True)
class Seat:
    session: ConsultationSession
    starts_at: datetime
    ends_at: datetime
    shares_time: bool


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
    ends_at = starts_at + length
    session = _open_session(agenda, (starts_at, ends_at))
    others = Appointment.objects.holding().planned().filter(session=session)
    leaving = {*beside, *([moving.pk] if moving is not None else [])}
    others = others.exclude(pk__in=leaving)
    full = [] if crowd else _full_times(session, person)
    if session.is_shared:
        return _shared_seat(
            session, others=_times(others), person=person, overbook=overbook, leaving=leaving, full=full
        )
    require_future(ends_at)
    _require_held(session, (starts_at, ends_at))
    if any(start <= starts_at < end for start, end in full):
        raise _nobody_more(session)
    return _own_seat(session, others=others, hours=(starts_at, ends_at), overbook=overbook)


def _open_session(agenda: Agenda, hours: Interval) -> ConsultationSession:
    """Return the session that holds these hours; refuse when there is none."""
    starts_at, ends_at = hours
    # An agenda that was taken out of use a moment ago is seen to be: it is locked by now.
    sessions = ConsultationSession.objects.filter(agenda=agenda, agenda__is_active=True)
    session = (
        sessions.filter(starts_at__lte=starts_at, ends_at__gt=starts_at).select_related("agenda__establishment").first()
    )
    if session is None or not (session.is_shared or ends_at <= session.ends_at):
        require_future(ends_at)
        raise BookingRefused(
            "closed",
            _("The agenda “%(agenda)s” is not open for this whole time. Choose a free slot.") % {"agenda": agenda.name},
        )
    return session


def overbooking_left(agenda: Agenda, at: datetime) -> int:
    """Return how many more may be overbooked in the session of `agenda` at that instant; 0 without a session."""
    session = ConsultationSession.objects.filter(agenda=agenda, starts_at__lte=at, ends_at__gt=at).first()
    if session is None:
        return 0
    taken = Appointment.objects.holding().planned().filter(session=session, shares_time=True).count()
    return max(0, min(session.overbooking, session.seats - taken))


def _own_seat(session: ConsultationSession, *, others: AppointmentQuerySet, hours: Interval, overbook: bool) -> Seat:
    held = list(others.values_list("starts_at", "ends_at", "shares_time"))
    if not overbook:
        _require_room(hours, others.filter(shares_time=False, starts_at__lt=hours[1], ends_at__gt=hours[0]), session)
    if not overbook or not any(overlaps(hours, (start, end)) for start, end, _shares in held):
        return Seat(session, *hours, shares_time=False)
    if sum(shares for _start, _end, shares in held) >= session.overbooking:
        raise BookingRefused("full", _("No more may be overbooked in this session. Choose a free slot."))
    return Seat(session, *hours, shares_time=True)


def _require_room(hours: Interval, in_the_way: AppointmentQuerySet, session: ConsultationSession) -> None:
    """Refuse what lasts into the next consultation, and what is taken: since when, or that it has just been taken.

    Somebody who is quicker by a moment is seen by the database alone, which says the last.
    """
    first = in_the_way.order_by("starts_at", "id").values_list("starts_at", "ends_at", "pk").first()
    if first is None:
        return
    start, end, key = first
    if start > hours[0]:
        minutes = int((start - hours[0]).total_seconds()) // 60
        said = ngettext(
            "Only %(count)d minute is free there. Choose a shorter duration or another slot.",
            "Only %(count)d minutes are free there. Choose a shorter duration or another slot.",
            minutes,
        )
        raise BookingRefused("short", said % {"count": minutes})
    since = _put_there_at(key)
    if since is None or timezone.now() - since <= JUST:
        raise BookingRefused("taken", _("This slot has just been taken. Choose another one."))
    zone = session.agenda.establishment.zone
    raise BookingRefused(
        "taken",
        _("There is an appointment from %(start)s to %(end)s, since %(since)s. Choose a free slot.")
        % {
            "start": f"{start.astimezone(zone):%H:%M}",
            "end": f"{end.astimezone(zone):%H:%M}",
            "since": date_format(since.astimezone(zone), "j F Y, H:i"),
        },
    )


def _put_there_at(key: UUID) -> datetime | None:
    """Return when the appointment came to stand where it does; None when nothing is written of it."""
    placed = AppointmentChange.objects.filter(appointment=key, what__in=(ChangeKind.BOOKED, ChangeKind.MOVED))
    return placed.order_by("-revision").values_list("at", flat=True).first()


def _shared_seat(
    session: ConsultationSession,
    *,
    others: list[Interval],
    person: Detainee,
    overbook: bool,
    leaving: Collection[UUID],
    full: Collection[Interval],
) -> Seat:
    require_future(session.ends_at)
    _require_places(session, taken=len(others), overbook=overbook)
    away = away_times([session])[session.pk]
    expected = Appointment.objects.holding().filter(
        detainee=person, starts_at__lt=session.ends_at, ends_at__gt=session.starts_at
    )
    expected = expected.exclude(pk__in=leaving)
    times, after = arrival_times(session.agenda.establishment), max(timezone.now(), session.starts_at)
    anybody = partial(time_in_shared, session, times=times, taken=others, away=away, after=after)
    avoiding = _times(expected)
    if (given := anybody(avoiding=avoiding, full=full)) is not None:
        return Seat(session, *given, shares_time=True)
    if full and anybody(avoiding=avoiding) is not None:
        raise _nobody_more(session)
    if anybody() is not None:
        raise BookingRefused("person", _("This person already has an appointment at that time. Choose another slot."))
    _require_held(session, (session.starts_at, session.ends_at))
    raise BookingRefused(
        "arrival", _("Nobody can be called that early: there is no arrival time before it. Choose a later slot.")
    )


def _full_times(session: ConsultationSession, person: Detainee) -> list[Interval]:
    """Return when officers can bring nobody more during a session; nobody else takes the last place meanwhile."""
    establishment = session.agenda.establishment
    return lock_brought(establishment, session.starts_at, session.ends_at, leaving_out=person.pk).full


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


def _require_held(session: ConsultationSession, hours: Interval) -> None:
    """Refuse a time at which the practitioner is away or the unit closed."""
    if not any(overlaps(hours, other) for other in away_times([session])[session.pk]):
        return
    closed = Closure.objects.filter(unit=session.agenda.unit_id, starts_at__lt=hours[1], ends_at__gt=hours[0])
    if closed.exists():
        raise BookingRefused("unit_closed", _("The unit is closed at that time. Choose another day."))
    raise BookingRefused(
        "away",
        _("“%(agenda)s” is away at that time. Choose another day or a colleague.") % {"agenda": session.agenda.name},
    )


def _times(appointments: AppointmentQuerySet) -> list[Interval]:
    return list(appointments.values_list("starts_at", "ends_at"))
