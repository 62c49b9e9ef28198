"""The tables of the agenda, gathered for Django."""

from __future__ import annotations

from appointments.models.agenda import Agenda, ArrivalTime, ConsultationSession, Kind
from appointments.models.appointment import Appointment
from appointments.models.movement import Movement
from appointments.models.person import Detainee, RegistryImport, RegistryUpload
from appointments.models.publication import MovementMark, PrintedSheet, PublicationTime, UnplannedPublication
from appointments.models.series import Series

__all__ = [
    "Agenda",
    "Appointment",
    "ArrivalTime",
    "ConsultationSession",
    "Detainee",
    "Kind",
    "Movement",
    "MovementMark",
    "PrintedSheet",
    "PublicationTime",
    "RegistryImport",
    "RegistryUpload",
    "Series",
    "UnplannedPublication",
]
