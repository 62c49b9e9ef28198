"""Choices that hold for the whole door: language and establishment."""

from __future__ import annotations

from django.conf import settings
from django.core.exceptions import BadRequest
from django.http import Http404, HttpRequest, HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_POST

from access.decorators import audience, open_to_anyone
from access.middleware import change_to
from access.requests import DoorRequest
from access.views.paths import asked_next

A_YEAR = 365 * 24 * 3600


@open_to_anyone
@require_POST
def language(request: HttpRequest) -> HttpResponseBase:
    wanted = request.POST.get("language", "")
    if wanted not in dict(settings.LANGUAGES):
        raise BadRequest
    response = redirect(asked_next(request) or reverse("home"))
    response.set_cookie(
        settings.LANGUAGE_COOKIE_NAME,
        wanted,
        max_age=A_YEAR,
        httponly=settings.LANGUAGE_COOKIE_HTTPONLY,
        samesite=settings.LANGUAGE_COOKIE_SAMESITE,  # type: ignore[arg-type]
        secure=settings.LANGUAGE_COOKIE_SECURE,
    )
    return response


@audience()
@require_POST
def establishment(request: DoorRequest) -> HttpResponseBase:
    wanted = request.POST.get("establishment", "")
    here = next((m for m in request.memberships if str(m.establishment_id) == wanted), None)
    if here is None:
        raise Http404
    change_to(request, here.establishment_id)
    return redirect(asked_next(request) or reverse("home"))
