"""Requests to be seen: how they enter the queue, are sorted, answered, closed, and what brings them back."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import pytest
from django.utils import timezone, translation

from access.models import AuditEntry, User
from access.policy import give
from access.refusal import Refused
from appointments import booking, requests
from appointments.models import Alert, Appointment, Movement, Request
from appointments.models.enums.appointment import CancelReason, NotComeReason, Status
from appointments.models.enums.movement import Urgency
from appointments.models.enums.request import Closing, Priority, RequestAnswer, RequestStatus, Source
from appointments.requests.queue import QueuePart, counts, read_queue
from appointments.rights import Rights, requests_visible_to
from tests.conftest import Unit
from tests.factories import DetaineeFactory, RequestFactory, appointment, local, open_session, paris_day, workday


@pytest.fixture(autouse=True)
def english() -> Iterator[None]:
    """Sentences are read in English."""
    with translation.override("en"):
        yield


def enter(unit: Unit, by: User, **fields: object) -> Request:
    """Paul asks to see the doctor, by letter, today."""
    values = {
        "by": by,
        "establishment": unit.establishment,
        "detainee": unit.paul,
        "source": Source.LETTER,
        "received_on": paris_day(),
        "within_days": 14,
        "kind": unit.consultation,
    }
    return requests.enter(**{**values, **fields})


def planned(unit: Unit, by: User) -> tuple[Request, Appointment]:
    """Paul's request and the appointment of tomorrow 9:30 that answers it."""
    asked = enter(unit, by)
    open_session(unit.doctor, workday(1))
    made = requests.plan(
        by=by,
        request=asked,
        revision=asked.revision,
        agenda=unit.doctor,
        kind=unit.consultation,
        starts_at=local(unit.establishment, workday(1), 9, 30),
    )
    asked.refresh_from_db()
    return asked, made


# --- Entering ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("days", "priority"),
    [(0, Priority.URGENT), (1, Priority.URGENT), (2, Priority.SOON), (7, Priority.SOON), (8, Priority.ROUTINE)],
)
def test_wait_that_was_asked_for_gives_the_date_and_the_rank(
    unit_a: Unit, alice: User, days: int, priority: Priority
) -> None:
    asked = enter(unit_a, alice, within_days=days)

    assert (asked.due_on, asked.priority) == (paris_day() + timedelta(days=days), priority)
    assert (asked.status, asked.entered_by) == (RequestStatus.OPEN, alice)
    assert AuditEntry.objects.filter(verb="enter_request", target_id=str(asked.pk)).count() == 1


def test_same_request_is_named_and_joined_or_entered_anyway(unit_a: Unit, alice: User) -> None:
    first = enter(unit_a, alice, received_on=paris_day() - timedelta(days=5))

    with pytest.raises(requests.AlreadyAsked, match=f"{first.received_on:%d/%m/%Y}") as told:
        enter(unit_a, alice)
    with pytest.raises(requests.AlreadyAsked):
        enter(unit_a, alice, kind=None, discipline="general")
    joined = requests.join(by=alice, known=told.value.known, asked_on=paris_day())
    assert (joined.times_asked, joined.last_asked_on, joined.due_on) == (2, paris_day(), first.due_on)

    enter(unit_a, alice, anyway=True)
    enter(unit_a, alice, kind=None)
    enter(unit_a, alice, detainee=unit_a.karim)
    assert Request.objects.count() == 4


def test_settled_request_is_no_duplicate(unit_a: Unit, alice: User) -> None:
    first = enter(unit_a, alice)
    requests.close(by=alice, request=first, revision=1, reason=Closing.WITHDRAWN)

    assert enter(unit_a, alice).pk != first.pk


def test_nobody_asks_for_somebody_who_has_left(unit_a: Unit, alice: User) -> None:
    unit_a.paul.released_on, unit_a.paul.building, unit_a.paul.cell = paris_day(), None, ""
    unit_a.paul.save()

    with pytest.raises(Refused, match="has left"):
        enter(unit_a, alice)


# --- Who sees them ----------------------------------------------------------------------------------


