"""The verb with which care lets a list out before its next publication, and what officers could learn from it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils.translation import gettext as _

from access.audit import record
from access.enums import Role, Verb
from access.models import Establishment, Membership, User
from access.refusal import Refused
from appointments import projection
from appointments.models import Appointment, Movement
from appointments.projection import Schedule, Waiting

# By whom and when somebody is called.
Agendas = dict[tuple[str, datetime], set[int]]
PUBLISHERS = (Role.HEAD, Role.NURSE, Role.SECRETARY)


class NothingToPublish(Refused):
    def __init__(self) -> None:
        super().__init__("nothing", _("Nothing waits to be published on this list: officers see it as it is."))


@dataclass(frozen=True)
class Batch:
    """What would go out together, and whether it would tell officers whose changes these are."""

    waiting: Waiting
    practitioners: int

    @property
    def tells(self) -> bool:
        """Whether all its changes concern one practitioner: seen together, they show that they belong together."""
        return self.practitioners <= 1


def publishes_lists(user: User, establishment: Establishment) -> bool:
    """Whether `user` may let a list of `establishment` out before its time."""
    roles = Membership.objects.current().filter(user=user, establishment=establishment)
    return roles.filter(role__in=PUBLISHERS).exists()


def batches(schedule: Schedule) -> list[Batch]:
    """Return what waits on today's and tomorrow's lists; none for lists that are open all the time."""
    found = projection.waiting_changes(schedule)
    agendas = _agendas_behind(schedule.establishment, [line for waiting in found.values() for line in waiting.lines])
    return [Batch(waiting, _practitioners(waiting, agendas)) for waiting in found.values()]


def publish_now(establishment: Establishment, *, by: User, day: date) -> int:
    """Let everything that waits on the list of `day` out in one batch; return how many lines change.

    Raises NothingToPublish, PermissionDenied.
    """
    if not publishes_lists(by, establishment):
        raise PermissionDenied(_("Your profile does not publish lists."))
    with transaction.atomic():
        projection.hold_arrival_times(establishment, to_change=True)
        schedule = Schedule.of(establishment)
        waiting = projection.waiting_changes(schedule).get(day)
        if not waiting:
            raise NothingToPublish
        projection.publish_waiting(waiting, schedule)
        record(by=by, verb=Verb.PUBLISH, target=Movement, establishment=establishment)
    return len(waiting)


def _practitioners(waiting: Waiting, agendas: Agendas) -> int:
    """Return how many agendas are behind the changes of one list."""
    return len(set().union(*(agendas.get((line.register_number, line.expected_at), set()) for line in waiting.lines)))


def _agendas_behind(establishment: Establishment, lines: list[Movement]) -> Agendas:
    """Return the agendas whose appointments made or unmade each line; cancelled ones no longer point to it."""
    behind: Agendas = {}
    called_at = {line.expected_at for line in lines}
    if not called_at:
        return behind
    rows = Appointment.objects.filter(
        establishment=establishment,
        called_at__in=called_at,
        # Nobody waits past midnight: the bounds let the database use its index on starts.
        starts_at__range=(min(called_at), max(called_at) + timedelta(days=1)),
        detainee__register_number__in={line.register_number for line in lines},
    ).order_by()
    for number, at, agenda in rows.values_list("detainee__register_number", "called_at", "agenda"):
        behind.setdefault((number, at), set()).add(agenda)
    return behind
