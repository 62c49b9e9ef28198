"""When a visit of a round is due, and what a week asks."""

from __future__ import annotations

from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from appointments.arithmetic.rounds import Due, Rhythm, asked_of_week, days_in_week, next_due

MONDAY = date(2026, 11, 23)
TWICE = Rhythm(times=2, least_days=1, most_days=4)
DAILY = Rhythm(weekdays=frozenset(range(7)))
TUESDAYS_FRIDAYS = Rhythm(weekdays=frozenset({1, 4}))


def day(number: int) -> date:
    """Monday is 0."""
    return MONDAY + timedelta(days=number)


def due(rhythm: Rhythm, today: int, *made: int, since: int = -30, ends_on: int | None = None) -> Due:
    end = None if ends_on is None else day(ends_on)
    return next_due(rhythm, since=day(since), ends_on=end, made=[day(one) for one in made], today=day(today))


def test_daily_visit_is_due_each_day_and_late_from_the_first_one_missed() -> None:
    assert due(DAILY, 2, 1) == Due(day(2), day(2))
    assert due(DAILY, 4, 1).days_late(day(4)) == 2
    assert due(DAILY, 1, since=1).days_late(day(1)) == 0


def test_chosen_weekdays_are_due_on_those_days_only() -> None:
    assert due(TUESDAYS_FRIDAYS, 2, 1) == Due(day(4), day(4))
    assert due(TUESDAYS_FRIDAYS, 5, 1).days_late(day(5)) == 1
    # Whoever comes on a Wednesday is not late for Tuesday.
    assert due(TUESDAYS_FRIDAYS, 3, since=2) == Due(day(4), day(4))


def test_twice_a_week_keeps_the_days_between_two_visits() -> None:
    apart = Rhythm(times=2, least_days=2, most_days=4)

    assert due(apart, 1, 0) == Due(day(2), day(4))
    assert due(apart, 5, 0).days_late(day(5)) == 1


def test_last_days_of_a_week_press_where_visits_are_missing() -> None:
    # Seen on Wednesday: four days later is Sunday, and the second one of the week is due by then.
    assert due(TWICE, 3, 2) == Due(day(3), day(6))
    # Nobody came in this week: the first of two is due on Saturday at the latest, whatever the former week.
    assert due(Rhythm(times=2, least_days=1, most_days=7), 5, -1) == Due(day(0), day(5))
    # Both were made: the next one waits.
    assert due(TWICE, 5, 1, 4) == Due(day(5), day(8))


def test_who_came_in_on_sunday_owes_no_visit_to_that_week() -> None:
    assert due(TWICE, 6, since=6) == Due(day(6), day(9))


def test_part_of_a_week_asks_its_share() -> None:
    assert [asked_of_week(days, 2) for days in range(8)] == [0, 0, 0, 0, 1, 1, 1, 2]
    assert days_in_week(MONDAY, [(day(-3), day(2)), (day(4), None)]) == 5
    assert days_in_week(MONDAY, [(day(2), day(2))]) == 0


@given(since=st.integers(-10, 0), made=st.sets(st.integers(-10, 6)), times=st.integers(2, 3), least=st.integers(1, 2))
def test_who_keeps_to_what_is_due_keeps_the_number_of_each_week(
    since: int, made: set[int], times: int, least: int
) -> None:
    """Whatever was done before: who from now on visits on the last day in time makes each later whole week's number."""
    rhythm = Rhythm(times=times, least_days=least, most_days=7)
    done = sorted(made)
    for today in range(7, 28):
        if due(rhythm, today, *done, since=since).until <= day(today):
            done.append(today)

    for week in range(1, 4):
        assert sum(7 * week <= one < 7 * week + 7 for one in done) >= times
