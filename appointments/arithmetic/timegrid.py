"""Pure time arithmetic of the agenda: local days, arrival waves, free slots. No Django, models, people.

Instants are aware datetimes; whatever zone they come in, all results are in UTC. Intervals are half-open: an
interval holds its start and not its end, so two visits may touch. Comparisons are made in UTC because Python
compares two datetimes of the same zone by their wall clocks, which is wrong in the hour that autumn repeats.
"""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta, tzinfo
from typing import TYPE_CHECKING, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from zoneinfo import ZoneInfo

Interval: TypeAlias = tuple[datetime, datetime]


def at_local(day: date, time: time, zone: ZoneInfo) -> datetime:
    """Return the UTC instant at which clocks of `zone` show `time` on `day`.

    A time that spring skips moves forward to the first instant that exists (02:30 becomes 03:00 in Paris); a
    time that autumn repeats is its first occurrence. Raises `NaiveTimeExpected` when `time` carries a zone of
    its own, and `OutsideCalendar` when UTC would fall before year 1 or after year 9999.
    """
    if time.tzinfo is not None:
        raise NaiveTimeExpected
    wall = datetime.combine(day, time.replace(fold=0))
    local = wall.replace(tzinfo=zone)
    try:
        instant = local.astimezone(UTC)
        if instant.astimezone(zone).replace(tzinfo=None) == wall:
            return instant
        # In a gap Python has two readings: by the old offset (after the change), by the new one (before it).
        return _clock_change(local.replace(fold=1).astimezone(UTC), after=instant, zone=zone)
    except OverflowError as error:
        raise OutsideCalendar from error


def local_midnights(day: date, zone: ZoneInfo) -> Interval:
    """Return the UTC bounds of the local day `day`: 24 h long, but 23 h or 25 h when clocks change.

    The end of a day is the start of the next one, so consecutive days neither overlap nor leave a gap.
    Raises `OutsideCalendar` on the first and last days that Python can write.
    """
    if day == date.max:
        raise OutsideCalendar
    return at_local(day, time.min, zone), at_local(day + timedelta(days=1), time.min, zone)


def wave_for(starts_at: datetime, arrival_times: Sequence[time], zone: ZoneInfo) -> datetime:
    """Return the arrival time under which a person with an appointment at `starts_at` is called.

    It is the latest of the establishment's `arrival_times` (any order) on that local day which is not after
    `starts_at`. Nothing else weighs on it, so officers cannot read the kind of visit, its length or the
    practitioner out of it. Raises `NoArrivalTime` when the appointment is before the day's first arrival
    time, or when there is none.
    """
    starts_at = _in_zone(starts_at, UTC)
    day = _in_zone(starts_at, zone).date()
    waves = (at_local(day, arrival, zone) for arrival in arrival_times)
    wave = max((wave for wave in waves if wave <= starts_at), default=None)
    if wave is None:
        raise NoArrivalTime(first=min(arrival_times, default=None))
    return wave


def slots(opening: Interval, *, busy: Iterable[Interval], step: timedelta, length: timedelta) -> list[datetime]:
    """Return the starts of the free slots of `length` inside `opening`, in order.

    Slots stand every `step` from the opening's start, and anew from the end of each busy interval, so that
    what a 45-minute visit leaves of a 20-minute grid can be used. Each slot fits whole into the opening and
    overlaps nothing busy; neighbouring slots overlap one another when `length` is longer than `step`.
    Raises `NotPositive` for a step or a length of zero or less, `InvertedInterval` for an interval that ends
    before it starts.
    """
    if step <= timedelta() or length <= timedelta():
        raise NotPositive
    found: list[datetime] = []
    for start, end in gaps(opening, busy=busy):
        slot = start
        while end - slot >= length:
            found.append(slot)
            slot += step
    return found


def gaps(opening: Interval, *, busy: Iterable[Interval]) -> list[Interval]:
    """Return what `busy` leaves of `opening`, in order. Raises `InvertedInterval`."""
    free: list[Interval] = []
    start, end = _checked(opening)
    for busy_start, busy_end in merge(busy):
        if start < min(busy_start, end):
            free.append((start, min(busy_start, end)))
        start = max(start, busy_end)
    if start < end:
        free.append((start, end))
    return free


def overlaps(a: Interval, b: Interval) -> bool:
    """Say whether two half-open intervals share an instant; touching ones do not, nor does an empty one."""
    (a_start, a_end), (b_start, b_end) = _checked(a), _checked(b)
    return max(a_start, b_start) < min(a_end, b_end)


def contains(outer: Interval, inner: Interval) -> bool:
    (outer_start, outer_end), (inner_start, inner_end) = _checked(outer), _checked(inner)
    return outer_start <= inner_start and inner_end <= outer_end


def merge(intervals: Iterable[Interval]) -> list[Interval]:
    """Return the same instants as sorted, disjoint intervals; touching ones become one, empty ones vanish."""
    merged: list[Interval] = []
    for start, end in sorted(_checked(interval) for interval in intervals):
        if start == end:
            continue
        if merged and start <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(merged[-1][1], end))
        else:
            merged.append((start, end))
    return merged


def minute_of(at: time) -> int:
    return at.hour * 60 + at.minute


def time_of(minute: int) -> time:
    return time(*divmod(minute, 60))


class NoArrivalTime(ValueError):
    """The appointment is before the day's first arrival time; `first` is that time, or None."""

    def __init__(self, *, first: time | None) -> None:
        super().__init__(f"No arrival time at or before this appointment; the first is {first}.")
        self.first = first


class NaiveInstant(ValueError):
    """An instant came without its zone, so nobody can tell when it is."""


class NaiveTimeExpected(ValueError):
    """A time of day came with a zone of its own, which may contradict the establishment's."""


class OutsideCalendar(ValueError):
    """The day is too close to year 1 or year 9999 to be an instant."""


class InvertedInterval(ValueError):
    """An interval ends before it starts."""


class NotPositive(ValueError):
    """A step or a length must last longer than nothing."""


def _in_zone(instant: datetime, zone: tzinfo) -> datetime:
    if instant.utcoffset() is None:
        raise NaiveInstant
    try:
        return instant.astimezone(zone)
    except OverflowError as error:
        raise OutsideCalendar from error


def _checked(interval: Interval) -> Interval:
    start, end = _in_zone(interval[0], UTC), _in_zone(interval[1], UTC)
    if end < start:
        raise InvertedInterval
    return start, end


def _clock_change(before: datetime, *, after: datetime, zone: ZoneInfo) -> datetime:
    """Find by halving the instant between two at which the zone's offset changes (always a whole second)."""
    second = timedelta(seconds=1)
    before, after = before.replace(microsecond=0), after.replace(microsecond=0)
    new_offset = after.astimezone(zone).utcoffset()
    while after - before > second:
        middle = before + (after - before) // 2 // second * second
        if middle.astimezone(zone).utcoffset() == new_offset:
            after = middle
        else:
            before = middle
    return after
