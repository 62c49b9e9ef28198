"""The search of the next free times: the database finds them, whatever the agendas hold. Reads only."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from datetime import date, datetime, time, timedelta
from typing import Any, NamedTuple
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db import connection
from django.utils import timezone

from appointments.arithmetic.recurrence import HalfDay
from appointments.arithmetic.timegrid import Interval, at_local, local_midnights
from appointments.models import Agenda, Appointment, ConsultationSession
from appointments.models.enums.appointment import HOLDING
from appointments.models.enums.planning import SessionMode
from appointments.openings.availability import FreeSlot, free_slots

SEARCH_WEEKS = 12
# What begins before is of the morning, what begins later of the afternoon.
MIDDAY = time(13)


def next_free(
    agendas: Iterable[Agenda],
    *,
    length: timedelta,
    after: datetime | None = None,
    detainee_id: UUID | None = None,
    count: int = 5,
    half_days: Collection[HalfDay] = (),
) -> list[FreeSlot]:
    """Return the next `count` times within twelve weeks at which `agendas` could see a person for `length`.

    Times at which the person (`detainee_id`) is already expected elsewhere are left out; `half_days` narrows the
    search when there are any. The database finds the free times; a shared session gives the one of its next place.
    Nine queries at most, whatever the agendas hold.
    """
    searched = list(agendas)
    start = max(after or timezone.now(), timezone.now())
    end = start + timedelta(weeks=SEARCH_WEEKS)
    if not searched or count <= 0:
        return []
    windows = [(start, end)]
    if half_days:
        windows = half_day_windows(half_days, start, end, zone=searched[0].establishment.zone)
    pieces = free_pieces(searched, windows, length=length, detainee_id=detainee_id, count=count)
    rows = ConsultationSession.objects.select_related("agenda__establishment", "room")
    sessions = rows.in_bulk([piece.session_id for piece in pieces])
    found = shared_slots(searched, windows, detainee_id=detainee_id)
    for piece in pieces:
        session, at = sessions[piece.session_id], piece.first
        while at < piece.begins_before and at + length <= piece.ends_at:
            found.append(FreeSlot(session.agenda, session, at, at + length))
            at += timedelta(minutes=session.slot_minutes)
    return sorted(found, key=lambda slot: (slot.starts_at, slot.agenda.position, slot.agenda.pk))[:count]


def shared_slots(agendas: Sequence[Agenda], windows: Sequence[Interval], *, detainee_id: UUID | None) -> list[FreeSlot]:
    """Return the time of the next place in each shared session that begins in one of `windows`. Six queries at most."""
    if not windows:
        return []
    after, until = min(since for since, _until in windows), max(until for _since, until in windows)
    rows = ConsultationSession.objects.exclude(mode=SessionMode.FIXED).select_related("agenda__establishment", "room")
    rows = rows.filter(establishment__in={agenda.establishment_id for agenda in agendas})
    sessions = list(rows.filter(agenda__in=agendas, starts_at__lt=until, ends_at__gt=after).order_by("starts_at", "id"))
    if not sessions:
        return []
    expected = Appointment.objects.holding().filter(detainee=detainee_id, starts_at__lt=until, ends_at__gt=after)
    avoiding = list(expected.values_list("starts_at", "ends_at")) if detainee_id else []
    found = free_slots(sessions, after=after, avoiding=avoiding)
    return [slot for slot in found if any(since <= slot.starts_at < end for since, end in windows)]


def half_day_windows(chosen: Collection[HalfDay], start: datetime, end: datetime, *, zone: ZoneInfo) -> list[Interval]:
    """Return the half-days `chosen` between two instants, by the clocks of `zone`: a session is found by its hour."""
    first, last = start.astimezone(zone).date(), end.astimezone(zone).date()
    found = []
    for day in map(date.fromordinal, range(first.toordinal(), last.toordinal() + 1)):
        midnight, next_midnight = local_midnights(day, zone)
        noon = at_local(day, MIDDAY, zone)
        for is_afternoon, (since, until) in ((False, (midnight, noon)), (True, (noon, next_midnight))):
            if HalfDay.of(day, is_afternoon=is_afternoon) in chosen and until > start and since < end:
                found.append((max(since, start), min(until, end)))
    return found


# What is free of each session, piece by piece, with the first time in it that stands on the session's own rhythm.
# Every piece holds at least one time, so the earliest n times are in the earliest n pieces: no more are read.
FREE_PIECES = """
WITH free AS (
    SELECT s.id, g.position, g.id AS agenda_id, make_interval(mins => s.slot_minutes) AS step,
           unnest(tstzmultirange(tstzrange(s.starts_at, s.ends_at)) - COALESCE(held.times, '{}') - COALESCE((
               SELECT range_agg(tstzrange(b.starts_at, b.ends_at)) FROM appointments_absence b
               WHERE b.agenda_id = s.agenda_id AND b.starts_at < s.ends_at AND b.ends_at > s.starts_at
           ), '{}') - COALESCE((
               SELECT range_agg(tstzrange(c.starts_at, c.ends_at)) FROM appointments_closure c
               WHERE c.unit_id = g.unit_id AND c.starts_at < s.ends_at AND c.ends_at > s.starts_at
           ), '{}') - COALESCE((
               SELECT range_agg(tstzrange(a.starts_at, a.ends_at)) FROM appointments_appointment a
               WHERE a.detainee_id = %(person)s AND a.status = ANY(%(holding)s)
                 AND a.starts_at BETWEEN %(since)s AND %(until)s
           ), '{}')) AS gap
    FROM appointments_consultationsession s
    JOIN appointments_agenda g ON g.id = s.agenda_id
    LEFT JOIN (
        SELECT session_id, range_agg(tstzrange(starts_at, ends_at)) AS times FROM appointments_appointment
        WHERE establishment_id = %(establishment)s AND agenda_id = ANY(%(agendas)s) AND status = ANY(%(holding)s)
          AND starts_at BETWEEN %(since)s AND %(until)s
        GROUP BY session_id
    ) held ON held.session_id = s.id
    WHERE s.agenda_id = ANY(%(agendas)s) AND s.mode = 'fixed' AND s.starts_at < %(until)s AND s.ends_at > %(after)s
), piece AS (
    SELECT free.id, upper(gap) AS ends_at, w.until AS begins_before, position, agenda_id,
           lower(gap) + step * ceil(
               extract(epoch FROM greatest(w.since - lower(gap), interval '0')) / extract(epoch FROM step)
           ) AS first
    FROM free JOIN unnest(%(window_starts)s::timestamptz[], %(window_ends)s::timestamptz[]) AS w (since, until)
        ON gap && tstzrange(w.since, w.until)
)
SELECT id, first, begins_before, ends_at FROM piece
WHERE first < begins_before AND first + %(length)s <= ends_at
ORDER BY first, position, agenda_id
LIMIT %(count)s
"""


def free_pieces(
    agendas: Sequence[Agenda],
    windows: Sequence[Interval],
    *,
    length: timedelta,
    detainee_id: UUID | None,
    count: int,
) -> list[FreePiece]:
    """Return the earliest `count` pieces of free time that hold `length` and begin in one of `windows`. One query."""
    if not windows:
        return []
    after, until = min(since for since, _until in windows), max(until for _since, until in windows)
    values: dict[str, Any] = {
        "establishment": agendas[0].establishment_id,
        "agendas": [agenda.pk for agenda in agendas],
        "person": detainee_id,
        "holding": [status.value for status in HOLDING],
        # No session lasts longer: what was taken before `after` still sets the rhythm of what follows.
        "since": after - timedelta(days=1),
        "after": after,
        "until": until,
        "window_starts": [since for since, _until in windows],
        "window_ends": [until for _since, until in windows],
        "length": length,
        "count": count,
    }
    with connection.cursor() as cursor:
        cursor.execute(FREE_PIECES, values)
        return [FreePiece(*row) for row in cursor.fetchall()]


class FreePiece(NamedTuple):
    """A stretch of free time in a session: the first time to begin, until when one may begin, when it ends."""

    session_id: int
    first: datetime
    begins_before: datetime
    ends_at: datetime
