"""People: finding somebody, and one person's page.

What is searched for is sent, never written into an address: addresses stand in logs and in a shared computer's history.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from datetime import datetime
from functools import partial
from typing import Any, TypedDict
from urllib.parse import urlencode
from uuid import UUID

from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from access.audit import record
from access.decorators import audience
from access.enums import CARE_ROLES, Side, Verb
from access.folding import folded
from access.kept import keep, kept
from access.kept_texts import KeptText
from access.requests import DoorRequest
from appointments.booking.summonses import mark_summonses
from appointments.care.rounds.person_views import rounds_of
from appointments.models import Detainee
from appointments.models.appointment import AppointmentQuerySet
from appointments.models.enums.appointment import Status
from appointments.models.enums.escort import ESCORT_TO_COME
from appointments.models.request import RequestQuerySet
from appointments.registry import IMPORTERS
from appointments.registry.joining import former_numbers, joins_to_show
from appointments.rights import (
    Rights,
    appointments_visible_to,
    detainees_visible_to,
    escorts_visible_to,
    forwarded_by,
    get_visible_or_404,
    requests_visible_to,
    rights_of,
)
from appointments.rights_texts import set_for

SHOWN, SHOWN_WHILE_TYPING = 50, 8
PAGE, NOT_COME_SHOWN, ESCORTS_SHOWN = 25, 10, 10


@audience(*CARE_ROLES)
@require_http_methods(["GET", "HEAD", "POST"])
def people(request: DoorRequest) -> HttpResponse:
    """What is searched for is kept with the session, so that Back leads to it and no address names anybody."""
    if request.method == "POST":
        return redirect(f"{reverse('people')}?{urlencode({'search': keep(request, searched(request))})}")
    words = kept(request, request.GET.get("search"))
    return render(request, "care/people/people.html", found(request, words, shown=SHOWN))


@audience(*CARE_ROLES)
@require_POST
def people_found(request: DoorRequest) -> HttpResponse:
    words = searched(request)
    return render(request, "care/people/_found.html", found(request, words, shown=SHOWN_WHILE_TYPING))


def searched(request: DoorRequest) -> str:
    return request.POST.get("q", "").replace("\x00", "")[:100].strip()


def found(request: DoorRequest, words: str, *, shown: int) -> dict[str, Any]:
    """Return the people who match, homonyms marked, and how many there are. Two queries."""
    if len(words) < 2:  # a single letter finds half of the house
        return {"words": words, "people": [], "total": 0, "shown": shown}
    matching = detainees_visible_to(rights_of(request)).matching(words)
    first = list(matching.select_related("building").likeliest_first(words)[:shown])
    names = Counter(folded(person.display_name) for person in first)
    for person in first:
        person.is_homonym = names[folded(person.display_name)] > 1
    record(by=request.user, verb=Verb.SEARCH, target=Detainee, establishment=request.establishment)
    total = len(first) if len(first) < shown else matching.count()
    return {"words": words, "people": first, "total": total, "shown": shown}


@audience(*CARE_ROLES)
@require_safe
def person(request: DoorRequest, key: UUID) -> HttpResponse:
    if survivor := joined_into(request, key):
        return redirect("person", survivor)
    people = detainees_visible_to(rights_of(request)).select_related("building", "added_by")
    who = get_visible_or_404(people, key)
    rights, asked = rights_of(request), Asked(person=who.pk, now=timezone.now())
    to_come = set_for(rights, "to come", lambda: of_person(partial(to_come_of, rights))).objects(**asked)
    missed = set_for(rights, "missed", lambda: of_person(partial(first_missed_of, rights))).objects(**asked)
    requests = set_for(rights, "asked", lambda: KeptText(partial(requests_of, rights), uuids=["person"]))
    page = Paginator(past_of(rights, **asked).with_names(), PAGE).get_page(request.GET.get("page"))
    may_book = rights_of(request).bookable_keys
    mark_summonses([*to_come, *page.object_list], may_book=may_book)
    record(by=request.user, verb=Verb.READ, target=who, establishment=request.establishment)
    context = {
        "person": who,
        "to_come": to_come,
        "page": page,
        "missed": missed,
        "not_come": missed_of(rights, **asked).count(),
        "requests": requests.objects(person=who.pk),
        "forwarded": list(forwarded_by(rights_of(request)).filter(detainee=who).select_related("unit")[:SHOWN]),
        "today": request.establishment.today(),
        "can_book": bool(may_book),
        "zone": request.establishment.zone,
        "joins": joins_to_show(who, establishment=request.establishment),
        "former_numbers": former_numbers(who),
        "keeps_registry": request.membership.role in IMPORTERS,
        "sees_all_of_them": rights_of(request).leads_unit or who.pk in rights_of(request).opened_people,
        **escorts_of(request, who),
        **rounds_of(who, request.establishment.today()),
    }
    return render(request, "care/people/person.html", context)


class Asked(TypedDict):
    """Whose page it is, and now."""

    person: UUID
    now: datetime


def of_person(rows: Callable[..., AppointmentQuerySet]) -> KeptText:
    return KeptText(rows, uuids=["person"], instants=["now"])


def past_of(rights: Rights, person: UUID, now: datetime) -> AppointmentQuerySet:
    mine = appointments_visible_to(rights).filter(detainee=person)
    return mine.filter(starts_at__lte=now).order_by("-starts_at", "id")


def to_come_of(rights: Rights, person: UUID, now: datetime) -> AppointmentQuerySet:
    mine = appointments_visible_to(rights).filter(detainee=person)
    return mine.filter(starts_at__gt=now).with_names().order_by("starts_at", "id")


def missed_of(rights: Rights, person: UUID, now: datetime) -> AppointmentQuerySet:
    return past_of(rights, person, now).filter(status=Status.NOT_COME)


def first_missed_of(rights: Rights, person: UUID, now: datetime) -> AppointmentQuerySet:
    return missed_of(rights, person, now).with_names()[:NOT_COME_SHOWN]


def requests_of(rights: Rights, person: UUID) -> RequestQuerySet:
    mine = requests_visible_to(rights).filter(detainee=person).with_names()
    return mine.order_by("-received_on", "-entered_at", "id")[:SHOWN]


def joined_into(request: DoorRequest, key: UUID) -> UUID | None:
    """Return whose record took over the one with that key: old links still find the person. None when none did."""
    if request.user.side != Side.CARE:
        return None
    gone = Detainee.objects.filter(establishment=request.establishment, pk=key, joined_into__isnull=False)
    return gone.values_list("joined_into", flat=True).first()


def escorts_of(request: DoorRequest, who: Detainee) -> dict[str, Any]:
    """Return the person's hospital escorts; nothing at all for whoever may not know of them."""
    mine = escorts_visible_to(rights_of(request)).filter(detainee=who)
    escorts = list(mine.order_by("-expected_at", "id")[:ESCORTS_SHOWN])
    return {"escorts": escorts, "escorts_to_come": sum(one.status in ESCORT_TO_COME for one in escorts)}
