"""Draws a day by scale: half-days one below the other, a column for each agenda, height for length. Pure: no query.

A place is written in whole minutes from the beginning of its half-day, on instants: the hour that a night of summer
time takes or gives is no exception.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cached_property
from itertools import pairwise
from typing import Literal, TypeVar
from zoneinfo import ZoneInfo

from appointments.arithmetic.timegrid import Interval
from appointments.care.day.blocks import Block, is_in
from appointments.models import Agenda, Appointment, ConsultationSession
from appointments.models.enums.planning import SessionMode
from appointments.openings.availability import FreeSlot

Thing = TypeVar("Thing")
# A time at which nobody works for at least so long parts two half-days.
NOON = timedelta(minutes=45)
ROUNDED_TO = timedelta(minutes=5)
MARKED = timedelta(minutes=30)
HOUR = 60
# Up to these lengths in minutes a card has room for one line, for two, and for three.
ONE_LINE, TWO_LINES, THREE_LINES = 11, 17, 23
# The most that stand beside each other; more lie over the last.
MOST_LANES = 4


@dataclass
class Place:
    """Something that is drawn in a column: from which minute of the half-day, how long, in which lane of how many."""

    what: Literal["open", "card", "slot", "block"]
    thing: Appointment | FreeSlot | Block | ConsultationSession
    at: int
    minutes: int
    lane: int = 0
    lanes: int = 1

    @property
    def lines(self) -> int:
        return 1 + sum(self.minutes > longest for longest in (ONE_LINE, TWO_LINES, THREE_LINES))

    @property
    def classes(self) -> str:
        """Where it stands, as classes: addresses of styles, for a page with no style of its own."""
        at, length = divmod(self.at, HOUR), divmod(self.minutes, HOUR)
        words = f"ah-{at[0]} am-{at[1]} lh-{length[0]} lm-{length[1]}"
        return f"{words} lane-{self.lane} lanes-{self.lanes}" if self.lanes > 1 else words


@dataclass
class DayColumn:
    agenda: Agenda
    places: Sequence[Place]
    is_wide: bool
    # Its places as HTML, once they are drawn (appointments.care.day.drawing).
    drawn: str = ""


@dataclass(frozen=True)
class HourMark:
    at: datetime
    minute: int

    @property
    def is_hour(self) -> bool:
        return self.at.minute == 0

    @property
    def classes(self) -> str:
        hours, minutes = divmod(self.minute, HOUR)
        return f"ah-{hours} am-{minutes}"


@dataclass(frozen=True)
class HalfDayPart:
    """A stretch of the day in which somebody works, with its columns."""

    starts_at: datetime
    ends_at: datetime
    columns: Sequence[DayColumn]
    # The one at which somebody looks first, and the minute of it that it is now.
    is_now: bool
    now: int | None

    @property
    def minutes(self) -> int:
        return minutes_of(self.ends_at - self.starts_at)

    @property
    def classes(self) -> str:
        hours, minutes = divmod(self.minutes, HOUR)
        return f"lh-{hours} lm-{minutes}"

    @property
    def now_classes(self) -> str:
        hours, minutes = divmod(self.now or 0, HOUR)
        return f"ah-{hours} am-{minutes}"

    @property
    def marks(self) -> list[HourMark]:
        """The half-hours of the clock between its beginning and its end."""
        first = self.starts_at + timedelta(minutes=-self.starts_at.minute % 30)
        number = max(0, -(-(self.ends_at - first) // MARKED))
        found = [first + step * MARKED for step in range(number)]
        return [HourMark(at.astimezone(self.starts_at.tzinfo), minutes_of(at - self.starts_at)) for at in found]


@dataclass(frozen=True)
class Drawn:
    """All that is to be drawn of a day."""

    agendas: Sequence[Agenda]
    sessions: Sequence[ConsultationSession]
    appointments: Sequence[Appointment]
    slots: Sequence[FreeSlot] = ()
    blocks: Sequence[Block] = ()

    @property
    def spans(self) -> list[Interval]:
        opened = [(session.starts_at, session.ends_at) for session in self.sessions]
        return opened + [(one.starts_at, one.ends_at) for one in self.appointments]

    # Each by the key of its column's agenda, once for all columns.
    @cached_property
    def sessions_of(self) -> Mapping[int, list[ConsultationSession]]:
        return apart(self.sessions, lambda session: session.agenda_id)

    @cached_property
    def appointments_of(self) -> Mapping[int, list[Appointment]]:
        return apart(self.appointments, lambda one: one.agenda_id)

    @cached_property
    def slots_of(self) -> Mapping[int, list[FreeSlot]]:
        return apart(self.slots, lambda slot: slot.agenda.pk)

    @cached_property
    def wide(self) -> frozenset[int]:
        """The agendas, by their keys, whose times are so short that a card has one line: they get more room."""
        return frozenset(each.agenda_id for each in self.sessions if each.slot_minutes <= ONE_LINE)


def apart(things: Iterable[Thing], key: Callable[[Thing], int]) -> Mapping[int, list[Thing]]:
    found: dict[int, list[Thing]] = defaultdict(list)
    for each in things:
        found[key(each)].append(each)
    return found


def half_days_of(drawn: Drawn, *, zone: ZoneInfo, now: datetime) -> list[HalfDayPart]:
    """Return the half-days of a day, from the first opening to the last end."""
    stretches = [rounded(each, zone) for each in stretches_of(drawn.spans)]
    shown = next((end for _start, end in stretches if now < end), None)
    return [
        HalfDayPart(
            starts_at=start,
            ends_at=end,
            columns=[column_of(drawn, agenda, (start, end)) for agenda in drawn.agendas],
            is_now=end == shown,
            now=minutes_of(now - start) if start <= now < end else None,
        )
        for start, end in stretches
    ]


def column_of(drawn: Drawn, agenda: Agenda, part: Interval) -> DayColumn:
    return DayColumn(agenda, places_in(drawn, agenda, part), is_wide=agenda.pk in drawn.wide)


def stretches_of(spans: Iterable[Interval]) -> list[Interval]:
    """Join what is not parted by a noon."""
    found: list[Interval] = []
    for start, end in sorted(spans):
        if found and start - found[-1][1] < NOON:
            found[-1] = (found[-1][0], max(end, found[-1][1]))
        else:
            found.append((start, end))
    return found


def rounded(stretch: Interval, zone: ZoneInfo) -> Interval:
    """Return a stretch from and to a full five minutes of the clock."""
    start, end = (instant.astimezone(zone) for instant in stretch)
    down = timedelta(minutes=start.minute % 5, seconds=start.second, microseconds=start.microsecond)
    over = timedelta(minutes=end.minute % 5, seconds=end.second, microseconds=end.microsecond)
    return start - down, end + (ROUNDED_TO - over if over else over)


def places_in(drawn: Drawn, agenda: Agenda, part: Interval) -> list[Place]:
    """Return what stands in one column of one half-day: what is open first, then by time."""
    key = agenda.pk
    sessions = [each for each in drawn.sessions_of[key] if touches(each, part)]
    opened_here = {each.pk for each in sessions}
    blocks = [each for each in drawn.blocks if each.session.is_shared and each.session.pk in opened_here]
    cards = [each for each in drawn.appointments_of[key] if touches(each, part) and not is_in(each, blocks)]
    slots = [each for each in drawn.slots_of[key] if each.places is None and touches(each, part)]
    things = [
        *(place_of("block", each, each.session, part) for each in blocks),
        *(place_of("card", each, each, part) for each in cards),
        *(place_of("slot", each, each, part) for each in slots),
    ]
    things.sort(key=lambda place: (place.at, -place.minutes))
    for together in overlapping(things):
        spread(together)
    opened = [place_of("open", each, each, part) for each in sessions if each.mode == SessionMode.FIXED]
    return [*opened, *things]


def touches(thing: ConsultationSession | Appointment | FreeSlot, part: Interval) -> bool:
    return thing.starts_at < part[1] and thing.ends_at > part[0]


def place_of(
    what: Literal["open", "card", "slot", "block"],
    thing: Appointment | FreeSlot | Block | ConsultationSession,
    span: ConsultationSession | Appointment | FreeSlot,
    part: Interval,
) -> Place:
    start, end = max(span.starts_at, part[0]), min(span.ends_at, part[1])
    return Place(what, thing, minutes_of(start - part[0]), max(1, minutes_of(end - start)))


def overlapping(places: Sequence[Place]) -> list[list[Place]]:
    """Return the groups of places that overlap, directly or through others; `places` are in the order of time."""
    groups: list[list[Place]] = [[place] for place in places[:1]]
    for _before, place in pairwise(places):
        if place.at < max(each.at + each.minutes for each in groups[-1]):
            groups[-1].append(place)
        else:
            groups.append([place])
    return groups


def spread(places: Sequence[Place]) -> None:
    """Give each of the overlapping `places` the first lane that is free at its beginning."""
    until: list[int] = []
    for place in places:
        lane = next((number for number, end in enumerate(until) if end <= place.at), len(until))
        lane = min(lane, MOST_LANES - 1)
        until[lane : lane + 1] = [place.at + place.minutes]
        place.lane = lane
    for place in places:
        place.lanes = len(until)


def minutes_of(length: timedelta) -> int:
    return round(length.total_seconds() / 60)
