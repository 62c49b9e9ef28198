"""Pages of hospital escorts: the list, one escort, planning one and planning it again. 404 for everybody else."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from access.audit import record
from access.decorators import audience
from access.enums import CARE_ROLES, Verb
from access.refusal import Refused
from access.requests import DoorRequest
from appointments import escorts as verbs
from appointments.arithmetic.timegrid import local_midnights
from appointments.care.escorts.forms import CancelEscortForm, EscortForm, ReplanForm
from appointments.escorts.reading import appointments_that_day, known_hospitals
from appointments.models import Escort
from appointments.models.enums.appointment import RefusalCause
from appointments.models.enums.escort import ESCORT_TO_COME, EscortStatus
from appointments.rights import detainees_visible_to, escorts_visible_to, get_visible_or_404, rights_of

PAGE = 50


def require_escorts(request: DoorRequest) -> None:
    """Raise Http404 for whoever was not given the escorts: that there are any is not told either."""
    if not rights_of(request).manages_escorts:
        raise Http404


def visible(request: DoorRequest, key: UUID) -> Escort:
    """Return the escort, or raise Http404."""
    mine = escorts_visible_to(rights_of(request)).with_names().select_related("establishment")
    return get_visible_or_404(mine, key)


@audience(*CARE_ROLES)
@require_safe
def escorts(request: DoorRequest) -> HttpResponse:
    require_escorts(request)
    establishment = request.establishment
    today, _end = local_midnights(establishment.today(), establishment.zone)
    mine = escorts_visible_to(rights_of(request)).with_names()
    to_come = mine.filter(status__in=[*ESCORT_TO_COME, EscortStatus.DEPARTED])
    past = mine.filter(status__in=[EscortStatus.DONE, EscortStatus.CANCELLED])
    record(by=request.user, verb=Verb.READ, target=Escort, establishment=establishment)
    context = {
        "to_come": list(to_come.order_by("expected_at", "id")),
        "today": today,
        "page": Paginator(past.order_by("-expected_at", "id"), PAGE).get_page(request.GET.get("page")),
        "zone": establishment.zone,
    }
    return render(request, "care/escorts/escorts.html", context)


@audience(*CARE_ROLES)
@require_safe
def escort(request: DoorRequest, key: UUID) -> HttpResponse:
    shown = visible(request, key)
    record(by=request.user, verb=Verb.READ, target=shown, establishment=request.establishment)
    return show(request, shown)


def show(request: DoorRequest, shown: Escort, *, status: int = 200, **more: Any) -> HttpResponse:
    context = {
        "escort": shown,
        "is_to_come": shown.status in ESCORT_TO_COME,
        "is_open": shown.status in {*ESCORT_TO_COME, EscortStatus.DEPARTED},
        "is_the_day": request.establishment.day_of(shown.expected_at) == request.establishment.today(),
        "planned_again": Escort.objects.filter(follows=shown).first(),
        "that_day": appointments_that_day(rights_of(request), shown),
        "cancel_form": CancelEscortForm(initial={"revision": shown.revision, "reason": shown.cancel_reason}),
        "causes": RefusalCause.choices,
        "changes": list(shown.changes.all()),
        "zone": request.establishment.zone,
        **more,
    }
    return render(request, "care/escorts/escort.html", context, status=status)


@audience(*CARE_ROLES)
@require_http_methods(["GET", "HEAD", "POST"])
def escort_new(request: DoorRequest, person: UUID) -> HttpResponse:
    require_escorts(request)
    people = detainees_visible_to(rights_of(request)).present()
    who = get_visible_or_404(people.select_related("building", "establishment"), person)
    form = EscortForm(request.POST if request.method == "POST" else None, establishment=request.establishment)
    if form.is_valid():
        try:
            made = verbs.plan_escort(by=request.user, detainee=who, **form.values)
        except Refused as refusal:
            form.add_error(None, refusal.sentence)
        else:
            return redirect("escort", key=made.pk)
    context = {"form": form, "person": who, "hospitals": known_hospitals(request.establishment)}
    return render(request, "care/escorts/form.html", context, status=422 if form.errors else 200)


@audience(*CARE_ROLES)
@require_http_methods(["GET", "HEAD", "POST"])
def escort_again(request: DoorRequest, key: UUID) -> HttpResponse:
    """Plan an escort again: the old date stays on record as cancelled."""
    old = visible(request, key)
    form = ReplanForm(
        request.POST if request.method == "POST" else None,
        establishment=request.establishment,
        escort=old,
        is_cancelled=old.status == EscortStatus.CANCELLED,
    )
    if form.is_valid():
        try:
            made = verbs.replan_escort(
                by=request.user,
                escort=old,
                revision=form.cleaned_data["revision"],
                reason=form.reason_given,
                **form.values,
            )
        except Refused as refusal:
            form.add_error(None, refusal.sentence)
        else:
            return redirect("escort", key=made.pk)
    context = {"form": form, "person": old.detainee, "old": old, "zone": request.establishment.zone}
    context["hospitals"] = known_hospitals(request.establishment)
    return render(request, "care/escorts/form.html", context, status=422 if form.errors else 200)