def test_request_for_a_discipline_is_seen_by_those_who_see_its_agendas(
    unit_a: Unit, alice: User, bob: User, helene: User, chloe: User
) -> None:
    unsorted = RequestFactory(detainee=unit_a.paul, discipline="")
    general = RequestFactory(detainee=unit_a.paul, kind=unit_a.consultation)
    psychiatry = RequestFactory(detainee=unit_a.karim, discipline="psychiatry")

    seen = {
        user.username: set(requests_visible_to(Rights(user, unit_a.establishment)))
        for user in (alice, bob, helene, chloe)
    }

    assert seen == {
        "alice": {unsorted, general, psychiatry},
        "bob": {unsorted, psychiatry},
        "helene": {unsorted, general, psychiatry},
        "chloe": {unsorted},  # her disciplines are nobody's here; that she has no role here keeps her out
    }


def test_who_does_not_see_a_request_does_not_settle_it(unit_a: Unit, bob: User) -> None:
    asked = RequestFactory(detainee=unit_a.paul, kind=unit_a.consultation)

    with pytest.raises(requests.RequestChanged):
        requests.close(by=bob, request=asked, revision=1, reason=Closing.WITHDRAWN)


# --- Sorting and the queue --------------------------------------------------------------------------


def test_sorting_says_what_for_how_urgent_and_by_when(unit_a: Unit, alice: User) -> None:
    asked = enter(unit_a, alice, kind=None)
    assert not asked.is_sorted

    done = requests.triage(
        by=alice,
        request=asked,
        revision=1,
        priority=Priority.URGENT,
        within_days=1,
        kind=unit_a.psychiatry,
        note="prefers the morning",
    )

    assert (done.wanted, done.due_on, done.triaged_by) == (
        unit_a.psychiatry.name,
        paris_day() + timedelta(days=1),
        alice,
    )
    with pytest.raises(requests.RequestChanged):
        requests.accept(by=alice, request=asked, revision=1)


def test_queue_shows_the_overdue_first_then_by_rank_then_by_date(unit_a: Unit, alice: User) -> None:
    def waiting(days: int, priority: Priority, *, due: int) -> Request:
        person = DetaineeFactory(establishment=unit_a.establishment, building=unit_a.building)
        day = paris_day() - timedelta(days=days)
        return RequestFactory(
            detainee=person, received_on=day, priority=priority, due_on=paris_day() + timedelta(days=due)
        )

    later = waiting(0, Priority.ROUTINE, due=9)
    soon = waiting(0, Priority.SOON, due=3)
    urgent = waiting(0, Priority.URGENT, due=1)
    late = waiting(20, Priority.ROUTINE, due=-2)
    very_late = waiting(30, Priority.ROUTINE, due=-9)
    sooner = waiting(0, Priority.ROUTINE, due=5)

    lines = read_queue(Rights(alice, unit_a.establishment)).lines

    assert [line.request for line in lines] == [very_late, late, urgent, soon, sooner, later]
    assert [line.days_late for line in lines] == [9, 2, -1, -3, -5, -9]
    assert lines[0].next_key == late.pk
    assert counts(Rights(alice, unit_a.establishment)).overdue == 2


def test_parts_of_the_queue_hold_what_their_name_says(unit_a: Unit, alice: User) -> None:
    gone = DetaineeFactory(establishment=unit_a.establishment, building=None, cell="", released_on=paris_day())
    rows = {
        QueuePart.LEFT: RequestFactory(detainee=gone),
        QueuePart.ARRIVALS: RequestFactory(detainee=unit_a.karim, source=Source.ARRIVAL, triaged_at=timezone.now()),
        QueuePart.TO_SORT: RequestFactory(detainee=unit_a.paul, discipline=""),
    }
    tally = counts(Rights(alice, unit_a.establishment))

    for part, row in rows.items():
        assert [line.request for line in read_queue(Rights(alice, unit_a.establishment), part=part).lines] == [row]
        assert tally.of(part) == 1
    assert tally.of(QueuePart.ALL) == 2


# --- Answering --------------------------------------------------------------------------------------


def test_appointment_answers_the_request_and_takes_it_out_of_the_queue(unit_a: Unit, alice: User) -> None:
    asked, made = planned(unit_a, alice)

    assert (asked.status, asked.appointment) == (RequestStatus.PLANNED, made)
    assert made.movement_id is not None
    assert read_queue(Rights(alice, unit_a.establishment)).total == 0


