"""A home page that stays open asks for one thing, and learns by it of an urgent alert and of who arrives."""

from __future__ import annotations

from collections.abc import Callable

from playwright.sync_api import Page, expect

from access.models import User
from appointments import booking
from appointments.models import Appointment
from tests.browser.scenes import expect_paul_and_karim, here
from tests.browser.steps import sign_in
from tests.conftest import Unit, urgent_alert

# The parts of a page are read at most every twenty seconds.
PARTS = 60_000


def test_open_home_page_learns_of_an_alert_and_of_who_arrives(
    unit_a: Unit, alice: User, visit: Callable[..., Page]
) -> None:
    expect_paul_and_karim(unit_a, here(unit_a.establishment))
    page = sign_in(visit("care"), alice)
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url.partition("?")[0].rpartition("/")[2]))
    room = page.locator("#waiting-room")
    expect(room.get_by_text("0 Waiting")).to_be_visible()

    urgent_alert(unit_a)
    expect(page.locator("#urgent").get_by_text("DURAND Paul")).to_be_visible(timeout=10_000)

    paul = Appointment.objects.get(detainee=unit_a.paul)
    booking.arrive(by=alice, appointment=paul, revision=paul.revision)
    expect(room.get_by_text("1 Waiting")).to_be_visible(timeout=PARTS)
    # The band stays, and the page asked for nothing else meanwhile.
    expect(page.locator("#urgent").get_by_text("DURAND Paul")).to_be_visible()
    assert set(asked) == {"now"}
