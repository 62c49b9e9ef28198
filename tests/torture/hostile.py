"""Thousands of hostile requests at each door, drawn by hypothesis from a seed: `make hostile`, not part of the tests.

Everybody to whom a door opens asks, and strangers. Half of the requests are forms of its own pages with some fields
made hostile, so that they come as far as rules and database; the others are addresses, queries, headers and bodies
that no page makes. No answer is a stumble (5xx), tells how the programs are made, or shows what is not this door's.
"""

from __future__ import annotations

import logging
import os
import sys
from collections import Counter
from collections.abc import Callable, Iterator
from copy import deepcopy
from dataclasses import dataclass, field
from time import monotonic
from typing import Any
from urllib.parse import quote, urlencode

import pytest
from django.test.client import BOUNDARY, MULTIPART_CONTENT
from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis import strategies as st

from access.models import User
from access.session_life import WHO as WHOSE
from appointments.models import Agenda, Detainee, Kind
from tests.addresses import DOORS, ONE_LINE, ROUND_SECONDS, Raw, comes_by, filled, parameters_of, routes_of
from tests.conftest import Unit, make_unit
from tests.doors import DoorClient, taken_back
from tests.test_malformed_input import NAMES, NOT_A_VALUE, RAW
from tests.test_who_opens_what import emergency_of, rows_of, rows_of_team
from tests.torture.forms import Form, forms_of

pytestmark = pytest.mark.django_db(transaction=True)

REQUESTS = int(os.environ.get("HOSTILE_REQUESTS", "10000"))
SEED = int(os.environ.get("HOSTILE_SEED", "20261130"))
WHO = {
    "care": ("alice", "bob", "emma", "helene"),
    "prison": ("oscar", "olga"),
    "accounts": ("ada",),
}
NOBODY = "nobody"
ENDS_OF_TIME = [
    *("0001-01-01", "9999-12-31", "0000-00-00", "-0001-01-01", "10000-01-01", "1582-10-10", "1900-02-29", "2026-02-30"),
    *("0001-01-01T00:00", "9999-12-31T23:59", "9999-12-31T24:00", "0001-01-01T00:00:00+14:00", "2026-03-29T02:30"),
    *("0001-01", "9999-12", "9999-13", "0001-W01", "9999-W53", "00:00", "23:59", "24:00", "23:59:60", "-00:01"),
    *("01/01/0001", "31/12/9999", "31/02/2026", "99/99/99", "1e9", "253402300800", "-62135596801"),
]
INJECTED = [
    *(
        "' OR 1=1 --",
        "'; SELECT pg_sleep(9) --",
        '"; DROP TABLE access_user; --',
        "../../../../etc/passwd",
        "$" + "{7*7}",
    ),
    *("{% debug %}", "<img src=x onerror=alert(1)>", "=cmd|' /C calc'!A0", "a\r\nSet-Cookie: a=b", "\u202etxt.exe"),
    *(
        "1e309",
        "NaN",
        "Infinity",
        "-0",
        "0x10",
        "1_000",
        str(2**31),
        str(2**63),
        str(-(2**63) - 1),
        "1.5",
        "true",
        "[]",
    ),
    *("{}", "null", "\x00", "\x1b[31m", "%", "\\", "\U0001f992" * 60, "e\u0301" * 200, "a" * 70_000, " ", "\t\n"),
]
# How the programs are made, and words of the database.
TELLTALE = (
    "Traceback (most recent",
    "psycopg",
    "site-packages",
    "DETAIL:",
    "SQLSTATE",
    "django.db",
    "OperationalError",
)
HEADERS = {
    "HTTP_ACCEPT_LANGUAGE": ["fr", "xx-yy;q=9", "*" * 400, "\xe9,;;q="],
    "HTTP_HX_REQUEST": ["true"],
    "HTTP_HX_TARGET": ["x", "<b>"],
    "HTTP_HX_CURRENT_URL": ["http://evil.example/", "::::"],
    "HTTP_COOKIE": ["carehub_care_session=..; a", "=;=;;", "carehub_care_lang=zz", "carehub_prison_device=a:b"],
    "HTTP_IF_NONE_MATCH": ['"x"', "*", '"' * 50],
    "HTTP_REFERER": ["http://evil.example/", "nonsense"],
    "HTTP_X_FORWARDED_FOR": ["1.2.3.4, ::1", "a" * 300],
    "HTTP_RANGE": ["bytes=9-1", "bytes=0-99999999999999"],
    "HTTP_HOST": ["evil.example", "a..b", "localhost:99999"],
}
BODIES = {
    "application/json": [b"{", b"[" * 5000, b"\xff\xfe", b'{"a": 1e999}'],
    "multipart/form-data": [b"--", b""],
    "multipart/form-data; boundary=x": [
        b"--x\r\n",
        b'--x\r\nContent-Disposition: form-data; name="\xff"\r\n\r\n\xff\r\n',
    ],
    ONE_LINE: [b"%ff=%", b"a=1&" * 1200, b"\x00=\x00", b"csrfmiddlewaretoken"],
    "application/x-www-form-urlencoded; charset=utf-7": [b"a=+AGE-"],
    "application/x-www-form-urlencoded; charset=nonsense": [b"a=b"],
}
FILES = [
    b"",
    b"\x00" * 300,
    b"PK\x03\x04broken",
    b"%PDF-",
    b"a;b\n\xff;\xfe\n",
    "nom;prénom\n=1+1;x".encode("utf-16"),
    b'"',
]


