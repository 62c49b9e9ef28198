"""Fills an empty installation with as many establishments and years as wanted, for measures at a nation's scale."""

from __future__ import annotations

from carehub.tools.generate.filling import Filled, expected_appointments, fill, is_empty

__all__ = ["Filled", "expected_appointments", "fill", "is_empty"]
