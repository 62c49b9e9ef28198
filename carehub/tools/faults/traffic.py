"""What officers and the unit do while something is broken: taps, alerts, lines written and withdrawn, several a second.

Officers work with the prison door's own login. Whatever a database confirmed is remembered, and looked for on the other
side until it is there; how long that took at most is "late".
"""

from __future__ import annotations

import contextlib
import random
import threading
import time
import uuid
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import psycopg

NEXT = {"expected": "called", "called": "left", "left": "arrived", "arrived": "back", "back": "expected"}
PAUSE = 0.15
# A database that is away, and a line that has changed meanwhile. Anything else is a mistake of this tool.
REFUSED = (psycopg.OperationalError, psycopg.InterfaceError, psycopg.errors.CheckViolation)
LINES = 40
Rows = list[tuple[Any, ...]]

LINES_OF_LIST = (
    "SELECT shown ->> 'id', coalesce(s.state, 'expected')"
    " FROM prison_edition e CROSS JOIN jsonb_array_elements(e.lines) AS shown"
    " LEFT JOIN prison_linestate s ON s.line = (shown ->> 'id')::uuid WHERE e.establishment_id = %s"
)
TAP = (
    "INSERT INTO prison_tap (id, establishment_id, line, seen_state, seen_impediment, state, impediment, by_id)"
    " VALUES (%s, %s, %s, %s, '', %s, '', %s)"
)
ALERT = (
    "INSERT INTO prison_prisonalert (id, establishment_id, building_id, register_number, last_name, first_name,"
    " urgency, raised_by_id, is_received, is_carried) VALUES (%s, %s, %s, %s, 'Test', '', 'now', %s, false, false)"
)
LINE = (
    "INSERT INTO appointments_movement (id, establishment_id, building_id, cell, last_name, first_name,"
    " register_number, expected_at, state, impediment, is_added)"
    " VALUES (%s, %s, %s, 'A-1', 'Test', 'Test', %s, %s, 'expected', '', false)"
)


class Wire:
    """One connection that is opened again when it was lost."""

    def __init__(self, address: str) -> None:
        self.address = address
        self.connection: psycopg.Connection[tuple[Any, ...]] | None = None

    def do(self, statement: str, *values: Any) -> Rows:
        """Execute one statement, in a transaction of its own. Raises psycopg.Error."""
        if self.connection is None or self.connection.broken:
            self.connection = psycopg.connect(self.address, autocommit=True, connect_timeout=5)
        cursor = self.connection.execute(statement, values)
        return cursor.fetchall() if cursor.description else []

    def close(self) -> None:
        if self.connection is not None:
            self.connection.close()


@dataclass(frozen=True)
class Result:
    """What did not arrive, what arrived more than once or out of order, and how long the slowest took."""

    sent: int
    lost: int
    doubled: int
    late: float


