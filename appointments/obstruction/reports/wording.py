"""Neutral French words for a counted fact, to be changed by whoever writes the report. No number that tells of few."""

from __future__ import annotations

from appointments.models import Obstruction
from appointments.models.enums.obstruction import HalfDay, ObstructionKind
from appointments.obstruction.reports.french import day_in_french, number_in_french
from appointments.obstruction.reports.reduction import FactNumbers

WHEN = {HalfDay.MORNING: "Le matin du {day}", HalfDay.AFTERNOON: "L’après-midi du {day}", HalfDay.WHOLE: "Le {day}"}
FACTS = {
    ObstructionKind.LATE: "des personnes attendues sont arrivées bien après l’heure d’appel",
    ObstructionKind.LOST_HALF_DAY: "une demi-journée de consultation a été perdue",
    ObstructionKind.NOT_FETCHED: "la liste des personnes attendues n’a pas été relevée à son heure",
    ObstructionKind.REPEATED: "une consultation n’a de nouveau pas eu lieu, après plusieurs convocations",
    ObstructionKind.VISITS: "des soignants n’ont pas pu rencontrer des personnes là où elles sont détenues",
    ObstructionKind.PRESENCE: "une personne étrangère aux soins est restée présente pendant un soin",
    ObstructionKind.REVEALED: "la nature d’une consultation a été révélée",
    ObstructionKind.RECORD_READ: "un dossier médical a été consulté par une personne étrangère aux soins",
    ObstructionKind.SEARCH: "les locaux de l’unité sanitaire ont été fouillés",
    ObstructionKind.PRESSURE: "une pression a été exercée sur un soignant",
    ObstructionKind.CARE_REFUSED: "des soins ont été refusés par l’administration",
    ObstructionKind.OTHER: "un fait a entravé les soins",
}


def neutral_words(fact: Obstruction, told: FactNumbers | None) -> str:
    """Return a sentence for a letter; `told` are the numbers that it may say, None when there are none."""
    when = WHEN[HalfDay(fact.half_day)].format(day=day_in_french(fact.day))
    where = f", bâtiment\u00a0{fact.building.name}" if fact.building else ""
    return f"{when}{where}, {what_happened(fact, told)}."


def what_happened(fact: Obstruction, told: FactNumbers | None) -> str:
    if fact.kind in FACTS:
        return FACTS[ObstructionKind(fact.kind)]
    frozen = "les mouvements ont été bloqués\u202f; " if fact.kind == ObstructionKind.FROZEN else ""
    reason = ", sans motif" if fact.kind == ObstructionKind.NO_REASON else ""
    if told is None:
        return f"{frozen}des personnes attendues n’ont pas été conduites{reason}"
    if told.missed == told.expected:
        return f"{frozen}aucune des {number_in_french(told.expected)} personnes attendues n’a été conduite{reason}"
    counts = f"{number_in_french(told.missed)} des {number_in_french(told.expected)} personnes attendues"
    return f"{frozen}{counts} n’ont pas été conduites{reason}"
