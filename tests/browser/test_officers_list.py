"""The officer's day: the list on the screen, on paper, in a spreadsheet, in a calendar."""

from __future__ import annotations

import csv
import io
import re
import subprocess
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import vobject
from playwright.sync_api import Page, expect

from access.models import User
from tests.browser.ruler import header_height, too_wide
from tests.browser.scenes import expect_paul_and_karim, here, published
from tests.browser.steps import reload_until, sign_in
from tests.conftest import Unit
from tests.factories import DetaineeFactory, appointment, local, may_export, open_session


def test_officer_of_every_building_turns_from_today_to_tomorrow_and_from_building_to_building(
    unit_a: Unit, olga: User, visit: Callable[..., Page]
) -> None:
    expect_paul_and_karim(unit_a, here(unit_a.establishment, days=1))
    page = sign_in(visit("prison"), olga)

    expect(page.locator("#list").get_by_text("Nobody is expected at the health unit on this list.")).to_be_visible()
    page.get_by_role("navigation", name="Day").get_by_role("link", name="Tomorrow").click()
    expect(page.get_by_text("2 people expected")).to_be_visible()
    first = page.get_by_role("region", name="09:30")
    expect(first.get_by_role("row").nth(1)).to_contain_text("A-2-214 DURAND Paul 004217", use_inner_text=True)
    buildings = page.get_by_role("navigation", name="Building")
    buildings.get_by_role("link", name="B").click()
    expect(page.get_by_text("1 person expected")).to_be_visible()
    expect(page.get_by_role("rowheader")).to_have_text("BENALI Karim")
    expect(buildings.get_by_role("link", name="B")).to_have_attribute("aria-current", "page")
    page.get_by_role("navigation", name="Day").get_by_role("link", name="Today").click()
    expect(buildings.get_by_role("link", name="B")).to_have_attribute("aria-current", "page")


def test_header_of_all_six_words_is_one_line_in_french_and_two_on_a_telephone(
    unit_a: Unit, olga: User, visit: Callable[..., Page]
) -> None:
    expect_paul_and_karim(unit_a, here(unit_a.establishment, days=1))
    may_export(unit_a.establishment, olga.username)
    page = sign_in(visit("prison"), olga)
    reload_until(page, page.get_by_role("link", name="Calendar", exact=True))
    page.get_by_role("button", name="Français").click()
    expect(page.get_by_role("link", name="Calendrier", exact=True)).to_be_visible()

    for width, most in ((1366, 44), (1280, 44), (1100, 44), (960, 44), (390, 80)):
        page.set_viewport_size({"width": width, "height": 768})
        assert header_height(page) <= most, width
        assert too_wide(page) == []


def test_floor_officer_sees_the_own_building_and_no_way_to_another(
    unit_a: Unit, oscar: User, visit: Callable[..., Page]
) -> None:
    expect_paul_and_karim(unit_a, here(unit_a.establishment, days=1))
    page = sign_in(visit("prison"), oscar, path="/?day=tomorrow")

    expect(page.get_by_role("rowheader")).to_have_text("DURAND Paul")
    expect(page.get_by_role("navigation", name="Building")).to_have_count(0)
    assert "BENALI" not in page.content()
    page.goto(f"/?day=tomorrow&building={unit_a.other_building.pk}")
    expect(page.get_by_role("heading", level=1)).to_have_text("Nothing here")


def test_printed_list_is_one_sheet_a_building_even_on_a_full_day(
    unit_a: Unit, olga: User, visit: Callable[..., Page], tmp_path: Path
) -> None:
    day = here(unit_a.establishment, days=1)
    session = open_session(unit_a.doctor, day, 8, 20)
    for number in range(50):
        person = DetaineeFactory(establishment=unit_a.establishment, building=unit_a.building, cell=f"A-1-{number:03d}")
        starts_at = local(unit_a.establishment, day, 8, 30) + timedelta(minutes=13 * number)
        appointment(person, session, unit_a.consultation, starts_at, minutes=13)
    published(unit_a)
    page = sign_in(visit("prison"), olga, path="/?day=tomorrow")

    page.get_by_role("link", name="Print", exact=True).click()
    page.get_by_role("button", name="Print", exact=True).click()
    expect(page.get_by_text("Printed on").first).to_be_visible()
    sheet = tmp_path / "list.pdf"
    page.pdf(path=sheet, prefer_css_page_size=True)
    told = subprocess.run(["pdfinfo", str(sheet)], check=True, capture_output=True, text=True).stdout
    text = subprocess.run(["pdftotext", "-layout", str(sheet), "-"], check=True, capture_output=True, text=True).stdout

    assert re.search(r"^Pages: +2$", told, re.MULTILINE)
    assert re.search(r"^Page size:.*A4", told, re.MULTILINE)
    full, empty = text.rstrip("\f").split("\f")
    assert full.count("MARTIN") == 50
    assert "Printed on" in full
    assert "Nobody is expected" in empty
    assert "Sign out" not in text


def test_list_is_taken_away_as_a_file_for_a_spreadsheet(unit_a: Unit, olga: User, visit: Callable[..., Page]) -> None:
    day = here(unit_a.establishment, days=1)
    may_export(unit_a.establishment, olga.username)
    expect_paul_and_karim(unit_a, day)
    page = sign_in(visit("prison"), olga, path="/?day=tomorrow")

    with page.expect_download() as downloading:
        page.get_by_role("link", name="Spreadsheet (CSV)").click()
    rows = list(csv.reader(io.StringIO(downloading.value.path().read_text("utf-8-sig")), delimiter=";"))

    end = day + timedelta(days=1)
    assert downloading.value.suggested_filename == f"mouvements-{day:%Y-%m-%d}-a-detruire-le-{end:%Y-%m-%d}.csv"
    assert rows[1:] == [
        ["A", "09:30", "A-2-214", "DURAND", "Paul", '="004217"', "Health unit", "", "", "", f"{end:%d/%m/%Y}"],
        ["B", "10:30", "B-1-101", "BENALI", "Karim", '="012345"', "Health unit", "", "", "", f"{end:%d/%m/%Y}"],
    ]


def test_calendar_program_reads_the_list_until_the_officer_revokes_the_address(
    unit_a: Unit, oscar: User, visit: Callable[..., Page]
) -> None:
    day = here(unit_a.establishment, days=1)
    may_export(unit_a.establishment, oscar.username)
    expect_paul_and_karim(unit_a, day)
    page = sign_in(visit("prison"), oscar)

    page.get_by_role("link", name="Calendar", exact=True).click()
    page.get_by_role("button", name="Open an address").click()
    address = page.get_by_label("Your address, shown only this once").input_value()
    feed = page.request.get(address, headers={"cookie": ""})
    (event,) = vobject.readOne(feed.text()).vevent_list
    assert event.dtstart.value == local(unit_a.establishment, day, 9, 30)
    assert "DURAND Paul (004217)" in event.summary.value
    page.reload()
    expect(page.get_by_label("Your address, shown only this once")).to_have_count(0)
    assert address.rsplit("/", 1)[1] not in page.content()

    page.get_by_role("button", name="Revoke it").click()
    expect(page.get_by_text("No address is in force.")).to_be_visible()
    assert page.request.get(address).status == 404
