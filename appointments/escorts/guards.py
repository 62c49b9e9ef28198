"""What every verb of hospital escorts asks first, and the locks that it takes: the person, then the escort."""

from __future__ import annotations

from datetime import datetime
from functools import partial

from django.core.exceptions import PermissionDenied
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from access.models import Establishment, User
from access.refusal import Refused, sentences_for_constraints
from appointments.arithmetic.timegrid import local_midnights
from appointments.booking.guards import lock_person
from appointments.models import Detainee, Escort
from appointments.models.enums.escort import EscortStatus
from appointments.rights import Rights

# (constraint, code of the rule, sentence)
CONSTRAINTS: dict[str, tuple[str, Promise]] = {
    "escort_once": ("once", gettext_lazy("This person already has an escort at that time.")),
    "appointments_escort_follows_id_key": ("again", gettext_lazy("This escort was already planned again.")),
}


def require_manager(by: User, establishment: Establishment) -> None:
    """Raise PermissionDenied for whoever was not given the escorts of `establishment`."""
    if not Rights(by, establishment).manages_escorts:
        raise PermissionDenied(_("Your profile does not open this page."))


def require_status(escort: Escort, *wanted: EscortStatus) -> None:
    if escort.status not in wanted:
        raise Refused(
            "status",
            _("This is no longer possible: %(status)s.") % {"status": escort.get_status_display().lower()},
        )


def require_free_day(person: Detainee, expected_at: datetime) -> None:
    """Refuse a second escort of the same person on one day."""
    start, end = local_midnights(person.establishment.day_of(expected_at), person.establishment.zone)
    others = Escort.objects.filter(detainee=person, expected_at__gte=start, expected_at__lt=end)
    if others.exclude(status=EscortStatus.CANCELLED).exists():
        raise Refused("once", _("This person already has an escort on that day. Plan that one again instead."))


def lock_escort(escort: Escort, *, revision: int) -> Escort:
    """Lock the person and the escort, and refuse a revision that is no longer the present one."""
    person = lock_person(escort.detainee_id)
    locked = Escort.objects.select_for_update(of=("self",)).select_related("establishment").get(pk=escort.pk)
    if locked.revision != revision or locked.detainee_id != person.pk:
        raise Refused("changed", _("Somebody else changed this escort meanwhile. Look at it again first."))
    locked.detainee = person
    return locked


escort_refusals = partial(sentences_for_constraints, CONSTRAINTS)
