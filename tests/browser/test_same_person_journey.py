"""Somebody comes back on the list under a new number: asked, answered, everything still there; and taken back."""

from __future__ import annotations

from collections.abc import Callable

from playwright.sync_api import Page, expect

from access.models import User
from tests.browser.steps import sign_in
from tests.conftest import Unit
from tests.factories import appointment, local, open_session, workday

LIST = """Écrou;Nom;Prénom;Né(e) le;Bâtiment;Cellule
009901;DURAND;PAUL;17/05/1990;A;A-2-214
012345;BENALI;Karim;03/02/1985;B;B-1-101
Total : 2 personnes;;;;;
"""


def test_a_new_number_is_asked_about_and_the_appointment_stays(
    unit_a: Unit, alice: User, visit: Callable[..., Page]
) -> None:
    day = workday(1)
    appointment(unit_a.paul, open_session(unit_a.doctor, day), unit_a.consultation, local(unit_a.establishment, day, 9))
    page = sign_in(visit("care"), alice, path="/registry/")
    content = {"name": "liste.csv", "mimeType": "text/csv", "buffer": LIST.encode()}
    page.get_by_label("Nominal list exported by the prison").set_input_files(content)
    page.get_by_label("This is the complete list").check()
    page.get_by_role("button", name="Show what would change").click()

    question = page.get_by_role("group", name="Same person?")
    expect(question).to_contain_text("same date of birth")
    expect(question.get_by_role("radio", name="DURAND Paul 004217")).to_be_checked()
    expect(page.get_by_text("Total : 2 personnes")).to_be_visible()
    page.get_by_role("button", name="Apply the import").click()
    page.goto(page.url.split("/registry")[0] + f"/people/{unit_a.paul.pk}")
    expect(page.get_by_text("009901")).to_be_visible()
    expect(page.get_by_text("before 004217")).to_be_visible()
    expect(page.get_by_role("heading", name="To come")).to_contain_text("1")

    page.goto(page.url.split("/people")[0] + "/registry/")
    page.get_by_role("button", name="Take the last list back").click()
    expect(page.get_by_role("status").filter(has_text="The list was taken back")).to_be_visible()
    page.goto(page.url.split("/registry")[0] + f"/people/{unit_a.paul.pk}")
    expect(page.get_by_text("004217", exact=True)).to_be_visible()
    expect(page.get_by_role("heading", name="To come")).to_contain_text("1")
