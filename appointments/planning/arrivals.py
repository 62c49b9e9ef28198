"""The verbs of the common arrival times, and how many people a change would call at another time."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import time

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from access.audit import record
from access.enums import Verb
from access.models import Establishment, User
from appointments import projection
from appointments.arithmetic.timegrid import wave_for
from appointments.models import Appointment, ArrivalTime, ConsultationSession
from appointments.planning.refusals import PlanningRefused, planning_refusals, require_head


@dataclass(frozen=True)
class ArrivalChange:
    """What other arrival times would do to the people who are expected."""

    times: tuple[time, ...]
    people: int
    people_today: int
    # Appointments and sessions to come before the first arrival time: nobody could be called to them.
    too_early: tuple[Appointment, ...]
    early_sessions: int

    @property
    def is_possible(self) -> bool:
        return bool(self.times) and not self.too_early and not self.early_sessions


def plan_arrival_times(establishment: Establishment, times: Iterable[time]) -> ArrivalChange:
    """Say what `times` in place of the present arrival times would change. Reads only, two queries."""
    times, zone = tuple(sorted(set(times))), establishment.zone
    to_come = list(projection.appointments_to_call(establishment).with_names().order_by("starts_at", "id"))
    first = times[0] if times else time.max
    early = [a for a in to_come if a.starts_at.astimezone(zone).time() < first]
    moved = [a for a in to_come if a not in early and wave_for(a.starts_at, times, zone) != a.called_at]
    today = establishment.today()
    starts = ConsultationSession.objects.filter(
        establishment=establishment, agenda__is_active=True, starts_at__gt=timezone.now()
    ).values_list("starts_at", flat=True)
    return ArrivalChange(
        times=times,
        people=len({a.detainee_id for a in moved}),
        people_today=len({a.detainee_id for a in moved if establishment.day_of(a.starts_at) == today}),
        too_early=tuple(early),
        early_sessions=sum(start.astimezone(zone).time() < first for start in starts),
    )


def plan_arrival_change(
    establishment: Establishment, *, add: time | None = None, remove: time | None = None
) -> ArrivalChange:
    """Say what one more or one less arrival time would change. Reads only. Raises PlanningRefused as the verbs do."""
    times = set(projection.arrival_times(establishment))
    if add in times:
        raise PlanningRefused(_("This is already an arrival time."), field="at")
    if remove is not None and remove not in times:
        raise PlanningRefused(_("This is not an arrival time any longer."), field="at")
    change = plan_arrival_times(establishment, times - {remove} | ({add} if add is not None else set()))
    require_possible(change)
    return change


def add_arrival_time(establishment: Establishment, *, by: User, at: time) -> int:
    """Add a common arrival time; return how many appointments are called at another time. Raises PlanningRefused."""
    require_head(by, establishment)
    with planning_refusals(), transaction.atomic():
        projection.hold_arrival_times(establishment, to_change=True)
        ArrivalTime.objects.create(establishment=establishment, at=at)
        return _reproject(establishment, by=by)


def remove_arrival_time(establishment: Establishment, *, by: User, at: time) -> int:
    """Remove a common arrival time; return how many appointments are called at another time.

    Raises PlanningRefused when somebody could then not be called at all.
    """
    require_head(by, establishment)
    with transaction.atomic():
        projection.hold_arrival_times(establishment, to_change=True)
        plan_arrival_change(establishment, remove=at)
        ArrivalTime.objects.filter(establishment=establishment, at=at).delete()
        return _reproject(establishment, by=by)


def require_possible(change: ArrivalChange) -> None:
    if not change.times:
        raise PlanningRefused(_("This is the only arrival time: without one nobody can be called. Add another first."))
    first = {"time": f"{change.times[0]:%H:%M}"}
    if change.too_early:
        raise PlanningRefused(
            _("Appointments to come begin before %(time)s, which would be the first arrival time. Move them first.")
            % first,
            appointments=change.too_early,
        )
    if change.early_sessions:
        raise PlanningRefused(
            _(
                "Sessions to come begin before %(time)s, which would be the first arrival time. "
                "Change their hours or delete them first."
            )
            % first
        )


def _reproject(establishment: Establishment, *, by: User) -> int:
    changed = projection.reproject(establishment)
    record(by=by, verb=Verb.CHANGE_PLANNING, target=establishment, establishment=establishment)
    return changed
