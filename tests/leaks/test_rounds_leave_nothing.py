"""Two worlds, with rounds and without: the prison's database and pages say the same, byte for byte."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import pytest

from access.models import User
from appointments.models import RoundStay
from appointments.models.enums.rounds import RoundTeam, VisitOutcome, VisitReason
from appointments.obstruction.log import count_lately
from appointments.rounds import Said, note, put_on_round, save_kind, take_back
from tests.conftest import Unit
from tests.doors import through
from tests.leaks.worlds import Care, Experiment, experiment

VALUES = {
    "rhythm": "weekly",
    "times_a_week": 2,
    "least_days": 1,
    "most_days": 4,
    "weekdays": "",
    "team": RoundTeam.ANYONE,
}


@pytest.fixture
def worlds(unit_a: Unit, helene: User, oscar: User, olga: User) -> Iterator[Experiment]:
    with experiment(unit_a, helene, {"oscar": oscar, "olga": olga}) as found:
        yield found


def without_rounds(care: Care) -> None:
    """Two people are called tomorrow; the others live in the same cells."""
    care.book(1, "09:30")
    care.book(0, "10:30")


def with_rounds(care: Care) -> None:
    """The same calls; somebody called is on a round too, was visited, could not be visited, refused."""
    without_rounds(care)
    place, today = care.place, care.place.today()
    with through("care"):
        by_cell = save_kind(place, by=care.head, name="Visites", places=care.people[0].cell, is_legal=True, **VALUES)
        by_hand = save_kind(place, by=care.head, name="Pansements", places="", is_legal=False, **VALUES)
        for person in care.people[1:4]:
            put_on_round(by=care.head, person=person, kind=by_hand, since=today, last_day=today + timedelta(days=5))
        stays = list(RoundStay.objects.select_related("establishment", "kind", "detainee").order_by("kind", "id"))
        assert {stay.kind for stay in stays} == {by_cell, by_hand}
        seen = note(by=care.head, stay=stays[0], day=today, said=Said(VisitOutcome.SEEN))
        take_back(by=care.head, visit=seen)
        note(by=care.head, stay=stays[1], day=today, said=Said(VisitOutcome.REFUSED))
        note(by=care.head, stay=stays[2], day=today, said=Said(VisitOutcome.PREVENTED, VisitReason.STAFF))
        count_lately(place, 1)


def test_rounds_leave_no_bit_on_the_prison_side(worlds: Experiment) -> None:
    worlds.require_neutral(without_rounds, with_rounds, everything=True)
