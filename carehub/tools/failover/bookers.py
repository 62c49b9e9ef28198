"""One of several processes that book through the verb without a pause, and counts what became of it afterwards."""

from __future__ import annotations

import sys
import time
import uuid
from collections import Counter
from collections.abc import Iterable, Iterator
from datetime import datetime

from django.db import DatabaseError, InterfaceError, connections

from access.models import Establishment, User
from appointments import booking
from appointments.booking import BookingRefused
from appointments.models import Agenda, Appointment, ConsultationSession, Detainee, Kind
from appointments.models.enums.appointment import Status
from carehub.doctor import integrity
from carehub.tools.torture.world import SLOT

AWAY = (DatabaseError, InterfaceError)
PAUSE = 0.02
# So long nobody may answer before a booker gives up.
PATIENCE = 90.0
ACKNOWLEDGED, FOUND, REFUSED = "acknowledged", "found", "refused"
Wish = tuple[uuid.UUID, int, datetime]


def wishes(number: int, of: int) -> Iterator[Wish]:
    """Give this booker's share of all people and times; nobody else wishes the same."""
    place = Establishment.objects.get()
    people = list(Detainee.objects.filter(establishment=place).order_by("pk").values_list("pk", flat=True))
    sessions = ConsultationSession.objects.filter(establishment=place).order_by("starts_at", "agenda")
    nth = 0
    for agenda, starts, ends in sessions.values_list("agenda", "starts_at", "ends_at"):
        while starts + SLOT <= ends:
            if nth % of == number:
                yield people[nth % len(people)], agenda, starts
            nth, starts = nth + 1, starts + SLOT


def book_on(number: int, of: int, skip: int) -> None:
    """Book one after the other; a line of output for each that has an answer, at the instant of the answer."""
    by, kind = User.objects.get(username="nurse"), Kind.objects.get()
    agendas = {each.pk: each for each in Agenda.objects.select_related("establishment", "unit")}
    people = {each.pk: each for each in Detainee.objects.all()}
    for nth, wish in enumerate(list(wishes(number, of))):
        if nth < skip:
            continue
        person, agenda, at = wish
        begun, tries = time.monotonic(), 0
        while (became := attempt(by, kind, agendas[agenda], people[person], at, is_first=not tries)) is None:
            tries += 1
            connections.close_all()
            if time.monotonic() - begun > PATIENCE:
                sys.exit("Nobody has answered for a minute and a half.")
            time.sleep(PAUSE)
        sys.stdout.write(f"{became} {person} {agenda} {at.isoformat()} {time.time()} {tries}\n")
        sys.stdout.flush()


def attempt(by: User, kind: Kind, agenda: Agenda, person: Detainee, at: datetime, *, is_first: bool) -> str | None:
    """Book once; return what became of it, None when nobody answered.

    Whoever heard nothing asks again, as a person does. What the unanswered attempt had written is then found there.
    """
    try:
        booking.book(by=by, detainee=person, agenda=agenda, kind=kind, starts_at=at)
    except BookingRefused:
        if is_first:
            return REFUSED
        try:
            there = Appointment.objects.filter(detainee=person, starts_at=at).exclude(status=Status.CANCELLED).exists()
        except AWAY:
            return None
        return FOUND if there else REFUSED
    except AWAY:
        return None
    return ACKNOWLEDGED


def counted(lines: Iterable[str]) -> dict[str, int]:
    """Say what is missing, there twice, or half, of what the bookers had been told."""
    told = [line.split() for line in lines]
    wanted = {(uuid.UUID(words[1]), datetime.fromisoformat(words[3])) for words in told if words[0] != REFUSED}
    there: Counter[tuple[uuid.UUID, datetime]] = Counter()
    active = Appointment.objects.exclude(status=Status.CANCELLED)
    there.update(active.values_list("detainee_id", "starts_at"))
    return {
        "acknowledged": sum(words[0] == ACKNOWLEDGED for words in told),
        "found": sum(words[0] == FOUND for words in told),
        "lost": sum(not there[key] for key in wanted),
        "doubled": sum(count > 1 for count in there.values()),
        "unasked": len(there.keys() - wanted),
        "half": sum(len(keys) for rule, keys in integrity.findings() if not rule.only_warns),
    }
