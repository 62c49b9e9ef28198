"""The half-year replayed: everybody is seen once as before, nobody twice at a time, and the levers do what they say."""

from __future__ import annotations

from collections import Counter
from datetime import date, timedelta
from typing import Any

import pytest

from appointments.plans.figures import figures_of, learnt, listed
from appointments.plans.past import Past, Sitting, Visit
from appointments.plans.propose import Proposal, front, propose
from appointments.plans.replay import ALL_HABITS, Habits, replay
from appointments.plans.times import LONGEST_WAIT, choose, judge
from appointments.plans.week import week_number
from tests.appointments.plans.units import FRI, MON, MONDAY, SENSITIVE, THU, TIMES, TUE, WED, past_of, unit, who

SMALL_UNIT = unit(
    who(1, "nursing", MON, TUE, THU, FRI, calls=7, may_move=False),
    who(2, "general", TUE, FRI, calls=7),
    who(3, "psychiatry", THU, calls=4),
    who(4, "psychology", WED, calls=3),
)


def days(past: Past) -> int:
    return len({(visit.person, visit.day) for visit in past.visits})


@pytest.mark.parametrize("habits", [Habits(), Habits(regroups=True), Habits(varies=True), ALL_HABITS])
def test_everybody_is_seen_as_often_as_before_inside_the_sessions(habits: Habits) -> None:
    past = past_of(SMALL_UNIT)
    turns = SMALL_UNIT.now | {3: ({MON}, {TUE}, {THU}, {FRI}), 4: ({FRI}, {THU}, {TUE}, {MON})}
    after = replay(past, turns, habits, times=TIMES, sensitive=SENSITIVE)
    assert Counter((v.person, v.kind) for v in after.visits) == Counter((v.person, v.kind) for v in past.visits)
    sittings = {each.key: each for each in after.sittings}
    for visit in after.visits:
        sitting = sittings[visit.agenda, visit.day, visit.is_afternoon]
        assert sitting.start <= visit.start
        assert visit.start + visit.minutes <= sitting.end
        assert visit.day > visit.booked_on


def test_moved_half_days_stand_where_the_plan_has_them() -> None:
    turns = SMALL_UNIT.now | {3: ({MON}, {TUE}, {WED}, {FRI})}
    after = replay(past_of(SMALL_UNIT), turns)
    weekdays = Counter(each.day.weekday() for each in after.sittings if each.agenda == 3)
    # Sixteen weeks: four times each. On Wednesday the unit is open because the psychologist is there.
    assert weekdays == Counter({0: 4, 1: 4, 2: 4, 4: 4})


def test_visits_are_put_on_days_on_which_the_person_is_called_already() -> None:
    past = past_of(SMALL_UNIT)
    assert days(replay(past, None, Habits(regroups=True))) < days(past)


def held(agenda: int, day: date, *, seats: int = 3) -> Sitting:
    return Sitting(agenda, day, False, 540, 540 + 20 * seats, 20)


def seen(person: str, day: date, seat: int = 0, *, agenda: int = 1, by: str = "nursing", **more: Any) -> Visit:
    """A visit that was booked three weeks before."""
    booked_on = more.pop("booked_on", day - timedelta(days=21))
    return Visit(person, day, 540 + 20 * seat, 20, by, by, agenda, False, booked_on, **more)


def test_a_visit_stays_within_its_days_whatever_habits_follow_each_other() -> None:
    past = past_of(SMALL_UNIT)
    after = replay(past, None, ALL_HABITS, times=TIMES, sensitive=SENSITIVE)
    by_person = [sorted((v.person, v.kind, v.day) for v in each.visits) for each in (past, after)]
    for (person, kind, before), (other, same, day) in zip(*by_person, strict=True):
        assert (person, kind) == (other, same)
        assert -7 <= (day - before).days <= 5


