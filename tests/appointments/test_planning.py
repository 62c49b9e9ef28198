"""The planning: what the head of unit changes, and what stands in the way of a change."""

from __future__ import annotations

from datetime import date, time, timedelta
from threading import Barrier, Thread

import pytest
from django.core.exceptions import PermissionDenied
from django.db import connection
from django.utils import timezone

from access.models import AuditEntry, User
from appointments import booking, planning
from appointments.enums import CancelReason, Discipline
from appointments.models import Agenda, Appointment, ArrivalTime, ConsultationSession, Kind, Movement
from appointments.planning import Pattern, PlanningRefused
from appointments.planning.openings import LeftOut
from tests.conftest import Unit
from tests.doors import through
from tests.factories import DetaineeFactory, appointment, local, open_session, workday


def pattern(**fields: object) -> Pattern:
    values = {
        "weekdays": frozenset(range(7)),
        "start": time(9),
        "end": time(12),
        "slot_minutes": 20,
        "first": workday(1),
        "last": workday(7),
    }
    return Pattern(**{**values, **fields})


def open_pattern(unit: Unit, by: User, **fields: object) -> list[ConsultationSession]:
    wanted = pattern(**fields)
    digest = planning.plan_sessions(unit.doctor, pattern=wanted).digest
    return planning.open_sessions(unit.doctor, by=by, pattern=wanted, digest=digest)


# --- Agendas and kinds ------------------------------------------------------------------------------


def test_head_sets_a_unit_up(unit_a: Unit, helene: User, bob: User) -> None:
    with through("care"):
        agenda = planning.add_agenda(
            unit_a.establishment, by=helene, name="Dr Rey", discipline=Discipline.DENTISTRY, position=3, owner=bob
        )
        kind = planning.add_kind(
            unit_a.establishment, by=helene, name="Extraction", discipline=Discipline.DENTISTRY, default_minutes=30
        )
        planning.change_agenda(
            agenda, by=helene, name="Dr Roy", discipline=Discipline.DENTISTRY, position=1, owner=None
        )
        planning.change_kind(kind, by=helene, name="Extraction", default_minutes=45)

    assert Agenda.objects.filter(name="Dr Roy", position=1, owner=None).exists()
    assert Kind.objects.get(name="Extraction").default_minutes == 45
    assert AuditEntry.objects.filter(verb="change_planning", username="helene").count() == 4


def test_only_the_head_changes_the_planning(unit_a: Unit, alice: User, chloe: User) -> None:
    for user in (alice, chloe):
        with through("care"), pytest.raises(PermissionDenied):
            planning.add_agenda(unit_a.establishment, by=user, name="X", discipline=Discipline.GENERAL)
        with through("care"), pytest.raises(PermissionDenied):
            planning.remove_arrival_time(unit_a.establishment, by=user, at=time(8, 30))


def test_two_agendas_of_one_name_are_refused_at_the_field(unit_a: Unit, helene: User) -> None:
    with through("care"), pytest.raises(PlanningRefused) as refusal:
        planning.add_agenda(unit_a.establishment, by=helene, name="Dr Leroy", discipline=Discipline.GENERAL)

    assert refusal.value.field == "name"


def test_owner_from_another_unit_is_refused(unit_a: Unit, helene: User, chloe: User) -> None:
    with through("care"), pytest.raises(PlanningRefused) as refusal:
        planning.change_agenda(
            unit_a.doctor, by=helene, name="Dr Leroy", discipline=Discipline.GENERAL, position=1, owner=chloe
        )

    assert refusal.value.field == "owner"


def test_agenda_with_appointments_to_come_stays_in_use(unit_a: Unit, helene: User) -> None:
    day = workday(1)
    expected = appointment(
        unit_a.paul, open_session(unit_a.doctor, day), unit_a.consultation, local(unit_a.establishment, day, 9)
    )

    with through("care"), pytest.raises(PlanningRefused) as refusal:
        planning.retire_agenda(unit_a.doctor, by=helene)

    assert refusal.value.appointments == [expected]
    assert Agenda.objects.get(pk=unit_a.doctor.pk).is_active


