"""The drawing of the months."""

from __future__ import annotations

import pytest

from appointments.care.neutrality import chart


def test_chart_keeps_everything_inside_its_frame() -> None:
    drawing = chart.draw([(0.02, 0.6), (0.9, 1.9), (0.0, 0.4)], limit=0.1)

    ys = [point.y for point in (*drawing.exported, *drawing.exact)] + [drawing.limit]
    assert all(0 <= y <= drawing.bottom for y in ys)
    assert [point.x for point in drawing.exported] == [drawing.left, (drawing.left + drawing.right) / 2, drawing.right]
    assert [tick.value for tick in drawing.ticks] == [0.0, 0.5, 1.0, 1.5, 2.0]
    assert drawing.exported[1].y < drawing.exported[0].y  # more is higher


@pytest.mark.parametrize("values", [[], [(0.3, 0.5)]])
def test_chart_of_no_month_or_one_is_drawn(values: list[tuple[float, float]]) -> None:
    assert len(chart.draw(values, limit=0.1).exported) == len(values)