def test_an_urgent_call_keeps_its_day_and_no_day_is_planned_around_it() -> None:
    days = [MONDAY, MONDAY + timedelta(days=2)]
    urgent = seen("ann", days[0], 1, by="psychiatry", agenda=2, booked_on=days[0], is_urgent=True)
    past = Past([*(held(1, day) for day in days), held(2, days[0]), held(2, days[1])], [urgent, seen("ann", days[1])])
    after = replay(past, None, ALL_HABITS, times=TIMES, sensitive=SENSITIVE)
    assert {(v.person, v.day) for v in after.visits} == {("ann", day) for day in days}
    [again] = [v for v in after.visits if v.is_urgent]
    assert again.start >= urgent.start


@pytest.mark.parametrize(("booked_on", "meets"), [(MONDAY - timedelta(days=1), True), (MONDAY, False)])
def test_two_visits_meet_only_if_both_were_known_before_the_first(booked_on: date, meets: bool) -> None:
    later = MONDAY + timedelta(days=2)
    # Thursday's other visits leave no time there, so that Monday's could only be brought to Wednesday, and inversely.
    past = Past([held(1, MONDAY), held(1, later)], [seen("ann", MONDAY), seen("ann", later, booked_on=booked_on)])
    after = replay(past, None, Habits(regroups=True))
    assert len({v.day for v in after.visits}) == (1 if meets else 2)


def test_whoever_was_booked_too_late_for_a_moved_half_day_comes_later_in_anothers_place() -> None:
    # The psychiatrist's mornings of one week, both full, come a day sooner; "ann" was booked on the new first one.
    monday, tuesday, wednesday = (MONDAY + timedelta(days=by) for by in range(3))
    visits = [seen(f"{day}{seat}", day, seat, by="psychiatry", agenda=3) for day in (tuesday, wednesday)
              for seat in range(3)]  # fmt: skip
    visits[0] = visits[0]._replace(person="ann", booked_on=monday)
    past = Past([held(1, monday), held(3, tuesday), held(3, wednesday)], visits)
    after = replay(past, {3: [frozenset({MON, TUE})]})
    assert Counter(v.day for v in after.visits) == Counter({monday: 3, tuesday: 3})
    assert all(v.booked_on < v.day for v in after.visits)


def test_others_of_near_days_are_called_with_whoever_would_be_alone() -> None:
    near = MONDAY + timedelta(days=1)
    past = Past(
        [held(1, MONDAY, seats=9), held(1, near, seats=9), held(3, MONDAY)],
        [seen("ann", MONDAY, agenda=3, by="psychiatry"), *(seen(f"n{seat}", near, seat) for seat in range(6))],
    )
    after = replay(past, None, Habits(accompanies=True), times=(540,), sensitive=SENSITIVE)
    best = judge(after.visits, (540,), sensitive=SENSITIVE, bring={})
    assert best.few == 0
    # Nobody is called on a day more.
    assert days(after) == days(past)


def test_a_clinic_whose_day_is_closed_goes_to_the_rarest_half_day_of_its_plan() -> None:
    weeks = [MONDAY + timedelta(weeks=week) for week in range(4)]
    open_days = [held(1, monday + timedelta(days=day)) for monday in weeks for day in (0, 1, 2)]
    # In the third week the plan says Thursday, and the unit is closed then; it was on Monday, as it is every week.
    past = Past([*open_days, *(held(3, monday) for monday in weeks)], [])
    turn = week_number(weeks[0]) % 4
    plan = [frozenset({half}) for half in (MON, MON, THU, TUE)]
    after = replay(past, {3: [*plan[-turn:], *plan[:-turn]] if turn else plan})
    places = Counter(each.day.weekday() for each in after.sittings if each.agenda == 3)
    assert places[1] == 2


