"""Looks at the statements of a page: whether each names the house, and what the database touches to answer it."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from django.db import connection, transaction
from psycopg import ClientCursor

# The tables that grow with the years and with the country. Whoever reads them names the house, or one row.
LARGE = (
    "appointments_appointment",
    "appointments_appointmentchange",
    "appointments_consultationsession",
    "appointments_detainee",
    "appointments_movement",
    "appointments_request",
)
# What names one house, or one row of a house.
ROW = "establishment_id|id|appointment_id|detainee_id|movement_id|follows_id|session_id"
FROM_LARGE = re.compile(rf'\bFROM "({"|".join(LARGE)})"(?: (\w+))?(?=[\s,)]|$)')
# Pages of eight kilobytes that one statement of a page may touch, whatever the number of years and houses.
MOST_BUFFERS = 4_000
# A table of so many pages is small still.
FEW_BUFFERS = 800
READS = re.compile(r"^\s*(?:SELECT|WITH)\b", re.I)
NOT_A_READ = re.compile(r"access_write_lines|\bFOR (?:NO KEY )?UPDATE\b|\bFOR (?:KEY )?SHARE\b", re.I)


# PostgreSQL plans a prepared statement anew five times, and then decides whether to keep a plan for any values.
RUNS_UNTIL_KEPT = 6
EXPLAIN = "EXPLAIN (ANALYZE, BUFFERS, FORMAT JSON) "


class Read(NamedTuple):
    """A statement as a door sends it, and the values for its places."""

    statement: str
    values: Sequence[Any] | Mapping[str, Any]


@dataclass(frozen=True)
class PlanOf:
    """The dearest statement of a page."""

    query: str
    words: str
    buffers: float
    most: float = MOST_BUFFERS


def without_house(statement: str) -> list[str]:
    """Return the large tables that `statement` reads without saying of which establishment, or of which one row.

    A subquery belongs to the row outside it and says so: each is judged by its own conditions.
    """
    found = []
    for match in FROM_LARGE.finditer(statement):
        table, alias = match[1], match[2]
        name = alias if alias and alias.upper() not in {"WHERE", "INNER", "LEFT", "ORDER", "GROUP", "LIMIT"} else table
        scope = own_part(scope_of(statement, match.end()))
        named = re.compile(rf'(?<![\w"])"?{name}"?\."(?:{ROW})" (?:=|IN)')
        turned = re.compile(rf'= \(?"?{name}"?\."(?:{ROW})"')
        if not named.search(scope) and not turned.search(scope):
            found.append(table)
    return found


def scope_of(statement: str, start: int) -> str:
    """Return what follows `start` up to the end of the subquery in which it stands."""
    depth = 0
    for place in range(start, len(statement)):
        if statement[place] == "(":
            depth += 1
        elif statement[place] == ")":
            depth -= 1
            if depth < 0:
                return statement[start:place]
    return statement[start:]


def own_part(scope: str) -> str:
    """Return a scope without the subqueries in it: what they say of their rows says nothing of those around them."""
    found, depth, hidden = [], 0, None
    for place, sign in enumerate(scope):
        if sign == "(":
            depth += 1
            if hidden is None and scope.startswith("SELECT", place + 1):
                hidden = depth
        if hidden is None:
            found.append(sign)
        if sign == ")":
            if hidden == depth:
                hidden = None
            depth -= 1
    return "".join(found)


def dearest(page: str, reads: Iterable[Read]) -> PlanOf:
    """Explain what a page reads and return the dearest; a statement that reads a whole large table is endless."""
    worst = PlanOf(page, "reads no rows", 0)
    for read in reads:
        if not READS.match(read.statement) or NOT_A_READ.search(read.statement):
            continue
        plan = explain(read)
        whole = sorted({each["Relation Name"] for each in nodes(plan) if is_whole(each)})
        buffers = plan.get("Shared Hit Blocks", 0) + plan.get("Shared Read Blocks", 0)
        if whole:
            return PlanOf(page, f"reads the whole of {', '.join(whole)}", float("inf"))
        if buffers > worst.buffers:
            worst = PlanOf(page, f"buffers of its dearest statement, {read.statement[:60]!r}…", buffers)
    return worst


def explain(read: Read) -> dict[str, Any]:
    """Return the plan that a door comes to use, with what it touched: the kept one, where PostgreSQL keeps one."""
    with transaction.atomic(), connection.cursor() as cursor:
        if isinstance(read.values, Mapping):
            # Their places have names, and no order in which they could be given.
            cursor.execute(EXPLAIN + read.statement, read.values)
        else:
            cursor.execute(EXPLAIN + prepared(read.statement, read.values))
        [found] = cursor.fetchone()
        transaction.set_rollback(True)
    plan: dict[str, Any] = (json.loads(found) if isinstance(found, str) else found)[0]["Plan"]
    return plan


def prepared(statement: str, values: Sequence[Any]) -> str:
    """Run a statement as often as it takes until PostgreSQL decides about its plan; return how to run it once more."""
    link = connection.connection
    link.execute("DEALLOCATE ALL")
    for _each in range(RUNS_UNTIL_KEPT):
        link.execute(statement, values, prepare=True)
    [[name]] = link.execute("SELECT name FROM pg_prepared_statements", prepare=False)
    given = ClientCursor(link).mogrify(", ".join(["%s"] * len(values)), values)
    return f"EXECUTE {name} ({given})" if values else f"EXECUTE {name}"


def nodes(plan: dict[str, Any]) -> Iterator[dict[str, Any]]:
    yield plan
    for below in plan.get("Plans", []):
        yield from nodes(below)


def is_whole(node: dict[str, Any]) -> bool:
    """Whether a large table was read from end to end. While it has few rows, that is the quickest way."""
    touched = node.get("Shared Hit Blocks", 0) + node.get("Shared Read Blocks", 0)
    return node["Node Type"] == "Seq Scan" and node.get("Relation Name") in LARGE and touched > FEW_BUFFERS
