"""The tables of the agenda, gathered for Django."""

from __future__ import annotations

from appointments.models.agenda import Agenda, ArrivalTime, ConsultationSession, Kind
from appointments.models.appointment import Appointment
from appointments.models.change import AppointmentChange
from appointments.models.extraction import Extraction
from appointments.models.movement import Movement
from appointments.models.person import Detainee, RegistryImport, RegistryUpload
from appointments.models.wording import SlipWording

__all__ = [
    "Agenda",
    "Appointment",
    "AppointmentChange",
    "ArrivalTime",
    "ConsultationSession",
    "Detainee",
    "Extraction",
    "Kind",
    "Movement",
    "RegistryImport",
    "RegistryUpload",
    "SlipWording",
]