def test_nobody_is_put_before_they_were_booked_or_into_taken_time() -> None:
    other = MONDAY + timedelta(days=2)
    sittings = [Sitting(1, MONDAY, False, 540, 560, 20), Sitting(1, other, False, 540, 580, 20),
                Sitting(2, MONDAY, False, 540, 600, 20)]  # fmt: skip
    visits = [
        Visit("ann", MONDAY, 580, 20, "general", "g", 2, False, MONDAY - timedelta(days=9)),
        # Booked on Monday itself for Wednesday: it cannot be brought to Monday.
        Visit("ann", other, 540, 20, "nursing", "n", 1, False, MONDAY),
        # Booked long before, but Monday's only time is taken by Bea.
        Visit("ann", other, 560, 20, "nursing", "n", 1, False, MONDAY - timedelta(days=9)),
        Visit("bea", MONDAY, 540, 20, "nursing", "n", 1, False, MONDAY - timedelta(days=9)),
    ]
    after = replay(Past(sittings, visits), None, Habits(regroups=True))
    assert sorted((v.person, v.day, v.start) for v in after.visits) == sorted(
        (v.person, v.day, v.start) for v in visits
    )


def test_fewer_arrival_times_are_shared_by_more_and_nobody_waits_too_long() -> None:
    past = past_of(SMALL_UNIT)
    many = tuple(range(540, 720, 20))
    best = choose(past.visits, many, sensitive=SENSITIVE, bring={})
    now = judge(past.visits, many, sensitive=SENSITIVE, bring={})
    assert best.few < now.few
    assert best.wait <= LONGEST_WAIT


def test_arrival_times_keep_to_what_officers_can_bring() -> None:
    past = past_of(SMALL_UNIT)
    free = choose(past.visits, TIMES, sensitive=SENSITIVE, bring={}, longest_wait=300)
    held = choose(past.visits, TIMES, sensitive=SENSITIVE, bring={540: 7, 600: 7, 660: 7}, longest_wait=300)
    assert held.crowded <= judge(past.visits, free.times, sensitive=SENSITIVE, bring={540: 7}).crowded
    assert len(held.times) > len(free.times)


def test_a_small_unit_is_less_exposed_by_every_plan_that_is_shown() -> None:
    now, proposals, refused = propose(
        SMALL_UNIT, past_of(SMALL_UNIT), TIMES, bring={}, levels=("nobody", "within", "common"), learners=()
    )
    assert not refused
    levels = {each.level: each for each in proposals}
    assert levels["nobody"].asked == ()
    best = min(proposals, key=lambda each: each.figures.information)
    assert best.asked
    assert best.figures.information < 0.4 * now.information
    assert min(each.figures.alone for each in proposals) <= now.alone
    assert min(each.figures.few for each in proposals) < now.few / 2


def test_what_is_nowhere_better_is_not_shown() -> None:
    past = past_of(SMALL_UNIT)
    figures = figures_of(past, TIMES, sensitive=SENSITIVE, learners=())
    nobody = Proposal(level="nobody", turns={}, times=TIMES, figures=figures, asked=())
    worse = Proposal(level="within", turns={}, times=TIMES, figures=figures, asked=(2, 3))
    assert [each.level for each in front([nobody, worse])] == ["nobody"]


def test_whoever_is_called_in_a_small_group_gets_company() -> None:
    past = past_of(SMALL_UNIT)
    turns = SMALL_UNIT.now | {3: ({THU},) * 4, 4: ({TUE},) * 4}
    before = replay(past, turns, Habits(regroups=True, varies=True))
    after = replay(past, turns, ALL_HABITS, times=TIMES, sensitive=SENSITIVE)
    few = [judge(found.visits, TIMES, sensitive=SENSITIVE, bring={}).few for found in (before, after)]
    assert few[1] < few[0] / 2


def test_of_a_short_list_what_is_learnt_is_the_mean_of_several_halves() -> None:
    calls = listed(past_of(SMALL_UNIT).visits, TIMES)
    found = learnt(calls, SENSITIVE, ({"max_iter": 3, "early_stopping": False},))
    assert len(found) == 5
    assert len({each.prior for each in found}) > 1
