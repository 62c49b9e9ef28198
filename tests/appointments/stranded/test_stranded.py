"""Appointments whose practitioner is away or has left: in the list until somebody decides, and decided once."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from access.models import AuditEntry, Membership, User
from appointments import booking, planning, stranded
from appointments.models import Agenda, Appointment, Detainee, KeptAppointment, Movement, Request
from appointments.models.enums.appointment import CancelReason, Status
from appointments.models.enums.planning import AbsenceReason, Discipline
from appointments.models.enums.request import RequestStatus, Source
from appointments.planning import BookedDecision
from appointments.planning.asking import fingerprint_of
from appointments.rights import Rights
from appointments.stranded import Choice, How, ReviewedLine
from tests.appointments.stranded.scenes import FIRST, booked_days, may_book, sick
from tests.conftest import Unit
from tests.doors import through
from tests.factories import (
    AgendaFactory,
    KindFactory,
    RequestFactory,
    appointment,
    local,
    open_session,
    paris_day,
    shared_session,
    workday,
)


def waiting(user: User, unit: Unit) -> list[Appointment]:
    with through("care"):
        return list(stranded.decidable_by(Rights(user, unit.establishment)).order_by("starts_at"))


def planned(booked, choice: Choice, agendas) -> list[stranded.PlannedLine]:
    rows = list(
        Appointment.objects.filter(pk__in=[one.pk for one in booked])
        .with_names()
        .select_related("agenda__establishment")
        .order_by("starts_at")
    )
    with through("care"):
        return stranded.plan_lines(rows, choice, agendas)


def reviewed(line: stranded.PlannedLine, kind=None) -> ReviewedLine:
    assert line.how is not None, line.why
    place = line.place
    return ReviewedLine(
        line.appointment,
        line.appointment.revision,
        line.how,
        place.agenda if place else None,
        place.starts_at if place else None,
        kind,
    )


def decide(by: User, lines, **more) -> None:
    with through("care"):
        stranded.decide(by=by, lines=lines, **more)


# --- Who stands in the list ---------------------------------------------------------------------------


def test_people_under_an_absence_wait_for_a_decision_until_each_is_decided(
    unit_a: Unit, alice: User, helene: User
) -> None:
    scene = sick(unit_a, people=4)
    moved, cancelled, kept, left = scene.booked
    may_book(alice, scene.colleague)
    assert waiting(alice, unit_a) == scene.booked

    [line] = planned([moved], Choice(How.COLLEAGUE, receiver=scene.colleague), [scene.colleague])
    decide(alice, [reviewed(line)])
    with through("care"):
        booking.cancel(by=alice, appointment=cancelled, revision=1, reason=CancelReason.UNIT_ABSENT)
    decide(alice, [ReviewedLine(kept, 1, How.KEEP)])

    assert waiting(alice, unit_a) == [left]
    with through("care"):
        planning.remove_absence(scene.absence, by=helene)
    assert waiting(alice, unit_a) == []
    assert not KeptAppointment.objects.exists()


def test_kept_appointment_waits_again_under_another_absence(unit_a: Unit, alice: User, helene: User) -> None:
    scene = sick(unit_a, people=1)
    decide(alice, [ReviewedLine(scene.booked[0], 1, How.KEEP)])
    assert waiting(alice, unit_a) == []

    with through("care"):
        planning.remove_absence(scene.absence, by=helene)
        hours = (scene.absence.starts_at, scene.absence.ends_at)
        answer = BookedDecision(fingerprint_of(scene.booked), None)
        planning.declare_absence(unit_a.doctor, by=helene, hours=hours, reason=AbsenceReason.TRAINING, answer=answer)

    assert waiting(alice, unit_a) == scene.booked


@pytest.mark.parametrize("how", ["deactivated", "role ended", "role taken away"])
def test_future_appointments_of_whoever_left_wait_for_a_decision(
    unit_a: Unit, alice: User, bob: User, how: str
) -> None:
    may_book(alice, unit_a.psychiatrist)
    session = open_session(unit_a.psychiatrist, workday(FIRST))
    booked = appointment(unit_a.paul, session, unit_a.psychiatry, session.starts_at)
    assert waiting(alice, unit_a) == []

    if how == "deactivated":
        User.objects.filter(pk=bob.pk).update(is_active=False)
    elif how == "role ended":
        Membership.objects.filter(user=bob).update(valid_until=paris_day() - timedelta(days=3))
    else:
        Membership.objects.filter(user=bob).delete()

    assert waiting(alice, unit_a) == [booked]
    decide(alice, [ReviewedLine(booked, 1, How.KEEP)])
    assert waiting(alice, unit_a) == []
    # Kept where it stood: moved elsewhere in that agenda, it is a question again.
    with through("care"):
        booking.move(
            by=alice, appointment=booked, revision=1, agenda=unit_a.psychiatrist,
            starts_at=session.starts_at + timedelta(hours=1),
        )  # fmt: skip
    assert waiting(alice, unit_a) == [booked]


def test_new_name_for_an_agenda_leaves_its_people_in_the_list(unit_a: Unit, helene: User, bob: User, at_door) -> None:
    session = open_session(unit_a.psychiatrist, workday(FIRST))
    booked = appointment(unit_a.paul, session, unit_a.psychiatry, session.starts_at)
    User.objects.filter(pk=bob.pk).update(is_active=False)
    head = at_door(helene)
    address = head.url("planning_agenda_change", unit_a.psychiatrist.pk)
    form = {"name": "Psychiatry 2", "discipline": "psychiatry", "position": 2}

    assert f'<option value="{bob.pk}" selected>' in head.get(address).content.decode()
    assert head.post(address, {**form, "owner": bob.pk}).status_code == 302
    assert waiting(helene, unit_a) == [booked]
    # The successor's name on it is the decision.
    assert head.post(address, {**form, "owner": helene.pk}).status_code == 302
    assert waiting(helene, unit_a) == []


def test_only_whoever_books_there_sees_and_decides(unit_a: Unit, alice: User, bob: User, unit_b: Unit) -> None:
    scene = sick(unit_a, people=1)

    assert waiting(bob, unit_a) == []
    with pytest.raises(booking.BookingRefused) as refused:
        decide(bob, [ReviewedLine(scene.booked[0], 1, How.QUEUE)])
    assert refused.value.code == "right"
    # Nor into an agenda in which one does not book.
    [line] = planned(scene.booked, Choice(How.COLLEAGUE, receiver=scene.colleague), [scene.colleague])
    with pytest.raises(booking.BookingRefused) as elsewhere:
        decide(alice, [reviewed(line)])
    assert elsewhere.value.code == "right"
    assert waiting(alice, unit_a) == scene.booked


# --- What would happen --------------------------------------------------------------------------------


def test_colleague_gives_the_same_arrival_time_then_the_half_day_then_a_later_day(unit_a: Unit) -> None:
    booked = booked_days(unit_a, people=4)
    colleague = AgendaFactory(establishment=unit_a.establishment, name="Dr Morel")
    # One place at the arrival time of 8:30, another one in the same morning.
    open_session(colleague, workday(FIRST), 8, 9)
    late = open_session(colleague, workday(FIRST), 11, 12, start_minute=0)
    type(late).objects.filter(pk=late.pk).update(ends_at=late.starts_at + timedelta(minutes=20))
    open_session(colleague, workday(FIRST + 1), 14, 17, start_minute=0)

    lines = planned(booked, Choice(How.COLLEAGUE, receiver=colleague), [colleague])

    at = [(one.place.starts_at, one.place.called_at == one.appointment.called_at) for one in lines if one.place]
    here = unit_a.establishment
    assert at == [
        (local(here, workday(FIRST), 8, 30), True),
        (local(here, workday(FIRST), 11), False),
        (local(here, workday(FIRST + 1), 14), False),
        (local(here, workday(FIRST + 1), 14, 20), False),
    ]


def test_review_says_what_cannot_be_done_and_why(unit_a: Unit, alice: User) -> None:
    scene = sick(unit_a, people=3)
    gone, busy, fine = scene.booked
    Detainee.objects.filter(pk=gone.detainee_id).update(released_on=workday(0))
    elsewhere = open_session(unit_a.psychiatrist, workday(FIRST), 9, 12)
    appointment(busy.detainee, elsewhere, unit_a.psychiatry, elsewhere.starts_at, minutes=150)

    lines = planned(scene.booked, Choice(How.COLLEAGUE, receiver=scene.colleague), [scene.colleague])
    wrong = planned([fine], Choice(How.COLLEAGUE, receiver=unit_a.psychiatrist), [unit_a.psychiatrist])
    alone = planned([fine], Choice(How.SAME), [])

    assert [line.how for line in lines] == [None, How.COLLEAGUE, How.COLLEAGUE]
    assert "has left the establishment" in lines[0].why
    # 8:30 is all that is left to the one who is expected elsewhere from 9:30 on.
    assert lines[1].place
    assert lines[1].place.starts_at < elsewhere.starts_at
    assert "does not do" in wrong[0].why
    assert "twelve weeks" in alone[0].why


def test_whoever_finds_no_place_goes_where_it_was_said(unit_a: Unit, alice: User) -> None:
    scene = sick(unit_a, people=3)
    scene.colleague.sessions.update(ends_at=local(unit_a.establishment, workday(FIRST), 8, 50))

    choice = Choice(How.COLLEAGUE, receiver=scene.colleague, otherwise=How.QUEUE)
    lines = planned(scene.booked, choice, [scene.colleague])

    assert [line.how for line in lines] == [How.COLLEAGUE, How.QUEUE, How.QUEUE]


def test_places_of_a_shared_session_are_given_one_by_one_at_their_times(unit_a: Unit, alice: User) -> None:
    scene = sick(unit_a, people=3)
    may_book(alice, scene.colleague)
    scene.colleague.sessions.all().delete()
    shared_session(scene.colleague, workday(FIRST + 1), capacity=2)

    lines = planned(scene.booked, Choice(How.COLLEAGUE, receiver=scene.colleague), [scene.colleague])
    assert [line.how for line in lines] == [How.COLLEAGUE, How.COLLEAGUE, None]
    decide(alice, [reviewed(line) for line in lines if line.how])

    there = Appointment.objects.filter(agenda=scene.colleague).order_by("starts_at", "id")
    assert {one.starts_at for one in there} == {line.place.starts_at for line in lines if line.place}


# --- What is done -------------------------------------------------------------------------------------


def test_queue_keeps_the_date_of_the_first_request_its_kind_and_its_priority(unit_a: Unit, alice: User) -> None:
    scene = sick(unit_a, people=2)
    asked, never = scene.booked
    first = RequestFactory(
        detainee=asked.detainee, kind=unit_a.consultation, priority=1, status=RequestStatus.PLANNED,
        appointment=asked, received_on=workday(-40), due_on=workday(-30),
    )  # fmt: skip
    Appointment.objects.filter(pk=never.pk).update(booked_at=timezone.now() - timedelta(days=20))
    never.refresh_from_db()

    decide(alice, [ReviewedLine(one, 1, How.QUEUE) for one in (asked, never)])

    first.refresh_from_db()
    assert (first.status, first.received_on, first.priority) == (RequestStatus.OPEN, workday(-40), 1)
    new = Request.objects.get(detainee=never.detainee)
    assert (new.source, new.kind, new.status) == (Source.SENT_BACK, unit_a.consultation, RequestStatus.OPEN)
    assert new.received_on == unit_a.establishment.day_of(never.booked_at)
    assert not Appointment.objects.booked().exists()
    assert not Movement.objects.filter(withdrawn_from=None).exists()


def test_nurse_receives_at_the_same_arrival_time_and_what_they_came_for_is_to_be_sorted(
    unit_a: Unit, alice: User
) -> None:
    scene = sick(unit_a, people=2)
    nurses = AgendaFactory(establishment=unit_a.establishment, name="Nurses", discipline=Discipline.NURSING)
    care = KindFactory(establishment=unit_a.establishment, name="Nurse", discipline=Discipline.NURSING)
    open_session(nurses, workday(FIRST))
    may_book(alice, nurses)
    lines_before = set(Movement.objects.values_list("pk", "expected_at"))

    planned_lines = planned(scene.booked, Choice(How.NURSE, kind=care), [nurses])
    decide(alice, [reviewed(line, care) for line in planned_lines])

    assert set(Movement.objects.filter(withdrawn_from=None).values_list("pk", "expected_at")) == lines_before
    assert Appointment.objects.booked().filter(agenda=nurses, kind=care).count() == 2
    assert Request.objects.open().filter(triaged_at=None, kind=unit_a.consultation).count() == 2


def test_second_of_two_who_decide_is_told_and_nothing_of_theirs_is_done(unit_a: Unit, alice: User, emma: User) -> None:
    scene = sick(unit_a, people=3)
    may_book(alice, scene.colleague)
    lines = planned(scene.booked, Choice(How.COLLEAGUE, receiver=scene.colleague), [scene.colleague])
    decide(emma, [ReviewedLine(scene.booked[2], 1, How.QUEUE)])

    with pytest.raises(booking.ChangedMeanwhile):
        decide(alice, [reviewed(line) for line in lines])

    assert waiting(alice, unit_a) == scene.booked[:2]
    decide(emma, [ReviewedLine(scene.booked[0], 1, How.KEEP)])
    with pytest.raises(booking.BookingRefused) as refused:
        decide(alice, [ReviewedLine(scene.booked[0], 1, How.QUEUE), ReviewedLine(scene.booked[1], 1, How.QUEUE)])
    assert (refused.value.code, refused.value.person) == ("decided", scene.booked[0].detainee)
    assert waiting(alice, unit_a) == [scene.booked[1]]


def test_place_taken_meanwhile_undoes_the_whole_decision(unit_a: Unit, alice: User) -> None:
    scene = sick(unit_a, people=3)
    may_book(alice, scene.colleague)
    lines = planned(scene.booked, Choice(How.COLLEAGUE, receiver=scene.colleague), [scene.colleague])
    taken = lines[2].place
    assert taken is not None
    appointment(unit_a.paul, scene.colleague.sessions.get(), unit_a.consultation, taken.starts_at)
    before = AuditEntry.objects.count()

    with pytest.raises(booking.BookingRefused) as refused:
        decide(alice, [reviewed(line) for line in lines])

    assert (refused.value.code, refused.value.person) == ("taken", scene.booked[2].detainee)
    assert waiting(alice, unit_a) == scene.booked
    assert AuditEntry.objects.count() == before


def test_fifty_four_are_planned_and_decided_in_one_go(unit_a: Unit, alice: User) -> None:
    scene = sick(unit_a, people=9, days=6)
    may_book(alice, scene.colleague)
    choice = Choice(How.COLLEAGUE, receiver=scene.colleague)
    with CaptureQueriesContext(connection) as for_three:
        planned(scene.booked[:3], choice, [scene.colleague])
    with CaptureQueriesContext(connection) as for_all:
        lines = planned(scene.booked, choice, [scene.colleague])
    assert len(for_three) == len(for_all)

    counted = []
    for part in (lines[:2], lines[2:6], lines[6:]):
        with CaptureQueriesContext(connection) as queries:
            decide(alice, [reviewed(line) for line in part])
        counted.append(len(queries))

    assert waiting(alice, unit_a) == []
    assert Appointment.objects.filter(agenda=scene.colleague, status=Status.BOOKED).count() == 54
    # So many for each line: 44 more lines cost 22 times what two more do.
    assert counted[2] - counted[1] <= 22 * (counted[1] - counted[0])


# --- Before an agenda goes out of use ------------------------------------------------------------------


def test_agenda_goes_out_of_use_only_when_nobody_is_expected(unit_a: Unit, helene: User) -> None:
    booked = booked_days(unit_a, people=1)

    with through("care"):
        with pytest.raises(planning.PlanningRefused):
            planning.retire_agenda(unit_a.doctor, by=helene)
        assert list(stranded.expected_in(unit_a.doctor)) == booked
        stranded.decide(by=helene, lines=[ReviewedLine(booked[0], 1, How.QUEUE)], only_stranded=False)
        planning.retire_agenda(unit_a.doctor, by=helene)
    assert not Agenda.objects.get(pk=unit_a.doctor.pk).is_active
