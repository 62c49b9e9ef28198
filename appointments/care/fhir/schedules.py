"""Agendas in view, as Schedules and as Practitioners: read and searched."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from django.http import HttpResponse

from access.enums import InterfaceScope, Verb
from appointments.care.fhir.asking import Asking, interface, search
from appointments.care.fhir.bundles import bundle, cut
from appointments.care.fhir.outcomes import Resource, answer
from appointments.care.fhir.query import Query, code_in, keys_in
from appointments.care.fhir.resources import DISCIPLINE, KIND, practitioner, schedule
from appointments.models import Agenda, Kind
from appointments.rights import kinds_offered_to

TIMES = InterfaceScope.TIMES


@search(TIMES)
def search_schedules(asking: Asking) -> HttpResponse:
    query = Query.of(asking.request, "_id", "actor", "active", "service-type", "specialty")
    kinds = kinds_of(asking)
    agendas = by_keys(asking.rights.visible, query.all("_id"))
    if wanted := keys_in(query.all("actor"), "Practitioner", "Schedule"):
        agendas = by_keys(agendas, wanted)
    if "false" in query.all("active"):
        agendas = []
    if wanted := query.all("specialty"):
        codes = {code_in(each, DISCIPLINE) for each in wanted}
        agendas = [agenda for agenda in agendas if agenda.discipline in codes]
    if wanted := query.all("service-type"):
        codes = {code_in(each, KIND) for each in wanted}
        agendas = [agenda for agenda in agendas if codes & {str(kind.pk) for kind in done_in(agenda, kinds)}]
    return found(asking, query, agendas, lambda agenda: schedule(agenda, done_in(agenda, kinds)))


@interface(GET=TIMES)
def read_schedule(asking: Asking, key: str) -> HttpResponse:
    agenda = asking.rights.visible_or_404(key)
    asking.noted(Verb.READ, agenda)
    return answer(schedule(agenda, done_in(agenda, kinds_of(asking))))


@search(TIMES)
def search_practitioners(asking: Asking) -> HttpResponse:
    query = Query.of(asking.request, "_id")
    return found(asking, query, by_keys(asking.rights.visible, query.all("_id")), practitioner)


@interface(GET=TIMES)
def read_practitioner(asking: Asking, key: str) -> HttpResponse:
    agenda = asking.rights.visible_or_404(key)
    asking.noted(Verb.READ, agenda)
    return answer(practitioner(agenda))


def found(asking: Asking, query: Query, agendas: Sequence[Agenda], told: Callable[[Agenda], Resource]) -> HttpResponse:
    shown, next_page = cut(agendas, query, lambda agenda: (f"{agenda.pk:020d}",))
    asking.noted(Verb.READ, Agenda)
    return answer(bundle(asking.request, map(told, shown), query=query, next_page=next_page))


def by_keys(agendas: Sequence[Agenda], keys: Sequence[str]) -> list[Agenda]:
    return [agenda for agenda in agendas if not keys or str(agenda.pk) in keys]


def kinds_of(asking: Asking) -> list[Kind]:
    return list(kinds_offered_to(asking.rights))


def done_in(agenda: Agenda, kinds: Sequence[Kind]) -> list[Kind]:
    """Return what is done in an agenda: the kinds of its unit and discipline."""
    return [kind for kind in kinds if (kind.unit_id, kind.discipline) == (agenda.unit_id, agenda.discipline)]
