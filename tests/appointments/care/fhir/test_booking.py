"""What a program books and cancels: by the rules of the pages, once, and with other times where one is taken."""

from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier
from typing import Any

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.utils import timezone

from access.models import AuditEntry, InterfaceSending, User
from access.policy import give
from appointments.models import Appointment, ConsultationSession, Movement
from appointments.models.enums.appointment import CancelReason, Status
from tests.appointments.care.fhir.programs import Program, opened, parameters, program_of, wanted
from tests.conftest import Unit
from tests.crowd import one_crowd_at_a_time
from tests.doors import through
from tests.factories import (
    AgendaFactory,
    DetaineeFactory,
    appointment,
    away,
    local,
    open_session,
    shared_session,
    workday,
)

BOOK = "Appointment/$book"
PATCH = "application/json-patch+json"


@pytest.fixture
def session(unit_a: Unit) -> ConsultationSession:
    return open_session(unit_a.doctor, workday(2))


@pytest.fixture
def program(unit_a: Unit, alice: User, session: ConsultationSession) -> Program:
    return program_of(alice, unit_a.establishment)


def at(unit: Unit, hour: int, minute: int = 0, days: int = 2) -> str:
    return local(unit.establishment, workday(days), hour, minute).isoformat()


def found(program: Program, unit: Unit, **more: Any) -> list[dict[str, Any]]:
    return program.post("Appointment/$find", parameters(service_type=str(unit.consultation.pk), **more)).entries


def test_find_proposes_what_the_page_proposes_and_book_takes_it_as_it_is(unit_a: Unit, program: Program) -> None:
    first = found(program, unit_a)[0]
    assert (first["status"], "id" in first) == ("proposed", False)
    assert program.get(f"Appointment/$find?service-type={unit_a.consultation.pk}").entries[0]["start"] == first["start"]
    person = {"actor": {"reference": f"Patient/{unit_a.paul.pk}"}, "status": "accepted"}
    first["participant"].append(person)

    made = program.post(BOOK, parameters(appt_resource=first))

    assert (made.status, made.resource["status"], made.headers["ETag"]) == (201, "booked", 'W/"1"')
    assert made.headers["Location"] == f"http://testserver/fhir/Appointment/{made.resource['id']}"
    row = Appointment.objects.get(pk=made.resource["id"])
    assert (row.detainee, row.agenda, row.booked_by.username) == (unit_a.paul, unit_a.doctor, "alice")
    assert row.ends_at - row.starts_at == unit_a.consultation.length
    assert Movement.objects.filter(pk=row.movement_id).exists()
    assert AuditEntry.objects.filter(verb="book", username="alice", target_id=str(row.pk), door="care").count() == 1
    assert first["start"] not in [each["start"] for each in found(program, unit_a)]


def test_find_keeps_to_the_time_the_practitioner_and_the_person_asked_for(
    unit_a: Unit, alice: User, program: Program
) -> None:
    other = AgendaFactory(establishment=unit_a.establishment, name="Dr Aubry", position=3)
    for right in ("view_agenda", "book_agenda"):
        give(alice, right, other)
    open_session(other, workday(3))
    appointment(
        unit_a.paul,
        open_session(unit_a.psychiatrist, workday(3)),
        unit_a.psychiatry,
        local(unit_a.establishment, workday(3), 8, 30),
        minutes=30,
    )

    def days(**more: Any) -> set[str]:
        return {each["participant"][0]["actor"]["display"] for each in found(program, unit_a, **more)}

    assert days() == {"Dr Leroy", "Dr Aubry"}
    assert days(practitioner=f"Practitioner/{other.pk}") == {"Dr Aubry"}
    assert days(schedule=f"Schedule/{unit_a.doctor.pk}") == {"Dr Leroy"}
    assert days(start=at(unit_a, 0, days=3)) == {"Dr Aubry"}
    assert days(end=at(unit_a, 0, days=3)) == {"Dr Leroy"}
    assert days(start=at(unit_a, 12, days=3), end=at(unit_a, 13, days=3)) == set()
    anybody = found(program, unit_a, start=at(unit_a, 8, days=3))
    for_paul = found(program, unit_a, start=at(unit_a, 8, days=3), patient=f"Patient/{unit_a.paul.pk}")
    assert anybody[0]["start"] < for_paul[0]["start"]
    by_number = found(program, unit_a, start=at(unit_a, 8, days=3), patient="urn:x-carehub:register-number|004217")
    assert by_number == for_paul
    longer = found(program, unit_a, length=60)[0]
    assert longer["minutesDuration"] == 60


