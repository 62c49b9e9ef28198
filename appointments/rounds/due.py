"""What is due on a day: who is on a round, since when, and what became of the visit of that day. Reads only."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from enum import IntEnum

from django.contrib.postgres.aggregates import ArrayAgg
from django.db.models import Max, Q

from access.kept_texts import KeptText
from access.models import Establishment
from appointments.arithmetic.rounds import Due, monday_of, next_due
from appointments.models import RoundStay, RoundVisit
from appointments.models.enums.rounds import MADE
from appointments.models.rounds import RoundStayQuerySet
from appointments.rounds.kinds import rhythm_of

DIGITS = re.compile(r"(\d+)")


class State(IntEnum):
    """How a visit stands on its day, in the order in which it is shown."""

    LATE = 0
    TODAY = 1
    # May be made, and may wait.
    MAY_WAIT = 2
    DONE = 3
    NOT_DUE = 4


@dataclass(frozen=True)
class Line:
    """Somebody on a round, as a day finds them."""

    stay: RoundStay
    day: date
    due: Due
    # The last day before this one on which a carer met the person on this round.
    last_met: date | None
    # The word that stands of this day, and the last word of all, which may have taken it back.
    visit: RoundVisit | None = None
    last_word: RoundVisit | None = None
    is_met: bool = False

    @property
    def state(self) -> State:
        if self.is_met:
            return State.DONE
        if not self.due.is_open(self.day):
            return State.NOT_DUE
        if self.days_late:
            return State.LATE
        return State.TODAY if self.due.until <= self.day else State.MAY_WAIT

    @property
    def days_late(self) -> int:
        return self.due.days_late(self.day)

    @property
    def is_due(self) -> bool:
        return self.state in {State.LATE, State.TODAY}

    @property
    def wing(self) -> str:
        building = self.stay.detainee.building
        return building.name if building else ""

    @property
    def wing_order(self) -> tuple[object, ...]:
        return natural(self.wing)

    @property
    def cell_order(self) -> tuple[object, ...]:
        """The way from cell to cell."""
        person = self.stay.detainee
        name = (person.last_name, person.first_name, person.register_number)
        return (natural(person.cell), *name, self.stay.kind.name, str(self.stay.pk))


def lines_of_day(establishment: Establishment, day: date) -> list[Line]:
    """Return everybody on a round that day by wing, the late first, then by cell. Two queries."""
    rows = stays_with_days(establishment, day).select_related("kind", "detainee", "detainee__building")
    words = {
        word.stay_id: word
        for word in RoundVisit.objects.latest_words()
        .filter(establishment=establishment, day=day)
        .select_related("made_by", "recorded_by")
    }
    return sorted((line_of(stay, day, words.get(stay.pk)) for stay in rows), key=in_order)


def count_due(establishment: Establishment) -> int:
    """Return how many visits are to be made today, the late ones with them. One query."""
    today = establishment.today()
    rows = STAYS.objects(place=establishment.pk, day=today, monday=monday_of(today))
    return sum(line_of(stay, today, None).is_due for stay in rows)


def stays_with_days(establishment: Establishment, day: date) -> RoundStayQuerySet:
    """Return who is on a round that day, with the days of this week on which they were met, and the last one before."""
    return _stays(establishment.pk, day, monday_of(day))


def _stays(place: int, day: date, monday: date) -> RoundStayQuerySet:
    met = Q(visits__outcome__in=MADE, visits__replacement__isnull=True, visits__day__lte=day)
    return (
        RoundStay.objects.filter(establishment=place)
        .on(day)
        .annotate(
            met_this_week=ArrayAgg("visits__day", filter=met & Q(visits__day__gte=monday), default=[]),
            met_before=Max("visits__day", filter=met & Q(visits__day__lt=monday)),
        )
    )


STAYS = KeptText(lambda **asked: _stays(**asked).select_related("kind"), keys=["place"], days=["day", "monday"])


def line_of(stay: RoundStay, day: date, word: RoundVisit | None) -> Line:
    noted = vars(stay)
    days = sorted([*noted["met_this_week"], *([noted["met_before"]] if noted["met_before"] else [])])
    before = [each for each in days if each < day]
    due = next_due(rhythm_of(stay.kind), since=stay.since, ends_on=stay.ends_on, made=before, today=day)
    stands = word if word is not None and not word.is_void else None
    return Line(stay, day, due, before[-1] if before else None, stands, word, is_met=day in days)


def in_order(line: Line) -> tuple[object, ...]:
    return (line.wing_order, line.state, line.cell_order)


def natural(text: str) -> tuple[tuple[int, str], ...]:
    """Let cell 9 come before cell 10."""
    return tuple((int(part), "") if part.isdecimal() else (-1, part) for part in DIGITS.split(text))


def by_wing(lines: Iterable[Line]) -> Iterator[tuple[str, list[Line]]]:
    """Give the lines of each wing, in their order."""
    wings: dict[str, list[Line]] = {}
    for line in lines:
        wings.setdefault(line.wing, []).append(line)
    yield from wings.items()
