"""Draws the lines of the list and of the board, with where each stands and what can be tapped. No query."""

from __future__ import annotations

from collections.abc import Hashable, Iterable
from datetime import datetime
from typing import Any
from urllib.parse import quote
from zoneinfo import ZoneInfo

from django.utils.html import format_html_join
from django.utils.safestring import SafeString

from access.in_words import date_format
from access.stencils import Stencil, address_for_each, joined
from appointments.prison.board import BoardLine
from appointments.prison.forms import ARROW
from appointments.prison.lines import ListLine

STANDING_VALUES = ("key", "named", "said", "token", "previous", "words", "state_at", "tapping", "impeding")
PERSON_VALUES = ("cell", "name", "register", "building", "at", "namesakes")
STANDING = Stencil("prison/_standing.html", *STANDING_VALUES)
BOARD_LINE = Stencil("prison/_board_line.html", *STANDING_VALUES, *PERSON_VALUES)
LIST_LINE = Stencil("prison/_list_line.html", *STANDING_VALUES, *PERSON_VALUES)
NAMESAKE = Stencil("prison/_namesake.html", "other")
ALSO_AT = Stencil("prison/_also_at.html", "at")


class Rows:
    """Draws lines as one page shows them; `back` is the address to which their buttons return."""

    def __init__(self, zone: ZoneInfo, *, back: str) -> None:
        self.zone, self.back = zone, quote(back)
        self.tap, self.impediment = address_for_each("tap"), address_for_each("impediment")

    def standing(self, line: BoardLine, *, said: str = "") -> SafeString:
        """Return where one line stands, with its buttons and what there is to say of a tap."""
        return STANDING.fill(self.values_of_standing(line, said=said), **form_of_standing(line))

    def of_board(self, lines: Iterable[BoardLine]) -> SafeString:
        return joined(BOARD_LINE.fill(self.values_of(line), **form_of(line)) for line in lines)

    def of_list(self, lines: Iterable[BoardLine], *, with_building: bool) -> SafeString:
        return joined(
            LIST_LINE.fill(self.values_of(line), with_building=with_building, **form_of(line)) for line in lines
        )

    def values_of_standing(self, line: BoardLine, *, said: str = "") -> dict[str, Any]:
        key, state_at = str(line.movement.pk), line.movement.state_at
        return {
            "key": key,
            "named": line.movement.named,
            "said": said,
            "token": line.standing.token,
            "previous": line.previous.token if line.previous else "",
            "words": line.standing.words,
            "state_at": self.hour(state_at) if state_at else "",
            "tapping": key.join(self.tap),
            "impeding": f"{key.join(self.impediment)}?next={self.back}",
        }

    def values_of(self, line: BoardLine) -> dict[str, Any]:
        movement = line.movement
        return self.values_of_standing(line) | {
            "cell": movement.cell,
            "name": movement.display_name,
            "register": movement.register_number,
            "building": movement.building.name,
            "at": self.hour(movement.expected_at),
            "namesakes": self.told_of(movement),
        }

    def told_of(self, movement: ListLine) -> SafeString:
        """Return the others of this name on the list, and when else the person is called."""
        others = [NAMESAKE.fill({"other": other}) for other in movement.namesakes]
        hours = [ALSO_AT.fill({"at": self.hour(at)}) for at in movement.also_at]
        return format_html_join(" ", "{}", ((each,) for each in (*others, *hours)))

    def hour(self, instant: datetime) -> str:
        return date_format(instant.astimezone(self.zone), "H:i")


def form_of_standing(line: BoardLine) -> dict[str, Hashable]:
    return {
        "state": line.standing.state,
        "steps": tuple(line.steps),
        "has_hour": line.movement.state_at is not None,
        "is_late": line.is_late,
        "has_previous": line.previous is not None,
        "may_impede": line.may_impede,
        "arrow": ARROW,
    }


def form_of(line: BoardLine) -> dict[str, Hashable]:
    return form_of_standing(line) | {"mark": line.movement.mark, "mark_word": line.movement.mark_word}
