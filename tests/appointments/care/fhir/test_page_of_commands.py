"""docs/fhir.md: each of its commands is sent as it is written there, and answered as the page says."""

from __future__ import annotations

import re
import shlex
from datetime import UTC, timedelta
from pathlib import Path
from urllib.parse import quote

import pytest

from access.enums import InterfaceScope
from access.models import User
from appointments.care.fhir.finding import KNOWN
from appointments.care.fhir.resources import STATUS
from appointments.models import Appointment
from appointments.models.enums.appointment import CancelReason
from tests.appointments.care.fhir.programs import Answered, Program, opened
from tests.conftest import Unit
from tests.factories import local, open_session, workday

PAGE = (Path(__file__).resolve().parents[4] / "docs" / "fhir.md").read_text(encoding="utf-8")
COMMANDS = [
    command
    for block in re.findall(r"```sh\n(.*?)```", PAGE, re.DOTALL)
    for command in re.split(r"\n(?=curl)", block.strip())
]


def sent(command: str, variables: dict[str, str], secret: str) -> Answered:
    """Send a command of curl's as a shell and curl would: its variables, headers, method, data, address."""
    plain = re.sub(r"(?<!\\)\$\{?([A-Z_]+)\}?", lambda found: variables[found[1]], command).replace("\\$", "$")
    words = iter(shlex.split(plain.replace("\\\n", " ")))
    assert next(words) == "curl"
    method, headers, body, address = "", {}, "", ""
    for word in words:
        if word == "-H":
            name, _colon, value = next(words).partition(":")
            headers[name] = value.strip()
        elif word == "-X":
            method = next(words)
        elif word == "--data":
            body = next(words)
        elif word == "--data-urlencode":
            name, _equals, value = next(words).partition("=")
            body = f"{name}={quote(value, safe='')}"
            headers.setdefault("Content-Type", "application/x-www-form-urlencoded")
        else:
            address = word
    assert ("Authorization" in headers) != address.endswith("/metadata")
    kind = headers.pop("Content-Type", "")
    headers.pop("Authorization", None)
    program = Program(secret if not address.endswith("/metadata") else None)
    return program.ask(method or ("POST" if body else "GET"), address, body, kind=kind, **headers)


def test_every_command_of_the_page_does_what_it_says(unit_a: Unit, alice: User) -> None:
    day = workday(2)
    open_session(unit_a.doctor, day)
    secret = opened(alice, unit_a.establishment)
    at = local(unit_a.establishment, day, 8, 30)
    variables = {
        "BASE": "http://testserver/fhir",
        "TOKEN": secret,
        "PRACTITIONER": str(unit_a.doctor.pk),
        "KIND": str(unit_a.consultation.pk),
        "DAY": f"{day}",
        "NEXT_DAY": f"{day + timedelta(days=1)}",
        "NUMBER": unit_a.paul.register_number,
        "PATIENT": str(unit_a.paul.pk),
        "SLOT": f"{unit_a.doctor.pk}.{at.astimezone(UTC):%Y%m%dT%H%MZ}.20",
        "WORD": "d2f1c1f0-8a51-4d5e-9a37-0b7f3d1c2a11",
    }
    answers = []
    for command in COMMANDS:
        answered = sent(command, variables, secret)
        answers.append(answered.status)
        if answered.status == 201:
            variables |= {"APPOINTMENT": answered.resource["id"], "ETAG": answered.headers["ETag"]}

    assert answers == [200] * 9 + [201, 200]
    row = Appointment.objects.get()
    assert (row.detainee, row.starts_at, row.status, row.cancel_reason) == (unit_a.paul, at, "cancelled", "US_REPORT")


@pytest.mark.parametrize("name", ["reason", "scope", "parameter"])
def test_lists_of_the_page_are_those_of_the_code(name: str) -> None:
    known = {
        "reason": set(CancelReason.values),
        "scope": set(InterfaceScope.values),
        "parameter": KNOWN | set(STATUS.values()),
    }[name]
    assert {word for word in known if f"`{word}`" not in PAGE} == set()
