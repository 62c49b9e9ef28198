"""The page of interface tokens: opened with the password, shown once, seen, ended."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest

from access.enums import InterfaceScope
from access.models import AccountEvent, AuditEntry, InterfaceToken, User
from access.policy import give
from tests.appointments.care.fhir.programs import Program, opened
from tests.conftest import Unit
from tests.doors import DoorClient
from tests.factories import PASSWORD, workday


@pytest.fixture
def carer(unit_a: Unit, alice: User, at_door) -> DoorClient:
    give(alice, "use_interfaces", unit_a.establishment)
    return at_door(alice)


def form(**fields: object) -> dict[str, object]:
    return {
        "name": "EAI",
        "scopes": [InterfaceScope.TIMES, InterfaceScope.BOOK],
        "until": f"{workday(30)}",
        "password": PASSWORD,
        **fields,
    }


def test_token_is_opened_shown_once_and_works(unit_a: Unit, alice: User, carer: DoorClient) -> None:
    page = carer.post("/interfaces/", form(), follow=True).content.decode()

    secret = re.search(r'value="(carehub_[\w-]{43})"', page)[1]
    assert Program(secret).get("Schedule").status == 200
    assert Program(secret).get("Appointment").status == 403
    again = carer.get("/interfaces/").content.decode()
    assert secret not in again
    assert ("EAI" in again, "http://testserver/fhir/" in again, "books and cancels" in again) == (True, True, True)
    row = InterfaceToken.objects.get()
    assert (row.user, row.scopes) == (alice, ["system/Appointment.cu", "system/Slot.rs"])
    assert row.expires_at.astimezone(unit_a.establishment.zone).date() == workday(30)
    assert AuditEntry.objects.filter(verb="open_interface", username="alice", target_id=str(row.pk)).exists()
    assert AccountEvent.objects.filter(user=alice, what="interface_opened").exists()


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"password": "wrong"}, "This is not your present password."),
        ({"password": ""}, "This field is required."),
        ({"name": ""}, "This field is required."),
        ({"scopes": []}, "This field is required."),
        ({"scopes": ["system/*.cruds"]}, "is not one of the available choices"),
        ({"until": f"{workday(-1)}"}, "Choose a day from today on"),
        ({"until": f"{workday(367)}"}, "Choose a day from today on"),
        ({"until": "9999-12-31"}, ""),
    ],
)
def test_what_is_missing_or_wrong_is_said_and_opens_nothing(carer: DoorClient, fields, said: str) -> None:
    refused = carer.post("/interfaces/", form(**fields))

    assert (refused.status_code, said in refused.content.decode()) == (422, True)
    assert InterfaceToken.objects.count() == 0


def test_token_is_ended_by_whose_it_is_or_the_head_and_by_nobody_else(
    unit_a: Unit, unit_b: Unit, alice: User, bob: User, chloe: User, helene: User, at_door
) -> None:
    secrets = [opened(alice, unit_a.establishment), opened(alice, unit_a.establishment)]
    first, second = InterfaceToken.objects.order_by("pk")
    for user, unit in ((bob, unit_a), (chloe, unit_b)):
        give(user, "use_interfaces", unit.establishment)
        assert at_door(user).post(f"/interfaces/{first.pk}/end").status_code == 404
        assert "EAI" not in at_door(user).get("/interfaces/").content.decode()

    assert at_door(alice).post(f"/interfaces/{first.pk}/end").status_code == 302
    assert Program(secrets[0]).get("Schedule").status == 401
    page = at_door(helene).get("/interfaces/").content.decode()
    assert ("Alice" in page, "EAI" in page) == (True, True)
    assert at_door(helene).post(f"/interfaces/{second.pk}/end").status_code == 302
    assert Program(secrets[1]).get("Schedule").status == 401
    assert AuditEntry.objects.filter(verb="end_interface", username="helene").count() == 1
    assert "ended on" in at_door(alice).get("/interfaces/").content.decode()


def test_who_was_not_given_interfaces_opens_none_not_even_the_head(
    unit_a: Unit, alice: User, helene: User, at_door
) -> None:
    assert at_door(alice).get("/interfaces/").status_code == 403
    assert at_door(alice).post("/interfaces/", form()).status_code == 403
    head = at_door(helene)
    assert head.get("/interfaces/").status_code == 200
    assert head.post("/interfaces/", form()).status_code == 403
    assert InterfaceToken.objects.count() == 0
    assert 'href="/interfaces/"' in head.get("/interfaces/").content.decode()


def test_owner_is_told_in_another_session(unit_a: Unit, alice: User, carer: DoorClient, at_door) -> None:
    carer.post("/interfaces/", form())

    assert "interface token opened" in DoorClient("care").sign_in(alice).get("/", follow=True).content.decode()
    assert timedelta(0) < InterfaceToken.objects.get().expires_at - InterfaceToken.objects.get().created_at
