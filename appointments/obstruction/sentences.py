"""A counted fact in one sentence that names nobody. A fact noted by hand is its own words."""

from __future__ import annotations

from django.utils.translation import ngettext

from appointments.models import Obstruction
from appointments.models.enums.obstruction import ObstructionKind


def sentence_of(fact: Obstruction) -> str:
    return fact.facts or counted_sentence(fact)


def counted_sentence(fact: Obstruction) -> str:
    affected, minutes = fact.affected or 0, fact.minutes or 0
    numbers = {"affected": affected, "expected": fact.expected or 0, "minutes": minutes}
    if fact.kind == ObstructionKind.NOT_FETCHED:
        said = ngettext(
            "The prison’s side got the list %(minutes)d minute after its hour.",
            "The prison’s side got the list %(minutes)d minutes after its hour.",
            minutes,
        )
    else:
        said = of_people(fact.kind, affected)
    return said % numbers


def of_people(kind: str, affected: int) -> str:
    match kind:
        case ObstructionKind.FROZEN:
            return ngettext(
                "Frozen for %(minutes)d minutes; %(affected)d person of %(expected)d expected was not brought.",
                "Frozen for %(minutes)d minutes; %(affected)d people of %(expected)d expected were not brought.",
                affected,
            )
        case ObstructionKind.LATE:
            return ngettext(
                "%(affected)d person of %(expected)d arrived beyond the tolerance; half came after %(minutes)d min.",
                "%(affected)d people of %(expected)d arrived beyond the tolerance; half came after %(minutes)d min.",
                affected,
            )
        case ObstructionKind.LOST_HALF_DAY:
            return ngettext(
                "Half-day lost: of %(expected)d people expected, %(affected)d could not be seen.",
                "Half-day lost: of %(expected)d people expected, %(affected)d could not be seen.",
                affected,
            )
        case ObstructionKind.REPEATED:
            return ngettext(
                "One person was not brought %(affected)d time in a row.",
                "One person was not brought %(affected)d times in a row.",
                affected,
            )
        case ObstructionKind.VISITS:
            return ngettext(
                "%(affected)d visit of %(expected)d in the wing was prevented.",
                "%(affected)d visits of %(expected)d in the wing were prevented.",
                affected,
            )
    return ngettext(
        "%(affected)d person of %(expected)d expected was not brought.",
        "%(affected)d people of %(expected)d expected were not brought.",
        affected,
    )
