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
from appointments.escorts.guards import lock_escort, require_manager, require_status
from appointments.models import Escort
from appointments.models.enums.escort import EscortStatus
from appointments.models.revision import save_change


def announce_departure(*, by: User, escort: Escort, revision: int) -> Escort:
    """Call the person now: from here on the floor reads a line like any other, and not before.

    Raises Refused, also on any other day than the escort's own.
    """
    require_manager(by, escort.establishment)
    with transaction.atomic():
        projection.hold_arrival_times(escort.establishment)
        leaving = lock_escort(escort, revision=revision)
        require_status(leaving, EscortStatus.PLANNED, EscortStatus.CONFIRMED)
        require_present(leaving.detainee)
        require_today(leaving)
        try:
            projection.call_for_departure(leaving)
        except NoArrivalTime as error:
            raise Refused("arrival", _("Nobody can be called: the establishment has no arrival time yet.")) from error
        leaving.status, leaving.departed_at = EscortStatus.DEPARTED, timezone.now()
        save_change(leaving)
        record(by=by, verb=Verb.MOVE, target=leaving, establishment=leaving.establishment_id)
    return leaving


def take_back_departure(*, by: User, escort: Escort, revision: int) -> Escort:
    """Take back a departure that was announced by mistake or too early. Raises Refused."""
    require_manager(by, escort.establishment)
    with transaction.atomic():
        back = lock_escort(escort, revision=revision)
        require_status(back, EscortStatus.DEPARTED)
        called, back.movement = back.movement_id, None
        back.status, back.departed_at = EscortStatus.CONFIRMED, None
        save_change(back)
        projection.withdraw_if_unused(called)
        record(by=by, verb=Verb.MOVE, target=back, establishment=back.establishment_id)
    return back


def record_done(*, by: User, escort: Escort, revision: int) -> Escort:
    """Record that the person was at the hospital. Raises Refused."""
    require_manager(by, escort.establishment)
    with transaction.atomic():
        done = lock_escort(escort, revision=revision)
        require_status(done, EscortStatus.DEPARTED)
        done.status = EscortStatus.DONE
        save_change(done)
        record(by=by, verb=Verb.RECORD_OUTCOME, target=done, establishment=done.establishment_id)
    return done


def require_today(escort: Escort) -> None:
    """Refuse a departure on another day than the escort's own: a line would tell the date."""
    if escort.establishment.day_of(escort.expected_at) != escort.establishment.today():
        raise Refused("day", _("The departure is announced on the day itself, not before and not after."))
