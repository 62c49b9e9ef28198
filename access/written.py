"""Statements that Django writes once a process, because pages ask them again and again with other values only.

To write one down as SQL takes Django longer than the database needs to answer it. Only the text is kept: no row, no
answer, no name. Whose rows they are is among the values, and the wall judges each asking (docs/adr/0067).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import DEFAULT_DB_ALIAS, connections
from django.db.models import Field, Lookup, Model, QuerySet

# Stand for the keys of rows while a statement is written; no row has one of them.
STANDS_FOR = range(-710_001, -710_009, -1)
# Stand for instants: nothing of ours is within a lifetime of them.
INSTANTS = tuple(datetime(year, 1, 1, tzinfo=UTC) for year in (7100, 7300, 7500))
LIFETIME = timedelta(days=30_000)


@Field.register_lookup
class Among(Lookup):
    """Says that a column is one of several keys, which are one value of the statement however many they are."""

    lookup_name = "among"
    prepare_rhs = False

    def as_sql(self, compiler: Any, connection: Any) -> tuple[str, tuple[Any, ...]]:
        column, values = self.process_lhs(compiler, connection)
        return f"{column} = ANY(%s)", (*values, list(self.rhs))


@dataclass(frozen=True)
class Place:
    """Where a value goes: as it is, as a text, or so long after it."""

    name: str
    is_text: bool = False
    after: timedelta = timedelta(0)

    def said(self, values: dict[str, Any]) -> Any:
        value = values[self.name]
        if isinstance(value, datetime):
            return value + self.after
        return str(value) if self.is_text else value


class Written:
    """Rows that are asked for by the keys of others: `rows` writes the set, `names` name those keys.

    `lists` name several keys, to be written with `among`; `instants` name instants, which a statement may also say as
    so long before or after.
    """

    def __init__(
        self,
        rows: Callable[..., QuerySet[Any, Any]],
        *names: str,
        lists: Sequence[str] = (),
        instants: Sequence[str] = (),
    ) -> None:
        self.rows = rows
        keys = iter(STANDS_FOR)
        self.stand_for: dict[str, Any] = {name: next(keys) for name in names}
        self.stand_for |= {name: [next(keys)] for name in lists}
        self.stand_for |= dict(zip(instants, INSTANTS, strict=False))
        # For each door, since a login's statement names no column that it may not read. A process is one door.
        self.written: dict[str, tuple[str, list[Any]]] = {}

    def with_values(self, **values: Any) -> tuple[str, list[Any]]:
        """Return the statement, and what stands in it for these values."""
        text, places = self.written.get(settings.CAREHUB_DOOR) or self.write()
        return text, [place.said(values) if isinstance(place, Place) else place for place in places]

    def write(self) -> tuple[str, list[Any]]:
        text, values = self.rows(**self.stand_for).query.sql_with_params()
        self.written[settings.CAREHUB_DOOR] = found = (text, [self.place(value) for value in values])
        return found

    def place(self, value: Any) -> Any:
        for name, stand in self.stand_for.items():
            if isinstance(value, datetime) and isinstance(stand, datetime):
                if abs(value - stand) < LIFETIME:
                    return Place(name, after=value - stand)
            elif value == stand or value == str(stand):
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
