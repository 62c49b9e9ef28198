"""An interface token: works for its account, within its scopes and rights, until something ends it."""

from __future__ import annotations

from datetime import timedelta
from io import StringIO
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.core.management import call_command
from django.db import IntegrityError, connection, transaction
from django.test import RequestFactory
from django.utils import timezone
from limits import RateLimitItemPerMinute

from access import attempts, interface_tokens, unused
from access.enums import InterfaceScope
from access.interface_tokens import open_token
from access.models import AccountEvent, AuditEntry, InterfaceSending, InterfaceToken, Membership, User
from access.policy import take_back
from tests.appointments.care.fhir.programs import ALL, Program, opened, program_of, wanted
from tests.conftest import Unit
from tests.doors import DoorClient, through
from tests.factories import PASSWORD, local, open_session, workday


@pytest.fixture
def program(unit_a: Unit, alice: User) -> Program:
    return program_of(alice, unit_a.establishment)


# What each scope opens, and nothing beside it.
OPENS = {
    InterfaceScope.TIMES: ["GET Schedule", "GET Practitioner", "GET Slot", "GET Appointment/$find"],
    InterfaceScope.APPOINTMENTS: ["GET Appointment", "GET Appointment/x"],
    InterfaceScope.PEOPLE: ["GET Patient", "GET Patient/x"],
    InterfaceScope.BOOK: ["POST Appointment/$book", "PUT Appointment/x", "PATCH Appointment/x"],
}


@pytest.mark.parametrize("scope", list(InterfaceScope))
def test_token_opens_its_scopes_and_nothing_beside_them(unit_a: Unit, alice: User, scope: str) -> None:
    program = program_of(alice, unit_a.establishment, scope)

    got = {
        asked: program.ask(*asked.split(" "), "{}" if asked[0] == "P" else "").status != 403
        for each in OPENS.values()
        for asked in each
    }

    assert got == {asked: asked in OPENS[scope] for each in OPENS.values() for asked in each}
    refused = AuditEntry.objects.filter(verb="refuse", target_type="access.interfacetoken", username="alice")
    assert refused.count() == sum(not opens for opens in got.values())


def test_nobody_is_let_in_without_a_token_that_works(unit_a: Unit, alice: User, at_door) -> None:
    secret = opened(alice, unit_a.establishment)
    for said in (
        "",
        "Bearer",
        "Bearer ",
        f"Basic {secret}",
        f"Bearer {secret}x",
        f"Bearer {secret[8:]}",
        "Bearer \u2019",
    ):
        refused = Program(None).get("Schedule", **({"Authorization": said} if said else {}))
        assert (refused.status, refused.headers["WWW-Authenticate"].startswith("Bearer")) == (401, True), said
    assert Program(None).get(f"Schedule?access_token={secret}").status == 401
    # A person's session opens nothing here, nor does a token open a page.
    assert Program(None, at_door(alice)).get("Schedule").status == 401
    page = DoorClient("care").get("/", headers={"authorization": f"Bearer {secret}"})
    assert (page.status_code, page.url) == (302, "/sign-in?next=/")


def test_session_that_comes_along_is_left_alone(unit_a: Unit, alice: User, bob: User, at_door) -> None:
    browser = at_door(bob)
    before = dict(browser.session.items())

    told = Program(opened(alice, unit_a.establishment), browser).get(f"Schedule/{unit_a.doctor.pk}")

    assert told.status == 200
    assert dict(browser.session.items()) == before


