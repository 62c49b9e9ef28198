"""Weekly patterns: which sessions they write, what they leave alone, and the clocks of every territory."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from io import StringIO
from zoneinfo import ZoneInfo

import pytest
from dateutil.rrule import rrulestr
from django.core.exceptions import PermissionDenied
from django.core.management import call_command
from hypothesis import given
from hypothesis import strategies as st

from access.models import Establishment, User
from appointments import planning
from appointments.arithmetic.recurrence import LAST, NTHS, Rhythm, UnknownRule, days_between, rhythm_of
from appointments.models import (
    Agenda,
    Appointment,
    ArrivalTime,
    Closure,
    ConsultationSession,
    Room,
    SessionPattern,
    UnitCalendar,
)
from appointments.models.enums.appointment import CancelReason
from appointments.models.enums.planning import SessionMode, Territory
from appointments.openings.occurrences import LeftOut, days_of, horizon
from appointments.planning import Asked, BookedDecision, PatternValues, PlanningRefused, Shape
from tests.conftest import Unit
from tests.doors import through
from tests.factories import appointment, closed, local, open_session, pattern_of, workday

EVERY_DAY = Rhythm(frozenset(range(7)))
# Far from any public holiday whatever the day on which the test runs.
NO_HOLIDAYS = {"on_holidays": True}


def values(**fields: object) -> PatternValues:
    usual = {
        "rhythm": EVERY_DAY,
        "start": time(9),
        "end": time(12),
        "first": workday(1),
        "last": workday(7),
        "shape": Shape(slot_minutes=20),
        "on_holidays": True,
    }
    return PatternValues(**{**usual, **fields})


def write(agenda: Agenda, by: User, wanted: PatternValues, **more: object) -> SessionPattern:
    digest = planning.plan_values(agenda, wanted, pattern=more.get("pattern")).digest
    with through("care"):
        return planning.save_pattern(agenda, by=by, values=wanted, digest=digest, **more)


def starts(agenda: Agenda) -> list[datetime]:
    return list(agenda.sessions.order_by("starts_at").values_list("starts_at", flat=True))


def days_written(agenda: Agenda) -> list[date]:
    return [start.astimezone(agenda.establishment.zone).date() for start in starts(agenda)]


def place_in(zone: str) -> Establishment:
    return Establishment(pk=1, code="X", name="X", time_zone=zone)


def unsaved(zone: str, **fields: object) -> SessionPattern:
    usual = {"rule": EVERY_DAY.rule, "first": date(2026, 1, 1), "start": time(9), "end": time(12), "pk": None}
    return SessionPattern(establishment=place_in(zone), **{**usual, **fields})


# --- The rule -----------------------------------------------------------------------------------------

weekdays = st.frozensets(st.integers(0, 6), min_size=1)
rhythms = st.one_of(
    st.builds(Rhythm, weekdays, every=st.integers(1, 8)),
    st.builds(Rhythm, weekdays, nth=st.sampled_from(NTHS)),
)
days = st.dates(date(2025, 1, 1), date(2028, 12, 31))


@given(rhythms)
def test_rule_says_its_rhythm_again(rhythm: Rhythm) -> None:
    assert rhythm_of(rhythm.rule) == rhythm
    assert rrulestr(rhythm.rule, dtstart=datetime(2026, 1, 1, tzinfo=UTC))


@pytest.mark.parametrize(
    "rule",
    [
        "",
        "FREQ=DAILY",
        "FREQ=WEEKLY;INTERVAL=0;BYDAY=MO;WKST=MO",
        "FREQ=WEEKLY;INTERVAL=1;BYDAY=XX;WKST=MO",
        "FREQ=WEEKLY;INTERVAL=1;BYDAY=MO;WKST=MO;COUNT=3",
        "FREQ=MONTHLY;BYDAY=1MO,2TU",
    ],
)
def test_rule_that_no_planning_keeps_is_unknown(rule: str) -> None:
    with pytest.raises(UnknownRule):
        rhythm_of(rule)


@pytest.mark.parametrize(
    "rhythm",
    [Rhythm(frozenset()), Rhythm(frozenset({7})), Rhythm(frozenset({1}), every=17), Rhythm(frozenset({1}), nth=5)],
)
def test_rhythm_that_nobody_keeps_has_no_rule(rhythm: Rhythm) -> None:
    with pytest.raises(UnknownRule):
        _ = rhythm.rule


def kept(rhythm: Rhythm, day: date, first: date) -> bool:
    """The rhythm in plain arithmetic."""
    if day.weekday() not in rhythm.weekdays:
        return False
    if rhythm.nth is None:
        weeks = (day - timedelta(days=day.weekday()) - (first - timedelta(days=first.weekday()))).days // 7
        return weeks % rhythm.every == 0
    if rhythm.nth == LAST:
        return (day + timedelta(days=7)).month != day.month
    return (day.day - 1) // 7 + 1 == rhythm.nth


@given(
    rhythms,
    days,
    st.integers(0, 400),
    st.integers(-200, 200),
    st.integers(0, 200),
    st.sets(days, max_size=4),
    st.sets(days, max_size=4),
)
def test_days_are_the_rule_and_the_extra_days_without_the_exceptions(
    rhythm: Rhythm, first: date, lasts: int, offset: int, length: int, extra: set[date], excepted: set[date]
) -> None:
    last, start = first + timedelta(days=lasts), first + timedelta(days=offset)
    end = start + timedelta(days=length)

    found = days_between(rhythm.rule, start, end, first=first, last=last, extra=extra, excepted=excepted)

    looked_at = [start + timedelta(days=number) for number in range(length + 1)]
    assert found == [
        day
        for day in looked_at
        if first <= day <= last and day not in excepted and (day in extra or kept(rhythm, day, first))
    ]


# --- The hours ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("zone", "winter", "summer"),
    [
        ("Europe/Paris", 8, 7),
        ("Indian/Reunion", 5, 5),
        ("Pacific/Noumea", 22, 22),
        ("America/Cayenne", 12, 12),
        # Clocks change there on the Sundays of America.
        ("America/Miquelon", 12, 11),
    ],
)
def test_sessions_keep_their_local_hours_when_clocks_change(zone: str, winter: int, summer: int) -> None:
    pattern = unsaved(zone)

    written = days_of(pattern, first=date(2027, 1, 1), last=date(2027, 12, 31), holidays={}, closed=[])

    assert len(written) == 365
    assert {one.starts_at.astimezone(ZoneInfo(zone)).time() for one in written} == {time(9)}
    assert {one.ends_at - one.starts_at for one in written} == {timedelta(hours=3)}
    hour = {one.day: one.starts_at.astimezone(UTC).hour for one in written}
    assert (hour[date(2027, 1, 15)], hour[date(2027, 7, 15)], hour[date(2027, 12, 15)]) == (winter, summer, winter)


@pytest.mark.parametrize(
    ("zone", "before", "after"),
    [
        # The last Sundays of March and October in Paris; the second of March and the first of November in Miquelon.
        ("Europe/Paris", date(2027, 3, 27), date(2027, 3, 28)),
        ("Europe/Paris", date(2027, 10, 31), date(2027, 10, 30)),
        ("America/Miquelon", date(2027, 3, 13), date(2027, 3, 14)),
        ("America/Miquelon", date(2027, 11, 7), date(2027, 11, 6)),
    ],
)
def test_clocks_change_between_two_sessions(zone: str, before: date, after: date) -> None:
    one, two = (
        days_of(unsaved(zone), first=day, last=day, holidays={}, closed=[])[0].starts_at.astimezone(UTC)
        for day in (before, after)
    )

    assert one.hour - two.hour == 1


def test_hour_that_spring_skips_is_left_out_and_the_one_that_autumn_repeats_lasts_longer() -> None:
    night = {"start": time(2, 10), "end": time(2, 50)}
    spring, autumn = date(2027, 3, 28), date(2027, 10, 31)

    [skipped] = days_of(unsaved("Europe/Paris", **night), first=spring, last=spring, holidays={}, closed=[])
    [repeated] = days_of(
        unsaved("Europe/Paris", start=time(1), end=time(4)), first=autumn, last=autumn, holidays={}, closed=[]
    )

    assert skipped.left_out == LeftOut.SKIPPED
    assert repeated.left_out is None
    assert repeated.ends_at - repeated.starts_at == timedelta(hours=4)


hours = st.integers(0, 23 * 4).map(lambda n: time(n // 4, n % 4 * 15))


@given(
    rhythms,
    st.sampled_from(["Europe/Paris", "Indian/Reunion", "Pacific/Noumea", "America/Cayenne", "America/Miquelon"]),
    st.sets(st.integers(0, 120), max_size=10),
    st.lists(st.tuples(st.integers(0, 120 * 24), st.integers(1, 72)), max_size=4),
    hours,
)
def test_sessions_are_the_rule_minus_holidays_and_closures(
    rhythm: Rhythm, zone: str, off: set[int], closures: list[tuple[int, int]], start: time
) -> None:
    first = date(2027, 2, 1)
    last = first + timedelta(days=120)
    end = (datetime.combine(first, start) + timedelta(minutes=45)).time()
    if end <= start:
        return
    pattern = unsaved(zone, rule=rhythm.rule, first=first, start=start, end=end)
    holidays = {first + timedelta(days=number): "Fête" for number in off}
    begin = datetime.combine(first, time.min, tzinfo=ZoneInfo(zone)).astimezone(UTC)
    closed_times = [(begin + timedelta(hours=h), begin + timedelta(hours=h + n)) for h, n in closures]

    written = days_of(pattern, first=first, last=last, holidays=holidays, closed=closed_times)

    assert [one.day for one in written] == days_between(rhythm.rule, first, last, first=first)
    for one in written:
        is_closed = any(low <= one.starts_at and one.ends_at <= high for low, high in closed_times)
        skipped = one.ends_at <= one.starts_at
        assert (one.left_out is None) == (one.day not in holidays and not is_closed and not skipped)


# --- Writing ------------------------------------------------------------------------------------------


def test_pattern_writes_its_days_and_leaves_clashes_out(unit_a: Unit, helene: User) -> None:
    there = open_session(unit_a.doctor, workday(3), 10, 11, start_minute=0)

    plan = planning.plan_values(unit_a.doctor, values())
    pattern = write(unit_a.doctor, helene, values())

    assert [(one.day, one.left_out) for one in plan.left_out] == [(workday(3), LeftOut.TAKEN)]
    assert pattern.sessions.count() == len(plan.opened) == 6
    assert ConsultationSession.objects.filter(pk=there.pk, pattern=None).exists()


def test_pattern_without_end_is_written_to_the_horizon_and_on_as_days_pass(
    unit_a: Unit, helene: User, time_machine
) -> None:
    pattern = write(unit_a.doctor, helene, values(last=None))
    today = unit_a.establishment.today()
    assert days_written(unit_a.doctor)[-1] == horizon(today)

    time_machine.move_to(datetime.combine(today + timedelta(days=10), time(12), tzinfo=unit_a.establishment.zone))
    call_command("extend_planning", stdout=StringIO())

    assert days_written(unit_a.doctor)[-1] == horizon(today) + timedelta(days=10)
    assert planning.extend_pattern(pattern) == (0, 0)


def test_writing_again_changes_nothing(unit_a: Unit, helene: User) -> None:
    pattern = write(unit_a.doctor, helene, values(last=None, rhythm=Rhythm(frozenset({0, 3}), every=2)))
    before = list(ConsultationSession.objects.order_by("pk").values())

    with through("care"):
        assert planning.extend_pattern(pattern) == (0, 0)
        assert planning.extend_establishment(unit_a.establishment) == (0, 0)

    assert list(ConsultationSession.objects.order_by("pk").values()) == before


def test_days_without_their_tick_become_exceptions(unit_a: Unit, helene: User) -> None:
    pattern = write(unit_a.doctor, helene, values(), days={workday(2), workday(5)})

    assert days_written(unit_a.doctor) == [workday(2), workday(5)]
    assert len(pattern.except_dates) == 5
    with through("care"):
        assert planning.extend_pattern(pattern) == (0, 0)


def test_deleted_session_is_not_written_again(unit_a: Unit, helene: User) -> None:
    pattern = write(unit_a.doctor, helene, values())
    gone = pattern.sessions.order_by("starts_at").first()

    with through("care"):
        planning.delete_sessions(unit_a.doctor, by=helene, keys=[gone.pk])
        planning.extend_pattern(pattern)

    assert days_written(unit_a.doctor) == [workday(n) for n in range(2, 8)]


def test_session_changed_by_hand_is_left_alone(unit_a: Unit, helene: User) -> None:
    pattern = write(unit_a.doctor, helene, values())
    session = pattern.sessions.order_by("starts_at").first()

    with through("care"):
        shape = Shape(slot_minutes=20)
        planning.change_session(session, by=helene, day=workday(1), start=time(10), end=time(11), shape=shape)
    write(unit_a.doctor, helene, values(start=time(14), end=time(16)), pattern=pattern)

    hours = {start.astimezone(unit_a.establishment.zone).time() for start in starts(unit_a.doctor)}
    assert hours == {time(10), time(14)}
    assert pattern.sessions.count() == 7


def test_pattern_that_ends_earlier_gives_up_its_empty_sessions(unit_a: Unit, helene: User) -> None:
    pattern = write(unit_a.doctor, helene, values())

    write(unit_a.doctor, helene, values(last=workday(3)), pattern=pattern)

    assert days_written(unit_a.doctor) == [workday(1), workday(2), workday(3)]


def test_session_with_people_in_it_asks_and_is_kept_as_it_is(unit_a: Unit, helene: User) -> None:
    pattern = write(unit_a.doctor, helene, values())
    session = pattern.sessions.order_by("starts_at").last()
    booked = appointment(unit_a.paul, session, unit_a.consultation, session.starts_at)
    shorter = values(last=workday(3))

    with pytest.raises(Asked) as asked:
        write(unit_a.doctor, helene, shorter, pattern=pattern)
    assert asked.value.appointments == [booked]
    assert pattern.sessions.count() == 7
    changed = write(unit_a.doctor, helene, shorter, pattern=pattern, answer=BookedDecision(asked.value.digest, None))

    assert days_written(unit_a.doctor) == [workday(1), workday(2), workday(3), workday(7)]
    booked.refresh_from_db()
    assert booked.status == "booked"
    with through("care"):
        assert planning.extend_pattern(changed) == (0, 0)


def test_people_in_the_way_are_cancelled_all_together(unit_a: Unit, helene: User) -> None:
    pattern = write(unit_a.doctor, helene, values())
    session = pattern.sessions.order_by("starts_at").last()
    appointment(unit_a.paul, session, unit_a.consultation, session.starts_at)
    later = values(start=time(10))

    with pytest.raises(Asked) as asked:
        write(unit_a.doctor, helene, later, pattern=pattern)
    answer = BookedDecision(asked.value.digest, CancelReason.UNIT_POSTPONED)
    write(unit_a.doctor, helene, later, pattern=pattern, answer=answer)

    assert Appointment.objects.get().cancel_reason == "US_REPORT"
    zone = unit_a.establishment.zone
    assert {start.astimezone(zone).time() for start in starts(unit_a.doctor)} == {time(10)}


def test_daily_run_never_touches_a_session_with_people_in_it(unit_a: Unit, helene: User) -> None:
    pattern = write(unit_a.doctor, helene, values())
    session = pattern.sessions.order_by("starts_at").first()
    appointment(unit_a.paul, session, unit_a.consultation, session.starts_at)
    SessionPattern.objects.filter(pk=pattern.pk).update(start=time(14), end=time(16))

    with through("care"):
        planning.extend_pattern(pattern)

    hours = [start.astimezone(unit_a.establishment.zone).hour for start in starts(unit_a.doctor)]
    assert hours == [9, *[14] * 6]


def test_change_that_people_fit_into_is_made_around_them(unit_a: Unit, helene: User) -> None:
    pattern = write(unit_a.doctor, helene, values())
    session = pattern.sessions.order_by("starts_at").first()
    booked = appointment(unit_a.paul, session, unit_a.consultation, session.starts_at + timedelta(hours=1))

    write(unit_a.doctor, helene, values(end=time(11)), pattern=pattern)

    session.refresh_from_db()
    booked.refresh_from_db()
    assert session.ends_at == local(unit_a.establishment, workday(1), 11)
    assert booked.status == "booked"


def test_dates_that_changed_since_they_were_shown_are_not_written(unit_a: Unit, helene: User) -> None:
    seen = planning.plan_values(unit_a.doctor, values()).digest
    open_session(unit_a.doctor, workday(2))

    with through("care"), pytest.raises(PlanningRefused):
        planning.save_pattern(unit_a.doctor, by=helene, values=values(), digest=seen)

    assert ConsultationSession.objects.count() == 1
    assert SessionPattern.objects.count() == 0


@pytest.mark.parametrize(
    ("field", "wrong"),
    [
        ("start", {"start": time(7)}),
        ("end", {"start": time(12), "end": time(9)}),
        ("slot_minutes", {"start": time(9), "end": time(9, 10)}),
        ("first", {"first": workday(-1)}),
        ("first", {"first": workday(400), "last": None}),
        ("last", {"first": workday(5), "last": workday(4)}),
        ("except_dates", {"except_dates": [workday(n) for n in range(101)]}),
    ],
)
def test_impossible_pattern_is_refused_at_its_field(unit_a: Unit, field: str, wrong: dict[str, object]) -> None:
    with pytest.raises(PlanningRefused) as refusal:
        planning.plan_values(unit_a.doctor, values(**wrong))

    assert refusal.value.field == field


def test_only_the_head_writes_patterns(unit_a: Unit, alice: User, chloe: User) -> None:
    digest = planning.plan_values(unit_a.doctor, values()).digest

    for user in (alice, chloe):
        with through("care"), pytest.raises(PermissionDenied):
            planning.save_pattern(unit_a.doctor, by=user, values=values(), digest=digest)


def test_room_that_is_taken_leaves_the_date_out(unit_a: Unit, helene: User) -> None:
    room = Room.objects.create(establishment=unit_a.establishment, name="Salle 1")
    open_session(unit_a.psychiatrist, workday(2), room=room)

    plan = planning.plan_values(unit_a.doctor, values(shape=Shape(slot_minutes=20, room=room)))

    assert [(one.day, one.left_out) for one in plan.left_out] == [(workday(2), LeftOut.ROOM)]


def test_shape_of_the_pattern_is_its_sessions(unit_a: Unit, helene: User) -> None:
    shape = Shape(slot_minutes=15, mode=SessionMode.FLEXIBLE, capacity=6, overbooking=2)

    pattern = write(unit_a.doctor, helene, values(shape=shape))

    found = set(pattern.sessions.values_list("mode", "capacity", "overbooking", "slot_minutes"))
    assert found == {("flexible", 6, 2, 15)}


# --- Public holidays and closures ---------------------------------------------------------------------


@pytest.fixture
def december(time_machine, unit_a: Unit) -> Unit:
    """It is the first of December 2026."""
    time_machine.move_to(datetime(2026, 12, 1, 9, tzinfo=unit_a.establishment.zone))
    return unit_a


def around_christmas(**fields: object) -> PatternValues:
    return values(first=date(2026, 12, 21), last=date(2026, 12, 28), on_holidays=False, **fields)


def test_pattern_skips_public_holidays_and_names_them(december: Unit, helene: User) -> None:
    plan = planning.plan_values(december.doctor, around_christmas())
    write(december.doctor, helene, around_christmas())

    assert [(one.day.day, one.name) for one in plan.left_out] == [(25, "Christmas Day")]
    assert [day.day for day in days_written(december.doctor)] == [21, 22, 23, 24, 26, 27, 28]


def test_pattern_may_be_held_on_public_holidays(december: Unit, helene: User) -> None:
    write(december.doctor, helene, values(first=date(2026, 12, 25), last=date(2026, 12, 25)))

    assert [day.day for day in days_written(december.doctor)] == [25]


@pytest.mark.parametrize(
    ("territory", "day"),
    [
        (Territory.REUNION, 20),  # the abolition of slavery
        (Territory.ALSACE, 26),  # Saint Stephen's Day
        (Territory.MOSELLE, 26),
    ],
)
def test_each_territory_keeps_its_own_holidays_too(
    december: Unit, helene: User, territory: Territory, day: int
) -> None:
    wanted = values(first=date(2026, 12, 18), last=date(2026, 12, 28), on_holidays=False)
    write(december.doctor, helene, wanted)
    assert day in [one.day for one in days_written(december.doctor)]

    with through("care"):
        planning.choose_territory(december.establishment, by=helene, territory=territory)

    assert day not in [one.day for one in days_written(december.doctor)]
    assert UnitCalendar.objects.get().territory == territory


def test_time_zone_suggests_the_territory(unit_a: Unit) -> None:
    unit_a.establishment.time_zone = "Indian/Reunion"
    unit_a.establishment.save()
    agenda = Agenda.objects.select_related("establishment").get(pk=unit_a.doctor.pk)
    year = agenda.establishment.today().year
    day = next(d for d in (date(year, 12, 20), date(year + 1, 12, 20)) if d > workday(1))

    plan = planning.plan_values(agenda, values(first=day, last=day, on_holidays=False))

    assert [one.left_out for one in plan.left_out] in ([LeftOut.HOLIDAY], [])
    assert not plan.opened


def test_closure_takes_the_sessions_that_it_covers_and_gives_them_back(unit_a: Unit, helene: User) -> None:
    write(unit_a.doctor, helene, values())
    place = unit_a.establishment
    day = (local(place, workday(2), 0), local(place, workday(3), 0))
    part = (local(place, workday(4), 9), local(place, workday(4), 10))

    with through("care"):
        closure = planning.declare_closure(place, by=helene, hours=day, reason="team")
        planning.declare_closure(place, by=helene, hours=part, reason="works")
    assert days_written(unit_a.doctor) == [workday(n) for n in (1, 3, 4, 5, 6, 7)]
    with through("care"):
        planning.remove_closure(closure, by=helene)

    assert days_written(unit_a.doctor) == [workday(n) for n in range(1, 8)]
    assert Closure.objects.count() == 1


def test_plan_runs_as_many_queries_for_a_week_as_for_half_a_year(
    unit_a: Unit, helene: User, django_assert_num_queries
) -> None:
    def queries(last: date | None) -> int:
        from django.db import connection
        from django.test.utils import CaptureQueriesContext

        with CaptureQueriesContext(connection) as seen:
            planning.plan_values(unit_a.doctor, values(last=last))
        return len(seen)

    few = queries(workday(2))
    closed(
        unit_a.establishment, local(unit_a.establishment, workday(3), 9), local(unit_a.establishment, workday(3), 10)
    )
    for day in range(20, 60):
        open_session(unit_a.doctor, workday(day), 14, 16)

    assert queries(None) == few


def test_arrival_times_missing_is_said_first(unit_a: Unit) -> None:
    ArrivalTime.objects.filter(establishment=unit_a.establishment).delete()

    with pytest.raises(PlanningRefused) as refusal:
        planning.plan_values(unit_a.doctor, values())

    assert refusal.value.field == ""


def test_pattern_of_an_agenda_out_of_use_is_not_written_on(unit_a: Unit, helene: User) -> None:
    pattern = pattern_of(unit_a.doctor, rule=EVERY_DAY.rule)
    Agenda.objects.filter(pk=unit_a.doctor.pk).update(is_active=False)

    with through("care"):
        assert planning.extend_pattern(pattern) == (0, 0)
