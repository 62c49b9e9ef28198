"""Lines as officers see them: what the edition of a day says of a person, and where the person stands now."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from itertools import islice
from typing import Any
from uuid import UUID

from access.models import Building, Establishment, User
from appointments.arithmetic.cells import wing_of
from appointments.models.enums.movement import Marked
from appointments.prison.models import Edition, LineState
from appointments.prison.scope import buildings_visible_to
from appointments.prison.standing import EXPECTED, Standing, standing_from


class NoSuchLine(LookupError):
    """No list of today or tomorrow has this line, or not for this officer."""


@dataclass(frozen=True)
class ListLine(Marked):
    """One person expected at one time."""

    pk: UUID
    building: Building
    cell: str
    last_name: str
    first_name: str
    register_number: str
    expected_at: datetime
    mark: str
    standing: Standing = EXPECTED
    # Since when, where it is told; and what undoing the last tap brings back, none when there was no tap.
    state_at: datetime | None = None
    previous: Standing | None = None
    # The floor or wing that the cell tells, where it tells one.
    wing: str = ""
    # Others of this name on the list, by cell and number; and when else the person is called that day.
    namesakes: tuple[str, ...] = ()
    also_at: tuple[datetime, ...] = ()

    @property
    def building_id(self) -> int:
        return self.building.pk

    @property
    def display_name(self) -> str:
        """The name as lists show it."""
        return f"{self.last_name.upper()} {self.first_name}"

    @property
    def named(self) -> str:
        """The person as a dialog names them: by name, cell and number, for another may have the name."""
        return f"{self.display_name}, {self.cell}, {self.register_number}"


# More others of one name than these are not told one by one.
FEW = 2


def few(others: Iterable[str]) -> tuple[str, ...]:
    """Return these, or the first of them and a sign that there are more."""
    told = tuple(islice(others, FEW + 1))
    return (*told[:FEW], "…") if len(told) > FEW else told


class Namesakes:
    """Who else bears a name on one list or sheet, told apart by their numbers."""

    def __init__(self, people: Iterable[tuple[str, str, str]]) -> None:
        """Each of `people` is a name, a number, and what the others of that name are told of them."""
        self._told: dict[str, dict[str, str]] = {}
        for name, number, told in people:
            self._told.setdefault(name.casefold(), {})[number] = told

    def of(self, name: str, number: str) -> tuple[str, ...]:
        """Return what is told of the others of that name."""
        return few(told for other, told in self._told[name.casefold()].items() if other != number)


def placed(lines: Sequence[ListLine], rule: str) -> list[ListLine]:
    """Return the lines, each with its floor, its namesakes and the other calls of its person on the same list."""
    namesakes = Namesakes(
        (line.display_name, line.register_number, f"{line.cell} ({line.register_number})") for line in lines
    )
    calls: dict[str, list[datetime]] = {}
    for line in lines:
        if not line.is_withdrawn:
            calls.setdefault(line.register_number, []).append(line.expected_at)
    return [
        replace(
            line,
            wing=wing_of(line.cell, rule),
            namesakes=namesakes.of(line.display_name, line.register_number),
            also_at=tuple(at for at in calls.get(line.register_number, ()) if at != line.expected_at),
        )
        for line in lines
    ]


def lines_of(edition: Edition | None, buildings: Iterable[Building]) -> list[ListLine]:
    """Return the lines of `edition` in `buildings`, in its order, with where each stands now. At most one query."""
    seen = {building.pk: building for building in buildings}
    said = [each for each in edition.lines if each["building"] in seen] if edition else []
    if edition is None or not said:
        return []
    states = {
        state.line: state for state in LineState.objects.filter(establishment=edition.establishment_id, day=edition.day)
    }
    return [_line(each, seen[each["building"]], states.get(UUID(each["id"]))) for each in said]


def _line(said: Mapping[str, Any], building: Building, state: LineState | None) -> ListLine:
    return ListLine(
        pk=UUID(said["id"]),
        building=building,
        cell=said["cell"],
        last_name=said["last_name"],
        first_name=said["first_name"],
        register_number=said["register_number"],
        expected_at=datetime.fromisoformat(said["expected_at"]),
        mark=said["mark"],
        **_state_of(state),
    )


def _state_of(state: LineState | None) -> dict[str, Any]:
    """Return what a row says of where a line stands; of a line without one, nothing."""
    if state is None:
        return {}
    return {
        "standing": standing_from(state.state, state.impediment),
        "state_at": state.at,
        "previous": standing_from(state.previous_state, state.previous_impediment),
    }


def as_it_stands(line: ListLine) -> ListLine:
    """Return the line with its state read anew. One query."""
    return replace(line, **_state_of(LineState.objects.filter(line=line.pk).first()))


def editions_of(establishment: Establishment, days: Sequence[date]) -> dict[date, Edition]:
    """Return the editions of those days. One query."""
    found = Edition.objects.filter(establishment=establishment, day__in=days)
    return {edition.day: edition for edition in found}


def line_visible_to(user: User, establishment: Establishment, key: UUID) -> ListLine:
    """Return a line of today's or tomorrow's list that `user` sees. Raises NoSuchLine. Constant queries."""
    today = establishment.today()
    editions = editions_of(establishment, [today, today + timedelta(days=1)])
    edition = next((one for one in editions.values() if any(each["id"] == str(key) for each in one.lines)), None)
    buildings = list(buildings_visible_to(user, establishment))
    line = next((line for line in lines_of(edition, buildings) if line.pk == key), None)
    if line is None:
        raise NoSuchLine(key)
    return line
