"""The tables of the prison's database, gathered for Django."""

from __future__ import annotations

from appointments.prison.models.alert import PrisonAlert
from appointments.prison.models.edition import Edition, Heartbeat, PublishingHour
from appointments.prison.models.export import PrisonExportPermission, PrisonExportUse
from appointments.prison.models.freeze import PrisonFreeze
from appointments.prison.models.printed_sheet import PrintedSheet
from appointments.prison.models.tap import DeskCount, LineState, Tap

__all__ = [
    "DeskCount",
    "Edition",
    "Heartbeat",
    "LineState",
    "PrintedSheet",
    "PrisonAlert",
    "PrisonExportPermission",
    "PrisonExportUse",
    "PrisonFreeze",
    "PublishingHour",
    "Tap",
]
