"""An impatient hand clicks twice: what was done is shown, once; and a form that came too late is sent again."""

from __future__ import annotations

from collections.abc import Callable

from playwright.sync_api import Page, expect

from access.models import Session, User
from appointments.models import Appointment, RegistryImport, Request
from appointments.prison.models import Tap
from tests.browser.scenes import here
from tests.browser.steps import (
    asking_nothing,
    enrol,
    reload_until,
    sign_in,
    type_code,
    type_password,
    wait_until_signed_in,
)
from tests.browser.test_desk_journey import expect_soon, row_of
from tests.browser.test_import_journey import LIST
from tests.conftest import Unit
from tests.factories import open_session


def test_double_clicks_are_answered_with_what_was_done(unit_a: Unit, alice: User, visit: Callable[..., Page]) -> None:
    day = here(unit_a.establishment, days=1)
    open_session(unit_a.doctor, day)
    page = sign_in(visit("care"), alice, path=f"/people/{unit_a.karim.pk}")

    page.get_by_role("link", name="Book an appointment").click()
    page.get_by_label("Practitioner").select_option(label="Dr Leroy")
    page.get_by_role("textbox", name="Day").fill(day.isoformat())
    page.get_by_label("Time", exact=True).fill("09:30")
    page.get_by_role("button", name="Book", exact=True).last.dblclick()
    expect(page.locator(".card-changed")).to_contain_text("BENALI Karim")
    assert Appointment.objects.count() == 1

    page.goto(f"/requests/new?person={unit_a.paul.pk}")
    page.get_by_role("button", name="Add the request").dblclick()
    expect(page.get_by_role("heading", level=1)).to_contain_text("DURAND Paul")
    assert Request.objects.count() == 1

    page.goto("/registry/")
    content = {"name": "liste.csv", "mimeType": "text/csv", "buffer": LIST.encode("cp1252")}
    page.get_by_label("Nominal list exported by the prison").set_input_files(content)
    page.get_by_role("button", name="Show what would change").dblclick()
    page.get_by_role("button", name="Apply the import").dblclick()
    expect(page.get_by_role("status").filter(has_text="Applied: 1 new")).to_be_visible()
    assert RegistryImport.objects.count() == 1


def test_a_double_click_at_the_board_is_one_tap(unit_a: Unit, olga: User, visit: Callable[..., Page]) -> None:
    expect_soon(unit_a)
    page = sign_in(visit("prison", java_script_enabled=False), olga, path="/board")
    reload_until(page, row_of(page, "DURAND"))

    row_of(page, "DURAND").get_by_role("button", name="Called").dblclick()

    expect(row_of(page, "DURAND")).to_contain_text("Called")
    expect(page.get_by_role("alert")).to_have_count(0)
    assert Tap.objects.using("prison").count() <= 1


def test_a_form_that_came_too_late_is_sent_again_and_back_leads_to_the_people_found(
    unit_a: Unit, alice: User, visit: Callable[..., Page]
) -> None:
    authenticator = enrol(alice)
    page = sign_in(visit("care"), alice, authenticator, path="/people")
    page.get_by_role("main").get_by_role("searchbox").fill("durand")
    page.get_by_role("main").get_by_role("button", name="Search").click()
    page.get_by_role("link", name="DURAND Paul").click()
    page.go_back()
    expect(page.get_by_role("link", name="DURAND Paul")).to_be_visible()
    assert "urand" not in page.url

    page.get_by_role("link", name="DURAND Paul").click()
    page.get_by_role("link", name="Add a request").click()
    with asking_nothing(page):
        page.get_by_label("Note for the care team").fill("Toothache since Monday")
        Session.objects.all().delete()
        page.get_by_role("button", name="Add the request").click()
        expect(page.get_by_role("heading", name="Your session has ended")).to_be_visible()
    with page.expect_popup() as popup:
        page.get_by_role("link", name="Sign in again").click()
    type_password(popup.value, alice.username)
    type_code(popup.value, authenticator.code())
    wait_until_signed_in(popup.value)
    page.get_by_role("button", name="Send the form again").click()

    expect(page.get_by_role("heading", level=1)).to_contain_text("DURAND Paul")
    assert Request.objects.get().note == "Toothache since Monday"
