"""What a program reads: agendas, free times, appointments, people; what its account sees, and nothing else."""

from __future__ import annotations

from datetime import datetime, timedelta
from urllib.parse import quote
from uuid import uuid4

import pytest
import time_machine

from access.models import AuditEntry, User
from access.policy import give
from appointments import booking
from appointments.models import Appointment, CareUnit, ConsultationSession, EmergencyAccess
from appointments.models.enums.appointment import CancelReason, Status
from appointments.registry.joining import digest, join, preferred
from tests.appointments.care.fhir.programs import Program, program_of, wanted
from tests.conftest import Unit
from tests.factories import (
    AgendaFactory,
    DetaineeFactory,
    KindFactory,
    appointment,
    away,
    local,
    open_session,
    shared_session,
    unit_of,
    workday,
)


@pytest.fixture
def session(unit_a: Unit) -> ConsultationSession:
    return open_session(unit_a.doctor, workday(2))


@pytest.fixture
def booked(unit_a: Unit, session: ConsultationSession) -> Appointment:
    place = unit_a.establishment
    return appointment(unit_a.paul, session, unit_a.consultation, local(place, workday(2), 9, 30))


@pytest.fixture
def program(unit_a: Unit, alice: User) -> Program:
    return program_of(alice, unit_a.establishment)


def test_statement_says_what_can_be_asked_before_anybody_has_a_token(unit_a: Unit) -> None:
    told = Program(None).get("metadata")

    assert (told.status, told.resource["fhirVersion"]) == (200, "4.0.1")
    kinds = {each["type"]: each for each in told.resource["rest"][0]["resource"]}
    assert set(kinds) == {"Schedule", "Practitioner", "Slot", "Appointment", "Patient"}
    assert [each["name"] for each in kinds["Appointment"]["operation"]] == ["find", "book"]


def test_statement_names_each_parameter_that_a_search_takes(unit_a: Unit, program: Program) -> None:
    for kind in program.get("metadata").resource["rest"][0]["resource"]:
        for param in kind.get("searchParam", []):
            refused = program.get(f"{kind['type']}?{param['name']}=x-y")
            assert "is not searched by here" not in str(refused.resource), (kind["type"], param)


def test_agendas_in_view_are_schedules_with_what_is_done_there(unit_a: Unit, program: Program) -> None:
    found = program.get("Schedule")

    assert found.ids == [str(unit_a.doctor.pk), str(unit_a.psychiatrist.pk)]
    first = program.get(f"Schedule/{unit_a.doctor.pk}").resource
    assert first == found.entries[0]
    assert first["actor"] == [{"reference": f"Practitioner/{unit_a.doctor.pk}", "display": "Dr Leroy"}]
    assert [each["coding"][0]["code"] for each in first["serviceType"]] == [str(unit_a.consultation.pk)]
    assert program.get(f"Practitioner/{unit_a.doctor.pk}").resource["name"] == [{"text": "Dr Leroy"}]
    for query, agendas in {
        f"actor=Practitioner/{unit_a.psychiatrist.pk}": [unit_a.psychiatrist],
        f"_id={unit_a.doctor.pk},999": [unit_a.doctor],
        "specialty=psychiatry": [unit_a.psychiatrist],
        f"service-type=urn:x-carehub:kind|{unit_a.consultation.pk}": [unit_a.doctor],
        "service-type=urn:x-other|1": [],
        "active=false": [],
    }.items():
        assert program.get(f"Schedule?{query}").ids == [str(each.pk) for each in agendas], query


def test_free_times_are_those_of_the_pages(unit_a: Unit, session, booked, program: Program) -> None:
    day = workday(2)
    away(unit_a.doctor, local(unit_a.establishment, day, 11), local(unit_a.establishment, day, 12))

    found = program.get(f"Slot?schedule=Schedule/{unit_a.doctor.pk}&start=ge{day}&start=lt{day + timedelta(days=1)}")

    zone = unit_a.establishment.zone
    starts = [f"{datetime.fromisoformat(each['start']).astimezone(zone):%H:%M}" for each in found.entries]
    assert starts == ["08:30", "08:50", "09:10", "09:50", "10:10", "10:30"]
    assert {each["status"] for each in found.entries} == {"free"}
    assert program.get(f"Slot/{found.ids[0]}").resource == found.entries[0]
    by_kind = program.get(f"Slot?service-type={unit_a.psychiatry.pk}&start={day}")
    assert by_kind.entries == []
    taken = program.get(f"Appointment/{booked.pk}").resource["slot"][0]["reference"]
    assert program.get(taken).resource["status"] == "busy"


