"""What other arrival times and other half-days would change: the arithmetic, on consultations made for it."""

from __future__ import annotations

import uuid
from collections import Counter
from datetime import date, timedelta
from itertools import combinations
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from appointments.arithmetic.inference import NothingToMeasure
from appointments.arithmetic.recurrence import HalfDay
from appointments.arithmetic.timegrid import at_local, local_midnights
from appointments.neutrality.arrivals import (
    Call,
    UncalledStart,
    effect_of,
    past_calls,
    shortest_waits,
    tally_of,
    told_by,
    trade_off,
    where,
)
from appointments.neutrality.counting import last_weeks
from appointments.neutrality.sessions import Move, after_move, better_moves, half_day, openings
from appointments.openings.next_free import MIDDAY, half_day_windows
from tests.appointments.neutrality.weeks import TUESDAY, called, past_day
from tests.conftest import Unit

MONDAY = date(2026, 6, 1)
PARIS = ZoneInfo("Europe/Paris")
SENSITIVE = frozenset({"psychiatry"})
MENTAL = frozenset({"psychiatry", "psychology"})
NURSE, DOCTOR, PSYCHIATRIST, PSYCHOLOGIST = 1, 2, 3, 4
MORNING, AFTERNOON = 510, 840


def calls(discipline: str, agenda: int, weekday: int, start: int, *, weeks: int = 8, each: int = 4) -> list[Call]:
    """`each` consultations a week, five minutes apart."""
    return [
        Call(uuid.uuid4(), MONDAY + timedelta(days=weekday, weeks=week), start + 5 * number, discipline, agenda)
        for week in range(weeks)
        for number in range(each)
    ]


def week_with_psychiatry_alone_on_tuesday_afternoon() -> list[Call]:
    return [
        *calls("nursing", NURSE, 0, MORNING),
        *calls("nursing", NURSE, 0, AFTERNOON),
        *calls("nursing", NURSE, 1, MORNING, each=6),
        *calls("general", DOCTOR, 0, MORNING),
        *calls("general", DOCTOR, 1, MORNING, each=6),
        *calls("psychiatry", PSYCHIATRIST, 1, AFTERNOON),
    ]


def test_past_calls_are_the_consultations_at_local_day_and_minute(unit_a: Unit) -> None:
    day = past_day(unit_a.establishment, TUESDAY)
    called(unit_a.paul, unit_a.psychiatry, unit_a.psychiatrist, day, "09:50")

    assert past_calls(last_weeks(unit_a.establishment)) == [
        Call(unit_a.paul.pk, day, 9 * 60 + 50, "psychiatry", unit_a.psychiatrist.pk)
    ]


def test_effect_of_arrival_times_is_what_they_would_have_told_and_cost() -> None:
    person = uuid.uuid4()
    found = [
        Call(person, MONDAY, 520, "nursing", NURSE),
        Call(person, MONDAY, 560, "psychiatry", PSYCHIATRIST),
        Call(uuid.uuid4(), MONDAY, 620, "nursing", NURSE),
    ]

    one, two = (effect_of(found, times, sensitive=SENSITIVE) for times in ([510], [510, 600]))

    assert (one.mean_wait, one.journeys) == (pytest.approx((10 + 50 + 110) / 3), 2)
    assert (two.mean_wait, two.journeys) == (pytest.approx((10 + 50 + 20) / 3), 2)
    assert effect_of(found, [510, 555, 600], sensitive=SENSITIVE).journeys == 3


def test_arrival_times_after_the_first_consultation_are_refused() -> None:
    with pytest.raises(UncalledStart):
        effect_of(calls("nursing", NURSE, 0, 510), [525], sensitive=SENSITIVE)


def test_trade_off_of_nothing_is_nothing() -> None:
    assert trade_off([], sensitive=SENSITIVE) == []
    with pytest.raises(NothingToMeasure):
        better_moves([], [510], sensitive=SENSITIVE)


def test_trade_off_waits_less_with_each_arrival_time_more() -> None:
    curve = trade_off(week_with_psychiatry_alone_on_tuesday_afternoon(), sensitive=SENSITIVE, most=6)

    waits = [effect.mean_wait for effect in curve]
    assert waits == sorted(waits, reverse=True)
    assert [len(effect.times) for effect in curve] == list(range(1, len(curve) + 1))
    assert all(effect.times[0] == MORNING for effect in curve)


