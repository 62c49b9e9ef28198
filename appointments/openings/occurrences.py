"""The days and hours of a pattern: its rule, minus exceptions, public holidays and closures. Reads only."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db import models
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from access.models import Establishment
from appointments.arithmetic.public_holidays import holidays_between, usual_territory
from appointments.arithmetic.recurrence import days_between
from appointments.arithmetic.timegrid import Interval, at_local, contains, local_midnights
from appointments.models import Agenda, Closure, SessionPattern, UnitCalendar

# Sessions are written so far ahead; `manage.py extend_planning` writes the next ones day by day.
HORIZON = timedelta(weeks=26)


class LeftOut(models.TextChoices):
    """Why a day of the rule gets no session."""

    HOLIDAY = "holiday", _("public holiday")
    CLOSED = "closed", _("the unit is closed")
    TAKEN = "taken", _("there is already a session at that time")
    ROOM = "room", _("the room is taken at that time")
    OVER = "over", _("that time is over")
    SKIPPED = "skipped", _("clocks change and skip that time")


@dataclass(frozen=True)
class Occurrence:
    """One day of a pattern. `left_out` is None for a day on which a session is held; `name` is the holiday's."""

    day: date
    starts_at: datetime
    ends_at: datetime
    left_out: LeftOut | None = None
    name: str = ""

    @property
    def hours(self) -> Interval:
        return self.starts_at, self.ends_at


def occurrences(pattern: SessionPattern, *, first: date, last: date) -> list[Occurrence]:
    """Return the days of `pattern` from `first` to `last`, both included. Two queries."""
    closed = closures_between(pattern.agenda, first, last)
    holidays = {} if pattern.on_holidays else named_holidays(pattern.establishment, first, last)
    return days_of(pattern, first=first, last=last, holidays=holidays, closed=closed)


def days_of(
    pattern: SessionPattern, *, first: date, last: date, holidays: Mapping[date, str], closed: Sequence[Interval]
) -> list[Occurrence]:
    """Return the days of `pattern` with these holidays and closures. No query.

    The hours are local: a day that clocks make shorter or longer changes nothing. Only a closure that covers the
    whole of a session removes it; during a shorter one nothing is offered.
    """
    zone = pattern.establishment.zone
    found = []
    days = days_between(
        pattern.rule,
        first,
        last,
        first=pattern.first,
        last=pattern.last,
        extra=pattern.extra_dates,
        excepted=pattern.except_dates,
    )
    for day in days:
        hours = at_local(day, pattern.start, zone), at_local(day, pattern.end, zone)
        left_out, name = None, ""
        if hours[1] <= hours[0]:
            left_out = LeftOut.SKIPPED
        elif day in holidays:
            left_out, name = LeftOut.HOLIDAY, holidays[day]
        elif any(contains(other, hours) for other in closed):
            left_out = LeftOut.CLOSED
        found.append(Occurrence(day, *hours, left_out=left_out, name=name))
    return found


def closures_between(agenda: Agenda, first: date, last: date) -> list[Interval]:
    """Return the closures of the agenda's unit that touch the days from `first` to `last`. One query."""
    establishment = agenda.establishment
    start, end = local_midnights(first, establishment.zone)[0], local_midnights(last, establishment.zone)[1]
    there = Closure.objects.filter(unit=agenda.unit_id, starts_at__lt=end, ends_at__gt=start)
    return list(there.order_by("starts_at").values_list("starts_at", "ends_at"))


def territory_of(establishment: Establishment) -> str:
    """Return whose public holidays the unit keeps. One query."""
    chosen = UnitCalendar.objects.filter(establishment=establishment).values_list("territory", flat=True).first()
    return chosen or usual_territory(establishment.time_zone)


def named_holidays(establishment: Establishment, first: date, last: date, *, territory: str = "") -> dict[date, str]:
    """Return the unit's public holidays from `first` to `last`, named in the reader's language.

    One query, none where the caller knows the `territory`.
    """
    return holidays_between(territory or territory_of(establishment), first, last, language=get_language() or "fr")


def horizon(today: date) -> date:
    """Return the last day up to which sessions are written."""
    return today + HORIZON


def still_open(found: Iterable[Occurrence], now: datetime) -> list[Occurrence]:
    """Mark the occurrences that are over by `now`."""
    return [
        Occurrence(one.day, *one.hours, left_out=LeftOut.OVER) if one.left_out is None and one.ends_at <= now else one
        for one in found
    ]
