"""An approved report on its way: its signed copy, to whom it went, what was answered, when to look again."""

from __future__ import annotations

from datetime import date, timedelta

from django.db import transaction
from django.utils.translation import gettext as _

from access.audit import record
from access.enums import Verb
from access.models import User
from access.refusal import Refused
from appointments.models import ObstructionReport, ReportFile, ReportSending, ReportVersion
from appointments.models.enums.report import FileFormat, ReportStatus, SendingMode
from appointments.models.revision import save_change
from appointments.obstruction.reports.guards import (
    lock_report,
    report_refusals,
    require_report_status,
    require_reporter,
)
from appointments.obstruction.reports.reading import keep_file

# An answer is looked for after a month, when nothing else is said.
USUAL_FOLLOW_UP = timedelta(days=30)
PDF_BEGINS, PDF_ENDS = b"%PDF-", b"%%EOF"


def keep_signed_copy(*, by: User, version: ReportVersion, addressee: str, content: bytes) -> ReportFile:
    """Keep the scanned, signed letter. Raises Refused when it is no PDF, or the version not approved."""
    require_reporter(by, version.report.establishment, unit=version.report.unit_id)
    require_approved(version)
    if not content.startswith(PDF_BEGINS) or PDF_ENDS not in content[-2048:]:
        raise Refused("file", _("This is no PDF: scan the signed letter as PDF and choose that file."))
    if addressee not in version.content["addressees"] and version.content["addressees"]:
        raise Refused("addressee", _("No letter of this report goes to that addressee."))
    with report_refusals(), transaction.atomic():
        kept = keep_file(by, version, addressee, FileFormat.SIGNED, content)
        record(by=by, verb=Verb.SEND_REPORT, target=version.report, establishment=version.report.establishment_id)
    return kept


def require_approved(version: ReportVersion) -> None:
    if not version.is_approved:
        raise Refused("status", _("Only an approved version becomes a letter."))


def record_sending(
    *,
    by: User,
    version: ReportVersion,
    addressee: str,
    mode: SendingMode,
    sent_on: date,
    follow_up_on: date | None,
    proof: str = "",
) -> ReportSending:
    """Record that a letter went out. Raises Refused."""
    report = version.report
    require_reporter(by, report.establishment, unit=report.unit_id)
    require_approved(version)
    if addressee not in version.content["addressees"]:
        raise Refused("addressee", _("No letter of this report goes to that addressee."))
    if not report.establishment.day_of(report.begun_at) <= sent_on <= report.establishment.today():
        raise Refused("day", _("A letter is sent after the report was begun, and not in the future. Check the date."))
    require_follow_up(follow_up_on, after=sent_on)
    with report_refusals(), transaction.atomic():
        sent = lock_report(report, revision=report.revision)
        require_report_status(sent, ReportStatus.APPROVED, ReportStatus.SENT)
        sending = ReportSending.objects.create(
            version=version,
            addressee=addressee,
            mode=mode,
            sent_on=sent_on,
            proof=proof,
            follow_up_on=follow_up_on,
            recorded_by_name=by.full_name,
        )
        sent.status = ReportStatus.SENT
        save_change(sent)
        record(by=by, verb=Verb.SEND_REPORT, target=sent, establishment=sent.establishment_id)
    return sending


def require_follow_up(day: date | None, *, after: date) -> None:
    if day is not None and not after <= day <= after + timedelta(days=731):
        raise Refused("follow_up", _("Look again after the letter went out, within two years. Check the date."))


def record_answer(
    *, by: User, sending: ReportSending, answered_on: date | None, answer: str, follow_up_on: date | None
) -> None:
    """Record an answer, or only when to look again. Raises Refused."""
    report = sending.version.report
    require_reporter(by, report.establishment, unit=report.unit_id)
    require_follow_up(follow_up_on, after=sending.sent_on)
    if answered_on is not None and not sending.sent_on <= answered_on <= report.establishment.today():
        raise Refused("day", _("The answer comes after the sending, and not in the future. Check the date."))
    if answer and answered_on is None:
        raise Refused("day", _("Say on which day the answer came."))
    with report_refusals(), transaction.atomic():
        answered = lock_report(report, revision=report.revision)
        require_report_status(answered, ReportStatus.SENT)
        sending.answered_on, sending.answer, sending.follow_up_on = answered_on, answer, follow_up_on
        sending.save(update_fields=["answered_on", "answer", "follow_up_on"])
        record(by=by, verb=Verb.SEND_REPORT, target=answered, establishment=answered.establishment_id)


def close_report(*, by: User, report: ObstructionReport, revision: int) -> None:
    """Close what was sent, or a balance sheet that was approved: nothing more is expected. Raises Refused."""
    require_reporter(by, report.establishment, unit=report.unit_id)
    with transaction.atomic():
        closed = lock_report(report, revision=revision)
        require_report_status(closed, ReportStatus.SENT, ReportStatus.APPROVED)
        closed.status = ReportStatus.CLOSED
        save_change(closed)
        record(by=by, verb=Verb.SEND_REPORT, target=closed, establishment=closed.establishment_id)
