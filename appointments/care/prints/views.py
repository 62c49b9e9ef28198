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
from access.enums import CARE_ROLES, Verb
from access.models import Building, Establishment
from access.requests import DoorRequest
from access.sorting import FrenchKey
from appointments.arithmetic.languages import SLIP
from appointments.arithmetic.sheet import destroy_on
from appointments.care.lists.officers_side import schedule_of
from appointments.care.pages import YEARS
from appointments.care.prints.forms import DaySheetForm, OfficersListsForm, SlipsForm
from appointments.care.prints.layout import day_sheets, next_day_with_people, slip_label, slip_pages
from appointments.care.prints.officers_lists import lists_of
from appointments.models import Agenda, Movement
from appointments.planning.publishing import PUBLISHERS
from appointments.rights import rights_of

# Clinicians see their own agendas; slips and lists name everybody who is called.
SLIPS_FOR = LISTS_FOR = PUBLISHERS


@audience(*CARE_ROLES)
@require_safe
def prints(request: DoorRequest) -> HttpResponse:
    establishment = request.establishment
    today = establishment.today()
    agendas = rights_of(request).visible
    own = next((agenda for agenda in agendas if agenda.owner_id == request.user.pk), None)
    context = {
        "sheet_form": DaySheetForm(initial={"day": today, "agenda": own}, agendas=agendas, auto_id="id_sheet_%s"),
        "label": slip_label(establishment),
    }
    if request.membership.role in SLIPS_FOR:
        buildings, day = buildings_of(establishment), next_day_with_people(establishment)
        context["slips_form"] = SlipsForm(initial={"day": day}, buildings=buildings, auto_id="id_slips_%s")
        context["lists_form"] = OfficersListsForm(buildings=buildings, auto_id="id_lists_%s")
    return render(request, "care/prints/prints.html", context)


def buildings_of(establishment: Establishment) -> list[Building]:
    return list(Building.objects.filter(establishment=establishment).order_by(FrenchKey("name"), "pk"))


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
        "destroy_on": destroy_on(day),
        "sheets": day_sheets(request.establishment, day, [only] if only else agendas),
        "printed_at": timezone.now(),
        "zone": request.establishment.zone,
    }
    return render(request, "care/prints/day.html", context)


@audience(*SLIPS_FOR)
@require_safe
def print_slips(request: DoorRequest) -> HttpResponse:
    """The slips of one day, as officers print them: nothing that the floor's list does not say."""
    form = SlipsForm(request.GET, buildings=buildings_of(request.establishment))
    if not form.is_valid() or form.cleaned_data["day"].year not in YEARS:
        raise BadRequest(_("Go back to the prints and choose the day and the building again."))
    day, building = form.cleaned_data["day"], form.cleaned_data["building"]
    record(by=request.user, verb=Verb.PRINT, target=Movement, establishment=request.establishment)
    context = {
        "day": day,
        "destroy_on": destroy_on(day),
        "pages": slip_pages(request.establishment, day, building=building),
        "label": slip_label(request.establishment).label,
        "sentences": SLIP,
        "printed_at": timezone.now(),
        "zone": request.establishment.zone,
    }
    return render(request, "care/prints/slips.html", context)


@audience(*LISTS_FOR)
@require_safe
def print_lists(request: DoorRequest) -> HttpResponse:
    """The officers' lists of today or tomorrow, one sheet a building, for when the courier cannot bring them."""
    establishment, buildings = request.establishment, buildings_of(request.establishment)
    form = OfficersListsForm({"day": "today"} | request.GET.dict(), buildings=buildings, auto_id="id_lists_%s")
    if not form.is_valid():
        raise BadRequest(_("Officers have the lists of today and tomorrow: go back to the prints and choose again."))
    day, only = form.cleaned_data["day"], form.cleaned_data["building"]
    record(by=request.user, verb=Verb.PRINT, target=Movement, establishment=establishment)
    context = {
        "day": day,
        "building": only,
        "lists": lists_of(schedule_of(request), day, [only] if only else buildings),
        "zone": establishment.zone,
    }
    return render(request, "care/prints/lists.html", context)
