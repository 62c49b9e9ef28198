"""What the page of a day asks beside its sessions and people: little of each, so all of it in one statement."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db.models import Exists, QuerySet

from access.kept_texts import KeptText, Statement, read_together
from access.models import Establishment
from appointments.arithmetic.timegrid import Interval, local_midnights
from appointments.care.day.choice import DayChoice
from appointments.models import Absence, Closure, DayFilter, Kind, UnitCalendar
from appointments.requests.filling.freed import cancelled_between, hours_to_come
from appointments.requests.queue import QueueCounts, counts_in, counts_statement
from appointments.rights import KINDS_IN_USE, Rights


@dataclass(frozen=True)
class Beside:
    """`has_freed`: whether a time to come was freed in which the person books. Whoever is away is told by agenda."""

    choice: DayChoice
    kinds: list[Kind]
    to_do: QueueCounts
    # Whose public holidays the unit keeps; empty where it has chosen none.
    territory: str
    away: list[tuple[int, Interval]]
    # By the key of the unit.
    closures: list[tuple[int, Interval]]
    has_freed: bool = False


def read_beside(rights: Rights, day: date) -> Beside:
    """Read it for the agendas in view. One query."""
    here = rights.establishment
    start, end = local_midnights(day, here.zone)
    touching: dict[str, Any] = {"place": here.pk, "start": start, "end": end}
    agendas, units = [each.pk for each in rights.visible], sorted({each.unit_id for each in rights.visible})
    asked: dict[str, Statement] = {
        "choice": CHOICE.with_values(place=here.pk, user=rights.user.pk),
        "kinds": KINDS_IN_USE.with_values(place=here.pk),
        "to_do": counts_statement(rights),
        "territory": TERRITORY.with_values(place=here.pk),
        "away": AWAY.with_values(**touching, agendas=agendas),
        "closures": CLOSURES.with_values(**touching, units=units),
    }
    if day >= here.today():
        start, end = hours_to_come(here, day)
        bookable = [agenda.pk for agenda in rights.bookable]
        asked["freed"] = FREED.with_values(place=here.pk, agendas=bookable, start=start, end=end)
    found = read_together(asked)
    return Beside(
        choice=DayChoice.kept(found["choice"]),
        kinds=KINDS_IN_USE.made(found["kinds"]),
        to_do=counts_in(found["to_do"]),
        territory=next((row["territory"] for row in found["territory"]), ""),
        away=[(row["agenda_id"], hours_of(row)) for row in found["away"]],
        closures=[(row["unit_id"], hours_of(row)) for row in found["closures"]],
        has_freed=any(row["is_there"] for row in found.get("freed", ())),
    )


def hours_of(row: dict[str, Any]) -> Interval:
    return datetime.fromisoformat(row["starts_at"]), datetime.fromisoformat(row["ends_at"])


def _choice(place: int, user: int) -> QuerySet[DayFilter, Any]:
    return DayFilter.objects.filter(user=user, establishment=place).values("without_agendas", "without_kinds")


def _territory(place: int) -> QuerySet[UnitCalendar, Any]:
    return UnitCalendar.objects.filter(establishment=place).order_by("pk").values("territory")[:1]


def _away(place: int, agendas: list[int], start: datetime, end: datetime) -> QuerySet[Absence, Any]:
    here = Absence.objects.filter(establishment=place, agenda__pk__among=agendas, starts_at__lt=end, ends_at__gt=start)
    return here.order_by("agenda__position", "starts_at").values("agenda_id", "starts_at", "ends_at")


def _closures(place: int, units: list[int], start: datetime, end: datetime) -> QuerySet[Closure, Any]:
    here = Closure.objects.filter(establishment=place, unit__pk__among=units, starts_at__lt=end, ends_at__gt=start)
    return here.order_by("starts_at").values("unit_id", "starts_at", "ends_at")


def _freed(place: int, agendas: list[int], start: datetime, end: datetime) -> QuerySet[Establishment, Any]:
    is_there = Exists(cancelled_between(place, agendas, start, end))
    return Establishment.objects.filter(pk=place).annotate(is_there=is_there).values("is_there")


CHOICE = KeptText(_choice, keys=["place", "user"])
TERRITORY = KeptText(_territory, keys=["place"])
AWAY = KeptText(_away, keys=["place"], lists=["agendas"], instants=["start", "end"])
CLOSURES = KeptText(_closures, keys=["place"], lists=["units"], instants=["start", "end"])
FREED = KeptText(_freed, keys=["place"], lists=["agendas"], instants=["start", "end"])
