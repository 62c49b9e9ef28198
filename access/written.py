"""Statements that Django writes once a process, because pages ask them again and again with other values only.

To write one down as SQL takes Django longer than the database needs to answer it. Only the text is kept: no row, no
answer, no name. Whose rows they are is among the values, and the wall judges each asking (docs/adr/0067).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from django.conf import settings
from django.db import DEFAULT_DB_ALIAS, connections
from django.db.models import Model, QuerySet

# Stand for the keys of rows while a statement is written; no row has one of them.
STANDS_FOR = range(-710_001, -710_009, -1)
# Stands for the present instant.
NOW = datetime(7100, 1, 1, tzinfo=UTC)


@dataclass(frozen=True)
class Place:
    """Where a value goes, as a number or as a text."""

    name: str
    is_text: bool


class Written:
    """Rows that are asked for by the keys of others: `rows` writes the set, `names` name those keys.

    One that is named `now` is an instant.
    """

    def __init__(self, rows: Callable[..., QuerySet[Any, Any]], *names: str) -> None:
        self.rows, self.stand_for = rows, dict[str, Any](zip(names, STANDS_FOR, strict=False))
        if "now" in names:
            self.stand_for["now"] = NOW
        # For each door, since a login's statement names no column that it may not read. A process is one door.
        self.written: dict[str, tuple[str, list[Any]]] = {}

    def with_values(self, **values: Any) -> tuple[str, list[Any]]:
        """Return the statement, and what stands in it for these values."""
        text, places = self.written.get(settings.CAREHUB_DOOR) or self.write()
        return text, [said(place, values) if isinstance(place, Place) else place for place in places]

    def write(self) -> tuple[str, list[Any]]:
        text, values = self.rows(**self.stand_for).query.sql_with_params()
        self.written[settings.CAREHUB_DOOR] = found = (text, [self.place(value) for value in values])
        return found

    def place(self, value: Any) -> Any:
        for name, key in self.stand_for.items():
            if value == key or value == str(key):
                return Place(name, is_text=isinstance(value, str))
        return value

    def read(self, database: str = DEFAULT_DB_ALIAS, **values: Any) -> list[tuple[Any, ...]]:
        with connections[database].cursor() as cursor:
            cursor.execute(*self.with_values(**values))
            rows: list[tuple[Any, ...]] = cursor.fetchall()
        return rows


def taken(model: type[Model], row: Sequence[Any], *, database: str = DEFAULT_DB_ALIAS) -> tuple[Any, Sequence[Any]]:
    """Return the row of `model` with which `row` begins, and what comes after it."""
    names = [field.attname for field in model._meta.concrete_fields]
    return model.from_db(database, names, row[: len(names)]), row[len(names) :]


def said(place: Place, values: dict[str, Any]) -> Any:
    return str(values[place.name]) if place.is_text else values[place.name]
