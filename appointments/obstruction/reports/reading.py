"""From the draft to the letters: handed in, read by another person, approved or sent back."""

from __future__ import annotations

import hashlib

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from access.audit import record
from access.enums import Verb
from access.models import User
from access.refusal import Refused
from appointments.models import ObstructionReport, PublishedFigure, ReportFile, ReportVersion
from appointments.models.enums.report import FileFormat, ReadingDecision, ReportKind, ReportStatus
from appointments.models.revision import save_change
from appointments.obstruction.reports.drafting import Judgement, judgement_of
from appointments.obstruction.reports.freezing import freeze
from appointments.obstruction.reports.guards import (
    lock_report,
    report_refusals,
    require_report_status,
    require_reporter,
)
from appointments.obstruction.reports.letters import paper_of
from appointments.obstruction.reports.reduction import MISSED, parts_told
from appointments.papers import as_odt, as_pdf


def hand_in(*, by: User, report: ObstructionReport, revision: int) -> ReportVersion:
    """Freeze the report as its next version and give it to the second reader. Raises Refused."""
    require_reporter(by, report.establishment, unit=report.unit_id)
    with report_refusals(), transaction.atomic():
        draft = lock_report(report, revision=revision)
        require_report_status(draft, ReportStatus.DRAFT)
        version = new_version(by, draft)
        draft.status = ReportStatus.READING
        save_change(draft)
        record(by=by, verb=Verb.WRITE_REPORT, target=draft, establishment=draft.establishment_id)
    return version


def new_version(by: User, draft: ObstructionReport) -> ReportVersion:
    """Judge and freeze the report. Raises Refused when anything in it must be written otherwise."""
    require_something(draft)
    judgement = judgement_of(draft)
    if judgement.objections:
        first = judgement.objections[0]
        raise Refused("text", _("“%(words)s”: %(what)s.") % {"words": first.words, "what": first.what})
    draft.hidden = judgement.reduced.hidden if judgement.reduced else {}
    draft.checked_at = timezone.now()
    version = ReportVersion(
        report=draft,
        version=draft.versions.count() + 1,
        content=freeze(draft, judgement.reduced),
        submitted_by_id=by.pk,
        submitted_by_name=by.full_name,
    )
    version.save(force_insert=True)
    return version


def require_something(report: ObstructionReport) -> None:
    if report.kind != ReportKind.YEARLY and not report.addressees:
        raise Refused("addressees", _("Choose at least one addressee."))
    if report.kind == ReportKind.URGENT and not report.facts.exists():
        raise Refused("facts", _("Choose the fact to report."))


def send_back(*, by: User, version: ReportVersion, reason: str) -> None:
    """Give the report back to its author, with what is to be changed. Raises Refused."""
    report = version.report
    require_reporter(by, report.establishment, unit=report.unit_id)
    with report_refusals(), transaction.atomic():
        draft = lock_report(report, revision=report.revision)
        require_report_status(draft, ReportStatus.READING)
        decide(by, version, ReadingDecision.SENT_BACK, reason=reason)
        draft.status, draft.checked_at = ReportStatus.DRAFT, None
        save_change(draft)
        record(by=by, verb=Verb.DECIDE_REPORT, target=draft, establishment=draft.establishment_id)


def approve(*, by: User, version: ReportVersion) -> None:
    """Approve the version as its second reader, and write its letters.

    Raises Refused, also when other figures were published meanwhile, beside which these would tell too much.
    """
    report = version.report
    require_reporter(by, report.establishment, unit=report.unit_id)
    with report_refusals(), transaction.atomic():
        read = lock_report(report, revision=report.revision)
        require_report_status(read, ReportStatus.READING)
        judgement = judgement_of(read)
        if judgement.objections or freeze(read, judgement.reduced) != version.content:
            raise Refused(
                "changed",
                _("Figures, people or other reports changed since it was handed in. Send it back, to be judged anew."),
            )
        decide(by, version, ReadingDecision.APPROVED)
        publish(read, judgement)
        write_letters(by, version)
        read.status = ReportStatus.APPROVED
        save_change(read)
        record(by=by, verb=Verb.DECIDE_REPORT, target=read, establishment=read.establishment_id)


def decide(by: User, version: ReportVersion, decision: ReadingDecision, *, reason: str = "") -> None:
    """Write the decision; of two readers at once the second is refused by the database."""
    version.decision, version.reason = decision, reason
    version.decided_by_id, version.decided_by_name, version.decided_at = by.pk, by.full_name, timezone.now()
    version.save(update_fields=["decision", "reason", "decided_by_id", "decided_by_name", "decided_at"])


def publish(report: ObstructionReport, judgement: Judgement) -> None:
    """Keep what the letters show, for the next reports to be judged beside it."""
    shown_rows = judgement.reduced.published if judgement.reduced else []
    rows = {*shown_rows, *((table, MISSED, shown) for table, shown in parts_told(judgement.told))}
    PublishedFigure.objects.bulk_create(
        PublishedFigure(
            establishment=report.establishment,
            unit=report.unit,
            table=table,
            measure=measure,
            keys=sorted(shown.keys),
            since=shown.days.since,
            before=shown.days.before,
            count=shown.people,
            reference=report.reference,
        )
        for table, measure, shown in sorted(rows, key=lambda row: (row[0], row[1], sorted(row[2].keys)))
    )


def write_letters(by: User, version: ReportVersion) -> None:
    """Write each addressee's letter once, as PDF and as OpenDocument text, with its digest."""
    today = version.report.establishment.today()
    for addressee in version.content["addressees"] or [""]:
        paper = paper_of(version.content, addressee=addressee, version=version.version, day=today)
        for each, content in ((FileFormat.PDF, as_pdf(paper)), (FileFormat.ODT, as_odt(paper))):
            keep_file(by, version, addressee, each, content)


def keep_file(by: User, version: ReportVersion, addressee: str, kind: FileFormat, content: bytes) -> ReportFile:
    file = ReportFile(
        version=version,
        addressee=addressee,
        format=kind,
        content=content,
        size=len(content),
        sha256=hashlib.sha256(content).hexdigest(),
        made_by_name=by.full_name,
    )
    file.save(force_insert=True)
    return file
