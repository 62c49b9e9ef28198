"""Opens a sealed file, shows what it holds and whom it may be about, and takes it over once somebody confirmed."""

from __future__ import annotations

import base64

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.datastructures import MultiValueDict
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from access.audit import record
from access.decorators import audience
from access.enums import CARE_ROLES, Verb
from access.refusal import Refused
from access.requests import DoorRequest
from appointments.care.handover.forms import SealedFileForm, TakeForm
from appointments.care.handover.views import hub
from appointments.handover.keys import aloud
from appointments.handover.taking import already, look_at, take_over
from appointments.models import HandOverTaken
from appointments.models.enums.handover import HandOverPart


@audience(*CARE_ROLES)
@require_POST
def open_file(request: DoorRequest) -> HttpResponse:
    form = SealedFileForm(request.POST, request.FILES)
    if not form.is_valid():
        return hub(request, file_form=form)
    return shown(request, form.cleaned_data["file"].read(), form, status=200)


def shown(request: DoorRequest, data: bytes, form: SealedFileForm | TakeForm, *, status: int) -> HttpResponse:
    """Show what a file holds; one that cannot be opened is refused on the page from which it came."""
    try:
        found = look_at(data, by=request.user, establishment=request.establishment)
    except Refused as refusal:
        return hub(request, file_form=refused_file(refusal.sentence))
    record(by=request.user, verb=Verb.READ, target=HandOverTaken, establishment=request.establishment)
    context = {
        "found": found,
        "content": found.content,
        "form": form if isinstance(form, TakeForm) else None,
        "chosen": form.data.get("person", "") if isinstance(form, TakeForm) else found.default,
        "ticked": ticked_of(form),
        "already": already(found.taken, request.establishment) if found.taken else "",
        "sealed": base64.b64encode(data).decode(),
        "digits": aloud(data),
        "zone": request.establishment.zone,
    }
    return render(request, "care/handover/opened.html", context, status=409 if found.taken else status)


def ticked_of(form: SealedFileForm | TakeForm) -> list[str]:
    """Return the escorts that were ticked, by position as text."""
    return [str(value) for value in form.data.getlist("escorts")] if hasattr(form.data, "getlist") else []


@audience(*CARE_ROLES)
@require_POST
def take(request: DoorRequest) -> HttpResponse:
    form = TakeForm(request.POST)
    if not form.is_valid():
        if "sealed" in form.errors:
            return hub(request, file_form=refused_file(*map(str, form.errors["sealed"])))
        return shown(request, form.cleaned_data["sealed"], form, status=422)
    data: bytes = form.cleaned_data["sealed"]
    try:
        taken = take_over(
            data,
            by=request.user,
            establishment=request.establishment,
            person_key=form.cleaned_data["person"],
            escorts=form.cleaned_data["escorts"],
        )
    except Refused as refusal:
        form.add_error(None, refusal.sentence)
        return shown(request, data, form, status=409)
    for one in taken:
        messages.success(request, said_of(one))
    return redirect("person", taken[0].detainee_id)


def said_of(taken: HandOverTaken) -> str:
    number = taken.written
    if taken.part == HandOverPart.CARE:
        said = ngettext("%(number)d request was taken over.", "%(number)d requests were taken over.", number)
    else:
        said = ngettext("%(number)d hospital escort was planned.", "%(number)d hospital escorts were planned.", number)
    return said % {"number": number}


def refused_file(*sentences: str) -> SealedFileForm:
    """Return the form of a file with what was wrong with the one that came."""
    refused = SealedFileForm({}, MultiValueDict())
    refused.full_clean()
    refused.errors.clear()
    for sentence in sentences:
        refused.add_error("file", sentence)
    return refused
