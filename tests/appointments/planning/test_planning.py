"""The planning: what the head of unit changes, and what stands in the way of a change."""

from __future__ import annotations

from datetime import time
from threading import Barrier, Thread

import pytest
from django.core.exceptions import PermissionDenied
from django.db import connection

from access.models import AuditEntry, User
from appointments import booking, planning
from appointments.models import Agenda, Appointment, ArrivalTime, ConsultationSession, Kind, Movement, Room
from appointments.models.enums.appointment import CancelReason
from appointments.models.enums.planning import Discipline, SessionMode
from appointments.planning import Asked, BookedDecision, PlanningRefused, Shape
from tests.conftest import Unit
from tests.doors import through
from tests.factories import DetaineeFactory, appointment, local, open_session, shared_session, workday

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


def change(session: ConsultationSession, by: User, *, start: time, end: time, slot: int = 20, **fields: object):
    day = session.starts_at.astimezone(session.establishment.zone).date()
    values = {"day": day, "shape": Shape(slot_minutes=slot), **fields}
    return planning.change_session(session, by=by, start=start, end=end, **values)


def test_session_with_an_appointment_is_neither_deleted_nor_cut_without_asking(unit_a: Unit, helene: User) -> None:
    day = workday(1)
    session = open_session(unit_a.doctor, day)
    expected = appointment(unit_a.paul, session, unit_a.consultation, local(unit_a.establishment, day, 11))

    with through("care"):
        with pytest.raises(Asked) as deletion:
            planning.delete_sessions(unit_a.doctor, by=helene, keys=[session.pk])
        with pytest.raises(Asked) as cut:
            change(session, helene, start=time(8, 30), end=time(11))
        change(session, helene, start=time(10), end=time(12), slot=30)

    assert deletion.value.appointments == cut.value.appointments == [expected]
    changed = ConsultationSession.objects.get()
    assert (changed.starts_at, changed.slot_minutes) == (local(unit_a.establishment, day, 10), 30)
    assert Appointment.objects.get().status == "booked"


def test_answer_cancels_all_who_would_not_fit_and_changes_the_session(unit_a: Unit, helene: User) -> None:
    day = workday(1)
    session = open_session(unit_a.doctor, day)
    stays = appointment(unit_a.karim, session, unit_a.consultation, local(unit_a.establishment, day, 9))
    goes = appointment(unit_a.paul, session, unit_a.consultation, local(unit_a.establishment, day, 11))

    with through("care"):
        with pytest.raises(Asked) as asked:
            change(session, helene, start=time(8, 30), end=time(11))
        answer = BookedDecision(asked.value.digest, CancelReason.UNIT_POSTPONED)
        change(session, helene, start=time(8, 30), end=time(11), answer=answer)

    goes.refresh_from_db()
    stays.refresh_from_db()
    assert (goes.status, goes.cancel_reason, stays.status) == ("cancelled", "US_REPORT", "booked")
    assert ConsultationSession.objects.get().ends_at == local(unit_a.establishment, day, 11)
    assert Movement.objects.count() == 1
    assert [e.verb for e in AuditEntry.objects.order_by("pk")][-2:] == ["cancel", "change_planning"]


def test_answer_to_another_list_is_asked_anew_and_changes_nothing(unit_a: Unit, helene: User) -> None:
    day = workday(1)
    session = open_session(unit_a.doctor, day)
    appointment(unit_a.paul, session, unit_a.consultation, local(unit_a.establishment, day, 11))

    with through("care"):
        with pytest.raises(Asked) as asked:
            planning.delete_sessions(unit_a.doctor, by=helene, keys=[session.pk])
        # A colleague books meanwhile.
        appointment(unit_a.karim, session, unit_a.consultation, local(unit_a.establishment, day, 9))
        answer = BookedDecision(asked.value.digest, CancelReason.UNIT_POSTPONED)
        with pytest.raises(Asked) as again:
            planning.delete_sessions(unit_a.doctor, by=helene, keys=[session.pk], answer=answer)

    assert len(again.value.appointments) == 2
    assert Appointment.objects.booked().count() == 2


def test_who_was_seen_is_no_longer_cancelled(unit_a: Unit, helene: User) -> None:
    day = workday(1)
    session = open_session(unit_a.doctor, day)
    seen = appointment(unit_a.paul, session, unit_a.consultation, local(unit_a.establishment, day, 11))
    Appointment.objects.filter(pk=seen.pk).update(status="seen")

    with through("care"):
        with pytest.raises(Asked) as asked:
            planning.delete_sessions(unit_a.doctor, by=helene, keys=[session.pk])
        assert not asked.value.can_cancel
        answer = BookedDecision(asked.value.digest, CancelReason.UNIT_POSTPONED)
        with pytest.raises(Asked):
            planning.delete_sessions(unit_a.doctor, by=helene, keys=[session.pk], answer=answer)

    assert Appointment.objects.get().status == "seen"


def test_session_moves_to_another_day_with_nobody_in_it(unit_a: Unit, helene: User) -> None:
    session = open_session(unit_a.doctor, workday(1))

    with through("care"):
        change(session, helene, start=time(9), end=time(12), day=workday(3))

    moved = ConsultationSession.objects.get()
    assert moved.starts_at == local(unit_a.establishment, workday(3), 9)
    assert moved.by_hand


def test_shared_session_shortens_around_its_people(unit_a: Unit, helene: User) -> None:
    session = shared_session(unit_a.doctor, workday(1), capacity=3)
    start = local(unit_a.establishment, workday(1), 14)
    early = appointment(unit_a.paul, session, unit_a.consultation, start, minutes=180)
    shape = {"mode": SessionMode.FLEXIBLE, "slot_minutes": 20}

    with through("care"):
        change(session, helene, start=time(14), end=time(16), shape=Shape(capacity=2, **shape))
        with pytest.raises(Asked):
            change(session, helene, start=time(15), end=time(16), shape=Shape(capacity=2, **shape))
        with pytest.raises(Asked):
            change(session, helene, start=time(14), end=time(16), shape=Shape(slot_minutes=20))

    early.refresh_from_db()
    assert early.ends_at == local(unit_a.establishment, workday(1), 16)


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
        change(session, helene, start=time(9), end=time(15))

    assert ConsultationSession.objects.get(pk=session.pk).ends_at == session.ends_at


def test_room_holds_one_session_at_a_time(unit_a: Unit, helene: User) -> None:
    room = Room.objects.create(establishment=unit_a.establishment, name="Salle 1")
    open_session(unit_a.psychiatrist, workday(1), room=room)
    session = open_session(unit_a.doctor, workday(1))

    with through("care"), pytest.raises(PlanningRefused) as refusal:
        change(session, helene, start=time(9), end=time(12), shape=Shape(slot_minutes=20, room=room))

    assert refusal.value.field == "room"


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
    both = ((unit_a.doctor, unit_a.consultation, 9), (unit_a.psychiatrist, unit_a.psychiatry, 10))
    for agenda, kind, hour in both:
        appointment(unit_a.paul, open_session(agenda, day), kind, local(unit_a.establishment, day, hour))
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
