"""What the database itself refuses, whatever the code forgets: tried with the care door's login, past all our verbs."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import IntegrityError, ProgrammingError, connection, transaction
from django.utils import timezone

from appointments.models import Agenda, Appointment, ConsultationSession, Detainee, Kind, Movement, Series
from appointments.models.enums.appointment import CancelReason, NotComeReason, Status
from tests.conftest import Unit
from tests.doors import through
from tests.factories import appointment, local, open_session, workday
from tests.wall.former_word import write

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def session(unit_a: Unit) -> ConsultationSession:
    """Tomorrow 8:30 to 12:00 with the general practitioner."""
    return open_session(unit_a.doctor, workday(1))


@pytest.fixture
def booked(unit_a: Unit, session: ConsultationSession) -> Appointment:
    """Paul tomorrow from 9:40 to 10:00."""
    return appointment(unit_a.paul, session, unit_a.consultation, local(unit_a.establishment, workday(1), 9, 40))


@pytest.fixture
def another(unit_a: Unit, session: ConsultationSession) -> Callable[..., Appointment]:
    """Return a function that writes one more appointment, Karim's at 10:40 unless told otherwise, as the care login."""

    def write(**fields: Any) -> Appointment:
        place = unit_a.establishment
        starts_at = fields.setdefault("starts_at", local(place, workday(1), 10, 40))
        fields.setdefault("ends_at", starts_at + timedelta(minutes=20))
        fields.setdefault("called_at", local(place, workday(1), 10, 30))
        person = fields.setdefault("detainee", unit_a.karim)
        row = Appointment(
            **{
                "establishment": place,
                "agenda": unit_a.doctor,
                "session": session,
                "kind": unit_a.consultation,
                "status": Status.BOOKED,
                **fields,
            }
        )
        with through("care"), transaction.atomic():
            if "movement" not in fields:
                row.movement = movement_of(unit_a, person, row.called_at)
            row.save(force_insert=True)
        return row

    return write


def movement_of(unit: Unit, person: Detainee, at: Any) -> Movement:
    """The movement of somebody at an arrival time."""
    found, _new = Movement.objects.get_or_create(
        establishment=unit.establishment,
        register_number=person.register_number,
        expected_at=at,
        defaults={"building": unit.building, "cell": "A-1", "last_name": "X", "first_name": "Y"},
    )
    return found


def save(row: Any, **fields: Any) -> None:
    """Change a row as the care login and end the transaction."""
    for name, value in fields.items():
        setattr(row, name, value)
    write(row)


# --- Nobody is in two places -------------------------------------------------------------------------


def test_practitioner_is_not_booked_twice_at_one_time(
    unit_a: Unit, booked: Appointment, another: Callable[..., Appointment]
) -> None:
    for minutes in (-9, 0, 5, 19):
        with pytest.raises(IntegrityError, match="agenda_overlap"):
            another(starts_at=booked.starts_at + timedelta(minutes=minutes), called_at=booked.called_at)
    another(starts_at=booked.ends_at, called_at=booked.called_at)


def test_person_is_not_booked_twice_at_one_time(
    unit_a: Unit, booked: Appointment, another: Callable[..., Appointment]
) -> None:
    elsewhere = open_session(unit_a.psychiatrist, workday(1))
    fields = {
        "detainee": unit_a.paul,
        "agenda": unit_a.psychiatrist,
        "session": elsewhere,
        "kind": unit_a.psychiatry,
        "called_at": booked.called_at,
    }

    with pytest.raises(IntegrityError, match="person_overlap"):
        another(starts_at=booked.starts_at + timedelta(minutes=10), **fields)
    another(starts_at=booked.ends_at, **fields)


def test_exchange_judged_by_its_outcome_is_still_judged(
    unit_a: Unit, booked: Appointment, another: Callable[..., Appointment]
) -> None:
    other = another()

    def exchange_with_nobody() -> None:
        with through("care"), transaction.atomic():
            with connection.cursor() as cursor:
                cursor.execute("SET CONSTRAINTS agenda_overlap, person_overlap DEFERRED")
            other.starts_at, other.ends_at, other.called_at = booked.starts_at, booked.ends_at, booked.called_at
            other.movement = movement_of(unit_a, unit_a.karim, booked.called_at)
            other.save()

    with pytest.raises(IntegrityError, match="agenda_overlap"):
        exchange_with_nobody()

    other.refresh_from_db()
    assert other.starts_at != booked.starts_at


