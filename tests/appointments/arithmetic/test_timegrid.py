"""The agenda's time arithmetic, on the days when clocks change and in prisons overseas."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from appointments.arithmetic.timegrid import (
    InvertedInterval,
    NaiveInstant,
    NaiveTimeExpected,
    NoArrivalTime,
    NotPositive,
    OutsideCalendar,
    at_local,
    contains,
    local_midnights,
    merge,
    overlaps,
    slots,
    wave_for,
)

PARIS = ZoneInfo("Europe/Paris")
GUADELOUPE = ZoneInfo("America/Guadeloupe")
REUNION = ZoneInfo("Indian/Reunion")
NOUMEA = ZoneInfo("Pacific/Noumea")
BEIRUT = ZoneInfo("Asia/Beirut")  # its clocks change at midnight
APIA = ZoneInfo("Pacific/Apia")  # it skipped a whole day in 2011

SPRING = date(2026, 3, 29)
AUTUMN = date(2026, 10, 25)
MINUTE = timedelta(minutes=1)
ARRIVALS = [time(8, 30), time(9, 30), time(10, 30), time(14, 0), time(15, 0), time(16, 0)]


def utc(*parts):
    return datetime(*parts, tzinfo=UTC)


def minute(count):
    return utc(2026, 3, 2) + count * MINUTE


def span(start, end):
    return minute(start), minute(end)


zones = st.sampled_from([PARIS, GUADELOUPE, REUNION, NOUMEA, BEIRUT, ZoneInfo("Australia/Lord_Howe")])
days = st.dates(date(1980, 1, 1), date(2037, 12, 31)) | st.sampled_from(
    [SPRING, AUTUMN, date(2025, 3, 30), date(2025, 10, 26), date(2027, 3, 28), date(2027, 10, 31)]
)
clock_times = st.times()
instants = st.datetimes(datetime(1980, 1, 1), datetime(2037, 12, 31), timezones=st.just(UTC))  # noqa: DTZ001
minutes = st.integers(0, 600)
spans = st.tuples(minutes, minutes).map(lambda pair: span(min(pair), max(pair)))


# Local times


@pytest.mark.parametrize(
    ("zone", "expected"),
    [
        (PARIS, utc(2026, 1, 15, 8, 30)),
        (GUADELOUPE, utc(2026, 1, 15, 13, 30)),
        (REUNION, utc(2026, 1, 15, 5, 30)),
        (NOUMEA, utc(2026, 1, 14, 22, 30)),
    ],
)
def test_local_time_in_each_zone_is_its_own_instant(zone, expected):
    assert at_local(date(2026, 1, 15), time(9, 30), zone) == expected


def test_local_time_in_summer_follows_the_clock():
    assert at_local(date(2026, 7, 15), time(9, 30), PARIS) == utc(2026, 7, 15, 7, 30)
    assert at_local(date(2026, 7, 15), time(9, 30), REUNION) == utc(2026, 7, 15, 5, 30)


@pytest.mark.parametrize("skipped", [time(2, 0), time(2, 0, 0, 1), time(2, 30), time(2, 59, 59, 999999)])
def test_local_time_skipped_by_spring_moves_to_the_first_instant_that_exists(skipped):
    assert at_local(SPRING, skipped, PARIS) == utc(2026, 3, 29, 1, 0)


def test_local_time_around_the_spring_gap_is_untouched():
    assert at_local(SPRING, time(1, 59), PARIS) == utc(2026, 3, 29, 0, 59)
    assert at_local(SPRING, time(3, 0), PARIS) == utc(2026, 3, 29, 1, 0)


@pytest.mark.parametrize("fold", [0, 1])
def test_local_time_repeated_by_autumn_is_its_first_occurrence(fold):
    assert at_local(AUTUMN, time(2, 30, fold=fold), PARIS) == utc(2026, 10, 25, 0, 30)


def test_local_time_after_the_repeated_hour_is_an_hour_later():
    assert at_local(AUTUMN, time(3, 0), PARIS) == utc(2026, 10, 25, 2, 0)


def test_local_time_on_a_day_that_the_zone_skipped_is_the_next_midnight():
    assert at_local(date(2011, 12, 30), time(12, 0), APIA) == at_local(date(2011, 12, 31), time(0, 0), APIA)


def test_local_time_with_its_own_zone_is_refused():
    with pytest.raises(NaiveTimeExpected):
        at_local(SPRING, time(9, 30, tzinfo=UTC), PARIS)


def test_local_time_at_the_ends_of_the_calendar_is_a_value_error():
    with pytest.raises(OutsideCalendar):
        at_local(date.min, time(0, 0), PARIS)
    with pytest.raises(OutsideCalendar):
        at_local(date.max, time(23, 0), GUADELOUPE)


@given(days, clock_times, zones)
def test_local_time_reads_back_as_asked_or_lies_in_a_gap(day, clock, zone):
    wall = datetime.combine(day, clock)

    read_back = at_local(day, clock, zone).astimezone(zone).replace(tzinfo=None)

    assert wall <= read_back <= wall + timedelta(hours=1)
    if read_back != wall:
        just_before = (at_local(day, clock, zone) - timedelta(microseconds=1)).astimezone(zone)
        assert just_before.replace(tzinfo=None) < wall


@given(days, clock_times, clock_times, zones)
def test_local_times_keep_their_order(day, earlier, later, zone):
    earlier, later = sorted([earlier, later])

    assert at_local(day, earlier, zone) <= at_local(day, later, zone)


# Local days


@pytest.mark.parametrize(
    ("day", "zone", "hours"),
    [
        (date(2026, 3, 28), PARIS, 24),
        (SPRING, PARIS, 23),
        (AUTUMN, PARIS, 25),
        (SPRING, GUADELOUPE, 24),
        (AUTUMN, REUNION, 24),
        (AUTUMN, NOUMEA, 24),
    ],
)
def test_local_day_lasts_as_long_as_the_clock_says(day, zone, hours):
    start, end = local_midnights(day, zone)

    assert end - start == timedelta(hours=hours)


def test_local_day_in_noumea_starts_the_evening_before_in_utc():
    assert local_midnights(date(2026, 1, 15), NOUMEA) == (utc(2026, 1, 14, 13, 0), utc(2026, 1, 15, 13, 0))


def test_local_day_without_midnight_starts_at_its_first_instant():
    start, end = local_midnights(date(2026, 3, 29), BEIRUT)

    assert start.astimezone(BEIRUT).time() == time(1, 0)
    assert end - start == timedelta(hours=23)


@pytest.mark.parametrize("day", [date.min, date.max])
def test_local_day_at_the_ends_of_the_calendar_is_a_value_error(day):
    with pytest.raises(OutsideCalendar):
        local_midnights(day, PARIS)


@given(days, zones)
def test_local_days_follow_one_another_without_gap(day, zone):
    assert local_midnights(day, zone)[1] == local_midnights(day + timedelta(days=1), zone)[0]


@given(instants, zones)
def test_local_day_holds_exactly_its_instants(instant, zone):
    start, end = local_midnights(instant.astimezone(zone).date(), zone)

    assert start <= instant < end


# Arrival waves


@pytest.mark.parametrize(
    ("appointment", "wave"),
    [
        (time(8, 30), time(8, 30)),
        (time(9, 29), time(8, 30)),
        (time(9, 30), time(9, 30)),
        (time(13, 59), time(10, 30)),
        (time(14, 20), time(14, 0)),
        (time(23, 59), time(16, 0)),
    ],
)
@pytest.mark.parametrize("zone", [PARIS, GUADELOUPE, REUNION, NOUMEA])
@pytest.mark.parametrize("day", [date(2026, 1, 15), SPRING, AUTUMN])
def test_wave_is_the_latest_arrival_time_not_after_the_appointment(appointment, wave, zone, day):
    assert wave_for(at_local(day, appointment, zone), ARRIVALS, zone) == at_local(day, wave, zone)


def test_wave_before_the_first_arrival_time_is_refused_and_names_it():
    with pytest.raises(NoArrivalTime) as refusal:
        wave_for(at_local(SPRING, time(8, 29), PARIS), ARRIVALS[::-1], PARIS)

    assert refusal.value.first == time(8, 30)


def test_wave_without_any_arrival_time_is_refused():
    with pytest.raises(NoArrivalTime) as refusal:
        wave_for(at_local(SPRING, time(9, 0), PARIS), [], PARIS)

    assert refusal.value.first is None


def test_wave_skipped_by_spring_is_the_hour_after_the_gap():
    arrivals = [time(1, 0), time(2, 30)]

    assert wave_for(at_local(SPRING, time(3, 10), PARIS), arrivals, PARIS) == utc(2026, 3, 29, 1, 0)
    assert wave_for(at_local(SPRING, time(1, 59), PARIS), arrivals, PARIS) == utc(2026, 3, 29, 0, 0)


def test_wave_in_the_repeated_hour_is_its_first_occurrence():
    second_half_past_two = utc(2026, 10, 25, 1, 30)

    assert wave_for(second_half_past_two, [time(0, 0), time(2, 45)], PARIS) == utc(2026, 10, 25, 0, 45)


def test_wave_uses_the_local_day_not_the_utc_one():
    appointment = at_local(date(2026, 1, 15), time(8, 45), NOUMEA)

    assert appointment.date() == date(2026, 1, 14)
    assert wave_for(appointment, ARRIVALS, NOUMEA) == at_local(date(2026, 1, 15), time(8, 30), NOUMEA)


def test_wave_of_an_instant_without_zone_is_refused():
    with pytest.raises(NaiveInstant):
        wave_for(datetime(2026, 1, 15, 9, 0), ARRIVALS, PARIS)  # noqa: DTZ001


@given(instants, st.lists(clock_times, min_size=1), zones, st.randoms())
def test_wave_is_never_after_the_appointment_and_ignores_the_order_given(instant, arrivals, zone, random):
    shuffled = random.sample(arrivals, len(arrivals))
    try:
        wave = wave_for(instant, arrivals, zone)
    except NoArrivalTime:
        assert min(at_local(instant.astimezone(zone).date(), each, zone) for each in arrivals) > instant
        return

    start, end = local_midnights(instant.astimezone(zone).date(), zone)
    assert start <= wave <= instant < end
    assert wave == wave_for(instant.astimezone(zone), shuffled, zone)
    assert wave == wave_for(wave, arrivals, zone)


# Free slots


def free(opening, busy=(), *, step=20, length=20):
    found = slots(span(*opening), busy=[span(*each) for each in busy], step=step * MINUTE, length=length * MINUTE)
    return [(slot - minute(0)) // MINUTE for slot in found]


def test_slots_of_a_free_opening_stand_on_its_own_grid():
    assert free((5, 65)) == [5, 25, 45]


def test_slots_leave_out_a_last_one_that_does_not_fit():
    assert free((0, 59)) == [0, 20]


def test_slots_after_a_long_visit_start_at_its_end():
    assert free((0, 120), [(0, 45)]) == [45, 65, 85]


def test_slots_use_a_gap_of_exactly_their_length():
    assert free((0, 60), [(0, 25), (45, 60)]) == [25]


def test_slots_skip_a_gap_that_is_too_short():
    assert free((0, 60), [(0, 25), (44, 60)]) == []


def test_slots_touching_busy_intervals_are_free():
    assert free((0, 60), [(20, 40)]) == [0, 40]


def test_slots_ignore_what_is_busy_elsewhere_or_lasts_no_time():
    assert free((60, 100), [(0, 60), (100, 200), (70, 70)]) == [60, 80]


def test_slots_start_after_a_visit_that_began_before_the_opening():
    assert free((60, 100), [(30, 70)]) == [70]


def test_slots_run_up_to_a_visit_that_ends_after_the_opening():
    assert free((0, 60), [(40, 90)]) == [0, 20]


def test_slots_of_an_opening_busy_throughout_are_none():
    assert free((10, 50), [(0, 30), (30, 60)]) == []


def test_slots_longer_than_the_step_are_offered_at_each_step():
    assert free((0, 90), [(70, 90)], step=10, length=45) == [0, 10, 20]


def test_slots_over_a_clock_change_are_counted_in_real_time():
    opening = datetime(2026, 3, 29, 1, 0, tzinfo=PARIS), datetime(2026, 3, 29, 4, 0, tzinfo=PARIS)

    found = slots(opening, busy=[], step=60 * MINUTE, length=60 * MINUTE)

    assert found == [utc(2026, 3, 29, 0, 0), utc(2026, 3, 29, 1, 0)]


def test_slots_over_the_repeated_hour_are_three():
    opening = datetime(2026, 10, 25, 1, 0, tzinfo=PARIS), datetime(2026, 10, 25, 3, 0, tzinfo=PARIS)

    found = slots(opening, busy=[], step=60 * MINUTE, length=60 * MINUTE)

    assert [each.astimezone(PARIS).hour for each in found] == [1, 2, 2]


@pytest.mark.parametrize(("step", "length"), [(0, 20), (20, 0), (-20, 20), (20, -20)])
def test_slots_of_no_step_or_no_length_are_refused(step, length):
    with pytest.raises(NotPositive):
        free((0, 60), step=step, length=length)


def test_slots_of_an_inverted_interval_are_refused():
    with pytest.raises(InvertedInterval):
        free((60, 0))
    with pytest.raises(InvertedInterval):
        free((0, 60), [(30, 20)])


@given(spans, st.lists(spans, max_size=8), st.integers(1, 60), st.integers(1, 90))
def test_slots_fit_the_opening_and_overlap_nothing_busy(opening, busy, step, length):
    found = slots(opening, busy=busy, step=step * MINUTE, length=length * MINUTE)

    assert found == sorted(set(found))
    for slot in found:
        visit = slot, slot + length * MINUTE
        assert contains(opening, visit)
        assert not any(overlaps(visit, each) for each in busy)


@given(spans, st.lists(spans, max_size=8), st.integers(1, 60), st.integers(1, 90))
def test_slots_use_each_gap_from_its_first_minute(opening, busy, step, length):
    found = slots(opening, busy=busy, step=step * MINUTE, length=length * MINUTE)

    for gap_start in [opening[0], *(end for start, end in busy if start < end)]:
        visit = gap_start, gap_start + length * MINUTE
        if contains(opening, visit) and not any(overlaps(visit, each) for each in busy):
            assert gap_start in found


@given(spans, st.lists(spans, max_size=8), st.randoms())
def test_slots_do_not_depend_on_the_order_of_what_is_busy(opening, busy, random):
    shuffled = random.sample(busy, len(busy))

    assert slots(opening, busy=busy, step=20 * MINUTE, length=20 * MINUTE) == slots(
        opening, busy=shuffled, step=20 * MINUTE, length=20 * MINUTE
    )


# Intervals


def test_intervals_that_touch_do_not_overlap():
    assert not overlaps(span(0, 10), span(10, 20))
    assert overlaps(span(0, 11), span(10, 20))
    assert not overlaps(span(5, 5), span(0, 10))


def test_intervals_in_the_repeated_hour_are_told_apart():
    first = datetime(2026, 10, 25, 2, 0, tzinfo=PARIS), datetime(2026, 10, 25, 2, 30, tzinfo=PARIS)
    second = tuple(each.replace(fold=1) for each in first)

    assert not overlaps(first, second)


def test_interval_contains_itself_and_what_lies_within():
    assert contains(span(0, 10), span(0, 10))
    assert contains(span(0, 10), span(2, 3))
    assert not contains(span(0, 10), span(2, 11))


def test_intervals_without_zone_are_refused():
    naive = datetime(2026, 1, 1), datetime(2026, 1, 2)  # noqa: DTZ001

    with pytest.raises(NaiveInstant):
        overlaps(naive, span(0, 10))


def test_merge_joins_touching_intervals_and_drops_empty_ones():
    assert merge([span(30, 40), span(0, 10), span(10, 20), span(15, 18), span(25, 25)]) == [
        span(0, 20),
        span(30, 40),
    ]


@given(st.lists(spans))
def test_merge_keeps_the_same_minutes_once(intervals):
    merged = merge(intervals)

    assert all(left[1] < right[0] for left, right in pairwise(merged))
    for count in range(0, 601, 7):
        one = span(count, count + 1)
        assert any(overlaps(one, each) for each in intervals) == any(overlaps(one, each) for each in merged)
    assert merge(merged) == merged


@given(spans, spans)
def test_overlap_is_mutual_and_agrees_with_merge(a, b):
    assume(a[0] < a[1] and b[0] < b[1])
    together = sum((end - start for start, end in merge([a, b])), timedelta())

    assert overlaps(a, b) == overlaps(b, a) == (together < (a[1] - a[0]) + (b[1] - b[0]))


# Dates
