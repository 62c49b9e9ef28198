"""Names one step of work by its instant, and says that it was done with a link to take it back."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from django.contrib import messages
from django.http import Http404, HttpRequest
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext as _

BEGINNING = datetime(1970, 1, 1, tzinfo=UTC)
MICROSECOND = timedelta(microseconds=1)


def say_done(request: HttpRequest, sentence: str, *, at: datetime) -> None:
    """Say what was done in the step of that instant, with the way to take it back."""
    url = reverse("step", args=[(at - BEGINNING) // MICROSECOND])
    messages.success(request, format_html('{} <a href="{}">{}</a>', sentence, url, _("Look at it, take it back")))


def instant_from(number: int) -> datetime:
    """Return the instant that an address names; raise Http404 for what is none."""
    try:
        return BEGINNING + number * MICROSECOND
    except OverflowError as error:
        raise Http404 from error
