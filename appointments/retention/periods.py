"""How long an establishment keeps each kind of data. Only the head of unit decides."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from dateutil.relativedelta import relativedelta
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils.translation import gettext as _

from access.audit import record
from access.enums import Verb
from access.models import Establishment, User
from access.refusal import Refused
from appointments.models import RetentionPeriod
from appointments.models.enums.retention import PERIODS, RetentionKind
from appointments.rights import Rights


def months_of(establishment: Establishment) -> dict[RetentionKind, int]:
    """Return for how many months each kind is kept there. One query."""
    chosen = dict(RetentionPeriod.objects.filter(establishment=establishment).values_list("kind", "months"))
    return {kind: chosen.get(kind, each.usual) for kind, each in PERIODS.items()}


def kept_since(today: date, months: int) -> date:
    """Return the first day of which anything is kept; the 31st goes with the month's last day."""
    first: date = today - relativedelta(months=months)
    return first


def change_periods(*, by: User, establishment: Establishment, months: Mapping[RetentionKind, int]) -> list[str]:
    """Keep each kind for so many months from now on; return those that changed. Raises Refused, PermissionDenied."""
    if not Rights(by, establishment).leads_unit:
        raise PermissionDenied(_("Your profile does not open this page."))
    for kind, number in months.items():
        least, most = PERIODS[kind].least, PERIODS[kind].most
        if not least <= number <= most:
            raise Refused(kind.value, _("Choose %(least)d to %(most)d months.") % {"least": least, "most": most})
    with transaction.atomic():
        before = months_of(establishment)
        changed = [kind for kind, number in months.items() if before[kind] != number]
        for kind in changed:
            row, _is_new = RetentionPeriod.objects.update_or_create(
                establishment=establishment,
                kind=kind,
                defaults={"months": months[kind]},
            )
            record(by=by, verb=Verb.SET_RETENTION, target=row, establishment=establishment)
    return [kind.value for kind in changed]