ENDS: dict[str, Any] = {
    "closed": lambda user: User.objects.filter(pk=user.pk).update(is_active=False),
    "suspended": lambda user: User.objects.filter(pk=user.pk).update(is_active=False, suspended_at=timezone.now()),
    "password to be replaced": lambda user: User.objects.filter(pk=user.pk).update(must_change_password=True),
    "factor reset": lambda user: User.objects.filter(pk=user.pk).update(second_factor_since=None),
    "role ended": lambda user: Membership.objects.filter(user=user).update(valid_until=workday(-1)),
    "role gone": lambda user: Membership.objects.filter(user=user).delete(),
    "time over": lambda user: InterfaceToken.objects.update(
        created_at=timezone.now() - timedelta(days=2), expires_at=timezone.now() - timedelta(seconds=1)
    ),
    "ended": lambda user: InterfaceToken.objects.update(ended_at=timezone.now()),
}


@pytest.mark.parametrize("how", ENDS)
def test_token_ends_at_once_with_what_let_it_be(unit_a: Unit, alice: User, program: Program, how: str) -> None:
    assert program.get("Schedule").status == 200

    ENDS[how](alice)

    assert program.get("Schedule").status == 401
    assert AuditEntry.objects.filter(verb="failed_interface", target_id=str(alice.pk)).count() == 1


def test_token_opens_nothing_once_interfaces_are_taken_back(unit_a: Unit, alice: User, program: Program) -> None:
    take_back(alice, "use_interfaces", unit_a.establishment)

    assert program.get("Schedule").status == 403


def test_right_on_an_agenda_that_is_taken_back_is_gone_at_once(unit_a: Unit, alice: User, program: Program) -> None:
    open_session(unit_a.doctor, workday(2))
    start = local(unit_a.establishment, workday(2), 9, 30).isoformat()
    said = wanted(unit_a.paul, unit_a.consultation, agenda=unit_a.doctor, start=start)
    take_back(alice, "book_agenda", unit_a.doctor)
    assert program.post("Appointment/$book", said).status == 404
    take_back(alice, "view_agenda", unit_a.doctor)
    assert program.get("Schedule").ids == [str(unit_a.psychiatrist.pk)]


def test_new_password_of_its_owner_ends_it(unit_a: Unit, alice: User, program: Program, at_door) -> None:
    browser = at_door(alice)
    new = "Trois hérons boivent au lac gelé"
    form = {"present": PASSWORD, "new_password": new, "again": new}

    assert browser.post("/password", form).status_code == 302

    assert program.get("Schedule").status == 401


def test_administrator_who_resets_or_closes_an_account_ends_its_tokens(unit_a: Unit, alice: User, program) -> None:
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT access_end_sessions(%s)", [alice.pk])

    assert InterfaceToken.objects.filter(ended_at__isnull=True).count() == 0
    assert program.get("Schedule").status == 401


def test_account_that_a_program_uses_is_not_suspended_as_unused(unit_a: Unit, alice: User, program: Program) -> None:
    long_ago = timezone.now() - timedelta(days=90)
    User.objects.filter(pk=alice.pk).update(date_joined=long_ago, last_login=long_ago)
    assert alice in unused.unused_since("default", timezone.now() - timedelta(days=60))

    program.get("Schedule")

    assert alice not in unused.unused_since("default", timezone.now() - timedelta(days=60))
    assert User.objects.get(pk=alice.pk).last_login == long_ago


def test_suspended_account_gets_no_token_back(unit_a: Unit, alice: User, program: Program) -> None:
    unused.suspend(User.objects.get(pk=alice.pk), "default", now=timezone.now())
    User.objects.filter(pk=alice.pk).update(is_active=True, suspended_at=None)

    assert program.get("Schedule").status == 401


def test_use_is_noted_once_an_hour_and_every_reading_is_a_line(unit_a: Unit, program: Program) -> None:
    for _time in range(3):
        program.get("Schedule")

    lines = AuditEntry.objects.filter(username="alice", door="care", establishment_id=unit_a.establishment.pk)
    assert lines.filter(verb="use_interface", target_type="access.interfacetoken").count() == 1
    assert lines.filter(verb="read", target_type="appointments.agenda").count() == 3
    assert InterfaceToken.objects.get().last_used_at is not None


