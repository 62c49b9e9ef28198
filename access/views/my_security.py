"""The page of one's own security: where I am signed in, what happened to my sign-in, what I have not been told yet."""

from __future__ import annotations

from django.contrib import messages
from django.core.exceptions import BadRequest, ValidationError
from django.http import Http404, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from access import events, own_sessions, second_words
from access.decorators import audience
from access.enums import Side
from access.provider import links
from access.provider.configured import configured
from access.requests import DoorRequest
from access.views.paths import asked_next


@audience()
@require_http_methods(["GET", "HEAD", "POST"])
def security(request: DoorRequest) -> HttpResponseBase:
    """My sessions, each with "end this one", and the last things that happened to my sign-in."""
    if request.method == "POST" and "refuse" in request.POST:
        return refuse_reset(request)
    if request.method == "POST":
        if not own_sessions.end(request, request.user, name=request.POST.get("session", "")):
            raise Http404
        messages.success(request, _("That session has ended. If it was not yours, change your password now."))
        return redirect("access:security")
    return show(request)


def refuse_reset(request: DoorRequest) -> HttpResponseBase:
    """Whoever still has their second factors keeps them: they were not lost."""
    word = next((it for it in second_words.resets_asked_of(request.user) if str(it.pk) == request.POST["refuse"]), None)
    if word is None:
        messages.error(request, _("Nobody asks for that any more: it was answered, or the time is over."))
        return show(request, status=409)
    try:
        second_words.answer(word, by=request.user, is_confirmed=False)
    except ValidationError as refusal:
        messages.error(request, " ".join(refusal.messages))
        return show(request, status=409)
    messages.success(request, _("Refused: you keep your second factors. Ask the administrator why it was wanted."))
    return redirect("access:security")


def show(request: DoorRequest, *, status: int = 200) -> HttpResponseBase:
    provider = configured()
    context = {
        "resets": second_words.resets_asked_of(request.user),
        "sessions": own_sessions.of(request, request.user),
        "events": events.last_of(request.user),
        "provider_name": provider.name if provider else "",
        # No other door has links, nor may it read them.
        "provider_link": links.link_of(request.user) if request.user.side == Side.CARE else None,
    }
    return render(request, "access/security.html", context, status=status)


@audience()
@require_POST
def confirm(request: DoorRequest) -> HttpResponseBase:
    """Somebody has read what was changed about their sign-in."""
    last = request.POST.get("last", "")
    if not (last.isascii() and last.isdecimal() and len(last) < 19):
        raise BadRequest
    events.confirm(request, request.user, last=int(last))
    return redirect(asked_next(request) or reverse("home"))
