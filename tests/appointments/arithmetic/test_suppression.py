"""No number of one to four people follows from published figures: tried by attackers who add and subtract them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from itertools import combinations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from appointments.arithmetic.suppression import (
    Shown,
    Stretch,
    hidden_rows,
    is_whole_safe,
    linked,
    slices_of,
    whole_of,
)

START = date(2026, 1, 1)
DAYS = 7
ROWS = ("A", "B", "C", "D")
# Few people, so that small numbers are everywhere.
COUNTS = st.lists(
    st.lists(st.sampled_from([0, 0, 1, 2, 3, 4, 5, 7, 40]), min_size=DAYS, max_size=DAYS), min_size=3, max_size=4
)
PERIODS = st.lists(
    st.tuples(st.integers(0, DAYS - 1), st.integers(1, DAYS)).filter(lambda pair: pair[0] < pair[1]),
    min_size=1,
    max_size=5,
)
Counts = Sequence[Sequence[int]]


def stretch(since: int, before: int) -> Stretch:
    return Stretch(START + timedelta(days=since), START + timedelta(days=before))


def squares_of(counts: Counts, stretches: Sequence[Stretch]) -> dict[tuple[str, Stretch], int]:
    """What the caller counts: each row on each slice."""
    return {
        (key, piece): sum(row[(piece.since - START).days : (piece.before - START).days])
        for key, row in zip(ROWS, counts, strict=False)
        for piece in slices_of(stretches)
    }


def rows_of(counts: Counts, days: tuple[int, int]) -> list[Shown]:
    """The rows of a report about these days, nothing hidden."""
    return [
        Shown(frozenset([key]), stretch(*days), sum(row[slice(*days)])) for key, row in zip(ROWS, counts, strict=False)
    ]


def sum_before(counts: Counts, days: tuple[int, int], known: Sequence[Shown]) -> list[Shown]:
    """The sum of the days before, as a letter compares with it, where it may be told."""
    since, before = days
    earlier = (max(0, since - (before - since)), since)
    if earlier[0] == earlier[1]:
        return []
    rows, here = rows_of(counts, earlier), stretch(*earlier)
    squares = squares_of(counts, [here, *linked(here, {each.days for each in known})])
    whole = whole_of(rows)
    return [whole] if whole is not None and is_whole_safe(rows, known, squares) else []


def published(counts: Counts, periods: Sequence[tuple[int, int]]) -> list[Shown]:
    """All that is known once these reports have gone out one after another, each compared with the days before it."""
    known: list[Shown] = []
    for days in periods:
        rows, here = rows_of(counts, days), stretch(*days)
        beside = linked(here, {each.days for each in known})
        earlier = [each for each in known if each.days in {here, *beside}]
        squares = squares_of(counts, [here, *beside])
        hidden = hidden_rows(rows, earlier, squares)
        known += [row for number, row in enumerate(rows) if number not in hidden]
        whole = whole_of(rows)
        if whole is not None and is_whole_safe(rows, earlier, squares):
            known.append(whole)
        known += sum_before(counts, days, known)
    return known


def bits(figure: Shown) -> frozenset[tuple[str, int]]:
    """The squares (row, day) that a figure counts."""
    days = range((figure.days.since - START).days, (figure.days.before - START).days)
    return frozenset((key, number) for key in figure.keys for number in days)


def closure(known: Sequence[Shown]) -> dict[frozenset[tuple[str, int]], int]:
    """The numbers that somebody gets by taking one set from a larger one and joining two that share nothing."""
    numbers = {bits(figure): figure.people for figure in known}
    for _round in range(3):
        for one, other in combinations(list(numbers), 2):
            small, large = sorted((one, other), key=len)
            if small < large:
                numbers.setdefault(large - small, numbers[large] - numbers[small])
            elif not small & large:
                numbers.setdefault(small | large, numbers[small] + numbers[large])
        if len(numbers) > 300:
            break
    return numbers


@settings(max_examples=200, deadline=None)
@given(counts=COUNTS, periods=PERIODS)
def test_taking_reports_from_each_other_finds_no_small_number(counts: Counts, periods: list[tuple[int, int]]) -> None:
    found = closure(published(counts, periods))

    assert {squares: number for squares, number in found.items() if 0 < number < 5} == {}


@settings(max_examples=60, deadline=None)
@given(counts=COUNTS, periods=PERIODS)
def test_no_small_cell_lies_in_the_span_of_what_is_published(counts: Counts, periods: list[tuple[int, int]]) -> None:
    """The same by least squares: every group of rows on every stretch of days, with or without a stretch cut out."""
    known = published(counts, periods)
    if not known:
        return
    keys = ROWS[: len(counts)]
    place = {square: index for index, square in enumerate((key, number) for key in keys for number in range(DAYS))}
    matrix = np.zeros((len(known), len(place)))
    for line, figure in enumerate(known):
        matrix[line, [place[square] for square in bits(figure)]] = 1
    people = np.array([counts[ROWS.index(key)][number] for key, number in place])
    stretches = [frozenset(range(*pair)) for pair in combinations(range(DAYS + 1), 2)]
    days = {*stretches, *(one - other for one in stretches for other in stretches if other < one)}
    groups = [group for size in range(1, len(keys) + 1) for group in combinations(keys, size)]
    wanted = np.zeros((len(place), len(days) * len(groups)))
    for column, (group, held) in enumerate((group, held) for group in groups for held in days):
        wanted[[place[key, number] for key in group for number in held], column] = 1

    follows = np.isclose(matrix.T @ (np.linalg.pinv(matrix.T) @ wanted), wanted, atol=1e-8).all(axis=0)
    numbers = (people @ wanted)[follows]

    assert sorted(number for number in numbers if 0 < number < 5) == []


@pytest.mark.parametrize(
    ("counts", "hidden"),
    [
        pytest.param([40, 30, 20], [], id="nothing small"),
        pytest.param([40, 3, 20], [1, 2], id="one small: the next smallest goes with it"),
        pytest.param([40, 3, 4], [1, 2], id="two small that hide each other"),
        pytest.param([40, 1, 2], [0, 1, 2], id="two small whose sum is small"),
        pytest.param([40, 0, 20], [], id="nought may be told"),
        pytest.param([0, 0, 3], [2], id="a small sum is not told either, so noughts may be"),
    ],
)
def test_small_row_is_not_found_from_the_sum(counts: list[int], hidden: list[int]) -> None:
    days = (0, 1)
    rows = rows_of([[count] for count in counts], days)

    assert sorted(hidden_rows(rows, [], squares_of([[count] for count in counts], [stretch(*days)]))) == hidden


def test_quarter_and_three_days_more_hide_what_happened_in_the_three_days() -> None:
    # One number a day: three rows, 90 days and three more.
    counts = [[1] * 40 + [0] * 50 + [1, 1, 1], [1] * 90 + [4, 4, 4], [1] * 90 + [4, 4, 4]]
    quarter, longer = (0, 90), (0, 93)
    first = rows_of(counts, quarter)
    squares = squares_of(counts, [stretch(*quarter), stretch(*longer)])

    hidden = hidden_rows(rows_of(counts, longer), [*first, whole_of(first)], squares)  # type: ignore[list-item]

    assert 0 in hidden, "43 - 40 are three people."
    assert len(hidden) > 1, "One row alone would follow from the sum."


def test_correction_of_two_between_two_versions_is_not_told() -> None:
    before, after = [[40], [30], [20]], [[42], [30], [20]]
    squares = squares_of(after, [stretch(0, 1)])

    assert 0 in hidden_rows(rows_of(after, (0, 1)), rows_of(before, (0, 1)), squares)
    assert hidden_rows(rows_of(after, (0, 1)), rows_of(after, (0, 1)), squares) == frozenset(), "Nothing new is told."


def test_buildings_told_together_and_then_one_alone_do_not_reveal_the_other() -> None:
    days = stretch(0, 1)
    together, alone = Shown(frozenset("AB"), days, 23), Shown(frozenset("A"), days, 20)

    assert hidden_rows([alone], [together], {("A", days): 20, ("B", days): 3}) == {0}


def test_reports_that_share_no_day_are_not_looked_at() -> None:
    quarters = [stretch(0, 90), stretch(90, 181), stretch(181, 273), stretch(273, 365)]

    assert linked(quarters[0], quarters) == []
    assert linked(stretch(80, 100), quarters) == quarters[:2]
    assert slices_of([quarters[0], stretch(80, 100)]) == [stretch(0, 80), stretch(80, 90), stretch(90, 100)]
