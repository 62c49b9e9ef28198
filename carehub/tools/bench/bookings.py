"""Measures booking three ways: a form at the served door, the verb in this process, and the bare row in SQL."""

from __future__ import annotations

import http
import secrets
import statistics
import time
import uuid
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from django.db import DEFAULT_DB_ALIAS, connection, transaction
from django.utils import timezone

from access.models import Establishment, Session, User
from appointments import booking
from appointments.models import Appointment, ConsultationSession, Detainee, Kind
from appointments.models.enums.planning import Discipline
from carehub.rubbish import leave_what_stands
from carehub.tools.bench import clocks, copies
from carehub.tools.bench.browser import Browser, Reply
from carehub.tools.bench.door import through
from carehub.tools.bench.turns import REST

BOOKINGS = 16
# Before them so many that nobody counts: until templates are read and the database has decided which plans it keeps. A
# statement is prepared when it comes the third time, and planned anew five times more before its plan is kept.
UNCOUNTED = 10
# So many book at the same time, each on a connection of their own, so many appointments each and two uncounted.
CLIENTS, EACH, EACH_UNCOUNTED = 16, 12, 2
FIRST_DAY = 2


class Free(NamedTuple):
    """Somebody, and a time at which nobody else is seen."""

    person: Detainee
    session: ConsultationSession
    at: datetime


@dataclass(frozen=True)
class Booked:
    """What one booking cost, one way."""

    way: str
    worker_ms: float
    backend_ms: float
    p50_ms: float
    refused: int
    # How many are booked in a second; None where one follows the other.
    a_second: float | None = None

    @property
    def cpu_ms(self) -> float:
        return self.worker_ms + self.backend_ms


def measure_bookings(browser: Browser, server: int, establishment: Establishment, nurse: User) -> list[Booked]:
    """Book so many people each way, each of them at a time of their own."""
    free = free_times(establishment)
    kind = Kind.objects.filter(establishment=establishment, discipline=Discipline.NURSING).order_by("pk")[0]
    takes = [next(free) for _each in range(3 * (UNCOUNTED + BOOKINGS))]
    parts = [takes[start::3] for start in range(3)]
    alone = over_http(browser, server, parts[0], kind, establishment)
    crowded = [[next(free) for _each in range(EACH_UNCOUNTED + EACH)] for _client in range(CLIENTS)]
    return [
        alone,
        at_once(browser, server, crowded, kind, establishment),
        *in_this_process(parts[1], parts[2], kind, nurse),
    ]


def free_times(establishment: Establishment) -> Iterator[Free]:
    """Return times of nursing sessions to come with somebody who sees no nurse in those weeks and nobody that day."""
    soon = timezone.now() + timedelta(days=FIRST_DAY)
    busy = Appointment.objects.filter(establishment=establishment, starts_at__gte=timezone.now())
    at_nurses = busy.filter(kind__discipline=Discipline.NURSING)
    people = Detainee.objects.filter(establishment=establishment).present()
    waiting = list(people.exclude(pk__in=at_nurses.values("detainee")).order_by("register_number"))
    elsewhere = {(person, establishment.day_of(at)) for person, at in busy.values_list("detainee_id", "starts_at")}
    sessions = ConsultationSession.objects.filter(
        establishment=establishment, agenda__discipline=Discipline.NURSING, starts_at__gte=soon
    )
    for session in sessions.select_related("agenda__establishment").order_by("-starts_at"):
        taken = set(busy.filter(session=session).values_list("starts_at", flat=True))
        at, day = session.starts_at, establishment.day_of(session.starts_at)
        while at < session.ends_at:
            free = next((person for person in waiting if (person.pk, day) not in elsewhere), None)
            if at not in taken and free is not None:
                waiting.remove(free)
                yield Free(free, session, at)
            at += timedelta(minutes=session.slot_minutes)


def over_http(browser: Browser, server: int, takes: list[Free], kind: Kind, place: Establishment) -> Booked:
    workers, refused, seconds = clocks.workers_of(server), 0, []
    backends: list[int] = []
    before: tuple[dict[int, float], dict[int, float]] = ({}, {})
    for number, free in enumerate(takes):
        if number == UNCOUNTED:
            backends = backends_of_care()
            before = clocks.used_by(workers), clocks.used_by(backends)
        reply = browser.ask("/book", form_of(free, kind, place))
        refused += number >= UNCOUNTED and reply.status != http.HTTPStatus.FOUND
        seconds.append(reply.seconds)
    after = clocks.used_by(workers), clocks.used_by(backends)
    return told("booking over HTTP", before, after, seconds[UNCOUNTED:], refused)


def backends_of_care() -> list[int]:
    return clocks.backends_of("care", {DEFAULT_DB_ALIAS: copies.names_of()[DEFAULT_DB_ALIAS]})


def form_of(free: Free, kind: Kind, place: Establishment) -> dict[str, str]:
    local = free.at.astimezone(place.zone)
    return {
        "person": str(free.person.pk),
        "kind": str(kind.pk),
        "agenda": str(free.session.agenda_id),
        "day": f"{local:%Y-%m-%d}",
        "time": f"{local:%H:%M}",
        "carehub_form": secrets.token_hex(16),
    }