def test_shared_time_gives_one_slot_while_places_are_left(unit_a: Unit, program: Program) -> None:
    shared_session(unit_a.doctor, workday(3), capacity=2)

    found = program.get(f"Slot?start={workday(3)}")

    assert len(found.entries) == 1
    assert program.get(f"Slot/{found.ids[0]}").resource["status"] == "free"


def test_time_that_calls_nobody_is_not_offered(unit_a: Unit, program: Program) -> None:
    # Nobody can be called before 08:30.
    open_session(unit_a.doctor, workday(4), 7, 9, start_minute=50)

    found = program.get(f"Slot?start={workday(4)}")

    assert [each["start"][14:16] for each in found.entries] == ["30"]


def test_appointment_is_told_with_person_practitioner_and_version(unit_a: Unit, booked, program: Program) -> None:
    told = program.get(f"Appointment/{booked.pk}")

    assert told.resource["status"] == "booked"
    person, practitioner = (each["actor"] for each in told.resource["participant"])
    assert person["reference"] == f"Patient/{unit_a.paul.pk}"
    assert person["identifier"]["value"] == "004217"
    assert practitioner["reference"] == f"Practitioner/{unit_a.doctor.pk}"
    assert (told.headers["ETag"], told.resource["meta"]["versionId"]) == ('W/"1"', "1")
    assert told.headers["Last-Modified"].endswith("GMT")
    assert program.get(f"Appointment/{booked.pk}", If_None_Match='W/"1"').status == 304
    assert program.ask("HEAD", f"Appointment/{booked.pk}").status == 200
    line = AuditEntry.objects.filter(target_id=str(booked.pk)).latest("pk")
    assert (line.verb, line.username, line.door) == ("read", "alice", "care")


@pytest.mark.parametrize("status", list(Status))
def test_every_state_of_an_appointment_has_its_word(unit_a: Unit, booked, program: Program, status: Status) -> None:
    fields = {
        Status.ARRIVED: {"arrived_at": booked.starts_at},
        Status.IN_CONSULTATION: {"started_at": booked.starts_at},
        Status.NOT_COME: {"not_come_reason": "SANS_MOTIF"},
    }.get(status, {})
    if status == Status.CANCELLED:
        fields = {"cancel_reason": CancelReason.UNIT_POSTPONED, "movement": None}
    with time_machine.travel(booked.starts_at + timedelta(minutes=5), tick=False):
        Appointment.objects.filter(pk=booked.pk).update(status=status, **fields)

    told = program.get(f"Appointment/{booked.pk}").resource

    assert program.get(f"Appointment?status={told['status']}").ids == [str(booked.pk)]
    assert ("cancelationReason" in told) == (status == Status.CANCELLED)


def test_appointments_are_searched_by_day_person_practitioner_and_state(unit_a: Unit, booked, program: Program) -> None:
    day, next_day = workday(2), workday(3)
    at = booked.starts_at.isoformat()
    found = {
        f"date={day}": True,
        f"date=ge{day}&date=le{day}": True,
        f"date=gt{day}": False,
        f"date=lt{day}": False,
        f"date=eb{next_day}": True,
        f"date=sa{day - timedelta(days=1)}": True,
        f"date={day:%Y}": True,
        f"date={day:%Y-%m}": True,
        f"date={quote(at)}": True,
        f"date=ge{at}": True,  # with a + that nobody quoted
        "date=ge0001-01-01": True,
        "date=le9999-12-31": True,
        "date=ge9999-12-31": False,
        "date=le0001-01-01": False,
        f"patient=Patient/{unit_a.paul.pk}": True,
        f"patient={unit_a.karim.pk}": False,
        f"actor=Patient/{unit_a.paul.pk}": True,
        f"actor=http://testserver/fhir/Practitioner/{unit_a.doctor.pk}": True,
        f"actor=Schedule/{unit_a.psychiatrist.pk}": False,
        f"practitioner={unit_a.doctor.pk}": True,
        "status=booked,arrived": True,
        "status=cancelled": False,
        "status=no-such": False,
        f"service-type={unit_a.consultation.pk}": True,
        f"_id={booked.pk}": True,
        f"_id={uuid4()},{booked.pk}": True,
        "_id=x": False,
    }

    got = {query: program.get(f"Appointment?{query}").ids == [str(booked.pk)] for query in found}

    assert got == found


