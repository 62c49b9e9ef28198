"""The verb of the tolerance: from how many minutes on a late arrival counts."""

from __future__ import annotations

from django.db import transaction
from django.utils.translation import gettext as _

from access.audit import record
from access.enums import Verb
from access.models import Establishment, User
from appointments.models import DelaySettings
from appointments.models.delay_settings import TOLERANCES
from appointments.planning.refusals import PlanningRefused, require_head


def set_tolerance(establishment: Establishment, *, by: User, minutes: int) -> DelaySettings:
    """Count arrivals as late beyond so many minutes from now on. Raises PermissionDenied, PlanningRefused."""
    require_head(by, establishment)
    first, last = TOLERANCES
    if not first <= minutes <= last:
        raise PlanningRefused(
            _("Choose between %(first)d and %(last)d minutes.") % {"first": first, "last": last}, field="minutes"
        )
    with transaction.atomic():
        kept, _is_new = DelaySettings.objects.update_or_create(
            establishment=establishment, defaults={"tolerance": minutes}
        )
        record(by=by, verb=Verb.CHANGE_PLANNING, target=kept, establishment=establishment)
    return kept
