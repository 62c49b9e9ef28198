"""Makes editions of movements: each day's list whole, with a word for each line, as it is to be read at this instant.

What stands in an edition follows from the lines and the clock alone. It is written when it differs from what stands
there, and only then: between two publications nothing of care's doing touches the prison's database.
"""

from __future__ import annotations

import uuid
from datetime import date, datetime, timedelta

from django.db import transaction

from access.models import Establishment
from appointments.prison.models import Edition, LineState
from appointments.projection.list_content import ListContent, contents
from appointments.projection.schedule import Schedule

# Yesterday to the day after tomorrow: what may stand in a prison's database.
DAYS = range(-1, 3)


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
    changed = [content for content in wanted if not says(standing.get(content.day), content)]
    if not changed and set(standing) <= set(days):
        return 0
    with transaction.atomic(using=prison):
        there.exclude(day__in=days).delete()
        LineState.objects.using(prison).filter(establishment=establishment).exclude(day__in=days).delete()
        for content in changed:
            _write(prison, establishment, content)
    return len(changed)


def _write(prison: str, establishment: Establishment, content: ListContent) -> None:
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


def says(edition: Edition | None, content: ListContent) -> bool:
    """Whether the edition that stands there says just this already."""
    said = edition and (edition.version, edition.planned_for, edition.digest)
    return said == (content.version, content.planned_for, content.digest)
