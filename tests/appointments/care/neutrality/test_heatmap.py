"""The drawing of the typical week."""

from __future__ import annotations

from datetime import time

from appointments.care.neutrality import heatmap


def cell(weekday: int, at: int, **fields) -> dict:
    return {"weekday": weekday, "at": at, "calls": 40, "sensitive": 10, "usual_people": 6, "level": "medium", **fields}


def test_cells_stand_in_the_row_of_their_day_and_the_column_of_their_time() -> None:
    drawing = heatmap.draw_week([cell(1, 510), cell(1, 825, sensitive=40, level="tells"), cell(5, 825)])

    one, two, three = drawing.cells
    assert one.y == two.y < three.y
    assert one.x < two.x == three.x
    assert [each.percent for each in drawing.cells] == [25, 100, 25]
    assert (two.at, two.weekday, two.level) == (time(13, 45), 0, "tells")
    assert [label.value for label in drawing.days] == [0, 4]  # days on which nobody is called are not drawn
    assert [label.value for label in drawing.times] == [510, 825]


def test_drawing_holds_all_its_cells() -> None:
    drawing = heatmap.draw_week([cell(weekday, at) for weekday in range(1, 8) for at in range(480, 1080, 45)])

    assert max(each.x for each in drawing.cells) + drawing.cell_width <= drawing.width
    assert max(each.y for each in drawing.cells) + drawing.cell_height <= drawing.height


def test_week_without_a_call_is_an_empty_drawing() -> None:
    assert heatmap.draw_week([]).cells == []
