"""An appointment's page: moved, cancelled, undone, its outcome recorded, and what is refused."""

from __future__ import annotations

import pytest

from access.models import User
from appointments import booking
from appointments.models import Appointment, ConsultationSession, Movement
from appointments.models.enums.appointment import CancelReason, Status
from tests.appointments.care.pages import AS_PANEL
from tests.conftest import Unit
from tests.doors import AtDoor, through
from tests.factories import appointment, local, open_session, workday


@pytest.fixture
def booked(unit_a: Unit) -> Appointment:
    """Paul sees the doctor tomorrow at 09:50."""
    session = open_session(unit_a.doctor, workday())
    at = local(unit_a.establishment, workday(), 9, 50)
    return appointment(unit_a.paul, session, unit_a.consultation, at)


def test_appointment_is_moved_and_cancelled_with_a_reason(unit_a: Unit, alice: User, at_door) -> None:
    day = workday(1)
    session = open_session(unit_a.doctor, day)
    made = appointment(unit_a.paul, session, unit_a.consultation, local(unit_a.establishment, day, 9, 10))
    browser = at_door(alice)
    where = {"move-agenda": unit_a.doctor.pk, "move-day": day.isoformat(), "move-time": "10:50", "move-revision": 1}

    assert browser.get(browser.url("appointment", made.pk)).status_code == 200
    moved = browser.post(browser.url("appointment_move", made.pk), where)
    stale = browser.post(browser.url("appointment_move", made.pk), where | {"move-time": "11:10"})
    no_reason = browser.post(browser.url("appointment_cancel", made.pk), {"cancel-revision": 2, "cancel-reason": ""})

    assert (moved.status_code, stale.status_code, no_reason.status_code) == (302, 409, 422)
    assert "Somebody else changed this appointment" in stale.content.decode()
    assert Movement.objects.get().expected_at == local(unit_a.establishment, day, 10, 30)

    done = browser.post(
        browser.url("appointment_cancel", made.pk), {"cancel-revision": 2, "cancel-reason": "US_REPORT"}
    )
    assert done.status_code == 302
    assert Movement.objects.count() == 0


def test_appointment_offers_slots_of_its_practitioner_and_of_colleagues(
    unit_a: Unit, alice: User, colleague, at_door
) -> None:
    session = open_session(unit_a.doctor, workday(1))
    made = appointment(unit_a.paul, session, unit_a.consultation, local(unit_a.establishment, workday(1), 9, 50))
    open_session(colleague, workday(2))
    browser = at_door(alice)

    page = browser.get(browser.url("appointment", made.pk))
    elsewhere = page.context["elsewhere"]
    moved = browser.post(
        browser.url("appointment_move", made.pk), {"move-revision": 1, "slot": elsewhere[0]["value"]}, headers=AS_PANEL
    )

    made.refresh_from_db()
    assert {one["slot"].agenda for one in page.context["proposals"]} == {unit_a.doctor}
    assert {one["slot"].agenda for one in elsewhere} == {colleague}
    assert moved.headers["HX-Redirect"].endswith(f"changed={made.pk}&as=moved")
    assert (made.agenda, made.revision) == (colleague, 2)


def test_appointment_changed_by_a_colleague_is_shown_anew_and_left_alone(
    booked: Appointment, alice: User, at_door: AtDoor
) -> None:
    browser = at_door(alice)
    Appointment.objects.filter(pk=booked.pk).update(revision=2)

    answer = browser.post(
        browser.url("appointment_cancel", booked.pk), {"cancel-revision": 1, "cancel-reason": CancelReason.UNIT_ABSENT}
    )

    assert answer.status_code == 409
    assert "Somebody else changed this appointment meanwhile" in answer.text
    # The form on the page carries the present state, so that the next try works.
    assert 'name="cancel-revision" value="2"' in answer.text
    booked.refresh_from_db()
    assert booked.status == Status.BOOKED


@pytest.mark.parametrize(("name", "prefix"), [("appointment_cancel", "cancel"), ("appointment_not_come", "not-come")])
def test_reason_outside_the_closed_list_is_refused(
    booked: Appointment, alice: User, at_door: AtDoor, name: str, prefix: str
) -> None:
    browser = at_door(alice)

    answers = [
        browser.post(browser.url(name, booked.pk), {f"{prefix}-revision": 1, f"{prefix}-reason": reason})
        for reason in ("", "because he was rude")
    ]

    assert [answer.status_code for answer in answers] == [422, 422]
    booked.refresh_from_db()
    assert (booked.status, booked.revision) == (Status.BOOKED, 1)


def test_outcome_is_recorded_with_its_reason(unit_a: Unit, alice: User, at_door) -> None:
    session = open_session(unit_a.doctor, workday(-1))
    made = appointment(unit_a.paul, session, unit_a.consultation, local(unit_a.establishment, workday(-1), 9, 10))
    browser = at_door(alice)

    wrong = browser.post(browser.url("appointment_not_come", made.pk), {"not-come-revision": 1, "not-come-reason": "X"})
    right = browser.post(
        browser.url("appointment_not_come", made.pk), {"not-come-revision": 1, "not-come-reason": "NON_APPELE"}
    )

    made.refresh_from_db()
    assert (wrong.status_code, right.status_code) == (422, 302)
    assert (made.status, made.not_come_reason) == (Status.NOT_COME, "NON_APPELE")


def test_outcome_before_the_session_begins_is_refused(booked: Appointment, alice: User, at_door: AtDoor) -> None:
    browser = at_door(alice)

    answer = browser.post(browser.url("appointment_seen", booked.pk), {"revision": 1})

    assert answer.status_code == 422
    assert "has not begun" in answer.text


def test_undo_withdraws_the_movement_and_says_booked_by_mistake(unit_a: Unit, alice: User, at_door: AtDoor) -> None:
    open_session(unit_a.doctor, workday(1))
    with through("care"):
        booked = booking.book(
            by=alice,
            detainee=unit_a.paul,
            agenda=unit_a.doctor,
            kind=unit_a.consultation,
            starts_at=local(unit_a.establishment, workday(1), 9, 50),
        )
    browser = at_door(alice)

    answer = browser.post(browser.url("appointment_undo", booked.pk), {"revision": 1}, follow=True)

    assert answer.status_code == 200
    booked.refresh_from_db()
    assert (booked.status, booked.cancel_reason) == (Status.CANCELLED, CancelReason.MISTAKE)
    assert not Movement.objects.exists()


def test_cancelled_appointment_opens_after_its_session_was_deleted(
    booked: Appointment, helene: User, at_door: AtDoor
) -> None:
    Appointment.objects.filter(pk=booked.pk).update(
        status=Status.CANCELLED, cancel_reason=CancelReason.UNIT_ABSENT, movement=None, session=None
    )
    ConsultationSession.objects.all().delete()
    browser = at_door(helene)

    answer = browser.get(browser.url("appointment", booked.pk))

    assert answer.status_code == 200
    assert "Practitioner absent" in answer.text
    assert "Summon again" in answer.text


def test_appointment_of_an_unseen_agenda_does_not_exist(
    unit_a: Unit, alice: User, bob: User, chloe: User, at_door
) -> None:
    day = workday(1)
    made = appointment(
        unit_a.paul, open_session(unit_a.doctor, day), unit_a.consultation, local(unit_a.establishment, day, 9, 10)
    )

    for user in (bob, chloe):
        browser = at_door(user)
        assert browser.get(browser.url("appointment", made.pk)).status_code == 404
        assert browser.post(browser.url("appointment_undo", made.pk), {"revision": 1}).status_code == 404
