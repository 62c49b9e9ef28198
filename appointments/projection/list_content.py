"""What the list of a day says at an instant: the lines that officers are to see, each with a word and nothing else.

The courier makes editions of it (appointments.courier); care prints it when the courier cannot.
"""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any

from appointments.arithmetic.timegrid import local_midnights
from appointments.models import Movement, UnplannedPublication
from appointments.models.enums.movement import Mark
from appointments.projection.schedule import Schedule


@dataclass(frozen=True)
class ListContent:
    """What the edition of a day is to say."""

    day: date
    version: int
    planned_for: datetime | None
    lines: Sequence[dict[str, Any]]

    @property
    def digest(self) -> str:
        """SHA-256 of the lines."""
        return hashlib.sha256(json.dumps(self.lines, sort_keys=True).encode()).hexdigest()


def contents(schedule: Schedule, days: Sequence[date]) -> list[ListContent]:
    """Return what the lists of `days` are to say at the schedule's instant. Two queries."""
    start, end = local_midnights(days[0], schedule.grid.zone)[0], local_midnights(days[-1], schedule.grid.zone)[1]
    lines = Movement.objects.filter(establishment=schedule.establishment).between(start, end)
    by_day: dict[date, list[dict[str, Any]]] = {day: [] for day in days}
    for line in lines.select_related("building").in_floor_order():
        day, mark = schedule.day_of(line.expected_at), mark_of(schedule, line)
        # A withdrawn line stays to the end of its day.
        if schedule.shows(line) and not (mark == Mark.WITHDRAWN and day < schedule.today):
            by_day[day].append(as_published(line, mark))
    unplanned = Counter(
        UnplannedPublication.objects.filter(establishment=schedule.establishment, day__in=days)
        .order_by()
        .values_list("day", flat=True)
    )
    return [
        ListContent(
            day=day,
            version=schedule.grid.version(day, now=schedule.now, unplanned=unplanned[day]),
            planned_for=last_planned(schedule.grid.of_list(day), now=schedule.now),
            lines=by_day[day],
        )
        for day in days
    ]


def last_planned(instants: Iterable[datetime], *, now: datetime) -> datetime | None:
    """Return the last publication of a list by now, none before the first."""
    return max((instant for instant in instants if instant <= now), default=None)


def mark_of(schedule: Schedule, line: Movement) -> Mark:
    """Return the word that officers are told of the line's history."""
    if schedule.shows_as_withdrawn(line):
        return Mark.WITHDRAWN
    is_restored = line.restored_from is not None and line.restored_from <= schedule.now
    return Mark.ADDED if line.is_added or is_restored else Mark.NONE


def as_published(line: Movement, mark: Mark) -> dict[str, Any]:
    """Return all that passes of a line. The database refuses any other word (prison_lines_are_neutral)."""
    return {
        "id": str(line.pk),
        "building": line.building_id,
        "cell": line.cell,
        "last_name": line.last_name,
        "first_name": line.first_name,
        "register_number": line.register_number,
        "expected_at": line.expected_at.astimezone(UTC).isoformat(),
        "mark": mark.value,
    }
