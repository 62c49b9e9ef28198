"""The wall stands as its files say: after each migration, whatever somebody did to the database in between."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from collections.abc import Callable
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.db import connections
from django.test import override_settings

from appointments import wall
from appointments.management.commands.wall import rows_of
from appointments.wall import dump
from tests import databases, emptying

ROOT = Path(__file__).resolve().parents[2]
ALIASES = ("default", "prison")
BOTH = ("care", "prison")
Change = Callable[..., None]


def here(alias: str = "default") -> str:
    """The database in use, written out."""
    return dump.text(rows_of(alias))


def written(alias: str = "default") -> str:
    """What its file says."""
    return wall.schema_file(wall.of_alias(alias)).read_text(encoding="utf-8")


@pytest.fixture
def database(db: None) -> Change:
    """Return a function that changes a database; both begin as everywhere else, with logs that cannot be emptied."""

    def execute(statement: str, alias: str = "default") -> None:
        with connections[alias].cursor() as cursor:
            cursor.execute(statement)

    for alias in ALIASES:
        execute("SET CONSTRAINTS ALL IMMEDIATE", alias)
        for statement in emptying.statements("ENABLE", alias=alias):
            execute(statement, alias)
    return execute


def migrate(alias: str = "default") -> None:
    call_command("migrate", database=alias, verbosity=0, interactive=False)


@pytest.mark.slow
@pytest.mark.parametrize("alias", ALIASES)
def test_schema_file_is_what_migrations_and_wall_make(alias: str, transactional_db: None) -> None:
    """Other tests have their tables from the models (tests/databases.py); here all migrations run, as for users."""
    name = f"{connections[alias].settings_dict['NAME']}_by_migrations"
    kept = "SELECT content_type_id, codename FROM auth_permission ORDER BY 1, 2"
    rights = sorted(codename for _kind, codename in rows_of(alias)(kept))
    with databases.alone(alias) as server:
        server.execute(f'CREATE DATABASE "{name}"')
    try:
        with databases.turned_to(alias, name):
            migrate(alias)
            assert here(alias) == written(alias), "run make schema, and read what it changed"
            assert sorted(codename for _kind, codename in rows_of(alias)(kept)) == rights
    finally:
        databases.remove(alias, name)


@pytest.mark.parametrize("alias", ALIASES)
def test_tests_have_the_tables_of_the_schema_file(alias: str, database: Change) -> None:
    assert here(alias) == written(alias), "run make schema, and read what it changed"


@pytest.mark.parametrize("alias", ALIASES)
def test_schema_file_is_read_back_into_its_statements(alias: str) -> None:
    text = written(alias)
    without_headings = re.sub(r"^-- ━━ .*$", "", text.removeprefix(dump.HEAD), flags=re.MULTILINE)

    assert "".join("".join(dump.statements(text)).split()) == "".join(without_headings.split())
    assert len(list(dump.statements(text))) == len(re.findall(r"^(?:CREATE|ALTER|GRANT) ", text, re.MULTILINE))


@pytest.mark.parametrize("whose", BOTH)
def test_every_file_is_put_up_once_and_in_order(whose: str) -> None:
    files = list(wall.files(whose))
    there = {path for part in wall.PARTS[whose] for path in (wall.HERE / part).rglob("*.sql")}

    assert len(files) == len(set(files))
    assert there == {*files, wall.schema_file(whose)}
    assert [path.name for path in files[:3]] == ["doors.sql", "doors.sql", "clearing.sql"]


def test_file_bears_the_name_of_its_function_or_table() -> None:
    for path in {path for whose in BOTH for path in wall.files(whose)}:
        text = path.read_text(encoding="utf-8")
        if path.parent.name == "functions":
            assert re.findall(r"^CREATE OR REPLACE FUNCTION (\w+)\(", text, re.MULTILINE) == [path.stem]
            assert set(re.findall(r"EXECUTE FUNCTION (\w+)", text)) <= {path.stem}
        if path.parent.name == "policies":
            assert set(re.findall(r"^(?:ALTER TABLE|CREATE POLICY \w+ ON) (\w+)", text, re.MULTILINE)) == {path.stem}
        if path.parent.name == "grants":
            assert set(re.findall(r"\bTO (\w+)", text)) == {f"carehub_{path.stem.removesuffix('_accounts')}"}


BY_HAND = [
    "ALTER TABLE appointments_escort DISABLE TRIGGER escort_on_the_day",
    "DROP TRIGGER audit_append_only ON access_auditentry",
    "CREATE TRIGGER more BEFORE DELETE ON appointments_kind FOR EACH ROW EXECUTE FUNCTION access_audit_refuse()",
    "ALTER POLICY receives ON appointments_alert USING (true)",
    "CREATE POLICY more ON access_session TO carehub_prison USING (true)",
    "ALTER TABLE access_user DISABLE ROW LEVEL SECURITY",
    "ALTER TABLE appointments_kind ENABLE ROW LEVEL SECURITY",
    "GRANT SELECT ON appointments_appointment TO carehub_prison",
    "GRANT SELECT (birth_date) ON appointments_detainee TO PUBLIC",
    "GRANT EXECUTE ON FUNCTION access_end_sessions(bigint) TO PUBLIC",
    "GRANT USAGE ON SEQUENCE appointments_agenda_id_seq TO carehub_prison",
    "DO $$ BEGIN EXECUTE format('GRANT CONNECT ON DATABASE %I TO carehub_prison', current_database()); END $$",
    "REVOKE ALL ON appointments_appointment FROM carehub_care",
    "CREATE OR REPLACE FUNCTION access_side() RETURNS text LANGUAGE sql AS 'SELECT ''care'''",
    "ALTER TABLE appointments_movement DROP CONSTRAINT movement_building_here",
    "ALTER TABLE appointments_freeze DROP CONSTRAINT freeze_building_here, ADD CONSTRAINT freeze_building_here"
    " FOREIGN KEY (building_id) REFERENCES access_building (id)",
    "ALTER TABLE access_user DROP CONSTRAINT user_of_this_side",
]
BY_HAND_AT_THE_PRISON = [
    "ALTER TABLE prison_tap DISABLE TRIGGER tap_taken",
    "ALTER TABLE prison_edition DROP CONSTRAINT lines_are_neutral",
    "CREATE OR REPLACE FUNCTION prison_lines_are_neutral(lines jsonb) RETURNS boolean LANGUAGE sql IMMUTABLE"
    " AS 'SELECT true'",
    "GRANT SELECT ON prison_tap TO carehub_prison",
    "GRANT SELECT ON access_session TO carehub_prison",
    "ALTER POLICY lifts ON prison_prisonfreeze USING (true)",
    "DO $$ BEGIN EXECUTE format('GRANT CONNECT ON DATABASE %I TO carehub_care', current_database()); END $$",
]
EVERYWHERE = [*(("default", change) for change in BY_HAND), *(("prison", change) for change in BY_HAND_AT_THE_PRISON)]


@pytest.mark.parametrize(
    ("alias", "change"), EVERYWHERE, ids=[f"{alias} {change[:50]}" for alias, change in EVERYWHERE]
)
def test_what_was_changed_by_hand_is_as_the_files_say_after_migrate(database: Change, alias: str, change: str) -> None:
    database(change, alias)
    assert here(alias) != written(alias)

    migrate(alias)

    assert here(alias) == written(alias)


def test_changed_file_takes_effect_with_the_next_migrate(
    database: Change, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    shutil.copytree(wall.HERE, tmp_path / "wall")
    monkeypatch.setattr(wall, "HERE", tmp_path / "wall")
    function = tmp_path / "wall/care/functions/appointments_change_refuse.sql"
    function.write_text(function.read_text(encoding="utf-8").replace("only grows", "stays"), encoding="utf-8")
    (tmp_path / "wall/care/policies/appointments_alert.sql").unlink()

    migrate()

    now, before = dump.named(here()), dump.named(written())
    assert "The history of appointments stays" in now["function appointments_change_refuse()"]
    assert before.keys() - now.keys() == {
        "policy care on appointments_alert",
        "policy courier on appointments_alert",
        "policy receives on appointments_alert",
        "row-level security on appointments_alert",
    }


@pytest.mark.parametrize("alias", ALIASES)
def test_constraint_that_stands_is_not_made_again(alias: str, database: Change) -> None:
    constraints = (
        "SELECT conrelid::regclass || ' ' || conname, oid::text FROM pg_constraint WHERE contype <> 't' ORDER BY 1"
    )
    before = rows_of(alias)(constraints)

    migrate(alias)

    assert rows_of(alias)(constraints) == before


def test_wall_waits_while_migrations_are_not_applied(database: Change) -> None:
    database("ALTER TABLE appointments_escort DISABLE TRIGGER escort_on_the_day")
    database(
        "DELETE FROM django_migrations WHERE id = (SELECT max(id) FROM django_migrations WHERE app = 'appointments')"
    )

    call_command("migrate", "auth", verbosity=0, interactive=False)

    assert "SWITCHED OFF" in here()


def test_command_shows_line_by_line_what_differs(database: Change) -> None:
    content, different = StringIO(), StringIO()

    call_command("wall", stdout=content)
    database("GRANT SELECT ON appointments_kind TO carehub_prison")
    database("GRANT DELETE ON prison_tap TO carehub_prison", "prison")
    with pytest.raises(CommandError, match="differs"):
        call_command("wall", stdout=different)

    assert content.getvalue().splitlines() == [
        "The database default is as appointments/wall/care/schema.sql says.",
        "The database prison is as appointments/wall/prison/schema.sql says.",
    ]
    said = different.getvalue().splitlines()
    assert "+GRANT SELECT ON appointments_kind TO carehub_prison;" in said
    (more,) = [line for line in said if line.startswith("+GRANT DELETE, INSERT (")]
    assert more.endswith(" ON prison_tap TO carehub_prison;")


def test_command_writes_the_files_of_both_databases(
    database: Change, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    shutil.copytree(wall.HERE, tmp_path / "wall")
    monkeypatch.setattr(wall, "HERE", tmp_path / "wall")
    monkeypatch.setattr(dump, "HERE", tmp_path / "wall")
    expected = {alias: written(alias) for alias in ALIASES}
    for alias in ALIASES:
        wall.schema_file(wall.of_alias(alias)).write_text("old", encoding="utf-8")

    call_command("wall", write=True)

    assert {alias: written(alias) for alias in ALIASES} == expected


def test_door_cannot_look_at_the_wall(db: None) -> None:
    with override_settings(CAREHUB_DOOR="prison"), pytest.raises(CommandError, match="owner"):
        call_command("wall")


def test_wall_is_read_without_the_framework() -> None:
    read = (
        "import sys, appointments.wall.dump, appointments.wall as wall;"
        " print(len([*wall.files('care'), *wall.files('prison')]), 'django' in sys.modules)"
    )

    done = subprocess.run([sys.executable, "-c", read], check=True, cwd=ROOT, capture_output=True, text=True)

    assert done.stdout.split() == [str(len([*wall.files("care"), *wall.files("prison")])), "False"]