def test_series_is_of_one_person_at_one_establishment(
    unit_a: Unit, unit_b: Unit, booked: Appointment, another: Callable[..., Appointment]
) -> None:
    def series_of(**fields: Any) -> Series:
        usual = {"establishment": unit_a.establishment, "detainee": unit_a.paul, "rule": "FREQ=WEEKLY;COUNT=2"}
        with through("care"), transaction.atomic():
            return Series.objects.create(**{**usual, **fields})

    series = series_of()
    save(booked, series=series)

    with pytest.raises(IntegrityError, match="appointment_series_of_person"):
        another(series=series)
    with pytest.raises(IntegrityError, match="series_detainee_here"):
        series_of(detainee=unit_b.paul)
    with pytest.raises(IntegrityError, match="series_has_rule"):
        series_of(rule="whenever")
    with pytest.raises(ProgrammingError, match="permission denied"), through("care"), transaction.atomic():
        Series.objects.filter(pk=series.pk)._raw_delete("default")


def test_slot_of_somebody_who_did_not_come_or_was_cancelled_is_free_again(
    booked: Appointment, another: Callable[..., Appointment]
) -> None:
    save(booked, status=Status.NOT_COME, not_come_reason=NotComeReason.NO_REASON)

    again = another(starts_at=booked.starts_at, called_at=booked.called_at)
    save(again, status=Status.CANCELLED, cancel_reason=CancelReason.MISTAKE, movement=None)
    third = another(starts_at=booked.starts_at, called_at=booked.called_at)

    with pytest.raises(IntegrityError, match="agenda_overlap"):
        save(booked, status=Status.SEEN, not_come_reason="")
    assert third.pk is not None


def test_sessions_of_one_agenda_do_not_overlap(unit_a: Unit, session: ConsultationSession) -> None:
    with pytest.raises(IntegrityError, match="session_overlap"):
        open_session(unit_a.doctor, workday(1), 11, 13)
    open_session(unit_a.doctor, workday(1), 12, 13, start_minute=0)


# --- Opening hours ----------------------------------------------------------------------------------


@pytest.mark.parametrize(("hour", "minute"), [(11, 50), (12, 0), (13, 0)])
def test_appointment_stands_inside_its_session(
    hour: int, minute: int, unit_a: Unit, another: Callable[..., Appointment]
) -> None:
    with pytest.raises(IntegrityError, match="opening hours"):
        another(starts_at=local(unit_a.establishment, workday(1), hour, minute))


def test_session_of_another_agenda_or_of_nobody_does_not_open_an_agenda(
    unit_a: Unit, session: ConsultationSession, another: Callable[..., Appointment]
) -> None:
    for foreign in (open_session(unit_a.psychiatrist, workday(1)), None):
        with pytest.raises(IntegrityError):
            another(session=foreign)


def test_practitioner_is_booked_for_no_kind_that_they_do_not_do(
    unit_a: Unit, booked: Appointment, another: Callable[..., Appointment]
) -> None:
    with pytest.raises(IntegrityError, match="does not do this kind"):
        another(kind=unit_a.psychiatry)
    booked.kind = unit_a.psychiatry
    with pytest.raises(IntegrityError, match="does not do this kind"):
        write(booked)
    assert Appointment.objects.get().kind == unit_a.consultation


def test_session_keeps_the_appointments_that_it_holds(
    unit_a: Unit, session: ConsultationSession, booked: Appointment
) -> None:
    with pytest.raises(IntegrityError, match="holds appointments"):
        save(session, ends_at=booked.ends_at - timedelta(minutes=1))
    session.refresh_from_db()
    with pytest.raises(IntegrityError, match="holds appointments"):
        save(session, starts_at=booked.starts_at + timedelta(minutes=1))
    session.refresh_from_db()
    with pytest.raises(IntegrityError, match="holds appointments"):
        save(session, agenda=unit_a.psychiatrist)
    session.refresh_from_db()
    with pytest.raises(IntegrityError), through("care"), transaction.atomic():
        ConsultationSession.objects.filter(pk=session.pk)._raw_delete(using="default")
    session.refresh_from_db()
    save(session, ends_at=booked.ends_at)


