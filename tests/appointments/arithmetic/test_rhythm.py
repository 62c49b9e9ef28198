"""The dates of a series: so many, on those weekdays, at the same hour in summer and winter."""

from __future__ import annotations

from datetime import date, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from dateutil.rrule import rrulestr
from hypothesis import given
from hypothesis import strategies as st

from appointments.arithmetic.recurrence import MOST_DATES, MOST_WEEKS, WEEKDAY_CODES, SeriesRhythm, UnknownRule

ZONES = st.sampled_from(
    [ZoneInfo(name) for name in ("Europe/Paris", "America/Guadeloupe", "Indian/Reunion", "Pacific/Noumea")]
)
QUARTERS = st.builds(time, st.integers(4, 22), st.sampled_from([0, 15, 30, 45]))
RHYTHMS = st.builds(
    SeriesRhythm,
    first=st.dates(date(2024, 1, 1), date(2032, 12, 31)),
    times=st.dictionaries(st.integers(0, 6), QUARTERS, min_size=1),
    count=st.integers(1, MOST_DATES),
    every=st.integers(1, MOST_WEEKS),
)


@given(RHYTHMS)
def test_there_are_as_many_dates_as_asked_on_the_weekdays_asked_and_none_before_the_first_day(
    rhythm: SeriesRhythm,
) -> None:
    dates = rhythm.dates()

    assert len(dates) == rhythm.count
    assert dates == sorted(set(dates))
    assert {day.weekday() for day in dates} <= set(rhythm.times)
    assert dates[0] >= rhythm.first


@given(RHYTHMS)
def test_dates_stand_in_every_nth_week_and_leave_no_wanted_day_out(rhythm: SeriesRhythm) -> None:
    dates = rhythm.dates()
    monday = rhythm.first - timedelta(days=rhythm.first.weekday())

    assert all(((day - monday).days // 7) % rhythm.every == 0 for day in dates)
    days = (rhythm.first + timedelta(days=number) for number in range((dates[-1] - rhythm.first).days + 1))
    wanted = [day for day in days if day.weekday() in rhythm.times and ((day - monday).days // 7) % rhythm.every == 0]
    assert dates == wanted


@given(RHYTHMS, ZONES)
def test_clocks_show_the_same_hour_in_summer_and_winter(rhythm: SeriesRhythm, zone: ZoneInfo) -> None:
    for starts_at in rhythm.starts(zone):
        local = starts_at.astimezone(zone)
        assert local.time() == rhythm.times[local.weekday()]


@given(RHYTHMS)
def test_rule_says_the_same_to_any_reader_of_the_standard(rhythm: SeriesRhythm) -> None:
    start = f"DTSTART:{rhythm.first:%Y%m%d}T000000\nRRULE:{rhythm.rule}"

    assert [at.date() for at in rrulestr(start)] == rhythm.dates()
    assert set(rhythm.rule.partition("BYDAY=")[2].partition(";")[0].split(",")) == {
        WEEKDAY_CODES[weekday] for weekday in rhythm.times
    }


def test_last_sundays_of_march_and_october_keep_the_hour() -> None:
    zone = ZoneInfo("Europe/Paris")

    spring = SeriesRhythm(date(2027, 3, 22), {0: time(9), 6: time(9)}, 4).starts(zone)
    autumn = SeriesRhythm(date(2027, 10, 25), {6: time(2, 30)}, 2).starts(zone)

    assert [f"{at:%d %H:%M}" for at in spring] == ["22 08:00", "28 07:00", "29 07:00", "04 07:00"]
    assert [f"{at:%d %H:%M}" for at in autumn] == ["31 00:30", "07 01:30"]


@pytest.mark.parametrize(
    ("times", "count", "every"),
    [({}, 3, 1), ({7: time(9)}, 3, 1), ({0: time(9)}, 0, 1), ({0: time(9)}, 41, 1), ({0: time(9)}, 3, 9)],
)
def test_nonsense_is_no_rhythm(times: dict[int, time], count: int, every: int) -> None:
    with pytest.raises(UnknownRule):
        SeriesRhythm(date(2027, 1, 4), times, count, every)


def test_series_beyond_the_calendar_is_no_rhythm() -> None:
    with pytest.raises(UnknownRule):
        SeriesRhythm(date(9999, 12, 20), {0: time(9)}, 5).dates()
