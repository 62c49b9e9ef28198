"""Notes for the next shift, and tasks with a due day, of one unit. Their words never enter the access log."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta

from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from access.models import User
from access.refusal import Refused
from appointments.models import CareUnit, ShiftNote, TeamTask
from appointments.rights import Rights

# For so long a note and a task that is done are kept.
TEAM_KEPT = timedelta(days=31)
# A task further ahead is planned elsewhere.
FARTHEST = timedelta(days=366)


def notes_of(units: Sequence[CareUnit]) -> QuerySet[ShiftNote]:
    standing = ShiftNote.objects.filter(unit__in=units, withdrawn_at=None, written_at__gt=timezone.now() - TEAM_KEPT)
    return standing.select_related("written_by", "unit")


def tasks_of(units: Sequence[CareUnit]) -> QuerySet[TeamTask]:
    """Return what is open, and what was done lately: the first due first."""
    lately = Q(done_at=None) | Q(done_at__gt=timezone.now() - timedelta(days=1))
    return TeamTask.objects.filter(lately, unit__in=units).select_related("added_by", "done_by", "unit")


def require_unit(rights: Rights, unit: CareUnit) -> None:
    if unit not in rights.units_in_view:
        raise Refused("unit", _("You do not work for this unit."))


def write_note(rights: Rights, *, unit: CareUnit, text: str) -> ShiftNote:
    require_unit(rights, unit)
    return ShiftNote.objects.create(establishment=rights.establishment, unit=unit, text=text, written_by=rights.user)


def withdraw_note(rights: Rights, note: ShiftNote) -> None:
    """Take a note off the page: whoever wrote it, or a head of its unit. Raises Refused."""
    if note.written_by_id != rights.user.pk and not rights.leads(note.unit_id):
        raise Refused("right", _("A note is withdrawn by whoever wrote it, or by the head of unit."))
    open_ones = ShiftNote.objects.filter(pk=note.pk, withdrawn_at=None)
    open_ones.update(withdrawn_at=timezone.now(), withdrawn_by=rights.user)


def add_task(rights: Rights, *, unit: CareUnit, what: str, due_on: date) -> TeamTask:
    require_unit(rights, unit)
    today = rights.establishment.today()
    if not today <= due_on <= today + FARTHEST:
        raise Refused("due_on", _("Choose a day from today on, within a year."))
    return TeamTask.objects.create(
        establishment=rights.establishment, unit=unit, what=what, due_on=due_on, added_by=rights.user
    )


def finish_task(task: TeamTask, *, by: User) -> None:
    TeamTask.objects.filter(pk=task.pk, done_at=None).update(done_at=timezone.now(), done_by=by)


def reopen_task(task: TeamTask) -> None:
    TeamTask.objects.filter(pk=task.pk).update(done_at=None, done_by=None)
