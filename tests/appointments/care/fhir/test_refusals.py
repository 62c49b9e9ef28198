"""Whatever a program sends, it reads an OperationOutcome with a status that fits: never a page, never a stumble."""

from __future__ import annotations

import json
from urllib.parse import quote

import pytest

from access.attempts import forget_addresses
from access.models import User
from appointments.care.fhir import schedules
from tests.appointments.care.fhir.programs import Program, opened, program_of, wanted
from tests.conftest import Unit
from tests.doors import DoorClient
from tests.factories import appointment, local, open_session, workday
from tests.test_malformed_input import NOT_A_VALUE, RAW

NEVER_HERE = "/fhir/Appointment"


@pytest.fixture
def program(unit_a: Unit, alice: User) -> Program:
    return program_of(alice, unit_a.establishment)


@pytest.mark.parametrize("door", ["prison", "accounts"])
def test_other_doors_have_none_of_it(unit_a: Unit, alice: User, door: str) -> None:
    secret = opened(alice, unit_a.establishment)
    for path in ("/fhir/metadata", "/fhir/Schedule", NEVER_HERE, "/fhir/Appointment/$book", "/fhir/", "/interfaces/"):
        for method in ("GET", "POST"):
            answer = DoorClient(door).generic(method, path, headers={"authorization": f"Bearer {secret}"})
            nothing = DoorClient(door).generic(method, "/no-such-page")
            assert (answer.status_code, answer.headers["Content-Type"]) == (404, nothing.headers["Content-Type"]), path


METHODS = {
    "metadata": "GET",
    "Schedule": "GET",
    "Schedule/_search": "POST",
    "Schedule/1": "GET",
    "Slot": "GET",
    "Patient": "GET",
    "Appointment": "GET",
    "Appointment/x": "GET PUT PATCH",
    "Appointment/$find": "GET POST",
    "Appointment/$book": "POST",
}


