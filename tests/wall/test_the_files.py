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
from django.db import connection
from django.test import override_settings

from appointments import wall
from appointments.management.commands.wall import rows
from appointments.wall import dump

ROOT = Path(__file__).resolve().parents[2]
WRITTEN = wall.schema_file("care")


@pytest.fixture
def database(db: None) -> Callable[[str], None]:
    """Return a function that changes the database; it begins as everywhere else, with a log that cannot be emptied."""

    def execute(statement: str) -> None:
        with connection.cursor() as cursor:
            cursor.execute(statement)

    execute("SET CONSTRAINTS ALL IMMEDIATE")
    execute("ALTER TABLE access_auditentry ENABLE TRIGGER audit_never_emptied")
    execute("ALTER TABLE appointments_movementevent ENABLE TRIGGER events_never_emptied")
    return execute


def migrate() -> None:
    call_command("migrate", verbosity=0, interactive=False)


def test_schema_file_is_what_migrations_and_wall_make(database: Callable[[str], None]) -> None:
    assert dump.text(rows) == WRITTEN.read_text(encoding="utf-8"), "run make schema, and read what it changed"


def test_schema_file_is_read_back_into_its_statements() -> None:
    written = WRITTEN.read_text(encoding="utf-8")
    without_headings = re.sub(r"^-- ━━ .*$", "", written.removeprefix(dump.HEAD), flags=re.MULTILINE)

    assert "".join("".join(dump.statements(written)).split()) == "".join(without_headings.split())
    assert len(list(dump.statements(written))) == len(re.findall(r"^(?:CREATE|ALTER|GRANT) ", written, re.MULTILINE))


def test_every_file_is_put_up_once_and_in_order() -> None:
    files = list(wall.files("care"))

    assert len(files) == len(set(files))
    assert {path for part in wall.PARTS["care"] for path in (wall.HERE / part).rglob("*.sql")} == {*files, WRITTEN}
    assert [path.name for path in files[:2]] == ["doors.sql", "clearing.sql"]


def test_file_bears_the_name_of_its_function_or_table() -> None:
    for path in wall.files("care"):
        text = path.read_text(encoding="utf-8")
        if path.parent.name == "functions":
            assert re.findall(r"^CREATE OR REPLACE FUNCTION (\w+)\(", text, re.MULTILINE) == [path.stem]
            assert set(re.findall(r"EXECUTE FUNCTION (\w+)", text)) <= {path.stem}
        if path.parent.name == "policies":
            assert set(re.findall(r"^(?:ALTER TABLE|CREATE POLICY \w+ ON) (\w+)", text, re.MULTILINE)) == {path.stem}
        if path.parent.name == "grants":
            assert set(re.findall(r"\bTO (\w+)", text)) == {f"carehub_{path.stem}"}


BY_HAND = [
    "ALTER TABLE appointments_escort DISABLE TRIGGER escort_on_the_day",
    "DROP TRIGGER audit_append_only ON access_auditentry",
    "CREATE TRIGGER more BEFORE DELETE ON appointments_kind FOR EACH ROW EXECUTE FUNCTION access_audit_refuse()",
    "ALTER POLICY published ON appointments_movement USING (true)",
    "CREATE POLICY more ON access_session TO carehub_prison USING (true)",
    "ALTER TABLE access_user DISABLE ROW LEVEL SECURITY",
    "ALTER TABLE appointments_kind ENABLE ROW LEVEL SECURITY",
    "GRANT SELECT ON appointments_appointment TO carehub_prison",
    "GRANT SELECT (birth_date) ON appointments_detainee TO PUBLIC",
    "GRANT EXECUTE ON FUNCTION access_end_sessions(bigint) TO PUBLIC",
    "GRANT USAGE ON SEQUENCE appointments_agenda_id_seq TO carehub_prison",
    "REVOKE ALL ON appointments_appointment FROM carehub_care",
    "CREATE OR REPLACE FUNCTION access_side() RETURNS text LANGUAGE sql AS 'SELECT ''care'''",
    "ALTER TABLE appointments_movement DROP CONSTRAINT movement_building_here",
    "ALTER TABLE appointments_freeze DROP CONSTRAINT freeze_building_here, ADD CONSTRAINT freeze_building_here"
    " FOREIGN KEY (building_id) REFERENCES access_building (id)",
    "CREATE OR REPLACE VIEW appointments_movementmark AS SELECT id, ''::text AS mark FROM appointments_movement",
]


