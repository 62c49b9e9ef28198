"""What a movement list tells of secrets that are sets: arithmetic over listed calls, without Django or models.

A *secret* is a set of consultations of which it must not be known that a call belongs to it: any sensitive discipline,
mental health, one discipline, one kind. Psychiatry and psychology alone together are certain for "any sensitive" and
for "mental health", though neither is for itself.

A *place* is where a call stands in the cycle of weeks: weekday and time on the list, and, for one who counts weeks, the
week modulo 2 or 4. A clinic of every fourth week is met in one place of four.
"""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, NamedTuple, TypeAlias, cast

from appointments.arithmetic.inference import (
    ALARM,
    CallCounts,
    exposure_of,
    min_capacity,
    min_entropy_leakage,
    mutual_information_corrected,
    posterior_vulnerability_left_out,
    prior_vulnerability,
    words_for,
)

if TYPE_CHECKING:
    from collections.abc import Collection, Hashable, Iterable, Mapping
    from datetime import date

Scope: TypeAlias = Literal["any", "mental", "discipline", "kind"]
Word: TypeAlias = Literal["low", "medium", "high", "unknown"]

# Psychology, psychiatry and addiction medicine: the disorders of ICD-11's chapter 6, substance use among them.
MENTAL_HEALTH = frozenset({"psychiatry", "psychology", "addiction"})
CYCLES = (1, 2, 4)  # weeks after which an observer takes the lists to repeat
WORD_ERROR = 0.1
ENOUGH = 20  # calls at a place from which on an estimate is worth a word of its own
FEW = 5  # people called together, below which each is nearly alone
ERROR = 0.05  # chance that any one of all lower bounds of lifts is too high
PURE_CALLS, PURE_DATES = 3, 2


@dataclass(frozen=True, slots=True)
class ListedCall:
    """One consultation as it stands on the list, `at` a minute of the local day, and the truth behind it."""

    person: Hashable
    day: date
    at: int
    discipline: str
    kind: str


class Secret(NamedTuple):
    """A set of consultations: of "any" sensitive discipline, of "mental" health, of one discipline, of one kind."""

    scope: Scope
    name: str
    disciplines: frozenset[str]
    kind: str | None = None

    def holds(self, discipline: str, kind: str) -> bool:
        return discipline in self.disciplines and self.kind in {None, kind}


class Place(NamedTuple):
    """Weekday (Monday 1 to Sunday 7), minute of the day, and the number of the week in a cycle of so many weeks."""

    weekday: int
    at: int
    week: int
    cycle: int


class SecretLift(NamedTuple):
    """How many times likelier a secret is at its surest place than overall.

    `ratio` is P(secret | place) / P(secret) as counted; `at_least` what it surely is, see `lifts_of`.
    """

    ratio: float
    at_least: float
    place: Place
    found: int  # calls of the secret there
    calls: int  # all calls there


class PurePlace(NamedTuple):
    """A place at which all calls, three or more on two dates or more, were of one secret."""

    secret: Secret
    place: Place
    calls: int


@dataclass(frozen=True, kw_only=True, slots=True)
class GroupSizes:
    """How many people were called together with those called for something sensitive.

    A group is the people of one date and time. `alone` and `few` (two to four together) part the followed people by
    the smallest group in which they were ever called for it; `only_sensitive` are those who were once called among two
    or more people of whom nobody came for anything else.
    """

    followed: int
    alone: int
    few: int
    only_sensitive: int
    calls: int
    calls_alone: int
    calls_few: int

    @property
    def exposed_share(self) -> float:
        """Share of the followed people who were ever called alone or in fewer than five."""
        return (self.alone + self.few) / self.followed if self.followed else 0.0


