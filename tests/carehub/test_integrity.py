"""verify_integrity names each disagreement that the database was made to let through."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import time, timedelta
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.test import override_settings
from django.utils import timezone

from access.audit import record
from access.enums import Verb
from access.models import AuditEntry, User
from appointments.models import Appointment, ArrivalTime, CareUnit, Detainee, Movement
from appointments.models.enums.appointment import CancelReason, NotComeReason, Status
from appointments.planning import open_unit
from tests.conftest import Unit
from tests.factories import KindFactory, appointment, local, open_session, paris_day, workday


@dataclass
class Booked:
    """Two people booked tomorrow: Paul at 9:50 (called at 9:30), Karim at 10:50 (called at 10:30)."""

    unit: Unit
    paul: Appointment
    karim: Appointment

    @property
    def movement(self) -> Movement:
        assert self.paul.movement is not None
        return self.paul.movement


@pytest.fixture
def booked(unit_a: Unit) -> Booked:
    day, place = workday(1), unit_a.establishment
    session = open_session(unit_a.doctor, day)
    found = Booked(
        unit=unit_a,
        paul=appointment(unit_a.paul, session, unit_a.consultation, local(place, day, 9, 50)),
        karim=appointment(unit_a.karim, session, unit_a.consultation, local(place, day, 10, 50)),
    )
    sql()  # what is checked at the end of a transaction is checked before the damage
    return found


def sql(*statements: str) -> None:
    """Run statements as the schema's owner; what the transaction still has to check is checked first."""
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        for statement in statements:
            cursor.execute(statement)


def without_triggers(table: str) -> None:
    sql(f"ALTER TABLE {table} DISABLE TRIGGER USER")


def without(table: str, constraint: str) -> None:
    sql(f"ALTER TABLE {table} DROP CONSTRAINT {constraint}")


def verified() -> tuple[bool, str]:
    """Run the command; return whether it was content, and what it printed."""
    out = StringIO()
    try:
        call_command("verify_integrity", stdout=out)
    except CommandError:
        return False, out.getvalue()
    return True, out.getvalue()


def broken(output: str) -> dict[str, list[str]]:
    """The rules that do not hold, with the rows that are named under each."""
    rules: dict[str, list[str]] = {}
    for line in output.splitlines():
        if line.startswith(("broken", "warning")):
            rules[line[9:]] = []
        elif line.startswith(" "):
            rules[list(rules)[-1]].append(line.strip())
    return rules


def test_sound_data_pass(booked: Booked, alice: User) -> None:
    record(by=alice, verb=Verb.READ, target=booked.paul)
    record(by=alice, verb=Verb.READ, target=booked.karim)

    content, output = verified()

    assert content
    assert broken(output) == {}
    assert output.count("ok ") == len(output.splitlines()) == 27


def test_empty_database_passes(db: None) -> None:
    assert verified()[0]


def test_person_who_did_not_come_keeps_the_movement_without_complaint(booked: Booked) -> None:
    Appointment.objects.filter(pk=booked.paul.pk).update(
        status=Status.NOT_COME, not_come_reason=NotComeReason.NO_REASON
    )

    assert verified()[0]


def lose_the_movement(booked: Booked) -> str:
    without_triggers("appointments_appointment")
    Appointment.objects.filter(pk=booked.paul.pk).update(movement=None)
    booked.movement.delete()
    return f"appointment {booked.paul.pk}"


def call_somebody_else(booked: Booked) -> str:
    Movement.objects.filter(pk=booked.movement.pk).update(register_number="099999")
    return f"appointment {booked.paul.pk}, movement {booked.movement.pk}"


def leave_the_old_cell(booked: Booked) -> str:
    Detainee.objects.filter(pk=booked.paul.detainee_id).update(cell="A-3-301")
    return f"movement {booked.movement.pk}"


def leave_the_old_building(booked: Booked) -> str:
    Movement.objects.filter(pk=booked.movement.pk).update(building=booked.unit.other_building)
    return f"movement {booked.movement.pk}"


def call_at_another_time(booked: Booked) -> str:
    Movement.objects.filter(pk=booked.movement.pk).update(expected_at=booked.movement.expected_at - timedelta(hours=1))
    return f"appointment {booked.paul.pk}, movement {booked.movement.pk}"


