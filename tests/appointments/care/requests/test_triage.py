"""The queue of requests and the way from it to an appointment and back."""

from __future__ import annotations

from access.models import User
from appointments.models import Appointment, Request
from appointments.models.enums.appointment import Status
from appointments.models.enums.request import RequestStatus
from tests.conftest import Unit
from tests.factories import DetaineeFactory, RequestFactory, appointment, local, open_session, paris_day, workday


def test_request_is_planned_from_the_queue_into_the_first_free_slot(unit_a: Unit, alice: User, at_door) -> None:
    browser = at_door(alice)
    open_session(unit_a.doctor, workday(1))
    first = RequestFactory(detainee=unit_a.paul, kind=unit_a.consultation, priority=1)
    second = RequestFactory(detainee=unit_a.karim, kind=unit_a.consultation)

    queue = browser.get(browser.url("triage"))
    assert [line.request for line in queue.context["queue"].lines] == [first, second]
    form = browser.get(browser.url("book"), {"request": first.pk, "next": second.pk})
    fields = form.context["form"]
    typed = {name: fields[name].value() for name in ("person", "kind", "agenda", "request", "request_revision")}
    assert (typed["person"], typed["kind"], typed["agenda"]) == (
        f"{unit_a.paul.pk}",
        unit_a.consultation.pk,
        unit_a.doctor.pk,
    )
    sent = {**typed, "day": f"{fields['day'].value()}", "time": f"{fields['time'].value():%H:%M}", "next": second.pk}
    done = browser.post(browser.url("book"), sent)

    assert done.status_code == 302
    assert done.url.startswith("/triage?")
    assert f"at={second.pk}" in done.url
    back = browser.get(done.url)
    assert [line.request for line in back.context["queue"].lines] == [second]
    assert "DURAND Paul (004217)" in back.text
    first.refresh_from_db()
    assert first.status == RequestStatus.PLANNED
    stale = browser.post(browser.url("book"), sent)
    assert stale.status_code == 422
    assert "Somebody else changed this request" in stale.text
    assert Appointment.objects.count() == 1

    browser.post(browser.url("request_reopen", first.pk), {"revision": first.revision})
    first.refresh_from_db()
    assert first.status == RequestStatus.OPEN
    assert Appointment.objects.get().status == Status.CANCELLED


def test_request_that_nobody_can_book_says_so(unit_a: Unit, alice: User, bob: User, at_door) -> None:
    RequestFactory(detainee=unit_a.paul, discipline="psychiatry")

    assert "You do not book in this discipline." in at_door(alice).get("/triage").text
    assert "You do not book in this discipline." not in at_door(bob).get("/triage").text


def test_appointment_that_the_person_has_is_taken_as_the_answer(unit_a: Unit, alice: User, bob: User, at_door) -> None:
    browser, day = at_door(alice), workday(1)
    booked = appointment(
        unit_a.paul, open_session(unit_a.doctor, day), unit_a.consultation, local(unit_a.establishment, day, 9, 30)
    )
    hidden = appointment(
        unit_a.paul, open_session(unit_a.psychiatrist, day), unit_a.psychiatry, local(unit_a.establishment, day, 11)
    )
    asked = RequestFactory(detainee=unit_a.paul, kind=unit_a.consultation)

    assert "This appointment answers it" in browser.get(browser.url("triage")).text
    for_bob = RequestFactory(detainee=unit_a.paul, discipline="")
    answer = at_door(bob).post(browser.url("request_take", for_bob.pk), {"revision": 1, "appointment": booked.pk})
    assert answer.status_code == 404
    browser.post(browser.url("request_take", asked.pk), {"revision": 1, "appointment": booked.pk})

    asked.refresh_from_db()
    assert asked.appointment == booked
    assert hidden.requests.count() == 0


def test_requests_of_people_who_left_are_closed_in_one_go(unit_a: Unit, alice: User, at_door) -> None:
    browser = at_door(alice)
    gone = DetaineeFactory(establishment=unit_a.establishment, building=None, cell="", released_on=paris_day())
    RequestFactory(detainee=gone)

    assert "Close the requests of those ticked" in browser.get(browser.url("triage"), {"show": "left"}).text
    done = browser.post(browser.url("triage_left"), {"person": [f"{gone.pk}", "x"]}, follow=True)

    assert "1 request closed." in done.text
    assert Request.objects.get().closing == "left"
