"""The verbs of what a plan may count on: half-days that a practitioner could hold, people whom officers can bring."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import time

from django.db import transaction

from access.audit import record
from access.enums import Verb
from access.models import Establishment, User
from appointments.arithmetic.recurrence import HalfDay
from appointments.models import Agenda, AgendaHours, ArrivalTime
from appointments.planning.refusals import lock_agenda, planning_refusals, require_head


def say_possible(
    agenda: Agenda, *, by: User, half_days: Collection[HalfDay], every: int, may_move: bool
) -> AgendaHours:
    """Keep on which half-days, every how many weeks, the agenda could be held, and whether its days may change.

    Changes no session: plans are proposed from it. Raises PlanningRefused.
    """
    require_head(by, agenda.establishment, unit=agenda.unit_id)
    numbers = sorted({2 * half.weekday + half.is_afternoon for half in half_days})
    with planning_refusals(), transaction.atomic():
        held = lock_agenda(agenda)
        row, _new = AgendaHours.objects.update_or_create(
            agenda=held,
            defaults={
                "establishment_id": held.establishment_id,
                "half_days": numbers,
                "every": every,
                "may_move": may_move,
            },
        )
        record(by=by, verb=Verb.CHANGE_PLANNING, target=held, establishment=held.establishment_id)
    return row


def say_who_is_brought(establishment: Establishment, *, by: User, most: Mapping[time, int | None]) -> None:
    """Keep how many people officers can bring to each arrival time; None where nobody said. Raises PlanningRefused."""
    require_head(by, establishment)
    with planning_refusals(), transaction.atomic():
        rows = list(ArrivalTime.objects.select_for_update().filter(establishment=establishment).order_by("at"))
        for row in rows:
            row.most_people = most.get(row.at, row.most_people)
        ArrivalTime.objects.bulk_update(rows, ["most_people"])
        record(by=by, verb=Verb.CHANGE_PLANNING, target=establishment, establishment=establishment)
