"""Works out what a choice would make of each appointment: to whom, when, called at what time. Reads only.

A constant number of queries, however many people there are: what is free of twelve weeks is read once, and each place
is given once. The verbs and the database have the last word.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from operator import attrgetter
from typing import NamedTuple
from uuid import UUID

from django.utils import timezone
from django.utils.translation import gettext as _

from access.models import Establishment
from appointments.arithmetic.timegrid import Interval, NoArrivalTime, slots, wave_for
from appointments.booking import BookingRefused, Over, not_done, own_length
from appointments.booking.guards import require_present
from appointments.models import Agenda, Appointment, ConsultationSession
from appointments.models.enums.planning import Discipline
from appointments.openings.availability import away_times, busy_times, sessions_between, time_in_shared
from appointments.openings.next_free import MIDDAY, SEARCH_WEEKS
from appointments.projection import arrival_times
from appointments.stranded.choices import MOVES, Choice, How
from appointments.stranded.reading import beside


@dataclass(frozen=True)
class StrandedPlace:
    """Where somebody would be seen instead."""

    agenda: Agenda
    starts_at: datetime
    called_at: datetime


@dataclass(frozen=True)
class PlannedLine:
    """What would become of one appointment; `how` is None when nothing can be done, and `why` says why."""

    appointment: Appointment
    how: How | None
    place: StrandedPlace | None = None
    why: str = ""


def plan_lines(appointments: Sequence[Appointment], choice: Choice, agendas: Sequence[Agenda]) -> list[PlannedLine]:
    """Return what `choice` makes of `appointments`, in their order. `agendas` are those that may take somebody in."""
    if not appointments:
        return []
    planned = plan_with(appointments, choice, agendas, choice.how)
    left = [one for one in appointments if planned[one.pk].how is None]
    if left and choice.otherwise is not None:
        # The places that were given a moment ago are taken.
        given = [line for line in planned.values() if line.place is not None]
        planned |= plan_with(left, choice, agendas, choice.otherwise, given=given)
    return [planned[one.pk] for one in appointments]


def plan_with(
    appointments: Sequence[Appointment],
    choice: Choice,
    agendas: Sequence[Agenda],
    how: How,
    *,
    given: Sequence[PlannedLine] = (),
) -> dict[UUID, PlannedLine]:
    planned: dict[UUID, PlannedLine] = {}
    for one in appointments:
        why = refused_beforehand(one, how, choice)
        planned[one.pk] = PlannedLine(one, None if why or how in {*MOVES, How.NURSE} else how, why=why)
    seekers = [one for one in appointments if not planned[one.pk].why and planned[one.pk].how is None]
    if seekers:
        places = FreePlaces(candidates(seekers[0].agenda, choice, agendas, how), seekers, given)
        found = places.find(seekers, how, choice)
        for one in seekers:
            place = found.get(one.pk)
            planned[one.pk] = (
                PlannedLine(one, how, place) if place else PlannedLine(one, None, why=no_place(how, choice))
            )
    return planned


def candidates(own: Agenda, choice: Choice, agendas: Sequence[Agenda], how: How) -> list[Agenda]:
    if how == How.COLLEAGUE:
        return [each for each in agendas if choice.receiver is not None and each.pk == choice.receiver.pk]
    if how == How.SAME:
        return [own]
    return beside(own, agendas, discipline=Discipline.NURSING if how == How.NURSE else own.discipline)


def refused_beforehand(one: Appointment, how: How, choice: Choice) -> str:
    """Say why nothing of the kind can be done with the appointment, whatever is free; "" when it can be tried."""
    if how in {How.QUEUE, How.KEEP}:
        return ""
    if one.starts_at <= timezone.now():
        return Over(has_ended=False).sentence
    try:
        require_present(one.detainee)
    except BookingRefused as refusal:
        return refusal.sentence
    if how == How.COLLEAGUE and choice.receiver is not None:
        return not_done(choice.receiver, one.kind)
    # Whoever has the place is of the discipline of the agenda in which it stands.
    return not_done(one.agenda, one.kind) if how == How.ANYBODY else ""


def no_place(how: How, choice: Choice) -> str:
    if how == How.NURSE:
        return _("No nurse has a place at this arrival time.")
    if how == How.COLLEAGUE and choice.receiver is not None:
        return _("“%(agenda)s” has no free time in the next twelve weeks.") % {"agenda": choice.receiver.name}
    return _("No free time in the next twelve weeks.")


class FreeTime(NamedTuple):
    """A time that one person could have, and the arrival time under which they would be called for it."""

    session: ConsultationSession
    hours: Interval
    called_at: datetime

    @property
    def starts_at(self) -> datetime:
        return self.hours[0]


class FreePlaces:
    """What is free of some agendas from the first of the days on which people are stranded, for twelve weeks."""

    def __init__(
        self, agendas: Sequence[Agenda], people: Sequence[Appointment], given: Iterable[PlannedLine] = ()
    ) -> None:
        self.establishment: Establishment = people[0].agenda.establishment
        self.now = timezone.now()
        first = min(one.starts_at for one in people)
        after = max(self.now, first - timedelta(days=1))
        sessions = sessions_between(agendas, after, after + timedelta(weeks=SEARCH_WEEKS))
        self.busy, self.away = busy_times(sessions), away_times(sessions)
        self.times = arrival_times(self.establishment)
        self.by_day: dict[date, list[ConsultationSession]] = defaultdict(list)
        for session in sessions:
            self.by_day[self.establishment.day_of(session.starts_at)].append(session)
        self.expected = expected_elsewhere(people, after)
        for line in given:
            assert line.place is not None  # noqa: S101 only such lines are given
            hours = (line.place.starts_at, line.place.starts_at + own_length(line.appointment))
            for session in sessions:
                if session.agenda_id == line.place.agenda.pk and session.starts_at <= hours[0] < session.ends_at:
                    self.busy[session.pk].append(hours)

    def find(self, people: Sequence[Appointment], how: How, choice: Choice) -> dict[UUID, StrandedPlace]:
        """Give each of `people` a place: at the same arrival time first, then in the half-day, then on a later day.

        What keeps an arrival time is given to all of them before anything else: no line of the officers' list changes.
        """
        found: dict[UUID, StrandedPlace] = {}
        steps = [self.at_same_arrival]
        if how != How.NURSE:
            steps = [self.from_its_day] if how == How.SAME else [*steps, self.in_same_half_day, self.from_its_day]
        for step in steps:
            for one in people:
                if one.pk in found:
                    continue
                length = choice.kind.length if how == How.NURSE and choice.kind else own_length(one)
                if (taken := step(one, length)) is not None:
                    found[one.pk] = self.give(one, taken)
        return found

    def give(self, one: Appointment, free: FreeTime) -> StrandedPlace:
        self.busy[free.session.pk].append(free.hours)
        self.expected[one.detainee_id].append((free.hours, None))
        return StrandedPlace(free.session.agenda, free.starts_at, free.called_at)

    def at_same_arrival(self, one: Appointment, length: timedelta) -> FreeTime | None:
        found = self.on_day(one, self.establishment.day_of(one.starts_at), length)
        return next((each for each in found if each.called_at == one.called_at), None)

    def in_same_half_day(self, one: Appointment, length: timedelta) -> FreeTime | None:
        found = self.on_day(one, self.establishment.day_of(one.starts_at), length)
        same = [each for each in found if self.is_afternoon(each.starts_at) == self.is_afternoon(one.starts_at)]
        return min(same, key=attrgetter("starts_at"), default=None)

    def from_its_day(self, one: Appointment, length: timedelta) -> FreeTime | None:
        first = self.establishment.day_of(one.starts_at)
        for day in sorted(day for day in self.by_day if day >= first):
            if best := min(self.on_day(one, day, length), key=attrgetter("starts_at"), default=None):
                return best
        return None

    def is_afternoon(self, at: datetime) -> bool:
        return at.astimezone(self.establishment.zone).time() >= MIDDAY

    def on_day(self, one: Appointment, day: date, length: timedelta) -> Iterator[FreeTime]:
        """Yield what is free on a day for this person, with the arrival time under which they would be called."""
        elsewhere = [hours for hours, key in self.expected[one.detainee_id] if key != one.pk]
        for session in self.by_day.get(day, ()):
            for hours in self.times_in(session, length, elsewhere):
                try:
                    called_at = wave_for(hours[0], self.times, self.establishment.zone)
                except NoArrivalTime:
                    continue
                # Nobody is called in the past; whoever is called then already comes anyway.
                if called_at > self.now or called_at == one.called_at:
                    yield FreeTime(session, hours, called_at)

    def times_in(
        self, session: ConsultationSession, length: timedelta, elsewhere: Sequence[Interval]
    ) -> list[Interval]:
        busy, away = self.busy[session.pk], self.away[session.pk]
        after = max(self.now, session.starts_at)
        if session.is_shared:
            if len(busy) >= (session.capacity or 0):
                return []
            given = time_in_shared(session, times=self.times, taken=busy, away=away, avoiding=elsewhere, after=after)
            return [given] if given is not None else []
        free = slots(
            (session.starts_at, session.ends_at),
            busy=[*busy, *away, *elsewhere],
            step=timedelta(minutes=session.slot_minutes),
            length=length,
        )
        return [(start, start + length) for start in free if start >= after]


def expected_elsewhere(
    people: Sequence[Appointment], after: datetime
) -> dict[UUID, list[tuple[Interval, UUID | None]]]:
    """Return when each person is expected from then on, by what. One query."""
    found: dict[UUID, list[tuple[Interval, UUID | None]]] = defaultdict(list)
    rows = Appointment.objects.holding().filter(detainee__in={one.detainee_id for one in people}, ends_at__gt=after)
    for person, starts_at, ends_at, key in rows.values_list("detainee_id", "starts_at", "ends_at", "pk"):
        found[person].append(((starts_at, ends_at), key))
    return found
