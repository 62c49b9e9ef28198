"""Every address of every door, and what a person gets there; knows no page in particular."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from copy import deepcopy
from dataclasses import dataclass
from time import monotonic
from typing import Any
from urllib.parse import quote, urlencode, urlsplit

from django.db import connections
from django.test import RequestFactory
from django.urls import URLPattern, URLResolver, get_resolver, is_valid_path

from tests.doors import DoorClient, carry, taken_back, was_reached

DOORS = ("care", "prison", "accounts")
# How often the courier comes by while one asks and takes back: between two of its rounds nothing has changed.
ROUND_SECONDS = 5
METHODS = ("GET", "POST")
ONE_LINE = "application/x-www-form-urlencoded"
# A parameter is known by the word before it too: every kind of row has a `key`.
PARAMETER = re.compile(r"(?:([\w-]+)/)?<(?:\w+:)?(\w+)>")
# The steps of signing in to which somebody is sent who has not finished.
STEPS = {"/sign-in": "sign-in", "/sign-in/code": "code", "/sign-in/second-factor": "enrol", "/password": "password"}
# What a page may write although it only shows something: who looks (session), that they looked (log), when last, that a
# list was taken.
MARKS = {"access_session", "access_write_lines", "access_calendaraddress", "prison_exportuse"}
WRITES = re.compile(
    r"^\s*(?:INSERT INTO|UPDATE|DELETE FROM|TRUNCATE)\s+(?:ONLY\s+)?\"?(\w+)|^\s*SELECT\s+(access_\w+)\(", re.I
)


def routes_of(door: str) -> list[str]:
    """Every address of a door, with its parameters: /day/<str:day>."""
    return [route for route, _view in views_of(door)]


def views_of(door: str) -> Iterator[tuple[str, Any]]:
    """Every address of a door with its view."""

    def walk(patterns: list[URLPattern | URLResolver], prefix: str) -> Iterator[tuple[str, Any]]:
        for pattern in patterns:
            route = prefix + str(pattern.pattern)
            if isinstance(pattern, URLResolver):
                yield from walk(pattern.url_patterns, route)
            else:
                yield route, pattern.callback

    yield from walk(get_resolver(f"carehub.urls.{door}").url_patterns, "/")


def parameters_of(route: str) -> list[str]:
    """What stands for a value in the route: day/day, people/key."""
    return [f"{word}/{name}" if word else name for word, name in PARAMETER.findall(route)]


def filled(route: str, values: Mapping[str, Any]) -> str:
    """The route with its parameters in place, as a browser sends it."""

    def value(found: re.Match[str]) -> str:
        word, name = found.groups()
        return f"{word}/{written(values[f'{word}/{name}'])}" if word else written(values[name])

    return PARAMETER.sub(value, route)


class Raw(str):
    """A value that goes into an address as it stands, wrong as it may be."""


def written(value: Any) -> str:
    return value if isinstance(value, Raw) else quote(str(value), safe=":")


@dataclass(frozen=True)
class Answer:
    """What somebody got, which tables were written meanwhile, and whether the page looked at its query."""

    word: str
    written: frozenset[str]
    text: str
    has_read_query: bool

    @property
    def is_refusal(self) -> bool:
        """Whether the person got nothing done."""
        return self.word.startswith("4")


def ask(
    visitor: DoorClient, method: str, path: str, data: Mapping[str, Any] | str | None = None, *, in_parts: bool = False
) -> Answer:
    """Send one request as `visitor`, whose session stays as it is, and take back all that it changed.

    A form goes out as a browser sends it: in parts where it may hold a file, else as one line, which is read faster. It
    may be that line already.

    Cheapest in a test whose rows are committed: what a thousand requests took back inside of one long transaction would
    lie in the way of every next one.
    """
    kept, visitor.cookies = visitor.cookies, deepcopy(visitor.cookies)
    visitor.raise_request_exception = False
    if visitor.is_served and monotonic() > visitor.served_until:
        comes_by(visitor.door)
        visitor.served_until = monotonic() + ROUND_SECONDS
    written: set[str] = set()

    def note(execute: Callable[..., Any], statement: str, *others: Any) -> Any:
        written.update(tables_written(statement))
        return execute(statement, *others)

    here, there = connections["default"], connections["prison"]
    # What the courier writes is not the visitor's doing.
    visitor.is_served = False
    with taken_back(), here.execute_wrapper(note), there.execute_wrapper(note):
        if data is None:
            response = visitor.generic(method, path)
        elif in_parts:
            response = visitor.post(path, data)
        else:
            line = data if isinstance(data, str) else urlencode(data)
            response = visitor.post(path, line, content_type=ONE_LINE)
        text = b"".join(response).decode(errors="replace")
    visitor.cookies, visitor.is_served = kept, True
    # Django reads the query when somebody asks for it first.
    return Answer(word_for(response), frozenset(written), text, "GET" in vars(response.wsgi_request))


def comes_by(door: str) -> None:
    """Let the courier come by, as it does all day: on a slow machine a walk past all addresses takes minutes."""
    if door == "prison":
        carry()
    elif door == "care":
        was_reached()


def leads_somewhere(door: str, path: str) -> bool:
    """Whether a page of the door answers there, or would with a slash at the end."""
    wanted = RequestFactory().generic("GET", path).path_info
    return any(is_valid_path(each, f"carehub.urls.{door}") for each in (wanted, f"{wanted}/"))


def tables_written(statement: str) -> list[str]:
    return [found[1] or found[2] for found in WRITES.finditer(statement)]


def word_for(response: Any) -> str:
    """The status, or the step of signing in to which the person is sent."""
    if response.status_code == 302:
        to = urlsplit(response["Location"])
        step = STEPS.get(to.path)
        return step if step and (step != "sign-in" or to.query.startswith("next=")) else "302"
    return str(response.status_code)


def read_table(text: str) -> tuple[list[str], dict[tuple[str, str], list[str]]]:
    """The columns of a table written by hand, and its lines: (method, address) -> one word a column."""
    header, *lines = [line.split() for line in text.strip().splitlines() if line.strip()]
    rows = {(method, route): cells for method, route, *cells in lines}
    assert len(rows) == len(lines), "An address stands twice in the table."
    return header, rows


def write_table(columns: list[str], rows: Mapping[tuple[str, str], list[str]]) -> str:
    """The inverse of read_table, to compare and to copy from."""
    ordered = sorted(rows.items(), key=lambda row: (row[0][1], row[0][0]))
    grid = [["", *columns], *([f"{method:<4} {route}", *cells] for (method, route), cells in ordered)]
    widths = [max(map(len, column)) for column in zip(*grid, strict=True)]
    return "\n".join(" ".join(map(str.ljust, line, widths)).rstrip() for line in grid)


def with_methods_that_exist(rows: Mapping[tuple[str, str], list[str]]) -> dict[tuple[str, str], list[str]]:
    """The lines without those that follow from the line of the other method: an address that knows one of them only."""
    other = dict(zip(METHODS, METHODS[::-1], strict=True))
    return {
        (method, route): cells
        for (method, route), cells in rows.items()
        if cells != unknown_method(method, rows[other[method], route])
    }


def unknown_method(method: str, cells: list[str]) -> list[str]:
    """What `method` gets at an address that knows the other one only; who is not let in hears nothing of methods."""
    sign_in = "sign-in" if method == "GET" else "401"
    kept = {"sign-in": sign_in, "401": sign_in, "code": "code", "403": "403"}
    return [kept.get(cell, "405") for cell in cells]
