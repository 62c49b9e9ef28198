"""Gathers what one unit hands over of a person, seals it, and ends it here where that is wanted."""

from __future__ import annotations

import hashlib
import uuid
from collections import defaultdict
from collections.abc import Iterator
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from access.audit import record
from access.digest import digest_of
from access.enums import Verb
from access.models import User
from access.refusal import Refused
from appointments import booking, projection
from appointments.booking.guards import lock_agendas, lock_person
from appointments.escorts.cancelling import cancel_locked
from appointments.handover.content import (
    HandedEscort,
    HandedOver,
    HandedPerson,
    HandedRequest,
    HandedSeries,
)
from appointments.handover.partners import require_head
from appointments.handover.sealing import sealed
from appointments.models import Appointment, Detainee, Escort, HandOver, PartnerUnit, Request
from appointments.models.enums.appointment import CancelReason
from appointments.models.enums.escort import EscortCancelReason
from appointments.models.enums.request import Closing, Priority, RequestStatus
from appointments.requests import settling
from appointments.rights import Rights


class ChangedSince(Refused):
    """What is open is no longer what was reviewed."""

    def __init__(self) -> None:
        super().__init__(
            "changed", _("What is open has changed since you looked. Look at it again before you seal it.")
        )


def gathered(person: Detainee, partner: PartnerUnit, *, rights: Rights) -> HandedOver:
    """Return what would go: exactly this, and nothing else. Three queries.

    An appointment to come that no request and no series brought goes as something asked for on the day it was booked.
    """
    place = person.establishment
    zone = place.zone
    coming = to_come(person, rights)
    asked = (
        Request.objects.filter(detainee=person, unit__in=rights.headed)
        .unsettled()
        .select_related("kind", "appointment")
    )
    escorts = Escort.objects.filter(detainee=person, expected_at__gt=timezone.now()).to_come()
    of_series: defaultdict[Any, list[Appointment]] = defaultdict(list)
    for one in coming:
        if one.series_id is not None:
            of_series[one.series_id].append(one)
    requests = list(asked.order_by("received_on", "pk"))
    planned = {one.appointment_id for one in requests}
    alone = [one for one in coming if one.series_id is None and one.pk not in planned]
    return HandedOver(
        id=uuid.uuid4(),
        recipient=partner.recipient,
        from_name=f"{place.name} ({place.code})",
        made_on=place.today(),
        person=HandedPerson(
            person.last_name, person.first_name, person.register_number, person.birth_date, person.birth_year
        ),
        requests=(*map(request_of, requests), *(booked(one, zone) for one in alone)),
        series=tuple(series_of(rows, zone) for rows in of_series.values()),
        escorts=tuple(map(escort_of, escorts.order_by("expected_at", "pk"))) if rights.manages_escorts else (),
    )


def to_come(person: Detainee, rights: Rights) -> list[Appointment]:
    """Return the person's booked appointments to come, of all agendas of the units that one heads. One query."""
    rows = Appointment.objects.booked().filter(detainee=person, starts_at__gt=timezone.now())
    rows = rows.filter(agenda__unit__in=rights.headed)
    related = ("agenda__establishment", "detainee", "session", "kind", "series")
    return list(rows.select_related(*related).order_by("starts_at", "pk"))


def request_of(asked: Request) -> HandedRequest:
    return HandedRequest(
        received_on=asked.received_on,
        last_asked_on=asked.last_asked_on,
        due_on=asked.due_on,
        times_asked=asked.times_asked,
        priority=asked.priority,
        discipline=asked.wanted_discipline,
        kind=asked.kind.name if asked.kind else "",
        note=asked.note,
    )


def booked(one: Appointment, zone: Any) -> HandedRequest:
    since = one.booked_at.astimezone(zone).date()
    return HandedRequest(
        received_on=since,
        last_asked_on=since,
        due_on=max(since, one.starts_at.astimezone(zone).date()),
        times_asked=1,
        priority=int(Priority.ROUTINE),
        discipline=one.kind.discipline,
        kind=one.kind.name,
        note="",
    )


