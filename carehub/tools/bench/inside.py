"""Opens a page in this process, as the door would serve it, to see every statement that it sends."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any, NamedTuple

from django.db import connection
from django.test.utils import CaptureQueriesContext

from access.models import User
from carehub.tools.bench.door import signed_in, through
from carehub.tools.bench.plans import Read

WRITES = re.compile(r"^\s*(?:INSERT|UPDATE|DELETE|SELECT\s+access_write_lines)", re.I)
BEGINS, ENDS = re.compile(r"^\s*BEGIN", re.I), re.compile(r"^\s*(?:COMMIT|ROLLBACK)", re.I)
ENDS_OF_TRANSACTION = (BEGINS, ENDS)


class Asked(NamedTuple):
    """How many statements a page sends, how long they take together, how often something is committed."""

    queries: int
    commits: int
    seconds: float
    reads: tuple[Read, ...]


def look(user: User, path: str, headers: dict[str, str]) -> Asked:
    """Open the page twice and return what the second time asked; templates and plans are read by then."""
    browser = signed_in(user)
    sent: dict[str, Any] = {f"HTTP_{name.upper().replace('-', '_')}": value for name, value in headers.items()}
    with through(user.side):
        if headers:
            # The page of this process is another one: it begins with its own tag.
            sent["HTTP_IF_NONE_MATCH"] = browser.get(path, **{**sent, "HTTP_IF_NONE_MATCH": ""}).headers.get("ETag", "")
        else:
            browser.get(path)
        given: list[Read] = []

        def note(execute: Callable[..., Any], sql: str, values: Any, *more: Any) -> Any:
            given.append(Read(sql, values or ()))
            return execute(sql, values, *more)

        with CaptureQueriesContext(connection) as captured, connection.execute_wrapper(note):
            browser.get(path, **sent)
        # Read here: outside, the connection is that of another database.
        every = list(captured.captured_queries)
    statements = tuple(str(each["sql"]) for each in every)
    asked = [each for each in every if not is_bound(str(each["sql"]))]
    return Asked(len(asked), commits_of(statements), sum(float(each["time"]) for each in asked), tuple(given))


def is_bound(statement: str) -> bool:
    return any(bound.match(statement) for bound in ENDS_OF_TRANSACTION)


def commits_of(statements: tuple[str, ...]) -> int:
    """Count what has to reach the disk: transactions that write, and writes that stand alone."""
    commits, is_open, has_written = 0, False, False
    for statement in statements:
        if BEGINS.match(statement):
            is_open, has_written = True, False
        elif ENDS.match(statement):
            commits += has_written
            is_open, has_written = False, False
        elif WRITES.match(statement):
            if is_open:
                has_written = True
            else:
                commits += 1
    return commits
