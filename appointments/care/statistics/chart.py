"""Where the columns of the weeks and the bars of the causes stand in their drawings. Arithmetic; templates draw."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, NamedTuple

from appointments.care.scale import Tick, step_for
from appointments.statistics.counting import WeekOutcomes
from appointments.statistics.report import Share

WIDTH, HEIGHT = 720, 240
LEFT, RIGHT, TOP, BOTTOM = 48, 8, 12, 32
STEPS = (1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 2000, 5000)
LABELS_AT_MOST = 9
BAR, GAP, LABEL_WIDTH, FIGURES_WIDTH = 20, 10, 340, 110


class Box(NamedTuple):
    kind: str
    x: float
    y: float
    width: float
    height: float


class Label(NamedTuple):
    x: float
    day: date


@dataclass(frozen=True)
class Columns:
    """The drawing of the weeks, in its own units."""

    boxes: Sequence[Box]
    labels: Sequence[Label]
    ticks: Sequence[Tick]
    width: int = WIDTH
    height: int = HEIGHT
    left: int = LEFT
    right: int = WIDTH - RIGHT
    label_y: int = HEIGHT - BOTTOM + 20
    tick_x: int = LEFT - 6


class Bar(NamedTuple):
    label: Any
    box: Box
    text_y: float
    figures_x: float
    part: Share


@dataclass(frozen=True)
class Bars:
    """The drawing of the causes, in its own units."""

    bars: Sequence[Bar]
    height: int
    width: int = WIDTH
    label_x: int = LABEL_WIDTH - 8


def columns(weeks: Sequence[WeekOutcomes]) -> Columns:
    """Return stacked columns, a week each: seen at the foot, then not come, cancelled, not recorded."""
    highest = max((sum(week[1:]) for week in weeks), default=0) or 1
    step = step_for(highest, STEPS)
    top = -(-highest // step) * step
    across = (WIDTH - LEFT - RIGHT) / max(1, len(weeks))
    high = HEIGHT - TOP - BOTTOM
    boxes = []
    for number, week in enumerate(weeks):
        stacked = 0
        for kind, count in (
            ("seen", week.seen),
            ("missed", week.not_come),
            ("cancelled", week.cancelled),
            ("open", week.open),
        ):
            stacked += count
            if count:
                y, height = HEIGHT - BOTTOM - high * stacked / top, high * count / top
                x, width = LEFT + across * (number + 0.1), across * 0.8
                boxes.append(Box(kind, round(x, 1), round(y, 1), round(width, 1), round(height, 1)))
    every = -(-len(weeks) // LABELS_AT_MOST) or 1
    labels = [
        Label(round(LEFT + across * (number + 0.5), 1), week.monday)
        for number, week in enumerate(weeks)
        if number % every == 0
    ]
    ticks = [Tick(value, round(HEIGHT - BOTTOM - high * value / top, 1)) for value in range(0, top + 1, step)]
    return Columns(boxes, labels, ticks)


def bars(parts: Sequence[Share]) -> Bars:
    highest = max((part.number for part in parts), default=0) or 1
    room = WIDTH - LABEL_WIDTH - FIGURES_WIDTH
    drawn = []
    for number, part in enumerate(parts):
        y = number * (BAR + GAP) + GAP / 2
        width = round(room * part.number / highest, 1)
        box = Box("missed", LABEL_WIDTH, y, width, BAR)
        drawn.append(Bar(part.label, box, y + BAR * 0.75, LABEL_WIDTH + width + 6, part))
    return Bars(drawn, height=len(parts) * (BAR + GAP) or BAR)
