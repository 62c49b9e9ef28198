"""Pure arithmetic of a printed list: how many rows one A4 sheet is laid out for. No Django, models, people."""

from __future__ import annotations

# Each step has its row height in base/sheet.css.
SHEET_ROWS = (18, 24, 32, 40, 48, 60)
# The head of an officers' sheet takes a second line when the establishment's name is a long one.
ROW_OF_THE_HEAD = 1


def sheet_rows(total: int) -> int:
    """Return the layout with which `total` lines fill one A4 sheet; more than the last one run on to a second."""
    return next((rows for rows in SHEET_ROWS if total <= rows), SHEET_ROWS[-1])
