"""What an establishment counts as repeated, and as silence of the prison's side. Only the head of unit decides."""

from __future__ import annotations

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils.translation import gettext as _

from access.audit import record
from access.enums import Verb
from access.models import Establishment, User
from access.refusal import Refused
from appointments.models import ObstructionSettings
from appointments.models.obstruction import REPEATED_TIMES, SILENT_MINUTES
from appointments.rights import Rights


def settings_of(establishment: Establishment) -> ObstructionSettings:
    """Return what was settled; without a row the usual."""
    kept = ObstructionSettings.objects.filter(establishment=establishment).first()
    return kept or ObstructionSettings(establishment=establishment)


def change_counting(*, by: User, establishment: Establishment, repeated_times: int, silent_minutes: int) -> None:
    """Count by these from now on. Raises PermissionDenied, Refused."""
    if not Rights(by, establishment).leads_unit:
        raise PermissionDenied(_("Your profile does not open this page."))
    if not REPEATED_TIMES[0] <= repeated_times <= REPEATED_TIMES[1]:
        raise Refused("repeated_times", _("Choose between %(first)d and %(last)d times.") % bounds(REPEATED_TIMES))
    if not SILENT_MINUTES[0] <= silent_minutes <= SILENT_MINUTES[1]:
        raise Refused("silent_minutes", _("Choose between %(first)d and %(last)d minutes.") % bounds(SILENT_MINUTES))
    with transaction.atomic():
        row, _is_new = ObstructionSettings.objects.update_or_create(
            establishment=establishment,
            defaults={"repeated_times": repeated_times, "silent_minutes": silent_minutes},
        )
        record(by=by, verb=Verb.CHANGE_PLANNING, target=row, establishment=establishment)


def bounds(allowed: tuple[int, int]) -> dict[str, int]:
    return {"first": allowed[0], "last": allowed[1]}
