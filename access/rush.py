"""Turns strangers away from a crowded sign-in page before anything is spent on them: no request, no query, no hashing.

A page that people work on takes its time from the same process, and waits for the interpreter behind every thread that
runs; so a refusal is a few lines of Python, before Django. Of strangers as many come in as can be hashed for, and one
who says that they show a code first; a browser that carries a cookie of ours (access.known_devices) passes. Doors
stand behind carehub.door_worker, which lets strangers wait in line; this holds under any other server, too.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable
from functools import cache
from typing import Any

from django.conf import settings
from django.http import parse_cookie
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import translation

from access.bare_headers import bare_headers
from access.clients import address_in
from access.hashing import RUNNING, WAITING, Busy
from access.known_devices import marks_of
from access.turns import Wish

__all__ = ["WITH_CODE", "Rush", "address_in", "sign_in_path", "turned_away", "wish_of"]

# The address of the sign-in form that asks for a code bears this word.
WITH_CODE = "code"
Environment = dict[str, Any]
Application = Callable[[Environment, Any], Iterable[bytes]]


class Rush:
    """Around the WSGI application of a door: answers 503 in a line where too many strangers are there."""

    def __init__(self, application: Application) -> None:
        self.application = application
        self.strangers = threading.BoundedSemaphore(RUNNING + WAITING)
        self.with_code = threading.BoundedSemaphore(1)

    def __call__(self, environ: Environment, start_response: Any) -> Iterable[bytes]:
        if not is_stranger_signing_in(environ):
            return self.application(environ, start_response)
        places = self.with_code if shows_code(environ) else self.strangers
        if not places.acquire(blocking=False):
            return turned_away(start_response)
        try:
            return self.application(environ, start_response)
        finally:
            places.release()


def is_stranger_signing_in(environ: Environment) -> bool:
    return environ["REQUEST_METHOD"] == "POST" and is_stranger_at_sign_in(environ)


def wish_of(environ: Environment) -> Wish | None:
    """Return in which line a request has to stand; None for those who are known, and for every other page."""
    if not is_stranger_at_sign_in(environ):
        return None
    if environ["REQUEST_METHOD"] != "POST":
        return Wish.PAGE
    return Wish.CODE if shows_code(environ) else Wish.PASSWORD


def is_stranger_at_sign_in(environ: Environment) -> bool:
    if environ.get("PATH_INFO") != sign_in_path():
        return False
    said = environ.get("HTTP_COOKIE", "")
    name = settings.CAREHUB_DEVICE_COOKIE_NAME
    return name not in said or not marks_of(parse_cookie(said).get(name, ""))


def shows_code(environ: Environment) -> bool:
    return WITH_CODE in (part.partition("=")[0] for part in environ.get("QUERY_STRING", "").split("&"))


@cache
def sign_in_path() -> str:
    return reverse("access:sign_in")


def turned_away(start_response: Any) -> Iterable[bytes]:
    body, headers = answer()
    start_response("503 Service Unavailable", headers)
    return [body]


@cache
def answer() -> tuple[bytes, list[tuple[str, str]]]:
    """Return the page and its headers, which allow it nothing but to be read."""
    body = page().encode()
    headers = {
        "Content-Type": "text/html; charset=utf-8",
        "Content-Length": str(len(body)),
        "Retry-After": str(Busy.wait_seconds),
        **bare_headers(),
    }
    return body, list(headers.items())


def page() -> str:
    """Return the page, in both languages: what language a browser wants is not looked at here."""
    said = []
    for language in ("fr", "en"):
        with translation.override(language):
            said.append((language, render_to_string("errors/_rush.html", {"way": f"?{WITH_CODE}"})))
    return render_to_string("errors/rush.html", {"said": said})
