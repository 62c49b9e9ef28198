"""What leaves the officers' screen: to whom files and calendar are open, what was taken, and what the protocol says."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from access.decorators import audience
from access.enums import Role
from access.requests import DoorRequest
from appointments import exports as verbs
from appointments.care.exports.forms import ExportPermissionForm
from appointments.care.exports.words import ShownPermission
from appointments.exports import ExportRefused, permissions_at, uses_at
from appointments.rights import get_visible_or_404, rights_of

USES_A_PAGE = 50


@audience(Role.HEAD)
@require_http_methods(["GET", "HEAD", "POST"])
def exports(request: DoorRequest) -> HttpResponse:
    """What is open and what was taken; opens files and calendar to an account."""
    today = request.establishment.today()
    if request.method != "POST":
        form = ExportPermissionForm(initial={"until": verbs.usual_end(today)})
        return show(request, form)
    form = ExportPermissionForm(request.POST)
    if form.is_valid():
        try:
            verbs.open_exports(request.establishment, by=request.user, **form.cleaned_data)
        except ExportRefused as refusal:
            form.add_error(refusal.code, refusal.sentence)
        else:
            messages.success(request, _("Noted. The prison side has it within seconds."))
            return redirect("exports")
    return show(request, form, status=422)


def show(request: DoorRequest, form: ExportPermissionForm, *, status: int = 200) -> HttpResponse:
    rights, today = rights_of(request), request.establishment.today()
    context = {
        "form": form,
        "permissions": [ShownPermission(row, today) for row in permissions_at(rights)],
        "page": Paginator(uses_at(rights), USES_A_PAGE).get_page(request.GET.get("page")),
        "longest": verbs.last_day(today),
        "zone": request.establishment.zone,
    }
    return render(request, "care/exports/exports.html", context, status=status)


@audience(Role.HEAD)
@require_POST
def exports_withdraw(request: DoorRequest, key: UUID) -> HttpResponse:
    row = get_visible_or_404(permissions_at(rights_of(request)), key)
    verbs.withdraw_exports(request.establishment, by=request.user, key=row.pk)
    messages.success(request, _("Withdrawn. The prison side closes it within seconds."))
    return redirect("exports")


@audience(Role.HEAD)
@require_safe
def protocol_clause(request: DoorRequest) -> HttpResponse:
    """The model clause for the local protocol, to print. French, as the protocol is."""
    return render(request, "care/exports/clause.html", {})
