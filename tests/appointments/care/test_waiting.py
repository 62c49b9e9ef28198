"""What the menu counts: several sets of rows in one question."""

from __future__ import annotations

from datetime import timedelta

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from access.models import User
from access.policy import take_back
from appointments import rights_texts
from appointments.care.waiting import counted, prepared, written
from appointments.models import Absence, Agenda
from appointments.models.enums.planning import AbsenceReason, Discipline
from appointments.rights import Rights
from tests.conftest import Unit
from tests.factories import RequestFactory, appointment, local, open_session, workday


def test_sets_are_counted_side_by_side_and_one_that_cannot_hold_anything_is_nought(unit_a: Unit, unit_b: Unit) -> None:
    here = Agenda.objects.filter(establishment=unit_a.establishment)

    with CaptureQueriesContext(connection) as queries:
        found = counted(
            written({"all": here.order_by("name"), "none": here.none(), "one": here.filter(name="Dr Bob % s")})
        )
        found |= counted(written({"bob": here.filter(name="Dr Bob")}))

    assert found == {"all": 2, "none": 0, "one": 0, "bob": 1}
    assert len(queries) == 2


def sorted_by(user: User, unit: Unit) -> int:
    """How many requests to sort the menu counts for `user`, as a page of theirs would right now."""
    return counted(prepared(Rights(user, unit.establishment)))["to_sort"]


def test_kept_text_keeps_no_count_and_no_right(unit_a: Unit, alice: User, bob: User) -> None:
    unsorted = {"detainee": unit_a.paul, "triaged_at": None}
    RequestFactory(**unsorted, discipline=Discipline.PSYCHIATRY)
    assert (sorted_by(alice, unit_a), sorted_by(bob, unit_a)) == (1, 1)

    RequestFactory(**unsorted, discipline=Discipline.PSYCHIATRY)
    assert (sorted_by(alice, unit_a), sorted_by(bob, unit_a)) == (2, 2)

    take_back(alice, "view_agenda", unit_a.psychiatrist)
    assert (sorted_by(alice, unit_a), sorted_by(bob, unit_a)) == (0, 2)


def test_kept_text_is_of_now(unit_a: Unit, alice: User) -> None:
    session = open_session(unit_a.doctor, workday(1))
    one = appointment(unit_a.paul, session, unit_a.consultation, local(unit_a.establishment, workday(1), 9, 40))
    Absence.objects.create(
        establishment=unit_a.establishment,
        agenda=unit_a.doctor,
        starts_at=one.starts_at - timedelta(hours=1),
        ends_at=one.ends_at + timedelta(hours=1),
        reason=AbsenceReason.LEAVE,
    )

    def stranded() -> int:
        return counted(prepared(Rights(alice, unit_a.establishment)))["stranded"]

    with time_machine.travel(one.starts_at - timedelta(minutes=30), tick=False):
        assert stranded() == 1
    with time_machine.travel(one.ends_at + timedelta(minutes=1), tick=False):
        assert stranded() == 0


def test_texts_are_kept_of_so_many_people_only(unit_a: Unit, alice: User, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rights_texts, "MOST_WRITTEN", 3)
    for number in range(5):
        with time_machine.travel(timezone.now() + timedelta(days=number), tick=False):
            sorted_by(alice, unit_a)

    assert len(rights_texts._written) <= 3
