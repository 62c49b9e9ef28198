"""Who gets which time of a half-day: never two at once, never more than can be brought, nobody passed over."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime, timedelta
from itertools import combinations

from hypothesis import given
from hypothesis import strategies as st

from appointments.arithmetic.filling import HalfDayRoom, Wanting, fill_own_times, placed
from appointments.arithmetic.timegrid import contains, overlaps

NINE = datetime(2027, 3, 1, 9, tzinfo=UTC)
NOON = NINE + timedelta(hours=3)
WAVES = [NINE, NINE + timedelta(hours=1), NINE + timedelta(hours=2)]
MINUTES = st.sampled_from([15, 20, 30, 45])


def minutes(number: int) -> timedelta:
    return timedelta(minutes=number)


def room(**fields: object) -> HalfDayRoom:
    values = {"opening": (NINE, NOON), "step": minutes(20), "waves": WAVES, "busy": [], "left": {}, "after": NINE}
    return HalfDayRoom(**{**values, **fields})


def anywhere(_wave: datetime, _put: int) -> tuple[bool, ...]:
    return ()


def people(number: int, length: int = 20) -> list[Wanting]:
    return [Wanting(key, minutes(length)) for key in range(number)]


def test_few_people_are_spread_over_the_arrival_times() -> None:
    given_times = fill_own_times(people(6), room(), reluctance=anywhere)

    assert Counter(wave for _start, wave in given_times.values()) == dict.fromkeys(WAVES, 2)


def test_a_full_half_day_leaves_no_place_empty() -> None:
    given_times = fill_own_times(people(12), room(), reluctance=anywhere)

    assert sorted(given_times) == list(range(9))


def test_times_that_suit_badly_are_taken_last() -> None:
    def last_is_bad(wave: datetime, _put: int) -> tuple[bool, ...]:
        return (wave == WAVES[-1],)

    given_times = fill_own_times(people(4), room(), reluctance=last_is_bad)

    assert WAVES[-1] not in {wave for _start, wave in given_times.values()}


def test_whoever_is_called_already_is_nobody_more_to_bring() -> None:
    there = Wanting("there", minutes(20), called=frozenset({NINE}))
    other = Wanting("other", minutes(20))

    given_times = fill_own_times([other, there], room(left=dict.fromkeys(WAVES, 0)), reluctance=anywhere)

    assert given_times == {"there": (NINE, NINE)}


def test_spreading_leaves_out_nobody_who_has_a_place_without() -> None:
    # Two of seventy-five minutes: spread, the second stands in the middle and nobody else finds an hour.
    long = [Wanting(key, minutes(75)) for key in range(2)]

    given_times = fill_own_times(long, room(opening=(NINE, NINE + minutes(150))), reluctance=anywhere)

    assert sorted(given_times) == [0, 1]


@given(
    lengths=st.lists(MINUTES, max_size=14),
    taken=st.lists(st.tuples(st.integers(0, 11), MINUTES), max_size=4),
    left=st.dictionaries(st.sampled_from(WAVES), st.integers(0, 3)),
    elsewhere=st.dictionaries(st.integers(0, 13), st.tuples(st.integers(0, 11), MINUTES), max_size=5),
)
def test_never_two_at_once_nor_more_than_can_be_brought_and_nobody_is_passed_over(
    lengths: list[int],
    taken: list[tuple[int, int]],
    left: dict[datetime, int],
    elsewhere: dict[int, tuple[int, int]],
) -> None:
    busy = [(NINE + minutes(15 * quarter), NINE + minutes(15 * quarter + length)) for quarter, length in taken]
    away = {key: [(NINE + minutes(15 * q), NINE + minutes(15 * q + length))] for key, (q, length) in elsewhere.items()}
    wanting = [Wanting(key, minutes(length), away.get(key, [])) for key, length in enumerate(lengths)]

    found = fill_own_times(wanting, room(busy=busy, left=left), reluctance=anywhere)

    times = {key: (start, start + wanting[key].length) for key, (start, _wave) in found.items()}
    for key, (start, wave) in found.items():
        assert contains((NINE, NOON), times[key])
        assert not any(overlaps(times[key], other) for other in [*busy, *away.get(key, [])])
        assert wave == max(each for each in WAVES if each <= start)
    assert not any(overlaps(one, other) for one, other in combinations(times.values(), 2))
    called = Counter(wave for _start, wave in found.values())
    assert all(called[wave] <= number for wave, number in left.items())
    # Whoever has no place would have none either if nobody behind them were there.
    for key in set(range(len(wanting))) - set(found):
        before = [one for one in wanting if one.key < key and one.key in found]
        alone = placed([*before, wanting[key]], room(busy=busy, left=left), choose=lambda starts, _put: min(starts))
        assert key not in alone or set(alone) - {key} != {one.key for one in before}
