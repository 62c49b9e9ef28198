"""A form that was shown for one establishment does nothing at another, to which its sender has changed meanwhile.

Each form carries the establishment of its page (`access.templatetags.sent_forms`). The choice of an establishment holds
for every tab of a browser: what a tab of before sends is not done, and is kept for its sender as an unsent form is.
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from typing import Any

from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import render

from access.enums import Role
from access.models import Membership
from access.notices import as_notice
from access.unsent import keep

# The field in which a form says for which establishment it was shown; and the button that changes back to it.
PLACE = "carehub_place"
CHANGE_BACK = "carehub_change_back"


def place_said(request: HttpRequest, view: Callable[..., Any]) -> str:
    """Return the key that the form carries, empty where it says none or the page is about no establishment."""
    is_about_one = any(mark in Role.values for mark in getattr(view, "audience", ()))
    return request.POST.get(PLACE, "") if request.method == "POST" and is_about_one else ""


def refuse_place(
    request: HttpRequest, view: Callable[..., Any], said: str, memberships: Collection[Membership]
) -> HttpResponseBase:
    """Say for where the page was shown; what was typed can be sent there with one button, nothing of it is lost."""
    shown_for = next((each.establishment for each in memberships if str(each.establishment_id) == said), None)
    unsent = keep(request, view) if shown_for is not None and not getattr(request, "htmx", False) else None
    context = {"shown_for": shown_for, "unsent": unsent, "change_back": CHANGE_BACK}
    return as_notice(render(request, "errors/other_place.html", context, status=409))
