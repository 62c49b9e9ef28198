"""Sheets of paper: what each shows, what was printed before, and how the two differ. The prison side's own memory."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.db.models import OuterRef, Q, QuerySet, Subquery
from django.utils import timezone
from django.utils.translation import gettext as _

from access.audit import record
from access.enums import Verb
from access.models import Building, Establishment, User
from access.sorting import FrenchKey
from appointments.arithmetic.cells import along_the_landing
from appointments.arithmetic.sheet import ROW_OF_THE_HEAD, destroy_on, sheet_rows
from appointments.models.enums.paper import SheetRow, TickedSheet
from appointments.prison.lines import ListLine, Namesakes
from appointments.prison.listing import DayList, floor_key
from appointments.prison.models import Edition, PrintedSheet, PrisonFreeze
from appointments.prison.scope import buildings_visible_to

# Lines of a sheet's own sentences, counted as rows of its layout.
ROWS_OF_WORDS = 2
LATEST_SHEETS = 30


@dataclass(frozen=True)
class Part:
    """What one sheet holds: a building, or one of its floors."""

    building: Building
    wing: str = ""

    def lines(self, listed: DayList) -> list[ListLine]:
        """Return its lines in the order of the floor, in which they are called, ticked and entered."""
        found = [line for line in listed.in_building(self.building) if not self.wing or line.wing == self.wing]
        return sorted(found, key=floor_key)


def parts_of(listed: DayList, buildings: Iterable[Building], *, wing: str = "", is_each: bool = False) -> list[Part]:
    """Return the sheets of these buildings: one each, of one `wing` alone, or one for each wing."""
    parts = []
    for building in buildings:
        wings = {line.wing for line in listed.in_building(building)}
        if wing:
            parts += [Part(building, wing)] if wing in wings else []
        elif is_each and wings - {""}:
            parts += [Part(building, each) for each in sorted(wings, key=along_the_landing)]
        else:
            parts.append(Part(building))
    return parts


@dataclass(frozen=True)
class PrintedRow(SheetRow):
    """One line as it stands on paper. `change` says how it differs from the sheet printed before."""

    key: str
    at: datetime
    cell: str
    name: str
    number: str
    mark: str
    impediment: str = ""
    change: str = ""
    namesakes: tuple[str, ...] = ()


@dataclass(frozen=True)
class PrintedList(TickedSheet):
    """One building's or floor's list on paper, compared with the one that was printed before it, if there was one."""

    building: Building
    day: date
    version: int
    planned_for: datetime | None
    printed_at: datetime
    printed_by: str
    rows: tuple[PrintedRow, ...]
    gone: tuple[PrintedRow, ...]
    before: PrintedSheet | None
    wing: str = ""
    freezes: tuple[PrisonFreeze, ...] = ()

    @property
    def destroy_on(self) -> date:
        """The day on which the paper is destroyed."""
        return destroy_on(self.day)

    @property
    def total(self) -> int:
        return len({row.number for row in self.rows if not row.is_withdrawn})

    @property
    def changes(self) -> int:
        return sum(bool(row.change) for row in self.rows) + len(self.gone)

    @property
    def layout(self) -> int:
        more = len(self.gone) + ROWS_OF_WORDS if self.before else 0
        # The cells of namesakes take a line of their own.
        more += sum(bool(row.namesakes) for row in self.rows)
        return sheet_rows(len(self.rows) + ROW_OF_THE_HEAD + len(self.freezes) + more)


def as_kept(line: ListLine) -> dict[str, str]:
    """Return a line as a printed sheet keeps it: what it showed and nothing else."""
    return {
        "key": str(line.pk),
        "at": line.expected_at.isoformat(),
        "cell": line.cell,
        "name": line.display_name,
        "number": line.register_number,
        "mark": line.mark,
        # Of where somebody stands only what keeps them from being called: the rest is what paper is for.
        "impediment": line.standing.impediment,
    }


def row_of(kept: Mapping[str, str]) -> PrintedRow:
    return PrintedRow(**{**kept, "at": datetime.fromisoformat(kept["at"])})  # type: ignore[arg-type]


def told_apart(rows: Sequence[PrintedRow]) -> tuple[PrintedRow, ...]:
    """Return the rows, each with the cells of others of its name on the same sheet."""
    namesakes = Namesakes((row.name, row.number, row.cell) for row in rows)
    return tuple(replace(row, namesakes=namesakes.of(row.name, row.number)) for row in rows)


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


def preview(listed: DayList, parts: Sequence[Part]) -> list[PrintedList]:
    """Return the sheets that would be printed now. Two queries."""
    last = PrintedSheet.objects.filter(building__in=[part.building for part in parts], day=listed.day)
    last = last.order_by("building_id", "wing", "-printed_at", "-id").distinct("building_id", "wing")
    before = {(sheet.building_id, sheet.wing): sheet for sheet in last}
    now = timezone.now()
    freezes = freezes_at(listed.establishment, now)
    return [
        sheet_of(
            PrintedSheet(**kept_words(listed, part), printed_at=now), before.get((part.building.pk, part.wing)), freezes
        )
        for part in parts
    ]


def kept_words(listed: DayList, part: Part) -> dict[str, Any]:
    """Return what a row keeps of one sheet."""
    return {
        "establishment": listed.establishment,
        "building": part.building,
        "wing": part.wing,
        "day": listed.day,
        "version": listed.edition.version,
        "planned_for": listed.edition.planned_for,
        "lines": [as_kept(line) for line in part.lines(listed)],
    }


def freezes_at(establishment: Establishment, since: datetime) -> list[PrisonFreeze]:
    """Return the freezes that were in force then or later. One query."""
    held = PrisonFreeze.objects.filter(Q(lifted_at__isnull=True) | Q(lifted_at__gt=since), establishment=establishment)
    return list(held.select_related("building").order_by("frozen_at", "pk"))


def sheet_of(printed: PrintedSheet, before: PrintedSheet | None, freezes: Iterable[PrisonFreeze]) -> PrintedList:
    rows, gone = compared(map(row_of, printed.lines), [row_of(kept) for kept in before.lines] if before else [])
    if before is None:
        rows = tuple(replace(row, change="") for row in rows)
    return PrintedList(
        building=printed.building,
        wing=printed.wing,
        day=printed.day,
        version=printed.version,
        planned_for=printed.planned_for,
        printed_at=printed.printed_at,
        printed_by=printed.printed_by.full_name if printed.printed_by else "",
        rows=told_apart(rows),
        gone=gone,
        before=before,
        freezes=tuple(each for each in freezes if held_at(each, printed)),
    )


def held_at(freeze: PrisonFreeze, printed: PrintedSheet) -> bool:
    """Whether nobody was to be moved from the sheet's building when it was printed."""
    is_here = freeze.building_id in {None, printed.building_id}
    is_over = freeze.lifted_at is not None and freeze.lifted_at <= printed.printed_at
    # A sheet that is only shown yet is of now, and so is a freeze that was read for it, whatever two clocks say.
    has_begun = printed._state.adding or freeze.frozen_at <= printed.printed_at  # noqa: SLF001 (not kept yet)
    return is_here and not is_over and has_begun


