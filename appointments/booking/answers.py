"""Keeps requests in step with the appointment that answers them. Called by booking alone, for every change of a state.

Knows no verb of booking: it reads what the appointment says now.
"""

from __future__ import annotations

from django.db.models import F, Q

from appointments.models import Appointment, Request
from appointments.models.enums.appointment import Status
from appointments.models.enums.request import RequestStatus

# The person was not seen: whoever asked waits again, with the date that they had.
FAILED = frozenset({Status.CANCELLED, Status.NOT_COME})


def follow(appointment: Appointment) -> None:
    """Carry the state of `appointment` to the requests that rest on it. The caller holds the person.

    Cancelled or not come: back to the queue. Seen: answered. Taken back to an earlier state: planned again.
    """
    concerned = Request.objects.filter(Q(appointment=appointment) | Q(returned_from=appointment))
    for request in concerned.only("pk", "status"):
        change = follow_one(request.status, appointment)
        if change:
            Request.objects.filter(pk=request.pk).update(revision=F("revision") + 1, **change)


def take_up(appointment: Appointment) -> None:
    """Let `appointment` answer what waits since the one that it makes up for did not take place."""
    waiting = Request.objects.open().filter(returned_from=appointment.follows_id)
    waiting.update(
        status=RequestStatus.PLANNED, appointment=appointment, returned_from=None, revision=F("revision") + 1
    )


def follow_one(status: str, appointment: Appointment) -> dict[str, object]:
    rests = status in {RequestStatus.PLANNED, RequestStatus.ANSWERED}
    if appointment.status in FAILED:
        back: dict[str, object] = {"status": RequestStatus.OPEN, "appointment": None, "returned_from": appointment}
        return back if rests else {}
    wanted = RequestStatus.ANSWERED if appointment.status == Status.SEEN else RequestStatus.PLANNED
    if status == wanted or status == RequestStatus.CLOSED:
        return {}
    return {"status": wanted, "appointment": appointment, "returned_from": None}
