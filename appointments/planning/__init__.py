"""Changes the planning: agendas, kinds, rooms, patterns, sessions, absences, closures, arrival and publication times.

Every verb is for the head of unit, atomic and recorded; the database's constraints have the last word. Knows no
request, form or HTML.
"""

from __future__ import annotations

from appointments.planning.absences import cancel_under, declare_absence, remove_absence
from appointments.planning.agendas import add_agenda, change_agenda, resume_agenda, retire_agenda
from appointments.planning.arrivals import ArrivalChange, add_arrival_time, plan_arrival_change, remove_arrival_time
from appointments.planning.asking import Asked, BookedDecision
from appointments.planning.closures import choose_territory, declare_closure, remove_closure
from appointments.planning.fitting import Shape
from appointments.planning.kinds import add_kind, change_kind, resume_kind, retire_kind
from appointments.planning.pattern_plan import PatternPlan
from appointments.planning.patterns import (
    PatternValues,
    extend_establishment,
    extend_pattern,
    plan_values,
    save_pattern,
)
from appointments.planning.possible import say_possible, say_who_is_brought
from appointments.planning.publications import add_publication_time, remove_publication_time
from appointments.planning.refusals import PlanningRefused, require_head
from appointments.planning.rooms import add_room, change_room, resume_room, retire_room
from appointments.planning.sessions import change_session, delete_sessions
from appointments.planning.slips import set_slip_label
from appointments.planning.tolerance import set_tolerance
from appointments.planning.units import open_unit, rename_unit

__all__ = [
    "ArrivalChange",
    "Asked",
    "BookedDecision",
    "PatternPlan",
    "PatternValues",
    "PlanningRefused",
    "Shape",
    "add_agenda",
    "add_arrival_time",
    "add_kind",
    "add_publication_time",
    "add_room",
    "cancel_under",
    "change_agenda",
    "change_kind",
    "change_room",
    "change_session",
    "choose_territory",
    "declare_absence",
    "declare_closure",
    "delete_sessions",
    "extend_establishment",
    "extend_pattern",
    "open_unit",
    "plan_arrival_change",
    "plan_values",
    "remove_absence",
    "remove_arrival_time",
    "remove_closure",
    "remove_publication_time",
    "rename_unit",
    "require_head",
    "resume_agenda",
    "resume_kind",
    "resume_room",
    "retire_agenda",
    "retire_kind",
    "retire_room",
    "save_pattern",
    "say_possible",
    "say_who_is_brought",
    "set_slip_label",
    "set_tolerance",
]
