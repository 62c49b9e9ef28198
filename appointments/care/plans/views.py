"""Pages of the proposals: ask for them, compare them, do one of them step by step. Changes no planning."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from access.decorators import audience
from access.enums import Role
from access.requests import DoorRequest
from appointments.care.plans import steps, words
from appointments.models import PlanSearch
from appointments.models.enums.plan import SearchState
from appointments.plans.asking import ask_for_plans, latest_search
from appointments.rights import agendas_planned_by, rights_of

UNFINISHED = frozenset({SearchState.ASKED.value, SearchState.RUNNING.value})


@audience(Role.HEAD)
@require_safe
def plans(request: DoorRequest) -> HttpResponse:
    """What was found last, or how far the search is."""
    search = latest_search(request.establishment)
    context: dict[str, Any] = {"search": search, "is_waiting": search is not None and search.state in UNFINISHED}
    context |= {"rows": [], "refused": [], "why": ""}
    if search is not None and search.state == SearchState.DONE:
        names = dict(agendas_planned_by(rights_of(request)).values_list("pk", "name"))
        context |= words.comparison(search.found, names)
    elif search is not None and search.state == SearchState.FAILED:
        context["why"] = _("Nobody was called in the last half-year, or there is no arrival time: nothing to try on.")
    return render(request, "care/plans/plans.html", context)


@audience(Role.HEAD)
@require_POST
def ask(request: DoorRequest) -> HttpResponse:
    """Ask the worker for a search."""
    ask_for_plans(request.establishment, by=request.user)
    messages.success(request, _("Asked for. The search takes some minutes; you can leave this page."))
    return redirect("plans")


@audience(Role.HEAD)
@require_safe
def proposal(request: DoorRequest, key: int, number: int) -> HttpResponse:
    """One proposal: what it tells before and after, what it costs whom, and what is to be done for it."""
    rights = rights_of(request)
    searches = PlanSearch.objects.filter(establishment=request.establishment, state=SearchState.DONE)
    search = searches.filter(pk=key).select_related("establishment").first() if key < 2**63 else None
    proposals = search.found["proposals"] if search else []
    if search is None or number >= len(proposals):
        raise Http404
    found, agendas = proposals[number], list(agendas_planned_by(rights))
    ours = {agenda.pk for agenda in agendas}
    context = {
        "search": search,
        "plan": words.proposal(found, search.found["now"]),
        "people": steps.people(search, found, agendas),
        # Agendas of another unit: a plan is of the whole house, as the list is, and each head sees their own part.
        "others": sum(key not in ours for key in found["asked"]) if rights.has_several_units else 0,
        "times": steps.times(search, found),
    }
    return render(request, "care/plans/proposal.html", context)
