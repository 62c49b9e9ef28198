"""Gives those who wait their times in a half-day: as many as there are places, spread over the arrival times. Reads."""

from __future__ import annotations

from collections.abc import Collection, Hashable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, time, timedelta
from uuid import UUID

from django.utils import timezone

from appointments.arithmetic.filling import HalfDayRoom, Wanting, fill_own_times
from appointments.arithmetic.timegrid import Interval, at_local
from appointments.models import ConsultationSession, Kind
from appointments.neutrality.booking import Exposure, Habits, exposures_of, reluctance_to_fill
from appointments.openings.availability import away_times, busy_times, time_in_shared
from appointments.openings.brought import Brought, read_brought
from appointments.requests.filling.candidates import Candidate, LeftOut, Waiting, is_open, read_waiting
from appointments.rights import Rights


@dataclass(frozen=True)
class ProposedLine:
    """Somebody who waits, with the time that is proposed, None for none, and the times that could be chosen."""

    candidate: Candidate
    starts_at: datetime | None
    called_at: datetime | None
    choices: Sequence[tuple[datetime, datetime]] = ()
    exposure: Exposure | None = None

    @property
    def is_proposed(self) -> bool:
        return self.starts_at is not None and not self.candidate.doubt


@dataclass(frozen=True)
class Proposal:
    session: ConsultationSession
    # In the queue's order: who has a time; who could come, but care is to think of it; who finds no place any more.
    lines: Sequence[ProposedLine] = ()
    doubtful: Sequence[ProposedLine] = ()
    without_place: Sequence[Candidate] = ()
    left_out: Sequence[LeftOut] = ()
    kinds: Sequence[Kind] = ()
    further: int = 0
    # How many will be called at each arrival time, with the proposal and before it.
    waves: Sequence[tuple[datetime, int, int, int | None]] = field(default_factory=list)


@dataclass
class HalfDayFacts:
    """What is known of one half-day: its people, its arrival times, who is called then."""

    session: ConsultationSession
    times: list[time]
    waves: list[datetime]
    busy: list[Interval]
    away: list[Interval]
    brought: Brought
    exposures: Mapping[datetime, Exposure]


def propose(rights: Rights, session: ConsultationSession, *, only: Collection[UUID] | None = None) -> Proposal:
    """Return who could be booked into `session`; `only` narrows it to these requests. Twenty queries at most."""
    waiting = read_waiting(rights, session, only=only)
    if not waiting.candidates or not is_open(session):
        return Proposal(session, left_out=waiting.left_out, kinds=waiting.kinds, further=waiting.further)
    facts = read_facts(session, waiting.kinds[0])
    given = give_shared(waiting, facts) if session.is_shared else give_own(waiting, facts)
    room = room_of(facts)
    lines = [line_of(one, facts, room, given.get(one.request.pk)) for one in waiting.candidates]
    return Proposal(
        session=session,
        lines=[line for line in lines if line.is_proposed],
        doubtful=[line for line in lines if line.candidate.doubt and (line.choices or session.is_shared)],
        without_place=[line.candidate for line in lines if not line.candidate.doubt and line.starts_at is None],
        left_out=waiting.left_out,
        kinds=waiting.kinds,
        further=waiting.further,
        waves=waves_of_proposal(facts, lines),
    )


def read_facts(session: ConsultationSession, kind: Kind) -> HalfDayFacts:
    """Return the half-day as it stands now. Nine queries at most."""
    establishment = session.agenda.establishment
    day, habits = establishment.day_of(session.starts_at), Habits(establishment)
    waves = sorted(at_local(day, at, establishment.zone) for at in habits.times)
    # The last one before the beginning, and those during the half-day.
    first = max((wave for wave in waves if wave <= session.starts_at), default=None)
    near = [wave for wave in waves if wave < session.ends_at and (first is None or wave >= first)]
    return HalfDayFacts(
        session=session,
        times=habits.times,
        waves=near,
        busy=busy_times([session])[session.pk],
        away=away_times([session])[session.pk],
        brought=read_brought(establishment, session.starts_at, session.ends_at),
        exposures=exposures_of(habits, kind=kind, called_at=near),
    )


def room_of(facts: HalfDayFacts) -> HalfDayRoom:
    session = facts.session
    left = {wave: facts.brought.left_at(wave) for wave in facts.waves}
    return HalfDayRoom(
        opening=(session.starts_at, session.ends_at),
        step=timedelta(minutes=session.slot_minutes),
        waves=facts.waves,
        busy=[*facts.busy, *facts.away],
        left={wave: number for wave, number in left.items() if number is not None},
        after=timezone.now(),
    )


def wanting_of(one: Candidate) -> Wanting:
    return Wanting(one.request.pk, one.length, one.avoiding, one.called)


def give_own(waiting: Waiting, facts: HalfDayFacts) -> dict[Hashable, tuple[datetime, datetime]]:
    """Give each a time of their own."""

    def reluctance(wave: datetime, put: int) -> tuple[bool, ...]:
        return reluctance_to_fill(facts.exposures.get(wave), put=put)

    return fill_own_times([wanting_of(one) for one in waiting.sure], room_of(facts), reluctance=reluctance)


def give_shared(waiting: Waiting, facts: HalfDayFacts) -> dict[Hashable, tuple[datetime, datetime]]:
    """Give the places that are left, each the arrival time that the session itself will give."""
    session, room, taken = facts.session, room_of(facts), list(facts.busy)
    given: dict[Hashable, tuple[datetime, datetime]] = {}
    for one in waiting.sure:
        if len(taken) >= (session.capacity or 0):
            break
        wanting = wanting_of(one)
        full = [(wave, facts.brought.until(wave)) for wave in facts.waves if not room.may_bring(wanting, wave)]
        after = max(timezone.now(), session.starts_at)
        found = time_in_shared(
            session, times=facts.times, taken=taken, away=facts.away, avoiding=one.avoiding, after=after, full=full
        )
        wave = None if found is None else room.wave(found[0])
        if found is not None and wave is not None:
            given[wanting.key] = (found[0], wave)
            taken.append(found)
            room.take(wanting, found[0], wave)
    return given


def line_of(
    one: Candidate, facts: HalfDayFacts, room: HalfDayRoom, given: tuple[datetime, datetime] | None
) -> ProposedLine:
    starts = {} if facts.session.is_shared else room.starts(wanting_of(one))
    starts |= {given[0]: given[1]} if given else {}
    called_at = given[1] if given else None
    return ProposedLine(
        candidate=one,
        starts_at=given[0] if given else None,
        called_at=called_at,
        choices=sorted(starts.items()),
        exposure=facts.exposures.get(called_at) if called_at else None,
    )


def waves_of_proposal(
    facts: HalfDayFacts, lines: Sequence[ProposedLine]
) -> list[tuple[datetime, int, int, int | None]]:
    """Return for each arrival time who is called already, who would be more, and how many can be brought."""
    more = dict.fromkeys(facts.waves, 0)
    for line in lines:
        if line.is_proposed and line.called_at is not None and line.called_at not in line.candidate.called:
            more[line.called_at] += 1
    return [
        (wave, facts.exposures[wave].people, more[wave], facts.brought.most_at(wave))
        for wave in facts.waves
        if wave in facts.exposures
    ]
