"""Closures of the whole unit, and whose public holidays it keeps."""

from __future__ import annotations

from django.db import transaction

from access.audit import record
from access.enums import Verb
from access.models import Establishment, User
from appointments import booking
from appointments.arithmetic.timegrid import Interval
from appointments.booking.guards import lock_agendas
from appointments.models import Agenda, Appointment, CareUnit, Closure, UnitCalendar
from appointments.models.enums.planning import ClosureReason, Territory
from appointments.planning.absences import booked_under, require_to_come, who_is_booked
from appointments.planning.asking import BookedDecision, settle_booked
from appointments.planning.patterns import extend_establishment
from appointments.planning.refusals import headed_unit, planning_refusals, require_head


def declare_closure(
    establishment: Establishment,
    *,
    by: User,
    hours: Interval,
    reason: ClosureReason,
    answer: BookedDecision | None = None,
    unit: CareUnit | None = None,
) -> Closure:
    """Close a unit that `by` heads for some time.

    Patterns give up the sessions that it covers and in which nobody is booked.
    Raises Asked while people are booked and nobody has decided about them, and PlanningRefused.
    """
    unit = headed_unit(by, establishment, unit)
    require_to_come(hours)
    agendas = list(Agenda.objects.filter(unit=unit).order_by("pk"))
    with planning_refusals(), transaction.atomic():

        def in_the_way() -> list[Appointment]:
            return booked_under(agendas, hours)

        settled = settle_booked(
            in_the_way, by=by, agendas=agendas, answer=answer, sentence=who_is_booked, can_keep=True
        )
        closure = Closure(
            establishment=establishment,
            unit=unit,
            starts_at=hours[0],
            ends_at=hours[1],
            reason=reason,
            noted_by=by,
        )
        closure.save(force_insert=True)
        extend_establishment(establishment)
        booking.record_cancelled(by=by, appointments=settled.cancelled)
        record(by=by, verb=Verb.CHANGE_PLANNING, target=closure, establishment=establishment)
    return closure


def remove_closure(closure: Closure, *, by: User) -> None:
    """Open the unit again: patterns write the sessions that they gave up."""
    require_head(by, closure.establishment, unit=closure.unit_id)
    agendas = list(Agenda.objects.filter(unit=closure.unit_id).order_by("pk"))
    with transaction.atomic():
        lock_agendas(*agendas)
        Closure.objects.filter(pk=closure.pk).delete()
        extend_establishment(closure.establishment)
        record(by=by, verb=Verb.CHANGE_PLANNING, target=Closure, establishment=closure.establishment)


def choose_territory(establishment: Establishment, *, by: User, territory: Territory) -> None:
    """Say whose public holidays all units keep; patterns follow where nobody is booked."""
    require_head(by, establishment)
    agendas = list(Agenda.objects.filter(establishment=establishment).order_by("pk"))
    with transaction.atomic():
        lock_agendas(*agendas)
        UnitCalendar.objects.update_or_create(establishment=establishment, defaults={"territory": territory})
        extend_establishment(establishment)
        record(by=by, verb=Verb.CHANGE_PLANNING, target=UnitCalendar, establishment=establishment)
