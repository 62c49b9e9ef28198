"""What somebody reads of their own account on one page: what they see where, their second factors, the code sheet."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from access import factors, scopes
from access.databases import database_of
from access.factors import Factor
from access.kept_texts import read_together
from access.models import Membership, User


@dataclass(frozen=True)
class OwnAccount:
    """`roles` has what each role opens, in words; `codes_left` how many codes of the sheet are unused."""

    roles: list[tuple[Membership, list[str]]]
    factors: list[Factor]
    codes_left: int


def read(user: User, memberships: Collection[Membership]) -> OwnAccount:
    """Read it as the account's own door shows it. One query."""
    asked = {role.pk: scopes.asked_of(role.side, [role]) for role in memberships}
    statements = factors.shown_of(user)
    for role in memberships:
        of_role = scopes.statements_of(asked[role.pk], role.establishment, [user.pk])
        statements |= {f"{name} {role.pk}": statement for name, statement in of_role.items()}
    found = read_together(statements, database_of(user))
    roles = []
    for role in memberships:
        names = [scopes.HELD, *(scope.key for scope in asked[role.pk])]
        tables = scopes.tables_in({name: found[f"{name} {role.pk}"] for name in names}, asked[role.pk])
        roles.append((role, scopes.lines(role, tables)))
    return OwnAccount(roles, *factors.factors_in(found, database_of(user)))
