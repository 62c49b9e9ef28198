"""Takes back a decision about stranded appointments: all of them stand where they stood, and wait for a decision."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from access.audit import record
from access.enums import Verb
from access.models import Establishment, User
from appointments import requests
from appointments.booking.guards import require_bookable
from appointments.models import KeptAppointment


def undo_step(*, by: User, establishment: Establishment, at: datetime) -> int:
    """Take back what `by` decided in the step of that instant; return about how many appointments.

    Raises booking.ChangedMeanwhile, booking.BookingRefused; then nothing is taken back.
    """
    words = KeptAppointment.objects.filter(establishment=establishment, kept_by=by, kept_at=at)
    kept = {word.appointment for word in words.select_related("appointment__agenda__establishment")}
    if kept:
        require_bookable(by, *{one.agenda for one in kept})
    with transaction.atomic():
        people = {one.detainee_id for one in kept}
        number = requests.undo_step(by=by, establishment=establishment, at=at, people=people)
        words.delete()
        for one in kept:
            record(by=by, verb=Verb.DECIDE, target=one, establishment=establishment)
    return number + len(kept)
