"""Where the cells of the typical week stand in the drawing. Arithmetic; a template draws them as SVG."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import time
from typing import Any, NamedTuple

from appointments.arithmetic.timegrid import time_of

LEFT, TOP = 96, 28
CELL_WIDTH, CELL_HEIGHT, GAP = 112, 40, 2
LEVELS = ("mixed", "medium", "weak", "tells")


class HeatCell(NamedTuple):
    """One weekday and time: where it is drawn, and what is written in it."""

    x: int
    y: int
    level: str
    percent: int
    people: int
    weekday: int  # 0 is Monday
    at: time

    @property
    def middle(self) -> int:
        return self.x + CELL_WIDTH // 2

    @property
    def first_line(self) -> int:
        return self.y + 17

    @property
    def second_line(self) -> int:
        return self.y + 33


class HeatLabel(NamedTuple):
    """A weekday (0 is Monday) or a time (minute of the day) at the side."""

    x: int
    y: int
    value: int


@dataclass(frozen=True)
class HeatMap:
    """The whole drawing, in its own units."""

    cells: list[HeatCell]
    days: list[HeatLabel]
    times: list[HeatLabel]
    width: int
    height: int
    cell_width: int = CELL_WIDTH - GAP
    cell_height: int = CELL_HEIGHT - GAP


def draw_week(week: list[dict[str, Any]]) -> HeatMap:
    """Return the drawing of a typical week, as appointments.neutrality.plain holds it; days and times that occur."""
    weekdays = sorted({cell["weekday"] for cell in week})
    times = sorted({cell["at"] for cell in week})
    x = {at: LEFT + CELL_WIDTH * number for number, at in enumerate(times)}
    y = {weekday: TOP + CELL_HEIGHT * number for number, weekday in enumerate(weekdays)}
    return HeatMap(
        cells=[
            HeatCell(
                x=x[cell["at"]],
                y=y[cell["weekday"]],
                level=cell["level"],
                percent=round(100 * cell["sensitive"] / cell["calls"]),
                people=cell["usual_people"],
                weekday=cell["weekday"] - 1,
                at=time_of(cell["at"]),
            )
            for cell in week
        ],
        days=[HeatLabel(0, top + CELL_HEIGHT // 2 + 5, weekday - 1) for weekday, top in y.items()],
        times=[HeatLabel(left + CELL_WIDTH // 2, TOP - 10, at) for at, left in x.items()],
        width=LEFT + CELL_WIDTH * len(times),
        height=TOP + CELL_HEIGHT * len(weekdays),
    )
