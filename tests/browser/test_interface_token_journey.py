"""A token for another program: opened in the browser, used at the real door, ended; the page fits and reads well."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

from playwright.sync_api import Page

from access.models import User
from access.policy import give
from tests.browser.steps import sign_in
from tests.browser.test_every_page import DESK, complaints, switch_language
from tests.conftest import Unit
from tests.factories import PASSWORD


def test_token_is_opened_used_and_ended(unit_a: Unit, emma: User, visit: Callable[..., Page]) -> None:
    give(emma, "use_interfaces", unit_a.establishment)
    page = sign_in(visit("care"), emma)
    page.goto("/interfaces/")
    page.get_by_label("Name of the program").fill("EAI CH Nord")
    page.get_by_label("free times, without anybody’s name").check()
    page.get_by_label("books and cancels").check()
    page.get_by_label("Present password").fill(PASSWORD)
    page.get_by_role("button", name="Open it").click()

    secret = page.get_by_label("Your token, shown only this once").input_value()
    found = [*complaints(page)]
    look(page, "opened")
    switch_language(page)
    found += complaints(page)
    look(page, "fr")
    assert found == []
    stranger = visit("care")
    headers = {"Authorization": f"Bearer {secret}"}
    told = stranger.request.get("/fhir/Schedule", headers=headers)
    assert (told.status, [each["resource"]["id"] for each in told.json()["entry"]]) == (200, [str(unit_a.doctor.pk)])
    assert "set-cookie" not in told.headers
    assert stranger.request.get("/fhir/Appointment", headers=headers).status == 403

    page.get_by_role("button", name="Y mettre fin").click()

    assert stranger.request.get("/fhir/Schedule", headers=headers).status == 401
    assert visit("prison").request.get("/fhir/Schedule", headers=headers).status == 404


def look(page: Page, name: str) -> None:
    """Keep pictures where somebody wants to look at them."""
    if folder := os.environ.get("CAREHUB_KEEP_PICTURES"):
        for width, height in ((1366, 768), (390, 844)):
            page.set_viewport_size({"width": width, "height": height})
            page.screenshot(path=Path(folder) / f"interfaces-{name}-{width}.png", full_page=True)
    page.set_viewport_size(DESK)