def test_when_somebody_is_free_is_not_told_to_who_may_not_book(unit_a: Unit, alice: User, session) -> None:
    program = program_of(alice, unit_a.establishment, "system/Slot.rs")
    asked = parameters(service_type=str(unit_a.consultation.pk), patient=f"Patient/{unit_a.paul.pk}")

    assert program.post("Appointment/$find", asked).status == 403
    assert len(found(program, unit_a)) > 0


def test_taken_time_answers_409_with_the_next_ones(unit_a: Unit, program: Program, session) -> None:
    first = wanted(unit_a.paul, unit_a.consultation, agenda=unit_a.doctor, start=at(unit_a, 9, 30))
    assert program.post(BOOK, first).status == 201

    refused = program.post(
        BOOK, wanted(unit_a.karim, unit_a.consultation, agenda=unit_a.doctor, start=at(unit_a, 9, 30))
    )

    assert (refused.status, refused.resource["issue"][0]["code"]) == (409, "conflict")
    free = refused.resource["contained"]
    assert {each["resourceType"] for each in free} == {"Slot"}
    told = [each["valueReference"]["reference"] for each in refused.resource["issue"][0]["extension"]]
    assert told == [f"#{each['id']}" for each in free]
    assert Appointment.objects.count() == 1
    assert not InterfaceSending.objects.exclude(made__in=[str(Appointment.objects.get().pk)]).exists()
    again = wanted(unit_a.karim, unit_a.consultation, slot=[{"reference": f"Slot/{free[0]['id']}"}])
    assert program.post(BOOK, again).status == 201


@pytest.mark.parametrize("reason", ["closed", "away", "past", "person", "full"])
def test_time_that_cannot_be_had_answers_409(unit_a: Unit, program: Program, session, reason: str) -> None:
    place = unit_a.establishment
    open_session(unit_a.doctor, workday(5))
    start = at(unit_a, 9, 30)
    if reason == "closed":
        start = at(unit_a, 13)
    elif reason == "away":
        away(unit_a.doctor, local(place, workday(2), 9), local(place, workday(2), 10))
    elif reason == "past":
        start = at(unit_a, 9, 30, days=-2)
    elif reason == "person":
        other = open_session(unit_a.psychiatrist, workday(2))
        appointment(unit_a.paul, other, unit_a.psychiatry, local(place, workday(2), 9, 30), minutes=30)
    else:
        group = shared_session(unit_a.doctor, workday(2), capacity=1)
        appointment(unit_a.karim, group, unit_a.consultation, local(place, workday(2), 14))
        start = at(unit_a, 14)

    refused = program.post(BOOK, wanted(unit_a.paul, unit_a.consultation, agenda=unit_a.doctor, start=start))

    assert (refused.status, len(refused.resource["contained"]) > 0) == (409, True), refused.said


def test_what_could_be_at_no_time_answers_422(unit_a: Unit, program: Program, session) -> None:
    gone = DetaineeFactory(
        establishment=unit_a.establishment, building=None, cell="", released_on=workday(-1), last_name="Parti"
    )
    said = {"agenda": unit_a.doctor, "start": at(unit_a, 9, 30)}

    for refused in (
        program.post(BOOK, wanted(gone, unit_a.consultation, **said)),
        program.post(BOOK, wanted(unit_a.paul, unit_a.psychiatry, **said)),
        program.post(BOOK, wanted(unit_a.paul, unit_a.consultation, start=at(unit_a, 9, 30))),
        program.post(BOOK, wanted(unit_a.paul, unit_a.consultation, agenda=unit_a.doctor)),
        program.post(BOOK, {**wanted(unit_a.paul, unit_a.consultation, **said), "status": "cancelled"}),
        program.post(BOOK, {**wanted(unit_a.paul, unit_a.consultation, **said), "minutesDuration": 241}),
        program.post(BOOK, {**wanted(unit_a.paul, unit_a.consultation, **said), "minutesDuration": 0}),
        program.post(BOOK, {**wanted(unit_a.paul, unit_a.consultation, **said), "end": at(unit_a, 9)}),
        program.post(BOOK, {**wanted(unit_a.paul, unit_a.consultation, **said), "slot": [{"reference": "Slot/x"}]}),
    ):
        assert (refused.status, "contained" in refused.resource) == (422, False), refused.said
    assert Appointment.objects.count() == 0


