"""Week and month, in the browser of whoever works with them."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from access.models import User
from appointments.care.day.load import read_month_load
from appointments.models import Appointment
from appointments.models.enums.appointment import Status
from tests.appointments.care.pages import crowd, queries_of
from tests.conftest import Unit
from tests.doors import AtDoor
from tests.factories import appointment, local, open_session, paris_day, workday


def next_monday() -> date:
    today = paris_day()
    return today + timedelta(days=7 - today.weekday())


def test_week_shows_days_as_columns_cards_and_free_slots_of_one_agenda(
    unit_a: Unit, alice: User, at_door: AtDoor
) -> None:
    monday = next_monday()
    for number, agenda in ((0, unit_a.doctor), (2, unit_a.doctor), (2, unit_a.psychiatrist)):
        open_session(agenda, monday + timedelta(days=number))
    wednesday = monday + timedelta(days=2)
    appointment(
        unit_a.paul,
        unit_a.doctor.sessions.last(),
        unit_a.consultation,
        local(unit_a.establishment, wednesday, 9, 10),
    )
    browser = at_door(alice)

    page = browser.get(browser.url("week_of", wednesday.isoformat()), {"agenda": unit_a.doctor.pk})

    week, text = page.context["week"], page.content.decode()
    assert [day.date for day in week.days] == [monday + timedelta(days=number) for number in range(5)]
    assert [len(day.appointments) for day in week.days] == [0, 0, 1, 0, 0]
    assert [len(day.slots) for day in week.days] == [10, 0, 9, 0, 0]
    assert "DURAND Paul" in text
    assert "Dr Leroy" in text
    assert browser.url("week_of", (wednesday + timedelta(days=7)).isoformat()) in text


def test_week_shows_the_weekend_only_when_something_stands_there(unit_a: Unit, alice: User, at_door: AtDoor) -> None:
    saturday = next_monday() + timedelta(days=5)
    open_session(unit_a.doctor, saturday)
    browser = at_door(alice)

    page = browser.get(browser.url("week_of", saturday.isoformat()), {"agenda": unit_a.doctor.pk})

    assert [day.date.weekday() for day in page.context["week"].days] == [0, 1, 2, 3, 4, 5]


def test_week_opens_with_ones_own_agenda(unit_a: Unit, bob: User, at_door: AtDoor) -> None:
    browser = at_door(bob)

    assert browser.get(browser.url("week")).context["week"].agenda == unit_a.psychiatrist


def test_week_of_an_agenda_that_one_does_not_see_is_not_there(unit_a: Unit, bob: User, at_door: AtDoor) -> None:
    browser = at_door(bob)

    assert browser.get(browser.url("week"), {"agenda": unit_a.doctor.pk}).status_code == 404
    assert browser.get(browser.url("month"), {"agenda": unit_a.doctor.pk}).status_code == 404


@pytest.mark.parametrize("last_sunday", [date(2026, 3, 29), date(2026, 10, 25)])
def test_week_of_a_clock_change_keeps_its_rows(unit_a: Unit, helene: User, at_door: AtDoor, last_sunday: date) -> None:
    for day in (last_sunday - timedelta(days=2), last_sunday):
        open_session(unit_a.doctor, day, 9, 11, start_minute=0)
    browser = at_door(helene)

    page = browser.get(browser.url("week_of", last_sunday.isoformat()), {"agenda": unit_a.doctor.pk})

    rows = page.context["week"].rows
    assert [f"{row.at:%H:%M}" for row in rows] == [f"{h:02d}:{m:02d}" for h in (9, 10) for m in (0, 15, 30, 45)]
    assert all([cell.is_open for cell in row.cells] == [False, False, False, False, True, True] for row in rows)


def test_week_and_month_take_the_same_queries_for_few_and_many(unit_a: Unit, alice: User, at_door: AtDoor) -> None:
    browser, monday = at_door(alice), next_monday()
    pages = [
        f"{browser.url('week_of', monday.isoformat())}?agenda={unit_a.doctor.pk}",
        browser.url("month_of", f"{monday:%Y-%m}"),
    ]
    crowd(unit_a, 3, monday)
    for page in pages:
        browser.get(page)
    few = [queries_of(lambda page=page: browser.get(page)) for page in pages]
    for number in range(1, 5):
        crowd(unit_a, 50, monday + timedelta(days=number))

    assert [queries_of(lambda page=page: browser.get(page)) for page in pages] == few


def test_month_counts_booked_places_and_free(unit_a: Unit, helene: User) -> None:
    monday = next_monday()
    session = open_session(unit_a.doctor, monday)
    appointment(unit_a.paul, session, unit_a.consultation, local(unit_a.establishment, monday, 9, 10))
    gone = appointment(unit_a.karim, session, unit_a.consultation, local(unit_a.establishment, monday, 10, 10))
    Appointment.objects.filter(pk=gone.pk).update(status=Status.CANCELLED, cancel_reason="US_ABS", movement=None)

    month = read_month_load(
        unit_a.establishment, monday.replace(day=1), agendas=[unit_a.doctor], bookable={unit_a.doctor.pk}
    )

    [load] = [load for week in month.weeks for load in week if load.is_open]
    assert (load.date, load.booked, load.places, load.free) == (monday, 1, 10, 9)
    assert load.share == 10


def test_month_leads_to_its_days_and_says_where_no_session_is(unit_a: Unit, alice: User, at_door: AtDoor) -> None:
    open_session(unit_a.doctor, workday(3))
    browser = at_door(alice)

    text = browser.get(browser.url("month_of", f"{workday(3):%Y-%m}")).content.decode()

    assert browser.url("day", workday(3).isoformat()) in text
    assert "0 booked of 10" in text
    assert "no session" in text


@pytest.mark.parametrize("text", ["2026-13", "2026-1", "26-01", "1999-12", "today"])
def test_month_that_is_no_month_is_not_there(unit_a: Unit, alice: User, at_door: AtDoor, text: str) -> None:
    browser = at_door(alice)

    assert browser.get(browser.url("month_of", text)).status_code == 404
