"""A set that is written once for each answer of somebody's rights shows each person what those rights show, no more."""

from __future__ import annotations

from functools import partial

import pytest
from django.utils import timezone

from access.models import User
from access.policy import take_back
from appointments import rights_texts
from appointments.care.people.views import of_person, to_come_of
from appointments.models import Appointment
from appointments.rights import Rights
from appointments.rights_texts import set_for
from tests.conftest import Unit
from tests.factories import appointment, local, open_session, workday


@pytest.fixture
def seen(unit_a: Unit) -> Appointment:
    session = open_session(unit_a.psychiatrist, workday(1))
    return appointment(unit_a.paul, session, unit_a.psychiatry, local(unit_a.establishment, workday(1), 9, 40))


def to_come(user: User, unit: Unit) -> list[Appointment]:
    """What a page of Paul's shows `user` right now, by a set that is kept."""
    rights = Rights(user, unit.establishment)
    kept = set_for(rights, "to come", lambda: of_person(partial(to_come_of, rights)))
    return kept.objects(person=unit.paul.pk, now=timezone.now())


def test_kept_set_shows_nobody_what_their_rights_do_not(
    unit_a: Unit, unit_b: Unit, seen: Appointment, alice: User, bob: User, chloe: User
) -> None:
    assert [to_come(user, unit_a) for user in (alice, bob, alice)] == [[seen], [seen], [seen]]
    assert to_come(chloe, unit_b) == []

    take_back(alice, "view_agenda", unit_a.psychiatrist)

    assert [to_come(user, unit_a) for user in (alice, bob)] == [[], [seen]]


def test_nothing_of_whoever_asked_first_is_kept(unit_a: Unit, seen: Appointment, alice: User) -> None:
    to_come(alice, unit_a)
    rights = Rights(alice, unit_a.establishment)

    kept = set_for(rights, "to come", lambda: pytest.fail("It was written already."))

    with pytest.raises(AssertionError):
        kept.rows()


def test_sets_are_kept_of_so_many_people_only(
    unit_a: Unit, seen: Appointment, alice: User, bob: User, helene: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rights_texts, "MOST_WRITTEN", 2)

    assert [to_come(user, unit_a) for user in (alice, bob, helene, alice)] == [[seen]] * 4
    assert len(rights_texts._sets) <= 2
