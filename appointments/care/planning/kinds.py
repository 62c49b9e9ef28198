"""Pages that add and change kinds of consultation, take them out of use and back."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from access.decorators import audience
from access.enums import Role
from access.requests import DoorRequest
from appointments import planning as verbs
from appointments.care.planning.forms import KindForm
from appointments.care.planning.views import form_page, posted
from appointments.rights import get_visible_or_404, kinds_planned_by, rights_of


@audience(Role.HEAD)
@require_http_methods(["GET", "HEAD", "POST"])
def kind_new(request: DoorRequest) -> HttpResponse:
    form = KindForm(posted(request), rights=rights_of(request))
    return form_page(
        request,
        form,
        title=_("New kind of consultation"),
        save=lambda: verbs.add_kind(request.establishment, by=request.user, **form.cleaned_data),
    )


@audience(Role.HEAD)
@require_http_methods(["GET", "HEAD", "POST"])
def kind_change(request: DoorRequest, key: int) -> HttpResponse:
    """Name and usual duration of a kind of consultation."""
    kind = get_visible_or_404(kinds_planned_by(rights_of(request)), key)
    form = KindForm(posted(request), rights=rights_of(request), kind=kind)
    return form_page(
        request,
        form,
        title=_("Change the kind “%(name)s”") % {"name": kind.name},
        save=lambda: verbs.change_kind(kind, by=request.user, **form.cleaned_data),
        note=_("Appointments already booked keep their duration."),
    )


@audience(Role.HEAD)
@require_POST
def kind_retire(request: DoorRequest, key: int) -> HttpResponse:
    """Offer a kind of consultation no longer."""
    kind = get_visible_or_404(kinds_planned_by(rights_of(request)), key)
    verbs.retire_kind(kind, by=request.user)
    messages.success(request, _("“%(name)s” is out of use. Its past stays.") % {"name": kind.name})
    return redirect("planning")


@audience(Role.HEAD)
@require_POST
def kind_resume(request: DoorRequest, key: int) -> HttpResponse:
    """Offer a kind of consultation again."""
    kind = get_visible_or_404(kinds_planned_by(rights_of(request)), key)
    verbs.resume_kind(kind, by=request.user)
    messages.success(request, _("“%(name)s” is in use again.") % {"name": kind.name})
    return redirect("planning")