def at_once(browser: Browser, server: int, takes: list[list[Free]], kind: Kind, place: Establishment) -> Booked:
    """Let everybody book their part at the same time, each in a session of their own: a session takes turns."""
    forms = [[form_of(free, kind, place) for free in part] for part in takes]
    clients = [in_another_session(browser) for _part in takes]
    with ThreadPoolExecutor(len(clients)) as pool:
        list(pool.map(book_all, clients, [each[:EACH_UNCOUNTED] for each in forms]))
    workers, backends = clocks.workers_of(server), backends_of_care()
    before = clocks.used_by(workers), clocks.used_by(backends)
    began = time.perf_counter()
    with ThreadPoolExecutor(len(clients)) as pool:
        replies = list(pool.map(book_all, clients, [each[EACH_UNCOUNTED:] for each in forms]))
    lasted = time.perf_counter() - began
    after = clocks.used_by(workers), clocks.used_by(backends)
    for client in clients:
        client.close()
    every = [reply for part in replies for reply in part]
    refused = sum(reply.status != http.HTTPStatus.FOUND for reply in every)
    found = told(f"booking over HTTP, {len(clients)} at once", before, after, [one.seconds for one in every], refused)
    return replace(found, a_second=(len(every) - refused) / lasted)


def in_another_session(browser: Browser) -> Browser:
    """Return a browser of the same person, signed in at the same moment at another desk."""
    name = f"carehub_{browser.door.name}_session"
    row = Session.objects.get(session_key=browser.cookies[name])
    row.session_key = secrets.token_hex(16)
    row.save(force_insert=True)
    return Browser(browser.door, browser.username, {**browser.cookies, name: row.session_key})


def book_all(client: Browser, forms: list[dict[str, str]]) -> list[Reply]:
    return [client.ask("/book", form) for form in forms]


def in_this_process(by_verb: list[Free], bare: list[Free], kind: Kind, nurse: User) -> list[Booked]:
    """Book through the verb and write the bare rows, in turn: what the machine does meanwhile is the same for both.

    This process collects its rubbish as a door does.
    """
    leave_what_stands()
    ways = {"booking through the verb": book_by_verb, "booking in bare SQL": insert_bare}
    taken: dict[str, list[Spent]] = {way: [] for way in ways}
    with through("care"):
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_backend_pid()")
            [backend] = cursor.fetchone()
        for number, frees in enumerate(zip(by_verb, bare, strict=True)):
            for (way, book), free in zip(ways.items(), frees, strict=True):
                spent = spent_by(book, free, kind, nurse, backend)
                taken[way] += [spent] if number >= UNCOUNTED else []
    return [told_of(way, spent) for way, spent in taken.items()]


class Spent(NamedTuple):
    """Processor time of this process and of the database's, and what the clock on the wall says, in seconds."""

    worker: float
    backend: float
    wall: float


def spent_by(book: Callable[[Free, Kind, User], None], free: Free, kind: Kind, nurse: User, backend: int) -> Spent:
    before, own, began = clocks.used_by([backend]), time.process_time(), time.perf_counter()
    book(free, kind, nurse)
    worker, wall = time.process_time() - own, time.perf_counter() - began
    time.sleep(REST)
    return Spent(worker, clocks.spent(before, clocks.used_by([backend])), wall)


def told_of(way: str, taken: list[Spent]) -> Booked:
    # As of a page: what the machine does meanwhile by itself makes single bookings dear.
    worker, backend, wall = (statistics.median(each) * 1000 for each in zip(*taken, strict=True))
    return Booked(way, worker, backend, wall, 0)


def book_by_verb(free: Free, kind: Kind, nurse: User) -> None:
    booking.book(by=nurse, detainee=free.person, agenda=free.session.agenda, kind=kind, starts_at=free.at)


def insert_bare(free: Free, kind: Kind, nurse: User) -> None:
    """Write what a booking writes, movement and appointment, with nothing around it."""
    session, movement, appointment = free.session, uuid.uuid4(), uuid.uuid4()
    at: list[Any] = [free.at, free.at, free.at + kind.length]
    keys: list[Any] = [session.establishment_id, session.agenda_id, session.pk, free.person.pk, kind.pk, movement]
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(MOVEMENT, [movement, free.at, free.person.pk])
        cursor.execute(APPOINTMENT, [appointment, *keys, *at, nurse.pk])


MOVEMENT = (
    "INSERT INTO appointments_movement (id, establishment_id, building_id, cell, last_name, first_name,"
    " register_number, expected_at, state, impediment, is_added)"
    " SELECT %s, establishment_id, building_id, cell, last_name, first_name, register_number, %s, 'expected', '', false"
    " FROM appointments_detainee WHERE id = %s"
)
APPOINTMENT = (
    "INSERT INTO appointments_appointment (id, establishment_id, agenda_id, session_id, detainee_id, kind_id,"
    " movement_id, called_at, starts_at, ends_at, shares_time, status, cancel_reason, not_come_declared,"
    " not_come_reason, refusal_cause, booked_by_id, booked_at, revision)"
    " VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s, false, 'booked', '', '', '', '', %s, now(), 1)"
)


def told(
    way: str,
    before: tuple[dict[int, float], dict[int, float]],
    after: tuple[dict[int, float], dict[int, float]],
    seconds: list[float],
    refused: int,
) -> Booked:
    worker, backend = (clocks.spent(old, new) * 1000 / len(seconds) for old, new in zip(before, after, strict=True))
    return Booked(way, worker, backend, sorted(seconds)[len(seconds) // 2] * 1000, refused)
