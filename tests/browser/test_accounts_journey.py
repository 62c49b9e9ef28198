"""From the administrator's form to the newcomer's first page, and out again."""

from __future__ import annotations

import re
import subprocess
from base64 import b32decode
from collections.abc import Callable

from playwright.sync_api import Page, expect

from access.models import User
from tests.browser.scenes import published
from tests.browser.steps import Authenticator, choose_password, enrol, sign_in, type_password
from tests.conftest import Unit


def enrol_by_hand(page: Page, username: str, first_password: str, new_password: str) -> None:
    """Everything that a newcomer does with their sheet of paper."""
    type_password(page, username, first_password)
    secret = page.get_by_role("group", name="No camera? Type this secret instead:").inner_text().replace(" ", "")
    page.get_by_label("Code", exact=True).fill(Authenticator(b32decode(secret + "=" * (-len(secret) % 8))).code())
    page.get_by_role("button", name="Confirm").click()
    page.get_by_role("button", name="I have kept them").click()
    choose_password(page, new_password)


def test_administrator_opens_an_officers_account_and_closes_it_at_once(
    unit_a: Unit, ada: User, visit: Callable[..., Page]
) -> None:
    published(unit_a)
    desk = sign_in(visit("accounts"), ada)

    desk.get_by_role("link", name="Open an account").click()
    desk.get_by_role("link", name="Movements").click()
    desk.get_by_label("Name", exact=True).fill("Inès Lambert")
    desk.get_by_label("User name").fill("ines.lambert")
    desk.get_by_label("Role").select_option(label="Floor officer")
    desk.get_by_role("radio", name="A: sees").check()
    desk.get_by_role("button", name="Open the account").click()
    sheet = desk.get_by_role("region", name="First password")
    expect(sheet).to_contain_text("Inès Lambert")
    first_password = sheet.locator(".first-password").inner_text()
    desk.get_by_role("link", name="Go to the account").click()
    expect(desk.get_by_role("radio", name="A: sees")).to_be_checked()
    expect(desk.get_by_role("radio", name="B: does not see")).to_be_checked()

    floor = visit("prison")
    floor.goto("/")
    enrol_by_hand(floor, "ines.lambert", first_password, "les clefs du bâtiment A")
    expect(floor.get_by_role("heading", level=1)).to_contain_text("Movement list")
    expect(floor.get_by_role("status").filter(has_text="Your new password holds")).to_be_visible()
    floor.goto(f"/?building={unit_a.building.pk}")
    expect(floor.get_by_role("heading", level=1)).to_contain_text("Movement list")

    desk.get_by_role("button", name="Deactivate at once").click()
    expect(desk.get_by_role("heading", level=1)).to_contain_text("deactivated", ignore_case=True)
    floor.get_by_role("link", name="Tomorrow", exact=True).click()
    expect(floor.get_by_role("heading", level=1)).to_have_text("Sign in")
    type_password(floor, "ines.lambert", "les clefs du bâtiment A")
    expect(floor.get_by_role("alert")).to_contain_text("This account is closed")


def test_refused_account_keeps_what_was_typed_and_says_why(unit_a: Unit, ada: User, visit: Callable[..., Page]) -> None:
    desk = sign_in(visit("accounts"), ada, path="/accounts/new/care")

    desk.get_by_label("Name", exact=True).fill("Nadia Roux")
    desk.get_by_label("User name").fill("nadia")
    desk.get_by_label("E-mail address").fill("nadia.roux@justice.fr")
    desk.get_by_label("Role").select_option(label="Nurse")
    desk.get_by_role("radio", name="Dr Leroy: sees and books").check()
    desk.get_by_role("button", name="Open the account").click()

    expect(desk.get_by_role("alert")).to_contain_text("A care account cannot use a justice.fr address")
    expect(desk.get_by_label("Name", exact=True)).to_have_value("Nadia Roux")
    expect(desk.get_by_role("radio", name="Dr Leroy: sees and books")).to_be_checked()
    desk.get_by_label("E-mail address").fill("")
    desk.get_by_role("button", name="Open the account").click()
    expect(desk.get_by_role("heading", level=1)).to_have_text("The account waits for a second person")


