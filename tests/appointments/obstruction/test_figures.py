"""The figures of obstructed care, against a small world that was counted by hand."""

from __future__ import annotations

from datetime import date

import pytest

from appointments.obstruction import ObstructionFigures, read_figures
from appointments.obstruction.figures import month_words
from tests.appointments.obstruction.conftest import day
from tests.conftest import Unit


def figures(unit: Unit) -> ObstructionFigures:
    return read_figures(unit.establishment, day(0), day(5))


def test_who_was_expected_came_or_was_not_brought_adds_up(small_world: Unit) -> None:
    found = figures(small_world)

    assert (found.expected, found.came, found.seen, found.not_brought, found.unknown) == (11, 4, 3, 4, 1)
    assert found.other_row.count == 2


def test_not_brought_is_told_by_the_cause_that_care_verified(small_world: Unit) -> None:
    found = {row.key: row.count for row in figures(small_world).not_brought_by_cause if row.count}

    assert found == {"staff": 1, "visit": 2, "not_called": 1}


def test_every_table_adds_up_to_the_same_sum(small_world: Unit) -> None:
    found = figures(small_world)

    for table in found.tables:
        assert sum(row.count for row in table.rows) == found.not_brought == 4, table.key
    for key in ("half_day", "building", "month"):
        assert sum(row.total for row in found.table(key).rows) == found.expected
    assert {row.key: (row.count, row.total) for row in found.table("building").rows} == {"A": (3, 8), "B": (1, 3)}
    assert {row.key: (row.count, row.total) for row in found.table("half_day").rows} == {
        "morning": (3, 7),
        "afternoon": (1, 4),
    }


@pytest.mark.parametrize(
    ("first", "last", "label"),
    [
        ("2026-01-12", "2026-03-31", "January 2026, from day 12 on"),
        ("2026-01-01", "2026-01-31", "January 2026"),
        ("2025-12-01", "2026-01-28", "January 2026, up to day 28"),
        ("2026-01-12", "2026-01-28", "January 2026, from day 12 to day 28"),
    ],
)
def test_month_of_which_not_all_days_are_counted_says_which(first: str, last: str, label: str) -> None:
    assert month_words("2026-01", date.fromisoformat(first), date.fromisoformat(last)) == label


def test_figures_begin_where_the_record_does(small_world: Unit) -> None:
    found = read_figures(small_world.establishment, day(-40), day(5))

    assert (found.counted_from, found.counted_until) == (day(0), day(5))
    begins = found.table("month").rows[0].label
    assert (f"from day {day(0).day} " in begins) == (day(0).day > 1)


def test_half_day_is_lost_when_half_of_it_was_not_brought(small_world: Unit) -> None:
    found = figures(small_world)

    assert [(one.booked, one.lost) for one in found.lost] == [(2, 1), (2, 1), (4, 2)]
    assert found.sessions == 4