@dataclass(frozen=True, kw_only=True, slots=True)
class Leakage:
    """What one list tells: bits, shares, times, people."""

    calls: int
    information: float  # of disciplines and weekday x time, Miller-Madow
    information_of_kinds: float
    secret_information: dict[int, float]  # of "any sensitive", by cycle of weeks, Miller-Madow
    min_entropy: float  # leave-one-out, 0 at least
    min_capacity: float  # over all priors, plug-in
    identified: dict[tuple[Secret, int], float]  # share of the secret's calls above one half, by cycle
    lifts: dict[tuple[Secret, int], SecretLift]  # by cycle
    pure: list[PurePlace]
    groups: GroupSizes

    def lift(self, cycle: int = 1, *, sure: bool = False) -> float:
        """Return the greatest lift of a set or discipline in a cycle of weeks; its lower bound if `sure`.

        Finer kinds are left out, and what may be an accident: lifts of which the lower bound is below 1.
        """
        proven = [
            lift
            for (secret, weeks), lift in self.lifts.items()
            if weeks == cycle and secret.scope != "kind" and lift.at_least > 1
        ]
        return max((lift.at_least if sure else lift.ratio for lift in proven), default=1.0)

    def share_identified(self) -> float:
        """Return the share of sensitive calls at places where most calls are sensitive, in the tellingest cycle."""
        return max((share for (secret, _), share in self.identified.items() if secret.scope == "any"), default=0.0)


def leakage_of(
    calls: Collection[ListedCall], *, sensitive: Collection[str], mental_health: Collection[str] = MENTAL_HEALTH
) -> Leakage:
    """Measure one list; raises `NothingToMeasure` when it is empty. A fifth of a second for 8,000 calls."""
    tally = tally_of(calls)
    disciplines = CallCounts((discipline, place, n) for (place, discipline, _kind), n in merged(tally, 1).items())
    kinds = CallCounts(((discipline, kind), place, n) for (place, discipline, kind), n in merged(tally, 1).items())
    secrets = secrets_of(((call.discipline, call.kind) for call in calls), sensitive, mental_health)
    prior, posterior = prior_vulnerability(disciplines), posterior_vulnerability_left_out(disciplines)
    split = {(secret, cycle): split_by(tally, secret, cycle) for secret in secrets for cycle in CYCLES}
    return Leakage(
        calls=disciplines.total,
        information=mutual_information_corrected(disciplines),
        information_of_kinds=mutual_information_corrected(kinds),
        secret_information={
            cycle: mutual_information_corrected(found) for (s, cycle), found in split.items() if s.scope == "any"
        },
        min_entropy=max(0.0, min_entropy_leakage(prior=prior, posterior=posterior)),
        min_capacity=min_capacity(disciplines),
        identified={key: identified_share(found) for key, found in split.items()},
        lifts=lifts_of(split),
        pure=pure_places(split, calls),
        groups=group_sizes(calls, sensitive=sensitive),
    )


def tally_of(calls: Iterable[ListedCall]) -> Tally:
    """Return how often each kind stood at each place of the longest cycle."""
    longest = max(CYCLES)
    return Counter((place_of(call.day, call.at, longest), call.discipline, call.kind) for call in calls)


