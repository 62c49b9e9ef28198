"""Friday nobody of one building was brought. On Monday the head finds it, reports it, takes the letter, sets a date."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

from playwright.sync_api import Page, expect

from access.models import User
from appointments.models import Obstruction, ReportSending
from appointments.models.enums.obstruction import ObstructionKind
from appointments.obstruction.log import count_again
from tests.appointments.obstruction.conftest import day
from tests.appointments.obstruction.reports.conftest import half_day
from tests.appointments.papers.text import text_of_pdf
from tests.browser.steps import sign_in
from tests.conftest import Unit


def test_twelve_not_brought_are_found_reported_and_followed_up(
    unit_a: Unit, helene: User, visit: Callable[..., Page]
) -> None:
    establishment = unit_a.establishment
    half_day(unit_a, 7, unit_a.karim, missed=12, seen=0)
    count_again(establishment, day(7), day(7))
    page = sign_in(visit("care"), helene, path=f"/obstruction/?since={day(6)}&until={day(8)}")

    fact = Obstruction.objects.get(kind=ObstructionKind.NOT_BROUGHT, affected=12)
    page.locator(f"a[href$='/obstruction/facts/{fact.pk}']").first.click()
    page.get_by_role("button", name="Mark as serious").click()
    page.get_by_role("link", name="Report now").click()
    expect(page.get_by_role("heading", name="Report without delay")).to_be_visible()
    expect(page.get_by_label("The fact, in the letter")).to_have_value(
        re.compile(r"^Le matin du .*, bâtiment\sB, aucune des 12 personnes attendues n’a été conduite\.$")
    )
    page.get_by_role("button", name="Write the letters").click()
    expect(page.get_by_role("heading", name="Report", exact=False).first).to_contain_text("Approved")

    with page.expect_download() as download:
        page.get_by_role("link", name="PDF").first.click()
    letter = text_of_pdf(Path(download.value.path()).read_bytes())
    assert "aucune des 12 personnes" in " ".join(letter.split())
    assert "Benali" not in letter

    again = establishment.today() + timedelta(days=10)
    sending = page.locator("form", has_text="Record a letter as sent")
    sending.get_by_label("To").select_option(label="Regional health agency")
    sending.get_by_label("Look again on").fill(again.isoformat())
    sending.get_by_role("button", name="Record as sent").click()
    expect(page.get_by_role("status").filter(has_text="Recorded as sent.")).to_be_visible()
    assert ReportSending.objects.get().follow_up_on == again
