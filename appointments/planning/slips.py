"""The verb of the printed slips: what this prison calls them."""

from __future__ import annotations

from django.db import transaction

from access.audit import record
from access.enums import Verb
from access.models import Establishment, User
from appointments.models import SlipWording
from appointments.models.enums.prints import SlipLabel
from appointments.planning.refusals import require_head


def set_slip_label(establishment: Establishment, *, by: User, label: SlipLabel) -> SlipWording:
    """Print `label` on the slips from now on. Raises PermissionDenied."""
    require_head(by, establishment)
    with transaction.atomic():
        wording, _is_new = SlipWording.objects.update_or_create(establishment=establishment, defaults={"label": label})
        record(by=by, verb=Verb.CHANGE_PLANNING, target=wording, establishment=establishment)
    return wording
