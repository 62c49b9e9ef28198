"""Writes generated establishments, one after the other: each is whole once it is committed."""

from __future__ import annotations

import multiprocessing
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import chain

from django.conf import settings
from django.db import DEFAULT_DB_ALIAS, connections, transaction
from django.utils import timezone

from access.models import Establishment, User
from appointments.courier import rounds
from carehub.tools.demo.rows import detainee_of
from carehub.tools.generate import accounts, rows
from carehub.tools.generate.frame import Frame, write_frame
from carehub.tools.generate.houses import House, Years, house
from carehub.tools.generate.visits import Life
from carehub.tools.tables import learn_rows

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


def fill(
    establishments: int, years: float, seed: int, *, say: Callable[[Filled], None], after: int = 0, jobs: int = 1
) -> int:
    """Write houses beside the `after` that stand already; return how many appointments they have.

    What was committed stays when it is interrupted. `jobs`: so many processes write at once; then all houses are
    built first, and those that were not reached when it is interrupted stand empty.
    """
    began, written, encoded = time.monotonic(), 0, accounts.encoded_password()
    numbers = range(after + 1, after + establishments + 1)
    # By the first one the database learns how rows lie; the others are written beside each other.
    alone = numbers if jobs == 1 else numbers[:1]
    counts = chain(
        (write_house(house(number, seed), years, encoded=encoded, is_first=number == 1) for number in alone),
        beside_each_other([house(number, seed) for number in numbers[len(alone) :]], years, encoded=encoded, jobs=jobs),
    )
    for done, count in enumerate(counts, start=1):
        written += count
        if after + done in LEARNS_AFTER:
            learn_sizes()
        say(Filled(done, establishments, written, time.monotonic() - began))
    learn_sizes()
    for name in settings.CAREHUB_PRISONS:
        rounds.go(name)
    return written


def learn_sizes() -> None:
    for alias in (DEFAULT_DB_ALIAS, *settings.CAREHUB_PRISONS):
        learn_rows(alias)


@dataclass(frozen=True)
class Built:
    """A house in which nobody lives yet."""

    one: House
    calendar: Years
    frame: Frame
    nurse: User


def write_house(one: House, years: float, *, encoded: str, is_first: bool) -> int:
    """Write one establishment with all its people and appointments; return how many."""
    with both_sides():
        built = build(one, years, encoded=encoded)
        if is_first:
            accounts.open_administrator(built.frame.place, since=built.calendar.opens, encoded=encoded)
        return write_life(built, is_first=is_first)


def beside_each_other(houses: Sequence[House], years: float, *, encoded: str, jobs: int) -> Iterator[int]:
    """Build the houses, and let so many processes write who lives there; yield how many appointments each has."""
    built = []
    for one in houses:
        with both_sides():
            built.append(build(one, years, encoded=encoded))
    if not built:
        return
    # A process that is split off would speak on the connections of this one.
    connections.close_all()
    with ProcessPoolExecutor(jobs, mp_context=multiprocessing.get_context("fork")) as processes:
        for done in as_completed([processes.submit(write_life_alone, each) for each in built]):
            yield done.result()


@contextmanager
def both_sides() -> Iterator[None]:
    with transaction.atomic(), transaction.atomic(using=settings.CAREHUB_PRISONS[0]):
        yield


def build(one: House, years: float, *, encoded: str) -> Built:
    calendar = Years(Establishment(code=one.site.code).today(), years)
    frame = write_frame(one, calendar)
    return Built(one, calendar, frame, accounts.open_accounts(frame.place, since=calendar.opens, encoded=encoded))


def write_life_alone(built: Built) -> int:
    with both_sides():
        return write_life(built)


def write_life(built: Built, *, is_first: bool = False) -> int:
    frame, life = built.frame, Life(built.one, built.calendar)
    days = list(life.days())
    people = {person: detainee_of(person, frame.place, frame.buildings) for person in life.population.everybody}
    rows.write_people(people.values())
    writer = rows.Writer(frame, people, built.nurse, built.calendar.today, timezone.now())
    writer.write_sessions(half_day for held, _visits in days for half_day in held)
    if is_first:
        learn_rows()
    number = writer.write_visits([visit for _held, visits in days for visit in visits])
    writer.write_today()
    return number
