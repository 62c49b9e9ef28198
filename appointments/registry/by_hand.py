"""Adds a person before the nominal list names them: provisional, until a list confirms them or they are joined."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import transaction
from django.db.models import Max
from django.db.models.functions import Length
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from access.audit import record
from access.enums import Verb
from access.models import Building, Establishment, User
from access.refusal import Refused, sentences_for_constraints
from appointments.booking.guards import lock_person
from appointments.models import Detainee, Hold, Request, RoundStay
from appointments.models.enums.person import BY_HAND, Origin
from appointments.models.enums.request import Cause, RequestStatus, Source
from appointments.registry import questions
from appointments.registry.joining import FOLLOWING
from appointments.registry.sameness import Candidate, Known, known_people
from appointments.requests.arrivals import ask_for_arrivals

# Stands where nobody knows the number yet; the list's own number takes its place.
NO_NUMBER = "PROV-"
CONSTRAINTS: dict[str, tuple[str, Promise]] = {
    "register_number_once_present": ("number", gettext_lazy("Somebody who is present has this register number.")),
    "number_without_zeros_once": (
        "number",
        gettext_lazy("This person is present already, under the same number but for zeros at its beginning."),
    ),
}


@dataclass(frozen=True)
class ToldPerson:
    """What somebody was told of a person who is on no list yet."""

    last_name: str
    first_name: str
    building: Building
    cell: str
    origin: Origin
    register_number: str = ""
    birth_date: date | None = None
    birth_year: int | None = None
    arrived_on: date | None = None


class PerhapsKnown(Refused):
    """The registry knows somebody of that name or number: it is them, or somebody says that it is not."""

    def __init__(self, candidates: list[Candidate]) -> None:
        super().__init__(
            "known", _("Somebody like that is known already: open their page, or say that it is somebody else.")
        )
        self.candidates = candidates


def add_person(*, by: User, establishment: Establishment, told: ToldPerson, is_somebody_else: bool = False) -> Detainee:
    """Add the person, provisional, with the request to see an arrival. Raises PerhapsKnown, Refused."""
    if told.origin not in BY_HAND:
        raise Refused("origin", _("Say who told of the person."))
    with transaction.atomic(), sentences_for_constraints(CONSTRAINTS):
        Hold.take(establishment, Hold.Subject.REGISTRY)
        candidates = Known(known_people(establishment, [told])).of(told, cell=told.cell)
        if candidates and not is_somebody_else:
            raise PerhapsKnown(candidates)
        person = Detainee.objects.create(
            establishment=establishment,
            register_number=told.register_number or next_number(establishment),
            last_name=told.last_name,
            first_name=told.first_name,
            birth_date=told.birth_date,
            birth_year=told.birth_year,
            building=told.building,
            cell=told.cell,
            arrived_on=told.arrived_on or establishment.today(),
            origin=told.origin,
            provisional_since=timezone.now(),
            added_by=by,
        )
        ask_for_arrivals([person.pk], by=by, establishment=establishment, today=establishment.today(), first_list=False)
        record(by=by, verb=Verb.ADD_PERSON, target=person, establishment=establishment)
    return person


def next_number(establishment: Establishment) -> str:
    """Return a number that says that there is none yet; no two people have the same one."""
    given = Detainee.objects.filter(establishment=establishment, register_number__startswith=NO_NUMBER)
    longest = given.aggregate(longest=Max(Length("register_number")))["longest"]
    last = (
        given.alias(size=Length("register_number")).filter(size=longest).aggregate(last=Max("register_number"))["last"]
    )
    number = int(last.removeprefix(NO_NUMBER)) if last and last.removeprefix(NO_NUMBER).isdigit() else 0
    return f"{NO_NUMBER}{number + 1}"


# An arrival's request as the registry wrote it.
UNTOUCHED: dict[str, Any] = {
    "source": Source.ARRIVAL,
    "status": RequestStatus.OPEN,
    "times_asked": 1,
    "triaged_at": None,
}


def has_rows(person: Detainee) -> bool:
    """Whether anything of care stands under `person` but an arrival's request that nobody has touched."""
    # By their cell the database puts people on a round.
    untouched = {Request: UNTOUCHED, RoundStay: {"added_by": None, "visits": None}}
    return any(
        rows.filter(detainee=person).exclude(**untouched[rows.model]).exists()
        if rows.model in untouched
        else rows.filter(detainee=person).exists()
        for rows in FOLLOWING
    )


def say_left(*, by: User, person: Detainee) -> Detainee:
    """Say that somebody who was added by hand has left, or never came: no list will. Care decides what they had.

    Raises Refused for anybody whom a list has named: that is the list's to say.
    """
    with transaction.atomic():
        Hold.take(person.establishment, Hold.Subject.REGISTRY)
        held = lock_person(person.pk)
        if not held.is_provisional or not held.is_present:
            raise Refused("listed", _("The nominal list says whether %(name)s is here.") % {"name": held.display_name})
        held.released_on, held.building, held.cell = held.establishment.today(), None, ""
        held.save()
        questions.ask({held.pk: Cause.LEFT}, establishment=held.establishment, found_by=None)
        record(by=by, verb=Verb.IMPORT, target=held, establishment=held.establishment)
    return held
