"""Counts how full each day of a month is. Reads only, in a few queries."""

from __future__ import annotations

import calendar
from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from django.utils import timezone

from access.models import Establishment
from appointments.arithmetic.timegrid import local_midnights
from appointments.models import Agenda, Appointment, ConsultationSession
from appointments.models.enums.appointment import Status
from appointments.openings.availability import free_slots, sessions_between
from appointments.openings.occurrences import named_holidays

DAYS_OF_WEEK = 7


@dataclass(frozen=True)
class DayLoad:
    date: date
    in_month: bool
    is_today: bool
    is_past: bool
    booked: int
    places: int
    free: int
    holiday: str = ""

    @property
    def is_open(self) -> bool:
        return bool(self.places or self.booked)

    @property
    def share(self) -> int:
        """The booked part of the places, in hundredths; overbooking fills the bar."""
        return min(100, round(100 * self.booked / self.places)) if self.places else 100


@dataclass(frozen=True)
class MonthLoad:
    first: date
    weeks: Sequence[Sequence[DayLoad]]

    @property
    def days(self) -> list[DayLoad]:
        return [load for week in self.weeks for load in week if load.in_month]

    @property
    def booked(self) -> int:
        return sum(load.booked for load in self.days)

    @property
    def places(self) -> int:
        return sum(load.places for load in self.days)

    @property
    def free(self) -> int:
        return sum(load.free for load in self.days)


def read_month_load(
    establishment: Establishment, first: date, *, agendas: Sequence[Agenda], bookable: Collection[int]
) -> MonthLoad:
    """Return the month that begins on `first`, of `agendas`; free slots only of those in `bookable`."""
    zone, today = establishment.zone, establishment.today()
    monday = first - timedelta(days=first.weekday())
    last = first.replace(day=calendar.monthrange(first.year, first.month)[1])
    sunday = last + timedelta(days=DAYS_OF_WEEK - 1 - last.weekday())
    start, end = local_midnights(monday, zone)[0], local_midnights(sunday, zone)[1]
    sessions = sessions_between(agendas, start, end)
    shown = Appointment.objects.filter(establishment=establishment, agenda__in=agendas).exclude(status=Status.CANCELLED)
    times = shown.filter(starts_at__gte=start, starts_at__lt=end).order_by().values_list("starts_at", flat=True)
    booked = Counter(establishment.day_of(at) for at in times)
    places: Counter[date] = Counter()
    for session in sessions:
        places[establishment.day_of(session.starts_at)] += places_of(session)
    to_come = [session for session in sessions if session.agenda_id in bookable and session.ends_at > timezone.now()]
    free = Counter(establishment.day_of(slot.starts_at) for slot in free_slots(to_come, after=timezone.now()))

    holidays = named_holidays(establishment, monday, sunday)

    def load(day: date) -> DayLoad:
        return DayLoad(
            date=day,
            in_month=day.month == first.month,
            is_today=day == today,
            is_past=day < today,
            booked=booked[day],
            places=places[day],
            free=free[day],
            holiday=holidays.get(day, ""),
        )

    days = [monday + timedelta(days=number) for number in range((sunday - monday).days + 1)]
    weeks = [[load(day) for day in days[at : at + DAYS_OF_WEEK]] for at in range(0, len(days), DAYS_OF_WEEK)]
    return MonthLoad(first, weeks)


def places_of(session: ConsultationSession) -> int:
    """Return how many people a session is meant for: its places, or its usual slots when the times are apart."""
    return session.capacity or int((session.ends_at - session.starts_at) // timedelta(minutes=session.slot_minutes))
