"""Finding people from everywhere, the week on a telephone, what is printed, and an escort from plan to departure."""

from __future__ import annotations

import re
import subprocess
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

from playwright.sync_api import Page, expect

from access.models import User
from tests.browser.scenes import expect_paul_and_karim, here
from tests.browser.steps import sign_in
from tests.conftest import Unit
from tests.factories import DetaineeFactory, appointment, escort, local, open_session

TELEPHONE = {"width": 390, "height": 844}


def pdf_of(page: Page, file: Path) -> tuple[str, list[str]]:
    """What the program of the printer says of the page, and its text, page by page."""
    page.pdf(path=file, prefer_css_page_size=True)
    told = subprocess.run(["pdfinfo", str(file)], check=True, capture_output=True, text=True).stdout
    text = subprocess.run(["pdftotext", "-layout", str(file), "-"], check=True, capture_output=True, text=True).stdout
    return told, text.rstrip("\f").split("\f")


def crowd(unit: Unit, number: int) -> None:
    """So many people with the doctor tomorrow."""
    day = here(unit.establishment, days=1)
    session = open_session(unit.doctor, day, 8, 20)
    for each in range(number):
        person = DetaineeFactory(establishment=unit.establishment, building=unit.building, cell=f"A-1-{each:03d}")
        starts_at = local(unit.establishment, day, 8, 30) + timedelta(minutes=10 * each)
        appointment(person, session, unit.consultation, starts_at, minutes=10)


def test_somebody_is_found_by_keyboard_from_any_page(unit_a: Unit, alice: User, visit: Callable[..., Page]) -> None:
    page = sign_in(visit("care"), alice, path="/month/")

    page.get_by_role("searchbox", name="Find someone").focus()
    page.keyboard.type("benali")
    expect(page.get_by_role("link", name="BENALI Karim")).to_be_visible()
    page.keyboard.press("ArrowDown")
    expect(page.get_by_role("link", name="BENALI Karim")).to_be_focused()
    page.keyboard.press("Escape")
    expect(page.get_by_role("searchbox", name="Find someone")).to_be_focused()
    expect(page.get_by_role("link", name="BENALI Karim")).to_have_count(0)
    page.keyboard.press("Enter")

    expect(page.get_by_role("heading", level=1)).to_have_text("People")
    page.get_by_role("link", name="BENALI Karim").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("BENALI Karim")
    assert "benali" not in page.url.lower()


def test_search_needs_no_javascript(unit_a: Unit, alice: User, visit: Callable[..., Page]) -> None:
    page = sign_in(visit("care", java_script_enabled=False), alice)

    page.get_by_role("searchbox", name="Find someone").fill("durand")
    page.get_by_role("button", name="Find").click()

    expect(page.get_by_role("link", name="DURAND Paul")).to_be_visible()


def test_telephone_shows_one_day_of_the_week_and_folds_the_menu(
    unit_a: Unit, alice: User, visit: Callable[..., Page]
) -> None:
    day = here(unit_a.establishment)
    monday = day - timedelta(days=day.weekday())
    for number, person in ((0, unit_a.paul), (1, unit_a.karim)):
        at = monday + timedelta(days=number)
        start = local(unit_a.establishment, at, 9)
        appointment(person, open_session(unit_a.doctor, at), unit_a.consultation, start)
    page = sign_in(visit("care", size=TELEPHONE), alice, path=f"/week/{monday}?agenda={unit_a.doctor.pk}")

    expect(page.get_by_role("link", name="DURAND Paul")).to_be_visible()
    expect(page.get_by_role("link", name="BENALI Karim")).to_be_hidden()
    page.get_by_role("navigation", name="Days of the week").get_by_role("link").nth(1).click()
    expect(page.get_by_role("link", name="BENALI Karim")).to_be_visible()

    expect(page.get_by_role("link", name="Prints")).to_be_hidden()
    page.get_by_role("button", name="Menu").click()
    page.get_by_role("link", name="Prints").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Prints")


def test_free_slot_of_the_week_books(unit_a: Unit, alice: User, visit: Callable[..., Page]) -> None:
    tomorrow = here(unit_a.establishment, days=1)
    open_session(unit_a.doctor, tomorrow)
    page = sign_in(visit("care"), alice, path=f"/week/{tomorrow}?agenda={unit_a.doctor.pk}")

    page.get_by_role("link", name="09:30 Dr Leroy").click()
    page.get_by_role("searchbox", name="Person").fill("durand")
    expect(page.get_by_role("radio", name="DURAND Paul")).to_be_checked()
    page.get_by_role("button", name="Book", exact=True).last.click()

    expect(page.locator(".card-changed")).to_contain_text("DURAND Paul")


