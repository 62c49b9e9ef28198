"""Turns strangers away from a crowded sign-in page before anything is spent on them: no session, no query, no hashing.

A page that people work on takes its time from the same process. Of strangers as many come in as can be hashed for, and
one who says that they show a code first; a browser that carries a cookie of ours (access.known_devices) passes.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from functools import cache

from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import translation

from access.hashing import RUNNING, WAITING, Busy
from access.known_devices import marks_in

# The address of the sign-in form that asks for a code bears this word.
WITH_CODE = "code"


class Rush:
    """Middleware, before all that costs: answers 503 in a line where too many strangers are at the door."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response
        self.strangers = threading.BoundedSemaphore(RUNNING + WAITING)
        self.with_code = threading.BoundedSemaphore(1)

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.method != "POST" or request.path_info != reverse("access:sign_in") or marks_in(request):
            return self.get_response(request)
        places = self.with_code if WITH_CODE in request.GET else self.strangers
        if not places.acquire(blocking=False):
            return turned_away()
        try:
            return self.get_response(request)
        finally:
            places.release()


def turned_away() -> HttpResponse:
    response = HttpResponse(page(), status=503, headers={"Retry-After": str(Busy.wait_seconds)})
    # Or Django would write a line about each into the journal: a flood of those, too.
    response._has_been_logged = True  # type: ignore[attr-defined]  # noqa: SLF001
    return response


@cache
def page() -> str:
    """Return the page, in both languages: what language a browser wants is not looked at here."""
    said = []
    for language in ("fr", "en"):
        with translation.override(language):
            said.append((language, render_to_string("errors/_rush.html", {"way": f"?{WITH_CODE}"})))
    return render_to_string("errors/rush.html", {"said": said})
