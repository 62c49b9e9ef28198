"""How the measures went month by month. Reads only."""

from __future__ import annotations

from collections import defaultdict
from datetime import date
from typing import NamedTuple

from access.models import Establishment
from appointments.arithmetic.leakage import ListedCall, leakage_of
from appointments.neutrality.counting import EXACT, EXPORTED, Shown, Window, listed_calls

MONTHS = 6
MONTHS_OF_YEAR = 12


def by_month(establishment: Establishment, *, until: date, sensitive: frozenset[str]) -> list[MonthFigures]:
    """Return the six calendar months before the one of `until`, and that one as far as the day before `until`.

    Months in which nobody was called are left out. Two queries.
    """
    window = Window(establishment, months_before(until, MONTHS), until)
    exported, exact = _months(window, shown=EXPORTED), _months(window, shown=EXACT)
    found = []
    for first, calls in sorted(exported.items()):
        leakage = leakage_of(calls, sensitive=sensitive)
        found.append(
            MonthFigures(
                first=first,
                calls=leakage.calls,
                information=leakage.information,
                information_exact=leakage_of(exact[first], sensitive=sensitive).information,
                followed=leakage.groups.followed,
                nearly_alone=leakage.groups.alone + leakage.groups.few,
            )
        )
    return found


def months_before(day: date, months: int) -> date:
    """Return the first day of the month that lies so many months before the one of `day`."""
    number = day.year * MONTHS_OF_YEAR + day.month - 1 - months
    return date(number // MONTHS_OF_YEAR, number % MONTHS_OF_YEAR + 1, 1)


class MonthFigures(NamedTuple):
    """One month: what the list told in bits, beside exact times; people followed and those called nearly alone."""

    first: date
    calls: int
    information: float  # Miller-Madow
    information_exact: float
    followed: int
    nearly_alone: int


def _months(window: Window, *, shown: Shown) -> dict[date, list[ListedCall]]:
    months = defaultdict(list)
    for call in listed_calls(window, shown=shown):
        months[call.day.replace(day=1)].append(call)
    return months
