"""The whole measure, which takes half a minute, and where it is kept for the page. Loads the learner: no page does."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from access.models import Establishment
from appointments.arithmetic.chance import chance_of
from appointments.arithmetic.kept_lists import kept_lists, person_rhythms
from appointments.arithmetic.person_inference import person_auc, series_of
from appointments.models import NeutralityMeasure
from appointments.neutrality.counting import USUAL_WEEKS
from appointments.neutrality.monthly import by_month
from appointments.neutrality.plain import as_data
from appointments.neutrality.proposals import proposals_for
from appointments.neutrality.report import ListFigures, NeutralityReport, measure_establishment

SHOWN_DAYS = 3


def measure_whole(
    establishment: Establishment, *, weeks: int = USUAL_WEEKS, until: date | None = None
) -> NeutralityReport:
    """Measure what is told at once and what is told to those who keep the lists. Raises like measure_establishment."""
    report = measure_establishment(establishment, weeks=weeks, until=until)
    return replace(
        report,
        exported=_learnt(report.exported, sensitive=report.sensitive),
        exact=_learnt(report.exact, sensitive=report.sensitive),
    )


def keep_measure(establishment: Establishment) -> NeutralityMeasure:
    """Measure the half-year that ended yesterday and keep it in the place of the last one. Raises NothingToMeasure."""
    report = measure_whole(establishment)
    months = by_month(establishment, until=report.window.until, sensitive=report.sensitive)
    proposals = proposals_for(report.window, sensitive=report.sensitive)
    kept, _ = NeutralityMeasure.objects.update_or_create(
        establishment=establishment,
        defaults={"measured_on": report.window.until, "findings": as_data(report, months=months, proposals=proposals)},
    )
    return kept


def _learnt(figures: ListFigures, *, sensitive: frozenset[str]) -> ListFigures:
    calls = figures.calls
    trails = series_of(
        ((call.person, call.day, call.discipline, (call.day.isoweekday(), call.at)) for call in calls),
        sensitive=sensitive,
    )
    return replace(
        figures,
        chance=chance_of(calls),
        kept=kept_lists(calls, sensitive=sensitive),
        rhythms=person_rhythms(calls, sensitive=sensitive),
        auc_shown=person_auc(trails, shown_days=SHOWN_DAYS),
    )
