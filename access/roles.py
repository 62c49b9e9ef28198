"""The verbs of roles and scopes: what an account does at one establishment, and on which rows. Atomic and recorded.

`by` is the account administrator; None is the installer at the command line, whom no rule of reach holds. A function of
the database writes roles, rights and the line of the log about them.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any, NamedTuple

from django.contrib.auth.models import Permission
from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext as _

from access.databases import database_of
from access.enums import ROLES_OF_SIDE, Administered, Role, Side
from access.functions import call_function
from access.models import Establishment, JointAdministration, Membership, User
from access.policy import Scope, scopes_of
from access.reach import (
    require_administrator,
    require_managed,
    require_reached,
    require_somebody_else,
    sides_of,
)
from access.scopes import CARRIED_RIGHTS, is_asked, table, tables, unit_to_name


class NewRole(NamedTuple):
    """A role as it is written, with its first and last day."""

    role: str
    valid_from: date
    valid_until: date | None
    # Of an account administrator: whose accounts. Empty: as it is, and a new one as its giver's.
    administers: str = ""


class Right(NamedTuple):
    """Whether an account shall have one right on one row."""

    codename: str
    row: models.Model
    is_wanted: bool


def check_role(side: str, role: str, *, valid_from: date | None, valid_until: date | None) -> None:
    """Raise ValidationError, by field, for a role of the other side or one that ends before it begins."""
    if role not in Role.values:
        raise ValidationError({"role": _("There is no such role.")})
    if role not in ROLES_OF_SIDE[Side(side)]:
        raise ValidationError({"role": _("This role belongs to the other side of the wall.")})
    if valid_from and valid_until and valid_until < valid_from:
        raise ValidationError({"valid_until": _("The last day comes before the first. Check both dates.")})


def check_unit(establishment: Establishment, side: str, role: str, levels: Mapping[str, Mapping[str, str]]) -> None:
    """Raise ValidationError for a new head of none of several units."""
    for each in tables(establishment, side=side, user_ids=[]):
        if each.scope.only_role == role and not any(levels.get(each.scope.key, {}).values()):
            raise ValidationError({"role": unit_to_name()})


def over_already() -> str:
    return _("This last day is over: the role would open nothing. Check the year.")


def give_role(
    user: User,
    *,
    by: User | None,
    establishment: Establishment,
    role: Role | str,
    valid_from: date | None = None,
    valid_until: date | None = None,
    administers: str = "",
) -> None:
    """Give `user` a role at `establishment` (today on, unless told otherwise), in place of the one they had there.

    One that needs a second person's word waits for it, and the other stands until then (access.second_words).
    Raises ValidationError by field, PermissionDenied.
    """
    require_somebody_else(user, by=by)
    require_administrator(by, establishment, side=user.side)
    require_reached(user, by=by)
    new_role = NewRole(role, valid_from or establishment.today(), valid_until, administers)
    check_administered(by, establishment, administers)
    check_role(user.side, role, valid_from=new_role.valid_from, valid_until=valid_until)
    others = [scope for scope in scopes_of(user.side) if scope.only_role not in {"", role}]
    gone = [right for scope in others for right in rights_of(scope, establishment, {})]
    rights = [*carried(establishment, role), *gone]
    write_access(user, by=by, establishment=establishment, role=new_role, rights=rights)


def check_administered(by: User | None, establishment: Establishment, administers: str) -> None:
    """Raise ValidationError for sides that nobody may give: those that `by` does not manage, both without agreement."""
    if not administers:
        return
    if administers not in Administered.values:
        raise ValidationError({"administers": _("Choose whose accounts this administrator manages.")})
    wanted = Administered(administers)
    if by is not None and not wanted.sides <= sides_of(by, establishment):
        raise ValidationError({"administers": _("You cannot give away a side that you do not manage yourself.")})
    agreed = JointAdministration.objects.filter(establishment=establishment.pk).exists()
    if wanted == Administered.BOTH and not agreed:
        raise ValidationError({"administers": both_sides_need_agreement()})


def both_sides_need_agreement() -> str:
    return _(
        "No agreement on one administration for both sides is recorded for this establishment. Choose one side; "
        "where the local agreement says both, your IT service records it first."
    )


def carried(establishment: Establishment, role: str) -> list[Right]:
    """Return the rights on the establishment itself: the one that `role` carries, and no other."""
    wanted = CARRIED_RIGHTS.get(role)
    return [Right(codename, establishment, codename == wanted) for codename in sorted(set(CARRIED_RIGHTS.values()))]


def take_role(user: User, *, by: User | None, establishment: Establishment) -> None:
    """End the role of `user` at `establishment` at once, and every right that they had there.

    The role stays on record with its last day. Raises ValidationError, PermissionDenied.
    """
    require_somebody_else(user, by=by)
    require_managed(user, by=by, establishment=establishment)
    yesterday = establishment.today() - timedelta(days=1)
    membership = role_at(user, establishment)
    ended = NewRole(membership.role, min(membership.valid_from, yesterday), yesterday, membership.administers)
    rights = [*carried(establishment, ""), *every_scope(user, establishment, {})]
    write_access(user, by=by, establishment=establishment, role=ended, rights=rights)


def role_at(user: User, establishment: Establishment) -> Membership:
    """Return the role of `user` at `establishment`; raise ValidationError when there never was one."""
    roles = Membership.objects.using(database_of(user))
    membership = roles.filter(user_id=user.pk, establishment_id=establishment.pk).first()
    if membership is None:
        raise ValidationError(_("This account has no role at this establishment. Give it one first."))
    return membership


def set_scope(
    user: User, *, by: User | None, establishment: Establishment, scope_key: str, levels: Mapping[str, str]
) -> None:
    """Let `user` see exactly `levels` (row key -> key of a level) of one kind of row at `establishment`.

    Rows that are not named are taken back. Raises ValidationError, PermissionDenied.
    """
    require_somebody_else(user, by=by)
    require_managed(user, by=by, establishment=establishment)
    scope = next((known for known in scopes_of(user.side) if known.key == scope_key), None)
    if scope is None:
        raise ValidationError(_("Accounts of this side have no such scope."))
    role_at(user, establishment)
    write_access(user, by=by, establishment=establishment, rights=rights_of(scope, establishment, levels))


def every_scope(
    user: User, establishment: Establishment, levels: Mapping[str, Mapping[str, str]], *, role: str = ""
) -> list[Right]:
    """Return the rights that leave `user` with exactly `levels`, of every kind of row that `role` does not carry."""
    scopes = [scope for scope in scopes_of(user.side) if not role or is_asked(scope, role)]
    return [right for scope in scopes for right in rights_of(scope, establishment, levels.get(scope.key, {}))]


def rights_of(scope: Scope, establishment: Establishment, levels: Mapping[str, str]) -> list[Right]:
    """Return the rights that leave an account with exactly `levels`, of one kind of row."""
    rows = table(scope, establishment, user_ids=[]).rows
    known = {key: set(codenames) for key, _words, codenames in scope.levels}
    wanted = {row: level for row, level in levels.items() if level}
    if not set(wanted) <= set(rows) or not set(wanted.values()) <= set(known):
        raise ValidationError(_("One of these rows does not belong to this establishment. Reload the page."))
    codenames = sorted(set().union(*known.values()))
    return [
        Right(codename, row, codename in known.get(wanted.get(key, ""), set()))
        for key, row in rows.items()
        for codename in codenames
    ]


def write_access(
    user: User,
    *,
    by: User | None,
    establishment: Establishment,
    rights: list[Right],
    role: NewRole | None = None,
) -> None:
    """Write a role and rights, in one statement that also records it. The caller has checked them."""
    database = database_of(user)
    permissions = {
        (model, codename): key
        for model, codename, key in Permission.objects.using(database).values_list(
            "content_type__model", "codename", "pk"
        )
    }
    call(
        database,
        "access_write_access",
        by,
        establishment,
        user.pk,
        *(role[:3] if role else (None, None, None)),
        [permissions[right.row._meta.model_name or "", right.codename] for right in rights],
        [str(right.row.pk) for right in rights],
        [right.is_wanted for right in rights],
        role.administers if role else "",
    )


def call(database: str, function: str, by: User | None, establishment: Establishment, *values: Any) -> Any:
    """Let a function of a database do something to an account there, in the name of `by`; return what it returns.

    Raises ValidationError when that database does not know the establishment yet.
    """
    return call_function(database, function, by.pk if by else None, establishment.pk, *values)
