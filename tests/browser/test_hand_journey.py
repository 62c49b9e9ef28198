"""The hand at the care door: keys through the agenda, the slot that stays marked, a draft that outlives the page."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import pytest
from playwright.sync_api import Page, expect

from access.models import User
from tests.browser.scenes import here
from tests.browser.steps import sign_in
from tests.browser.test_booking_journey import PLACE
from tests.conftest import Unit
from tests.factories import open_session


@pytest.fixture
def day(unit_a: Unit) -> date:
    """A day on which the general practitioner is there from 8:30 to 12:00, in slots of 20 minutes."""
    tomorrow = here(unit_a.establishment, days=1)
    open_session(unit_a.doctor, tomorrow)
    return tomorrow


def test_keys_lead_through_the_agenda_and_to_pages(alice: User, day: date, visit: Callable[..., Page]) -> None:
    page = sign_in(visit("care"), alice, path=f"/day/{day}")
    marked, search = page.locator(".chosen"), page.get_by_role("searchbox", name="Person")

    # One key to the first free time, arrows from there, Escape back to it.
    page.keyboard.press("a")
    expect(page.get_by_role("link", name="Book 08:30 Dr Leroy")).to_be_focused()
    page.keyboard.press("ArrowDown")
    expect(page.get_by_role("link", name="Book 08:50 Dr Leroy")).to_be_focused()
    page.keyboard.press("Enter")
    expect(search).to_be_focused()
    expect(page.get_by_role("heading", name="08:50–09:10")).to_be_visible()
    expect(marked).to_contain_text("08:50")

    # What is typed is text: no key of it counts.
    page.keyboard.type("na g?")
    expect(search).to_have_value("na g?")
    page.keyboard.press("Escape")
    expect(page.get_by_role("link", name="Book 08:50 Dr Leroy")).to_be_focused()
    expect(marked).to_have_count(0)

    page.keyboard.press("?")
    expect(page.get_by_role("dialog", name="Keys")).to_be_visible()
    page.keyboard.press("Escape")
    page.keyboard.press("g")
    page.keyboard.press("q")
    expect(page.get_by_role("heading", level=1)).to_have_text("Team")


def test_draft_outlives_the_page_and_goes_when_it_is_sent(alice: User, day: date, visit: Callable[..., Page]) -> None:
    page = sign_in(visit("care"), alice, path=f"/day/{day}")
    search = page.get_by_role("searchbox", name="Person")

    # Another time moves the mark.
    page.keyboard.press("n")
    search.fill("durand")
    expect(page.get_by_role("radio", name="DURAND Paul")).to_be_checked()
    page.get_by_text(PLACE).click()
    page.get_by_label("Time", exact=True).fill("09:30")
    page.get_by_label("Time", exact=True).press("Tab")
    expect(page.locator(".chosen")).to_contain_text("09:30")
    expect(page.get_by_text("Draft kept at")).to_be_visible()

    # The page is gone, what was typed is not.
    page.goto(f"/day/{day}")
    page.keyboard.press("n")
    expect(page.get_by_text("Begun and not sent")).to_be_visible()
    page.get_by_role("button", name="Take it up again").click()
    expect(search).to_have_value("durand")
    expect(page.get_by_role("radio", name="DURAND Paul")).to_be_checked()
    search.press("Enter")
    expect(page.locator(".card-changed")).to_contain_text("09:30")

    # Once sent it is offered no more.
    page.keyboard.press("n")
    expect(search).to_be_focused()
    expect(page.get_by_text("Begun and not sent")).to_have_count(0)
