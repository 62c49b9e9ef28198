"""The officers' lists as care prints them when the courier cannot bring them: what is to be read now, and no more."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from access.models import Building
from appointments.arithmetic.sheet import ROW_OF_THE_HEAD, destroy_on, sheet_rows
from appointments.models.enums.paper import SheetRow, TickedSheet
from appointments.projection import Schedule
from appointments.projection.list_content import ListContent, contents


@dataclass(frozen=True)
class ListRow(SheetRow):
    """One line as it stands on paper."""

    at: datetime
    cell: str
    name: str
    number: str
    mark: str

    @classmethod
    def of(cls, line: dict[str, Any]) -> ListRow:
        """Return a published line as paper shows it."""
        return cls(
            at=datetime.fromisoformat(line["expected_at"]),
            cell=line["cell"],
            name=f"{line['last_name'].upper()} {line['first_name']}",
            number=line["register_number"],
            mark=line["mark"],
        )


@dataclass(frozen=True)
class ListSheet(TickedSheet):
    """One building's list of one day on paper, as at the prison door, without who printed it or what differs."""

    building: Building
    day: date
    version: int
    planned_for: datetime | None
    printed_at: datetime
    rows: Sequence[ListRow]

    @property
    def destroy_on(self) -> date:
        """The day on which the paper is destroyed."""
        return destroy_on(self.day)

    @property
    def total(self) -> int:
        """How many people are to be called."""
        return sum(not row.is_withdrawn for row in self.rows)

    @property
    def layout(self) -> int:
        """How many rows the sheet is laid out for."""
        return sheet_rows(len(self.rows) + ROW_OF_THE_HEAD)


@dataclass(frozen=True)
class PrintedLists:
    """The sheets of one day; none before the list goes out for the first time, and `awaited` says when that is."""

    sheets: Sequence[ListSheet]
    awaited: datetime | None


def lists_of(schedule: Schedule, word: str, buildings: Sequence[Building]) -> PrintedLists:
    """Return the sheets of `today` or `tomorrow`, one a building, as the list is to be read now. Two queries."""
    day = schedule.today + timedelta(days=word == "tomorrow")
    [content] = contents(schedule, [day])
    if not content.version and schedule.grid.of_list(day):
        return PrintedLists([], schedule.grid.next_of_list(day, after=schedule.now))
    return PrintedLists([_sheet(content, building, schedule.now) for building in buildings], None)


def _sheet(content: ListContent, building: Building, now: datetime) -> ListSheet:
    rows = [ListRow.of(line) for line in content.lines if line["building"] == building.pk]
    return ListSheet(building, content.day, content.version, content.planned_for, now, rows)
