"""Statements that Django writes once a process, because pages ask them again and again with other values only.

To write one down as SQL takes Django longer than the database needs to answer it. Only the text is kept: no row, no
answer, no name. Whose rows they are is among the values, and the wall judges each asking (docs/adr/0067).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import DEFAULT_DB_ALIAS, connection
from django.db.models import Model, QuerySet

# Stand for the keys of rows while a statement is written; no row has one of them.
STANDS_FOR = range(-710_001, -710_009, -1)


@dataclass(frozen=True)
class Place:
    """Where a value goes, as a number or as a text."""

    name: str
    is_text: bool


class Written:
    """Rows that are asked for by the keys of others: `rows` writes the set, `names` name those keys."""

    def __init__(self, rows: Callable[..., QuerySet[Any, Any]], *names: str) -> None:
        self.rows, self.stand_for = rows, dict(zip(names, STANDS_FOR, strict=False))
        self.text = ""
        self.places: list[Any] = []

    def with_values(self, **keys: int) -> tuple[str, list[Any]]:
        """Return the statement, and the values that stand in it for these keys."""
        if not self.text:
            text, values = self.rows(**self.stand_for).query.sql_with_params()
            self.places, self.text = [self.place(value) for value in values], text
        return self.text, [said(place, keys) if isinstance(place, Place) else place for place in self.places]

    def place(self, value: Any) -> Any:
        for name, key in self.stand_for.items():
            if value == key or value == str(key):
                return Place(name, is_text=isinstance(value, str))
        return value

    def read(self, **keys: int) -> list[tuple[Any, ...]]:
        with connection.cursor() as cursor:
            cursor.execute(*self.with_values(**keys))
            rows: list[tuple[Any, ...]] = cursor.fetchall()
        return rows


def taken(model: type[Model], row: Sequence[Any]) -> tuple[Any, Sequence[Any]]:
    """Return the row of `model` with which `row` begins, and what comes after it."""
    names = [field.attname for field in model._meta.concrete_fields]
    return model.from_db(DEFAULT_DB_ALIAS, names, row[: len(names)]), row[len(names) :]


def said(place: Place, keys: dict[str, int]) -> Any:
    return str(keys[place.name]) if place.is_text else keys[place.name]
