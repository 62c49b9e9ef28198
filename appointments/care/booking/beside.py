"""What stands beside a booking: the person's other visits that day and the next, open requests, what to think of twice.

A visit in an agenda out of view is shown as a call and no more: no practitioner, no kind. Reads only.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cached_property
from typing import Any
from uuid import UUID

from access.kept_texts import KeptText
from access.requests import DoorRequest
from access.written import taken
from appointments import booking
from appointments.arithmetic.timegrid import OutsideCalendar, local_midnights
from appointments.models import Agenda, Appointment, Detainee, Kind, Request
from appointments.models.appointment import AppointmentQuerySet
from appointments.openings.next_free import MIDDAY
from appointments.rights import Rights, leads_all, requests_visible_to, rights_of

SHOWN_REQUESTS = 5


@dataclass(frozen=True)
class OtherVisit:
    """Another visit of the person; `appointment` is None in an agenda out of view."""

    called_at: datetime
    appointment: Appointment | None
    is_same_half_day: bool


@dataclass(frozen=True)
class Beside:
    visits: Sequence[OtherVisit] = ()
    # Reads the open requests of the person.
    read_requests: Callable[[], Sequence[Request]] = tuple
    # What the practitioner does not do: booking it is refused.
    not_done: str = ""
    # Names what is to be thought of twice: a click that says it has seen this, and nothing else, goes on.
    token: str = ""

    @cached_property
    def requests(self) -> Sequence[Request]:
        """Open requests of the person, read when they are shown: whoever books without a word of it sees no form."""
        return self.read_requests()

    @property
    def twice(self) -> Sequence[OtherVisit]:
        """Other visits of the same half-day, for which the person would be called a second time."""
        return [visit for visit in self.visits if visit.is_same_half_day]


def beside(
    request: DoorRequest,
    person: Detainee | None,
    *,
    agenda: Agenda | None,
    kind: Kind | None,
    starts_at: datetime | None,
    day: date | None,
    asked: UUID | str | None = None,
) -> Beside:
    """Return what the panel says of `person` beside the time and kind chosen. Two queries, none while nobody is.

    `asked` is the key of the request that the booking answers.
    """
    not_done = "" if agenda is None or kind is None else booking.not_done(agenda, kind)
    if person is None:
        return Beside(not_done=not_done)
    rights = rights_of(request)
    visits = other_visits(rights, person, day, starts_at=starts_at) if day else []
    twice = sorted(f"{visit.called_at:%Y%m%dT%H%M}" for visit in visits if visit.is_same_half_day)
    token = f"{person.pk}:{':'.join(twice)}" if twice else ""
    return Beside(visits, lambda: open_requests(rights, person, asked), not_done, token)


def open_requests(rights: Rights, person: Detainee, asked: UUID | str | None) -> list[Request]:
    waiting = requests_visible_to(rights).open().filter(detainee=person)
    if asked:
        waiting = waiting.exclude(pk=asked)
    return list(waiting.with_names()[:SHOWN_REQUESTS])


def other_visits(rights: Rights, person: Detainee, day: date, *, starts_at: datetime | None) -> list[OtherVisit]:
    """Return the visits of `person` on `day` and the day after, earliest first. One query."""
    try:
        start, _end = local_midnights(day, rights.establishment.zone)
        _start, end = local_midnights(day + timedelta(days=1), rights.establishment.zone)
    except (OutsideCalendar, OverflowError):
        return []
    rows = VISITS.read(place=rights.establishment.pk, person=person.pk, start=start, end=end)
    seen: frozenset[int] | None = None if leads_all(rights) else frozenset(one.pk for one in rights.visible)
    chosen = None if starts_at is None else half_day_of(starts_at, rights)
    return [
        OtherVisit(
            one.called_at,
            one if seen is None or one.agenda_id in seen else None,
            is_same_half_day=half_day_of(one.starts_at, rights) == chosen,
        )
        for one in map(visit_in, rows)
    ]


def visits_of(place: int, person: UUID, start: datetime, end: datetime) -> AppointmentQuerySet:
    held = Appointment.objects.holding().planned().filter(establishment=place, detainee=person)
    held = held.filter(starts_at__gte=start, starts_at__lt=end)
    return held.select_related("agenda", "kind").order_by("starts_at", "id")


def visit_in(row: Sequence[Any]) -> Appointment:
    one: Appointment
    one, rest = taken(Appointment, row)
    one.agenda, rest = taken(Agenda, rest)
    one.kind, _rest = taken(Kind, rest)
    return one


VISITS = KeptText(visits_of, keys=["place"], uuids=["person"], instants=["start", "end"])


def half_day_of(at: datetime, rights: Rights) -> tuple[date, bool]:
    local = at.astimezone(rights.establishment.zone)
    return local.date(), local.time() >= MIDDAY
