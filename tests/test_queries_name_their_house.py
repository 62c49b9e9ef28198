"""Every query of rows that a hot page sends says of which establishment they are, or of which one row.

What grows with the country is read through indexes that begin with the establishment; a query that names only agendas
or a date reads other houses' rows along, and can never be kept on a machine of that house's own (docs/scaling.md).
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from access.models import User
from appointments.statistics.kept import count_night
from carehub.tools.bench.plans import without_house
from tests.conftest import Unit
from tests.doors import DoorClient
from tests.factories import appointment, local, open_session, workday

HOT = (
    "/",
    "/day/{day}",
    "/week/{day}",
    "/waiting-room",
    "/now?place={place}&day={day}&on=home",
    "/triage",
    "/appointment/{key}",
    "/missed",
    "/lists",
    "/find-a-time",
    "/statistics/",
)


@pytest.mark.parametrize("name", ["alice", "helene"])
def test_every_query_of_rows_of_hot_pages_names_the_house_or_one_row(
    name: str, request: pytest.FixtureRequest, unit_a: Unit, at_door: Callable[[User], DoorClient]
) -> None:
    browser, day = at_door(request.getfixturevalue(name)), workday(1)
    session = open_session(unit_a.doctor, day)
    one = appointment(unit_a.paul, session, unit_a.consultation, local(unit_a.establishment, day, 9, 40))

    count_night(unit_a.establishment)

    found, opened = {}, 0
    for page in HOT:
        path = page.format(day=day, key=one.pk, place=unit_a.establishment.pk)
        with CaptureQueriesContext(connection) as queries:
            opened += browser.get(path).status_code == 200
        found[path] = [(tables, each["sql"]) for each in queries if (tables := without_house(each["sql"]))]

    assert {path: asked for path, asked in found.items() if asked} == {}
    assert opened >= len(HOT) - 1


@pytest.mark.parametrize(
    ("statement", "tables"),
    [
        ('SELECT "a" FROM "appointments_appointment" WHERE "appointments_appointment"."agenda_id" IN (1)', True),
        ('SELECT "a" FROM "appointments_appointment" WHERE "appointments_appointment"."establishment_id" = 1', False),
        ('SELECT 1 FROM "access_user" WHERE EXISTS(SELECT 1 FROM "appointments_request" U0 WHERE (U0."x" = 1))', True),
        (
            'SELECT 1 FROM "appointments_movement" WHERE ("appointments_movement"."establishment_id" = 1 AND EXISTS('
            'SELECT 1 FROM "appointments_appointment" U0 WHERE (U0."status" = 1)))',
            True,
        ),
        ('SELECT 1 FROM "appointments_movement" U0 WHERE U0."id" = (1)', False),
        ('SELECT 1 FROM "appointments_agenda" WHERE "appointments_agenda"."name" = 1', False),
    ],
)
def test_check_tells_a_query_that_names_no_house(statement: str, tables: Any) -> None:
    assert bool(without_house(statement)) == tables
