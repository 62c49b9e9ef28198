"""Takes over what another unit sealed for this one: once, for whom somebody confirmed, with the first dates."""

from __future__ import annotations

import hashlib
from collections.abc import Collection
from dataclasses import dataclass

from django.db import transaction
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext as _

from access.audit import record
from access.enums import Verb
from access.models import Establishment, User
from access.refusal import Refused
from appointments.booking.guards import lock_person, require_present
from appointments.escorts.planning import plan_escort
from appointments.handover.content import HandedOver, HandedRequest, HandedSeries
from appointments.handover.partners import require_head
from appointments.handover.sealing import Unopened, opened
from appointments.models import Detainee, HandOverTaken, Hold, Kind, Request
from appointments.models.enums.request import Priority, Source
from appointments.registry.sameness import Candidate, Known, known_people
from appointments.requests.entering import enter
from appointments.rights import Rights


@dataclass(frozen=True)
class Opened:
    """A sealed file as it is shown before anything is written."""

    content: HandedOver
    candidates: list[Candidate]
    taken: HandOverTaken | None
    may_take_escorts: bool

    @property
    def default(self) -> str:
        """The one person for whom the evidence is strong; somebody still says yes."""
        strong = [one for one in self.candidates if one.is_strong]
        return strong[0].key if len(strong) == 1 else ""


def look_at(data: bytes, *, by: User, establishment: Establishment) -> Opened:
    """Open a file and find whom it may be about, among those present. Raises Unopened, NoKey, PermissionDenied."""
    rights = require_head(by, establishment)
    content = opened(data, establishment)
    return Opened(
        content,
        candidates_for(content, establishment),
        HandOverTaken.objects.filter(establishment=establishment, pk=content.id).first(),
        rights.manages_escorts,
    )


def candidates_for(content: HandedOver, establishment: Establishment) -> list[Candidate]:
    known = Known(known_people(establishment, [content.person]))
    return [one for one in known.of(content.person) if one.left_on is None]


def take_over(
    data: bytes,
    *,
    by: User,
    establishment: Establishment,
    person_key: str,
    escorts: Collection[int] = (),
) -> HandOverTaken:
    """Write what the file asks for, for the person whom `by` confirmed. `escorts` are those to plan here, by position.

    Raises Refused (taken over already; nobody, or somebody else, confirmed), Unopened, PermissionDenied.
    """
    rights = require_head(by, establishment)
    content = opened(data, establishment)
    with transaction.atomic():
        require_new(content, establishment)
        person = confirmed_person(content, establishment, person_key)
        require_present(person)
        asked = [*content.requests, *map(as_request, content.series)]
        written = sum(take_request(by, person, one) for one in asked)
        planned = take_escorts(by, rights, person, content, escorts)
        taken = HandOverTaken.objects.create(
            id=content.id,
            establishment=establishment,
            detainee=person,
            from_name=content.from_name,
            digest=hashlib.sha256(data).hexdigest(),
            requests=written,
            escorts=planned,
            taken_by_id=by.pk,
            taken_by_name=str(by),
        )
        for target in (person, taken):
            record(by=by, verb=Verb.TAKE_OVER, target=target, establishment=establishment)
    return taken


def require_new(content: HandedOver, establishment: Establishment) -> None:
    """Refuse a file that was taken over. One at a time: whoever comes second waits, and finds the first one's row."""
    Hold.take(establishment, Hold.Subject.REGISTRY)
    taken = HandOverTaken.objects.filter(pk=content.id).first()
    if taken is not None:
        raise Unopened("taken", already(taken, establishment))


def already(taken: HandOverTaken, establishment: Establishment) -> str:
    return _("This file was taken over already, on %(day)s by %(who)s. Nothing was written again.") % {
        "day": f"{taken.taken_at.astimezone(establishment.zone):%d/%m/%Y %H:%M}",
        "who": taken.taken_by_name,
    }


def confirmed_person(content: HandedOver, establishment: Establishment, key: str) -> Detainee:
    """Return the person whom `key` names, if the file may be about them. Locked."""
    found = [one.person for one in candidates_for(content, establishment) if one.key == key]
    if not found or found[0] is None:
        raise Refused("person", _("Say which person it is. Nobody was changed."))
    return lock_person(found[0].pk)


def as_request(series: HandedSeries) -> HandedRequest:
    """Return what is left of a series as something to be planned here: the old dates are another unit's."""
    note = _("Series to go on: %(left)d sessions left, until %(day)s.") % {
        "left": series.left,
        "day": f"{series.last_on:%d/%m/%Y}",
    }
    since = min(series.begun_on, series.next_on)
    return HandedRequest(
        received_on=since,
        last_asked_on=since,
        due_on=series.next_on,
        times_asked=1,
        priority=int(Priority.ROUTINE),
        discipline=series.discipline,
        kind=series.kind,
        note=note[:120],
    )


def take_request(by: User, person: Detainee, asked: HandedRequest) -> bool:
    """Enter one request with the date of the first one; whether it was not there already from an earlier file."""
    today = person.establishment.today()
    received = min(asked.received_on, today)
    kind = kind_here(person.establishment, asked)
    known = Request.objects.filter(
        detainee=person,
        source=Source.OTHER_UNIT,
        received_on=received,
        note=asked.note,
        kind=kind,
        discipline="" if kind else asked.discipline,
    )
    if known.exists():
        return False
    made = enter(
        by=by,
        establishment=person.establishment,
        detainee=person,
        source=Source.OTHER_UNIT,
        received_on=received,
        within_days=max(0, (asked.due_on - received).days),
        kind=kind,
        discipline=asked.discipline,
        priority=Priority(asked.priority),
        note=asked.note,
        anyway=True,
    )
    last = min(max(asked.last_asked_on, received), today)
    Request.objects.filter(pk=made.pk).update(
        times_asked=asked.times_asked, last_asked_on=last, revision=F("revision") + 1
    )
    return True


def kind_here(establishment: Establishment, asked: HandedRequest) -> Kind | None:
    """Return this unit's kind of the same name and discipline; without one the discipline says what is wanted."""
    if not asked.kind or not asked.discipline:
        return None
    kinds = Kind.objects.filter(establishment=establishment, is_active=True, discipline=asked.discipline)
    return kinds.filter(name__iexact=asked.kind).order_by("pk").first()


def take_escorts(by: User, rights: Rights, person: Detainee, content: HandedOver, wanted: Collection[int]) -> int:
    """Plan those escorts of the file that were ticked. Raises Refused."""
    if content.escorts and not rights.manages_escorts:
        raise Refused(
            "escorts", _("This file holds what only whoever plans hospital escorts may take over: be given that first.")
        )
    planned = 0
    for at, escort in enumerate(content.escorts):
        if at in wanted and escort.expected_at > timezone.now():
            plan_escort(
                by=by,
                detainee=person,
                hospital=escort.hospital,
                expected_at=escort.expected_at,
                department=escort.department,
                transport=escort.transport,
            )
            planned += 1
    return planned
