"""How the measures went month by month. Counting in SQL, like the rest; reads only."""

from __future__ import annotations

from collections import defaultdict
from datetime import date
from typing import NamedTuple

from django.db.models import Count
from django.db.models.functions import TruncMonth

from access.models import Establishment
from appointments.arithmetic.inference import (
    ALARM,
    CallCounts,
    exposure,
    min_entropy_leakage,
    mutual_information_corrected,
    posterior_vulnerability_left_out,
    prior_vulnerability,
)
from appointments.neutrality.counting import EXACT, EXPORTED, Shown, Window, context_of, convocations

MONTHS = 6
MONTHS_OF_YEAR = 12


def by_month(
    establishment: Establishment, *, until: date, sensitive: frozenset[str], learnt: CallCounts
) -> list[MonthFigures]:
    """Return the six calendar months before the one of `until`, and that one as far as the day before `until`.

    What officers have `learnt` (the counts of the half-year) says which convocations were identified. Months in which
    nobody was called are left out. Two queries.
    """
    window = Window(establishment, months_before(until, MONTHS), until)
    exported, exact = _months(window, shown=EXPORTED), _months(window, shown=EXACT)
    return [
        MonthFigures(
            first=first,
            convocations=counts.total,
            leakage=_leakage(counts),
            information=mutual_information_corrected(counts),
            information_exact=mutual_information_corrected(exact[first]),
            sensitive=sum(counts.by_kind[kind] for kind in sensitive),
            identified=_identified(counts, learnt=learnt, sensitive=sensitive),
        )
        for first, counts in sorted(exported.items())
    ]


def months_before(day: date, months: int) -> date:
    """Return the first day of the month that lies so many months before the one of `day`."""
    number = day.year * MONTHS_OF_YEAR + day.month - 1 - months
    return date(number // MONTHS_OF_YEAR, number % MONTHS_OF_YEAR + 1, 1)


class MonthFigures(NamedTuple):
    """One month: what the list told in bits, beside exact times; sensitive convocations and those identified."""

    first: date
    convocations: int
    leakage: float  # leave-one-out
    information: float  # Miller-Madow
    information_exact: float
    sensitive: int
    identified: int


def _months(window: Window, *, shown: Shown) -> dict[date, CallCounts]:
    month = TruncMonth(shown, tzinfo=window.establishment.zone)
    rows = (
        convocations(window).values_list(month, "kind__discipline", *context_of(window, shown)).annotate(n=Count("id"))
    )
    cells = defaultdict(list)
    for first, discipline, weekday, at, n in rows:
        cells[first.date()].append((discipline, (weekday, at), n))
    return {first: CallCounts(found) for first, found in cells.items()}


def _leakage(counts: CallCounts) -> float:
    prior, posterior = prior_vulnerability(counts), posterior_vulnerability_left_out(counts)
    return max(0.0, min_entropy_leakage(prior=prior, posterior=posterior))


def _identified(counts: CallCounts, *, learnt: CallCounts, sensitive: frozenset[str]) -> int:
    return sum(
        n
        for context, cell in counts.cells.items()
        for kind, n in cell.items()
        if kind in sensitive and exposure(learnt, kind, context, counted=True) > ALARM
    )
