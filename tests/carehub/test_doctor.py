"""The doctor is content with an installation as migrations leave it, and names each thing that somebody changed."""

from __future__ import annotations

import os
import re
from datetime import timedelta
from io import StringIO
from pathlib import Path

import dj_database_url
import pytest
from django.conf import settings
from django.core.checks import run_checks
from django.core.exceptions import ImproperlyConfigured
from django.core.management import CommandError, call_command
from django.db import connection, connections
from django.test import override_settings
from django.utils import timezone
from django_otp.plugins.otp_hotp.models import HOTPDevice

from access.enums import Role
from access.models import Establishment, User
from access.provider.configured import configured
from appointments.neutrality.nightly import keep_measure
from appointments.wall import ADD_CONSTRAINT, dump, files, schema_file
from carehub import nightly
from carehub.doctor import checks, deployment, grants, rules, wall
from carehub.doctor.database import guests
from carehub.doctor.verdict import Level
from tests import emptying
from tests.appointments.neutrality.weeks import MONDAY, called, past_day
from tests.conftest import Unit
from tests.doors import carry, through, was_reached
from tests.factories import EstablishmentFactory, member
from tests.published import early_there, publish_just_now

ADDRESSES = dict(os.environ)
STRANGE = "Rules that nobody declared"
OFF = "Rules switched off or missing"
OTHER = "Rules that say something else"
ON_THE_DAY = "appointments_escort FOR EACH ROW EXECUTE FUNCTION appointments_escort_on_the_day()"
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
    for name in [name for name in os.environ if name.startswith("DATABASE_URL_") and "OWNER" not in name]:
        monkeypatch.delenv(name)


@pytest.fixture(autouse=True)
def sound(db: None) -> None:
    """Test databases whose log cannot be emptied, as everywhere else."""
    for alias in ("default", "prison"):
        sql(*emptying.statements("ENABLE", alias=alias), alias=alias)


def sql(*statements: str, alias: str = "default") -> None:
    with connections[alias].cursor() as cursor:
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
    for alias, database in (("", "care"), ("prison: ", "prison")):
        sentence = f"The doors may do what is declared ({len(grants.declared(database))} grants) and nothing else"
        assert f"{alias}{sentence}" in lines(output, "ok")
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
            {"MIDDLEWARE": [name for name in settings.MIDDLEWARE if "SecondFactor" not in name]},
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


