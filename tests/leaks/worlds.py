"""Two worlds that differ in what is secret: builds one after the other at the care door, looks in at the prison door.

A world is built with care's own verbs, looked at by two officers in every way that their door offers, and undone. The
clock stands still meanwhile. From pages only the mask of the CSRF token is taken out, which Django draws anew for each
answer; headers, cookies, SQL and log lines are compared as they are.
"""

from __future__ import annotations

import logging
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

import time_machine
from django.db import connection, connections
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from access.calendar_addresses import open_address
from access.models import AuditEntry, Establishment, User
from appointments import booking
from appointments.arithmetic.timegrid import local_midnights
from appointments.models import Agenda, Appointment, Detainee, Kind, Movement, MovementEvent, RoundVisit
from appointments.models.enums.appointment import CancelReason
from appointments.models.enums.planning import Discipline
from appointments.planning import publishing
from appointments.prison.models import LineState
from appointments.projection import movement_id
from tests.conftest import Unit
from tests.doors import DoorClient, carry, taken_back, through
from tests.factories import AgendaFactory, DetaineeFactory, KindFactory, local, may_export, open_session

TODAY, TOMORROW = 0, 1
CSRF_MASK = re.compile(rb'(name="(?:csrfmiddlewaretoken|carehub_form)" value=")[^"]+')
# Django numbers its cursors in the order in which the process opens them.
CURSOR = re.compile(r"_django_curs_\w+")
Look = dict[str, object]


@dataclass
class Care:
    """The care side of one establishment: whom it may book where, and the verbs to do it."""

    unit: Unit
    head: User
    agendas: list[Agenda]
    kinds: list[Kind]
    people: list[Detainee]

    @property
    def place(self) -> Establishment:
        return self.unit.establishment

    def day(self, days: int) -> date:
        return timezone.localdate(timezone=self.place.zone) + timedelta(days=days)

    def at(self, clock: str, *, day: int = TOMORROW) -> datetime:
        hour, minute = map(int, clock.split(":"))
        return local(self.place, self.day(day), hour, minute)

    def book(
        self,
        person: int,
        clock: str,
        *,
        day: int = TOMORROW,
        agenda: int = 0,
        kind: int = 0,
        minutes: int | None = None,
        by: User | None = None,
        follows: Appointment | None = None,
    ) -> Appointment:
        """Book somebody; people, agendas and kinds are counted from 0."""
        with through("care"):
            return booking.book(
                by=by or self.head,
                detainee=self.people[person],
                agenda=self.agendas[agenda],
                kind=self.done_by(self.agendas[agenda], self.kinds[kind]),
                starts_at=self.at(clock, day=day),
                length=timedelta(minutes=minutes) if minutes else None,
                follows=follows,
            )

    def done_by(self, agenda: Agenda, kind: Kind) -> Kind:
        """That kind as the practitioner does it: one of the agenda's own discipline, of the same name and length."""
        if (kind.discipline, kind.unit_id) == (agenda.discipline, agenda.unit_id):
            return kind
        own, _new = Kind.objects.get_or_create(
            establishment=self.place,
            unit_id=agenda.unit_id,
            name=f"{kind.name} {agenda.discipline}",
            discipline=agenda.discipline,
            default_minutes=kind.default_minutes,
        )
        return own

    def move(self, appointment: Appointment, clock: str, *, agenda: int = 0) -> Appointment:
        appointment.refresh_from_db()
        with through("care"):
            return booking.move(
                by=self.head,
                appointment=appointment,
                revision=appointment.revision,
                agenda=self.agendas[agenda],
                starts_at=self.at(clock),
            )

    def record(self, person: int, state: str, impediment: str = "", *, day: int = TODAY) -> Movement:
        """Let an officer have recorded something, at ten to seven, about somebody's line."""
        number = self.people[person].register_number
        start, end = local_midnights(self.day(day), self.place.zone)
        line = Movement.objects.between(start, end).get(register_number=number)
        kept = {"establishment": self.place, "register_number": number, "expected_at": line.expected_at}
        MovementEvent.objects.create(**kept, state=state, impediment=impediment)
        at = self.at("06:50", day=TODAY)
        Movement.objects.filter(pk=line.pk).update(state=state, impediment=impediment, state_at=at)
        # As the database leaves it after the tap; its own clock would not stand still.
        LineState.objects.using("prison").create(
            line=line.pk,
            establishment_id=self.place.pk,
            day=self.day(day),
            state=state,
            impediment=impediment,
            at=at,
            previous_state="expected",
        )
        return line

    def lines(self) -> list[UUID]:
        """The keys of somebody's line today and of Paul's tomorrow, at 10:30, whether they are there or not."""
        expected = ((self.people[4], self.at("10:30", day=TODAY)), (self.people[0], self.at("10:30")))
        return [movement_id(self.place.pk, person.register_number, at) for person, at in expected]

    def cancel(self, appointment: Appointment, reason: CancelReason = CancelReason.UNIT_POSTPONED) -> None:
        appointment.refresh_from_db()
        with through("care"):
            booking.cancel(by=self.head, appointment=appointment, revision=appointment.revision, reason=reason)

    def publish(self, *, day: int = TODAY) -> None:
        with through("care"):
            publishing.publish_now(self.place, by=self.head, day=self.day(day))


