"""The verbs of permissions to export. For the head of the unit; atomic and recorded."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from dateutil.relativedelta import relativedelta
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models.functions import Now
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from access.audit import record
from access.enums import Verb
from access.models import Establishment, User
from access.refusal import Refused, sentences_for_constraints
from appointments.models import ExportPermission
from appointments.rights import Rights

# Long enough for a habit to be looked at again, short enough that a forgotten one ends.
USUAL = relativedelta(months=3)
LONGEST = relativedelta(years=1)
CONSTRAINTS = {
    "one_export_permission": (
        "username",
        gettext_lazy("A colleague has just opened them to this account. Look at the list below."),
    ),
}


class ExportRefused(Refused):
    """A permission is not given; `code` is the field that it is about."""


def usual_end(today: date) -> date:
    """Return the last day that is proposed for a permission opened today."""
    day: date = today + USUAL
    return day


def last_day(today: date) -> date:
    """Return the last day that a permission opened today may have."""
    day: date = today + LONGEST
    return day


def open_exports(establishment: Establishment, *, by: User, username: str, until: date) -> ExportPermission:
    """Open files and calendar to the officer's account of that name up to `until`, in place of what was open to it.

    Nobody here knows whether there is such an account: the prison's database says so. Raises ExportRefused,
    PermissionDenied.
    """
    require_head(by, establishment)
    today = establishment.today()
    if until < today:
        raise ExportRefused("until", _("This day is over. Choose today or a later one."))
    if until > last_day(today):
        raise ExportRefused("until", _("A year at most. Open them again when it is over."))
    with sentences_for_constraints(CONSTRAINTS, ExportRefused), transaction.atomic():
        standing = ExportPermission.objects.filter(establishment=establishment, withdrawn_at__isnull=True)
        standing.filter(username__iexact=username).update(withdrawn_at=Now(), withdrawn_by=by)
        permission = ExportPermission(
            establishment=establishment, username=username, opened_on=today, until=until, opened_by=by
        )
        permission.save(force_insert=True)
        record(by=by, verb=Verb.OPEN_EXPORTS, target=permission, establishment=establishment)
    return permission


def withdraw_exports(establishment: Establishment, *, by: User, key: UUID) -> None:
    """Close files and calendar to an account at once. Closed twice, the first holds. Raises PermissionDenied."""
    require_head(by, establishment)
    with transaction.atomic():
        standing = ExportPermission.objects.filter(establishment=establishment, pk=key, withdrawn_at__isnull=True)
        if standing.update(withdrawn_at=Now(), withdrawn_by=by):
            record(by=by, verb=Verb.CLOSE_EXPORTS, target=ExportPermission(pk=key), establishment=establishment)


def require_head(by: User, establishment: Establishment) -> None:
    """Raise PermissionDenied unless `by` heads the unit of `establishment`."""
    if not Rights(by, establishment).leads_unit:
        raise PermissionDenied(_("Only the head of the unit opens files and calendar to officers."))