def place_of(day: date, at: int, cycle: int) -> Place:
    """Return the place of a day and time. Weeks are counted from Monday to Monday, across years of 52 and 53 weeks."""
    return Place(day.isoweekday(), at, (day.toordinal() - 1) // 7 % cycle, cycle)


def coarser(place: Place, cycle: int) -> Place:
    """Return the same place for one who counts fewer weeks; `cycle` divides the cycle of the place."""
    return Place(place.weekday, place.at, place.week % cycle, cycle)


def merged(tally: Tally, cycle: int) -> Tally:
    found: Tally = Counter()
    for (place, discipline, kind), n in tally.items():
        found[coarser(place, cycle), discipline, kind] += n
    return found


def split_by(tally: Tally, secret: Secret, cycle: int) -> CallCounts:
    """Return the calls at each place by whether (True, False) they belong to the secret."""
    return CallCounts(
        (secret.holds(discipline, kind), coarser(place, cycle), n) for (place, discipline, kind), n in tally.items()
    )


def secrets_of(
    consultations: Iterable[tuple[str, str]],
    sensitive: Collection[str],
    mental_health: Collection[str] = MENTAL_HEALTH,
) -> list[Secret]:
    """Return the secrets among pairs of discipline and kind, the widest first, each set of consultations once."""
    met = {(discipline, kind) for discipline, kind in consultations if discipline in sensitive}
    disciplines = frozenset(discipline for discipline, _ in met)
    wanted = [Secret("any", "any", disciplines), Secret("mental", "mental", disciplines & frozenset(mental_health))]
    wanted += [Secret("discipline", each, frozenset({each})) for each in sorted(disciplines)]
    wanted += [Secret("kind", kind, frozenset({each}), kind) for each, kind in sorted(met)]
    found: dict[frozenset[tuple[str, str]], Secret] = {}
    for secret in wanted:
        members = frozenset(pair for pair in met if secret.holds(*pair))
        if members:
            found.setdefault(members, secret)
    return list(found.values())


def identified_share(split: CallCounts) -> float:
    """Return the share of the secret's calls that are likelier than not of it, judged by the other calls there."""
    judged = split.by_kind[True]
    identified = sum(
        cell[True]
        for place, cell in split.cells.items()
        if True in cell and is_told(cell[True] - 1, split.by_context[place] - 1, prior=judged / split.total)
    )
    return identified / judged if judged else 0.0


def is_told(found: int, calls: int, *, prior: float) -> bool:
    """Whether the secret is likelier than not: by the estimate or, where that is drawn to the prior, by its bound.

    Of four calls that were all of a rare secret the estimate says less than one half, and the bound more.
    """
    return exposure_of(found, calls, prior=prior) > ALARM or (
        bool(calls) and share_at_least(found, calls, error=WORD_ERROR) > ALARM
    )


def lifts_of(split: Mapping[tuple[Secret, int], CallCounts]) -> dict[tuple[Secret, int], SecretLift]:
    """Return for each secret and cycle its place of the greatest sure lift (lift: Brin et al. 1997); 1 tells nothing.

    No place is too small to be looked at: 5 calls of 5 count, and so does what 5 calls cannot prove. Each lower bound
    holds with the error of 5 % shared among all places, cycles and secrets that were looked at (Bonferroni), so that
    the greatest of many is no accident of the many.
    """
    looked_at = sum(len(found.cells) for found in split.values())
    lifts = {}
    for key, found in split.items():
        prior = found.by_kind[True] / found.total
        lifts[key] = max(
            (_lift(cast("Place", place), cell.get(True, 0), found.by_context[place], prior, ERROR / looked_at)
             for place, cell in found.cells.items()),
            key=lambda each: (each.at_least, each.ratio, each.calls, each.place),
        )  # fmt: skip
    return lifts


def share_at_least(found: int, calls: int, *, error: float) -> float:
    """Return a lower bound of a share of which `found` of `calls` were seen, wrong with a chance of `error` at most.

    The Chernoff bound (Chernoff 1952, Hoeffding 1963): the smallest p with calls x KL(found/calls || p) <= ln(1/error).
    Where all were found it is the exact bound of Clopper and Pearson 1934, error^(1/calls); elsewhere below it.
    """
    if not found:
        return 0.0
    seen, low, high = found / calls, 0.0, found / calls
    for _ in range(40):
        middle = (low + high) / 2
        if calls * _divergence(seen, middle) > -math.log(error):
            low = middle
        else:
            high = middle
    return low


def share_at_most(found: int, calls: int, *, error: float) -> float:
    """Return the upper bound that belongs to `share_at_least`; 1 when nothing was seen."""
    return 1 - share_at_least(calls - found, calls, error=error) if calls else 1.0


def word_for(found: int, calls: int, *, prior: float) -> Word:
    """Say how exposed the secret is at a place where it was `found` so often among `calls`.

    high above one half, medium above a quarter, low otherwise, when both bounds of the share (each wrong in one case of
    ten) agree; from 20 calls on the estimate itself decides. Else there are too few to tell, and nobody is calmed.
    """
    bounds = {
        words_for(share_at_least(found, calls, error=WORD_ERROR)) if calls else "low",
        words_for(share_at_most(found, calls, error=WORD_ERROR)),
    }
    if len(bounds) == 1:
        return bounds.pop()
    return words_for(exposure_of(found, calls, prior=prior)) if calls >= ENOUGH else "unknown"


def share_surely_above_half(found: int, calls: int, *, looked_at: int) -> bool:
    """Whether the secret is likelier than not at a place, with an error of 5 % for all the places looked at."""
    return bool(calls) and share_at_least(found, calls, error=ERROR / max(1, looked_at)) > ALARM


def pure_places(split: Mapping[tuple[Secret, int], CallCounts], calls: Iterable[ListedCall]) -> list[PurePlace]:
    """Return the places at which only one secret was called, each told of its narrowest secret and widest cycle.

    Three calls on two dates make a place; of places that exist only for one who counts weeks, only those that chance
    does not make (the sure lift is above 1).
    """
    dates = defaultdict(set)
    for call in calls:
        for cycle in CYCLES:
            dates[place_of(call.day, call.at, cycle)].add(call.day)
    looked_at = sum(len(found.cells) for found in split.values())
    pure: dict[tuple[int, int, int, int], PurePlace] = {}
    for (secret, cycle), found in split.items():
        prior = found.by_kind[True] / found.total
        for context, cell in found.cells.items():
            n, place = cell.get(True, 0), cast("Place", context)
            if n == found.by_context[place] >= PURE_CALLS and len(dates[place]) >= PURE_DATES:
                by_chance = share_at_least(n, n, error=ERROR / looked_at) <= prior
                if cycle == 1 or not by_chance:
                    pure[place] = PurePlace(secret, place, n)
    return [each for each in pure.values() if each.place.cycle == 1 or not _is_told(each, pure)]


def group_sizes(calls: Iterable[ListedCall], *, sensitive: Collection[str]) -> GroupSizes:
    """Count the people called on one date at one time, for each who was called for something sensitive."""
    together: dict[tuple[date, int], dict[Hashable, bool]] = defaultdict(dict)
    for call in calls:
        group = together[call.day, call.at]
        group[call.person] = group.get(call.person, False) or call.discipline in sensitive
    smallest: dict[Hashable, int] = {}
    sizes: Counter[int] = Counter()
    only: set[Hashable] = set()
    for group in together.values():
        followed = [person for person, is_followed in group.items() if is_followed]
        sizes[len(group)] += len(followed)
        if len(group) > 1 and len(followed) == len(group):
            only.update(followed)
        for person in followed:
            smallest[person] = min(len(group), smallest.get(person, len(group)))
    few = sum(1 < size < FEW for size in smallest.values())
    return GroupSizes(
        followed=len(smallest),
        alone=sum(size == 1 for size in smallest.values()),
        few=few,
        only_sensitive=len(only),
        calls=sizes.total(),
        calls_alone=sizes[1],
        calls_few=sum(n for size, n in sizes.items() if 1 < size < FEW),
    )


Tally: TypeAlias = "Counter[tuple[Place, str, str]]"


def _lift(place: Place, found: int, calls: int, prior: float, error: float) -> SecretLift:
    if not found:
        return SecretLift(0.0, 0.0, place, 0, calls)
    at_least = share_at_least(found, calls, error=error) / prior
    return SecretLift(found / calls / prior, at_least, place, found, calls)


def _divergence(seen: float, p: float) -> float:
    """Return KL(seen || p) of two coins in nats; infinite where p excludes what was seen."""
    if not p:
        return math.inf
    right = seen * math.log(seen / p)
    return right + ((1 - seen) * math.log((1 - seen) / (1 - p)) if seen < 1 else 0.0)


def _is_told(each: PurePlace, pure: Mapping[tuple[int, int, int, int], PurePlace]) -> bool:
    return any(coarser(each.place, cycle) in pure for cycle in CYCLES if cycle < each.place.cycle)