def test_secret_is_nowhere_in_the_database(unit_a: Unit, alice: User, program: Program) -> None:
    program.get("Schedule")

    with connection.cursor() as cursor:
        cursor.execute("SELECT t::text FROM access_interfacetoken t UNION ALL SELECT e::text FROM access_auditentry e")
        kept = " ".join(text for (text,) in cursor.fetchall())
    assert program.secret not in kept
    assert program.secret[8:] not in kept


def test_wrong_secrets_are_written_down_once_and_slowed_and_keep_no_right_one_waiting(
    unit_a: Unit, program: Program
) -> None:
    wrong = Program("carehub_wrong")

    statuses = [wrong.get("Schedule").status for _time in range(25)]

    assert (statuses[0], statuses[-1]) == (401, 429)
    assert wrong.get("Schedule").headers["Retry-After"]
    assert AuditEntry.objects.filter(verb="failed_interface", target_type="access.address").count() == 1
    assert program.get("Schedule").status == 200
    # People who sign in wait for none of it.
    attempts.require_quiet("127.0.0.1")
    attempts.require_quiet("")


def test_program_that_asks_too_often_is_told_to_wait(unit_a: Unit, program: Program, monkeypatch) -> None:
    monkeypatch.setattr(interface_tokens, "OF_ONE_TOKEN", RateLimitItemPerMinute(2, 1, namespace="tried"))

    assert [program.get("Schedule").status for _time in range(3)] == [200, 200, 429]


def test_night_ends_tokens_of_ended_roles_and_forgets_old_ones(unit_a: Unit, alice: User, program: Program) -> None:
    InterfaceSending.objects.create(token=InterfaceToken.objects.get(), word="w", content="c")
    role = Membership.objects.filter(user=alice)
    role.update(valid_until=workday(-1))
    call_command("purge_leftovers", stdout=StringIO())
    role.update(valid_until=None)
    assert program.get("Schedule").status == 401
    assert InterfaceSending.objects.count() == 1

    InterfaceToken.objects.update(ended_at=timezone.now() - timedelta(days=31))
    call_command("purge_leftovers", stdout=StringIO())
    assert (InterfaceToken.objects.count(), InterfaceSending.objects.count()) == (0, 0)


def asking(user: User) -> Any:
    request = RequestFactory().post("/interfaces/")
    request.user, request.session = user, {}
    return request


def test_no_account_has_more_than_five(unit_a: Unit, alice: User) -> None:
    def once_more() -> str:
        with through("care"):
            return open_token(
                asking(alice),
                by=alice,
                establishment=unit_a.establishment,
                name="EAI",
                scopes=ALL,
                expires_at=timezone.now() + timedelta(days=1),
            )

    secrets = {once_more() for _time in range(5)}

    assert len(secrets) == 5
    with pytest.raises(ValidationError, match="You have 5 tokens"):
        once_more()
    assert AccountEvent.objects.filter(user=alice, what="interface_opened").count() == 5
    assert AuditEntry.objects.filter(verb="open_interface", username="alice").count() == 5


@pytest.mark.parametrize(
    ("fields", "constraint"),
    [
        ({"scopes": []}, "interface_scopes_known"),
        ({"scopes": ["system/*.cruds"]}, "interface_scopes_known"),
        ({"name": ""}, "interface_token_named"),
        ({"expires_at": timezone.now() + timedelta(days=400)}, "interface_token_ends"),
        ({"expires_at": timezone.now() - timedelta(days=1)}, "interface_token_ends"),
        ({"side": "prison"}, "interface_token_of_care"),
    ],
)
def test_database_takes_no_token_without_scope_name_or_end(unit_a: Unit, alice: User, fields, constraint: str) -> None:
    row = {"scopes": list(ALL), "name": "EAI", "expires_at": timezone.now() + timedelta(days=1), **fields}
    with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
        InterfaceToken.objects.create(user=alice, establishment=unit_a.establishment, digest="d" * 64, **row)
