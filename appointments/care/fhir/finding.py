"""Appointment/$find: the next free times for a kind of consultation, chosen as the page “Find a time” chooses them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.http import HttpResponse
from django.utils.translation import gettext as _

from access.enums import InterfaceScope, Verb
from appointments.care.booking.find import times_to_propose
from appointments.care.fhir.asking import Asking, interface
from appointments.care.fhir.bundles import bundle
from appointments.care.fhir.content import Values, parameters_in, resource_in
from appointments.care.fhir.outcomes import Problem, Resource, answer
from appointments.care.fhir.people import person_numbered, person_with
from appointments.care.fhir.query import ALWAYS, instant_in, references_in
from appointments.care.fhir.resources import REGISTER_NUMBER, proposed, slot
from appointments.care.fhir.schedules import done_in, kinds_of
from appointments.care.fhir.slots import kind_with
from appointments.models import Agenda, Detainee, Kind

TIMES = InterfaceScope.TIMES
USUAL_COUNT, MOST = 5, 20
# As the form of the pages takes them.
MINUTES = range(5, 241)
KNOWN = frozenset({"service-type", "practitioner", "schedule", "start", "end", "patient", "length", "_count"})


@interface(GET=TIMES, POST=TIMES)
def find(asking: Asking) -> HttpResponse:
    wanted = wish_of(asking, values_of(asking))
    found = times_to_propose(
        asking.establishment,
        wanted.agendas,
        kind=wanted.kind,
        length=wanted.length,
        after=wanted.since,
        until=wanted.until,
        person=wanted.person,
        count=wanted.count,
    )
    asking.noted(Verb.READ, Agenda)
    return answer(bundle(asking.request, [proposed(one.slot, wanted.kind) for one in found], query=None))


def values_of(asking: Asking) -> Values:
    """Return what was sent, in a Parameters resource or in the query. Raises Problem."""
    request = asking.request
    if request.method == "POST":
        values = parameters_in(resource_in(request, "Parameters"))
    else:
        values = {name: request.GET.getlist(name) for name in request.GET if name not in ALWAYS - {"_count"}}
    if unknown := sorted(values.keys() - KNOWN):
        said = _("“%(name)s” is no parameter here; known are: %(known)s.")
        names = {"name": unknown[0][:60], "known": ", ".join(sorted(KNOWN))}
        raise Problem(400, said % names, code="not-supported")
    if any(not isinstance(value, str) or "\x00" in value for each in values.values() for value in each):
        raise Problem(400)
    return values


@dataclass(frozen=True)
class Wish:
    kind: Kind
    agendas: Sequence[Agenda]
    length: timedelta
    since: datetime | None
    until: datetime | None
    person: Detainee | None
    count: int


def wish_of(asking: Asking, values: Values) -> Wish:
    kind = kind_wanted(asking, ",".join(values.get("service-type", [])))
    length = number_in(values, "length", MINUTES)
    return Wish(
        kind=kind,
        agendas=agendas_wanted(asking, values, kind),
        length=timedelta(minutes=length) if length else kind.length,
        since=time_in(values, "start"),
        until=time_in(values, "end"),
        person=person_wanted(asking, values),
        count=number_in(values, "_count", range(1, MOST + 1)) or USUAL_COUNT,
    )


def kind_wanted(asking: Asking, said: str) -> Kind:
    """Return the kind of consultation in use with that code. Raises Problem."""
    codes = [code.strip() for code in said.split(",") if code.strip()]
    if not codes:
        raise Problem(400, _("“service-type” is needed: a code of a Schedule’s serviceType."), code="required")
    kind = kind_with(kinds_of(asking), codes)
    if kind is None:
        raise Problem(404, _("No such service type; Schedule.serviceType names those that there are."))
    return kind


def agendas_wanted(asking: Asking, values: Values, kind: Kind) -> list[Agenda]:
    """Return the agendas to search: those named, else all in which the account books and the kind is done."""
    rights = asking.rights
    named = references_in([*values.get("practitioner", []), *values.get("schedule", [])], "Practitioner", "Schedule")
    agendas = [rights.bookable_or_404(key) for _kind, key in named] if named else rights.bookable
    return [agenda for agenda in agendas if done_in(agenda, [kind])]


def person_wanted(asking: Asking, values: Values) -> Detainee | None:
    """Return for whom it is; when they are free tells when they are not, so booking must be open to the token."""
    said = values.get("patient", [])
    if not said:
        return None
    asking.require(InterfaceScope.BOOK)
    return person_meant(asking, said[0])


def person_meant(asking: Asking, said: str) -> Detainee:
    """Return whom a reference, or an identifier as system|value, means. Raises Problem."""
    if said.startswith(f"{REGISTER_NUMBER}|"):
        person = person_numbered(asking, said)
    else:
        [(_kind, key)] = references_in([said], "Patient")
        person = person_with(asking, key)
    if person is None:
        raise Problem(404, _("Nobody is known here under that reference or register number."))
    return person


def number_in(values: Values, name: str, allowed: range) -> int:
    """Return a number, 0 where none was sent. Raises Problem."""
    said = values.get(name, [""])[-1]
    if not said:
        return 0
    if not (said.isascii() and said.isdecimal() and len(said) < 9 and int(said) in allowed):
        between = {"name": name, "least": allowed.start, "most": allowed.stop - 1}
        raise Problem(400, _("“%(name)s” is a number from %(least)d to %(most)d.") % between, code="value")
    return int(said)


def time_in(values: Values, name: str) -> datetime | None:
    said = values.get(name, [""])[-1]
    return instant_in(said.replace(" ", "+"), name) if said else None


def free_instead(asking: Asking, agendas: Sequence[Agenda], **wanted: Any) -> list[Resource]:
    """Return the next free times as Slots, for whoever was refused one."""
    return [slot(one.slot) for one in times_to_propose(asking.establishment, agendas, until=None, **wanted)]