def forget_to_follow_new_arrival_times(booked: Booked) -> str:
    ArrivalTime.objects.create(establishment=booked.unit.establishment, at=time(9, 45))
    return f"appointment {booked.paul.pk}"


def remove_every_arrival_time_before(booked: Booked) -> str:
    ArrivalTime.objects.filter(at__lt=time(10)).delete()
    return f"appointment {booked.paul.pk}"


def leave_a_movement_behind(booked: Booked) -> str:
    left = Movement.objects.create(
        establishment=booked.unit.establishment,
        building=booked.unit.building,
        cell="A-1-101",
        last_name="Durand",
        first_name="Paul",
        register_number="004217",
        expected_at=timezone.now() + timedelta(days=2),
    )
    return f"movement {left.pk}"


def call_the_person_twice(booked: Booked) -> str:
    second = appointment(booked.unit.paul, booked.paul.session, booked.unit.consultation, booked.paul.ends_at)
    without("appointments_movement", "one_movement_per_person_and_arrival")
    kept = booked.movement
    again = Movement.objects.create(
        establishment=kept.establishment,
        building=kept.building,
        cell=kept.cell,
        last_name=kept.last_name,
        first_name=kept.first_name,
        register_number=kept.register_number,
        expected_at=kept.expected_at,
    )
    Appointment.objects.filter(pk=second.pk).update(movement=again)
    return "movements " + " and ".join(sorted([str(kept.pk), str(again.pk)]))


def overlap_in_the_agenda(booked: Booked) -> str:
    without("appointments_appointment", "agenda_overlap")
    second = appointment(
        booked.unit.karim, booked.paul.session, booked.unit.consultation, booked.paul.starts_at + timedelta(minutes=10)
    )
    return f"appointment {second.pk}"


def overlap_of_the_person(booked: Booked) -> str:
    without("appointments_appointment", "person_overlap")
    session = open_session(booked.unit.psychiatrist, workday(1))
    second = appointment(
        booked.unit.paul, session, booked.unit.psychiatry, booked.paul.starts_at + timedelta(minutes=10), minutes=30
    )
    return f"appointment {second.pk}"


def overfill_a_session(booked: Booked) -> str:
    without_triggers("appointments_appointment")
    appointment(
        booked.unit.karim,
        booked.paul.session,
        booked.unit.consultation,
        booked.karim.ends_at + timedelta(minutes=20),
        shares_time=True,
    )
    return f"session {booked.paul.session.pk}"


def shorten_the_session(booked: Booked) -> str:
    without_triggers("appointments_consultationsession")
    session = booked.paul.session
    session.ends_at = booked.karim.starts_at
    session.save()
    return f"appointment {booked.karim.pk}"


def mix_two_establishments(booked: Booked) -> str:
    without_triggers("appointments_appointment")
    without("appointments_appointment", "appointment_kind_here")
    foreign = KindFactory(name="Elsewhere")
    Appointment.objects.filter(pk=booked.paul.pk).update(kind=foreign)
    return f"appointment {booked.paul.pk}"


def withdraw_somebody_expected(booked: Booked) -> str:
    Movement.objects.filter(pk=booked.movement.pk).update(withdrawn_from=timezone.now())
    return f"movement {booked.movement.pk}"


def publish_too_late(booked: Booked) -> str:
    Movement.objects.filter(pk=booked.movement.pk).update(
        visible_from=booked.movement.expected_at - timedelta(minutes=5)
    )
    return f"movement {booked.movement.pk}"


def mix_two_units(booked: Booked) -> str:
    place = booked.unit.establishment
    open_unit(place, name="SMPR")
    foreign = KindFactory(establishment=place, unit=CareUnit.objects.get(name="SMPR"))
    without_triggers("appointments_appointment")
    Appointment.objects.filter(pk=booked.paul.pk).update(kind=foreign)
    return f"appointment {booked.paul.pk}"


