"""A round may be broken off before and after each of its statements: the next one does what is missing, and no more."""

from __future__ import annotations

from datetime import timedelta
from itertools import cycle

import pytest
from django.db.models import F

from access.models import Building, Establishment, User
from appointments.models import Alert, Freeze, Movement, MovementEvent
from appointments.models.enums.movement import FreezeReason, Urgency
from appointments.prison.alerts import raise_alert
from appointments.prison.freezes import freeze, lift
from appointments.prison.models import PrisonAlert, PrisonFreeze, Tap
from carehub.tools.faults.broken import broken_off_everywhere
from tests.appointments.courier.rounds import expect, go, history, shown, standing, tap, today_at
from tests.conftest import Unit
from tests.doors import through

STEPS = ("expected", "called", "left", "arrived", "back")


def freeze_or_lift_and_alert(unit: Unit, by: User, number: int) -> None:
    with through("prison"):
        place = Establishment.objects.get(pk=unit.establishment.pk)
        held = PrisonFreeze.objects.filter(lifted_at__isnull=True).first()
        if held:
            lift(by=by, establishment=place, key=held.pk)
        else:
            freeze(by=by, establishment=place, building=None, reason=FreezeReason.values[0])
        building = Building.objects.get(pk=unit.building.pk)
        number_of = {"register_number": f"{number}", "urgency": Urgency.NOW}
        raise_alert(by=by, establishment=place, building=building, **number_of)


@pytest.mark.django_db(transaction=True)
def test_round_broken_off_before_and_after_each_of_its_statements_loses_and_doubles_nothing(
    unit_a: Unit, olga: User
) -> None:
    paul = expect(unit_a, unit_a.paul, today_at(unit_a, 9))
    expect(unit_a, unit_a.karim, today_at(unit_a, 9))
    go()
    made: list[str] = []
    numbers, steps = iter(range(1, 10_000)), cycle(zip(STEPS, (*STEPS[1:], STEPS[0]), strict=True))

    def something_to_carry() -> None:
        number, (seen, to) = next(numbers), next(steps)
        tap(olga, paul, seen, to)
        made.append(to)
        Movement.objects.filter(register_number="012345").update(cell=f"B-{number}")
        freeze_or_lift_and_alert(unit_a, olga, number)
        # As if a minute had passed: only so many are taken in one.
        earlier = timedelta(minutes=5)
        PrisonAlert.objects.using("prison").update(raised_at=F("raised_at") - earlier)
        PrisonFreeze.objects.using("prison").update(frozen_at=F("frozen_at") - earlier)

    statements = broken_off_everywhere(go, before_each=something_to_carry, aliases=("default", "prison"))
    go()

    assert statements > 20
    assert history(paul) == made
    assert MovementEvent.objects.count() == len(made)
    assert not Tap.objects.using("prison").exists()
    paul.refresh_from_db()
    assert paul.state == standing(paul).state == made[-1]
    ours = dict(PrisonFreeze.objects.using("prison").values_list("pk", "lifted_at"))
    assert dict(Freeze.objects.values_list("pk", "lifted_at")) == ours
    sent = set(PrisonAlert.objects.using("prison").values_list("pk", flat=True))
    assert set(Alert.objects.values_list("pk", flat=True)) == sent
    assert len(sent) == len(made)
    today = unit_a.establishment.today()
    assert shown(unit_a, today) == [("09:00 DURAND", ""), ("09:00 BENALI", "")]