def test_nobody_books_in_a_retired_agenda_until_it_is_back(unit_a: Unit, helene: User) -> None:
    day = workday(1)
    open_session(unit_a.doctor, day)
    wanted = {
        "by": helene,
        "detainee": unit_a.paul,
        "agenda": unit_a.doctor,
        "kind": unit_a.consultation,
        "starts_at": local(unit_a.establishment, day, 9),
    }
    with through("care"):
        planning.retire_agenda(unit_a.doctor, by=helene)
        with pytest.raises(booking.BookingRefused):
            booking.book(**wanted)
        planning.resume_agenda(unit_a.doctor, by=helene)
        assert booking.book(**wanted).pk


# --- Sessions ---------------------------------------------------------------------------------------


def test_pattern_opens_the_weekdays_and_leaves_clashes_out(unit_a: Unit, helene: User) -> None:
    there = open_session(unit_a.doctor, workday(3), 10, 11, start_minute=0)

    plan = planning.plan_sessions(unit_a.doctor, pattern=pattern())
    with through("care"):
        opened = open_pattern(unit_a, helene)

    assert [(one.day, one.left_out) for one in plan.left_out] == [(workday(3), LeftOut.TAKEN)]
    assert len(opened) == len(plan.openings) == 6
    assert ConsultationSession.objects.filter(pk=there.pk).exists()


@pytest.mark.parametrize(
    ("zone", "winter", "summer"),
    [("Europe/Paris", 8, 7), ("Indian/Reunion", 5, 5), ("America/Miquelon", 12, 11)],
)
def test_sessions_keep_their_local_hours_when_clocks_change(
    unit_a: Unit, helene: User, zone: str, winter: int, summer: int
) -> None:
    unit_a.establishment.time_zone = zone
    unit_a.establishment.save()
    agenda = Agenda.objects.get(pk=unit_a.doctor.pk)
    year = timezone.localdate().year + 1

    with through("care"):
        wanted = pattern(first=date(year, 2, 1), last=date(year, 4, 30), weekdays=frozenset({0}))
        plan = planning.plan_sessions(agenda, pattern=wanted)

    hours = {one.starts_at.hour for one in plan.openings}
    assert hours == {winter, summer}
    assert {one.starts_at.astimezone(agenda.establishment.zone).time() for one in plan.openings} == {time(9)}


def test_hour_that_spring_skips_is_left_out(unit_a: Unit) -> None:
    ArrivalTime.objects.create(establishment=unit_a.establishment, at=time(1))
    year = timezone.localdate().year + 1
    sunday = date(year, 3, 31) - timedelta(days=(date(year, 3, 31).weekday() + 1) % 7)

    plan = planning.plan_sessions(
        unit_a.doctor, pattern=pattern(first=sunday, last=sunday, start=time(2, 10), end=time(2, 50))
    )

    assert [one.left_out for one in plan.dates] == [LeftOut.SKIPPED]


@pytest.mark.parametrize(
    ("field", "values"),
    [
        ("start", {"start": time(7)}),
        ("end", {"start": time(12), "end": time(9)}),
        ("slot_minutes", {"start": time(9), "end": time(9, 10)}),
        ("first", {"first": workday(-1)}),
        ("last", {"first": workday(5), "last": workday(4)}),
        ("last", {"last": workday(400)}),
        ("weekdays", {"first": workday(1), "last": workday(1), "weekdays": frozenset({workday(2).weekday()})}),
    ],
)
def test_impossible_pattern_is_refused_at_its_field(unit_a: Unit, field: str, values: dict[str, object]) -> None:
    with pytest.raises(PlanningRefused) as refusal:
        planning.plan_sessions(unit_a.doctor, pattern=pattern(**values))

    assert refusal.value.field == field


