"""Nonsense at every address of every door: a sentence and a status 4xx, never a stumble (500).

Addresses, names of parameters and fields are read from the code, so that a new page is tried without being listed.
Every page gets every kind of nonsense that it looks at. What no page looks at is tried once a kind: an address that
leads to no page is answered before any page is chosen, and a page that has looked at no query cannot tell one from
another.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from urllib.parse import quote, urlencode

import pytest

from access.session_life import WHO as WHOSE
from tests.addresses import DOORS, METHODS, Answer, Raw, ask, filled, leads_somewhere, parameters_of, routes_of
from tests.conftest import Unit
from tests.doors import DoorClient
from tests.test_consistency import SOURCES
from tests.test_who_opens_what import rows_of

pytestmark = pytest.mark.django_db(transaction=True)

# The person at each door to whom most pages are open.
WHO = {"care": "helene", "prison": "olga", "accounts": "ada"}
NOT_A_VALUE = {
    "no such day": "2026-13-45",
    "year nought": "0000-00-00",
    "year one": "0001-01-01",
    "last year": "9999-12-31",
    "five figures": "99999-01-01",
    "words": "tomorrow evening",
    "minus": "-1",
    "beyond any number": "9" * 40,
    "no such key": "00000000-0000-4000-8000-000000000000",
    "half a key": "123e4567-e89b",
    "null byte": "a\x00b",
    "other digits": "٣٤",
    "very long": "x" * 3000,
    "markup": "<script>alert(1)</script>",
    "template": "{{ 7|add:7 }}{% now %}",
    "percent": "%s%d%%",
    "lone surrogate": "\\ud800",
}
# Sent as they stand: not UTF-8, or cut off.
RAW = {"not UTF-8": "%ff%fe", "cut off": "%e2%82", "half a percent": "%", "null": "%00", "slash": "%2f..%2f"}


# Ends one's own address for that agenda, and only says so when there is none.
DONE_ALREADY = {"/calendar/<int:key>/revoke"}
# What each address may be sent, in a query or by a form.
NAMES = sorted(
    {
        name
        for source in SOURCES
        for pattern in (r"(?:GET|POST)\.get(?:list)?\(\s*\"(\w+)\"", r"(?m)^    (\w+) = forms\.\w+\(")
        for name in re.findall(pattern, source.read_text(encoding="utf-8"))
    }
)
# Whose page it is that sends the form: with nonsense there nothing else is looked at, so it is tried by itself.
FIELDS = [name for name in NAMES if name != WHOSE]


@pytest.fixture
def who(request: pytest.FixtureRequest, door: str) -> DoorClient:
    """Somebody to whom most pages of the door are open."""
    return DoorClient(door).sign_in(request.getfixturevalue(WHO[door]))


def wrong(answer: Answer) -> bool:
    """Whether this is a stumble, or a refusal without a word."""
    return answer.word.startswith("5") or (answer.is_refusal and not has_sentence(answer.text))


def has_sentence(text: str) -> bool:
    """Whether a page says what is the matter, or an outcome tells another program."""
    said = r'class="(?:lead|notice notice-error|field-error|error-summary)"|"OperationOutcome".*"diagnostics": "\w'
    return bool(re.search(said, text))


def in_turn(kinds: Iterable[str], number: int) -> list[str]:
    """All kinds of nonsense, each page's beginning with another: what only begins tries all of them between them."""
    every = list(kinds)
    return every[number % len(every) :] + every[: number % len(every)]


def addresses_of_nonsense(door: str, rows: dict[str, object]) -> Iterator[tuple[str, str, str, str]]:
    """Each address with nonsense in one place that leads to a page; one a kind of those that lead nowhere."""
    nonsense = {**{name: quote(value, safe="") for name, value in NOT_A_VALUE.items()}, **RAW}
    tried = set()
    for route in routes_of(door):
        for parameter in parameters_of(route):
            for name, value in nonsense.items():
                path = filled(route, {**rows, parameter: Raw(value)})
                leads_nowhere = not leads_somewhere(door, path)
                if not (leads_nowhere and name in tried):
                    yield route, parameter, name, path
                if leads_nowhere:
                    tried.add(name)


@pytest.mark.slow
@pytest.mark.parametrize("door", DOORS)
def test_nonsense_in_an_address_is_refused_with_a_sentence(door: str, who: DoorClient, unit_a: Unit) -> None:
    rows = rows_of(unit_a, door)

    answers: dict[tuple[str, str, str, str], Answer] = {}
    deaf = set()
    for route, parameter, name, path in addresses_of_nonsense(door, rows):
        for method in METHODS:
            # Whoever takes no form says so before looking at the address.
            if (method, route) not in deaf:
                answer = answers[method, route, parameter, name] = ask(who, method, path)
                deaf |= {(method, route)} if answer.word == "405" else set()

    assert {
        case: answer.word
        for case, answer in answers.items()
        if wrong(answer) or not (answer.is_refusal or case[1] in DONE_ALREADY)
    } == {}


@pytest.mark.slow
@pytest.mark.parametrize("door", DOORS)
def test_nonsense_in_a_query_makes_no_page_stumble(door: str, who: DoorClient, unit_a: Unit) -> None:
    rows = rows_of(unit_a, door)
    nonsense = {**{name: quote(value, safe="") for name, value in NOT_A_VALUE.items()}, **RAW}
    queries = {name: "&".join(f"{known}={value}" for known in NAMES) for name, value in nonsense.items()}

    answers: dict[tuple[str, str], Answer] = {}
    for number, route in enumerate(routes_of(door)):
        for name in in_turn(queries, number):
            answer = answers[route, name] = ask(who, "GET", f"{filled(route, rows)}?{queries[name]}")
            if not answer.has_read_query:
                break

    assert {case: answer.word for case, answer in answers.items() if wrong(answer)} == {}
    assert {name for _route, name in answers} == set(queries)


@pytest.mark.slow
@pytest.mark.parametrize("door", DOORS)
def test_nonsense_in_a_form_makes_no_page_stumble(door: str, who: DoorClient, unit_a: Unit) -> None:
    rows = rows_of(unit_a, door)
    forms = {name: dict.fromkeys(FIELDS, value) for name, value in NOT_A_VALUE.items()}
    lines = {name: urlencode(form) for name, form in forms.items()}

    answers: dict[tuple[str, str], Answer] = {}
    for number, route in enumerate(routes_of(door)):
        for name in (every := in_turn(NOT_A_VALUE, number)):
            # Each page gets one form of either make.
            in_parts = name == every[0]
            sent = forms[name] if in_parts else lines[name]
            answer = answers[route, name] = ask(who, "POST", filled(route, rows), sent, in_parts=in_parts)
            if answer.word == "405":
                break

    assert {case: answer.word for case, answer in answers.items() if wrong(answer)} == {}
    assert {name for _route, name in answers} == set(NOT_A_VALUE)


@pytest.mark.parametrize("door", DOORS)
def test_nonsense_for_whose_page_it_is_is_refused_with_a_sentence(door: str, who: DoorClient) -> None:
    answers = {name: ask(who, "POST", who.url("access:account"), {WHOSE: value}) for name, value in NOT_A_VALUE.items()}

    assert {name: answer.word for name, answer in answers.items() if answer.word != "409" or wrong(answer)} == {}
