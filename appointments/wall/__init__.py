"""The database's own rules as they stand today, one readable file each, and how they are put up.

A changed file takes effect with the next `manage.py migrate`; no migration repeats it (docs/adr/0022). This package
knows neither models nor settings: whoever calls it brings a function that executes SQL. `care/schema.sql` and
`prison/schema.sql` show each whole database as all this and the migrations make it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from pathlib import Path

HERE = Path(__file__).resolve().parent
# Of which folders each database's rules are made. Accounts stand in both.
PARTS = {"care": ("accounts", "care"), "prison": ("accounts", "prison")}
# In this order, of all folders together. A kind is a folder, or one file where it is short.
KINDS = ("doors", "clearing", "functions", "columns", "views", "constraints", "policies", "grants", "system_columns")

ADD_CONSTRAINT = re.compile(r"^ALTER TABLE (\w+) ADD CONSTRAINT (\w+)\s+([^;]+);$", re.MULTILINE)
KEEP_CONSTRAINT = """DO $wall$ BEGIN
    IF (SELECT pg_get_constraintdef(oid, true) FROM pg_constraint
        WHERE conrelid = '{table}'::regclass AND conname = '{name}' AND convalidated)
        IS DISTINCT FROM $wanted${definition}$wanted$
    THEN
        ALTER TABLE {table} DROP CONSTRAINT IF EXISTS {name};
        ALTER TABLE {table} ADD CONSTRAINT {name} {definition};
    END IF;
END $wall$;"""


def of_alias(alias: str) -> str:
    """Return whose database it is that an owner's command knows by `alias`: care's, or a prison's."""
    return "care" if alias == "default" else "prison"


def files(database: str) -> Iterator[Path]:
    """Give the files of a database's rules in the order in which they are executed."""
    for kind in KINDS:
        for part in PARTS[database]:
            single = HERE / part / f"{kind}.sql"
            yield from [single] if single.exists() else sorted((HERE / part / kind).glob("*.sql"))


def put_up(execute: Callable[[str], object], *, database: str) -> None:
    """Make the rules of a database those of the files. To be called in one transaction, as the schema's owner."""
    for path in files(database):
        execute(sql_of(path))


def sql_of(path: Path) -> str:
    """Return what a file says; a constraint that stands already is left alone, for to add it reads the whole table."""
    return ADD_CONSTRAINT.sub(_keep_constraint, path.read_text(encoding="utf-8"))


def _keep_constraint(match: re.Match[str]) -> str:
    table, name, definition = match.groups()
    return KEEP_CONSTRAINT.format(table=table, name=name, definition=" ".join(definition.split()))


def schema_file(database: str) -> Path:
    return HERE / database / "schema.sql"
