"""The tables of the agenda, gathered for Django."""

from __future__ import annotations

from appointments.models.absence import Absence, Closure, UnitCalendar
from appointments.models.agenda import Agenda, ArrivalTime, ConsultationSession, Kind
from appointments.models.alert import Alert
from appointments.models.appointment import Appointment
from appointments.models.change import AppointmentChange, EscortChange
from appointments.models.complaint import Complaint, ComplaintLetter
from appointments.models.courier import CourierLease, PrisonLink
from appointments.models.day_filter import DayFilter
from appointments.models.delay_settings import DelaySettings
from appointments.models.emergency import EmergencyAccess
from appointments.models.escort import Escort
from appointments.models.export import ExportPermission, ExportUse
from appointments.models.freeze import Freeze
from appointments.models.handover import HandOver, HandOverTaken, PartnerUnit
from appointments.models.hold import Hold
from appointments.models.identity import FormerNumber, PersonJoin, RegistryChange
from appointments.models.kept import KeptAppointment
from appointments.models.movement import Movement
from appointments.models.movement_event import MovementEvent
from appointments.models.neutrality import NeutralityMeasure
from appointments.models.obstruction import (
    Obstruction,
    ObstructionPast,
    ObstructionReader,
    ObstructionSettings,
    PrisonSilence,
)
from appointments.models.pattern import Room, SessionPattern
from appointments.models.person import Detainee, RegistryImport, RegistryUpload
from appointments.models.plan import AgendaHours, PlanSearch
from appointments.models.publication import PublicationTime, UnplannedPublication
from appointments.models.report import (
    Addressee,
    Letterhead,
    LetterWording,
    ObstructionReport,
    PublishedFigure,
    ReportFact,
    ReportFile,
    ReportSending,
    ReportSettings,
    ReportVersion,
    RetentionPurge,
)
from appointments.models.request import Question, Request, RequestSettings
from appointments.models.retention import PurgeRecord, RetentionPeriod
from appointments.models.rounds import RoundKind, RoundStay, RoundVisit
from appointments.models.series import Series
from appointments.models.set_up import SetUpAnswer
from appointments.models.statistics import CountedFigures
from appointments.models.team import Draft, ShiftNote, TeamTask
from appointments.models.unit import CareUnit
from appointments.models.wording import SlipWording

__all__ = [
    "Absence",
    "Addressee",
    "Agenda",
    "AgendaHours",
    "Alert",
    "Appointment",
    "AppointmentChange",
    "ArrivalTime",
    "CareUnit",
    "Closure",
    "Complaint",
    "ComplaintLetter",
    "ConsultationSession",
    "CountedFigures",
    "CourierLease",
    "DayFilter",
    "DelaySettings",
    "Detainee",
    "Draft",
    "EmergencyAccess",
    "Escort",
    "EscortChange",
    "ExportPermission",
    "ExportUse",
    "FormerNumber",
    "Freeze",
    "HandOver",
    "HandOverTaken",
    "Hold",
    "KeptAppointment",
    "Kind",
    "LetterWording",
    "Letterhead",
    "Movement",
    "MovementEvent",
    "NeutralityMeasure",
    "Obstruction",
    "ObstructionPast",
    "ObstructionReader",
    "ObstructionReport",
    "ObstructionSettings",
    "PartnerUnit",
    "PersonJoin",
    "PlanSearch",
    "PrisonLink",
    "PrisonSilence",
    "PublicationTime",
    "PublishedFigure",
    "PurgeRecord",
    "Question",
    "RegistryChange",
    "RegistryImport",
    "RegistryUpload",
    "ReportFact",
    "ReportFile",
    "ReportSending",
    "ReportSettings",
    "ReportVersion",
    "Request",
    "RequestSettings",
    "RetentionPeriod",
    "RetentionPurge",
    "Room",
    "RoundKind",
    "RoundStay",
    "RoundVisit",
    "Series",
    "SessionPattern",
    "SetUpAnswer",
    "ShiftNote",
    "SlipWording",
    "TeamTask",
    "UnitCalendar",
    "UnplannedPublication",
]