@pytest.mark.parametrize("change", BY_HAND, ids=[change[:50] for change in BY_HAND])
def test_what_was_changed_by_hand_is_as_the_files_say_after_migrate(
    database: Callable[[str], None], change: str
) -> None:
    database(change)
    assert dump.text(rows) != WRITTEN.read_text(encoding="utf-8")

    migrate()

    assert dump.text(rows) == WRITTEN.read_text(encoding="utf-8")


def test_changed_file_takes_effect_with_the_next_migrate(
    database: Callable[[str], None], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    shutil.copytree(wall.HERE, tmp_path / "wall")
    monkeypatch.setattr(wall, "HERE", tmp_path / "wall")
    function = tmp_path / "wall/care/functions/appointments_change_refuse.sql"
    function.write_text(function.read_text(encoding="utf-8").replace("only grows", "stays"), encoding="utf-8")
    (tmp_path / "wall/care/policies/appointments_printedsheet.sql").unlink()

    migrate()

    now = dump.named(dump.text(rows))
    before = dump.named(WRITTEN.read_text(encoding="utf-8"))
    assert "The history of appointments stays" in now["function appointments_change_refuse()"]
    assert before.keys() - now.keys() == {
        "policy a_few_days on appointments_printedsheet",
        "row-level security on appointments_printedsheet",
    }


def test_constraint_that_stands_is_not_made_again(database: Callable[[str], None]) -> None:
    constraints = (
        "SELECT conrelid::regclass || ' ' || conname, oid::text FROM pg_constraint WHERE contype <> 't' ORDER BY 1"
    )
    before = rows(constraints)

    migrate()

    assert rows(constraints) == before


def test_wall_waits_while_migrations_are_not_applied(database: Callable[[str], None]) -> None:
    database("ALTER TABLE appointments_escort DISABLE TRIGGER escort_on_the_day")
    database("DELETE FROM django_migrations WHERE app = 'appointments' AND name = '0006_escorts'")

    call_command("migrate", "auth", verbosity=0, interactive=False)

    assert "SWITCHED OFF" in dump.text(rows)


def test_command_shows_line_by_line_what_differs(database: Callable[[str], None]) -> None:
    content, different = StringIO(), StringIO()

    call_command("wall", stdout=content)
    database("GRANT SELECT ON appointments_kind TO carehub_prison")
    with pytest.raises(CommandError, match="differs"):
        call_command("wall", stdout=different)

    assert content.getvalue() == "The database is as appointments/wall/care/schema.sql says.\n"
    assert different.getvalue().splitlines()[3:] == ["+GRANT SELECT ON appointments_kind TO carehub_prison;"]


def test_door_cannot_look_at_the_wall(db: None) -> None:
    with override_settings(CAREHUB_DOOR="prison"), pytest.raises(CommandError, match="owner"):
        call_command("wall")


def test_wall_is_read_without_the_framework() -> None:
    read = "import sys, appointments.wall.dump as dump; print(len(list(dump.files('care'))), 'django' in sys.modules)"
    read = read.replace("dump.files", "sys.modules['appointments.wall'].files")

    done = subprocess.run([sys.executable, "-c", read], check=True, cwd=ROOT, capture_output=True, text=True)

    assert done.stdout.split() == [str(len(list(wall.files("care")))), "False"]
