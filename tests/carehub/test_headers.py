"""What every answer of every door says of itself, whatever it is: page, part, refusal, style sheet, file."""

from __future__ import annotations

import re
from typing import Any

import pytest
from csp.middleware import CSPMiddleware
from csp.utils import build_policy
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.test import RequestFactory, override_settings

from access.bare_headers import bare_headers
from access.models import User
from carehub.middleware import ContentPolicy
from tests.access.test_signing_in import code_of, enrolled, type_code, type_password
from tests.addresses import DOORS, parameters_of, routes_of
from tests.doors import AtDoor, DoorClient

PAGES = ["/sign-in", "/no-such-page", "/alive", "/readyz", "/", "/static/carehub/base/carehub.css"]
# JSON is UTF-8 by its standard; what is no text has no letters.
NAMED = r"charset=\"?utf-8|application/(([a-z]+\+)?json|pdf$|vnd\.)|image/"
NO_METHODS = ["TRACE", "TRACK", "CONNECT", "PUT", "DELETE", "PATCH", "PROPFIND"]


def asked(browser: DoorClient, path: str, **how: Any) -> Any:
    """Ask, and close the file that the answer may be of."""
    answer = browser.get(path, **how)
    if answer.streaming:
        answer.close()
    return answer


def policy_of(answer: Any) -> dict[str, str]:
    parts = (part.strip().partition(" ") for part in answer.headers["Content-Security-Policy"].split(";"))
    return {name: value for name, _blank, value in parts}


@pytest.mark.django_db
@pytest.mark.parametrize("path", PAGES)
@pytest.mark.parametrize("door", DOORS)
def test_every_answer_says_what_a_browser_may_do_with_it(door: str, path: str) -> None:
    answer = asked(DoorClient(door), path)

    policy = policy_of(answer)
    assert {policy[name] for name in ("default-src", "object-src", "base-uri", "frame-ancestors")} == {"'none'"}
    assert policy["script-src"] == policy["style-src"] == policy["form-action"] == "'self'"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Referrer-Policy"] == "same-origin"
    assert "Access-Control-Allow-Origin" not in answer.headers
    assert "Server" not in answer.headers


@pytest.mark.django_db
@override_settings(SECURE_HSTS_SECONDS=31_536_000)
@pytest.mark.parametrize("path", PAGES)
def test_over_tls_browsers_are_told_to_stay_there_and_below_this_name_too(path: str) -> None:
    wanted = "max-age=31536000; includeSubDomains"

    assert asked(DoorClient("care"), path, secure=True).headers["Strict-Transport-Security"] == wanted
    assert bare_headers()["Strict-Transport-Security"] == wanted


@pytest.mark.django_db
@pytest.mark.parametrize("path", PAGES)
def test_every_text_says_in_which_letters_it_is_written(path: str) -> None:
    answer = asked(DoorClient("care"), path, follow=True)

    assert re.search(r"charset=\"?utf-8", answer.headers["Content-Type"])


@pytest.mark.django_db
@pytest.mark.parametrize("method", NO_METHODS)
def test_no_address_knows_other_methods_than_browsers_use(alice: User, at_door: AtDoor, method: str) -> None:
    browser = at_door(alice)
    addresses = [route for route in routes_of("care") if not parameters_of(route)]

    codes = {route: browser.generic(method, route).status_code for route in addresses}

    # A token is asked for before the page hears which method it was.
    assert {route: code for route, code in codes.items() if code not in {401, 403, 405}} == {}


@pytest.mark.django_db
def test_cookies_are_of_this_host_alone_and_scripts_read_but_one(alice: User) -> None:
    enrolled(alice)
    browser = DoorClient("care")
    browser.get("/sign-in")
    type_password(browser, "alice")
    type_code(browser, code_of(alice))
    browser.post("/language", {"language": "fr", "next": "/my-account"})
    set_by_us = {name: cookie for name, cookie in browser.cookies.items() if cookie["path"]}

    assert {name.rpartition("_")[2] for name in set_by_us} == {"csrf", "lang", "device", "session"}
    for name, cookie in set_by_us.items():
        assert name.startswith("carehub_care_")
        assert cookie["samesite"] in {"Lax", "Strict"}
        assert cookie["domain"] == ""
        assert bool(cookie["httponly"]) != name.endswith("_csrf")
    # In production they bear the prefix (tests/access/test_my_security.py), and each is Secure then.
    assert settings.SESSION_COOKIE_SECURE == settings.CSRF_COOKIE_SECURE == settings.SECURE_COOKIES


@pytest.mark.django_db
@pytest.mark.parametrize(("door", "who"), [("care", "helene"), ("prison", "olga"), ("accounts", "ada")])
def test_each_page_of_somebody_signed_in_is_kept_by_nobody_and_names_its_letters(
    door: str, who: str, request: pytest.FixtureRequest, at_door: AtDoor
) -> None:
    browser = at_door(request.getfixturevalue(who))
    pages = [route for route in routes_of(door) if not parameters_of(route) and route != "/sign-out"]

    for path in pages:
        answer = asked(browser, path, headers={"Origin": "https://elsewhere.example", "Sec-Fetch-Site": "cross-site"})
        said = f"{path} {answer.status_code}"
        assert "no-store" in answer.headers["Cache-Control"], said
        assert answer.headers["X-Content-Type-Options"] == "nosniff", said
        assert policy_of(answer)["frame-ancestors"] == "'none'", said
        assert not [name for name in answer.headers if name.startswith("Access-Control-")], said
        if answer.status_code == 200:
            assert re.search(NAMED, answer.headers["Content-Type"]), said
        if answer.headers.get("Location"):
            assert re.match(r"/(?![/\\])", answer.headers["Location"]), said


@pytest.mark.parametrize(
    ("own", "said"),
    [
        ({}, build_policy()),
        ({"_csp_update": {"img-src": ["https://elsewhere.example"]}}, "https://elsewhere.example"),
        ({"_csp_replace": {"default-src": ["https://instead.example"]}}, "default-src https://instead.example"),
        ({"_csp_exempt": True}, None),
    ],
    ids=["usual", "more", "instead", "none"],
)
def test_policy_of_the_settings_is_said_unless_an_answer_has_its_own(own: dict[str, Any], said: str | None) -> None:
    def answer(_request: HttpRequest) -> HttpResponse:
        response = HttpResponse("")
        vars(response).update(own)
        return response

    headers = ContentPolicy(answer)(RequestFactory().get("/")).headers

    policy = headers.get("Content-Security-Policy")
    assert policy is None if said is None else said in policy
    if not own:
        assert policy == CSPMiddleware(answer)(RequestFactory().get("/")).headers["Content-Security-Policy"]
