"""What the law asks of the wings, week by week: people, visits due, visits made; and who had too few. Reads only.

A visit counts as made when a carer met the person, a refusal that was heard with it. A whole week asks two visits
(R.115-21 of the prison code), a part of one its share, rounded down.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import date, timedelta

from access.models import Establishment
from appointments.arithmetic.rounds import WEEK, asked_of_week, days_in_week, monday_of
from appointments.models import Detainee, RoundStay, RoundVisit
from appointments.models.enums.rounds import LEGAL_MINIMUM, MADE, VisitOutcome

WEEKS_SHOWN = 8


@dataclass
class PersonWeek:
    """One person on one round in one week."""

    person: Detainee
    place: str
    days: int
    made: int = 0
    refused: int = 0
    prevented: int = 0

    @property
    def due(self) -> int:
        return asked_of_week(self.days, LEGAL_MINIMUM)

    @property
    def is_short(self) -> bool:
        return self.made < self.due


@dataclass
class WingWeek:
    """One wing in one week. A visit beyond what is due to one person makes up for nobody else's."""

    monday: date
    round_name: str
    place: str
    is_over: bool
    people: list[PersonWeek] = field(default_factory=list)

    @property
    def due(self) -> int:
        return sum(one.due for one in self.people)

    @property
    def done(self) -> int:
        return sum(min(one.made, one.due) for one in self.people)

    @property
    def made(self) -> int:
        return sum(one.made for one in self.people)

    @property
    def refused(self) -> int:
        return sum(one.refused for one in self.people)

    @property
    def prevented(self) -> int:
        return sum(one.prevented for one in self.people)

    @property
    def short(self) -> list[PersonWeek]:
        """Those who had fewer visits than due; nobody before the week is over."""
        return [one for one in self.people if one.is_short] if self.is_over else []


def legal_weeks(establishment: Establishment, *, weeks: int = WEEKS_SHOWN) -> list[WingWeek]:
    """Return the wings of the last weeks, this one with them, the latest first. Two queries."""
    today = establishment.today()
    first = monday_of(today) - timedelta(weeks=weeks - 1)
    stays = list(
        RoundStay.objects.filter(establishment=establishment, kind__is_legal=True)
        .between(first, today)
        .select_related("kind", "detainee", "detainee__building")
        .order_by("kind__name", "detainee__last_name", "detainee__first_name", "since", "id")
    )
    visits = visits_by_week(establishment, first, today)
    found: list[WingWeek] = []
    for number in range(weeks):
        found += week_of(monday_of(today) - timedelta(weeks=number), today, stays, visits)
    return found


Visits = dict[tuple[int, object, date], list[str]]


def visits_by_week(establishment: Establishment, first: date, today: date) -> Visits:
    rows = RoundVisit.objects.standing().filter(establishment=establishment, stay__kind__is_legal=True)
    found: Visits = defaultdict(list)
    for kind, person, day, outcome in rows.filter(day__gte=first, day__lte=today).values_list(
        "stay__kind", "stay__detainee", "day", "outcome"
    ):
        found[kind, person, monday_of(day)].append(outcome)
    return found


def week_of(monday: date, today: date, stays: list[RoundStay], visits: Visits) -> list[WingWeek]:
    together: dict[tuple[int, object], list[RoundStay]] = defaultdict(list)
    for stay in stays:
        if stay.since < monday + timedelta(days=WEEK) and (stay.ends_on is None or stay.ends_on > monday):
            together[stay.kind_id, stay.detainee_id].append(stay)
    wings: dict[tuple[str, str], WingWeek] = {}
    for key, mine in together.items():
        # Whoever changes wings within a week stands in the last one.
        last = mine[-1]
        name, place = last.kind.name, last.place
        wing = wings.setdefault((name, place), WingWeek(monday, name, place, today >= monday + timedelta(days=WEEK)))
        days = days_in_week(monday, [(stay.since, stay.ends_on) for stay in mine])
        outcomes = visits.get((*key, monday), [])
        wing.people.append(
            PersonWeek(
                last.detainee,
                place,
                days,
                made=sum(outcome in MADE for outcome in outcomes),
                refused=outcomes.count(VisitOutcome.REFUSED),
                prevented=outcomes.count(VisitOutcome.PREVENTED),
            )
        )
    return [wings[key] for key in sorted(wings)]
