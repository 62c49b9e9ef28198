"""What the head of unit decides about reports: letterhead, addressees, words, and how long all of it is kept."""

from __future__ import annotations

from django.contrib import messages
from django.db import transaction
from django.forms import Form
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from access.decorators import audience
from access.enums import Role
from access.requests import DoorRequest
from appointments.care.obstruction.unit_views import log_unit_of, unit_choice
from appointments.care.reports.forms import AddresseeForm, ReportSettingsForm, WordingForm
from appointments.care.reports.steps import done
from appointments.models import RetentionPurge
from appointments.models.enums.report import AddresseeKey, ReportKind
from appointments.obstruction.reports import preferences as verbs
from appointments.obstruction.reports.words import (
    BLOCKS,
    BLOCKS_OF_A_COMPLAINT,
    COMPLAINT,
    INLINE,
    OF_A_COMPLAINT,
    addressees_of,
    kinds_with_wording,
    letterhead_of,
    settings_of,
    wording_of,
)

SHOWN_PURGES = 5
KEPT_YEARS = frozenset({"reports_years", "complaints_years", "facts_years"})
COMPLAINT_LABEL = gettext_lazy("Individual complaint")


@audience(Role.HEAD)
@require_http_methods(["GET", "HEAD", "POST"])
def report_settings(request: DoorRequest) -> HttpResponse:
    unit, kept = log_unit_of(request), settings_of(request.establishment)
    head = letterhead_of(unit)
    usual = {name: getattr(kept if name in KEPT_YEARS else head, name) for name in ReportSettingsForm.base_fields}
    form = ReportSettingsForm(request.POST if request.method == "POST" else None, initial=usual)

    def save() -> None:
        typed = form.cleaned_data
        years = {name: typed[name] for name in KEPT_YEARS}
        head_typed = {name: value for name, value in typed.items() if name not in KEPT_YEARS}
        with transaction.atomic():
            verbs.change_letterhead(by=request.user, care_unit=unit, **head_typed)
            verbs.change_report_settings(by=request.user, establishment=request.establishment, **years)

    if request.method == "POST" and done(form, save):
        return saved(request)
    purges = RetentionPurge.objects.filter(establishment=request.establishment)[:SHOWN_PURGES]
    words = addressees_of(request.establishment)
    context = {
        "addressees": [(AddresseeKey(key).label, each) for key, each in words.items()],
        "wordings": [(kind, label_of(kind)) for kind in kinds_with_wording()],
        "purges": list(purges),
        "zone": request.establishment.zone,
        **unit_choice(request),
    }
    return show(request, form, "care/reports/settings.html", **context)


@audience(Role.HEAD)
@require_http_methods(["GET", "HEAD", "POST"])
def report_addressee(request: DoorRequest, addressee: str) -> HttpResponse:
    known = addressees_of(request.establishment)
    if addressee not in known:
        raise Http404
    kept = known[addressee]
    usual = {name: getattr(kept, name) for name in AddresseeForm.base_fields}
    form = AddresseeForm(request.POST if request.method == "POST" else None, initial=usual)
    if request.method == "POST" and done(
        form,
        lambda: verbs.change_addressee(
            by=request.user, establishment=request.establishment, key=addressee, **form.cleaned_data
        ),
    ):
        return saved(request)
    return show(request, form, "care/reports/addressee.html", label=AddresseeKey(addressee).label)


@audience(Role.HEAD)
@require_http_methods(["GET", "HEAD", "POST"])
def report_wording(request: DoorRequest, wording: str) -> HttpResponse:
    if wording not in kinds_with_wording():
        raise Http404
    usual = {"body": wording_of(request.establishment, wording)}
    form = WordingForm(request.POST if request.method == "POST" else None, initial=usual)
    if request.method == "POST" and done(
        form,
        lambda: verbs.change_wording(
            by=request.user, establishment=request.establishment, kind=wording, **form.cleaned_data
        ),
    ):
        return saved(request)
    places = (*OF_A_COMPLAINT, *BLOCKS_OF_A_COMPLAINT) if wording == COMPLAINT else (*INLINE, *BLOCKS)
    shown = [f"{{{place}}}" for place in places]
    return show(request, form, "care/reports/wording.html", label=label_of(wording), places=shown)


def label_of(kind: str) -> object:
    return COMPLAINT_LABEL if kind == COMPLAINT else ReportKind(kind).label


def saved(request: DoorRequest) -> HttpResponse:
    messages.success(request, _("Saved."))
    return redirect("report_settings")


def show(request: DoorRequest, form: Form, page: str, **context: object) -> HttpResponse:
    status = 422 if form.errors else 200
    return render(request, page, {"form": form, **context}, status=status)
