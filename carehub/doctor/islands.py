"""Whether the rows of two establishments refer to each other: what lets a region have a cluster of its own (ADR 0054).

Read from the catalogue, so that a table of tomorrow is judged, too. A reference is held by the database when a foreign
key carries the establishment, or another reference of the same row that does; what is not held is looked at by night.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import NamedTuple

from django.db import connections

from carehub.doctor.database import rows

HOUSE = "establishment_id"
WITH_A_HOUSE = """
    SELECT c.relname::text FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid
    WHERE c.relkind IN ('r', 'p') AND c.relnamespace = 'public'::regnamespace
      AND a.attname = 'establishment_id' AND NOT a.attisdropped
"""
FOREIGN_KEYS = """
    SELECT o.relname::text, t.relname::text,
        ARRAY(SELECT a.attname::text FROM unnest(f.conkey) WITH ORDINALITY AS k (number, nth)
              JOIN pg_attribute a ON a.attrelid = f.conrelid AND a.attnum = k.number ORDER BY nth),
        ARRAY(SELECT a.attname::text FROM unnest(f.confkey) WITH ORDINALITY AS k (number, nth)
              JOIN pg_attribute a ON a.attrelid = f.confrelid AND a.attnum = k.number ORDER BY nth)
    FROM pg_constraint f JOIN pg_class o ON o.oid = f.conrelid JOIN pg_class t ON t.oid = f.confrelid
    WHERE f.contype = 'f' AND f.connamespace = 'public'::regnamespace ORDER BY 1, 2, f.conname
"""
PRIMARY_KEYS = """
    SELECT c.relname::text, a.attname::text FROM pg_constraint p JOIN pg_class c ON c.oid = p.conrelid
    JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum = p.conkey[1]
    WHERE p.contype = 'p' AND p.connamespace = 'public'::regnamespace
"""


class Reference(NamedTuple):
    """A column whose values are keys of another table's rows."""

    table: str
    column: str
    target: str


@dataclass(frozen=True)
class ForeignKey:
    """One foreign key, with its columns and those that they name."""

    table: str
    target: str
    columns: dict[str, str]


@dataclass(frozen=True)
class Catalogue:
    """What a database says of its tables and keys."""

    with_a_house: frozenset[str]
    foreign_keys: tuple[ForeignKey, ...]
    primary_keys: dict[str, str]

    @classmethod
    def of(cls, alias: str) -> Catalogue:
        found = rows(alias, FOREIGN_KEYS)
        keys = (ForeignKey(one, to, dict(zip(here, there, strict=True))) for one, to, here, there in found)
        houses = frozenset(name for (name,) in rows(alias, WITH_A_HOUSE))
        return cls(houses, tuple(keys), dict(rows(alias, PRIMARY_KEYS)))

    def references(self, key: ForeignKey) -> Iterator[Reference]:
        """Return what a foreign key says of single rows; one of several columns says it of that which is a key."""
        for column, named in key.columns.items():
            if named == self.primary_keys.get(key.target):
                yield Reference(key.table, column, key.target)

    def between_houses(self) -> set[Reference]:
        """Return the references from rows with an establishment to rows with one."""
        return {
            reference
            for key in self.foreign_keys
            if {key.table, key.target} <= self.with_a_house
            for reference in self.references(key)
        }

    def held(self) -> set[Reference]:
        """Return those that the database keeps within one establishment.

        A session is of the appointment's agenda, and the agenda of its establishment: then so is the session.
        """
        found: set[Reference] = set()
        while True:
            new = {
                reference
                for key in self.foreign_keys
                if key.columns.get(HOUSE) == HOUSE or self.goes_by_way_of(key, found)
                for reference in self.references(key)
            } - found
            if not new:
                return found
            found |= new

    def goes_by_way_of(self, key: ForeignKey, found: set[Reference]) -> bool:
        here = {(each.column, each.target) for each in found if each.table == key.table}
        there = {(each.column, each.target) for each in found if each.table == key.target}
        return any((key.columns.get(column), target) in there for column, target in here)

    def unheld(self) -> list[Reference]:
        """Return those that nothing but the verbs and triggers keep within one establishment."""
        return sorted(self.between_houses() - self.held())

    def parents(self, table: str) -> list[Reference]:
        """Return by which references the rows of a table without the column belong to an establishment."""
        keys = (key for key in self.foreign_keys if key.table == table and key.target in self.with_a_house)
        return sorted({reference for key in keys for reference in self.references(key)})

    def questions(self) -> Iterator[str]:
        """Return the queries that find rows which refer to two establishments."""
        for reference in self.unheld():
            yield self.question(reference, home="a.establishment_id")
        for table in sorted({key.table for key in self.foreign_keys} - self.with_a_house):
            homes = self.parents(table)
            for other in homes[1:]:
                at = f" JOIN {homes[0].target} h ON h.{self.primary_keys[homes[0].target]} = a.{homes[0].column}"
                yield self.question(other, home="h.establishment_id", join=at)

    def question(self, reference: Reference, *, home: str, join: str = "") -> str:
        # Names of tables and columns come from the catalogue.
        table, column, target = reference
        return (
            f"SELECT '{table} ' || a.{self.primary_keys[table]} || ' by {column}' FROM {table} a{join}"  # noqa: S608
            f" JOIN {target} b ON b.{self.primary_keys[target]} = a.{column}"
            f" WHERE b.establishment_id <> {home} ORDER BY 1"
        )


def crossing(alias: str) -> list[str]:
    """Return the rows of a database that refer to a row of another establishment than their own."""
    found: list[str] = []
    for question in Catalogue.of(alias).questions():
        with connections[alias].cursor() as cursor:
            cursor.execute(question)
            found += [str(key) for (key,) in cursor.fetchall()]
    return found
