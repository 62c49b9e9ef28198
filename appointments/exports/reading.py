"""What is open to which account, and what was taken, for the head of the unit. Deny by default."""

from __future__ import annotations

from datetime import timedelta

from django.db.models import Q, QuerySet
from django.utils import timezone

from appointments.models import ExportPermission, ExportUse
from appointments.models.enums.export import ExportAnswer
from appointments.rights import Rights

# Of what is over, this much is shown; what was taken is kept as long as a permission may last.
SHOWN = timedelta(days=90)
KEPT = timedelta(days=366)


def permissions_at(rights: Rights) -> QuerySet[ExportPermission]:
    """Return what is open, or still open at the prison side, and what was closed lately; newest first."""
    rows = ExportPermission.objects.filter(establishment=rights.establishment).select_related("opened_by")
    if not rights.leads_unit:
        return rows.none()
    since = timezone.now() - SHOWN
    open_there = ~Q(answer=ExportAnswer.CLOSED)
    lately = Q(withdrawn_at__gt=since) | Q(withdrawn_at__isnull=True, until__gt=since.date())
    return rows.filter(open_there | lately)


def uses_at(rights: Rights) -> QuerySet[ExportUse]:
    """Return what officers took, newest first."""
    rows = ExportUse.objects.filter(establishment=rights.establishment)
    return rows if rights.leads_unit else rows.none()


def forget_uses() -> int:
    """Delete what was taken more than a year ago; return how many hours."""
    deleted, _by_model = ExportUse.objects.filter(hour__lt=timezone.now() - KEPT).delete()
    return deleted
