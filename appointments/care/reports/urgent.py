"""From one fact of the log to letters: look, press, take them."""

from __future__ import annotations

from uuid import UUID, uuid4

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from access.audit import record
from access.decorators import audience
from access.enums import CARE_ROLES, Verb
from access.refusal import Refused
from access.requests import DoorRequest
from appointments.care.reports.forms import UrgentForm
from appointments.care.reports.rows import require_reports
from appointments.care.reports.steps import suggested
from appointments.models import Obstruction
from appointments.models.enums.report import AddresseeKey
from appointments.obstruction.reports.judging import Objection
from appointments.obstruction.reports.urgent import judgement_before, report_urgently, told_before
from appointments.obstruction.reports.words import addressees_of
from appointments.rights import get_visible_or_404, obstructions_visible_to, rights_of

DEMAND = "Je vous demande d’intervenir sans délai pour que ce fait ne se reproduise pas."


@audience(*CARE_ROLES)
@require_http_methods(["GET", "HEAD", "POST"])
def report_urgent(request: DoorRequest, fact: UUID) -> HttpResponse:
    require_reports(request)
    facts = obstructions_visible_to(rights_of(request)).standing()
    told = get_visible_or_404(facts.select_related("building", "establishment", "unit"), fact)
    words = addressees_of(request.establishment)
    usual = {
        "token": uuid4(),
        "wording": suggested(told),
        "demand": DEMAND,
        "addressees": [key for key, each in words.items() if each.is_offered],
    }
    form = UrgentForm(request.POST if request.method == "POST" else None, initial=usual)
    objections: list[Objection] = []
    if form.is_valid():
        texts = {name: form.cleaned_data[name] for name in ("wording", "steps_taken", "demand")}
        objections = judgement_before(told, by=request.user, **texts).objections
        if not objections and (made := make(request, form, told)):
            messages.success(request, _("The letters are written: take them below, sign them, send them."))
            return redirect("report", report=made)
    record(by=request.user, verb=Verb.READ, target=told, establishment=request.establishment)
    context = {
        "form": form,
        "fact": told,
        "told_before": list(told_before(told)),
        "objections": objections,
        "words": [(AddresseeKey(key).label, each) for key, each in words.items()],
        "chosen": form["addressees"].value() or [],
    }
    return render(request, "care/reports/urgent.html", context, status=422 if form.errors or objections else 200)


def make(request: DoorRequest, form: UrgentForm, fact: Obstruction) -> UUID | None:
    """Return the key of the report, None when a rule said no: the form says which."""
    try:
        version = report_urgently(by=request.user, fact=fact, **form.cleaned_data)
    except Refused as refusal:
        form.add_error(None, refusal.sentence)
        return None
    return version.report_id
