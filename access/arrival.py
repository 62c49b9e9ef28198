"""Reads in one statement who comes with a session: its row, the account, its second factors, its roles of today.

Each page began with four of these, one after the other. The statement is the same for everybody, so it is written once
a process; row-level security and the login's rights judge each part of it as they judged the four (docs/adr/0067).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.conf import settings
from django.contrib import auth
from django.contrib.auth.middleware import AuthenticationMiddleware
from django.db import DEFAULT_DB_ALIAS, connection, models
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject
from django_otp import DEVICE_ID_SESSION_KEY
from django_otp.middleware import OTPMiddleware
from django_otp.models import Device
from django_otp.plugins.otp_hotp.models import HOTPDevice
from django_otp.plugins.otp_static.models import StaticDevice
from django_otp.plugins.otp_totp.models import TOTPDevice
from django_otp_webauthn.models import WebAuthnCredential

from access.enums import Side
from access.models import Establishment, Membership, Session, User
from access.sorting import french_key
from access.written import taken

FACTORS: tuple[type[Device], ...] = (TOTPDevice, HOTPDevice, StaticDevice, WebAuthnCredential)
# Written once for each door; a process is one door, a test goes through several.
_written: dict[str, str] = {}
# By door, what its pages ask next of the role at work: SQL over the account `u` and the establishment `e`.
_along: dict[str, str] = {}


def ask_along(door: str, expression: str) -> None:
    """Let that be asked with each arrival at a door; called once by the app whose pages would ask it next."""
    _along[door] = expression
    _written.pop(door, None)


@dataclass(frozen=True)
class Arrival:
    """What came with a session. `factors` are the names of the account's confirmed second factors.

    `along` is what the door asked along (`ask_along`), by the key of the role; nothing for a role that is not at work.
    """

    session: Session
    user: User | None
    factors: frozenset[str]
    memberships: tuple[Membership, ...]
    along: Mapping[int, Any]


def read(session_key: str | None, now: datetime) -> Arrival | None:
    """Return who comes with the session of that key, or None when there is no such session any more. One query."""
    with connection.cursor() as cursor:
        cursor.execute(statement(), [settings.CAREHUB_DOOR, session_key, now])
        rows = cursor.fetchall()
    if not rows:
        return None
    session, rest = taken(Session, rows[0])
    user, rest = taken(User, rest)
    factors, rest = rest[0], rest[1:]
    found = [role for row in rows if (role := role_in(row[-len(rest) :])) is not None]
    found.sort(key=lambda each: (french_key(each[0].establishment.name), each[0].pk))
    roles = tuple(role for role, _answer in found)
    along = {role.pk: answer for role, answer in found}
    return Arrival(session, user if user.pk else None, frozenset(factors), roles, along)


def role_in(row: Sequence[Any]) -> tuple[Membership, Any] | None:
    """Return the role at the end of a row, and what was asked along with it."""
    found, rest = taken(Membership, row)
    if found.pk is None:
        return None
    role: Membership = found
    role.establishment, [along] = taken(Establishment, rest)
    return role, along


def statement() -> str:
    if settings.CAREHUB_DOOR not in _written:
        _written[settings.CAREHUB_DOOR] = write()
    return _written[settings.CAREHUB_DOOR]


def write() -> str:
    parts = (columns(Session, "s"), columns(User, "u"), factors_in_sql(), columns(Membership, "m"))
    # Of several establishments the one where the account worked last is at work, if the session says no other.
    at_work = "e.id = coalesce(u.last_establishment_id, e.id)"
    along = f"CASE WHEN {at_work} THEN {_along.get(settings.CAREHUB_DOOR, 'NULL')} END"
    said = ", ".join((*parts, columns(Establishment, "e"), along))
    return (
        f"SELECT {said} FROM access_session s"  # noqa: S608 names of columns alone
        " LEFT JOIN access_user u ON u.id = s.user_id AND u.side = %s AND u.is_active"
        " LEFT JOIN (access_membership m JOIN access_establishment e ON e.id = m.establishment_id)"
        " ON m.user_id = u.id AND m.valid_from <= timezone(e.time_zone, now())::date"
        " AND (m.valid_until IS NULL OR m.valid_until >= timezone(e.time_zone, now())::date)"
        " WHERE s.session_key = %s AND s.expire_date > %s"
    )


def columns(model: type[models.Model], alias: str) -> str:
    """Return the columns of a model as Django asks for them, with what stands for one that a login may not read."""
    compiler = QuerySet(model).query.get_compiler(DEFAULT_DB_ALIAS)
    asked = (field.select_format(compiler, f'{alias}."{field.column}"', ())[0] for field in model._meta.concrete_fields)
    return ", ".join(asked)


def factors_in_sql() -> str:
    each = " UNION ALL ".join(
        f"SELECT '{model.model_label()}/' || id FROM {model._meta.db_table}"  # noqa: S608 names of tables alone
        " WHERE user_id = u.id AND confirmed"
        for model in FACTORS
    )
    return f"ARRAY({each})"


_session: ContextVar[Any] = ContextVar("session", default=None)


@contextmanager
def with_session(session: Any) -> Iterator[None]:
    """Let the account be looked for in what came with `session`."""
    token = _session.set(session)
    try:
        yield
    finally:
        _session.reset(token)


def account_read(user_id: int) -> User | None:
    """Return the account if it came with the session of this request."""
    arrival: Arrival | None = getattr(_session.get(), "arrival", None)
    return arrival.user if arrival and arrival.user and arrival.user.pk == user_id else None


def arrival_of(request: HttpRequest, user: Any) -> Arrival | None:
    """Return what came with the session of this request, while that session is still the one that it began with."""
    arrival: Arrival | None = getattr(request.session, "arrival", None)
    if arrival is None or arrival.user is None or arrival.user.pk != user.pk:
        return None
    return arrival if arrival.session.session_key == request.session.session_key else None


def roles_of(request: HttpRequest) -> tuple[Membership, ...] | None:
    """Return today's roles of whoever asks, as they came with the session; None where they have to be asked for.

    The accounts door shows roles to whoever has said for whom it asks, and that is said after this statement.
    """
    if settings.CAREHUB_DOOR == Side.ACCOUNTS:
        return None
    arrival = arrival_of(request, request.user)
    return arrival.memberships if arrival else None


def along_of(request: HttpRequest, role: Membership) -> Any:
    """Return what the door asked along for that role; None where it has to be asked for."""
    arrival = arrival_of(request, request.user)
    return arrival.along.get(role.pk) if arrival else None


class AccountOfSession(AuthenticationMiddleware):
    """Django's, with an account that came with its session. Whether the session is still its own, Django judges."""

    def process_request(self, request: HttpRequest) -> None:
        super().process_request(request)
        request.user = SimpleLazyObject(lambda: account_of_session(request))  # type: ignore[assignment]


def account_of_session(request: HttpRequest) -> Any:
    if not hasattr(request, "_cached_user"):
        with with_session(request.session):
            request._cached_user = auth.get_user(request)  # type: ignore[attr-defined] # noqa: SLF001 as Django's own does
    return request._cached_user  # type: ignore[attr-defined] # noqa: SLF001


def put_account_itself(request: HttpRequest) -> None:
    """Put whoever is signed in in the place of what finds them when asked: a page asks a hundred times, through two."""
    if request.user.is_authenticated and isinstance(request.user, SimpleLazyObject):
        request.user = account_of_session(request)


class SecondFactorOfSession(OTPMiddleware):  # type: ignore[misc] # the package has no types
    """django-otp's, which believes a second factor that came with the session's account."""

    def _verify_user_sync(self, request: HttpRequest, user: Any) -> Any:
        arrival = arrival_of(request, user) if user.is_authenticated else None
        name = request.session.get(DEVICE_ID_SESSION_KEY) if arrival else None
        if arrival is None or (name and name not in arrival.factors):
            # A provider's word is a factor of its own kind; or the factor was taken away since.
            return super()._verify_user_sync(request, user)
        self._init_user_fields(user)
        user.otp_device = name or None
        return user
