"""Forgets what is due, in batches of their own transactions, each with its record; or only counts it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import connection, models, transaction
from django.db.models import F

from access.models import Establishment
from appointments.models import PurgeRecord
from appointments.models.enums.retention import RetentionKind
from appointments.retention.kinds import PARTS, Horizon, Part
from appointments.retention.periods import kept_since, months_of

BATCH = 500
# What is left is forgotten the next night: a purge never holds a database for hours.
BATCHES_A_NIGHT = 200


@dataclass(frozen=True)
class Counted:
    """How many rows of one kind one establishment forgets, or would."""

    establishment: Establishment
    kind: RetentionKind
    before: date
    rows: int


def horizons(establishment: Establishment) -> Iterator[tuple[RetentionKind, Horizon]]:
    today = establishment.today()
    months = months_of(establishment)
    for kind in PARTS:
        yield kind, Horizon(establishment, kept_since(today, months[kind]))


def would_forget(establishment: Establishment) -> list[Counted]:
    """Count what is due now, each kind by itself; what only becomes due once another kind has gone is not counted."""
    return [
        Counted(establishment, kind, at.before, sum(part.due(at).count() for part in PARTS[kind]))
        for kind, at in horizons(establishment)
    ]


def forget(establishment: Establishment, *, batch: int = BATCH) -> list[Counted]:
    """Forget what is due, kind by kind. To be called with the owner's login."""
    found = []
    for kind, at in horizons(establishment):
        gone = sum(forget_part(kind, part, at, batch=batch) for part in PARTS[kind])
        found.append(Counted(establishment, kind, at.before, gone))
    return found


def forget_part(kind: RetentionKind, part: Part, at: Horizon, *, batch: int) -> int:
    total = 0
    for _nth in range(BATCHES_A_NIGHT):
        with transaction.atomic():
            keys = list(part.due(at).values_list("pk", flat=True)[:batch])
            waiting = part.waits(keys)
            keys = [key for key in keys if key not in waiting]
            if not keys:
                return total
            # First the record: without it the database lets nothing go.
            note(at.establishment, kind, before=at.before, rows=len(keys))
            for rows in part.before(keys):
                erase(rows.model, list(rows.order_by().values_list("pk", flat=True)))
            erase(part.model, keys)
        total += len(keys)
    return total


def note(establishment: Establishment | None, kind: RetentionKind, *, before: date, rows: int) -> None:
    """Add `rows` to the day's record of a kind."""
    day = {"establishment": establishment, "kind": kind, "day": day_of(establishment)}
    record, is_new = PurgeRecord.objects.get_or_create(**day, defaults={"before": before, "forgotten": rows})
    if not is_new:
        PurgeRecord.objects.filter(pk=record.pk).update(forgotten=F("forgotten") + rows)


def day_of(establishment: Establishment | None) -> date:
    if establishment is not None:
        return establishment.today()
    return max((place.today() for place in Establishment.objects.order_by("pk")), default=date.today())  # noqa: DTZ011


def erase(model: type[models.Model], keys: list[Any]) -> None:
    """Delete rows by their keys in one statement; what rests on them was found before, and the database looks again."""
    if not keys:
        return
    column = connection.ops.quote_name(str(model._meta.pk.column))
    table = connection.ops.quote_name(model._meta.db_table)
    with connection.cursor() as cursor:
        # Names of tables and columns are ours; the keys are parameters.
        cursor.execute(f"DELETE FROM {table} WHERE {column} = ANY(%s)", [keys])  # noqa: S608