World = Callable[[Care], object]


def make_care(unit: Unit, head: User) -> Care:
    """Four agendas open today and tomorrow, four kinds of consultation, six people in two buildings."""
    place = unit.establishment
    care = Care(
        unit=unit,
        head=head,
        agendas=[
            unit.doctor,
            unit.psychiatrist,
            AgendaFactory(establishment=place, name="Dr Dent", discipline=Discipline.DENTISTRY),
            AgendaFactory(establishment=place, name="SMPR, ground floor", discipline=Discipline.PSYCHOLOGY),
        ],
        kinds=[
            unit.consultation,
            unit.psychiatry,
            KindFactory(establishment=place, name="Teeth", default_minutes=40, discipline=Discipline.DENTISTRY),
            KindFactory(establishment=place, name="Substitution", default_minutes=10, discipline=Discipline.ADDICTION),
        ],
        people=[unit.paul, unit.karim],
    )
    for number in range(4):
        building = (unit.building, unit.other_building)[number % 2]
        care.people.append(
            DetaineeFactory(
                establishment=place,
                building=building,
                cell=f"{building.name}-3-30{9 - number}",
                last_name=f"Petit{number}",
                register_number=f"00500{number}",
            )
        )
    for agenda in care.agendas:
        for day in (TODAY, TOMORROW):
            open_session(agenda, care.day(day), 8, 12)
            open_session(agenda, care.day(day), 14, 17, start_minute=0)
    return care


@dataclass
class PrisonSide:
    """Two officers with all that their door gives them: pages, sheets, files, feeds, the database login."""

    care: Care
    officers: dict[str, Client]
    secrets: dict[str, str]
    heard: list[tuple[str, str]] = field(default_factory=list)

    def addresses(self, *, everything: bool) -> Iterator[str]:
        """Each page once with its tabs; or every day, tab and form of the list."""
        mine, other = (f"&building={each.pk}" for each in (self.care.unit.building, self.care.unit.other_building))
        yield from ("/?day=today", "/?day=yesterday", "/calendar", "/board", "/board/lines", "/freezes", "/alerts")
        yield from (f"/?day=tomorrow{building}" for building in ("", mine, other))
        yield from (f"{page}?day={day}" for page in ("/print", "/mouvements.csv") for day in ("today", "tomorrow"))
        if everything:
            yield from (f"/?day=today{building}" for building in (mine, other))
            yield from ("/", "/print", "/mouvements.csv", "/?building=none")
            for page in ("/print", "/mouvements.csv"):
                yield from (f"{page}?day=today{building}" for building in (mine, other))
                yield from (f"{page}?day=tomorrow{building}" for building in (mine, other))

    def look(self, *, everything: bool) -> Look:
        """What the prison side can see now. It goes through its door once, since each passage makes the URLs anew."""
        found: Look = {}
        with through("prison"):
            for name, browser in self.officers.items():
                for address in self.addresses(everything=everything):
                    for language in ("fr", "en") if everything else ("en",):
                        headers = {"accept-language": language}
                        found[f"{name} {language} {address}"] = self.answer(browser, address, headers=headers)
                for key in self.care.lines():
                    for address in (f"/line/{key}/impediment", f"/alerts?line={key}"):
                        headers = {"accept-language": "en"}
                        found[f"{name} en {address}"] = self.answer(browser, address, headers=headers)
                found[f"{name} feed"] = self.answer(Client(), f"/calendar/{self.secrets[name]}.ics")
            found |= readable()
        found["log lines"] = list(self.heard)
        found["access log"] = list(
            AuditEntry.objects.using("prison")
            .order_by("id")
            .values_list("username", "verb", "target_type", "target_id", "establishment_id")
        )
        return found

    def answer(self, browser: Client, address: str, **extra: Any) -> dict[str, object]:
        """One answer, with everything that comes along and the questions that the database was asked for it."""
        with CaptureQueriesContext(connection) as queries:
            response = browser.get(address, **extra)
        return {
            "status": response.status_code,
            # The name of a request is drawn by chance for each, whatever it asks for.
            "headers": sorted(pair for pair in response.headers.items() if pair[0] != "X-Request-ID"),
            "cookies": response.cookies.output(),
            "body": CSRF_MASK.sub(rb"\1", response.content),
            "queries": [CURSOR.sub("cursor", query["sql"]) for query in queries if "SAVEPOINT" not in query["sql"]],
        }


