"""What cells of a file of accounts mean: roles, days, and rows with levels; in French or English, whoever reads it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import override

from access.enums import Administered, Role
from access.fields import DAY_FORMATS
from access.folding import folded
from access.models import Establishment
from access.policy import Scope
from access.scopes import Table

# kind of row -> row -> level, as access.accounts takes it
Levels = dict[str, dict[str, str]]
EVERY_ROW = ("tous", "toutes", "all")
LEVEL = re.compile(r"^(.*?)\s*\(([^()]*)\)$")


def in_each_language(text: Any) -> set[str]:
    """Return how `text` may be written: in any language of ours, whatever its capitals and accents."""
    written = set()
    for code, _name in settings.LANGUAGES:
        with override(code):
            written.add(folded(str(text)))
    return written


# As people write who fills the role, beside the word of the role itself.
OTHER_WORDS: dict[Role, tuple[str, ...]] = {
    Role.HEAD: ("responsable", "cheffe de l'unite", "chef de l'unite", "cadre de sante"),
    Role.CLINICIAN: ("praticien", "praticienne", "medecin", "docteur", "doctoresse"),
    Role.NURSE: ("infirmier", "infirmiere", "ide"),
    Role.SECRETARY: (
        "secretaire",
        "secretaire medicale",
        "secretaire medical",
        "secretaire medicale ou medical",
        "assistante medico administrative",
    ),
    Role.ACCOUNT_ADMIN: (
        "administratrice ou administrateur des comptes",
        "administrateur des comptes",
        "administratrice des comptes",
        "administrateur",
        "administratrice",
    ),
}


def roles_by_word() -> dict[str, Role]:
    return {word: role for role in Role for word in words_of_role(role)}


def words_of_role(role: Role) -> set[str]:
    others = {folded(word) for word in OTHER_WORDS.get(role, ())}
    return {folded(role.value), *in_each_language(role.label), *others}


def administered_by_word() -> dict[str, Administered]:
    return {word: whose for whose in Administered for word in {folded(whose.value), *in_each_language(whose.label)}}


def day(cell: str) -> date | None:
    """Return the day that a cell names, or None for an empty one. Raises ValidationError."""
    if not cell:
        return None
    for form in DAY_FORMATS:
        try:
            found = datetime.strptime(cell, form).date()  # noqa: DTZ007 a day has no time zone
        except ValueError:
            continue
        if 2000 <= found.year <= 2199:
            return found
        break
    raise ValidationError(_("“%(cell)s” is no day: write it like 31/12/2026.") % {"cell": cell[:40]})


class ScopeReader:
    """Reads cells like "Dr Leroy (sees and books) | Dr Bob" against the rows of one side of an establishment."""

    def __init__(self, tables: list[Table]) -> None:
        self.rows: dict[str, list[tuple[Table, str]]] = {}
        for table in tables:
            for row, name in table.rows.items():
                for word in words_of(table.scope, name):
                    self.rows.setdefault(word, []).append((table, row))
        self.tables = tables
        self.levels = {table.scope.key: levels_by_word(table.scope) for table in tables}

    def read(self, cell: str) -> Levels:
        """Return what a cell gives, exactly. Raises ValidationError that names what is not known here."""
        found: Levels = {table.scope.key: {} for table in self.tables}
        for item in self.items(cell):
            name, level = self.parts(item)
            for table, row in self.rows_named(name):
                found[table.scope.key][row] = self.level_of(table.scope, level)
        return found

    def items(self, cell: str) -> list[str]:
        """Return the rows that a cell names: between bars, or commas where no row has one in its name."""
        sign = "|" if "|" in cell or folded(self.parts(cell)[0]) in self.rows else ","
        return [part.strip() for part in cell.split(sign) if part.strip()]

    def parts(self, item: str) -> tuple[str, str]:
        """Return a row's name and its level; brackets that belong to the name stay there."""
        match = LEVEL.match(item.strip())
        return (match[1], match[2]) if match and folded(item) not in self.rows else (item.strip(), "")

    def rows_named(self, name: str) -> list[tuple[Table, str]]:
        if folded(name) in EVERY_ROW:
            return [(table, row) for table in self.tables if not table.scope.beside_role for row in table.rows]
        rows = self.rows.get(folded(name), [])
        if not rows:
            raise ValidationError(
                _("“%(name)s” is not known here. Write the name as “Who sees what” shows it.") % {"name": name[:60]}
            )
        if len(rows) > 1:
            raise ValidationError(
                _("“%(name)s” is the name of two things here. Rename one of them first.") % {"name": name[:60]}
            )
        return rows

    def level_of(self, scope: Scope, word: str) -> str:
        """Return a level; the weakest where none is said, so that nobody gets more than was written."""
        if not word:
            return scope.levels[0][0]
        known = self.levels[scope.key]
        if folded(word) not in known:
            levels = ", ".join(str(words) for _key, words, _rights in scope.levels)
            raise ValidationError(
                _("“%(word)s” is no level. Write one of: %(levels)s.") % {"word": word[:40], "levels": levels}
            )
        return known[folded(word)]


def words_of(scope: Scope, row: Any) -> set[str]:
    """Return what a row may be called; what is given on the establishment itself is called by its kind."""
    return in_each_language(scope.label) if isinstance(row, Establishment) else {folded(str(row))}


def levels_by_word(scope: Scope) -> dict[str, str]:
    return {word: key for key, words, _rights in scope.levels for word in {folded(key), *in_each_language(words)}}


def written(tables: list[Table], levels: Mapping[str, Mapping[str, str]]) -> str:
    """Return levels as a cell that `ScopeReader` reads back."""
    items = []
    for table in tables:
        given = levels.get(table.scope.key, {})
        words = {key: level for key, level, _rights in table.scope.levels}
        for row, name in table.rows.items():
            if given.get(row):
                shown = table.scope.label if isinstance(name, Establishment) else name
                items.append(f"{shown} ({words[given[row]]})" if len(words) > 1 else str(shown))
    return " | ".join(items)
