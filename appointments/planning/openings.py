"""Opens sessions from a weekly pattern: which dates, which are left out and why, and the verb that writes them."""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from django.db import models, transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from access.audit import record
from access.enums import Verb
from access.models import Establishment, User
from appointments.models import Agenda, ConsultationSession
from appointments.planning.refusals import PlanningRefused, lock_agenda, require_head, sentences_for_constraints
from appointments.projection import arrival_times
from appointments.timegrid import Interval, at_local, local_midnights, overlaps, weekly_dates

LONGEST = timedelta(days=366)


@dataclass(frozen=True)
class Pattern:
    """The same hours on chosen weekdays (Monday 0 to Sunday 6), in local time, from a day to a day."""

    weekdays: frozenset[int]
    start: time
    end: time
    slot_minutes: int
    first: date
    last: date


class LeftOut(models.TextChoices):
    """Why a date of the pattern gets no session."""

    TAKEN = "taken", gettext_lazy("there is already a session at that time")
    OVER = "over", gettext_lazy("that time is over")
    SKIPPED = "skipped", gettext_lazy("clocks change and skip that time")


@dataclass(frozen=True)
class Opening:
    """One date of the pattern. `left_out` is empty for a session that would be opened."""

    day: date
    starts_at: datetime
    ends_at: datetime
    left_out: LeftOut | None = None


@dataclass(frozen=True)
class SessionPlan:
    """All the dates of a pattern, in order."""

    dates: tuple[Opening, ...]

    @property
    def openings(self) -> list[Opening]:
        """The sessions that would be opened."""
        return [opening for opening in self.dates if opening.left_out is None]

    @property
    def left_out(self) -> list[Opening]:
        """The dates that get none."""
        return [opening for opening in self.dates if opening.left_out is not None]

    @property
    def digest(self) -> str:
        """A fingerprint of what would be opened."""
        text = "|".join(f"{opening.starts_at:%s}-{opening.ends_at:%s}" for opening in self.openings)
        return hashlib.sha256(text.encode()).hexdigest()


def plan_sessions(agenda: Agenda, *, pattern: Pattern) -> SessionPlan:
    """Return the dates that `pattern` gives `agenda`. Reads only. Raises PlanningRefused for an impossible pattern."""
    zone = agenda.establishment.zone
    check_hours(agenda.establishment, start=pattern.start, end=pattern.end, slot_minutes=pattern.slot_minutes)
    check_dates(pattern, today=timezone.localdate(timezone=zone))
    days = weekly_dates(pattern.first, pattern.last, pattern.weekdays)
    if not days:
        raise PlanningRefused(_("None of these weekdays lies between the two dates."), field="weekdays")
    taken = sessions_by_day(agenda, pattern)
    dates = []
    for day in days:
        hours = at_local(day, pattern.start, zone), at_local(day, pattern.end, zone)
        dates.append(Opening(day, *hours, left_out=reason_to_leave_out(hours, taken[day])))
    return SessionPlan(tuple(dates))


def open_sessions(
    agenda: Agenda, *, by: User, pattern: Pattern, digest: str, days: Collection[date] | None = None
) -> list[ConsultationSession]:
    """Open the sessions of a plan whose fingerprint was seen; of `days` alone when given (holidays, leave).

    Raises PlanningRefused when the plan has changed or no day is left.
    """
    require_head(by, agenda.establishment)
    with sentences_for_constraints(), transaction.atomic():
        locked = lock_agenda(agenda)
        plan = plan_sessions(locked, pattern=pattern)
        if plan.digest != digest:
            raise PlanningRefused(_("The planning has changed meanwhile: look at the dates again."))
        opened = ConsultationSession.objects.bulk_create(
            ConsultationSession(
                establishment=locked.establishment,
                agenda=locked,
                starts_at=opening.starts_at,
                ends_at=opening.ends_at,
                slot_minutes=pattern.slot_minutes,
            )
            for opening in plan.openings
            if days is None or opening.day in days
        )
        if not opened:
            raise PlanningRefused(_("No date is chosen: nothing would be opened."))
        record(by=by, verb=Verb.CHANGE_PLANNING, target=locked, establishment=locked.establishment)
    return opened


def check_hours(establishment: Establishment, *, start: time, end: time, slot_minutes: int) -> None:
    """Refuse hours in which nobody could be seen or to which nobody could be called."""
    minutes = (end.hour - start.hour) * 60 + end.minute - start.minute
    if minutes <= 0:
        raise PlanningRefused(_("The session ends before it begins. Check both times."), field="end")
    if minutes < slot_minutes:
        raise PlanningRefused(_("The session is shorter than one slot. Check both times."), field="slot_minutes")
    times = arrival_times(establishment)
    if not times:
        raise PlanningRefused(_("There is no arrival time yet, so nobody can be called. Add one first."))
    if start < times[0]:
        raise PlanningRefused(
            _("Nobody can be called that early: the first arrival time is %(time)s. Begin then or later.")
            % {"time": f"{times[0]:%H:%M}"},
            field="start",
        )


def check_dates(pattern: Pattern, *, today: date) -> None:
    """Refuse days that are past, in the wrong order or too far away."""
    if pattern.first < today:
        raise PlanningRefused(_("The first day is past. Begin today or later."), field="first")
    if pattern.last < pattern.first:
        raise PlanningRefused(_("The last day comes before the first. Check both dates."), field="last")
    if pattern.last > max(pattern.first, today) + LONGEST or pattern.first > today + LONGEST:
        raise PlanningRefused(_("Sessions are opened for one year at most. Choose an earlier day."), field="last")


def sessions_by_day(agenda: Agenda, pattern: Pattern) -> dict[date, list[Interval]]:
    """Return the hours at which the agenda is open already, by local day. One query."""
    zone = agenda.establishment.zone
    start, end = local_midnights(pattern.first, zone)[0], local_midnights(pattern.last, zone)[1]
    found: dict[date, list[Interval]] = defaultdict(list)
    there = ConsultationSession.objects.filter(agenda=agenda, starts_at__lt=end, ends_at__gt=start)
    for starts_at, ends_at in there.values_list("starts_at", "ends_at").order_by("starts_at", "id"):
        for day in {starts_at.astimezone(zone).date(), ends_at.astimezone(zone).date()}:
            found[day].append((starts_at, ends_at))
    return found


def reason_to_leave_out(hours: Interval, taken: list[Interval]) -> LeftOut | None:
    """Return why no session can be opened at these hours, or None."""
    if hours[1] <= hours[0]:
        return LeftOut.SKIPPED
    if hours[1] <= timezone.now():
        return LeftOut.OVER
    if any(overlaps(hours, other) for other in taken):
        return LeftOut.TAKEN
    return None
