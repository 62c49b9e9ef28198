"""Which figures of a report must stay hidden, so that no number of one to four people follows from what is published.

A published figure is the number of people of some rows (causes, buildings) between two days. Whoever has several of
them adds and subtracts: a row from its sum, a quarter from the same quarter and three days. Call two squares (a row on
a stretch of days) alike when every published figure counts both or neither. Whatever is computed from the figures by
adding and subtracting counts alike squares alike: it is a union of classes of alike squares. So when every class holds
nobody or at least `LEAST` people, no number of one to four follows, whatever is computed. Rows are hidden until that
holds for a report and all the earlier ones together.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from itertools import pairwise
from typing import NamedTuple

# The smallest number of people that is shown, nought apart.
LEAST = 5


class Stretch(NamedTuple):
    """The days from `since` on and before `before`."""

    since: date
    before: date

    def overlaps(self, other: Stretch) -> bool:
        return self.since < other.before and other.since < self.before

    def holds(self, other: Stretch) -> bool:
        return self.since <= other.since and other.before <= self.before


class Shown(NamedTuple):
    """A published figure: how many people, of these rows together, on these days."""

    keys: frozenset[str]
    days: Stretch
    people: int


# How many people each row has on each of the slices.
Squares = Mapping[tuple[str, Stretch], int]


def linked(days: Stretch, earlier: Iterable[Stretch]) -> list[Stretch]:
    """Return the earlier stretches that share days with `days`, or with one that does, and so on."""
    found, others = [days], set(earlier) - {days}
    while touching := {each for each in others if any(each.overlaps(one) for one in found)}:
        found += sorted(touching)
        others -= touching
    return found[1:]


def slices_of(stretches: Iterable[Stretch]) -> list[Stretch]:
    """Cut all days that `stretches` hold where one of them begins or ends."""
    held = list(stretches)
    cuts = sorted({day for each in held for day in each})
    pieces = [Stretch(*pair) for pair in pairwise(cuts)]
    return [piece for piece in pieces if any(each.holds(piece) for each in held)]


def hidden_rows(
    rows: Sequence[Shown], earlier: Sequence[Shown], squares: Squares, *, start: frozenset[int] = frozenset()
) -> frozenset[int]:
    """Return which of `rows`, one table of a report, may not be shown beside what was published `earlier`.

    The sum of the table counts as known, for another page may show it, unless it would itself tell too much. `squares`
    are counted now, on the slices of all days that the report and the earlier figures hold. `start` are rows that are
    hidden for another reason.
    """
    hidden = set(start)
    hidden |= {n for n, row in enumerate(rows) if is_small(row.people) or is_a_correction(row, earlier)}
    known = list(earlier)
    whole = whole_of(rows)
    if whole is not None and not tells_too_much([*known, whole], squares):
        known.append(whole)
    while len(hidden) < len(rows):
        shown = {number: row for number, row in enumerate(rows) if number not in hidden}
        small = _small_class([*known, *shown.values()], squares)
        if not small:
            break
        hidden.add(_next_to_hide(shown, small))
    return frozenset(hidden)


def whole_of(rows: Sequence[Shown]) -> Shown | None:
    """Return the sum of a table of several rows, None for one that has no sum to tell apart."""
    if len(rows) < 2:
        return None
    return Shown(frozenset().union(*(row.keys for row in rows)), rows[0].days, sum(row.people for row in rows))


def is_whole_safe(rows: Sequence[Shown], earlier: Sequence[Shown], squares: Squares) -> bool:
    """Whether the sum of the rows may be known beside what was published earlier."""
    whole = whole_of(rows)
    return whole is not None and not tells_too_much([*earlier, whole], squares)


def tells_too_much(figures: Sequence[Shown], squares: Squares) -> bool:
    """Whether a number of one to four people follows from figures that are all shown, or might."""
    return bool(_small_class(figures, squares))


def is_small(count: int) -> bool:
    return 0 < abs(count) < LEAST


def is_a_correction(row: Shown, earlier: Iterable[Shown]) -> bool:
    """Whether the same figure went out before with another number, so close that it tells of one to four people."""
    same = (each for each in earlier if each.keys == row.keys and each.days == row.days)
    return any(is_small(row.people - each.people) for each in same)


def _small_class(figures: Sequence[Shown], squares: Squares) -> set[tuple[str, Stretch]]:
    """Return the squares of a class of one to four people, empty when there is no such class."""
    counting: dict[tuple[str, Stretch], list[int]] = {}
    for number, figure in enumerate(figures):
        for square in squares:
            if square[0] in figure.keys and figure.days.holds(square[1]):
                counting.setdefault(square, []).append(number)
    classes: dict[tuple[int, ...], set[tuple[str, Stretch]]] = {}
    for square, numbers in counting.items():
        classes.setdefault(tuple(numbers), set()).add(square)
    for alike in classes.values():
        if is_small(sum(squares[square] for square in alike)):
            return alike
    return set()


def _next_to_hide(shown: Mapping[int, Shown], small: set[tuple[str, Stretch]]) -> int:
    """Return the row that the class found is a part of, else the smallest one that hides something."""
    keys = {key for key, _days in small}
    for number, row in shown.items():
        if keys <= row.keys and any(row.days.holds(days) for _key, days in small):
            return number
    return min(shown, key=lambda number: (shown[number].people == 0, shown[number].people, number))
