"""Who leaves soon in the invented prisons, and the two units' keys: each has compared the other's by telephone."""

from __future__ import annotations

import uuid
from datetime import timedelta

from access.models import Establishment, User
from appointments.handover.keys import identity_of, make_key, path_of
from appointments.models import Detainee, PartnerUnit, Request
from appointments.models.enums.request import RequestStatus

# Days from today on which people with something open leave.
LEAVE_IN = (3, 6, 12, 20, 26)
# The key of who was transferred is derived, so that two loads of one day agree.
DERIVED = uuid.UUID("2f0e7a46-97d4-4c2c-8f5b-8d1c55f1e0a3")


def write_leavers(place: Establishment) -> None:
    """Let some of those who wait leave within the month, as the next list says."""
    waiting = Request.objects.filter(establishment=place, status=RequestStatus.OPEN, detainee__released_on__isnull=True)
    people = list(dict.fromkeys(waiting.order_by("received_on", "pk").values_list("detainee", flat=True)))
    today = place.today()
    for days, key in zip(LEAVE_IN, people, strict=False):
        Detainee.objects.filter(pk=key).update(leaves_on=today + timedelta(days=days))


def write_partners(places: list[Establishment], head: User) -> None:
    """Make each unit's key where keys are kept, and enter it at the others. Nothing where nowhere is said."""
    for place in places:
        path = path_of(place.code)
        if path is None:
            return
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        if not path.is_file():
            make_key(path)
    for place in places:
        for other in places:
            if other != place:
                PartnerUnit.objects.create(
                    establishment=place,
                    name=f"USMP, {other.name}"[:120],
                    recipient=str(identity_of(other).to_public()),
                    verified_by_id=head.pk,
                    verified_by_name=str(head),
                )


def write_transferred(from_place: Establishment, to_place: Establishment) -> None:
    """Let who leaves first have come to the other prison already, under a number of that prison's."""
    who = Detainee.objects.filter(establishment=from_place, leaves_on__isnull=False).order_by("leaves_on", "pk").first()
    beside = Detainee.objects.filter(establishment=to_place).present().order_by("register_number").last()
    if who is None or beside is None:
        return
    Detainee(
        id=uuid.uuid5(DERIVED, str(who.pk)),
        establishment=to_place,
        register_number=f"{int(beside.register_number) + 1:0{len(beside.register_number)}d}",
        last_name=who.last_name,
        first_name=who.first_name,
        birth_date=who.birth_date,
        building=beside.building,
        cell=beside.cell,
        arrived_on=to_place.today(),
    ).save(force_insert=True)
