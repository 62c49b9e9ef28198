"""An hour without the courier, while both sides work and two publications pass: made up for in one round, once."""

from __future__ import annotations

from datetime import time, timedelta
from itertools import pairwise

import pytest

from access.models import Building, Establishment, User
from appointments.models import Alert, Detainee, Freeze, Movement, MovementEvent
from appointments.models.enums.movement import FreezeReason, Urgency
from appointments.prison.alerts import raise_alert
from appointments.prison.freezes import freeze, lift
from appointments.prison.models import PrisonAlert, PrisonFreeze, Tap
from tests.appointments.courier.rounds import edition, expect, go, history, shown, standing, stored, tap, today_at
from tests.conftest import Unit
from tests.doors import through
from tests.factories import DetaineeFactory
from tests.published import publish_at

# One person's way, there and back, with a tap that is undone.
WAY = ["expected", "called", "expected", "called", "left", "arrived", "back"]


@pytest.fixture
def people(unit_a: Unit) -> list[Detainee]:
    publish_at(unit_a.establishment, time(12, 30), time(13, 0), time(13, 30))
    return [
        DetaineeFactory(
            establishment=unit_a.establishment, building=unit_a.building, cell=f"A-{number:02}", last_name="Benali"
        )
        for number in range(24)
    ]


def what_officers_do(unit: Unit, olga: User, lines: list[Movement]) -> None:
    """All walk at once: the taps of one line stand between those of the others."""
    for seen, to in pairwise(WAY):
        for line in lines:
            tap(olga, line, seen, to)
    with through("prison"):
        place, building = Establishment.objects.get(pk=unit.establishment.pk), Building.objects.get(pk=unit.building.pk)
        first = freeze(by=olga, establishment=place, building=building, reason=FreezeReason.values[0])
        lift(by=olga, establishment=place, key=first.pk)
        freeze(by=olga, establishment=place, building=None, reason=FreezeReason.values[0])
        for line in lines[:3]:
            raise_alert(
                by=olga,
                establishment=place,
                building=building,
                register_number=line.register_number,
                urgency=Urgency.NOW,
            )


def test_hour_away_is_made_up_for_in_one_round_each_thing_once(
    unit_a: Unit, people: list[Detainee], olga: User
) -> None:
    place, day = unit_a.establishment, unit_a.establishment.today()
    called = [expect(unit_a, person, today_at(unit_a, 15)) for person in people[:20]]
    go(now=today_at(unit_a, 12, 31))
    assert len(shown(unit_a, day)) == 20

    what_officers_do(unit_a, olga, called)
    gone = Movement.objects.filter(pk__in=[line.pk for line in called[:5]])
    gone.update(withdrawn_from=today_at(unit_a, 13))
    for person in people[20:]:
        expect(unit_a, person, today_at(unit_a, 15), visible_from=today_at(unit_a, 13, 30), is_added=True)
    # Nothing has passed in either direction meanwhile.
    assert (history(), len(shown(unit_a, day))) == ([], 20)
    assert Tap.objects.using("prison").count() == 20 * (len(WAY) - 1)

    go(now=today_at(unit_a, 13, 31))

    here = edition(unit_a, day)
    assert here is not None
    assert here.planned_for == today_at(unit_a, 13, 30)
    words = [word for _line, word in shown(unit_a, day)]
    assert (words.count(""), words.count("withdrawn"), words.count("added")) == (15, 5, 4)
    assert all(history(line) == WAY[1:] for line in called)
    instants = list(MovementEvent.objects.order_by("id").values_list("at", flat=True))
    assert instants == sorted(instants)
    assert not Tap.objects.using("prison").exists()
    assert {standing(line).state for line in called} == {"back"}
    assert [Freeze.objects.filter(establishment=place).count(), Freeze.objects.in_force().count()] == [2, 1]
    assert Alert.objects.count() == 3
    for model in (PrisonFreeze, PrisonAlert):
        assert not model.objects.using("prison").filter(is_carried=False).exists()

    # A courier that was held up for the hour and goes on beside its successor finds nothing to do.
    before, told = stored(), history()
    go(now=today_at(unit_a, 13, 31) + timedelta(seconds=5))
    assert (stored(), history()) == (before, told)
