"""What somebody typed and did not send: kept while they type, offered when they are back, gone once it is sent.

Each account has its own, and nobody else is offered it: on a shared terminal the next person sees an empty form.
"""

from __future__ import annotations

from django.http import HttpResponse, JsonResponse
from django.shortcuts import render
from django.views.decorators.http import require_http_methods, require_POST

from access.decorators import audience
from access.enums import CARE_ROLES
from access.requests import DoorRequest
from appointments.care.drafts.forms import known
from appointments.team import draft_kept, drop_draft, keep_draft, open_draft

# Fields that the pages add by themselves.
OURS = "carehub_"
TOKEN = "csrfmiddlewaretoken"  # noqa: S105 the name of a field


@audience(*CARE_ROLES)
@require_http_methods(["GET", "HEAD", "POST"])
def draft(request: DoorRequest, form: str) -> HttpResponse:
    """Say whether something is kept (a line with two buttons, or nothing); or keep what was sent."""
    name, by, establishment = known(form), request.user, request.establishment
    is_new = request.method == "POST"
    if is_new:
        keep_draft(by=by, establishment=establishment, form=name, fields=typed(request))
    found = draft_kept(by=by, establishment=establishment, form=name)
    context = {"draft": found, "form": form, "is_new": is_new, "zone": establishment.zone}
    return render(request, "care/drafts/_draft.html", context)


def typed(request: DoorRequest) -> list[tuple[str, list[str]]]:
    return [
        (name, [str(value) for value in values])
        for name, values in request.POST.lists()
        if name != TOKEN and not name.startswith(OURS)
    ]


@audience(*CARE_ROLES)
@require_POST
def draft_take(request: DoorRequest, form: str) -> HttpResponse:
    found = draft_kept(by=request.user, establishment=request.establishment, form=known(form))
    return JsonResponse({"fields": open_draft(found) if found is not None else []})


@audience(*CARE_ROLES)
@require_POST
def draft_drop(request: DoorRequest, form: str) -> HttpResponse:
    drop_draft(by=request.user, establishment=request.establishment, form=known(form))
    return HttpResponse(status=204)
