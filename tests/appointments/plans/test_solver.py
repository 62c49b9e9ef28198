"""The search finds the plan that is known to be best, keeps every limit, and says who makes one impossible."""

from __future__ import annotations

from collections import Counter

import pytest

from appointments.arithmetic.recurrence import HalfDay
from appointments.plans.solver import ImpossibleWeek, search
from appointments.plans.week import Turns, UnitWeek, relocations
from tests.appointments.plans.units import FRI, MON, THU, TUE, WED, unit, who

EFFORT = 1.0
AFTER = HalfDay(0, True)


def found(week: UnitWeek, *, most: int | None = None, common: int | None = None) -> Turns:
    return search(week, may_move=[each.agenda for each in week.movable], most=most, common=common, effort=EFFORT)


def held(turns: Turns, agenda: int) -> Counter[HalfDay]:
    return Counter(half for turn in turns[agenda] for half in turn)


def test_two_sensitive_disciplines_are_not_put_together_away_from_the_others() -> None:
    nurse = who(1, "nursing", MON, TUE, calls=10, may_move=False)
    week = unit(nurse, who(2, "psychiatry", THU), who(3, "psychology", FRI))
    turns = found(week)
    assert set(held(turns, 2)) <= {MON, TUE}
    assert set(held(turns, 3)) <= {MON, TUE}
    # Each is as often on either day, so that the day tells nothing of them.
    assert held(turns, 2) == held(turns, 3) == Counter({MON: 2, TUE: 2})


def test_a_lone_half_day_joins_the_others() -> None:
    week = unit(
        who(1, "nursing", MON, WED, calls=12, may_move=False),
        who(2, "general", MON, WED, calls=9, may_move=False),
        who(3, "psychiatry", FRI, possible=frozenset({WED, FRI})),
    )
    assert held(found(week), 3) == Counter({WED: 4})


def test_a_clinic_of_every_fourth_week_changes_its_day_and_keeps_its_weeks() -> None:
    week = unit(
        who(1, "nursing", MON, TUE, WED, THU, calls=12, may_move=False),
        who(2, "infectious", TUE, every=4, calls=5, possible=frozenset({MON, TUE, WED, THU})),
    )
    turns = found(week)
    assert held(turns, 2) == Counter({MON: 1, TUE: 1, WED: 1, THU: 1})
    assert [len(turn) for turn in turns[2]] == [len(turn) for turn in week.now[2]]


def test_two_in_one_room_are_never_there_at_once() -> None:
    week = unit(
        who(1, "nursing", MON, TUE, calls=12, may_move=False),
        who(2, "psychiatry", MON, room=7, possible=frozenset({MON, TUE})),
        who(3, "psychology", TUE, room=7, possible=frozenset({MON, TUE})),
    )
    turns = found(week)
    for one, other in zip(turns[2], turns[3], strict=True):
        assert not one & other


def test_no_more_sit_at_once_than_there_are_rooms() -> None:
    week = unit(
        who(1, "nursing", MON, TUE, calls=12, may_move=False),
        who(2, "psychiatry", WED, possible=frozenset({MON, TUE, WED})),
        who(3, "psychology", THU, possible=frozenset({MON, TUE, THU})),
        rooms=2,
    )
    turns = found(week)
    for number in range(week.cycle):
        everybody = Counter(half for each in turns.values() for half in each[number % len(each)])
        assert max(everybody.values()) <= 2


def test_no_more_are_called_than_officers_can_bring() -> None:
    week = unit(
        who(1, "nursing", MON, TUE, calls=12, may_move=False),
        who(2, "psychiatry", WED, calls=6),
        bring=15,
    )
    assert not set(held(found(week), 2)) & {MON, TUE}


def test_no_more_people_are_asked_than_was_said() -> None:
    week = unit(
        who(1, "nursing", MON, TUE, calls=12, may_move=False),
        *(who(number, discipline, FRI) for number, discipline in enumerate(("psychiatry", "psychology", "general"), 2)),
    )
    assert {one.agenda for one in relocations(week, found(week))} == {2, 3, 4}
    assert len({one.agenda for one in relocations(week, found(week, most=1))}) == 1


def test_a_small_team_meets_on_common_half_days() -> None:
    week = unit(
        who(1, "nursing", MON, TUE, THU, FRI, calls=4, may_move=False),
        who(2, "general", TUE, FRI, calls=4),
        who(3, "psychiatry", THU, calls=3),
        who(4, "psychology", WED, calls=3),
    )
    turns = found(week, common=2)
    together = set(held(turns, 2)) | set(held(turns, 3)) | set(held(turns, 4))
    assert len(together) == 2
    assert together <= {MON, TUE, THU, FRI}


def test_whoever_may_not_move_stays_and_nobody_comes_when_they_cannot() -> None:
    week = unit(
        who(1, "nursing", MON, AFTER, calls=12, may_move=False),
        who(2, "psychiatry", FRI, may_move=False),
        who(3, "psychology", FRI, possible=frozenset({WED, FRI})),
    )
    turns = found(week)
    assert turns[2] == week.now[2]
    assert set(held(turns, 3)) <= {WED, FRI}


def test_an_impossible_constraint_names_who_it_is_about() -> None:
    week = unit(who(1, "nursing", MON), who(2, "psychiatry", MON, TUE, possible=frozenset({FRI})))
    with pytest.raises(ImpossibleWeek) as refused:
        found(week)
    assert refused.value.who is not None
    assert refused.value.who.name == "Agenda 2"


def test_rooms_that_suffice_for_nobody_are_impossible() -> None:
    only = frozenset({MON})
    week = unit(who(1, "psychiatry", MON, room=1, possible=only), who(2, "psychology", TUE, room=1, possible=only))
    with pytest.raises(ImpossibleWeek):
        found(week)


def test_the_same_question_has_the_same_answer() -> None:
    week = unit(
        who(1, "nursing", MON, TUE, WED, calls=10, may_move=False),
        who(2, "psychiatry", THU, calls=5),
        who(3, "general", MON, FRI, calls=7),
    )
    assert found(week) == found(week)
