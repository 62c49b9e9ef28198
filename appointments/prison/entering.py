"""What was ticked on paper, entered in the sheet's order: one key a line, and each line answered by itself."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from uuid import UUID

from django.utils.translation import gettext as _

from access.models import Establishment, User
from appointments.models.enums.movement import MovementState
from appointments.models.enums.paper import LETTERS, letters_in_words
from appointments.prison.desk import AT_THE_UNIT, DeskRefused, record_standing, role_of
from appointments.prison.lines import ListLine, NoSuchLine, editions_of, lines_of
from appointments.prison.models import PrintedSheet
from appointments.prison.scope import buildings_visible_to
from appointments.prison.sheets import PrintedRow, row_of
from appointments.prison.standing import Standing, read_token

FLOOR_BOXES = {"1": MovementState.CALLED, "2": MovementState.LEFT}
UNIT_BOXES = {**FLOOR_BOXES, "3": MovementState.ARRIVED, "4": MovementState.BACK}


@dataclass(frozen=True)
class EnteredRow:
    """One line of the sheet, as it stands now; `typed` and `problem` when its key was not taken."""

    row: PrintedRow
    line: ListLine | None
    typed: str = ""
    problem: str = ""
    is_recorded: bool = False


def boxes_for(user: User, establishment: Establishment) -> Mapping[str, MovementState]:
    """Return the keys of the boxes that the officer may enter."""
    return UNIT_BOXES if role_of(user, establishment) in AT_THE_UNIT else FLOOR_BOXES


def rows_to_enter(sheet: PrintedSheet, *, by: User) -> list[EnteredRow]:
    """Return the lines of a sheet in its order, each with where the person stands now. Constant queries."""
    buildings = list(buildings_visible_to(by, sheet.establishment).filter(pk=sheet.building_id))
    edition = editions_of(sheet.establishment, [sheet.day]).get(sheet.day)
    lines = {line.pk: line for line in lines_of(edition, buildings)}
    return [EnteredRow(row, lines.get(UUID(row.key))) for row in map(row_of, sheet.lines)]


def enter(sheet: PrintedSheet, typed: Mapping[str, str], seen: Mapping[str, str], *, by: User) -> list[EnteredRow]:
    """Record each key that was typed; return the rows as they are then, those whose key was not taken with why."""
    boxes = boxes_for(by, sheet.establishment)
    rows = rows_to_enter(sheet, by=by)
    return [
        enter_one(each, key, seen.get(each.row.key, ""), boxes, by=by, establishment=sheet.establishment)
        if (key := typed.get(each.row.key, "").strip().upper())
        else each
        for each in rows
    ]


def enter_one(
    entered: EnteredRow,
    key: str,
    seen: str,
    boxes: Mapping[str, MovementState],
    *,
    by: User,
    establishment: Establishment,
) -> EnteredRow:
    """Record one key of one line, as the page that it was typed on saw the line."""
    to = standing_of(key, boxes)
    if to is None:
        return replace(entered, typed=key[:1], problem=_("No box and no reason has this key."))
    if entered.line is None:
        return replace(entered, typed=key, problem=_("This line is no longer on the list."))
    try:
        line = record_standing(by=by, establishment=establishment, key=entered.line.pk, seen=read_token(seen), to=to)
    except (NoSuchLine, ValueError):
        return replace(entered, typed=key, problem=_("This line is no longer on the list."))
    except DeskRefused as refused:
        return replace(entered, line=refused.line or entered.line, typed=key, problem=refused.sentence)
    return replace(entered, line=line, is_recorded=True)


def standing_of(key: str, boxes: Mapping[str, MovementState]) -> Standing | None:
    """Return what a key stands for: a box of the sheet, or the letter of a reason; None for any other key."""
    if key in boxes:
        return Standing(boxes[key])
    return Standing(MovementState.IMPEDED, LETTERS[key].value) if key in LETTERS else None


def keys_in_words(boxes: Mapping[str, MovementState]) -> Sequence[tuple[str, str]]:
    """Return each key with what it stands for, as the page explains them."""
    said = [(key, str(state.label)) for key, state in boxes.items()]
    return said + letters_in_words()
