"""What other common arrival times would change: what the list tells, the waiting, the journeys. Reads, proposes."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import date, time
from typing import NamedTuple, TypeAlias
from uuid import UUID

from django.db.models.functions import ExtractHour, ExtractMinute, TruncDate

from appointments.arithmetic.inference import (
    CallCounts,
    identified_share,
    lifts,
    min_entropy_leakage,
    mutual_information_corrected,
    posterior_vulnerability_left_out,
    prior_vulnerability,
)
from appointments.neutrality.counting import Window, convocations

# A minute of the local day: arrival times are compared and moved by arithmetic.
Minute: TypeAlias = int
Tally: TypeAlias = "Counter[tuple[str, WeeklyWave]]"

STEP: Minute = 15  # people are called on the quarter
MOST_TIMES = 16


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


def tally_of(found: Iterable[Call], times: Sequence[Minute]) -> Tally:
    """Return how often each discipline stands at each place of the list. Raises UncalledStart."""
    cells = Counter((call.discipline, call.day.isoweekday(), call.start) for call in found)
    tally: Tally = Counter()
    for (discipline, weekday, start), n in cells.items():
        tally[discipline, WeeklyWave(weekday, wave_at(start, times))] += n
    return tally


def told_by(tally: Tally, *, sensitive: frozenset[str]) -> Told:
    """Return what a list with these numbers tells. Raises NothingToMeasure."""
    counts = CallCounts((discipline, place, n) for (discipline, place), n in tally.items())
    prior, posterior = prior_vulnerability(counts), posterior_vulnerability_left_out(counts)
    return Told(
        identified_share=identified_share(counts, sensitive=sensitive),
        information=mutual_information_corrected(counts),
        lift=max((lift.ratio for lift in lifts(counts, sensitive=sensitive).values()), default=0.0),
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


def minute_of(at: time) -> Minute:
    """Return the minute of the day."""
    return at.hour * 60 + at.minute


def time_of(minute: Minute) -> time:
    """Return the time of a minute of the day."""
    return time(*divmod(minute, 60))


class Call(NamedTuple):
    """One consultation as an observer of exact times would see it, and the truth."""

    person: UUID
    day: date
    start: Minute
    discipline: str
    agenda: int


class WeeklyWave(NamedTuple):
    """Where a consultation stands on the list: weekday (Monday 1 to Sunday 7) and minute of its arrival time."""

    weekday: int
    wave: Minute


class Told(NamedTuple):
    """What a list tells, the gravest first: a smaller tuple is a better list."""

    identified_share: float
    information: float  # bits, Miller-Madow
    lift: float  # the greatest of the sensitive kinds, where 20 or more are called
    leakage: float  # bits, leave-one-out


class Effect(NamedTuple):
    """What a set of arrival times would have told of the same consultations, and cost."""

    times: tuple[Minute, ...]
    told: Told
    mean_wait: float  # minutes
    journeys: int


class UncalledStart(ValueError):
    """A consultation would begin before the first arrival time: nobody could be called for it."""
