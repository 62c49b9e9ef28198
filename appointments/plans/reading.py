"""Reads what a search needs: the unit's week as its patterns have it, its past half-year, its arrival times."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from datetime import date, timedelta

from django.db.models import Q
from django.db.models.functions import TruncDate

from access.models import Establishment
from access.sorting import FrenchKey
from appointments.arithmetic.recurrence import HalfDay, days_between, rhythm_of
from appointments.arithmetic.timegrid import minute_of
from appointments.models import Agenda, AgendaHours, ArrivalTime, ConsultationSession, Room, SessionPattern
from appointments.models.enums.planning import SessionMode
from appointments.neutrality import sensitive_disciplines
from appointments.neutrality.counting import Window, convocations, last_weeks
from appointments.neutrality.sessions import NOON
from appointments.plans.past import Minute, Past, Sitting, Visit
from appointments.plans.week import Practitioner, Turn, UnitWeek, cycle_of, week_number

# Intervals in weeks that divide a cycle which a pattern can write.
WRITTEN = frozenset({1, 2, 3, 4, 8, 12, 16})


def past_of(establishment: Establishment) -> Past:
    """Return the last half-year. Two queries."""
    window = last_weeks(establishment)
    sittings = {each.key: each for each in _sittings(window)}
    visits = _visits(window)
    for visit in visits:
        # Booked outside any session, or in one that is gone: it has a time of its own.
        key = visit.agenda, visit.day, visit.is_afternoon
        end = visit.start + visit.minutes
        held = sittings.setdefault(key, Sitting(*key, start=visit.start, end=end, slot=visit.minutes or 5))
        held.start, held.end = min(held.start, visit.start), max(held.end, end)
    return Past(sorted(sittings.values(), key=lambda each: (each.day, each.start, each.agenda)), visits)


def _sittings(window: Window) -> list[Sitting]:
    zone, (start, end) = window.establishment.zone, window.bounds
    rows = ConsultationSession.objects.filter(
        establishment=window.establishment, starts_at__gte=start, starts_at__lt=end
    ).order_by("starts_at", "id")
    found: dict[tuple[int, date, bool], Sitting] = {}
    for agenda, begins, ends, slot in rows.values_list("agenda_id", "starts_at", "ends_at", "slot_minutes"):
        local, until = begins.astimezone(zone), ends.astimezone(zone)
        first = minute_of(local.time())
        last = first + round((until - local) / timedelta(minutes=1))
        one = Sitting(agenda, local.date(), first >= NOON, first, last, slot)
        held = found.setdefault(one.key, one)
        held.start, held.end = min(held.start, first), max(held.end, last)
    return list(found.values())


def _visits(window: Window) -> list[Visit]:
    zone = window.establishment.zone
    rows = convocations(window).order_by("starts_at", "id")
    found = []
    for person, begins, ends, discipline, kind, agenda, booked_on in rows.values_list(
        "detainee_id",
        "starts_at",
        "ends_at",
        "kind__discipline",
        "kind_id",
        "agenda_id",
        TruncDate("booked_at", tzinfo=zone),
    ):
        local = begins.astimezone(zone)
        start = minute_of(local.time())
        minutes = round((ends - begins) / timedelta(minutes=1))
        day = local.date()
        found.append(
            Visit(person, day, start, minutes, discipline, kind, agenda, start >= NOON, booked_on, booked_on == day)
        )
    return found


def week_of(establishment: Establishment, past: Past) -> UnitWeek:
    """Return the unit's week from now on. Five queries.

    An agenda of which nothing was said stays as it is; so does one whose patterns no cycle of weeks can write.
    """
    today = establishment.today()
    agendas = list(
        Agenda.objects.filter(establishment=establishment, is_active=True).order_by("position", FrenchKey("name"))
    )
    said = {each.agenda_id: each for each in AgendaHours.objects.filter(establishment=establishment)}
    patterns: dict[int, list[SessionPattern]] = defaultdict(list)
    for pattern in live_patterns(establishment, today):
        patterns[pattern.agenda_id].append(pattern)
    rooms = Room.objects.filter(establishment=establishment, is_active=True).count()
    calls, sittings = _numbers(past)
    everyone = [
        _practitioner(each, patterns[each.pk], said.get(each.pk), calls[each.pk] / max(1, sittings[each.pk]), today)
        for each in agendas
    ]
    has_rooms = all(pattern.room_id for found in patterns.values() for pattern in found)
    return UnitWeek(
        practitioners=tuple(each for each in everyone if any(each.now)),
        sensitive=sensitive_disciplines(),
        bring=brought_by_half_day(establishment),
        rooms=rooms if rooms and has_rooms else None,
        weekdays=tuple(sorted({half.weekday for each in everyone for turn in each.now for half in turn})),
    )


def live_patterns(establishment: Establishment, today: date) -> Iterable[SessionPattern]:
    """Return the patterns that are not over, of agendas in use."""
    rows = SessionPattern.objects.filter(establishment=establishment, agenda__is_active=True)
    return rows.filter(Q(last__isnull=True) | Q(last__gte=today)).order_by("agenda_id", "first", "start", "id")


def brought_by_half_day(establishment: Establishment) -> dict[HalfDay, int]:
    """Return how many people officers can bring in each half-day of the week, where all its times say it."""
    limits: dict[bool, list[int | None]] = defaultdict(list)
    for at, most in ArrivalTime.objects.filter(establishment=establishment).values_list("at", "most_people"):
        limits[minute_of(at) >= NOON].append(most)
    known = {after: sum(filter(None, found)) for after, found in limits.items() if None not in found}
    return {HalfDay(day, after): most for after, most in known.items() for day in range(7)}


def times_of(establishment: Establishment) -> tuple[tuple[Minute, ...], dict[Minute, int]]:
    """Return the arrival times, and how many people officers can bring to each where somebody said it."""
    rows = ArrivalTime.objects.filter(establishment=establishment).order_by("at").values_list("at", "most_people")
    found = [(minute_of(at), most) for at, most in rows]
    return tuple(at for at, _most in found), {at: most for at, most in found if most is not None}


def turns_of(patterns: Iterable[SessionPattern], cycle: int, start: date) -> tuple[Turn, ...]:
    """Return the half-days that patterns hold in each week of a cycle, as from `start`, exceptions left out."""
    weeks: list[set[HalfDay]] = [set() for _ in range(cycle)]
    monday = start - timedelta(days=start.weekday())
    until = monday + timedelta(weeks=cycle, days=-1)
    for pattern in patterns:
        for day in days_between(pattern.rule, monday, until, first=pattern.first):
            weeks[week_number(day) % cycle].add(half_of(day, pattern))
    return tuple(map(frozenset, weeks))


def half_of(day: date, pattern: SessionPattern) -> HalfDay:
    return HalfDay.of(day, is_afternoon=minute_of(pattern.start) >= NOON)


def _numbers(past: Past) -> tuple[Mapping[int, int], Mapping[int, int]]:
    return Counter(visit.agenda for visit in past.visits), Counter(each.agenda for each in past.sittings)


def _practitioner(
    agenda: Agenda, patterns: list[SessionPattern], said: AgendaHours | None, calls: float, today: date
) -> Practitioner:
    # Shared half-days and groups stay where they are, and nothing else is put there.
    fixed = [pattern for pattern in patterns if pattern.mode == SessionMode.FIXED]
    shared = [pattern for pattern in patterns if pattern.mode != SessionMode.FIXED]
    rhythms = [rhythm_of(pattern.rule) for pattern in fixed]
    every = said.every if said else max((one.every for one in rhythms), default=1)
    is_weekly = all(one.nth is None and one.every in WRITTEN for one in rhythms)
    cycle = cycle_of([one.every for one in rhythms] if is_weekly else (), every)
    now = turns_of(fixed, cycle, today)
    held = frozenset(half for turn in now for half in turn)
    taken = frozenset(half for turn in turns_of(shared, cycle, today) for half in turn)
    rooms = {pattern.room_id for pattern in fixed}
    return Practitioner(
        agenda=agenda.pk,
        name=agenda.name,
        discipline=agenda.discipline,
        calls=calls,
        now=now,
        possible=(said.possible if said else held) - taken,
        every=every,
        may_move=bool(said and said.may_move and is_weekly),
        room=rooms.pop() if len(rooms) == 1 else None,
    )
