"""What every verb of hospital escorts asks first, and the locks that it takes: the person, then the escort."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.db import IntegrityError
from django.utils import timezone
from django.utils.translation import gettext as _

from access.models import Establishment, User
from appointments.arithmetic.timegrid import local_midnights
from appointments.models import Detainee, Extraction
from appointments.models.enums.escort import ExtractionStatus
from appointments.rights import Rights


class EscortRefused(Exception):
    """A rule of hospital escorts says no. `sentence` tells a person why and what to do."""

    def __init__(self, code: str, sentence: str) -> None:
        super().__init__(sentence)
        self.code = code
        self.sentence = sentence


def require_manager(by: User, establishment: Establishment) -> None:
    """Raise PermissionDenied for whoever was not given the escorts of `establishment`."""
    if not Rights(by, establishment).manages_extractions:
        raise PermissionDenied(_("Your profile does not open this page."))


def require_status(extraction: Extraction, *wanted: ExtractionStatus) -> None:
    """Refuse what the escort's present state does not allow."""
    if extraction.status not in wanted:
        raise EscortRefused(
            "status",
            _("This is no longer possible: %(status)s.") % {"status": extraction.get_status_display().lower()},
        )


def require_future(expected_at: datetime) -> None:
    """Refuse a time that is over."""
    if expected_at <= timezone.now():
        raise EscortRefused("past", _("This time is past. Choose a later one."))


def require_free_day(person: Detainee, expected_at: datetime) -> None:
    """Refuse a second escort of the same person on one day."""
    start, end = local_midnights(
        timezone.localdate(expected_at, timezone=person.establishment.zone), person.establishment.zone
    )
    others = Extraction.objects.filter(detainee=person, expected_at__gte=start, expected_at__lt=end)
    if others.exclude(status=ExtractionStatus.CANCELLED).exists():
        raise EscortRefused("once", _("This person already has an escort on that day. Plan that one again instead."))


def lock_person(key: UUID) -> Detainee:
    """Lock the person, as a booking does, and return the row as it is now."""
    people = Detainee.objects.select_for_update(of=("self",), no_key=True)
    return people.select_related("building", "establishment").get(pk=key)


def require_present(person: Detainee) -> None:
    """Refuse an escort of somebody who has left the establishment."""
    if not person.is_present:
        raise EscortRefused("left", _("%(name)s has left the establishment.") % {"name": person.display_name})


def lock_extraction(extraction: Extraction, *, revision: int) -> Extraction:
    """Lock the person and the escort, and refuse a revision that is no longer the present one."""
    person = lock_person(extraction.detainee_id)
    locked = Extraction.objects.select_for_update(of=("self",)).select_related("establishment").get(pk=extraction.pk)
    locked.detainee = person
    if locked.revision != revision:
        raise EscortRefused("changed", _("Somebody else changed this escort meanwhile. Look at it again first."))
    return locked


def save_change(extraction: Extraction) -> None:
    """Save and count the change."""
    extraction.revision += 1
    extraction.save()


@contextmanager
def sentences_for_constraints() -> Iterator[None]:
    """Turn the database's refusal into a sentence."""
    try:
        yield
    except IntegrityError as error:
        name = getattr(getattr(error.__cause__, "diag", None), "constraint_name", None) or ""
        sentences = {
            "extraction_once": _("This person already has an escort at that time."),
            "appointments_extraction_follows_id_key": _("This escort was already planned again."),
        }
        if name not in sentences:
            raise
        raise EscortRefused(name, sentences[name]) from error