def test_second_who_plans_the_same_request_is_told_and_books_nothing(unit_a: Unit, alice: User, helene: User) -> None:
    asked, _made = planned(unit_a, alice)

    with pytest.raises(requests.RequestChanged, match="Somebody else changed this request"):
        requests.plan(
            by=helene,
            request=asked,
            revision=1,
            agenda=unit_a.doctor,
            kind=unit_a.consultation,
            starts_at=local(unit_a.establishment, workday(1), 10, 30),
        )

    assert Appointment.objects.count() == 1


def test_refused_booking_leaves_the_request_in_the_queue(unit_a: Unit, alice: User) -> None:
    asked = enter(unit_a, alice)

    with pytest.raises(booking.BookingRefused):
        requests.plan(
            by=alice,
            request=asked,
            revision=1,
            agenda=unit_a.doctor,
            kind=unit_a.consultation,
            starts_at=local(unit_a.establishment, workday(1), 9, 30),
        )

    asked.refresh_from_db()
    assert (asked.status, asked.revision) == (RequestStatus.OPEN, 1)


def test_cancelled_appointment_sends_its_request_back_with_its_date(unit_a: Unit, alice: User) -> None:
    asked, made = planned(unit_a, alice)
    due = asked.due_on

    booking.cancel(by=alice, appointment=made, revision=1, reason=CancelReason.UNIT_POSTPONED)

    asked.refresh_from_db()
    assert (asked.status, asked.appointment, asked.returned_from, asked.due_on) == (
        RequestStatus.OPEN,
        None,
        made,
        due,
    )


def test_moved_appointment_still_answers(unit_a: Unit, alice: User) -> None:
    asked, made = planned(unit_a, alice)

    booking.move(
        by=alice,
        appointment=made,
        revision=1,
        agenda=unit_a.doctor,
        starts_at=local(unit_a.establishment, workday(1), 10, 50),
    )

    asked.refresh_from_db()
    assert (asked.status, asked.appointment) == (RequestStatus.PLANNED, made)


def test_outcome_answers_the_request_or_brings_it_back_and_a_correction_follows(unit_a: Unit, alice: User) -> None:
    day = workday(-1)
    booked = appointment(
        unit_a.paul, open_session(unit_a.doctor, day), unit_a.consultation, local(unit_a.establishment, day, 9, 30)
    )
    asked = RequestFactory(detainee=unit_a.paul, status=RequestStatus.PLANNED, appointment=booked)

    booking.record_not_come(by=alice, appointment=booked, revision=1, reason=NotComeReason.NO_REASON)
    asked.refresh_from_db()
    assert (asked.status, asked.returned_from) == (RequestStatus.OPEN, booked)

    booking.undo(by=alice, appointment=booked, revision=2)
    asked.refresh_from_db()
    assert (asked.status, asked.appointment, asked.returned_from) == (RequestStatus.PLANNED, booked, None)
    booking.record_seen(by=alice, appointment=booked, revision=3)
    asked.refresh_from_db()
    assert (asked.status, asked.appointment, asked.returned_from) == (RequestStatus.ANSWERED, booked, None)


def test_who_is_summoned_again_has_his_request_answered_by_the_new_appointment(unit_a: Unit, alice: User) -> None:
    asked, made = planned(unit_a, alice)
    booking.cancel(by=alice, appointment=made, revision=1, reason=CancelReason.UNIT_POSTPONED)
    made.refresh_from_db()

    again = booking.book(
        by=alice,
        detainee=unit_a.paul,
        agenda=unit_a.doctor,
        kind=unit_a.consultation,
        starts_at=local(unit_a.establishment, workday(1), 10, 30),
        follows=made,
    )

    asked.refresh_from_db()
    assert (asked.status, asked.appointment) == (RequestStatus.PLANNED, again)


