"""The access log only grows: no login changes it, not even the schema's owner, and what is cut out leaves a gap."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import psycopg
import pytest
from django.core.management import CommandError, call_command
from psycopg import errors

from access.audit import record
from access.enums import Verb
from access.models import AuditEntry
from tests.conftest import Unit
from tests.wall.conftest import DOORS, Login

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def lines(unit_a: Unit) -> list[AuditEntry]:
    """Three lines of the log."""
    for verb in (Verb.READ, Verb.EXPORT, Verb.PRINT):
        record(by=None, verb=verb, target="appointments.movement", establishment=unit_a.establishment)
    return list(AuditEntry.objects.order_by("id"))


@pytest.fixture
def as_installed(login: Login) -> Iterator[psycopg.Connection[Any]]:
    """The owner, with the rule back on that the tests' set-up switches off so as to empty tables."""
    owner = login("owner")
    owner.execute("ALTER TABLE access_auditentry ENABLE TRIGGER audit_never_emptied")
    yield owner
    owner.execute("ALTER TABLE access_auditentry DISABLE TRIGGER audit_never_emptied")


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE access_auditentry SET username = 'nobody'",
        "DELETE FROM access_auditentry",
        "TRUNCATE access_auditentry",
        "TRUNCATE access_auditentry RESTART IDENTITY CASCADE",
    ],
)
def test_log_refuses_its_owner_any_change(
    statement: str, lines: list[AuditEntry], as_installed: psycopg.Connection[Any]
) -> None:
    with pytest.raises(errors.InsufficientPrivilege, match="only grows"):
        as_installed.execute(statement)

    assert list(AuditEntry.objects.order_by("id")) == lines


@pytest.mark.parametrize("door", DOORS)
def test_log_refuses_every_door_any_change(door: str, lines: list[AuditEntry], login: Login) -> None:
    for statement in (
        "UPDATE access_auditentry SET username = 'nobody'",
        "DELETE FROM access_auditentry WHERE false",
        "TRUNCATE access_auditentry",
    ):
        with pytest.raises(errors.InsufficientPrivilege):
            login(door).execute(statement)


INSERT = (
    "INSERT INTO access_auditentry (id, at, door, username, verb, target_type, target_id, previous_hash, hash)"
    " VALUES (1, '2001-01-01', %s, 'alice', 'read', 'forged', '', 'forged', 'forged')"
)


@pytest.mark.parametrize("door", DOORS)
def test_login_signs_lines_with_its_own_door_only(door: str, login: Login) -> None:
    connected = login(door)
    connected.execute(INSERT, [door])

    for other in {"care", "prison", "accounts", "owner"} - {door}:
        with pytest.raises(errors.InsufficientPrivilege, match="row-level security"):
            connected.execute(INSERT, [other])
    assert AuditEntry.objects.get(target_type="forged").door == door


def test_number_hour_and_place_in_the_chain_are_given_by_the_database(lines: list[AuditEntry], login: Login) -> None:
    login("prison").execute(INSERT, ["prison"])

    forged = AuditEntry.objects.get(target_type="forged")
    assert forged.id > lines[-1].id
    assert forged.at > lines[-1].at
    assert (forged.previous_hash, forged.hash == "forged") == (lines[-1].hash, False)


@pytest.mark.parametrize(
    "tampering",
    [
        "DELETE FROM access_auditentry WHERE id = %s",
        "UPDATE access_auditentry SET username = 'nobody' WHERE id = %s",
        "UPDATE access_auditentry SET at = at - interval '1 day' WHERE id = %s",
        "UPDATE access_auditentry SET hash = md5('x') WHERE id = %s",
    ],
)
def test_line_changed_or_cut_out_with_the_rules_switched_off_breaks_the_chain(
    tampering: str, lines: list[AuditEntry], login: Login
) -> None:
    call_command("verify_integrity")
    owner = login("owner")
    owner.execute("ALTER TABLE access_auditentry DISABLE TRIGGER USER")
    try:
        owner.execute(tampering, [lines[1].id])
    finally:
        owner.execute("ALTER TABLE access_auditentry ENABLE TRIGGER USER")
        owner.execute("ALTER TABLE access_auditentry DISABLE TRIGGER audit_never_emptied")

    with pytest.raises(CommandError):
        call_command("verify_integrity")


def test_lines_written_at_the_same_time_make_one_chain(unit_a: Unit, login: Login) -> None:
    first, second = login("care"), login("prison")
    with first.transaction():
        first.execute(INSERT, ["care"])
        second.execute("SET lock_timeout = '200ms'")
        with pytest.raises(errors.LockNotAvailable):
            second.execute(INSERT, ["prison"])
    second.execute(INSERT, ["prison"])

    earlier, later = AuditEntry.objects.order_by("id")
    assert later.previous_hash == earlier.hash
