"""What was done to several people in one step is looked at and taken back in one step, by whoever did it, that day."""

from __future__ import annotations

import re
from typing import Any

import pytest

from access.models import User
from appointments import booking
from appointments.models import Appointment, KeptAppointment, Movement, Question, Request
from appointments.models.enums.appointment import CancelReason, Status
from appointments.models.enums.request import Cause, RequestStatus
from appointments.requests import filling
from appointments.requests.filling.candidates import read_waiting
from appointments.rights import Rights
from appointments.stranded import decidable_by
from tests.appointments.stranded.scenes import Desk, Sick, may_book, sick
from tests.conftest import Unit
from tests.doors import DoorClient, through
from tests.factories import AgendaFactory, DetaineeFactory, RequestFactory, appointment, local, open_session, workday


def address_in(answer: Any) -> str:
    """The link that says what was done and takes it back."""
    found = re.search(r'href="(/done/\d+)"', answer.content.decode())
    assert found, answer.content.decode()
    return found[1]


def decide(browser: DoorClient, unit: Unit, scene: Sick, how: str, **more: object) -> str:
    desk = Desk(browser, unit.doctor)
    desk.do(desk.review(scene.booked, how, **more))
    return address_in(browser.get(browser.url("stranded")))


def standing(unit: Unit) -> set[tuple[object, ...]]:
    rows = Appointment.objects.filter(agenda=unit.doctor, status=Status.BOOKED)
    return set(rows.values_list("pk", "starts_at", "movement__expected_at"))


@pytest.mark.parametrize("how", ["colleague", "queue", "keep", "same"])
def test_a_decision_about_many_is_taken_back_in_one_click(unit_a: Unit, alice: User, at_door, how: str) -> None:
    scene = sick(unit_a, people=3)
    may_book(alice, scene.colleague)
    open_session(unit_a.doctor, workday(9))
    before, browser = standing(unit_a), at_door(alice)
    address = decide(browser, unit_a, scene, how, **({"receiver": scene.colleague.pk} if how == "colleague" else {}))
    assert decidable_by(Rights(alice, unit_a.establishment)).count() == 0
    page = browser.get(address).content.decode()
    assert all(one.detainee.display_name in page for one in scene.booked)

    answer = browser.post(address)

    assert (answer.status_code, answer.url) == (302, browser.url("stranded"))
    assert standing(unit_a) == before
    assert decidable_by(Rights(alice, unit_a.establishment)).count() == 3
    assert not Request.objects.unsettled().exists()
    assert not KeptAppointment.objects.exists()
    assert browser.get(address).status_code == 404


def test_a_request_that_rested_on_the_appointment_rests_on_it_again(unit_a: Unit, alice: User, at_door) -> None:
    scene = sick(unit_a, people=1)
    [booked] = scene.booked
    asked = RequestFactory(
        detainee=booked.detainee, kind=unit_a.consultation, status=RequestStatus.PLANNED, appointment=booked
    )
    browser = at_door(alice)
    browser.post(decide(browser, unit_a, scene, "queue"))

    asked.refresh_from_db()
    assert (asked.status, asked.appointment_id) == (RequestStatus.PLANNED, booked.pk)


def test_what_somebody_changed_since_is_told_by_name_and_nothing_is_taken_back(
    unit_a: Unit, alice: User, emma: User, at_door
) -> None:
    scene = sick(unit_a, people=2)
    may_book(alice, scene.colleague)
    may_book(emma, scene.colleague)
    browser = at_door(alice)
    address = decide(browser, unit_a, scene, "colleague", receiver=scene.colleague.pk)
    with through("care"):
        booking.cancel(by=emma, appointment=scene.booked[1], revision=2, reason=CancelReason.REFUSED)

    answer = browser.post(address)

    assert answer.status_code == 409
    assert scene.booked[1].detainee.display_name in answer.content.decode()
    assert standing(unit_a) == set()


def test_nobody_else_looks_at_it_or_takes_it_back(unit_a: Unit, alice: User, emma: User, helene: User, at_door) -> None:
    scene = sick(unit_a, people=1)
    address = decide(at_door(alice), unit_a, scene, "keep")

    for other in (emma, helene):
        assert at_door(other).get(address).status_code == 404
        assert at_door(other).post(address).status_code == 404
    assert KeptAppointment.objects.exists()


@pytest.mark.parametrize("number", ["0", "1", "9" * 18, "9" * 40])
def test_an_instant_of_nothing_is_no_page(alice: User, at_door, number: str) -> None:
    assert at_door(alice).get(f"/done/{number}").status_code == 404


def test_filling_a_half_day_is_taken_back_and_everybody_waits_as_before(unit_a: Unit, alice: User, at_door) -> None:
    session = open_session(unit_a.doctor, workday(1))
    place = {"establishment": unit_a.establishment, "building": unit_a.building}
    asked = [RequestFactory(detainee=DetaineeFactory(**place), kind=unit_a.consultation) for _each in range(2)]
    times = [local(unit_a.establishment, workday(1), 9, 20 * number) for number in range(2)]
    lines = [filling.FillLine(one, one.revision, unit_a.consultation, at) for one, at in zip(asked, times, strict=True)]
    with through("care"), booking.in_one_step() as at:
        filling.fill(by=alice, session=session, lines=lines)
    browser = at_door(alice)
    address = browser.url("step", int(at.timestamp()) * 10**6 + at.microsecond)

    assert browser.post(address).status_code == 302

    assert set(Request.objects.values_list("status", "appointment", "returned_from")) == {
        (RequestStatus.OPEN, None, None)
    }
    assert not Appointment.objects.booked().exists()
    assert not Movement.objects.exists()
    with through("care"):
        assert len(read_waiting(Rights(alice, unit_a.establishment), session).sure) == 2


@pytest.mark.parametrize("decision", ["keep", "queue", "cancel"])
def test_what_the_list_asked_is_asked_again(unit_a: Unit, alice: User, at_door, decision: str) -> None:
    session = open_session(unit_a.doctor, workday(1))
    booked = appointment(unit_a.paul, session, unit_a.consultation, local(unit_a.establishment, workday(1), 9, 30))
    asked = Question.objects.create(
        establishment=unit_a.establishment, detainee=unit_a.paul, appointment=booked, cause=Cause.WING
    )
    browser = at_door(alice)
    browser.post(browser.url("decisions"), {"decision": decision, "question": f"{asked.pk}|1"})
    address = address_in(browser.get(browser.url("decisions")))

    done = browser.post(address, follow=True)

    assert "1 appointment is as it was before." in done.content.decode()
    asked.refresh_from_db()
    booked.refresh_from_db()
    assert (asked.decision, asked.decided_by, booked.status) == ("", None, Status.BOOKED)
    assert not Request.objects.unsettled().exists()
    assert Movement.objects.count() == 1


def test_database_lets_back_into_an_absence_only_what_stood_there(unit_a: Unit, alice: User) -> None:
    scene = sick(unit_a, people=1)
    other = AgendaFactory(establishment=unit_a.establishment, name="Dr Autre", position=9)
    may_book(alice, other)
    session = open_session(other, workday(2))
    stranger = appointment(unit_a.paul, session, unit_a.consultation, session.starts_at)
    with through("care"), pytest.raises(booking.BookingRefused) as refusal:
        booking.move(
            by=alice, appointment=stranger, revision=1, agenda=unit_a.doctor, starts_at=scene.booked[0].starts_at
        )
    assert refusal.value.code == "away"
