"""Browsers from which somebody has signed in fully: a signed cookie, bound to the account and to its password.

It opens nothing. It only keeps strangers' failures from slowing down whoever sits where they always sit.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

from django.conf import settings
from django.core.signing import BadSignature, Signer
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.crypto import constant_time_compare, salted_hmac

from access.models import User

KEPT = timedelta(days=180)
# A shared terminal knows this many people; whoever has not signed in there for longest is forgotten first.
PEOPLE = 30
SIGN_LENGTH = 24


class KnownDevices:
    """Middleware: gives the browser its cookie once a sign-in is complete, and again with a new password."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        user: User | None = getattr(request, "becomes_known_to", None)
        if user is not None:
            response.set_cookie(
                settings.CAREHUB_DEVICE_COOKIE_NAME,
                signer().sign(".".join([mark_of(user, today()), *others_in(request, user)][:PEOPLE])),
                max_age=KEPT,
                httponly=True,
                secure=settings.SESSION_COOKIE_SECURE,
                samesite="Strict",
            )
        return response


def remember(request: HttpRequest, user: User) -> None:
    """Let the answer to this request make the browser known to `user`."""
    request.becomes_known_to = user  # type: ignore[attr-defined]


def mark_in(request: HttpRequest, user: User | None) -> str | None:
    """Return the mark by which this browser knows `user`, or None: unknown, too old, or of another password."""
    if user is None:
        return None
    for mark in marks_in(request):
        if is_of(mark, user):
            return mark
    return None


def marks_in(request: HttpRequest) -> list[str]:
    """Return the marks of a cookie that this door has given; whether they are anybody's, an account has to say."""
    return marks_of(request.COOKIES.get(settings.CAREHUB_DEVICE_COOKIE_NAME, ""))


def marks_of(cookie: str) -> list[str]:
    try:
        return signer().unsign(cookie).split(".")
    except BadSignature:
        return []


def signer() -> Signer:
    return Signer(salt="access.known_devices")


def others_in(request: HttpRequest, user: User) -> list[str]:
    return [mark for mark in marks_in(request) if not is_of(mark, user)]


def is_of(mark: str, user: User) -> bool:
    day = mark[:-SIGN_LENGTH]
    if not 0 <= today() - int(day) <= KEPT.days:
        return False
    return constant_time_compare(mark, mark_of(user, int(day)))


def mark_of(user: User, day: int) -> str:
    """Return the day and a signature that says nothing of whose it is to whoever has not got the key."""
    said = f"{user.pk} {user.get_session_auth_hash()} {day}"
    return f"{day}{salted_hmac('access.known_devices', said, algorithm='sha256').hexdigest()[:SIGN_LENGTH]}"


def today() -> int:
    """Days of the calendar, counted on."""
    return timezone.now().date().toordinal()
