"""Reads what pages of care show of a day: appointments with their person, kind, movement and session.

A day has seventy of them, of a dozen sessions and kinds: each row beside them is made once, as `prefetch_related` would
make it, and the statement is written once a process.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from itertools import accumulate
from typing import Any

from django.db.models import Model, QuerySet

from access.kept_texts import KeptText
from access.models import Building
from access.written import names_of, whole
from appointments.models import Agenda, Appointment, ConsultationSession, Detainee, Kind, Movement


def read_shown(agendas: Sequence[Agenda], start: datetime, end: datetime) -> list[Appointment]:
    """Return what `shown_between` gives, in its order, with one object for each row. One query."""
    if not agendas:
        return []
    keys = {agenda.pk: agenda for agenda in agendas}
    # All agendas that somebody looks at are of one house, with which the index of the large table begins.
    rows = SHOWN.read(place=agendas[0].establishment_id, agendas=list(keys), start=start, end=end)
    found = list(made(rows))
    for one in found:
        set_beside(one, "agenda", keys[one.agenda_id])
    return found


def made(rows: Iterable[Sequence[Any]]) -> Iterator[Appointment]:
    each, people, buildings, kinds, movements, sessions = parts = [Part(model) for _path, model in READ]
    for part, start in zip(parts, accumulate((len(part.names) for part in parts), initial=0), strict=False):
        part.start = start
    for row in rows:
        one, person = each.made(row), people.made(row)
        set_beside(person, "building", buildings.made(row))
        set_beside(one, "detainee", person)
        set_beside(one, "kind", kinds.made(row))
        set_beside(one, "movement", movements.made(row))
        set_beside(one, "session", sessions.made(row))
        yield one


def set_beside(row: Model, name: str, other: Model | None) -> None:
    """Let `row` know the row that its foreign key of that name refers to, as a row that was read with it."""
    row._meta.get_field(name).set_cached_value(row, other)  # type: ignore[union-attr]


class Part:
    """Where the columns of one model stand in a row, and the objects made of them."""

    def __init__(self, model: type[Model]) -> None:
        self.model, self.names = model, names_of(model)
        self.key = self.names.index(str(model._meta.pk.attname))
        self.start = 0
        self.known: dict[Any, Any] = {None: None}

    def made(self, row: Sequence[Any]) -> Any:
        values = row[self.start : self.start + len(self.names)]
        key = values[self.key]
        if key not in self.known:
            self.known[key] = whole(self.model, self.names, values)
        return self.known[key]


# What is read: the path to it from an appointment, and what it is.
READ: tuple[tuple[str, type[Model]], ...] = (
    ("", Appointment),
    ("detainee__", Detainee),
    ("detainee__building__", Building),
    ("kind__", Kind),
    ("movement__", Movement),
    ("session__", ConsultationSession),
)


def _shown(place: int, agendas: list[int], start: datetime, end: datetime) -> QuerySet[Appointment, tuple[Any, ...]]:
    found = Appointment.objects.filter(establishment=place, agenda__pk__among=agendas)
    names = [f"{path}{name}" for path, model in READ for name in names_of(model)]
    return found.shown(start, end).values_list(*names)


SHOWN = KeptText(_shown, keys=["place"], lists=["agendas"], instants=["start", "end"])
