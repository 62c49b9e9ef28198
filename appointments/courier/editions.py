"""Makes editions of movements: each day's list whole, with a word for each line, as it is to be read at this instant.

What stands in an edition follows from the lines and the clock alone. It is written when it differs from what stands
there, and only then: between two publications nothing of care's doing touches the prison's database.
"""

from __future__ import annotations

import hashlib
import json
import uuid
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any

from django.db import transaction

from access.models import Establishment
from appointments.arithmetic.timegrid import local_midnights
from appointments.models import Movement, UnplannedPublication
from appointments.models.enums.movement import Mark
from appointments.prison.models import Edition, LineState
from appointments.projection.schedule import Schedule

# Yesterday to the day after tomorrow: what may stand in a prison's database.
DAYS = range(-1, 3)


@dataclass(frozen=True)
class Content:
    """What the edition of a day is to say."""

    day: date
    version: int
    planned_for: datetime | None
    lines: Sequence[dict[str, Any]]

    @property
    def digest(self) -> str:
        """SHA-256 of the lines."""
        return hashlib.sha256(json.dumps(self.lines, sort_keys=True).encode()).hexdigest()

    def is_said_by(self, edition: Edition | None) -> bool:
        """Whether `edition` says just this already."""
        said = edition and (edition.version, edition.planned_for, edition.digest)
        return said == (self.version, self.planned_for, self.digest)


def edition_id(establishment_id: int, day: date) -> uuid.UUID:
    """Return the key of an edition: the same whenever it is written."""
    return uuid.uuid5(uuid.NAMESPACE_OID, f"carehub edition {establishment_id} {day}")


def bring_editions(prison: str, establishment: Establishment, *, now: datetime) -> int:
    """Write the editions of one establishment that are due; return how many were written. Constant queries.

    Editions that are over are forgotten, with what was recorded of their lines.
    """
    schedule = Schedule.of(establishment, now=now)
    days = [schedule.today + timedelta(days=days) for days in DAYS]
    there = Edition.objects.using(prison).filter(establishment=establishment)
    wanted = contents(schedule, days)
    standing = {edition.day: edition for edition in there}
    changed = [content for content in wanted if not content.is_said_by(standing.get(content.day))]
    if not changed and set(standing) <= set(days):
        return 0
    with transaction.atomic(using=prison):
        there.exclude(day__in=days).delete()
        LineState.objects.using(prison).filter(establishment=establishment).exclude(day__in=days).delete()
        for content in changed:
            _write(prison, establishment, content)
    return len(changed)


def _write(prison: str, establishment: Establishment, content: Content) -> None:
    Edition.objects.using(prison).bulk_create(
        [
            Edition(
                id=edition_id(establishment.pk, content.day),
                establishment_id=establishment.pk,
                day=content.day,
                version=content.version,
                planned_for=content.planned_for,
                lines=content.lines,
                digest=content.digest,
            )
        ],
        update_conflicts=True,
        unique_fields=["id"],
        update_fields=["version", "planned_for", "lines", "digest"],
    )


def contents(schedule: Schedule, days: Sequence[date]) -> list[Content]:
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
        Content(
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
