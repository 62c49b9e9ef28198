"""How long a session lives, and whose page it is: the idle limit, the longest stay, one person's tab and another's.

A page that asks again by itself (a view marked @background, or a GET with the header CareHub-Background) is no sign of
life. Times stand in the session, so that nothing depends on when its row was last written.
"""

from __future__ import annotations

import secrets
import time
from collections.abc import Callable, Sequence
from typing import Any

from django.conf import settings
from django.contrib.auth import SESSION_KEY, logout
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils.crypto import salted_hmac

from access.clients import address_of, browser_of
from access.decorators import SIGNED_OUT

BEGAN, ALIVE = "began_at", "alive_at"
# Tells one session from another for as long as it lives, whatever its key; and where it was begun.
MARK, BROWSER, ADDRESS = "mark", "browser", "address"
# A sign of life so soon after the last is not written down: an idle limit may fall so much earlier, never later, and a
# page view costs one write less (docs/adr/0063).
WRITTEN_EVERY = 60
# How long before the end a page warns; less where the whole limit is short.
WARNING_SECONDS = 120
# The field in which a form says for whom it was shown.
WHO = "carehub_who"
# The browser forgets what it keeps of this door, but for cookies: those of the other doors on the host are not ours.
FORGET = '"cache", "storage"'


class SessionLife:
    """End sessions that have been idle or open for too long, and refuse what another person's tab sends."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if getattr(request, "session_has_ended", False):
            forget(response)
        return response

    def process_view(
        self, request: HttpRequest, view: Callable[..., Any], args: Sequence[Any], kwargs: dict[str, Any]
    ) -> HttpResponseBase | None:
        if SESSION_KEY not in request.session:
            # The session has ended, but the browser may still keep pages of it.
            request.session_has_ended = settings.SESSION_COOKIE_NAME in request.COOKIES  # type: ignore[attr-defined]
            if is_background(request, view):
                spare_newer_session(request)
            return None
        if seconds_left(request) <= 0:
            logout(request)
            request.session_has_ended = True  # type: ignore[attr-defined]
            return None
        if not is_background(request, view):
            touch(request)
        if SIGNED_OUT not in getattr(view, "audience", ()) and is_of_somebody_else(request):
            return refuse_tab(request)
        return None


def begin(request: HttpRequest) -> None:
    now = int(time.time())
    request.session[BEGAN] = request.session[ALIVE] = now
    request.session[MARK] = secrets.token_hex(16)
    request.session[BROWSER], request.session[ADDRESS] = browser_of(request), address_of(request)


def mark_of(request: HttpRequest) -> str:
    return str(request.session.get(MARK, ""))


def spare_newer_session(request: HttpRequest) -> None:
    """Keep the answer to a request that a page sent by itself from deleting the session cookie.

    The answer may arrive after somebody has signed in; the cookie is then that of the new session.
    """
    request.COOKIES.pop(settings.SESSION_COOKIE_NAME, None)


def touch(request: HttpRequest) -> None:
    """Start the idle limit anew; the limit on the whole stay goes on."""
    now = int(time.time())
    request.session.setdefault(BEGAN, now)
    if now - request.session.get(ALIVE, 0) >= min(WRITTEN_EVERY, settings.SESSION_COOKIE_AGE // 20):
        request.session[ALIVE] = now


def is_background(request: HttpRequest, view: Callable[..., Any]) -> bool:
    """Whether the page sends this by itself, without a person acting."""
    return getattr(view, "is_background", False) or (
        request.method == "GET" and "CareHub-Background" in request.headers
    )


def seconds_left(request: HttpRequest) -> int:
    """Return for how many seconds the session lives on if it is not used; zero when nobody is signed in."""
    if SESSION_KEY not in request.session:
        return 0
    now = int(time.time())
    idle_from, began = request.session.get(ALIVE, now), request.session.get(BEGAN, now)
    ends = min(idle_from + settings.SESSION_COOKIE_AGE, began + settings.CAREHUB_SESSION_SECONDS)
    return max(0, int(ends) - now)


def told(request: HttpRequest) -> dict[str, Any]:
    """Return what a page is told of the session: how long it lives, when to warn, and whose it is."""
    return {
        "left": seconds_left(request),
        "warn": min(WARNING_SECONDS, settings.SESSION_COOKIE_AGE // 3),
        "who": who(request),
    }


def who(request: HttpRequest) -> str:
    """Return a word that tells one person's pages from another's and nothing else; empty when nobody is signed in."""
    user = getattr(request, "user", None)
    if user is None or not user.is_authenticated:
        return ""
    return salted_hmac("access.session_life", user.get_username()).hexdigest()[:20]


def is_of_somebody_else(request: HttpRequest) -> bool:
    """Whether the page that sends this was shown to another person than the one whose session it now is."""
    said = request.headers.get("CareHub-Who") or (request.POST.get(WHO) if request.method == "POST" else "")
    return bool(said) and said != who(request)


def refuse_tab(request: HttpRequest) -> HttpResponseBase:
    """Say that somebody else has signed in since; for a part of a page, send the whole page home."""
    if getattr(request, "htmx", False):
        return HttpResponse(status=409, headers={"HX-Redirect": reverse("home")})
    return render(request, "errors/somebody_else.html", status=409)


def forget(response: HttpResponseBase) -> None:
    """Let the browser of a shared terminal forget what it keeps of this door."""
    response.headers["Clear-Site-Data"] = FORGET
