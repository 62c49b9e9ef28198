"""The booking panel and the appointment's page: what is refused, what a colleague changed, both languages."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from access.models import User
from appointments import booking
from appointments.models import Appointment, ConsultationSession, Detainee, Movement
from appointments.models.enums.appointment import CancelReason, Status
from tests.conftest import Unit
from tests.doors import DoorClient, through
from tests.factories import KindFactory, appointment, local, open_session, workday

AtDoor = Callable[[User], DoorClient]


@pytest.fixture
def booked(unit_a: Unit) -> Appointment:
    """Paul sees the doctor tomorrow at 09:50."""
    session = open_session(unit_a.doctor, workday())
    at = local(unit_a.establishment, workday(), 9, 50)
    return appointment(unit_a.paul, session, unit_a.consultation, at)


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


def test_person_who_has_left_is_marked_and_cannot_be_called(
    unit_a: Unit, booked: Appointment, alice: User, at_door: AtDoor
) -> None:
    Detainee.objects.filter(pk=unit_a.paul.pk).update(released_on=workday(0))
    browser = at_door(alice)

    page = browser.get(browser.url("person", unit_a.paul.pk))
    asked = browser.get(browser.url("book"), {"person": unit_a.paul.pk})
    sent = browser.post(
        browser.url("book"),
        {
            "person": unit_a.paul.pk,
            "kind": unit_a.consultation.pk,
            "agenda": unit_a.doctor.pk,
            "day": f"{workday():%Y-%m-%d}",
            "time": "10:30",
        },
    )

    assert "Has left" in page.text
    assert browser.url("book") + "?person" not in page.text
    assert asked.status_code == 404
    assert sent.status_code == 422
    assert Appointment.objects.count() == 1


@pytest.mark.parametrize("at", ["tomorrow", "2026-13-45T09:00", "2026-11-26", "x" * 500])
def test_slot_that_cannot_be_understood_is_answered_with_a_sentence_or_the_form(
    unit_a: Unit, alice: User, at_door: AtDoor, at: str
) -> None:
    browser = at_door(alice)

    answer = browser.get(browser.url("book"), {"agenda": unit_a.doctor.pk, "at": at})

    assert answer.status_code == (200 if at == "2026-11-26" else 400)


@pytest.mark.parametrize(("language", "words"), [("en", "Book an appointment"), ("fr", "Réserver un rendez-vous")])
def test_booking_speaks_both_languages(
    unit_a: Unit, booked: Appointment, alice: User, at_door: AtDoor, language: str, words: str
) -> None:
    browser = at_door(alice)
    at = local(unit_a.establishment, workday(), 10, 30).isoformat()

    answer = browser.get(
        browser.url("book"),
        {"agenda": unit_a.doctor.pk, "at": at, "person": unit_a.paul.pk},
        headers={"accept-language": language},
    )

    assert words in answer.text
    assert "DURAND Paul" in answer.text
    assert 'value="10:30"' in answer.text


def test_kind_of_another_unit_is_no_choice(unit_a: Unit, unit_b: Unit, alice: User, at_door: AtDoor) -> None:
    open_session(unit_a.doctor, workday())
    browser = at_door(alice)

    answer = browser.post(
        browser.url("book"),
        {
            "person": unit_a.paul.pk,
            "kind": unit_b.consultation.pk,
            "agenda": unit_a.doctor.pk,
            "day": f"{workday():%Y-%m-%d}",
            "time": "10:30",
        },
    )

    assert answer.status_code == 422
    assert not Appointment.objects.exists()
    assert "004217" in answer.text


def test_short_gap_begins_with_a_kind_that_fits_and_says_how_much_is_free(unit_a: Unit, helene: User, at_door) -> None:
    day = workday(1)
    session = open_session(unit_a.doctor, day)
    short = KindFactory(establishment=unit_a.establishment, name="Short talk", default_minutes=10)
    appointment(unit_a.karim, session, unit_a.consultation, local(unit_a.establishment, day, 9, 10))
    browser = at_door(helene)
    at = local(unit_a.establishment, day, 9)

    page = browser.get(browser.url("book"), {"agenda": unit_a.doctor.pk, "at": at.isoformat()})
    typed = {"agenda": unit_a.doctor.pk, "kind": unit_a.consultation.pk, "person": unit_a.paul.pk}
    refused = browser.post(browser.url("book"), {**typed, "day": f"{day}", "time": "09:00"})

    assert page.context["form"]["kind"].value() == short.pk
    assert refused.status_code == 422
    assert "Only 10 minutes are free there." in refused.content.decode()
