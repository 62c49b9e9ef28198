"""What a list without any secret would seem to tell: a permutation test with persons as blocks.

The calls of one person resemble each other, as to their kind and as to their time, whatever the planning. Dealing kinds
to calls one by one would forget that and take every habit of a person for a habit of the unit.
"""

from __future__ import annotations

import math
import random
from collections import Counter, defaultdict
from itertools import chain
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Hashable, Iterable, Iterator, Sequence

    from appointments.arithmetic.leakage import ListedCall

    Stretch = list[Hashable]

PERMUTATIONS = 199
LONGEST = 8  # calls of one stretch; longer ones are so few that they could hardly change places
TOLERANCE = 1e-9  # differences below it are rounding, not information


class Chance(NamedTuple):
    """Plug-in information in bits, found and, where kinds were dealt at random, in the mean; the rank of the first.

    `rank` is the chance to see as much by accident: (b + 1) / (m + 1), where b of m deals show as much (Davison and
    Hinkley 1997; Phipson and Smyth 2010). It is never 0: what was found is one of the deals.
    """

    found: float
    mean: float
    rank: float

    @property
    def excess(self) -> float:
        return self.found - self.mean


def chance_of(calls: Iterable[ListedCall], *, permutations: int = PERMUTATIONS, seed: int = 1) -> Chance:
    """Deal the disciplines to the places again and again, stretch by stretch, and compare the information.

    Each person's calls, in order of time, are cut into stretches of 8, 4, 2 and 1; stretches of one length change
    places (whole blocks of one size are exchangeable: Winkler et al. 2015, "Multi-level block permutation"). Numbers of
    disciplines and of places stay as they are. A fixed `seed` gives the same answer for the same calls in any order.
    """
    places, kinds = _stretches(calls)
    slots = list(chain.from_iterable(chain.from_iterable(places.values())))
    found = _information(zip(chain.from_iterable(chain.from_iterable(kinds.values())), slots, strict=True))
    generator = random.Random(seed)  # noqa: S311 - a reproducible experiment, not a secret
    dealt = []
    for _ in range(permutations):
        order = (generator.sample(stretches, len(stretches)) for stretches in kinds.values())
        dealt.append(_information(zip(chain.from_iterable(chain.from_iterable(order)), slots, strict=True)))
    reached = sum(each >= found - TOLERANCE for each in dealt)
    return Chance(found, math.fsum(dealt) / max(1, len(dealt)), (reached + 1) / (permutations + 1))


def _stretches(calls: Iterable[ListedCall]) -> tuple[dict[int, list[Stretch]], dict[int, list[Stretch]]]:
    theirs: dict[Hashable, list[ListedCall]] = defaultdict(list)
    for call in sorted(calls, key=lambda call: (call.day, call.at, call.discipline, call.kind)):
        theirs[call.person].append(call)
    # In an order that names of persons do not change.
    series = sorted(theirs.values(), key=lambda each: [(call.day, call.at, call.discipline) for call in each])
    places: dict[int, list[Stretch]] = defaultdict(list)
    kinds: dict[int, list[Stretch]] = defaultdict(list)
    for each in series:
        for stretch in _cut(each):
            places[len(stretch)].append([(call.day.weekday(), call.at) for call in stretch])
            kinds[len(stretch)].append([call.discipline for call in stretch])
    return places, kinds


def _cut(series: Sequence[ListedCall]) -> Iterator[Sequence[ListedCall]]:
    done = 0
    while done < len(series):
        length = min(LONGEST, 1 << ((len(series) - done).bit_length() - 1))
        yield series[done : done + length]
        done += length


def _information(pairs: Iterable[tuple[Hashable, Hashable]]) -> float:
    """Return plug-in I(K;C) in bits (Shannon 1948)."""
    cells = Counter(pairs)
    kinds: Counter[Hashable] = Counter()
    places: Counter[Hashable] = Counter()
    for (kind, place), n in cells.items():
        kinds[kind] += n
        places[place] += n
    total = cells.total()
    margins = sum(_plog(n) for n in chain(kinds.values(), places.values()))
    return max(0.0, (sum(map(_plog, cells.values())) - margins + _plog(total)) / total) if total else 0.0


def _plog(n: int) -> float:
    return n * math.log2(n)
