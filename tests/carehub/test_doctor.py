"""The doctor is content with an installation as migrations leave it, and names each thing that somebody changed."""

from __future__ import annotations

import os
from io import StringIO
from pathlib import Path

import pytest
from django.conf import settings
from django.core.checks import run_checks
from django.core.exceptions import ImproperlyConfigured
from django.core.management import CommandError, call_command
from django.db import connection
from django.test import override_settings
from django.utils import timezone
from django_otp.plugins.otp_hotp.models import HOTPDevice

from access.enums import Role
from access.models import User
from carehub import checks, deployment, grants
from tests.conftest import Unit
from tests.doors import through
from tests.factories import EstablishmentFactory, member

PRODUCTION = {
    "IS_PRODUCTION": True,
    "SECRET_KEY": "".join(f"{number:02x}" for number in range(40)),
    "ALLOWED_HOSTS": ["care.hospital.example"],
    "SESSION_COOKIE_SECURE": True,
    "CSRF_COOKIE_SECURE": True,
    "LANGUAGE_COOKIE_SECURE": True,
    "SECURE_HSTS_SECONDS": 31_536_000,
    "SECURE_PROXY_SSL_HEADER": ("HTTP_X_FORWARDED_PROTO", "https"),
}


@pytest.fixture(autouse=True)
def without_other_addresses(monkeypatch: pytest.MonkeyPatch) -> None:
    """The doors' addresses lead to the developer's database, not to the test's; a test gives its own."""
    for door in grants.DOORS:
        monkeypatch.delenv(f"DATABASE_URL_{door.upper()}", raising=False)
        monkeypatch.delenv(f"DATABASE_URL_{door.upper()}_FILE", raising=False)


@pytest.fixture(autouse=True)
def sound(db: None) -> None:
    """A test database whose log cannot be emptied, as everywhere else."""
    sql("ALTER TABLE access_auditentry ENABLE TRIGGER audit_never_emptied")
    sql("ALTER TABLE appointments_movementevent ENABLE TRIGGER events_never_emptied")