def series_of(rows: list[Appointment], zone: Any) -> HandedSeries:
    first = rows[0]
    assert first.series is not None  # noqa: S101 they were gathered by it
    return HandedSeries(
        begun_on=first.series.created_at.astimezone(zone).date(),
        next_on=first.starts_at.astimezone(zone).date(),
        last_on=rows[-1].starts_at.astimezone(zone).date(),
        left=len(rows),
        discipline=first.kind.discipline,
        kind=first.kind.name,
        rule=first.series.rule,
    )


def escort_of(escort: Escort) -> HandedEscort:
    return HandedEscort(escort.hospital, escort.department, escort.expected_at, tuple(escort.transport))


def reviewed(content: HandedOver) -> str:
    """Return a fingerprint of what was shown, whatever file it goes into."""
    return digest_of(repr((content.person, content.requests, content.series, content.escorts)))


def hand_over(*, by: User, person: Detainee, partner: PartnerUnit, seen: str, end_here: bool) -> tuple[HandOver, bytes]:
    """Seal what is open of `person` to `partner`; with `end_here`, end it in the same step. Nothing goes to the prison.

    `seen` is the fingerprint of what was reviewed. Raises ChangedSince, Refused, PermissionDenied.
    """
    rights = require_head(by, person.establishment)
    with transaction.atomic():
        projection.hold_arrival_times(person.establishment)
        locked = lock_person(person.pk)
        if locked.is_set_aside:
            raise Refused("joined", _("This record was joined into another. Open the person’s page again."))
        if partner.retired_at is not None or partner.establishment_id != locked.establishment_id:
            raise Refused("partner", _("Nothing is sealed to this key any longer. Choose another unit."))
        content = gathered(locked, partner, rights=rights)
        if reviewed(content) != seen:
            raise ChangedSince
        if content.is_empty:
            raise Refused("empty", _("Nothing is open for this person: there is nothing to hand over."))
        data = sealed(content)
        if end_here:
            end(locked, by=by, rights=rights)
        made = HandOver.objects.create(
            id=content.id,
            establishment=locked.establishment,
            detainee=locked,
            partner=partner,
            digest=hashlib.sha256(data).hexdigest(),
            requests=len(content.requests),
            series=len(content.series),
            escorts=len(content.escorts),
            is_ended_here=end_here,
            made_by_id=by.pk,
            made_by_name=str(by),
        )
        for target in (locked, made):
            record(by=by, verb=Verb.HAND_OVER, target=target, establishment=locked.establishment)
    return made, data


def end(person: Detainee, *, by: User, rights: Rights) -> None:
    """Cancel what is to come and close what was asked for, as handed over. The caller holds the person."""
    coming = to_come(person, rights)
    lock_agendas(*(one.agenda for one in coming))
    cancelled = booking.cancel_together(by=by, appointments=coming, reason=CancelReason.MOVED_AWAY)
    for asked in open_again(person, rights):
        settling.close(by=by, request=asked, revision=asked.revision, reason=Closing.HANDED_OVER)
    if rights.manages_escorts:
        escorts = Escort.objects.select_for_update(of=("self",)).to_come()
        for escort in escorts.filter(detainee=person, expected_at__gt=timezone.now()).order_by("pk"):
            cancel_locked(escort, EscortCancelReason.MOVED_AWAY, by=by)
            record(by=by, verb=Verb.CANCEL, target=escort, establishment=person.establishment)
    booking.record_cancelled(by=by, appointments=cancelled)


def open_again(person: Detainee, rights: Rights) -> Iterator[Request]:
    """Return the requests that wait, those too whose appointment was just cancelled."""
    rows = Request.objects.filter(detainee=person, status=RequestStatus.OPEN, unit__in=rights.headed)
    yield from rows.select_related("establishment").order_by("pk")
