"""Which common arrival times would be shared by enough people, at the least waiting. Pure."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import chain

from appointments.neutrality.arrivals import shortest_waits
from appointments.plans.past import FEW, Minute, Visit, called_at

KINDS = 3  # disciplines that a group should mix
MOST_TIMES = 12
# Minutes that people may wait on average, beyond which fewer arrival times are no gain for anybody.
LONGEST_WAIT = 25.0
# In a small unit only fewer times bring people together.
LONGEST_WAIT_OF_FEW = 40.0


@dataclass(frozen=True, kw_only=True)
class Choice:
    """A set of arrival times with what it would have done."""

    times: tuple[Minute, ...]
    few: int  # calls for something sensitive alone or in fewer than five
    unmixed: int  # the same in a group of fewer than three disciplines
    wait: float  # minutes, on average
    crowded: int  # groups of more people than officers can bring

    def rank(self, longest_wait: float) -> tuple[bool, int, int, int, float]:
        """The best is the smallest: nobody waits too long, nobody is nearly alone, groups are mixed."""
        return self.wait > longest_wait, self.crowded, self.few, self.unmixed, self.wait


def choose(
    visits: Sequence[Visit],
    present: Sequence[Minute],
    *,
    sensitive: Collection[str],
    bring: Mapping[Minute, int],
    longest_wait: float = LONGEST_WAIT,
) -> Choice:
    """Return the best of the present times, of any that leave some of them out, and of the shortest waits."""
    return best(visits, present, sensitive=sensitive, bring=bring, longest_wait=longest_wait)[0]


def best(
    visits: Sequence[Visit],
    present: Sequence[Minute],
    *,
    sensitive: Collection[str],
    bring: Mapping[Minute, int],
    longest_wait: float = LONGEST_WAIT,
    most: int = 1,
) -> list[Choice]:
    """Return the best choices, the very best first; all that follow keep to the same wait and to who is brought."""
    ranked = sorted(
        (judge(visits, times, sensitive=sensitive, bring=bring) for times in tried(visits, present)),
        key=lambda one: one.rank(longest_wait),
    )
    first = ranked[0].rank(longest_wait)[:2]
    return [one for one in ranked if one.rank(longest_wait)[:2] == first][:most]


def tried(visits: Sequence[Visit], present: Sequence[Minute]) -> list[tuple[Minute, ...]]:
    starts = Counter(visit.start for visit in visits)
    first = min(starts, default=0)
    merged = [tuple(sorted(present))]
    while len(merged[-1]) > 1:
        merged.append(_without_smallest(starts, merged[-1]))
    found = [times for times in chain(merged, shortest_waits(starts, most=MOST_TIMES)) if times and times[0] <= first]
    return list(dict.fromkeys(found)) or [tuple(sorted(present))]


def judge(
    visits: Sequence[Visit], times: Sequence[Minute], *, sensitive: Collection[str], bring: Mapping[Minute, int]
) -> Choice:
    people: dict[tuple[date, Minute], set[object]] = defaultdict(set)
    kinds: dict[tuple[date, Minute], set[str]] = defaultdict(set)
    at = [called_at(visit.start, times) for visit in visits]
    for visit, wave in zip(visits, at, strict=True):
        people[visit.day, wave].add(visit.person)
        kinds[visit.day, wave].add(visit.discipline)
    secret = [(v.day, wave) for v, wave in zip(visits, at, strict=True) if v.discipline in sensitive]
    return Choice(
        times=tuple(times),
        few=sum(len(people[group]) < FEW for group in secret),
        unmixed=sum(len(kinds[group]) < KINDS for group in secret),
        wait=sum(v.start - wave for v, wave in zip(visits, at, strict=True)) / max(1, len(visits)),
        crowded=sum(len(group) > bring[wave] for (_day, wave), group in people.items() if wave in bring),
    )


def _without_smallest(starts: Counter[Minute], times: tuple[Minute, ...]) -> tuple[Minute, ...]:
    """Merge the arrival time at which fewest are called into the one before; the first one stays."""
    called: Counter[Minute] = Counter()
    for start, n in starts.items():
        called[called_at(start, times)] += n
    least = min(times[1:], key=lambda one: (called[one], one))
    return tuple(one for one in times if one != least)
