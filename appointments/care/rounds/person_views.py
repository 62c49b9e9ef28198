"""One person's rounds: put on one for some days, taken off it, and every word on each visit."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Q
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from access.audit import record
from access.decorators import audience
from access.enums import CARE_ROLES, Verb
from access.refusal import Refused
from access.requests import DoorRequest
from appointments.care.rounds import words
from appointments.care.rounds.forms import OnRoundForm
from appointments.care.rounds.views import stay_or_404
from appointments.models import Detainee, RoundStay
from appointments.rights import detainees_visible_to, get_visible_or_404, rights_of
from appointments.rounds import active_kinds, end_stay, put_on_round, stays_of, visits_of

PAGE = 50


@audience(*CARE_ROLES)
@require_http_methods(["GET", "HEAD", "POST"])
def rounds_person(request: DoorRequest, key: UUID) -> HttpResponse:
    people = detainees_visible_to(rights_of(request)).select_related("building", "establishment")
    who, today = get_visible_or_404(people, key), request.establishment.today()
    kinds = list(active_kinds(request.establishment).filter(places=""))
    form = OnRoundForm(request.POST if request.method == "POST" else None, kinds=kinds, initial={"since": today})
    if form.is_valid():
        try:
            stay = put_on_round(by=request.user, person=who, **form.cleaned_data)
        except Refused as refusal:
            form.add_error(refusal.code if refusal.code in form.fields else None, refusal.sentence)
        else:
            said = _("%(name)s is on the round “%(round)s”.")
            messages.success(request, said % {"name": who.display_name, "round": stay.kind.name})
            return redirect("rounds_person", key=who.pk)
    record(by=request.user, verb=Verb.READ, target=who, establishment=request.establishment)
    page = Paginator(visits_of(who), PAGE).get_page(request.GET.get("page"))
    context = {
        "person": who,
        "form": form,
        "kinds": kinds,
        "stays": [(stay, lasts(stay, today)) for stay in stays_of(who)],
        "page": page,
        "visits": [(visit, words.visit_words(visit)) for visit in page.object_list],
        "zone": request.establishment.zone,
    }
    return render(request, "care/rounds/person.html", context, status=422 if form.errors else 200)


def lasts(stay: RoundStay, today: date) -> bool:
    return stay.ends_on is None or stay.ends_on > today


@audience(*CARE_ROLES)
@require_POST
def rounds_end(request: DoorRequest, key: UUID) -> HttpResponse:
    stay = stay_or_404(request, key)
    try:
        end_stay(by=request.user, stay=stay)
    except Refused as refusal:
        messages.error(request, refusal.sentence)
    else:
        messages.success(request, _("Ended. The visits stay readable."))
    return redirect("rounds_person", key=stay.detainee_id)


def rounds_of(who: Detainee, today: date) -> dict[str, Any]:
    """Return what the person's own page shows of rounds: the lasting ones, and the last visits that stand."""
    lasting = stays_of(who).filter(Q(ends_on__isnull=True) | Q(ends_on__gt=today))
    visits = visits_of(who).standing()[:5]
    return {
        "on_rounds": [stay.kind.name for stay in lasting],
        "round_visits": [(visit, words.visit_words(visit)) for visit in visits],
    }
