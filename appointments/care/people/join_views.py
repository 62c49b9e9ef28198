"""Joins two records of one person, after showing both beside each other, and takes a join back."""

from __future__ import annotations

import re
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST

from access.audit import record
from access.decorators import audience
from access.enums import Verb
from access.refusal import Refused
from access.requests import DoorRequest
from appointments.care.people.views import found, searched
from appointments.models import Detainee, PersonJoin
from appointments.registry import IMPORTERS, joining
from appointments.registry.sameness import Candidate, Known, known_people
from appointments.rights import detainees_visible_to, get_visible_or_404, rights_of

SHOWN = 20
GIVEN_UP = re.compile(r"[0-9a-f-]{36}")


@audience(*IMPORTERS)
@require_http_methods(["GET", "HEAD", "POST"])
def join_with(request: DoorRequest, key: UUID) -> HttpResponse:
    """Choose the other record: those that the evidence names first, or any that a search finds."""
    person = one_person(request, key)
    likely = likely_same(person)
    record(by=request.user, verb=Verb.READ, target=person, establishment=request.establishment)
    words = searched(request)
    context: dict[str, Any] = {"person": person, "likely": likely, "words": words}
    if request.method == "POST":
        context |= found(request, words, shown=SHOWN)
        context["people"] = [each for each in context["people"] if each.pk != person.pk]
    return render(request, "care/people/join_with.html", context)


def likely_same(person: Detainee) -> list[Candidate]:
    others = [other for other in known_people(person.establishment, [person]) if other.pk != person.pk]
    return Known(others).of(person, cell=person.cell)


def one_person(request: DoorRequest, key: UUID) -> Detainee:
    people = detainees_visible_to(rights_of(request)).select_related("building", "establishment")
    return get_visible_or_404(people, key)


@audience(*IMPORTERS)
@require_http_methods(["GET", "HEAD", "POST"])
def join_two(request: DoorRequest, key: UUID, other: UUID) -> HttpResponse:
    one, two = one_person(request, key), one_person(request, other)
    if one.pk == two.pk:
        return redirect("join_with", one.pk)
    if request.method != "POST":
        record(by=request.user, verb=Verb.READ, target=one, establishment=request.establishment)
        record(by=request.user, verb=Verb.READ, target=two, establishment=request.establishment)
        return show(request, one, two, status=200)
    joined, survivor = joining.preferred(one, two)
    try:
        joining.join(
            by=request.user,
            joined=joined,
            survivor=survivor,
            seen=request.POST.get("seen", ""),
            cancelled=given_up(request),
        )
    except Refused as refusal:
        return show(request, one_person(request, key), two, status=409, refusal=refusal.sentence)
    messages.success(request, _("The two records are one. The join can be taken back on this page."))
    return redirect("person", survivor.pk)


def given_up(request: DoorRequest) -> list[UUID]:
    """Return the appointments that whoever decided gives up."""
    chosen = [request.POST.get(name, "") for name in request.POST if name.startswith("overlap-")]
    return [UUID(value) for value in chosen if GIVEN_UP.fullmatch(value) and value.count("-") == 4]


def show(request: DoorRequest, one: Detainee, two: Detainee, *, status: int, refusal: str = "") -> HttpResponse:
    joined, survivor = joining.preferred(one, two)
    pairs = joining.overlaps(joined, survivor, rights=rights_of(request))
    context = {
        "person": one,
        "joined": joined,
        "survivor": survivor,
        "evidence": joining.evidence_for(joined, survivor),
        "overlaps": [pair for pair in pairs if not pair.is_hidden],
        "hidden": sum(pair.is_hidden for pair in pairs),
        "seen": joining.digest(pairs),
        "refusal": refusal,
        "zone": request.establishment.zone,
    }
    return render(request, "care/people/join_two.html", context, status=status)


@audience(*IMPORTERS)
@require_POST
def separate_two(request: DoorRequest, key: UUID) -> HttpResponse:
    joins = PersonJoin.objects.filter(establishment=request.establishment)
    done = get_visible_or_404(joins.select_related("establishment"), key)
    try:
        _done, lost = joining.separate(by=request.user, done=done)
    except Refused as refusal:
        messages.error(request, refusal.sentence)
        return redirect("person", done.survivor_id)
    messages.success(request, _("The join was taken back: both records are as before."))
    if lost:
        messages.warning(
            request,
            ngettext(
                "%(number)s appointment given up for the join could not be booked again: its time is taken or past.",
                "%(number)s appointments given up for the join could not be booked again: their time is taken or past.",
                len(lost),
            )
            % {"number": len(lost)},
        )
    return redirect("person", done.joined_id)
