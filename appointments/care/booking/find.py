"""Find a time: the next free times for a kind, with anybody who does it, on chosen half-days."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime, time, timedelta
from typing import Any, NamedTuple
from urllib.parse import urlencode

from django.http import HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from access.audit import record
from access.decorators import audience
from access.enums import CARE_ROLES, Verb
from access.kept import keep, kept
from access.models import Establishment
from access.requests import DoorRequest
from appointments.arithmetic.recurrence import HalfDay
from appointments.arithmetic.timegrid import at_local
from appointments.care.booking.series_forms import FindForm
from appointments.models import Agenda, Detainee, Kind
from appointments.models.half_days import preference_words
from appointments.neutrality.booking import Exposure, Habits, exposures_of_slots, preferring_one_a_wave
from appointments.openings.availability import FreeSlot
from appointments.openings.called_days import beside_other_calls, days_called
from appointments.openings.next_free import next_free
from appointments.requests.queue import preference_of
from appointments.rights import detainees_visible_to, get_visible_or_404, rights_of

PROPOSED = 5
# Of what is kept: the form is far shorter.
LONGEST = 4000
# Enough to compare the arrival times of some weeks; the earliest is always among them.
CANDIDATES = 120


@audience(*CARE_ROLES)
@require_http_methods(["GET", "HEAD", "POST"])
def find(request: DoorRequest) -> HttpResponse:
    """What is asked may name somebody: it is kept with the session, and its key is the address."""
    if request.method == "POST":
        return redirect(f"{reverse('find')}?{urlencode({'asked': keep(request, request.POST.urlencode()[:LONGEST])})}")
    query = QueryDict(kept(request, request.GET.get("asked"))) or request.GET
    asked, known = "kind" in query, known_person(request, query)
    form = FindForm(query if asked else None, rights=rights_of(request), initial={"person": known})
    is_valid = asked and form.is_valid()
    person = form.cleaned_data["detainee"] if is_valid else known
    words = str(form["q"].value() or "")
    wish = preferred(request, form) if is_valid else frozenset()
    context = {
        "form": form,
        "person": person,
        "words": words,
        "people": [] if person else form.likeliest(words),
        "asked": is_valid,
        "begins": form.begins if is_valid and form.cleaned_data["in_weeks"] else None,
        "found": proposals(request, form, wish) if is_valid else [],
        "nobody": is_valid and not searched(form),
        "preferred": preference_words(wish),
        "zone": request.establishment.zone,
    }
    record(by=request.user, verb=Verb.READ, target=Agenda, establishment=request.establishment)
    return render(request, "care/booking/find.html", context, status=422 if asked and not is_valid else 200)


def known_person(request: DoorRequest, query: QueryDict) -> Detainee | None:
    key = query.get("person")
    if not key:
        return None
    return get_visible_or_404(detainees_visible_to(rights_of(request)).present(), key)


def proposals(request: DoorRequest, form: FindForm, wish: frozenset[HalfDay]) -> list[dict[str, Any]]:
    values, establishment = form.cleaned_data, request.establishment
    kind, person = values["kind"], values["detainee"]
    chosen = times_to_propose(
        establishment,
        searched(form),
        kind=kind,
        length=form.length or kind.length,
        after=earliest(form),
        person=person,
        half_days=form.chosen_half_days or wish,
    )
    known = {"kind": kind.pk, "person": person.pk if person else "", "minutes": values["minutes"] or ""}
    return [
        {
            "slot": one.slot,
            "exposure": one.exposure,
            "is_beside": one.is_beside,
            "url": f"{reverse('book')}?"
            + urlencode(
                {"agenda": one.slot.agenda.pk, "at": one.slot.starts_at.astimezone(establishment.zone).isoformat()}
                | {name: value for name, value in known.items() if value}
            ),
        }
        for one in chosen
    ]


class Proposed(NamedTuple):
    """A free time to propose, what it would tell, and whether the person is called that day already."""

    slot: FreeSlot
    exposure: Exposure
    is_beside: bool


def times_to_propose(
    establishment: Establishment,
    agendas: Sequence[Agenda],
    *,
    kind: Kind,
    length: timedelta,
    after: datetime | None,
    person: Detainee | None,
    until: datetime | None = None,
    half_days: Collection[HalfDay] = (),
    count: int = PROPOSED,
) -> list[Proposed]:
    """Return which free times to propose: the first, and others that hide well and spare a journey."""
    key = person.pk if person else None
    found = next_free(agendas, length=length, after=after, detainee_id=key, count=CANDIDATES, half_days=half_days)
    found = [slot for slot in found if until is None or slot.starts_at < until]
    exposures = exposures_of_slots(Habits(establishment), found, kind=kind, leaving_out=key)
    called = days_called(key, establishment, found) if key else frozenset()
    mixed = preferring_one_a_wave(found, exposures, count=count)
    return [
        Proposed(slot, exposures[slot.starts_at], establishment.day_of(slot.starts_at) in called)
        for slot in beside_other_calls(found, mixed, called, establishment)
    ]


def preferred(request: DoorRequest, form: FindForm) -> frozenset[HalfDay]:
    """Return the half-days that the person's open request prefers, as long as none is ticked. One query."""
    person, discipline = form.cleaned_data["detainee"], form.cleaned_data["kind"].discipline
    if person is None or form.chosen_half_days:
        return frozenset()
    return preference_of(rights_of(request), person, discipline)


def searched(form: FindForm) -> list[Agenda]:
    values = form.cleaned_data
    return list(values["agendas"]) or form.bookable_of(values["kind"].discipline)


def earliest(form: FindForm) -> datetime | None:
    day = form.begins
    return at_local(day, time.min, form.establishment.zone) if day else None
