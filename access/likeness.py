"""“The same rights as …”: what somebody does and sees at an establishment, to be given to somebody else."""

from __future__ import annotations

from calendar import monthrange
from dataclasses import dataclass
from datetime import date, timedelta

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from access.databases import database_for
from access.models import Establishment, Membership, User
from access.reach import accounts_managed_at
from access.scopes import tables


@dataclass(frozen=True)
class Likeness:
    role: str
    levels: dict[str, dict[str, str]]


def likeness_of(user: User, establishment: Establishment) -> Likeness:
    """Return the role and the scope of `user`. Raises ValidationError when their role has ended."""
    roles = Membership.objects.using(database_for(user.side, establishment)).unended()
    role = roles.filter(user_id=user.pk, establishment_id=establishment.pk).first()
    if role is None:
        raise ValidationError(_("This person’s role has ended. Choose somebody who works here."))
    known = tables(establishment, side=user.side, user_ids=[user.pk])
    return Likeness(role.role, {table.scope.key: table.levels.get(user.pk, {}) for table in known})


def likeness_of_name(username: str, *, side: str, establishment: Establishment) -> Likeness:
    """Return what the account of that name at the same door has. Raises ValidationError."""
    managed = accounts_managed_at(establishment, database=database_for(side, establishment))
    user = managed.filter(side=side, username__iexact=username.strip()).first()
    if user is None:
        raise ValidationError(_("No account of this door has this user name here. Look it up in the list."))
    return likeness_of(user, establishment)


def last_day(first: date, length: str) -> date:
    """Return the last day of a replacement that begins on `first`: of a week, or of a month."""
    if length == "week":
        return first + timedelta(days=6)
    year, month = first.year + first.month // 12, first.month % 12 + 1
    return date(year, month, min(first.day, monthrange(year, month)[1])) - timedelta(days=1)
