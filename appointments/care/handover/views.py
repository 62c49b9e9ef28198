"""Who leaves soon; the unit's own key and those of other units; what was handed over and taken over."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from access.audit import record
from access.decorators import audience
from access.enums import CARE_ROLES, Role, Verb
from access.refusal import Refused
from access.requests import DoorRequest
from appointments.care.handover.forms import SealedFileForm, UnitForm, WeeksForm
from appointments.handover.keys import NoKey, aloud, identity_of, number_of
from appointments.handover.leaving import USUAL_WEEKS, leaving_soon
from appointments.handover.partners import name_partner, partners_of, retire_partner
from appointments.handover.taking import require_receiver
from appointments.models import CareUnit, Detainee, HandOver, HandOverTaken, PartnerUnit
from appointments.rights import Rights, get_visible_or_404, rights_of

SHOWN = 20


@audience(*CARE_ROLES)
@require_safe
def leaving(request: DoorRequest) -> HttpResponse:
    form = WeeksForm(request.GET if "weeks" in request.GET else {"weeks": USUAL_WEEKS})
    weeks = form.cleaned_data["weeks"] if form.is_valid() else USUAL_WEEKS
    today = request.establishment.today()
    people = leaving_soon(rights_of(request), weeks=weeks, today=today)
    if people:
        record(by=request.user, verb=Verb.READ, target=Detainee, establishment=request.establishment)
    context = {
        "form": form,
        "weeks": weeks,
        "people": [one for one in people if one.has_open_care],
        "without": [one for one in people if not one.has_open_care],
        "can_take_over": request.membership.role == Role.HEAD or rights_of(request).manages_escorts,
        "can_hand_over": request.membership.role == Role.HEAD,
        "zone": request.establishment.zone,
        "today": today,
    }
    return render(request, "care/handover/leaving.html", context, status=422 if form.errors else 200)


@audience(*CARE_ROLES)
@require_safe
def hand_overs(request: DoorRequest) -> HttpResponse:
    return hub(request)


def hub(
    request: DoorRequest, *, unit_form: UnitForm | None = None, file_form: SealedFileForm | None = None
) -> HttpResponse:
    """The page of hand-overs, with a form that was refused as it was sent."""
    place = request.establishment
    rights = require_receiver(rights_of(request))
    if not rights.leads_unit:
        context: dict[str, object] = {"file_form": file_form or SealedFileForm()}
        refused = 422 if file_form and file_form.errors else 200
        return render(request, "care/handover/hand_overs.html", context, status=refused)
    sent = HandOver.objects.filter(establishment=place).select_related("partner", "detainee")
    taken = HandOverTaken.objects.filter(establishment=place).select_related("detainee")
    if rights.has_several_units:
        # Whose care another unit handed over is not this one's to read.
        sent, taken = sent.filter(made_by_id=request.user.pk), taken.filter(taken_by_id=request.user.pk)
    context = {
        "leads_unit": True,
        "keys": [key_of(unit, rights) for unit in rights.headed],
        "units": [(unit, aloud(unit.recipient)) for unit in partners_of(place)],
        "unit_form": unit_form or UnitForm(),
        "file_form": file_form or SealedFileForm(),
        "sent": list(sent[:SHOWN]),
        "taken": list(taken[:SHOWN]),
        "zone": place.zone,
    }
    if context["sent"] or context["taken"]:
        record(by=request.user, verb=Verb.READ, target=HandOver, establishment=place)
    is_refused = bool((unit_form and unit_form.errors) or (file_form and file_form.errors))
    return render(request, "care/handover/hand_overs.html", context, status=422 if is_refused else 200)


def key_of(unit: CareUnit, rights: Rights) -> dict[str, str]:
    """Return the public key of a unit that the person heads, as it is shown and read aloud, or why there is none."""
    name = unit.name if rights.has_several_units else ""
    try:
        own = str(identity_of(rights.establishment, number_of(unit, rights.units)).to_public())
    except NoKey as refusal:
        return {"unit": name, "missing": refusal.sentence}
    return {"unit": name, "own": own, "aloud": aloud(own)}


@audience(Role.HEAD)
@require_POST
def unit_new(request: DoorRequest) -> HttpResponse:
    form = UnitForm(request.POST)
    if form.is_valid():
        try:
            made = name_partner(by=request.user, establishment=request.establishment, **form.cleaned_data)
        except Refused as refusal:
            form.add_error(refusal.code if refusal.code in form.fields else "key", refusal.sentence)
        else:
            messages.success(request, _("%(unit)s was entered.") % {"unit": made.name})
            return redirect("hand_overs")
    return hub(request, unit_form=form)


@audience(Role.HEAD)
@require_POST
def unit_retire(request: DoorRequest, key: int) -> HttpResponse:
    units = PartnerUnit.objects.filter(establishment=request.establishment).select_related("establishment")
    unit = get_visible_or_404(units, key)
    retire_partner(by=request.user, partner=unit)
    messages.success(request, _("Nothing is sealed to %(unit)s any longer.") % {"unit": unit.name})
    return redirect("hand_overs")
