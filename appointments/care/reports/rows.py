"""The rows that these pages are about, for whoever may see them; 404 for everybody else."""

from __future__ import annotations

from uuid import UUID

from django.http import Http404

from access.requests import DoorRequest
from appointments.models import Complaint, ObstructionReport, ReportVersion
from appointments.obstruction.reports.standing import complaints_visible_to, reports_visible_to
from appointments.rights import get_visible_or_404, rights_of


def require_reports(request: DoorRequest) -> None:
    """Raise Http404 for whoever does not read the log: that there are reports is not told either."""
    if not rights_of(request).reads_obstruction:
        raise Http404


def seen_report(request: DoorRequest, key: UUID) -> ObstructionReport:
    return get_visible_or_404(reports_visible_to(rights_of(request)), key)


def seen_complaint(request: DoorRequest, key: UUID) -> Complaint:
    return get_visible_or_404(complaints_visible_to(rights_of(request)), key)


def last_version(report: ObstructionReport) -> ReportVersion:
    """Return the version that was handed in last; raise Http404 when there is none."""
    version = report.versions.first()
    if version is None:
        raise Http404
    version.report = report
    return version
