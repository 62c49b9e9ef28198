"""Compares the hospital's database with the prisons': lists, what officers recorded, what both refer to.

Both are in use while they are compared, and the courier needs a few seconds: a difference is told only when it stays.
A prison that the courier has never reached has nothing to compare; the doctor tells of it.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import models
from django.db.models import Count

from access.models import Establishment
from appointments.courier.editions import DAYS, says
from appointments.courier.reference import establishments_of, kinds_kept_alike
from appointments.courier.rounds import clock
from appointments.models import Alert, Freeze, Movement, MovementEvent
from appointments.models.enums.movement import MovementState
from appointments.prison.models import Edition, LineState, PrisonAlert, PrisonFreeze, Tap
from appointments.prison.models.tap import HOURS_SHOWN
from appointments.projection import Schedule
from appointments.projection.link import Link, links
from appointments.projection.list_content import ListContent, contents

# The courier hears of a change at once, and compares everything every thirty seconds.
LOOKS = 4
PAUSE_SECONDS = 3.0


@dataclass(frozen=True)
class ReachedPrison:
    """One prison's database and the establishments whose lists are published there."""

    name: str
    link: Link
    places: list[Establishment]


Comparison = Callable[[ReachedPrison], Iterable[str]]


def prisons() -> list[ReachedPrison]:
    """Return the prisons of this installation that the courier has reached."""
    found = links(list(settings.CAREHUB_PRISONS))
    return [
        ReachedPrison(link.name, link, establishments_of(link.name)) for link in found if link.reached_at is not None
    ]


def staying(comparison: Comparison) -> Callable[[], list[str]]:
    """Return a function that compares until what differs has stayed the same through several looks."""

    def differences() -> list[str]:
        return sorted(difference for prison in prisons() for difference in comparison(prison))

    def run() -> list[str]:
        kept = differences()
        for _look in range(LOOKS - 1):
            if not kept:
                break
            time.sleep(PAUSE_SECONDS)
            again = set(differences())
            kept = [difference for difference in kept if difference in again]
        return kept

    return run


def while_served(comparison: Comparison) -> Comparison:
    """Return a comparison that says nothing of a prison from which the courier stays away: there, all waits."""
    return lambda prison: () if prison.link.is_silent else comparison(prison)


def reference_differs(prison: ReachedPrison) -> Iterator[str]:
    """Say which establishments, buildings and hours of publication are not alike."""
    for kind in kinds_kept_alike(prison.places):
        there = {row.pk: row for row in kind.table(prison.name)}
        for row in kind.rows:
            yield from _alike(prison, row, there.pop(row.pk, None), kind.columns)
        if kind.ends:
            yield from (f"{prison.name}: publishing hour {key} is there and not here" for key in there)


def _alike(
    prison: ReachedPrison, here: models.Model, there: models.Model | None, columns: Iterable[str]
) -> Iterator[str]:
    what = f"{prison.name}: {here._meta.verbose_name} {here.pk}"
    if there is None:
        yield f"{what} is not there"
        return
    other = [column for column in columns if getattr(here, column) != getattr(there, column)]
    if other:
        yield f"{what} has another {', '.join(column.removesuffix('_id') for column in other)} there"


def lists_differ(prison: ReachedPrison) -> Iterator[str]:
    """Say which lists are not what care's lines make them now. What waits for its publication makes no difference."""
    now = clock()
    for place in prison.places:
        schedule = Schedule.of(place, now=now)
        wanted = contents(schedule, [schedule.today + timedelta(days=days) for days in DAYS])
        there = {edition.day: edition for edition in Edition.objects.using(prison.name).filter(establishment=place)}
        for content in wanted:
            edition = there.pop(content.day, None)
            # The lines themselves: whoever changed them by hand left the digest as it was.
            if edition is None or not says(edition, content) or edition.lines != list(content.lines):
                yield f"{place.code}, list of {content.day}: {_how(edition, content)}"
        yield from (f"{place.code}, list of {day}: it is over and still there" for day in there)


