"""Turns what a generated house lived through into rows, and copies them in."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from access.models import User
from appointments.models import Appointment, AppointmentChange, ConsultationSession, Detainee, Movement
from appointments.models.enums.appointment import ChangeKind, Status
from appointments.projection import Schedule
from carehub.tools.demo.lists import Lists
from carehub.tools.demo.people import Person
from carehub.tools.demo.present import cause_of, marks_of, who_said_what
from carehub.tools.demo.rows import DAYS_OF_MOVEMENTS
from carehub.tools.demo.sites import ARRIVAL_TIMES
from carehub.tools.demo.waiting_room import write_waiting_room
from carehub.tools.generate.copying import copy, copy_models, next_keys
from carehub.tools.generate.frame import OVERBOOKING, Frame
from carehub.tools.generate.visits import HalfDay, Visit

ARRIVAL_MINUTES = tuple(at.hour * 60 + at.minute for at in ARRIVAL_TIMES)
SESSION = (
    "id",
    "establishment_id",
    "agenda_id",
    "starts_at",
    "ends_at",
    "slot_minutes",
    "mode",
    "overbooking",
    "pattern_id",
    "pattern_day",
    "by_hand",
)
APPOINTMENT = (
    "id",
    "establishment_id",
    "agenda_id",
    "session_id",
    "detainee_id",
    "kind_id",
    "movement_id",
    "called_at",
    "called_from_id",
    "starts_at",
    "ends_at",
    "shares_time",
    "status",
    "arrived_at",
    "started_at",
    "ended_at",
    "cancel_reason",
    "not_come_declared",
    "not_come_reason",
    "refusal_cause",
    "follows_id",
    "booked_by_id",
    "booked_at",
    "revision",
)
CHANGE = ("establishment_id", "appointment_id", "revision", "what", "before", "after", "by_id", "by_name", "at")


def write_people(people: Iterable[Detainee]) -> None:
    copy_models(list(people))


@dataclass
class Writer:
    """Writes the sessions and visits of one house."""

    frame: Frame
    people: dict[Person, Detainee]
    by: User
    today: date
    now: datetime
    _sessions: list[int] = field(default_factory=list)
    _midnights: dict[date, datetime] = field(default_factory=dict)
    _waves: dict[int, int] = field(default_factory=dict)

    def at(self, day: date, minute: int) -> datetime:
        """Return the instant at which clocks show `minute` of a working day: no clock is changed on one."""
        noon = self._midnights.get(day)
        if noon is None:
            noon = self._midnights[day] = self.frame.instant(day, 0)
        return noon + timedelta(minutes=minute)

    def called(self, minute: int) -> int:
        """Return the last of the common arrival times that is not after `minute`."""
        if minute not in self._waves:
            self._waves[minute] = max(at for at in ARRIVAL_MINUTES if at <= minute)
        return self._waves[minute]

    def write_sessions(self, half_days: Iterable[HalfDay]) -> None:
        held = list(half_days)
        self._sessions = next_keys(ConsultationSession, len(held))
        copy(ConsultationSession, SESSION, map(self._session, held))

    def _session(self, half_day: HalfDay) -> tuple[Any, ...]:
        opening, day = half_day.opening, half_day.day
        pattern = self.frame.patterns[opening.agenda, opening.hours, opening.every]
        return (
            self._key(half_day),
            self.frame.place.pk,
            self.frame.agendas[opening.agenda].pk,
            self.at(day, opening.hours[0]),
            self.at(day, opening.hours[1]),
            pattern.slot_minutes,
            "fixed",
            OVERBOOKING,
            pattern.pk,
            day,
            False,
        )

    def _key(self, half_day: HalfDay) -> int:
        return self._sessions[half_day.number - 1]

    def write_visits(self, visits: list[Visit]) -> int:
        """Write the visits with their movements and cancellations; return how many."""
        movements = self._movements(visits)
        known = {visit.key for visit in visits}
        copy(Appointment, APPOINTMENT, (self._appointment(visit, movements, known) for visit in visits))
        cancelled = [visit for visit in visits if visit.status == Status.CANCELLED]
        copy(AppointmentChange, CHANGE, map(self._cancellation, cancelled))
        return len(visits)

    def write_today(self) -> None:
        write_waiting_room(self.frame.place, today=self.today)

    def _movements(self, visits: Iterable[Visit]) -> dict[UUID, UUID]:
        """Write the movements that are still kept; return whose appointment points to which."""
        since = self.frame.instant(self.today - timedelta(days=DAYS_OF_MOVEMENTS), 0)
        shown = [
            Appointment(
                pk=visit.key,
                establishment=self.frame.place,
                detainee=self.people[visit.person],
                called_at=self.at(visit.half_day.day, self.called(visit.starts)),
                status=visit.status,
            )
            for visit in visits
            if visit.half_day.day >= self.today - timedelta(days=DAYS_OF_MOVEMENTS)
        ]
        lines = Lists(Schedule.of(self.frame.place), since).movements(shown)
        # Not copied: what officers had recorded of a line comes back by a trigger, and there are few.
        Movement.objects.bulk_create(lines, batch_size=1000)
        return {one.pk: one.movement_id for one in shown if one.movement_id is not None}

    def _appointment(self, visit: Visit, movements: dict[UUID, UUID], known: set[UUID]) -> tuple[Any, ...]:
        day, agenda = visit.half_day.day, self.frame.agendas[visit.half_day.opening.agenda]
        kind = self.frame.kinds[visit.kind]
        starts, called = self.at(day, visit.starts), self.at(day, self.called(visit.starts))
        length = timedelta(minutes=kind.default_minutes)
        said = who_said_what(visit.not_come_reason, visit.key, days_ago=(self.today - day).days)
        marks = marks_of(visit.key, called, starts, length) if visit.status == Status.SEEN else {}
        return (
            visit.key,
            self.frame.place.pk,
            agenda.pk,
            self._key(visit.half_day),
            visit.person.key,
            kind.pk,
            movements.get(visit.key),
            called,
            None if day >= self.today else self.frame.buildings[visit.wing].pk,
            starts,
            starts + length,
            visit.shares_time,
            str(visit.status),
            marks.get("arrived_at"),
            marks.get("started_at"),
            marks.get("ended_at"),
            str(visit.cancel_reason),
            str(said.declared),
            str(said.verified),
            str(cause_of(said, visit.key)),
            visit.follows if visit.follows in known else None,
            self.by.pk,
            self._booked(visit),
            1 if visit.status == Status.BOOKED else 2,
        )

    def _booked(self, visit: Visit) -> datetime:
        asked = self.at(visit.half_day.day - timedelta(days=visit.lead), 8 * 60 + visit.key.int % 540)
        return min(asked, self.now)

    def _cancellation(self, visit: Visit) -> tuple[Any, ...]:
        """Return when the visit was cancelled: some time between the booking and its own hour."""
        booked, starts = self._booked(visit), self.at(visit.half_day.day, visit.starts)
        at = booked + (min(starts, self.now) - booked) * (visit.key.int % 100 / 100)
        before = {"status": str(Status.BOOKED), "cancel_reason": ""}
        after = {"status": str(Status.CANCELLED), "cancel_reason": str(visit.cancel_reason)}
        return (
            self.frame.place.pk,
            visit.key,
            2,
            str(ChangeKind.CANCELLED),
            json.dumps(before),
            json.dumps(after),
            self.by.pk,
            str(self.by),
            at,
        )