# What somebody could do to the database by hand, and the words by which the doctor names it.
CHANGES = [
    # Grants, more and less than is declared, to a door or to anybody else.
    ("GRANT SELECT ON appointments_appointment TO carehub_prison", "prison: SELECT on appointments_appointment"),
    ("GRANT SELECT (starts_at) ON appointments_appointment TO carehub_accounts", "SELECT (starts_at) on"),
    ("GRANT SELECT ON appointments_movement TO carehub_prison", "prison: SELECT on appointments_movement"),
    ("GRANT SELECT ON appointments_appointment TO carehub_courier", "courier: SELECT on appointments_appointment"),
    ("GRANT SELECT ON appointments_detainee TO PUBLIC", "PUBLIC: SELECT on appointments_detainee"),
    ("GRANT SELECT ON appointments_escort TO pg_monitor", "pg_monitor: SELECT on appointments_escort"),
    ("GRANT EXECUTE ON FUNCTION access_end_sessions(bigint) TO carehub_prison", "EXECUTE on access_end_sessions"),
    ("GRANT USAGE ON SEQUENCE appointments_agenda_id_seq TO carehub_prison", "USAGE on appointments_agenda_id_seq"),
    ("REVOKE SELECT ON access_session FROM carehub_care", "Closed: care: SELECT on access_session"),
    ("REVOKE UPDATE (state) ON appointments_movement FROM carehub_courier", "Closed: courier: UPDATE (state) on"),
    (
        "DO $$ BEGIN EXECUTE 'GRANT CONNECT ON DATABASE ' || current_database() || ' TO PUBLIC'; END $$",
        "PUBLIC may CONNECT",
    ),
    ("ALTER DEFAULT PRIVILEGES GRANT SELECT ON TABLES TO carehub_prison", "declared: default privileges: GRANT SELECT"),
    # Triggers: the one that keeps the dates of escorts secret, and any other.
    ("DROP TRIGGER escort_on_the_day ON appointments_escort", f"{OFF}: trigger escort_on_the_day"),
    (
        "ALTER TABLE appointments_escort DISABLE TRIGGER escort_on_the_day",
        f"{OFF}: trigger escort_on_the_day",
    ),
    (
        "ALTER TABLE appointments_escort ENABLE REPLICA TRIGGER escort_on_the_day",
        f"{OFF}: trigger escort_on_",
    ),
    (
        f"CREATE OR REPLACE TRIGGER escort_on_the_day BEFORE INSERT ON {ON_THE_DAY}",
        f"{OTHER}: trigger escort_on_the_day",
    ),
    (
        "CREATE OR REPLACE FUNCTION appointments_escort_on_the_day() RETURNS trigger LANGUAGE plpgsql"
        " AS 'BEGIN RETURN NEW; END'",
        f"{OTHER}: function appointments_escort_on_the_day()",
    ),
    (f"CREATE TRIGGER more BEFORE UPDATE ON {ON_THE_DAY}", f"{STRANGE}: trigger more on appointments_escort"),
    (
        "ALTER TABLE appointments_appointment DISABLE TRIGGER appointment_has_movement",
        f"{OFF}: trigger appointment_has_m",
    ),
    ("ALTER TABLE access_auditentry DISABLE TRIGGER audit_append_only", f"{OFF}: trigger audit_append_only"),
    (
        "CREATE RULE quiet AS ON INSERT TO appointments_kind DO INSTEAD NOTHING",
        f"{STRANGE}: rewriting quiet on appointments_k",
    ),
    # Policies: whether they are there, for whom, and what they say.
    ("ALTER TABLE access_user DISABLE ROW LEVEL SECURITY", f"{OFF}: row-level security on access_user"),
    ("ALTER TABLE appointments_kind ENABLE ROW LEVEL SECURITY", f"{STRANGE}: row-level security on appointments_kind"),
    ("DROP POLICY receives ON appointments_alert", f"{OFF}: policy receives on appointments_alert"),
    (
        "CREATE POLICY more ON access_session TO carehub_prison USING (true)",
        f"{STRANGE}: policy more on access_session",
    ),
    (
        "ALTER POLICY receives ON appointments_alert USING (true)",
        f"{OTHER}: policy receives on appointments_alert",
    ),
    ("ALTER POLICY own_side ON access_user WITH CHECK (true)", f"{OTHER}: policy own_side on access_user"),
    (
        "ALTER POLICY accounts_read ON access_user TO carehub_accounts, carehub_prison",
        f"{OTHER}: policy accounts_read on access_user",
    ),
    # Constraints: ours, and the models'.
    ("ALTER TABLE appointments_appointment DROP CONSTRAINT person_overlap", f"{OFF}: constraint person_overlap"),
    (
        "ALTER TABLE appointments_escort DROP CONSTRAINT escort_detainee_here",
        f"{OFF}: constraint escort_detainee",
    ),
    ("ALTER TABLE appointments_alert DROP CONSTRAINT alert_names", f"{OFF}: constraint alert_names"),
    (
        "ALTER TABLE appointments_kind ADD CONSTRAINT more CHECK (id > 0)",
        f"{STRANGE}: constraint more on appointments_kind",
    ),
    (
        "ALTER TABLE appointments_closure DROP CONSTRAINT closure_overlap, ADD CONSTRAINT closure_overlap EXCLUDE"
        " USING gist (establishment_id WITH =, reason WITH =, tstzrange(starts_at, ends_at) WITH &&)",
        f"{OTHER}: constraint closure_overlap",
    ),
    (
        "ALTER TABLE appointments_freeze DROP CONSTRAINT freeze_building_here, ADD CONSTRAINT freeze_building_here"
        " FOREIGN KEY (establishment_id, building_id) REFERENCES access_building (establishment_id, id) NOT VALID",
        f"{OFF}: constraint freeze_building_here",
    ),
    # Functions and views.
    ("ALTER FUNCTION access_side() SECURITY DEFINER", f"{OTHER}: function access_side()"),
    (
        "CREATE FUNCTION access_side(text) RETURNS text LANGUAGE sql AS 'SELECT $1'",
        f"{STRANGE}: function access_side(text)",
    ),
    ("CREATE VIEW more AS SELECT * FROM appointments_kind", f"{STRANGE}: view more"),
    ("ALTER TABLE access_user DROP CONSTRAINT user_of_this_side", f"{OFF}: constraint user_of_this_side"),
    ("DELETE FROM django_migrations WHERE app = 'appointments'", "migrations are not applied"),
]
CONNECT = "DO $$ BEGIN EXECUTE format('GRANT CONNECT ON DATABASE %I TO {}', current_database()); END $$"
# The same in a prison's database.
CHANGES_AT_THE_PRISON = [
    (CONNECT.format("carehub_care"), f"{STRANGE}: care may CONNECT to DATABASE"),
    ("GRANT SELECT ON prison_tap TO carehub_prison", "prison: SELECT on prison_tap"),
    ("GRANT UPDATE (at) ON prison_linestate TO carehub_prison", "prison: UPDATE (at) on prison_linestate"),
    ("GRANT SELECT (frozen_by_id) ON prison_prisonfreeze TO carehub_courier", "courier: SELECT (frozen_by_id) on"),
    ("GRANT SELECT ON access_auditentry TO carehub_courier", "courier: SELECT on access_auditentry"),
    ("GRANT SELECT ON prison_heartbeat TO carehub_care", "care: SELECT on prison_heartbeat"),
    ("REVOKE INSERT (line) ON prison_tap FROM carehub_prison", "Closed: prison: INSERT (line) on prison_tap"),
    ("ALTER TABLE prison_tap DISABLE TRIGGER tap_taken", f"{OFF}: trigger tap_taken on prison_tap"),
    ("DROP TRIGGER freeze_to_carry ON prison_prisonfreeze", f"{OFF}: trigger freeze_to_carry"),
    ("ALTER TABLE prison_edition DROP CONSTRAINT lines_are_neutral", f"{OFF}: constraint lines_are_neutral"),
    (
        "CREATE OR REPLACE FUNCTION prison_lines_are_neutral(lines jsonb) RETURNS boolean LANGUAGE sql IMMUTABLE"
        " AS 'SELECT true'",
        f"{OTHER}: function prison_lines_are_neutral(lines jsonb)",
    ),
    ("ALTER TABLE prison_linestate DROP CONSTRAINT no_hour_of_a_return", f"{OFF}: constraint no_hour_of_a_return"),
    ("ALTER POLICY lifts ON prison_prisonfreeze USING (true)", f"{OTHER}: policy lifts on prison_prisonfreeze"),
    ("CREATE VIEW more AS SELECT * FROM prison_tap", f"{STRANGE}: view more"),
    ("DELETE FROM django_migrations WHERE app = 'prison'", "migrations are not applied"),
]
EVERYWHERE = [
    *(("default", *change) for change in CHANGES),
    *(("prison", *change) for change in CHANGES_AT_THE_PRISON),
]


