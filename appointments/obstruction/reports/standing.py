"""Which reports an account sees, and what waits for somebody: a second reader, an answer that is due. Reads only."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet

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


def waiting_for(rights: Rights) -> dict[str, QuerySet[Any]]:
    """Return what waits for this account: reports for a second reader, complaints and letters to look at again."""
    return {
        "to_read": reports_visible_to(rights).filter(status=ReportStatus.READING).exclude(author=rights.user),
        "complaints_due": complaints_visible_to(rights).due(rights.establishment.today()),
        "letters_due": due_sendings(rights),
    }
