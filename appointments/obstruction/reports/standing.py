"""Which reports an account sees, and what waits for somebody: a second reader, an answer that is due. Reads only."""

from __future__ import annotations

from appointments.models import Complaint, ObstructionReport, ReportSending
from appointments.models.complaint import ComplaintQuerySet
from appointments.models.enums.report import ReportStatus
from appointments.models.report import ObstructionReportQuerySet, SendingQuerySet
from appointments.rights import Rights


def reports_visible_to(rights: Rights) -> ObstructionReportQuerySet:
    if not rights.reads_obstruction:
        return ObstructionReport.objects.none()
    return ObstructionReport.objects.filter(
        establishment=rights.establishment, unit__in=rights.log_units
    ).select_related("establishment", "unit")


def complaints_visible_to(rights: Rights) -> ComplaintQuerySet:
    if not rights.reads_obstruction:
        return Complaint.objects.none()
    mine = Complaint.objects.filter(establishment=rights.establishment, unit__in=rights.log_units)
    return mine.select_related("establishment", "unit", "detainee", "detainee__building")


def due_sendings(rights: Rights) -> SendingQuerySet:
    """Return the letters whose answer is due, of reports that are not closed."""
    sent = ReportSending.objects.filter(
        version__report__in=reports_visible_to(rights).filter(status=ReportStatus.SENT).values("pk")
    )
    return sent.due(rights.establishment.today())


def waiting_for(rights: Rights) -> int:
    """Return how many reports wait for this account as second reader, and letters to be looked at again. One query."""
    if not rights.reads_obstruction:
        return 0
    to_read = reports_visible_to(rights).filter(status=ReportStatus.READING).exclude(author=rights.user)
    complaints = complaints_visible_to(rights).due(rights.establishment.today())
    due = due_sendings(rights).order_by().values_list("version__report_id")
    keys = [rows.order_by().values_list("pk") for rows in (to_read, complaints)]
    return keys[0].union(keys[1], due, all=True).count()
