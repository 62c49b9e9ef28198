"""The day of a hospital escort: the departure, which alone calls the person, and what became of it."""

from __future__ import annotations

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from access.audit import record
from access.enums import Verb
from access.models import User
from access.refusal import Refused
from appointments import projection
from appointments.arithmetic.timegrid import NoArrivalTime
from appointments.booking.guards import require_present
from appointments.escorts.guards import lock_extraction, require_manager, require_status
from appointments.models import Extraction
from appointments.models.enums.escort import ExtractionStatus
from appointments.models.revision import save_change


def announce_departure(*, by: User, extraction: Extraction, revision: int) -> Extraction:
    """Call the person now: from here on the floor reads a line like any other, and not before.

    Raises Refused, also on any other day than the escort's own.
    """
    require_manager(by, extraction.establishment)
    with transaction.atomic():
        projection.hold_arrival_times(extraction.establishment)
        leaving = lock_extraction(extraction, revision=revision)
        require_status(leaving, ExtractionStatus.PLANNED, ExtractionStatus.CONFIRMED)
        require_present(leaving.detainee)
        require_today(leaving)
        try:
            projection.call_for_departure(leaving)
        except NoArrivalTime as error:
            raise Refused("arrival", _("Nobody can be called: the establishment has no arrival time yet.")) from error
        leaving.status, leaving.departed_at = ExtractionStatus.DEPARTED, timezone.now()
        save_change(leaving)
        record(by=by, verb=Verb.MOVE, target=leaving, establishment=leaving.establishment_id)
    return leaving


def take_back_departure(*, by: User, extraction: Extraction, revision: int) -> Extraction:
    """Take back a departure that was announced by mistake or too early. Raises Refused."""
    require_manager(by, extraction.establishment)
    with transaction.atomic():
        back = lock_extraction(extraction, revision=revision)
        require_status(back, ExtractionStatus.DEPARTED)
        called, back.movement = back.movement_id, None
        back.status, back.departed_at = ExtractionStatus.CONFIRMED, None
        save_change(back)
        projection.withdraw_if_unused(called)
        record(by=by, verb=Verb.MOVE, target=back, establishment=back.establishment_id)
    return back


def record_done(*, by: User, extraction: Extraction, revision: int) -> Extraction:
    """Record that the person was at the hospital. Raises Refused."""
    require_manager(by, extraction.establishment)
    with transaction.atomic():
        done = lock_extraction(extraction, revision=revision)
        require_status(done, ExtractionStatus.DEPARTED)
        done.status = ExtractionStatus.DONE
        save_change(done)
        record(by=by, verb=Verb.RECORD_OUTCOME, target=done, establishment=done.establishment_id)
    return done


def require_today(extraction: Extraction) -> None:
    """Refuse a departure on another day than the escort's own: a line would tell the date."""
    if extraction.establishment.day_of(extraction.expected_at) != extraction.establishment.today():
        raise Refused("day", _("The departure is announced on the day itself, not before and not after."))
