"""Reads the prison's nominal list, a CSV file, into checked rows; knows no database, model or request."""

from __future__ import annotations

from appointments.registry.nominal_list.redaction import keep_used_columns
from appointments.registry.nominal_list.rows import LeftAside, NominalList, NominalRow, Refusal, read_nominal_list
from appointments.registry.nominal_list.text import UnreadableList
from appointments.registry.nominal_list.values import (
    MAX_BUILDING_LENGTH,
    MAX_CELL_LENGTH,
    MAX_NAME_LENGTH,
    MAX_REGISTER_NUMBER_LENGTH,
)

__all__ = [
    "MAX_BUILDING_LENGTH",
    "MAX_CELL_LENGTH",
    "MAX_NAME_LENGTH",
    "MAX_REGISTER_NUMBER_LENGTH",
    "LeftAside",
    "NominalList",
    "NominalRow",
    "Refusal",
    "UnreadableList",
    "keep_used_columns",
    "read_nominal_list",
]
