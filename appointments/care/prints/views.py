"""Prints of the care door: what can be printed, the day sheet of a practitioner, the neutral slips."""

from __future__ import annotations

from django.core.exceptions import BadRequest
from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from access.audit import record
from access.decorators import audience
from access.enums import CARE_ROLES, Role, Verb
from access.requests import DoorRequest
from appointments.care.pages import YEARS
from appointments.care.prints.forms import DaySheetForm, SlipsForm
from appointments.care.prints.layout import day_sheets, next_day_with_people, slip_label, slip_pages
from appointments.models import Agenda, Movement
from appointments.rights import rights_of

# Clinicians see their own agendas; the slips name everybody who is called.
SLIPS_FOR = (Role.HEAD, Role.NURSE, Role.SECRETARY)


@audience(*CARE_ROLES)
@require_safe
def prints(request: DoorRequest) -> HttpResponse:
    establishment = request.establishment
    today = establishment.today()
    agendas = rights_of(request).visible
    own = next((agenda for agenda in agendas if agenda.owner_id == request.user.pk), None)
    context = {
        "sheet_form": DaySheetForm(initial={"day": today, "agenda": own}, agendas=agendas, auto_id="id_sheet_%s"),
        "slips_form": SlipsForm(
            initial={"day": next_day_with_people(establishment)}, establishment=establishment, auto_id="id_slips_%s"
        )
        if request.membership.role in SLIPS_FOR
        else None,
        "label": slip_label(establishment),
    }
    return render(request, "care/prints/prints.html", context)


@audience(*CARE_ROLES)
@require_safe
def print_day(request: DoorRequest) -> HttpResponse:
    """The day of a practitioner, or of each, one sheet after the other; marked as confidential."""
    agendas = rights_of(request).visible
    form = DaySheetForm(request.GET, agendas=agendas)
    if not form.is_valid() or form.cleaned_data["day"].year not in YEARS:
        raise BadRequest(_("Go back to the prints and choose the day and the practitioner again."))
    day, only = form.cleaned_data["day"], form.cleaned_data["agenda"]
    record(by=request.user, verb=Verb.PRINT, target=only or Agenda, establishment=request.establishment)
    context = {
        "day": day,
        "sheets": day_sheets(request.establishment, day, [only] if only else agendas),
        "printed_at": timezone.now(),
        "zone": request.establishment.zone,
    }
    return render(request, "care/prints/day.html", context)


@audience(*SLIPS_FOR)
@require_safe
def print_slips(request: DoorRequest) -> HttpResponse:
    """The slips of one day, eight a page: nothing that the floor's list does not say."""
    form = SlipsForm(request.GET, establishment=request.establishment)
    if not form.is_valid() or form.cleaned_data["day"].year not in YEARS:
        raise BadRequest(_("Go back to the prints and choose the day and the building again."))
    day, building = form.cleaned_data["day"], form.cleaned_data["building"]
    record(by=request.user, verb=Verb.PRINT, target=Movement, establishment=request.establishment)
    context = {
        "day": day,
        "pages": slip_pages(request.establishment, day, building=building),
        "label": slip_label(request.establishment).label,
        "zone": request.establishment.zone,
    }
    return render(request, "care/prints/slips.html", context)
