"""Where a person goes next: only inside this door."""

from __future__ import annotations

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _

from access.middleware import PASSWORD_URL, missing_step
from access.signing_in import BACK_AFTER, NEXT, SHOW_BACKUP_CODES


def local_path(path: str | None) -> str:
    """Return `path` when it stays inside this door, or nothing: nobody is led to another site."""
    if path and path.startswith("/") and url_has_allowed_host_and_scheme(path, allowed_hosts=None):
        return path
    return ""


def asked_next(request: HttpRequest) -> str:
    return local_path(request.POST.get("next") or request.GET.get("next"))


def landing(request: HttpRequest) -> str:
    """Return the next step of signing in (codes to print are one), or the page wanted first, or the door's home."""
    step = missing_step(request)
    if step is None:
        say_how_long_away(request)
    if step in {None, PASSWORD_URL} and request.session.get(SHOW_BACKUP_CODES):
        return reverse("access:backup_codes")
    if step is not None:
        return reverse(step)
    wanted: str = request.session.pop(NEXT, "")
    return wanted or reverse("home")


def say_how_long_away(request: HttpRequest) -> None:
    """Warn somebody who is back just before their account would have been suspended."""
    days = request.session.pop(BACK_AFTER, None)
    if days is not None:
        sentence = _(
            "Your last sign-in was %(days)s days ago. After %(most)s days without one an account is suspended."
        )
        messages.warning(request, sentence % {"days": days, "most": settings.CAREHUB_UNUSED_DAYS})
