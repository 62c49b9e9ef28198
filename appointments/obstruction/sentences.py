"""A counted fact in one sentence that names nobody. A fact noted by hand is its own words."""

from __future__ import annotations

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from access.in_words import lasting
from appointments.models import Obstruction
from appointments.models.enums.obstruction import ObstructionKind


def sentence_of(fact: Obstruction) -> str:
    return fact.facts or counted_sentence(fact)


def counted_sentence(fact: Obstruction) -> str:
    affected = fact.affected or 0
    numbers = {"affected": affected, "expected": fact.expected or 0, "lasting": lasting(fact.minutes or 0)}
    if fact.kind == ObstructionKind.NOT_FETCHED:
        said = _("The prison’s side got the list %(lasting)s after its hour.")
    else:
        said = of_people(fact.kind, affected)
    return said % numbers


def of_people(kind: str, affected: int) -> str:
    match kind:
        case ObstructionKind.FROZEN:
            return ngettext(
                "Frozen for %(lasting)s; %(affected)d person of %(expected)d expected was not brought.",
                "Frozen for %(lasting)s; %(affected)d people of %(expected)d expected were not brought.",
                affected,
            )
        case ObstructionKind.LATE:
            return ngettext(
                "%(affected)d person of %(expected)d arrived beyond the tolerance; half came after %(lasting)s.",
                "%(affected)d people of %(expected)d arrived beyond the tolerance; half came after %(lasting)s.",
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
