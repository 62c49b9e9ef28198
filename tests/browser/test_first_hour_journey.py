"""The first hour: a head comes to an empty installation and ends with the first booked appointment."""

from __future__ import annotations

import re
from collections.abc import Callable

from django.core.management import call_command
from playwright.sync_api import Page, expect

from access.enums import Role
from access.models import Establishment
from tests.browser.steps import sign_in
from tests.factories import member

LIST = """Écrou;Nom;Prénom;Né(e) le;Bâtiment;Cellule;Entré(e) le
004217;DURAND;Paul;17/05/1990;A;A-2-207;05/01/2026
000815;N'DIAYE;Aïssatou;29/02/1992;B;B-0-007;20/11/2026
"""


def go_on(page: Page, *, to: str, button: str = "Next step") -> None:
    page.get_by_role("button", name=button).click()
    expect(page.get_by_role("heading", level=2, name=to, exact=True)).to_be_visible()


def names_hours_kinds_and_practitioner(page: Page) -> None:
    expect(page.get_by_role("heading", level=1, name="Set up the unit")).to_be_visible()
    page.get_by_role("link", name="Begin").click()
    expect(page.get_by_text("08:30").first).to_be_visible()
    go_on(page, to="Kinds of consultation", button="This is right: next step")
    page.get_by_role("checkbox", name=re.compile("General practice")).check()
    page.get_by_role("checkbox", name=re.compile("Blood sample")).check()
    page.get_by_role("button", name="Add the ticked ones").click()
    expect(page.get_by_role("status").filter(has_text="2 added.")).to_be_visible()
    go_on(page, to="Rooms")
    go_on(page, to="Practitioners", button="Skip for now")
    page.get_by_label("Name", exact=True).fill("Dr Leroy")
    page.get_by_role("button", name="Add this agenda").click()
    go_on(page, to="Weekly patterns")


def opens_mornings_and_brings_the_list(page: Page) -> None:
    page.get_by_role("link", name="Open mornings").click()
    for weekday in ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"):
        page.get_by_label(weekday).check()
    page.get_by_text("Exceptions and public holidays").click()
    page.get_by_label("On public holidays too").check()
    page.get_by_role("button", name="Show what would change").click()
    page.get_by_role("button", name="Open the ticked dates").click()
    expect(page.get_by_text("08:30 – 11:30")).to_be_visible()
    go_on(page, to="Nominal list")
    content = {"name": "liste.csv", "mimeType": "text/csv", "buffer": LIST.encode("cp1252")}
    page.get_by_label("Nominal list exported by the prison").set_input_files(content)
    page.get_by_role("button", name="Show what would change").click()
    page.get_by_role("button", name="Apply the import").click()
    expect(page.get_by_text("2 people present")).to_be_visible()
    go_on(page, to="The team’s accounts")
    page.get_by_role("button", name="This is right: next step").click()
    expect(page.get_by_text("6 of 7")).to_be_visible()
    expect(page.get_by_text("for later")).to_be_visible()


def test_head_sets_the_unit_up_and_books_the_first_appointment(db: None, visit: Callable[..., Page]) -> None:
    call_command("create_establishment", "MA-NEW", name="Maison d’arrêt neuve", building=["A", "B"], verbosity=0)
    maud = member(Role.HEAD, Establishment.objects.get(code="MA-NEW"), username="maud")
    page = sign_in(visit("care"), maud)

    names_hours_kinds_and_practitioner(page)
    opens_mornings_and_brings_the_list(page)

    page.get_by_role("link", name="Go to the agenda").click()
    page.get_by_role("link", name="Next day").click()
    page.get_by_role("link", name="Book 09:10 Dr Leroy").click()
    page.get_by_role("searchbox", name="Person").press_sequentially("004217")
    expect(page.get_by_text("DURAND Paul")).to_be_visible()
    page.get_by_role("searchbox", name="Person").press("Enter")
    expect(page.locator(".card-changed")).to_contain_text("DURAND Paul")
