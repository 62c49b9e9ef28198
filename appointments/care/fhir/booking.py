"""Appointment/$book: books by the verb of the pages. What is taken answers 409, with the next times that are free."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from django.db import transaction
from django.http import HttpResponse
from django.utils.translation import gettext as _

from access.enums import InterfaceScope
from access.interface_sendings import OtherContent, take_up, was_made
from appointments import booking
from appointments.care.fhir.appointments import rows_of, shown_as
from appointments.care.fhir.asking import Asking, interface
from appointments.care.fhir.bundles import base_of
from appointments.care.fhir.content import objects, parameters_in, part, resource_in, text, token_of
from appointments.care.fhir.finding import MINUTES, free_instead, kind_wanted, person_meant
from appointments.care.fhir.outcomes import Problem, Resource
from appointments.care.fhir.query import instant_in, keys_in, not_an_instant, references_in
from appointments.care.fhir.resources import read_slot_key
from appointments.care.fhir.schedules import done_in
from appointments.care.pages import YEARS
from appointments.models import Agenda, Appointment, Detainee, Kind
from appointments.models.enums.appointment import Status

BOOK = InterfaceScope.BOOK
# As Argonaut Scheduling and as IHE ITI Scheduling call it.
NAMES = ("appt-resource", "appointment-resource")
# Refusals about what was asked, whenever and with whom it would be; all others are about a time that cannot be had.
NEVER = {"kind", "unit", "left", "joined"}
LONGEST_WORD = 200


@dataclass(frozen=True)
class Wanted:
    person: Detainee
    agenda: Agenda
    kind: Kind
    starts_at: datetime
    length: timedelta


@interface(POST=BOOK)
def book(asking: Asking) -> HttpResponse:
    sent = resource_in(asking.request, "Parameters", "Appointment")
    wanted = wanted_in(asking, appointment_in(sent))
    try:
        row, is_new = book_once(asking, sent, wanted)
    except OtherContent as error:
        said = _("This Idempotency-Key was used for something else.")
        raise Problem(422, said, code="duplicate") from error
    except booking.BookingRefused as refusal:
        raise refused(asking, wanted, refusal) from refusal
    found = rows_of(asking).get(pk=row.pk)
    response = shown_as(asking.request, found, status=201 if is_new else 200)
    response.headers["Location"] = f"{base_of(asking.request)}Appointment/{row.pk}"
    return response


def book_once(asking: Asking, sent: Resource, wanted: Wanted) -> tuple[Appointment, bool]:
    """Book, or return what the same sending booked before, and say which. Raises BookingRefused, OtherContent."""
    word = asking.request.headers.get("Idempotency-Key", "").strip()[:LONGEST_WORD]
    with transaction.atomic():
        sending = take_up(asking.token, word=word, content=json.dumps(sent, sort_keys=True))
        rows = Appointment.objects.filter(establishment=asking.establishment)
        before = rows.filter(pk=sending.made).first() if sending.made else None
        # What was cancelled since may be booked again; under a word of its own it was done, whatever became of it.
        if before is not None and (word or before.status != Status.CANCELLED):
            return before, False
        made = booking.book(
            by=asking.user,
            detainee=wanted.person,
            agenda=wanted.agenda,
            kind=wanted.kind,
            starts_at=wanted.starts_at,
            length=wanted.length,
        )
        was_made(sending, made.pk)
    return made, True


def refused(asking: Asking, wanted: Wanted, refusal: booking.BookingRefused) -> Problem:
    """Return the rule's no; where another time would do, with the next ones, of colleagues too."""
    if refusal.code == "right":
        return Problem(403, refusal.sentence)
    if refusal.code in NEVER:
        return Problem(422, refusal.sentence, code="business-rule")
    free = free_instead(
        asking,
        [agenda for agenda in asking.rights.bookable if done_in(agenda, [wanted.kind])],
        kind=wanted.kind,
        length=wanted.length,
        after=wanted.starts_at,
        person=wanted.person,
    )
    return Problem(409, refusal.sentence, free=free)


