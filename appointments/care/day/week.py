"""Lays out one practitioner's week: rows of time, columns of days. Reads only, in a few queries."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from django.utils import timezone

from appointments.arithmetic.timegrid import Interval, at_local, local_midnights, minute_of, time_of
from appointments.care.day.layout import Cell, lay_out_cell
from appointments.care.shown import read_shown
from appointments.models import Agenda, Appointment, ConsultationSession
from appointments.openings.availability import FreeSlot, free_slots, sessions_between
from appointments.rights import Rights
from appointments.stranded import mark_stranded

WORKING_DAYS, WEEK = 5, 7
STEP = 15
MIDNIGHT = 24 * 60


@dataclass(frozen=True)
class WeekDay:
    date: date
    is_today: bool
    sessions: Sequence[ConsultationSession]
    appointments: Sequence[Appointment]
    slots: Sequence[FreeSlot]

    @property
    def spans(self) -> list[Interval]:
        opened = [(session.starts_at, session.ends_at) for session in self.sessions]
        return opened + [(one.starts_at, one.ends_at) for one in self.appointments]


@dataclass
class WeekRow:
    at: time
    is_hour: bool
    cells: Sequence[Cell]
    # Its cells as HTML, once they are drawn (appointments.care.day.drawing).
    drawn: str = ""


@dataclass(frozen=True)
class AgendaWeek:
    monday: date
    agenda: Agenda
    days: Sequence[WeekDay]
    rows: Sequence[WeekRow]

    @property
    def booked(self) -> int:
        return sum(len(day.appointments) for day in self.days)

    @property
    def free(self) -> int:
        return sum(len(day.slots) for day in self.days)

    @property
    def last(self) -> date:
        return self.days[-1].date


def read_week(rights: Rights, agenda: Agenda, day: date) -> AgendaWeek:
    """Return the week of `agenda` that holds `day`; Saturday and Sunday only when something stands there."""
    establishment, zone = agenda.establishment, agenda.establishment.zone
    monday = day - timedelta(days=day.weekday())
    start, _end = local_midnights(monday, zone)
    _start, end = local_midnights(monday + timedelta(days=WEEK - 1), zone)
    sessions = sessions_between([agenda], start, end)
    appointments = read_shown([agenda], start, end)
    mark_stranded(appointments, establishment)
    bookable = end > timezone.now() and agenda.pk in rights.bookable_keys
    held = appointments if all(start <= each.starts_at and each.ends_at <= end for each in sessions) else None
    slots = free_slots(sessions, after=timezone.now(), held=held) if bookable else []
    today = establishment.today()
    days = []
    for number in range(WEEK):
        at = monday + timedelta(days=number)
        column = WeekDay(
            date=at,
            is_today=at == today,
            sessions=[one for one in sessions if establishment.day_of(one.starts_at) == at],
            appointments=[one for one in appointments if establishment.day_of(one.starts_at) == at],
            slots=[one for one in slots if establishment.day_of(one.starts_at) == at],
        )
        if number < WORKING_DAYS or column.sessions or column.appointments:
            days.append(column)
    return AgendaWeek(monday=monday, agenda=agenda, days=days, rows=lay_out_week(days, zone))


def lay_out_week(days: Sequence[WeekDay], zone: ZoneInfo) -> list[WeekRow]:
    spans = [
        (minute_within(day.date, starts_at, zone), minute_within(day.date, ends_at, zone))
        for day in days
        for starts_at, ends_at in day.spans
    ]
    if not spans:
        return []
    first = min(span[0] for span in spans) // STEP * STEP
    last = max(span[1] for span in spans)
    return [row_at(minute, days, zone) for minute in range(first, last, STEP)]


def row_at(minute: int, days: Sequence[WeekDay], zone: ZoneInfo) -> WeekRow:
    at = time_of(minute)
    cells = []
    for day in days:
        begins = at_local(day.date, at, zone)
        until = begins + timedelta(minutes=STEP)
        cells.append(lay_out_cell(begins, until, day.sessions, day.appointments, day.slots))
    return WeekRow(at, at.minute == 0, cells)


def minute_within(day: date, instant: datetime, zone: ZoneInfo) -> int:
    """Return the minute of `day` that clocks show at `instant`; what goes on into the next day ends at midnight."""
    local = instant.astimezone(zone)
    return MIDNIGHT if local.date() > day else minute_of(local.time())
