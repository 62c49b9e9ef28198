"""Records what an officer taps about a line: the only writer of a movement's state, and of its history.

Knows no request, no form and no HTML. A tap carries the standing that the officer saw: sent twice it does nothing the
second time, and of two officers who tap at one moment the second is told what the first recorded.
"""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from access.audit import record
from access.enums import Role, Verb
from access.models import Establishment, Membership, User
from access.refusal import Refused
from appointments.models.enums.movement import MovementState
from appointments.models.movement import Movement
from appointments.models.movement_event import MovementEvent
from appointments.prison.scope import movements_visible_to
from appointments.prison.standing import Standing, standing_from

# Who stands at the health unit's door, or commands those who do: nobody else sees anybody arrive or leave there.
AT_THE_UNIT = frozenset({Role.UNIT_OFFICER, Role.SENIOR_OFFICER})
SEEN_AT_THE_UNIT = frozenset({MovementState.ARRIVED, MovementState.BACK})
IN_ADVANCE = frozenset({MovementState.EXPECTED, MovementState.IMPEDED})


class DeskRefused(Refused):
    """A rule of the desk says no; `line` is what it is about."""

    def __init__(self, code: str, sentence: str, line: Movement | None = None) -> None:
        super().__init__(code, sentence)
        self.line = line


def standing_of(line: Movement) -> Standing:
    return standing_from(line.state, line.impediment)


def record_standing(*, by: User, establishment: Establishment, key: UUID, seen: Standing, to: Standing) -> Movement:
    """Record that the line `key`, which `by` saw as `seen`, is now `to`.

    Raises Movement.DoesNotExist for a line that they do not see, DeskRefused.
    """
    lines = movements_visible_to(by, establishment)
    with transaction.atomic():
        line = lines.select_for_update(of=("self",)).select_related("building").get(pk=key)
        now = standing_of(line)
        if now == to:
            return line
        require_recordable(by, establishment, line, to=to)
        if now != seen:
            raise DeskRefused("changed", changed_meanwhile(line, establishment), line)
        write_event(line, to, by=by)
        Movement.objects.filter(pk=line.pk).update(state=to.state, impediment=to.impediment, state_at=timezone.now())
        line.refresh_from_db(fields=["state", "state_at", "impediment"])
        record(by=by, verb=Verb.RECORD_MOVEMENT, target=line, establishment=establishment)
    return line


def write_event(line: Movement, to: Standing, *, by: User) -> None:
    """Add the tap to the line's history. The caller holds the line."""
    MovementEvent.objects.create(
        establishment_id=line.establishment_id,
        register_number=line.register_number,
        expected_at=line.expected_at,
        state=to.state,
        impediment=to.impediment,
        by=by,
    )


def require_recordable(by: User, establishment: Establishment, line: Movement, *, to: Standing) -> None:
    """Refuse a day that is over, a movement of a day that has not begun, and what only the unit's officers see."""
    today = establishment.today()
    day = establishment.day_of(line.expected_at)
    if not today <= day <= today + timedelta(days=1):
        raise DeskRefused("day", _("Only today’s and tomorrow’s movements can be recorded."), line)
    if day > today and to.state not in IN_ADVANCE:
        raise DeskRefused("early", _("This person is expected tomorrow: only an impediment can be recorded yet."), line)
    at_unit = {to.state, MovementState(line.state)} & SEEN_AT_THE_UNIT
    if at_unit and role_of(by, establishment) not in AT_THE_UNIT:
        raise DeskRefused("role", _("Arrivals and returns are recorded by the officers of the health unit."), line)


def role_of(user: User, establishment: Establishment) -> str:
    """Return the role of `user` at `establishment` today, empty when there is none."""
    roles = Membership.objects.current().filter(user=user, establishment=establishment)
    return roles.values_list("role", flat=True).first() or ""


def changed_meanwhile(line: Movement, establishment: Establishment) -> str:
    said = standing_of(line).words
    if line.state_at is None:
        return _("A colleague has changed this line meanwhile. It says now: %(state)s.") % {"state": said}
    at = timezone.localtime(line.state_at, establishment.zone)
    return _("A colleague was quicker. The line says now: %(state)s, %(time)s.") % {
        "state": said,
        "time": f"{at:%H:%M}",
    }
