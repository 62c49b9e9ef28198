"""Says whether one person could be seen in one agenda at a time, and why not. Reads only.

Read before a series is shown and again under the locks, when it is booked; the database's constraints decide.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from uuid import UUID

from django.utils import timezone
from django.utils.translation import gettext as _

from access.models import Establishment
from appointments.availability import sessions_between
from appointments.models import Agenda, Appointment, ConsultationSession, Detainee
from appointments.projection import arrival_times
from appointments.timegrid import Interval, NoArrivalTime, contains, local_midnights, overlaps, slots, wave_for


def read_fitting(
    agenda: Agenda, person: Detainee, since: datetime, until: datetime, *, leaving_out: Collection[UUID] = ()
) -> Fitting:
    """Return what `agenda` and `person` have planned between two instants. Four queries, however long that is.

    The appointments `leaving_out` count as gone: they are about to move.
    """
    around = (since - timedelta(days=1), until)
    held = Appointment.objects.holding().filter(starts_at__range=around).exclude(pk__in=leaving_out)
    return Fitting(
        establishment=agenda.establishment,
        sessions=sessions_between([agenda], since, until) if agenda.is_active else [],
        taken=list(held.filter(agenda=agenda).values_list("starts_at", "ends_at")),
        elsewhere=list(held.filter(detainee=person).values_list("starts_at", "ends_at")),
        arrival_times=arrival_times(agenda.establishment),
    )


@dataclass
class Fitting:
    """The weeks of one agenda as one person could use them; what is chosen meanwhile is taken from it."""

    establishment: Establishment
    sessions: list[ConsultationSession]
    taken: list[Interval]
    elsewhere: list[Interval]
    arrival_times: list[time]

    def why_not(self, starts_at: datetime, ends_at: datetime) -> str:
        """Return why the person cannot be seen then, in a sentence; empty when he can."""
        wanted = (starts_at, ends_at)
        if ends_at <= timezone.now():
            return _("This time is past.")
        of_the_day = self.sessions_of(self.day_of(starts_at))
        if not of_the_day:
            return _("No session is open on this day.")
        if not any(contains((session.starts_at, session.ends_at), wanted) for session in of_the_day):
            return _("The agenda is not open for this whole time.")
        if any(overlaps(wanted, other) for other in self.taken):
            return _("This time is taken.")
        if any(overlaps(wanted, other) for other in self.elsewhere):
            return _("The person already has an appointment at that time.")
        if self.wave(starts_at) is None:
            return _("Nobody can be called that early.")
        return ""

    def take(self, starts_at: datetime, ends_at: datetime) -> None:
        """Count a time as used from now on, by the agenda and by the person."""
        self.taken.append((starts_at, ends_at))
        self.elsewhere.append((starts_at, ends_at))

    def free_on(self, day: date, length: timedelta) -> list[datetime]:
        """Return the times of a day at which the person could be seen for `length`, in order."""
        bounds = local_midnights(day, self.establishment.zone)
        busy = [each for each in self.taken + self.elsewhere if overlaps(each, bounds)]
        now = timezone.now()
        return [
            start
            for session in self.sessions_of(day)
            for start in slots(
                (session.starts_at, session.ends_at),
                busy=busy,
                step=timedelta(minutes=session.slot_minutes),
                length=length,
            )
            if start >= now and self.wave(start) is not None
        ]

    def sessions_of(self, day: date) -> list[ConsultationSession]:
        """Return the sessions that begin on a local day."""
        return [session for session in self.sessions if self.day_of(session.starts_at) == day]

    def day_of(self, at: datetime) -> date:
        """Return the local day of an instant."""
        return at.astimezone(self.establishment.zone).date()

    def wave(self, starts_at: datetime) -> datetime | None:
        """Return the arrival time under which the person would be called, None when there is none."""
        try:
            return wave_for(starts_at, self.arrival_times, self.establishment.zone)
        except NoArrivalTime:
            return None