@dataclass
class Scene:
    """A door, who comes there, the forms that are shown there, and rows that exist, here and elsewhere."""

    door: str
    visitors: dict[str, DoorClient]
    rows: dict[str, Any]
    foreign: list[str]
    secrets: list[str]
    routes: list[str]
    forms: list[Form] = field(default_factory=list)
    # By which a page says whose it is: with another's nothing else would be looked at.
    marks: dict[str, str] = field(default_factory=dict)


@dataclass
class Attempt:
    """One request."""

    who: str
    method: str
    path: str
    body: bytes = b""
    content_type: str = ONE_LINE
    headers: dict[str, str] = field(default_factory=dict)

    def __str__(self) -> str:
        return (
            f"{self.who}: {self.method} {self.path[:300]} {self.content_type[:40]} {self.body[:600]!r} {self.headers}"
        )


def hostile_values(scene: Scene) -> st.SearchStrategy[str]:
    return st.one_of(
        st.sampled_from(ENDS_OF_TIME),
        st.sampled_from(ENDS_OF_TIME),
        st.sampled_from([*NOT_A_VALUE.values(), *INJECTED]),
        st.sampled_from(scene.foreign),
        st.integers().map(str),
        st.text(max_size=30),
    )


@st.composite
def attempts(draw: Callable[..., Any], scene: Scene) -> Attempt:
    # Most of what a stranger asks for is answered before any page is chosen.
    who = draw(st.sampled_from([*WHO[scene.door] * 3, NOBODY]))
    shape = draw(st.sampled_from(["form", "form", "form", "address", "query", "body"]))
    made = hostile_form(draw, scene, who) if shape == "form" else hostile_address(draw, scene, who, shape)
    for name in draw(st.lists(st.sampled_from(list(HEADERS)), max_size=1)):
        made.headers[name] = draw(st.sampled_from(HEADERS[name]))
    return made


