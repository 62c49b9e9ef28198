"""Pages that add and rename rooms, take them out of use and back."""

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
from appointments.care.planning.forms import RoomForm
from appointments.care.planning.views import form_page, posted
from appointments.rights import get_visible_or_404, rights_of, rooms_planned_by


@audience(Role.HEAD)
@require_http_methods(["GET", "HEAD", "POST"])
def room_new(request: DoorRequest) -> HttpResponse:
    form = RoomForm(posted(request))
    return form_page(
        request,
        form,
        title=_("New room"),
        save=lambda: verbs.add_room(request.establishment, by=request.user, **form.cleaned_data),
    )


@audience(Role.HEAD)
@require_http_methods(["GET", "HEAD", "POST"])
def room_change(request: DoorRequest, key: int) -> HttpResponse:
    """Another name for a room."""
    room = get_visible_or_404(rooms_planned_by(rights_of(request)), key)
    form = RoomForm(posted(request), room=room)
    return form_page(
        request,
        form,
        title=_("Change the room “%(name)s”") % {"name": room.name},
        save=lambda: verbs.change_room(room, by=request.user, **form.cleaned_data),
    )


@audience(Role.HEAD)
@require_POST
def room_retire(request: DoorRequest, key: int) -> HttpResponse:
    """Offer a room no longer."""
    room = get_visible_or_404(rooms_planned_by(rights_of(request)), key)
    verbs.retire_room(room, by=request.user)
    messages.success(request, _("“%(name)s” is out of use. Its sessions keep it.") % {"name": room.name})
    return redirect("planning")


@audience(Role.HEAD)
@require_POST
def room_resume(request: DoorRequest, key: int) -> HttpResponse:
    """Offer a room again."""
    room = get_visible_or_404(rooms_planned_by(rights_of(request)), key)
    verbs.resume_room(room, by=request.user)
    messages.success(request, _("“%(name)s” is in use again.") % {"name": room.name})
    return redirect("planning")
