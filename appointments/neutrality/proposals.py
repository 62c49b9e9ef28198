"""What other half-days and other arrival times would have told, as plain data. Reads, proposes, changes nothing."""

from __future__ import annotations

from typing import Any

from appointments.arithmetic.timegrid import minute_of
from appointments.neutrality.arrivals import Effect, Told, UncalledStart, effect_of, past_calls, trade_off
from appointments.neutrality.counting import Window
from appointments.neutrality.sessions import Proposal, best_of_each, better_moves
from appointments.projection import arrival_times

MOVES_KEPT = 10
FEWEST, MOST = 4, 12


def proposals_for(window: Window, *, sensitive: frozenset[str]) -> dict[str, Any] | None:
    """Return the best moves of one half-day and the curve of arrival times; None without a first arrival time.

    Two queries. Raises NothingToMeasure.
    """
    found = past_calls(window)
    times = [minute_of(at) for at in arrival_times(window.establishment)]
    try:
        present = effect_of(found, times, sensitive=sensitive)
    except UncalledStart:
        return None
    moves = best_of_each(better_moves(found, times, sensitive=sensitive))[:MOVES_KEPT]
    curve = trade_off(found, sensitive=sensitive, most=MOST)[FEWEST - 1 :]
    return {
        "present": _effect(present),
        "moves": [_move(each) for each in moves],
        "curve": [_effect(each) for each in curve],
    }


def _effect(effect: Effect) -> dict[str, Any]:
    return {
        "times": list(effect.times),
        "mean_wait": effect.mean_wait,
        "journeys": effect.journeys,
        "told": _told(effect.told),
    }


def _move(each: Proposal) -> dict[str, Any]:
    return {
        "discipline": each.move.discipline,
        "before": list(each.move.before),
        "turns": [list(turn) for turn in each.move.turns],
        "consultations": each.consultations,
        "told": _told(each.told),
    }


def _told(told: Told) -> dict[str, float]:
    return told._asdict()