@pytest.mark.parametrize("times", [1, 2])
def test_officers_alert_becomes_an_urgent_request(unit_a: Unit, alice: User, at_door, times: int) -> None:
    browser = at_door(alice)
    alerts = [
        Alert.objects.create(
            establishment=unit_a.establishment,
            building=unit_a.building,
            register_number="004217",
            last_name="Durand",
            urgency=urgency,
        )
        for urgency in list(Urgency)[:times]
    ]

    for alert in alerts:
        done = browser.post(browser.url("alert_request", alert.pk))
        assert done.url.startswith("/triage?at=")

    asked = Request.objects.get()
    assert (asked.detainee, asked.source, asked.priority) == (unit_a.paul, Source.OFFICER, Priority.URGENT)
    assert (asked.due_on, asked.times_asked, asked.is_sorted) == (paris_day(), times, False)
    assert not Alert.objects.filter(received_at=None).exists()


def test_alert_about_nobody_known_stays_to_be_received(unit_a: Unit, alice: User, at_door) -> None:
    browser = at_door(alice)
    alert = Alert.objects.create(
        establishment=unit_a.establishment,
        building=unit_a.building,
        register_number="999",
        last_name="Personne",
        urgency=Urgency.NOW,
    )

    done = browser.post(browser.url("alert_request", alert.pk), follow=True)

    assert "Nobody here has this register number" in done.content.decode()
    assert Alert.objects.filter(received_at=None).exists()


def test_appointment_that_was_there_before_answers_and_the_undo_keeps_it(unit_a: Unit, alice: User) -> None:
    booked = appointment(
        unit_a.paul,
        open_session(unit_a.doctor, workday(1)),
        unit_a.consultation,
        local(unit_a.establishment, workday(1), 9, 30),
    )
    asked = enter(unit_a, alice)
    assert read_queue(Rights(alice, unit_a.establishment)).lines[0].expected == booked

    taken = requests.take_appointment(by=alice, request=asked, revision=1, appointment=booked)
    assert taken.status == RequestStatus.PLANNED
    requests.take_back(by=alice, request=taken, revision=taken.revision, keep_appointment=True)

    booked.refresh_from_db()
    assert booked.status == Status.BOOKED
    assert Request.objects.open().get() == asked


def test_undone_planning_cancels_the_appointment_and_withdraws_the_call(unit_a: Unit, alice: User) -> None:
    asked, made = planned(unit_a, alice)

    requests.take_back(by=alice, request=asked, revision=asked.revision)

    made.refresh_from_db()
    asked.refresh_from_db()
    assert (made.status, made.cancel_reason) == (Status.CANCELLED, CancelReason.MISTAKE)
    assert (asked.status, asked.returned_from) == (RequestStatus.OPEN, None)
    assert not Movement.objects.exists()


def test_request_is_answered_otherwise_closed_and_put_back(unit_a: Unit, alice: User) -> None:
    asked = enter(unit_a, alice)

    answered = requests.answer_without(by=alice, request=asked, revision=1, answer=RequestAnswer.WRITTEN)
    assert (answered.status, answered.answer) == (RequestStatus.ANSWERED, RequestAnswer.WRITTEN)
    with pytest.raises(Refused, match="no longer in the queue"):
        requests.close(by=alice, request=answered, revision=2, reason=Closing.MISTAKE)
    back = requests.reopen(by=alice, request=answered, revision=2)
    assert (back.status, back.answer, back.due_on) == (RequestStatus.OPEN, "", asked.due_on)
    with pytest.raises(Refused):
        requests.reopen(by=alice, request=back, revision=3)


def test_requests_of_people_who_have_left_are_closed_together_as_far_as_one_sees_them(
    unit_a: Unit, alice: User, bob: User
) -> None:
    gone = DetaineeFactory(establishment=unit_a.establishment, building=None, cell="", released_on=paris_day())
    here = RequestFactory(detainee=unit_a.paul)
    theirs = [RequestFactory(detainee=gone), RequestFactory(detainee=gone, discipline="psychiatry")]
    give(bob, "view_agenda", unit_a.psychiatrist)

    closed = requests.close_those_who_left(by=bob, establishment=unit_a.establishment, people=[gone, unit_a.paul])

    assert closed == 1
    for one in [here, *theirs]:
        one.refresh_from_db()
    assert [one.status for one in [here, *theirs]] == ["open", "open", "closed"]
    assert theirs[1].closing == Closing.LEFT
