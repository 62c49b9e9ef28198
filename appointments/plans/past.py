"""What a unit held and whom it called in the past half-year, as the search of plans replays it. Pure values."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import NamedTuple, TypeAlias
from uuid import UUID

from appointments.arithmetic.recurrence import HalfDay

Minute: TypeAlias = int
Key: TypeAlias = "tuple[int, date, bool]"

# People called together, below which each is nearly alone.
FEW = 5


class Visit(NamedTuple):
    """One consultation of the past for which somebody was called."""

    person: UUID | int
    day: date
    start: Minute
    minutes: int
    discipline: str
    kind: int | str
    agenda: int
    is_afternoon: bool
    # The day on which it was booked: before it nobody knew of it.
    booked_on: date
    # Booked and called on one day.
    is_urgent: bool = False


@dataclass
class Sitting:
    """One half-day that an agenda held, and what is taken of it."""

    agenda: int
    day: date
    is_afternoon: bool
    start: Minute
    end: Minute
    slot: int
    taken: list[tuple[Minute, Minute]] = field(default_factory=list)

    @property
    def hours(self) -> tuple[int, date, bool, Minute, Minute, int]:
        """The half-day without what is taken of it."""
        return self.agenda, self.day, self.is_afternoon, self.start, self.end, self.slot

    @property
    def key(self) -> Key:
        return self.agenda, self.day, self.is_afternoon

    @property
    def half(self) -> HalfDay:
        return HalfDay.of(self.day, is_afternoon=self.is_afternoon)

    def is_free(self, start: Minute, minutes: int) -> bool:
        if start < self.start or start + minutes > self.end:
            return False
        return all(end <= start or start + minutes <= begin for begin, end in self.taken)

    def free(self, minutes: int) -> Iterator[Minute]:
        for start in sorted({*range(self.start, self.end, self.slot), *(end for _begin, end in self.taken)}):
            if self.is_free(start, minutes):
                yield start


@dataclass(frozen=True)
class Past:
    """What was held and who was called."""

    sittings: Sequence[Sitting]
    visits: Sequence[Visit]


def called_at(start: Minute, times: Sequence[Minute]) -> Minute:
    """Return the latest of `times`, in order, that is not after `start`; the first for whoever is earlier still."""
    return times[max(0, bisect_right(times, start) - 1)]