@pytest.mark.parametrize("path", METHODS)
def test_method_that_an_address_does_not_take_is_refused(program: Program, path: str) -> None:
    for method in {"GET", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"} - {*METHODS[path].split()}:
        refused = program.ask(method, path)
        assert (refused.status, refused.headers["Allow"].split(", ")[0]) == (405, METHODS[path].split()[0]), method


def test_address_that_there_is_not_is_told_apart_from_none_by_no_stranger(program: Program) -> None:
    for path in ("Encounter", "Appointment/x/y", "", "Bundle?x=1", "Schedule/"):
        assert program.get(path).status == 404, path
        assert Program(None).get(path).status == 401, path


def test_other_formats_are_refused(program: Program) -> None:
    assert program.get("Schedule", Accept="application/fhir+xml").status == 406
    assert program.get("Schedule?_format=xml").status == 406
    for taken in ("application/json", "*/*", "text/html, application/fhir+json;q=0.9"):
        assert program.get("Schedule", Accept=taken).status == 200
    for taken in ("json", "application/fhir%2Bjson", "application/fhir+json"):
        assert program.get(f"Schedule?_format={taken}").status == 200
    for kind in ("text/plain", "application/xml", "application/x-www-form-urlencoded", "multipart/form-data", ""):
        assert program.ask("POST", "Appointment/$book", "{}", kind=kind).status == 415
    assert program.ask("PATCH", "Appointment/x", "[]").status in {404, 415}
    assert program.ask("POST", "Patient/_search", "{}").status == 415


BODIES = {
    "nothing": (b" ", 400),
    "half": (b'{"resourceType": "Appointment"', 400),
    "not UTF-8": (b'{"resourceType": "\xff"}', 400),
    "a list": (b"[]", 400),
    "a word": (b'"Appointment"', 400),
    "null": (b"null", 400),
    "another resource": (b'{"resourceType": "Patient"}', 400),
    "no number": (b'{"resourceType": "Appointment", "minutesDuration": NaN}', 400),
    "endless number": (b'{"resourceType": "Appointment", "minutesDuration": ' + b"9" * 5000 + b"}", 400),
    "null byte": (b'{"resourceType": "Appointment", "status": "a\\u0000"}', 400),
    "half a sign": (b'{"resourceType": "Appointment", "status": "\\ud800"}', 400),
    "deep": (b"[" * 30_000 + b"]" * 30_000, 400),
    "large": (b'{"resourceType": "Appointment", "comment": "' + b"x" * 70_000 + b'"}', 413),
    "very large": (b"x" * 7_000_000, 413),
    "empty": (b'{"resourceType": "Appointment"}', 422),
    "empty parameters": (b'{"resourceType": "Parameters"}', 400),
    "parameters without a name": (b'{"resourceType": "Parameters", "parameter": [{"valueString": "x"}]}', 400),
    "parameters of words": (b'{"resourceType": "Parameters", "parameter": ["x"]}', 400),
}


@pytest.mark.parametrize("name", BODIES)
def test_broken_or_huge_content_is_refused(program: Program, name: str) -> None:
    body, status = BODIES[name]

    for path in ("Appointment/$book", "Appointment/$find"):
        refused = program.ask("POST", path, body)
        # A search takes no Appointment.
        assert refused.status in ({status} if path.endswith("book") else {400, status}), path


STRANGE = [
    None,
    "",
    "x",
    0,
    -1,
    10**30,
    True,
    1.5,
    [],
    {},
    [[]],
    ["x"],
    [{}],
    {"reference": 1},
    {"reference": "x" * 900},
]


@pytest.mark.parametrize("name", ["status", "start", "end", "minutesDuration", "slot", "serviceType", "participant"])
def test_strange_elements_are_refused(unit_a: Unit, program: Program, name: str) -> None:
    open_session(unit_a.doctor, workday(2))
    start = local(unit_a.establishment, workday(2), 9, 30).isoformat()
    whole = wanted(unit_a.paul, unit_a.consultation, agenda=unit_a.doctor, start=start)

    for strange in STRANGE:
        answer = program.post("Appointment/$book", {**whole, name: strange})
        assert answer.status in {201, 200, 400, 404, 409, 422}, (strange, answer.status)


TIMES = ["0001-01-01T00:00:00Z", "9999-12-31T23:59:59Z", "2099-12-31T23:59:59+14:00", "2000-01-01T00:00:00-12:00"]
TIMES += ["2026-13-01T00:00:00Z", "2026-01-01", "10000-01-01T00:00:00Z", "0000-01-01T00:00:00Z", "tomorrow", "٣"]


@pytest.mark.parametrize("at", TIMES)
def test_ends_of_time_make_nothing_stumble(unit_a: Unit, program: Program, at: str) -> None:
    said = wanted(unit_a.paul, unit_a.consultation, agenda=unit_a.doctor, start=at)
    assert program.post("Appointment/$book", said).status in {400, 409}
    assert program.post("Appointment/$book", {**said, "end": at}).status in {400, 409, 422}
    for query in (
        f"Appointment?date={at}",
        f"Appointment?date=ge{at}&date=lt{at}",
        f"Slot?start={at}",
        f"Slot?start=ge{at}",
    ):
        assert program.get(query).status in {200, 400}, query
    for name in ("start", "end"):
        asked = f"Appointment/$find?service-type={unit_a.consultation.pk}&{name}={at}"
        assert program.get(asked).status in {200, 400}, asked
    compact = at[:19].replace("-", "").replace(":", "")[:13]
    assert program.get(f"Slot/{unit_a.doctor.pk}.{compact}Z.20").status == 404
    slot = [{"reference": f"Slot/{unit_a.doctor.pk}.{compact}Z.20"}]
    without = {name: value for name, value in said.items() if name != "start"}
    assert program.post("Appointment/$book", {**without, "slot": slot}).status in {400, 409, 422}


def test_nonsense_in_any_parameter_makes_nothing_stumble(unit_a: Unit, program: Program) -> None:
    program.get("metadata")
    values = [*(quote(value, safe="") for value in NOT_A_VALUE.values()), *RAW.values()]
    names = {
        "Schedule": ["_id", "actor", "active", "service-type", "specialty", "_count", "_page"],
        "Slot": ["schedule", "start", "status", "service-type", "_count", "_page"],
        "Patient": ["_id", "identifier"],
        "Appointment": ["_id", "actor", "date", "patient", "practitioner", "service-type", "status", "_count", "_page"],
        "Appointment/$find": ["service-type", "practitioner", "start", "end", "patient", "length", "_count"],
    }
    for path, each in names.items():
        for name in each:
            # More than one program asks in a minute.
            forget_addresses()
            for value in values:
                assert program.get(f"{path}?{name}={value}").status in {200, 400, 404, 406}, (path, name, value)


def test_nonsense_as_a_key_is_nothing(unit_a: Unit, program: Program) -> None:
    for kind in ("Schedule", "Practitioner", "Slot", "Patient", "Appointment"):
        for value in [*(quote(value, safe="") for value in NOT_A_VALUE.values()), *RAW.values()]:
            assert program.get(f"{kind}/{value}").status in {400, 404}, (kind, value)


def test_filter_that_is_not_known_is_refused_unless_the_program_asks_for_leniency(unit_a: Unit, program) -> None:
    refused = program.get("Appointment?reason-code=x")
    assert (refused.status, refused.resource["issue"][0]["code"]) == (400, "not-supported")
    assert program.get("Appointment?reason-code=x", Prefer="handling=lenient").status == 200
    too_long = program.get(f"Slot?start=ge{workday(1)}&start=le{workday(200)}")
    assert (too_long.status, too_long.resource["issue"][0]["code"]) == (400, "too-costly")
    assert program.get("Slot?status=busy").status == 400
    assert program.get(f"Appointment?_id={','.join(map(str, range(201)))}").status == 400


def test_page_of_another_search_shows_nothing_else(unit_a: Unit, program: Program) -> None:
    for word in ("!", "eA", "fn5-", "x" * 2000, "MjAyNi0wMS0wMX54"):
        assert program.get(f"Appointment?_page={word}").status == 400, word


def test_stumble_and_absence_are_outcomes_too(unit_a: Unit, program: Program, monkeypatch) -> None:
    def stumble(*_args: object) -> None:
        raise RuntimeError

    monkeypatch.setattr(schedules, "kinds_of", stumble)
    refused = program.get("Schedule")
    assert (refused.status, refused.resource["issue"][0]["code"]) == (500, "exception")


def test_refusal_is_in_the_language_that_was_asked_for(program: Program) -> None:
    english = program.get("Encounter", Accept_Language="en").said
    french = program.get("Encounter", Accept_Language="fr").said
    assert english != french


def test_person_s_own_name_is_in_no_address_and_no_log(unit_a: Unit, program: Program, caplog) -> None:
    session = open_session(unit_a.doctor, workday(2))
    row = appointment(unit_a.paul, session, unit_a.consultation, local(unit_a.establishment, workday(2), 9, 30))
    told = program.get(f"Appointment/{row.pk}")
    page = json.dumps([told.link("self") if "link" in told.resource else "", told.headers])
    assert "Durand" not in page
    assert "004217" not in page
    assert "Durand" not in caplog.text
