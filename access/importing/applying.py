"""Writes what a plan says, all or nothing: one transaction in each database, the prisons' committed first."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from typing import Any

from django.contrib.auth.models import Permission
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, ProgrammingError, transaction
from django.utils.translation import gettext as _
from psycopg.types.json import Jsonb

from access.databases import database_for
from access.importing.plan import Access, Fate, Plan, PlannedLine
from access.models import Establishment, User
from access.policy import Scope, scopes_of
from access.refusal import constraint_of
from access.roles import call
from access.scopes import CARRIED_RIGHTS

# One side of one establishment.
Group = tuple[int, str]


def apply(plan: Plan, *, by: User) -> None:
    """Open and change the accounts of `plan`. Raises ValidationError, and then nothing was written.

    A file with accounts of both sides is two transactions, which commit one right after the other. Should the second
    one fail at that very instant, the same file again does what is missing: what stands is left as it is.
    """
    groups: dict[Group, list[PlannedLine]] = defaultdict(list)
    places: dict[int, Establishment] = {}
    for line in plan.of(Fate.NEW, Fate.CHANGED):
        assert line.establishment is not None  # noqa: S101 a line that is not refused has a place
        places[line.establishment.pk] = line.establishment
        groups[line.establishment.pk, line.side].append(line)
    databases = {database_for(side, places[place]) for place, side in groups}
    try:
        with ExitStack() as both:
            # "default" is entered first, and so committed last: the hospital's log tells of a file that is written.
            for database in sorted(databases):
                both.enter_context(transaction.atomic(using=database))
            for (place, side), lines in groups.items():
                write(lines, by=by, establishment=places[place], side=side)
    except (IntegrityError, ProgrammingError, PermissionDenied) as error:
        raise ValidationError(sentence_for(error)) from error


def sentence_for(error: Exception) -> str:
    if isinstance(error, (IntegrityError, ProgrammingError)) and constraint_of(error) == "user_name_taken":
        # An account that this administrator may not know of: the preview could not say so.
        name = getattr(getattr(error.__cause__, "diag", None), "message_detail", None) or ""
        return _("Nothing was imported: the user name “%(name)s” is taken. Choose another.") % {"name": name}
    return _(
        "Nothing was imported: one of these accounts, or your own rights, were changed a moment ago. "
        "Look at the preview again."
    )


@dataclass(frozen=True)
class Right:
    """One right on one row: its key in the database, the row, and what gives it."""

    permission: int
    row: str
    codename: str
    scope: Scope | None = None


def write(lines: list[PlannedLine], *, by: User, establishment: Establishment, side: str) -> None:
    database = database_for(side, establishment)
    rights = list(rights_at(establishment, side=side, database=database))
    call(
        database,
        "access_import_accounts",
        by,
        establishment,
        side,
        [right.permission for right in rights],
        [right.row for right in rights],
        Jsonb([account_values(line, rights) for line in lines]),
    )


def rights_at(establishment: Establishment, *, side: str, database: str) -> Iterator[Right]:
    """Give every right on every row that an account of this side may have here, those that roles carry too."""
    kinds = ("content_type__app_label", "content_type__model", "codename", "pk")
    keys = {tuple(kind): key for *kind, key in Permission.objects.using(database).values_list(*kinds)}
    for codename in sorted(set(CARRIED_RIGHTS.values())):
        yield Right(keys["access", "establishment", codename], str(establishment.pk), codename)
    for scope in scopes_of(side):
        codenames = sorted({codename for _key, _words, level in scope.levels for codename in level})
        for row in scope.rows(establishment):
            for codename in codenames:
                key = keys[row._meta.app_label, row._meta.model_name, codename]
                yield Right(key, str(row.pk), codename, scope)


def account_values(line: PlannedLine, rights: list[Right]) -> dict[str, Any]:
    """Return an account as the database's function takes it; `wanted` are places in the list of rights, from 1."""
    access = line.access
    assert access is not None  # noqa: S101 a line that is not refused has one
    return {
        "username": line.username,
        "full_name": line.full_name,
        "email": line.email,
        "role": access.role,
        "begins": access.valid_from.isoformat(),
        "ends": access.valid_until.isoformat() if access.valid_until else None,
        "administers": access.administers,
        "wanted": [place for place, right in enumerate(rights, 1) if is_wanted(right, access)],
    }


def is_wanted(right: Right, access: Access) -> bool:
    if right.scope is None:
        return CARRIED_RIGHTS.get(access.role) == right.codename
    level = access.levels.get(right.scope.key, {}).get(right.row, "")
    return any(key == level and right.codename in codenames for key, _words, codenames in right.scope.levels)
