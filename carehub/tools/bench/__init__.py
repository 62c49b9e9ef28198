"""Measures the product: pages as a real server answers them (served), plans, bookings, and how single parts grow."""

from __future__ import annotations

from carehub.tools.bench.measures import ALL, Comparison

__all__ = ["ALL", "Comparison"]
