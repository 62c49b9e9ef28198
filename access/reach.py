"""Which accounts and which lines of the log an account administrator reaches; anything else does not exist for them."""

from __future__ import annotations

from collections.abc import Iterable
from typing import cast

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import DEFAULT_DB_ALIAS
from django.db.models import CharField, Exists, OuterRef, Q, QuerySet
from django.db.models.functions import Cast
from django.http import Http404
from django.utils.translation import gettext as _

from access import sight
from access.databases import database_for, database_of
from access.enums import Administered, Role, Side
from access.models import AuditEntry, Establishment, Membership, User

# What the log calls a name that no account has, and an address, where it tells of a failure that is nobody's.
UNKNOWN_NAME, ADDRESS = NOBODYS = ("access.unknownname", "access.address")


def sides_of(user: User, establishment: Establishment) -> frozenset[Side]:
    """Return the sides whose accounts `user` manages at `establishment` today."""
    sight.stand_for(user)
    roles = Membership.objects.current().filter(user=user, establishment=establishment, role=Role.ACCOUNT_ADMIN)
    whose = roles.values_list("administers", flat=True).first() if user.is_active else None
    return Administered(whose).sides if whose else frozenset()


def require_administrator(user: User | None, establishment: Establishment, *, side: str = "") -> None:
    """Raise PermissionDenied unless `user` administers `establishment`, and there the accounts of `side` if named.

    None is the installer at the command line.
    """
    if user is None:
        return
    mine = sides_of(user, establishment)
    if not mine or (side in {Side.CARE, Side.PRISON} and side not in mine):
        raise PermissionDenied(_("You do not manage the accounts of this establishment."))


def accounts_managed_at(establishment: Establishment, *, database: str = DEFAULT_DB_ALIAS) -> QuerySet[User]:
    """Return the accounts in `database` that an administrator of `establishment` manages.

    They have a role here that has not ended; or had one, and work nowhere else, so that somebody can still close
    or reopen the account. Whoever left for another establishment belongs to that one.
    """
    roles = Membership.objects.filter(user=OuterRef("pk"))
    here = roles.filter(establishment_id=establishment.pk)
    return cast(
        "QuerySet[User]",
        User.objects.using(database).filter(Exists(here.unended()) | Exists(here) & ~Exists(roles.unended())),
    )


def managed_or_404(establishment: Establishment, side: str, key: int) -> User:
    """Return the account of that side with that key; raise Http404 when it is not managed here, or is not at all."""
    if side not in Side.values:
        raise Http404
    accounts = accounts_managed_at(establishment, database=database_for(side, establishment))
    user = accounts.filter(pk=key, side=side).first()
    if user is None:
        raise Http404
    return user


def is_managed(user: User, establishment: Establishment) -> bool:
    return accounts_managed_at(establishment, database=database_of(user)).filter(pk=user.pk).exists()


def require_managed(user: User, *, by: User | None, establishment: Establishment) -> None:
    """Raise PermissionDenied unless `by` administers `establishment` and `user` is managed there."""
    require_administrator(by, establishment, side=user.side)
    if by is not None and not is_managed(user, establishment):
        raise PermissionDenied(_("You do not manage this account."))


def require_reached(user: User, *, by: User | None) -> None:
    """Raise PermissionDenied unless `by` manages `user` at an establishment of theirs: nobody pulls accounts in."""
    if by is None:
        return
    mine = Membership.objects.current().filter(user=by, role=Role.ACCOUNT_ADMIN)
    establishments = Establishment.objects.filter(pk__in=mine.values("establishment"))
    if not any(is_managed(user, establishment) for establishment in establishments):
        raise PermissionDenied(_("You do not manage this account."))


def require_somebody_else(user: User, *, by: User | None) -> None:
    """Raise ValidationError when an administrator would close, change or free their own account."""
    if by is not None and (by.side, by.pk) == (user.side, user.pk):
        raise ValidationError(_("You cannot do this to your own account: ask another account administrator."))


def log_of(establishment: Establishment, *, database: str = DEFAULT_DB_ALIAS) -> QuerySet[AuditEntry]:
    """Return the lines of the log of `database` that concern `establishment`, newest first.

    Signing in concerns no single establishment: those lines show wherever the account is managed. Failures of names
    that no account has concern everybody.
    """
    managed = accounts_managed_at(establishment, database=database)
    theirs = Q(user_id__in=managed.values("pk"))
    unsigned = Q(target_type=User._meta.label_lower, target_id__in=managed.values(key=Cast("pk", CharField())))
    nobodys = Q(target_type__in=NOBODYS)
    anywhere = Q(establishment_id__isnull=True) & (theirs | Q(user_id__isnull=True) & (unsigned | nobodys))
    return AuditEntry.objects.using(database).filter(Q(establishment_id=establishment.pk) | anywhere).order_by("-id")


def log_of_account(establishment: Establishment, user: User) -> QuerySet[AuditEntry]:
    database = database_of(user)
    theirs = written_by([user], database=database) | about([user], database=database)
    return log_of(establishment, database=database).filter(theirs)


def written_by(users: Iterable[User], *, database: str) -> Q:
    """Return the condition that one of `users` wrote a line of the log of `database`.

    Administrators act in a prison's database, too, under the key that their account has in the hospital's.
    """
    here: list[User] = []
    administrators: list[User] = []
    for user in users:
        (here if database_of(user) == database else administrators).append(user)
    by_administrators = Q(
        door=Side.ACCOUNTS, user_id__in=[user.pk for user in administrators if user.side == Side.ACCOUNTS]
    )
    by_them = Q(user_id__in=[user.pk for user in here])
    return by_them if database == DEFAULT_DB_ALIAS else by_them & ~Q(door=Side.ACCOUNTS) | by_administrators


def about(users: Iterable[User], *, database: str) -> Q:
    """Return the condition that a line of the log of `database` is about the account of one of `users`."""
    keys = [str(user.pk) for user in users if database_of(user) == database]
    return Q(target_type=User._meta.label_lower, target_id__in=keys)


def database_of_writer(entry: AuditEntry) -> str:
    """Return in which database the account stands that wrote a line."""
    return DEFAULT_DB_ALIAS if entry.door == Side.ACCOUNTS else database_of(entry)