# All that the prison login can read of the lists, asked for directly; it sees no other column.
READABLE = {
    "database": "SELECT jsonb_array_elements(lines) FROM prison_edition",
    "editions": "SELECT id, establishment_id, day, version, planned_for, lines, digest FROM prison_edition",
    "publishing hours": "SELECT id, establishment_id, at, since, until FROM prison_publishinghour",
    "states": "SELECT line, establishment_id, day, state, impediment, at, previous_state, previous_impediment"
    " FROM prison_linestate",
    "taps": "SELECT establishment_id, taps FROM prison_deskcount",
    "heartbeat": "SELECT id, at FROM prison_heartbeat",
    "permissions": "SELECT establishment_id, username, until, is_known FROM prison_exportpermission",
}


def readable() -> Look:
    """What the prison login finds in its database, in the stored order."""
    found: Look = {}
    with connection.cursor() as cursor:
        for name, question in READABLE.items():
            cursor.execute(question)
            found[name] = cursor.fetchall()
    return found


def stored() -> Look:
    """The prison's database as a dump has it: every row of every table that the courier writes, in the stored order.

    Accounts, sessions and the log of the officers are written by their own clicks alone.
    """
    found: Look = {}
    with connections["prison"].cursor() as cursor:
        cursor.execute(
            "SELECT relname FROM pg_class WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace"
            " AND (relname LIKE 'prison%' OR relname IN ('access_establishment', 'access_building')) ORDER BY 1"
        )
        for (table,) in cursor.fetchall():
            what = NOT_BY_THE_CLOCK.get(table, table)
            with cursor.copy(f"COPY {what} TO STDOUT") as copy:
                found[f"dump of {table}"] = b"".join(map(bytes, copy))
    return found


# The database dates what officers took by its own clock, which stands still for no test; the key holds the hour too.
NOT_BY_THE_CLOCK = {"prison_exportuse": "(SELECT establishment_id, by_id, username, taken_as FROM prison_exportuse)"}
EMPTY_AT_FIRST = (
    "prison_edition",
    "prison_linestate",
    "prison_publishinghour",
    "prison_heartbeat",
    "prison_deskcount",
    "prison_exportpermission",
    "prison_exportuse",
)


@contextmanager
def undone() -> Iterator[None]:
    """Undo in both databases what is done meanwhile; to the access log it is committed."""
    with taken_back():
        for each in (connections["default"], connections["prison"]):
            each.atomic_blocks[-1]._from_testcase = True
        # Both worlds begin on the same empty pages: what was undone before leaves its holes.
        with connections["prison"].cursor() as cursor:
            # A server that is just tidying one of them gives way after a second.
            cursor.execute("SET LOCAL lock_timeout = '20s'")
            cursor.execute(f"TRUNCATE {', '.join(EMPTY_AT_FIRST)}")
            cursor.execute("SET LOCAL lock_timeout TO DEFAULT")
        yield


# The queries are compared by themselves. No door runs asyncio: the browser of an earlier test does, in this process,
# and Python says when it likes that a task of it was left.
NOT_OF_THE_WORLD = {"django.db.backends", "asyncio"}


