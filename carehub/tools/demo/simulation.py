"""Half a year of an invented health unit, day after day: who asks, who is booked, who comes. Pure, and seeded.

Nothing is known in advance: on each day people ask, get the next time that is open, and come or do not come. So the
coming weeks are as they are in a real diary: nearly full at first, then emptier.
"""

from __future__ import annotations

import uuid
from collections import defaultdict
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from random import Random
from typing import TypeVar

from appointments.models.enums.appointment import CancelReason, NotComeReason, Status
from appointments.models.enums.planning import Discipline
from carehub.tools.demo.days import Calendar
from carehub.tools.demo.diary import Diaries, DiarySession
from carehub.tools.demo.people import Changes, Person, Population
from carehub.tools.demo.sites import CONSULTATIONS, ON_ARRIVAL, Care, Consultation, Site

Choice = TypeVar("Choice", bound=str)

BY_NAME = {consultation.name: consultation for consultation in CONSULTATIONS}

# Share of due visits that do not take place (domain figures: 22 % in all).
NOT_COME = 0.215
NOT_COME_MORE = {Discipline.PSYCHIATRY: 0.06, Discipline.PSYCHOLOGY: 0.06, Discipline.DENTISTRY: -0.04}
NOT_COME_REASONS = {
    NotComeReason.REFUSAL_REPORTED: 21,
    NotComeReason.REFUSAL_CONFIRMED: 9,
    NotComeReason.NO_REASON: 15,
    NotComeReason.NOT_CALLED: 7,
    NotComeReason.VISIT: 10,
    NotComeReason.WORK: 8,
    NotComeReason.ACTIVITY: 4,
    NotComeReason.YARD: 2,
    NotComeReason.MOVED: 7,
    NotComeReason.STAFF: 3,
    NotComeReason.FROZEN: 3,
    NotComeReason.ESCORT_OUT: 4,
    NotComeReason.UNIT_ABSENT: 4,
    NotComeReason.WING: 3,
}
# Care's own cancellations: single ones, and half-days on which the practitioner is away.
CANCELLED = 0.04
CANCEL_REASONS = {
    CancelReason.UNIT_POSTPONED: 60,
    CancelReason.REFUSED: 20,
    CancelReason.UNIT_HOSPITAL: 10,
    CancelReason.MISTAKE: 10,
}
SESSION_CANCELLED = 0.012
SUMMONED_AGAIN = 0.6
# Calls of the day itself, assumed (no source gives a rate): seven people a day of 600 need one, and those for whom a
# moment is left, two or three of them, make some 3 % of the day's movements. A nurse or a doctor sees most of them,
# half an hour later at the soonest.
URGENT_A_DAY = 0.012
URGENT_FOR = {Discipline.NURSING: 50, Discipline.GENERAL: 35, Discipline.PSYCHIATRY: 15}
URGENT_FROM, URGENT_TO, URGENT_LEAD = 8 * 60 + 30, 15 * 60 + 30, 35
SEEN_SOON_AFTER_ARRIVAL = 0.5


@dataclass(eq=False)
class Visit:
    key: uuid.UUID
    person: Person
    session: DiarySession
    consultation: Consultation
    starts: int
    asked_on: date
    need: Need | None
    status: Status = Status.BOOKED
    cancel_reason: CancelReason | None = None
    cancelled_on: date | None = None
    not_come_reason: NotComeReason | None = None
    # The missed visit that this one makes up for.
    follows: Visit | None = None
    # Asked for and called on one day.
    is_urgent: bool = False

    @property
    def ends(self) -> int:
        return self.starts + self.consultation.minutes


@dataclass(eq=False)
class Need:
    person: Person
    care: Care
    practitioner: str | None = None


@dataclass(frozen=True)
class Outcome:
    people: list[Person]
    sessions: list[DiarySession]
    visits: list[Visit]
    # The registry's changes of each working day up to today.
    days: dict[date, Changes]