@given(st.dictionaries(st.integers(32, 44).map(lambda n: n * 15 + n % 7), st.integers(1, 9), min_size=1, max_size=8))
def test_shortest_waits_are_the_shortest_of_all_choices(starts: dict[int, int]) -> None:
    quarters = sorted({start // 15 * 15 for start in starts})

    def waited(times: tuple[int, ...]) -> int:
        return sum(n * (start - max(at for at in times if at <= start)) for start, n in starts.items())

    for number, times in enumerate(shortest_waits(Counter(starts), most=4), start=1):
        others = [(quarters[0], *rest) for rest in combinations(quarters[1:], number - 1)]
        assert waited(times) == min(map(waited, others))


def test_half_day_of_a_consultation_is_the_one_that_a_search_for_free_times_means() -> None:
    [tuesday] = calls("psychiatry", PSYCHIATRIST, 1, AFTERNOON, weeks=1, each=1)

    found = half_day(tuesday)

    assert tuesday.day.isoweekday() == 2
    assert found == HalfDay.of(tuesday.day, is_afternoon=True)
    assert half_day_windows([found], *local_midnights(tuesday.day, PARIS), zone=PARIS) == [
        (at_local(tuesday.day, MIDDAY, PARIS), local_midnights(tuesday.day, PARIS)[1])
    ]


def test_best_move_takes_psychiatry_out_of_its_own_half_day() -> None:
    found = week_with_psychiatry_alone_on_tuesday_afternoon()
    times = [MORNING, AFTERNOON]
    now = told_by(tally_of(found, times), sensitive=SENSITIVE)

    best = better_moves(found, times, sensitive=SENSITIVE)[0]

    assert now.identified_share == 1.0
    assert best.told.identified_share == 0.0
    assert best.move.agenda == PSYCHIATRIST
    assert best.move.before == HalfDay(1, is_afternoon=True)
    assert best.consultations == 32


def test_moves_foretold_are_the_moves_made() -> None:
    found = week_with_psychiatry_alone_on_tuesday_afternoon()
    times = [MORNING, AFTERNOON]

    for proposal in better_moves(found, times, sensitive=SENSITIVE):
        made = told_by(tally_of(after_move(found, proposal.move), times), sensitive=SENSITIVE)
        assert tuple(made) == pytest.approx(tuple(proposal.told))


def test_every_other_time_takes_turns_from_one_session_to_the_next() -> None:
    found = [*calls("psychiatry", PSYCHIATRIST, 1, AFTERNOON, weeks=4, each=1), *calls("nursing", NURSE, 3, MORNING)]
    tuesday, thursday = HalfDay(1, is_afternoon=True), HalfDay(3, is_afternoon=False)

    after = after_move(found, Move(PSYCHIATRIST, "psychiatry", tuesday, (tuesday, thursday)))

    moved = sorted((call.day, call.start) for call in after if call.agenda == PSYCHIATRIST)
    assert [(day.isoweekday(), start) for day, start in moved] == [(2, 840), (4, 510), (2, 840), (4, 510)]
    assert openings(after)[thursday] == MORNING


# Plans built to fool


def told_of(found: list[Call]):
    return told_by(tally_of(found, [MORNING, AFTERNOON]), sensitive=MENTAL)


def moves_of(found: list[Call]):
    return better_moves(found, [MORNING, AFTERNOON], sensitive=MENTAL)


def test_psychologist_beside_the_psychiatrist_is_no_gain() -> None:
    """Psychiatry alone on Tuesday afternoon, psychology alone on Thursday afternoon: together they hide nothing."""
    found = [
        *(call for weekday in range(5) for call in calls("nursing", NURSE, weekday, MORNING, each=6)),
        *calls("psychiatry", PSYCHIATRIST, 1, AFTERNOON),
        *calls("psychology", PSYCHOLOGIST, 3, AFTERNOON),
    ]

    proposals = moves_of(found)

    assert told_of(found).identified_share == 1.0
    tuesday, thursday = HalfDay(1, is_afternoon=True), HalfDay(3, is_afternoon=True)
    assert not [each for each in proposals if {each.move.before, *each.move.turns} == {tuesday, thursday}]
    assert all(not turn.is_afternoon for turn in proposals[0].move.turns)  # to the nurses, in the morning
    assert proposals[0].told.identified_share == pytest.approx(0.5)


def test_two_sensitive_disciplines_together_alone_are_proposed_to_move_to_others() -> None:
    found = [
        *(call for weekday in range(3) for call in calls("nursing", NURSE, weekday, MORNING, each=9)),
        *calls("psychiatry", PSYCHIATRIST, 1, AFTERNOON),
        *calls("psychology", PSYCHOLOGIST, 1, AFTERNOON),
    ]

    assert told_of(found).identified_share == 1.0  # though each is one half of that half-day
    assert all(not turn.is_afternoon for turn in moves_of(found)[0].move.turns)


def test_clinic_of_every_fourth_week_is_seen_and_turns_that_weeks_betray_are_no_gain() -> None:
    nurses = [call for weekday in range(5) for call in calls("nursing", NURSE, weekday, MORNING, weeks=24, each=8)]
    afternoons = calls("nursing", NURSE, 3, AFTERNOON, weeks=24, each=3)
    kept = [call for call in afternoons if where(call.day, AFTERNOON).week != 0]
    clinic = [
        call._replace(agenda=PSYCHIATRIST, discipline="psychiatry", person=uuid.uuid4())
        for call in afternoons
        if where(call.day, AFTERNOON).week == 0
    ]

    now = told_of(nurses + kept + clinic)

    assert now.identified_share == 1.0  # a quarter of that half-day, and certain in its week
    best = moves_of(nurses + kept + clinic)[0]
    assert best.told.identified_share == 0.0
    assert all(not turn.is_afternoon for turn in best.move.turns)


def test_lone_half_day_of_five_calls_is_worth_a_proposal() -> None:
    found = [
        *(call for weekday in range(5) for call in calls("nursing", NURSE, weekday, MORNING, weeks=20, each=8)),
        *calls("psychiatry", PSYCHIATRIST, 0, MORNING, weeks=20, each=2),
        *calls("psychology", PSYCHOLOGIST, 4, AFTERNOON, weeks=5, each=1),
    ]

    proposals = moves_of(found)

    assert told_of(found).identified_share > 0
    assert (proposals[0].move.agenda, proposals[0].consultations) == (PSYCHOLOGIST, 5)
    assert proposals[0].told.identified_share == 0.0


def test_moves_leave_ordinary_agendas_alone_and_never_tell_more() -> None:
    found = week_with_psychiatry_alone_on_tuesday_afternoon()
    now = told_by(tally_of(found, [MORNING, AFTERNOON]), sensitive=SENSITIVE)

    proposals = better_moves(found, [MORNING, AFTERNOON], sensitive=SENSITIVE)

    assert {each.move.agenda for each in proposals} == {PSYCHIATRIST}
    assert all(each.told.is_less_than(now) for each in proposals)