@pytest.mark.parametrize(
    ("alias", "change", "words"), EVERYWHERE, ids=[f"{alias} {change[:60]}" for alias, change, _words in EVERYWHERE]
)
def test_change_of_a_database_is_a_problem_with_its_name(unit_a: Unit, alias: str, change: str, words: str) -> None:
    sql(change, alias=alias)

    content, output = examined()

    assert not content, output
    (problem,) = lines(output, "problem")
    assert words in problem
    assert problem.startswith("prison: ") == (alias == "prison")
    assert f"{'':9}→ " in output


def test_something_made_and_opened_to_a_door_is_named_twice(unit_a: Unit) -> None:
    sql("CREATE FUNCTION f() RETURNS int LANGUAGE sql AS 'SELECT 1'", "GRANT ALL ON FUNCTION f() TO PUBLIC")
    sql("GRANT CREATE ON SCHEMA public TO carehub_prison")

    problems = "\n".join(lines(examined()[1], "problem"))

    assert "Opened too far: PUBLIC: EXECUTE on f" in problems
    assert f"{STRANGE}: function f(); prison may CREATE to SCHEMA" in problems
    assert "carehub_prison (creates in public)" in problems


@pytest.mark.parametrize("database", ["care", "prison"])
def test_rules_are_declared_by_hand_as_the_files_make_them(database: str) -> None:
    written = dump.named(schema_file(database).read_text(encoding="utf-8"))
    by_hand = rules.declared(database)

    assert by_hand - written.keys() == set()
    assert {name for name in written.keys() - by_hand if not wall.OF_THE_MODELS.match(written[name])} == set()
    assert [name for name, statement in written.items() if not wall.allows_as_declared(database, statement)] == []