def appointment_in(sent: Resource) -> Resource:
    """Return the Appointment itself, or the one in Parameters. Raises Problem."""
    if sent["resourceType"] == "Appointment":
        return sent
    values = parameters_in(sent)
    found: list[Any] = [value for name in NAMES for value in values.get(name, [])]
    if len(found) != 1 or not isinstance(found[0], dict) or found[0].get("resourceType") != "Appointment":
        said = _("One parameter is expected: “%(name)s”, with an Appointment.") % {"name": NAMES[0]}
        raise Problem(400, said, code="required")
    return found[0]


def wanted_in(asking: Asking, said: Resource) -> Wanted:
    """Return who is to be seen by whom, for what, when. Raises Problem for what is missing or contradicts itself."""
    if text(said, "status") not in {"proposed", "booked"}:
        raise Problem(422, _("Only an Appointment that is proposed, or booked, is booked."), code="value")
    place = place_in(asking, said)
    codings = [coding for each in objects(said, "serviceType") for coding in objects(each, "coding")]
    kind = kind_wanted(asking, ",".join(token_of(coding, "code") for coding in codings))
    return Wanted(person_in(asking, said), place.agenda, kind, place.starts_at, place.length or kind.length)


class Place(NamedTuple):
    agenda: Agenda
    starts_at: datetime
    length: timedelta | None


def place_in(asking: Asking, said: Resource) -> Place:
    """Return whose time is asked for, from when and how long, by the Slot or by practitioner and start."""
    practitioners = references_of(said, "Practitioner")
    start = instant_in(text(said, "start"), "start") if text(said, "start") else None
    slots = keys_in((text(each, "reference") for each in objects(said, "slot")), "Slot")
    if slots:
        slot = read_slot_key(slots[0]) if len(slots) == 1 else None
        if slot is None or start not in {None, slot.starts_at} or practitioners not in ([], [str(slot.agenda)]):
            raise Problem(422, _("The Slot contradicts the rest, or is none of ours."), code="value")
        if slot.starts_at.year not in YEARS:
            raise not_an_instant("start")
        length = length_in(said, slot.starts_at, usual=slot.length)
        return Place(asking.rights.bookable_or_404(slot.agenda), slot.starts_at, length)
    if start is None or len(practitioners) != 1:
        raise Problem(422, _("Say when and with whom: a Slot, or “start” and one Practitioner."), code="required")
    return Place(asking.rights.bookable_or_404(practitioners[0]), start, length_in(said, start))


def length_in(said: Resource, start: datetime, *, usual: timedelta | None = None) -> timedelta | None:
    """Return how long it is to last; None where nothing is said, then as long as the kind usually does.

    Whoever sends the Slot's own length back may: time that is shared has one of its own.
    """
    minutes: int | None = part(said, "minutesDuration", int)
    length: timedelta | None
    if minutes is not None and 0 < minutes < 1000:
        length = timedelta(minutes=minutes)
    elif minutes is None and text(said, "end"):
        length = instant_in(text(said, "end"), "end") - start
    else:
        length = None if minutes is None else timedelta(0)
    if length is not None and length != usual and length.total_seconds() / 60 not in MINUTES:
        raise Problem(422, _("An appointment lasts from 5 to 240 minutes."), code="value")
    return length


def references_of(said: Resource, kind: str) -> list[str]:
    """Return the keys of the participants of that kind."""
    actors = [part(each, "actor", dict) or {} for each in objects(said, "participant")]
    named = [text(actor, "reference") for actor in actors if text(actor, "reference")]
    return [key for each, key in references_in(named, "Patient", "Practitioner") if each == kind]


def person_in(asking: Asking, said: Resource) -> Detainee:
    """Return the one participant who is a patient, by our key or by the register number. Raises Problem."""
    numbered = [
        token_of(part(actor, "identifier", dict) or {}, "value")
        for each in objects(said, "participant")
        if not text(actor := part(each, "actor", dict) or {}, "reference") and actor
    ]
    people = [*(f"Patient/{key}" for key in references_of(said, "Patient")), *numbered]
    if len(people) != 1:
        raise Problem(422, _("One participant is the patient: a Patient, or an identifier of one."), code="required")
    return person_meant(asking, people[0])
