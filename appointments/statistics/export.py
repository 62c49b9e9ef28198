"""The figures as CSV, for a spreadsheet inside the unit; the first line says that it is confidential."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from access.models import Establishment
from access.spreadsheet import as_csv
from appointments.statistics.report import Share, UnitFigures

Line = Sequence[object]


def figures_as_csv(report: UnitFigures, establishment: Establishment) -> bytes:
    """Return every figure of the page, one a line: table, line, measure, number, and of how many."""
    whose = report.agenda.name if report.agenda else _("All practitioners")
    return as_csv(
        [
            [_("Confidential – for the health unit only: small numbers may point to one person")],
            [establishment.name, whose, report.period.since, report.period.until],
            [_("Table"), _("Line"), _("Measure"), _("Number"), _("Of")],
            *lines(report, establishment),
        ]
    )


def lines(report: UnitFigures, establishment: Establishment) -> Iterator[Line]:
    yield from counted(_("What became of the appointments"), report.outcomes)
    yield from counted(_("Why people did not come"), report.causes)
    yield from counted(_("Why care cancelled"), report.cancellations)
    title = _("Days from request to consultation")
    for wait in report.waits:
        yield title, wait.kind, _("median"), round(wait.median, 1), wait.number
        yield title, wait.kind, _("9 in 10 at most"), round(wait.ninth, 1), wait.number
    title = _("By half-day and building")
    for half in report.halves:
        name = f"{half.building or _('has left')}, {_('morning') if half.is_morning else _('afternoon')}"
        yield title, name, pgettext("statistics", "Seen"), half.seen, half.booked
        yield title, name, pgettext("statistics", "Did not come"), half.not_come, half.booked
        yield title, name, _("for reasons of the prison"), half.prison_side, half.booked
    yield _("Lost half-days"), "", _("half-days"), len(report.lost), report.sessions
    for one in report.lost:
        at = one.starts_at.astimezone(establishment.zone)
        yield (
            _("Lost half-days"),
            f"{at:%Y-%m-%d %H:%M} {one.agenda}",
            _("for reasons of the prison"),
            one.lost,
            one.booked,
        )
    yield from counted(_("Hospital escorts"), report.escorts or ())


def counted(title: str, parts: Iterable[Share]) -> Iterator[Line]:
    for part in parts:
        yield title, str(part.label), _("all"), part.number, part.of
        for finer in part.parts:
            yield title, str(part.label), str(finer.label), finer.number, finer.of
