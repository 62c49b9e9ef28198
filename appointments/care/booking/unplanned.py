"""Seen now: whoever comes without an appointment is written down in one go, with whom and for what.

Afterwards too, with the minute that the paper names (docs/adr/0066)."""

from __future__ import annotations

import re
from functools import cached_property
from typing import Any
from uuid import UUID

from django import forms
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from access.audit import record
from access.decorators import audience
from access.enums import CARE_ROLES, Verb
from access.fields import DayField, TimeOfDayField
from access.refusal import Refused
from access.requests import DoorRequest
from appointments import requests
from appointments.care.booking.forms import BookingForm
from appointments.care.pages import back_to_day, layout_for
from appointments.models import Agenda, Alert, Appointment, ConsultationSession, Detainee, Request
from appointments.openings.availability import usual_agenda, usual_kind
from appointments.requests.alerts import alerts_visible_to, people_of
from appointments.rights import detainees_visible_to, get_visible_or_404, requests_visible_to, rights_of

# No request is answered: the person goes on waiting.
NONE = "none"
# Which request was said to be answered, in which state it was seen.
ANSWERED = re.compile(r"([0-9a-f-]{36})\|(\d{1,9})")
SHOWN_REQUESTS = 8


class SeenNowForm(BookingForm):
    """Whom, by whom, for what, and what they had asked for is answered by it; when is now, unless an hour is given."""

    minutes = overbook = None  # type: ignore[assignment]
    day = DayField(label=gettext_lazy("Day"), required=False, years_back=1, years_ahead=1)
    time = TimeOfDayField(
        label=gettext_lazy("Time"), required=False, help_text=gettext_lazy("Leave empty for somebody who is seen now.")
    )
    request = request_revision = next = knowing = None  # type: ignore[assignment]
    # A request that the visit answers, or none; empty while the page has not shown any.
    answers = forms.CharField(required=False, max_length=60)
    # The officers' alert from which one comes.
    alert = forms.UUIDField(required=False, widget=forms.HiddenInput)

    def clean(self) -> dict[str, Any]:
        if (day := self.cleaned_data.get("day")) is None:
            self.cleaned_data["day"] = self.establishment.today()
        data = super().clean()
        if day not in (None, self.establishment.today()) and not (data.get("time") or self.has_error("time")):
            self.add_error("time", ValidationError(_("Say at what time the person was seen that day.")))
        person, said = data.get("detainee"), str(data.get("answers") or "")
        waiting = self.waiting_of(person)
        found = ANSWERED.fullmatch(said)
        data["asked"] = next((one for one in waiting if found and str(one.pk) == found[1]), None)
        data["asked_revision"] = int(found[2]) if found else 0
        if said != NONE and data["asked"] is None and (said or self.likely(waiting)):
            self.add_error("answers", ValidationError(_("Say whether this visit answers what the person asked for.")))
        return data

    def waiting_of(self, person: Detainee | None) -> list[Request]:
        """Return what `person` waits for in the units in which the user books. One query, asked once."""
        if person is None:
            return []
        if person.pk not in self._waiting:
            units = {agenda.unit_id for agenda in self.rights.bookable}
            rows = requests_visible_to(self.rights).open().filter(detainee=person, unit__in=units).with_names()
            self._waiting[person.pk] = list(rows[:SHOWN_REQUESTS])
        return self._waiting[person.pk]

    @cached_property
    def _waiting(self) -> dict[UUID, list[Request]]:
        return {}

    def likely(self, waiting: list[Request]) -> Request | None:
        """Return the first of `waiting` for the discipline of the agenda chosen, or of one that nobody sorted yet."""
        key = str(self["agenda"].value() or "")
        agenda = next((one for one in self.rights.bookable if str(one.pk) == key), None)
        mine = [one for one in waiting if agenda is not None and one.unit_id == agenda.unit_id]
        same = [one for one in mine if agenda is not None and one.wanted_discipline == agenda.discipline]
        return next(iter([*same, *(one for one in mine if not one.wanted_discipline)]), None)


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
    try:
        made = see_as_said(request, form)
    except requests.RequestChanged as refusal:
        form.add_error(None, refusal.sentence)
        return show(request, form, status=409)
    except Refused as refusal:
        form.add_error(None, refusal.sentence)
        return show(request, form, status=422)
    return back_to_day(request, made, changed_as="seen")


def see_as_said(request: DoorRequest, form: SeenNowForm) -> Appointment:
    values = form.cleaned_data
    return requests.see_now(
        by=request.user,
        detainee=values["detainee"],
        agenda=values["agenda"],
        kind=values["kind"],
        at=values.get("starts_at"),
        asked=values["asked"],
        revision=values["asked_revision"],
        alert=alert_about(request, values["detainee"], values["alert"]),
    )


def alert_about(request: DoorRequest, person: Detainee, key: UUID | None) -> Alert | None:
    """Return the alert with that key if it is about `person`: whoever else was chosen meanwhile leaves it waiting."""
    if key is None:
        return None
    alert = get_visible_or_404(alerts_visible_to(request.user, request.establishment), key)
    meant = people_of([alert], by=request.user, establishment=request.establishment).get(alert.pk)
    return alert if meant == person else None


def initial_values(request: DoorRequest) -> dict[str, Any]:
    """Return the person whose page or alert one comes from, an agenda that is open now, and what is done there most."""
    rights = rights_of(request)
    values: dict[str, Any] = {"alert": request.GET.get("alert", ""), "day": request.establishment.today()}
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
    person = form.person_with(form["person"].value()) or getattr(form, "cleaned_data", {}).get("detainee")
    words = str(form["q"].value() or "")
    waiting = form.waiting_of(person)
    likely = form.likely(waiting)
    record(by=request.user, verb=Verb.READ, target=Detainee, establishment=request.establishment)
    context = {
        "layout": layout_for(request),
        "form": form,
        "person": person,
        "words": words,
        "people": [] if person else form.likeliest(words),
        "waiting": [(one, f"{one.pk}|{one.revision}") for one in waiting],
        "said": str(form["answers"].value() or "") or (f"{likely.pk}|{likely.revision}" if likely else NONE),
    }
    return render(request, "care/booking/seen_now.html", context, status=status)
