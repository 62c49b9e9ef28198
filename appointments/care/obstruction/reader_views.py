"""Who reads the log beside the head: the head names them here, and ends it."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from access.decorators import audience
from access.enums import Role
from access.refusal import Refused
from access.requests import DoorRequest
from appointments.care.obstruction.forms import ReaderForm
from appointments.obstruction.readers import carers_of, end_reader, name_reader, readers_of


@audience(Role.HEAD)
@require_http_methods(["GET", "HEAD", "POST"])
def readers(request: DoorRequest) -> HttpResponse:
    named = list(readers_of(request.establishment))
    known = {reader.user_id for reader in named}
    team = [member for member in carers_of(request.establishment) if member.user_id not in known]
    form = ReaderForm(request.POST if request.method == "POST" else None, team=team)
    if form.is_valid():
        member = form.cleaned_data["member"]
        try:
            name_reader(by=request.user, establishment=request.establishment, user=member.user)
        except Refused as refusal:
            form.add_error(None, refusal.sentence)
        else:
            messages.success(request, _("%(name)s now reads the log and the figures.") % {"name": member.user})
            return redirect("obstruction_readers")
    context = {"form": form, "named": named, "zone": request.establishment.zone}
    return render(request, "care/obstruction/readers.html", context, status=422 if form.errors else 200)


@audience(Role.HEAD)
@require_POST
def reader_end(request: DoorRequest, key: int) -> HttpResponse:
    if not readers_of(request.establishment).filter(user_id=key).exists():
        raise Http404
    end_reader(by=request.user, establishment=request.establishment, user_id=key)
    messages.success(request, _("Ended. They note facts as before, and read the log no longer."))
    return redirect("obstruction_readers")
