"""A nurse walks through the disciplinary wing with the keyboard alone, and takes one press back."""

from __future__ import annotations

from collections.abc import Callable

from playwright.sync_api import Page, expect

from access.models import User
from appointments.models import RoundVisit
from tests.appointments.rounds.scenes import move, since, wing_round
from tests.browser.steps import sign_in
from tests.conftest import Unit


def test_round_is_made_by_keys_undone_and_corrected(unit_a: Unit, alice: User, visit: Callable[..., Page]) -> None:
    kind = wing_round(unit_a.establishment)
    for person, cell in ((unit_a.paul, "QD-2"), (unit_a.karim, "QD-10")):
        move(person, cell, unit_a.building)
        since(person, kind, 6)
    page = sign_in(visit("care"), alice)

    page.get_by_role("link", name="2 visits to be made").click()
    expect(page.locator(".rounds-headline")).to_contain_text("2 visits late")
    # By the way from cell to cell, not by the alphabet.
    expect(page.locator("[data-carehub-round]").first).to_contain_text("QD-2")
    # Keys mean something once the page's scripts are there.
    page.wait_for_load_state()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("v")
    done = page.locator("[data-carehub-round]", has_text="DURAND Paul")
    expect(done).to_contain_text("Seen at")
    # The next person has the keyboard; two presses in a row are of two people.
    waiting = page.locator("[data-carehub-round]", has_text="BENALI Karim")
    expect(waiting).to_be_focused()
    page.keyboard.press("r")
    expect(waiting).to_contain_text("Refusal heard at")

    page.get_by_role("button", name="Undo BENALI Karim").click()
    again = page.locator("[data-carehub-round]", has_text="BENALI Karim")
    again.get_by_label("Why the visit could not be made").select_option(label="No officer to open")
    again.get_by_role("button", name="Could not enter BENALI Karim").click()
    expect(again).to_contain_text("Prevented: No officer to open")
    expect(page.locator(".rounds-headline")).to_contain_text("1 visit late")

    assert [
        word.outcome for word in RoundVisit.objects.filter(stay__detainee=unit_a.karim).order_by("recorded_at")
    ] == [
        "refused",
        "void",
        "prevented",
    ]
