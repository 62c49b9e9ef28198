"""The card of each role is one page of A5, and the help opens at the section of the screen one is on."""

from __future__ import annotations

import re
import subprocess
from collections.abc import Callable
from pathlib import Path

from playwright.sync_api import Page, expect

from access.models import User
from carehub.guides.reading import guides_of
from tests.browser.steps import sign_in
from tests.conftest import Unit


def test_help_opens_where_one_is_and_each_card_is_one_page(
    unit_a: Unit, alice: User, visit: Callable[..., Page], tmp_path: Path
) -> None:
    page = sign_in(visit("care"), alice, path="/triage")

    page.get_by_role("link", name="Help").click()
    expect(page).to_have_url(re.compile(r"/help/equipe#courrier-et-demandes$"))
    expect(page.get_by_role("heading", name="Courrier et demandes")).to_be_in_viewport()

    for guide in guides_of("care"):
        page.goto(f"/help/{guide.name}/card")
        card = tmp_path / f"{guide.name}.pdf"
        page.pdf(path=card, prefer_css_page_size=True)
        told = subprocess.run(["pdfinfo", str(card)], check=True, capture_output=True, text=True).stdout
        assert re.search(r"Pages:\s+1\n", told), guide.name
        assert "A5" in told, told
