"""The verbs of an account's life: open, change, close, reset. Each is atomic, keeps its rules, and is recorded.

`by` is the account administrator, acting at `establishment`; None is the installer at the command line, whom no rule
of reach holds. Roles and scopes have their verbs in access.roles. Functions of the database do what is done to an
account, and write the log themselves (docs/adr/0027).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from datetime import date

from django.contrib.auth.hashers import make_password
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

from access.databases import database_for, database_of, databases_of
from access.enums import Asked, FactorKind, Role, Side
from access.factors import WrongCode, new_device, synchronise
from access.functions import RULES
from access.models import Establishment, User
from access.models.user import JUSTICE_MAIL
from access.passwords import first_password
from access.reach import require_administrator, require_managed, require_somebody_else
from access.refusal import constraint_of
from access.roles import (
    NewRole,
    call,
    carried,
    check_administered,
    check_role,
    check_unit,
    every_scope,
    give_role,
    over_already,
    set_scope,
    take_role,
    write_access,
)
from access.second_words import is_guarded

# Of any alphabet. No @: a user name is no mail address, least of all one of justice.fr.
PLAIN_NAME = re.compile(r"[\w.-]+")

__all__ = [
    "ask_again",
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
    "unlock",
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
    administers: str = "",
) -> tuple[User, str]:
    """Open an account with one role at `establishment`; return it and its first password, which is kept nowhere.

    `levels` is its scope: kind of row -> key of a row -> key of a level. A role that carries every row needs none.

    One of the care side stays closed until a second person confirms it (access.second_words), unless the installer
    opens it. Somebody who works on both sides gets two accounts. Raises ValidationError by field, PermissionDenied.
    """
    require_administrator(by, establishment, side=side)
    check_role(side, role, valid_from=valid_from, valid_until=valid_until)
    check_unit(establishment, side, role, levels or {})
    if by is not None and valid_until is not None and valid_until < establishment.today():
        raise ValidationError({"valid_until": over_already()})
    check_administered(by, establishment, administers)
    user = User(username=username.strip().lower(), full_name=full_name.strip(), email=email.strip(), side=Side(side))
    check_account(user, databases_of(establishment))
    password = first_password()
    new_role = NewRole(role, valid_from or establishment.today(), valid_until, administers)
    with transaction.atomic(using=database_for(side, establishment)):
        user = insert(user, password, by=by, establishment=establishment)
        rights = carried(establishment, role) + every_scope(user, establishment, levels or {}, role=role)
        write_access(user, by=by, establishment=establishment, role=new_role, rights=rights)
    user.refresh_from_db()
    return user, password


def check_account(user: User, databases: Iterable[str]) -> None:
    """Raise ValidationError, by field, for an account that may not be: before a database refuses it.

    Its name is looked for in all of `databases`: nobody shall take two people for one.
    """
    wrong: dict[str, list[str]] = {}
    for field, sentence in wrong_values(user, is_new=user.pk is None):
        wrong.setdefault(field, []).append(sentence)
    if any(
        User.objects.using(database).filter(username__iexact=user.username).exclude(pk=user.pk).exists()
        for database in databases
    ):
        wrong.setdefault("username", []).append(sentence_of("user_name_once"))
    if wrong:
        raise ValidationError(wrong)


def check_values(*, is_new: bool, **values: str) -> list[tuple[str, str]]:
    """Return what is wrong with values of an account that are not written yet: field and sentence. Asks no database."""
    return list(wrong_values(User(**values), is_new=is_new))


def wrong_values(user: User, *, is_new: bool) -> Iterator[tuple[str, str]]:
    """Go through the fields. A user name of before this rule stays: it cannot be changed."""
    is_plain = not is_new or not user.username or PLAIN_NAME.fullmatch(user.username) is not None
    if not is_plain:
        yield "username", str(RULES["user_name_is_plain"])
    try:
        user.clean_fields(exclude=["password"] if is_plain else ["password", "username"])
    except ValidationError as refusal:
        yield from ((field, sentence) for field, sentences in refusal.message_dict.items() for sentence in sentences)
    if user.side == Side.CARE and re.search(JUSTICE_MAIL, user.email, re.IGNORECASE):
        yield "email", sentence_of("care_account_without_justice_mail")


def sentence_of(constraint: str) -> str:
    return str(next(known for known in User._meta.constraints if known.name == constraint).violation_error_message)


def insert(user: User, password: str, *, by: User | None, establishment: Establishment) -> User:
    """Write a new account and return it. Raises ValidationError for a name that was taken a moment ago."""
    database = database_for(user.side, establishment)
    values = [user.side, user.username, user.full_name, user.email, make_password(password)]
    try:
        with transaction.atomic(using=database):
            key = call(database, "access_open_account", by, establishment, *values)
    except IntegrityError as error:
        if constraint_of(error) != "user_name_once":
            raise
        raise ValidationError({"username": sentence_of("user_name_once")}) from error
    # Not read back: until it has a role, nobody at this door may know of it.
    user.pk, user.is_active = key, False
    user._state.db, user._state.adding = database, False  # noqa: SLF001 (as a row that was read)
    return user


def change_account(
    user: User, *, by: User | None, establishment: Establishment, full_name: str, email: str = ""
) -> None:
    """Correct the name and the mail address of an account. Raises ValidationError by field, PermissionDenied."""
    require_managed(user, by=by, establishment=establishment)
    user.full_name, user.email = full_name.strip(), email.strip()
    check_account(user, [database_of(user)])
    call(database_of(user), "access_change_account", by, establishment, user.pk, user.full_name, user.email)


def reset_second_factor(user: User, *, by: User | None, establishment: Establishment) -> None:
    """Forget the second factors and backup codes of `user` and end their sessions.

    At the next sign-in they enrol and change their password. Of a head of unit this only asks for a second
    person's word.
    """
    require_somebody_else(user, by=by)
    require_managed(user, by=by, establishment=establishment)
    if by is not None and is_guarded(user):
        call(database_of(user), "access_ask_word", by, establishment, user.pk, Asked.RESET_FACTOR.value)
    else:
        call(database_of(user), "access_reset_second_factor", by, establishment, user.pk)


def ask_again(user: User, *, by: User | None, establishment: Establishment) -> None:
    """Ask for a second person's word once more, for an account that nobody confirmed."""
    require_managed(user, by=by, establishment=establishment)
    call(database_of(user), "access_ask_word", by, establishment, user.pk, Asked.OPEN_ACCOUNT.value)


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

    The account's other factors stay; its sessions end, and the password is changed at the next sign-in. Raises
    WrongCode, ValidationError, PermissionDenied.
    """
    require_somebody_else(user, by=by)
    require_managed(user, by=by, establishment=establishment)
    if by is not None and is_guarded(user):
        raise ValidationError(str(RULES["second_word_needed"]))
    token = new_device(user=user, kind=kind, key=secret, digits=digits, step=step, name=name)
    if code and not synchronise(token, code):
        raise WrongCode
    moved_by = token.counter if kind == FactorKind.BUTTON else token.drift
    call(database_of(user), "access_give_token", by, establishment, user.pk, kind, secret, digits, step, moved_by, name)


def reset_password(user: User, *, by: User | None, establishment: Establishment) -> str:
    """Return a new first password for `user`, kept nowhere, and end their sessions."""
    require_somebody_else(user, by=by)
    require_managed(user, by=by, establishment=establishment)
    password = first_password()
    call(database_of(user), "access_set_first_password", by, establishment, user.pk, make_password(password))
    return password


def unlock(user: User, *, by: User | None, establishment: Establishment) -> None:
    """End the wait of `user` after wrong passwords and codes, at once."""
    require_somebody_else(user, by=by)
    require_managed(user, by=by, establishment=establishment)
    call(database_of(user), "access_unlock", by, establishment, user.pk)


def deactivate(user: User, *, by: User | None, establishment: Establishment) -> None:
    """Close the account at once: its sessions and calendar addresses end with this click."""
    require_somebody_else(user, by=by)
    require_managed(user, by=by, establishment=establishment)
    call(database_of(user), "access_set_active", by, establishment, user.pk, False)  # noqa: FBT003 a column's value


def reactivate(user: User, *, by: User | None, establishment: Establishment) -> None:
    """Let a closed account sign in again, with the roles it still has; calendar addresses stay revoked."""
    require_managed(user, by=by, establishment=establishment)
    call(database_of(user), "access_set_active", by, establishment, user.pk, True)  # noqa: FBT003 a column's value
