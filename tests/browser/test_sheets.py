"""The floor officer's sheet on paper: two clicks after signing in, one A4 page, and what has changed since the last."""

from __future__ import annotations

import re
import subprocess
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path

import pytest
from django.db import transaction
from django.utils import timezone
from playwright.sync_api import Page, expect

from access.models import Establishment, User
from appointments.models import Movement
from tests.browser.scenes import published
from tests.browser.steps import reload_until, sign_in
from tests.conftest import Unit
from tests.factories import local
from tests.published import early_there, publish_at


def lines(unit: Unit, count: int) -> None:
    """People of building A called from 08:30 on, every fifth one added, every seventh one withdrawn."""
    early_there(unit.establishment)
    publish_at(unit.establishment)
    day = local_today(unit)
    for number in range(count):
        at = local(unit.establishment, day, 8 + number % 8, 30)
        Movement.objects.create(
            establishment=unit.establishment,
            building=unit.building,
            cell=f"A-{number % 4}-{number:03d}",
            last_name=("Martin", "De la Fontaine-Dupont", "Nguyen")[number % 3],
            first_name=("Paul", "Jean-Christophe", "Ali")[number % 3],
            register_number=f"{number:06d}",
            expected_at=at,
            is_added=number % 5 == 0,
            withdrawn_from=at - timedelta(hours=12) if number % 7 == 6 else None,
        )
    published(unit)


def local_today(unit: Unit) -> date:
    return timezone.localdate(timezone=unit.establishment.zone)


def on_paper(page: Page, folder: Path) -> str:
    """See that the page asked for paper by itself, once; print it to a file; return its text, a form feed a page."""
    expect(page.locator("html")).to_have_attribute("data-times-printed", "1")
    sheet = folder / "sheet.pdf"
    page.pdf(path=sheet, prefer_css_page_size=True)
    told = subprocess.run(["pdfinfo", str(sheet)], check=True, capture_output=True, text=True).stdout
    assert re.search(r"^Page size:.*A4", told, re.MULTILINE)
    return subprocess.run(["pdftotext", "-layout", str(sheet), "-"], check=True, capture_output=True, text=True).stdout


@pytest.mark.parametrize("count", [1, 18, 24, 32, 40, 48, 56])
def test_sheet_is_printed_in_two_clicks_on_one_page(
    count: int, unit_a: Unit, oscar: User, visit: Callable[..., Page], tmp_path: Path
) -> None:
    lines(unit_a, count)
    for alias in ("default", "prison"):
        Establishment.objects.using(alias).update(name="Centre pénitentiaire de Lyon-Corbas (maison d’arrêt)")
    page = sign_in(visit("prison"), oscar)

    page.get_by_role("link", name="Print", exact=True).click()
    page.get_by_role("button", name="Print", exact=True).click()

    expect(page.get_by_role("heading", level=1)).to_have_text("Printed sheets")
    text = on_paper(page, tmp_path)
    assert text.count("\f") == 1
    assert len(re.findall(r"\b0000\d\d\b", text)) == count
    assert len(re.findall("withdrawn", text)) == count // 7
    assert "by Oscar" in text
    assert "Version 2" in text
    assert f"List of {local_today(unit_a):%d/%m/%Y}" in " ".join(text.split())


def test_next_sheet_tells_what_differs_from_the_one_printed_before(
    unit_a: Unit, oscar: User, visit: Callable[..., Page], tmp_path: Path
) -> None:
    lines(unit_a, 5)
    page = sign_in(visit("prison"), oscar)
    page.get_by_role("link", name="Print", exact=True).click()
    expect(page.get_by_text("differ")).to_have_count(0)
    page.get_by_role("button", name="Print", exact=True).click()
    expect(page.get_by_text("Printed on")).to_be_visible()

    with transaction.atomic():
        at = local(unit_a.establishment, local_today(unit_a), 16)
        Movement.objects.create(
            establishment=unit_a.establishment,
            building=unit_a.building,
            cell="A-9-999",
            last_name="Nouveau",
            first_name="Noé",
            register_number="000099",
            expected_at=at,
            is_added=True,
        )
        Movement.objects.filter(register_number="000001").update(withdrawn_from=at - timedelta(hours=12))
        Movement.objects.filter(register_number="000002").update(cell="QD-01")
        Movement.objects.filter(register_number="000003").update(building=unit_a.other_building)
    page.get_by_role("link", name="Back to the list").click()
    page.get_by_role("link", name="Print", exact=True).click()

    reload_until(page, page.get_by_text("4 lines differ"))
    expect(page.get_by_role("row", name="000099")).to_contain_text("added ▸ new", use_inner_text=True)
    expect(page.get_by_role("row", name="000001")).to_contain_text("▸ no longer called", use_inner_text=True)
    expect(page.get_by_role("row", name="000002")).to_contain_text("▸ was in A-2-002", use_inner_text=True)
    expect(page.get_by_role("heading", name="No longer on this sheet")).to_be_visible()
    page.get_by_role("button", name="Print", exact=True).click()
    expect(page.get_by_text("from version 2, printed on")).to_be_visible()
    assert "▸ 4 lines differ" in on_paper(page, tmp_path)