def test_agenda_that_is_only_seen_or_not_even_that_is_not_booked(unit_a: Unit, unit_b: Unit, program: Program) -> None:
    for agenda, kind in ((unit_a.psychiatrist, unit_a.psychiatry), (unit_b.doctor, unit_a.consultation)):
        open_session(agenda, workday(4))
        said = wanted(unit_a.paul, kind, agenda=agenda, start=at(unit_a, 9, 30, days=4))
        assert program.post(BOOK, said).status == 404
    foreign = wanted(unit_b.paul, unit_a.consultation, agenda=unit_a.doctor, start=at(unit_a, 9, 30))
    assert program.post(BOOK, foreign).status == 404
    foreign = wanted(unit_a.paul, unit_b.consultation, agenda=unit_a.doctor, start=at(unit_a, 9, 30))
    assert program.post(BOOK, foreign).status == 404
    assert Appointment.objects.count() == 0


def test_person_is_named_by_the_register_number_too(unit_a: Unit, program: Program) -> None:
    said = wanted(unit_a.paul, unit_a.consultation, agenda=unit_a.doctor, start=at(unit_a, 9, 30))
    said["participant"][0]["actor"] = {"identifier": {"system": "urn:x-carehub:register-number", "value": "012345"}}

    made = program.post(BOOK, said)

    assert made.resource["participant"][0]["actor"]["reference"] == f"Patient/{unit_a.karim.pk}"


def test_shared_time_is_booked_by_its_slot_whatever_its_length(unit_a: Unit, program: Program) -> None:
    shared_session(unit_a.doctor, workday(3), mode="group", capacity=4)
    proposed = found(program, unit_a, start=at(unit_a, 12, days=3))[0]
    person = {"actor": {"reference": f"Patient/{unit_a.paul.pk}"}, "status": "accepted"}

    made = program.post(BOOK, {**proposed, "participant": [*proposed["participant"], person]})

    assert (made.status, made.resource["minutesDuration"]) == (201, 180)


def test_sending_again_is_answered_with_what_was_done(unit_a: Unit, alice: User, program: Program) -> None:
    said = wanted(unit_a.paul, unit_a.consultation, agenda=unit_a.doctor, start=at(unit_a, 9, 30))
    first = program.post(BOOK, said)

    again = program.post(BOOK, said)
    with_word = program.post(BOOK, said, Idempotency_Key="a-word")
    other = program_of(alice, unit_a.establishment).post(BOOK, said)

    assert (first.status, again.status, again.resource) == (201, 200, first.resource)
    assert (with_word.status, other.status) == (409, 409)
    assert Appointment.objects.count() == 1
    # Cancelled since, it may be booked again.
    assert cancelled(program, first).status == 200
    anew = program.post(BOOK, said)
    assert (anew.status, anew.resource["id"] != first.resource["id"]) == (201, True)


def test_word_of_its_own_is_answered_for_a_day_and_means_one_thing(unit_a: Unit, program: Program) -> None:
    said = wanted(unit_a.paul, unit_a.consultation, agenda=unit_a.doctor, start=at(unit_a, 9, 30))
    first = program.post(BOOK, said, Idempotency_Key="7d3c")
    assert first.status == 201
    InterfaceSending.objects.update(at=timezone.now() - timedelta(hours=20))

    again = program.post(BOOK, said, Idempotency_Key="7d3c")
    other = program.post(BOOK, {**said, "minutesDuration": 40}, Idempotency_Key="7d3c")

    assert (again.status, again.resource["id"]) == (200, first.resource["id"])
    assert other.status == 422
    InterfaceSending.objects.update(at=timezone.now() - timedelta(hours=25))
    assert program.post(BOOK, said, Idempotency_Key="7d3c").status == 409


def cancelled(program: Program, made: Any, reason: str = "ERREUR", **headers: str) -> Any:
    steps = [
        {"op": "replace", "path": "/status", "value": "cancelled"},
        {"op": "add", "path": "/cancelationReason", "value": {"coding": [{"code": reason}]}},
    ]
    said = {"If_Match": made.headers["ETag"], **headers}
    return program.ask("PATCH", f"Appointment/{made.resource['id']}", json.dumps(steps), kind=PATCH, **said)


@pytest.fixture
def made(unit_a: Unit, program: Program) -> Any:
    return program.post(BOOK, wanted(unit_a.paul, unit_a.consultation, agenda=unit_a.doctor, start=at(unit_a, 9, 30)))


@pytest.mark.parametrize("reason", CancelReason.values)
def test_appointment_is_cancelled_for_a_reason_of_the_closed_list(program: Program, made: Any, reason: str) -> None:
    done = cancelled(program, made, reason)

    assert (done.status, done.resource["status"], done.headers["ETag"]) == (200, "cancelled", 'W/"2"')
    assert done.resource["cancelationReason"]["coding"][0]["code"] == reason
    row = Appointment.objects.get()
    assert (row.status, row.cancel_reason, row.movement) == (Status.CANCELLED, reason, None)
    # Said again, with whatever version: it is as was asked.
    assert cancelled(program, made, reason).status == 200
    assert Appointment.objects.get().revision == 2


