"""Reads what a prison's database holds now, and compares it with what it should hold. Changes nothing."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import chain

from django.utils import translation
from psycopg import sql

from access.models import Establishment
from appointments.models import Agenda, Kind
from appointments.models.enums.planning import Discipline
from appointments.wall import of_alias, schema_file
from carehub.doctor import database, wall
from carehub.doctor.database import rows
from carehub.doctor.verdict import Level, Verdict
from carehub.self_test.tables import COLUMN_WORDS, GROUPS, LINE_WORDS

CREATED = re.compile(r"^CREATE TABLE (\w+) \(\n(.*?)\n\);", re.MULTILINE | re.DOTALL)
# Whatever holds rows or shows them, in any schema that is not PostgreSQL's own.
COLUMNS = """
    SELECT CASE n.nspname WHEN 'public' THEN '' ELSE n.nspname || '.' END || c.relname, t.attname
    FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace JOIN pg_attribute t ON t.attrelid = c.oid
    WHERE c.relkind IN ('r', 'p', 'v', 'm', 'f') AND n.nspname !~ '^(pg_|information_schema)'
      AND t.attnum > 0 AND NOT t.attisdropped
"""
KEYS_OF_LINES = """
    SELECT DISTINCT key FROM {table} holder, jsonb_array_elements(holder.lines) line, jsonb_object_keys(line) key
"""
CALLS = "SELECT coalesce(sum(jsonb_array_length(lines)), 0) FROM prison_edition"
# A word of care anywhere in a row: what a list, a sheet or an alert says, whatever the column.
SAYING = "SELECT count(*) FROM {table} held WHERE EXISTS (SELECT FROM unnest(%(words)s::text[]) word"
SAYING += " WHERE strpos(lower(held::text), word) > 0)"
SHORTEST_WORD = 5


@dataclass(frozen=True, kw_only=True)
class Holdings:
    """What one prison's database holds."""

    counts: dict[str, int]
    calls: int
    columns: int
    # Tables, columns and parts of lines that no file of this version knows, and those that are not there.
    strange: tuple[str, ...]
    missing: tuple[str, ...]
    # Names of practitioners and agendas, kinds and disciplines that were looked for, and rows in which one was found.
    words: int
    saying: dict[str, int]
    # The doctor's look at logins, grants and rules.
    checks: int
    findings: tuple[Verdict, ...]

    @property
    def is_as_declared(self) -> bool:
        bad = any(each.level == Level.PROBLEM for each in self.findings)
        return not (self.strange or self.missing or self.saying or bad)


def holdings_of(establishment: Establishment) -> Holdings:
    """Read the database to which the establishment's lists go. Raises OperationalError where it does not answer."""
    alias = establishment.prison
    found, declared = {(str(table), str(column)) for table, column in rows(alias, COLUMNS)}, declared_columns(alias)
    here = {table for table, _column in found}
    known = [table for group in GROUPS for table in group.tables if table in here]
    words = words_of_care()
    judged = list(chain(database.roles(alias), wall.verdicts(alias)))
    return Holdings(
        counts={table: _count(alias, "SELECT count(*) FROM {table}", table) for table in known},
        calls=_count(alias, CALLS),
        columns=len(found),
        strange=(*_named(found - declared, declared), *_strange_parts(alias, here)),
        missing=_named(declared - found, found),
        words=len(words),
        saying={
            table: number
            for table in COLUMN_WORDS
            if table in here and (number := _count(alias, SAYING, table, words=words))
        },
        checks=len(judged),
        findings=tuple(each for each in judged if each.level != Level.OK),
    )


def declared_columns(alias: str) -> set[tuple[str, str]]:
    """Return each table and column that this version makes, as its schema.sql has them."""
    written = schema_file(of_alias(alias)).read_text(encoding="utf-8")
    return {(table, line.split()[0]) for table, body in CREATED.findall(written) for line in body.splitlines() if line}


def words_of_care() -> list[str]:
    """Return what must stand in no row of the prison's: names of agendas, kinds, disciplines, in small letters."""
    with translation.override("fr"):
        said = [*Agenda.objects.values_list("name", flat=True), *Kind.objects.values_list("name", flat=True)]
        said += [str(discipline.label) for discipline in Discipline]
    return sorted({word.lower() for word in said if len(word) >= SHORTEST_WORD})


def _named(more: set[tuple[str, str]], beside: set[tuple[str, str]]) -> tuple[str, ...]:
    """Name whole tables once, and columns of tables that `beside` knows."""
    known = {table for table, _column in beside}
    return tuple(sorted({f"{table}.{column}" if table in known else table for table, column in more}))


def _strange_parts(alias: str, here: set[str]) -> Iterator[str]:
    for table in sorted(LINE_WORDS.keys() & here):
        with_name = sql.SQL(KEYS_OF_LINES).format(table=sql.Identifier(table))
        parts = {str(key) for (key,) in rows(alias, with_name.as_string())}
        yield from (f"{table}.lines.{part}" for part in sorted(parts - LINE_WORDS[table].keys()))


def _count(alias: str, query: str, table: str = "", **values: object) -> int:
    with_name = sql.SQL(query).format(table=sql.Identifier(table)).as_string()
    [(number,)] = rows(alias, with_name, **values)
    return int(number)