def _how(edition: Edition | None, content: ListContent) -> str:
    if edition is None:
        return "it is not there"
    here, there = _by_key(content.lines), _by_key(edition.lines)
    words = [
        _lines("missing there", here.keys() - there.keys()),
        _lines("there and not here", there.keys() - here.keys()),
        _lines("saying something else there", {key for key in here.keys() & there.keys() if here[key] != there[key]}),
    ]
    if edition.version != content.version:
        words.append(f"version {edition.version} there, {content.version} here")
    if edition.planned_for != content.planned_for:
        words.append("another publication there")
    return "; ".join(filter(None, words)) or "the same lines in another order or with another digest"


def _by_key(lines: Iterable[dict[str, Any]]) -> dict[str, dict[str, Any]]:
    return {line["id"]: line for line in lines}


def _lines(what: str, keys: Iterable[str]) -> str:
    return f"{what}: {', '.join(sorted(keys))}" if keys else ""


def states_differ(prison: ReachedPrison) -> Iterator[str]:
    """Say of which lines care knows another state than officers, taps on their way and lines that are gone aside."""
    on_their_way = set(Tap.objects.using(prison.name).values_list("line", flat=True))
    today = {place.pk: place.today() for place in prison.places}
    lines = {line.pk: line for line in Movement.objects.filter(establishment__in=prison.places).between(*_span())}
    states = {
        state.line: state
        for state in LineState.objects.using(prison.name)
        if state.day >= today.get(state.establishment_id, state.day) + timedelta(days=DAYS[0])
    }
    for key in sorted((lines.keys() | states.keys()) - on_their_way, key=str):
        yield from _state_differs(key, lines.get(key), states.get(key))


def _span() -> tuple[datetime, datetime]:
    now = clock()
    return now - timedelta(days=1), now + timedelta(days=2)


def _state_differs(key: UUID, line: Movement | None, state: LineState | None) -> Iterator[str]:
    if line is None:
        return  # withdrawn here without a trace: officers keep what they recorded until the day is over
    here = (line.state, line.impediment)
    there = (state.state, state.impediment) if state else (MovementState.EXPECTED, "")
    if here != there:
        yield f"movement {key}: {' '.join(filter(None, here))} here, {' '.join(filter(None, there))} there"
    elif state and line.state in HOURS_SHOWN and line.state_at != state.at:
        yield f"movement {key}: {line.state} at another hour there"


def reports_lost(prison: ReachedPrison) -> Iterator[str]:
    """Say which freezes and alerts the courier marked as brought are not here, or say something else here."""
    freezes = dict(Freeze.objects.values_list("pk", "lifted_at"))
    carried = PrisonFreeze.objects.using(prison.name).filter(is_carried=True)
    for key, lifted_at in carried.values_list("pk", "lifted_at"):
        if key not in freezes:
            yield f"freeze {key} is not here"
        elif freezes[key] != lifted_at:
            yield f"freeze {key} is in force on one side only"
    alerts = dict(Alert.objects.values_list("pk", "is_received"))
    told = PrisonAlert.objects.using(prison.name).filter(is_carried=True)
    for key, received in told.values_list("pk", "is_received"):
        if key not in alerts:
            yield f"alert {key} is not here"
        elif received and not alerts[key]:
            yield f"alert {key} is received there and not here"


def what_waits(prison: ReachedPrison) -> Iterator[str]:
    """Say what waits for the courier, on either side."""
    if prison.link.is_silent:
        yield f"{prison.name}: not reached since {prison.link.reached_at:%Y-%m-%d %H:%M} UTC"
        yield from (f"{difference} (waits to be brought)" for difference in reference_differs(prison))
        yield from (f"{difference} (waits to be brought)" for difference in lists_differ(prison))
    waiting = Tap.objects.using(prison.name)
    counts = waiting.order_by("establishment_id").values_list("establishment_id").annotate(Count("pk"))
    codes = {place.pk: place.code for place in prison.places}
    for place, number in counts:
        yield f"{codes.get(place, place)}: taps that wait to be brought: {number}"
    keys = set(waiting.values_list("pk", flat=True))
    brought = MovementEvent.objects.filter(tap__in=keys).count()
    if brought:
        yield f"{prison.name}: taps that are here already and not deleted there yet: {brought}"
    for what, model in (("freezes", PrisonFreeze), ("alerts", PrisonAlert)):
        number = model._default_manager.using(prison.name).filter(is_carried=False).count()  # noqa: SLF001 (as above)
        if number:
            yield f"{prison.name}: {what} that wait to be brought: {number}"
