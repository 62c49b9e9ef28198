"""Who receives the people of a practitioner who is away, so that no line leaves the officers' list: the nurses first.

Reads only; appointments.booking.group_withdrawal does what is chosen (docs/adr/0014, docs/adr/0030).
"""

from __future__ import annotations

from collections.abc import Iterable

from access.sorting import FrenchKey
from appointments.models import Agenda, Kind
from appointments.models.enums.planning import Discipline
from appointments.rights import Rights, kinds_offered_to


def nursing_kinds(rights: Rights, *, unit: int | None = None) -> list[Kind]:
    """Return for what a nurse of that unit, or of those in view, receives somebody, the shortest first. One query."""
    found = kinds_offered_to(rights).filter(discipline=Discipline.NURSING)
    found = found if unit is None else found.filter(unit=unit)
    return list(found.order_by("default_minutes", FrenchKey("name"), "pk"))


def nurses_first(agendas: Iterable[Agenda]) -> list[Agenda]:
    """Return `agendas` with those of nurses before the others, otherwise in their order."""
    return sorted(agendas, key=lambda agenda: agenda.discipline != Discipline.NURSING)
