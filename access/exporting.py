"""The list of accounts as CSV: no secret, and in the columns that the import reads back."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date

from django.utils import timezone

from access import listing
from access.enums import Administered, Role, Side
from access.importing.reading import AccountColumn, label
from access.importing.vocabulary import written
from access.models import Establishment, Membership
from access.scopes import Table, is_asked, tables
from access.spreadsheet import as_csv

COLUMNS = (
    AccountColumn.USERNAME,
    AccountColumn.LAST_NAME,
    AccountColumn.FIRST_NAME,
    AccountColumn.EMAIL,
    AccountColumn.ROLE,
    AccountColumn.ESTABLISHMENT,
    AccountColumn.SCOPE,
    AccountColumn.VALID_FROM,
    AccountColumn.VALID_UNTIL,
    AccountColumn.ADMINISTERS,
)


def as_file(roles: Collection[Membership], establishment: Establishment) -> bytes:
    """Return those roles, one a line. The last two columns are for the reader, and the import passes over them."""
    known = {
        side: tables(establishment, side=side, user_ids=[role.user_id for role in roles if role.side == side])
        for side in (Side.CARE, Side.PRISON)
    }
    rows = [line_of(role, establishment, known.get(Side(role.side), [])) for role in roles]
    return as_csv([[*(label(column) for column in COLUMNS), *listing.HEADS_FOR_READERS], *rows])


def line_of(role: Membership, establishment: Establishment, known: list[Table]) -> list[object]:
    user = role.user
    return [
        user.username,
        # One field holds the whole name: nobody can say where a last name begins.
        user.full_name,
        "",
        user.email,
        Role(role.role).label,
        establishment.code,
        written(known, levels_beside_role(role, known)),
        role.valid_from,
        role.valid_until or "",
        Administered(role.administers).label if role.administers else "",
        listing.state_of(role).label,
        sign_in_day(role, establishment),
    ]


def levels_beside_role(role: Membership, known: list[Table]) -> dict[str, dict[str, str]]:
    """Return what the account was given row by row, without what its role carries anyway."""
    return {table.scope.key: table.levels.get(role.user_id, {}) for table in known if is_asked(table.scope, role.role)}


def sign_in_day(role: Membership, establishment: Establishment) -> date | str:
    last = role.user.last_login
    return timezone.localdate(last, timezone=establishment.zone) if last else ""


def template(establishment: Establishment, known: dict[Side, list[Table]]) -> bytes:
    """Return a file to fill in: the columns, and lines that show how, with names that are here."""
    heads = [label(column) for column in AccountColumn]
    return as_csv([heads, *examples(establishment, known)])


def examples(establishment: Establishment, known: dict[Side, list[Table]]) -> list[list[object]]:
    lines: list[list[object]] = []
    for side, role, person in (
        (Side.CARE, Role.NURSE, ("dupont.a", "Dupont", "Anne")),
        (Side.PRISON, Role.FLOOR_OFFICER, ("martin.b", "Martin", "Bruno")),
    ):
        for table in known.get(side, [])[:1]:
            # The weakest level and the strongest one, on the first rows that there are.
            shown = [table.scope.levels[0][0], table.scope.levels[-1][0]]
            given = dict(zip(list(table.rows)[:2], shown, strict=False))
            scope = written([table], {table.scope.key: given})
            today = establishment.today()
            lines.append([*person, "", role.label, establishment.code, scope, today, "", "", ""])
    return lines