def test_no_check_of_the_wall_goes_unnoticed() -> None:
    for database in ("care", "prison"):
        constraints = [path.read_text(encoding="utf-8") for path in files(database) if path.name == "constraints.sql"]
        ours = {f"constraint {name} on {table}" for table, name, _says in ADD_CONSTRAINT.findall("".join(constraints))}

        assert ours - rules.declared(database) == set()


@pytest.mark.parametrize(
    "ending",
    [
        "FOR SELECT TO carehub_care, carehub_courier",
        "FOR ALL TO carehub_care",
        "AS RESTRICTIVE FOR SELECT TO carehub_care",
    ],
)
def test_policy_that_is_declared_for_others_or_for_less_is_not_as_declared(ending: str) -> None:
    assert wall.allows_as_declared("care", "CREATE POLICY care ON appointments_alert FOR SELECT TO carehub_care")
    assert not wall.allows_as_declared("care", f"CREATE POLICY care ON appointments_alert {ending}")


def test_establishment_whose_prison_is_not_served_is_a_problem(unit_a: Unit) -> None:
    Establishment.objects.filter(pk=unit_a.establishment.pk).update(prison="lyon")

    [verdict] = [one for one in deployment.places() if "CAREHUB_PRISONS" in one.sentence]

    assert (verdict.level, "MAA" in verdict.sentence) == (Level.PROBLEM, True)


def test_establishment_where_nobody_can_be_called_is_a_warning(unit_a: Unit) -> None:
    EstablishmentFactory(code="EMPTY", arrival_times=())

    content, output = examined()

    assert content, output
    assert "No arrival times, so nobody can be booked: EMPTY" in lines(output, "warning")


def test_list_that_was_not_measured_for_two_nights_is_a_warning(unit_a: Unit) -> None:
    day = past_day(unit_a.establishment, MONDAY, weeks_ago=2)
    called(unit_a.paul, unit_a.consultation, unit_a.doctor, day, "09:30")
    warning = "What the list tells was not measured for two nights: MAA"
    assert warning in lines(examined()[1], "warning")

    kept = keep_measure(unit_a.establishment)
    assert warning not in lines(examined()[1], "warning")

    kept.measured_on -= timedelta(days=4)
    kept.save()
    assert warning in lines(examined()[1], "warning")


def test_account_marked_as_enrolled_without_a_factor_is_a_warning(unit_a: Unit) -> None:
    odd = member(Role.NURSE, unit_a.establishment, username="odd", second_factor_since=timezone.now())
    member(Role.NURSE, unit_a.establishment, username="new")
    no_telephone = member(Role.NURSE, unit_a.establishment, username="token", second_factor_since=timezone.now())
    HOTPDevice.objects.create(user=no_telephone, name="token", confirmed=True)

    assert f"Accounts marked as enrolled that have no second factor: {odd.pk}" in lines(examined()[1], "warning")
    User.objects.filter(pk=odd.pk).update(is_active=False)
    assert "2 active accounts, 1 of them to enrol a second factor at the next sign-in" in lines(examined()[1], "ok")


def address_of(login: str, alias: str = "default") -> str:
    """The test database's address with another login; the developer's server may want no password."""
    owner = "DATABASE_URL_OWNER" if alias == "default" else f"DATABASE_URL_OWNER_{alias.upper()}"
    name = settings.DATABASES[alias]["NAME"]
    return os.environ[owner].replace("carehub_owner", login).rpartition("/")[0] + f"/{name}"


