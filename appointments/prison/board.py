"""Reads the health-unit officer's board: who is late, who comes next, who is here, and whether anything changed.

Whether anything changed is known without reading a line: from the number of taps, the edition's digest, the freezes in
force and the minute of the clock (docs/adr/0012).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from functools import cached_property
from typing import Any

from django.db import connection
from django.utils import timezone
from django.utils.crypto import salted_hmac
from django.utils.translation import get_language

from access.digest import short_digest
from access.models import Establishment, User
from access.sorting import french_key
from appointments.models.enums.movement import MovementState
from appointments.prison.alerts import SHOWN_FOR, alerts_of_the_hour
from appointments.prison.choosing import tally
from appointments.prison.desk import AT_THE_UNIT, IN_ADVANCE, SEEN_AT_THE_UNIT
from appointments.prison.freezes import freezes_seen_by
from appointments.prison.lines import ListLine
from appointments.prison.listing import TODAY, Publication, floor_key, people, read_day
from appointments.prison.models import PrisonAlert, PrisonFreeze
from appointments.prison.standing import EXPECTED, Standing

SOON = timedelta(minutes=30)
# More late ones than these are folded: the next half hour stays in sight.
LATE_SHOWN = 5
ON_THE_WAY = frozenset({MovementState.EXPECTED, MovementState.CALLED, MovementState.LEFT})
STEPS = (MovementState.CALLED, MovementState.LEFT, MovementState.ARRIVED, MovementState.BACK)
# What the list has buttons for: the rest is the board's.
FLOOR_STEPS = STEPS[:2]


@dataclass(frozen=True)
class StepButton:
    state: MovementState
    is_present: bool
    is_next: bool


@dataclass(frozen=True)
class BoardLine:
    """One line with what can be tapped on it. `previous` is what undoing brings back, none when nothing was tapped."""

    movement: ListLine
    standing: Standing
    previous: Standing | None
    steps: Sequence[StepButton]
    is_late: bool
    may_impede: bool


@dataclass(frozen=True)
class BoardSection:
    key: str
    lines: Sequence[BoardLine]

    @property
    def people(self) -> int:
        """How many people stand here; somebody called twice is one."""
        return len({line.movement.register_number for line in self.lines})

    @property
    def folded(self) -> Sequence[BoardLine]:
        """What stands behind a word, to be unfolded."""
        return self.lines[LATE_SHOWN:] if self.key == "late" else ()

    @property
    def shown(self) -> Sequence[BoardLine]:
        return self.lines[:LATE_SHOWN] if self.key == "late" else self.lines

    @property
    def by_time(self) -> Sequence[tuple[datetime, int]]:
        """How many people are called at each arrival time."""
        times = sorted({line.movement.expected_at for line in self.lines})
        return [(at, people(line.movement for line in self.lines if line.movement.expected_at == at)) for at in times]


@dataclass(frozen=True)
class DeskBoard:
    establishment: Establishment
    edition: Publication
    freezes: Sequence[PrisonFreeze]
    sections: Sequence[BoardSection]
    counts: Sequence[tuple[MovementState, int]]
    has_buildings: bool
    alerts: Sequence[PrisonAlert]
    total: int = field(default=0)

    @property
    def late(self) -> int:
        """How many people are late by now."""
        return next((section.people for section in self.sections if section.key == "late"), 0)


def read_desk_board(user: User, establishment: Establishment, *, role: str, moment: Moment) -> DeskBoard:
    """Return today's board as `user` sees it. Constant queries."""
    listed = read_day(user, establishment, TODAY)
    now = timezone.now()
    lines = desk_lines(
        sorted(listed.lines, key=board_key), establishment, role=role, now=now, tolerance=listed.rules.tolerance
    )
    called = [line for line in lines if not line.movement.is_withdrawn]
    return DeskBoard(
        establishment=establishment,
        edition=listed.edition,
        freezes=moment.freezes,
        alerts=moment.alerts,
        sections=[BoardSection(key, chosen) for key, chosen in in_sections(lines, now=now)],
        counts=tally([line.movement for line in called]),
        has_buildings=bool(listed.buildings),
        total=len(called),
    )


def board_key(line: ListLine) -> tuple[Any, ...]:
    """Sorted by arrival time, then building and cell: by nothing but what the lines show."""
    return (line.expected_at, french_key(line.building.name), *floor_key(line))


def in_sections(lines: Sequence[BoardLine], *, now: datetime) -> list[tuple[str, list[BoardLine]]]:
    """Deal the lines out: late ones in front, then the next half hour, those who are here, later ones, the rest."""
    dealt: dict[str, list[BoardLine]] = {"late": [], "soon": [], "here": [], "later": [], "done": []}
    for line in lines:
        dealt[section_of(line, now=now)].append(line)
    return list(dealt.items())


