"""Writes generated establishments, one after the other: each is whole once it is committed."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass

from django.conf import settings
from django.db import DEFAULT_DB_ALIAS, connection, connections, transaction
from django.utils import timezone

from access.models import Establishment, User
from appointments.courier import rounds
from carehub.tools.demo.rows import detainee_of
from carehub.tools.generate import accounts, rows
from carehub.tools.generate.frame import write_frame
from carehub.tools.generate.houses import House, Years, house
from carehub.tools.generate.visits import Life

# Plans made while a table was small are kept by the session: it learns the sizes anew after so many houses.
LEARNS_AFTER = frozenset(2**power for power in range(12))


@dataclass(frozen=True)
class Filled:
    """How far the filling has got."""

    houses: int
    of: int
    appointments: int
    seconds: float

    @property
    def seconds_left(self) -> float:
        return self.seconds / self.houses * (self.of - self.houses)


def is_empty() -> bool:
    """Whether neither side holds an establishment or an account."""
    sides = (DEFAULT_DB_ALIAS, *settings.CAREHUB_PRISONS)
    return not any(model.objects.using(side).exists() for side in sides for model in (Establishment, User))


def expected_appointments(establishments: int, years: float, seed: int) -> int:
    """Return about how many appointments will be written."""
    houses = (house(number + 1, seed) for number in range(establishments))
    return round(sum(each.appointments_a_day for each in houses) * 255 * years)


def fill(establishments: int, years: float, seed: int, *, say: Callable[[Filled], None], after: int = 0) -> int:
    """Write houses beside the `after` that stand already; return how many appointments they have.

    What was committed stays when it is interrupted.
    """
    began, written, encoded = time.monotonic(), 0, accounts.encoded_password()
    for number in range(after + 1, after + establishments + 1):
        with transaction.atomic(), transaction.atomic(using=settings.CAREHUB_PRISONS[0]):
            written += write_house(house(number, seed), years, encoded=encoded, is_first=number == 1)
        if number in LEARNS_AFTER:
            learn_sizes()
        say(Filled(number - after, establishments, written, time.monotonic() - began))
    learn_sizes()
    for name in settings.CAREHUB_PRISONS:
        rounds.go(name)
    return written


def learn_sizes() -> None:
    for alias in (DEFAULT_DB_ALIAS, *settings.CAREHUB_PRISONS):
        with connections[alias].cursor() as cursor:
            cursor.execute("ANALYZE")


def write_house(one: House, years: float, *, encoded: str, is_first: bool) -> int:
    """Write one establishment with all its people and appointments; return how many."""
    calendar = Years(Establishment(code=one.site.code).today(), years)
    frame = write_frame(one, calendar)
    nurse = accounts.open_accounts(frame.place, since=calendar.opens, encoded=encoded)
    if is_first:
        accounts.open_administrator(frame.place, since=calendar.opens, encoded=encoded)
    life = Life(one, calendar)
    days = list(life.days())
    people = {person: detainee_of(person, frame.place, frame.buildings) for person in life.population.everybody}
    rows.write_people(people.values())
    writer = rows.Writer(frame, people, nurse, calendar.today, timezone.now())
    writer.write_sessions(half_day for held, _visits in days for half_day in held)
    if is_first:
        learn_own_sizes()
    number = writer.write_visits([visit for _held, visits in days for visit in visits])
    writer.write_today()
    return number


def learn_own_sizes() -> None:
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
