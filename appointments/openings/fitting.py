"""Says whether one person could be seen in one agenda at a time, and why not. Reads only.

Read before a series is shown and again under the locks, when it is booked; the database's constraints decide.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from uuid import UUID

from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from access.models import Establishment
from appointments.arithmetic.public_holidays import holidays_between, usual_territory
from appointments.arithmetic.timegrid import Interval, NoArrivalTime, overlaps, slots, wave_for
from appointments.models import Agenda, Appointment, ConsultationSession, Detainee, UnitCalendar
from appointments.openings.availability import away_times, sessions_between, time_in_shared
from appointments.openings.brought import read_brought
from appointments.projection import arrival_times


def read_fitting(
    agenda: Agenda, person: Detainee, since: datetime, until: datetime, *, leaving_out: Collection[UUID] = ()
) -> Fitting:
    """Return what `agenda` and `person` have planned between two instants. Nine queries at most, however long.

    The appointments `leaving_out` count as gone: they are about to move.
    """
    establishment = agenda.establishment
    sessions = sessions_between([agenda], since, until) if agenda.is_active else []
    held = Appointment.objects.holding().filter(starts_at__range=(since - timedelta(days=1), until))
    held = held.exclude(pk__in=leaving_out)
    taken: dict[int | None, list[Interval]] = defaultdict(list)
    for session, starts_at, ends_at in held.filter(agenda=agenda).values_list("session_id", "starts_at", "ends_at"):
        taken[session].append((starts_at, ends_at))
    first, last = (establishment.day_of(at) for at in (since, until))
    territory = UnitCalendar.objects.filter(establishment=establishment).values_list("territory", flat=True).first()
    return Fitting(
        establishment=establishment,
        sessions=sessions,
        taken=taken,
        away=away_times(sessions),
        elsewhere=list(held.filter(detainee=person).values_list("starts_at", "ends_at")),
        arrival_times=arrival_times(establishment),
        full=read_brought(establishment, since, until, leaving_out=person.pk).full,
        holidays=holidays_between(
            territory or usual_territory(establishment.time_zone), first, last, language=get_language() or "fr"
        ),
    )


@dataclass
class Fitting:
    """The weeks of one agenda as one person could use them; what is chosen meanwhile is taken from it."""

    establishment: Establishment
    sessions: list[ConsultationSession]
    # By the key of the session.
    taken: dict[int | None, list[Interval]]
    away: dict[int, list[Interval]]
    elsewhere: list[Interval]
    arrival_times: list[time]
    # When officers can bring nobody more.
    full: list[Interval]
    holidays: dict[date, str]

    def why_not(self, starts_at: datetime, ends_at: datetime) -> str:
        """Return why the person cannot be seen then, in a sentence; empty when they can."""
        day = self.day_of(starts_at)
        if starts_at <= timezone.now() and ends_at <= timezone.now():
            return _("This time is past.")
        if not self.sessions_of(day):
            if day in self.holidays:
                return _("Public holiday (%(name)s): no session is open.") % {"name": self.holidays[day]}
            return _("No session is open on this day.")
        session = self.session_at(starts_at)
        if session is None or not (session.is_shared or ends_at <= session.ends_at):
            return _("The agenda is not open for this whole time.")
        return self.why_not_shared(session) if session.is_shared else self.why_not_own(session, (starts_at, ends_at))

    def why_not_own(self, session: ConsultationSession, wanted: Interval) -> str:
        if any(overlaps(wanted, other) for other in self.away[session.pk]):
            return _("The practitioner is away or the unit is closed at that time.")
        if any(overlaps(wanted, other) for other in self.taken[session.pk]):
            return _("This time is taken.")
        if any(overlaps(wanted, other) for other in self.elsewhere):
            return _("The person already has an appointment at that time.")
        if any(start <= wanted[0] < end for start, end in self.full):
            return _("Officers can bring nobody more at that time.")
        return "" if self.wave(wanted[0]) is not None else _("Nobody can be called that early.")

    def why_not_shared(self, session: ConsultationSession) -> str:
        if self.places_left(session) <= 0:
            return _("No place is left in this session.")
        if self.time_given(session) is not None:
            return ""
        if self.time_given(session, keeping_full=False) is not None:
            return _("Officers can bring nobody more at that time.")
        if self.time_given(session, avoiding=False, keeping_full=False) is not None:
            return _("The person already has an appointment at that time.")
        return _("The practitioner is away or the unit is closed at that time.")

    def take(self, starts_at: datetime, ends_at: datetime) -> None:
        """Count a time as used from now on, by the agenda and by the person."""
        session = self.session_at(starts_at)
        if session is None:
            return
        used = (self.time_given(session) if session.is_shared else None) or (starts_at, ends_at)
        self.taken[session.pk].append(used)
        self.elsewhere.append(used)

    def free_on(self, day: date, length: timedelta) -> list[datetime]:
        now, found = timezone.now(), []
        for session in self.sessions_of(day):
            if session.is_shared:
                given = self.time_given(session) if self.places_left(session) > 0 else None
                found += [given[0]] if given else []
                continue
            found += slots(
                (session.starts_at, session.ends_at),
                busy=self.taken[session.pk] + self.away[session.pk] + self.elsewhere,
                step=timedelta(minutes=session.slot_minutes),
                length=length,
            )
        found = [one for one in found if not any(start <= one < end for start, end in self.full)]
        return sorted(start for start in found if start >= now and self.wave(start) is not None)

    def places_left(self, session: ConsultationSession) -> int:
        return (session.capacity or 0) - len(self.taken[session.pk])

    def time_given(
        self, session: ConsultationSession, *, avoiding: bool = True, keeping_full: bool = True
    ) -> Interval | None:
        """Return the time that the next person gets in a shared session, None when none suits."""
        given = time_in_shared(
            session,
            times=self.arrival_times,
            taken=self.taken[session.pk],
            away=self.away[session.pk],
            avoiding=self.elsewhere if avoiding else (),
            after=max(timezone.now(), session.starts_at),
            full=self.full if keeping_full else (),
        )
        return given if given is not None and self.wave(given[0]) is not None else None

    def session_at(self, at: datetime) -> ConsultationSession | None:
        return next((each for each in self.sessions if each.starts_at <= at < each.ends_at), None)

    def sessions_of(self, day: date) -> list[ConsultationSession]:
        return [session for session in self.sessions if self.day_of(session.starts_at) == day]

    def day_of(self, at: datetime) -> date:
        return self.establishment.day_of(at)

    def wave(self, starts_at: datetime) -> datetime | None:
        try:
            return wave_for(starts_at, self.arrival_times, self.establishment.zone)
        except NoArrivalTime:
            return None
