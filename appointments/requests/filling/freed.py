"""Who comes first for a time that a cancellation has freed. Reads only."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.db.models import QuerySet
from django.utils import timezone

from access.models import Establishment
from appointments.arithmetic.timegrid import Interval, local_midnights
from appointments.models import Appointment
from appointments.models.enums.appointment import Status
from appointments.requests.filling.candidates import Candidate, Waiting, read_waiting
from appointments.requests.filling.proposal import HalfDayFacts, give_shared, read_facts, room_of, wanting_of
from appointments.rights import Rights

# More than a few freed times are filled on the page of the half-day.
OFFERED = 3


@dataclass(frozen=True)
class FreedTime:
    """A time at which somebody was cancelled and that nobody has taken since, with whoever comes first for it."""

    cancelled: Appointment
    candidate: Candidate


def cancelled_on(rights: Rights, day: date) -> QuerySet[Appointment]:
    """Return what was cancelled of a day's hours to come, where the user books."""
    here, bookable = rights.establishment, [agenda.pk for agenda in rights.bookable]
    return cancelled_between(here.pk, bookable, *hours_to_come(here, day))


def hours_to_come(establishment: Establishment, day: date) -> Interval:
    start, end = local_midnights(day, establishment.zone)
    return max(start, timezone.now()), end


def cancelled_between(place: int, agendas: list[int], start: datetime, end: datetime) -> QuerySet[Appointment]:
    rows = Appointment.objects.filter(
        establishment=place,
        agenda__pk__among=agendas,
        status=Status.CANCELLED,
        session__isnull=False,
        is_unplanned=False,
    )
    return rows.filter(starts_at__gte=start, starts_at__lt=end)


def cancelled_to_come(rights: Rights, day: date) -> list[Appointment]:
    """Return of each time on which somebody was cancelled one appointment, the earliest first."""
    rows = cancelled_on(rights, day)
    related = ("agenda__establishment", "session__agenda__establishment", "session__room")
    found: dict[tuple[int | None, object], Appointment] = {}
    for one in rows.select_related(*related).order_by("starts_at", "agenda__position", "id"):
        is_shared = one.session is not None and one.session.is_shared
        found.setdefault((one.session_id, None if is_shared else one.starts_at), one)
    return list(found.values())[:OFFERED]


def freed_times(rights: Rights, day: date) -> list[FreedTime]:
    """Return the freed times of a day, each with the first of the queue who can come; nobody is offered twice."""
    found: list[FreedTime] = []
    read: dict[int, tuple[Waiting, HalfDayFacts]] = {}
    for one in cancelled_to_come(rights, day):
        session = one.session
        assert session is not None  # noqa: S101 the query asks for one
        if session.pk not in read:
            waiting = read_waiting(rights, session)
            if not waiting.candidates:
                continue
            read[session.pk] = waiting, read_facts(session, waiting.kinds[0])
        offered = {freed.candidate.request.detainee_id for freed in found}
        best = best_for(one, *read[session.pk], leaving_out=offered)
        if best is not None:
            found.append(FreedTime(one, best))
    return found


def best_for(
    freed: Appointment, waiting: Waiting, facts: HalfDayFacts, *, leaving_out: Collection[UUID]
) -> Candidate | None:
    """Return the first of the queue who fits into what is free at the time that `freed` had."""
    sure = [one for one in waiting.sure if one.request.detainee_id not in leaving_out]
    if facts.session.is_shared:
        given = give_shared(Waiting(sure, kinds=waiting.kinds), facts)
        return next((one for one in sure if one.request.pk in given), None)
    room = room_of(facts)
    return next((one for one in sure if room.fits(wanting_of(one), freed.starts_at)), None)
