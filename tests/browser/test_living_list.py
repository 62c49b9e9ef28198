"""An officer's list that lives: what others do shows by itself, one key prints, an ended session shows nobody."""

from __future__ import annotations

import re
from collections.abc import Callable

from playwright.sync_api import Page, expect

from access.models import Session, User
from appointments.models import Movement
from tests.browser.steps import sign_in
from tests.browser.test_desk_journey import expect_soon, forgive, row_of
from tests.browser.watch import Watch
from tests.conftest import Unit

# What the pages promise, in seconds. The page's question is held to it, its answer only to a slow machine's patience.
WITHIN = 10


def test_list_tells_a_colleagues_tap_and_a_freeze_prints_by_one_key_and_empties_with_its_session(
    unit_a: Unit, olga: User, oscar: User, visit: Callable[..., Page], watch: Watch
) -> None:
    expect_soon(unit_a)
    floor = sign_in(visit("prison"), oscar)
    desk = sign_in(visit("prison"), olga)
    expect(row_of(floor, "DURAND Paul")).to_be_visible()
    asks = re.search(r"every (\d+)s", floor.locator("[hx-trigger*=every]").first.get_attribute("hx-trigger") or "")
    assert asks
    assert int(asks[1]) < WITHIN

    row_of(desk, "DURAND Paul").get_by_role("button", name="Called", exact=True).click()
    changed = floor.get_by_text("The list has changed")
    expect(changed).to_be_visible()
    expect(floor.locator("[data-carehub-changed]")).to_contain_text(
        "DURAND Paul, A-2-214, 004217: noted by a colleague"
    )
    expect(floor).to_have_title(re.compile(r"^▸ "))
    floor.get_by_role("button", name="I have seen it").click()
    expect(changed).to_be_hidden()

    desk.goto("/freezes")
    desk.get_by_label("Incident").check()
    desk.get_by_role("button", name="Freeze", exact=True).click()
    expect(floor.get_by_text("Movements frozen").first).to_be_visible()
    row_of(floor, "DURAND Paul").get_by_role("button", name="Left", exact=True).click()
    expect(row_of(floor, "DURAND Paul").get_by_text("Noted. But movements are frozen")).to_be_visible()

    floor.keyboard.press("Control+p")
    floor.wait_for_url("**/print/*")
    expect(floor.get_by_role("row", name="DURAND Paul")).to_be_visible()
    floor.goto("/")
    expect(row_of(floor, "DURAND Paul")).to_be_visible()

    Session.objects.using("prison").filter(user=oscar).delete()
    expect(floor.get_by_role("heading", level=1)).to_have_text("Sign in")
    assert Movement.objects.get(register_number="004217").last_name.upper() not in floor.content()
    # The list may have asked once more before the page had heard that nobody is signed in.
    forgive(watch, "401")
