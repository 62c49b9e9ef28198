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
from appointments.models import Detainee, Extraction
from appointments.models.enums.escort import ExtractionStatus
from appointments.rights import Rights

# (constraint, code of the rule, sentence)
CONSTRAINTS: dict[str, tuple[str, Promise]] = {
    "extraction_once": ("once", gettext_lazy("This person already has an escort at that time.")),
    "appointments_extraction_follows_id_key": ("again", gettext_lazy("This escort was already planned again.")),
}


def require_manager(by: User, establishment: Establishment) -> None:
    """Raise PermissionDenied for whoever was not given the escorts of `establishment`."""
    if not Rights(by, establishment).manages_extractions:
        raise PermissionDenied(_("Your profile does not open this page."))


def require_status(extraction: Extraction, *wanted: ExtractionStatus) -> None:
    """Refuse what the escort's present state does not allow."""
    if extraction.status not in wanted:
        raise Refused(
            "status",
            _("This is no longer possible: %(status)s.") % {"status": extraction.get_status_display().lower()},
        )


def require_free_day(person: Detainee, expected_at: datetime) -> None:
    """Refuse a second escort of the same person on one day."""
    start, end = local_midnights(person.establishment.day_of(expected_at), person.establishment.zone)
    others = Extraction.objects.filter(detainee=person, expected_at__gte=start, expected_at__lt=end)
    if others.exclude(status=ExtractionStatus.CANCELLED).exists():
        raise Refused("once", _("This person already has an escort on that day. Plan that one again instead."))


def lock_extraction(extraction: Extraction, *, revision: int) -> Extraction:
    """Lock the person and the escort, and refuse a revision that is no longer the present one."""
    person = lock_person(extraction.detainee_id)
    locked = Extraction.objects.select_for_update(of=("self",)).select_related("establishment").get(pk=extraction.pk)
    locked.detainee = person
    if locked.revision != revision:
        raise Refused("changed", _("Somebody else changed this escort meanwhile. Look at it again first."))
    return locked


escort_refusals = partial(sentences_for_constraints, CONSTRAINTS)
