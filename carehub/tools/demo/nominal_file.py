"""Writes an invented nominal list as a prison's software exports it, to try the import with. Only reads."""

from __future__ import annotations

import csv
import io
import uuid
from collections.abc import Iterator
from datetime import date, timedelta
from random import Random

from access.models import Establishment
from appointments.models import Detainee
from carehub.tools.demo.names import first_names, last_names

HEADER = (
    "N° d'écrou",
    "Nom",
    "Prénom",
    "Date de naissance",
    "Bâtiment",
    "Cellule",
    "Date d'entrée",
    "Date de sortie",
)
ENCODING = "cp1252"
CHANGES_OF_CELL, ARRIVALS, RELEASES = 12, 5, 1


def nominal_file(establishment: Establishment, *, today: date) -> bytes:
    """Return today's list: everybody present, with some in another cell, a few new and one released.

    The same registry gives the same file all day.
    """
    rng = Random(f"CareHub {establishment.code} {today}")  # noqa: S311 (an invented list, not a secret)
    people = list(Detainee.objects.filter(establishment=establishment).present().select_related("building"))
    chosen = rng.sample(people, min(len(people), CHANGES_OF_CELL + RELEASES))
    released, moving = chosen[:RELEASES], chosen[RELEASES:]
    _exchange_cells(moving)
    lines = [_line(person, released_on=today if person in released else None) for person in people]
    lines += [_line(person) for person in _newcomers(people, establishment, rng, today)]
    return _csv(sorted(lines, key=lambda line: (line[1].casefold(), line[2].casefold(), line[0])))


def _exchange_cells(people: list[Detainee]) -> None:
    """Let each take the place of the next, so that no cell grows fuller. Nothing is saved."""
    places = [(person.building, person.cell) for person in people]
    for person, (building, cell) in zip(people, places[1:] + places[:1], strict=True):
        person.building, person.cell = building, cell


def _newcomers(people: list[Detainee], establishment: Establishment, rng: Random, today: date) -> Iterator[Detainee]:
    numbers = [person.register_number for person in people if person.register_number.isdigit()]
    newest, width = max(map(int, numbers), default=0), max(map(len, numbers), default=6)
    homes = [person for person in people if person.arrived_on and person.arrived_on >= today - timedelta(days=8)]
    for number in range(1, ARRIVALS + 1 if people else 1):
        home = rng.choice(homes or people)
        yield Detainee(
            id=uuid.UUID(int=rng.getrandbits(128), version=4),
            establishment=establishment,
            register_number=f"{newest + number:0{width}d}",
            last_name=rng.choice(last_names()).upper(),
            first_name=rng.choice(first_names()),
            birth_date=today - timedelta(days=rng.randint(19 * 366, 60 * 366)),
            building=home.building,
            cell=home.cell,
            arrived_on=today,
        )


def _line(person: Detainee, *, released_on: date | None = None) -> tuple[str, ...]:
    return (
        person.register_number,
        person.last_name,
        person.first_name,
        _day(person.birth_date),
        person.building.name if person.building else "",
        person.cell,
        _day(person.arrived_on),
        _day(released_on),
    )


def _day(day: date | None) -> str:
    return f"{day:%d/%m/%Y}" if day else ""


def _csv(lines: list[tuple[str, ...]]) -> bytes:
    text = io.StringIO()
    writer = csv.writer(text, delimiter=";", lineterminator="\r\n")
    writer.writerow(HEADER)
    writer.writerows(lines)
    return text.getvalue().encode(ENCODING)
