"""A series with two clashes, a search by keyboard, and appointments moved and exchanged by hand."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta

import pytest
from playwright.sync_api import Locator, Page, expect

from access.models import User
from appointments.models import Appointment
from tests.browser.scenes import expect_paul_and_karim, here
from tests.browser.steps import sign_in
from tests.browser.test_every_page import DESK, TELEPHONE, complaints, switch_language
from tests.conftest import Unit
from tests.factories import appointment, local, open_session


@pytest.fixture
def mondays(unit_a: Unit) -> list[date]:
    """Six Mondays on which the general practitioner is there in the morning."""
    first = here(unit_a.establishment, days=7)
    first += timedelta(days=-first.weekday() % 7)
    days = [first + timedelta(weeks=week) for week in range(6)]
    for day in days:
        open_session(unit_a.doctor, day)
    return days


@pytest.fixture
def tomorrow(unit_a: Unit) -> date:
    """Paul sees the doctor at 09:40, Karim at 10:50."""
    day = here(unit_a.establishment, days=1)
    expect_paul_and_karim(unit_a, day)
    return day


def card(page: Page, name: str) -> Locator:
    return page.locator(".card-appointment").filter(has_text=name)


def slot(page: Page, time: str) -> Locator:
    return page.get_by_role("link", name=f"Book {time} Dr Leroy")


def drag(page: Page, what: Locator, onto: Locator) -> None:
    """Carry something with the mouse, as a hand does: in several small movements."""
    what.scroll_into_view_if_needed()
    start, end = what.bounding_box(), onto.bounding_box()
    assert start is not None
    assert end is not None
    page.mouse.move(start["x"] + 20, start["y"] + 10)
    page.mouse.down()
    page.mouse.move(end["x"] + 10, end["y"] + 8, steps=12)
    page.mouse.up()


def test_series_with_two_clashes_is_solved_on_the_page_and_booked_whole(
    unit_a: Unit, mondays: list[date], alice: User, visit: Callable[..., Page]
) -> None:
    for number in (1, 3):
        session = unit_a.doctor.sessions.order_by("starts_at")[number]
        at = local(unit_a.establishment, mondays[number], 9, 30)
        appointment(unit_a.karim, session, unit_a.consultation, at)
    page = sign_in(visit("care"), alice, path=f"/people/{unit_a.paul.pk}")

    page.get_by_role("link", name="Book a series").click()
    expect(page.get_by_role("radio", name="DURAND Paul")).to_be_checked()
    page.get_by_label("From").fill(f"{mondays[0]}")
    page.get_by_label("Time", exact=True).fill("09:30")
    page.get_by_label("Monday", exact=True).check()
    page.get_by_label("Number of appointments").fill("4")
    page.get_by_label("Vary the hour between weeks").uncheck()
    page.get_by_role("button", name="Show the dates").click()
    expect(page.get_by_role("heading", name="4 dates · 2 to solve")).to_be_focused()
    assert list(complaints(page)) == []

    page.get_by_role("button", name="Book the series").click()
    expect(page.get_by_role("alert")).to_contain_text("2 dates are still to be solved.")
    page.locator("#line-2").get_by_role("radio").first.check()
    page.locator("#line-4").get_by_label("Leave this date out").check()
    page.get_by_role("button", name="Book the series").click()

    expect(page.get_by_text("3 appointments were booked.")).to_be_visible()
    expect(page.locator(".data tbody tr")).to_have_count(3)
    page.locator(".data tbody a").nth(1).click()
    expect(page.get_by_role("link", name="2 of 3")).to_be_visible()
    page.get_by_label("with the later one of the series").check()
    page.get_by_label("Reason").select_option(label="Postponed by care")
    page.get_by_role("button", name="Cancel the appointment").click()
    expect(page.get_by_role("status").filter(has_text="Cancelled: DURAND Paul")).to_be_visible()
    assert Appointment.objects.booked().filter(detainee=unit_a.paul).count() == 1


def test_time_is_found_and_taken_without_a_mouse(
    unit_a: Unit, mondays: list[date], alice: User, visit: Callable[..., Page]
) -> None:
    page = sign_in(visit("care"), alice, path=f"/find-a-time?person={unit_a.karim.pk}")

    page.get_by_label("Kind of consultation").focus()
    page.get_by_label("Monday morning").press("Space")
    page.get_by_label("Monday morning").press("Enter")
    expect(page.get_by_role("heading", name="5 times to propose")).to_be_focused()
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("Book an appointment")
    expect(page.get_by_role("radio", name="BENALI Karim")).to_be_checked()
    page.get_by_label("Time", exact=True).press("Enter")

    expect(page.locator(".card-changed")).to_contain_text("08:30")


def test_card_is_dragged_to_a_free_time_and_put_back(
    unit_a: Unit, tomorrow: date, alice: User, visit: Callable[..., Page]
) -> None:
    page = sign_in(visit("care"), alice, path=f"/day/{tomorrow}")

    drag(page, card(page, "DURAND Paul"), slot(page, "08:50"))
    expect(page.locator(".card-changed")).to_contain_text("08:50 DURAND Paul")
    page.get_by_role("button", name="Undo").click()

    expect(page.locator(".card-changed")).to_contain_text("09:40 DURAND Paul")


def test_refused_drag_leaves_the_card_and_says_why(
    unit_a: Unit, tomorrow: date, alice: User, visit: Callable[..., Page]
) -> None:
    page = sign_in(visit("care"), alice, path=f"/day/{tomorrow}")
    moved = Appointment.objects.get(detainee=unit_a.paul)
    appointment(unit_a.karim, moved.session, unit_a.consultation, local(unit_a.establishment, tomorrow, 8, 30))

    drag(page, card(page, "DURAND Paul"), slot(page, "08:30"))

    expect(page.get_by_role("alert")).to_contain_text("This slot has just been taken.")
    expect(card(page, "DURAND Paul")).to_contain_text("09:40")
    # Dropped beside everything it stays, too, and no panel opens.
    page.get_by_role("button", name="Close").click()
    start = card(page, "DURAND Paul").bounding_box()
    assert start is not None
    page.mouse.move(start["x"] + 20, start["y"] + 10)
    page.mouse.down()
    page.mouse.move(600, 60, steps=8)
    page.mouse.up()
    expect(page.locator("#moving-said")).to_have_text("Left where it was.")
    expect(page.locator("#panel > *")).to_have_count(0)


def test_card_is_carried_with_a_finger_that_rests_on_it_first(
    unit_a: Unit, tomorrow: date, alice: User, visit: Callable[..., Page]
) -> None:
    page = sign_in(visit("care", size=TELEPHONE, has_touch=True), alice, path=f"/day/{tomorrow}")
    finger = page.context.new_cdp_session(page)

    def touch(kind: str, *points: tuple[float, float]) -> None:
        finger.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": [{"x": x, "y": y} for x, y in points]})

    card(page, "DURAND Paul").scroll_into_view_if_needed()
    start, end = card(page, "DURAND Paul").bounding_box(), slot(page, "09:10").bounding_box()
    assert start is not None
    assert end is not None
    x, y = start["x"] + 40, start["y"] + 12
    touch("touchStart", (x, y))
    expect(page.locator(".moving-picked")).to_be_visible()
    for step in range(1, 11):
        touch("touchMove", (x + (end["x"] + 12 - x) * step / 10, y + (end["y"] + 10 - y) * step / 10))
    touch("touchEnd")

    expect(page.locator(".card-changed")).to_contain_text("09:10 DURAND Paul")


def test_card_is_moved_by_keyboard_alone(unit_a: Unit, tomorrow: date, alice: User, visit: Callable[..., Page]) -> None:
    page = sign_in(visit("care"), alice, path=f"/day/{tomorrow}")
    said = page.locator("#moving-said")

    card(page, "DURAND Paul").focus()
    page.keyboard.press("m")
    expect(said).to_contain_text("Picked up: 09:40 DURAND Paul.")
    page.keyboard.press("Escape")
    expect(said).to_have_text("Left where it was.")
    expect(card(page, "DURAND Paul")).to_be_focused()
    page.keyboard.press("m")
    page.keyboard.press("ArrowUp")
    page.keyboard.press("ArrowUp")
    expect(said).to_have_text("Put it at 08:50?")
    page.keyboard.press("Enter")

    expect(page.locator(".card-changed")).to_contain_text("08:50 DURAND Paul")


def test_two_cards_are_exchanged_by_keyboard_and_by_the_list(
    unit_a: Unit, tomorrow: date, alice: User, visit: Callable[..., Page]
) -> None:
    page = sign_in(visit("care"), alice, path=f"/day/{tomorrow}")

    card(page, "DURAND Paul").focus()
    page.keyboard.press("m")
    card(page, "BENALI Karim").focus()
    expect(page.locator("#moving-said")).to_have_text("Exchange with 10:50 BENALI Karim?")
    page.keyboard.press("Enter")
    expect(page.locator(".card-changed")).to_contain_text("10:50 DURAND Paul")
    expect(card(page, "BENALI Karim")).to_contain_text("09:40")

    card(page, "DURAND Paul").click()
    page.get_by_role("link", name="Exchange with another appointment").click()
    page.get_by_role("radio", name="BENALI Karim").check()
    page.get_by_role("button", name="Exchange", exact=True).click()
    expect(page.locator(".card-changed")).to_contain_text("09:40 DURAND Paul")
    page.get_by_role("button", name="Exchange them back").click()
    expect(page.locator(".card-changed")).to_contain_text("10:50 DURAND Paul")


def test_series_and_search_are_accessible_in_both_languages_on_every_screen(
    unit_a: Unit, mondays: list[date], alice: User, visit: Callable[..., Page]
) -> None:
    session = unit_a.doctor.sessions.order_by("starts_at")[1]
    appointment(unit_a.karim, session, unit_a.consultation, local(unit_a.establishment, mondays[1], 9, 30))
    page = sign_in(visit("care"), alice, path=f"/find-a-time?kind={unit_a.consultation.pk}&person={unit_a.paul.pk}")

    found = list(complaints(page, sizes=(DESK, TELEPHONE)))
    switch_language(page)
    found += complaints(page, sizes=(DESK, TELEPHONE))
    page.goto(f"/series/new?person={unit_a.paul.pk}&agenda={unit_a.doctor.pk}&at={mondays[0]}T09:30")
    page.locator(".series-asked .page-actions button").click()
    expect(page.locator(".series-open, .series-line").first).to_be_visible()
    found += complaints(page, sizes=(DESK, TELEPHONE))

    assert found == []
