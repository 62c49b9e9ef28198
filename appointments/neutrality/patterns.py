"""What a weekly pattern would change of what the list tells, on the consultations of the last half-year."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from itertools import cycle, islice
from typing import NamedTuple

from appointments.arithmetic.inference import NothingToMeasure
from appointments.arithmetic.leakage import Place
from appointments.arithmetic.recurrence import days_between, rhythm_of
from appointments.arithmetic.timegrid import minute_of
from appointments.models import SessionPattern
from appointments.models.enums.planning import SessionMode
from appointments.neutrality.arrivals import (
    ANY_KIND,
    Call,
    Minute,
    Told,
    UncalledStart,
    past_calls,
    tally_of,
    told_by,
    wave_at,
    where,
)
from appointments.neutrality.counting import USUAL_WEEKS, last_weeks, sensitive_disciplines
from appointments.projection import arrival_times


class PatternEffect(NamedTuple):
    """What the list tells now and would tell then; and which other disciplines are called at the same times."""

    now: Told
    then: Told
    consultations: int
    company: tuple[str, ...]
    is_sensitive: bool
    is_hidden: bool  # something that is not sensitive is called at all its times

    @property
    def tells_more(self) -> bool:
        return self.now.is_less_than(self.then)


def effect_of_pattern(after: SessionPattern, *, before: SessionPattern | None = None) -> PatternEffect | None:
    """Return what `after` would have changed in half a year, held instead of `before`; None with nothing to measure.

    As many people are supposed to come to a session as came to those of `before`; to a new one, as many as it can
    see, spread over its times. Two queries.
    """
    establishment, discipline = after.establishment, after.agenda.discipline
    times = [minute_of(at) for at in arrival_times(establishment)]
    found = past_calls(last_weeks(establishment))
    old = [call for call in found if before is not None and belongs_to(call, before)]
    new = new_places(after, load=load_of(old), times=times)
    sensitive = sensitive_disciplines()
    try:
        tally = tally_of(found, times)
        now = told_by(tally, sensitive=sensitive)
        tally.subtract(tally_of(old, times))
        others = {(place, kind) for (place, kind, _), n in tally.items() if n > 0 and kind != discipline}
        company = {kind for place, kind in others if place in new}
        hidden = {place for place, kind in others if kind not in sensitive}
        tally.update((place, discipline, ANY_KIND) for place in new)
        then = told_by(tally, sensitive=sensitive)
    except (NothingToMeasure, UncalledStart):
        return None
    is_hidden = discipline not in sensitive or hidden.issuperset(new)
    return PatternEffect(now, then, len(new), tuple(sorted(company)), discipline in sensitive, is_hidden)


def belongs_to(call: Call, pattern: SessionPattern) -> bool:
    """Whether a consultation stood where the pattern holds its sessions."""
    is_there = minute_of(pattern.start) <= call.start < minute_of(pattern.end)
    return call.agenda == pattern.agenda_id and is_there and call.day.weekday() in rhythm_of(pattern.rule).weekdays


def load_of(calls: Sequence[Call]) -> float | None:
    days = {call.day for call in calls}
    return len(calls) / len(days) if days else None


def new_places(pattern: SessionPattern, *, load: float | None, times: Sequence[Minute]) -> list[Place]:
    """Return where the pattern's consultations of half a year would stand on the list. Raises UncalledStart."""
    today = pattern.establishment.today()
    end = today + timedelta(weeks=USUAL_WEEKS)
    days = days_between(pattern.rule, today, end, first=min(pattern.first, today), last=pattern.last)
    starts = starts_of(pattern, times=times)
    grid = [where(day, wave_at(start, times)) for day in days for start in starts]
    if load is None or not grid:
        return grid
    if load >= len(starts):
        return list(islice(cycle(grid), round(load * len(days))))
    # Every session keeps its first times, in which people are booked first.
    kept = max(1, round(load))
    return [place for number, place in enumerate(grid) if number % len(starts) < kept]


def starts_of(pattern: SessionPattern, *, times: Sequence[Minute]) -> list[Minute]:
    """Return the minutes at which people of one session are expected, one for each."""
    start, end = minute_of(pattern.start), minute_of(pattern.end)
    if pattern.mode == SessionMode.GROUP:
        return [start] * (pattern.capacity or 0)
    if pattern.mode == SessionMode.FLEXIBLE:
        offered = sorted({start, *(at for at in times if start < at <= end - pattern.slot_minutes)})
        return sorted(islice(cycle(offered), pattern.capacity or 0))
    return list(range(start, end - pattern.slot_minutes + 1, pattern.slot_minutes))
