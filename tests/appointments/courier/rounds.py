"""What the tests of the courier do: expect somebody, let the courier come by, tap, and read what stands where."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db import connections
from django.utils import timezone

from access.models import Establishment, User
from appointments.courier import rounds
from appointments.models import Detainee, Movement, MovementEvent
from appointments.models.enums.movement import MovementState
from appointments.prison.desk import record_standing
from appointments.prison.models import Edition, LineState
from appointments.prison.standing import Standing, standing_from
from tests.conftest import Unit
from tests.doors import at_prison, through
from tests.factories import local


def go(name: str = "prison", *, now: datetime | None = None) -> None:
    """Let the courier make a whole round with its own logins; `now` is what the hospital's clock shows."""
    with through("courier"):
        rounds.go(name, now=now)


def expect(unit: Unit, person: Detainee, at: datetime, **fields: Any) -> Movement:
    """Expect `person` at an instant."""
    return Movement.objects.create(
        **{
            "establishment": unit.establishment,
            "building": person.building,
            "cell": person.cell,
            "last_name": person.last_name,
            "first_name": person.first_name,
            "register_number": person.register_number,
            "expected_at": at,
            **fields,
        }
    )


def today_at(unit: Unit, hour: int, minute: int = 0) -> datetime:
    return local(unit.establishment, timezone.localdate(timezone=unit.establishment.zone), hour, minute)


def tap(user: User, line: Movement, seen: str, to: str, impediment: str = "") -> None:
    """Let an officer press a button of a line, with the prison door's own login."""
    with through("prison"):
        place = Establishment.objects.get(pk=line.establishment_id)
        record_standing(
            by=user, establishment=place, key=line.pk, seen=standing_from(seen), to=standing_from(to, impediment)
        )


def standing(line: Movement) -> Standing:
    """Where the line stands at the prison side."""
    row = LineState.objects.using("prison").filter(line=line.pk).first()
    return standing_from(row.state, row.impediment) if row else Standing(MovementState.EXPECTED)


def history(line: Movement | None = None) -> list[str]:
    """Care's history, of one line or of all, in the order in which it is kept."""
    events = MovementEvent.objects.order_by("id")
    if line is not None:
        events = events.filter(register_number=line.register_number, expected_at=line.expected_at)
    return list(events.values_list("state", flat=True))


def edition(unit: Unit, day: date, *, name: str = "prison") -> Edition | None:
    return Edition.objects.using(name).filter(establishment=unit.establishment.pk, day=day).first()


def shown(unit: Unit, day: date, *, name: str = "prison") -> list[tuple[str, str]]:
    """What the edition of a day says, in its order: "10:30 DURAND" and its word."""
    found = edition(unit, day, name=name)
    zone = unit.establishment.zone
    return [
        (
            f"{datetime.fromisoformat(each['expected_at']).astimezone(zone):%H:%M} {each['last_name'].upper()}",
            each["mark"],
        )
        for each in (found.lines if found else [])
    ]


def stored(name: str = "prison") -> list[tuple[Any, ...]]:
    """Everything that the courier writes there, with the place and the transaction of each row's writing."""
    found: list[tuple[Any, ...]] = []
    tables = ("prison_edition", "prison_linestate", "prison_publishinghour", "access_establishment", "access_building")
    with connections[name].cursor() as cursor:
        for table in tables:
            cursor.execute(f"SELECT ctid::text, xmin::text, cmin::text, t::text FROM {table} t ORDER BY ctid")
            found += cursor.fetchall()
    return found


def key_of(number: int) -> UUID:
    return UUID(int=number)


__all__ = [
    "at_prison",
    "edition",
    "expect",
    "go",
    "history",
    "key_of",
    "shown",
    "standing",
    "stored",
    "tap",
    "today_at",
]
