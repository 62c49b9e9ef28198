"""What forbids less: the bounds have their closed forms, and no choice of arrival times comes below them."""

from __future__ import annotations

from datetime import timedelta

import pytest

from appointments.arithmetic.leakage import leakage_of
from appointments.plans.bounds import bounds_of, days_at_least, lift_at_least
from appointments.plans.figures import greatest_lift, listed, small_groups
from appointments.plans.past import Past, Sitting, Visit
from tests.appointments.plans.units import FRI, MON, MONDAY, SENSITIVE, THU, TUE, past_of, unit, who

WEEK = unit(
    who(1, "nursing", MON, TUE, THU, FRI, calls=7),
    who(2, "psychiatry", THU, calls=4),
)


def test_a_discipline_of_one_half_day_is_found_there_as_often_as_that_half_day_is_rare() -> None:
    # 4 x 7 + 4 calls a week, 11 of them on Thursday.
    assert lift_at_least(past_of(WEEK).visits, "psychiatry") == pytest.approx(32 / 11)
    assert lift_at_least(past_of(WEEK).visits, "nursing") == 1
    assert lift_at_least(past_of(WEEK, weeks=1).visits, "psychiatry") is None


@pytest.mark.parametrize("times", [(540,), (540, 600), (540, 560, 580, 600, 620, 640, 660), (540, 650)])
def test_no_arrival_times_come_below_the_bounds(times: tuple[int, ...]) -> None:
    past = past_of(WEEK)
    least = bounds_of(past, sensitive=SENSITIVE, asked=past)
    calls = listed(past.visits, times)
    told = leakage_of(calls, sensitive=SENSITIVE)
    alone, few = small_groups(calls, SENSITIVE)
    assert least.lift is not None
    assert greatest_lift(told, enough=1) >= least.lift
    assert told.information >= least.information - 0.01
    assert (alone, few) >= (least.alone, least.few)
    assert least.discipline == "psychiatry"


def test_a_half_day_of_one_person_leaves_them_alone_at_any_time() -> None:
    lone = unit(who(1, "nursing", MON, calls=6), who(2, "psychiatry", THU, calls=1), who(3, "psychology", FRI, calls=3))
    past = past_of(lone, weeks=5)
    least = bounds_of(past, sensitive=SENSITIVE, asked=past)
    assert (least.alone, least.few) == (5, 20)


def test_days_of_call_that_do_not_overlap_cannot_be_one() -> None:
    def seen(after: int, **more: bool) -> Visit:
        day = MONDAY + timedelta(days=after)
        booked_on = day if more else day - timedelta(days=30)
        return Visit("ann", day, 540, 20, "nursing", "n", 1, False, booked_on, **more)

    sittings = [Sitting(1, MONDAY + timedelta(days=day), False, 540, 600, 20) for day in range(40)]
    # Each may be seven days sooner and five later: twelve days apart they meet, thirteen days apart they cannot.
    assert days_at_least(Past(sittings, [seen(7), seen(19)])) == 1
    assert days_at_least(Past(sittings, [seen(7), seen(20)])) == 2
    # An urgent call has its day only.
    assert days_at_least(Past(sittings, [seen(7, is_urgent=True), seen(9, is_urgent=True)])) == 2
