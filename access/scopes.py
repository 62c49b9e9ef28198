"""Reads what accounts were given on rows, as levels and in words; knows a kind of row as its owner registered it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

from django.db import DEFAULT_DB_ALIAS
from django.db.models import QuerySet
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from guardian.models import UserObjectPermission

from access.databases import database_for
from access.enums import Administered, Role
from access.kept_texts import KeptText, Statement, read_together
from access.models import Establishment, Membership
from access.policy import Scope, scopes_of

# The rights on the establishment itself that come and go with a role.
CARRIED_RIGHTS: dict[str, str] = {
    Role.HEAD: "lead_unit",
    Role.UNIT_OFFICER: "view_all_movements",
    Role.SENIOR_OFFICER: "view_all_movements",
    Role.MOVEMENT_OFFICE: "view_all_movements",
}
CARRIED_IN_WORDS: dict[str, Any] = {
    "lead_unit": gettext_lazy("sees and books every agenda of their unit"),
    "view_all_movements": gettext_lazy("sees the list of every building"),
}
ADMIN_IN_WORDS: dict[str, Any] = {
    Administered.BOTH: gettext_lazy("opens and closes accounts of both sides; sees no agenda and no list"),
    Administered.CARE: gettext_lazy("opens and closes accounts of the care side; sees no agenda and no list"),
    Administered.PRISON: gettext_lazy("opens and closes accounts of the prison side; sees no agenda and no list"),
}

# account -> row -> key of the level given on it
Levels = dict[int, dict[str, str]]


@dataclass(frozen=True)
class Table:
    """One kind of row at one establishment: its rows, and what some accounts were given on them."""

    scope: Scope
    rows: dict[str, Any]
    levels: Levels

    def words(self, user_id: int) -> list[str]:
        """Say what one account sees here, strongest level first."""
        given = self.levels.get(user_id, {})
        lines = []
        for key, level, _codenames in reversed(self.scope.levels):
            names = [str(row) for pk, row in self.rows.items() if given.get(pk) == key]
            if names:
                lines.append(_("%(level)s: %(rows)s") % {"level": level, "rows": ", ".join(names)})
        return lines


# account and row -> codenames of the rights held on it
Held = dict[tuple[int, str], set[str]]
# What is asked for beside the rows of kinds, which go by the keys of these.
HELD = "held"
Found = Mapping[str, list[dict[str, Any]]]


def tables(
    establishment: Establishment, *, side: str, user_ids: Collection[int], only: Collection[Scope] | None = None
) -> list[Table]:
    """Return every kind of row of a side, or some; one of a single role only where there are rows to choose from.

    One query, at the accounts door one more for what officers hold. Who names some kinds means to say what is held:
    those on which nobody holds anything are left out.
    """
    asked = scopes_of(side) if only is None else only
    if not asked:
        return []
    found = read_kinds(asked, establishment, user_ids, database_for(side, establishment))
    made = tables_in(found, asked)
    return made if only is None else [each for each in made if each.scope.only_role or each.levels]


def table(scope: Scope, establishment: Establishment, *, user_ids: Collection[int]) -> Table:
    found = read_kinds([scope], establishment, user_ids, database_for(scope.side, establishment))
    return table_of(scope, rows_of(scope).made(found[scope.key]), held_in(found[HELD], [scope])[scope.key])


def read_kinds(
    asked: Collection[Scope], establishment: Establishment, user_ids: Collection[int], database: str
) -> Found:
    """Read what those accounts hold in `database`, and the rows of each kind, which the hospital's has for all."""
    statements = statements_of(asked, establishment, user_ids)
    if database == DEFAULT_DB_ALIAS:
        return read_together(statements)
    held = {HELD: statements.pop(HELD)}
    return read_together(statements) | read_together(held, database)


def statements_of(
    asked: Collection[Scope], establishment: Establishment, user_ids: Collection[int]
) -> dict[str, Statement]:
    """Return what asks for all that is held on some kinds of rows, and for the rows of each."""
    rights = sorted({codename for *_kind, codename in kinds_by_right(asked)})
    held = {HELD: GIVEN.with_values(users=list(user_ids), rights=rights)}
    return held | {scope.key: rows_of(scope).with_values(place=establishment.pk) for scope in asked}


def tables_in(found: Found, asked: Collection[Scope]) -> list[Table]:
    """Return the kinds of rows as those statements told them; one of a single role only where there are rows."""
    held = held_in(found[HELD], asked)
    made = [table_of(scope, rows_of(scope).made(found[scope.key]), held[scope.key]) for scope in asked]
    return [each for each in made if each.rows or not each.scope.only_role]


def table_of(scope: Scope, rows: Collection[Any], held: Held) -> Table:
    here = {str(row.pk): row for row in rows}
    levels: Levels = defaultdict(dict)
    for (user_id, row), rights in held.items():
        level = strongest(scope, rights)
        if level and row in here:
            levels[user_id][row] = level
    return Table(scope=scope, rows=here, levels=dict(levels))


_rows: dict[str, KeptText] = {}


def rows_of(scope: Scope) -> KeptText:
    """Return the set of rows of that kind at the establishment with the key `place`."""
    if scope.key not in _rows:
        _rows[scope.key] = KeptText(lambda place: scope.rows(Establishment(pk=place)), keys=["place"])
    return _rows[scope.key]


