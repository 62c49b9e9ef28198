"""The accounts of one establishment as its administrator reads them: who, what for, in which state."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, cast

from django.db import DEFAULT_DB_ALIAS, models
from django.db.models import Exists, OuterRef, QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from access.databases import databases_of
from access.enums import Side
from access.factors import kinds_of
from access.folding import folded
from access.kept_texts import KeptText
from access.models import Establishment, Membership, User
from access.reach import accounts_managed_at
from access.scopes import CARRIED_IN_WORDS, CARRIED_RIGHTS, Table, all_in_words, nothing_yet, tables
from access.second_words import asked_to_open, awaiting
from access.sorting import french_key
from access.unused import suspension_day, warned_at
from access.written import taken

DOORS: dict[str, Any] = {
    Side.CARE: pgettext_lazy("door", "Care"),
    Side.PRISON: pgettext_lazy("door", "Movements"),
    Side.ACCOUNTS: pgettext_lazy("door", "Accounts"),
}


class State(models.TextChoices):
    """Whether an account opens its door today."""

    ACTIVE = "active", _("active")
    AWAITS = "awaits", _("waits for a second person")
    REFUSED = "refused", _("not confirmed by a second person")
    NOT_YET = "not_yet", _("not begun")
    ENDED = "ended", _("role ended")
    UNUSED = "unused", _("soon suspended")
    SUSPENDED = "suspended", _("suspended")
    DEACTIVATED = "deactivated", _("deactivated")

    @property
    def is_closed(self) -> bool:
        return self in {State.SUSPENDED, State.REFUSED, State.DEACTIVATED}


# What an export says beside the columns that an import reads.
HEADS_FOR_READERS = (_("state"), _("last sign-in"))
# In these an account opens its door.
OPEN_STATES = (State.ACTIVE, State.UNUSED)


@dataclass(frozen=True)
class AccountLine:
    user: User
    membership: Membership
    state: State
    scope: list[str]
    factors: list[str]
    warned_at: datetime | None = None

    @property
    def door(self) -> Any:
        return DOORS[Side(self.user.side)]

    @property
    def sees_nothing(self) -> bool:
        return self.scope == [nothing_yet()]

    @property
    def suspended_on(self) -> date | None:
        """Return when the account will be suspended, if that is soon."""
        if self.state != State.UNUSED:
            return None
        return suspension_day(self.user, begins=self.membership.valid_from, warned_at=self.warned_at)

    @property
    def is_replaceable(self) -> bool:
        return self.user.side != Side.ACCOUNTS and self.state not in {
            State.AWAITS,
            State.REFUSED,
            State.ENDED,
            State.DEACTIVATED,
        }


@dataclass(frozen=True)
class Sight:
    """What one role sees: everything (in words), or a level for each row."""

    membership: Membership
    everything: Any
    levels: list[Any]


@dataclass(frozen=True)
class ScopeTable:
    side: Side
    label: Any
    rows: list[Any]
    sights: list[Sight]


def memberships_at(establishment: Establishment) -> list[Membership]:
    """Return the roles, ended ones too, of the accounts managed at `establishment`, by name."""
    found: list[Membership] = []
    for database in databases_of(establishment):
        # Only in the hospital's accounts wait for a second person's word.
        asked, now = (ROLES_THAT_WAIT, {"now": timezone.now()}) if database == DEFAULT_DB_ALIAS else (ROLES, {})
        rows = asked.read(database, place=establishment.pk, **now)
        found += [role_in(row, database=database) for row in rows]
    # Not the database's order, which may put Ève after Zoé.
    return sorted(found, key=lambda role: (french_key(role.user.full_name), role.pk))


def _roles(place: int) -> QuerySet[Membership]:
    managed = accounts_managed_at(Establishment(pk=place)).values("pk")
    roles = Membership.objects.filter(establishment_id=place, user__in=managed)
    return roles.select_related("user", "establishment").order_by("pk")


def _roles_that_wait(place: int, now: datetime) -> QuerySet[Membership]:
    return _roles(place).annotate(
        awaits_word=Exists(awaiting().filter(pk=OuterRef("user"))),
        is_asked=Exists(asked_to_open(OuterRef("user"), now=now)),
    )


ROLES = KeptText(_roles, keys=["place"])
ROLES_THAT_WAIT = KeptText(_roles_that_wait, keys=["place"], instants=["now"])


def role_in(row: Sequence[Any], *, database: str) -> Membership:
    """Return the role in a row, with its account and establishment, and what the account waits for where that stands.

    In the order in which Django writes them: the role, what was added to it, the other rows.
    """
    role, rest = taken(Membership, row, database=database)
    if database == DEFAULT_DB_ALIAS:
        (role.awaits_word, role.is_asked), rest = rest[:2], rest[2:]
    role.user, rest = taken(User, rest, database=database)
    role.establishment, _rest = taken(Establishment, rest, database=database)
    return cast("Membership", role)


def narrowed(roles: list[Membership], *, q: str = "", door: str = "", state: str = "") -> list[Membership]:
    """Return the roles whose account has all words of `q` in its names, hangs in `door` and is in `state`."""
    words = folded(q).split()
    return [
        role
        for role in roles
        if all(word in folded(f"{role.user.full_name} {role.user.username}") for word in words)
        and door in {"", role.side}
        and state in {"", state_of(role)}
    ]


def lines(roles: Collection[Membership], establishment: Establishment) -> list[AccountLine]:
    """Return those roles with scope and factors in words: a number of queries that does not depend on how many."""
    words = all_in_words(roles, establishment)
    factors = kinds_of(role.user for role in roles)
    warned = warned_at(role.user for role in roles)
    return [
        AccountLine(
            role.user,
            role,
            state_of(role),
            words[role.side, role.pk],
            factors.get((role.side, role.user_id), []),
            warned.get((role.side, role.user_id)),
        )
        for role in roles
    ]


def charts(
    roles: Collection[Membership], establishment: Establishment, *, managed: Collection[Side]
) -> list[ScopeTable]:
    """Return who sees what, of the sides whose accounts are managed by who asks."""
    found = []
    for side in (known for known in (Side.CARE, Side.PRISON) if known in managed):
        here = [role for role in roles if role.side == side]
        for table in tables(establishment, side=side, user_ids=[role.user_id for role in here]):
            found.append(
                ScopeTable(side, table.scope.label, list(table.rows.values()), [sight(role, table) for role in here])
            )
    return found


def sight(role: Membership, table: Table) -> Sight:
    words = {key: level for key, level, _rights in table.scope.levels}
    given = table.levels.get(role.user_id, {})
    carried = CARRIED_RIGHTS.get(role.role)
    everything = "" if table.scope.beside_role else CARRIED_IN_WORDS.get(carried or "", "")
    return Sight(role, everything, [words.get(given.get(row, ""), "") for row in table.rows])


def state_of(role: Membership, *, today: date | None = None) -> State:
    today = today or role.establishment.today()
    if not role.user.is_active:
        if role.user.suspended_at:
            return State.SUSPENDED
        if not getattr(role, "awaits_word", False):
            return State.DEACTIVATED
        # Refused, or not answered in time.
        return State.AWAITS if getattr(role, "is_asked", False) else State.REFUSED
    if role.valid_until and role.valid_until < today:
        return State.ENDED
    if role.valid_from > today:
        return State.NOT_YET
    return State.UNUSED if suspension_day(role.user, begins=role.valid_from) else State.ACTIVE