def test_pages_follow_each_other_and_none_is_lost_or_doubled(unit_a: Unit, session, program: Program) -> None:
    place, day = unit_a.establishment, workday(2)
    made = [
        appointment(person, session, unit_a.consultation, local(place, day, 9, minute))
        for person, minute in ((unit_a.paul, 0), (unit_a.karim, 20), (unit_a.paul, 40))
    ]

    seen, path = [], f"Appointment?date={day}&_count=1"
    while path:
        page = program.get(path)
        seen += page.ids
        path = page.link("next")

    assert seen == [str(each.pk) for each in made]
    slots, path = [], f"Slot?start={day}&_count=2"
    while path:
        page = program.get(path)
        slots += page.ids
        path = page.link("next")
    assert slots == program.get(f"Slot?start={day}&_count=100").ids
    schedules = program.get("Schedule?_count=1")
    assert program.get(schedules.link("next")).ids == [str(unit_a.psychiatrist.pk)]


def test_person_is_found_by_number_and_told_without_where_they_are_held(unit_a: Unit, program: Program) -> None:
    for path in (
        "Patient?identifier=urn:x-carehub:register-number|004217",
        "Patient?identifier=004217",
        f"Patient?_id={unit_a.paul.pk}",
    ):
        assert program.get(path).ids == [str(unit_a.paul.pk)]
    form = program.ask("POST", "Patient/_search", "identifier=004217", kind="application/x-www-form-urlencoded")
    assert (form.ids, form.link("self")) == ([str(unit_a.paul.pk)], "http://testserver/fhir/Patient")
    told = program.get(f"Patient/{unit_a.paul.pk}").resource
    assert told["name"] == [{"use": "official", "family": "Durand", "given": ["Paul"]}]
    assert told["birthDate"] == "1990-05-17"
    assert "A-2-214" not in str(told)
    assert program.get("Patient?identifier=urn:x-other|004217").ids == []
    for nobody in ("Patient", "Patient?identifier=004217,012345", "Patient?_id=x&identifier=y"):
        assert program.get(nobody).status == 400
    assert AuditEntry.objects.filter(verb="search", target_id=str(unit_a.paul.pk)).exists()


def test_joined_record_says_which_one_it_went_into(unit_a: Unit, alice: User, program: Program) -> None:
    place = {"establishment": unit_a.establishment, "building": unit_a.building, "last_name": "Doublet"}
    joined, survivor = preferred(DetaineeFactory(**place), DetaineeFactory(**place))
    join(by=alice, joined=joined, survivor=survivor, seen=digest([]))

    gone = program.get(f"Patient/{joined.pk}")

    assert (gone.status, str(survivor.pk) in gone.said) == (410, True)
    assert program.get(f"Patient?identifier={joined.register_number}").ids == []


