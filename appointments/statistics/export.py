"""The figures as CSV, for a spreadsheet inside the unit; the first line says that it is confidential."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from access.models import Establishment
from access.spreadsheet import as_csv
from appointments.statistics.counting import Half
from appointments.statistics.delays import DelayLine, Delays
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
    title = _("Obstructed, and what came of it")
    yield from counted(title, [report.obstructed, report.unasked, *report.again])
    if report.again_days is not None:
        yield title, _("Seen at last"), _("days, median"), round(report.again_days, 1), report.again[-1].number
    yield from delayed(report.delays)
    yield from counted(_("Why care cancelled"), report.cancellations)
    title = _("Days from request to consultation")
    for wait in report.waits:
        yield title, wait.kind, _("median"), round(wait.median, 1), wait.number
        yield title, wait.kind, _("9 in 10 at most"), round(wait.ninth, 1), wait.number
    title = _("By half-day and building")
    for half in report.halves:
        name = place_in_words(half)
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


def delayed(delays: Delays) -> Iterator[Line]:
    """Give the delays in all, then by building and half-day; a number says of how many it was known."""
    title = _("Delays from the time on the list")
    for line in (delays.total, *delays.lines):
        where = "" if line.building is None else f"{place_in_words(line)} · "
        steps = (
            (_("left the floor"), line.left),
            (_("arrived at the unit"), line.arrived),
            (pgettext("delays", "seen"), line.seen),
        )
        for name, step in steps:
            yield title, f"{where}{name}", _("time known"), step.known, step.of
            yield title, f"{where}{name}", _("known from officers"), step.tapped, step.known
            if step.median is not None and step.ninth is not None:
                yield title, f"{where}{name}", _("minutes, median"), round(step.median), step.known
                yield title, f"{where}{name}", _("minutes, 9 in 10 at most"), round(step.ninth), step.known
        beyond = _("beyond %(minutes)d minutes") % {"minutes": delays.tolerance}
        yield title, f"{where}{_('arrived at the unit')}", beyond, line.beyond, line.arrived.known


def place_in_words(line: DelayLine | Half) -> str:
    """Return the building and the half-day of one line of a table."""
    return f"{line.building or _('has left')}, {_('morning') if line.is_morning else _('afternoon')}"


def counted(title: str, parts: Iterable[Share]) -> Iterator[Line]:
    for part in parts:
        yield title, str(part.label), _("all"), part.number, part.of
        for finer in part.parts:
            yield title, str(part.label), str(finer.label), finer.number, finer.of
