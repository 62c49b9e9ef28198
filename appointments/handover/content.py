"""What a hand-over file says, and reading it strictly: whatever is not exactly that is refused as a whole."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, field
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from appointments.models.enums.escort import TransportNote
from appointments.models.enums.planning import Discipline
from appointments.models.enums.request import Priority

FORMAT, VERSION = "carehub/hand-over", 1
MOST = {"requests": 60, "series": 20, "escorts": 20}
EARLIEST, LATEST = date(2000, 1, 1), date(2200, 1, 1)
LONGEST_WAIT = timedelta(days=3650)
# A zero byte or another sign that no form lets pass has no business here either.
CONTROL = re.compile(r"[\x00-\x1f\x7f]")


class NotAHandOver(ValueError):
    """The bytes are no hand-over file of this version."""


@dataclass(frozen=True)
class HandedPerson:
    last_name: str
    first_name: str
    register_number: str
    birth_date: date | None = None
    birth_year: int | None = None


@dataclass(frozen=True)
class HandedRequest:
    """Something asked for and not settled: since when, for what."""

    received_on: date
    last_asked_on: date
    due_on: date
    times_asked: int
    priority: int
    discipline: str
    kind: str
    note: str

    @property
    def wanted(self) -> str:
        return self.kind or (str(Discipline(self.discipline).label) if self.discipline else "")


@dataclass(frozen=True)
class HandedSeries:
    """What is left of a series: how many sessions, and the rule that gave their dates."""

    begun_on: date
    next_on: date
    last_on: date
    left: int
    discipline: str
    kind: str
    rule: str

    @property
    def wanted(self) -> str:
        return self.kind or str(Discipline(self.discipline).label)


@dataclass(frozen=True)
class HandedEscort:
    hospital: str
    department: str
    expected_at: datetime
    transport: tuple[str, ...]


@dataclass(frozen=True)
class HandedOver:
    """All that a file says."""

    id: UUID
    recipient: str
    from_name: str
    made_on: date
    person: HandedPerson
    requests: tuple[HandedRequest, ...] = ()
    series: tuple[HandedSeries, ...] = ()
    escorts: tuple[HandedEscort, ...] = field(default=())

    @property
    def is_empty(self) -> bool:
        return not (self.requests or self.series or self.escorts)


def written(content: HandedOver) -> bytes:
    def plain(value: Any) -> str:
        return value.isoformat() if isinstance(value, date) else str(value)

    return json.dumps({"format": FORMAT, "version": VERSION, **asdict(content)}, default=plain).encode()


def read(data: bytes) -> HandedOver:
    """Return what the file says. Raises NotAHandOver."""
    try:
        said = json.loads(data)
        if not isinstance(said, dict) or said.get("format") != FORMAT or said.get("version") != VERSION:
            raise NotAHandOver
        return HandedOver(
            id=UUID(said["id"]),
            recipient=text(said["recipient"], 62),
            from_name=text(said["from_name"], 200),
            made_on=day(said["made_on"]),
            person=person_of(said["person"]),
            requests=many(said, "requests", request_of),
            series=many(said, "series", series_of),
            escorts=many(said, "escorts", escort_of),
        )
    except (KeyError, TypeError, ValueError, AttributeError, OverflowError, RecursionError) as error:
        raise NotAHandOver from error


def many(said: dict[str, Any], name: str, one: Callable[[dict[str, Any]], Any]) -> tuple[Any, ...]:
    rows = said[name]
    if not isinstance(rows, list) or len(rows) > MOST[name]:
        raise NotAHandOver
    return tuple(one(row) for row in rows)


def text(value: Any, longest: int, *, may_be_empty: bool = False) -> str:
    if not isinstance(value, str) or len(value) > longest or CONTROL.search(value):
        raise NotAHandOver
    if not value.strip() and not may_be_empty:
        raise NotAHandOver
    return value


def day(value: Any) -> date:
    found = date.fromisoformat(value)
    if not EARLIEST <= found <= LATEST:
        raise NotAHandOver
    return found


def number(value: Any, least: int, most: int) -> int:
    if type(value) is not int or not least <= value <= most:
        raise NotAHandOver
    return value


def one_of(value: Any, choices: Sequence[Any]) -> Any:
    if value not in choices:
        raise NotAHandOver
    return value


def person_of(said: dict[str, Any]) -> HandedPerson:
    born, year = said["birth_date"], said["birth_year"]
    return HandedPerson(
        last_name=text(said["last_name"], 100),
        first_name=text(said["first_name"], 100),
        register_number=text(said["register_number"], 20),
        birth_date=None if born is None else date.fromisoformat(born),
        birth_year=None if year is None else number(year, 1800, 2200),
    )


def request_of(said: dict[str, Any]) -> HandedRequest:
    asked = HandedRequest(
        received_on=day(said["received_on"]),
        last_asked_on=day(said["last_asked_on"]),
        due_on=day(said["due_on"]),
        times_asked=number(said["times_asked"], 1, 1000),
        priority=one_of(said["priority"], Priority.values),
        discipline=one_of(said["discipline"], ["", *Discipline.values]),
        kind=text(said["kind"], 100, may_be_empty=True),
        note=text(said["note"], 120, may_be_empty=True),
    )
    if (
        not asked.received_on <= min(asked.last_asked_on, asked.due_on)
        or asked.due_on - asked.received_on > LONGEST_WAIT
    ):
        raise NotAHandOver
    return asked


def series_of(said: dict[str, Any]) -> HandedSeries:
    series = HandedSeries(
        begun_on=day(said["begun_on"]),
        next_on=day(said["next_on"]),
        last_on=day(said["last_on"]),
        left=number(said["left"], 1, 1000),
        discipline=one_of(said["discipline"], Discipline.values),
        kind=text(said["kind"], 100, may_be_empty=True),
        rule=text(said["rule"], 200),
    )
    if not series.next_on <= series.last_on:
        raise NotAHandOver
    return series


def escort_of(said: dict[str, Any]) -> HandedEscort:
    at = datetime.fromisoformat(said["expected_at"])
    if at.tzinfo is None or not EARLIEST <= at.date() <= LATEST:
        raise NotAHandOver
    return HandedEscort(
        hospital=text(said["hospital"], 80),
        department=text(said["department"], 80, may_be_empty=True),
        expected_at=at,
        transport=tuple(one_of(each, TransportNote.values) for each in said["transport"]),
    )