def test_foreign_rows_are_answered_like_none_at_all(unit_a: Unit, unit_b: Unit, bob: User, chloe: User, booked) -> None:
    """Bob sees the psychiatrist's agenda alone; Chloé is of another house."""
    slot = slot_of(unit_a)
    for user, unit in ((bob, unit_a), (chloe, unit_b)):
        program = program_of(user, unit.establishment)
        for path in (
            f"Appointment/{booked.pk}",
            f"Schedule/{unit_a.doctor.pk}",
            f"Practitioner/{unit_a.doctor.pk}",
            f"Slot/{slot}",
        ):
            none = path.rpartition("/")[0] + "/" + (str(uuid4()) if "Appointment" in path else "999999")
            foreign, nothing = program.get(path), program.get(none)
            assert (foreign.status, foreign.resource) == (404, nothing.resource), path
        for path in (
            f"Appointment?_id={booked.pk}",
            f"Appointment?patient={unit_a.paul.pk}",
            f"Appointment?actor=Practitioner/{unit_a.doctor.pk}",
            f"Slot?schedule={unit_a.doctor.pk}",
            f"Schedule?_id={unit_a.doctor.pk}",
        ):
            assert program.get(path).entries == [], path
    elsewhere = program_of(chloe, unit_b.establishment)
    assert elsewhere.get(f"Patient/{unit_a.paul.pk}").status == 404
    of_b = elsewhere.get("Patient?identifier=004217")
    assert of_b.ids == [str(unit_b.paul.pk)]


def test_other_unit_of_the_house_is_not_there(unit_a: Unit, alice: User, helene: User) -> None:
    """Neither for a secretary of one unit nor for the head who was named to the other."""
    place = unit_a.establishment
    other = CareUnit.objects.create(establishment=place, name="SMPR")
    agenda = AgendaFactory(establishment=place, unit=other, name="Dr Autre", discipline="psychiatry")
    kind = KindFactory(establishment=place, unit=other, name="Entretien SMPR", discipline="psychiatry")
    row = appointment(unit_a.paul, open_session(agenda, workday(2)), kind, local(place, workday(2), 9))
    give(helene, "head_unit", unit_of(place))

    for user in (alice, helene):
        program = program_of(user, place)
        assert str(agenda.pk) not in program.get("Schedule").ids
        assert program.get(f"Appointment/{row.pk}").status == 404
        assert program.get(f"Appointment?patient={unit_a.paul.pk}").ids == []
        assert program.get(f"Slot?start={workday(2)}").ids == []
        assert program.get(f"Appointment/$find?service-type={kind.pk}").status == 404
        said = wanted(unit_a.paul, kind, agenda=agenda, start=local(place, workday(2), 10).isoformat())
        assert program.post("Appointment/$book", said).status == 404


def slot_of(unit: Unit) -> str:
    return f"{unit.doctor.pk}.{local(unit.establishment, workday(2), 9, 30):%Y%m%dT%H%MZ}.20"


def test_emergency_access_opens_nothing_to_a_program(unit_a: Unit, bob: User, booked) -> None:
    program = program_of(bob, unit_a.establishment)
    EmergencyAccess.objects.create(
        establishment=unit_a.establishment, user=bob, agenda=unit_a.doctor, reason="Fell in the yard, alone here"
    )

    assert program.get(f"Appointment/{booked.pk}").status == 404
    assert program.get(f"Schedule/{unit_a.doctor.pk}").status == 404


def test_constant_queries_whatever_is_found(
    unit_a: Unit, session, program: Program, django_assert_max_num_queries
) -> None:
    place = unit_a.establishment
    for hour in (9, 10, 11):
        appointment(unit_a.paul, session, unit_a.consultation, local(place, workday(2), hour))
    program.get("Appointment")

    for path in ("Appointment", f"Slot?start={workday(2)}", "Schedule", "Patient?identifier=004217"):
        with django_assert_max_num_queries(16):
            program.get(path)


def test_change_made_elsewhere_has_another_version(unit_a: Unit, alice: User, booked, program: Program) -> None:
    before = program.get(f"Appointment/{booked.pk}")

    booking.move(
        by=alice, appointment=booked, revision=1, agenda=unit_a.doctor, starts_at=booked.starts_at + timedelta(hours=1)
    )

    after = program.get(f"Appointment/{booked.pk}", If_None_Match=before.headers["ETag"])
    assert (after.status, after.headers["ETag"]) == (200, 'W/"2"')
    assert after.resource["meta"]["lastUpdated"] >= before.resource["meta"]["lastUpdated"]
