"""verify_integrity compares the hospital's database with the prison's, and says in a sentence what differs."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import connections
from django.db.models import F
from django.utils import timezone

from access.audit import record
from access.enums import Verb
from access.models import AuditEntry, Building, Establishment, User
from appointments.models import Alert, Freeze, Movement, MovementEvent
from appointments.models.enums.movement import FreezeReason, MovementState, Urgency
from appointments.prison.models import Edition, LineState, PrisonAlert, PrisonFreeze, PublishingHour, Tap
from appointments.projection import movement_id, neutral_fields
from carehub.doctor import both_sides
from tests.carehub.test_integrity import broken, verified
from tests.conftest import Unit
from tests.doors import at_prison, carry, was_reached
from tests.emptying import let_go
from tests.published import early_there, publish_at

LISTS = "Officers’ lists say what they are to say"
STATES = "Both sides know where everybody stands"
ALIKE = "Establishments, buildings and hours are alike on both sides"
SENT = "What officers sent is here"
WAITS = "Nothing waits for the courier"


@pytest.fixture(autouse=True)
def looks_without_pause(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(both_sides, "PAUSE_SECONDS", 0)


def gone_by(unit: Unit, hours: int = 1) -> Movement:
    """Paul, withdrawn long before: a line on the list to which no appointment points, and none has to."""
    at = (timezone.now() + timedelta(hours=hours)).replace(minute=0, second=0, microsecond=0)
    return Movement.objects.create(
        id=movement_id(unit.establishment.pk, unit.paul.register_number, at),
        establishment=unit.establishment,
        expected_at=at,
        withdrawn_from=at - timedelta(days=2),
        **neutral_fields(unit.paul),
    )


@pytest.fixture
def line(unit_a: Unit, oscar: User) -> Movement:
    """A line of today that the courier has brought, of an establishment where it is early morning."""
    early_there(unit_a.establishment)
    publish_at(unit_a.establishment)
    line = gone_by(unit_a)
    carry()
    return line


def at_the_prison(sql: str) -> None:
    with connections["prison"].cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute(sql)


def differences(rule: str) -> list[str]:
    """What is named under a rule; it is the only one that is not kept."""
    content, output = verified()
    found = broken(output)
    assert list(found) == [rule], output
    assert content == (rule == WAITS)
    return found[rule]


def test_both_sides_agree_after_the_couriers_visit(line: Movement) -> None:
    assert verified()[0]
    assert broken(verified()[1]) == {}


def test_side_that_the_courier_never_reached_is_the_doctors_matter(unit_a: Unit) -> None:
    gone_by(unit_a)

    assert broken(verified()[1]) == {}


def test_line_that_is_missing_there_is_named_by_its_key(line: Movement, unit_a: Unit) -> None:
    Edition.objects.using("prison").exclude(lines=[]).update(lines=[])

    [sentence] = differences(LISTS)

    assert sentence.startswith("MAA, list of ")
    assert sentence.endswith(f"missing there: {line.pk}")
    assert "DURAND" not in sentence.upper()


def test_line_that_care_does_not_know_is_named(line: Movement) -> None:
    Movement.objects.all().delete()

    [sentence] = differences(LISTS)

    assert sentence.endswith(f"there and not here: {line.pk}")


def test_line_that_says_something_else_there_is_named(line: Movement) -> None:
    Movement.objects.update(cell="A-9-999")

    [sentence] = differences(LISTS)

    assert sentence.endswith(f"saying something else there: {line.pk}")


def test_edition_that_is_lost_is_named(line: Movement, unit_a: Unit) -> None:
    today = unit_a.establishment.today()
    Edition.objects.using("prison").filter(day=today).delete()

    assert differences(LISTS) == [f"MAA, list of {today}: it is not there"]


def test_change_that_waits_for_its_publication_is_no_difference(line: Movement, unit_a: Unit) -> None:
    at = line.expected_at + timedelta(hours=4)
    Movement.objects.create(
        establishment=unit_a.establishment,
        expected_at=at,
        visible_from=at - timedelta(minutes=45),
        withdrawn_from=at - timedelta(minutes=40),
        **neutral_fields(unit_a.karim),
    )

    assert broken(verified()[1]) == {}


def test_while_the_courier_stays_away_differences_wait(line: Movement) -> None:
    was_reached(ago=timedelta(hours=1))
    Movement.objects.update(cell="A-9-999")

    since, waiting = sorted(differences(WAITS), key=lambda sentence: "waits to be" in sentence)

    assert since.startswith("prison: not reached since ")
    assert waiting.endswith("(waits to be brought)")


def test_difference_that_the_courier_settles_meanwhile_is_not_told(
    line: Movement, monkeypatch: pytest.MonkeyPatch
) -> None:
    Movement.objects.update(cell="A-9-999")
    monkeypatch.setattr(both_sides.time, "sleep", lambda seconds: carry())

    assert broken(verified()[1]) == {}


def tap(line: Movement, by: User, state: MovementState = MovementState.CALLED) -> Tap:
    with at_prison():
        return Tap.objects.create(
            line=line.pk,
            establishment_id=line.establishment_id,
            by_id=by.pk,
            state=state,
            seen_state=MovementState.EXPECTED,
        )


@pytest.fixture
def standing(unit_a: Unit, oscar: User) -> Movement:
    """A line that stands, and that an officer may tap."""
    early_there(unit_a.establishment)
    at = (timezone.now() - timedelta(minutes=30)).replace(second=0, microsecond=0)
    line = Movement.objects.create(
        id=movement_id(unit_a.establishment.pk, unit_a.paul.register_number, at),
        establishment=unit_a.establishment,
        expected_at=at,
        **neutral_fields(unit_a.paul),
    )
    carry()
    return line


def test_tap_that_waits_is_told_as_waiting(standing: Movement, oscar: User) -> None:
    tap(standing, oscar)

    assert differences(WAITS) == ["MAA: taps that wait to be brought: 1"]
    carry()
    assert broken(verified()[1]) == {}


def test_tap_that_is_here_and_still_there_is_told(standing: Movement, oscar: User) -> None:
    made = tap(standing, oscar)
    MovementEvent.objects.create(
        tap=made.pk,
        establishment_id=standing.establishment_id,
        register_number=standing.register_number,
        expected_at=standing.expected_at,
        state=MovementState.CALLED,
    )

    assert "prison: taps that are here already and not deleted there yet: 1" in differences(WAITS)


def test_state_that_differs_is_named(standing: Movement, oscar: User) -> None:
    tap(standing, oscar)
    carry()
    Movement.objects.update(state=MovementState.LEFT, state_at=timezone.now())
    assert differences(STATES) == [f"movement {standing.pk}: left here, called there"]
    LineState.objects.using("prison").all().delete()
    assert differences(STATES) == [f"movement {standing.pk}: left here, expected there"]


def test_hour_that_differs_is_named(standing: Movement, oscar: User) -> None:
    tap(standing, oscar)
    carry()
    Movement.objects.update(state_at=F("state_at") - timedelta(minutes=5))

    assert differences(STATES) == [f"movement {standing.pk}: called at another hour there"]


def test_reference_data_that_differ_are_named(line: Movement, unit_a: Unit) -> None:
    Establishment.objects.using("prison").update(name="Another name")
    Building.objects.using("prison").filter(pk=unit_a.building.pk).update(name="Z")
    hour = PublishingHour.objects.using("prison").order_by("pk").first()
    assert hour is not None
    PublishingHour.objects.using("prison").filter(pk=hour.pk).delete()
    PublishingHour.objects.using("prison").create(
        pk=hour.pk + 1000, establishment_id=hour.establishment_id, at=hour.at, since=hour.since
    )

    assert set(differences(ALIKE)) == {
        f"prison: establishment {unit_a.establishment.pk} has another name there",
        f"prison: building {unit_a.building.pk} has another name there",
        f"prison: publishing hour {hour.pk} is not there",
        f"prison: publishing hour {hour.pk + 1000} is there and not here",
    }


def test_freeze_and_alert_that_were_brought_and_are_lost_are_named(line: Movement, unit_a: Unit, oscar: User) -> None:
    with at_prison():
        freeze = PrisonFreeze.objects.create(
            establishment_id=unit_a.establishment.pk, reason=FreezeReason.values[0], frozen_by_id=oscar.pk
        )
        alert = PrisonAlert.objects.create(
            establishment_id=unit_a.establishment.pk,
            building_id=unit_a.building.pk,
            register_number="004217",
            last_name="Durand",
            urgency=Urgency.values[0],
            raised_by_id=oscar.pk,
        )
    assert set(differences(WAITS)) == {
        "prison: freezes that wait to be brought: 1",
        "prison: alerts that wait to be brought: 1",
    }
    carry()
    assert broken(verified()[1]) == {}
    Freeze.objects.update(lifted_at=timezone.now())
    let_go("appointments_alert")
    Alert.objects.all().delete()

    assert set(differences(SENT)) == {
        f"freeze {freeze.pk} is in force on one side only",
        f"alert {alert.pk} is not here",
    }


def test_broken_log_of_the_prison_is_named(line: Movement, oscar: User, unit_a: Unit) -> None:
    with at_prison():
        record(by=oscar, verb=Verb.READ, target=Edition, establishment=unit_a.establishment)
        record(by=oscar, verb=Verb.PRINT, target=Edition, establishment=unit_a.establishment)
        first = AuditEntry.objects.order_by("pk").last()
    assert first is not None
    at_the_prison("ALTER TABLE access_auditentry DISABLE TRIGGER USER")
    AuditEntry.objects.using("prison").filter(pk=first.pk).update(username="somebody")

    content, output = verified()

    assert not content
    assert broken(output)["The access log of prison is whole"] == [f"log entry {first.pk}"]