# --- One establishment ------------------------------------------------------------------------------


@pytest.mark.parametrize("what", ["agenda", "kind", "detainee"])
def test_appointment_takes_nothing_from_another_establishment(
    what: str, unit_b: Unit, another: Callable[..., Appointment]
) -> None:
    foreign = {
        "agenda": {"agenda": unit_b.doctor, "session": open_session(unit_b.doctor, workday(1))},
        "kind": {"kind": unit_b.consultation},
        "detainee": {"detainee": unit_b.paul},
    }[what]

    # Another establishment's kind and agenda are another unit's, too: whichever rule is asked first refuses.
    with pytest.raises(IntegrityError, match=f"appointment_{what}_here|of two units"):
        another(**foreign)


def test_person_movement_and_session_stay_in_their_establishment(
    unit_a: Unit, unit_b: Unit, booked: Appointment, session: ConsultationSession
) -> None:
    assert booked.movement is not None
    with pytest.raises(IntegrityError, match="detainee_building_here"):
        save(unit_a.paul, building=unit_b.building)
    with pytest.raises(IntegrityError, match="movement_building_here"):
        save(booked.movement, building=unit_b.building)
    with pytest.raises(IntegrityError, match="session_agenda_here"):
        save(session, establishment=unit_b.establishment)


# --- Who is booked is called ------------------------------------------------------------------------


def test_appointment_to_come_has_its_movement_when_the_transaction_ends(
    unit_a: Unit, unit_b: Unit, another: Callable[..., Appointment]
) -> None:
    with pytest.raises(IntegrityError, match="movement is missing"):
        another(movement=None)
    at_another_time = movement_of(unit_a, unit_a.karim, local(unit_a.establishment, workday(1), 9, 30))
    with pytest.raises(IntegrityError, match="movement is missing"):
        another(movement=at_another_time)
    elsewhere = Movement.objects.create(
        establishment=unit_b.establishment,
        building=unit_b.building,
        cell="A-1",
        last_name="X",
        first_name="Y",
        register_number="012345",
        expected_at=local(unit_a.establishment, workday(1), 10, 30),
    )
    with pytest.raises(IntegrityError, match="movement is missing"):
        another(movement=elsewhere)


def test_movement_that_somebody_is_called_by_cannot_be_withdrawn(booked: Appointment) -> None:
    with pytest.raises(IntegrityError), through("care"), transaction.atomic():
        Movement.objects.filter(pk=booked.movement_id)._raw_delete(using="default")
    with pytest.raises(IntegrityError, match="movement is missing"):
        save(booked, movement=None)


def test_cancelled_appointment_calls_nobody_and_says_why(booked: Appointment) -> None:
    with pytest.raises(IntegrityError, match="cancelled_without_movement"):
        save(booked, status=Status.CANCELLED, cancel_reason=CancelReason.MISTAKE)
    with pytest.raises(IntegrityError, match="cancelled_with_reason"):
        save(booked, movement=None, cancel_reason="")
    with pytest.raises(IntegrityError, match="not_come_with_reason"):
        save(booked, status=Status.NOT_COME)


def test_nobody_is_called_after_the_appointment_begins_or_twice_at_one_arrival_time(
    unit_a: Unit, booked: Appointment, another: Callable[..., Appointment]
) -> None:
    with pytest.raises(IntegrityError, match="called_before_start"):
        another(called_at=local(unit_a.establishment, workday(1), 14))
    with pytest.raises(IntegrityError, match="one_movement_per_person_and_arrival"):
        Movement.objects.create(
            establishment=unit_a.establishment,
            building=unit_a.other_building,
            cell="B-9",
            last_name="Durand",
            first_name="Paul",
            register_number=unit_a.paul.register_number,
            expected_at=booked.called_at,
        )


def test_care_login_cannot_remove_people_agendas_kinds_or_appointments(unit_a: Unit, booked: Appointment) -> None:
    for model in (Appointment, Detainee, Agenda, Kind):
        with pytest.raises(ProgrammingError, match="permission denied"), through("care"):
            model.objects.all()._raw_delete(using="default")
    assert booked.starts_at > timezone.now()
