"""Which accounts and which lines of the log an account administrator reaches; anything else does not exist for them."""

from __future__ import annotations

from typing import cast

from django.core.exceptions import PermissionDenied, ValidationError
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.http import Http404
from django.utils.translation import gettext as _

from access.enums import Role
from access.models import AuditEntry, Establishment, Membership, User


def administers(user: User, establishment: Establishment) -> bool:
    roles = Membership.objects.current().filter(user=user, establishment=establishment, role=Role.ACCOUNT_ADMIN)
    return user.is_active and roles.exists()


def require_administrator(user: User | None, establishment: Establishment) -> None:
    """Raise PermissionDenied unless `user` administers `establishment`; None is the installer at the command line."""
    if user is not None and not administers(user, establishment):
        raise PermissionDenied(_("You do not manage the accounts of this establishment."))


def accounts_managed_at(establishment: Establishment) -> QuerySet[User]:
    """Return the accounts that an administrator of `establishment` manages.

    They have a role here that has not ended; or had one, and work nowhere else, so that somebody can still close
    or reopen the account. Whoever left for another establishment belongs to that one.
    """
    roles = Membership.objects.filter(user=OuterRef("pk"))
    here = roles.filter(establishment=establishment)
    return cast(
        "QuerySet[User]",
        User.objects.filter(Exists(here.unended()) | Exists(here) & ~Exists(roles.unended())),
    )


def managed_or_404(establishment: Establishment, key: int) -> User:
    """Return the account with that key; raise Http404 when it is not managed here, as when there is none."""
    user = accounts_managed_at(establishment).filter(pk=key).first()
    if user is None:
        raise Http404
    return user


def require_managed(user: User, *, by: User | None, establishment: Establishment) -> None:
    """Raise PermissionDenied unless `by` administers `establishment` and `user` is managed there."""
    require_administrator(by, establishment)
    if by is not None and not accounts_managed_at(establishment).filter(pk=user.pk).exists():
        raise PermissionDenied(_("You do not manage this account."))


def require_reached(user: User, *, by: User | None) -> None:
    """Raise PermissionDenied unless `by` manages `user` at an establishment of theirs: nobody pulls accounts in."""
    if by is None:
        return
    mine = Membership.objects.current().filter(user=by, role=Role.ACCOUNT_ADMIN)
    establishments = Establishment.objects.filter(pk__in=mine.values("establishment"))
    if not any(accounts_managed_at(establishment).filter(pk=user.pk).exists() for establishment in establishments):
        raise PermissionDenied(_("You do not manage this account."))


def require_somebody_else(user: User, *, by: User | None) -> None:
    """Raise ValidationError when an administrator would close, change or free their own account."""
    if by is not None and by.pk == user.pk:
        raise ValidationError(_("You cannot do this to your own account: ask another account administrator."))


def log_of(establishment: Establishment) -> QuerySet[AuditEntry]:
    """Return the lines of the log that concern `establishment`, newest first.

    Signing in concerns no single establishment: those lines show wherever the account is managed.
    """
    anywhere = Q(establishment_id__isnull=True, user_id__in=accounts_managed_at(establishment).values("pk"))
    return AuditEntry.objects.filter(Q(establishment_id=establishment.pk) | anywhere).order_by("-id")


def log_of_account(establishment: Establishment, user: User) -> QuerySet[AuditEntry]:
    about = Q(target_type=User._meta.label_lower, target_id=str(user.pk))
    return log_of(establishment).filter(Q(user_id=user.pk) | about)
