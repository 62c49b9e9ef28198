"""A practitioner who called in sick, with people booked, and a colleague of the same discipline."""

from __future__ import annotations

import re
from dataclasses import dataclass

from access.policy import give
from appointments.models import Absence, Agenda, Appointment
from tests.conftest import Unit
from tests.doors import DoorClient
from tests.factories import AgendaFactory, DetaineeFactory, appointment, away, local, open_session, workday

# From the day after tomorrow on, so that no test is of an hour that has begun somewhere.
FIRST = 2


@dataclass(frozen=True)
class Sick:
    absence: Absence
    booked: list[Appointment]
    colleague: Agenda


def booked_days(unit: Unit, *, people: int, days: int = 1) -> list[Appointment]:
    """So many people a morning with the doctor, twenty minutes each from 8:30."""
    made = []
    for day in range(FIRST, FIRST + days):
        held = open_session(unit.doctor, workday(day))
        for number in range(people):
            person = DetaineeFactory(establishment=unit.establishment, building=unit.building)
            at = local(unit.establishment, workday(day), 8 + (30 + 20 * number) // 60, (30 + 20 * number) % 60)
            made.append(appointment(person, held, unit.consultation, at))
    return made


def sick(unit: Unit, *, people: int = 3, days: int = 1) -> Sick:
    """The doctor is away for some days over all of them; a colleague is open in the same mornings."""
    made = booked_days(unit, people=people, days=days)
    colleague = AgendaFactory(establishment=unit.establishment, name="Dr Morel", position=3)
    for day in range(FIRST, FIRST + days):
        open_session(colleague, workday(day))
    first = local(unit.establishment, workday(FIRST), 0)
    absence = away(unit.doctor, first, local(unit.establishment, workday(FIRST + days), 0))
    return Sick(absence, made, colleague)


def may_book(user, *agendas: Agenda) -> None:
    for agenda in agendas:
        give(user, "view_agenda", agenda)
        give(user, "book_agenda", agenda)


class Desk:
    """The page of one agenda in a browser: tick, look at what would happen, do it."""

    def __init__(self, browser: DoorClient, agenda: Agenda, query: str = "") -> None:
        self.browser, self.address = browser, browser.url("stranded_agenda", agenda.pk) + query

    def look(self) -> str:
        answer = self.browser.get(self.address)
        assert answer.status_code == 200
        return answer.content.decode()

    def review(self, ticked, how: str, **fields: object) -> dict[str, object]:
        """Ask what would happen and return the form that the answer holds."""
        ticks = [f"{one.pk}:{one.revision}" for one in ticked]
        answer = self.browser.post(self.address, {"appointment": ticks, "how": how, "show": "1", **fields})
        assert answer.status_code == 200, answer.content.decode()
        self.text = answer.content.decode()
        return {
            "appointment": ticks,
            "how": how,
            **fields,
            "line": re.findall(r'name="line" value="([^"]+)"', self.text),
        }

    def do(self, form: dict[str, object]):
        return self.browser.post(self.address, {**form, "do": "1"})
