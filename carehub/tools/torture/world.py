"""A small establishment to be tortured: days of open sessions, people, a nurse and an officer who are signed in."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from django.core.management import call_command
from django.db import connection
from django.test import Client
from django.utils import timezone

from access.enums import Role, Side
from access.models import Establishment, Membership, User
from access.policy import give
from appointments.courier import rounds
from appointments.models import Agenda, CareUnit, ConsultationSession, Detainee, Kind, Movement
from appointments.models.enums.planning import Discipline
from carehub.tools.bench.door import signed_in

PEOPLE, AGENDAS, DAYS, LINES = 400, 4, 20, 30
# A name that no log holds by chance, and a beginning of the register numbers.
NAME, REGISTER = "Zarathoustra", "9173"
SLOT = timedelta(minutes=10)
# Nights in which the clocks change in Paris: what is booked there lies in the hour that is missing, or comes twice.
NIGHTS = (date(2027, 3, 28), date(2027, 10, 31))


@dataclass(frozen=True)
class Wish:
    """Somebody who is to be booked with somebody at a time."""

    person: uuid.UUID
    agenda: int
    kind: int
    at: datetime

    @property
    def form(self) -> dict[str, Any]:
        chosen = {"q": "", "person": self.person, "kind": self.kind, "minutes": "10", "agenda": self.agenda}
        return {**chosen, "day": self.at.date().isoformat(), "time": f"{self.at:%H:%M}"}


@dataclass
class World:
    """What the load works with."""

    place: Establishment
    agendas: list[int]
    kind: int
    people: list[uuid.UUID]
    officer: int
    cookies: dict[str, str]

    def wishes(self) -> Iterator[Wish]:
        """Give times of the coming days, each once, nobody twice in a day."""
        for day in range(1, DAYS + 1):
            yield from self.of_day(self.place.today() + timedelta(days=day), time(8), 8 * 6)

    def of_the_nights(self) -> Iterator[Wish]:
        """Give times between midnight and four in the nights in which the clocks change."""
        for night in NIGHTS:
            yield from self.of_day(night, time(0), 4 * 6)

    def of_day(self, day: date, begin: time, slots: int) -> Iterator[Wish]:
        people = iter(self.people)
        start = datetime.combine(day, begin, tzinfo=self.place.zone)
        for slot in range(slots):
            # By the clock on the wall: an hour that is missing is not offered, one that comes twice means its first.
            at = start + slot * SLOT
            if at.astimezone(UTC).astimezone(self.place.zone).hour != at.hour:
                continue
            for agenda in self.agendas:
                yield Wish(next(people), agenda, self.kind, at)


def build() -> World:
    """Make it, and bring it to the prison's database."""
    call_command("create_establishment", "TORTURE", name="Torture", building=["A", "B"], verbosity=0)
    place = Establishment.objects.get(code="TORTURE")
    with connection.cursor() as cursor:
        # Lists without hours: what is written is on them at once.
        cursor.execute("DELETE FROM appointments_publicationtime")
    unit = CareUnit.objects.get(establishment=place)
    common = {"establishment": place, "unit": unit, "discipline": Discipline.GENERAL}
    agendas = [Agenda.objects.create(name=f"Dr {number}", position=number, **common) for number in range(AGENDAS)]
    kind = Kind.objects.create(name="Consultation", default_minutes=10, **common)
    _open_sessions(place, agendas)
    people = _people(place)
    _lines(place)
    rounds.go("prison")
    nurse = _account(place, "nurse", Role.NURSE)
    for agenda in agendas:
        give(nurse, "view_agenda", agenda)
        give(nurse, "book_agenda", agenda)
    officer = _account(place, "officer", Role.UNIT_OFFICER)
    give(officer, "view_all_movements", Establishment.objects.using("prison").get(pk=place.pk))
    cookies = {"care": _cookie(nurse), "prison": _cookie(officer)}
    return World(place, [agenda.pk for agenda in agendas], kind.pk, people, officer.pk, cookies)


def _open_sessions(place: Establishment, agendas: list[Agenda]) -> None:
    today = place.today()
    whole = [(today + timedelta(days=day), time(8), time(16)) for day in range(1, DAYS + 1)]
    ConsultationSession.objects.bulk_create(
        ConsultationSession(
            establishment=place,
            agenda=agenda,
            starts_at=datetime.combine(day, begin, tzinfo=place.zone),
            ends_at=datetime.combine(day, end, tzinfo=place.zone),
            slot_minutes=10,
        )
        for agenda in agendas
        for day, begin, end in [*whole, *((night, time(0), time(6)) for night in NIGHTS)]
    )


def _people(place: Establishment) -> list[uuid.UUID]:
    building = place.buildings.order_by("pk").first()
    made = Detainee.objects.bulk_create(
        Detainee(
            establishment=place,
            building=building,
            cell=f"A-{number}",
            last_name=f"{NAME}{number}",
            first_name="Test",
            register_number=f"{REGISTER}{number:04d}",
            arrived_on=place.today() - timedelta(days=30),
        )
        for number in range(PEOPLE)
    )
    return [person.pk for person in made]


def _lines(place: Establishment) -> None:
    """Lines of today’s first minute, without appointments, which only those to come have: the load taps on them."""
    building = place.buildings.order_by("pk").last()
    Movement.objects.bulk_create(
        Movement(
            id=uuid.uuid4(),
            establishment=place,
            building=building,
            cell="B-1",
            last_name=NAME,
            first_name="Test",
            register_number=f"{REGISTER}T{number:03d}",
            expected_at=datetime.combine(place.today(), time.min, tzinfo=place.zone),
        )
        for number in range(LINES)
    )


def _account(place: Establishment, name: str, role: Role) -> User:
    side = Side.PRISON if role == Role.UNIT_OFFICER else Side.CARE
    alias = "prison" if side == Side.PRISON else "default"
    signed = {"must_change_password": False, "second_factor_since": timezone.now()}
    user = User(username=name, full_name=name.title(), side=side, **signed)
    user.set_unusable_password()
    user.save(using=alias)
    Membership.objects.using(alias).create(
        user_id=user.pk, establishment_id=place.pk, side=side, role=role, valid_from=date(2020, 1, 1)
    )
    return user


def _cookie(user: User) -> str:
    browser: Client = signed_in(user)
    [(name, morsel)] = [each for each in browser.cookies.items() if "session" in each[0]]
    token = uuid.uuid4().hex
    return f"{name}={morsel.value}; carehub_{user.side}_csrf={token}"
