"""An officer's alert becomes a request: in one go, so that no alert is received without somebody waiting for it."""

from __future__ import annotations

from django.db import transaction

from access.models import User
from appointments.alerts import receive
from appointments.models import Alert, Detainee, Request
from appointments.request_enums import Source
from appointments.requests.entering import enter, join
from appointments.requests.guards import AlreadyAsked

# Officers know two urgencies, and both mean today.
ALERT_DAYS = 0


def enter_alert(*, by: User, alert: Alert, detainee: Detainee) -> Request:
    """Put the person of `alert` into the queue, urgent and to be sorted, and receive the alert.

    Two alerts about one person are one request, asked twice. Raises RequestRefused.
    """
    day = alert.raised_at.astimezone(alert.establishment.zone).date()
    with transaction.atomic():
        try:
            asked = enter(
                by=by,
                establishment=alert.establishment,
                detainee=detainee,
                source=Source.OFFICER,
                received_on=day,
                within_days=ALERT_DAYS,
            )
        except AlreadyAsked as known:
            asked = join(by=by, known=known.known, asked_on=day)
        receive(by=by, alert=alert)
    return asked
