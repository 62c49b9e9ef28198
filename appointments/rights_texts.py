"""Statements about what somebody sees, written once for all pages of whoever has the same rights.

Django takes longer to write them than the database to answer. What is kept is the text and the keys that stand in it,
under all that rights answered: whoever loses a right gets another text. No row, no count is kept. Instants are kept as
their distance from now.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any, TypeAlias

from django.conf import settings
from django.utils import timezone

from access.kept_texts import KeptText
from appointments.rights import Rights, leads_all


class FromNow(timedelta):
    """An instant as its distance from now, in whole seconds."""


# Of each statement or part of one its name, its text, and the values that stand in it.
Parts: TypeAlias = list[tuple[str, str, list[Any]]]
# The texts of so many people are kept; the first written goes first.
MOST_WRITTEN = 1_000
_written: dict[tuple[Any, ...], Parts] = {}
_sets: dict[tuple[Any, ...], KeptText] = {}


def kept_for(rights: Rights, what: str, write: Callable[[], Parts]) -> Parts:
    """Return what `write` gives, which is asked once for each name `what` and each answer of the rights."""
    now = timezone.now()
    key = (what, rights.user.pk, rights.establishment.pk, now.date(), rights.establishment.today(), *answered(rights))
    if key not in _written:
        made = write()
        make_room(_written)
        _written[key] = [(name, text, [from_now(value, now) for value in values]) for name, text, values in made]
    return [
        (name, text, [now + value if isinstance(value, FromNow) else value for value in values])
        for name, text, values in _written[key]
    ]


def set_for(rights: Rights, what: str, make: Callable[[], KeptText]) -> KeptText:
    """Return the set that `make` gives, to be asked for objects: written once for each answer of the rights, as above.

    All that changes from one asking to the next is among the names of its values, the present instant, too.
    """
    key = (what, settings.CAREHUB_DOOR, rights.user.pk, rights.establishment.pk, *answered(rights))
    if key not in _sets:
        made = make()
        made.write()
        # Nothing of whoever asked first is kept but the keys in the text.
        made.rows = written_already
        make_room(_sets)
        _sets[key] = made
    return _sets[key]


def answered(rights: Rights) -> tuple[Any, ...]:
    """Return all that the rights answer of which such a text is made."""
    return (
        rights.user.side,
        leads_all(rights),
        tuple(unit.pk for unit in rights.headed),
        rights.has_several_units,
        tuple(unit.pk for unit in rights.units_in_view),
        tuple(rights.opened_agendas),
        tuple(rights.opened_people),
    )


def written_already(**_values: Any) -> Any:
    raise AssertionError


def make_room(kept: dict[tuple[Any, ...], Any]) -> None:
    while len(kept) >= MOST_WRITTEN:
        kept.pop(next(iter(kept)), None)


def from_now(value: Any, now: datetime) -> Any:
    return FromNow(seconds=round((value - now).total_seconds())) if isinstance(value, datetime) else value
