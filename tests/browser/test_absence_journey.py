"""A practitioner calls in: the head of unit notes the absence, sees who is booked, and decides about them."""

from __future__ import annotations

from collections.abc import Callable

from playwright.sync_api import Page, expect

from access.models import User
from appointments.models import Absence, Appointment
from tests.browser.scenes import fill, here
from tests.browser.steps import sign_in
from tests.conftest import Unit


def test_head_notes_an_absence_cancels_one_by_hand_and_the_others_together(
    unit_a: Unit, helene: User, visit: Callable[..., Page]
) -> None:
    fill(unit_a)
    tomorrow = here(unit_a.establishment, days=1)
    page = sign_in(visit("care"), helene, path="/planning/calendar")

    page.get_by_role("link", name="Note an absence", exact=True).click()
    page.get_by_label("Practitioner").select_option(label="Dr Leroy")
    page.get_by_label("First day", exact=True).fill(tomorrow.isoformat())
    page.get_by_label("Reason").select_option(label="Unplanned absence")
    page.get_by_role("button", name="Note it").click()

    question = page.get_by_role("group", name="What becomes of them?")
    expect(question).to_be_focused()
    expect(question).to_contain_text("2 appointments are booked at that time.")
    expect(question).to_contain_text("DURAND Paul")
    assert Absence.objects.count() == 0
    page.get_by_label("decide one by one").check()
    page.get_by_role("button", name="Note it and do as chosen").click()
    expect(page.get_by_role("heading", name="2 appointments are still booked then")).to_be_visible()

    page.get_by_role("link", name="BENALI Karim").click()
    page.get_by_label("Reason", exact=True).select_option(label="Practitioner absent")
    page.get_by_role("button", name="Cancel the appointment").click()
    expect(page.get_by_text("Away: Dr Leroy")).to_be_visible()
    # Nobody can be booked there any longer.
    expect(page.locator(".slot")).to_have_count(0)

    page.goto(f"/planning/absences/{Absence.objects.get().pk}")
    page.get_by_role("button", name="Cancel all of them").click()
    expect(page.get_by_role("status")).to_contain_text("1 appointment is cancelled.")
    expect(page.get_by_text("there is nothing to decide")).to_be_visible()
    assert set(Appointment.objects.filter(starts_at__date=tomorrow).values_list("cancel_reason", flat=True)) == {
        "US_ABS"
    }


def test_head_plans_a_week_by_keyboard_and_a_nurse_books_a_place(
    unit_a: Unit, helene: User, alice: User, visit: Callable[..., Page]
) -> None:
    page = sign_in(visit("care"), helene, path=f"/planning/agendas/{unit_a.doctor.pk}/patterns/new")

    day = here(unit_a.establishment, days=1)
    page.get_by_label(f"{day:%A}").check()
    page.get_by_label("From").fill("09:00")
    page.get_by_label("To", exact=True).fill("11:00")
    page.get_by_label("Half-day").check()
    page.get_by_label("Places").fill("2")
    page.get_by_label("On public holidays too").evaluate("each => each.closest('details').open = true")
    page.get_by_label("On public holidays too").check()
    page.get_by_role("button", name="Show what would change").press("Enter")
    expect(page.get_by_role("heading", name="sessions would be opened")).to_be_visible()
    page.get_by_role("button", name="Open the ticked dates").press("Enter")
    expect(page.get_by_role("status")).to_contain_text("Saved.")
    expect(page.get_by_text("half-day, 2 places").first).to_be_visible()

    nurse = sign_in(visit("care"), alice, path=f"/day/{day.isoformat()}")
    nurse.get_by_role("link", name="Book: 2 places left").press("Enter")
    nurse.get_by_role("searchbox", name="Person").fill("012345")
    nurse.get_by_role("searchbox", name="Person").press("Enter")
    expect(nurse.get_by_text("1 of 2 places taken")).to_be_visible()
    expect(nurse.get_by_text("BENALI Karim (012345)")).to_be_visible()
    nurse.get_by_role("link", name="Half-day 09:00–11:00").click()
    nurse.get_by_label("People, one a line").fill("004217\n")
    nurse.get_by_role("button", name="Book all of them").click()
    expect(nurse.get_by_text("No place is left.")).to_be_visible()
