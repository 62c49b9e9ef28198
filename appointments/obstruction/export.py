"""The figures and the facts as tables, and tables as an OpenDocument spreadsheet. The first line says: confidential."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from io import BytesIO

from django.utils.translation import gettext as _
from odf.opendocument import OpenDocumentSpreadsheet
from odf.table import Table, TableCell, TableRow
from odf.text import P

from access.spreadsheet import as_text
from appointments.arithmetic.intervals import wilson
from appointments.models import Obstruction
from appointments.obstruction.comparison import Comparison
from appointments.obstruction.figures import FigureRow, ObstructionFigures
from appointments.obstruction.sentences import sentence_of

Cells = Sequence[object]
OdsTables = Mapping[str, Iterable[Cells]]


def figures_table(found: Comparison) -> Iterator[Cells]:
    """Give every figure of the page, one a line, for the period, the one before and a year ago."""
    yield [_("Confidential – for the health unit only: small numbers may point to one person")]
    yield [_("Table"), _("Line"), _("From"), _("To"), _("Number"), _("Of"), "%", _("low"), _("high")]
    for figures in (found.now, found.before, found.year_ago):
        yield from lines_of(figures)
    days = [found.now.first_day, found.now.last_day]
    title, total = _("Delays, in minutes"), found.delays.total
    steps = ((_("left the floor"), total.left), (_("at the unit"), total.arrived), (_("seen"), total.seen))
    for name, step in steps:
        yield [title, f"{name} – {_('median')}", *days, rounded(step.median), step.known]
        yield [title, f"{name} – {_('9 in 10 at most')}", *days, rounded(step.ninth), step.known]
        yield [title, f"{name} – {_('not known')}", *days, step.unknown, step.of]
    yield line(_("Arrived beyond the tolerance"), found.beyond, found.now)


def lines_of(figures: ObstructionFigures) -> Iterator[Cells]:
    title = _("All")
    yield [title, _("expected"), figures.first_day, figures.last_day, figures.expected, figures.expected]
    rows = (figures.came_row, figures.seen_row, figures.not_brought_row, figures.other_row, figures.unknown_row)
    for row in (*rows, figures.lost_row):
        yield line(title, row, figures)
    for table in figures.tables:
        for row in table.rows:
            yield line(str(table.title), row, figures)


def line(title: str, row: FigureRow, figures: ObstructionFigures) -> Cells:
    bounds = wilson(row.count, row.total)
    low, high = (rounded(100 * each) for each in bounds) if bounds else ("", "")
    days = (figures.first_day, figures.last_day)
    return [title, str(row.label), *days, row.count, row.total, rounded(row.percent), low, high]


def rounded(value: float | None) -> float | str:
    return "" if value is None else round(value, 1)


def facts_table(facts: Iterable[Obstruction], choice: str) -> Iterator[Cells]:
    """Give the facts, one a line; `choice` says which they are."""
    yield [_("Confidential – for the health unit only: small numbers may point to one person")]
    yield [choice]
    yield [_("Day"), _("Half-day"), _("Building"), _("What happened"), _("Cause"), _("Facts"), _("Source")]
    for fact in facts:
        where = fact.building.name if fact.building else ""
        what, why = fact.get_kind_display(), fact.get_cause_display()
        yield [fact.day, fact.get_half_day_display(), where, what, why, sentence_of(fact), fact.get_source_display()]


def as_ods(tables: OdsTables) -> bytes:
    """Return the tables as sheets of one file; numbers and days stay numbers and days."""
    document = OpenDocumentSpreadsheet()
    for name, rows in tables.items():
        sheet = Table(name=name)
        for row in rows:
            written = TableRow()
            for value in row:
                written.addElement(cell_of(value))
            sheet.addElement(written)
        document.spreadsheet.addElement(sheet)
    out = BytesIO()
    document.write(out)
    return out.getvalue()


def cell_of(value: object) -> TableCell:
    if isinstance(value, int | float):
        made = TableCell(valuetype="float", value=str(value))
    elif isinstance(value, date):
        made = TableCell(valuetype="date", datevalue=value.isoformat())
    else:
        made = TableCell(valuetype="string")
    made.addElement(P(text=as_text(str(value))))
    return made
