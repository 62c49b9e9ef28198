"""Where the lines of the trend stand in the drawing. Arithmetic; a template draws them as SVG."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

from appointments.care.scale import Tick, step_for

WIDTH, HEIGHT = 640, 240
LEFT, RIGHT, TOP, BOTTOM = 56, 36, 16, 36
STEPS = (0.05, 0.1, 0.2, 0.25, 0.5, 1.0, 2.0)


def draw(values: Sequence[tuple[float, float]], *, limit: float) -> TrendChart:
    """Return the drawing of two series (exported, exact) over the same months, with the limit as a line."""
    # Where nothing is told at all there is still an axis.
    highest = max([limit, STEPS[0], *(value for pair in values for value in pair)]) * 1.05
    step = step_for(highest, STEPS)
    top = math.ceil(highest / step) * step
    across = (WIDTH - LEFT - RIGHT) / max(1, len(values) - 1)

    def y(value: float) -> float:
        return round(HEIGHT - BOTTOM - (HEIGHT - TOP - BOTTOM) * value / top, 1)

    x = [
        round(LEFT + across * number, 1) if len(values) > 1 else (LEFT + WIDTH - RIGHT) / 2
        for number in range(len(values))
    ]
    return TrendChart(
        exported=[Point(at, y(one)) for at, (one, _other) in zip(x, values, strict=True)],
        exact=[Point(at, y(other)) for at, (_one, other) in zip(x, values, strict=True)],
        limit=y(limit),
        ticks=[Tick(number * step, y(number * step)) for number in range(round(top / step) + 1)],
    )


class Point(NamedTuple):
    x: float
    y: float


@dataclass(frozen=True)
class TrendChart:
    """The whole drawing, in its own units."""

    exported: list[Point]
    exact: list[Point]
    limit: float
    ticks: list[Tick]
    width: int = WIDTH
    height: int = HEIGHT
    left: int = LEFT
    right: int = WIDTH - RIGHT
    bottom: int = HEIGHT - BOTTOM
    labels: int = HEIGHT - BOTTOM + 22

    @property
    def exported_line(self) -> str:
        return " ".join(f"{point.x},{point.y}" for point in self.exported)

    @property
    def exact_line(self) -> str:
        return " ".join(f"{point.x},{point.y}" for point in self.exact)
