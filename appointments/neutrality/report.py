"""Measures one establishment's movement list, side by side with a list that showed exact times. Reads only."""

from __future__ import annotations

from collections.abc import Set
from dataclasses import dataclass
from datetime import date
from typing import cast

from access.models import Establishment
from appointments.arithmetic.inference import CallCounts, Lift, Measure, exposure, measure, words_for
from appointments.neutrality.counting import (
    EXACT,
    EXPORTED,
    USUAL_WEEKS,
    Context,
    Shown,
    Window,
    WindowSize,
    count,
    journeys,
    last_weeks,
    scope,
    sensitive_disciplines,
    series,
)


def measure_establishment(
    establishment: Establishment, *, weeks: int = USUAL_WEEKS, until: date | None = None
) -> NeutralityReport:
    """Measure the last `weeks` weeks before the day `until` (default: today).

    Seven queries, whatever the number of convocations. Raises WeeksOutOfRange, and NothingToMeasure when nobody was
    called in the window.
    """
    window = last_weeks(establishment, weeks=weeks, until=until)
    sensitive = sensitive_disciplines()
    found = scope(window)
    return NeutralityReport(
        window=window,
        scope=found,
        sensitive=sensitive,
        exported=_figures(window, shown=EXPORTED, sensitive=sensitive, mean_wait=found.mean_wait),
        exact=_figures(window, shown=EXACT, sensitive=sensitive, mean_wait=0.0),
    )


def worst_waves(counts: CallCounts, *, sensitive: frozenset[str]) -> list[Wave]:
    """Return all waves, the one in which a sensitive convocation is easiest to tell first."""
    contexts = cast("list[Context]", list(counts.cells))
    waves = [_wave(counts, context, sensitive=sensitive) for context in contexts]
    return sorted(waves, key=lambda wave: (-wave.exposure, wave.context))


@dataclass(frozen=True, kw_only=True)
class NeutralityReport:
    """The two lists of one window, and what both share."""

    window: Window
    scope: WindowSize
    sensitive: frozenset[str]
    exported: ListFigures
    exact: ListFigures


@dataclass(frozen=True, kw_only=True)
class ListFigures:
    """What one list lets an observer guess, and what it costs: minutes of waiting, journeys to bring people.

    A lift is None where too few were called to tell.
    """

    counts: CallCounts
    measure: Measure
    mean_wait: float
    journeys: int
    waves: list[Wave]
    lifts: dict[str, Lift | None]


@dataclass(frozen=True, kw_only=True)
class Wave:
    """One weekday and time of the list: how many were called there, and the sensitive kind easiest to tell."""

    context: Context
    people: int
    kinds: int
    kind: str | None
    exposure: float

    @property
    def word(self) -> str:
        return words_for(self.exposure)


def _figures(window: Window, *, shown: Shown, sensitive: frozenset[str], mean_wait: float) -> ListFigures:
    counts = count(window, shown=shown)
    found = measure(counts, sensitive=sensitive, people=series(window, shown=shown, sensitive=sensitive))
    return ListFigures(
        counts=counts,
        measure=found,
        mean_wait=mean_wait,
        journeys=journeys(window, shown=shown),
        waves=worst_waves(counts, sensitive=sensitive),
        lifts=_lifts(found, kinds=sensitive & counts.by_kind.keys()),
    )


def _lifts(found: Measure, *, kinds: Set[str]) -> dict[str, Lift | None]:
    """Return the greatest lift of each of `kinds`, or None when it says nothing.

    Lifts are taken where 20 or more were called. The greatest over all contexts is 1 at least, so a smaller one means
    that the kind is met mostly in contexts too small to tell.
    """
    known = cast("dict[str, Lift]", found.lifts)
    return {kind: known[kind] if kind in known and known[kind].ratio >= 1 else None for kind in sorted(kinds)}


def _wave(counts: CallCounts, context: Context, *, sensitive: frozenset[str]) -> Wave:
    cell = counts.cells[context]
    told = [(exposure(counts, kind, context, counted=True), kind) for kind in sensitive & cell.keys()]
    highest, kind = max(told, default=(0.0, None))
    return Wave(context=context, people=counts.by_context[context], kinds=len(cell), kind=kind, exposure=highest)
