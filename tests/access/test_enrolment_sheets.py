"""Sheets with enrolment codes: who gets one, where the code stands, when it opens the door and when no more."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date, timedelta

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.test import override_settings
from django.utils import timezone

from access import enrolment, hashing, importing
from access.hashing import EnrolmentCode
from access.models import AuditEntry, Membership, User
from tests.conftest import Unit
from tests.doors import DoorClient, carry, through
from tests.factories import confirmed

Browser = Callable[[User], DoorClient]
FILE = """identifiant;nom;rôle;portée
nina;Nina Simon;nurse;Dr Leroy
nora;Nora Roux;nurse;
omar;Omar Diallo;floor_officer;A"""


@pytest.fixture
def imported(unit_a: Unit, ada: User) -> User:
    """Nina, as an import has opened her account, with Nora and an officer."""
    carry()
    with through("accounts"):
        importing.apply(importing.plan_of(importing.read(FILE), by=ada, establishment=unit_a.establishment), by=ada)
    return User.objects.get(username="nina")


def codes(unit: Unit, by: User, *, again: bool = False) -> dict[str, str]:
    with through("accounts"):
        users = enrolment.to_make(unit.establishment, "care", again=again)
        sheets, _until = enrolment.make(users, by=by, establishment=unit.establishment)
    return {sheet.user.username: sheet.code for sheet in sheets}


def sign_in(username: str, password: str) -> tuple[int, str]:
    answer = DoorClient("care").post("/sign-in", {"username": username, "password": password})
    return answer.status_code, answer.headers.get("Location", "") or answer.content.decode()


def test_sheets_are_one_pdf_and_the_codes_stand_nowhere_else(
    unit_a: Unit, ada: User, imported: User, at_door: Browser
) -> None:
    browser = at_door(ada)
    page = browser.get("/accounts/sheets").content.decode()
    assert re.findall(r"nina|nora|omar", page) == ["nina", "nora", "omar"]

    answer = browser.post("/accounts/sheets", {"door": "all"})

    assert answer["Content-Type"] == "application/pdf"
    assert answer.content.startswith(b"%PDF")
    assert "no-store" in answer["Cache-Control"]
    assert AuditEntry.objects.filter(verb="make_sheet").count() == 2
    again = browser.post("/accounts/sheets", {"door": "all"})
    assert again.status_code == 409
    assert "everybody has one" in again.content.decode()


def test_code_opens_the_door_to_the_enrolment_and_a_lost_sheet_is_worthless(
    unit_a: Unit, ada: User, imported: User
) -> None:
    assert sign_in("nina", "")[0] == 422
    first = codes(unit_a, ada)
    assert set(first) == {"nina", "nora"}
    # Printed before a second person has confirmed: it opens nothing until then.
    assert sign_in("nina", first["nina"])[0] == 401
    confirmed("nina")
    assert sign_in("nina", first["nina"]) == (302, "/sign-in/second-factor")
    # As people type it from paper.
    assert sign_in("nina", first["nina"].upper().replace("-", " ") + " ")[0] == 302
    assert sign_in("nina", first["nora"])[0] == 401

    second = codes(unit_a, ada, again=True)
    assert sign_in("nina", first["nina"])[0] == 401
    assert sign_in("nina", second["nina"]) == (302, "/sign-in/second-factor")


def test_expired_code_says_so_to_who_holds_the_sheet_and_to_nobody_else(
    unit_a: Unit, ada: User, imported: User
) -> None:
    with override_settings(CAREHUB_SHEET_DAYS=-1):
        given = codes(unit_a, ada)
    confirmed("nina")

    status, text = sign_in("nina", given["nina"])
    assert (status, "The code of this sheet has expired" in text) == (401, True)
    assert "expired" not in sign_in("nina", "abcd-efgh-jkmn-pqrs")[1]
    assert codes(unit_a, ada)["nina"] != given["nina"]


def test_sheets_are_in_french_order_tell_the_address_and_leave_out_whose_role_has_ended(
    unit_a: Unit, imported: User
) -> None:
    User.objects.filter(username="nina").update(full_name="Élodie Roy")
    User.objects.filter(username="nora").update(full_name="Zoé Roy")
    with through("accounts"):
        found = enrolment.to_make(unit_a.establishment, "care")
    assert [user.full_name for user in found] == ["Élodie Roy", "Zoé Roy"]

    with override_settings(CAREHUB_DOOR_ADDRESSES={"care": "https://care.hospital.example"}):
        sheet = enrolment.person(enrolment.Sheet(found[0], "abcd"), unit_a.establishment, day="1")
    assert "https://care.hospital.example" in [value for _name, value in sheet["facts"]]

    roles = Membership.objects.filter(user=imported)
    roles.update(valid_from=date(2020, 1, 1), valid_until=date(2020, 2, 1))
    with through("accounts"):
        assert [user.username for user in enrolment.to_make(unit_a.establishment, "care")] == ["nora"]


def test_more_sheets_than_one_file_holds_are_made_file_by_file() -> None:
    now = timezone.now()
    waiting = [User(username=f"a{n}", sheet_until=now + timedelta(seconds=n)) for n in range(enrolment.MOST_SHEETS + 2)]

    first = enrolment.next_file(waiting[::-1])

    assert first == waiting[:-2]
    for user in first:
        user.sheet_until = now + timedelta(days=21)
    assert enrolment.next_file(waiting)[:2] == waiting[-2:]


def test_no_sheet_is_made_for_an_account_that_somebody_has_used(unit_a: Unit, ada: User, imported: User) -> None:
    with through("accounts"):
        users = enrolment.to_make(unit_a.establishment, "care")
    User.objects.filter(pk=imported.pk).update(second_factor_since=timezone.now())

    with through("accounts"), pytest.raises(ValidationError, match="just signed in"):
        enrolment.make(users, by=ada, establishment=unit_a.establishment)
    assert set(codes(unit_a, ada)) == {"nora"}


def test_sheets_of_another_establishments_accounts_are_refused(unit_a: Unit, ada: User, chloe: User) -> None:
    User.objects.filter(pk=chloe.pk).update(must_change_password=True)

    with through("accounts"), pytest.raises(PermissionDenied):
        enrolment.make([chloe], by=ada, establishment=unit_a.establishment)


@pytest.mark.parametrize("door", ["", "x", "care'"])
def test_wrong_door_gets_a_sentence(ada: User, at_door: Browser, door: str) -> None:
    assert at_door(ada).post("/accounts/sheets", {"door": door}).status_code == 400


def test_code_is_written_fast_and_checked_as_slowly_as_a_password() -> None:
    until = timezone.now() + timedelta(days=1)
    kept = hashing.encoded_code("abcd-efgh-jkmn-pqrs", until=until)

    assert not hashing.has_expired(kept)
    assert hashing.has_expired(hashing.encoded_code("a", until=timezone.now() - timedelta(seconds=2)))
    assert hashing.last_instant("argon2$x") is None
    asked = []

    class Usual(hashing.BoundedArgon2):
        def encode(self, password: str, salt: str) -> str:
            asked.append(password)
            return "x"

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(hashing, "get_hasher", Usual)
        assert EnrolmentCode().verify("abcd-efgh-jkmn-pqrs", kept)
        assert not EnrolmentCode().verify("other", kept)
    assert asked == ["abcd-efgh-jkmn-pqrs", "other"]
