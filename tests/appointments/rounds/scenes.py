"""Kinds of round and people on them, as tests use them."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from access.models import Building, Establishment, User
from appointments.models import Detainee, RoundKind, RoundStay, RoundVisit
from appointments.models.enums.rounds import RoundRhythm, VisitOutcome
from appointments.rounds import Said, note

WING = "QD"


def wing_round(establishment: Establishment, **fields: Any) -> RoundKind:
    """The visits that the law asks in the disciplinary wing."""
    values = {"name": "Visites QD", "places": "QD*, QI*", "rhythm": RoundRhythm.WEEKLY, "is_legal": True}
    return RoundKind.objects.create(establishment=establishment, **values | fields)


def dressings(establishment: Establishment, **fields: Any) -> RoundKind:
    values = {"name": "Pansements en cellule", "rhythm": RoundRhythm.DAILY}
    return RoundKind.objects.create(establishment=establishment, **values | fields)


def move(person: Detainee, cell: str, building: Building | None = None) -> None:
    person.cell, person.building = cell, building or person.building
    person.save()


def stay_of(person: Detainee) -> RoundStay:
    return RoundStay.objects.select_related("kind", "establishment", "detainee").get(detainee=person, ends_on=None)


def since(person: Detainee, kind: RoundKind, days: int, **fields: Any) -> RoundStay:
    """Somebody who has been on the round for so many days."""
    RoundStay.objects.filter(detainee=person, kind=kind).delete()
    place = kind.places.split(",")[0]
    first = kind.establishment.today() - timedelta(days=days)
    return RoundStay.objects.create(
        establishment=kind.establishment, kind=kind, detainee=person, place=place, since=first, **fields
    )


def say(by: User, stay: RoundStay, outcome: VisitOutcome, day: date | None = None, **fields: Any) -> RoundVisit:
    return note(by=by, stay=stay, day=day or stay.establishment.today(), said=Said(outcome, **fields))
