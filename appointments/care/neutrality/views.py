"""What the movement list tells: the page of the month for the head of unit, and what the planning could change."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from access.decorators import audience
from access.enums import Role
from access.requests import DoorRequest
from appointments.arithmetic.inference import NothingToMeasure
from appointments.arithmetic.timegrid import minute_of, time_of
from appointments.care.neutrality import chart, words
from appointments.neutrality import measure_establishment, sensitive_disciplines, targets
from appointments.neutrality.arrivals import (
    UncalledStart,
    effect_of,
    past_calls,
    tally_of,
    told_by,
    trade_off,
)
from appointments.neutrality.batches import measure_batches
from appointments.neutrality.counting import USUAL_WEEKS, last_weeks
from appointments.neutrality.monthly import by_month
from appointments.neutrality.report import NeutralityReport
from appointments.neutrality.sessions import best_of_each, better_moves
from appointments.projection import arrival_times

MOVES_SHOWN = 10
FEWEST, MOST = 4, 12


@audience(Role.HEAD)
@require_safe
def neutrality(request: DoorRequest) -> HttpResponse:
    """The half-year's measures, their trend by month, the worst waves and what to change. Printable, no names."""
    try:
        report = measure_establishment(request.establishment)
    except NothingToMeasure:
        return render(request, "care/neutrality/neutrality.html", {"weeks": USUAL_WEEKS})
    return render(request, "care/neutrality/neutrality.html", {"weeks": USUAL_WEEKS, **shown(report)})


def shown(report: NeutralityReport) -> dict[str, Any]:
    months = by_month(
        report.window.establishment,
        until=report.window.until,
        sensitive=report.sensitive,
        learnt=report.exported.counts,
    )
    [limit] = [each.limit for each in targets(report) if each.name == "information"]
    batches = measure_batches(report.window)
    drawing = chart.draw([(month.information, month.information_exact) for month in months], limit=limit)
    return {
        "report": report,
        "rows": words.rows(report),
        "advice": words.advice(report),
        "waves": [words.wave(wave) for wave in report.exported.waves[: words.WAVES_SHOWN] if wave.kind],
        "sensitive": sorted(map(words.discipline, report.sensitive)),
        "months": months,
        "chart": drawing,
        "marks": list(zip(months, drawing.exported, drawing.exact, strict=True)),
        "limit": limit,
        "batches": batches,
        "batches_said": words.batches_said(batches),
        "printed_at": timezone.localtime(timezone=report.window.establishment.zone),
    }


@audience(Role.HEAD)
@require_safe
def proposals(request: DoorRequest) -> HttpResponse:
    """What other arrival times and other half-days would have told, and cost. Changes nothing."""
    window, sensitive = last_weeks(request.establishment), sensitive_disciplines()
    found = past_calls(window)
    times = [minute_of(at) for at in arrival_times(request.establishment)]
    try:
        now, moves = (
            told_by(tally_of(found, times), sensitive=sensitive),
            better_moves(found, times, sensitive=sensitive),
        )
    except (NothingToMeasure, UncalledStart):
        return render(request, "care/neutrality/proposals.html", {"weeks": USUAL_WEEKS})
    curve = trade_off(found, sensitive=sensitive, most=MOST)[FEWEST - 1 :]
    context = {
        "weeks": USUAL_WEEKS,
        "now": now,
        "present": effect_of(found, times, sensitive=sensitive),
        "moves": [(words.proposal(each), each) for each in best_of_each(moves)[:MOVES_SHOWN]],
        "curve": [(effect, [time_of(minute) for minute in effect.times]) for effect in curve],
    }
    return render(request, "care/neutrality/proposals.html", context)