def kinds_by_right(asked: Collection[Scope]) -> dict[tuple[str, str, str], str]:
    """Return the key of the kind of row that each right is on, by the names of model and right."""
    return {
        (scope.model._meta.app_label, str(scope.model._meta.model_name), codename): scope.key
        for scope in asked
        for _key, _words, level in scope.levels
        for codename in level
    }


def held_in(found: Collection[dict[str, Any]], asked: Collection[Scope]) -> dict[str, Held]:
    """Return, for the key of each kind of row, what the accounts hold on any row of it."""
    known = kinds_by_right(asked)
    held: dict[str, Held] = {scope.key: defaultdict(set) for scope in asked}
    for each in found:
        key = known.get((each["content_type__app_label"], each["content_type__model"], each["permission__codename"]))
        if key is not None:
            held[key][each["user_id"], each["object_pk"]].add(each["permission__codename"])
    return held


def _given(users: list[int], rights: list[str]) -> QuerySet[UserObjectPermission, tuple[Any, ...]]:
    """Return account and row, and the right by name: the keys of kinds of rows differ between two databases."""
    kind = ("content_type__app_label", "content_type__model", "permission__codename")
    given = UserObjectPermission.objects.filter(user__pk__among=users, permission__codename__among=rights)
    return given.values_list("user_id", "object_pk", *kind)


GIVEN = KeptText(_given, lists=["users", "rights"])


def strongest(scope: Scope, rights: set[str]) -> str:
    """Return the key of the strongest level whose rights are all held, or nothing."""
    return next((key for key, _words, level in reversed(scope.levels) if set(level) <= rights), "")


def all_in_words(
    memberships: Collection[Membership], establishment: Establishment
) -> Mapping[tuple[str, int], list[str]]:
    """Return what each of those roles at `establishment` opens, in words, by side and key of the role."""
    sides = {membership.side for membership in memberships}
    known = {}
    for side in sides:
        there = [one for one in memberships if one.side == side]
        asked = asked_of(side, there)
        known[side] = tables(establishment, side=side, user_ids=[one.user_id for one in there], only=asked)
    return {(membership.side, membership.pk): lines(membership, known[membership.side]) for membership in memberships}


def asked_of(side: str, memberships: Collection[Membership]) -> list[Scope]:
    """Return the kinds of rows of which any of those roles is given some."""
    return [scope for scope in scopes_of(side) if any(is_asked(scope, one.role) for one in memberships)]


def levels_in_words(membership: Membership) -> list[str]:
    return list(all_in_words([membership], membership.establishment)[membership.side, membership.pk])


def lines(membership: Membership, known: list[Table]) -> list[str]:
    if membership.role == Role.ACCOUNT_ADMIN:
        return [capfirst(str(ADMIN_IN_WORDS[membership.administers]))]
    carried = CARRIED_RIGHTS.get(membership.role)
    said = [str(CARRIED_IN_WORDS[carried])] if carried else []
    for kind in known:
        if is_asked(kind.scope, membership.role):
            words = kind.words(membership.user_id)
            said += words or ([_("was named to no unit yet, and sees none")] if kind.scope.only_role else [])
    return [capfirst(line) for line in said] or [nothing_yet()]


def is_asked(scope: Scope, role: str) -> bool:
    """Whether an account with `role` is given rows of that kind: those that its role does not bring by itself."""
    if scope.only_role:
        return scope.only_role == role
    return scope.beside_role or role not in CARRIED_RIGHTS


def unit_to_name() -> str:
    """Return what is said where a role needs one of several rows, and none was named."""
    return _("This establishment has several units. Say which one this person heads.")


def nothing_yet() -> str:
    """Return what is said of somebody whose role carries nothing and who was given nothing."""
    return _("Nothing yet: no scope was given.")


def kept_in_words(role: str, rights: list[dict[str, str]], *, side: str, administers: str = "") -> list[str]:
    """Say what a role saw when it was written down, strongest level first, with the names of that day."""
    if role == Role.ACCOUNT_ADMIN:
        return [str(ADMIN_IN_WORDS[Administered(administers)])] if administers else []
    carried = CARRIED_RIGHTS.get(role)
    said = [str(CARRIED_IN_WORDS[carried])] if carried else []
    for scope in scopes_of(side):
        if is_asked(scope, role):
            said += words_of(scope, rights)
    return said or [nothing_yet()]


def words_of(scope: Scope, rights: list[dict[str, str]]) -> list[str]:
    held: dict[tuple[str, str], set[str]] = defaultdict(set)
    known = {codename for _key, _words, codenames in scope.levels for codename in codenames}
    for right in rights:
        if right["right"] in known:
            held[right["name"], right["row"]].add(right["right"])
    rows: dict[str, list[str]] = defaultdict(list)
    for (name, _row), codenames in held.items():
        rows[strongest(scope, codenames)].append(name)
    levels: dict[str, Any] = {key: words for key, words, _rights in scope.levels}
    return [
        _("%(level)s: %(rows)s") % {"level": levels[key], "rows": ", ".join(rows[key])}
        for key in reversed(levels)
        if key in rows
    ]
