"""Pure arithmetic of what leaves the screen: rows of a sheet, the day it is destroyed. No Django, models, people."""

from __future__ import annotations

from datetime import date, timedelta

# Each step has its row height in base/sheet.css.
SHEET_ROWS = (18, 24, 32, 40, 48, 60)
# The head of an officers' sheet takes a second line when the establishment's name is a long one.
ROW_OF_THE_HEAD = 1


def sheet_rows(total: int) -> int:
    """Return the layout with which `total` lines fill one A4 sheet; more than the last one run on to a second."""
    return next((rows for rows in SHEET_ROWS if total <= rows), SHEET_ROWS[-1])


def destroy_on(day: date) -> date:
    """Return the day on which a sheet or file of the list of `day` is destroyed: the day after, as on the screen.

    Yesterday's list is the oldest that officers can still read; a paper that outlived it would be a file of its own.
    """
    return min(day, date.max - timedelta(days=1)) + timedelta(days=1)
