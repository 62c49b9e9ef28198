"""The prison's nominal list comes in: looked at first, then applied."""

from __future__ import annotations

from collections.abc import Callable

from playwright.sync_api import Page, expect

from access.models import User
from tests.browser.steps import sign_in
from tests.conftest import Unit

LIST = """Écrou;Nom;Prénom;Né(e) le;Bâtiment;Cellule;Entré(e) le
004217;DURAND;Paul;17/05/1990;B;B-2-207;05/01/2026
012345;BENALI;Karim;03/02/1985;B;B-1-101;05/01/2026
000815;N'DIAYE;Aïssatou;29/02/1992;C;C-0-007;20/11/2026
;SANS NUMÉRO;Luc;01/01/1990;A;A-1-001;20/11/2026
"""


def test_nurse_looks_at_a_list_before_applying_it_and_finds_the_newcomer_by_cell(
    unit_a: Unit, alice: User, visit: Callable[..., Page]
) -> None:
    page = sign_in(visit("care"), alice)

    page.get_by_role("navigation", name="Main menu").get_by_role("link", name="People").click()
    page.get_by_role("link", name="Nominal list").click()
    content = {"name": "liste.csv", "mimeType": "text/csv", "buffer": LIST.encode("cp1252")}
    page.get_by_label("Nominal list exported by the prison").set_input_files(content)
    page.get_by_role("button", name="Show what would change").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("4 lines")
    expect(page.get_by_role("row").filter(has_text="004217")).to_contain_text("B-2-207")
    expect(page.get_by_role("row").filter(has_text="SANS NUMÉRO")).to_have_count(1)
    people = page.context.new_page()
    people.goto("/people")
    people.get_by_role("searchbox", name="Name, register number or cell").fill("c-0-007")
    people.get_by_role("button", name="Search").click()
    expect(people.get_by_text("Nobody matches.")).to_be_visible()

    page.get_by_role("button", name="Apply the import").click()
    expect(
        page.get_by_role("status").filter(has_text="Applied: 1 new, 1 moved or corrected, 0 left, 1 unchanged.")
    ).to_be_visible()
    page.get_by_role("navigation", name="Main menu").get_by_role("link", name="People").click()
    page.get_by_role("searchbox", name="Name, register number or cell").fill("c-0-007")
    page.get_by_role("searchbox", name="Name, register number or cell").press("Enter")
    page.get_by_role("link", name="N'DIAYE Aïssatou").click()
    expect(page.get_by_text("000815")).to_be_visible()
    expect(page.get_by_text("29/02/1992")).to_be_visible()


def test_file_that_is_no_list_is_refused_with_a_sentence(unit_a: Unit, alice: User, visit: Callable[..., Page]) -> None:
    page = sign_in(visit("care"), alice, path="/registry/")

    picture = {"name": "photo.csv", "mimeType": "image/png", "buffer": b"\x89PNG\r\n\x1a\n" + bytes(4000)}
    page.get_by_label("Nominal list exported by the prison").set_input_files(picture)
    page.get_by_role("button", name="Show what would change").click()

    expect(page.get_by_role("alert")).to_be_visible()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Nominal list")
