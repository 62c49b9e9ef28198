"""What other common arrival times would change: what the list tells, the waiting, the journeys. Reads, proposes."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import date
from typing import NamedTuple, TypeAlias
from uuid import UUID

from django.db.models.functions import ExtractHour, ExtractMinute, TruncDate

from appointments.arithmetic.inference import (
    CallCounts,
    min_entropy_leakage,
    mutual_information_corrected,
    posterior_vulnerability_left_out,
    prior_vulnerability,
)
from appointments.arithmetic.leakage import (
    CYCLES,
    Place,
    coarser,
    identified_share,
    lifts_of,
    place_of,
    secrets_of,
    split_by,
)
from appointments.neutrality.counting import Window, convocations

# A minute of the local day: arrival times are compared and moved by arithmetic.
Minute: TypeAlias = int
# How often each discipline stood at each place of the longest cycle of weeks; kinds are not told apart.
Tally: TypeAlias = "Counter[tuple[Place, str, str]]"

STEP: Minute = 15  # people are called on the quarter
MOST_TIMES = 16
# Differences that are no reason to move anybody: shares, bits.
MARGIN = 0.0005
ANY_KIND = ""


def past_calls(window: Window) -> list[Call]:
    """Return the consultations of the window, by their own local day and minute. One query."""
    zone = window.establishment.zone
    start = ExtractHour("starts_at", tzinfo=zone) * 60 + ExtractMinute("starts_at", tzinfo=zone)
    rows = convocations(window).order_by("starts_at", "id")
    return [
        Call(*row)
        for row in rows.values_list(
            "detainee_id", TruncDate("starts_at", tzinfo=zone), start, "kind__discipline", "agenda_id"
        )
    ]


def effect_of(found: Sequence[Call], times: Sequence[Minute], *, sensitive: frozenset[str]) -> Effect:
    """Return what these arrival times would have told and cost. Raises UncalledStart, NothingToMeasure."""
    wave = {start: wave_at(start, times) for start in {call.start for call in found}}
    return Effect(
        times=tuple(sorted(times)),
        told=told_by(tally_of(found, times), sensitive=sensitive),
        mean_wait=sum(call.start - wave[call.start] for call in found) / len(found),
        journeys=len({(call.person, call.day, wave[call.start]) for call in found}),
    )


def tally_of(found: Sequence[Call], times: Sequence[Minute]) -> Tally:
    """Return how often each discipline stands at each place of the list. Raises UncalledStart."""
    waves = {start: wave_at(start, times) for start in {call.start for call in found}}
    return Counter((where(call.day, waves[call.start]), call.discipline, ANY_KIND) for call in found)


def where(day: date, wave: Minute) -> Place:
    return place_of(day, wave, max(CYCLES))


def told_by(tally: Tally, *, sensitive: frozenset[str]) -> Told:
    """Return what a list with these numbers tells. Raises NothingToMeasure.

    The secret is that somebody comes for anything sensitive, whichever discipline: two of them alone together hide
    nothing. An observer who counts weeks is taken where they learn more.
    """
    kept = {key: n for key, n in tally.items() if n > 0}
    weekly = CallCounts((discipline, coarser(place, 1), n) for (place, discipline, _), n in kept.items())
    prior, posterior = prior_vulnerability(weekly), posterior_vulnerability_left_out(weekly)
    secrets = secrets_of(((discipline, kind) for _, discipline, kind in kept), sensitive)
    splits = [split_by(Counter(kept), secrets[0], cycle) for cycle in CYCLES] if secrets else []
    lifts = lifts_of({(secret, 1): split_by(Counter(kept), secret, 1) for secret in secrets})
    return Told(
        identified_share=max(map(identified_share, splits), default=0.0),
        information=max(map(mutual_information_corrected, splits), default=0.0),
        lift=max((lift.ratio for lift in lifts.values()), default=0.0),
        leakage=max(0.0, min_entropy_leakage(prior=prior, posterior=posterior)),
    )


def wave_at(start: Minute, times: Sequence[Minute]) -> Minute:
    """Return the latest of `times` that is not after `start`. Raises UncalledStart."""
    wave = max((at for at in times if at <= start), default=None)
    if wave is None:
        raise UncalledStart
    return wave


def trade_off(found: Sequence[Call], *, sensitive: frozenset[str], most: int = MOST_TIMES) -> list[Effect]:
    """Return the effect of 1, 2, ... `most` arrival times a day, each number placed where people wait least.

    The times stand on the quarter, the first at or before the first consultation of all.
    """
    placed = shortest_waits(Counter(call.start for call in found), most=most)
    return [effect_of(found, times, sensitive=sensitive) for times in placed]


def shortest_waits(starts: Counter[Minute], *, most: int) -> list[tuple[Minute, ...]]:
    """Return for 1, 2, ... `most` arrival times where to put them so that people wait least in all.

    Dynamic programming over the quarters of the day (as for the k-median problem on a line): the best last time
    before each quarter, with one time fewer before it.
    """
    quarters = sorted({start // STEP * STEP for start in starts})
    if not quarters:
        return []
    ends = [*quarters[1:], quarters[-1] + STEP]
    # cost[i][j]: minutes waited when everybody from quarter i to before quarter j is called at quarter i.
    weights = [
        [(start, n) for start, n in starts.items() if quarter <= start < end]
        for quarter, end in zip(quarters, ends, strict=True)
    ]
    size = len(quarters)
    cost = [[0.0] * (size + 1) for _ in range(size)]
    for i in range(size):
        for j in range(i, size):
            cost[i][j + 1] = cost[i][j] + sum((start - quarters[i]) * n for start, n in weights[j])
    best: list[tuple[float, tuple[Minute, ...]]] = [(cost[0][j], (quarters[0],)) for j in range(size + 1)]
    found = [best[size][1]]
    for _ in range(min(most, size) - 1):
        best = [
            min(
                ((best[i][0] + cost[i][j], (*best[i][1], quarters[i])) for i in range(1, j)),
                default=best[j],
            )
            for j in range(size + 1)
        ]
        found.append(best[size][1])
    return found


class Call(NamedTuple):
    """One consultation as an observer of exact times would see it, and the truth."""

    person: UUID
    day: date
    start: Minute
    discipline: str
    agenda: int


class Told(NamedTuple):
    """What a list tells, the gravest first."""

    identified_share: float  # sensitive consultations called where most calls are sensitive
    information: float  # on whether a call is sensitive, in bits, Miller-Madow
    lift: float  # the greatest of sets and disciplines, at their surest places
    leakage: float  # of the discipline, in bits, leave-one-out

    def is_less_than(self, other: Told) -> bool:
        """Whether this list tells less: fewer identified or, with as many, less information; by more than nothing."""
        fewer = other.identified_share - self.identified_share
        return fewer > MARGIN or (fewer >= -MARGIN and other.information - self.information > MARGIN)


class Effect(NamedTuple):
    """What a set of arrival times would have told of the same consultations, and cost."""

    times: tuple[Minute, ...]
    told: Told
    mean_wait: float  # minutes
    journeys: int


class UncalledStart(ValueError):
    """A consultation would begin before the first arrival time: nobody could be called for it."""
