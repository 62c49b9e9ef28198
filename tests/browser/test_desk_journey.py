"""The officers' desk on a tablet: taps, a cut and restored network, a colleague, the keyboard, no JavaScript."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import timedelta

from django.utils import timezone
from playwright.sync_api import Locator, Page, Route, expect

from access.models import User
from appointments.models import Movement, MovementEvent
from tests.browser.scenes import expect_paul_and_karim, here, published
from tests.browser.steps import sign_in
from tests.browser.watch import Watch
from tests.conftest import Unit

TABLET = {"width": 1024, "height": 768}


def expect_soon(unit: Unit) -> Movement:
    """Paul and Karim are expected in ten minutes (just before midnight: a few minutes ago)."""
    now = timezone.now().replace(second=0, microsecond=0)
    at = now + timedelta(minutes=10)
    if timezone.localdate(at, unit.establishment.zone) != here(unit.establishment):
        at = now - timedelta(minutes=5)
    lines = [
        Movement.objects.create(
            establishment=unit.establishment,
            building=person.building,
            cell=person.cell,
            last_name=person.last_name,
            first_name=person.first_name,
            register_number=person.register_number,
            expected_at=at,
        )
        for person in (unit.paul, unit.karim)
    ]
    published(unit)
    return lines[0]


def row_of(page: Page, name: str) -> Locator:
    return page.get_by_role("row").filter(has=page.get_by_role("rowheader", name=name))


def expect_recorded(*states: str) -> None:
    """Wait until this is what care knows of all taps, oldest first: the courier brings them within seconds."""
    deadline = time.monotonic() + 45
    while (known := tuple(MovementEvent.objects.order_by("id").values_list("state", flat=True))) != states:
        assert time.monotonic() < deadline, f"Care knows of {known}."
        time.sleep(0.1)


def forgive(watch: Watch, *words: str) -> None:
    """The network was cut on purpose: the browser complains about that, and about nothing else."""
    assert [each for each in watch.complaints if not any(word in each for word in words)] == []
    watch.complaints.clear()


def test_tap_during_a_cut_says_so_on_the_line_and_is_sent_when_the_network_is_back(
    unit_a: Unit, olga: User, visit: Callable[..., Page], watch: Watch
) -> None:
    expect_soon(unit_a)
    page = sign_in(visit("prison", size=TABLET), olga, path="/board")
    paul = row_of(page, "DURAND Paul")

    paul.get_by_role("button", name="Called", exact=True).click()
    expect(paul.get_by_text("Called", exact=True).first).to_be_visible()
    expect(paul.get_by_role("button", name="Undo")).to_be_visible()
    page.context.set_offline(True)
    paul.get_by_role("button", name="Left").click()
    paul.get_by_role("button", name="Arrived").click()

    expect(paul.get_by_text("“Left”, “Arrived”: Not sent yet, the server does not answer.")).to_be_visible()
    expect_recorded("called")
    page.context.set_offline(False)
    expect(page.get_by_role("region", name="At the health unit").get_by_text("DURAND Paul")).to_be_visible()
    expect(page.get_by_text("Not sent yet")).to_have_count(0)
    expect_recorded("called", "left", "arrived")
    # The board asks again by itself meanwhile.
    forgive(watch, "ERR_INTERNET_DISCONNECTED", "htmx:sendError", "htmx:afterRequest")


def test_taps_and_board_outlive_a_restart_of_the_server(
    unit_a: Unit, olga: User, visit: Callable[..., Page], watch: Watch
) -> None:
    expect_soon(unit_a)
    page = sign_in(visit("prison", size=TABLET), olga, path="/board")
    paul = row_of(page, "DURAND Paul")

    def restarting(route: Route) -> None:
        route.fulfill(status=502, body="")

    page.route("**/line/*", restarting)
    page.route("**/board/lines", restarting)
    paul.get_by_role("button", name="Called", exact=True).click()
    expect(paul.get_by_text("“Called”: Not sent yet")).to_be_visible()
    expect(page.get_by_text("What you see may be old")).to_be_visible()
    page.unroute("**/line/*")
    page.unroute("**/board/lines")

    expect(page.get_by_text("Not sent yet")).to_have_count(0)
    expect(page.get_by_text("What you see may be old")).to_be_hidden()
    expect_recorded("called")
    forgive(watch, "502")


def test_colleagues_impediment_shows_on_the_board_and_at_the_care_door_without_reload(
    unit_a: Unit, olga: User, oscar: User, alice: User, visit: Callable[..., Page]
) -> None:
    expect_soon(unit_a)
    tomorrow = here(unit_a.establishment, days=1)
    expect_paul_and_karim(unit_a, tomorrow)
    board = sign_in(visit("prison", size=TABLET), olga, path="/board")
    nurse = sign_in(visit("care"), alice, path=f"/day/{tomorrow}")
    floor = sign_in(visit("prison", size=TABLET), oscar, path="/")

    row_of(floor, "DURAND Paul").get_by_role("link", name="Impediment").click()
    floor.get_by_role("dialog").get_by_role("button", name="Visit, lawyer").click()
    expect(row_of(floor, "DURAND Paul").get_by_text("Not brought · Visit, lawyer")).to_be_visible()
    floor.goto("/?day=tomorrow")
    row_of(floor, "DURAND Paul").get_by_role("link", name="Impediment").click()
    floor.get_by_role("dialog").get_by_role("button", name="Work, training").click()
    expect(row_of(floor, "DURAND Paul").get_by_text("Not brought · Work, training")).to_be_visible()

    board.get_by_role("region", name="Back, not brought, withdrawn").get_by_text("These lines").click()
    expect(row_of(board, "DURAND Paul").get_by_text("Not brought · Visit, lawyer")).to_be_visible()
    nurse.locator("#reported").get_by_text("1 cannot be brought").click()
    expect(nurse.get_by_text("1 person cannot be brought, says the prison")).to_be_visible()
    expect(nurse.locator("#reported").get_by_text("Not brought · Work, training")).to_be_visible()


def test_board_is_used_with_the_keyboard_alone(unit_a: Unit, olga: User, visit: Callable[..., Page]) -> None:
    expect_soon(unit_a)
    page = sign_in(visit("prison", size=TABLET), olga, path="/board")
    paul, karim = row_of(page, "DURAND Paul"), row_of(page, "BENALI Karim")

    paul.get_by_role("button", name="Called", exact=True).focus()
    page.keyboard.press("ArrowDown")
    expect(karim.get_by_role("button", name="Called", exact=True)).to_be_focused()
    page.keyboard.press("Enter")
    expect(karim.get_by_role("button", name="Undo")).to_be_visible()
    expect(karim.get_by_role("button", name="Called", exact=True)).to_be_focused()
    page.keyboard.press("ArrowUp")
    expect(paul.get_by_role("button", name="Called", exact=True)).to_be_focused()
    paul.get_by_role("link", name="Impediment").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("dialog")).to_be_visible()
    page.keyboard.press("Escape")
    expect(paul.get_by_role("link", name="Impediment")).to_be_focused()
    expect_recorded("called")


def test_focus_returns_to_the_line_when_the_board_was_read_anew_under_the_impediment_sheet(
    unit_a: Unit, olga: User, visit: Callable[..., Page]
) -> None:
    expect_soon(unit_a)
    page = sign_in(visit("prison", size=TABLET), olga, path="/board")
    colleague = page.context.new_page()
    colleague.goto("/board")
    page.bring_to_front()
    paul = row_of(page, "DURAND Paul")

    paul.get_by_role("link", name="Impediment").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("dialog")).to_be_visible()
    row_of(colleague, "BENALI Karim").get_by_role("button", name="Called", exact=True).click()
    # The board behind an open sheet is out of reach of a person's tools, not of their eyes.
    expect(page.locator("#board").get_by_role("button", name="Undo", include_hidden=True)).to_be_visible()
    page.keyboard.press("Escape")

    expect(paul.get_by_role("link", name="Impediment")).to_be_focused()


def test_every_button_works_without_javascript(unit_a: Unit, olga: User, visit: Callable[..., Page]) -> None:
    expect_soon(unit_a)
    page = sign_in(visit("prison", size=TABLET, java_script_enabled=False), olga, path="/board")
    paul = row_of(page, "DURAND Paul")

    paul.get_by_role("button", name="Called", exact=True).click()
    paul.get_by_role("link", name="Impediment").click()
    page.get_by_role("button", name="Staff shortage").click()
    expect(paul.get_by_text("Not brought · Staff shortage")).to_be_visible()
    paul.get_by_role("button", name="Undo").click()

    expect(paul.get_by_role("button", name="Called", exact=True)).to_have_attribute("aria-pressed", "true")
    expect_recorded("called", "impeded", "called")
