"""The verbs of roles and scopes: what an account does at one establishment, and on which rows. Atomic and recorded.

`by` is the account administrator; None is the installer at the command line, whom no rule of reach holds.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from access import audit
from access.enums import ROLES_OF_SIDE, Role, Side, Verb
from access.models import Establishment, Membership, User
from access.policy import Scope, give, scopes_of, take_back
from access.reach import require_administrator, require_managed, require_reached, require_somebody_else
from access.scopes import CARRIED_RIGHTS, table


def check_role(side: str, role: str, *, valid_from: date | None, valid_until: date | None) -> None:
    """Raise ValidationError, by field, for a role of the other side or one that ends before it begins."""
    if role not in ROLES_OF_SIDE[Side(side)]:
        raise ValidationError({"role": _("This role belongs to the other side of the wall.")})
    if valid_from and valid_until and valid_until < valid_from:
        raise ValidationError({"valid_until": _("The last day comes before the first. Check both dates.")})


def give_role(
    user: User,
    *,
    by: User | None,
    establishment: Establishment,
    role: Role | str,
    valid_from: date | None = None,
    valid_until: date | None = None,
) -> Membership:
    """Give `user` a role at `establishment` (today on, unless told otherwise), in place of the one they had there.

    Raises ValidationError by field, PermissionDenied.
    """
    require_somebody_else(user, by=by)
    require_administrator(by, establishment)
    require_reached(user, by=by)
    with transaction.atomic():
        User.objects.select_for_update(no_key=True).get(pk=user.pk)
        membership = write_role(user, establishment, role=role, valid_from=valid_from, valid_until=valid_until)
        audit.record(by=by, verb=Verb.GRANT, target=user, establishment=establishment)
    return membership


def write_role(
    user: User, establishment: Establishment, *, role: Role | str, valid_from: date | None, valid_until: date | None
) -> Membership:
    """Write a role and the rights it carries. The caller holds the account, and records it."""
    begins = valid_from or establishment.today()
    check_role(user.side, role, valid_from=begins, valid_until=valid_until)
    fields = {"side": user.side, "role": Role(role), "valid_from": begins, "valid_until": valid_until}
    membership, _new = Membership.objects.update_or_create(user=user, establishment=establishment, defaults=fields)
    carry(user, establishment, CARRIED_RIGHTS.get(role))
    return membership


def carry(user: User, establishment: Establishment, wanted: str | None) -> None:
    """Leave `user` with `wanted` as the only right on the establishment itself, or with none."""
    for codename in sorted(set(CARRIED_RIGHTS.values())):
        (give if codename == wanted else take_back)(user, codename, establishment)


def take_role(user: User, *, by: User | None, establishment: Establishment) -> None:
    """End the role of `user` at `establishment` at once, and every right that they had there.

    The role stays on record with its last day. Raises ValidationError, PermissionDenied.
    """
    require_somebody_else(user, by=by)
    require_managed(user, by=by, establishment=establishment)
    yesterday = establishment.today() - timedelta(days=1)
    with transaction.atomic():
        User.objects.select_for_update(no_key=True).get(pk=user.pk)
        membership = role_at(user, establishment)
        membership.valid_until = yesterday
        membership.valid_from = min(membership.valid_from, yesterday)
        membership.save(update_fields=["valid_from", "valid_until"])
        carry(user, establishment, None)
        write_scopes(user, establishment, {})
        audit.record(by=by, verb=Verb.REVOKE, target=user, establishment=establishment)


def role_at(user: User, establishment: Establishment) -> Membership:
    """Return the role of `user` at `establishment`; raise ValidationError when there never was one."""
    membership = Membership.objects.filter(user=user, establishment=establishment).first()
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
    with transaction.atomic():
        User.objects.select_for_update(no_key=True).get(pk=user.pk)
        role_at(user, establishment)
        for verb in write_levels(user, scope, establishment, levels):
            audit.record(by=by, verb=verb, target=user, establishment=establishment)


def write_scopes(user: User, establishment: Establishment, levels: Mapping[str, Mapping[str, str]]) -> None:
    """Leave `user` with exactly `levels`, of every kind of row. The caller records it."""
    for scope in scopes_of(user.side):
        write_levels(user, scope, establishment, levels.get(scope.key, {}))


def write_levels(user: User, scope: Scope, establishment: Establishment, levels: Mapping[str, str]) -> list[Verb]:
    """Give and take back rights until `user` has exactly `levels`; return the verbs to record."""
    known = table(scope, establishment, user_ids=[user.pk])
    before = known.levels.get(user.pk, {})
    strength = {"": 0} | {key: place for place, (key, _words, _rights) in enumerate(scope.levels, start=1)}
    wanted = {row: level for row, level in levels.items() if level}
    if not set(wanted) <= set(known.rows) or not set(wanted.values()) <= set(strength):
        raise ValidationError(_("One of these rows does not belong to this establishment. Reload the page."))
    verbs: set[Verb] = set()
    for key, row in known.rows.items():
        old, new = before.get(key, ""), wanted.get(key, "")
        if old != new:
            write_level(user, scope, row, new)
            verbs.add(Verb.GRANT if strength[new] > strength[old] else Verb.REVOKE)
    return sorted(verbs)


def write_level(user: User, scope: Scope, row: Any, level: str) -> None:
    wanted = next((set(rights) for key, _words, rights in scope.levels if key == level), set())
    for codename in sorted({codename for _key, _words, rights in scope.levels for codename in rights}):
        (give if codename in wanted else take_back)(user, codename, row)
