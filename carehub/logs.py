"""What a process logs: what failed and where; of the row and the statement, which hold names, nothing.

As lines for people, or as JSON, a line each, for those who gather logs: then also nothing of what an exception says,
which may quote what somebody typed, and of an address only which page it is.
"""

from __future__ import annotations

import json
import logging
import traceback
from contextvars import ContextVar
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from django.urls import Resolver404, resolve

ROOT = Path(__file__).resolve().parent.parent
# The name of the request that this thread is at; "" beside requests.
request_name: ContextVar[str] = ContextVar("request_name", default="")
NO_PAGE = "(an address that no page has)"
FRAMES = 30

# PostgreSQL's own words about a refused row or a statement; psycopg adds them to the message of an exception.
OF_THE_ROW = ("DETAIL:", "LINE ", "QUERY:", "STATEMENT:")
COPIED = "CONTEXT:  COPY"
# A value may hold lines of its own; what follows it begins with one of these.
AFTER_THE_ROW = ("CONTEXT:  PL/pgSQL", "CONTEXT:  SQL", "HINT:", "Traceback ", "The above exception", "During handling")


class WithoutRows(logging.Formatter):
    """Leaves out of a trace what PostgreSQL said of the row, and the lines beneath that go on with it."""

    def format(self, record: logging.LogRecord) -> str:
        return without_rows(super().format(record))


def without_rows(text: str) -> str:
    kept, is_of_the_row = [], False
    for line in text.splitlines():
        said = line.strip()
        if said.startswith((*OF_THE_ROW, COPIED)):
            is_of_the_row = True
        elif said.startswith(AFTER_THE_ROW):
            is_of_the_row = False
        if not is_of_the_row:
            kept.append(line)
    return "\n".join(kept)


class JsonLines(logging.Formatter):
    """Writes a record as one line of JSON in which no datum of a person stands."""

    def __init__(self, *, door: str = "", **_kwargs: Any) -> None:
        super().__init__()
        self.door = door

    def format(self, record: logging.LogRecord) -> str:
        request = getattr(record, "request", None)
        told: dict[str, Any] = {
            "at": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "door": self.door,
            "logger": record.name,
            "said": said(record),
        }
        if name := getattr(request, "carehub_name", "") or request_name.get():
            told["request"] = name
        told |= getattr(record, "figures", {})
        if record.exc_info and record.exc_info[1] is not None:
            told["error"] = told_of(record.exc_info[1])
        return json.dumps(told, ensure_ascii=False)


def said(record: logging.LogRecord) -> str:
    """Return the message: of an address the page alone, of an exception its kind alone."""
    arguments = record.args
    if isinstance(arguments, tuple):
        arguments = tuple(_bare(each) for each in arguments)
    elif isinstance(arguments, dict):
        arguments = {key: _bare(each) for key, each in arguments.items()}
    message = str(record.msg) % arguments if arguments else str(record.msg)
    return without_rows(message)


def _bare(argument: object) -> object:
    if isinstance(argument, BaseException):
        return kind_of(argument)
    if isinstance(argument, str) and argument.startswith("/"):
        return page_of(argument)
    return argument


def page_of(path: str) -> str:
    """Return the pattern of the page at an address: whatever was typed into it stays out."""
    try:
        return "/" + resolve(path.partition("?")[0]).route
    except Resolver404:
        return NO_PAGE


def kind_of(error: BaseException) -> str:
    return f"{type(error).__module__}.{type(error).__qualname__}"


def told_of(error: BaseException) -> dict[str, Any]:
    """Return what kind of error it was and where, with the database's code and rule; nothing of what it says."""
    told: dict[str, Any] = {"kind": kind_of(error), "where": [_place(frame) for frame in _frames(error)]}
    cause = error.__cause__ or error.__context__
    for each in (error, cause):
        if state := getattr(each, "sqlstate", None):
            told["sqlstate"] = state
            rule = getattr(getattr(each, "diag", None), "constraint_name", None)
            if rule:
                told["rule"] = rule
    if cause is not None:
        told["because"] = kind_of(cause)
    return told


def _frames(error: BaseException) -> list[traceback.FrameSummary]:
    return list(traceback.extract_tb(error.__traceback__))[-FRAMES:]


def _place(frame: traceback.FrameSummary) -> str:
    file = frame.filename.rpartition("site-packages/")[2].removeprefix(f"{ROOT}/")
    return f"{file}:{frame.lineno} {frame.name}"
