"""Records what an officer taps about a line: the only writer of the outbox. The database sets the line's state from it.

Knows no request, no form and no HTML. A tap carries the standing that the officer saw: sent twice it does nothing the
second time, and of two officers who tap at one moment the second is told what the first recorded.
"""

from __future__ import annotations

from uuid import UUID, uuid4

from django.db import IntegrityError, connection, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from access.audit import record
from access.enums import Role, Verb
from access.models import Establishment, Membership, User
from access.refusal import Refused, constraint_of
from appointments.models.enums.movement import MovementState
from appointments.prison.lines import ListLine, as_it_stands, line_visible_to
from appointments.prison.models import LineState
from appointments.prison.standing import Standing

# Who stands at the health unit's door, or commands those who do: nobody else sees anybody arrive or leave there.
AT_THE_UNIT = frozenset({Role.UNIT_OFFICER, Role.SENIOR_OFFICER})
SEEN_AT_THE_UNIT = frozenset({MovementState.ARRIVED, MovementState.BACK})
IN_ADVANCE = frozenset({MovementState.EXPECTED, MovementState.IMPEDED})


class DeskRefused(Refused):
    """A rule of the desk says no; `line` is what it is about."""

    def __init__(self, code: str, sentence: str, line: ListLine | None = None) -> None:
        super().__init__(code, sentence)
        self.line = line


def record_standing(*, by: User, establishment: Establishment, key: UUID, seen: Standing, to: Standing) -> ListLine:
    """Record that the line `key`, which `by` saw as `seen`, is now `to`; return it as it stands then.

    Raises NoSuchLine for a line that they do not see, DeskRefused.
    """
    line = line_visible_to(by, establishment, key)
    if line.standing == to:
        return line
    require_recordable(by, establishment, line, to=to)
    if line.standing == seen:
        try:
            with transaction.atomic():
                _write_tap(establishment, key, seen, to, by=by)
                record(by=by, verb=Verb.RECORD_MOVEMENT, target=LineState(line=key), establishment=establishment)
            return as_it_stands(line)
        except IntegrityError as error:
            line = _after_refusal(constraint_of(error), by, establishment, line)
        if line.standing == to:
            return line
    raise DeskRefused("changed", changed_meanwhile(line, establishment), line)


# The outbox can be filled and not read: nothing is asked back of what was written.
WRITE = (
    "INSERT INTO prison_tap (id, establishment_id, line, seen_state, seen_impediment, state, impediment, by_id)"
    " VALUES (%s, %s, %s, %s, %s, %s, %s, %s)"
)


def _write_tap(establishment: Establishment, key: UUID, seen: Standing, to: Standing, *, by: User) -> None:
    """Hand the tap to the database, which dates it, sets the line's state, and refuses it when the line has changed."""
    with connection.cursor() as cursor:
        cursor.execute(WRITE, [uuid4(), establishment.pk, key, *seen, *to, by.pk])


def _after_refusal(constraint: str, by: User, establishment: Establishment, line: ListLine) -> ListLine:
    """Return the line as it is now that the database has refused a tap. Raises NoSuchLine, DeskRefused."""
    if constraint == "taps_of_a_minute":
        raise DeskRefused("many", _("Too many taps in one minute. Wait a moment, then tap again."), line)
    return line_visible_to(by, establishment, line.pk)


def require_recordable(by: User, establishment: Establishment, line: ListLine, *, to: Standing) -> None:
    """Refuse a day that is over, a movement of a day that has not begun, and what only the unit's officers see."""
    today = establishment.today()
    day = establishment.day_of(line.expected_at)
    if day > today and to.state not in IN_ADVANCE:
        raise DeskRefused("early", _("This person is expected tomorrow: only an impediment can be recorded yet."), line)
    at_unit = {to.state, line.standing.state} & SEEN_AT_THE_UNIT
    if at_unit and role_of(by, establishment) not in AT_THE_UNIT:
        raise DeskRefused("role", _("Arrivals and returns are recorded by the officers of the health unit."), line)


def role_of(user: User, establishment: Establishment) -> str:
    """Return the role of `user` at `establishment` today, empty when there is none."""
    roles = Membership.objects.current().filter(user=user, establishment=establishment)
    return roles.values_list("role", flat=True).first() or ""


def changed_meanwhile(line: ListLine, establishment: Establishment) -> str:
    """Say what a colleague recorded, and when where that is told: of a return no hour is known here."""
    said = line.standing.words
    if line.state_at is None:
        return _("A colleague has changed this line meanwhile. It says now: %(state)s.") % {"state": said}
    at = timezone.localtime(line.state_at, establishment.zone)
    return _("A colleague was quicker. The line says now: %(state)s, %(time)s.") % {
        "state": said,
        "time": f"{at:%H:%M}",
    }
