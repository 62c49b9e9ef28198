"""An edition holds eight words for each line and nothing else, whoever writes it: tried as the courier's own login."""

from __future__ import annotations

import json
from typing import Any
from uuid import uuid4

import psycopg
import pytest
from psycopg import errors

from tests.conftest import Unit
from tests.doors import carry
from tests.wall.conftest import Login

pytestmark = pytest.mark.django_db(transaction=True)

WRITE = (
    "INSERT INTO prison_edition (id, establishment_id, day, version, planned_for, lines, digest)"
    " VALUES (%s, %s, current_date + 2, 1, NULL, %s, repeat('0', 64))"
    " ON CONFLICT (establishment_id, day) DO UPDATE SET lines = EXCLUDED.lines"
)
LINE: dict[str, Any] = {
    "id": "0b3f9c1e-7d58-5a3a-9a51-6f2c1f2a9d10",
    "building": 1,
    "cell": "A-2-214",
    "last_name": "Durand",
    "first_name": "Paul",
    "register_number": "004217",
    "expected_at": "2026-11-30T08:30:00+00:00",
    "mark": "",
}


@pytest.fixture
def courier(unit_a: Unit, login: Login) -> psycopg.Connection[Any]:
    """The courier at the prison's database."""
    carry()
    return login("courier", "prison")


def write(courier: psycopg.Connection[Any], unit: Unit, lines: Any) -> None:
    """Write an edition past all our code."""
    courier.execute(WRITE, [uuid4(), unit.establishment.pk, json.dumps(lines)])


def test_neutral_lines_pass(courier: psycopg.Connection[Any], unit_a: Unit) -> None:
    for lines in ([], [LINE], [LINE, {**LINE, "mark": "withdrawn"}, {**LINE, "mark": "added", "cell": ""}]):
        write(courier, unit_a, lines)


MORE = {
    "kind": "Psychiatric interview",
    "practitioner": "Dr Bob",
    "agenda": 7,
    "room": "3",
    "minutes": 30,
    "ends_at": "2026-11-30T09:00:00+00:00",
    "appointment": "5",
    "withdrawn_from": "2026-11-29T10:12:44+00:00",
    "visible_from": None,
    "note": "",
    "": "x",
}
SMUGGLED: list[tuple[str, Any]] = [
    *((f"more: {word or 'no name'}", [{**LINE, word: value}]) for word, value in MORE.items()),
    *((f"without {word}", [{name: value for name, value in LINE.items() if name != word}]) for word in LINE),
    *((f"nothing for {word}", [{**LINE, word: None}]) for word in LINE),
    *((f"object for {word}", [{**LINE, word: {"kind": "psychiatry"}}]) for word in LINE),
    *((f"list for {word}", [{**LINE, word: ["psychiatry"]}]) for word in LINE),
    *(
        (f"at {at}", [{**LINE, "expected_at": at}])
        for at in (
            "2026-11-30T08:30:07+00:00",
            "2026-11-30T08:30:00.001+00:00",
            "2026-11-30T08:30:00+01:00",
            "2026-11-30T08:30:00Z",
            "2026-11-30 08:30:00+00:00",
            "2026-11-30T08:30:00+00:00/PT30M",
            "2026-11-30T08:30:00+00:00\n30 min",
            "soon",
            "",
        )
    ),
    *((f"mark {mark}", [{**LINE, "mark": mark}]) for mark in ("urgent", "added 10:12", "Added", " ", "withdrawn\n")),
    *(
        (f"key {key}", [{**LINE, "id": key}])
        for key in ("1", "psychiatry", LINE["id"].upper(), f"{LINE['id']}\nx", f"{LINE['id']} kind")
    ),
    ("building as a text", [{**LINE, "building": "A"}]),
    ("building with a fraction", [{**LINE, "building": 1.30}]),
    ("long name", [{**LINE, "last_name": "D" * 101}]),
    ("long cell", [{**LINE, "cell": "A" * 31}]),
    ("long number", [{**LINE, "register_number": "0" * 21}]),
    ("second line not neutral", [LINE, {**LINE, "kind": "x"}]),
    ("no line", ["psychiatry"]),
    ("list in the list", [[LINE]]),
    ("object for the list", {"kind": "psychiatry", "lines": [LINE]}),
    ("object like a line", LINE),
    ("text for the list", "psychiatry"),
    ("number for the list", 30),
    ("null for the list", None),
]


@pytest.mark.parametrize("lines", [lines for _name, lines in SMUGGLED], ids=[name for name, _lines in SMUGGLED])
def test_whatever_else_somebody_would_write_into_an_edition_is_refused(
    lines: Any, courier: psycopg.Connection[Any], unit_a: Unit
) -> None:
    with pytest.raises(errors.CheckViolation, match="lines_are_neutral"):
        write(courier, unit_a, lines)


@pytest.mark.parametrize("column", ["kind", "practitioner", "note", "written_at"])
def test_edition_has_no_other_column(column: str, courier: psycopg.Connection[Any], unit_a: Unit) -> None:
    with pytest.raises(errors.UndefinedColumn):
        courier.execute(f"UPDATE prison_edition SET {column} = 'psychiatry'")


@pytest.mark.parametrize(
    ("column", "value", "rule"),
    [
        ("digest", "'Dr Bob, room 3, 30 min'", "digest"),
        ("digest", "upper(repeat('ab', 32))", "digest"),
        ("planned_for", "date_trunc('minute', now()) + interval '1 microsecond'", "planned_for"),
        ("planned_for", "date_trunc('minute', now()) + interval '12.345 seconds'", "planned_for"),
    ],
)
def test_digest_and_hour_of_an_edition_are_no_room_for_words_or_instants(
    column: str, value: str, rule: str, courier: psycopg.Connection[Any], unit_a: Unit
) -> None:
    write(courier, unit_a, [LINE])

    with pytest.raises(errors.CheckViolation, match=f"edition_{rule}"):
        courier.execute(f"UPDATE prison_edition SET {column} = {value}")