def hostile_form(draw: Callable[..., Any], scene: Scene, who: str) -> Attempt:
    """A form that somebody is shown there, with one to four fields made hostile, left out or sent twice."""
    form, values = draw(st.sampled_from(scene.forms)), hostile_values(scene)
    fields = [(name, scene.marks.get(who, value) if name == WHOSE else value) for name, value in form.fields]
    for _nth in range(draw(st.integers(1, 4))):
        name = draw(st.sampled_from([name for name, _value in fields] or NAMES))
        what = draw(st.sampled_from(["change", "change", "change", "leave out", "twice", "another"]))
        if what in {"change", "leave out"}:
            fields = [(each, value) for each, value in fields if each != name]
        if what != "leave out":
            fields.append((draw(st.sampled_from(NAMES)) if what == "another" else name, draw(values)))
    if form.method == "GET":
        return Attempt(who, "GET", f"{form.action.partition('?')[0]}?{urlencode(fields)}")
    if not form.files:
        return Attempt(who, "POST", form.action, urlencode(fields).encode())
    files = [(name, draw(values)[:80], draw(st.sampled_from(FILES))) for name in form.files]
    body = b"".join(
        [part(f'name="{name}"', value.encode()) for name, value in fields]
        + [part(f'name="{name}"; filename="{called}"', data) for name, called, data in files]
        + [f"--{BOUNDARY}--\r\n".encode()]
    )
    return Attempt(who, "POST", form.action, body, MULTIPART_CONTENT)


def part(named: str, data: bytes) -> bytes:
    """One part of a form that holds a file, as it stands: a hostile name of a file breaks its head in two."""
    return f"--{BOUNDARY}\r\nContent-Disposition: form-data; {named}\r\n\r\n".encode() + data + b"\r\n"


def hostile_address(draw: Callable[..., Any], scene: Scene, who: str, shape: str) -> Attempt:
    route, values = draw(st.sampled_from(scene.routes)), hostile_values(scene)
    method = draw(st.sampled_from(["GET", "GET", "POST", "POST", "HEAD", "PUT", "DELETE", "OPTIONS", "PATCH", "X"]))
    rows = dict(scene.rows)
    if shape == "address":
        raw = st.one_of(values.map(lambda value: quote(value, safe="")), st.sampled_from(list(RAW.values())))
        rows |= {parameter: Raw(draw(raw)) for parameter in parameters_of(route)}
    path = filled(route, rows)
    if shape == "query" or method == "GET":
        pairs = draw(st.lists(st.tuples(st.sampled_from(NAMES), values), max_size=5))
        path += f"?{urlencode(pairs)}"
    kind = draw(st.sampled_from(list(BODIES))) if shape == "body" else ONE_LINE
    if shape == "body":
        body = draw(st.sampled_from(BODIES[kind]))
    else:
        body = urlencode(draw(st.lists(st.tuples(st.sampled_from(NAMES), values), max_size=8))).encode()
    return Attempt(who, method, path, b"" if method in {"GET", "HEAD"} else body, kind)


def answer_to(scene: Scene, attempt: Attempt) -> tuple[int, str]:
    """Send one request as somebody whose session stays as it is, and take back all that it changed."""
    visitor = scene.visitors[attempt.who]
    kept, visitor.cookies = visitor.cookies, deepcopy(visitor.cookies)
    if monotonic() > visitor.served_until:
        comes_by(scene.door)
        visitor.served_until = monotonic() + ROUND_SECONDS
    visitor.raise_request_exception, visitor.is_served = False, False
    with taken_back():
        answer = visitor.generic(attempt.method, attempt.path, attempt.body, attempt.content_type, **attempt.headers)
        text = b"".join(answer).decode(errors="replace")
    visitor.cookies, visitor.is_served = kept, True
    said = "\n".join(f"{name}: {value}" for name, value in answer.items())
    return answer.status_code, f"{said}\n{text}"


def faults_of(scene: Scene, attempt: Attempt, status: int, text: str) -> list[str]:
    typed = f"{attempt.path} {attempt.body.decode(errors='replace')} {attempt.headers}"
    found = [f"status {status}"] if status >= 500 else []
    found += [f"tells {word}" for word in TELLTALE if word in text and word not in typed]
    return found + [f"shows {secret}" for secret in scene.secrets if secret in text]


