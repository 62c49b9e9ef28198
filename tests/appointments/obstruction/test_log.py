"""The log of obstructed care: what it counts by itself, what is noted by hand, and that nothing is lost."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from uuid import uuid4

import pytest
from django.db import DatabaseError, IntegrityError, transaction
from django.utils import timezone

from access.models import User
from access.refusal import Refused
from appointments.models import (
    Appointment,
    Detainee,
    Freeze,
    Movement,
    MovementEvent,
    Obstruction,
    ObstructionPast,
    PrisonLink,
    PrisonSilence,
    PublicationTime,
)
from appointments.models.enums.appointment import Status
from appointments.models.enums.movement import FreezeReason, MovementState
from appointments.models.enums.obstruction import HalfDay, ObstructionCause, ObstructionKind
from appointments.obstruction import facts_of
from appointments.obstruction.log import correct_fact, count_again, note_fact, withdraw_fact
from appointments.obstruction.sentences import sentence_of
from appointments.projection import neutral_fields, purge
from tests.appointments.obstruction.conftest import day, past
from tests.conftest import Unit
from tests.factories import local, paris_day, unit_of


def counted(unit: Unit) -> list[Obstruction]:
    count_again(unit.establishment, day(0), day(9))
    return list(facts_of(unit_of(unit.establishment), day(0), day(9)))


def of_kind(unit: Unit, kind: str) -> list[Obstruction]:
    return [fact for fact in counted(unit) if fact.kind == kind]


def note(by: User, unit: Unit, **fields: object) -> Obstruction:
    values = {
        "token": uuid4(),
        "kind": ObstructionKind.REVEALED,
        "day": day(3),
        "half_day": HalfDay.MORNING,
        "cause": ObstructionCause.PRACTICE,
        "facts": "The speciality was called out on the landing.",
        "building": unit.building,
    }
    return note_fact(by=by, establishment=unit.establishment, **(values | fields))


# --- What it counts by itself ----------------------------------------------------------------------------


def test_people_not_brought_are_told_by_half_day_building_and_cause(small_world: Unit) -> None:
    found = {
        (fact.day, fact.half_day, fact.building.name, fact.cause, fact.affected, fact.expected)
        for fact in of_kind(small_world, "not_brought")
    }

    assert found == {
        (day(0), "morning", "A", "staff", 1, 3),
        (day(0), "morning", "B", "visit", 1, 1),
        (day(1), "morning", "A", "not_called", 1, 3),
        (day(1), "afternoon", "A", "visit", 1, 1),
    }


def test_nobody_says_why_is_a_fact_of_its_own(unit_a: Unit) -> None:
    past(unit_a, (1, 9, 0), Status.NOT_COME, not_come_reason="SANS_MOTIF")
    past(unit_a, (1, 9, 30), Status.SEEN)

    (fact,) = of_kind(unit_a, "no_reason")

    assert sentence_of(fact) == "1 person of 2 expected was not brought."


def test_lost_half_day_is_told_once_with_its_chief_cause(small_world: Unit) -> None:
    found = {
        (fact.day, fact.half_day, fact.cause, fact.affected, fact.expected)
        for fact in of_kind(small_world, "lost_half_day")
    }

    assert found == {
        (day(0), "morning", "staff", 2, 4),
        (day(1), "afternoon", "visit", 1, 2),
        (day(2), "afternoon", "late", 1, 2),
    }


def test_frozen_movements_are_told_for_each_half_day_on_which_somebody_was_expected(unit_a: Unit) -> None:
    past(unit_a, (1, 9, 0), Status.NOT_COME, not_come_declared="BLOCAGE")
    past(unit_a, (1, 15, 0), Status.SEEN)
    past(unit_a, (1, 9, 30), Status.SEEN, detainee=unit_a.karim)
    Freeze.objects.create(
        establishment=unit_a.establishment,
        building=unit_a.building,
        reason=FreezeReason.INCIDENT,
        frozen_at=local(unit_a.establishment, day(1), 8, 30),
        lifted_at=local(unit_a.establishment, day(1), 14, 0),
    )
    Freeze.objects.create(
        establishment=unit_a.establishment,
        reason=FreezeReason.ROLL_CALL,
        frozen_at=local(unit_a.establishment, day(1), 9, 0),
        lifted_at=local(unit_a.establishment, day(1), 9, 10),
    )

    found = {fact.half_day: (fact.affected, fact.expected, fact.minutes) for fact in of_kind(unit_a, "frozen")}

    assert found == {"morning": (1, 1, 270), "afternoon": (0, 1, 60)}


def test_arrival_beyond_the_tolerance_is_told_with_how_many_came_in_time(unit_a: Unit) -> None:
    for minutes, (hour, start) in ((5, (9, 0)), (50, (9, 30)), (40, (10, 0))):
        row = past(unit_a, (1, hour, start), Status.SEEN)
        MovementEvent.objects.create(
            establishment=unit_a.establishment,
            register_number=unit_a.paul.register_number,
            expected_at=row.called_at,
            state=MovementState.ARRIVED,
            at=row.called_at + timedelta(minutes=minutes),
        )

    (fact,) = of_kind(unit_a, "late")

    assert (fact.half_day, fact.building, fact.affected, fact.expected, fact.minutes) == (
        "morning", unit_a.building, 2, 3, 40)  # fmt: skip


def test_list_that_the_prison_side_got_late_is_told(unit_a: Unit) -> None:
    PublicationTime.objects.create(establishment=unit_a.establishment, at=time(7), since=day(0))
    link = PrisonLink.objects.create(name=unit_a.establishment.prison, reached_at=at(unit_a, 6, 50))
    PrisonLink.objects.filter(pk=link.pk).update(reached_at=at(unit_a, 9, 40))
    PrisonLink.objects.filter(pk=link.pk).update(reached_at=timezone.now())

    found = {(fact.day, fact.minutes) for fact in of_kind(unit_a, "not_fetched") if fact.day <= day(1)}

    assert (day(1), 160) in found


def at(unit: Unit, hour: int, minute: int) -> datetime:
    return local(unit.establishment, day(1), hour, minute)


def test_short_silence_of_the_link_is_not_kept(unit_a: Unit) -> None:
    link = PrisonLink.objects.create(name=unit_a.establishment.prison, reached_at=at(unit_a, 6, 50))
    PrisonLink.objects.filter(pk=link.pk).update(reached_at=at(unit_a, 6, 52))

    assert not PrisonSilence.objects.exists()


def test_third_time_in_a_row_that_somebody_is_not_brought_is_told_with_the_person(unit_a: Unit) -> None:
    past(unit_a, (0, 9, 0), Status.NOT_COME, not_come_declared="EFFECTIF")
    past(unit_a, (0, 10, 0), Status.SEEN)
    past(unit_a, (1, 9, 0), Status.NOT_COME, not_come_declared="EFFECTIF")
    past(unit_a, (2, 9, 0), Status.NOT_COME, not_come_declared="PARLOIR")
    past(unit_a, (3, 9, 0), Status.NOT_COME, not_come_declared="REF_DECL")
    last = past(unit_a, (4, 9, 0), Status.NOT_COME, not_come_declared="EFFECTIF")

    (fact,) = of_kind(unit_a, "repeated")

    assert (fact.day, fact.detainee, fact.appointment, fact.affected) == (day(4), unit_a.paul, last, 3)
    assert sentence_of(fact) == "One person was not brought 3 times in a row."


def test_counting_twice_changes_nothing(small_world: Unit) -> None:
    assert counted(small_world)

    assert count_again(small_world.establishment, day(0), day(9)) == (0, 0, 0)
    assert not ObstructionPast.objects.exists()


def test_corrected_outcome_corrects_the_fact_and_keeps_what_it_said(small_world: Unit) -> None:
    before = of_kind(small_world, "not_brought")
    Appointment.objects.filter(not_come_declared="EFFECTIF").update(status=Status.SEEN, not_come_declared="")

    after = of_kind(small_world, "not_brought")

    (gone,) = {fact.pk for fact in before} - {fact.pk for fact in after}
    kept = Obstruction.objects.get(pk=gone)
    assert kept.is_withdrawn
    assert kept.past.get().was["affected"] == 1


def test_facts_of_movements_outlive_their_purge(unit_a: Unit) -> None:
    row = past(unit_a, (1, 9, 0), Status.SEEN)
    neutral = neutral_fields(unit_a.paul)
    line = Movement.objects.create(establishment=unit_a.establishment, expected_at=row.called_at, **neutral)
    Appointment.objects.filter(pk=row.pk).update(movement=line)
    Detainee.objects.filter(pk=unit_a.paul.pk).update(building=unit_a.other_building)

    purge(before=row.called_at + timedelta(days=1))

    row.refresh_from_db()
    assert (row.movement, row.called_from) == (None, unit_a.building)


# --- What is noted by hand -------------------------------------------------------------------------------


def test_any_carer_notes_what_they_saw_and_a_grave_kind_is_proposed_as_serious(unit_a: Unit, alice: User) -> None:
    fact = note(alice, unit_a)

    assert (fact.recorded_by, fact.is_serious, fact.source) == (alice, True, "by_hand")
    assert sentence_of(fact) == "The speciality was called out on the landing."


def test_form_sent_twice_notes_one_fact(unit_a: Unit, alice: User) -> None:
    token = uuid4()
    assert note(alice, unit_a, token=token) == note(alice, unit_a, token=token)
    assert Obstruction.objects.count() == 1


def test_nobody_of_another_side_notes_a_fact(unit_a: Unit, ada: User) -> None:
    with pytest.raises(Refused, match="care side"):
        note(ada, unit_a)


def test_fact_of_a_day_to_come_is_refused(unit_a: Unit, alice: User) -> None:
    with pytest.raises(Refused, match="still to come"):
        note(alice, unit_a, day=paris_day() + timedelta(days=2))


def test_correction_keeps_the_former_words(unit_a: Unit, alice: User) -> None:
    fact = note(alice, unit_a)
    values = {name: getattr(fact, name) for name in ("kind", "day", "half_day", "cause")}

    correct_fact(by=alice, fact=fact, revision=1, **values, facts="It was the dentist who was named.")

    fact.refresh_from_db()
    assert fact.facts == "It was the dentist who was named."
    assert fact.past.get().was["facts"] == "The speciality was called out on the landing."


def test_withdrawn_fact_stays_readable_with_its_reason_and_counts_no_longer(
    unit_a: Unit, alice: User, helene: User
) -> None:
    fact = note(alice, unit_a)
    with pytest.raises(Refused, match="Say why"):
        withdraw_fact(by=helene, fact=fact, revision=1, reason=" ")

    withdraw_fact(by=helene, fact=fact, revision=1, reason="Noted twice.")

    assert not facts_of(unit_of(unit_a.establishment), day(0), day(9)).exists()
    fact.refresh_from_db()
    assert (fact.withdrawn_by, fact.withdrawn_reason) == (helene, "Noted twice.")


def test_carer_changes_no_fact_of_a_colleague(unit_a: Unit, alice: User, emma: User) -> None:
    fact = note(alice, unit_a)
    with pytest.raises(Refused, match="Only who noted"):
        withdraw_fact(by=emma, fact=fact, revision=1, reason="Not so.")


def test_what_the_head_withdrew_is_not_counted_back(small_world: Unit, helene: User) -> None:
    fact = counted(small_world)[0]
    withdraw_fact(by=helene, fact=fact, revision=1, reason="The wing had no exercise that day.")

    assert fact.pk not in {each.pk for each in counted(small_world)}


# --- What the database refuses -----------------------------------------------------------------------------


def test_database_keeps_the_past_of_a_fact_changed_behind_the_code(unit_a: Unit, alice: User) -> None:
    fact = note(alice, unit_a)
    with pytest.raises(IntegrityError, match="counts one"), transaction.atomic():
        Obstruction.objects.filter(pk=fact.pk).update(facts="Nothing happened.")

    Obstruction.objects.filter(pk=fact.pk).update(facts="Nothing happened.", revision=2)

    past_state = ObstructionPast.objects.get(obstruction=fact)
    assert past_state.was["facts"] == "The speciality was called out on the landing."
    with pytest.raises(DatabaseError, match="only grow"), transaction.atomic():
        ObstructionPast.objects.filter(pk=past_state.pk).update(was={})


def test_database_refuses_a_fact_that_becomes_another(unit_a: Unit, alice: User) -> None:
    fact = note(alice, unit_a)
    for change in ({"source_key": "x"}, {"recorded_at": timezone.now()}):
        with pytest.raises(IntegrityError), transaction.atomic():
            Obstruction.objects.filter(pk=fact.pk).update(**change, revision=2)


def test_database_refuses_a_withdrawal_without_a_reason_and_a_building_of_elsewhere(
    unit_a: Unit, unit_b: Unit, alice: User
) -> None:
    fact = note(alice, unit_a)
    for change in ({"withdrawn_at": timezone.now()}, {"facts": ""}, {"affected": 3, "expected": 2}):
        with pytest.raises(IntegrityError), transaction.atomic():
            Obstruction.objects.filter(pk=fact.pk).update(**change, revision=2)
    Obstruction.objects.filter(pk=fact.pk).update(building=unit_b.building, revision=2)
    with pytest.raises(IntegrityError):
        transaction.get_connection().check_constraints()
