"""The line in front of the sign-in page: a pace, an order, and a place for whoever is not the one who floods."""

from __future__ import annotations

import pytest
from django.test import override_settings

from access import rush, turns
from access.known_devices import signer
from access.turns import Line, Wish


def served(line: Line[str], *, seconds: float) -> list[str]:
    """Let the line go on for so long, each being inside for a moment; return who came in, in order."""
    came, now = [], 0.0
    while now < seconds:
        if (who := line.call(now)) is not None:
            came.append(who)
            line.leave(now)
        now += 0.001
    return came


def test_strangers_come_in_at_the_pace_of_the_line_however_many_there_are() -> None:
    line: Line[str] = Line(pace=0.125)
    for nth in range(60):
        assert line.join(f"loop {nth}", "")

    assert served(line, seconds=2) == [f"loop {nth}" for nth in range(16)]


def test_one_is_inside_at_a_time_and_the_next_is_called_when_they_have_left() -> None:
    line: Line[str] = Line(pace=0.125)
    line.join("first", "")
    line.join("second", "")

    assert line.call(0.0) == "first"
    assert line.call(100.0) is None
    assert line.seconds_left(100.0) is None
    line.leave(100.0)
    assert line.call(100.0) == "second"


def test_who_waits_behind_others_is_called_in_time_and_who_has_gone_costs_no_time() -> None:
    line: Line[str] = Line(pace=0.125)
    for who in ("served", "gone", "waits"):
        line.join(who, "")

    assert line.call(0.0) == "served"
    line.leave(0.05)
    assert line.seconds_left(0.05) == pytest.approx(0.075)
    assert line.call(0.2) == "gone"
    line.leave(0.2, was_served=False)
    assert line.call(0.2) == "waits"
    assert line.seconds_left(0.2) is None


def test_address_that_floods_takes_half_of_the_places_and_others_come_in_between() -> None:
    line: Line[str] = Line(pace=0.125)
    taken = [line.join(f"loop {nth}", "203.0.113.7") for nth in range(100)]

    assert line.join("nurse", "192.0.2.20")
    assert taken.count(True) == turns.OF_ONE_ADDRESS
    assert served(line, seconds=0.5) == ["loop 0", "nurse", "loop 1", "loop 2"]


def test_places_of_those_who_have_gone_are_free_again() -> None:
    line: Line[str] = Line(pace=0.125)
    for nth in range(turns.OF_ONE_ADDRESS):
        line.join(f"loop {nth}", "203.0.113.7")
    assert not line.join("nurse", "203.0.113.7")

    gone = line.clear_of(lambda who: who != "loop 3")

    assert (len(gone), line.length) == (turns.OF_ONE_ADDRESS - 1, 1)
    assert line.join("nurse", "203.0.113.7")
    assert served(line, seconds=1) == ["loop 3", "nurse"]


def test_where_no_address_is_known_all_places_are_everybodys() -> None:
    line: Line[str] = Line(pace=0.125)

    assert [line.join("somebody", "") for _nth in range(100)].count(True) == turns.PLACES


@pytest.mark.parametrize(
    ("method", "path", "query", "wish"),
    [
        ("GET", "/sign-in", "", Wish.PAGE),
        ("HEAD", "/sign-in", "next=/my-day", Wish.PAGE),
        ("POST", "/sign-in", "", Wish.PASSWORD),
        ("POST", "/sign-in", "next=%2F&code", Wish.CODE),
        ("POST", "/sign-in/code", "", None),
        ("GET", "/", "", None),
    ],
)
def test_stranger_stands_in_line_for_the_sign_in_page_alone(
    method: str, path: str, query: str, wish: Wish | None
) -> None:
    environ = {"REQUEST_METHOD": method, "PATH_INFO": path, "QUERY_STRING": query}

    assert rush.wish_of(environ) is wish


def test_browser_that_the_door_knows_stands_in_no_line_and_a_forged_mark_does() -> None:
    asked = {"REQUEST_METHOD": "POST", "PATH_INFO": "/sign-in", "QUERY_STRING": ""}
    with override_settings(CAREHUB_DEVICE_COOKIE_NAME="device"):
        mark = signer().sign("739000abc")
        known = rush.wish_of({**asked, "HTTP_COOKIE": f"a=b; device={mark}"})
        forged = rush.wish_of({**asked, "HTTP_COOKIE": f"device={mark}x"})

    assert (known, forged) == (None, Wish.PASSWORD)