def make_secret(unit_a: Unit, unit_b: Unit, door: str) -> list[str]:
    """Give names that stand nowhere else to what may not be seen at a door, and return them."""
    Kind.objects.filter(pk=unit_a.consultation.pk).update(name="Zqvkind")
    Agenda.objects.filter(pk=unit_a.doctor.pk).update(name="Dr Zqvleroy")
    Detainee.objects.filter(pk=unit_b.paul.pk).update(last_name="Zqvbenoit")
    Kind.objects.filter(pk=unit_b.consultation.pk).update(name="Zqvother")
    Agenda.objects.filter(pk=unit_b.doctor.pk).update(name="Dr Zqvbernard")
    foreign, texts = (
        ["Zqvbenoit", "Zqvother", "Zqvbernard"],
        ["Fell in the yard", "Keys of the pharmacy", "Order slips"],
    )
    people = [unit_a.paul.last_name, unit_a.karim.last_name, unit_a.paul.register_number]
    return (
        foreign
        + {
            "care": [],
            "prison": ["Zqvkind", "Zqvleroy", *texts],
            "accounts": ["Zqvkind", *texts, *people],
        }[door]
    )


@pytest.fixture
def in_silence() -> Iterator[None]:
    """Keep what Django says about each refusal off the screen."""
    logging.disable(logging.CRITICAL)
    yield
    logging.disable(logging.NOTSET)


@pytest.fixture
def scene(request: pytest.FixtureRequest, in_silence: None, door: str, unit_a: Unit) -> Scene:
    people: dict[str, User] = {name: request.getfixturevalue(name) for name in WHO[door]}
    unit_b = make_unit("MAB")
    rows = rows_of(unit_a, door)
    if door != "care":
        # What care keeps stands there all the same.
        emergency_of(unit_a)
        rows_of_team(unit_a)
    secrets = make_secret(unit_a, unit_b, door)
    visitors = {name: DoorClient(door).sign_in(user) for name, user in people.items()} | {NOBODY: DoorClient(door)}
    foreign = [unit_b.paul, unit_b.doctor, unit_b.consultation, unit_b.building, unit_b.establishment]
    made = Scene(door, visitors, rows, [str(row.pk) for row in foreign], secrets, routes_of(door))
    for route in made.routes:
        # The last one is whom most pages are open to.
        made.forms += forms_seen(made, WHO[door][-1], filled(route, rows))
    for who in people:
        own = dict(pair for form in forms_seen(made, who, "/my-account") for pair in form.fields)
        made.marks[who] = own[WHOSE]
    return made


def forms_seen(scene: Scene, who: str, path: str) -> list[Form]:
    status, text = answer_to(scene, Attempt(who, "GET", path))
    return forms_of(path, text.partition("\n<")[2]) if status == 200 else []


@pytest.mark.parametrize("door", DOORS)
def test_hostile_requests_make_no_page_stumble_and_none_tell_what_is_not_theirs(door: str, scene: Scene) -> None:
    faults: dict[str, str] = {}
    counts: Counter[int] = Counter()

    @seed(SEED)
    @settings(
        max_examples=REQUESTS,
        database=None,
        deadline=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(attempts(scene))
    def ask(attempt: Attempt) -> None:
        status, text = answer_to(scene, attempt)
        counts[status] += 1
        for fault in faults_of(scene, attempt, status, text):
            # Once an address: what is wrong there is wrong a hundred times.
            place = f"{fault} {attempt.method} {attempt.path.partition('?')[0][:80]}"
            if place not in faults:
                sys.stdout.write(f"\n{fault}: {attempt}\n")
                sys.stdout.flush()
            faults.setdefault(place, str(attempt))

    ask()

    sys.stdout.write(f"\n{door}: {counts.total()} requests, {dict(sorted(counts.items()))}, seed {SEED}\n")
    assert faults == {}
    assert counts.total() >= REQUESTS
