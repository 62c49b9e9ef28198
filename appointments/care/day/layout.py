"""Lays out one day of the agendas: rows of time, columns of practitioners. Reads only, in a few queries."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import TypeVar

from django.utils import timezone

from access.models import Establishment
from appointments.arithmetic.timegrid import Interval, local_midnights, quarter_rows
from appointments.care.day.blocks import Block, DayNotes, blocks_of, is_in, read_notes
from appointments.models import Agenda, Appointment, ConsultationSession
from appointments.models.enums.appointment import HOLDING, Status
from appointments.openings.availability import FreeSlot, free_slots, sessions_between
from appointments.rights import Rights
from appointments.stranded import mark_stranded

Thing = TypeVar("Thing")


@dataclass
class Cell:
    is_open: bool = False
    is_taken: bool = False
    appointments: list[Appointment] = field(default_factory=list)
    slots: list[FreeSlot] = field(default_factory=list)
    blocks: list[Block] = field(default_factory=list)
    # How many rows the cell reaches over, and whether a cell above reaches over this one.
    span: int = 1
    is_covered: bool = False


@dataclass(frozen=True)
class DayRow:
    at: datetime
    is_hour: bool
    is_now: bool
    cells: Sequence[Cell]


@dataclass(frozen=True)
class Day:
    date: date
    agendas: Sequence[Agenda]
    # What can be chosen instead: every agenda that the day needs.
    choices: Sequence[Agenda]
    closed_agendas: Sequence[Agenda]
    rows: Sequence[DayRow]
    appointments: Sequence[Appointment]
    free: int
    notes: DayNotes
    # Sessions with free places in which the user books, and how many there are.
    fillable: Sequence[tuple[ConsultationSession, int]] = ()
    # In which agendas the user books, and so may move what stands there.
    bookable: frozenset[int] = frozenset()

    @property
    def counts(self) -> dict[str, int]:
        found = {status.value: 0 for status in Status}
        for appointment in self.appointments:
            found[appointment.status] += 1
        return found


def read_agendas_of_day(rights: Rights, day: date, *, minutes: int = 15, only: Agenda | None = None) -> Day:
    """Return the day in rows of `minutes`, of all agendas or `only` one.

    Agendas without a session or an appointment are only named. The queries do not depend on how many rows there are.
    """
    establishment, agendas, bookable = rights.establishment, rights.visible, rights.bookable_keys
    start, end = local_midnights(day, establishment.zone)
    sessions = sessions_between(agendas, start, end)
    appointments = list(Appointment.objects.shown_between(agendas, start, end))
    mark_stranded(appointments, establishment)
    used = {session.agenda_id for session in sessions} | {one.agenda_id for one in appointments}
    choices = [agenda for agenda in agendas if agenda.pk in used]
    if only is not None:
        sessions = [session for session in sessions if session.agenda_id == only.pk]
        appointments = [one for one in appointments if one.agenda_id == only.pk]
    open_to_booking = [session for session in sessions if session.agenda_id in bookable]
    slots = free_slots(open_to_booking, after=timezone.now()) if end > timezone.now() else []
    blocks = blocks_of(sessions, appointments, slots, bookable=bookable)
    columns = choices if only is None else [only]
    return Day(
        date=day,
        agendas=columns,
        choices=choices,
        closed_agendas=[agenda for agenda in agendas if agenda.pk not in used],
        rows=lay_out_day(columns, sessions, appointments, slots, blocks, establishment=establishment, minutes=minutes),
        appointments=appointments,
        free=sum(slot.places or 1 for slot in slots),
        notes=read_notes(establishment, day, columns),
        fillable=fillable_of(open_to_booking, slots),
        bookable=bookable,
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
    sessions = ConsultationSession.objects.filter(agenda__in=agendas, starts_at__gte=end).order_by("starts_at", "id")
    first = sessions.values_list("starts_at", flat=True).first()
    return None if first is None else establishment.day_of(first)


def lay_out_day(
    agendas: Sequence[Agenda],
    sessions: Sequence[ConsultationSession],
    appointments: Sequence[Appointment],
    slots: Sequence[FreeSlot],
    blocks: Sequence[Block],
    *,
    establishment: Establishment,
    minutes: int,
) -> list[DayRow]:
    """Return the rows from the first opening to the last end; what is shorter than a row shares its cell.

    Outside the opening hours only those in which somebody was seen: a visit by night shows no empty night.
    """
    spans = [(s.starts_at, s.ends_at) for s in sessions] + [(a.starts_at, a.ends_at) for a in appointments]
    if not spans:
        return []
    zone, step, now = establishment.zone, timedelta(minutes=minutes), timezone.now()
    first, last = min(span[0] for span in spans), max(span[1] for span in spans)
    by_session = by_agenda(sessions, lambda session: session.agenda_id)
    by_appointment = by_agenda((a for a in appointments if not is_in(a, blocks)), lambda one: one.agenda_id)
    by_slot = by_agenda((slot for slot in slots if slot.places is None), lambda slot: slot.agenda.pk)
    opening = opening_of(sessions, appointments)
    rows = []
    for at in quarter_rows(first.astimezone(zone), last.astimezone(zone), minutes):
        until = at + step
        cells = [
            lay_out_cell(at, until, by_session[agenda.pk], by_appointment[agenda.pk], by_slot[agenda.pk])
            for agenda in agendas
        ]
        local = at.astimezone(zone)
        is_shown = opening is not None and at < opening[1] and until > opening[0]
        if not is_shown and not any(cell.appointments or cell.is_taken for cell in cells):
            continue
        rows.append(DayRow(local, local.minute == 0, at <= now < until, cells))
    columns = {agenda.pk: number for number, agenda in enumerate(agendas)}
    for block in blocks:
        place_block(block, [row.cells[columns[block.session.agenda_id]] for row in rows], rows, step)
    return rows


def opening_of(sessions: Sequence[ConsultationSession], appointments: Sequence[Appointment]) -> Interval | None:
    """Return from when to when a day is shown without gaps, None where nothing was open."""
    planned = [(one.starts_at, one.ends_at) for one in appointments if not one.is_unplanned]
    spans = [(session.starts_at, session.ends_at) for session in sessions] + planned
    return (min(span[0] for span in spans), max(span[1] for span in spans)) if spans else None


def place_block(block: Block, column: Sequence[Cell], rows: Sequence[DayRow], step: timedelta) -> None:
    """Put a session into the cell of its beginning; one that has its rows to itself reaches over all of them."""
    session = block.session
    inside = [n for n, row in enumerate(rows) if row.at < session.ends_at and row.at + step > session.starts_at]
    cells = [column[number] for number in inside]
    cells[0].blocks.append(block)
    alone = not any(cell.appointments or cell.slots or cell.is_covered for cell in cells)
    if not session.is_shared or not alone or cells[0].blocks != [block]:
        return
    cells[0].span = len(cells)
    for cell in cells[1:]:
        cell.is_covered = True


def by_agenda(things: Iterable[Thing], key: Callable[[Thing], int]) -> dict[int, list[Thing]]:
    found: dict[int, list[Thing]] = defaultdict(list)
    for thing in things:
        found[key(thing)].append(thing)
    return found


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
