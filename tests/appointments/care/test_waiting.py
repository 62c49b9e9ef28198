"""What the menu counts: several sets of rows in one question."""

from __future__ import annotations

from django.db import connection
from django.test.utils import CaptureQueriesContext

from appointments.care.waiting import counts_of
from appointments.models import Agenda
from tests.conftest import Unit


def test_sets_are_counted_side_by_side_and_one_that_cannot_hold_anything_is_nought(unit_a: Unit, unit_b: Unit) -> None:
    here = Agenda.objects.filter(establishment=unit_a.establishment)

    with CaptureQueriesContext(connection) as queries:
        found = counts_of({"all": here.order_by("name"), "none": here.none(), "one": here.filter(name="Dr Bob % s")})
        found |= counts_of({"bob": here.filter(name="Dr Bob")})

    assert found == {"all": 2, "none": 0, "one": 0, "bob": 1}
    assert len(queries) == 2
