"""Two worlds, with a hand-over and without: the prison's database and pages say the same, byte for byte."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from access.models import User
from access.policy import give
from appointments.handover.keys import make_key
from appointments.handover.sending import gathered, hand_over, reviewed
from appointments.handover.taking import take_over
from appointments.models import Detainee, PartnerUnit
from appointments.rights import Rights
from tests.conftest import Unit
from tests.doors import through
from tests.factories import RequestFactory, escort
from tests.leaks.worlds import Care, Experiment, experiment


@pytest.fixture
def worlds(unit_a: Unit, helene: User, oscar: User, olga: User, settings: Any, tmp_path: Path) -> Iterator[Experiment]:
    settings.CAREHUB_HANDOVER_KEYS = str(tmp_path)
    key = make_key(tmp_path / f"{unit_a.establishment.code.lower()}.agekey")
    PartnerUnit.objects.create(
        establishment=unit_a.establishment, name="USMP", recipient=key, verified_by_id=1, verified_by_name="H"
    )
    give(helene, "manage_escorts", unit_a.establishment)
    with experiment(unit_a, helene, {"oscar": oscar, "olga": olga}) as found:
        yield found


def without_hand_over(care: Care) -> None:
    """Two people are called tomorrow."""
    care.book(1, "09:30")
    care.book(0, "10:30")


def with_hand_over(care: Care) -> None:
    """The same calls; one of them leaves soon, and what they wait for was handed over and taken over."""
    without_hand_over(care)
    person, today = care.people[0], care.place.today()
    Detainee.objects.filter(pk=person.pk).update(leaves_on=today + timedelta(days=3))
    RequestFactory(detainee=person, received_on=today - timedelta(days=40))
    escort(person, care.at("14:00") + timedelta(days=5))
    partner = PartnerUnit.objects.get()
    with through("care"):
        seen = reviewed(gathered(person, partner, rights=Rights(care.head, care.place)))
        _made, data = hand_over(by=care.head, person=person, partner=partner, seen=seen, end_here=False)
        take_over(data, by=care.head, establishment=care.place, person_key=str(person.pk))


def test_hand_overs_leave_no_bit_on_the_prison_side(worlds: Experiment) -> None:
    worlds.require_neutral(without_hand_over, with_hand_over, everything=True)