def test_who_sees_what_and_the_access_log_name_no_detained_person(
    unit_a: Unit, ada: User, alice: User, oscar: User, visit: Callable[..., Page]
) -> None:
    desk = sign_in(visit("accounts"), ada, enrol(ada))

    desk.get_by_role("link", name="Who sees what").click()
    agendas = desk.get_by_role("region", name="Care · Agendas")
    expect(agendas.get_by_role("row").filter(has_text="Alice")).to_contain_text("sees and books")
    expect(desk.get_by_role("row").filter(has_text="Oscar")).to_contain_text("sees")
    desk.get_by_role("link", name="Access log").click()
    expect(desk.get_by_role("row").filter(has_text="signed in")).to_contain_text("Ada")
    assert "Durand" not in desk.content()


def code_on_sheet(desk: Page, name: str, *, of: int) -> str:
    """Make the sheets, a page a person, and read the code that is on the one of `name`."""
    with desk.expect_download() as sheets:
        desk.get_by_role("button", name=f"Make {of} sheets").click()
    read = subprocess.run(["pdftotext", sheets.value.path(), "-"], capture_output=True, text=True, check=True).stdout
    pages = read.split("\f")[:-1]
    assert len(pages) == of
    [mine] = [page for page in pages if name in page]
    code = re.search(r"\b(?:[a-z2-9]{4}-){3}[a-z2-9]{4}\b", mine)
    assert code is not None
    return code[0]


def test_twenty_accounts_are_imported_confirmed_get_their_sheets_and_are_reviewed(
    unit_a: Unit, ada: User, alice: User, helene: User, visit: Callable[..., Page]
) -> None:
    desk = sign_in(visit("accounts"), ada)
    desk.get_by_role("link", name="Import accounts").click()
    people = [f"person{n};Nom{n};Prénom;Nurse;Dr Leroy (sees and books);" for n in range(19)]
    text = "\r\n".join(["identifiant;nom;prénom;rôle;portée;pareil que", *people, "nina;Simon;Nina;;;alice"])
    file = {"name": "comptes.csv", "mimeType": "text/csv", "buffer": text.encode("cp1252")}
    desk.get_by_label("File of accounts").set_input_files(files=[file])
    desk.get_by_role("button", name="Show what it would do").click()
    expect(desk.get_by_role("row").filter(has_text="nina")).to_contain_text("Dr Bob")
    desk.get_by_role("button", name="Import all of it").click()
    expect(desk.get_by_role("heading", level=1)).to_contain_text("20 to make")

    code = code_on_sheet(desk, "Nina Simon", of=20)

    head = sign_in(visit("care"), helene)
    head.get_by_role("navigation", name="Main menu").get_by_role("link", name="Unit").click()
    head.get_by_role("link", name="Second person").click()
    head.get_by_label("Tick all").check()
    head.get_by_role("button", name="Confirm those ticked").click()
    expect(head.get_by_role("status").filter(has_text="Confirmed: 20")).to_be_visible()

    ward = visit("care")
    ward.goto("/")
    enrol_by_hand(ward, "nina", code, "les agendas de Nina le matin")
    expect(ward.get_by_text("Your new password holds")).to_be_visible()
    expect(ward.get_by_text("confirmed by a second person")).to_be_visible()

    desk.get_by_role("link", name="Reviews").click()
    desk.get_by_text("Open a review now…").click()
    desk.get_by_role("button", name="Care").click()
    desk.get_by_role("button", name="Confirm Nina Simon").click()
    expect(desk.get_by_role("row").filter(has_text="Nina Simon")).to_contain_text("confirmed")
    expect(desk.get_by_text("21 lines are not decided")).to_be_visible()
