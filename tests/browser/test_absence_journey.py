"""A practitioner calls in: the head of unit notes the absence, sees who is booked, and decides about them."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

from playwright.sync_api import Page, expect

from access.models import User
from appointments.models import Absence, Appointment
from tests.browser.scenes import fill, here
from tests.browser.steps import sign_in
from tests.conftest import Unit
from tests.factories import AgendaFactory, open_session


def note_absence(page: Page, first: date, last: date) -> None:
    """Note that Dr Leroy is away; who is booked is said at once, and decided about on the next page."""
    page.get_by_role("link", name="Note an absence", exact=True).click()
    page.get_by_label("Practitioner").select_option(label="Dr Leroy")
    page.get_by_label("First day", exact=True).fill(first.isoformat())
    page.get_by_label("Last day").fill(last.isoformat())
    page.get_by_label("Reason").select_option(label="Unplanned absence")
    page.get_by_role("button", name="Note it").click()
    question = page.get_by_role("group", name="What becomes of them?")
    expect(question).to_be_focused()
    expect(question).to_contain_text("2 appointments are booked at that time.")
    expect(question).to_contain_text("DURAND Paul")
    assert Absence.objects.count() == 0
    page.get_by_label("Decide on the next page").check()
    page.get_by_role("button", name="Note it and do as chosen").click()
    expect(page.get_by_role("heading", name="2 appointments to decide about")).to_be_visible()


def test_absence_of_a_week_with_people_booked_is_decided_in_one_step(
    unit_a: Unit, helene: User, visit: Callable[..., Page]
) -> None:
    fill(unit_a)
    tomorrow, last = here(unit_a.establishment, days=1), here(unit_a.establishment, days=7)
    colleague = AgendaFactory(establishment=unit_a.establishment, name="Dr Morel")
    open_session(colleague, tomorrow)
    page = sign_in(visit("care"), helene, path="/planning/calendar")
    note_absence(page, tomorrow, last)

    # Until somebody decides, the first page says so, and so do the cards of that day, where nothing is offered.
    page.goto(f"/day/{tomorrow.isoformat()}?agenda={unit_a.doctor.pk}")
    expect(page.get_by_text("Away: Dr Leroy")).to_be_visible()
    expect(page.locator(".slot")).to_have_count(0)
    expect(page.get_by_text("Without practitioner: to decide")).to_have_count(2)
    page.get_by_role("link", name="2 appointments without practitioner").click()
    page.get_by_role("link", name="Dr Leroy").click()

    page.get_by_label("all", exact=True).uncheck()
    page.get_by_label("all of this day").check()
    page.get_by_label("To one colleague").check()
    page.get_by_label("Which colleague").select_option(label="Dr Morel")
    page.get_by_role("button", name="Show what would happen").click()
    for name in ("DURAND Paul", "BENALI Karim"):
        expect(page.get_by_role("row").filter(has_text=name)).to_contain_text("unchanged")
    page.get_by_role("button", name="Do it for 2 people").click()

    expect(page.get_by_role("status").filter(has_text="2 appointments are moved.")).to_be_visible()
    expect(page.get_by_text("Nothing to decide.")).to_be_visible()
    assert Appointment.objects.booked().filter(agenda=colleague).count() == 2
    page.goto(f"/planning/absences/{Absence.objects.get().pk}")
    expect(page.get_by_text("there is nothing to decide")).to_be_visible()


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
    expect(page.get_by_role("status").filter(has_text="Saved.")).to_be_visible()
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
