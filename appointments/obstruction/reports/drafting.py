"""A report as a draft: begun, its period, its tables, its facts, its texts, its addressees; judged, or dropped."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.db import transaction
from django.db.models import Max
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from access.audit import record
from access.enums import Verb
from access.models import Establishment, User
from access.refusal import Refused
from appointments.models import CareUnit, Complaint, Obstruction, ObstructionReport, ReportFact
from appointments.models.enums.report import ReportKind, ReportStatus
from appointments.models.revision import save_change
from appointments.obstruction.comparison import period_before, year_before
from appointments.obstruction.facts import facts_of
from appointments.obstruction.reports.guards import (
    lock_report,
    report_refusals,
    require_report_status,
    require_reporter,
)
from appointments.obstruction.reports.judging import Objection, judge_texts, objections_to_numbers
from appointments.obstruction.reports.reduction import (
    FactNumbers,
    ReducedFigures,
    numbers_that_may_be_told,
    reduce_figures,
)
from appointments.obstruction.reports.words import addressees_of
from appointments.rights import Rights
from appointments.statistics.period import LONGEST_DAYS, Period

TABLES = ("cause", "half_day", "building", "month")
USUAL_TABLES = {
    ReportKind.COLLECTIVE: ("cause", "half_day", "building"),
    ReportKind.YEARLY: TABLES,
    ReportKind.URGENT: (),
}


@dataclass(frozen=True)
class Judgement:
    """What stands against handing the report in, and its figures as they may be shown."""

    objections: list[Objection]
    reduced: ReducedFigures | None
    # The numbers that facts of the report may say.
    told: list[FactNumbers]


def begin_report(
    *,
    by: User,
    establishment: Establishment,
    kind: ReportKind,
    first_day: date,
    last_day: date,
    unit: CareUnit | None = None,
) -> ObstructionReport:
    """Begin a report of `unit`, usually the first of the person's, with the next number of the year.

    Raises Refused, PermissionDenied.
    """
    require_reporter(by, establishment, unit=unit.pk if unit else None)
    require_past_period(establishment, first_day, last_day)
    with report_refusals(), transaction.atomic():
        report = next_report(by, establishment, kind, first_day, last_day)
        report.unit = unit or report.unit
        report.save(force_insert=True)
        record(by=by, verb=Verb.WRITE_REPORT, target=report, establishment=establishment)
    return report


def next_report(
    by: User, establishment: Establishment, kind: ReportKind, first_day: date, last_day: date
) -> ObstructionReport:
    """Return a report that is not saved yet, with the next number of the year and all that is usual for its kind."""
    year = establishment.today().year
    last = ObstructionReport.objects.filter(establishment=establishment, year=year).aggregate(last=Max("number"))[
        "last"
    ]
    return ObstructionReport(
        establishment=establishment,
        unit=Rights(by, establishment).log_unit,
        kind=kind,
        year=year,
        number=(last or 0) + 1,
        first_day=first_day,
        last_day=last_day,
        tables=list(USUAL_TABLES[kind]),
        addressees=[key for key, words in addressees_of(establishment).items() if words.is_offered],
        author=by,
        author_name=by.full_name,
    )


def require_past_period(establishment: Establishment, first_day: date, last_day: date) -> None:
    """Refuse a period that is not over: its figures would be others tomorrow."""
    if last_day < first_day:
        raise Refused("period", _("The last day comes before the first. Check both dates."))
    if last_day >= establishment.today():
        raise Refused("period", _("Choose a period that is over: yesterday is the last day that can be counted."))
    if (last_day - first_day).days > LONGEST_DAYS or first_day.year < 2000:
        raise Refused("period", _("Choose at most three years, between 2000 and 2100."))


def change_period(*, by: User, report: ObstructionReport, revision: int, first_day: date, last_day: date) -> None:
    """Let the report be about other days; facts of days that it no longer holds are left out. Raises Refused."""
    require_past_period(report.establishment, first_day, last_day)
    with transaction.atomic():
        draft = _draft(by, report, revision)
        draft.first_day, draft.last_day = first_day, last_day
        outside = draft.facts.exclude(obstruction__day__range=(first_day, last_day))
        outside.delete()
        _save(by, draft)


def choose_tables(*, by: User, report: ObstructionReport, revision: int, tables: Sequence[str]) -> None:
    with transaction.atomic():
        draft = _draft(by, report, revision)
        draft.tables = [key for key in TABLES if key in tables]
        _save(by, draft)


def choose_facts(*, by: User, report: ObstructionReport, revision: int, wordings: Mapping[UUID, str]) -> None:
    """Let the report tell these facts of its days, each in these words, in the order of their days. Raises Refused."""
    with report_refusals(), transaction.atomic():
        draft = _draft(by, report, revision)
        offered = {fact.pk: fact for fact in offered_facts(draft)}
        if not set(wordings) <= set(offered):
            raise Refused("fact", _("One of these facts does not belong to this report. Reload the page."))
        draft.facts.all().delete()
        chosen = sorted((offered[key] for key in wordings), key=in_order)
        for position, fact in enumerate(chosen):
            ReportFact.objects.create(report=draft, obstruction=fact, wording=wordings[fact.pk], position=position)
        _save(by, draft)


def in_order(fact: Obstruction) -> tuple[date, str]:
    return fact.day, str(fact.pk)


def offered_facts(report: ObstructionReport) -> list[Obstruction]:
    """Return the facts of the report's days that stand and that no individual complaint is about, the latest first."""
    facts = facts_of(report.unit, report.first_day, report.last_day)
    return list(facts.exclude(pk__in=told_in_complaints(report.establishment)))