def test_dates_that_changed_since_they_were_shown_are_not_opened(unit_a: Unit, helene: User) -> None:
    seen = planning.plan_sessions(unit_a.doctor, pattern=pattern()).digest
    open_session(unit_a.doctor, workday(2))

    with through("care"), pytest.raises(PlanningRefused):
        planning.open_sessions(unit_a.doctor, by=helene, pattern=pattern(), digest=seen)

    assert ConsultationSession.objects.count() == 1


def test_session_with_an_appointment_is_neither_deleted_nor_cut(unit_a: Unit, helene: User) -> None:
    day = workday(1)
    session = open_session(unit_a.doctor, day)
    expected = appointment(unit_a.paul, session, unit_a.consultation, local(unit_a.establishment, day, 11))

    with through("care"):
        with pytest.raises(PlanningRefused) as deletion:
            planning.delete_sessions(unit_a.doctor, by=helene, keys=[session.pk])
        with pytest.raises(PlanningRefused) as cut:
            planning.change_session(session, by=helene, start=time(8, 30), end=time(11), slot_minutes=20)
        planning.change_session(session, by=helene, start=time(10), end=time(12), slot_minutes=30)

    assert deletion.value.appointments == cut.value.appointments == [expected]
    changed = ConsultationSession.objects.get()
    assert (changed.starts_at, changed.slot_minutes) == (local(unit_a.establishment, day, 10), 30)


def test_session_with_only_a_cancelled_appointment_can_be_deleted(unit_a: Unit, helene: User) -> None:
    day = workday(1)
    session = open_session(unit_a.doctor, day)
    made = appointment(unit_a.paul, session, unit_a.consultation, local(unit_a.establishment, day, 9))

    with through("care"):
        booking.cancel(by=helene, appointment=made, revision=1, reason=CancelReason.UNIT_ABSENT)
        planning.delete_sessions(unit_a.doctor, by=helene, keys=[session.pk])

    kept = Appointment.objects.get()
    assert (kept.session, kept.starts_at) == (None, local(unit_a.establishment, day, 9))
    assert ConsultationSession.objects.count() == 0


def test_session_moved_onto_another_is_refused(unit_a: Unit, helene: User) -> None:
    day = workday(1)
    open_session(unit_a.doctor, day, 14, 17, start_minute=0)
    session = open_session(unit_a.doctor, day)

    with through("care"), pytest.raises(PlanningRefused):
        planning.change_session(session, by=helene, start=time(9), end=time(15), slot_minutes=20)

    assert ConsultationSession.objects.get(pk=session.pk).ends_at == session.ends_at


def test_sessions_of_another_unit_are_not_deleted_with_ones_own(unit_a: Unit, unit_b: Unit, helene: User) -> None:
    foreign = open_session(unit_b.doctor, workday(1))

    with through("care"), pytest.raises(PlanningRefused):
        planning.delete_sessions(unit_a.doctor, by=helene, keys=[foreign.pk])

    assert ConsultationSession.objects.filter(pk=foreign.pk).exists()


# --- Arrival times ----------------------------------------------------------------------------------


def test_other_arrival_times_call_people_anew(unit_a: Unit, helene: User) -> None:
    day = workday(1)
    session = open_session(unit_a.doctor, day)
    for hour, minute in ((9, 0), (9, 40), (10, 0)):
        appointment(
            DetaineeFactory(establishment=unit_a.establishment, building=unit_a.building),
            session,
            unit_a.consultation,
            local(unit_a.establishment, day, hour, minute),
        )

    with through("care"):
        change = planning.plan_arrival_change(unit_a.establishment, remove=time(9, 30))
        changed = planning.remove_arrival_time(unit_a.establishment, by=helene, at=time(9, 30))

    assert (change.people, changed) == (2, 2)
    assert set(Movement.objects.values_list("expected_at", flat=True)) == {local(unit_a.establishment, day, 8, 30)}
    assert Movement.objects.count() == 3
    with through("care"):
        planning.add_arrival_time(unit_a.establishment, by=helene, at=time(9, 30))
    assert Movement.objects.filter(expected_at=local(unit_a.establishment, day, 9, 30)).count() == 2


