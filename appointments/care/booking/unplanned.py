"""Seen now: whoever comes without an appointment is written down in one go, with whom and for what."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from access.audit import record
from access.decorators import audience
from access.enums import CARE_ROLES, Verb
from access.requests import DoorRequest
from appointments import booking
from appointments.care.booking.forms import BookingForm
from appointments.care.pages import back_to_day, layout_for
from appointments.models import Agenda, ConsultationSession, Detainee
from appointments.openings.availability import usual_agenda, usual_kind
from appointments.rights import detainees_visible_to, get_visible_or_404, rights_of


class SeenNowForm(BookingForm):
    """Whom, by whom, for what; when is now."""

    minutes = day = time = overbook = None  # type: ignore[assignment]
    request = request_revision = next = knowing = None  # type: ignore[assignment]


@audience(*CARE_ROLES)
@require_http_methods(["GET", "HEAD", "POST"])
def seen_now(request: DoorRequest) -> HttpResponse:
    rights = rights_of(request)
    if request.method != "POST":
        return show(request, SeenNowForm(rights=rights, initial=initial_values(request)))
    form = SeenNowForm(request.POST, rights=rights)
    if "search" in request.POST:
        form.is_valid()
        form.errors.clear()
        return show(request, form)
    if not form.is_valid():
        return show(request, form, status=422)
    values = form.cleaned_data
    try:
        made = booking.see_now(
            by=request.user, detainee=values["detainee"], agenda=values["agenda"], kind=values["kind"]
        )
    except booking.BookingRefused as refusal:
        form.add_error(None, refusal.sentence)
        return show(request, form, status=422)
    return back_to_day(request, made, changed_as="seen")


def initial_values(request: DoorRequest) -> dict[str, Any]:
    """Return the person whose page one comes from, an agenda that is open now, and what is done there most."""
    rights = rights_of(request)
    values: dict[str, Any] = {}
    if key := request.GET.get("person"):
        people = detainees_visible_to(rights).present()
        values["person"] = get_visible_or_404(people, key).pk
    asked = request.GET.get("agenda")
    agenda = rights.bookable_or_404(asked) if asked else usual_agenda(open_now(rights.bookable), by=request.user)
    if agenda is not None:
        values |= {"agenda": agenda.pk, "kind": usual_kind(agenda, by=request.user, at=None)}
    return values


def open_now(agendas: list[Agenda]) -> list[Agenda]:
    """Return those of `agendas` that are open now; all of them when none is. One query."""
    now = timezone.now()
    sessions = ConsultationSession.objects.filter(agenda__in=agendas, starts_at__lte=now, ends_at__gt=now)
    keys = set(sessions.values_list("agenda", flat=True))
    return [agenda for agenda in agendas if agenda.pk in keys] or agendas


def show(request: DoorRequest, form: SeenNowForm, *, status: int = 200) -> HttpResponse:
    person = form.person_with(form["person"].value())
    words = str(form["q"].value() or "")
    record(by=request.user, verb=Verb.READ, target=Detainee, establishment=request.establishment)
    context = {
        "layout": layout_for(request),
        "form": form,
        "person": person,
        "words": words,
        "people": [] if person else form.likeliest(words),
    }
    return render(request, "care/booking/seen_now.html", context, status=status)
