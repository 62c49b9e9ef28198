"""What is printed from the care door: a practitioner's day, and the neutral slips that people carry. Reads only."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.db.models import Q

from access.models import Building, Establishment
from access.sorting import FrenchKey
from appointments.arithmetic.languages import SLIPS_A_PAGE
from appointments.arithmetic.timegrid import local_midnights
from appointments.models import Agenda, Appointment, Movement, SlipWording
from appointments.models.enums.prints import SlipLabel
from appointments.models.person import by_name


@dataclass(frozen=True)
class DaySheet:
    agenda: Agenda
    appointments: Sequence[Appointment]


def day_sheets(establishment: Establishment, day: date, agendas: Sequence[Agenda]) -> list[DaySheet]:
    """Return the sheets of `day`: one for each of `agendas` in which somebody is expected. One query."""
    start, end = local_midnights(day, establishment.zone)
    found = Appointment.objects.shown_between(agendas, start, end)
    sheets = [DaySheet(agenda, [one for one in found if one.agenda_id == agenda.pk]) for agenda in agendas]
    return [sheet for sheet in sheets if sheet.appointments]


def slip_pages(establishment: Establishment, day: date, *, building: Building | None) -> list[list[Movement]]:
    """Return the slips of `day`, four a page, by building and then cell: what the floor's list says, and no more.

    Somebody whose line was withdrawn gets none, whether or not the floor has read of the withdrawal.
    """
    start, end = local_midnights(day, establishment.zone)
    stands = Q(withdrawn_from=None) | Q(restored_from__isnull=False)
    lines = Movement.objects.filter(stands, establishment=establishment).between(start, end).select_related("building")
    if building is not None:
        lines = lines.filter(building=building)
    ordered = list(lines.order_by(FrenchKey("building__name"), "cell", *by_name(), "expected_at"))
    return [ordered[at : at + SLIPS_A_PAGE] for at in range(0, len(ordered), SLIPS_A_PAGE)]


def next_day_with_people(establishment: Establishment) -> date:
    """Return the next day after today on which anybody is expected; tomorrow when there is none."""
    _start, end = local_midnights(establishment.today(), establishment.zone)
    later = Movement.objects.filter(establishment=establishment, expected_at__gte=end).order_by("expected_at")
    first = later.values_list("expected_at", flat=True).first()
    return establishment.day_of(first or end)


def slip_label(establishment: Establishment) -> SlipLabel:
    wording = SlipWording.objects.filter(establishment=establishment).first()
    return SlipLabel(wording.label) if wording else SlipLabel.CONVOCATION
