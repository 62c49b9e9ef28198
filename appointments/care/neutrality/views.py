"""What the movement list tells: the page for the head of unit, and what the planning could change.

Both read what the night has measured. Before its first night an establishment is measured while the head waits, as far
as that takes less than a second; what kept lists tell and what the planning could change follow by night.
"""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.dates import WEEKDAYS
from django.views.decorators.http import require_safe

from access.decorators import audience
from access.enums import Role
from access.models import Establishment
from access.requests import DoorRequest
from appointments.arithmetic.inference import NothingToMeasure
from appointments.arithmetic.timegrid import time_of
from appointments.care.neutrality import chart, heatmap, words
from appointments.models import NeutralityMeasure
from appointments.neutrality import measure_establishment
from appointments.neutrality.counting import USUAL_WEEKS
from appointments.neutrality.plain import VERSION, as_data

OLD_AFTER = timedelta(days=2)


@audience(Role.HEAD)
@require_safe
def neutrality(request: DoorRequest) -> HttpResponse:
    """Who was called nearly alone, what a week of lists tells, what kept lists tell, what to change. Names nobody."""
    measure = measure_of(request.establishment)
    if measure is None:
        return render(request, "care/neutrality/neutrality.html", {"weeks": USUAL_WEEKS})
    return render(request, "care/neutrality/neutrality.html", {"weeks": USUAL_WEEKS, **shown(measure)})


def measure_of(establishment: Establishment) -> NeutralityMeasure | None:
    """Return the last measure kept; one made now, and not kept, when there is none; None with nothing to measure."""
    kept = NeutralityMeasure.objects.filter(establishment=establishment, findings__version=VERSION).first()
    if kept is not None:
        return kept
    try:
        report = measure_establishment(establishment)
    except NothingToMeasure:
        return None
    return NeutralityMeasure(establishment=establishment, measured_on=report.window.until, findings=as_data(report))


def shown(measure: NeutralityMeasure) -> dict[str, Any]:
    found = measure.findings
    months = [{**each, "first": date.fromisoformat(each["first"])} for each in found["months"]]
    [limit] = [each["limit"] for each in found["targets"] if each["name"] == "information"]
    drawing = chart.draw([(month["information"], month["information_exact"]) for month in months], limit=limit)
    return {
        **freshness(measure),
        "found": found,
        "since": date.fromisoformat(found["since"]),
        "last": date.fromisoformat(found["last"]),
        "statements": words.statements(found),
        "advice": words.advice(found),
        **drawn_week(found["week"]),
        "rows": words.rows(found),
        "sensitive": sorted(map(words.discipline, found["sensitive"])),
        "months": months,
        "chart": drawing,
        "marks": list(zip(months, drawing.exported, drawing.exact, strict=True)),
        "limit": limit,
    }


def drawn_week(week: list[dict[str, Any]]) -> dict[str, Any]:
    heat = heatmap.draw_week(week)
    return {
        "heat": heat,
        "heat_cells": [(cell, words.cell_people(cell), words.cell_sentence(cell)) for cell in heat.cells],
        "heat_days": [(label, WEEKDAYS[label.value]) for label in heat.days],
        "heat_times": [(label, time_of(label.value)) for label in heat.times],
        "levels": words.levels(),
    }


def freshness(measure: NeutralityMeasure) -> dict[str, Any]:
    """Return when it was measured, whether that is longer ago than a night may be missed, whether it was just now."""
    age = measure.establishment.today() - measure.measured_on
    return {"measured_on": measure.measured_on, "is_old": age > OLD_AFTER, "is_first": measure.pk is None}


@audience(Role.HEAD)
@require_safe
def proposals(request: DoorRequest) -> HttpResponse:
    """What other arrival times and other half-days would have told, and cost. Changes nothing."""
    measure = NeutralityMeasure.objects.filter(establishment=request.establishment, findings__version=VERSION).first()
    found = measure.findings["proposals"] if measure else None
    if measure is None or found is None:
        return render(request, "care/neutrality/proposals.html", {"weeks": USUAL_WEEKS, "is_measured": bool(measure)})
    context = {
        "weeks": USUAL_WEEKS,
        "present": found["present"],
        "moves": [(words.proposal(each), each) for each in found["moves"]],
        "curve": [(effect, [time_of(minute) for minute in effect["times"]]) for effect in found["curve"]],
        **freshness(measure),
    }
    return render(request, "care/neutrality/proposals.html", context)