def told_in_complaints(establishment: Establishment) -> list[UUID]:
    told = Complaint.objects.filter(establishment=establishment, obstruction__isnull=False)
    return list(told.values_list("obstruction_id", flat=True))


def write_texts(*, by: User, report: ObstructionReport, revision: int, steps_taken: str, demand: str) -> None:
    with transaction.atomic():
        draft = _draft(by, report, revision)
        draft.steps_taken, draft.demand = steps_taken, demand
        _save(by, draft)


def choose_addressees(*, by: User, report: ObstructionReport, revision: int, keys: Sequence[str]) -> None:
    with transaction.atomic():
        draft = _draft(by, report, revision)
        draft.addressees = [key for key in addressees_of(draft.establishment) if key in keys]
        draft.revision += 1
        draft.save()
        record(by=by, verb=Verb.WRITE_REPORT, target=draft, establishment=draft.establishment_id)


def judge_report(*, by: User, report: ObstructionReport, revision: int) -> Judgement:
    """Judge figures and texts together and keep which rows stay hidden; only then can a report be handed in."""
    with transaction.atomic():
        draft = _draft(by, report, revision)
        judgement = judgement_of(draft)
        draft.hidden = judgement.reduced.hidden if judgement.reduced else {}
        draft.checked_at = None if judgement.objections else timezone.now()
        save_change(draft)
        record(by=by, verb=Verb.WRITE_REPORT, target=draft, establishment=draft.establishment_id)
    return judgement


def judgement_of(report: ObstructionReport, facts: Sequence[ReportFact] | None = None) -> Judgement:
    """Return what stands against the report now. Counts each stretch between two dates of earlier reports by itself.

    `facts` are its facts when they are not saved yet.
    """
    chosen = list(report.facts.select_related("obstruction__building")) if facts is None else list(facts)
    told = numbers_that_may_be_told(report.unit, [fact.obstruction for fact in chosen])
    reduced = None
    if report.kind != ReportKind.URGENT:
        # The letter's words, whatever the language of who judges it.
        with translation.override("fr"):
            reduced = reduce_figures(report.unit, report.first_day, report.last_day, told, compared_periods(report))
    return Judgement([*judge_texts(report, chosen), *objections_to_numbers(chosen, told)], reduced, told)


def compared_periods(report: ObstructionReport) -> list[Period]:
    """Return the days before those of the report and the same days a year earlier; of a year these are one."""
    here = Period(report.first_day, report.last_day)
    year_ago = year_before(here)
    return [year_ago] if report.kind == ReportKind.YEARLY else list(dict.fromkeys([period_before(here), year_ago]))


def drop_report(*, by: User, report: ObstructionReport, revision: int) -> None:
    """Give a draft up; its number stays taken. Raises Refused."""
    with transaction.atomic():
        draft = _draft(by, report, revision)
        draft.facts.all().delete()
        draft.status = ReportStatus.DROPPED
        save_change(draft)
        record(by=by, verb=Verb.WRITE_REPORT, target=draft, establishment=draft.establishment_id)


def _draft(by: User, report: ObstructionReport, revision: int) -> ObstructionReport:
    require_reporter(by, report.establishment, unit=report.unit_id)
    draft = lock_report(report, revision=revision)
    require_report_status(draft, ReportStatus.DRAFT)
    return draft


def _save(by: User, draft: ObstructionReport) -> None:
    """Save a change that must be judged anew."""
    draft.checked_at = None
    save_change(draft)
    record(by=by, verb=Verb.WRITE_REPORT, target=draft, establishment=draft.establishment_id)
