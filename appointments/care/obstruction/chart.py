"""Where the points, whiskers and weeks of obstructed care stand in their drawings. Arithmetic; templates draw."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

from appointments.arithmetic.intervals import wilson
from appointments.care.scale import step_for
from appointments.obstruction import FigureRow
from appointments.obstruction.counting import Week

WIDTH = 400
LABELS, FIGURES, TOP, LINE, FOOT = 216, 86, 10, 26, 26
STEPS = (1, 2, 5, 10, 20, 25, 50, 100)
HEIGHT, LEFT, RIGHT, BOTTOM = 190, 34, 10, 32
WEEK_LABELS = 4
# A week is drawn as frozen from so many days on.
FROZEN_FROM = 2


class Mark(NamedTuple):
    value: int
    at: float


class Dot(NamedTuple):
    """One line: a point for the share, a whisker for its interval, and the count."""

    row: FigureRow
    y: float
    text_y: float
    x: float
    low: float
    high: float
    is_hot: bool


@dataclass(frozen=True)
class Dots:
    lines: Sequence[Dot]
    marks: Sequence[Mark]
    height: float
    foot: float
    width: int = WIDTH
    top: int = TOP


class WeekPoint(NamedTuple):
    week: Week
    x: float
    y: float
    low: float
    high: float
    # On how many days movements were frozen.
    frozen: int
    label: date | None


@dataclass(frozen=True)
class Weeks:
    points: Sequence[WeekPoint]
    marks: Sequence[Mark]
    band: float
    width: int = WIDTH
    height: int = HEIGHT
    left: int = LEFT
    right: int = WIDTH - RIGHT
    foot: int = HEIGHT - BOTTOM
    label_y: int = HEIGHT - BOTTOM + 20

    @property
    def line(self) -> str:
        return " ".join(f"{point.x},{point.y}" for point in self.points)

    @property
    def frozen(self) -> list[WeekPoint]:
        return [point for point in self.points if point.frozen >= FROZEN_FROM]


def bounds_of(count: int, total: int) -> tuple[float, float, float]:
    """Return share, low and high in hundredths; zeros of nothing."""
    found = wilson(count, total)
    return (100 * count / total, 100 * found.low, 100 * found.high) if found else (0.0, 0.0, 0.0)


def scale(highest: float) -> tuple[int, int]:
    """Return the step of the scale and its end."""
    step: int = step_for(max(highest, 1), STEPS)
    return step, int(-(-max(highest, 1) // step) * step)


def dots(rows: Sequence[FigureRow], *, whole: FigureRow | None = None) -> Dots:
    """Return a line a row. Hot is one whose interval lies above that of all the others together (of `whole`)."""
    bounds = [bounds_of(row.count, row.total) for row in rows]
    step, end = scale(max((high for _share, _low, high in bounds), default=1))
    room = WIDTH - LABELS - FIGURES
    across = [round(LABELS + room * value / end, 1) for value in (0, *range(step, end + 1, step))]
    lines = []
    for place, (row, found) in enumerate(zip(rows, bounds, strict=True)):
        y = TOP + LINE * (place + 0.5)
        share, low, high = (round(LABELS + room * min(value, end) / end, 1) for value in found)
        lines.append(Dot(row, y, y + 4, share, low, high, is_hot(row, whole)))
    foot = TOP + LINE * len(rows)
    marks = [Mark(value, at) for value, at in zip((0, *range(step, end + 1, step)), across, strict=True)]
    return Dots(lines, marks, height=foot + FOOT, foot=foot)


def is_hot(row: FigureRow, whole: FigureRow | None) -> bool:
    if whole is None:
        return False
    here = wilson(row.count, row.total)
    rest = wilson(whole.count - row.count, whole.total - row.total)
    return here is not None and rest is not None and here.low > rest.high


def weeks(found: Sequence[Week], frozen: Mapping[date, int]) -> Weeks:
    bounds = [bounds_of(week.not_brought, week.expected) for week in found]
    step, end = scale(max((high for _share, _low, high in bounds), default=1))
    room, high_room = WIDTH - LEFT - RIGHT, HEIGHT - BOTTOM - TOP
    band = room / max(1, len(found))

    def y(value: float) -> float:
        return round(HEIGHT - BOTTOM - high_room * min(value, end) / end, 1)

    every = -(-len(found) // WEEK_LABELS) or 1
    points = []
    for place, (week, (share, low, high)) in enumerate(zip(found, bounds, strict=True)):
        x, label = round(LEFT + band * (place + 0.5), 1), week.monday if place % every == 0 else None
        points.append(WeekPoint(week, x, y(share), y(low), y(high), frozen.get(week.monday, 0), label))
    marks = [Mark(value, y(value)) for value in range(0, end + 1, step)]
    return Weeks(points, marks, band=round(band, 1))
