"""A day in the waiting room: the officer's tap reaches the nurse, one click a step, undo; a refusal is verified."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import datetime, time, timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from access.models import User
from appointments.models import Appointment, ArrivalTime
from appointments.models.enums.appointment import NotComeReason, Status
from appointments.models.enums.movement import MovementState
from tests.appointments.booking.life import floor_says
from tests.browser.scenes import here, published
from tests.browser.steps import sign_in
from tests.browser.test_every_page import complaints
from tests.conftest import Unit
from tests.factories import appointment, local, open_session

# A page asks again every 20 seconds.
SOON = 40_000


@pytest.fixture
def expected_now(unit_a: Unit) -> Appointment:
    """Paul is expected a few minutes ago, at whatever hour this runs: the house has an arrival time at midnight."""
    place = unit_a.establishment
    ArrivalTime.objects.create(establishment=place, at=time(0, 0))
    day = here(place)
    session = open_session(unit_a.doctor, day, 0, 23, start_minute=0)
    midnight = local(place, day, 0)
    at = min(max(midnight, timezone.now() - timedelta(minutes=6)), local(place, day, 22, 30))
    row = appointment(unit_a.paul, session, unit_a.consultation, at.replace(second=0, microsecond=0))
    published(unit_a)
    return row


def test_nurse_follows_the_patient_from_the_floor_to_the_consultation_and_takes_a_step_back(
    expected_now: Appointment, alice: User, olga: User, visit: Callable[..., Page]
) -> None:
    care = sign_in(visit("care"), alice, path="/waiting-room")
    prison = sign_in(visit("prison"), olga)
    column = lambda name: care.locator("section", has=care.get_by_role("heading", name=name))  # noqa: E731
    expect(column("Not here yet").get_by_text("late by")).to_be_visible()

    prison.locator(f"#line-{expected_now.movement_id} [data-carehub-step=left]").click()
    expect(column("On the way").get_by_text("Left ")).to_be_visible(timeout=SOON)
    care.get_by_role("button", name="Arrived").click()
    expect(column("Waiting").get_by_text("waiting for 0 min")).to_be_visible()
    # The keyboard stays with the patient: Enter is the next step.
    care.locator(f"#next-{expected_now.pk}").focus()
    care.keyboard.press("Enter")
    expect(column("In consultation").get_by_role("link", name="DURAND Paul")).to_be_visible()
    expect(care.locator(f"#next-{expected_now.pk}")).to_be_focused()
    care.keyboard.press("Enter")
    expect(column("Done").get_by_text("Seen", exact=False).first).to_be_visible()
    assert list(complaints(care)) == []

    care.locator(f"#undo-last-{expected_now.pk}").click()
    expect(column("In consultation").get_by_role("link", name="DURAND Paul")).to_be_visible()
    expected_now.refresh_from_db()
    assert expected_now.status == Status.IN_CONSULTATION
    # Nothing of it shows on the officers' side.
    prison.reload()
    assert "consultation" not in prison.content().lower()


def test_day_page_carries_the_board_and_its_cards_follow(
    expected_now: Appointment, alice: User, visit: Callable[..., Page]
) -> None:
    care = sign_in(visit("care"), alice)
    card = care.locator(f"#a-{expected_now.pk}")
    expect(card).to_contain_text("Booked")

    room = care.get_by_role("complementary", name="Waiting room")
    room.get_by_text("Who, and what next").click()
    room.get_by_role("button", name="Arrived").click()

    expect(care.get_by_text("waiting for 0 min").first).to_be_visible()
    expect(card).to_contain_text("Arrived")
    assert list(complaints(care)) == []


def test_refusal_is_verified_and_the_person_summoned_again(
    unit_a: Unit, expected_now: Appointment, alice: User, olga: User, visit: Callable[..., Page]
) -> None:
    open_session(unit_a.doctor, here(unit_a.establishment, days=1))
    floor_says(expected_now.movement, MovementState.IMPEDED, NotComeReason.REFUSAL_REPORTED)
    care = sign_in(visit("care"), alice, path="/waiting-room")

    expect(care.get_by_text("Refusal reported by the prison")).to_be_visible()
    care.get_by_role("button", name="Did not come").click()
    expect(care.get_by_text("to verify").first).to_be_visible()
    care.get_by_role("navigation", name="Main menu").get_by_role("link", name="Follow-up").click()
    # By keyboard, once the page's scripts are there: the fifth cause of the list.
    care.get_by_role("button", name="An officer in the consultation room").wait_for()
    care.wait_for_load_state()
    care.get_by_role("button", name="An officer in the consultation room").focus()
    care.keyboard.press("5")
    expect(care.get_by_role("status").get_by_text("Refusal confirmed with the patient")).to_be_visible()
    expect(care.get_by_role("status").get_by_text("Waited too long")).to_be_visible()
    care.get_by_role("button", name="Undo").click()
    care.get_by_label("Not a refusal, but").select_option("NON_APPELE")
    care.get_by_role("button", name="Not a refusal").click()
    expect(care.get_by_role("status").get_by_text("Not called, says the patient")).to_be_visible()

    care.goto(f"/appointment/{expected_now.pk}")
    care.get_by_role("link", name="Summon again", exact=True).click()
    expect(care.get_by_text("which did not take place")).to_be_visible()
    assert list(complaints(care)) == []
    care.get_by_role("button", name="Book", exact=True).last.click()
    expect(care.get_by_role("button", name="Undo", exact=True)).to_be_visible()

    again = Appointment.objects.get(follows=expected_now)
    care.goto(f"/appointment/{again.pk}")
    expect(care.get_by_text("summons no. 2")).to_be_visible()
    expect(care.get_by_role("listitem").filter(has_text="Not called, says the patient")).to_be_visible()


def test_second_of_two_editors_is_told_and_applies_it_again(
    unit_a: Unit, alice: User, helene: User, visit: Callable[..., Page]
) -> None:
    place, day = unit_a.establishment, here(unit_a.establishment, days=1)
    made = appointment(unit_a.paul, open_session(unit_a.doctor, day), unit_a.consultation, local(place, day, 9, 50))
    first = sign_in(visit("care"), helene, path=f"/appointment/{made.pk}")
    second = sign_in(visit("care"), alice, path=f"/appointment/{made.pk}")

    move(first, "10:30")
    expect(first).to_have_url(re.compile("/day/"))
    move(second, "11:10")

    expect(second.get_by_text("What changed meanwhile")).to_be_visible()
    expect(second.locator(".conflict")).to_contain_text("Helene")
    expect(second.locator(".conflict")).to_contain_text("10:30")
    expect(second.locator(".conflict")).to_contain_text("11:10")
    assert list(complaints(second)) == []
    second.get_by_role("button", name="Apply mine to the new state").click()
    expect(second).to_have_url(re.compile("/day/"))
    made.refresh_from_db()
    assert made.starts_at == datetime.combine(day, time(11, 10), tzinfo=place.zone)


def move(page: Page, clock: str) -> None:
    """Type another time into the form of the appointment's page and send it."""
    page.get_by_text("Another practitioner, day or time").click()
    page.get_by_label("Time", exact=True).fill(clock)
    page.get_by_role("button", name="Move it there").click()
