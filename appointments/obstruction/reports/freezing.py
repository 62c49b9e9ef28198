"""What a version of a report says, frozen: French words and figures as letters and the committee's page show them."""

from __future__ import annotations

from typing import Any

from django.utils import translation

from appointments.arithmetic.intervals import wilson
from appointments.arithmetic.suppression import is_small
from appointments.models import ObstructionReport
from appointments.models.enums.report import ReportKind
from appointments.obstruction.comparison import one_year_less
from appointments.obstruction.figures import FigureRow, FigureTable, ObstructionFigures
from appointments.obstruction.reports.french import (
    NARROW,
    NO_BREAK,
    day_in_french,
    in_french_typography,
    number_in_french,
    period_in_french,
    share_in_french,
)
from appointments.obstruction.reports.reduction import NOT_BROUGHT_ROW, OVERVIEW, ReducedFigures
from appointments.obstruction.reports.words import addressees_of, letterhead_of, wording_of

COMPARISON = "comparison"
CAPTIONS = {
    COMPARISON: "Personnes non conduites, comparées à d’autres périodes",
    "cause": "Personnes non conduites, par cause relevée",
    "half_day": "Personnes non conduites, par demi-journée",
    "building": "Personnes non conduites, par bâtiment",
    "month": "Personnes non conduites, par mois",
}
FIRST_COLUMN = {
    COMPARISON: "Période",
    "cause": "Cause relevée",
    "half_day": "Demi-journée",
    "building": "Bâtiment",
    "month": "Mois",
}
HEAD = ("Nombre", "Attendues", "Pour 100", "Intervalle à 95 %")
HIDDEN = "masqué"
METHOD = (
    "Une personne attendue est un rendez-vous que l’unité n’a pas annulé. « Venue » : arrivée notée par l’unité, ou"
    " personne arrivée trop tard ou repartie sans avoir été vue. « Non conduite » : la cause est celle que les soins"
    " ont vérifiée auprès de la personne, à défaut celle que la détention a déclarée ; un refus que la détention"
    " déclare seule n’est pas compté.",
    "Les intervalles sont ceux de Wilson, à 95 %. Une demi-journée est perdue quand au moins la moitié des personnes"
    " attendues, deux au moins, n’ont pas été vues pour une raison qui tient à la détention. La période précédente"
    " compte autant de jours, juste avant ; « un an avant » désigne les mêmes jours de l’année précédente.",
    "Les effectifs de moins de cinq personnes sont masqués, ainsi que ceux qui permettraient de les retrouver par"
    " différence, y compris avec les signalements précédents. Aucune personne n’est désignée.",
)


def freeze(report: ObstructionReport, reduced: ReducedFigures | None) -> dict[str, Any]:
    """Return all that the letters of this version say, in French and ready to be read."""
    establishment, head = report.establishment, letterhead_of(report.unit)
    words = addressees_of(establishment)
    with translation.override("fr"):
        told = {
            "kind": report.kind,
            "reference": report.reference,
            "establishment": establishment.name,
            "period": period_in_french(report.first_day, report.last_day),
            "letterhead": {
                name: getattr(head, name) for name in ("hospital", "unit", "address", "town", "signatory", "capacity")
            },
            "author": report.author_name,
            "wording": wording_of(establishment, report.kind),
            "sentences": sentences_of(reduced) if reduced else [],
            "tables": tables_of(report, reduced) if reduced else [],
            "facts": [fact.wording for fact in report.facts.all()],
            "steps": report.steps_taken,
            "demand": report.demand,
            "method": list(METHOD) if reduced else [],
            "addressees": {
                key: {"salutation": words[key].salutation, "address": words[key].address, "ground": words[key].ground}
                for key in report.addressees
                if report.kind != ReportKind.YEARLY
            },
        }
    content: dict[str, Any] = in_french_typography(told)
    return content


def tables_of(report: ObstructionReport, reduced: ReducedFigures) -> list[dict[str, Any]]:
    compared = comparison_as_data(report, reduced)
    tables = [table_as_data(reduced, reduced.figures.table(key)) for key in report.tables]
    return [compared, *tables] if compared["rows"] else tables


