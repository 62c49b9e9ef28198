"""Says when officers see a change of the list, from the clock and the publication times alone (docs/adr/0013)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from django.utils import timezone

from access.models import Establishment
from appointments.arithmetic.publication_grid import PublicationGrid
from appointments.models import Movement, PublicationTime

# A floor officer needs the name half an hour before: to read the list, open the cell, and bring the person through
# the doors. A line that the next publication would bring later than that goes out at once.
URGENT_LEAD = timedelta(minutes=30)
# A withdrawal that no publication brings before the call: dated after it, it is never shown.
NEVER = timedelta(minutes=1)


@dataclass(frozen=True)
class Schedule:
    """The publications of one establishment, seen from `now`."""

    establishment: Establishment
    grid: PublicationGrid
    now: datetime

    @classmethod
    def of(cls, establishment: Establishment, *, now: datetime | None = None) -> Schedule:
        """Read the publication times; one query. `now` is the present instant unless the caller has one."""
        terms = PublicationTime.objects.filter(establishment=establishment).values_list("at", "since", "until")
        return cls.of_terms(establishment, terms, now=now)

    @classmethod
    def of_terms(
        cls,
        establishment: Establishment,
        terms: Iterable[tuple[time, date, date | None]],
        *,
        now: datetime | None = None,
    ) -> Schedule:
        """Return the same from publication times that somebody has read: at, since, until."""
        return cls(establishment, PublicationGrid.of(terms, establishment.zone), now or timezone.now())

    @property
    def today(self) -> date:
        return self.day_of(self.now)

    def day_of(self, at: datetime) -> date:
        """Return the local day on whose list a call at `at` stands."""
        return self.grid.day_of(at)

    def is_continuous(self, at: datetime) -> bool:
        """Whether the list that holds a call at `at` is open all the time."""
        return self.grid.is_continuous(self.day_of(at), now=self.now)

    def is_out(self, day: date) -> bool:
        """Whether the list of `day` was published by now, by the clock."""
        opening = self.grid.opening(day)
        return opening is not None and opening <= self.now

    def appearance(self, at: datetime) -> tuple[datetime | None, bool]:
        """Return from when a new call at `at` shows (None: at once) and whether as added to a list already out."""
        if self.is_continuous(at):
            return None, False
        day = self.day_of(at)
        following, opening = self.grid.next_of_list(day, after=self.now), self.grid.opening(day)
        if following is None or opening is None or following > at - URGENT_LEAD:
            return None, self.is_out(day)
        return following, following > opening

    def withdrawal(self, at: datetime) -> datetime:
        """Return from when a call at `at` shows as withdrawn; after the call itself when nothing brings it before."""
        following = self.grid.next_of_list(self.day_of(at), after=self.now)
        return following if following is not None and following <= at else at + NEVER

    def batches(self, calls: Sequence[datetime]) -> dict[int, datetime]:
        """Spread withdrawals over the publications before each call; return the instant by the call's place.

        Few go with each publication, and the calls that have the least choice choose first. Calls before which no
        publication is left are not in the answer.
        """
        choices = {place: self.publications_before(at) for place, at in enumerate(calls)}
        taken: Counter[datetime] = Counter()
        found = {}
        for place in sorted(choices, key=lambda place: (len(choices[place]), calls[place], place)):
            if choices[place]:
                found[place] = min(choices[place], key=lambda instant: (taken[instant], instant))
                taken[found[place]] += 1
        return found

    def publications_before(self, at: datetime) -> list[datetime]:
        """Return the publications still to come that would bring the withdrawal of a call at `at` before it."""
        if self.is_continuous(at):
            return []
        return [instant for instant in self.grid.of_list(self.day_of(at)) if self.now <= instant <= at]

    def shows(self, line: Movement) -> bool:
        """Whether officers see the line now, withdrawn or not."""
        return line.visible_from is None or line.visible_from <= self.now

    def shows_as_withdrawn(self, line: Movement) -> bool:
        """Whether officers see the line as withdrawn now."""
        if line.withdrawn_from is None or (line.restored_from is not None and line.restored_from <= self.now):
            return False
        return line.withdrawn_from <= min(self.now, line.expected_at)
