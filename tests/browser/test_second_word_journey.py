"""A nurse's account that the head confirms; and an hour in an agenda out of scope that the head looks at."""

from __future__ import annotations

from collections.abc import Callable

from playwright.sync_api import Page, expect

from access.models import User
from tests.browser.steps import sign_in, type_password
from tests.browser.test_accounts_journey import enrol_by_hand
from tests.conftest import Unit


def test_account_is_opened_confirmed_by_the_head_and_used(
    unit_a: Unit, ada: User, helene: User, visit: Callable[..., Page]
) -> None:
    desk = sign_in(visit("accounts"), ada, path="/accounts/new/care")
    desk.get_by_label("Name", exact=True).fill("Nina Simon")
    desk.get_by_label("User name").fill("nina")
    desk.get_by_label("Role").select_option(label="Nurse")
    desk.get_by_role("radio", name="Dr Leroy: sees and books").check()
    desk.get_by_role("button", name="Open the account").click()
    expect(desk.get_by_role("heading", level=1)).to_have_text("The account waits for a second person")
    first_password = desk.locator(".first-password").inner_text()

    newcomer = visit("care")
    newcomer.goto("/")
    type_password(newcomer, "nina", first_password)
    expect(newcomer.get_by_role("alert")).to_contain_text("a second person has still to confirm it")

    head = sign_in(visit("care"), helene)
    head.get_by_role("link", name="account waits for your word").click()
    expect(head.get_by_role("article")).to_contain_text("Nina Simon")
    expect(head.get_by_role("article")).to_contain_text("Sees and books: Dr Leroy")
    head.get_by_role("button", name="Confirm").click()
    expect(head.get_by_role("status").filter(has_text="It holds from now on")).to_be_visible()

    newcomer.goto("/")
    enrol_by_hand(newcomer, "nina", first_password, "les clefs du bâtiment A")
    expect(newcomer.get_by_text("confirmed by a second person")).to_be_visible()


def test_emergency_access_opens_an_hour_that_the_head_looks_at(
    unit_a: Unit, bob: User, helene: User, visit: Callable[..., Page]
) -> None:
    night = sign_in(visit("care"), bob)
    night.get_by_role("navigation", name="Main menu").get_by_role("link", name="Unit").click()
    expect(night.get_by_role("navigation", name="Unit").get_by_role("link", name="Emergency access")).to_be_visible()
    night.get_by_label("Agenda").select_option(label=unit_a.doctor.name)
    night.get_by_label("Why it cannot wait").fill("Chest pain, the general practitioner is away")
    night.get_by_role("button", name="Open it for one hour").click()
    expect(night.get_by_role("heading", level=1)).to_contain_text(unit_a.doctor.name)
    expect(night.get_by_text("recorded with your reason")).to_be_visible()
    night.get_by_role("button", name="End it now").click()
    expect(night.get_by_text("recorded with your reason")).to_have_count(0)

    morning = sign_in(visit("care"), helene)
    morning.get_by_role("link", name="emergency access to look at").click()
    expect(morning.get_by_role("article")).to_contain_text("Chest pain, the general practitioner is away")
    morning.get_by_role("button", name="Not justified").click()
    expect(morning.get_by_role("article")).to_have_count(0)
    night.goto("/")
    expect(night.get_by_text("found your emergency access unjustified")).to_be_visible()
