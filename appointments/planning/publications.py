"""The verbs of the publication times. A change holds from tomorrow: today's lists keep the times that were told."""

from __future__ import annotations

from datetime import date, time, timedelta

from django.db import transaction
from django.utils.translation import gettext as _

from access.audit import record
from access.enums import Verb
from access.models import Establishment, User
from appointments import projection
from appointments.models import PublicationTime
from appointments.planning.refusals import PlanningRefused, planning_refusals, require_head

# Two lists a few minutes apart would tell when care works; officers could not keep up with more.
APART = timedelta(minutes=60)


def add_publication_time(establishment: Establishment, *, by: User, at: time) -> PublicationTime:
    """Publish the lists at `at` too, from tomorrow; one that would end tonight simply stays. Raises PlanningRefused."""
    require_head(by, establishment)
    tomorrow = _tomorrow(establishment)
    with planning_refusals(), transaction.atomic():
        projection.hold_arrival_times(establishment, to_change=True)
        _require_apart(establishment, at)
        ending = PublicationTime.objects.filter(establishment=establishment, at=at, until=tomorrow).first()
        row = ending or PublicationTime(establishment=establishment, at=at, since=tomorrow)
        row.until = None
        row.save()
        _changed(establishment, by=by)
    return row


def remove_publication_time(establishment: Establishment, *, by: User, at: time) -> None:
    """Publish no list at `at` from tomorrow; one that was to begin tomorrow never does. Raises PlanningRefused."""
    require_head(by, establishment)
    tomorrow = _tomorrow(establishment)
    with transaction.atomic():
        projection.hold_arrival_times(establishment, to_change=True)
        row = PublicationTime.objects.filter(establishment=establishment, at=at, until__isnull=True).first()
        if row is None:
            raise PlanningRefused(_("This is not a publication time any longer."), field="at")
        if row.since >= tomorrow:
            row.delete()
        else:
            row.until = tomorrow
            row.save()
        _changed(establishment, by=by)


def _tomorrow(establishment: Establishment) -> date:
    return establishment.today() + timedelta(days=1)


def _require_apart(establishment: Establishment, at: time) -> None:
    there = PublicationTime.objects.filter(establishment=establishment, until__isnull=True)
    for other in there.values_list("at", flat=True):
        if other != at and abs(_since_midnight(other) - _since_midnight(at)) < APART:
            raise PlanningRefused(
                _("The lists already go out at %(time)s. Leave an hour between two publications.")
                % {"time": f"{other:%H:%M}"},
                field="at",
            )


def _since_midnight(at: time) -> timedelta:
    return timedelta(hours=at.hour, minutes=at.minute)


def _changed(establishment: Establishment, *, by: User) -> None:
    """Give what waits its new instant, and record the change."""
    projection.reschedule(projection.Schedule.of(establishment))
    record(by=by, verb=Verb.CHANGE_PLANNING, target=establishment, establishment=establishment)
