"""Checks that the stored agenda, the movement list and the access log agree; changes nothing, names no person.

Each rule inside a database is one query over everything, so that it stays quick on a large one. The database's own
constraints forbid most of what is looked for here: this is the second look, for restored, repaired or tampered-with
data.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial

from django.conf import settings
from django.db import DEFAULT_DB_ALIAS, connection, connections

from access.models import Establishment
from appointments.arithmetic.timegrid import NoArrivalTime, wave_for
from appointments.projection import arrival_times
from carehub.doctor import both_sides, islands


@dataclass(frozen=True)
class Rule:
    """Something that must hold. `broken_by` returns the keys of the rows that break it."""

    sentence: str
    broken_by: Callable[[], list[str]]
    # A warning is for a person to look at; the data are right as they are.
    only_warns: bool = False


MOVEMENT_MISSING = """
    SELECT 'appointment ' || a.id FROM appointments_appointment a
        LEFT JOIN appointments_movement m ON m.id = a.movement_id AND m.establishment_id = a.establishment_id
    WHERE a.status = 'booked' AND a.starts_at > now() AND m.id IS NULL
    ORDER BY a.starts_at, a.id"""

WRONG_PERSON = """
    SELECT 'appointment ' || a.id || ', movement ' || m.id FROM appointments_appointment a
        JOIN appointments_movement m ON m.id = a.movement_id
        JOIN appointments_detainee d ON d.id = a.detainee_id
    WHERE a.status = 'booked' AND a.starts_at > now()
      AND (m.register_number, m.last_name, m.first_name) <> (d.register_number, d.last_name, d.first_name)
      -- What officers had recorded under somebody's former number stays on its line.
      AND NOT (m.state <> 'expected' AND (m.last_name, m.first_name) = (d.last_name, d.first_name)
               AND EXISTS (SELECT FROM appointments_formernumber f
                           WHERE f.detainee_id = d.id AND f.register_number = m.register_number))
    ORDER BY a.starts_at, a.id"""

WRONG_PLACE = """
    SELECT DISTINCT 'movement ' || m.id FROM appointments_appointment a
        JOIN appointments_movement m ON m.id = a.movement_id
        JOIN appointments_detainee d ON d.id = a.detainee_id
    WHERE a.status = 'booked' AND a.starts_at > now()
      AND d.released_on IS NULL AND (m.building_id, m.cell) IS DISTINCT FROM (d.building_id, d.cell)
    ORDER BY 1"""

WRONG_TIME = """
    SELECT 'appointment ' || a.id || ', movement ' || m.id FROM appointments_appointment a
        JOIN appointments_movement m ON m.id = a.movement_id
    WHERE a.status = 'booked' AND a.starts_at > now() AND m.expected_at <> a.called_at
    ORDER BY a.starts_at, a.id"""

NOBODY_EXPECTS = """
    SELECT 'movement ' || m.id FROM appointments_movement m
    WHERE m.expected_at > now() AND (m.withdrawn_from IS NULL OR m.restored_from IS NOT NULL)
      AND NOT EXISTS (SELECT FROM appointments_appointment a WHERE a.movement_id = m.id AND a.status <> 'cancelled')
      AND NOT EXISTS (SELECT FROM appointments_escort x WHERE x.movement_id = m.id)
    ORDER BY m.expected_at, m.id"""

WITHDRAWN_AND_EXPECTED = """
    SELECT DISTINCT 'movement ' || m.id FROM appointments_movement m
        JOIN appointments_appointment a ON a.movement_id = m.id AND a.status = 'booked'
    WHERE m.expected_at > now() AND m.withdrawn_from IS NOT NULL AND m.restored_from IS NULL
    ORDER BY 1"""

# Half an hour before, an officer must know; the database itself refuses a publication after the call.
TOO_LATE = """
    SELECT 'movement ' || m.id FROM appointments_movement m
    WHERE m.expected_at > now() AND m.visible_from > m.expected_at - interval '30 minutes'
    ORDER BY m.expected_at, m.id"""

TWO_LINES = """
    SELECT 'movements ' || string_agg(m.id::text, ' and ' ORDER BY m.id) FROM appointments_movement m
    GROUP BY m.establishment_id, m.register_number, m.expected_at HAVING count(*) > 1
    ORDER BY 1"""

# Sorted by start, an appointment overlaps an earlier one exactly when it starts before the latest end so far.
OVERLAP = """
    SELECT 'appointment ' || id FROM (
        SELECT a.id, a.starts_at, max(a.ends_at) OVER (PARTITION BY a.{whose} ORDER BY a.starts_at, a.ends_at, a.id
            ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING) AS busy_until
        FROM appointments_appointment a
        WHERE a.status IN ('booked', 'arrived', 'in_consultation', 'seen') {and_which}) AS holding
    WHERE starts_at < busy_until
    ORDER BY starts_at, id"""

TOO_MANY = """
    SELECT 'session ' || s.id FROM appointments_consultationsession s
        JOIN appointments_appointment a ON a.session_id = s.id
    WHERE a.shares_time AND NOT a.is_unplanned AND a.status NOT IN ('cancelled', 'not_come')
    GROUP BY s.id HAVING count(*) > coalesce(s.capacity, 0) + s.overbooking
    ORDER BY s.id"""

OUTSIDE_SESSION = """
    SELECT 'appointment ' || a.id FROM appointments_appointment a
        LEFT JOIN appointments_consultationsession s ON s.id = a.session_id AND s.agenda_id = a.agenda_id
    WHERE a.status IN ('booked', 'arrived', 'in_consultation', 'seen')
      -- Who was seen without an appointment may have come while nothing was open.
      AND NOT (a.is_unplanned AND a.session_id IS NULL)
      AND (s.id IS NULL OR a.starts_at < s.starts_at OR a.ends_at > s.ends_at)
    ORDER BY a.starts_at, a.id"""

TWO_ESTABLISHMENTS = """
    SELECT 'appointment ' || a.id FROM appointments_appointment a
        LEFT JOIN appointments_detainee d ON d.id = a.detainee_id AND d.establishment_id = a.establishment_id
        LEFT JOIN appointments_agenda g ON g.id = a.agenda_id AND g.establishment_id = a.establishment_id
        LEFT JOIN appointments_kind k ON k.id = a.kind_id AND k.establishment_id = a.establishment_id
    WHERE d.id IS NULL OR g.id IS NULL OR k.id IS NULL
    UNION ALL
    SELECT 'movement ' || m.id FROM appointments_movement m
        LEFT JOIN access_building b ON b.id = m.building_id AND b.establishment_id = m.establishment_id
    WHERE b.id IS NULL
    UNION ALL
    SELECT 'person ' || d.id FROM appointments_detainee d
        LEFT JOIN access_building b ON b.id = d.building_id AND b.establishment_id = d.establishment_id
    WHERE d.building_id IS NOT NULL AND b.id IS NULL"""

# Foreign keys hold most of it row by row; what lies between three rows is held by triggers.
TWO_UNITS = """
    SELECT 'appointment ' || a.id FROM appointments_appointment a
        JOIN appointments_agenda g ON g.id = a.agenda_id JOIN appointments_kind k ON k.id = a.kind_id
    WHERE g.unit_id <> k.unit_id AND g.establishment_id = k.establishment_id
    UNION ALL
    SELECT 'request ' || r.id FROM appointments_request r
        LEFT JOIN appointments_kind k ON k.id = r.kind_id
        LEFT JOIN appointments_careunit u ON u.id = r.unit_id AND u.establishment_id = r.establishment_id
    WHERE u.id IS NULL OR k.unit_id <> r.unit_id OR EXISTS (
        SELECT FROM appointments_appointment a JOIN appointments_agenda g ON g.id = a.agenda_id
        WHERE a.id IN (r.appointment_id, r.returned_from_id) AND g.unit_id <> r.unit_id)
    UNION ALL
    SELECT 'agenda ' || g.id FROM appointments_agenda g
        LEFT JOIN appointments_careunit u ON u.id = g.unit_id AND u.establishment_id = g.establishment_id
    WHERE u.id IS NULL
    UNION ALL
    SELECT 'kind ' || k.id FROM appointments_kind k
        LEFT JOIN appointments_careunit u ON u.id = k.unit_id AND u.establishment_id = k.establishment_id
    WHERE u.id IS NULL
    UNION ALL
    SELECT 'fact ' || o.id FROM appointments_obstruction o
        LEFT JOIN appointments_careunit u ON u.id = o.unit_id AND u.establishment_id = o.establishment_id
    WHERE u.id IS NULL
    ORDER BY 1"""

RELEASED = """
    SELECT 'appointment ' || a.id FROM appointments_appointment a
        JOIN appointments_detainee d ON d.id = a.detainee_id
    WHERE a.status = 'booked' AND a.starts_at > now() AND d.released_on IS NOT NULL
    ORDER BY a.starts_at, a.id"""

BROKEN_CHAIN = """
    SELECT 'log entry ' || id FROM (
        SELECT e.id, e.hash, e.previous_hash, access_audit_line(e) AS expected,
               -- The first line that is kept goes on from the last that was forgotten.
               lag(e.hash, 1, coalesce(c.forgotten_hash, '')) OVER (
                   PARTITION BY e.establishment_id, e.door ORDER BY e.id) AS before
        FROM access_auditentry e LEFT JOIN access_auditchain c
            ON c.establishment_id = coalesce(e.establishment_id, 0) AND c.door = e.door) AS line
    WHERE hash <> expected OR previous_hash <> before
    ORDER BY id"""

# The chains are a row each, and what was cut off their ends is missing there.
CUT_CHAIN = """
    SELECT 'end of the log, establishment ' || coalesce(c.establishment_id, l.place) || ', ' || coalesce(c.door, l.door)
        || ' door: ' || coalesce('log entry ' || c.last_id, 'unknown')
    FROM access_auditchain c FULL JOIN (
        SELECT DISTINCT ON (coalesce(e.establishment_id, 0), e.door)
            coalesce(e.establishment_id, 0) AS place, e.door, e.id, e.hash
        FROM access_auditentry e ORDER BY coalesce(e.establishment_id, 0), e.door, e.id DESC) AS l
    ON l.place = c.establishment_id AND l.door = c.door
    WHERE (c.last_id, c.last_hash) IS DISTINCT FROM (l.id, l.hash::varchar)
    ORDER BY coalesce(c.establishment_id, l.place), coalesce(c.door, l.door)"""

CALLED_AT = """
    SELECT a.establishment_id, a.starts_at, a.called_at, array_agg(a.id::text ORDER BY a.id)
    FROM appointments_appointment a WHERE a.status = 'booked' AND a.starts_at > now()
    GROUP BY a.establishment_id, a.starts_at, a.called_at ORDER BY a.starts_at, a.establishment_id"""


def keys_of(sql: str, alias: str = DEFAULT_DB_ALIAS) -> Callable[[], list[str]]:
    """Return a function that runs `sql` in a database and gives its one column."""

    def run() -> list[str]:
        with connections[alias].cursor() as cursor:
            cursor.execute(sql)
            return [str(key) for (key,) in cursor.fetchall()]

    return run


def called_at_another_time() -> list[str]:
    """Return the appointments to come whose arrival time is not the one that today's arrival times give."""
    establishments = {
        establishment.pk: (arrival_times(establishment), establishment.zone)
        for establishment in Establishment.objects.order_by("pk")
    }
    with connection.cursor() as cursor:
        cursor.execute(CALLED_AT)
        rows = cursor.fetchall()
    wrong: list[str] = []
    for establishment_id, starts_at, called_at, keys in rows:
        times, zone = establishments[establishment_id]
        try:
            right = wave_for(starts_at, times, zone) == called_at
        except NoArrivalTime:
            right = False
        wrong += [] if right else [f"appointment {key}" for key in keys]
    return wrong


