"""Lays out one day of the agendas: half-days by scale, columns of practitioners. Reads only, in a few queries."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime

from django.db.models import QuerySet
from django.utils import timezone

from access.kept_texts import KeptText
from appointments.arithmetic.timegrid import local_midnights
from appointments.care.day.beside import Beside
from appointments.care.day.blocks import Block, DayNotes, blocks_of, notes_of
from appointments.care.day.choice import EVERYTHING, DayChoice
from appointments.care.day.scale import Drawn, HalfDayPart, half_days_of
from appointments.care.shown import read_shown
from appointments.models import Agenda, Appointment, ConsultationSession
from appointments.models.enums.appointment import HOLDING, Status
from appointments.models.enums.planning import Discipline
from appointments.openings.availability import FreeSlot, free_slots, sessions_between
from appointments.rights import Rights
from appointments.stranded import mark_stranded

# Django's own way to the word makes a table of all disciplines each time, and a day has a dozen heads.
DISCIPLINE_WORDS = dict(Discipline.choices)


@dataclass
class Cell:
    is_open: bool = False
    is_taken: bool = False
    appointments: list[Appointment] = field(default_factory=list)
    slots: list[FreeSlot] = field(default_factory=list)


@dataclass(frozen=True)
class DayHead:
    """The head of one column."""

    agenda: Agenda
    booked: int
    free: int
    is_away: bool
    is_wide: bool
    # Sessions with free places, in which the user books; sessions of fixed times that may be overbooked.
    fillable: Sequence[tuple[ConsultationSession, int]]
    overbooked: Sequence[Block]

    @property
    def discipline(self) -> str:
        return str(DISCIPLINE_WORDS[self.agenda.discipline])


@dataclass(frozen=True)
class Day:
    date: date
    agendas: Sequence[Agenda]
    # What can be chosen instead: every agenda that the day needs.
    choices: Sequence[Agenda]
    closed_agendas: Sequence[Agenda]
    heads: Sequence[DayHead]
    parts: Sequence[HalfDayPart]
    appointments: Sequence[Appointment]
    free: int
    notes: DayNotes
    # Sessions with free places in which the user books, and how many there are.
    fillable: Sequence[tuple[ConsultationSession, int]] = ()
    # In which agendas the user books, and so may move what stands there.
    bookable: frozenset[int] = frozenset()
    chosen: DayChoice = EVERYTHING
    is_today: bool = False
    # Those of every agenda in view, chosen or not.
    every: Sequence[Appointment] = ()

    @property
    def has_more(self) -> bool:
        """Whether there is something to look at; not so on the evening of today, when its last session is over."""
        return bool(self.parts) and (not self.is_today or any(part.is_now for part in self.parts))

    @property
    def counts(self) -> dict[str, int]:
        found = {status.value: 0 for status in Status}
        for appointment in self.appointments:
            found[appointment.status] += 1
        return found


def read_agendas_of_day(rights: Rights, day: date, beside: Beside, *, only: Agenda | None = None) -> Day:
    """Return the day by scale, of the agendas that the person has chosen, or of `only` one.

    Agendas without a session or an appointment are only named. The queries do not depend on how much there is.
    """
    establishment, agendas, bookable = rights.establishment, rights.visible, rights.bookable_keys
    start, end = local_midnights(day, establishment.zone)
    sessions = sessions_between(agendas, start, end)
    every = appointments = read_shown(agendas, start, end)
    mark_stranded(every, establishment)
    used = {session.agenda_id for session in sessions} | {one.agenda_id for one in appointments}
    choices = [agenda for agenda in agendas if agenda.pk in used]
    columns = beside.choice.shown(choices) if only is None else [only]
    keys = {agenda.pk for agenda in columns}
    sessions = [session for session in sessions if session.agenda_id in keys]
    appointments = [one for one in appointments if one.agenda_id in keys]
    open_to_booking = [session for session in sessions if session.agenda_id in bookable]
    # A session that goes on over midnight has people of another day, too, who are not read here.
    held = every if all(start <= each.starts_at and each.ends_at <= end for each in open_to_booking) else None
    slots = free_slots(open_to_booking, after=timezone.now(), held=held) if end > timezone.now() else []
    drawn = Drawn(columns, sessions, appointments, slots, blocks_of(sessions, appointments, slots, bookable=bookable))
    notes, fillable = notes_of(establishment, day, columns, beside), fillable_of(open_to_booking, slots)
    return Day(
        date=day,
        agendas=columns,
        choices=choices,
        closed_agendas=[agenda for agenda in agendas if agenda.pk not in used],
        heads=[head_of(agenda, drawn, notes, fillable) for agenda in columns],
        parts=half_days_of(drawn, zone=establishment.zone, now=timezone.now()),
        appointments=appointments,
        free=sum(slot.places or 1 for slot in slots),
        notes=notes,
        fillable=fillable,
        bookable=bookable,
        chosen=beside.choice,
        is_today=day == establishment.today(),
        every=every,
    )


def head_of(
    agenda: Agenda, drawn: Drawn, notes: DayNotes, fillable: Sequence[tuple[ConsultationSession, int]]
) -> DayHead:
    key = agenda.pk
    return DayHead(
        agenda=agenda,
        booked=len(drawn.appointments_of[key]),
        free=sum(slot.places or 1 for slot in drawn.slots_of[key]),
        is_away=key in notes.away_all_day,
        is_wide=key in drawn.wide,
        fillable=[(session, free) for session, free in fillable if session.agenda_id == key],
        overbooked=[each for each in drawn.blocks if each.session.agenda_id == key and not each.session.is_shared],
    )


def fillable_of(
    sessions: Iterable[ConsultationSession], slots: Iterable[FreeSlot]
) -> list[tuple[ConsultationSession, int]]:
    """Return the sessions that have free places, with how many. No query."""
    free = Counter[int]()
    for slot in slots:
        free[slot.session.pk] += slot.places or 1
    return [(session, free[session.pk]) for session in sessions if free[session.pk]]


def next_open_day(rights: Rights, day: date, *, only: Agenda | None = None) -> date | None:
    """Return the next day on which an agenda in view is open, None when no later session is planned."""
    establishment = rights.establishment
    _start, end = local_midnights(day, establishment.zone)
    agendas = rights.visible if only is None else [only]
    first = NEXT.read(place=establishment.pk, agendas=[agenda.pk for agenda in agendas], after=end)
    return establishment.day_of(first[0][0]) if first else None


def _next(place: int, agendas: list[int], after: datetime) -> QuerySet[ConsultationSession, tuple[datetime]]:
    here = ConsultationSession.objects.filter(establishment=place, agenda__pk__among=agendas, starts_at__gte=after)
    return here.order_by("starts_at", "id").values_list("starts_at")[:1]


NEXT = KeptText(_next, keys=["place"], lists=["agendas"], instants=["after"])


def lay_out_cell(
    at: datetime,
    until: datetime,
    sessions: Iterable[ConsultationSession],
    appointments: Iterable[Appointment],
    slots: Iterable[FreeSlot],
) -> Cell:
    """Return one cell: what begins in it, and whether it is open or still taken by what began before."""
    return Cell(
        is_open=any(session.starts_at < until and session.ends_at > at for session in sessions),
        is_taken=any(one.starts_at < at < one.ends_at and one.status in HOLDING for one in appointments),
        appointments=[one for one in appointments if at <= one.starts_at < until],
        slots=[slot for slot in slots if at <= slot.starts_at < until],
    )
