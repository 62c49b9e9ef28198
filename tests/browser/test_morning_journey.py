"""A nurse’s morning: the mail by keyboard alone, the queue, the appointments; and what the list asks about them."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import pytest
from playwright.sync_api import Page, expect

from access.models import Session, User
from appointments.models import Appointment, Detainee, Question, Request
from appointments.models.enums.appointment import Status
from appointments.models.enums.request import Cause, RequestStatus, Source
from tests.browser.scenes import here
from tests.browser.steps import asking_nothing, enrol, sign_in, type_code, type_password, wait_until_signed_in
from tests.conftest import Unit
from tests.factories import DetaineeFactory, RequestFactory, appointment, local, open_session


@pytest.fixture
def tomorrow(unit_a: Unit) -> date:
    """A day on which the general practitioner is there from 8:30 to 12:00."""
    day = here(unit_a.establishment, days=1)
    open_session(unit_a.doctor, day)
    return day


def homonyms(unit: Unit) -> None:
    for number, born in (("007001", date(1971, 3, 9)), ("007002", date(1994, 12, 1))):
        DetaineeFactory(
            establishment=unit.establishment,
            building=unit.building,
            last_name="Lefèvre",
            first_name="Éric",
            register_number=number,
            birth_date=born,
        )


def entered(page: Page, number: int) -> None:
    words = f"{number} request entered today" if number == 1 else f"{number} requests entered today"
    expect(page.locator("#saved-today")).to_contain_text(words)


def test_mail_needs_the_keyboard_alone(unit_a: Unit, tomorrow: date, alice: User, visit: Callable[..., Page]) -> None:
    homonyms(unit_a)
    page = sign_in(visit("care"), alice, path="/mail")
    keyboard = page.keyboard

    # A letter: number, kind, seven days; Enter.
    expect(page.locator("#id_r0-q")).to_be_focused()
    keyboard.type("004217")
    expect(page.get_by_role("radio", name="DURAND Paul")).to_be_checked()
    keyboard.press("Tab")
    keyboard.press("Tab")
    keyboard.type("Consultation")
    keyboard.press("Tab")
    keyboard.type("1")
    keyboard.press("Enter")
    entered(page, 1)
    expect(page.locator("#id_r1-q")).to_be_focused()
    # Among homonyms: the arrow down, then the second.
    keyboard.type("lefevre")
    expect(page.get_by_role("radio", name="LEFÈVRE Éric")).to_have_count(2)
    keyboard.press("ArrowDown")
    keyboard.press("ArrowDown")
    keyboard.press("Enter")
    entered(page, 2)
    # The same again: told while typing, joined with one key.
    expect(page.locator("#id_r2-q")).to_be_focused()
    keyboard.type("durand")
    expect(page.get_by_text("already asked on")).to_be_visible()
    keyboard.press("Tab")
    keyboard.press("Tab")
    keyboard.type("Consultation")
    keyboard.press("Enter")
    expect(page.get_by_role("button", name="Join to that request")).to_be_focused()
    keyboard.press("Enter")
    expect(page.get_by_text("asked 2 times")).to_be_visible()
    asked = Request.objects.values_list("detainee__register_number", "kind", "times_asked")
    assert sorted(asked) == [("004217", unit_a.consultation.pk, 2), ("007002", None, 1)]


def test_queue_and_appointments_need_the_keyboard_alone(
    unit_a: Unit, tomorrow: date, alice: User, visit: Callable[..., Page]
) -> None:
    homonyms(unit_a)
    RequestFactory(detainee=unit_a.paul, kind=unit_a.consultation, priority=1)
    RequestFactory(detainee=Detainee.objects.get(register_number="007002"), discipline="")
    page = sign_in(visit("care"), alice)
    page.goto("/triage?show=all")
    keyboard = page.keyboard

    # Enter opens the booking, Enter books the first free slot, and the next request is in hand.
    plan = page.get_by_role("link", name="Plan DURAND Paul")
    expect(plan).to_be_focused()
    keyboard.press("Enter")
    expect(page.get_by_role("button", name="Book", exact=True).last).to_be_focused()
    keyboard.press("Enter")
    expect(page.get_by_role("status").filter(has_text="DURAND Paul (004217)")).to_be_visible()
    expect(page.get_by_role("link", name="Plan DURAND Paul")).to_have_count(0)
    expect(page.get_by_role("link", name="Sort LEFÈVRE Éric")).to_be_focused()
    assert Request.objects.get(detainee=unit_a.paul).status == RequestStatus.PLANNED

    # The other is sorted first.
    keyboard.press("t")
    page.get_by_label("Wanted").select_option(label="Consultation")
    page.locator("#panel").get_by_role("button", name="Sort").press("Enter")
    expect(page.get_by_role("link", name="Plan LEFÈVRE Éric")).to_be_focused()
    assert Appointment.objects.count() == 1

    page.get_by_role("link", name="To sort").first.click()
    expect(page.get_by_role("link", name="Plan LEFÈVRE Éric")).to_be_focused()


def test_planning_is_undone_where_one_is(unit_a: Unit, tomorrow: date, alice: User, visit: Callable[..., Page]) -> None:
    RequestFactory(detainee=unit_a.paul, kind=unit_a.consultation)
    page = sign_in(visit("care"), alice, path="/triage")

    page.keyboard.press("p")
    expect(page.get_by_role("button", name="Book", exact=True).last).to_be_focused()
    page.keyboard.press("Enter")
    page.get_by_role("button", name="Undo").click()

    expect(page.get_by_role("link", name="Plan DURAND Paul")).to_be_focused()
    assert Appointment.objects.get().status == Status.CANCELLED


def test_session_that_ends_while_typing_a_letter_costs_nothing(
    unit_a: Unit, alice: User, visit: Callable[..., Page]
) -> None:
    authenticator = enrol(alice)
    page = sign_in(visit("care"), alice, authenticator, path="/mail")
    page.keyboard.type("durand")
    expect(page.get_by_role("radio", name="DURAND Paul")).to_be_checked()
    with asking_nothing(page):
        page.locator("#id_r0-note").fill("prefers the morning")

        Session.objects.all().delete()
        page.keyboard.press("Enter")
        expect(page.get_by_text("Your session has ended.")).to_be_visible()
    expect(page.locator("#id_r0-note")).to_have_value("prefers the morning")
    with page.expect_popup() as popup:
        page.get_by_role("link", name="Sign in again in a new tab, then repeat it.").click()
    type_password(popup.value, alice.username)
    type_code(popup.value, authenticator.code())
    wait_until_signed_in(popup.value)
    page.locator("#id_r0-note").press("Enter")

    entered(page, 1)
    assert Request.objects.get().note == "prefers the morning"


def test_mail_and_planning_need_no_javascript(
    unit_a: Unit, tomorrow: date, alice: User, visit: Callable[..., Page]
) -> None:
    page = sign_in(visit("care", java_script_enabled=False), alice, path="/mail")

    page.locator("#id_r0-q").fill("benali")
    page.locator("#id_r0-wanted").select_option(label="Consultation")
    page.locator("#id_r1-q").fill("nobody at all")
    page.get_by_role("button", name="Save all lines").last.click()
    expect(page.get_by_text("1 line saved.")).to_be_visible()
    expect(page.locator("#id_r1-q")).to_have_value("nobody at all")
    page.get_by_role("link", name="Go to the queue").click()
    page.get_by_role("link", name="Plan BENALI Karim").click()
    page.get_by_role("button", name="Book", exact=True).last.click()

    expect(page.get_by_text("BENALI Karim (012345)")).to_be_visible()
    assert Request.objects.get().status == RequestStatus.PLANNED


def test_list_asks_what_becomes_of_an_appointment_and_it_goes_back_to_the_queue(
    unit_a: Unit, tomorrow: date, alice: User, visit: Callable[..., Page]
) -> None:
    session = unit_a.doctor.sessions.get()
    booked = appointment(unit_a.paul, session, unit_a.consultation, local(unit_a.establishment, tomorrow, 9, 30))
    Question.objects.create(
        establishment=unit_a.establishment, detainee=unit_a.paul, appointment=booked, cause=Cause.WING
    )
    page = sign_in(visit("care"), alice)

    page.get_by_role("link", name="1 appointment to decide about").click()
    page.get_by_role("checkbox", name="DURAND Paul").check()
    page.get_by_role("button", name="Send back to the queue").click()
    expect(page.get_by_text("1 appointment settled.")).to_be_visible()
    page.get_by_role("link", name="To sort", exact=True).click()

    expect(page.get_by_role("link", name="Plan DURAND Paul")).to_be_visible()
    assert Request.objects.get().source == Source.SENT_BACK
