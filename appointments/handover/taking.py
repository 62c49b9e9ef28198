"""Takes over what another unit sealed for this one: once, for whom somebody confirmed, with the first dates."""

from __future__ import annotations

import hashlib
from collections.abc import Collection
from dataclasses import dataclass, replace

from django.core.exceptions import PermissionDenied
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
from appointments.handover.keys import NoKey, number_of
from appointments.handover.sealing import Unopened, opened
from appointments.models import CareUnit, Detainee, HandOverTaken, Hold, Kind, Request
from appointments.models.enums.handover import HandOverPart
from appointments.models.enums.request import Priority, Source
from appointments.registry.sameness import Candidate, Known, known_people
from appointments.requests.entering import enter
from appointments.rights import Rights, kinds_offered_to


@dataclass(frozen=True)
class Opened:
    """A sealed file as it is shown before anything is written: as much of it as may be seen."""

    content: HandedOver
    candidates: list[Candidate]
    # What is left to be taken over by whoever looks, and what was taken over of it.
    parts: frozenset[HandOverPart]
    taken: HandOverTaken | None
    # To whose key it was sealed: what is taken over of it is that unit's.
    unit: CareUnit

    @property
    def default(self) -> str:
        """The one person for whom the evidence is strong; somebody still says yes."""
        strong = [one for one in self.candidates if one.is_strong]
        return strong[0].key if len(strong) == 1 else ""


def require_receiver(rights: Rights) -> Rights:
    """Refuse whoever may take nothing over: it is a head of unit, or who was given the escorts."""
    if not (rights.leads_unit or rights.manages_escorts):
        raise PermissionDenied(_("Your profile does not open this page."))
    return rights


def within_sight(content: HandedOver, rights: Rights) -> HandedOver:
    """Return the file without what `rights` do not show: nobody learns of an escort from a gap either."""
    requests, series = (content.requests, content.series) if rights.leads_unit else ((), ())
    return replace(content, requests=requests, series=series, escorts=content.escorts if rights.manages_escorts else ())


def parts_in(content: HandedOver, rights: Rights) -> set[HandOverPart]:
    parts = {HandOverPart.CARE} if rights.leads_unit else set()
    return parts | {HandOverPart.ESCORTS} if content.escorts else parts


def look_at(data: bytes, *, by: User, establishment: Establishment) -> Opened:
    """Open a file and find whom it may be about, among those present. Raises Unopened, NoKey, PermissionDenied."""
    rights = require_receiver(Rights(by, establishment))
    whole, unit = opened_by_one(data, rights)
    content = within_sight(whole, rights)
    parts = parts_in(content, rights)
    taken = list(HandOverTaken.objects.filter(file=content.id, part__in=parts).order_by("-taken_at"))
    left = frozenset(parts - {HandOverPart(one.part) for one in taken})
    last = taken[0] if taken and not left else None
    return Opened(content, candidates_for(content, establishment), left, last, unit)


def opened_by_one(data: bytes, rights: Rights) -> tuple[HandedOver, CareUnit]:
    """Open a file with the key of one of the units for which the person works; say which. Raises Unopened, NoKey."""
    refusals: list[Refused] = []
    for unit in rights.log_units:
        try:
            return opened(data, rights.establishment, number_of(unit, rights.units)), unit
        except (Unopened, NoKey) as refusal:
            refusals.append(refusal)
    # A key that does not fit says less than what is wrong with the file.
    raise next((one for one in refusals if one.code not in {"unit", "key"}), refusals[0])


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
) -> list[HandOverTaken]:
    """Write what the file asks for and `by` may see, for the person whom they confirmed; each part once.

    `escorts` are those to plan here, by position. Raises Refused (taken over already; nobody, or somebody else,
    confirmed), Unopened, PermissionDenied.
    """
    require_receiver(Rights(by, establishment))
    with transaction.atomic():
        # One at a time: whoever comes second waits, and finds what the first one wrote.
        Hold.take(establishment, Hold.Subject.REGISTRY)
        found = look_at(data, by=by, establishment=establishment)
        if found.taken is not None:
            raise Unopened("taken", already(found.taken, establishment))
        if not found.parts:
            raise Unopened("nothing", _("Nothing in this file is yours to take over."))
        person = confirmed_person(found, person_key)
        require_present(person)
        taken = []
        for part in sorted(found.parts):
            written = (
                take_care(by, person, found)
                if part == HandOverPart.CARE
                else take_escorts(by, person, found.content, escorts)
            )
            taken.append(note_taken(by, person, found.content, data, part, written))
        for target in (person, *taken):
            record(by=by, verb=Verb.TAKE_OVER, target=target, establishment=establishment)
    return taken


def note_taken(
    by: User, person: Detainee, content: HandedOver, data: bytes, part: HandOverPart, written: int
) -> HandOverTaken:
    return HandOverTaken.objects.create(
        file=content.id,
        part=part,
        establishment=person.establishment,
        detainee=person,
        from_name=content.from_name,
        digest=hashlib.sha256(data).hexdigest(),
        written=written,
        taken_by_id=by.pk,
        taken_by_name=str(by),
    )


def already(taken: HandOverTaken, establishment: Establishment) -> str:
    return _("This file was taken over already, on %(day)s by %(who)s. Nothing was written again.") % {
        "day": f"{taken.taken_at.astimezone(establishment.zone):%d/%m/%Y %H:%M}",
        "who": taken.taken_by_name,
    }


def confirmed_person(found: Opened, key: str) -> Detainee:
    """Return the person whom `key` names, if the file may be about them. Locked."""
    people = [one.person for one in found.candidates if one.key == key]
    if not people or people[0] is None:
        raise Refused("person", _("Say which person it is. Nobody was changed."))
    return lock_person(people[0].pk)


def take_care(by: User, person: Detainee, found: Opened) -> int:
    """Enter what was asked for and what is left of series, in the unit to which it was sealed; return how many."""
    asked = [*found.content.requests, *map(as_request, found.content.series)]
    rights = Rights(by, person.establishment)
    return sum(take_request(rights, person, one, unit=found.unit) for one in asked)


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


def take_request(rights: Rights, person: Detainee, asked: HandedRequest, *, unit: CareUnit) -> bool:
    """Enter one request with the date of the first one; whether it was not there already from an earlier file."""
    today = person.establishment.today()
    received = min(asked.received_on, today)
    kind = kind_here(rights, asked, unit)
    known = Request.objects.filter(
        detainee=person,
        source=Source.OTHER_UNIT,
        received_on=received,
        note=asked.note,
        kind=kind,
        discipline="" if kind else asked.discipline,
        unit=unit,
    )
    if known.exists():
        return False
    made = enter(
        by=rights.user,
        establishment=person.establishment,
        detainee=person,
        source=Source.OTHER_UNIT,
        unit=unit,
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


def kind_here(rights: Rights, asked: HandedRequest, unit: CareUnit) -> Kind | None:
    """Return this unit's kind of the same name and discipline; without one the discipline says what is wanted."""
    if not asked.kind or not asked.discipline:
        return None
    kinds = kinds_offered_to(rights).filter(discipline=asked.discipline, unit=unit)
    return kinds.filter(name__iexact=asked.kind).order_by("pk").first()


def take_escorts(by: User, person: Detainee, content: HandedOver, wanted: Collection[int]) -> int:
    """Plan those escorts of the file that were ticked and are still to come. Raises Refused."""
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
