"""Reads from PostgreSQL's catalogue all that a login could try, and tries it; knows no table by its name."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, NamedTuple

import psycopg
from psycopg import errors, sql

SYSTEM_COLUMNS = ("ctid", "xmin", "xmax", "cmin", "cmax", "tableoid")
OURS = "n.nspname !~ '^pg_' AND n.nspname <> 'information_schema'"
NOT_OF_AN_EXTENSION = """NOT EXISTS (SELECT FROM pg_depend d
    WHERE d.classid = '{catalogue}'::regclass AND d.objid = o.oid AND d.deptype = 'e')"""

COLUMNS = f"""
    SELECT n.nspname, o.relname, o.relkind, a.attname, format_type(a.atttypid, a.atttypmod),
        a.attgenerated <> '' OR a.attidentity = 'a'
    FROM pg_class o JOIN pg_namespace n ON n.oid = o.relnamespace
    JOIN pg_attribute a ON a.attrelid = o.oid AND a.attnum > 0 AND NOT a.attisdropped
    WHERE o.relkind IN ('r', 'p', 'v', 'm', 'f') AND {OURS} ORDER BY 1, 2, a.attnum
"""
SEQUENCES = f"""
    SELECT n.nspname, o.relname FROM pg_class o JOIN pg_namespace n ON n.oid = o.relnamespace
    WHERE o.relkind = 'S' AND {OURS} ORDER BY 1, 2
"""
FUNCTIONS = f"""
    SELECT n.nspname, o.proname, o.oid::regprocedure::text, o.prokind,
        ARRAY(SELECT format_type(t, NULL) FROM unnest(o.proargtypes) WITH ORDINALITY AS u(t, at) ORDER BY at)
    FROM pg_proc o JOIN pg_namespace n ON n.oid = o.pronamespace
    WHERE {OURS} AND {NOT_OF_AN_EXTENSION.format(catalogue="pg_proc")} ORDER BY 3
"""


class Opening(NamedTuple):
    """Something that one login may do; `column` is empty where a privilege has no columns."""

    privilege: str
    thing: str
    column: str = ""


@dataclass(frozen=True)
class Attempt:
    """One statement that only the privilege `opening` lets through; it changes no row when it is let through."""

    opening: Opening
    statement: sql.Composed


def attempts(owner: psycopg.Connection[Any]) -> list[Attempt]:
    """Everything that can be tried on every table, view, column, sequence and function that is not PostgreSQL's."""
    return [*on_relations(owner), *on_sequences(owner), *on_functions(owner)]


def on_relations(owner: psycopg.Connection[Any]) -> Iterator[Attempt]:
    """Read, insert and change each column; read each system column; delete from and empty each table."""
    seen = set()
    for schema, name, kind, column, kind_of_column, is_generated in owner.execute(COLUMNS):
        table, field = sql.Identifier(schema, name), sql.Identifier(column)
        null = sql.SQL("NULL::" + kind_of_column)
        thing = name if schema == "public" else f"{schema}.{name}"
        yield Attempt(Opening("SELECT", thing, column), sql.SQL("SELECT {} FROM {} LIMIT 0").format(field, table))
        # The database fills a generated column by itself, whoever asks.
        if not is_generated:
            yield Attempt(
                Opening("INSERT", thing, column),
                sql.SQL("INSERT INTO {} ({}) SELECT {} WHERE false").format(table, field, null),
            )
            yield Attempt(
                Opening("UPDATE", thing, column),
                sql.SQL("UPDATE {} SET {} = {} WHERE false").format(table, field, null),
            )
        if (schema, name) in seen:
            continue
        seen.add((schema, name))
        yield Attempt(Opening("DELETE", thing), sql.SQL("DELETE FROM {} WHERE false").format(table))
        if kind in {"r", "p"}:
            yield Attempt(Opening("TRUNCATE", thing), sql.SQL("TRUNCATE {}").format(table))
            for system in SYSTEM_COLUMNS:
                yield Attempt(
                    Opening("SELECT", thing, system),
                    sql.SQL("SELECT {} FROM {} LIMIT 0").format(sql.Identifier(system), table),
                )