RULES = (
    Rule("Every appointment to come has its movement", keys_of(MOVEMENT_MISSING)),
    Rule("A movement calls the person of the appointment", keys_of(WRONG_PERSON)),
    Rule("A movement shows the person's present building and cell", keys_of(WRONG_PLACE)),
    Rule("A movement is at the arrival time of its appointment", keys_of(WRONG_TIME)),
    Rule("Everybody to come is called at one of today's arrival times", called_at_another_time),
    Rule("Every movement to come belongs to an appointment or a departure, or is withdrawn", keys_of(NOBODY_EXPECTS)),
    Rule("No withdrawn movement still calls somebody", keys_of(WITHDRAWN_AND_EXPECTED)),
    Rule("Every movement is published before the call", keys_of(TOO_LATE)),
    Rule("Nobody has two movements at one arrival time", keys_of(TWO_LINES)),
    Rule(
        "No practitioner has two appointments at once",
        keys_of(OVERLAP.format(whose="agenda_id", and_which="AND NOT a.shares_time")),
    ),
    Rule("Nobody has two appointments at once", keys_of(OVERLAP.format(whose="detainee_id", and_which=""))),
    Rule("No session holds more people than its places", keys_of(TOO_MANY)),
    Rule("Every appointment is inside its session", keys_of(OUTSIDE_SESSION)),
    Rule("What belongs together belongs to one establishment", keys_of(TWO_ESTABLISHMENTS)),
    Rule("No row refers to a row of another establishment", partial(islands.crossing, DEFAULT_DB_ALIAS)),
    Rule("What belongs together belongs to one care unit", keys_of(TWO_UNITS)),
    Rule("The access log is whole", keys_of(BROKEN_CHAIN)),
    Rule("The access log ends where its last lines were written", keys_of(CUT_CHAIN)),
    Rule("Nobody who has left is still booked", keys_of(RELEASED), only_warns=True),
)

