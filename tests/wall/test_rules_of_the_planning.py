"""What the database itself refuses of the planning: places, absences, closures, rooms; with the care door's login."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier
from typing import Any

import psycopg
import pytest
from django.db import IntegrityError, ProgrammingError, connection, transaction

from appointments.models import (
    Absence,
    Appointment,
    Closure,
    ConsultationSession,
    Detainee,
    Room,
    SessionPattern,
    UnitCalendar,
)
from appointments.models.enums.appointment import CancelReason, Status
from appointments.models.enums.planning import SessionMode
from tests.conftest import Unit
from tests.crowd import one_crowd_at_a_time
from tests.doors import through
from tests.factories import (
    DetaineeFactory,
    appointment,
    away,
    closed,
    local,
    open_session,
    pattern_of,
    shared_session,
    workday,
)
from tests.wall.conftest import Login
from tests.wall.former_word import write

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def half_day(unit_a: Unit) -> ConsultationSession:
    """Tomorrow 14:00 to 17:00 with the general practitioner: two places, one of them overbooked."""
    return shared_session(unit_a.doctor, workday(1), capacity=1, overbooking=1)


@pytest.fixture
def person(unit_a: Unit) -> Callable[[], Detainee]:
    """Return a function that gives somebody new."""
    return lambda: DetaineeFactory(establishment=unit_a.establishment, building=unit_a.building)


def book(person: Detainee, session: ConsultationSession, unit: Unit, **fields: Any) -> Appointment:
    with through("care"), transaction.atomic():
        return appointment(person, session, unit.consultation, session.starts_at, minutes=180, **fields)


def test_shared_session_holds_as_many_as_it_has_places(
    unit_a: Unit, half_day: ConsultationSession, person: Callable[[], Detainee]
) -> None:
    first, _second = (book(person(), half_day, unit_a) for _ in range(2))

    with pytest.raises(IntegrityError, match="No place is left"):
        book(person(), half_day, unit_a)
    first.status, first.cancel_reason, first.movement = Status.CANCELLED, CancelReason.MISTAKE, None
    write(first)
    third = book(person(), half_day, unit_a)
    first.status, first.cancel_reason, first.movement = Status.BOOKED, "", third.movement
    with pytest.raises(IntegrityError, match="No place is left"):
        write(first)


def test_whoever_is_in_a_shared_session_shares_its_time_and_nobody_else_does(
    unit_a: Unit, half_day: ConsultationSession, person: Callable[[], Detainee]
) -> None:
    with pytest.raises(IntegrityError, match="share its time"):
        book(person(), half_day, unit_a, shares_time=False)
    morning = open_session(unit_a.doctor, workday(1))
    with pytest.raises(IntegrityError, match="No place is left"):
        appointment(person(), morning, unit_a.consultation, morning.starts_at, shares_time=True)


def test_fixed_times_are_overbooked_as_often_as_the_session_allows(
    unit_a: Unit, person: Callable[[], Detainee]
) -> None:
    morning = open_session(unit_a.doctor, workday(1), overbooking=1)
    for shares in (False, True):
        with through("care"), transaction.atomic():
            appointment(person(), morning, unit_a.consultation, morning.starts_at, shares_time=shares)

    for shares in (False, True):
        with pytest.raises(IntegrityError), through("care"), transaction.atomic():
            appointment(person(), morning, unit_a.consultation, morning.starts_at, shares_time=shares)


def test_session_keeps_its_mode_and_its_places_while_people_are_in_it(
    unit_a: Unit, half_day: ConsultationSession, person: Callable[[], Detainee]
) -> None:
    for _ in range(2):
        book(person(), half_day, unit_a)

    half_day.overbooking = 0
    with pytest.raises(IntegrityError, match="More people are booked"):
        write(half_day)
    half_day.refresh_from_db()
    half_day.mode = SessionMode.GROUP
    with pytest.raises(IntegrityError, match="present mode"):
        write(half_day)


@pytest.mark.parametrize(
    ("wrong", "name"),
    [
        ({"mode": "fixed"}, "session_capacity_fits_mode"),
        ({"capacity": None}, "session_capacity_fits_mode"),
        ({"capacity": 61}, "session_capacity_fits_mode"),
        ({"mode": "x"}, "session_capacity_fits_mode"),
        ({"overbooking": 21}, "session_overbooking_limited"),
    ],
)
def test_session_has_the_places_of_its_mode(half_day: ConsultationSession, wrong: dict[str, Any], name: str) -> None:
    for field, value in wrong.items():
        setattr(half_day, field, value)
    with pytest.raises(IntegrityError, match=name):
        write(half_day)


def test_places_are_not_taken_twice_by_two_logins_at_one_moment(
    unit_a: Unit, half_day: ConsultationSession, person: Callable[[], Detainee], login: Login
) -> None:
    """Past our verbs and their locks: raw statements in two transactions each."""
    people = [person() for _ in range(8)]
    rows = [
        (f"00000000-0000-4000-8000-{number:012d}", one.pk)
        for number, one in enumerate(people)
    ]  # fmt: skip
    start = Barrier(len(rows))
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE appointments_appointment DISABLE TRIGGER appointment_has_movement")

    def insert(row: tuple[str, Any]) -> bool:
        own = login("care")
        start.wait(30)
        try:
            own.execute(
                "INSERT INTO appointments_appointment (id, establishment_id, agenda_id, session_id, detainee_id,"
                " kind_id, called_at, starts_at, ends_at, shares_time, status, cancel_reason, not_come_reason,"
                " not_come_declared, refusal_cause, booked_at, revision)"
                " SELECT %s, s.establishment_id, s.agenda_id, s.id, %s, %s, s.starts_at, s.starts_at, s.ends_at, true,"
                " 'booked', '', '', '', '', now(), 1 FROM appointments_consultationsession s WHERE s.id = %s",
                [*row, unit_a.consultation.pk, half_day.pk],
            )
        except psycopg.errors.CheckViolation:
            return False
        return True

    try:
        with one_crowd_at_a_time(), ThreadPoolExecutor(len(rows)) as pool:
            done = list(pool.map(insert, rows))
    finally:
        with connection.cursor() as cursor:
            cursor.execute("ALTER TABLE appointments_appointment ENABLE TRIGGER appointment_has_movement")

    assert done.count(True) == Appointment.objects.count() == 2


def test_nobody_is_booked_or_moved_into_an_absence_or_a_closure(unit_a: Unit, person: Callable[[], Detainee]) -> None:
    morning, later = open_session(unit_a.doctor, workday(1)), open_session(unit_a.doctor, workday(2))
    kept = appointment(person(), morning, unit_a.consultation, local(unit_a.establishment, workday(1), 9))
    out = appointment(person(), later, unit_a.consultation, local(unit_a.establishment, workday(2), 9))
    away(unit_a.doctor, local(unit_a.establishment, workday(1), 9), local(unit_a.establishment, workday(1), 10))
    closed(
        unit_a.establishment, local(unit_a.establishment, workday(1), 11), local(unit_a.establishment, workday(1), 12)
    )

    for hour, said in ((9, "away"), (11, "closed")):
        at = local(unit_a.establishment, workday(1), hour, 20)
        with pytest.raises(IntegrityError, match=said), through("care"), transaction.atomic():
            appointment(person(), morning, unit_a.consultation, at)
        out.session, out.starts_at, out.ends_at = morning, at, at + timedelta(minutes=20)
        with pytest.raises(IntegrityError, match=said):
            write(out)
    # Who stands in it may still be recorded, cancelled, moved out; and nobody comes back into it.
    kept.status = Status.SEEN
    write(kept)
    kept.status, kept.cancel_reason, kept.movement = Status.CANCELLED, CancelReason.UNIT_ABSENT, None
    write(kept)
    kept.status, kept.cancel_reason = Status.SEEN, ""
    with pytest.raises(IntegrityError, match="away"):
        write(kept)


def test_room_and_days_off_do_not_overlap(unit_a: Unit) -> None:
    room = Room.objects.create(establishment=unit_a.establishment, name="Salle 1")
    open_session(unit_a.doctor, workday(1), room=room)
    with pytest.raises(IntegrityError, match="room_overlap"):
        open_session(unit_a.psychiatrist, workday(1), room=room)
    hours = local(unit_a.establishment, workday(1), 9), local(unit_a.establishment, workday(1), 10)
    away(unit_a.doctor, *hours)
    away(unit_a.psychiatrist, *hours)
    with pytest.raises(IntegrityError, match="absence_overlap"):
        away(unit_a.doctor, *hours)
    closed(unit_a.establishment, *hours)
    with pytest.raises(IntegrityError, match="closure_overlap"):
        closed(unit_a.establishment, *hours)


def test_planning_takes_nothing_from_another_establishment(unit_a: Unit, unit_b: Unit) -> None:
    room = Room.objects.create(establishment=unit_b.establishment, name="Salle 1")
    day = local(unit_a.establishment, workday(1), 9)
    foreign = pattern_of(unit_b.doctor)

    with pytest.raises(IntegrityError, match="session_room_here"), transaction.atomic():
        open_session(unit_a.doctor, workday(1), room=room)
    with pytest.raises(IntegrityError, match="session_pattern_of_agenda"), transaction.atomic():
        open_session(unit_a.doctor, workday(1), pattern=foreign, pattern_day=workday(1))
    with pytest.raises(IntegrityError, match="pattern_room_here"), transaction.atomic():
        pattern_of(unit_a.doctor, room=room)
    with pytest.raises(IntegrityError, match="absence_agenda_here"), transaction.atomic():
        Absence.objects.create(
            establishment=unit_a.establishment,
            agenda=unit_b.doctor,
            starts_at=day,
            ends_at=day + timedelta(hours=1),
            reason="leave",
        )
    with pytest.raises(IntegrityError, match="pattern_agenda_here"), transaction.atomic():
        SessionPattern.objects.filter(pk=foreign.pk).update(establishment=unit_a.establishment)


def test_pattern_writes_a_day_once(unit_a: Unit) -> None:
    pattern = pattern_of(unit_a.doctor)
    open_session(unit_a.doctor, workday(1), pattern=pattern, pattern_day=workday(1))

    with pytest.raises(IntegrityError, match="session_once_per_pattern_day"):
        open_session(unit_a.doctor, workday(2), pattern=pattern, pattern_day=workday(1))


@pytest.mark.parametrize(
    ("change", "name"),
    [
        ({"reason": "illness"}, "absence_reason_known"),
        ({"ends_at": "starts_at"}, "absence_ends_after_start"),
    ],
)
def test_absence_says_nothing_of_health_and_ends_after_it_begins(
    unit_a: Unit, change: dict[str, str], name: str
) -> None:
    day = local(unit_a.establishment, workday(1), 9)
    values = {"starts_at": day, "ends_at": day + timedelta(hours=1), "reason": "leave"} | {
        field: day if value == "starts_at" else value for field, value in change.items()
    }

    with pytest.raises(IntegrityError, match=name):
        write(Absence(establishment=unit_a.establishment, agenda=unit_a.doctor, **values))


def test_unknown_territory_is_refused(unit_a: Unit) -> None:
    with pytest.raises(IntegrityError, match="territory_known"):
        write(UnitCalendar(establishment=unit_a.establishment, territory="XX"))


def test_care_login_neither_removes_rooms_nor_rewrites_days_off(unit_a: Unit) -> None:
    hours = local(unit_a.establishment, workday(1), 9), local(unit_a.establishment, workday(1), 10)
    absence, closure = away(unit_a.doctor, *hours), closed(unit_a.establishment, *hours)

    with pytest.raises(ProgrammingError, match="permission denied"), through("care"):
        Room.objects.all()._raw_delete(using="default")
    for model, row in ((Absence, absence), (Closure, closure)):
        with pytest.raises(ProgrammingError, match="permission denied"), through("care"):
            model.objects.filter(pk=row.pk).update(ends_at=hours[1] + timedelta(hours=1))
