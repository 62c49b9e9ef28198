"""The tables of the prison's database, gathered for Django."""

from __future__ import annotations

from appointments.prison.models.alert import PrisonAlert
from appointments.prison.models.desk_setting import DeskSetting
from appointments.prison.models.edition import Edition, Heartbeat, PublishingHour
from appointments.prison.models.export import PrisonExportPermission, PrisonExportUse
from appointments.prison.models.freeze import PrisonFreeze
from appointments.prison.models.printed_sheet import PrintedSheet
from appointments.prison.models.tap import DeskCount, LineState, Tap
from appointments.prison.models.wall_display import WallDisplay

__all__ = [
    "DeskCount",
    "DeskSetting",
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
    "WallDisplay",
]
