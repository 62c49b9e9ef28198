"""Which hours a session may have at all."""

from __future__ import annotations

from datetime import time

from django.utils.translation import gettext as _

from access.models import Establishment
from appointments.planning.refusals import PlanningRefused
from appointments.projection import arrival_times


def check_hours(establishment: Establishment, *, start: time, end: time, slot_minutes: int) -> None:
    """Refuse hours in which nobody could be seen or to which nobody could be called."""
    minutes = (end.hour - start.hour) * 60 + end.minute - start.minute
    if minutes <= 0:
        raise PlanningRefused(_("The session ends before it begins. Check both times."), field="end")
    if minutes < slot_minutes:
        raise PlanningRefused(_("The session is shorter than one slot. Check both times."), field="slot_minutes")
    times = arrival_times(establishment)
    if not times:
        raise PlanningRefused(_("There is no arrival time yet, so nobody can be called. Add one first."))
    if start < times[0]:
        raise PlanningRefused(
            _("Nobody can be called that early: the first arrival time is %(time)s. Begin then or later.")
            % {"time": f"{times[0]:%H:%M}"},
            field="start",
        )
