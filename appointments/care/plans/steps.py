"""What a person does on the planning's pages for a proposal: links that open those pages filled in, with ticks."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any, NamedTuple

from django.db.models import Q
from django.http import QueryDict
from django.urls import reverse
from django.utils.translation import gettext as _

from appointments import projection
from appointments.arithmetic.recurrence import HalfDay
from appointments.arithmetic.timegrid import minute_of, time_of
from appointments.care.planning.session_forms import key_of, rhythm_words
from appointments.care.plans import words
from appointments.models import Agenda, PlanSearch, SessionPattern
from appointments.plans.asking import asked_on
from appointments.plans.steps import AgendaSteps, WantedPattern, begin_of, steps_of, written
from appointments.plans.week import Turn


class Step(NamedTuple):
    """One thing to do: what, where, and whether it is so."""

    what: str
    address: str
    is_done: bool


class Asked(NamedTuple):
    """One practitioner who moves."""

    name: str
    moved: int
    before: list[str]
    after: list[str]
    begins: date
    to_end: list[Step]
    to_add: list[Step]

    @property
    def is_done(self) -> bool:
        return all(step.is_done for step in [*self.to_end, *self.to_add])


def people(search: PlanSearch, found: Mapping[str, Any], agendas: Sequence[Agenda]) -> list[Asked]:
    """Return what is asked of whom, in the order of the agendas. One query."""
    begins = begin_of(asked_on(search))
    patterns: dict[int, list[SessionPattern]] = defaultdict(list)
    asked = [agenda for agenda in agendas if agenda.pk in found["asked"]]
    # What ended before the search was asked for is no part of it.
    rows = SessionPattern.objects.filter(agenda__in=asked).filter(Q(last=None) | Q(last__gte=asked_on(search)))
    for pattern in rows.order_by("first", "start", "id"):
        patterns[pattern.agenda_id].append(pattern)
    if found["level"] == "everybody":
        return []
    return [_asked(agenda, patterns[agenda.pk], found, begins) for agenda in asked]


def times(search: PlanSearch, found: Mapping[str, Any]) -> list[Step]:
    """Return the arrival times to add and to remove, ticked when they are so."""
    before, after = set(search.found["times"]), set(found["times"])
    present = {minute_of(at) for at in projection.arrival_times(search.establishment)}
    steps = []
    for at in sorted(before ^ after):
        is_new = at in after
        address = reverse("planning_arrivals") + f"?change={'add' if is_new else 'remove'}&at={time_of(at):%H:%M}"
        what = _("Add %(time)s") if is_new else _("Take %(time)s away")
        steps.append(Step(what % {"time": f"{time_of(at):%H:%M}"}, address, (at in present) == is_new))
    return steps


def _asked(agenda: Agenda, patterns: list[SessionPattern], found: Mapping[str, Any], begins: date) -> Asked:
    before, after = (_turns(found[name][str(agenda.pk)]) for name in ("before", "turns"))
    steps = steps_of(patterns, after, begins)
    return Asked(
        name=agenda.name,
        moved=found["moved"][str(agenda.pk)],
        before=_in_words(before, begins),
        after=_in_words(after, begins),
        begins=begins,
        to_end=[Step(_held(one), _end_address(one, steps.last_day), done) for one, done in steps.to_end],
        to_add=[Step(words.begun(one), _add_address(agenda, one, steps), done) for one, done in steps.to_add],
    )


def _turns(numbers: Sequence[Sequence[int]]) -> list[Turn]:
    return [frozenset(HalfDay.numbered(number) for number in turn) for turn in numbers]


def _in_words(turns: Sequence[Turn], begins: date) -> list[str]:
    places = [(number, half) for number, turn in enumerate(turns) for half in turn]
    return [words.wanted(one) for one in written(places, len(turns), begins)]


def _held(pattern: SessionPattern) -> str:
    return f"{rhythm_words(pattern.rule)}, {pattern.start:%H:%M} – {pattern.end:%H:%M}"


def _end_address(pattern: SessionPattern, last: date) -> str:
    query = QueryDict(mutable=True)
    query["last"] = f"{max(last, pattern.first):%Y-%m-%d}"
    return f"{reverse('planning_pattern', args=[pattern.pk])}?{query.urlencode()}"


def _add_address(agenda: Agenda, one: WantedPattern, steps: AgendaSteps) -> str:
    start, end = steps.hours(is_afternoon=one.is_afternoon)
    query = QueryDict(mutable=True)
    query.setlist("weekdays", [str(day) for day in one.weekdays])
    query.update({"rhythm": key_of(one.rhythm), "start": f"{start:%H:%M}", "end": f"{end:%H:%M}"})
    query["first"] = f"{one.first:%Y-%m-%d}"
    if steps.like is not None:
        query.update({"slot_minutes": str(steps.like.slot_minutes), "overbooking": str(steps.like.overbooking)})
        if steps.like.room_id is not None:
            query["room"] = str(steps.like.room_id)
    return f"{reverse('planning_pattern_new', args=[agenda.pk])}?{query.urlencode()}"
