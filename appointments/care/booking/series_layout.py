"""Lays out a series before it is booked: each date with its time or its clash, and what could be done. Reads only."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from uuid import UUID

from appointments.arithmetic.timegrid import at_local
from appointments.arithmetic.varied_days import VariedDays
from appointments.models import Agenda, Detainee, Kind
from appointments.neutrality.booking import Exposure, Habits, exposures_of
from appointments.openings.fitting import Fitting, read_fitting
from appointments.openings.next_free import MIDDAY

SKIP = "skip"
SAME_DAY, SAME_WEEK = 3, 3


@dataclass(frozen=True, kw_only=True)
class SeriesWish:
    agenda: Agenda
    kind: Kind
    person: Detainee
    length: timedelta
    wanted: Sequence[datetime]
    # Let the hour vary between the weeks, and the day: a fixed weekday, interval or hour is a rhythm that tells.
    varies: bool = False
    varies_days: bool = False
    # These appointments are about to move: their times count as free.
    leaving_out: Collection[UUID] = ()


@dataclass
class SeriesDate:
    number: int
    wanted_at: datetime
    starts_at: datetime | None = None
    clash: str = ""
    is_skipped: bool = False
    is_varied: bool = False
    is_other_day: bool = False
    alternatives: list[Offer] = field(default_factory=list)

    @property
    def is_open(self) -> bool:
        """Whether somebody still has to say what becomes of it."""
        return self.starts_at is None and not self.is_skipped

    @property
    def is_other_time(self) -> bool:
        return self.starts_at is not None and self.starts_at != self.wanted_at


@dataclass(frozen=True)
class Offer:
    starts_at: datetime
    value: str
    exposure: Exposure


@dataclass(frozen=True)
class Plan:
    lines: Sequence[SeriesDate]

    @property
    def open(self) -> list[SeriesDate]:
        return [line for line in self.lines if line.is_open]

    @property
    def chosen(self) -> dict[int, datetime]:
        return {line.number: line.starts_at for line in self.lines if line.starts_at is not None}


def lay_out_series(request: SeriesWish, *, choices: Mapping[int, datetime | None] | None = None) -> Plan:
    """Return the series line by line; `choices` holds what was chosen for some (None: skipped).

    A choice that is no longer free is a clash again. The number of queries does not depend on that of the dates.
    """
    first, last = min(request.wanted), max(request.wanted)
    fitting = read_fitting(
        request.agenda,
        request.person,
        first - timedelta(weeks=1),
        last + timedelta(weeks=2),
        leaving_out=request.leaving_out,
    )
    exposures = exposures_of_weeks(request, fitting)
    lines = [SeriesDate(number, at) for number, at in enumerate(request.wanted, start=1)]
    Arrangement(request, fitting, exposures).arrange(lines, choices or {})
    return Plan(lines)


def exposures_of_weeks(request: SeriesWish, fitting: Fitting) -> dict[datetime, Exposure]:
    """Return the exposure of each arrival time of the days that are open. Two queries."""
    zone = fitting.establishment.zone
    days = {fitting.day_of(session.starts_at) for session in fitting.sessions}
    waves = {at_local(day, at, zone) for day in days for at in fitting.arrival_times}
    return exposures_of(
        Habits(fitting.establishment), kind=request.kind, called_at=waves, leaving_out=request.person.pk
    )


class Arrangement:
    """Finds a time for each line, so that no two of them collide."""

    def __init__(self, request: SeriesWish, fitting: Fitting, exposures: Mapping[datetime, Exposure]) -> None:
        self.request, self.fitting, self.exposures = request, fitting, exposures
        self.zone = fitting.establishment.zone
        # How often the series already calls the person at each time of the day, and of the week.
        self.hours: Counter[tuple[int | None, object]] = Counter()
        days = [fitting.day_of(at) for at in request.wanted]
        seed = f"{request.person.pk}|{request.agenda.pk}|{request.kind.pk}|{days[0]}"
        self.days = VariedDays(days, seed=seed) if request.varies_days else None

    def arrange(self, lines: Sequence[SeriesDate], choices: Mapping[int, datetime | None]) -> None:
        """Give each line its time or its clash: first what was chosen, then what was wanted, then the offers."""
        for line in lines:
            if line.number in choices:
                self.settle(line, choices[line.number])
        for line in lines:
            if line.number not in choices:
                self.find(line)
        for line in lines:
            line.alternatives = self.offers_for(line)

    def settle(self, line: SeriesDate, chosen: datetime | None) -> None:
        if chosen is None:
            line.is_skipped = True
            line.clash = self.fitting.why_not(line.wanted_at, line.wanted_at + self.request.length)
        elif not self.take(line, chosen):
            line.starts_at = None

    def find(self, line: SeriesDate) -> None:
        """Take the wanted time, or another of that half-day, or of one near it, when hours and days may vary."""
        day = self.fitting.day_of(line.wanted_at)
        if self.days:
            best = {near: at for near in self.days.near(line.number) if (at := self.best_on(near, line))}
            if best:
                day = self.days.prefer(line.number, {near: self.tells(at) for near, at in best.items()})
                self.take(line, best[day])
                return
        elif at := self.best_on(day, line):
            self.take(line, at)
            return
        self.take(line, line.wanted_at)

    def best_on(self, day: date, line: SeriesDate) -> datetime | None:
        """Return the time of that half-day of `day` that suits best; the wanted hour alone unless hours may vary."""
        if not self.request.varies:
            at = at_local(day, line.wanted_at.astimezone(self.zone).time(), self.zone)
            return None if self.fitting.why_not(at, at + self.request.length) else at
        free = [at for at in self.fitting.free_on(day, self.request.length) if self.is_same_half(at, line)]
        return min(free, key=lambda at: self.reluctance(at, line.wanted_at), default=None)

    def is_same_half(self, at: datetime, line: SeriesDate) -> bool:
        return self.is_morning(at) == self.is_morning(line.wanted_at)

    def take(self, line: SeriesDate, starts_at: datetime) -> bool:
        """Give the line that time unless something is in the way, which is then its clash."""
        ends_at = starts_at + self.request.length
        line.clash = self.fitting.why_not(starts_at, ends_at)
        if line.clash:
            return False
        line.starts_at = starts_at
        day = self.fitting.day_of(starts_at)
        line.is_other_day = day != self.fitting.day_of(line.wanted_at)
        may_vary = bool(self.days) if line.is_other_day else self.request.varies
        line.is_varied = may_vary and starts_at != line.wanted_at
        self.fitting.take(starts_at, ends_at)
        for key in self.keys_of(starts_at):
            self.hours[key] += 1
        if self.days:
            self.days.give(line.number, day)
        return True

    def free(self, line: SeriesDate) -> list[datetime]:
        return self.fitting.free_on(self.fitting.day_of(line.wanted_at), self.request.length)

    def is_morning(self, at: datetime) -> bool:
        return at.astimezone(self.zone).time() < MIDDAY

    def keys_of(self, at: datetime) -> tuple[tuple[int | None, object], tuple[int | None, object]]:
        """Return what an observer of the list sees of a time: weekday and arrival time, and the arrival time alone."""
        wave = (self.fitting.wave(at) or at).astimezone(self.zone)
        return (wave.weekday(), wave.time()), (None, wave.time())

    def reluctance(self, at: datetime, wanted: datetime) -> tuple[int, int, bool, bool, timedelta]:
        """Return how little a time suits: an hour used before first, then a telling one, then a far one."""
        on_weekday, on_any = self.keys_of(at)
        exposure = self.exposures.get(self.fitting.wave(at) or at)
        alone = not exposure.is_mixed if exposure else True
        return self.hours[on_weekday], self.hours[on_any], self.tells(at), alone, abs(at - wanted)

    def tells(self, at: datetime) -> bool:
        exposure = self.exposures.get(self.fitting.wave(at) or at)
        return exposure is None or exposure.word != "low"

    def offers_for(self, line: SeriesDate) -> list[Offer]:
        """Return other times for a line with a clash: of its day, then one a day of the days around it.

        Whose day was varied can be put back on the one wanted.
        """
        if line.is_varied and line.is_other_day:
            kept = not self.fitting.why_not(line.wanted_at, line.wanted_at + self.request.length)
            return [self.offer(line.wanted_at)] if kept else []
        if not line.clash and (line.starts_at is None or not line.is_other_time or line.is_varied):
            return []
        day = self.fitting.day_of(line.wanted_at)
        near = sorted(self.free(line), key=lambda at: abs(at - line.wanted_at))[:SAME_DAY]
        around = self.days_around(day)
        others = [min(times, key=lambda at: self.far(at, line.wanted_at)) for times in around if times]
        return [self.offer(at) for at in sorted(near) + others[:SAME_WEEK]]

    def days_around(self, day: date) -> list[list[datetime]]:
        """Return the free times of the other days of that week, then of the one after."""
        monday = day - timedelta(days=day.weekday())
        week = [monday + timedelta(days=number) for number in range(14)]
        later = monday + timedelta(days=7)
        nearest = sorted((each for each in week if each != day), key=lambda each: (each >= later, abs(each - day)))
        return [self.fitting.free_on(each, self.request.length) for each in nearest]

    def far(self, at: datetime, wanted: datetime) -> float:
        """Return how many seconds of the clock lie between two times of day."""
        one, other = at.astimezone(self.zone), wanted.astimezone(self.zone)
        return abs((one.hour - other.hour) * 3600 + (one.minute - other.minute) * 60)

    def offer(self, at: datetime) -> Offer:
        local = at.astimezone(self.zone)
        wave = self.fitting.wave(at)
        assert wave is not None  # noqa: S101 free_on gives no other
        return Offer(local, f"{local:%Y-%m-%dT%H:%M}", self.exposures[wave])
