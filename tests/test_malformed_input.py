"""Nonsense at every address of every door: a sentence and a status 4xx, never a stumble (500).

Addresses, names of parameters and fields are read from the code, so that a new page is tried without being listed.
"""

from __future__ import annotations

import re
from urllib.parse import quote

import pytest

from tests.addresses import DOORS, METHODS, Answer, Raw, ask, filled, parameters_of, routes_of
from tests.conftest import Unit
from tests.doors import DoorClient
from tests.test_consistency import SOURCES
from tests.test_who_opens_what import rows_of

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


@pytest.fixture
def who(request: pytest.FixtureRequest, door: str) -> DoorClient:
    """Somebody to whom most pages of the door are open."""
    return DoorClient(door).sign_in(request.getfixturevalue(WHO[door]))


def wrong(answer: Answer) -> bool:
    """Whether this is a stumble, or a refusal without a word."""
    return answer.word.startswith("5") or (answer.is_refusal and not has_sentence(answer.text))


def has_sentence(text: str) -> bool:
    return bool(re.search(r'class="(?:lead|notice notice-error|field-error|error-summary)"', text))


@pytest.mark.parametrize("door", DOORS)
def test_nonsense_in_an_address_is_refused_with_a_sentence(door: str, who: DoorClient, unit_a: Unit) -> None:
    rows = rows_of(unit_a, door)
    nonsense = {**{name: quote(value, safe="") for name, value in NOT_A_VALUE.items()}, **RAW}

    answers = {
        (method, route, parameter, name): ask(who, method, filled(route, {**rows, parameter: Raw(value)}))
        for route in routes_of(door)
        for parameter in parameters_of(route)
        for name, value in nonsense.items()
        for method in METHODS
    }

    assert {
        case: answer.word
        for case, answer in answers.items()
        if wrong(answer) or not (answer.is_refusal or case[1] in DONE_ALREADY)
    } == {}


@pytest.mark.parametrize("door", DOORS)
def test_nonsense_in_a_query_makes_no_page_stumble(door: str, who: DoorClient, unit_a: Unit) -> None:
    rows = rows_of(unit_a, door)
    nonsense = {**{name: quote(value, safe="") for name, value in NOT_A_VALUE.items()}, **RAW}
    queries = {name: "&".join(f"{known}={value}" for known in NAMES) for name, value in nonsense.items()}
    shown = [route for route in routes_of(door) if ask(who, "GET", filled(route, rows)).word != "405"]

    answers = {
        (route, name): ask(who, "GET", f"{filled(route, rows)}?{query}")
        for route in shown
        for name, query in queries.items()
    }

    assert {case: answer.word for case, answer in answers.items() if wrong(answer)} == {}


@pytest.mark.parametrize("door", DOORS)
def test_nonsense_in_a_form_makes_no_page_stumble(door: str, who: DoorClient, unit_a: Unit) -> None:
    rows = rows_of(unit_a, door)
    sent_to = [route for route in routes_of(door) if ask(who, "POST", filled(route, rows)).word != "405"]

    answers = {
        (route, name): ask(who, "POST", filled(route, rows), dict.fromkeys(NAMES, value))
        for route in sent_to
        for name, value in NOT_A_VALUE.items()
    }

    assert {case: answer.word for case, answer in answers.items() if wrong(answer)} == {}
