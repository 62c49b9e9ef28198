"""Reads the health-unit officer's board: who is late, who comes next, who is here, and whether anything changed.

Whether anything changed is known without reading a line: from the number of the newest tap, the freezes in force and
the minute of the clock (docs/adr/0012). Care's doing is in none of the three.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Max
from django.utils import timezone
from django.utils.crypto import salted_hmac
from django.utils.translation import get_language

from access.digest import short_digest
from access.models import Establishment, User
from appointments.models.enums.movement import MovementState
from appointments.models.freeze import Freeze
from appointments.models.movement import Movement
from appointments.models.movement_event import MovementEvent
from appointments.prison.desk import AT_THE_UNIT, IN_ADVANCE, SEEN_AT_THE_UNIT, standing_of
from appointments.prison.freezes import freezes_seen_by
from appointments.prison.listing import TODAY, Edition, floor_key, read_day
from appointments.prison.standing import EXPECTED, Standing, standing_from

SOON = timedelta(minutes=30)
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

    movement: Movement
    standing: Standing
    previous: Standing | None
    steps: Sequence[StepButton]
    is_late: bool
    may_impede: bool

    @property
    def shows_time(self) -> bool:
        """Whether the hour of the tap is shown: not of a return, which would tell how long a visit took."""
        return self.movement.state_at is not None and self.standing.state != MovementState.BACK


@dataclass(frozen=True)
class BoardSection:
    key: str
    lines: Sequence[BoardLine]


@dataclass(frozen=True)
class DeskBoard:
    establishment: Establishment
    edition: Edition
    freezes: Sequence[Freeze]
    sections: Sequence[BoardSection]
    counts: Sequence[tuple[MovementState, int]]
    has_buildings: bool
    total: int = field(default=0)


def read_desk_board(user: User, establishment: Establishment, *, role: str, freezes: Sequence[Freeze]) -> DeskBoard:
    """Return today's board as `user` sees it. Constant queries."""
    listed = read_day(user, establishment, TODAY)
    now = timezone.now()
    lines = desk_lines(sorted(listed.movements, key=board_key), establishment, role=role, now=now)
    called = [line for line in lines if not line.movement.is_withdrawn]
    found = Counter(line.standing.state for line in called)
    return DeskBoard(
        establishment=establishment,
        edition=listed.edition,
        freezes=freezes,
        sections=[BoardSection(key, chosen) for key, chosen in in_sections(lines, now=now)],
        counts=[(state, found[state]) for state in MovementState],
        has_buildings=bool(listed.buildings),
        total=len(called),
    )


def board_key(line: Movement) -> tuple[Any, ...]:
    """Sorted by arrival time, then building and cell: by nothing but what the lines show."""
    return (line.expected_at, line.building.name, *floor_key(line))


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
    movements: Sequence[Movement],
    establishment: Establishment,
    *,
    role: str,
    now: datetime | None = None,
    wanted: Sequence[MovementState] = STEPS,
) -> list[BoardLine]:
    """Return what can be tapped on each of `movements`, of the steps `wanted`. One query whatever their number."""
    now = now or timezone.now()
    may_see = role in AT_THE_UNIT
    wanted = [step for step in wanted if may_see or step not in SEEN_AT_THE_UNIT]
    before = previous_standings(movements, establishment)
    return [
        desk_line(
            each,
            before.get((each.register_number, each.expected_at)),
            wanted if may_see or each.state not in SEEN_AT_THE_UNIT else None,
            now=now,
            establishment=establishment,
        )
        for each in movements
    ]


def desk_line(
    movement: Movement,
    previous: Standing | None,
    wanted: Sequence[MovementState] | None,
    *,
    now: datetime,
    establishment: Establishment,
) -> BoardLine:
    """Return one line with its buttons; `wanted` is None when nothing may be tapped any more."""
    standing, closed = standing_of(movement), wanted is None
    is_today = establishment.day_of(movement.expected_at) == establishment.day_of(now)
    open_steps = wanted if wanted and is_today else ()
    following = next_step(standing.state)
    undoes_in_advance = previous is not None and previous.state in IN_ADVANCE
    return BoardLine(
        movement=movement,
        standing=standing,
        previous=previous if standing != EXPECTED and not closed and (is_today or undoes_in_advance) else None,
        steps=[StepButton(step, step == standing.state, step == following) for step in open_steps],
        is_late=is_today and movement.expected_at < now and standing.state in ON_THE_WAY,
        may_impede=not closed and standing.state != MovementState.BACK,
    )


def next_step(state: MovementState) -> MovementState | None:
    order = (MovementState.EXPECTED, *STEPS)
    if state not in order:
        return None
    place = order.index(state) + 1
    return order[place] if place < len(order) else None


def previous_standings(
    movements: Iterable[Movement], establishment: Establishment
) -> dict[tuple[str, datetime], Standing]:
    """Return, for each line on which something was tapped, where it stood before the last tap. One query."""
    shown = {(line.register_number, line.expected_at) for line in movements}
    events = MovementEvent.objects.filter(
        establishment=establishment,
        register_number__in={number for number, _at in shown},
        expected_at__in={at for _number, at in shown},
    )
    found: dict[tuple[str, datetime], list[Standing]] = {}
    columns = ("register_number", "expected_at", "state", "impediment")
    for number, at, *event in events.order_by("-id").values_list(*columns):
        found.setdefault((number, at), []).append(standing_from(*event))
    return {line: [*stood, EXPECTED][1] for line, stood in found.items()}


# --- Whether anything changed -------------------------------------------------------------------------


@dataclass(frozen=True)
class Moment:
    """What tells, without reading a movement, that a board has not changed."""

    freezes: Sequence[Freeze]
    stamp: str


def read_moment(user: User, establishment: Establishment, *, role: str) -> Moment:
    """Return the freezes in force and the stamp of this moment. No movement is read."""
    freezes = freezes_seen_by(user, establishment)
    newest = MovementEvent.objects.filter(establishment=establishment).aggregate(newest=Max("pk"))["newest"]
    minute = int(timezone.now().timestamp()) // 60
    told = [newest, [freeze.pk for freeze in freezes], minute, user.pk, role, get_language()]
    return Moment(freezes, salted_hmac("carehub.board", repr(told), algorithm="sha256").hexdigest()[:16])


def moment_tag(moment: Moment, content: str) -> str:
    """Return the entity tag of a board: the moment at which it was read, and a digest of what it shows."""
    return f'"{moment.stamp}.{short_digest(content)}"'


def is_of_moment(tag: str, moment: Moment) -> bool:
    """Whether a browser's tag is of this very moment: then nothing can have changed."""
    return tag.startswith(f'"{moment.stamp}.')


def shows(tag: str, content: str) -> bool:
    """Whether a browser's tag is of this very content, read at whatever moment."""
    return tag.endswith(f'.{short_digest(content)}"')
