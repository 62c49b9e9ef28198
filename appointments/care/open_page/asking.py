"""Reads in one statement what an open page asks, and who asks: nothing is said to whoever may not open a page.

An unchanged answer is given from here, before Django has found the session, the account and the page: that is the
largest load of a whole country (docs/adr/0070). What is not the plainest case goes the way of every page, so that each
rule of signing in stands where it stood.
"""

from __future__ import annotations

from datetime import date
from typing import Any, NamedTuple

from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.sessions.backends.base import SessionBase
from django.db import DatabaseError, InterfaceError, connection
from django.http import HttpRequest, HttpResponse, HttpResponseNotModified
from django.utils import timezone
from django.utils.crypto import constant_time_compare, salted_hmac
from django_otp import DEVICE_ID_SESSION_KEY

from access.enums import CARE_ROLES
from access.middleware import CHOSEN_ESTABLISHMENT
from access.models import User
from access.session_life import seconds_left, who
from access.sessions import SessionStore
from appointments.arithmetic.publication_grid import PATIENCE
from appointments.care.living import NOTHING, Tag
from appointments.care.pages import YEARS

ASK = "SELECT * FROM appointments_open_page(%s, %s, %s, %s, %s)"


class Asked(NamedTuple):
    """Who asks, and what has happened: the columns of the function, in its order."""

    session_data: str
    user_id: int
    username: str
    password: str
    must_change_password: bool
    last_place: int | None
    factors: list[str]
    places: list[int] | None
    roles: list[str] | None
    urgent: list[bool] | None
    newest: str | None


def read(session_key: str, *, place: int | None, day: date | None) -> Asked | None:
    """Return who comes with a session and what is new at `place` and for `day`. One query."""
    values: list[Any] = [session_key, timezone.now(), PATIENCE, place, day]
    with connection.cursor() as cursor:
        cursor.execute(ASK, values)
        rows = cursor.fetchall()
    return Asked(*rows[0]) if rows else None


def unchanged(request: HttpRequest) -> HttpResponse | None:
    """Answer that nothing has changed; None where that is not certain, and the page has to be asked."""
    tag = Tag.of(request)
    key = request.COOKIES.get(settings.SESSION_COOKIE_NAME)
    if request.method != "GET" or not key or tag is None or tag.urgent != NOTHING:
        return None
    place, day = place_and_day(request)
    try:
        asked = read(key, place=None if tag.is_fresh else place, day=day)
    except (DatabaseError, InterfaceError):
        return None
    role = role_of(request, asked, key, place) if asked else None
    if asked is None or role is None:
        return None
    if place is None or tag.is_fresh or tag.stamp == stamp_of(request, asked, role):
        return HttpResponseNotModified(headers={"ETag": str(tag)})
    return None


def place_and_day(request: HttpRequest) -> tuple[int | None, date | None]:
    """Return about which establishment and day a page asks; nothing of both where it shows neither."""
    try:
        place, day = int(request.GET["place"]), date.fromisoformat(request.GET["day"])
    except (KeyError, ValueError):
        return None, None
    return (place, day) if 0 < place < 2**63 and day.year in YEARS else (None, None)


def role_of(request: HttpRequest, asked: Asked, key: str, place: int | None) -> str | None:
    """Return the role in which somebody asks who is fully signed in, at a place where nothing urgent waits; or None.

    Each line is a rule that a page's own way upholds too (access.arrival, access.session_life, access.middleware).
    """
    session = SessionStore(key)
    data = session.decode(asked.session_data)
    user = User(pk=asked.user_id, username=asked.username, password=asked.password)
    said = request.headers.get("CareHub-Who")
    is_signed_in = (
        data.get(SESSION_KEY) == str(asked.user_id)
        and data.get(BACKEND_SESSION_KEY) in settings.AUTHENTICATION_BACKENDS
        and constant_time_compare(data.get(HASH_SESSION_KEY, ""), user.get_session_auth_hash())
        and data.get(DEVICE_ID_SESSION_KEY) in asked.factors
        and not asked.must_change_password
        and lives(session, data)
        and (not said or said == who(asking_as(user)))
    )
    if not is_signed_in or not asked.places or not asked.roles or not asked.urgent:
        return None
    here = data.get(CHOSEN_ESTABLISHMENT, asked.last_place)
    if len(asked.places) == 1:
        here = asked.places[0]
    mine = [place for place, each in enumerate(asked.places) if each == here]
    if len(mine) != 1 or place not in {None, here} or asked.urgent[mine[0]]:
        return None
    role = asked.roles[mine[0]]
    return role if role in CARE_ROLES else None


def lives(session: SessionBase, data: dict[str, Any]) -> bool:
    """Whether the session has neither been idle nor open for too long."""
    session._session_cache = data  # type: ignore[attr-defined] # noqa: SLF001 read already, by one statement
    request = HttpRequest()
    request.session = session
    return seconds_left(request) > 0


def asking_as(user: User) -> HttpRequest:
    request = HttpRequest()
    request.user = user
    return request


def stamp_of(request: HttpRequest, asked: Asked, role: str) -> str:
    """Return the stamp of this moment: the same one, and nothing that the page shows has changed. "" for no moment.

    Read without a look at any appointment: how much was changed today, where officers say that people are, what is
    frozen. What leaves no trace there (a cell, a name, an absence, a right) shows with the next minute.
    """
    if asked.newest is None:
        return ""
    language = request.COOKIES.get(settings.LANGUAGE_COOKIE_NAME, "") + request.headers.get("Accept-Language", "")
    told = [asked.newest, asked.user_id, role, language, request.get_full_path(), int(timezone.now().timestamp()) // 60]
    return salted_hmac("carehub.stamp", repr(told), algorithm="sha256").hexdigest()[:16]
