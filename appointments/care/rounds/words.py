"""What the pages of rounds say: how a visit stands, how often a round is made."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from django.utils import formats, timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from access.in_words import date_format
from access.models import User
from appointments.models import RoundKind, RoundVisit
from appointments.models.enums.rounds import RoundRhythm
from appointments.rounds import UNDO_MINUTES, Line, State, may_make


@dataclass(frozen=True)
class ShownLine:
    """A line as its page shows it to one carer."""

    line: Line
    may_note: bool
    may_undo: bool

    @property
    def is_late(self) -> bool:
        return self.line.state == State.LATE

    @property
    def is_done(self) -> bool:
        return self.line.state == State.DONE

    @property
    def due(self) -> str:
        return due_words(self.line)

    @property
    def last(self) -> str:
        """The key of the word that stands now, which a press is an answer to."""
        return str(self.line.last_word.pk) if self.line.last_word else ""

    @property
    def met(self) -> str:
        return met_words(self.line)

    @property
    def said(self) -> str:
        return "" if self.line.visit is None else visit_words(self.line.visit)


def shown(line: Line, *, by: User, role: str) -> ShownLine:
    """Return the line with what `by` may do; undoing is for whoever wrote it, in the minutes after."""
    visit = line.visit
    fresh = visit is not None and timezone.now() - visit.recorded_at <= timedelta(minutes=UNDO_MINUTES)
    mine = visit is not None and visit.recorded_by_id == by.pk
    return ShownLine(line, may_note=may_make(role, line.stay.kind), may_undo=fresh and mine)


def short(day: date) -> str:
    return date_format(day, "D j N")


def due_words(line: Line) -> str:
    days = line.days_late
    match line.state:
        case State.LATE:
            said = ngettext("late by %(days)d day, due by %(day)s", "late by %(days)d days, due by %(day)s", days)
            return said % {"days": days, "day": short(line.due.until)}
        case State.TODAY:
            return _("to be made today")
        case State.MAY_WAIT:
            return _("to be made by %(day)s") % {"day": short(line.due.until)}
        case State.DONE:
            return _("made")
    return _("not due before %(day)s") % {"day": short(line.due.since)}


def met_words(line: Line) -> str:
    """Say when a carer met the person last, else since when they have been waiting for the first visit."""
    if line.last_met is None:
        return _("nobody yet, on the round since %(day)s") % {"day": short(line.stay.since)}
    return _("last met on %(day)s") % {"day": short(line.last_met)}


def visit_words(visit: RoundVisit) -> str:
    """Say what stands of a visit, when, and by whom."""
    what = visit.get_outcome_display()
    if visit.reason:
        what = _("%(outcome)s: %(reason)s") % {"outcome": what, "reason": visit.get_reason_display()}
    if visit.at:
        what = _("%(what)s at %(time)s") % {"what": what, "time": formats.time_format(visit.at, "TIME_FORMAT")}
    return _("%(what)s, by %(name)s") % {"what": what, "name": visit.made_by}


def rhythm_words(kind: RoundKind) -> str:
    if kind.rhythm == RoundRhythm.DAILY:
        return _("every day")
    if kind.rhythm == RoundRhythm.WEEKDAYS:
        return ", ".join(weekday_names()[int(digit)] for digit in kind.weekdays)
    times = ngettext("%(times)d time a week", "%(times)d times a week", kind.times_a_week) % {
        "times": kind.times_a_week
    }
    apart = _("%(least)d to %(most)d days apart") % {"least": kind.least_days, "most": kind.most_days}
    return f"{times}, {apart}"


def weekday_names() -> list[str]:
    """Return the names of the weekdays, from Monday on."""
    monday = date(2024, 1, 1)
    return [date_format(monday + timedelta(days=number), "l") for number in range(7)]


def headline(lines: list[Line]) -> str:
    counts = {state: sum(line.state == state for line in lines) for state in State}
    late = ngettext("%(n)d visit late", "%(n)d visits late", counts[State.LATE]) % {"n": counts[State.LATE]}
    return _("%(late)s, %(today)d more to be made today, %(wait)d that may wait, %(done)d made.") % {
        "late": late,
        "today": counts[State.TODAY],
        "wait": counts[State.MAY_WAIT],
        "done": counts[State.DONE],
    }
