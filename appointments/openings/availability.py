"""Free slots, free places and clashes. Reads only; the database's constraints decide (docs/adr/0006)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import Any, TypeAlias
from uuid import UUID

from django.db.models import Count, Q, QuerySet
from django.utils import timezone

from access.kept_texts import KeptText
from access.models import User
from appointments.arithmetic.sharing import spread_time, whole_time
from appointments.arithmetic.timegrid import Interval, overlaps, slots
from appointments.models import Absence, Agenda, Appointment, ArrivalTime, ConsultationSession, Kind
from appointments.models.enums.appointment import HOLDING, Status
from appointments.models.enums.planning import SessionMode

# Of agendas: its key, and from when to when.
Hours: TypeAlias = QuerySet[Any, tuple[Any, ...]]
# How far back what somebody does is their habit.
LATELY = timedelta(days=90)


@dataclass(frozen=True)
class FreeSlot:
    """A time at which somebody could be seen; in a shared session, with the places that are left."""

    agenda: Agenda
    session: ConsultationSession
    starts_at: datetime
    ends_at: datetime
    places: int | None = None


def sessions_between(agendas: Iterable[Agenda], start: datetime, end: datetime) -> list[ConsultationSession]:
    """Return the sessions of `agendas` that touch [start, end), earliest first. One query."""
    agendas = list(agendas)
    places, keys = {agenda.establishment_id for agenda in agendas}, [agenda.pk for agenda in agendas]
    return SESSIONS.objects(places=sorted(places), agendas=keys, start=start, end=end)


def _sessions(places: list[int], agendas: list[int], start: datetime, end: datetime) -> QuerySet[ConsultationSession]:
    here = ConsultationSession.objects.filter(establishment__pk__among=places, agenda__pk__among=agendas)
    touching = here.filter(starts_at__lt=end, ends_at__gt=start)
    return touching.select_related("agenda__establishment", "room").order_by("starts_at", "agenda__position", "id")


SESSIONS = KeptText(_sessions, lists=["places", "agendas"], instants=["start", "end"])


def busy_times(sessions: Sequence[ConsultationSession]) -> dict[int, list[Interval]]:
    """Return what is taken in each session, by its key. One query."""
    busy: dict[int, list[Interval]] = defaultdict(list)
    here = {session.establishment_id for session in sessions}
    held = Appointment.objects.holding().planned().filter(establishment__in=here, session__in=sessions)
    taken = held.values_list("session_id", "starts_at", "ends_at")
    for session_id, starts_at, ends_at in taken.order_by("starts_at", "id"):
        busy[session_id].append((starts_at, ends_at))
    return busy


def busy_with(held: Iterable[Appointment]) -> dict[int, list[Interval]]:
    """Return the same as `busy_times` from appointments that are here already. No query."""
    busy: dict[int, list[Interval]] = defaultdict(list)
    for one in sorted(held, key=lambda one: (one.starts_at, str(one.pk))):
        if one.session_id is not None and one.status in HOLDING and not one.is_unplanned:
            busy[one.session_id].append((one.starts_at, one.ends_at))
    return busy


def away_times(sessions: Sequence[ConsultationSession]) -> dict[int, list[Interval]]:
    """Return when each session, by its key, is not held: its practitioner is away or the unit closed. Two queries."""
    away: dict[int, list[Interval]] = defaultdict(list)
    if not sessions:
        return away
    asked: dict[str, Any] = {
        "agendas": sorted({session.agenda_id for session in sessions}),
        "start": min(session.starts_at for session in sessions),
        "end": max(session.ends_at for session in sessions),
    }
    absences: dict[int, list[Interval]] = defaultdict(list)
    for agenda, start, end in (*ABSENCES.read(**asked), *CLOSED.read(**asked)):
        absences[agenda].append((start, end))
    for session in sessions:
        opening = (session.starts_at, session.ends_at)
        away[session.pk] = [other for other in absences[session.agenda_id] if overlaps(opening, other)]
    return away


def _absences(agendas: list[int], start: datetime, end: datetime) -> Hours:
    absences = Absence.objects.filter(agenda__pk__among=agendas, starts_at__lt=end, ends_at__gt=start)
    return absences.order_by().values_list("agenda_id", "starts_at", "ends_at")


def _closed(agendas: list[int], start: datetime, end: datetime) -> Hours:
    """By agenda: nobody need have read with a session which unit its agenda is of."""
    closed = Agenda.objects.filter(
        pk__among=agendas, unit__closures__starts_at__lt=end, unit__closures__ends_at__gt=start
    )
    return closed.order_by().values_list("pk", "unit__closures__starts_at", "unit__closures__ends_at")


ABSENCES = KeptText(_absences, lists=["agendas"], instants=["start", "end"])
CLOSED = KeptText(_closed, lists=["agendas"], instants=["start", "end"])


def arrival_times_of(sessions: Sequence[ConsultationSession]) -> dict[int, list[time]]:
    """Return the arrival times of each establishment in which a session is shared; one query, none without such."""
    found: dict[int, list[time]] = defaultdict(list)
    if here := {session.establishment_id for session in sessions if session.is_shared}:
        rows = ArrivalTime.objects.filter(establishment__in=here).order_by("at")
        for place, at in rows.values_list("establishment_id", "at"):
            found[place].append(at)
    return found


def time_in_shared(
    session: ConsultationSession,
    *,
    times: Sequence[time],
    taken: Iterable[Interval],
    away: Iterable[Interval] = (),
    avoiding: Iterable[Interval] = (),
    after: datetime | None = None,
    full: Iterable[Interval] = (),
) -> Interval | None:
    """Return the time that somebody would get in a shared session, None when none suits; at none in `full`."""
    opening = (session.starts_at, session.ends_at)
    if session.mode == SessionMode.GROUP:
        is_full = any(start <= opening[0] < end for start, end in full)
        return None if is_full else whole_time(opening, away=away, avoiding=avoiding)
    return spread_time(
        opening,
        times=times,
        zone=session.agenda.establishment.zone,
        taken=[start for start, _end in taken],
        shortest=timedelta(minutes=session.slot_minutes),
        away=away,
        avoiding=avoiding,
        after=after,
        full=full,
    )


def free_slots(
    sessions: Sequence[ConsultationSession],
    *,
    after: datetime,
    length: timedelta | None = None,
    avoiding: Iterable[Interval] = (),
    held: Sequence[Appointment] | None = None,
) -> list[FreeSlot]:
    """Return the free slots of `sessions` that start at `after` or later, earliest first.

    A shared session gives one slot while it has places left: the time that the next person would get. `length` is
    the wanted duration (each session's own slot when None); `avoiding` holds times that do not suit the person.
    `held` are the appointments of all days that these sessions touch, where a page has read them already.
    Four queries at most, whatever the number of sessions.
    """
    busy = busy_times(sessions) if held is None else busy_with(held)
    away, times = away_times(sessions), arrival_times_of(sessions)
    taken = list(avoiding)
    found: list[FreeSlot] = []
    for session in sessions:
        if session.is_shared:
            left = (session.capacity or 0) - len(busy[session.pk])
            given = time_in_shared(
                session,
                times=times[session.establishment_id],
                taken=busy[session.pk],
                away=away[session.pk],
                avoiding=taken,
                after=after,
            )
            if left > 0 and given is not None and given[0] >= after:
                found.append(FreeSlot(session.agenda, session, *given, places=left))
            continue
        step = timedelta(minutes=session.slot_minutes)
        wanted = length or step
        opening = (session.starts_at, session.ends_at)
        closed = busy[session.pk] + away[session.pk] + taken
        starts = slots(opening, busy=closed, step=step, length=wanted)
        found += [FreeSlot(session.agenda, session, start, start + wanted) for start in starts if start >= after]
    return sorted(found, key=lambda slot: (slot.starts_at, slot.agenda.position, slot.agenda.pk))


def start_given(agenda: Agenda, at: datetime, *, detainee_id: UUID | None = None) -> datetime:
    """Return when somebody booked into `agenda` at that instant would be expected: a shared session gives its own time.

    Seven queries at most; one for a time of one's own.
    """
    session = (
        ConsultationSession.objects.filter(agenda=agenda, starts_at__lte=at, ends_at__gt=at)
        .select_related("agenda__establishment")
        .first()
    )
    if session is None or not session.is_shared:
        return at
    expected = Appointment.objects.holding().filter(starts_at__lt=session.ends_at, ends_at__gt=session.starts_at)
    given = time_in_shared(
        session,
        times=arrival_times_of([session])[session.establishment_id],
        taken=busy_times([session])[session.pk],
        away=away_times([session])[session.pk],
        avoiding=expected.filter(detainee=detainee_id).values_list("starts_at", "ends_at") if detainee_id else (),
        after=max(timezone.now(), session.starts_at),
    )
    return given[0] if given else at


def usual_kind(agenda: Agenda, *, by: User, at: datetime | None, done: Sequence[Kind] | None = None) -> int | None:
    """Return the key of the kind of consultation to begin with: of those that fit at `at`, what is done there most.

    When none fits into what is free there, of all that the agenda does; `done` is these, where they were read already.
    """
    found = kinds_by_use(agenda.unit_id, agenda.discipline, by=by, agenda=agenda) if done is None else done
    free = None if at is None else free_until(agenda, at)
    fitting = [kind for kind in found if at is None or free is None or at + kind.length <= free]
    return next((kind.pk for kind in fitting or found), None)


def kinds_by_use(unit: int, discipline: str, *, by: User, agenda: Agenda | None = None) -> list[Kind]:
    """Return a unit's kinds of a discipline, what `by` books most lately first, then everybody. Two queries."""
    lately = Appointment.objects.filter(kind__unit=unit, starts_at__gte=timezone.now() - LATELY)
    if agenda is not None:
        lately = lately.filter(agenda=agenda)
    counted = lately.filter(kind__discipline=discipline).exclude(status=Status.CANCELLED).order_by().values("kind")
    used = {
        kind: (mine, done)
        for kind, mine, done in counted.annotate(
            mine=Count("pk", filter=Q(booked_by=by)), done=Count("pk")
        ).values_list("kind", "mine", "done")
    }
    kinds = Kind.objects.filter(unit=unit, is_active=True, discipline=discipline)
    return sorted(kinds, key=lambda kind: used.get(kind.pk, (0, 0)), reverse=True)


def usual_agenda(agendas: Sequence[Agenda], *, by: User) -> Agenda | None:
    """Return in which of `agendas` the person books most lately; the first when in none. One query."""
    here = Appointment.objects.filter(establishment__in={agenda.establishment_id for agenda in agendas})
    lately = here.filter(booked_by=by, agenda__in=agendas, starts_at__gte=timezone.now() - LATELY)
    counted = lately.order_by().values("agenda").annotate(number=Count("pk")).values_list("agenda", "number")
    used = dict(counted)
    return max(agendas, key=lambda agenda: used.get(agenda.pk, 0), default=None)


def free_until(agenda: Agenda, at: datetime) -> datetime | None:
    """Return until when the agenda is free from `at` on; None where time is shared or no session is open."""
    session = ConsultationSession.objects.filter(agenda=agenda, starts_at__lte=at, ends_at__gt=at).first()
    if session is None or session.is_shared:
        return None
    later = Appointment.objects.holding().filter(session=session, starts_at__gt=at).order_by("starts_at", "id")
    following = later.values_list("starts_at", flat=True).first()
    return session.ends_at if following is None else following