# Between the databases, each as it stands at that moment.
BETWEEN = (
    Rule(
        "Establishments, buildings and hours are alike on both sides",
        both_sides.staying(both_sides.while_served(both_sides.reference_differs)),
    ),
    Rule(
        "Officers’ lists say what they are to say", both_sides.staying(both_sides.while_served(both_sides.lists_differ))
    ),
    Rule("Both sides know where everybody stands", both_sides.staying(both_sides.states_differ)),
    Rule("What officers sent is here", both_sides.staying(both_sides.reports_lost)),
    Rule("Nothing waits for the courier", both_sides.staying(both_sides.what_waits), only_warns=True),
)


def findings() -> Iterator[tuple[Rule, list[str]]]:
    """Look at the hospital's database, which the caller may hold still."""
    for rule in RULES:
        yield rule, rule.broken_by()


def findings_elsewhere() -> Iterator[tuple[Rule, list[str]]]:
    """Look at the prisons' databases and compare them with the hospital's, which go on working meanwhile."""
    for prison in settings.CAREHUB_PRISONS:
        yield from chains(prison)
        rule = Rule(f"No row of {prison} refers to a row of another establishment", partial(islands.crossing, prison))
        yield rule, rule.broken_by()
    for rule in BETWEEN:
        yield rule, rule.broken_by()


def chains(prison: str) -> Iterator[tuple[Rule, list[str]]]:
    """Look at the access log of one prison's database."""
    for sentence, sql in (
        (f"The access log of {prison} is whole", BROKEN_CHAIN),
        (f"The access log of {prison} ends where its last lines were written", CUT_CHAIN),
    ):
        rule = Rule(sentence, keys_of(sql, prison))
        yield rule, rule.broken_by()
