"""Pure arithmetic of publication: at which instants the movement list of a day goes out. No Django, models, people.

Everything follows from the clock and from the establishment's publication times, nothing from what care does in
between: two worlds that differ only in that have the same instants and the same version numbers (docs/adr/0013).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import TYPE_CHECKING

from appointments.arithmetic.timegrid import at_local

if TYPE_CHECKING:
    from zoneinfo import ZoneInfo

ONE_DAY = timedelta(days=1)
# How late an edition, and how old the courier's last sign, before either side says so.
PATIENCE = timedelta(minutes=1)
SILENCE = timedelta(minutes=2)


@dataclass(frozen=True)
class Term:
    """A publication time with the days on which it holds: from `since`, and before `until` when it has an end."""

    at: time
    since: date
    until: date | None = None

    def holds_on(self, day: date) -> bool:
        return self.since <= day and (self.until is None or day < self.until)


@dataclass(frozen=True)
class PublicationGrid:
    """The instants at which one establishment's lists go out.

    The last publication of a day is the first of the next day's list: it is whole then, and one large batch tells
    least. Each publication of the day itself brings what came after.
    """

    terms: tuple[Term, ...]
    zone: ZoneInfo

    @classmethod
    def of(cls, rows: Iterable[tuple[time, date, date | None]], zone: ZoneInfo) -> PublicationGrid:
        """Return the grid of publication times as they are kept: at, since, until."""
        return cls(tuple(Term(*row) for row in rows), zone)

    def day_of(self, instant: datetime) -> date:
        return instant.astimezone(self.zone).date()

    def on(self, day: date) -> list[datetime]:
        """Return the publications that take place on the local day `day`, in order."""
        return sorted({at_local(day, term.at, self.zone) for term in self.terms if term.holds_on(day)})

    def of_list(self, day: date) -> list[datetime]:
        """Return the publications of the list of `day`; none when it needs none, being open all the time."""
        return [*self.on(day - ONE_DAY)[-1:], *self.on(day)]

    def opening(self, day: date) -> datetime | None:
        """Return the first publication of the list of `day`, before which it is empty."""
        return next(iter(self.of_list(day)), None)

    def next_of_list(self, day: date, *, after: datetime) -> datetime | None:
        return next((instant for instant in self.of_list(day) if instant >= after), None)

    def last_due(self, day: date, *, now: datetime) -> datetime | None:
        """Return the last publication of the list of `day` that must have arrived by now; none before the first."""
        return max((instant for instant in self.of_list(day) if instant <= now - PATIENCE), default=None)

    def is_continuous(self, day: date, *, now: datetime) -> bool:
        """Whether what is written now for the list of `day` shows at once, as without publication times.

        On the day before the first publication times hold, the lists that are open already stay so.
        """
        if not self.of_list(day):
            return True
        today = self.day_of(now)
        return not self.on(today) and day <= today + ONE_DAY

    def version(self, day: date, *, now: datetime, unplanned: int) -> int:
        """Return how many publications of the list of `day` have taken place, `unplanned` ones included.

        0 means that the list is not out yet, or that lists of that day are open all the time.
        """
        instants = self.of_list(day)
        if not instants:
            return 0
        was_open_before = not self.on(day - ONE_DAY)
        return sum(instant <= now for instant in instants) + unplanned + was_open_before