@contextmanager
def listening(heard: list[tuple[str, str]]) -> Iterator[None]:
    """Collect what the process writes to its log."""

    class Ear(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            if record.name not in NOT_OF_THE_WORLD:
                heard.append((record.name, record.getMessage()))

    ear = Ear(logging.DEBUG)
    logging.getLogger().addHandler(ear)
    try:
        yield
    finally:
        logging.getLogger().removeHandler(ear)


def secrets_of(care: Care) -> list[object]:
    """What the two worlds must differ in: what care knows of each appointment, and what it did, in order."""
    known = Appointment.objects.order_by("detainee", "starts_at", "agenda", "status").values_list(
        "detainee", "agenda", "kind", "starts_at", "ends_at", "status", "cancel_reason", "not_come_reason", "booked_by"
    )
    done = AuditEntry.objects.filter(door="care").order_by("id").values_list("username", "verb")
    # In which order people were booked.
    order = AuditEntry.objects.filter(door="care", verb="book").order_by("id").values_list("target_id", flat=True)
    people = {str(key): person for key, person in Appointment.objects.values_list("pk", "detainee")}
    rounds = RoundVisit.objects.order_by("day", "stay__detainee").values_list("stay__detainee", "outcome", "reason")
    return [
        list(known),
        list(done),
        [people[key] for key in order if key in people],
        list(sessions(care)),
        list(rounds),
    ]


def sessions(care: Care) -> Iterator[tuple[object, ...]]:
    for agenda in care.agendas:
        yield from agenda.sessions.order_by("starts_at").values_list("agenda", "starts_at", "ends_at")


@dataclass
class Experiment:
    """Builds worlds and compares what the prison side sees of them."""

    care: Care
    prison: PrisonSide

    def see(self, world: World, *, everything: bool = False) -> tuple[list[object], Look]:
        """Build `world`, return what is secret in it and what the prison side sees of it, and undo it."""
        self.prison.heard.clear()
        with undone():
            world(self.care)
            carry()
            with listening(self.prison.heard):
                seen = self.prison.look(everything=everything) | stored()
            secret = secrets_of(self.care)
        return secret, seen

    def require_neutral(self, one: World, other: World, *, everything: bool = False) -> Look:
        """Fail unless the worlds differ for care and are the same, byte for byte, for the prison side."""
        secret_of_one, seen_of_one = self.see(one, everything=everything)
        secret_of_other, seen_of_other = self.see(other, everything=everything)
        assert secret_of_one != secret_of_other, "The worlds do not differ: there is nothing that could leak."
        found = differences(seen_of_one, seen_of_other)
        assert found == [], "\n".join(line[:2000] for line in found)
        return seen_of_one


def differences(one: Look, other: Look) -> list[str]:
    """Where two looks differ, in words."""
    assert one.keys() == other.keys()
    found = []
    for name, here in one.items():
        there = other[name]
        if here == there:
            continue
        if isinstance(here, dict) and isinstance(there, dict):
            found += [f"{name}: {part}: {here[part]!r} / {there[part]!r}" for part in here if here[part] != there[part]]
        else:
            found.append(f"{name}: {here!r} / {there!r}")
    return found


def browser_of(user: User) -> Client:
    """A browser in which `user` is signed in, for whoever stands at the prison door already."""
    browser = Client()
    browser.cookies = DoorClient("prison").sign_in(user).cookies
    return browser


@contextmanager
def experiment(
    unit: Unit, head: User, officers: dict[str, User], *, now: datetime | None = None
) -> Iterator[Experiment]:
    """Set up the establishment and stop the clock, at seven in the morning there unless told otherwise."""
    now = now or datetime.now(unit.establishment.zone).replace(hour=7, minute=0, second=0, microsecond=0)
    with time_machine.travel(now, tick=False):
        care = make_care(unit, head)
        # Files and calendar are open to both officers, in every world alike.
        may_export(unit.establishment, *(user.username for user in officers.values()))
        carry()
        with connections["prison"].cursor() as cursor:
            # What was deferred is checked now: a table that waits for a check is not emptied.
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
            cursor.execute("SET CONSTRAINTS ALL DEFERRED")
        browsers = {name: browser_of(user) for name, user in officers.items()}
        keys = {}
        for name, user in officers.items():
            with through("prison"):
                keys[name] = open_address(by=user, establishment=unit.establishment)
                browsers[name].get("/")  # the CSRF cookie is given once
        yield Experiment(care, PrisonSide(care, browsers, keys))
