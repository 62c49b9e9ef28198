"""The verbs of agendas: add, change, take out of use and back."""

from __future__ import annotations

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from access.audit import record
from access.enums import Side, Verb
from access.models import Establishment, User
from appointments.models import Agenda, Appointment, CareUnit
from appointments.planning.refusals import (
    PlanningRefused,
    headed_unit,
    lock_agenda,
    planning_refusals,
    require_head,
)


def add_agenda(
    establishment: Establishment,
    *,
    by: User,
    name: str,
    discipline: str,
    position: int = 0,
    owner: User | None = None,
    unit: CareUnit | None = None,
) -> Agenda:
    """Add an agenda to a unit that `by` heads. Raises PlanningRefused, PermissionDenied."""
    unit = headed_unit(by, establishment, unit)
    with planning_refusals(), transaction.atomic():
        agenda = Agenda(establishment=establishment, unit=unit, name=name, discipline=discipline, position=position)
        agenda.owner = colleague(owner, establishment)
        agenda.save(force_insert=True)
        record(by=by, verb=Verb.CHANGE_PLANNING, target=agenda, establishment=establishment)
    return agenda


def change_agenda(agenda: Agenda, *, by: User, name: str, discipline: str, position: int, owner: User | None) -> Agenda:
    """Change what an agenda is called, where its column stands and whose own it is. Raises PlanningRefused."""
    require_head(by, agenda.establishment, unit=agenda.unit_id)
    with planning_refusals(), transaction.atomic():
        changed = lock_agenda(agenda)
        changed.name, changed.discipline, changed.position = name, discipline, position
        # Whoever has left stays its owner until somebody says whose it is: their people wait for a decision.
        if owner is None or owner.pk != changed.owner_id:
            changed.owner = colleague(owner, changed.establishment)
        changed.save()
        record(by=by, verb=Verb.CHANGE_PLANNING, target=changed, establishment=changed.establishment)
    return changed


def retire_agenda(agenda: Agenda, *, by: User) -> Agenda:
    """Take an agenda out of use; it keeps its past. Raises PlanningRefused while somebody is still expected."""
    require_head(by, agenda.establishment, unit=agenda.unit_id)
    with planning_refusals(), transaction.atomic():
        retired = lock_agenda(agenda)
        to_come = Appointment.objects.booked().filter(agenda=retired, ends_at__gt=timezone.now())
        if found := list(to_come.with_names().order_by("starts_at", "id")):
            raise PlanningRefused(
                _("Appointments are to come in the agenda “%(agenda)s”. Move or cancel them first.")
                % {"agenda": retired.name},
                appointments=found,
            )
        set_in_use(retired, by=by, in_use=False)
    return retired


def resume_agenda(agenda: Agenda, *, by: User) -> Agenda:
    """Bring a retired agenda back into use."""
    require_head(by, agenda.establishment, unit=agenda.unit_id)
    with transaction.atomic():
        resumed = lock_agenda(agenda)
        set_in_use(resumed, by=by, in_use=True)
    return resumed


def set_in_use(agenda: Agenda, *, by: User, in_use: bool) -> None:
    """Save and record whether the agenda is in use."""
    agenda.is_active = in_use
    agenda.save(update_fields=["is_active"])
    record(by=by, verb=Verb.CHANGE_PLANNING, target=agenda, establishment=agenda.establishment)


def colleague(owner: User | None, establishment: Establishment) -> User | None:
    """Return `owner` when they work on the care side of `establishment`. Raises PlanningRefused otherwise."""
    if owner is None:
        return None
    roles = owner.memberships.unended().filter(establishment=establishment)
    if owner.side != Side.CARE or not owner.is_active or not roles.exists():
        raise PlanningRefused(
            _("%(name)s has no care account at this establishment.") % {"name": owner.full_name}, field="owner"
        )
    return owner
