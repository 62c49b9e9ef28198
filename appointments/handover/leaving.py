"""Who leaves soon, with the care that is still open: so that it is ended or handed over."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import date, timedelta
from uuid import UUID

from django.db.models import Q
from django.utils import timezone

from appointments.models import Appointment, Detainee, Escort, HandOver, Request
from appointments.models.person import BY_NAME
from appointments.rights import (
    Rights,
    appointments_visible_to,
    detainees_visible_to,
    escorts_visible_to,
    requests_visible_to,
)

WEEKS = (1, 26)
USUAL_WEEKS = 4


@dataclass
class Leaver:
    """One person, the day on which the list expects them to leave, and what is open, as far as it may be seen."""

    person: Detainee
    days: int
    requests: list[Request] = field(default_factory=list)
    appointments: list[Appointment] = field(default_factory=list)
    escorts: list[Escort] = field(default_factory=list)
    handed_over: HandOver | None = None

    @property
    def series(self) -> int:
        """How many series still have sessions to come."""
        return len({one.series_id for one in self.appointments if one.series_id is not None})

    @property
    def has_open_care(self) -> bool:
        return bool(self.requests or self.appointments or self.escorts)


def leaving_soon(rights: Rights, *, weeks: int, today: date) -> list[Leaver]:
    """Return the people whose day comes within so many weeks or has passed, the soonest first. Five queries."""
    until = today + timedelta(weeks=weeks)
    people = detainees_visible_to(rights).present().filter(leaves_on__lte=until).select_related("building")
    found = {
        person.pk: Leaver(person, (person.leaves_on - today).days)
        for person in people.order_by("leaves_on", *BY_NAME)
        if person.leaves_on is not None
    }
    keys, now = list(found), timezone.now()
    coming = Q(starts_at__gt=now)
    for appointment in (
        appointments_visible_to(rights)
        .booked()
        .filter(coming, detainee__in=keys)
        .with_names()
        .order_by("starts_at", "pk")
    ):
        found[appointment.detainee_id].appointments.append(appointment)
    for asked in (
        requests_visible_to(rights).open().filter(detainee__in=keys).with_names().order_by("received_on", "pk")
    ):
        found[asked.detainee_id].requests.append(asked)
    for escort in escorts_visible_to(rights).to_come().filter(detainee__in=keys, expected_at__gt=now).order_by("pk"):
        found[escort.detainee_id].escorts.append(escort)
    for key, made in last_hand_overs(keys).items():
        found[key].handed_over = made
    return list(found.values())


def last_hand_overs(keys: list[UUID]) -> dict[UUID, HandOver]:
    """Return the last hand-over of each person, where there was one."""
    rows: defaultdict[UUID, list[HandOver]] = defaultdict(list)
    for made in HandOver.objects.filter(detainee__in=keys).select_related("partner").order_by("-made_at", "pk"):
        rows[made.detainee_id].append(made)
    return {key: made[0] for key, made in rows.items()}
