"""Pages that define kinds of round: the head of unit alone."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from access.decorators import audience
from access.enums import Role
from access.refusal import Refused
from access.requests import DoorRequest
from appointments.care.rounds.forms import KindForm
from appointments.care.rounds.words import rhythm_words
from appointments.models import RoundKind
from appointments.models.enums.rounds import RoundRhythm
from appointments.rights import get_visible_or_404
from appointments.rounds import kinds_of, retire_kind, save_kind, take_kind_back


@audience(Role.HEAD)
@require_safe
def round_kinds(request: DoorRequest) -> HttpResponse:
    kinds = [(kind, rhythm_words(kind)) for kind in kinds_of(request.establishment)]
    return render(request, "care/rounds/kinds.html", {"kinds": kinds})


@audience(Role.HEAD)
@require_http_methods(["GET", "HEAD", "POST"])
def round_kind_new(request: DoorRequest) -> HttpResponse:
    return kind_page(request, None)


@audience(Role.HEAD)
@require_http_methods(["GET", "HEAD", "POST"])
def round_kind_change(request: DoorRequest, key: int) -> HttpResponse:
    return kind_page(request, kind_or_404(request, key))


def kind_or_404(request: DoorRequest, key: int) -> RoundKind:
    return get_visible_or_404(kinds_of(request.establishment).select_related("establishment"), key)


def kind_page(request: DoorRequest, kind: RoundKind | None) -> HttpResponse:
    usual = {"initial": {"rhythm": RoundRhythm.WEEKLY}} if kind is None else {"kind": kind}
    form = KindForm(request.POST if request.method == "POST" else None, **usual)
    if form.is_valid():
        try:
            saved = save_kind(request.establishment, by=request.user, kind=kind, **form.cleaned_data)
        except Refused as refusal:
            form.add_error(refusal.code, refusal.sentence)
        else:
            messages.success(request, _("“%(name)s” is kept.") % {"name": saved.name})
            return redirect("round_kinds")
    return render(request, "care/rounds/kind.html", {"form": form, "kind": kind}, status=422 if form.errors else 200)


@audience(Role.HEAD)
@require_POST
def round_kind_retire(request: DoorRequest, key: int) -> HttpResponse:
    kind = kind_or_404(request, key)
    retire_kind(kind, by=request.user)
    messages.success(request, _("“%(name)s” is made no more. Its visits stay.") % {"name": kind.name})
    return redirect("round_kinds")


@audience(Role.HEAD)
@require_POST
def round_kind_resume(request: DoorRequest, key: int) -> HttpResponse:
    kind = kind_or_404(request, key)
    take_kind_back(kind, by=request.user)
    messages.success(request, _("“%(name)s” is made again.") % {"name": kind.name})
    return redirect("round_kinds")