@dataclass
class Traffic:
    """Works in a thread of its own between `going` and its end."""

    addresses: dict[str, str]
    establishment: int
    building: int
    officer: int
    expected_at: datetime
    sent: dict[str, set[uuid.UUID]] = field(default_factory=lambda: {"tap": set(), "alert": set(), "line": set()})
    # When each was confirmed, of those that are not on the other side yet.
    waiting: dict[str, dict[uuid.UUID, float]] = field(default_factory=lambda: {"tap": {}, "alert": {}, "line": {}})
    late: float = 0.0
    number: int = 0

    def __post_init__(self) -> None:
        self.officers, self.care = Wire(self.addresses["prison"]), Wire(self.addresses["owner"])
        self.other_side = Wire(self.addresses["owner_prison"])
        self.chance = random.Random(9)  # noqa: S311 (the same traffic each time)
        self.stopping = threading.Event()

    @contextlib.contextmanager
    def going(self) -> Iterator[None]:
        """Keep the traffic going meanwhile."""
        self.begin_a_minute()
        self.stopping.clear()
        self.late = 0.0
        for waiting in self.waiting.values():
            waiting.clear()
        thread = threading.Thread(target=self._go)
        thread.start()
        try:
            yield
        finally:
            self.stopping.set()
            thread.join()

    def begin_a_minute(self) -> None:
        """Let what the database counts by the minute be over: this traffic is denser than any prison's."""
        # A connection that was ended meanwhile says so at its next use.
        with contextlib.suppress(*REFUSED):
            self.other_side.do("SELECT")
        self.other_side.do("UPDATE prison_deskcount SET of_minute = 0")
        self.other_side.do("UPDATE prison_prisonalert SET raised_at = raised_at - interval '1 hour'")

    def _go(self) -> None:
        while not self.stopping.wait(PAUSE):
            self.step()

    def step(self) -> None:
        """Do one of each, and look what has arrived. What a database does not confirm was not done."""
        for doing in (self.tap, self.write_a_line, self.look):
            with contextlib.suppress(*REFUSED):
                doing()
        if self.chance.random() < 0.1:
            with contextlib.suppress(*REFUSED):
                self.alert()

    def tap(self) -> None:
        lines = self.officers.do(LINES_OF_LIST, self.establishment)
        if lines:
            line, seen = self.chance.choice(sorted(lines))
            key = uuid.uuid4()
            self.officers.do(TAP, key, self.establishment, line, seen, NEXT[seen], self.officer)
            self._confirmed("tap", key)

    def alert(self) -> None:
        key = uuid.uuid4()
        self.number += 1
        self.officers.do(ALERT, key, self.establishment, self.building, f"{self.number}", self.officer)
        self._confirmed("alert", key)

    def write_a_line(self) -> None:
        """Write a line; withdraw one when there are many, so that lists do not grow with the time."""
        lines = [key for (key,) in self.care.do("SELECT id FROM appointments_movement ORDER BY register_number")]
        if len(lines) >= LINES:
            gone = self.chance.choice(lines)
            self.care.do("DELETE FROM appointments_movement WHERE id = %s", gone)
            self.waiting["line"].pop(gone, None)
            return
        key = uuid.uuid4()
        self.number += 1
        self.care.do(LINE, key, self.establishment, self.building, f"{self.number:06d}", self.expected_at)
        self._confirmed("line", key)

    def _confirmed(self, kind: str, key: uuid.UUID) -> None:
        self.sent[kind].add(key)
        self.waiting[kind][key] = time.monotonic()

    def look(self) -> None:
        """See what has arrived on the other side; remember how long the slowest took."""
        now = time.monotonic()
        for kind, there in (("line", self._in_editions), ("tap", self._at_care), ("alert", self._at_care)):
            waiting = self.waiting[kind]
            if waiting:
                self.late = max(self.late, now - min(waiting.values()))
                for key in there(kind) & set(waiting):
                    waiting.pop(key, None)

    def _in_editions(self, _kind: str) -> set[uuid.UUID]:
        return {uuid.UUID(key) for key, _state in self.other_side.do(LINES_OF_LIST, self.establishment)}

    def _at_care(self, kind: str) -> set[uuid.UUID]:
        statement = {"tap": "SELECT tap FROM appointments_movementevent", "alert": "SELECT id FROM appointments_alert"}
        return {key for (key,) in self.care.do(statement[kind])}

    def settle(self, *, seconds: float = 60) -> Result:
        """Wait until both sides agree, or for `seconds`; say what is missing then."""
        until, lost, doubled = time.monotonic() + seconds, 1, 0
        while (lost or doubled) and time.monotonic() < until:
            time.sleep(0.1)
            # A connection that was ended meanwhile says so at its next use.
            with contextlib.suppress(*REFUSED):
                self.look()
                lost, doubled = self.count()
        return Result(sum(map(len, self.sent.values())), lost, doubled, self.late)

    def count(self) -> tuple[int, int]:
        """Return how much is missing on either side, and how much is there twice, too much or out of order."""
        events = self.care.do("SELECT tap, register_number, state FROM appointments_movementevent ORDER BY id")
        lost = len(self.sent["tap"] - {tap for tap, _number, _state in events})
        lost += len(self.sent["alert"] - self._at_care("alert"))
        stands: dict[str, str] = {}
        doubled = 0
        for _tap, number, state in events:
            # Each tap follows the one before it: a doubled one, or one in the wrong place, breaks the chain.
            doubled += state != NEXT[stands.get(number, "expected")]
            stands[number] = state
        wanted = {str(key): state for key, state in self.care.do("SELECT id, state FROM appointments_movement")}
        there = self.other_side.do(LINES_OF_LIST, self.establishment)
        shown: dict[str, str] = {key: state for key, state in there}  # noqa: C416 (says what the rows hold)
        lost += sum(state != shown.get(key) for key, state in wanted.items())
        doubled += len(there) - len(shown) + len(shown.keys() - wanted.keys())
        return lost, doubled

    def close(self) -> None:
        for line in (self.officers, self.care, self.other_side):
            line.close()
