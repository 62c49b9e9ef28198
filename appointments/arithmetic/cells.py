"""Pure arithmetic of how a prison writes its cells: which floor or wing one is on, and in which order they lie."""

from __future__ import annotations

import re

# What separates the parts of a cell: A-1-102, A/1/102, A 102.
SEPARATORS = re.compile(r"[-/. ]+")
RUNS = re.compile(r"\d+|\D+")
NUMBER = re.compile(r"\d{3,}")
NONE, BEFORE_LAST, FIRST_TWO, HUNDREDS = "none", "before_last", "first_two", "hundreds"


def wing_of(cell: str, rule: str) -> str:
    """Return the floor or wing of `cell` as `rule` reads it, written as the cell is; empty where it cannot be told."""
    if rule == HUNDREDS:
        number = NUMBER.search(cell)
        return cell[: number.start()] + number[0][:-2] if number else ""
    ends = [found.start() for found in SEPARATORS.finditer(cell)]
    if rule == BEFORE_LAST and ends:
        return cell[: ends[-1]]
    if rule == FIRST_TWO and len(ends) > 1:
        return cell[: ends[1]]
    return ""


def along_the_landing(cell: str) -> tuple[tuple[int, int, str], ...]:
    """Return what cells are sorted by as one walks past them: 9 before 10, letters after figures."""
    runs = RUNS.findall(cell.casefold())
    return tuple((0, int(run), "") if run.isdecimal() else (1, 0, run) for run in runs)
