"""Rows beside Django's composing of statements: taken from what a statement gave, told by a function, written at once.

To write a statement down as SQL takes Django longer than the database needs to answer it. Here it is a text, and which
columns there are is still the model's to say (docs/adr/0067, docs/adr/0071).
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from typing import Any, TypeVar

from django.db import DEFAULT_DB_ALIAS, connection, models
from django.db.models import AutoField, Field, Model
from django.db.models.base import ModelState

Row = TypeVar("Row", bound=Model)
AS_THEY_ARE = frozenset(
    {
        models.BooleanField,
        models.CharField,
        models.DateTimeField,
        models.ForeignKey,
        models.PositiveIntegerField,
        models.TextField,
        models.UUIDField,
    }
)


def names_of(model: type[Model]) -> list[str]:
    """Return the names of what a row of `model` holds, in the order in which Django reads it."""
    return [field.attname for field in model._meta.concrete_fields]


def taken(model: type[Model], row: Sequence[Any], *, database: str = DEFAULT_DB_ALIAS) -> tuple[Any, Sequence[Any]]:
    """Return the row of `model` with which a row of that database begins, and what comes after it."""
    names = names_of(model)
    return model.from_db(database, names, row[: len(names)]), row[len(names) :]


def whole(model: type[Row], names: Sequence[str], values: Sequence[Any], *, database: str = DEFAULT_DB_ALIAS) -> Row:
    """Return what `from_db` does for a row with all its columns, for pages that make hundreds: four times as fast.

    Nobody hears of it who waits for Django's signals of a row that is made; nobody does here.
    """
    row = model.__new__(model)
    row._state = ModelState()  # noqa: SLF001
    row._state.adding, row._state.db = False, database  # noqa: SLF001 as `from_db` does
    vars(row).update(zip(names, values, strict=True))
    return row


def told(model: type[Row], row: dict[str, Any]) -> Row:
    """Return the row of `model` that a function of the database told as JSON, by the names of its columns."""
    values = [field.to_python(row[str(field.column)]) for field in model._meta.concrete_fields]
    return model.from_db(DEFAULT_DB_ALIAS, names_of(model), values)


def insert(*rows: Model, unless_there: tuple[str, ...] = ()) -> bool:
    """Write new rows in one statement, each with a key of its own; one that the database gives is not read back.

    They may refer to each other: the database looks once all are there. `unless_there` names the columns of a unique
    key: one row, and nothing is written where that key is taken. Returns whether the last row was written.
    """
    fields, text = _insertions(tuple(type(row) for row in rows), unless_there)
    values = [value for row, own in zip(rows, fields, strict=True) for value in values_of(row, own, add=True)]
    with connection.cursor() as cursor:
        cursor.execute(text, values)
        is_written: bool = cursor.rowcount == 1
    for row in rows:
        state = row._state  # noqa: SLF001 as Django leaves a row that it has saved
        state.adding, state.db = False, DEFAULT_DB_ALIAS
    return is_written


def update(row: Model) -> bool:
    """Write all that `row` says over the row of its key, in one statement; return whether there is one."""
    fields, text = _change(type(row))
    values = values_of(row, fields, add=False)
    with connection.cursor() as cursor:
        cursor.execute(text, values)
        is_written: bool = cursor.rowcount == 1
    return is_written


def values_of(row: Model, fields: Sequence[Field[Any, Any]], *, add: bool) -> list[Any]:
    """Return what is written for `fields`: most kinds of values psycopg takes as the row has them."""
    return [
        field.get_db_prep_save(field.pre_save(row, add), connection)
        if _is_prepared(field)
        else vars(row)[field.attname]
        for field in fields
    ]


@cache
def _is_prepared(field: Field[Any, Any]) -> bool:
    """Whether Django makes something else of the value of a field: an instant of writing, JSON, a kind of ours."""
    return type(field) not in AS_THEY_ARE or getattr(field, "auto_now", False) or getattr(field, "auto_now_add", False)


@cache
def _change(model: type[Model]) -> tuple[list[Any], str]:
    """Return the fields whose values stand in the statement, the key last, and the statement."""
    key = model._meta.pk
    assert key is not None  # noqa: S101 every model of ours has one
    fields = [field for field in model._meta.concrete_fields if field is not key]
    said = ", ".join(f'"{field.column}" = %s' for field in fields)
    return [*fields, key], f'UPDATE "{model._meta.db_table}" SET {said} WHERE "{key.column}" = %s'  # noqa: S608 names of ours


@cache
def _insertions(models_of: tuple[type[Model], ...], unless_there: tuple[str, ...]) -> tuple[list[list[Any]], str]:
    """Return the fields whose values stand in the statement, of each row, and the statement."""
    parts = [_insertion(model, unless_there) for model in models_of]
    *first, last = (text for _fields, text in parts)
    before = ", ".join(f"written_{number} AS ({text})" for number, text in enumerate(first))
    return [fields for fields, _text in parts], f"WITH {before} {last}" if before else last


def _insertion(model: type[Model], unless_there: tuple[str, ...]) -> tuple[list[Any], str]:
    fields = [field for field in model._meta.concrete_fields if not isinstance(field, AutoField)]
    names = ", ".join(f'"{field.column}"' for field in fields)
    marks = ", ".join("%s" for _field in fields)
    conflict = f" ON CONFLICT ({', '.join(unless_there)}) DO NOTHING" if unless_there else ""
    return fields, f'INSERT INTO "{model._meta.db_table}" ({names}) VALUES ({marks}){conflict}'  # noqa: S608 names of ours
