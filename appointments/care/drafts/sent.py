"""A draft goes when its form was done: the page leads elsewhere then; a refused form, or one that only asks, stays."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse

from access.models import Establishment, User
from appointments.care.drafts.forms import SENT, is_known
from appointments.team import drop_draft


def let_go(request: HttpRequest, response: HttpResponse) -> None:
    """Drop the draft of the form that was sent, if it was done."""
    if not is_done(response) or not is_known(form := request.POST.get(SENT, "")):
        return
    by, establishment = request.user, getattr(request, "establishment", None)
    if isinstance(by, User) and isinstance(establishment, Establishment):
        drop_draft(by=by, establishment=establishment, form=form)


def is_done(response: HttpResponse) -> bool:
    return response.status_code in {302, 303} or "HX-Redirect" in response
