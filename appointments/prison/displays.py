"""Wall displays: opened and closed by officers of the unit; what one shows. The only writer of WallDisplay.

A screen on a wall cannot sign in, so its address is the key: long, random, shown once, kept as a digest. It reads and
does nothing; it ends at its day, or at once when it is closed.
"""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction
from django.db.models.functions import Now
from django.utils import timezone
from django.utils.translation import gettext as _

from access.audit import record
from access.digest import digest_of
from access.enums import Verb
from access.models import Building, Establishment, User
from appointments.models.enums.movement import MovementState
from appointments.prison.board import ON_THE_WAY, SOON, board_key, is_late
from appointments.prison.desk import AT_THE_UNIT, DeskRefused, role_of
from appointments.prison.lines import ListLine
from appointments.prison.listing import TODAY, Publication, list_of_day, people
from appointments.prison.models import PrisonFreeze, WallDisplay
from appointments.prison.models.wall_display import ShownNames

SECRET_BYTES = 32
LASTS = timedelta(days=180)
# Read from across a room: what is late or soon, and no more than a screen holds.
LINES = 13


def displays_of(establishment: Establishment) -> Sequence[WallDisplay]:
    """Return the screens that show something. One query."""
    hanging = WallDisplay.objects.filter(
        establishment=establishment, revoked_at__isnull=True, expires_at__gt=timezone.now()
    )
    return list(hanging.select_related("opened_by"))


def open_display(*, by: User, establishment: Establishment, label: str, names: ShownNames) -> str:
    """Open a screen and return the secret of its address, which cannot be read again. Raises DeskRefused."""
    require_may_hang(by, establishment)
    secret = secrets.token_urlsafe(SECRET_BYTES)
    with transaction.atomic():
        display = WallDisplay.objects.create(
            establishment=establishment,
            label=label,
            names=names,
            digest=digest_of(secret),
            opened_by=by,
            expires_at=timezone.now() + LASTS,
        )
        record(by=by, verb=Verb.OPEN_DISPLAY, target=display, establishment=establishment)
    return secret


def close_display(*, by: User, establishment: Establishment, key: UUID) -> None:
    """Let a screen show nothing from now on; one that was closed already stays so.

    Raises WallDisplay.DoesNotExist, DeskRefused.
    """
    require_may_hang(by, establishment)
    display = WallDisplay.objects.get(establishment=establishment, pk=key)
    with transaction.atomic():
        if WallDisplay.objects.filter(pk=display.pk, revoked_at__isnull=True).update(revoked_at=Now()):
            record(by=by, verb=Verb.CLOSE_DISPLAY, target=display, establishment=establishment)


def require_may_hang(by: User, establishment: Establishment) -> None:
    if role_of(by, establishment) not in AT_THE_UNIT:
        raise DeskRefused("right", _("Officers of the health unit and senior officers open and close wall displays."))


def find_display(secret: str) -> WallDisplay | None:
    """Return the screen of that address, if it still shows something. One query."""
    hanging = WallDisplay.objects.filter(digest=digest_of(secret), revoked_at__isnull=True)
    return hanging.filter(expires_at__gt=timezone.now()).select_related("establishment").first()


@dataclass(frozen=True)
class WallLine:
    """One line as a wall shows it."""

    line: ListLine
    name: str
    is_late: bool


@dataclass(frozen=True)
class Wall:
    """What stands on a screen: the late ones and the next half hour, the rest as numbers."""

    now: datetime
    lines: Sequence[WallLine]
    more: int
    late: int
    here: int
    expected: int
    following: tuple[datetime, int] | None
    freezes: Sequence[PrisonFreeze]
    edition: Publication


def read_wall(display: WallDisplay) -> Wall:
    """Return what the screen shows now: of the whole house, never more than the board. Constant queries."""
    establishment, now = display.establishment, timezone.now()
    listed = list_of_day(
        establishment, TODAY, establishment.today(), Building.objects.filter(establishment=establishment)
    )
    called = sorted((line for line in listed.lines if not line.is_withdrawn), key=board_key)
    waited = [line for line in called if line.standing.state in ON_THE_WAY]
    late = [line for line in waited if is_late(line, now=now, tolerance=listed.rules.tolerance)]
    soon = [line for line in waited if line not in late and line.expected_at <= now + SOON]
    later = [line for line in waited if line.expected_at > now + SOON]
    nearest = later[0].expected_at if later else None
    shown = [WallLine(line, name_on_a_wall(line, display.names), is_late=line in late) for line in (*late, *soon)]
    return Wall(
        now=now,
        lines=shown[:LINES],
        more=len(shown[LINES:]),
        late=len(late),
        here=people(line for line in called if line.standing.state == MovementState.ARRIVED),
        expected=people(waited),
        following=(nearest, people(line for line in later if line.expected_at == nearest)) if nearest else None,
        freezes=list(PrisonFreeze.objects.in_force().filter(establishment=establishment).select_related("building")),
        edition=listed.edition,
    )


def name_on_a_wall(line: ListLine, names: str) -> str:
    """Return the name as far as it may stand on a wall; a namesake keeps a sign beside it."""
    if names == ShownNames.NONE:
        return ""
    name = line.display_name if names == ShownNames.FULL else f"{line.last_name.upper()} {line.first_name[:1]}."
    return f"{name} △" if line.namesakes else name
