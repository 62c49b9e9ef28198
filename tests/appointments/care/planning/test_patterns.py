"""A weekly pattern's page: the dates it opens, whom it moves, what it would tell, and what is refused."""

from __future__ import annotations

from datetime import timedelta

import pytest

from access.models import User
from appointments.models import ConsultationSession, SessionPattern
from tests.appointments.care.planning.typed import weekly
from tests.appointments.neutrality.weeks import TUESDAY, called, past_day
from tests.conftest import Unit
from tests.factories import appointment, local, workday


def test_only_the_ticked_dates_are_opened(unit_a: Unit, helene: User, at_door) -> None:
    browser = at_door(helene)
    address = browser.url("planning_pattern_new", unit_a.doctor.pk)
    digest = browser.post(address, weekly()).context["plan"].digest

    none = browser.post(address, weekly(save="1", digest=digest, day=["2026-02-31", "x"]))
    stale = browser.post(address, weekly(save="1", digest="x", day=[f"{workday(1)}"]))
    assert (none.status_code, stale.status_code) == (422, 422)
    assert none.context["plan"].opened
    browser.post(address, weekly(save="1", digest=digest, day=[f"{workday(2)}", f"{workday(5)}", f"{workday(50)}"]))

    starts = ConsultationSession.objects.order_by("starts_at").values_list("starts_at", flat=True)
    assert list(starts) == [local(unit_a.establishment, workday(days), 9) for days in (2, 5)]


def test_pattern_over_booked_people_asks_on_its_page_and_does_as_told(unit_a: Unit, helene: User, at_door) -> None:
    browser = at_door(helene)
    new = browser.url("planning_pattern_new", unit_a.doctor.pk)
    plan = browser.post(new, weekly()).context["plan"]
    days = [f"{opening.day}" for opening in plan.opened]
    browser.post(new, weekly(save="1", digest=plan.digest, day=days))
    pattern = SessionPattern.objects.get()
    first = pattern.sessions.order_by("starts_at")[0]
    appointment(unit_a.paul, first, unit_a.consultation, first.starts_at)
    address = browser.url("planning_pattern", pattern.pk)

    shown = browser.post(address, weekly(start="10:00"))
    undecided = browser.post(address, weekly(start="10:00", save="1", digest=shown.context["plan"].digest))
    asked = shown.context["question"].digest
    done = browser.post(
        address,
        weekly(start="10:00", save="1", digest=shown.context["plan"].digest, asked=asked, decision="keep"),
        follow=True,
    )

    assert (shown.status_code, undecided.status_code, done.status_code) == (200, 422, 200)
    assert "1 appointment stands in sessions that would change or go." in shown.text
    assert "DURAND Paul" in undecided.text
    assert "changed by hand" in done.text
    hours = {one.starts_at.astimezone(unit_a.establishment.zone).hour for one in pattern.sessions.all()}
    assert hours == {9, 10}


def test_pattern_page_says_what_the_list_would_tell(unit_a: Unit, helene: User, at_door) -> None:
    browser = at_door(helene)
    for week in range(1, 11):
        day = past_day(unit_a.establishment, TUESDAY) - timedelta(weeks=week)
        called(unit_a.paul, unit_a.psychiatry, unit_a.psychiatrist, day, "09:00")
        for at in ("09:05", "09:10", "09:15", "09:40", "10:40"):
            called(unit_a.karim, unit_a.consultation, unit_a.doctor, day, at)
    alone = weekly(weekdays=["3"], start="14:00", end="16:00", last="")

    page = browser.post(browser.url("planning_pattern_new", unit_a.psychiatrist.pk), alone)

    assert page.context["effect"].tells_more
    assert "A little more than now." in page.text
    assert "Nobody else is called at these arrival times" in page.text
    mixed = browser.post(
        browser.url("planning_pattern_new", unit_a.psychiatrist.pk), {**alone, "weekdays": ["1"], "start": "09:30"}
    )
    assert "At these arrival times are also called: General medicine." in mixed.text


def test_pattern_without_a_past_says_that_there_is_nothing_to_measure(unit_a: Unit, helene: User, at_door) -> None:
    page = at_door(helene).post(f"/planning/agendas/{unit_a.doctor.pk}/patterns/new", weekly())

    assert "Too few consultations" in page.text


@pytest.mark.parametrize("words", ["2026-02-31", "tomorrow", "2026-12-24 x"])
def test_exception_that_is_no_day_is_refused(unit_a: Unit, helene: User, at_door, words: str) -> None:
    browser = at_door(helene)

    answer = browser.post(browser.url("planning_pattern_new", unit_a.doctor.pk), weekly(except_dates=words))

    assert answer.status_code == 422
    assert "is no day" in answer.text


def test_shared_pattern_needs_its_places(unit_a: Unit, helene: User, at_door) -> None:
    browser = at_door(helene)
    address = browser.url("planning_pattern_new", unit_a.doctor.pk)

    for wrong in ({"mode": "group"}, {"mode": "flexible", "capacity": "61"}, {"mode": "x"}, {"overbooking": "99"}):
        assert browser.post(address, weekly(**wrong)).status_code == 422
