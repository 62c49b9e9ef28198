"""What the list of a (replayed) half-year tells and costs: the figures of a plan. Loads a learner: for the worker."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import asdict, dataclass
from datetime import date
from statistics import fmean
from typing import Any

from appointments.arithmetic.inference import CallCounts, mutual_information_corrected
from appointments.arithmetic.kept_lists import LEARNERS, KeptLists, PersonRhythm, kept_lists, person_rhythms
from appointments.arithmetic.leakage import Leakage, ListedCall, leakage_of
from appointments.plans.past import FEW, Minute, Past, Visit, called_at

# Of fewer calls than that, what is learnt is the mean of several halves: one half differs from the next by three
# hundredths of an area under the curve.
SHORT, HALVINGS = 2_000, 5


@dataclass(frozen=True, kw_only=True)
class Figures:
    """Bits, times, shares, minutes and numbers of calls; None where there is too little to learn from."""

    information: float  # bits, of disciplines and weekday x time
    lift: float  # the greatest of a discipline or set, where 20 or more are called
    min_entropy: float
    min_capacity: float
    roster: float  # bits for an observer who knows who works in that half-day
    sensitive: int
    alone: int  # calls for something sensitive
    few: int  # the same alone or in a group under five
    kept_gain: float | None  # points beyond always guessing the commonest discipline
    kept_auc: float | None
    person_auc: float | None  # by the rhythm of their calls or by their number alone, whichever tells more
    count_auc: float | None  # by the number of their calls alone, which no plan hides
    wait: float  # minutes, on average
    days: int  # on which somebody was called, person by person
    journeys: int

    def as_data(self) -> dict[str, Any]:
        return {name: round(value, 4) if isinstance(value, float) else value for name, value in asdict(self).items()}


def figures_of(
    past: Past,
    times: Sequence[Minute],
    *,
    sensitive: Collection[str],
    learners: Sequence[dict[str, Any]] = LEARNERS,
) -> Figures:
    """Measure one half-year as called at `times`; without learners nothing is learnt. Raises NothingToMeasure."""
    calls = listed(past.visits, times)
    told = leakage_of(calls, sensitive=sensitive)
    alone, few = small_groups(calls, sensitive)
    kept, person = learnt(calls, sensitive, learners), _person(calls, sensitive) if learners else None
    return Figures(
        information=max(0.0, told.information),
        lift=greatest_lift(told),
        min_entropy=told.min_entropy,
        min_capacity=told.min_capacity,
        roster=roster_information(past, times),
        sensitive=sum(call.discipline in sensitive for call in calls),
        alone=alone,
        few=few,
        kept_gain=fmean(each.gain for each in kept) if kept else None,
        kept_auc=fmean(each.auc for each in kept) if kept else None,
        person_auc=max(person.auc, person.auc_calls) if person else None,
        count_auc=person.auc_calls if person else None,
        wait=sum(v.start - c.at for v, c in zip(past.visits, calls, strict=True)) / len(calls),
        days=len({(call.person, call.day) for call in calls}),
        journeys=len({(call.person, call.day, call.at) for call in calls}),
    )


def listed(visits: Sequence[Visit], times: Sequence[Minute]) -> list[ListedCall]:
    """Return the visits as they stand on the list."""
    return [
        ListedCall(
            person=visit.person,
            day=visit.day,
            at=called_at(visit.start, times),
            discipline=visit.discipline,
            kind=str(visit.kind),
        )
        for visit in visits
    ]


def small_groups(calls: Sequence[ListedCall], sensitive: Collection[str]) -> tuple[int, int]:
    """Return how many calls for something sensitive were alone, and how many in fewer than five, alone included."""
    people: dict[tuple[date, Minute], set[object]] = defaultdict(set)
    for call in calls:
        people[call.day, call.at].add(call.person)
    sizes = [len(people[call.day, call.at]) for call in calls if call.discipline in sensitive]
    return sum(size == 1 for size in sizes), sum(size < FEW for size in sizes)


def greatest_lift(told: Leakage, *, enough: int = 20) -> float:
    """Return the greatest lift of a discipline or set at weekday x time, where that many are called."""
    return max((lift.ratio for (secret, cycle), lift in told.lifts.items()
                if cycle == 1 and secret.scope != "kind" and lift.calls >= enough), default=0.0)  # fmt: skip


def roster_information(past: Past, times: Sequence[Minute]) -> float:
    """Return what the time tells whoever knows which disciplines work in that half-day, in bits.

    It is the mutual information of discipline and (those at work, arrival time): no plan of weekdays lowers it,
    because seeing the dentist come in is to know that somebody sees the dentist.
    """
    works: dict[tuple[date, bool], set[str]] = defaultdict(set)
    for visit in past.visits:
        works[visit.day, visit.is_afternoon].add(visit.discipline)
    counts = CallCounts.of((visit.discipline, frozenset(works[visit.day, visit.is_afternoon])) for visit in past.visits)
    return mutual_information_corrected(counts)


def learnt(
    calls: Sequence[ListedCall], sensitive: Collection[str], learners: Sequence[dict[str, Any]] = LEARNERS
) -> list[KeptLists]:
    """Return what is learnt of kept lists: once, and of a short list from several halves, because chance parts it."""
    halvings = (HALVINGS if len(calls) < SHORT else 1) if learners else 0
    tries = (kept_lists(calls, sensitive=sensitive, learners=learners, seed=1 + one) for one in range(halvings))
    return [each for each in tries if each is not None]


def _person(calls: Sequence[ListedCall], sensitive: Collection[str]) -> PersonRhythm | None:
    found = person_rhythms(calls, sensitive=sensitive)
    return next((each for secret, each in found.items() if secret.scope == "any"), None)