def test_appointment_is_cancelled_by_the_whole_resource_too(program: Program, made: Any) -> None:
    path, tag = f"Appointment/{made.resource['id']}", made.headers["ETag"]
    whole = {**made.resource, "status": "cancelled", "cancelationReason": {"coding": [{"code": "US_ABS"}]}}

    def put(resource: Any, **headers: str) -> int:
        return program.ask("PUT", path, json.dumps(resource), **headers).status

    assert put({**whole, "start": "2030-01-01T08:00:00Z"}, If_Match=tag) == 422
    assert put({**whole, "id": "x"}, If_Match=tag) == 400
    assert put({**whole, "cancelationReason": {"coding": [{"code": "no"}]}}, If_Match=tag) == 422
    assert put(made.resource, If_Match=tag) == 422
    assert put(whole) == 428
    assert put(whole, If_Match='W/"9"') == 412
    assert put(whole, If_Match=tag) == 200


def test_nothing_else_is_changed(program: Program, made: Any) -> None:
    path, tag = f"Appointment/{made.resource['id']}", made.headers["ETag"]
    for steps in (
        [{"op": "replace", "path": "/start", "value": "2030-01-01T08:00:00Z"}],
        [{"op": "remove", "path": "/status"}],
        [{"op": "replace", "path": "/status", "value": "fulfilled"}],
        [{"op": "replace", "path": "/status", "value": "cancelled"}],
        [],
        ["x"],
        {"op": "replace"},
    ):
        refused = program.ask("PATCH", path, json.dumps(steps), kind=PATCH, If_Match=tag)
        assert refused.status == 422, steps
    strange = [{"op": "replace", "path": "/status", "value": {"a": 1}}]
    assert program.ask("PATCH", path, json.dumps(strange), kind=PATCH, If_Match=tag).status == 400
    assert program.ask("DELETE", path).status == 405
    assert Appointment.objects.get().revision == 1


def test_what_has_begun_or_is_over_is_not_cancelled(program: Program, made: Any) -> None:
    row = Appointment.objects.get()
    with time_machine.travel(row.ends_at + timedelta(hours=1), tick=False):
        over = cancelled(program, made)

    assert (over.status, Appointment.objects.get().status) == (409, Status.BOOKED)


def test_appointment_in_an_agenda_that_is_only_seen_is_not_cancelled(unit_a: Unit, program: Program) -> None:
    session = open_session(unit_a.psychiatrist, workday(3))
    appointment(unit_a.paul, session, unit_a.psychiatry, local(unit_a.establishment, workday(3), 9), minutes=30)
    read = program.get("Appointment")
    seen = program.get(f"Appointment/{read.ids[0]}")

    assert cancelled(program, seen).status == 403


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("with_word", [True, False])
def test_two_at_once_book_once(unit_a: Unit, alice: User, session: ConsultationSession, with_word: bool) -> None:
    secret = opened(alice, unit_a.establishment)
    said = wanted(unit_a.paul, unit_a.consultation, agenda=unit_a.doctor, start=at(unit_a, 9, 30))
    headers = {"Idempotency_Key": "one"} if with_word else {}

    answers = at_once([lambda: at_the_door(secret).post(BOOK, said, **headers)] * 4)

    assert sorted(each.status for each in answers) == [200, 200, 200, 201]
    assert len({each.resource["id"] for each in answers}) == 1
    assert Appointment.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_two_people_at_once_get_one_time_and_other_times(unit_a: Unit, alice: User, session) -> None:
    secret = opened(alice, unit_a.establishment)

    def booking(person: Any) -> Any:
        said = wanted(person, unit_a.consultation, agenda=unit_a.doctor, start=at(unit_a, 9, 30))
        return lambda: at_the_door(secret).post(BOOK, said)

    answers = at_once([booking(unit_a.paul), booking(unit_a.karim)])

    assert sorted(each.status for each in answers) == [201, 409]
    refused = next(each for each in answers if each.status == 409)
    assert refused.resource["contained"]
    assert Appointment.objects.count() == 1


def at_the_door(secret: str) -> Program:
    """A program in a process that is the care door's already."""
    return Program(secret, Client(raise_request_exception=False))


def at_once(asks: list[Any]) -> list[Any]:
    start = Barrier(len(asks))

    def asked(ask: Any) -> Any:
        with connection.cursor() as cursor:
            cursor.execute("SET ROLE carehub_care")
        try:
            start.wait(timeout=30)
            return ask()
        finally:
            connection.close()

    with one_crowd_at_a_time(), through("care"), ThreadPoolExecutor(len(asks)) as threads:
        return list(threads.map(asked, asks))