def comparison_as_data(report: ObstructionReport, reduced: ReducedFigures) -> dict[str, Any]:
    """Return the people not brought beside those of earlier periods; no row where nothing was recorded then."""
    earlier = [
        compared_row(label_of(figures, report), figures, is_shown=may_be_told)
        for figures, may_be_told in reduced.compared
        if figures.expected
    ]
    is_shown = reduced.shows(OVERVIEW, NOT_BROUGHT_ROW)
    now = compared_row("Période signalée", reduced.figures, is_shown=is_shown)
    return {
        "key": COMPARISON,
        "caption": CAPTIONS[COMPARISON],
        "head": [FIRST_COLUMN[COMPARISON], *HEAD],
        "rows": [now, *earlier] if earlier and reduced.figures.expected else [],
    }


def label_of(figures: ObstructionFigures, report: ObstructionReport) -> str:
    return "Un an avant" if figures.last_day == one_year_less(report.last_day) else "Période précédente"


def compared_row(label: str, figures: ObstructionFigures, *, is_shown: bool) -> list[str]:
    days = period_in_french(figures.counted_from, figures.counted_until)
    return numbers_as_text(f"{label}, {days}", figures.not_brought_row, is_shown=is_shown)


def sentences_of(reduced: ReducedFigures) -> list[str]:
    """Return the figures of everybody expected in sentences, without those that stay hidden."""
    figures, told = reduced.figures, []
    if is_small(figures.expected):
        told.append("Moins de cinq personnes étaient attendues à l’unité.")
    elif reduced.shows_expected:
        told.append(f"{number_in_french(figures.expected)} personnes étaient attendues à l’unité.")
    if reduced.shows(OVERVIEW, "not_brought") and figures.expected:
        told.append(f"{in_words(figures.not_brought_row)} n’ont pas été conduites.")
    if reduced.shows(OVERVIEW, "came") and figures.expected:
        told.append(f"{in_words(figures.came_row)} sont venues.")
    if figures.sessions:
        told.append(
            f"Demi-journées de consultation perdues{chr(160)}: {number_in_french(len(figures.lost))}"
            f" sur {number_in_french(figures.sessions)}."
        )
    if figures.expected and figures.counted_from > figures.first_day:
        told.append(f"Rien n’est enregistré avant le {day_in_french(figures.counted_from)}.")
    return told


def in_words(row: FigureRow) -> str:
    share, interval = share_and_interval(row)
    people = f"{number_in_french(row.count)} des {number_in_french(row.total)} personnes attendues"
    return f"{people} ({share}{NARROW}%, intervalle de {interval.replace(' – ', f' à{NO_BREAK}')}{NARROW}%)"


def share_and_interval(row: FigureRow) -> tuple[str, str]:
    bounds = wilson(row.count, row.total)
    if bounds is None or row.percent is None:
        return "–", "–"
    return share_in_french(row.percent), f"{share_in_french(100 * bounds.low)} – {share_in_french(100 * bounds.high)}"


def table_as_data(reduced: ReducedFigures, table: FigureTable) -> dict[str, Any]:
    rows = [row_as_text(reduced, table.key, row) for row in table.rows if row.total]
    return {
        "key": table.key,
        "caption": CAPTIONS[table.key],
        "head": [FIRST_COLUMN[table.key], *HEAD],
        "rows": rows,
    }


def row_as_text(reduced: ReducedFigures, table: str, row: FigureRow) -> list[str]:
    label = str(row.label)
    return numbers_as_text(label[:1].upper() + label[1:], row, is_shown=reduced.shows(table, row.key))


def numbers_as_text(label: str, row: FigureRow, *, is_shown: bool) -> list[str]:
    if not is_shown:
        return [label, HIDDEN, HIDDEN, HIDDEN, HIDDEN]
    return [label, number_in_french(row.count), number_in_french(row.total), *share_and_interval(row)]
