"""Measures how the product's work grows: each figure compares a small and a large case inside one run."""

from __future__ import annotations

from carehub.tools.bench.measures import ALL, Comparison

__all__ = ["ALL", "Comparison"]
