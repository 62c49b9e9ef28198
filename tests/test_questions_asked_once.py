"""No page of the care door asks the database the same question twice while it answers one request."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from copy import deepcopy
from datetime import datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from access.models import User
from tests.addresses import filled, routes_of
from tests.conftest import Unit
from tests.doors import DoorClient, was_reached
from tests.factories import appointment, local, open_session
from tests.test_who_opens_what import rows_of

# What is said more than once by nature: the marks of transactions.
MARKS = ("SAVEPOINT", "RELEASE SAVEPOINT", "ROLLBACK TO SAVEPOINT", "SET ROLE", "RESET ROLE")
# A verb asks afresh whether the person may do it: it does not take the page's word for it.
ASKED_AFRESH = ("SELECT appointments_rights(",)
PAGES = [
    *routes_of("care"),
    "/book?agenda=<agenda>&person=<person>",
    "/book?request=<request>",
    "/day/<today>?changed=<changed>&as=booked",
    "/find-a-time?kind=<kind>&person=<person>",
    "/prints/day?day=<day>",
    "/prints/lists?day=tomorrow",
    "/prints/slips?day=<day>",
    "/requests/new?person=<person>",
    "/series/new?agenda=<agenda>&person=<person>",
    "/triage?show=sort",
    "/withdraw?agenda=<agenda>&day=<day>&start=08:00&last=<day>&end=12:00",
]


def repeated(visitor: DoorClient, method: str, path: str, data: dict[str, Any] | None = None) -> tuple[int, list[str]]:
    """The status, and every statement that was sent more than once; all that the request changed is taken back."""
    kept, visitor.cookies, visitor.raise_request_exception = visitor.cookies, deepcopy(visitor.cookies), False
    with transaction.atomic(), CaptureQueriesContext(connection) as queries:
        response = visitor.get(path) if method == "GET" else visitor.post(path, data)
        b"".join(response)
        transaction.set_rollback(True)
    visitor.cookies = kept
    asked = Counter(query["sql"] for query in queries if not query["sql"].startswith(MARKS))
    return response.status_code, [sql for sql, times in asked.items() if times > 1]


@pytest.fixture
def ten_o_clock(unit_a: Unit) -> Iterator[datetime]:
    """Ten in the morning; the clock stands still, for two instants are two questions."""
    now = datetime.now(unit_a.establishment.zone).replace(hour=10, minute=0, second=0, microsecond=0)
    with time_machine.travel(now, tick=False):
        yield now


@pytest.fixture
def here(unit_a: Unit, ten_o_clock: datetime) -> dict[str, Any]:
    """What stands for each parameter, with people expected today and the clock standing still."""
    place, day = unit_a.establishment, ten_o_clock.date()
    rows = rows_of(unit_a, "care")
    session = open_session(unit_a.doctor, day)
    changed = appointment(unit_a.paul, session, unit_a.consultation, local(place, day, 9, 40))
    appointment(unit_a.karim, session, unit_a.consultation, local(place, day, 10, 40))
    return rows | {"day/today": day, "changed": changed.pk, "kind": unit_a.consultation.pk}


@pytest.mark.parametrize("silent", [False, True], ids=["officers reached", "officers not reached"])
@pytest.mark.parametrize("name", ["alice", "helene", "emma"])
def test_no_page_asks_the_same_twice(
    name: str,
    silent: bool,
    request: pytest.FixtureRequest,
    at_door: Callable[[User], DoorClient],
    here: dict[str, Any],
) -> None:
    visitor = at_door(request.getfixturevalue(name))
    if silent:
        was_reached(ago=timedelta(hours=1))

    found, opened = {}, 0
    for route in PAGES:
        status, twice = repeated(visitor, "GET", filled(route, here))
        opened += status == 200
        found[route] = twice if status in {200, 422} else []

    assert {route: twice for route, twice in found.items() if twice} == {}
    assert opened > 40


@pytest.mark.parametrize(
    "more",
    [
        pytest.param({"time": "09:00"}, id="booked"),
        pytest.param({"time": "09:40"}, id="refused"),
        pytest.param({"time": "09:40", "find": "any"}, id="other times"),
        pytest.param({"time": "09:00", "check": "1"}, id="looked at"),
        pytest.param({"time": "", "person": ""}, id="incomplete"),
    ],
)
def test_booking_reads_each_row_of_its_form_once(
    more: dict[str, str], unit_a: Unit, alice: User, at_door: Callable[[User], DoorClient], here: dict[str, Any]
) -> None:
    typed = {
        "person": str(unit_a.paul.pk),
        "kind": str(unit_a.consultation.pk),
        "agenda": str(unit_a.doctor.pk),
        "day": str(here["day"]),
    }

    status, twice = repeated(at_door(alice), "POST", "/book", typed | more)

    assert status in {200, 302, 422}
    assert [sql for sql in twice if not sql.startswith(ASKED_AFRESH)] == []


@pytest.mark.parametrize(
    ("step", "typed", "afresh"),
    [
        ("move", {"move-revision": "1", "move-time": "09:00"}, ()),
        # What somebody else has changed is shown as it is now.
        (
            "move",
            {"move-revision": "9", "move-time": "09:00"},
            ('SELECT "appointments_appointment"."id"',),
        ),
        ("cancel", {"cancel-revision": "1", "cancel-reason": ""}, ()),
    ],
)
def test_changing_an_appointment_reads_each_row_of_its_form_once(
    step: str,
    typed: dict[str, str],
    afresh: tuple[str, ...],
    unit_a: Unit,
    alice: User,
    at_door: Callable[[User], DoorClient],
    here: dict[str, Any],
) -> None:
    typed = typed | {"move-agenda": str(unit_a.doctor.pk), "move-day": str(here["day"])}

    _status, twice = repeated(at_door(alice), "POST", f"/appointment/{here['appointment/key']}/{step}", typed)

    assert [sql for sql in twice if not sql.startswith((*ASKED_AFRESH, *afresh))] == []