BREAKS = [
    (lose_the_movement, "Every appointment to come has its movement"),
    (call_somebody_else, "A movement calls the person of the appointment"),
    (leave_the_old_cell, "A movement shows the person's present building and cell"),
    (leave_the_old_building, "A movement shows the person's present building and cell"),
    (call_at_another_time, "A movement is at the arrival time of its appointment"),
    (forget_to_follow_new_arrival_times, "Everybody to come is called at one of today's arrival times"),
    (remove_every_arrival_time_before, "Everybody to come is called at one of today's arrival times"),
    (leave_a_movement_behind, "Every movement to come belongs to an appointment or a departure, or is withdrawn"),
    (withdraw_somebody_expected, "No withdrawn movement still calls somebody"),
    (publish_too_late, "Every movement is published before the call"),
    (call_the_person_twice, "Nobody has two movements at one arrival time"),
    (overlap_in_the_agenda, "No practitioner has two appointments at once"),
    (overlap_of_the_person, "Nobody has two appointments at once"),
    (overfill_a_session, "No session holds more people than its places"),
    (shorten_the_session, "Every appointment is inside its session"),
    (mix_two_units, "What belongs together belongs to one care unit"),
]


@pytest.mark.parametrize(("damage", "rule"), BREAKS, ids=[damage.__name__ for damage, _rule in BREAKS])
def test_damage_is_named_with_its_row_and_without_a_name(
    booked: Booked, damage: Callable[[Booked], str], rule: str
) -> None:
    key = damage(booked)

    content, output = verified()

    assert not content
    assert broken(output) == {rule: [key]}
    assert "Durand" not in output
    assert "004217" not in output


def test_row_of_two_establishments_is_named_by_the_rule_and_by_the_reference_that_no_key_holds(booked: Booked) -> None:
    key = mix_two_establishments(booked)

    assert broken(verified()[1]) == {
        "What belongs together belongs to one establishment": [key],
        "No row refers to a row of another establishment": [f"appointments_{key} by kind_id"],
    }


def test_changed_line_of_the_log_is_named(booked: Booked, alice: User) -> None:
    for _each in range(3):
        record(by=alice, verb=Verb.READ, target=booked.paul)
    _first, middle, _last = AuditEntry.objects.order_by("id")
    without_triggers("access_auditentry")
    AuditEntry.objects.filter(pk=middle.pk).update(username="somebody else")

    content, output = verified()

    assert not content
    assert broken(output) == {"The access log is whole": [f"log entry {middle.pk}"]}


@pytest.mark.parametrize("removed", [0, 1])
def test_removed_line_of_the_log_is_named_by_the_line_after_it(booked: Booked, alice: User, removed: int) -> None:
    for _each in range(3):
        record(by=alice, verb=Verb.READ, target=booked.paul)
    lines = list(AuditEntry.objects.order_by("id"))
    without_triggers("access_auditentry")
    AuditEntry.objects.filter(pk=lines[removed].pk).delete()

    content, output = verified()

    assert not content
    assert broken(output) == {"The access log is whole": [f"log entry {lines[removed + 1].pk}"]}


def test_released_person_still_booked_is_a_warning_only(booked: Booked) -> None:
    Detainee.objects.filter(pk=booked.paul.detainee_id).update(released_on=paris_day(), building=None, cell="")

    content, output = verified()

    assert content
    assert broken(output) == {"Nobody who has left is still booked": [f"appointment {booked.paul.pk}"]}


def test_withdrawn_movement_that_calls_nobody_any_longer_passes(booked: Booked) -> None:
    Appointment.objects.filter(pk=booked.paul.pk).update(
        status=Status.CANCELLED, cancel_reason=CancelReason.UNIT_ABSENT, movement=None
    )
    Movement.objects.filter(pk=booked.movement.pk).update(withdrawn_from=timezone.now())

    assert verified()[0]


def test_many_rows_are_counted_rather_than_listed(booked: Booked) -> None:
    for number in range(25):
        Movement.objects.create(
            establishment=booked.unit.establishment,
            building=booked.unit.building,
            cell="A-1-101",
            last_name="Nobody",
            first_name="Nil",
            register_number=f"{number:06d}",
            expected_at=timezone.now() + timedelta(days=2),
        )

    rows = broken(verified()[1])["Every movement to come belongs to an appointment or a departure, or is withdrawn"]

    assert len(rows) == 21
    assert rows[-1] == "and 5 more"


def test_a_door_is_told_that_it_cannot_verify(db: None) -> None:
    with override_settings(CAREHUB_DOOR="care"), pytest.raises(CommandError, match="owner"):
        call_command("verify_integrity")