def test_day_sheet_is_one_page_with_its_mark_at_head_and_foot(
    unit_a: Unit, alice: User, visit: Callable[..., Page], tmp_path: Path
) -> None:
    crowd(unit_a, 24)
    page = sign_in(visit("care"), alice, path="/prints/")

    page.get_by_label("Day", exact=True).first.fill(str(here(unit_a.establishment, days=1)))
    page.get_by_label("Practitioner").select_option(label="Dr Leroy")
    page.get_by_role("button", name="Show the sheet").click()
    expect(page.get_by_role("button", name="Print", exact=True)).to_be_visible()
    told, pages = pdf_of(page, tmp_path / "day.pdf")

    assert re.search(r"^Pages: +1$", told, re.MULTILINE)
    assert re.search(r"^Page size:.*A4", told, re.MULTILINE)
    assert pages[0].count("MARTIN") == 24
    assert pages[0].count("Confidential – medical secrecy") == 2
    assert "Sign out" not in pages[0]


def test_long_day_repeats_the_mark_on_every_page(
    unit_a: Unit, alice: User, visit: Callable[..., Page], tmp_path: Path
) -> None:
    crowd(unit_a, 60)
    page = sign_in(visit("care"), alice, path=f"/prints/day?day={here(unit_a.establishment, days=1)}")

    _told, pages = pdf_of(page, tmp_path / "day.pdf")

    assert len(pages) > 1
    assert [text.count("Confidential – medical secrecy") for text in pages] == [2] * len(pages)


def test_slips_are_four_a_page(unit_a: Unit, alice: User, visit: Callable[..., Page], tmp_path: Path) -> None:
    crowd(unit_a, 17)
    page = sign_in(visit("care"), alice, path="/prints/")

    page.get_by_role("button", name="Show the slips").click()
    expect(page.get_by_role("button", name="Print", exact=True)).to_be_visible()
    told, pages = pdf_of(page, tmp_path / "slips.pdf")

    assert re.search(r"^Page size:.*A4", told, re.MULTILINE)
    assert [text.count("MARTIN") for text in pages] == [4, 4, 4, 4, 1]
    assert "Dr Leroy" not in "".join(pages)
    assert "Sign out" not in "".join(pages)


def test_escort_is_planned_and_calls_at_its_departure_only(
    unit_a: Unit, emma: User, olga: User, visit: Callable[..., Page]
) -> None:
    tomorrow = here(unit_a.establishment, days=1)
    expect_paul_and_karim(unit_a, tomorrow)
    care = sign_in(visit("care"), emma, path=f"/people/{unit_a.paul.pk}")
    prison = sign_in(visit("prison"), olga)

    care.get_by_role("link", name="Plan a hospital escort").click()
    care.get_by_label("Hospital", exact=True).fill("CHU Nord")
    care.get_by_label("Day", exact=True).fill(str(tomorrow))
    care.get_by_label("Expected there at").fill("14:30")
    care.get_by_label("Seated").check()
    care.get_by_role("button", name="Plan the escort").click()
    expect(care.get_by_text("CHU Nord")).to_be_visible()
    expect(care.get_by_text("The person also has appointments on that day.")).to_be_visible()
    expect(care.get_by_role("button", name="The escort leaves")).to_have_count(0)

    today = escort(unit_a.karim, local(unit_a.establishment, here(unit_a.establishment), 23, 30))
    prison.reload()
    expect(prison.locator("#list").get_by_text("Nobody is expected at the health unit on this list.")).to_be_visible()
    care.goto(f"/escorts/{today.pk}")
    care.get_by_role("button", name="The escort leaves").click()
    expect(care.get_by_role("status").filter(has_text="The person is called to the health unit now.")).to_be_visible()
    prison.reload()
    expect(prison.locator("#list").get_by_text("BENALI Karim")).to_be_visible()
    assert "CHU" not in prison.content()

    care.get_by_role("button", name="Take the departure back").click()
    prison.reload()
    expect(prison.locator("#list").get_by_text("Nobody is expected at the health unit on this list.")).to_be_visible()
