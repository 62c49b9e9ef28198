"""Sets of rows that Django writes as SQL once a process, asked again and again for other keys and at other instants.

To write one down as SQL takes Django longer than the database needs to answer it. Only the text is kept: no row, no
answer, no name. Whose rows they are is among the values, and the wall judges each asking (docs/adr/0067).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from copy import copy
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any, TypeAlias
from uuid import UUID

from django.conf import settings
from django.db import DEFAULT_DB_ALIAS, connections
from django.db.models import Field, Lookup, QuerySet

# Stand for the keys of rows while a statement is written; no row has one of them.
STAND_FOR_KEYS = range(-720_001, -720_009, -1)
STAND_FOR_UUIDS = tuple(UUID(int=number) for number in range(720_001, 720_009))
# Stand for instants: nothing of ours is within a lifetime of them.
STAND_FOR_INSTANTS = tuple(datetime(year, 1, 1, tzinfo=UTC) for year in (7100, 7300, 7500))
LIFETIME = timedelta(days=30_000)
# Stand for days. A day that follows from another is one of its own name.
STAND_FOR_DAYS = tuple(date(year, 6, 1) for year in (7100, 7300, 7500))


# A text with places for its values, and the values.
Statement: TypeAlias = tuple[str, Sequence[Any]]


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
    """Where a value goes, or an instant so long after it."""

    name: str
    after: timedelta = timedelta(0)

    def said(self, values: dict[str, Any]) -> Any:
        value = values[self.name]
        return value + self.after if self.after else value


class KeptText:
    """`rows` writes the set for keys, UUIDs, lists of keys (written with `among`), instants and days of those names.

    A statement may say an instant as so long before or after one of them. Values that it does not name are left.
    """

    def __init__(
        self,
        rows: Callable[..., QuerySet[Any, Any]],
        *,
        keys: Sequence[str] = (),
        uuids: Sequence[str] = (),
        lists: Sequence[str] = (),
        instants: Sequence[str] = (),
        days: Sequence[str] = (),
    ) -> None:
        self.rows = rows
        numbers = iter(STAND_FOR_KEYS)
        self.stand_for: dict[str, Any] = {name: next(numbers) for name in keys}
        self.stand_for |= dict(zip(uuids, STAND_FOR_UUIDS, strict=False))
        self.stand_for |= {name: [next(numbers)] for name in lists}
        self.stand_for |= dict(zip(instants, STAND_FOR_INSTANTS, strict=False))
        self.stand_for |= dict(zip(days, STAND_FOR_DAYS, strict=False))
        # For each door, since a login's statement names no column that it may not read. A process is one door.
        self.texts: dict[str, tuple[str, list[Any]]] = {}
        # What Django found out about columns while it wrote them, which makes objects of the answer.
        self.writers: dict[str, tuple[QuerySet[Any, Any], Any]] = {}

    def with_values(self, **values: Any) -> tuple[str, list[Any]]:
        """Return the statement, and what stands in it for these values."""
        text, places = self.texts.get(settings.CAREHUB_DOOR) or self.write()
        return text, [place.said(values) if isinstance(place, Place) else place for place in places]

    def write(self) -> tuple[str, list[Any]]:
        rows = self.rows(**self.stand_for)
        writer = rows.query.get_compiler(DEFAULT_DB_ALIAS)
        text, given = writer.as_sql()
        self.writers[settings.CAREHUB_DOOR] = rows, writer
        places = [self.place_of(value) for value in given]
        if missing := self.stand_for.keys() - {place.name for place in places if isinstance(place, Place)}:
            raise ValueError(missing)
        self.texts[settings.CAREHUB_DOOR] = text, places
        return text, places

    def place_of(self, value: Any) -> Any:
        for name, stand in self.stand_for.items():
            if isinstance(value, datetime) and isinstance(stand, datetime):
                if abs(value - stand) < LIFETIME:
                    return Place(name, value - stand)
            elif value == stand:
                return Place(name)
        return value

    def read(self, database: str = DEFAULT_DB_ALIAS, **values: Any) -> list[tuple[Any, ...]]:
        with connections[database].cursor() as cursor:
            cursor.execute(*self.with_values(**values))
            rows: list[tuple[Any, ...]] = cursor.fetchall()
        return rows

    def objects(self, database: str = DEFAULT_DB_ALIAS, **values: Any) -> list[Any]:
        """Return the rows as the set itself would: models, with those that it reads beside them."""
        text, given = self.with_values(**values)
        rows, writer = self.writers[settings.CAREHUB_DOOR]
        own, found = copy(writer), rows.using(database)
        own.connection, own.using, own.as_sql = connections[database], database, lambda *_args, **_named: (text, given)
        found.query.get_compiler = lambda *_args, **_named: own  # type: ignore[method-assign]
        return list(found)

    def made(self, told: Sequence[dict[str, Any]], database: str = DEFAULT_DB_ALIAS) -> list[Any]:
        """Return as models the rows that `read_together` told of this set, which reads nothing beside them."""
        rows, writer = self.writers[settings.CAREHUB_DOOR]
        fields = [each[0].target for each in writer.select]
        names = [field.attname for field in fields]
        values = ([field.to_python(row[field.column]) for field in fields] for row in told)
        return [rows.model.from_db(database, names, each) for each in values]


def read_together(
    statements: Mapping[str, Statement], database: str = DEFAULT_DB_ALIAS
) -> dict[str, list[dict[str, Any]]]:
    """Ask several statements as one, each under a name of the caller's; return the rows of each by names of columns.

    What JSON does not have comes as text: instants, days, UUIDs.
    """
    texts = [f"(SELECT json_agg(one) FROM ({text}) one)" for text, _values in statements.values()]  # noqa: S608 ours
    given = [value for _text, values in statements.values() for value in values]
    with connections[database].cursor() as cursor:
        cursor.execute(f"SELECT {', '.join(texts)}", given)
        [found] = cursor.fetchall()
    return {name: rows or [] for name, rows in zip(statements, found, strict=True)}
