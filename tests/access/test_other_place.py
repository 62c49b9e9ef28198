"""A page of one establishment does nothing at another, to which its sender has changed in another tab."""

from __future__ import annotations

import re
from html import unescape
from typing import Any

import pytest

from access.enums import Role
from access.models import AuditEntry, Membership, User
from tests.conftest import Unit
from tests.doors import AtDoor, DoorClient
from tests.factories import member

INPUT = re.compile(r'<input\s+type="hidden"\s+name="(carehub_\w+)"\s+value="([^"]*)"')
NINA = {"full_name": "Nina Simon", "username": "nina", "role": "nurse", "valid_from": "2026-12-01"}


@pytest.fixture
def of_both(unit_b: Unit, ada: User, at_door: AtDoor) -> DoorClient:
    """Ada's browser: she manages unit B, too, and works at A."""
    roles = {"side": "accounts", "role": Role.ACCOUNT_ADMIN, "administers": "care"}
    Membership.objects.create(user=ada, establishment=unit_b.establishment, **roles)
    return at_door(ada)


def carried(page: str) -> dict[str, str]:
    return {name: unescape(value) for name, value in INPUT.findall(page)}


def change_to(browser: DoorClient, unit: Unit) -> None:
    assert browser.post("/establishment", {"establishment": str(unit.establishment.pk)}).status_code == 302


def test_account_is_not_opened_where_another_tab_has_changed_to_and_can_be_sent_back(
    unit_a: Unit, unit_b: Unit, of_both: DoorClient
) -> None:
    form = NINA | carried(of_both.get("/accounts/new/care").content.decode())
    change_to(of_both, unit_b)

    answer = of_both.post("/accounts/new/care", form)

    page = answer.content.decode()
    assert (answer.status_code, "Nothing was done" in page, unit_a.establishment.name in page) == (409, True, True)
    assert not User.objects.filter(username="nina").exists()
    again = of_both.post("/accounts/new/care", carried(page) | {"carehub_change_back": "1"})
    assert again.status_code == 201
    assert Membership.objects.get(user__username="nina").establishment == unit_a.establishment


@pytest.mark.parametrize(
    ("address", "do"),
    [
        ("/accounts/care/{key}", {"do": "end_role"}),
        ("/accounts/care/{key}", {"do": "role", "role": "doctor", "valid_from": "2026-12-01"}),
        ("/accounts/care/{key}/replacement", {"full_name": "L", "username": "locum", "length": "week"}),
        ("/accounts/sheets", {"door": "all"}),
        ("/reviews", {"door": "care"}),
        ("/second-words/together", {"word": "confirmed"}),
    ],
)
def test_no_form_of_the_accounts_door_acts_at_another_establishment_than_its_page(
    unit_b: Unit, alice: User, of_both: DoorClient, address: str, do: dict[str, Any]
) -> None:
    Membership.objects.create(user=alice, establishment=unit_b.establishment, side="care", role=Role.NURSE)
    form = do | carried(of_both.get("/accounts/new/care").content.decode())
    change_to(of_both, unit_b)
    lines = AuditEntry.objects.count()

    assert of_both.post(address.format(key=alice.pk), form).status_code == 409

    assert AuditEntry.objects.count() == lines


def test_carers_tab_of_another_establishment_does_nothing_either(unit_a: Unit, unit_b: Unit, at_door: AtDoor) -> None:
    emma = member(Role.SECRETARY, unit_a.establishment, username="emma.of.both")
    Membership.objects.create(user=emma, establishment=unit_b.establishment, side="care", role=Role.SECRETARY)
    browser = at_door(emma)
    form = carried(browser.get(f"/requests/new?person={unit_a.paul.pk}").content.decode())
    change_to(browser, unit_b)

    answer = browser.post("/requests/new", form | {"person": str(unit_a.paul.pk)}, headers={"HX-Request": "true"})

    assert (answer.status_code, answer["HX-Retarget"]) == (409, "#carehub-notice")
    assert "What you typed is still here" in answer.content.decode()


def test_ones_own_account_and_the_choice_itself_hold_for_every_establishment(
    unit_a: Unit, unit_b: Unit, of_both: DoorClient
) -> None:
    form = carried(of_both.get("/").content.decode())
    change_to(of_both, unit_b)

    answer = of_both.post("/establishment", form | {"establishment": str(unit_a.establishment.pk)})

    assert answer.status_code == 302
