"""People new in the registry are to be seen: a request for each, written with the import that brought them."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta
from uuid import UUID

from access.models import Establishment, User
from appointments.models import Detainee, Kind, Request
from appointments.models.enums.planning import Discipline
from appointments.models.enums.request import Priority, Source
from appointments.requests.entering import usual_priority
from appointments.requests.preferences import settings_of, unit_of_arrivals

# Who is registered later than this after their arrival has been here all the while: a first list names the whole house.
NEW_FOR_DAYS = 30


def ask_for_arrivals(
    people: Iterable[UUID], *, by: User | None, establishment: Establishment, today: date, first_list: bool
) -> list[Request]:
    """Ask that those of `people` who have just arrived are seen; return the requests that this makes.

    Who has been asked for since their arrival is left out, so that a list imported twice asks once. On the
    `first_list` of an establishment only those count of whom the list says when they came.
    """
    preferences = settings_of(establishment)
    if not preferences.arrivals_asked:
        return []
    since = today - timedelta(days=NEW_FOR_DAYS)
    found = list(Detainee.objects.filter(pk__in=list(people)).order_by("pk"))
    asked = asked_on_arrival(found)
    unit, kind = arrival_unit(establishment, preferences.arrival_kind), preferences.arrival_kind_id
    new = [
        arrival_request(person, arrived_on, by=by, days=preferences.arrival_days, unit=unit, kind_id=kind)
        for person in found
        if (arrived_on := person.arrived_on or (None if first_list else today))
        and since <= arrived_on <= today
        and asked.get(person.pk, date.min) < arrived_on
    ]
    return Request.objects.bulk_create(new)


def arrival_unit(establishment: Establishment, kind: Kind | None) -> int:
    """Return the key of the unit that sees arrivals: that of the kind settled for them, else the one that says so."""
    if kind is not None:
        return kind.unit_id
    return unit_of_arrivals(establishment).pk


def asked_on_arrival(people: Iterable[Detainee]) -> dict[UUID, date]:
    """Return when each of `people` was last asked for because of an arrival."""
    rows = Request.objects.filter(source=Source.ARRIVAL, detainee__in=list(people)).order_by("received_on")
    return dict(rows.values_list("detainee", "received_on"))


def arrival_request(
    person: Detainee, arrived_on: date, *, by: User | None, days: int, unit: int, kind_id: int | None
) -> Request:
    """Return the request, not written yet."""
    return Request(
        establishment_id=person.establishment_id,
        unit_id=unit,
        detainee=person,
        kind_id=kind_id,
        discipline="" if kind_id else Discipline.GENERAL,
        source=Source.ARRIVAL,
        priority=min(Priority.SOON, usual_priority(days)),
        received_on=arrived_on,
        last_asked_on=arrived_on,
        due_on=arrived_on + timedelta(days=days),
        entered_by=by,
    )
