"""The scale at the side of a drawing, for the charts of every page."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple, TypeVar

LINES_AT_MOST = 5

Number = TypeVar("Number", int, float)


class Tick(NamedTuple):
    value: float
    y: float


def step_for(highest: float, steps: Sequence[Number]) -> Number:
    """Return the smallest of `steps` with which few lines reach `highest`, else the largest."""
    return next((step for step in steps if highest / step <= LINES_AT_MOST), steps[-1])
