"""What every page says when the officers' side is not up to date: since when, and what waits for it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from access.in_words import date_format
from access.models import Establishment
from access.requests import DoorRequest, made, once
from appointments.care.waiting import MenuWaiting
from appointments.planning.publishing import PUBLISHERS
from appointments.projection import Schedule
from appointments.projection.link import Link, changes_since, link_of

# How long it is worth a sentence that the database there came from a backup.
WORTH_TELLING = timedelta(days=7)


@dataclass(frozen=True)
class OfficersSide:
    """How the officers' side was reached last. Where it is up to date, nothing is missing and no change counted."""

    establishment: Establishment
    link: Link
    missing: datetime | None
    changes: int
    # The lists name everybody who is called: whoever may not publish them may not print them either.
    may_print: bool

    @property
    def is_late(self) -> bool:
        """Whether officers may read less than they should."""
        return self.link.is_silent or self.missing is not None

    @property
    def reached(self) -> str:
        """When it was reached last, in words; "" when it never was."""
        return self._said(self.link.reached_at)

    @property
    def missing_list(self) -> str:
        """The publication that has not arrived, in words; "" when none is late."""
        return self._said(self.missing)

    @property
    def restored(self) -> str:
        """When the database there was found to come from a backup, in words; "" when that is long ago or never was."""
        at = self.link.restored_at
        return self._said(at) if at is not None and self.link.now - at < WORTH_TELLING else ""

    def _said(self, at: datetime | None) -> str:
        return in_words(at, self.establishment, now=self.link.now) if at else ""


def officers_side(request: DoorRequest) -> OfficersSide:
    """Return how the officers' side stands, read once for a page. One query when all is well, three when it is not.

    Where the menu has counted already, it has asked this along.
    """
    return once(request, OfficersSide, lambda: _read(request))


def _read(request: DoorRequest) -> OfficersSide:
    establishment, asked = request.establishment, made(request, MenuWaiting)
    link = asked.link if asked else link_of(establishment)
    missing, changes = None, 0
    if not link.is_fresh:
        schedule = schedule_of(request)
        missing = link.missing(schedule.grid)
        if link.reached_at is not None and (link.is_silent or missing):
            changes = changes_since(schedule, link.reached_at, now=link.now)
    may_print = request.membership is not None and request.membership.role in PUBLISHERS
    return OfficersSide(establishment, link, missing, changes, may_print)


def schedule_of(request: DoorRequest) -> Schedule:
    """Return when the lists go out, read once for a page."""
    return once(request, Schedule, lambda: Schedule.of(request.establishment))


def in_words(instant: datetime, establishment: Establishment, *, now: datetime) -> str:
    """Return an instant as somebody says it: the hour, with the day when it is another one."""
    local = instant.astimezone(establishment.zone)
    return f"{local:%H:%M}" if local.date() == establishment.day_of(now) else date_format(local, "l j F, H:i")
