"""Hand-made units of which the best plan is known."""

from __future__ import annotations

from datetime import date, timedelta

from appointments.arithmetic.recurrence import HalfDay
from appointments.plans.past import Past, Sitting, Visit
from appointments.plans.week import Practitioner, UnitWeek, cycle_of, week_number

MON, TUE, WED, THU, FRI = (HalfDay(day, False) for day in range(5))
WEEK = frozenset({MON, TUE, WED, THU, FRI})
SENSITIVE = frozenset({"psychiatry", "psychology", "infectious"})
MONDAY = date(2026, 6, 1)
TIMES = (9 * 60, 10 * 60, 11 * 60)


def who(
    agenda: int,
    discipline: str,
    *held: HalfDay,
    calls: float = 6,
    possible: frozenset[HalfDay] = WEEK,
    every: int = 1,
    may_move: bool = True,
    room: int | None = None,
) -> Practitioner:
    """An agenda that holds these mornings every so many weeks."""
    cycle = cycle_of([every], every)
    phase = week_number(MONDAY) % every
    turns = tuple(frozenset(held) if week % every == phase else frozenset() for week in range(cycle))
    return Practitioner(
        agenda=agenda,
        name=f"Agenda {agenda}",
        discipline=discipline,
        calls=calls,
        now=turns,
        possible=possible,
        every=every,
        may_move=may_move,
        room=room,
    )


def unit(*practitioners: Practitioner, rooms: int | None = None, bring: int | None = None) -> UnitWeek:
    limits = dict.fromkeys(WEEK, bring) if bring is not None else {}
    return UnitWeek(practitioners=practitioners, sensitive=SENSITIVE, bring=limits, rooms=rooms)


def past_of(week: UnitWeek, *, weeks: int = 16, people: int = 60) -> Past:
    """Past weeks held as the unit holds them now, each morning as full as its calls say, people in turn."""
    sittings, visits, turn = [], [], 0
    for number in range(weeks):
        monday = MONDAY + timedelta(weeks=number)
        for each in week.practitioners:
            for half in sorted(each.now[week_number(monday) % len(each.now)]):
                day = monday + timedelta(days=half.weekday)
                sittings.append(Sitting(each.agenda, day, half.is_afternoon, 9 * 60, 12 * 60, 20))
                for seat in range(round(each.calls)):
                    turn += 1
                    start = 9 * 60 + 20 * seat
                    person = (turn * 7 + each.agenda * 13) % people
                    visits.append(
                        Visit(person, day, start, 20, each.discipline, each.discipline, each.agenda, False,
                              day - timedelta(days=20))
                    )  # fmt: skip
    return Past(sittings, visits)
