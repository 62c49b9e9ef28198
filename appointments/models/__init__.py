"""The tables of the agenda, gathered for Django."""

from __future__ import annotations

from appointments.models.absence import Absence, Closure, UnitCalendar
from appointments.models.agenda import Agenda, ArrivalTime, ConsultationSession, Kind
from appointments.models.alert import Alert
from appointments.models.appointment import Appointment
from appointments.models.change import AppointmentChange
from appointments.models.courier import CourierLease, PrisonLink
from appointments.models.escort import Escort
from appointments.models.freeze import Freeze
from appointments.models.hold import Hold
from appointments.models.movement import Movement
from appointments.models.movement_event import MovementEvent
from appointments.models.neutrality import NeutralityMeasure
from appointments.models.pattern import Room, SessionPattern
from appointments.models.person import Detainee, RegistryImport, RegistryUpload
from appointments.models.plan import AgendaHours, PlanSearch
from appointments.models.publication import PublicationTime, UnplannedPublication
from appointments.models.request import Question, Request, RequestSettings
from appointments.models.series import Series
from appointments.models.wording import SlipWording

__all__ = [
    "Absence",
    "Agenda",
    "AgendaHours",
    "Alert",
    "Appointment",
    "AppointmentChange",
    "ArrivalTime",
    "Closure",
    "ConsultationSession",
    "CourierLease",
    "Detainee",
    "Escort",
    "Freeze",
    "Hold",
    "Kind",
    "Movement",
    "MovementEvent",
    "NeutralityMeasure",
    "PlanSearch",
    "PrisonLink",
    "PublicationTime",
    "Question",
    "RegistryImport",
    "RegistryUpload",
    "Request",
    "RequestSettings",
    "Room",
    "Series",
    "SessionPattern",
    "SlipWording",
    "UnitCalendar",
    "UnplannedPublication",
]
