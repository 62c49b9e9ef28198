"""What a day shows of sessions whose people share the time or may be overbooked, and who is away. Reads only."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.utils import timezone

from access.models import Establishment
from appointments.arithmetic.public_holidays import usual_territory
from appointments.arithmetic.timegrid import Interval, local_midnights
from appointments.care.day.beside import Beside
from appointments.models import Agenda, Appointment, ConsultationSession
from appointments.models.enums.appointment import HOLDING
from appointments.openings.availability import FreeSlot
from appointments.openings.occurrences import named_holidays


@dataclass(frozen=True)
class Block:
    session: ConsultationSession
    appointments: Sequence[Appointment]
    # The place that the next person would get; None when there is none or the user does not book here.
    slot: FreeSlot | None
    taken: int
    can_book: bool

    @property
    def capacity(self) -> int:
        """How many people are meant to come; for fixed times, how many may be overbooked."""
        return self.session.capacity or 0

    @property
    def left(self) -> int:
        return max(0, self.capacity - self.taken)

    @property
    def overbooked(self) -> int:
        return max(0, self.taken - self.capacity)

    @property
    def may_overbook(self) -> int:
        """How many more may be overbooked; none before the places themselves are taken."""
        return 0 if self.left or not self.can_book else max(0, self.session.seats - self.taken)


@dataclass(frozen=True)
class PartOfDay:
    """From when to when on one day; None for its beginning and its end, which nobody reads as 00:00."""

    since: datetime | None
    until: datetime | None

    @classmethod
    def of(cls, hours: Interval, day: Interval) -> PartOfDay:
        return cls(hours[0] if hours[0] > day[0] else None, hours[1] if hours[1] < day[1] else None)

    @property
    def is_whole(self) -> bool:
        return self.since is None and self.until is None


@dataclass(frozen=True)
class DayNotes:
    """Why nobody is seen on a day, or part of it."""

    holiday: str
    closures: Sequence[PartOfDay]
    away: Sequence[tuple[Agenda, PartOfDay]]

    @property
    def any(self) -> bool:
        return bool(self.holiday or self.closures or self.away)

    @property
    def away_all_day(self) -> frozenset[int]:
        """The agendas, by their keys, of whoever is not there at all."""
        return frozenset(agenda.pk for agenda, part in self.away if part.is_whole)


def blocks_of(
    sessions: Sequence[ConsultationSession],
    appointments: Sequence[Appointment],
    slots: Sequence[FreeSlot],
    *,
    bookable: Collection[int],
) -> list[Block]:
    """Return the day's shared sessions with their people, and those in which somebody may be overbooked. No query."""
    offered: Mapping[int, FreeSlot] = {slot.session.pk: slot for slot in slots if slot.places is not None}
    sharing = [one for one in appointments if one.shares_time]
    found = []
    for session in sessions:
        if not session.is_shared and not session.overbooking:
            continue
        people = [one for one in sharing if one.session_id == session.pk]
        found.append(
            Block(
                session=session,
                appointments=people if session.is_shared else [],
                slot=offered.get(session.pk),
                taken=sum(one.status in HOLDING and not one.is_unplanned for one in people),
                can_book=session.agenda_id in bookable and session.ends_at > timezone.now(),
            )
        )
    return found


def is_in(appointment: Appointment, blocks: Sequence[Block]) -> bool:
    return any(block.session.is_shared and block.session.pk == appointment.session_id for block in blocks)


def notes_of(establishment: Establishment, day: date, agendas: Sequence[Agenda], beside: Beside) -> DayNotes:
    """Return the public holiday, the closures and who of `agendas` is away on a day. No query."""
    whole = local_midnights(day, establishment.zone)
    names, units = {agenda.pk: agenda for agenda in agendas}, {agenda.unit_id for agenda in agendas}
    territory = beside.territory or usual_territory(establishment.time_zone)
    return DayNotes(
        holiday=named_holidays(establishment, day, day, territory=territory).get(day, ""),
        closures=[PartOfDay.of(hours, whole) for unit, hours in beside.closures if unit in units],
        away=[(names[key], PartOfDay.of(hours, whole)) for key, hours in beside.away if key in names],
    )
