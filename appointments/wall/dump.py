"""The whole database as its catalogue has it, written as SQL to be read: tables, rules and grants.

Always the same for the same database, from PostgreSQL 15 to 18: sorted by name, without what is PostgreSQL's own. It is
no backup; pg_dump makes those. Each statement begins at a line's start with one of a few words, which lets `statements`
read the text back.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

from appointments.wall import HERE

# Executes a query and gives its rows.
Rows = Callable[[str], list[tuple[str, str]]]

HEAD = """\
-- The whole database, as its catalogue has it after `manage.py migrate`: read here what holds today.
-- Written by `make schema`; a test compares it with a freshly migrated database, and `manage.py doctor` with the one in
-- use. To change a rule, change its file in this folder, or the model, and write this again.
"""

# Each file of catalogue/ gives the table under which a statement is read, and the statement.
GENERAL = ("extensions", "defaults")
OF_TABLES = (
    "tables", "views", "constraints", "indexes", "triggers", "rewriting", "row_security", "policies", "grants",
)  # fmt: skip
OF_FUNCTIONS = ("functions", "calls")

BEGINNING = re.compile(r"^(?=(?:CREATE|ALTER|GRANT) )", re.MULTILINE)
HEADING = re.compile(r"^\s*^-- ━━ .*$", re.MULTILINE)
# How a statement is named in one line. What has no name here (columns, indexes, grants) is compared otherwise.
NAMES = (
    (re.compile(r"CREATE POLICY (\w+) ON (\w+)"), "policy {} on {}"),
    (re.compile(r"CREATE (?:CONSTRAINT )?TRIGGER (\w+) .*? ON (\w+)"), "trigger {} on {}"),
    (re.compile(r"CREATE RULE (\w+) AS\s+ON \w+ TO (\w+)"), "rewriting {} on {}"),
    (re.compile(r"ALTER TABLE (\w+) ENABLE ROW LEVEL SECURITY"), "row-level security on {}"),
    (re.compile(r"ALTER TABLE (\w+) ADD CONSTRAINT (\w+)"), "constraint {1} on {0}"),
    (re.compile(r"CREATE VIEW (\w+)"), "view {}"),
    (re.compile(r"CREATE OR REPLACE (?:FUNCTION|PROCEDURE) (\w+\([^)]*\))"), "function {}"),
    (re.compile(r"GRANT (\w+) ON (DATABASE|SCHEMA) \w+ TO (?:carehub_)?(\w+)"), "{2} may {0} to {1}"),
    (re.compile(r"ALTER DEFAULT PRIVILEGES (\w+ \w+ ON \w+)"), "default privileges: {}"),
)


# A list of words as the models make it. Dumped and restored, PostgreSQL has it as another cast, which says the same.
OF_WORDS = re.compile(r"ARRAY\[((?:'(?:[^']|'')*'::character varying(?:, )?)+)\]::text\[\]")
WORD = re.compile(r"('(?:[^']|'')*'::character varying)")


def text(rows: Rows) -> str:
    """Write the database out: what is general, then table by table, then the functions."""
    by_table: dict[str, list[str]] = {}
    for query in OF_TABLES:
        for table, statement in rows(_query(query)):
            by_table.setdefault(table, []).append(_indented(statement))
    sections = [("In general", _all(rows, GENERAL)), *sorted(by_table.items()), ("Functions", _all(rows, OF_FUNCTIONS))]
    return HEAD + "".join(f"\n-- ━━ {title}\n" + "\n".join(lines) + "\n" for title, lines in sections)


def _all(rows: Rows, queries: tuple[str, ...]) -> list[str]:
    return [statement for query in queries for _table, statement in rows(_query(query))]


def _query(name: str) -> str:
    return (HERE / "catalogue" / f"{name}.sql").read_text(encoding="utf-8")


def _indented(statement: str) -> str:
    """Keep what follows a statement's first line away from the line's start, and take the ends of lines off."""
    first, *more = statement.splitlines()
    return "\n".join(
        [first, *(line.rstrip() if line.startswith(("    ", ")")) else f"    {line.strip()}" for line in more)]
    )


def statements(written: str) -> Iterator[str]:
    """Read a text that `text` wrote back into its statements."""
    _head, *found = BEGINNING.split(HEADING.sub("", written))
    for statement in found:
        yield statement.strip()


def named(written: str) -> dict[str, str]:
    """Return the rules of such a text by their names: everything but columns, indexes and grants."""
    return {name: statement for statement in statements(written) if (name := _name(statement))}


def as_restored(statement: str) -> str:
    """Return a statement as it reads after the database was dumped and restored, whether it was or not."""
    return OF_WORDS.sub(lambda words: "ARRAY[" + WORD.sub(r"\1::text", words[1]) + "]", statement)


def _name(statement: str) -> str | None:
    for pattern, name in NAMES:
        if match := pattern.match(statement):
            return name.format(*match.groups())
    return None
