"""What a pattern would do to an agenda's sessions: which are opened, changed, removed, left alone. Reads only."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime

from django.utils import timezone

from access.digest import digest_of
from appointments.arithmetic.timegrid import Interval, local_midnights, overlaps
from appointments.models import Appointment, ConsultationSession, SessionPattern
from appointments.models.enums.planning import SessionMode
from appointments.openings.occurrences import LeftOut, Occurrence, horizon, occurrences, still_open
from appointments.planning.fitting import Shape, has_shape, misfits


@dataclass(frozen=True)
class Held:
    """A session that would be changed or removed, and those of its appointments that do not fit."""

    session: ConsultationSession
    # What it would become; None when it would be removed.
    wanted: Occurrence | None
    appointments: Sequence[Appointment]


@dataclass(frozen=True)
class PatternPlan:
    opened: Sequence[Occurrence]
    changed: Sequence[tuple[ConsultationSession, Occurrence]]
    removed: Sequence[ConsultationSession]
    held: Sequence[Held]
    # Changed by hand once: the pattern leaves them alone.
    by_hand: Sequence[ConsultationSession]
    left_out: Sequence[Occurrence]

    @property
    def appointments(self) -> list[Appointment]:
        found = [one for held in self.held for one in held.appointments]
        return sorted(found, key=lambda one: (one.starts_at, str(one.pk)))

    @property
    def does_nothing(self) -> bool:
        return not (self.opened or self.changed or self.removed or self.held)

    @property
    def digest(self) -> str:
        """A fingerprint of what would be done; the same before and after its appointments are cancelled."""
        opened = [f"{one.starts_at:%s}-{one.ends_at:%s}" for one in self.opened]
        touched = [session for session, _wanted in self.changed] + list(self.removed) + [h.session for h in self.held]
        text = "|".join([*opened, *sorted(str(session.pk) for session in touched)])
        return digest_of(text)


def shape_of(pattern: SessionPattern) -> Shape:
    return Shape(
        slot_minutes=pattern.slot_minutes,
        mode=SessionMode(pattern.mode),
        capacity=pattern.capacity,
        overbooking=pattern.overbooking,
        room=pattern.room,
    )


def plan_pattern(pattern: SessionPattern, *, until: date | None = None) -> PatternPlan:
    """Return what writing `pattern`, saved or not, would do up to `until` (default: the horizon).

    Sessions that have begun and those that were changed by hand are left alone. Seven queries at most.
    """
    establishment, now = pattern.establishment, timezone.now()
    first, last = establishment.today(), until or horizon(establishment.today())
    wanted = {one.day: one for one in still_open(occurrences(pattern, first=first, last=last), now)}
    own = own_sessions(pattern, since=first)
    booked = appointments_by_session(own)
    plan = _Planner(shape_of(pattern), now)
    for session in own:
        assert session.pattern_day is not None  # noqa: S101 the query says so
        one = wanted.pop(session.pattern_day, None)
        plan.place(session, one if one and one.left_out is None else None, booked[session.pk])
    others = sessions_in_the_way(pattern, first, last, leaving_out=[session.pk for session in own])
    rest = [
        one if one.left_out else replace(one, left_out=others.reason(one.hours, plan.staying))
        for one in wanted.values()
    ]
    return plan.finished(rest)


def own_sessions(pattern: SessionPattern, *, since: date) -> list[ConsultationSession]:
    """Return the sessions that the pattern wrote for `since` and later days. One query for a saved pattern."""
    if not pattern.pk:
        return []
    rows = ConsultationSession.objects.filter(pattern=pattern, pattern_day__gte=since)
    return list(rows.select_related("agenda__establishment").order_by("starts_at", "id"))


def appointments_by_session(sessions: Sequence[ConsultationSession]) -> dict[int, list[Appointment]]:
    """Return who holds a time or a place in each session. One query."""
    found: dict[int, list[Appointment]] = defaultdict(list)
    if sessions:
        for one in Appointment.objects.holding().filter(session__in=sessions).with_names().order_by("starts_at", "id"):
            found[one.session_id or 0].append(one)
    return found


@dataclass(frozen=True)
class InTheWay:
    """The hours at which the agenda is open already, and those at which the room is taken."""

    agenda: Sequence[Interval]
    room: Sequence[Interval]

    def reason(self, hours: Interval, staying: Iterable[Interval]) -> LeftOut | None:
        if any(overlaps(hours, other) for other in [*self.agenda, *staying]):
            return LeftOut.TAKEN
        return LeftOut.ROOM if any(overlaps(hours, other) for other in self.room) else None


def sessions_in_the_way(pattern: SessionPattern, first: date, last: date, *, leaving_out: Sequence[int]) -> InTheWay:
    """Return the agenda's other sessions from `first` to `last`, and those in the pattern's room. Two queries."""
    zone = pattern.establishment.zone
    start, end = local_midnights(first, zone)[0], local_midnights(last, zone)[1]
    there = ConsultationSession.objects.filter(starts_at__lt=end, ends_at__gt=start).exclude(pk__in=leaving_out)
    room = there.filter(room=pattern.room_id).exclude(agenda=pattern.agenda_id) if pattern.room_id else there.none()
    return InTheWay(
        agenda=list(there.filter(agenda=pattern.agenda_id).values_list("starts_at", "ends_at")),
        room=list(room.values_list("starts_at", "ends_at")),
    )


class _Planner:
    def __init__(self, shape: Shape, now: datetime) -> None:
        self.shape, self.now = shape, now
        self.staying: list[Interval] = []
        self.changed: list[tuple[ConsultationSession, Occurrence]] = []
        self.removed: list[ConsultationSession] = []
        self.held: list[Held] = []
        self.by_hand: list[ConsultationSession] = []

    def place(
        self, session: ConsultationSession, wanted: Occurrence | None, appointments: Sequence[Appointment]
    ) -> None:
        there = (session.starts_at, session.ends_at)
        if session.by_hand:
            self.by_hand.append(session)
        elif session.starts_at <= self.now or (wanted and has_shape(session, hours=wanted.hours, shape=self.shape)):
            pass
        elif wanted is None:
            if appointments:
                self.held.append(Held(session, None, appointments))
            else:
                self.removed.append(session)
                return
        elif outside := misfits(session, appointments, hours=wanted.hours, shape=self.shape):
            self.held.append(Held(session, wanted, outside))
        else:
            self.changed.append((session, wanted))
            there = wanted.hours
        self.staying.append(there)

    def finished(self, rest: Sequence[Occurrence]) -> PatternPlan:
        return PatternPlan(
            opened=[one for one in rest if one.left_out is None],
            changed=self.changed,
            removed=self.removed,
            held=self.held,
            by_hand=self.by_hand,
            left_out=[one for one in rest if one.left_out is not None],
        )
