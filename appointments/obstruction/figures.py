"""The figures of obstructed care of a period: each with what it is a part of. Reads only.

Small numbers are not hidden here: what leaves the unit is reduced by the reports.
"""

from __future__ import annotations

from calendar import monthrange
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from django.utils import timezone
from django.utils.dates import MONTHS
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from access.models import Establishment
from appointments.models.enums.obstruction import HalfDay
from appointments.obstruction import counting
from appointments.obstruction.causes import NOT_BROUGHT
from appointments.statistics.counting import LostSession, lost_sessions
from appointments.statistics.period import Period


@dataclass(frozen=True)
class FigureRow:
    """A count, and of how many."""

    key: str
    label: Any
    count: int
    total: int

    @property
    def percent(self) -> float | None:
        """The share in hundredths; None of nothing."""
        return 100 * self.count / self.total if self.total else None


@dataclass(frozen=True)
class FigureTable:
    """People not brought, line by line. Lines of a table are apart from each other: their counts add up."""

    key: str
    title: Any
    rows: list[FigureRow] = field(default_factory=list)


@dataclass(frozen=True)
class ObstructionFigures:
    establishment: Establishment
    first_day: date
    last_day: date
    # The days of these from which on, and up to which, there is anything to count.
    counted_from: date
    counted_until: date
    counted_at: datetime
    expected: int
    came: int
    seen: int
    # Nobody noted yet what became of them.
    unknown: int
    not_brought: int
    not_brought_by_cause: list[FigureRow]
    tables: list[FigureTable]
    # Half-days in which a session could be lost, and those that were.
    sessions: int
    lost: Sequence[LostSession]

    @property
    def came_row(self) -> FigureRow:
        return FigureRow("came", _("came"), self.came, self.expected)

    @property
    def seen_row(self) -> FigureRow:
        return FigureRow("seen", _("seen"), self.seen, self.expected)

    @property
    def not_brought_row(self) -> FigureRow:
        return FigureRow("not_brought", _("not brought"), self.not_brought, self.expected)

    @property
    def other_row(self) -> FigureRow:
        """Who neither came nor was obstructed: refusals, releases, escorts, the unit's own reasons."""
        rest = self.expected - self.came - self.not_brought - self.unknown
        return FigureRow("other", _("did not come for another reason"), rest, self.expected)

    @property
    def unknown_row(self) -> FigureRow:
        return FigureRow("unknown", _("outcome not recorded yet"), self.unknown, self.expected)

    @property
    def lost_row(self) -> FigureRow:
        return FigureRow("lost", _("lost half-days"), len(self.lost), self.sessions)

    def table(self, key: str) -> FigureTable:
        return next(table for table in self.tables if table.key == key)


def read_figures(
    establishment: Establishment,
    first_day: date,
    last_day: date,
    *,
    recorded_since: date | None = None,
    unit: int | None = None,
) -> ObstructionFigures:
    """Return a unit's figures of the days from `first_day` to `last_day`, both included, as far as they are past.

    `recorded_since` is the first day of which anything is recorded here; it is looked for when it is not given.
    """
    since = counting.recorded_since(establishment, unit=unit) if recorded_since is None else recorded_since
    held = (min(max(first_day, since or first_day), last_day), max(min(last_day, establishment.today()), first_day))
    period = Period(first_day, last_day)
    rows = counting.expected_rows(establishment, period, unit=unit)
    cells = counting.cells(rows, establishment.zone)
    expected = sum(cell.expected for cell in cells)
    by_cause, (sessions, lost) = causes_of(cells, expected), lost_sessions(rows)
    return ObstructionFigures(
        establishment=establishment,
        first_day=first_day,
        last_day=last_day,
        counted_from=held[0],
        counted_until=held[1],
        counted_at=timezone.now(),
        expected=expected,
        came=sum(cell.came for cell in cells),
        seen=sum(cell.seen for cell in cells),
        unknown=sum(cell.unknown for cell in cells),
        not_brought=sum(row.count for row in by_cause),
        not_brought_by_cause=by_cause,
        tables=tables(cells, by_cause, held),
        sessions=sessions,
        lost=lost,
    )


def causes_of(cells: Sequence[counting.Cell], expected: int) -> list[FigureRow]:
    sums: Counter[str] = Counter()
    for cell in cells:
        sums[cell.cause] += cell.expected
    return [FigureRow(cause.value, cause.label, sums[cause], expected) for cause in NOT_BROUGHT]


def tables(cells: Sequence[counting.Cell], by_cause: list[FigureRow], held: tuple[date, date]) -> list[FigureTable]:
    months = rows_by(cells, lambda cell: f"{cell.month:%Y-%m}", lambda key: month_words(key, *held))
    return [
        FigureTable("half_day", _("By half-day"), rows_by(cells, lambda cell: cell.half_day, half_day_words)),
        FigureTable("building", _("By building"), rows_by(cells, lambda cell: cell.building, building_words)),
        FigureTable("month", _("By month"), months),
        FigureTable("cause", _("By cause"), by_cause),
    ]


def rows_by(
    cells: Iterable[counting.Cell], key_of: Callable[[counting.Cell], str], words: Callable[[str], str]
) -> list[FigureRow]:
    sums: dict[str, list[int]] = {}
    for cell in cells:
        of_key = sums.setdefault(key_of(cell), [0, 0])
        of_key[0] += cell.expected if cell.cause else 0
        of_key[1] += cell.expected
    order = list(HalfDay.values)
    keys = sorted(sums, key=lambda key: (order.index(key) if key in order else 0, key == "", key))
    return [FigureRow(key, words(key), *sums[key]) for key in keys]


def half_day_words(key: str) -> str:
    return str(HalfDay(key).label)


def building_words(key: str) -> str:
    return key or _("has left")


def month_words(key: str, first: date, last: date) -> str:
    """Return the month, and which of its days are counted when these are not all: those from `first` to `last`."""
    year, month = map(int, key.split("-"))
    name, length = f"{MONTHS[month]} {year}", monthrange(year, month)[1]
    begins = first.day if (first.year, first.month) == (year, month) else 1
    ends = last.day if (last.year, last.month) == (year, month) else length
    days = {"month": name, "first": ordinal(begins), "last": ordinal(ends)}
    if begins > 1 and ends < length:
        return _("%(month)s, from day %(first)s to day %(last)s") % days
    if begins > 1:
        return _("%(month)s, from day %(first)s on") % days
    return _("%(month)s, up to day %(last)s") % days if ends < length else name


def ordinal(day: int) -> str:
    """Return the number of a day as it is said in a sentence; French says only the first one differently."""
    return pgettext("the first day of a month", "1") if day == 1 else str(day)
