"""From one fact to letters that can be sent, at once: no figures, no second reader, the same judgement of the words."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from django.db import transaction
from django.db.models import QuerySet

from access.audit import record
from access.enums import Verb
from access.models import Establishment, User
from appointments.models import Obstruction, ObstructionReport, ReportFact, ReportVersion
from appointments.models.enums.report import ReadingDecision, ReportKind, ReportStatus
from appointments.models.revision import save_change
from appointments.obstruction.reports.drafting import (
    Judgement,
    judgement_of,
    next_report,
)
from appointments.obstruction.reports.guards import report_refusals, require_reporter
from appointments.obstruction.reports.reading import decide, new_version, publish, write_letters


def report_urgently(
    *, by: User, fact: Obstruction, token: UUID, wording: str, steps_taken: str, demand: str, addressees: Sequence[str]
) -> ReportVersion:
    """Write the letters about one fact; sent twice with one `token`, once.

    Raises Refused: what its words must not say, or a fact told in a complaint.
    """
    establishment: Establishment = fact.establishment
    require_reporter(by, establishment, unit=fact.unit_id)
    with report_refusals(), transaction.atomic():
        written = ReportVersion.objects.filter(report=token, report__facts__obstruction=fact).first()
        if written is not None:
            return written
        report = next_report(by, establishment, ReportKind.URGENT, fact.day, fact.day)
        report.pk, report.unit = token, fact.unit
        report.addressees = list(addressees)
        report.steps_taken, report.demand = steps_taken, demand
        report.save(force_insert=True)
        ReportFact.objects.create(report=report, obstruction=fact, wording=wording, position=0)
        version = new_version(by, report)
        decide(by, version, ReadingDecision.APPROVED)
        publish(report, judgement_of(report))
        write_letters(by, version)
        report.status = ReportStatus.APPROVED
        save_change(report)
        record(by=by, verb=Verb.WRITE_REPORT, target=report, establishment=establishment)
    return version


def told_before(fact: Obstruction) -> QuerySet[ObstructionReport]:
    """Return the reports that tell this fact already, drafts too."""
    return ObstructionReport.objects.standing().filter(facts__obstruction=fact)


def judgement_before(fact: Obstruction, *, by: User, wording: str, steps_taken: str, demand: str) -> Judgement:
    """Return what would stand against the letters, before anything is written."""
    report = ObstructionReport(
        establishment=fact.establishment,
        unit=fact.unit,
        kind=ReportKind.URGENT,
        first_day=fact.day,
        last_day=fact.day,
        steps_taken=steps_taken,
        demand=demand,
        author=by,
    )
    return judgement_of(report, [ReportFact(report=report, obstruction=fact, wording=wording, position=0)])
