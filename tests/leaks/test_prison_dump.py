"""A day, minute by minute: the dump of the prison's database is the same in two worlds that differ in what is secret.

In both the same people are called at the same times, on the same editions. In which order, at which minute, by which
act, for what and with whom care booked them differs. Publication hours are 05:30, 08:30 and 15:30.
"""

from __future__ import annotations

import hashlib
import random
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta

import pytest
import time_machine

from access.models import User
from appointments.models import Appointment
from tests.conftest import Unit
from tests.doors import carry
from tests.leaks.worlds import TODAY, TOMORROW, Care, Experiment, experiment, stored, undone
from tests.published import early_there, publish_at

# Who is called when, from which edition on: people, arrival times, and the hours between which care may act.
MORNING, MIDDAY = ("06:02", "08:28"), ("08:34", "15:26")
CALLS = (
    (0, "10:30", TODAY, MORNING),
    (1, "16:00", TODAY, MORNING),
    (2, "16:00", TODAY, MIDDAY),
    (3, "16:00", TODAY, MIDDAY),
    (4, "09:30", TOMORROW, MIDDAY),
    (5, "10:30", TOMORROW, MIDDAY),
)
# Somebody who was called from the first edition on is withdrawn with the one of the afternoon.
WITHDRAWN = 1
FIRST, LAST = "06:00", "16:30"

Deed = Callable[[], object]


@pytest.fixture
def worlds(unit_a: Unit, helene: User, olga: User) -> Iterator[Experiment]:
    early_there(unit_a.establishment)
    publish_at(unit_a.establishment)
    with experiment(unit_a, helene, {"olga": olga}) as found:
        yield found


class Day:
    """What care does in one world, drawn by `seed`: the same calls, otherwise at random."""

    def __init__(self, care: Care, seed: int) -> None:
        self.care, self.draw = care, random.Random(seed)
        self.made: dict[int, Appointment] = {}
        self.deeds: dict[str, list[Deed]] = {}
        for call in self.draw.sample(CALLS, len(CALLS)):
            self.plan(*call)
        self.at(self.minute(*MIDDAY), lambda: self.care.cancel(self.made[WITHDRAWN]))

    def plan(self, person: int, arrival: str, day: int, between: tuple[str, str]) -> None:
        """Let somebody be booked at some minute; perhaps first otherwise, and cancelled, and booked again."""
        minutes = sorted(self.minute(*between) for _each in range(3))
        if self.draw.random() < 0.5:
            self.at(minutes[0], lambda: self.book(person, arrival, day))
            self.at(minutes[1], lambda: self.care.cancel(self.made[person]))
        self.at(minutes[2], lambda: self.book(person, arrival, day))

    def book(self, person: int, arrival: str, day: int) -> None:
        hour, minute = map(int, arrival.split(":"))
        step = 5 * (person + 6 * self.draw.randrange(2)) % 60
        agenda = self.draw.randrange(4)
        clock = f"{hour + (minute + step) // 60:02}:{(minute + step) % 60:02}"
        self.made[person] = self.care.book(
            person, clock, day=day, agenda=agenda, kind=self.draw.randrange(4), minutes=5
        )

    def minute(self, first: str, last: str) -> str:
        begin, end = (int(each[:2]) * 60 + int(each[3:]) for each in (first, last))
        return "{:02}:{:02}".format(*divmod(self.draw.randrange(begin, end), 60))

    def at(self, clock: str, deed: Deed) -> None:
        self.deeds.setdefault(clock, []).append(deed)


def dumps(care: Care, seed: int) -> dict[str, str]:
    """Let a day pass; return a digest of the prison's database for each minute."""
    found = {}
    with undone():
        day = Day(care, seed)
        for now in minutes(care):
            with time_machine.travel(now, tick=False):
                clock = f"{now.astimezone(care.place.zone):%H:%M}"
                for deed in day.deeds.get(clock, []):
                    deed()
                carry()
                found[clock] = hashlib.sha256(repr(stored()).encode()).hexdigest()
        assert day.made.keys() == set(range(6))
    return found


def minutes(care: Care) -> Iterator[datetime]:
    now, last = care.at(FIRST, day=TODAY), care.at(LAST, day=TODAY)
    while now <= last:
        yield now
        now += timedelta(minutes=1)


@pytest.mark.slow
def test_dump_is_the_same_at_every_minute_whatever_care_does_when(worlds: Experiment) -> None:
    one, other = dumps(worlds.care, 1), dumps(worlds.care, 2)

    differing = [clock for clock in one if one[clock] != other[clock]]
    assert differing == []
    # There was something that could show: each publication brought something.
    assert len(set(one.values())) > 3
    assert one["08:29"] != one["08:31"]
    assert one["15:29"] != one["15:31"]


def test_dump_differs_when_somebody_else_is_called(worlds: Experiment) -> None:
    def with_person(person: int) -> str:
        with undone(), time_machine.travel(worlds.care.at("06:30", day=TODAY), tick=False):
            worlds.care.book(person, "10:40", day=TODAY)
            worlds.care.publish()
            carry()
            return repr(stored())

    assert with_person(0) != with_person(2)
