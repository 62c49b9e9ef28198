"""Which part of a day's list an officer looks at: a building, a floor, a cell, those who have not gone yet."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from urllib.parse import urlencode

from django.http import Http404, QueryDict

from access.models import Building
from appointments.arithmetic.cells import along_the_landing
from appointments.models.enums.movement import MovementState
from appointments.prison.lines import ListLine
from appointments.prison.listing import TODAY, DayList, people

NOT_GONE = frozenset({MovementState.EXPECTED, MovementState.CALLED})
WAITING = "waiting"
LONGEST = 30


@dataclass(frozen=True)
class Choice:
    """What was chosen; all of it stands in the page's address."""

    day: str
    building: Building | None
    wing: str = ""
    cell: str = ""
    show: str = ""

    @property
    def place(self) -> str:
        """The address's query for another day or a sheet of the same place."""
        return self._query()

    @property
    def query(self) -> str:
        """The address's query for this very page."""
        return self._query(day=self.day, cell=self.cell, show=self.show)

    @property
    def of_day(self) -> str:
        """The address's query for this day and place: what is printed or taken."""
        return self._query(day=self.day)

    def _query(self, *, day: str = "", **words: str) -> str:
        said = {"day": day, "building": self.building and self.building.pk, "wing": self.wing, **words}
        return urlencode({name: word for name, word in said.items() if word})

    @property
    def is_filtered(self) -> bool:
        return bool(self.cell or self.show)

    def takes(self, line: ListLine) -> bool:
        """Whether the line is of the chosen place."""
        is_here = self.building is None or line.building_id == self.building.pk
        return is_here and (not self.wing or line.wing == self.wing)

    def shows(self, line: ListLine) -> bool:
        """Whether the line of the chosen place is also shown."""
        if self.cell.casefold() not in line.cell.casefold():
            return False
        return self.show != WAITING or (line.standing.state in NOT_GONE and not line.is_withdrawn)


def chosen_building(asked: QueryDict, listed: DayList) -> Building | None:
    """Return the building asked for by its key, None for all; raise Http404 for one that is not the officer's."""
    key = asked.get("building", "")
    if not key:
        return None
    for building in listed.buildings:
        if str(building.pk) == key:
            return building
    raise Http404


def choice_of(asked: QueryDict, listed: DayList) -> Choice:
    """Return what the address chooses; a floor or a cell that nobody is on shows nobody."""
    return Choice(
        day=listed.word,
        building=chosen_building(asked, listed),
        wing=asked.get("wing", "").strip()[:LONGEST],
        cell=asked.get("cell", "").strip()[:LONGEST],
        show=WAITING if asked.get("show") == WAITING else "",
    )


def day_asked(asked: QueryDict) -> str:
    return asked.get("day", TODAY)


def wings_of(lines: Iterable[ListLine], choice: Choice) -> list[str]:
    """Return the floors of the chosen building, the one that is looked at among them even when it is empty."""
    found = {line.wing for line in lines if line.wing and (choice.building in {None, line.building})}
    return sorted(found | ({choice.wing} if choice.wing else set()), key=along_the_landing)


def tally(lines: Sequence[ListLine]) -> list[tuple[MovementState, int]]:
    """Return how many people stand where. Somebody called twice counts once in each state."""
    return [(state, people(line for line in lines if line.standing.state == state)) for state in MovementState]