def section_of(line: BoardLine, *, now: datetime) -> str:
    if line.standing.state == MovementState.ARRIVED:
        return "here"
    if line.standing.state not in ON_THE_WAY or (line.movement.is_withdrawn and line.standing == EXPECTED):
        return "done"
    if line.is_late:
        return "late"
    return "soon" if line.movement.expected_at <= now + SOON else "later"


def desk_lines(
    lines: Sequence[ListLine],
    establishment: Establishment,
    *,
    role: str,
    tolerance: timedelta,
    now: datetime | None = None,
    wanted: Sequence[MovementState] = STEPS,
) -> list[BoardLine]:
    """Return what can be tapped on each of `lines`, of the steps `wanted`; late ones only after the `tolerance`."""
    now = now or timezone.now()
    may_see = role in AT_THE_UNIT
    wanted = [step for step in wanted if may_see or step not in SEEN_AT_THE_UNIT]
    return [
        desk_line(
            line,
            wanted if may_see or line.standing.state not in SEEN_AT_THE_UNIT else None,
            now=now,
            establishment=establishment,
            tolerance=tolerance,
        )
        for line in lines
    ]


def desk_line(
    line: ListLine,
    wanted: Sequence[MovementState] | None,
    *,
    now: datetime,
    establishment: Establishment,
    tolerance: timedelta,
) -> BoardLine:
    """Return one line with its buttons; `wanted` is None when nothing may be tapped any more."""
    standing, closed = line.standing, wanted is None
    is_today = establishment.day_of(line.expected_at) == establishment.day_of(now)
    open_steps = wanted if wanted and is_today else ()
    following = next_step(standing.state)
    undoes_in_advance = line.previous is not None and line.previous.state in IN_ADVANCE
    return BoardLine(
        movement=line,
        standing=standing,
        previous=line.previous if standing != EXPECTED and not closed and (is_today or undoes_in_advance) else None,
        steps=[StepButton(step, step == standing.state, step == following) for step in open_steps],
        is_late=is_today and is_late(line, now=now, tolerance=tolerance),
        may_impede=not closed and standing.state != MovementState.BACK,
    )


def is_late(line: ListLine, *, now: datetime, tolerance: timedelta) -> bool:
    """Whether the person was to be there and is still on the way, of a line of today."""
    return line.expected_at + tolerance < now and line.standing.state in ON_THE_WAY


def next_step(state: MovementState) -> MovementState | None:
    order = (MovementState.EXPECTED, *STEPS)
    if state not in order:
        return None
    place = order.index(state) + 1
    return order[place] if place < len(order) else None


# --- Whether anything changed -------------------------------------------------------------------------


@dataclass(frozen=True)
class Moment:
    """What tells, without reading a movement, that a list or board has not changed; and what is in force then."""

    user: User
    establishment: Establishment
    stamp: str
    is_frozen: bool
    is_alerted: bool

    @cached_property
    def freezes(self) -> Sequence[PrisonFreeze]:
        return freezes_seen_by(self.user, self.establishment) if self.is_frozen else []

    @cached_property
    def alerts(self) -> Sequence[PrisonAlert]:
        return alerts_of_the_hour(self.user, self.establishment) if self.is_alerted else []


MOMENT = "SELECT * FROM prison_moment(%s, %s, %s, %s, %s)"


def read_moment(
    user: User,
    establishment: Establishment,
    *,
    role: str,
    day: date | None = None,
    chosen: str = "",
    of_floor: bool = False,
) -> Moment:
    """Return what is in force and the stamp of this moment, of the list of `day` as far as it is `chosen`.

    One query, and one more for freezes and alerts each where there are any and somebody reads them. `of_floor` makes
    the stamp of the officer's own lines alone; else no line is read, and the whole house's taps and editions count.
    """
    values: list[Any] = [user.pk, establishment.pk, day or establishment.today(), of_floor, SHOWN_FOR]
    with connection.cursor() as cursor:
        cursor.execute(MOMENT, values)
        [(freezes, alerts, said)] = cursor.fetchall()
    minute = int(timezone.now().timestamp()) // 60
    told = [said, freezes, alerts, chosen, minute, user.pk, role, get_language()]
    stamp = salted_hmac("carehub.board", repr(told), algorithm="sha256").hexdigest()[:16]
    return Moment(user, establishment, stamp, is_frozen=freezes is not None, is_alerted=alerts is not None)


def moment_tag(moment: Moment, content: str) -> str:
    """Return the entity tag of a board: the moment at which it was read, and a digest of what it shows."""
    return f'"{moment.stamp}.{short_digest(content)}"'


def is_of_moment(tag: str, moment: Moment) -> bool:
    """Whether a browser's tag is of this very moment: then nothing can have changed. One without a stamp never is."""
    return bool(moment.stamp) and tag.startswith(f'"{moment.stamp}.')


def shows(tag: str, content: str) -> bool:
    """Whether a browser's tag is of this very content, read at whatever moment."""
    return tag.endswith(f'.{short_digest(content)}"')