def on_sequences(owner: psycopg.Connection[Any]) -> Iterator[Attempt]:
    """A sequence counts rows: read it, advance it, set it."""
    for schema, name in owner.execute(SEQUENCES):
        sequence, literal = sql.Identifier(schema, name), sql.Literal(f'"{schema}"."{name}"')
        yield Attempt(Opening("SELECT", name), sql.SQL("SELECT last_value FROM {}").format(sequence))
        yield Attempt(Opening("USAGE", name), sql.SQL("SELECT nextval({}::regclass)").format(literal))
        yield Attempt(Opening("UPDATE", name), sql.SQL("SELECT setval({}::regclass, 1)").format(literal))


def on_functions(owner: psycopg.Connection[Any]) -> Iterator[Attempt]:
    """Call each function with nothing but NULL."""
    for schema, name, signature, kind, types in owner.execute(FUNCTIONS):
        arguments = sql.SQL(", ").join(sql.SQL("NULL::" + each) for each in types)
        call = sql.SQL("CALL {}({})" if kind == "p" else "SELECT {}({})").format(
            sql.Identifier(schema, name), arguments
        )
        yield Attempt(Opening("EXECUTE", signature), call)


def answers(door: psycopg.Connection[Any], tried: list[Attempt]) -> set[Opening]:
    """Execute every attempt, undo it, and return those that were let through.

    A refusal must be "permission denied" and nothing else: a statement that is wrong would look like a closed door.
    """
    through = set()
    for attempt in tried:
        try:
            with door.transaction(force_rollback=True):
                door.execute(attempt.statement)
        except errors.InsufficientPrivilege as refusal:
            if not str(refusal).startswith("permission denied"):
                if attempt.opening.privilege != "EXECUTE":
                    raise
                # The function itself refused: the login was let in.
                through.add(attempt.opening)
        except errors.ObjectNotInPrerequisiteState as refusal:
            # A view over several tables takes no write from anybody.
            if "view" not in str(refusal):
                raise
        else:
            through.add(attempt.opening)
    return through


def promises(owner: psycopg.Connection[Any], role: str, tried: list[Attempt]) -> set[Opening]:
    """What the catalogue says that `role` may do, asked privilege by privilege."""
    questions = {
        "EXECUTE": "has_function_privilege({role}, {thing}::regprocedure, 'EXECUTE')",
        "USAGE": "has_sequence_privilege({role}, {thing}::regclass, 'USAGE')",
        "DELETE": "has_table_privilege({role}, {thing}::regclass, 'DELETE')",
        "TRUNCATE": "has_table_privilege({role}, {thing}::regclass, 'TRUNCATE')",
    }
    of_columns = "has_column_privilege({role}, {thing}::regclass, {column}, {privilege})"
    of_sequences = "has_sequence_privilege({role}, {thing}::regclass, {privilege})"
    found = set()
    for opening in (attempt.opening for attempt in tried):
        question = questions.get(opening.privilege) or (of_columns if opening.column else of_sequences)
        asked = sql.SQL("SELECT " + question).format(
            role=sql.Literal(role),
            thing=sql.Literal(opening.thing),
            column=sql.Literal(opening.column),
            privilege=sql.Literal(opening.privilege),
        )
        [granted] = owner.execute(asked).fetchone() or [False]
        if granted:
            found.add(opening)
    return found


def columns_of(owner: psycopg.Connection[Any]) -> dict[str, list[str]]:
    """The columns of each table and view, without those of the system."""
    found: dict[str, list[str]] = {}
    for schema, name, _kind, column, _type, _generated in owner.execute(COLUMNS):
        found.setdefault(name if schema == "public" else f"{schema}.{name}", []).append(column)
    return found
