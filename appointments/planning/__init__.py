"""Changes the planning: agendas, kinds, sessions, arrival and publication times. Knows no request, form or HTML.

Every verb is for the head of unit, atomic and recorded; the database's constraints have the last word.
"""

from __future__ import annotations

from appointments.planning.agendas import add_agenda, change_agenda, resume_agenda, retire_agenda
from appointments.planning.arrivals import ArrivalChange, add_arrival_time, plan_arrival_change, remove_arrival_time
from appointments.planning.kinds import add_kind, change_kind, resume_kind, retire_kind
from appointments.planning.openings import Opening, Pattern, SessionPlan, open_sessions, plan_sessions
from appointments.planning.publications import add_publication_time, remove_publication_time
from appointments.planning.refusals import PlanningRefused
from appointments.planning.sessions import change_session, delete_sessions

__all__ = [
    "ArrivalChange",
    "Opening",
    "Pattern",
    "PlanningRefused",
    "SessionPlan",
    "add_agenda",
    "add_arrival_time",
    "add_kind",
    "add_publication_time",
    "change_agenda",
    "change_kind",
    "change_session",
    "delete_sessions",
    "open_sessions",
    "plan_arrival_change",
    "plan_sessions",
    "remove_arrival_time",
    "remove_publication_time",
    "resume_agenda",
    "resume_kind",
    "retire_agenda",
    "retire_kind",
]
