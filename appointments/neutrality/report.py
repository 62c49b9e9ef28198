"""Measures one establishment's movement list, side by side with a list that showed exact times. Reads only."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Literal, TypeAlias

from access.models import Establishment
from appointments.arithmetic.inference import NothingToMeasure
from appointments.arithmetic.leakage import Leakage, ListedCall, leakage_of
from appointments.neutrality.counting import (
    EXACT,
    EXPORTED,
    USUAL_WEEKS,
    Shown,
    Window,
    WindowSize,
    journeys,
    last_weeks,
    listed_calls,
    scope,
    sensitive_disciplines,
)

if TYPE_CHECKING:
    from appointments.arithmetic.chance import Chance
    from appointments.arithmetic.kept_lists import KeptLists, PersonRhythm
    from appointments.arithmetic.leakage import Secret

Level: TypeAlias = Literal["mixed", "medium", "weak", "tells"]

# The colours of the typical week: share of sensitive calls, and people called together on the emptiest date.
MIXED_SHARE, MEDIUM_SHARE, WEAK_SHARE = 0.25, 0.40, 0.60
MIXED_PEOPLE, WEAK_PEOPLE = 5, 3


def measure_establishment(
    establishment: Establishment, *, weeks: int = USUAL_WEEKS, until: date | None = None
) -> NeutralityReport:
    """Measure the last `weeks` weeks before the day `until` (default: today), without the slow figures.

    Five queries, whatever the number of convocations, and less than a second. `appointments.neutrality.nightly` adds
    what a learner makes of kept lists. Raises WeeksOutOfRange, and NothingToMeasure when nobody was called.
    """
    window = last_weeks(establishment, weeks=weeks, until=until)
    sensitive = sensitive_disciplines()
    found = scope(window)
    if not found.people:
        raise NothingToMeasure
    return NeutralityReport(
        window=window,
        scope=found,
        sensitive=sensitive,
        exported=_figures(window, shown=EXPORTED, sensitive=sensitive, mean_wait=found.mean_wait),
        exact=_figures(window, shown=EXACT, sensitive=sensitive, mean_wait=0.0),
    )


def typical_week(calls: Collection[ListedCall], *, sensitive: Collection[str]) -> list[WeekCell]:
    """Return what each weekday and time of the list held, in order."""
    total: Counter[tuple[int, int]] = Counter()
    followed: Counter[tuple[int, int]] = Counter()
    people = defaultdict(set)
    for call in calls:
        place = call.day.isoweekday(), call.at
        total[place] += 1
        followed[place] += call.discipline in sensitive
        people[place, call.day].add(call.person)
    sizes: dict[tuple[int, int], list[int]] = defaultdict(list)
    for (place, _day), who in people.items():
        sizes[place].append(len(who))
    return [
        WeekCell(weekday=place[0], at=place[1], calls=n, sensitive=followed[place], sizes=tuple(sorted(sizes[place])))
        for place, n in sorted(total.items())
    ]


@dataclass(frozen=True, kw_only=True)
class NeutralityReport:
    """The two lists of one window, and what both share."""

    window: Window
    scope: WindowSize
    sensitive: frozenset[str]
    exported: ListFigures
    exact: ListFigures


@dataclass(frozen=True, kw_only=True)
class ListFigures:
    """What one list lets an observer guess, and what it costs: minutes of waiting, journeys to bring people.

    What is None was not measured: it takes a night, or there is too little to learn.
    """

    calls: Sequence[ListedCall]
    leakage: Leakage
    mean_wait: float
    journeys: int
    chance: Chance | None = None
    kept: KeptLists | None = None
    rhythms: Mapping[Secret, PersonRhythm | None] | None = None
    auc_shown: float | None = None  # from the three days that the prison door shows


@dataclass(frozen=True, kw_only=True)
class WeekCell:
    """One weekday and time of the list: calls, sensitive calls, and how many people came together, date by date."""

    weekday: int
    at: int
    calls: int
    sensitive: int
    sizes: tuple[int, ...]

    @property
    def share(self) -> float:
        return self.sensitive / self.calls

    @property
    def usual_people(self) -> int:
        """The median number of people of a date."""
        return self.sizes[(len(self.sizes) - 1) // 2]

    @property
    def level(self) -> Level:
        """How much the place tells. Where nobody was called for anything sensitive it tells nothing, however few."""
        if not self.sensitive:
            return "mixed"
        if self.share >= WEAK_SHARE or self.usual_people < WEAK_PEOPLE:
            return "tells"
        if self.share >= MEDIUM_SHARE or self.usual_people < MIXED_PEOPLE:
            return "weak"
        return "medium" if self.share >= MIXED_SHARE else "mixed"


def _figures(window: Window, *, shown: Shown, sensitive: frozenset[str], mean_wait: float) -> ListFigures:
    calls = listed_calls(window, shown=shown)
    return ListFigures(
        calls=calls,
        leakage=leakage_of(calls, sensitive=sensitive),
        mean_wait=mean_wait,
        journeys=journeys(window, shown=shown),
    )
