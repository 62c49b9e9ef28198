"""The worker's part: takes up what was asked for, says how far it is, writes what was found."""

from __future__ import annotations

import logging
from collections.abc import Iterator, Sequence
from datetime import timedelta
from typing import Any

from django.db.models import Q
from django.utils import timezone

from access.models import Establishment
from appointments.arithmetic.inference import NothingToMeasure
from appointments.models import PlanSearch
from appointments.models.enums.plan import SearchState
from appointments.plans.bounds import bounds_of
from appointments.plans.figures import Figures
from appointments.plans.propose import Proposal, propose
from appointments.plans.reading import past_of, times_of, week_of
from appointments.plans.solver import ImpossibleWeek
from appointments.plans.week import Turn, UnitWeek, relocations

log = logging.getLogger(__name__)
# A search of which nothing was heard for so long was broken off: it is begun anew.
BROKEN_OFF = timedelta(hours=2)


def do_searches() -> Iterator[PlanSearch]:
    """Do what was asked for, the oldest first, and yield each when it is finished. One worker at a time."""
    forgotten = Q(state=SearchState.RUNNING, asked_at__lt=timezone.now() - BROKEN_OFF)
    waiting = PlanSearch.objects.filter(Q(state=SearchState.ASKED) | forgotten)
    for search in waiting.select_related("establishment").order_by("asked_at", "id"):
        taken = PlanSearch.objects.filter(pk=search.pk, state=search.state).update(state=SearchState.RUNNING)
        if taken:
            yield do_search(search)


def do_search(search: PlanSearch) -> PlanSearch:
    def progress(share: float) -> None:
        PlanSearch.objects.filter(pk=search.pk).update(progress=min(99, round(100 * share)))

    try:
        search.found, search.state = look(search.establishment, progress=progress), SearchState.DONE
    except NothingToMeasure:
        search.found, search.state = {"why": "nothing"}, SearchState.FAILED
    search.progress, search.finished_at = 100, timezone.now()
    search.save(update_fields=["found", "state", "progress", "finished_at"])
    return search


def look(establishment: Establishment, *, progress: Any = lambda _share: None) -> dict[str, Any]:
    """Return what was found, as it is kept. Raises NothingToMeasure."""
    past = past_of(establishment)
    week = week_of(establishment, past)
    times, bring = times_of(establishment)
    if not past.visits or not times or not week.practitioners:
        raise NothingToMeasure
    now, proposals, refused = propose(week, past, times, bring=bring, progress=progress)
    return {
        "now": now.as_data(),
        "bounds": bounds_of(past, sensitive=week.sensitive, asked=past).as_data(),
        "times": list(times),
        "proposals": [_as_data(each, week, now) for each in proposals],
        "refused": {level: _why(impossible) for level, impossible in refused.items()},
    }


def _why(impossible: ImpossibleWeek) -> dict[str, Any]:
    who = impossible.who
    if who is None:
        return {}
    return {"agenda": who.agenda, "name": who.name, "needed": max(who.needed), "possible": len(who.possible)}


def _as_data(each: Proposal, week: UnitWeek, now: Figures) -> dict[str, Any]:
    moves = relocations(week, each.turns) if each.level != "everybody" else []
    held = {one.agenda: one.now for one in week.practitioners if one.agenda in each.asked}
    return {
        "level": each.level,
        "times": list(each.times),
        "figures": each.figures.as_data(),
        "asked": list(each.asked),
        "turns": {str(agenda): _numbers(each.turns[agenda]) for agenda in each.asked},
        "before": {str(agenda): _numbers(turns) for agenda, turns in held.items()},
        "moved": {str(agenda): sum(len(one.after) for one in moves if one.agenda == agenda) for agenda in each.asked},
        "missed": each.missed,
        "days_saved": now.days - each.figures.days,
        "bounds": each.bounds.as_data() if each.bounds else {},
    }


def _numbers(turns: Sequence[Turn]) -> list[list[int]]:
    return [sorted(2 * half.weekday + half.is_afternoon for half in turn) for turn in turns]
