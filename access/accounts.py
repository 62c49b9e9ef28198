"""The verbs of an account's life: open, change, close, reset. Each is atomic, keeps its rules, and is recorded.

`by` is the account administrator, acting at `establishment`; None is the installer at the command line, whom no rule
of reach holds. Roles and scopes have their verbs in access.roles.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date

from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection, transaction

from access import audit
from access.enums import FactorKind, Role, Side, Verb
from access.factors import WrongCode, new_device, synchronise
from access.models import Establishment, User
from access.models.user import JUSTICE_MAIL
from access.passwords import first_password
from access.reach import require_administrator, require_managed, require_somebody_else
from access.roles import check_role, give_role, set_scope, take_role, write_role, write_scopes
from access.scopes import CARRIED_RIGHTS

__all__ = [
    "change_account",
    "deactivate",
    "give_role",
    "give_token",
    "open_account",
    "reactivate",
    "reset_password",
    "reset_second_factor",
    "set_scope",
    "take_role",
]


def open_account(
    establishment: Establishment,
    *,
    by: User | None,
    side: Side | str,
    role: Role | str,
    username: str,
    full_name: str,
    email: str = "",
    valid_from: date | None = None,
    valid_until: date | None = None,
    levels: Mapping[str, Mapping[str, str]] | None = None,
) -> tuple[User, str]:
    """Open an account with one role at `establishment`; return it and its first password, which is kept nowhere.

    `levels` is its scope: kind of row -> key of a row -> key of a level. A role that carries every row needs none.

    Somebody who works on both sides gets two accounts. Raises ValidationError by field, PermissionDenied.
    """
    require_administrator(by, establishment)
    check_role(side, role, valid_from=valid_from, valid_until=valid_until)
    user = User(username=username.strip().lower(), full_name=full_name.strip(), email=email.strip(), side=Side(side))
    check_account(user)
    password = first_password()
    user.set_password(password)
    with transaction.atomic():
        insert(user)
        write_role(user, establishment, role=role, valid_from=valid_from, valid_until=valid_until)
        if role not in CARRIED_RIGHTS:
            write_scopes(user, establishment, levels or {})
        audit.record(by=by, verb=Verb.OPEN_ACCOUNT, target=user, establishment=establishment)
        audit.record(by=by, verb=Verb.GRANT, target=user, establishment=establishment)
    return user, password


def check_account(user: User) -> None:
    """Raise ValidationError, by field, for an account that may not be: before the database refuses it."""
    wrong: dict[str, list[str]] = {}
    try:
        user.clean_fields(exclude=["password"])
    except ValidationError as refusal:
        wrong = dict(refusal.message_dict)
    if user.side == Side.CARE and re.search(JUSTICE_MAIL, user.email, re.IGNORECASE):
        wrong.setdefault("email", []).append(sentence_of("care_account_without_justice_mail"))
    if User.objects.filter(username__iexact=user.username).exclude(pk=user.pk).exists():
        wrong.setdefault("username", []).append(sentence_of("user_name_once"))
    if wrong:
        raise ValidationError(wrong)


def sentence_of(constraint: str) -> str:
    return str(next(known for known in User._meta.constraints if known.name == constraint).violation_error_message)


def insert(user: User) -> None:
    """Write a new account. Raises ValidationError for a name that was taken a moment ago."""
    try:
        with transaction.atomic():
            user.save(force_insert=True)
    except IntegrityError as error:
        raise ValidationError({"username": sentence_of("user_name_once")}) from error


def change_account(
    user: User, *, by: User | None, establishment: Establishment, full_name: str, email: str = ""
) -> None:
    """Correct the name and the mail address of an account. Raises ValidationError by field, PermissionDenied."""
    require_managed(user, by=by, establishment=establishment)
    with transaction.atomic():
        user.full_name, user.email = full_name.strip(), email.strip()
        check_account(user)
        user.save(update_fields=["full_name", "email"])
        audit.record(by=by, verb=Verb.CHANGE_ACCOUNT, target=user, establishment=establishment)


def reset_second_factor(user: User, *, by: User | None, establishment: Establishment) -> None:
    """Forget the second factors and backup codes of `user` and end their sessions; they enrol at the next sign-in."""
    require_somebody_else(user, by=by)
    require_managed(user, by=by, establishment=establishment)
    with transaction.atomic():
        call("access_reset_second_factor", user)
        call("access_end_sessions", user)
        audit.record(by=by, verb=Verb.RESET_FACTOR, target=user, establishment=establishment)


def give_token(
    user: User,
    *,
    by: User | None,
    establishment: Establishment,
    kind: str,
    secret: str,
    digits: int,
    step: int,
    name: str,
    code: str = "",
) -> None:
    """Make a hardware token a second factor of `user`; `code`, when the token is at hand, proves and sets it.

    The account's other factors stay. Raises WrongCode, ValidationError, PermissionDenied.
    """
    require_somebody_else(user, by=by)
    require_managed(user, by=by, establishment=establishment)
    token = new_device(user=user, kind=kind, key=secret, digits=digits, step=step, name=name)
    if code and not synchronise(token, code):
        raise WrongCode
    moved_by = token.counter if kind == FactorKind.BUTTON else token.drift
    with transaction.atomic():
        with connection.cursor() as cursor:
            given = [user.pk, kind, secret, digits, step, moved_by, name]
            cursor.execute("SELECT access_give_token(%s, %s, %s, %s, %s, %s, %s)", given)
        audit.record(by=by, verb=Verb.GIVE_TOKEN, target=user, establishment=establishment)


def reset_password(user: User, *, by: User | None, establishment: Establishment) -> str:
    """Return a new first password for `user`, kept nowhere, and end their sessions."""
    require_somebody_else(user, by=by)
    require_managed(user, by=by, establishment=establishment)
    password = first_password()
    user.set_password(password)
    user.must_change_password = True
    with transaction.atomic():
        user.save(update_fields=["password", "must_change_password"])
        call("access_end_sessions", user)
        audit.record(by=by, verb=Verb.RESET_PASSWORD, target=user, establishment=establishment)
    return password


def deactivate(user: User, *, by: User | None, establishment: Establishment) -> None:
    """Close the account at once: its sessions and calendar addresses end with this click."""
    require_somebody_else(user, by=by)
    require_managed(user, by=by, establishment=establishment)
    with transaction.atomic():
        user.is_active = False
        user.save(update_fields=["is_active"])
        call("access_end_sessions", user)
        audit.record(by=by, verb=Verb.DEACTIVATE, target=user, establishment=establishment)


def reactivate(user: User, *, by: User | None, establishment: Establishment) -> None:
    """Let a closed account sign in again, with the roles it still has; calendar addresses stay revoked."""
    require_managed(user, by=by, establishment=establishment)
    with transaction.atomic():
        user.is_active = True
        user.save(update_fields=["is_active"])
        audit.record(by=by, verb=Verb.REACTIVATE, target=user, establishment=establishment)


def call(function: str, user: User) -> None:
    """Run a verb of the database on an account whose sessions and second factors this login may not read."""
    if function not in {"access_reset_second_factor", "access_end_sessions"}:
        raise ValueError(function)
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {function}(%s)", [user.pk])
