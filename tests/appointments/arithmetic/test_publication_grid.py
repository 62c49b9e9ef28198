"""When lists go out: arithmetic of the clock, checked against a plain reading of the rule."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from hypothesis import given
from hypothesis import strategies as st

from appointments.arithmetic.publication_grid import PublicationGrid, Term
from appointments.arithmetic.timegrid import at_local

PARIS = ZoneInfo("Europe/Paris")
LONG_AGO = date(2020, 1, 1)
FRIDAY, SATURDAY, SUNDAY, MONDAY = (date(2026, 11, 27) + timedelta(days=days) for days in range(4))
THREE = PublicationGrid(tuple(Term(time.fromisoformat(at), LONG_AGO) for at in ("06:30", "12:30", "15:30")), PARIS)
ONCE = PublicationGrid((Term(time(6, 30), LONG_AGO),), PARIS)

days = st.dates(date(2026, 1, 1), date(2027, 12, 31))
clocks = st.times().map(lambda at: at.replace(second=0, microsecond=0))
terms = st.builds(Term, at=clocks, since=days, until=st.none() | days)
grids = st.builds(
    PublicationGrid, st.lists(terms, max_size=5).map(tuple), st.sampled_from([PARIS, ZoneInfo("Pacific/Noumea")])
)
instants = st.datetimes(datetime(2026, 1, 1), datetime(2027, 12, 31), timezones=st.just(PARIS))  # noqa: DTZ001


def at(day: date, clock: str) -> datetime:
    return at_local(day, time.fromisoformat(clock), PARIS)


def test_list_of_a_day_goes_out_the_afternoon_before_and_then_at_each_time_of_the_day() -> None:
    expected = [at(SUNDAY, "15:30"), at(MONDAY, "06:30"), at(MONDAY, "12:30"), at(MONDAY, "15:30")]

    assert THREE.of_list(MONDAY) == expected
    assert THREE.opening(MONDAY) == expected[0]
    assert ONCE.of_list(MONDAY) == [at(SUNDAY, "06:30"), at(MONDAY, "06:30")]


def test_next_publication_is_the_present_instant_or_a_later_one() -> None:
    assert THREE.next_of_list(MONDAY, after=at(FRIDAY, "10:00")) == at(SUNDAY, "15:30")
    assert THREE.next_of_list(MONDAY, after=at(MONDAY, "06:30")) == at(MONDAY, "06:30")
    assert THREE.next_of_list(MONDAY, after=at(MONDAY, "06:31")) == at(MONDAY, "12:30")
    assert THREE.next_of_list(MONDAY, after=at(MONDAY, "15:31")) is None


def test_version_counts_the_publications_that_took_place_and_those_between_the_hours() -> None:
    def version(clock: str, *, day: date = MONDAY, unplanned: int = 0) -> int:
        return THREE.version(MONDAY, now=at(day, clock), unplanned=unplanned)

    assert version("15:29", day=SUNDAY) == 0
    assert version("15:30", day=SUNDAY) == 1
    assert [version(clock) for clock in ("06:29", "06:30", "12:30", "23:59")] == [1, 2, 3, 4]
    assert version("06:30", unplanned=2) == 4


def test_time_holds_from_its_first_day_and_before_its_last() -> None:
    grid = PublicationGrid((Term(time(6, 30), LONG_AGO, SUNDAY), Term(time(15, 30), SUNDAY)), PARIS)

    assert grid.on(SATURDAY) == [at(SATURDAY, "06:30")]
    assert grid.on(SUNDAY) == [at(SUNDAY, "15:30")]
    assert grid.of_list(SUNDAY) == [at(SATURDAY, "06:30"), at(SUNDAY, "15:30")]


def test_lists_are_open_without_times_and_stay_open_on_the_day_before_the_first_one() -> None:
    none, soon = PublicationGrid((), PARIS), PublicationGrid((Term(time(6, 30), SATURDAY),), PARIS)
    friday = at(FRIDAY, "10:00")

    assert none.is_continuous(FRIDAY, now=friday)
    assert none.version(FRIDAY, now=friday, unplanned=0) == 0
    assert [soon.is_continuous(day, now=friday) for day in (FRIDAY, SATURDAY, SUNDAY)] == [True, True, False]
    assert not soon.is_continuous(SATURDAY, now=at(SATURDAY, "05:00"))
    # What was open counts as the first version.
    assert soon.version(SATURDAY, now=at(SATURDAY, "05:00"), unplanned=0) == 1


def test_clock_changes_neither_drop_nor_double_a_publication() -> None:
    night = PublicationGrid((Term(time(2, 30), LONG_AGO),), PARIS)

    assert [len(night.on(day)) for day in (date(2026, 3, 29), date(2026, 10, 25))] == [1, 1]


@given(grids, days, instants)
def test_next_publication_is_one_of_the_list_and_the_earliest(grid: PublicationGrid, day: date, now: datetime) -> None:
    following = grid.next_of_list(day, after=now)

    later = [instant for instant in grid.of_list(day) if instant >= now]
    assert following == min(later, default=None)


@given(grids, days, instants, st.integers(0, 3))
def test_version_never_falls_while_the_clock_goes_on(
    grid: PublicationGrid, day: date, now: datetime, unplanned: int
) -> None:
    versions = [grid.version(day, now=now + timedelta(hours=hours), unplanned=unplanned) for hours in range(0, 96, 5)]

    assert versions == sorted(versions)


@given(grids, days)
def test_publication_of_today_never_depends_on_times_that_begin_or_end_tomorrow(
    grid: PublicationGrid, today: date
) -> None:
    tomorrow = today + timedelta(days=1)
    more = PublicationGrid(
        (*grid.terms, Term(time(10), tomorrow), Term(time(11), LONG_AGO, LONG_AGO + timedelta(1))), grid.zone
    )

    assert more.of_list(today) == grid.of_list(today)
    assert more.opening(tomorrow) == (grid.opening(tomorrow) if grid.on(today) else min(more.on(tomorrow)))