def test_two_appointments_that_come_under_one_arrival_time_are_one_movement(unit_a: Unit, helene: User) -> None:
    day = workday(1)
    for agenda, hour in ((unit_a.doctor, 9), (unit_a.psychiatrist, 10)):
        appointment(unit_a.paul, open_session(agenda, day), unit_a.consultation, local(unit_a.establishment, day, hour))
    assert Movement.objects.count() == 2

    with through("care"):
        planning.remove_arrival_time(unit_a.establishment, by=helene, at=time(9, 30))

    assert Movement.objects.count() == 1
    assert Appointment.objects.filter(movement=Movement.objects.get()).count() == 2


def test_arrival_time_that_somebody_needs_is_not_removed(unit_a: Unit, helene: User) -> None:
    day = workday(1)
    expected = appointment(
        unit_a.paul, open_session(unit_a.doctor, day), unit_a.consultation, local(unit_a.establishment, day, 9)
    )

    with through("care"), pytest.raises(PlanningRefused) as refusal:
        planning.remove_arrival_time(unit_a.establishment, by=helene, at=time(8, 30))

    assert refusal.value.appointments == [expected]
    assert ArrivalTime.objects.filter(establishment=unit_a.establishment, at=time(8, 30)).exists()


def test_first_arrival_time_stays_while_sessions_begin_with_it(unit_a: Unit, helene: User) -> None:
    open_session(unit_a.doctor, workday(1))

    with through("care"), pytest.raises(PlanningRefused):
        planning.remove_arrival_time(unit_a.establishment, by=helene, at=time(8, 30))


def test_last_arrival_time_stays(unit_a: Unit, helene: User) -> None:
    ArrivalTime.objects.filter(establishment=unit_a.establishment).exclude(at=time(9, 30)).delete()

    with through("care"), pytest.raises(PlanningRefused):
        planning.remove_arrival_time(unit_a.establishment, by=helene, at=time(9, 30))


def test_released_person_keeps_the_cell_of_his_line_when_called_anew(unit_a: Unit, helene: User) -> None:
    day = workday(1)
    appointment(
        unit_a.paul, open_session(unit_a.doctor, day), unit_a.consultation, local(unit_a.establishment, day, 9, 40)
    )
    type(unit_a.paul).objects.filter(pk=unit_a.paul.pk).update(released_on=workday(0), building=None, cell="")

    with through("care"):
        planning.remove_arrival_time(unit_a.establishment, by=helene, at=time(9, 30))

    assert Movement.objects.get().cell == "A-2-214"


@pytest.mark.django_db(transaction=True)
def test_booking_waits_for_a_change_of_arrival_times(unit_a: Unit, helene: User) -> None:
    day = workday(1)
    open_session(unit_a.doctor, day)
    start, errors = Barrier(2), []

    def together(act) -> None:
        try:
            start.wait(5)
            act()
        except Exception as error:  # noqa: BLE001 the main thread judges
            errors.append(error)
        finally:
            connection.close()

    def book() -> None:
        booking.book(
            by=helene,
            detainee=unit_a.paul,
            agenda=unit_a.doctor,
            kind=unit_a.consultation,
            starts_at=local(unit_a.establishment, day, 9, 40),
        )

    def remove() -> None:
        planning.remove_arrival_time(unit_a.establishment, by=helene, at=time(9, 30))

    threads = [Thread(target=together, args=(act,)) for act in (book, remove)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(10)

    assert errors == []
    assert Movement.objects.get().expected_at == local(unit_a.establishment, day, 8, 30)