def test_address_that_opens_another_login_is_a_problem(unit_a: Unit, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATABASE_URL_PRISON", address_of("carehub_owner", "prison"))

    content, output = examined()

    assert not content, output
    assert any("opens the login carehub_owner" in line for line in lines(output, "problem"))


def test_address_that_leads_to_the_other_sides_database_is_a_problem(
    unit_a: Unit, monkeypatch: pytest.MonkeyPatch
) -> None:
    address = ADDRESSES["DATABASE_URL_ACCOUNTS"].rpartition("/")[0]
    monkeypatch.setenv("DATABASE_URL_ACCOUNTS_PRISON", f"{address}/{settings.DATABASES['prison']['NAME']}")
    assert "DATABASE_URL_ACCOUNTS_PRISON opens the login carehub_accounts" in lines(examined()[1], "ok")
    monkeypatch.setenv("DATABASE_URL_ACCOUNTS_PRISON", f"{address}/{settings.DATABASES['default']['NAME']}")

    content, output = examined()

    assert not content, output
    assert f"of the database {settings.DATABASES['default']['NAME']}" in lines(output, "problem")[0]


def test_address_that_opens_nothing_is_a_problem(unit_a: Unit, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("DATABASE_URL_CARE", "postgresql://carehub_care@127.0.0.1:1/carehub")
    monkeypatch.setenv("DATABASE_URL_PRISON_FILE", str(tmp_path / "missing"))

    found = lines(examined()[1], "problem")

    assert len(found) == 2
    assert all("does not open" in line for line in found)


@pytest.mark.parametrize(
    ("where", "is_sealed"),
    [
        ("carehub_care:x@%2Frun%2Fpostgresql/carehub", True),
        ("carehub_care:x@127.0.0.1/carehub", True),
        ("carehub_care:x@db.hospital.example/carehub?sslmode=verify-full&sslrootcert=/ca", True),
        ("carehub_care:x@db.hospital.example/carehub?sslmode=verify-ca", False),
        ("carehub_care:x@%2Frun%2Fone,%2Frun%2Ftwo/carehub?target_session_attrs=read-write", True),
        ("carehub_care:x@%2Frun%2Fone,db.hospital.example/carehub", False),
        ("carehub_care:x@db.hospital.example/carehub?sslmode=require", False),
        ("carehub_care:x@db.hospital.example/carehub", False),
    ],
)
def test_address_over_a_network_is_checked_for_its_certificate(where: str, *, is_sealed: bool) -> None:
    assert deployment.is_sealed(dj_database_url.parse(f"postgresql://{where}")) == is_sealed


def test_address_without_a_checked_certificate_is_named_and_not_even_tried(
    unit_a: Unit, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DATABASE_URL_CARE", "postgresql://carehub_care:x@db.hospital.example/carehub?sslmode=require")
    sentence = "DATABASE_URL_CARE crosses a network without checking the server's certificate"

    assert sentence in lines(examined()[1], "warning")
    with override_settings(IS_PRODUCTION=True):
        assert sentence in lines(examined()[1], "problem")


def test_missing_files_are_named(unit_a: Unit, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(deployment, "is_compiled", lambda: False)
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
    for door in ("care", "prison", "accounts", "courier"):
        with through(door):
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
    monkeypatch.delenv("DATABASE_URL_OWNER_PRISON", raising=False)

    with override_settings(CAREHUB_DOOR="accounts"):
        (warning,) = checks.no_other_address()
        assert (warning.id, "DATABASE_URL_CARE" in warning.msg) == ("carehub.W001", True)
    with override_settings(CAREHUB_DOOR="care"):
        assert checks.no_other_address() == []
    with override_settings(CAREHUB_DOOR="owner"):
        assert checks.no_other_address() == []


def test_process_of_both_sides_holds_an_address_of_each(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("OWNER", "OWNER_PRISON"):
        monkeypatch.delenv(f"DATABASE_URL_{name}", raising=False)
    for name in ("COURIER", "COURIER_PRISON_FILE"):
        monkeypatch.setenv(f"DATABASE_URL_{name}", "postgresql://carehub_courier@db/carehub")

    with override_settings(CAREHUB_DOOR="courier"):
        assert checks.no_other_address() == []


@pytest.mark.parametrize("name", ["DATABASE_URL_CARE", "DATABASE_URL_COURIER", "DATABASE_URL_OWNER_FILE"])
def test_prison_door_that_could_reach_the_other_side_does_not_start(
    name: str, db: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    for held in ("DATABASE_URL_OWNER", "DATABASE_URL_OWNER_PRISON"):
        monkeypatch.delenv(held, raising=False)
    monkeypatch.setenv("DATABASE_URL_PRISON", "postgresql://carehub_prison@db/carehub_prison")

    with through("prison"):
        monkeypatch.setattr(connections["default"], "close", lambda: None)  # the test's transaction lives on it
        checks.refuse_another_login()
        monkeypatch.setenv(name, "postgresql://anybody@db/carehub")
        assert [error.id for error in checks.no_other_address()] == ["carehub.E002"]
        with pytest.raises(ImproperlyConfigured, match=name):
            checks.refuse_another_login()


@pytest.mark.parametrize(
    "name", ["DATABASE_URL_PRISON", "DATABASE_URL_COURIER_PRISON", "DATABASE_URL_OWNER_PRISON_FILE"]
)
def test_care_door_that_could_reach_a_prison_does_not_start(
    name: str, db: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    for held in [held for held in os.environ if held.startswith("DATABASE_URL_")]:
        monkeypatch.delenv(held)
    monkeypatch.setenv("DATABASE_URL_CARE", "postgresql://carehub_care@db/carehub")

    with through("care"):
        monkeypatch.setattr(connections["default"], "close", lambda: None)  # the test's transaction lives on it
        checks.refuse_another_login()
        monkeypatch.setenv(name, "postgresql://anybody@db/carehub_prison")
        assert [error.id for error in checks.no_other_address()] == ["carehub.E002"]
        with pytest.raises(ImproperlyConfigured, match=name):
            checks.refuse_another_login()


def test_courier_that_was_never_there_is_told_on_both_sides(unit_a: Unit) -> None:
    content, output = examined()

    assert content, output
    assert {"The courier has never reached prison", "prison: The courier has never been here"} <= set(
        lines(output, "warning")
    )
    with override_settings(**PRODUCTION):
        assert "The courier has never reached prison" in lines(examined()[1], "problem")


def test_courier_that_comes_by_is_fine_and_one_that_stays_away_is_not(unit_a: Unit) -> None:
    carry()
    assert [line for line in lines(examined()[1], "warning") if "courier" in line] == []
    was_reached(ago=timedelta(minutes=10))

    warnings = "\n".join(lines(examined()[1], "warning"))

    assert re.search(r"^The courier reached prison 6\d\d s ago, and not since$", warnings, re.MULTILINE)
    assert re.search(r"^prison: The courier was here 6\d\d s ago, and not since$", warnings, re.MULTILINE)


def test_what_the_courier_does_is_told_once(unit_a: Unit) -> None:
    carry()

    told = [line for line in examined()[1].splitlines() if "The courier" in line]

    assert len(told) == 2


def test_work_of_the_night_that_was_not_done_is_told_and_so_is_what_failed(unit_a: Unit) -> None:
    assert "extend_planning (never)" in "".join(line for line in lines(examined()[1], "warning") if "nightly" in line)

    call_command("nightly", "--once", stdout=StringIO())
    assert "The hourly and nightly work was done within the last day" in lines(examined()[1], "ok")

    sql("UPDATE procrastinate_events SET at = at - interval '27 hours'")
    for name in nightly.COMMANDS.keys() - {"purge_leftovers", "verify_integrity", "extend_planning"}:
        nightly.note_done(name)
    sql(
        "INSERT INTO procrastinate_jobs (queue_name, task_name, status)"
        " VALUES ('default', 'verify_integrity', 'doing'), ('default', 'extend_planning', 'doing')",
        "UPDATE procrastinate_jobs SET status = 'failed' WHERE status = 'doing'",
    )
    nightly.note_done("extend_planning")
    warnings = "\n".join(lines(examined()[1], "warning"))
    assert re.search(r"not done: purge_leftovers \(last [-0-9]+ [:0-9]+ UTC\), verify_integrity \(last", warnings)
    # In one transaction all instants are one: what was done after it failed is done.
    assert re.search(r"It failed when it was tried last: verify_integrity$", warnings, re.MULTILINE)


def test_list_that_is_late_is_told_with_what_to_do(unit_a: Unit) -> None:
    early_there(unit_a.establishment)
    carry()
    was_reached(at=publish_just_now(unit_a.establishment) - timedelta(seconds=1))

    output = examined()[1]

    assert "Lists are late at prison: MAA" in lines(output, "warning")
    assert "care prints them: /prints/lists" in output


WHOLE = {
    "ISSUER": "https://sso.hopital.example/realms/ch",
    "NAME": "CH Nord",
    "CLIENT_ID": "carehub",
    "CLIENT_SECRET": "secret",
}
HALF_SET: tuple[tuple[dict[str, str], str], ...] = (
    ({"CLIENT_ID": "carehub"}, "CAREHUB_OIDC_CLIENT_ID is set, and CAREHUB_OIDC_ISSUER is not."),
    ({**WHOLE, "CLIENT_SECRET": ""}, "CAREHUB_OIDC_CLIENT_SECRET is not set."),
    ({**WHOLE, "NAME": ""}, "CAREHUB_OIDC_NAME is not set."),
    ({**WHOLE, "ISSUER": "http://sso.hopital.example"}, "CAREHUB_OIDC_ISSUER must be an https address."),
    ({**WHOLE, "TOKEN": "https://sso.hopital.example/token"}, "all of them are named, or none"),
    ({**WHOLE, "ISSUER": "https://sso.justice.gouv.fr"}, "is the prison administration's"),
    ({**WHOLE, "SCOPE": "profile"}, "CAREHUB_OIDC_SCOPE must contain openid."),
    ({**WHOLE, "IDENTIFIER": "email"}, "names something that changes hands"),
    ({**WHOLE, "PROMPT": "none"}, "CAREHUB_OIDC_PROMPT is"),
    ({**WHOLE, "CLIENT_AUTH": "none"}, "CAREHUB_OIDC_CLIENT_AUTH is one of"),
)


@pytest.mark.parametrize(("said", "sentence"), HALF_SET)
def test_identity_provider_that_is_half_set_stops_the_door_and_is_a_problem(
    said: dict[str, str], sentence: str
) -> None:
    with override_settings(CAREHUB_OIDC={**settings.CAREHUB_OIDC, **said}):
        assert sentence in " ".join(str(error.msg) for error in run_checks(tags=["security"]))
        assert sentence in " ".join(verdict.sentence for verdict in deployment.provider())
        with override_settings(CAREHUB_DOOR="care"):
            assert configured() is None


def test_identity_provider_that_is_whole_is_told_and_is_the_care_doors_alone() -> None:
    with override_settings(CAREHUB_OIDC={**settings.CAREHUB_OIDC, **WHOLE}):
        assert "Carers may be named by CH Nord" in [verdict.sentence for verdict in deployment.provider()]
        for door in ("prison", "accounts"):
            with override_settings(CAREHUB_DOOR=door):
                assert configured() is None
                assert [error.id for error in checks.whole_provider()] == ["carehub.E004"]
        with override_settings(CAREHUB_DOOR="care"):
            assert configured() is not None
            assert checks.whole_provider() == []


def test_words_that_are_not_installed_stop_a_door(tmp_path: Path) -> None:
    with override_settings(CAREHUB_WORDS=tmp_path):
        assert [error.id for error in checks.words_are_there()] == ["carehub.E005"]
        assert deployment.words().level == Level.PROBLEM
    assert deployment.words().level == Level.OK


def test_login_without_business_on_a_server_may_be_closed_there(monkeypatch: pytest.MonkeyPatch) -> None:
    assert [guests(alias) for alias in ("default", "prison")] == [set(), set()]

    monkeypatch.setitem(connections["prison"].settings_dict, "HOST", "db.prison.example")

    assert [guests(alias) for alias in ("default", "prison")] == [{"carehub_prison"}, {"carehub_care"}]
