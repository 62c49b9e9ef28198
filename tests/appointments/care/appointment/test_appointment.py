"""The care door's day: what a nurse sees, books, moves and cancels in the browser."""

from __future__ import annotations

from uuid import uuid4

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from access.models import User
from appointments.models import Appointment, Movement
from appointments.models.enums.appointment import CancelReason, Status
from tests.conftest import Unit
from tests.factories import DetaineeFactory, appointment, local, open_session, workday


def book(browser, unit: Unit, who=None, /, *, hour: int = 9, minute: int = 10, **changes):
    data = {
        "q": "",
        "person": str(who.pk) if who else "",
        "kind": unit.consultation.pk,
        "minutes": "",
        "agenda": unit.doctor.pk,
        "day": workday(1).isoformat(),
        "time": f"{hour:02d}:{minute:02d}",
    }
    return browser.post(browser.url("book"), data | changes)


def test_day_shows_sessions_appointments_and_free_slots(unit_a: Unit, alice: User, at_door) -> None:
    day = workday(1)
    session = open_session(unit_a.doctor, day)
    appointment(unit_a.paul, session, unit_a.consultation, local(unit_a.establishment, day, 9, 10))
    browser = at_door(alice)

    page = browser.get(browser.url("day", day.isoformat()))

    text = page.content.decode()
    assert page.status_code == 200
    assert "DURAND Paul" in text
    assert 'aria-label="Book 09:30 Dr Leroy"' in text
    assert 'aria-label="Book 09:10 Dr Leroy"' not in text
    assert page.context["listed"].closed_agendas == [unit_a.psychiatrist]


def test_agenda_that_one_only_sees_offers_no_slot(unit_a: Unit, alice: User, at_door) -> None:
    open_session(unit_a.psychiatrist, workday(1))
    browser = at_door(alice)

    page = browser.get(browser.url("day", workday(1).isoformat()))

    assert "Dr Bob" in page.content.decode()
    assert page.context["listed"].free == 0


@pytest.mark.parametrize("people", [3, 60])
def test_day_takes_the_same_queries_for_any_number_of_appointments(
    unit_a: Unit, alice: User, at_door, people: int
) -> None:
    day = workday(1)
    session = open_session(unit_a.doctor, day, 8, 19, slot_minutes=10)
    for n in range(people):
        person = DetaineeFactory(establishment=unit_a.establishment, building=unit_a.building)
        start = local(unit_a.establishment, day, 8 + (30 + n * 10) // 60, (30 + n * 10) % 60)
        appointment(person, session, unit_a.consultation, start, minutes=10)
    browser = at_door(alice)

    with CaptureQueriesContext(connection) as queries:
        assert browser.get(browser.url("day", day.isoformat())).status_code == 200

    assert len(queries) == pytest.approx(27, abs=4)


@pytest.mark.parametrize("text", ["2026-13-45", "2026-W01-1", "0000-00-00", "99999-01-01", "tomorrow", "1999-01-01"])
def test_day_that_is_no_day_is_answered_with_a_sentence(unit_a: Unit, alice: User, at_door, text: str) -> None:
    browser = at_door(alice)

    assert browser.get(browser.url("day", text)).status_code == 404
    assert browser.get(browser.url("day_jump"), {"date": text}).status_code == 400


def test_booking_by_words_typed_highlights_it_and_can_be_undone(unit_a: Unit, alice: User, at_door) -> None:
    open_session(unit_a.doctor, workday(1))
    browser = at_door(alice)

    answer = book(browser, unit_a, q="durand")
    made = Appointment.objects.get()
    page = browser.get(answer.url)

    assert answer.status_code == 302
    assert made.detainee == unit_a.paul
    assert "card-changed" in page.content.decode()
    assert "Undo" in page.content.decode()

    browser.post(browser.url("appointment_undo", made.pk), {"revision": 1})
    made.refresh_from_db()
    assert (made.status, made.cancel_reason) == (Status.CANCELLED, CancelReason.MISTAKE)
    assert Movement.objects.count() == 0


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"q": "nobody like that", "person": ""}, "Nobody present matches"),
        ({"q": "", "person": ""}, "Say who is to be seen"),
        ({"person": str(uuid4())}, "not registered here"),
        ({"person": "not a key"}, "valid UUID"),
        ({"time": "13:00"}, "is not open for this whole time"),
        ({"day": "2020-01-02"}, "This time is past"),
        ({"day": "31/31/2026"}, "valid date"),
        ({"agenda": "999999"}, "Select a valid choice"),
        ({"kind": "abc"}, "Select a valid choice"),
        ({"minutes": "4"}, "greater than or equal to 5"),
    ],
)
def test_booking_refused_says_why_and_keeps_what_was_typed(unit_a: Unit, alice: User, at_door, changes, words) -> None:
    open_session(unit_a.doctor, workday(1))
    browser = at_door(alice)

    answer = book(browser, unit_a, unit_a.paul, **{"minutes": "25"} | changes)

    assert answer.status_code == 422
    assert words in answer.content.decode()
    assert Appointment.objects.count() == 0
    if "minutes" not in changes:
        assert 'value="25"' in answer.content.decode()


