"""The tables of the agenda, gathered for Django."""

from __future__ import annotations

from appointments.models.agenda import Agenda, ArrivalTime, ConsultationSession, Kind
from appointments.models.appointment import Appointment
from appointments.models.change import AppointmentChange
from appointments.models.movement import Movement
from appointments.models.movement_event import MovementEvent
from appointments.models.person import Detainee, RegistryImport, RegistryUpload

__all__ = [
    "Agenda",
    "Appointment",
    "AppointmentChange",
    "ArrivalTime",
    "ConsultationSession",
    "Detainee",
    "Kind",
    "Movement",
    "MovementEvent",
    "RegistryImport",
    "RegistryUpload",
]
