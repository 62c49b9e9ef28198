"""What officers would learn if one practitioner's appointments were withdrawn together, and how to tell them less.

The psychiatrist is ill, eight lines vanish at once, and everybody knows whom they see (docs/neutrality.md, "group
withdrawal"). Reads only; appointments.booking.group_withdrawal does what is chosen.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cached_property
from urllib.parse import urlencode
from uuid import UUID

from django.db.models import Count, Q
from django.urls import reverse
from django.utils import timezone

from access.models import Establishment
from appointments.arithmetic.timegrid import local_midnights
from appointments.booking.placing import own_length
from appointments.models import Agenda, Appointment, Kind, Movement
from appointments.models.appointment import AppointmentQuerySet
from appointments.neutrality.booking import Habits, waves_of
from appointments.neutrality.counting import sensitive_disciplines
from appointments.openings.availability import FreeSlot, free_slots, sessions_between
from appointments.openings.next_free import next_free
from appointments.projection import Schedule, shown_to_officers

TOGETHER = 2  # one line fewer happens every day; two of one practitioner say something


def to_withdraw(
    appointments: AppointmentQuerySet,
    *,
    agenda: Agenda,
    start: datetime,
    end: datetime,
    schedule: Schedule | None = None,
) -> WithdrawalGroup:
    """Return those of `appointments` that are booked in `agenda` in [start, end) and still to come, as a group."""
    found = appointments.booked().filter(agenda=agenda, starts_at__gte=start, starts_at__lt=end)
    booked = list(found.filter(starts_at__gt=timezone.now()).with_names().order_by("starts_at", "id"))
    return group_of(booked, schedule=schedule)


def group_of(appointments: Sequence[Appointment], *, schedule: Schedule | None = None) -> WithdrawalGroup:
    """Return what officers see of `appointments`. Four queries, however many there are."""
    keys = [one.pk for one in appointments]
    movements = {one.movement_id for one in appointments if one.movement_id}
    held = set(
        Appointment.objects.filter(movement__in=movements).exclude(pk__in=keys).values_list("movement_id", flat=True)
    )
    shown = shown_to_officers(appointments, schedule=schedule)
    lines = [
        WithdrawnAppointment(one, is_shown=one.pk in shown, vanishes=one.movement_id not in held)
        for one in appointments
    ]
    return WithdrawalGroup(lines)


@dataclass(frozen=True)
class WithdrawnAppointment:
    appointment: Appointment
    is_shown: bool  # officers can read the line
    vanishes: bool  # no other appointment of the person keeps it

    @property
    def tells(self) -> bool:
        """Whether officers would see the line go."""
        return self.is_shown and self.vanishes


@dataclass(frozen=True)
class WithdrawalGroup:
    """Appointments of one practitioner that would be withdrawn together."""

    lines: Sequence[WithdrawnAppointment]

    @cached_property
    def told(self) -> list[Appointment]:
        """The appointments whose lines officers would see go."""
        return [line.appointment for line in self.lines if line.tells]

    @property
    def alarms(self) -> bool:
        """Whether the lines that go together tell who has the same practitioner."""
        with_whom: dict[int, set[UUID]] = {}
        for one in self.told:
            with_whom.setdefault(one.agenda_id, set()).add(one.detainee_id)
        return any(len(people) >= TOGETHER for people in with_whom.values())

    @property
    def link(self) -> str:
        """The address of the page on which this group is decided about; "" when it is of several practitioners."""
        appointments = [line.appointment for line in self.lines]
        if len({one.agenda_id for one in appointments}) != 1:
            return ""
        zone = appointments[0].agenda.establishment.zone
        first = min(one.starts_at for one in appointments).astimezone(zone)
        last = max(one.ends_at for one in appointments).astimezone(zone)
        query = {"agenda": appointments[0].agenda_id, "day": f"{first:%Y-%m-%d}", "start": f"{first:%H:%M}"}
        return f"{reverse('withdraw')}?{urlencode({**query, 'last': f'{last:%Y-%m-%d}', 'end': f'{last:%H:%M}'})}"

    @property
    def is_sensitive(self) -> bool:
        return any(one.kind.discipline in sensitive_disciplines() for one in self.told)

    @cached_property
    def by_day(self) -> list[tuple[date, int, int]]:
        """Each day with the number of lines that would go and of all lines of that day. One query."""
        if not self.told:
            return []
        establishment = self.told[0].agenda.establishment
        days = sorted({establishment.day_of(one.called_at) for one in self.told})
        bounds = {day: local_midnights(day, establishment.zone) for day in days}
        counts = {f"d{n}": Count("pk", filter=_within(*bounds[day])) for n, day in enumerate(days)}
        totals = Movement.objects.filter(establishment=establishment).aggregate(**counts)
        gone = {day: {o.movement_id for o in self.told if _is_on(o, day, establishment)} for day in days}
        return [(day, len(gone[day]), totals[f"d{n}"]) for n, day in enumerate(days)]


def _within(start: datetime, end: datetime) -> Q:
    return Q(expected_at__gte=start, expected_at__lt=end)


def _is_on(one: Appointment, day: date, establishment: Establishment) -> bool:
    return establishment.day_of(one.called_at) == day


@dataclass(frozen=True)
class ColleagueSlot:
    """Where one person of the group could be received instead; no slot when their arrival time has no place left."""

    appointment: Appointment
    slot: FreeSlot | None


def places_with(group: WithdrawalGroup, agenda: Agenda, *, kind: Kind) -> list[ColleagueSlot]:
    """Return, for each appointment of `group`, a place in `agenda` at the same arrival time, as far as there are any.

    The convocation stays as it is: the person comes at the same time and is received by somebody else. Each place is
    given once. A few queries, however many there are.
    """
    wanted = [line.appointment for line in group.lines]
    if not wanted:
        return []
    first, last = min(one.called_at for one in wanted), max(one.called_at for one in wanted)
    sessions = sessions_between([agenda], first, last + timedelta(hours=12))
    slots = free_slots(sessions, after=max(first, timezone.now()), length=kind.length)
    waves = waves_of(Habits(agenda.establishment), (slot.starts_at for slot in slots))
    free = [slot for slot in slots if slot.starts_at in waves]
    places = []
    for one in wanted:
        slot = next((s for s in free if waves[s.starts_at] == one.called_at), None)
        places.append(ColleagueSlot(one, slot))
        free = [s for s in free if slot is None or s.ends_at <= slot.starts_at or s.starts_at >= slot.ends_at]
    return places


def colleagues_for(agendas: Iterable[Agenda], group: WithdrawalGroup) -> list[Agenda]:
    """Return those of `agendas` of its unit, not its own, that are open at an arrival time of the group. One query."""
    wanted = [line.appointment for line in group.lines]
    if not wanted:
        return []
    own, units = {one.agenda_id for one in wanted}, {one.agenda.unit_id for one in wanted}
    first, last = min(one.called_at for one in wanted), max(one.ends_at for one in wanted)
    candidates = [agenda for agenda in agendas if agenda.pk not in own and agenda.unit_id in units]
    open_then = {session.agenda_id for session in sessions_between(candidates, first, last)}
    return [agenda for agenda in candidates if agenda.pk in open_then]


def batches_of(group: WithdrawalGroup, schedule: Schedule) -> dict[UUID, datetime]:
    """Return with which publication the line of each appointment would go if they were spread; as the projection does.

    Appointments before which no publication is left are not in the answer, nor are those whose lines nobody sees go.
    """
    told = sorted(group.told, key=lambda one: str(one.movement_id))
    if not told:
        return {}
    found = schedule.batches([one.called_at for one in told])
    return {told[place].pk: instant for place, instant in found.items()}


def new_times(group: WithdrawalGroup, agendas: Iterable[Agenda], *, after: datetime) -> dict[UUID, FreeSlot]:
    """Return the next free time of `agendas` after an instant for each appointment of the group, each given once.

    Searched length by length: who leaves shared time takes as long as one person does. A shared session gives its
    places one by one. Whoever finds none in twelve weeks is not in the answer.
    """
    candidates, found = list(agendas), {}
    taken: list[FreeSlot] = []
    for length in sorted({own_length(line.appointment) for line in group.lines}):
        people = [line.appointment for line in group.lines if own_length(line.appointment) == length]
        free = next_free(candidates, length=length, after=after, count=len(people) * len(group.lines) + len(people))
        for one in people:
            slot = next((slot for slot in free if _is_left(slot, taken)), None)
            if slot is not None:
                found[one.pk] = slot
                taken.append(slot)
    return found


def _is_left(slot: FreeSlot, taken: Sequence[FreeSlot]) -> bool:
    if slot.places is not None:
        return sum(other.session == slot.session for other in taken) < slot.places
    return not any(_collide(slot, other) for other in taken)


def _collide(one: FreeSlot, other: FreeSlot) -> bool:
    return one.agenda.pk == other.agenda.pk and one.starts_at < other.ends_at and other.starts_at < one.ends_at
