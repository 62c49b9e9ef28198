"""Sheets of paper: what each shows, what was printed before, and how the two differ. The prison side's own memory."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.db.models import OuterRef, QuerySet, Subquery
from django.utils import timezone
from django.utils.translation import gettext as _

from access.audit import record
from access.enums import Verb
from access.models import Building, Establishment, User
from access.sorting import FrenchKey
from appointments.arithmetic.sheet import ROW_OF_THE_HEAD, destroy_on, sheet_rows
from appointments.models.enums.movement import Marked
from appointments.prison.lines import ListLine
from appointments.prison.listing import DayList
from appointments.prison.models import Edition, PrintedSheet
from appointments.prison.scope import buildings_visible_to

# Lines of a sheet's own sentences, counted as rows of its layout.
ROWS_OF_WORDS = 2


@dataclass(frozen=True)
class PrintedRow(Marked):
    """One line as it stands on paper. `change` says how it differs from the sheet printed before."""

    key: str
    at: datetime
    cell: str
    name: str
    number: str
    mark: str
    change: str = ""


@dataclass(frozen=True)
class PrintedList:
    """One building's list on paper, compared with the one that was printed before it, if there was one."""

    building: Building
    day: date
    version: int
    planned_for: datetime | None
    printed_at: datetime
    printed_by: str
    rows: tuple[PrintedRow, ...]
    gone: tuple[PrintedRow, ...]
    before: PrintedSheet | None

    @property
    def destroy_on(self) -> date:
        """The day on which the paper is destroyed."""
        return destroy_on(self.day)

    @property
    def total(self) -> int:
        return sum(not row.is_withdrawn for row in self.rows)

    @property
    def changes(self) -> int:
        return sum(bool(row.change) for row in self.rows) + len(self.gone)

    @property
    def layout(self) -> int:
        more = len(self.gone) + ROWS_OF_WORDS if self.before else 0
        return sheet_rows(len(self.rows) + ROW_OF_THE_HEAD + more)


def as_kept(line: ListLine) -> dict[str, str]:
    """Return a line as a printed sheet keeps it: what it showed and nothing else."""
    return {
        "key": str(line.pk),
        "at": line.expected_at.isoformat(),
        "cell": line.cell,
        "name": line.display_name,
        "number": line.register_number,
        "mark": line.mark,
    }


def row_of(kept: Mapping[str, str]) -> PrintedRow:
    return PrintedRow(**{**kept, "at": datetime.fromisoformat(kept["at"])})  # type: ignore[arg-type]


def compared(
    rows: Iterable[PrintedRow], before: Sequence[PrintedRow]
) -> tuple[tuple[PrintedRow, ...], tuple[PrintedRow, ...]]:
    """Return the rows, each with how it differs from the sheet before, and those that are no longer there."""
    known = {row.key: row for row in before}
    now = tuple(replace(row, change=difference(row, known.pop(row.key, None))) for row in rows)
    return now, tuple(known.values())


def difference(row: PrintedRow, before: PrintedRow | None) -> str:
    if before is None:
        return _("new")
    words = []
    if row.is_withdrawn != before.is_withdrawn:
        words.append(_("no longer called") if row.is_withdrawn else _("called again"))
    if row.cell != before.cell:
        words.append(_("was in %(cell)s") % {"cell": before.cell})
    if (row.name, row.number) != (before.name, before.number):
        words.append(_("was %(name)s") % {"name": before.name})
    return ", ".join(words)


def preview(listed: DayList, buildings: Sequence[Building]) -> list[PrintedList]:
    """Return the sheets that would be printed now. One query."""
    last = PrintedSheet.objects.filter(building__in=buildings, day=listed.day)
    last = last.order_by("building_id", "-printed_at", "-id").distinct("building_id")
    before = {sheet.building_id: sheet for sheet in last}
    now = timezone.now()
    return [
        sheet_of(
            PrintedSheet(
                building=building,
                day=listed.day,
                version=listed.edition.version,
                planned_for=listed.edition.planned_for,
                lines=[as_kept(line) for line in listed.in_building(building)],
                printed_at=now,
            ),
            before.get(building.pk),
        )
        for building in buildings
    ]


def sheet_of(printed: PrintedSheet, before: PrintedSheet | None) -> PrintedList:
    rows, gone = compared(map(row_of, printed.lines), [row_of(kept) for kept in before.lines] if before else [])
    if before is None:
        rows = tuple(replace(row, change="") for row in rows)
    return PrintedList(
        building=printed.building,
        day=printed.day,
        version=printed.version,
        planned_for=printed.planned_for,
        printed_at=printed.printed_at,
        printed_by=printed.printed_by.full_name if printed.printed_by else "",
        rows=rows,
        gone=gone,
        before=before,
    )


def keep_printed(listed: DayList, buildings: Sequence[Building], *, by: User) -> uuid.UUID:
    """Keep the sheets as they are printed now; return the key under which they are shown."""
    batch = uuid.uuid4()
    with transaction.atomic():
        PrintedSheet.objects.bulk_create(
            PrintedSheet(
                batch=batch,
                establishment=listed.establishment,
                building=building,
                day=listed.day,
                version=listed.edition.version,
                planned_for=listed.edition.planned_for,
                lines=[as_kept(line) for line in listed.in_building(building)],
                printed_by=by,
            )
            for building in buildings
        )
        record(by=by, verb=Verb.PRINT, target=Edition, establishment=listed.establishment)
    return batch


def printed_visible_to(user: User, establishment: Establishment) -> QuerySet[PrintedSheet]:
    return PrintedSheet.objects.filter(
        establishment=establishment, building__in=buildings_visible_to(user, establishment)
    )


def read_printed(user: User, establishment: Establishment, batch: uuid.UUID) -> list[PrintedList]:
    """Return the sheets that were printed with one click, those of the user's buildings. Two queries."""
    earlier = PrintedSheet.objects.filter(
        building=OuterRef("building"), day=OuterRef("day"), printed_at__lt=OuterRef("printed_at")
    )
    printed = list(
        printed_visible_to(user, establishment)
        .filter(batch=batch)
        .annotate(earlier=Subquery(earlier.order_by("-printed_at", "-id").values("pk")[:1]))
        .select_related("building", "printed_by")
        .order_by(FrenchKey("building__name"), "pk")
    )
    keys: list[Any] = [sheet.earlier for sheet in printed]
    before = PrintedSheet.objects.in_bulk([key for key in keys if key])
    return [sheet_of(sheet, before.get(key)) for sheet, key in zip(printed, keys, strict=True)]


def purge_printed(establishment: Establishment, *, before: date, prison: str) -> int:
    """Forget sheets in one prison's database. An establishment that has moved may have left some in another."""
    old = PrintedSheet.objects.using(prison).filter(establishment=establishment.pk, day__lt=before)
    purged, _by_model = old.delete()
    return purged
