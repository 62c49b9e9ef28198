"""Who receives the people of a practitioner who is away, so that no line leaves the officers' list: the nurses first.

Reads only; appointments.booking.group_withdrawal does what is chosen (docs/adr/0014, docs/adr/0030).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from uuid import UUID

from django.utils import timezone

from access.sorting import FrenchKey
from appointments.booking.exposure import WithdrawalGroup, WithdrawnAppointment, colleagues_for, places_with
from appointments.models import Agenda, Appointment, Kind
from appointments.models.enums.planning import Discipline
from appointments.openings.availability import FreeSlot
from appointments.rights import Rights, kinds_offered_to


def nursing_kinds(rights: Rights) -> list[Kind]:
    """Return for what a nurse of the units in view receives somebody, the shortest first. One query."""
    found = kinds_offered_to(rights).filter(discipline=Discipline.NURSING)
    return list(found.order_by("default_minutes", FrenchKey("name"), "pk"))


def nurses_first(agendas: Iterable[Agenda]) -> list[Agenda]:
    """Return `agendas` with those of nurses before the others, otherwise in their order."""
    return sorted(agendas, key=lambda agenda: agenda.discipline != Discipline.NURSING)


def places_with_nurses(
    appointments: Sequence[Appointment], agendas: Iterable[Agenda], *, kind: Kind
) -> dict[UUID, FreeSlot]:
    """Return, by appointment, a place with a nurse among `agendas` at the same arrival time, as far as there are any.

    A few queries for each nurse.
    """
    now = timezone.now()
    left = [WithdrawnAppointment(one, is_shown=True, vanishes=True) for one in appointments if one.starts_at > now]
    ours = [agenda for agenda in agendas if agenda.unit_id == kind.unit_id]
    nurses = [agenda for agenda in ours if agenda.discipline == Discipline.NURSING]
    found: dict[UUID, FreeSlot] = {}
    for nurse in colleagues_for(nurses, WithdrawalGroup(left)):
        places = places_with(WithdrawalGroup(left), nurse, kind=kind)
        found |= {place.appointment.pk: place.slot for place in places if place.slot}
        left = [line for line in left if line.appointment.pk not in found]
    return found