def keep_printed(listed: DayList, parts: Sequence[Part], *, by: User | None) -> uuid.UUID:
    """Keep the sheets as they are printed now; return the key under which they are shown."""
    batch = uuid.uuid4()
    with transaction.atomic():
        PrintedSheet.objects.bulk_create(
            PrintedSheet(**kept_words(listed, part), batch=batch, printed_by=by) for part in parts
        )
        record(by=by, verb=Verb.PRINT, target=Edition, establishment=listed.establishment)
    return batch


def printed_visible_to(user: User, establishment: Establishment) -> QuerySet[PrintedSheet]:
    return PrintedSheet.objects.filter(
        establishment=establishment, building__in=buildings_visible_to(user, establishment)
    )


def read_printed(user: User, establishment: Establishment, batch: uuid.UUID) -> list[PrintedList]:
    """Return the sheets that were printed with one click, those of the user's buildings. Three queries."""
    return compared_with_earlier(establishment, printed_visible_to(user, establishment).filter(batch=batch))


def compared_with_earlier(establishment: Establishment, sheets: QuerySet[PrintedSheet]) -> list[PrintedList]:
    """Return these sheets, each compared with the one of its place that was printed before it. Three queries."""
    earlier = PrintedSheet.objects.filter(
        building=OuterRef("building"), wing=OuterRef("wing"), day=OuterRef("day"), printed_at__lt=OuterRef("printed_at")
    )
    found = list(
        sheets.annotate(earlier=Subquery(earlier.order_by("-printed_at", "-id").values("pk")[:1]))
        .select_related("building", "printed_by")
        .order_by(FrenchKey("building__name"), "building_id", "wing", "pk")
    )
    if not found:
        return []
    keys: list[Any] = [sheet.earlier for sheet in found]
    before = PrintedSheet.objects.in_bulk([key for key in keys if key])
    freezes = freezes_at(establishment, min(sheet.printed_at for sheet in found))
    return [sheet_of(sheet, before.get(key), freezes) for sheet, key in zip(found, keys, strict=True)]


def sheets_of_the_day(user: User, establishment: Establishment, day: date) -> Sequence[PrintedSheet]:
    """Return the sheets of `day` that can be entered, the newest first. One query."""
    printed = printed_visible_to(user, establishment).filter(day=day).defer("lines")
    return list(printed.select_related("building", "printed_by").order_by("-printed_at", "-id")[:LATEST_SHEETS])


def purge_printed(establishment: Establishment, *, before: date, prison: str) -> int:
    """Forget sheets in one prison's database. An establishment that has moved may have left some in another."""
    old = PrintedSheet.objects.using(prison).filter(establishment=establishment.pk, day__lt=before)
    purged, _by_model = old.delete()
    return purged
