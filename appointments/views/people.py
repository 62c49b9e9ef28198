"""People: finding somebody, and one person's past and future appointments."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from access.audit import record
from access.decorators import audience
from access.enums import CARE_ROLES, Verb
from access.requests import DoorRequest
from appointments.enums import Status
from appointments.models import Detainee
from appointments.policies import (
    agendas_bookable_by,
    appointments_visible_to,
    detainees_visible_to,
    get_visible_or_404,
    requests_visible_to,
)
from appointments.summonses import mark_summonses

SHOWN = 50


@audience(*CARE_ROLES)
@require_safe
def people(request: DoorRequest) -> HttpResponse:
    """Search by name without accents, register number or cell."""
    words = request.GET.get("q", "").replace("\x00", "")[:100].strip()
    found = detainees_visible_to(request.user, request.establishment).select_related("building")
    matching = found.matching(words).likeliest_first(words) if words else found.none()
    record(by=request.user, verb=Verb.SEARCH, target=Detainee, establishment=request.establishment)
    context = {"words": words, "people": list(matching[:SHOWN]), "total": matching.count(), "shown": SHOWN}
    return render(request, "care/people.html", context)


@audience(*CARE_ROLES)
@require_safe
def person(request: DoorRequest, key: UUID) -> HttpResponse:
    """One person: identity, appointments to come and past in the agendas that the user sees."""
    who = get_visible_or_404(detainees_visible_to(request.user, request.establishment).select_related("building"), key)
    appointments = appointments_visible_to(request.user, request.establishment).filter(detainee=who).with_names()
    asked = requests_visible_to(request.user, request.establishment).filter(detainee=who).with_names()
    asked = asked.order_by("-received_on", "-entered_at", "id")
    now = timezone.now()
    past = appointments.filter(starts_at__lte=now)
    to_come = list(appointments.filter(starts_at__gt=now).order_by("starts_at", "id"))
    shown_past = list(past.order_by("-starts_at", "id")[:SHOWN])
    may_book = set(agendas_bookable_by(request.user, request.establishment).values_list("pk", flat=True))
    mark_summonses([*to_come, *shown_past], may_book=may_book)
    record(by=request.user, verb=Verb.READ, target=who, establishment=request.establishment)
    context = {
        "person": who,
        "to_come": to_come,
        "past": shown_past,
        "past_total": past.count(),
        "not_come": past.filter(status=Status.NOT_COME).count(),
        "requests": list(asked[:SHOWN]),
        "today": timezone.localdate(timezone=request.establishment.zone),
        "can_book": bool(may_book),
        "zone": request.establishment.zone,
    }
    return render(request, "care/person.html", context)
