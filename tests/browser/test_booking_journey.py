"""The nurse books, and what the officer sees of it: by mouse, by keyboard alone, and without JavaScript."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import pytest
from playwright.sync_api import Page, expect

from access.models import Session, User
from tests.browser.scenes import here
from tests.browser.steps import (
    asking_nothing,
    enrol,
    reload_until,
    sign_in,
    type_code,
    type_password,
    wait_until_signed_in,
)
from tests.conftest import Unit
from tests.factories import DetaineeFactory, open_session
from tests.published import early_there, publish_at


@pytest.fixture
def tomorrow(unit_a: Unit) -> date:
    """A day on which the general practitioner is there from 8:30 to 12:00, in slots of 20 minutes."""
    day = here(unit_a.establishment, days=1)
    open_session(unit_a.doctor, day)
    return day


def slot(page: Page, time: str) -> object:
    return page.get_by_role("link", name=f"Book {time} Dr Leroy")


# In the panel the place is folded away: the heading says it.
PLACE = "Another time, duration or practitioner"


def press_until(page: Page, key: str, name: str) -> None:
    """Press `key` until the element called `name` has the focus, as somebody without a mouse does."""
    for _press in range(150):
        page.keyboard.press(key)
        focused = page.evaluate("document.activeElement.getAttribute('aria-label') || document.activeElement.innerText")
        if name in (focused or ""):
            return
    pytest.fail(f"{name!r} is not reached with {key}.")


def test_nurse_books_among_homonyms_and_the_officer_learns_the_arrival_time_alone(
    unit_a: Unit, tomorrow: date, alice: User, olga: User, visit: Callable[..., Page]
) -> None:
    for number, born in (("007001", date(1971, 3, 9)), ("007002", date(1994, 12, 1))):
        DetaineeFactory(
            establishment=unit_a.establishment,
            building=unit_a.building,
            last_name="Lefèvre",
            first_name="Éric",
            register_number=number,
            birth_date=born,
            cell=f"A-3-{number[-1]}",
        )
    care = sign_in(visit("care"), alice, path=f"/day/{tomorrow}")
    prison = sign_in(visit("prison"), olga, path="/?day=tomorrow")
    expect(prison.locator("#list").get_by_text("Nobody is expected at the health unit on this list.")).to_be_visible()

    slot(care, "09:50").click()
    care.get_by_role("searchbox", name="Person").press_sequentially("lefevre eric")
    expect(care.get_by_text("2 people match")).to_be_visible()
    care.get_by_role("radio", name="01/12/1994").check()
    care.get_by_role("searchbox", name="Person").press("Enter")
    card = care.locator(".card-changed")
    expect(card).to_contain_text("LEFÈVRE Éric")
    expect(card).to_contain_text("007002")
    expect(care.get_by_role("status").filter(has_text="Called at 09:30")).to_be_visible()

    reload_until(prison, prison.get_by_role("region", name="Expected at 09:30"))
    expect(prison.get_by_role("region", name="Expected at 09:30")).to_contain_text("LEFÈVRE Éric")
    expect(prison.get_by_role("row").nth(1)).to_contain_text("A-3-2 LEFÈVRE Éric 007002", use_inner_text=True)
    page = prison.content()
    secrets = [unit_a.consultation.name, "Leroy", "General", "09:50", "10:10", "20 min", "12/1994", "Alice"]
    assert [secret for secret in secrets if secret in page] == []

    care.get_by_role("button", name="Undo").click()
    expect(care.get_by_role("status").filter(has_text="Cancelled: LEFÈVRE Éric")).to_be_visible()
    expect(slot(care, "09:50")).to_be_visible()
    reload_until(prison, prison.locator("#list").get_by_text("Nobody is expected at the health unit on this list."))


def test_booking_and_its_undo_need_no_mouse(
    unit_a: Unit, tomorrow: date, alice: User, visit: Callable[..., Page]
) -> None:
    page = sign_in(visit("care"), alice, path=f"/day/{tomorrow}")

    press_until(page, "Tab", "Book 10:10 Dr Leroy")
    page.keyboard.press("Enter")
    expect(page.get_by_role("searchbox", name="Person")).to_be_focused()
    page.keyboard.press("Escape")
    expect(slot(page, "10:10")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.get_by_role("searchbox", name="Person")).to_be_focused()
    page.keyboard.type("dur 004217")
    expect(page.get_by_role("radio", name="DURAND Paul")).to_be_checked()
    page.keyboard.press("Enter")
    expect(page.locator(".card-changed")).to_contain_text("DURAND Paul")
    press_until(page, "Tab", "Undo")
    page.keyboard.press("Enter")
    expect(page.get_by_role("status").filter(has_text="Cancelled: DURAND Paul")).to_be_visible()


def test_booking_needs_no_javascript(unit_a: Unit, tomorrow: date, alice: User, visit: Callable[..., Page]) -> None:
    page = sign_in(visit("care", java_script_enabled=False), alice, path=f"/day/{tomorrow}")

    slot(page, "10:50").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Book an appointment")
    page.get_by_role("searchbox", name="Person").fill("benali")
    page.get_by_role("button", name="Search").click()
    page.get_by_role("radio", name="BENALI Karim").check()
    page.get_by_role("button", name="Book", exact=True).last.click()

    expect(page.locator(".card-changed")).to_contain_text("BENALI Karim")
    expect(page.locator(".card-changed")).to_contain_text("10:50")


@pytest.mark.parametrize("javascript", [True, False], ids=["with JavaScript", "without"])
def test_refused_booking_keeps_what_was_typed_and_offers_free_slots(
    javascript: bool, unit_a: Unit, tomorrow: date, alice: User, visit: Callable[..., Page]
) -> None:
    later = here(unit_a.establishment, days=2)
    open_session(unit_a.doctor, later)
    page = sign_in(visit("care", java_script_enabled=javascript), alice, path=f"/day/{tomorrow}")

    slot(page, "09:30").click()
    page.get_by_role("searchbox", name="Person").fill("durand")
    if javascript:
        page.get_by_text(PLACE).click()
    page.get_by_label("Duration in minutes").fill("35")
    page.get_by_label("Time", exact=True).fill("12:30")
    page.get_by_role("button", name="Book", exact=True).last.click()
    expect(page.get_by_role("alert")).to_contain_text("is not open for this whole time")
    expect(page.get_by_role("searchbox", name="Person")).to_have_value("durand")
    expect(page.get_by_label("Duration in minutes")).to_have_value("35")
    expect(page.get_by_label("Time", exact=True)).to_have_value("12:30")
    page.get_by_role("button", name=f"{later:%a} {later.day}").first.click()

    expect(page.locator(".card-changed")).to_contain_text("DURAND Paul")


def test_appointment_is_moved_then_cancelled_with_a_reason_that_stays_on_the_care_side(
    unit_a: Unit, tomorrow: date, alice: User, olga: User, visit: Callable[..., Page]
) -> None:
    care = sign_in(visit("care"), alice, path=f"/day/{tomorrow}")
    slot(care, "08:50").click()
    care.get_by_role("searchbox", name="Person").fill("004217")
    expect(care.get_by_role("radio", name="DURAND Paul")).to_be_checked()
    care.get_by_role("button", name="Book", exact=True).last.click()
    prison = sign_in(visit("prison"), olga, path="/?day=tomorrow")
    reload_until(prison, prison.get_by_role("region", name="Expected at 08:30").get_by_text("DURAND Paul"))

    care.locator(".card-changed").click()
    care.get_by_text("Another practitioner, day or time").click()
    care.get_by_label("Time", exact=True).fill("11:10")
    care.get_by_role("button", name="Move it there").click()
    expect(care.locator(".card-changed")).to_contain_text("11:10")
    reload_until(prison, prison.get_by_role("region", name="Expected at 10:30").get_by_text("DURAND Paul"))
    expect(prison.get_by_role("region")).to_have_count(1)

    care.locator(".card-changed").click()
    care.get_by_label("Reason").select_option(label="Postponed by care")
    care.get_by_role("button", name="Cancel the appointment").click()
    expect(care.get_by_role("status").filter(has_text="Cancelled: DURAND Paul")).to_be_visible()
    expect(slot(care, "11:10")).to_be_visible()
    reload_until(prison, prison.locator("#list").get_by_text("Nobody is expected at the health unit on this list."))
    assert "Postponed" not in prison.content()


def test_session_that_ends_while_typing_costs_nothing(
    unit_a: Unit, tomorrow: date, alice: User, visit: Callable[..., Page]
) -> None:
    authenticator = enrol(alice)
    page = sign_in(visit("care"), alice, authenticator, path=f"/day/{tomorrow}")
    slot(page, "09:30").click()
    page.get_by_role("searchbox", name="Person").fill("durand")
    expect(page.get_by_role("radio", name="DURAND Paul")).to_be_checked()
    page.get_by_text(PLACE).click()
    with asking_nothing(page):
        page.get_by_label("Duration in minutes").fill("15")

        Session.objects.all().delete()
        page.get_by_role("button", name="Book", exact=True).last.click()
        expect(page.get_by_text("Your session has ended.")).to_be_visible()
    expect(page.get_by_label("Duration in minutes")).to_have_value("15")
    # Back to this tab before the other one is signed in: it asks whose session it is, and stays.
    with page.expect_response("**/session"):
        page.evaluate("window.dispatchEvent(new Event('focus'))")
    expect(page.get_by_label("Duration in minutes")).to_have_value("15")
    with page.expect_popup() as popup:
        page.get_by_role("link", name="Sign in again in a new tab, then repeat it.").click()
    type_password(popup.value, alice.username)
    type_code(popup.value, authenticator.code())
    wait_until_signed_in(popup.value)
    page.get_by_role("button", name="Book", exact=True).last.click()

    expect(page.locator(".card-changed")).to_contain_text("DURAND Paul")


def test_booking_from_the_page_of_a_person_needs_no_agenda_beside_it(
    unit_a: Unit, tomorrow: date, alice: User, visit: Callable[..., Page]
) -> None:
    page = sign_in(visit("care"), alice, path=f"/people/{unit_a.karim.pk}")

    page.get_by_role("link", name="Book an appointment").click()
    expect(page.get_by_role("radio", name="BENALI Karim")).to_be_checked()
    page.get_by_role("button", name="Next free slots").click()
    page.get_by_role("button", name=f"{tomorrow:%a} {tomorrow.day}").first.click()
    expect(page.locator(".card-changed")).to_contain_text("BENALI Karim")

    page.goto(f"/people/{unit_a.karim.pk}")
    page.get_by_role("link", name=f"{tomorrow:%a} {tomorrow.day}").click()
    page.get_by_label("Reason").select_option(label="Booked by mistake")
    page.get_by_role("button", name="Cancel the appointment").click()
    expect(page.get_by_role("status").filter(has_text="Cancelled: BENALI Karim")).to_be_visible()


def test_nurse_publishes_what_officers_must_know_now(
    unit_a: Unit, alice: User, olga: User, visit: Callable[..., Page]
) -> None:
    early_there(unit_a.establishment)
    publish_at(unit_a.establishment)
    today = here(unit_a.establishment)
    open_session(unit_a.doctor, today)
    prison = sign_in(visit("prison"), olga)
    care = sign_in(visit("care"), alice, path=f"/day/{today}")

    slot(care, "09:50").click()
    care.get_by_role("searchbox", name="Person").press_sequentially("durand")
    expect(care.get_by_text("DURAND Paul").first).to_be_visible()
    care.get_by_role("radio").first.check()
    care.get_by_role("searchbox", name="Person").press("Enter")
    expect(care.get_by_role("status").filter(has_text="On the officers’ list from 08:30.")).to_be_visible()
    prison.goto("/?day=today")
    assert "DURAND" not in prison.content()

    care.get_by_role("link", name="1 to publish").click()
    expect(care.get_by_text("this change stands alone")).to_be_visible()
    care.get_by_role("button", name="Publish 1 change now all the same").click()
    expect(care.get_by_text("Published. Officers see 1 change.")).to_be_visible()

    reload_until(prison, prison.get_by_role("row", name="DURAND Paul"))
    expect(prison.get_by_role("row", name="DURAND Paul")).to_contain_text("added")