def test_taken_slot_is_refused_with_the_next_free_ones(unit_a: Unit, alice: User, at_door) -> None:
    day = workday(1)
    session = open_session(unit_a.doctor, day)
    appointment(unit_a.karim, session, unit_a.consultation, local(unit_a.establishment, day, 9, 10))
    browser = at_door(alice)

    answer = book(browser, unit_a, unit_a.paul)

    assert answer.status_code == 422
    assert "has just been taken" in answer.content.decode()
    assert len(answer.context["proposals"]) == 5

    chosen = answer.context["proposals"][0]["value"]
    assert book(browser, unit_a, unit_a.paul, slot=chosen).status_code == 302


def test_homonyms_are_told_apart_and_never_chosen_by_chance(unit_a: Unit, alice: User, at_door) -> None:
    open_session(unit_a.doctor, workday(1))
    DetaineeFactory(establishment=unit_a.establishment, building=unit_a.building, last_name="Durand", first_name="Paul")
    browser = at_door(alice)

    answer = book(browser, unit_a, q="durand paul")

    assert answer.status_code == 422
    assert "Several people match" in answer.content.decode()
    assert answer.content.decode().count("17/05/1990") == 2


def test_slot_of_a_foreign_agenda_does_not_exist(unit_a: Unit, alice: User, chloe: User, unit_b: Unit, at_door) -> None:
    browser = at_door(chloe)

    assert browser.get(browser.url("book"), {"agenda": unit_a.doctor.pk}).status_code == 404
    assert browser.get(browser.url("book"), {"agenda": unit_b.doctor.pk, "at": "nonsense"}).status_code == 400
    assert book(browser, unit_a, unit_a.paul).status_code == 422
    assert Appointment.objects.count() == 0


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


def test_people_are_found_without_accents_by_number_and_by_cell(
    unit_a: Unit, alice: User, chloe: User, at_door
) -> None:
    DetaineeFactory(
        establishment=unit_a.establishment,
        building=unit_a.building,
        last_name="Lefèvre-Œuvrard",
        register_number="000777",
    )
    browser = at_door(alice)

    for words in ("lefevre", "OEUVRARD lefevre", "000777"):
        assert "LEFÈVRE" in browser.post(browser.url("people"), {"q": words}).content.decode()
    assert "DURAND Paul" in browser.post(browser.url("people"), {"q": "a-2-214"}).content.decode()
    assert str(unit_a.paul.pk) not in at_door(chloe).post(browser.url("people"), {"q": "durand"}).content.decode()


def test_person_page_shows_only_the_agendas_that_one_sees(unit_a: Unit, helene, bob, chloe, at_door) -> None:
    day = workday(1)
    appointment(
        unit_a.paul, open_session(unit_a.doctor, day), unit_a.consultation, local(unit_a.establishment, day, 9, 10)
    )

    page = f"/people/{unit_a.paul.pk}"
    assert "Dr Leroy" in at_door(helene).get(page).content.decode()
    assert "Dr Leroy" not in at_door(bob).get(page).content.decode()
    assert at_door(chloe).get(page).status_code == 404


def test_people_while_typing_come_as_choices_with_two_identifiers(unit_a: Unit, alice: User, at_door) -> None:
    browser = at_door(alice)

    text = browser.get(browser.url("book_people"), {"q": "dur"}, headers={"HX-Request": "true"}).content.decode()

    assert "DURAND Paul" in text
    assert "17/05/1990" in text
    assert "004217" in text
    assert "<html" not in text
