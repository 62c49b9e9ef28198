"""Pages of the import of accounts: choose a file, read what it would do, apply it; and the list as a file."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from access import audit, exporting, importing, listing, second_words
from access.account_forms import ApplyForm, ImportForm, ListFilterForm
from access.decorators import audience
from access.enums import Role, Side, Verb
from access.importing import Fate, Plan, UnreadableFile
from access.models import User
from access.requests import DoorRequest
from access.scopes import tables
from access.views.managed import managed_by

SHOWN_LINES = 500


@audience(Role.ACCOUNT_ADMIN)
@require_http_methods(["GET", "HEAD", "POST"])
def import_accounts(request: DoorRequest) -> HttpResponseBase:
    """Choose a file; its lines are shown with their fate, and nothing is written."""
    if request.method != "POST":
        return start_page(request, ImportForm())
    form = ImportForm(request.POST, request.FILES)
    if not form.is_valid():
        return start_page(request, form)
    try:
        text = importing.decoded(form.cleaned_data["file"].read())
        plan = plan_for(request, text)
    except UnreadableFile as error:
        form.add_error("file", str(error))
        return start_page(request, form)
    return preview(request, plan, text, status=422 if plan.is_refused else 200)


@audience(Role.ACCOUNT_ADMIN)
@require_POST
def apply_import(request: DoorRequest) -> HttpResponseBase:
    """Do what the preview has shown: all of it, or nothing where something has changed since."""
    form = ApplyForm(request.POST)
    if not form.is_valid():
        return start_page(request, form)
    text = form.cleaned_data["text"]
    try:
        plan = plan_for(request, text)
    except UnreadableFile as error:
        form.add_error(None, str(error))
        return start_page(request, form)
    if plan.is_refused or plan.digest != form.cleaned_data["digest"]:
        sentence = _("Accounts were changed since this preview. Nothing was imported: read it again.")
        return preview(request, plan, text, status=409, refusal=sentence)
    try:
        importing.apply(plan, by=request.user)
    except ValidationError as refusal:
        return preview(request, plan_for(request, text), text, status=409, refusal=" ".join(refusal.messages))
    return after(request, plan)


def plan_for(request: DoorRequest, text: str) -> Plan:
    return importing.plan_of(importing.read(text), by=request.user, establishment=request.establishment)


def start_page(request: DoorRequest, form: Any) -> HttpResponse:
    context = {"form": form, "upload": form if isinstance(form, ImportForm) else ImportForm()}
    return render(request, "accounts/import.html", context, status=422 if form.is_bound else 200)


def preview(request: DoorRequest, plan: Plan, text: str, *, status: int, refusal: str = "") -> HttpResponse:
    sections = [
        {"fate": fate, "lines": plan.of(fate)[:SHOWN_LINES], "more": max(0, plan.counts[fate] - SHOWN_LINES)}
        for fate in (Fate.REFUSED, Fate.NEW, Fate.CHANGED)
        if plan.counts[fate]
    ]
    context = {
        "plan": plan,
        "total": len(plan.lines),
        "same": plan.counts[Fate.SAME],
        "refused": plan.counts[Fate.REFUSED],
        "sections": sections,
        "refusal": refusal,
        "form": ApplyForm(initial={"text": text, "digest": plan.digest}),
    }
    return render(request, "accounts/import_preview.html", context, status=status)


def after(request: DoorRequest, plan: Plan) -> HttpResponseBase:
    messages.success(
        request,
        _("Imported. New lines: %(new)s, changed: %(changed)s, as they stood: %(same)s.")
        % {"new": plan.counts[Fate.NEW], "changed": plan.counts[Fate.CHANGED], "same": plan.counts[Fate.SAME]},
    )
    waiting = second_words.changes_asked_by(request.user).count()
    if waiting:
        words = _("Changes of accounts that wait for a second person, and stand as before until then: %(n)s.")
        messages.warning(request, words % {"n": waiting})
    return redirect("account_sheets" if plan.counts[Fate.NEW] else "home")


@audience(Role.ACCOUNT_ADMIN)
@require_safe
def template(request: DoorRequest) -> HttpResponseBase:
    here = request.establishment
    known = {side: tables(here, side=side, user_ids=[]) for side in Side if side in managed_by(request)}
    return csv_answer(exporting.template(here, known), _("accounts-template"))


@audience(Role.ACCOUNT_ADMIN)
@require_safe
def export(request: DoorRequest) -> HttpResponseBase:
    """The list as it is narrowed on the page."""
    form = ListFilterForm(request.GET)
    if not form.is_valid():
        return render(request, "accounts/list.html", {"form": form, "total": 0}, status=422)
    roles = listing.narrowed(listing.memberships_at(request.establishment), **form.cleaned_data)
    audit.record(by=request.user, verb=Verb.EXPORT, target=User, establishment=request.establishment)
    return csv_answer(exporting.as_file(roles, request.establishment), _("accounts"))


def csv_answer(data: bytes, name: str) -> HttpResponse:
    return HttpResponse(
        data,
        content_type="text/csv; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="{name}.csv"'},
    )
