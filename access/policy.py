"""Row-level rights inside a side, kept by django-guardian: asks for them, gives them, takes them back.

The rule about one model stands beside that model (appointments.rights); here is only the mechanism. Rights are given
here with the owner's login, unrecorded (demonstration, tests); account administrators do it by access.roles.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeVar

from django.contrib.auth.models import Permission
from django.db import models
from django.db.models import QuerySet
from django.db.models.functions import Cast
from guardian.models import UserObjectPermission

from access.databases import database_of
from access.enums import Side
from access.models import Establishment, User

Row = TypeVar("Row", bound=models.Model)


@dataclass(frozen=True)
class Scope:
    """A kind of row on which an account administrator may give rights to accounts of one side."""

    key: str
    side: Side
    label: Any
    model: type[models.Model]
    # Levels from weakest to strongest: (key, words, permission codenames that it gives).
    levels: tuple[tuple[str, Any, tuple[str, ...]], ...]
    # The rows of one establishment, reduced to what the accounts login may read: a key and a name.
    rows: Callable[[Establishment], QuerySet[Any]]
    # Given beside any role: not even a role that sees everything else brings it.
    beside_role: bool = False
    # Given to accounts of this role and of no other; the role then needs one of the rows, where there are any.
    only_role: str = ""


_scopes: list[Scope] = []


def register_scope(scope: Scope) -> None:
    """Make known a kind of row whose rights the accounts door gives; called once by the app that owns the rows."""
    if all(known.key != scope.key for known in _scopes):
        _scopes.append(scope)


def scopes_of(side: str) -> list[Scope]:
    return [scope for scope in _scopes if scope.side == side]


def granted(user: User, codename: str, model: type[Row]) -> QuerySet[Row]:
    """Return the rows of `model` on which `user` was given `codename`; none when nothing was given.

    By names, as `given_on`: the keys of kinds of rows differ between two databases.
    """
    keys = given_on(user, model).filter(permission__codename=codename)
    return QuerySet(model).filter(pk__in=keys.annotate(row=Cast("object_pk", models.BigIntegerField())).values("row"))


def given_on(user: User, kind: models.Model | type[models.Model]) -> QuerySet[UserObjectPermission]:
    """Return what `user` was given on one row, or on all rows of a model, for a query of the caller's."""
    given: QuerySet[UserObjectPermission] = UserObjectPermission.objects.filter(
        user_id=user.pk,
        permission__content_type__app_label=kind._meta.app_label,
        permission__content_type__model=kind._meta.model_name,
    )
    return given.filter(object_pk=str(kind.pk)) if isinstance(kind, models.Model) else given


def holders(codename: str, rows: QuerySet[Any]) -> QuerySet[UserObjectPermission, int]:
    """Return the keys of accounts that were given `codename` on any of `rows`, for a query of the caller's."""
    given = UserObjectPermission.objects.filter(
        permission__codename=codename,
        permission__content_type__app_label=rows.model._meta.app_label,
        permission__content_type__model=rows.model._meta.model_name,
        object_pk__in=rows.order_by().annotate(key=Cast("pk", models.CharField())).values("key"),
    )
    return given.values_list("user_id", flat=True)


def give(user: User, codename: str, row: models.Model) -> None:
    """Give `user` the right `codename` on `row`, in the database of their account."""
    database, right = _right(user, codename, row)
    UserObjectPermission.objects.using(database).get_or_create(
        user_id=user.pk, permission=right, content_type_id=right.content_type_id, object_pk=str(row.pk)
    )


def take_back(user: User, codename: str, row: models.Model) -> None:
    """Take the right `codename` on `row` back from `user`."""
    database, right = _right(user, codename, row)
    given = UserObjectPermission.objects.using(database)
    given.filter(user_id=user.pk, permission=right, object_pk=str(row.pk)).delete()


def _right(user: User, codename: str, row: models.Model) -> tuple[str, Permission]:
    """Return the database of the account, and the right as it stands there: the keys of rights differ between two."""
    database = database_of(user)
    kind = row._meta
    found = Permission.objects.using(database).get(
        codename=codename, content_type__app_label=kind.app_label, content_type__model=kind.model_name
    )
    return database, found