def sql(*statements: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        for statement in statements:
            cursor.execute(statement)


def examined() -> tuple[bool, str]:
    """Run the command; return whether it was content, and what it printed."""
    out = StringIO()
    try:
        call_command("doctor", stdout=out)
    except CommandError:
        return False, out.getvalue()
    return True, out.getvalue()


def lines(output: str, level: str) -> list[str]:
    return [line[9:] for line in output.splitlines() if line.startswith(level)]


def test_fresh_installation_has_no_problem_and_the_grants_that_are_declared(unit_a: Unit) -> None:
    content, output = examined()

    assert content, output
    assert lines(output, "problem") == []
    assert f"The doors may do what is declared ({len(grants.declared())} grants) and nothing else" in output
    assert "1 establishments, each with arrival times" in output
    assert "PostgreSQL" in lines(output, "ok")[0]


def test_demonstration_is_warned_of_what_production_needs(unit_a: Unit) -> None:
    with override_settings(SESSION_COOKIE_SECURE=False, SECRET_KEY="demo-and-test-only-never-in-production-0123456789"):
        content, output = examined()

    assert content, output
    assert "The secret key is short, or the demonstration's" in lines(output, "warning")
    assert "Cookies also travel without TLS" in lines(output, "warning")


@pytest.mark.parametrize(
    ("setting", "sentence"),
    [
        ({"SECRET_KEY": "x" * 80}, "The secret key is short, or the demonstration's"),
        ({"SECRET_KEY": "abcdefgh"}, "The secret key is short, or the demonstration's"),
        ({"DEBUG": True}, "Debug is on: errors show code and data"),
        ({"ALLOWED_HOSTS": ["*"]}, "Any host name is accepted, or none"),
        ({"ALLOWED_HOSTS": []}, "Any host name is accepted, or none"),
        ({"CSRF_COOKIE_SECURE": False}, "Cookies also travel without TLS"),
        (
            {"MIDDLEWARE": [name for name in settings.MIDDLEWARE if "OTP" not in name]},
            "The middleware that asks for the second factor is missing or misplaced",
        ),
        (
            {"MIDDLEWARE": settings.MIDDLEWARE[::-1]},
            "The middleware that asks for the second factor is missing or misplaced",
        ),
    ],
)
def test_unsafe_setting_of_production_is_a_problem(unit_a: Unit, setting: dict[str, object], sentence: str) -> None:
    with override_settings(**{**PRODUCTION, **setting}):
        content, output = examined()

    assert not content, output
    assert sentence in lines(output, "problem")


def test_safe_production_settings_pass(unit_a: Unit) -> None:
    with override_settings(**PRODUCTION):
        found = [
            verdict.level for verdict in [*deployment.secrets(), *deployment.transport(), *deployment.second_factor()]
        ]

    assert set(found) == {"ok"}


CHANGES = [
    ("GRANT SELECT ON appointments_appointment TO carehub_prison", "prison: SELECT on appointments_appointment"),
    ("GRANT SELECT (starts_at) ON appointments_appointment TO carehub_accounts", "SELECT (starts_at) on"),
    ("GRANT UPDATE ON appointments_movement TO carehub_prison", "prison: UPDATE on appointments_movement"),
    ("GRANT SELECT ON appointments_detainee TO PUBLIC", "PUBLIC: SELECT on appointments_detainee"),
    ("GRANT EXECUTE ON FUNCTION access_end_sessions(bigint) TO carehub_prison", "EXECUTE on access_end_sessions"),
    ("GRANT USAGE ON SEQUENCE appointments_agenda_id_seq TO carehub_prison", "USAGE on appointments_agenda_id_seq"),
    ("CREATE FUNCTION f() RETURNS int LANGUAGE sql AS 'SELECT 1'; GRANT ALL ON FUNCTION f() TO PUBLIC", "EXECUTE on f"),
    ("CREATE VIEW v AS SELECT * FROM appointments_kind; GRANT SELECT ON v TO carehub_prison", "prison: SELECT on v"),
    ("REVOKE SELECT ON access_session FROM carehub_care", "Closed: care: SELECT on access_session"),
    ("ALTER TABLE access_user DISABLE ROW LEVEL SECURITY", "Row-level security is off or changed on: access_user"),
    ("DROP POLICY a_few_days ON appointments_movement", "off or changed on: appointments_movement"),
    ("CREATE POLICY more ON access_session TO carehub_prison USING (true)", "off or changed on: access_session"),
    ("ALTER TABLE appointments_appointment DISABLE TRIGGER appointment_has_movement", "appointment_has_movement"),
    ("ALTER TABLE appointments_appointment DROP CONSTRAINT person_overlap", "missing: person_overlap"),
    ("ALTER TABLE access_auditentry DISABLE TRIGGER audit_append_only", "missing: audit_append_only"),
    ("GRANT CREATE ON SCHEMA public TO carehub_prison", "carehub_prison (creates in public)"),
    ("DELETE FROM django_migrations WHERE app = 'appointments'", "migrations are not applied"),
]  # fmt: skip


@pytest.mark.parametrize(("change", "words"), CHANGES, ids=[change[:60] for change, _words in CHANGES])
def test_change_of_the_database_is_a_problem_with_its_name(unit_a: Unit, change: str, words: str) -> None:
    sql(change)

    content, output = examined()

    assert not content, output
    (problem,) = lines(output, "problem")
    assert words in problem
    assert f"{'':9}→ " in output


def test_establishment_where_nobody_can_be_called_is_a_warning(unit_a: Unit) -> None:
    EstablishmentFactory(code="EMPTY", arrival_times=())

    content, output = examined()

    assert content, output
    assert "No arrival times, so nobody can be booked: EMPTY" in lines(output, "warning")


def test_account_marked_as_enrolled_without_a_factor_is_a_warning(unit_a: Unit) -> None:
    odd = member(Role.NURSE, unit_a.establishment, username="odd", second_factor_since=timezone.now())
    member(Role.NURSE, unit_a.establishment, username="new")
    no_telephone = member(Role.NURSE, unit_a.establishment, username="token", second_factor_since=timezone.now())
    HOTPDevice.objects.create(user=no_telephone, name="token", confirmed=True)

    assert f"Accounts marked as enrolled that have no second factor: {odd.pk}" in lines(examined()[1], "warning")
    User.objects.filter(pk=odd.pk).update(is_active=False)
    assert "2 active accounts, 1 of them to enrol a second factor at the next sign-in" in lines(examined()[1], "ok")


def address_of(login: str) -> str:
    """The test database's address with another login; the developer's server may want no password."""
    return (
        os.environ["DATABASE_URL_OWNER"].replace("carehub_owner", login).rpartition("/")[0]
        + f"/{settings.DATABASES['default']['NAME']}"
    )


def test_address_that_opens_another_login_is_a_problem(unit_a: Unit, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATABASE_URL_PRISON", address_of("carehub_owner"))

    content, output = examined()

    assert not content, output
    assert any("opens the login carehub_owner" in line for line in lines(output, "problem"))


def test_address_that_opens_nothing_is_a_problem(unit_a: Unit, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("DATABASE_URL_CARE", "postgresql://carehub_care@127.0.0.1:1/carehub")
    monkeypatch.setenv("DATABASE_URL_PRISON_FILE", str(tmp_path / "missing"))

    found = lines(examined()[1], "problem")

    assert len(found) == 2
    assert all("does not open" in line for line in found)


def test_missing_files_are_named(unit_a: Unit, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(deployment, "mo_path", lambda: tmp_path / "missing.mo")
    with override_settings(STATICFILES_DIRS=[]):
        from django.contrib.staticfiles import finders

        finders.get_finder.cache_clear()
        output = examined()[1]
    finders.get_finder.cache_clear()

    assert any("Missing static files: bootstrap/bootstrap-reboot.min.css" in line for line in lines(output, "problem"))
    assert "The French catalogue is not compiled: pages would be in English" in lines(output, "problem")


def test_a_door_is_told_that_it_cannot_examine(db: None) -> None:
    with override_settings(CAREHUB_DOOR="prison"), pytest.raises(CommandError, match="owner"):
        call_command("doctor")


def test_door_with_its_own_login_opens_and_with_another_refuses(db: None) -> None:
    with through("prison"):
        assert checks.wrong_login() is None
        assert run_checks(tags=["database"], databases=["default"]) == []
    with override_settings(CAREHUB_DOOR="prison"):
        assert "carehub_owner; the prison door works with carehub_prison only" in (checks.wrong_login() or "")
        (error,) = run_checks(tags=["database"], databases=["default"])
        assert error.id == "carehub.E001"


def test_door_with_another_login_does_not_start(db: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(connection, "close", lambda: None)  # the test's transaction lives on this connection
    with override_settings(CAREHUB_DOOR="care"), pytest.raises(ImproperlyConfigured, match="carehub_owner"):
        checks.refuse_another_login()


def test_door_that_holds_another_address_is_warned_before_deployment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATABASE_URL_CARE", "postgresql://carehub_care@db/carehub")
    monkeypatch.delenv("DATABASE_URL_OWNER", raising=False)

    with override_settings(CAREHUB_DOOR="prison"):
        (warning,) = checks.no_other_address()
        assert "DATABASE_URL_CARE" in warning.msg
    with override_settings(CAREHUB_DOOR="care"):
        assert checks.no_other_address() == []
    with override_settings(CAREHUB_DOOR="owner"):
        assert checks.no_other_address() == []
