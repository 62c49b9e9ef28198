"""The list of keys, as a page or over the page at hand, and whether keys of one letter are used at all."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from access.decorators import audience
from access.enums import CARE_ROLES
from access.requests import DoorRequest
from appointments.care.keys.words import EVERYWHERE, IN_THE_AGENDA, PAGES

# In the session while somebody wants no keys of one letter: whoever dictates turns them off (WCAG 2.1.4).
WITHOUT_KEYS = "without_keys"


@audience(*CARE_ROLES)
@require_safe
def keys(request: DoorRequest) -> HttpResponse:
    pages = [
        (letter, reverse(name), label)
        for letter, name, label, roles in PAGES
        if not roles or request.membership.role in roles
    ]
    context = {
        "pages": pages,
        "everywhere": EVERYWHERE,
        "in_the_agenda": IN_THE_AGENDA,
        "without_keys": bool(request.session.get(WITHOUT_KEYS)),
    }
    template = "care/keys/_list.html" if getattr(request, "htmx", False) else "care/keys/keys.html"
    return render(request, template, context)


@audience(*CARE_ROLES)
@require_POST
def use(request: DoorRequest) -> HttpResponse:
    """Use keys of one letter, or none, for as long as the session lives."""
    request.session[WITHOUT_KEYS] = request.POST.get("use") == "no"
    return redirect("keys")
