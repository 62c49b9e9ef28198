"""How well the calls of a person tell that a sensitive kind of consultation follows them.

Arithmetic over series of (day, context): knows neither Django nor models, and a person is any hashable value.
"""

from __future__ import annotations

import math
import random
from collections import Counter
from datetime import timedelta
from itertools import chain, product
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Collection, Hashable, Iterable, Sequence
    from datetime import date

PRIOR_WEIGHT = 5.0  # a context is weighed as if 5 more convocations, shared like the persons, had been seen in it
PAIRS_AT_MOST = 40_000
TOLERANCE = 1e-9


def series_of(
    convocations: Iterable[tuple[Hashable, date, Hashable, Hashable]], *, sensitive: Collection[Hashable]
) -> list[PersonTrail]:
    """Group convocations (person, local day, kind, context) into one series a person.

    A person is followed when one convocation at least is of a `sensitive` kind.
    """
    seen: dict[Hashable, list[tuple[date, Hashable]]] = {}
    followed: set[Hashable] = set()
    for person, day, kind, context in convocations:
        seen.setdefault(person, []).append((day, context))
        if kind in sensitive:
            followed.add(person)
    return [PersonTrail(followed=person in followed, seen=tuple(each)) for person, each in seen.items()]


def person_auc(people: Iterable[PersonTrail], *, shown_days: int | None = None, seed: int = 1) -> float | None:
    """Return the chance that the observer ranks a followed person above another: 0.5 tells nothing, 1 all.

    It is the area under the ROC curve, ties counted half (Hanley and McNeil 1982), of a naive-Bayes observer
    with Poisson counts: how often a person is called in each context, hence also how often at all. They know
    the truth about everybody over the whole window but the two persons compared (leave-pair-out, Airola et
    al. 2011; taking out one at a time would weaken that person's own group, and fall below 0.5 where nothing
    is to learn). Of these two they read all calls or, with `shown_days`, those of the last days of each up to
    the latest call: what the prison door shows on that day. None when either group is empty. Beyond 40,000
    pairs, as many are drawn with `seed`; the draw's standard error is at most 0.0025.
    """
    persons = [_Person.of(each, shown_days=shown_days) for each in people if each.seen]
    followed = [each for each in persons if each.followed]
    others = [each for each in persons if not each.followed]
    if not (followed and others):
        return None
    observer = _Observer(followed, others)
    pairs = _pairs(observer.followed, observer.others, seed=seed)
    return sum(observer.ranks(*pair) for pair in pairs) / len(pairs)


def without_contexts(people: Iterable[PersonTrail]) -> list[PersonTrail]:
    """Return what is left when only the days of the calls are seen."""
    return [PersonTrail(each.followed, [(day, None) for day, _ in each.seen]) for each in people]


class PersonTrail(NamedTuple):
    """What the lists showed of one person, and the truth about them."""

    followed: bool
    seen: Sequence[tuple[date, Hashable]]


class _Person(NamedTuple):
    followed: bool
    seen: Counter[Hashable]
    shown: Counter[Hashable]

    @classmethod
    def of(cls, series: PersonTrail, *, shown_days: int | None) -> _Person:
        seen = Counter(context for _, context in series.seen)
        if shown_days is None:
            return cls(series.followed, seen, seen)
        latest = max(day for day, _ in series.seen)
        shown = Counter(context for day, context in series.seen if latest - day < timedelta(days=shown_days))
        return cls(series.followed, seen, shown)


class _Weighed(NamedTuple):
    """A person as the observer weighs them: alone, and in each context (times shown, what leaving them out changes)."""

    alone: float
    contexts: dict[Hashable, tuple[int, float]]


class _Observer:
    """Weighs a context by ln[(n(followed, c) + a q) / (n(others, c) + a (1 - q))] - ln[q / (1 - q)], a = 5.

    q is the share of the followed among the persons they learn from; a context never seen weighs nothing. Leaving two
    persons out changes only what both were seen in, so most of the work is done once a person, not once a pair.
    """

    def __init__(self, followed: Sequence[_Person], others: Sequence[_Person]) -> None:
        learnt_yes, learnt_no = max(1, len(followed) - 1), max(1, len(others) - 1)
        share = learnt_yes / (learnt_yes + learnt_no)
        level = math.log(share / (1 - share))
        yes, no = _Seen(followed, PRIOR_WEIGHT * share), _Seen(others, PRIOR_WEIGHT * (1 - share))
        self.followed = [_weighed(each, own=yes, opposite=no, level=level) for each in followed]
        self.others = [_weighed(each, own=no, opposite=yes, level=-level) for each in others]

    @staticmethod
    def ranks(one: _Weighed, other: _Weighed) -> float:
        """Return 1 when `one`, who is followed, ranks above `other`, who is not; 0 below; 1/2 for a tie."""
        lead = one.alone + other.alone
        for context in one.contexts.keys() & other.contexts.keys():
            (more, change), (less, other_change) = one.contexts[context], other.contexts[context]
            lead += more * other_change + less * change
        return 0.5 if abs(lead) < TOLERANCE else float(lead > 0)


class _Seen:
    """How often the persons of one group were seen in each context, smoothed, as a logarithm."""

    def __init__(self, group: Sequence[_Person], weight: float) -> None:
        self.counts = Counter(chain.from_iterable(each.seen.elements() for each in group))
        self.weight = weight

    def log(self, context: Hashable, *, without: int = 0) -> float:
        """Return ln(n(c) + weight) when `without` of these are left out."""
        return math.log(self.counts[context] - without + self.weight)


def _weighed(person: _Person, *, own: _Seen, opposite: _Seen, level: float) -> _Weighed:
    alone = math.fsum(
        n * (own.log(context, without=person.seen[context]) - opposite.log(context) - level)
        for context, n in person.shown.items()
    )
    contexts = {
        context: (person.shown[context], own.log(context) - own.log(context, without=n))
        for context, n in person.seen.items()
    }
    return _Weighed(alone, contexts)


def _pairs(
    followed: Sequence[_Weighed], others: Sequence[_Weighed], *, seed: int
) -> Collection[tuple[_Weighed, _Weighed]]:
    if len(followed) * len(others) <= PAIRS_AT_MOST:
        return list(product(followed, others))
    generator = random.Random(seed)  # noqa: S311 - a reproducible sample, not a secret
    drawn = generator.choices(followed, k=PAIRS_AT_MOST), generator.choices(others, k=PAIRS_AT_MOST)
    return list(zip(*drawn, strict=True))
