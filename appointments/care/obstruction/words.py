"""What the page says at a glance, and numbers as the reader's language writes them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from django.utils import formats
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from access.in_words import date_format
from appointments.arithmetic.intervals import Bounds, wilson
from appointments.care.numbers import rounded
from appointments.models import Obstruction
from appointments.models.enums.obstruction import BY_HAND, ObstructionKind
from appointments.obstruction import FigureRow, ObstructionFigures
from appointments.obstruction.comparison import Comparison

# With fewer people expected a building is not named in the first sentence.
ENOUGH = 20
LAST_OF_THE_WEEK = 6


def number(value: int) -> str:
    """Return a number with its thousands apart."""
    return str(formats.number_format(value, force_grouping=True))


def percent(value: float | None) -> str:
    """Return hundredths with one digit after the comma; a dash for a share of nothing."""
    return "–" if value is None else f"{rounded(value, 1)}\u00a0%"


@dataclass(frozen=True)
class Share:
    """A count with its part, the bounds of this, and how it differs from an earlier one."""

    row: FigureRow
    earlier: FigureRow | None = None

    @property
    def percent(self) -> str:
        return percent(self.row.percent)

    @property
    def of(self) -> str:
        return _("%(count)s of %(total)s") % {"count": number(self.row.count), "total": number(self.row.total)}

    @property
    def bounds(self) -> Bounds | None:
        return wilson(self.row.count, self.row.total)

    @property
    def between(self) -> str:
        """The interval of 95 %, in words; empty of nothing."""
        if self.bounds is None:
            return ""
        low, high = (rounded(100 * each, 1) for each in self.bounds)
        return _("between %(low)s and %(high)s %%") % {"low": low, "high": high}

    @property
    def points(self) -> float | None:
        """By how many points it differs; None when either is a share of nothing."""
        if self.earlier is None or self.row.percent is None or self.earlier.percent is None:
            return None
        return self.row.percent - self.earlier.percent

    @property
    def is_up(self) -> bool:
        return self.points is not None and self.points >= POINTS_SHOWN

    @property
    def difference(self) -> str:
        """The difference with its sign, in words."""
        if self.points is None:
            return _("not known")
        if abs(self.points) < POINTS_SHOWN:
            return _("unchanged")
        said = rounded(abs(self.points), 1)
        text = _("%(points)s points more") if self.points > 0 else _("%(points)s points less")
        return text % {"points": said}


POINTS_SHOWN = 0.05


def headline(figures: ObstructionFigures, facts: Sequence[Obstruction]) -> list[str]:
    """Return what stands out, in one to three sentences."""
    if not figures.expected:
        return [_("Nobody was expected in this period.")]
    return [by_building(figures), *frozen_days(facts), *noted(facts)]


def by_building(figures: ObstructionFigures) -> str:
    rows = [row for row in figures.table("building").rows if row.total >= ENOUGH and row.key]
    share = {"share": per_hundred(figures.not_brought_row)}
    worst = max(rows, key=lambda row: row.percent or 0, default=None)
    if worst is None or not is_apart(worst, figures):
        return _("%(share)s people of 100 expected were not brought.") % share
    rest = FigureRow("", "", figures.not_brought - worst.count, figures.expected - worst.total)
    return _("In building %(building)s, %(share)s people of 100 expected were not brought; %(rest)s elsewhere.") % {
        "building": worst.label,
        "share": per_hundred(worst),
        "rest": per_hundred(rest),
    }


def is_apart(worst: FigureRow, figures: ObstructionFigures) -> bool:
    """Whether chance does not explain the difference to the other buildings: their intervals do not meet."""
    here = wilson(worst.count, worst.total)
    rest = wilson(figures.not_brought - worst.count, figures.expected - worst.total)
    return here is not None and rest is not None and here.low > rest.high


def per_hundred(row: FigureRow) -> str:
    return str(round(row.percent or 0))


def recorded_since(found: Comparison) -> list[str]:
    """Say where the record begins within the days that are compared: earlier days tell of nobody."""
    now, before, year_ago = found.now, found.before, found.year_ago
    said = (
        (now, _("Nothing is recorded before %(day)s: the figures begin there.")),
        (before, _("The period before is recorded from %(day)s on only.")),
        (year_ago, _("The same days a year ago are recorded from %(day)s on only.")),
    )
    return [
        text % {"day": date_format(figures.counted_from, "DATE_FORMAT")}
        for figures, text in said
        if figures.expected and figures.counted_from > figures.first_day
    ]


def cut_weeks(figures: ObstructionFigures) -> str:
    """Say which weeks of the drawing are no whole ones; empty when all are."""
    first, last = figures.counted_from, figures.counted_until
    days = {"first": date_format(first, "DATE_FORMAT"), "last": date_format(last, "DATE_FORMAT")}
    begins_late, ends_early = first.weekday() > 0, last.weekday() < LAST_OF_THE_WEEK
    if begins_late and ends_early:
        return _("The first week counts from %(first)s on, the last one up to %(last)s.") % days
    if begins_late:
        return _("The first week counts from %(first)s on.") % days
    return _("The last week counts up to %(last)s.") % days if ends_early else ""


def frozen_days(facts: Iterable[Obstruction]) -> list[str]:
    weeks = frozen_weeks(facts)
    if not weeks:
        return []
    monday, days = max(weeks.items(), key=lambda item: (item[1], item[0]))
    if days > 1:
        said = _("In the week of %(monday)s, movements were frozen on %(days)d days.")
        return [said % {"monday": date_format(monday, "DATE_FORMAT"), "days": days}]
    total = sum(weeks.values())
    said = ngettext("Movements were frozen on %(days)d day.", "Movements were frozen on %(days)d days.", total)
    return [said % {"days": total}]


def frozen_weeks(facts: Iterable[Obstruction]) -> Counter[date]:
    """Return, by the Monday of each week, on how many of its days movements were frozen."""
    days = {fact.day for fact in facts if fact.kind == ObstructionKind.FROZEN}
    return Counter(day - timedelta(days=day.weekday()) for day in days)


def noted(facts: Iterable[Obstruction]) -> list[str]:
    counts = Counter(ObstructionKind(fact.kind) for fact in facts if fact.kind in BY_HAND)
    if not counts:
        return []
    said = ", ".join(f"{kind.label} ({counts[kind]})" for kind in BY_HAND if counts[kind])
    return [_("Noted by hand: %(facts)s.") % {"facts": said}]