class Simulation:
    def __init__(self, site: Site, calendar: Calendar) -> None:
        self.site = site
        self.calendar = calendar
        self.rng = Random(f"CareHub {site.code}")  # noqa: S311 (an invented establishment, not a secret)
        # Urgent calls are drawn by themselves, so that how many there are changes no other draw.
        self.urgent = Random(f"CareHub urgent {site.code}")  # noqa: S311
        self.population = Population(site, calendar, self.rng)
        self.diaries = Diaries(site, calendar, self.rng)
        self.visits: list[Visit] = []
        self._requests: dict[date, list[Callable[[date], None]]] = defaultdict(list)
        self._open: dict[Person, list[Visit]] = defaultdict(list)
        self._on: dict[date, list[Visit]] = defaultdict(list)

    def run(self, *, progress: Callable[[float], None]) -> Outcome:
        """Let the days happen up to today; `progress` is called with the share that is done."""
        for person in list(self.population.present):
            self._begin_needs(person, self.calendar.opens, arriving=False)
        changes: dict[date, Changes] = {}
        days = [day for day in self.calendar.working_days() if day <= self.calendar.today]
        for number, day in enumerate(days):
            progress(number / len(days))
            changes[day] = self._one_day(day)
        shown, people = self.calendar.first, self.population.everybody
        known = set(people)
        return Outcome(
            people=people,
            sessions=[session for session in self.diaries.sessions if session.day >= shown],
            visits=[visit for visit in self.visits if visit.session.day >= shown and visit.person in known],
            days={day: changed for day, changed in changes.items() if day >= shown},
        )

    def _one_day(self, day: date) -> Changes:
        changes = self.population.day(day)
        for person in changes.left:
            for visit in list(self._open[person]):
                self._cancel(visit, CancelReason.MOVED_AWAY, day)
        for person in changes.arrived:
            for name in ON_ARRIVAL:
                self._ask(person, BY_NAME[name], day, wished=day + timedelta(days=1))
            self._begin_needs(person, day, arriving=True)
        for due in sorted(asked for asked in self._requests if asked <= day):
            for request in self._requests.pop(due):
                request(day)
        if day < self.calendar.today:
            self._call_urgently(day)
            self._consult(day)
        return changes

    # --- Asking and booking ---------------------------------------------------------------------------

    def _begin_needs(self, person: Person, day: date, *, arriving: bool) -> None:
        for care in self.site.care:
            if self.rng.random() >= care.share:
                continue
            need = Need(person, care)
            following = care.keeps * sum(care.again) / 2 / care.mean_gap
            if self.rng.random() < (SEEN_SOON_AFTER_ARRIVAL * care.keeps if arriving else following):
                wait = self.rng.uniform(*care.lead) if arriving else self.rng.uniform(0, sum(care.again) / 2)
            else:
                wait = self.rng.expovariate(1 / care.pause)
            self._at(day + timedelta(days=int(wait)), self._request(need, lead=not arriving))

    def _at(self, day: date, request: Callable[[date], None]) -> None:
        if day <= self.calendar.today:
            self._requests[day].append(request)

    def _request(self, need: Need, *, lead: bool = True, wished: date | None = None) -> Callable[[date], None]:
        def book(today: date) -> None:
            wait = int(self.rng.uniform(*need.care.lead)) if lead else 1
            consultation = BY_NAME[self._one_of(dict(need.care.kinds))]
            self._ask(need.person, consultation, today, wished=wished or today + timedelta(days=wait), need=need)

        return book

    def _ask(
        self,
        person: Person,
        consultation: Consultation,
        today: date,
        *,
        wished: date,
        need: Need | None = None,
        follows: Visit | None = None,
    ) -> None:
        """Book the first time that fits, or ask again in a week when everything is full."""
        if person.left_on is not None:
            return
        diaries = [
            diary
            for diary in self.site.diaries
            if diary.discipline == consultation.discipline and (need is None or need.practitioner in {None, diary.name})
        ]
        if need is not None and need.care.same_practitioner and need.practitioner is None:
            diaries = [self.rng.choice(diaries)]
            need.practitioner = diaries[0].name
        taken = defaultdict(list)
        for other in self._open[person]:
            taken[other.session.day].append((other.starts, other.ends))
        earliest = max(wished, today + timedelta(days=1))
        found = self.diaries.find(diaries, consultation, asked=today, wished=earliest, taken=taken)
        if found is None:
            self._at(
                today + timedelta(days=7),
                lambda day: self._ask(person, consultation, day, wished=day, need=need, follows=follows),
            )
            return
        self._book(person, consultation, *found, today=today, need=need, follows=follows)

    def _call_urgently(self, day: date) -> None:
        """Call people on the day itself, where a practitioner has a moment left."""
        for person in list(self.population.present):
            if self.urgent.random() >= URGENT_A_DAY:
                continue
            discipline = self.urgent.choices(list(URGENT_FOR), list(URGENT_FOR.values()))[0]
            kinds = [each for each in CONSULTATIONS if each.discipline == discipline]
            consultation = min(kinds, key=lambda each: each.minutes)
            earliest = self.urgent.randint(URGENT_FROM, URGENT_TO) + URGENT_LEAD
            taken = [(visit.starts, visit.ends) for visit in self._open[person] if visit.session.day == day]
            found = self.diaries.left_on(day, consultation, earliest=earliest, taken=taken)
            if found is not None:
                self._book(person, consultation, *found, today=day, need=None, follows=None)
                self.visits[-1].is_urgent = True

    def _book(
        self,
        person: Person,
        consultation: Consultation,
        session: DiarySession,
        starts: int,
        *,
        today: date,
        need: Need | None,
        follows: Visit | None,
    ) -> None:
        key = uuid.UUID(int=self.rng.getrandbits(128), version=4)
        visit = Visit(key, person, session, consultation, starts, today, need, follows=follows)
        session.busy.append((visit.starts, visit.ends))
        self.visits.append(visit)
        self._open[person].append(visit)
        self._on[session.day].append(visit)
        if session.day > today and self.rng.random() < CANCELLED:
            on = today + timedelta(days=self.rng.randint(0, max(0, (session.day - today).days - 1)))
            reason = self._one_of(CANCEL_REASONS)
            self._at(on + timedelta(days=1), lambda day: self._withdraw(visit, reason, day))

    # --- What becomes of a booking ----------------------------------------------------------------------

    def _withdraw(self, visit: Visit, reason: CancelReason, today: date) -> None:
        """Cancel for a reason of care, and book another time unless the person does not want one."""
        if visit.status != Status.BOOKED or visit.session.day < today:
            return
        self._cancel(visit, reason, today)
        if reason in {CancelReason.UNIT_POSTPONED, CancelReason.UNIT_ABSENT, CancelReason.UNIT_HOSPITAL}:
            self._ask(visit.person, visit.consultation, today, wished=today + timedelta(days=3), need=visit.need)
        elif visit.need is not None:
            self._come_back(visit.need, today)

    def _cancel(self, visit: Visit, reason: CancelReason, day: date) -> None:
        visit.status, visit.cancel_reason, visit.cancelled_on = Status.CANCELLED, reason, day
        visit.session.busy.remove((visit.starts, visit.ends))
        self._open[visit.person].remove(visit)

    def _consult(self, day: date) -> None:
        away: dict[DiarySession, bool] = {}
        for visit in self._on[day]:
            if visit.status != Status.BOOKED:
                continue
            if visit.session not in away:
                away[visit.session] = self.rng.random() < SESSION_CANCELLED and visit.session.diary.takes_leave
            if away[visit.session]:
                self._withdraw(visit, CancelReason.UNIT_ABSENT, day)
            else:
                self._see(visit, day)

    def _see(self, visit: Visit, day: date) -> None:
        self._open[visit.person].remove(visit)
        absent = NOT_COME + NOT_COME_MORE.get(visit.consultation.discipline, 0)
        if self.rng.random() >= absent:
            visit.status = Status.SEEN
        else:
            visit.status = Status.NOT_COME
            visit.not_come_reason = self._one_of(NOT_COME_REASONS)
            if self.rng.random() < SUMMONED_AGAIN:
                wished = day + timedelta(days=self.rng.randint(2, 10))
                self._ask(visit.person, visit.consultation, day, wished=wished, need=visit.need, follows=visit)
                return
        if visit.need is not None:
            self._come_back(visit.need, day)

    def _come_back(self, need: Need, day: date) -> None:
        """Book the follow-up at once, or let the person ask again some day."""
        if self.rng.random() < need.care.keeps:
            wished = day + timedelta(days=self.rng.randint(*need.care.again))
            self._request(need, wished=wished)(day)
        else:
            self._at(day + timedelta(days=1 + int(self.rng.expovariate(1 / need.care.pause))), self._request(need))

    def _one_of(self, weights: Mapping[Choice, int]) -> Choice:
        return self.rng.choices(list(weights), list(weights.values()))[0]
