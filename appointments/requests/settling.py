"""Settles a request: by an appointment, by another answer, by closing it; and puts it back into the queue."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext as _

from access.audit import record
from access.enums import Verb
from access.models import Establishment, User
from access.refusal import Refused
from appointments import booking, projection
from appointments.models import Agenda, Appointment, Detainee, Kind, Request
from appointments.models.enums.appointment import CancelReason, Status
from appointments.models.enums.request import Closing, RequestAnswer, RequestStatus
from appointments.models.revision import save_change
from appointments.requests.guards import hold, require_open
from appointments.rights import Rights, requests_visible_to


def plan(
    *,
    by: User,
    request: Request,
    revision: int,
    agenda: Agenda,
    kind: Kind,
    starts_at: datetime,
    length: timedelta | None = None,
    overbook: bool = False,
    crowd: bool = False,
) -> Appointment:
    """Book the person of `request` and let the appointment answer it, in one transaction.

    Raises RequestChanged when a colleague was quicker, Refused.
    """
    with transaction.atomic():
        projection.hold_arrival_times(agenda.establishment)
        held = hold(request, by=by, revision=revision)
        require_open(held)
        made = booking.book(
            by=by,
            detainee=held.detainee,
            agenda=agenda,
            kind=kind,
            starts_at=starts_at,
            length=length,
            overbook=overbook,
            crowd=crowd,
        )
        rest_on(held, made, by=by)
    return made


def take_appointment(*, by: User, request: Request, revision: int, appointment: Appointment) -> Request:
    """Let an appointment that the person has already answer `request`. Raises RequestChanged, Refused."""
    with transaction.atomic():
        held = hold(request, by=by, revision=revision)
        require_open(held)
        booked = Appointment.objects.filter(pk=appointment.pk, detainee=held.detainee_id, status=Status.BOOKED).first()
        if booked is None:
            raise Refused("past", _("This appointment is no longer to come. Look at the request again."))
        rest_on(held, booked, by=by)
    return held


def rest_on(request: Request, appointment: Appointment, *, by: User) -> None:
    """Point `request` to the appointment that answers it. The caller holds the person. Raises Refused."""
    if request.unit_id != appointment.agenda.unit_id:
        raise Refused("unit", _("This request is addressed to another unit. Forward it to that unit first."))
    is_seen = appointment.status == Status.SEEN
    request.status = RequestStatus.ANSWERED if is_seen else RequestStatus.PLANNED
    request.appointment, request.returned_from = appointment, None
    if request.kind_id is None:
        request.kind, request.discipline = appointment.kind, ""
    if request.triaged_at is None:
        request.triaged_by, request.triaged_at = by, timezone.now()
    save_change(request)
    record(by=by, verb=Verb.CHANGE_REQUEST, target=request, establishment=request.establishment_id)


def answer_without(*, by: User, request: Request, revision: int, answer: RequestAnswer) -> Request:
    """Record that `request` was answered without an appointment. Raises RequestChanged, Refused."""
    return settle(by=by, request=request, revision=revision, status=RequestStatus.ANSWERED, answer=answer)


def close(*, by: User, request: Request, revision: int, reason: Closing) -> Request:
    """Close `request` without an answer, with the reason. Raises RequestChanged, Refused."""
    return settle(by=by, request=request, revision=revision, status=RequestStatus.CLOSED, closing=reason)


def settle(
    *, by: User, request: Request, revision: int, status: RequestStatus, answer: str = "", closing: str = ""
) -> Request:
    """Take `request` out of the queue without an appointment."""
    with transaction.atomic():
        held = hold(request, by=by, revision=revision)
        require_open(held)
        held.status, held.answer, held.closing = status, answer, closing
        save_change(held)
        record(by=by, verb=Verb.CHANGE_REQUEST, target=held, establishment=held.establishment_id)
    return held


def reopen(*, by: User, request: Request, revision: int) -> Request:
    """Put a settled request back into the queue with the date that it had. Raises RequestChanged, Refused."""
    with transaction.atomic():
        held = hold(request, by=by, revision=revision)
        if held.status not in {RequestStatus.ANSWERED, RequestStatus.CLOSED}:
            raise Refused(
                "status", _("This request waits already, or an appointment is to come: cancel that one first.")
            )
        held.status, held.answer, held.closing = RequestStatus.OPEN, "", ""
        held.appointment = held.returned_from = None
        save_change(held)
        record(by=by, verb=Verb.CHANGE_REQUEST, target=held, establishment=held.establishment_id)
    return held


def take_back(*, by: User, request: Request, revision: int, keep_appointment: bool = False) -> Request:
    """Undo the planning of `request`: its appointment counts as booked by mistake, unless it was there before.

    Raises RequestChanged, Refused.
    """
    with transaction.atomic():
        held = hold(request, by=by, revision=revision)
        if held.status != RequestStatus.PLANNED or held.appointment is None:
            raise Refused("status", _("No appointment is to come for this request: there is nothing to undo."))
        planned, held.appointment = held.appointment, None
        held.status = RequestStatus.OPEN
        save_change(held)
        if not keep_appointment:
            booking.cancel(by=by, appointment=planned, revision=planned.revision, reason=CancelReason.MISTAKE)
        record(by=by, verb=Verb.CHANGE_REQUEST, target=held, establishment=held.establishment_id)
    return held


def close_those_who_left(*, by: User, establishment: Establishment, people: Iterable[Detainee]) -> int:
    """Close what people who have left still ask for, as far as `by` sees it; return how many requests."""
    keys = [person.pk for person in people]
    with transaction.atomic():
        held = Detainee.objects.select_for_update(of=("self",), no_key=True).filter(
            establishment=establishment, pk__in=keys, released_on__isnull=False
        )
        gone = list(held.order_by("pk").values_list("pk", flat=True))
        theirs = list(requests_visible_to(Rights(by, establishment)).open().filter(detainee__in=gone).order_by("pk"))
        Request.objects.filter(pk__in=[one.pk for one in theirs]).update(
            status=RequestStatus.CLOSED,
            closing=Closing.LEFT,
            revision=F("revision") + 1,
            forwarded_as=None,
            left_behind={},
        )
        for one in theirs:
            record(by=by, verb=Verb.CHANGE_REQUEST, target=one, establishment=establishment)
    return len(theirs)
