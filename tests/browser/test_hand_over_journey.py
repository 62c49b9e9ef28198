"""Somebody leaves soon: their open care is sealed at one unit and taken over at the other, with its first day."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

from playwright.sync_api import Page, expect

from access.enums import Role
from access.models import User
from appointments.handover.keys import aloud, make_key
from appointments.models import Detainee, Request
from tests.browser.steps import sign_in
from tests.conftest import Unit
from tests.factories import RequestFactory, member


def test_open_care_goes_from_one_unit_to_the_other(
    unit_a: Unit, unit_b: Unit, helene: User, visit: Callable[..., Page], door_logs: Path, tmp_path: Path
) -> None:
    theirs = [make_anew(door_logs, unit) for unit in (unit_a, unit_b)][1]
    today = unit_a.establishment.today()
    asked = today - timedelta(days=45)
    RequestFactory(detainee=unit_a.paul, kind=unit_a.consultation, received_on=asked, note="Molaire")
    Detainee.objects.filter(pk=unit_a.paul.pk).update(leaves_on=today + timedelta(days=5))
    there = member(Role.HEAD, unit_b.establishment, username="hugo")

    sender = sign_in(visit("care"), helene, path="/hand-over/")
    enter_unit(sender, theirs)

    sender.goto("/people")
    sender.get_by_role("link", name="Leaving soon").first.click()
    sender.get_by_role("link", name="Hand over to another unit").click()
    expect(sender.get_by_text("Molaire")).to_be_visible()
    seal(sender)
    digits = sender.locator(".panel strong").inner_text()
    with sender.expect_download() as taken:
        sender.get_by_role("link", name="Download the sealed file").click()
    sealed = tmp_path / taken.value.suggested_filename
    taken.value.save_as(sealed)

    receiver = sign_in(visit("care"), there, path="/hand-over/")
    take(receiver, sealed, digits)
    expect(receiver.get_by_role("heading", level=1)).to_contain_text("DURAND Paul")
    expect(receiver.get_by_text("1 request was taken over.")).to_be_visible()
    got = Request.objects.get(establishment=unit_b.establishment)
    assert (got.received_on, got.note) == (asked, "Molaire")
    receiver.goto("/hand-over/")
    choose(receiver, sealed)
    expect(receiver.get_by_text("This file was taken over already")).to_be_visible()


def make_anew(keys: Path, unit: Unit) -> str:
    """Make the unit's key as the hospital's IT does; return its public key."""
    path = keys / f"{unit.establishment.code.lower()}.agekey"
    path.unlink(missing_ok=True)
    return make_key(path)


def enter_unit(page: Page, key: str) -> None:
    page.get_by_label("Unit", exact=True).fill("USMP MAB")
    page.get_by_label("Public key").fill(key)
    page.get_by_label("Last ten digits").fill(aloud(key)[-11:])
    page.get_by_role("button", name="Enter", exact=True).click()
    expect(page.get_by_text("USMP MAB was entered.")).to_be_visible()


def seal(page: Page) -> None:
    page.get_by_label("To which unit").select_option(label="USMP MAB")
    page.get_by_label("End it here in the same step").check()
    page.get_by_role("button", name="Seal the file").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("The file is sealed")


def choose(page: Page, sealed: Path) -> None:
    page.get_by_label("Sealed file from another unit").set_input_files(sealed)
    page.get_by_role("button", name="Open and look").click()


def take(page: Page, sealed: Path, digits: Any) -> None:
    choose(page, sealed)
    expect(page.get_by_text(digits)).to_be_visible()
    expect(page.get_by_role("radio", name="DURAND Paul")).to_be_checked()
    page.get_by_label("The other unit has read these digits aloud").check()
    page.get_by_role("button", name="Take over").click()
