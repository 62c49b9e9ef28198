"""Pages that say in a sentence what went wrong and what to do; they name nobody, and ask nothing of the database."""

from __future__ import annotations

import sys

from django.core.exceptions import BadRequest
from django.db import DatabaseError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from access import audit
from access.decorators import open_to_anyone
from access.notices import as_notice
from access.session_life import WHO, who
from access.unsent import keep
from carehub import absent


def problem(request: HttpRequest, *, status: int, title: str, sentence: str) -> HttpResponse:
    """Return the error page (or, for htmx, its notice alone) with that status."""
    context = {"status": status, "title": title, "sentence": sentence}
    if getattr(request, "htmx", False):
        return as_notice(render(request, "errors/_notice.html", context, status=status))
    return render(request, "errors/problem.html", context, status=status)


def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """400: what was sent cannot be understood; a page that knows what to do about it says so itself."""
    said = str(exception) if isinstance(exception, BadRequest) else ""
    return problem(
        request,
        status=400,
        title=_("This request cannot be understood"),
        sentence=said or _("Go back, check what you entered and send it again."),
    )


def forbidden(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """403: the profile does not open this page. That somebody tried is a line of the log."""
    audit.record_refusal(request)
    sentence = str(exception) if exception and str(exception) else _("Your profile does not open this page.")
    return problem(request, status=403, title=_("Not open to you"), sentence=sentence)


def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """404: there is no such page, or it is not yours to see; which one is not said.

    An exception that knows better what to do carries its own `sentence`. Where a page was there that looked for a row,
    that is a line of the log: whoever tries key after key is seen.
    """
    if request.resolver_match is not None:
        audit.record_refusal(request)
    own = getattr(exception, "sentence", None)
    return problem(
        request,
        status=404,
        title=_("Nothing here"),
        sentence=own or _("This page does not exist, or you may not see it. Go back to the start page."),
    )


def method_not_allowed(request: HttpRequest, *, allowed: str) -> HttpResponse:
    """405: the page exists, and does not take this; usually an address that only a button sends to."""
    response = problem(
        request,
        status=405,
        title=_("Not this way"),
        sentence=_("This address does nothing by itself: a button of another page sends to it. Nothing was changed."),
    )
    response["Allow"] = allowed
    return response


def server_error(request: HttpRequest) -> HttpResponse:
    """500, or 503 where what failed is that the door's database does not answer, or has no room."""
    if absent.is_away(sys.exception()):
        return absent.page(request)
    if absent.has_no_room(sys.exception()):
        return absent.page(request, absent.without_room)
    said = absent.stumbled(is_sent=request.method not in {"GET", "HEAD"})
    try:
        return problem(request, status=500, title=said["title"], sentence=said["sentence"])
    except DatabaseError:
        # What stumbled is asked for the menu of every page, of this one too.
        return absent.page(request, absent.stumbled, status=500)


def log_is_full(request: HttpRequest) -> HttpResponse:
    """503: the access log takes no more lines of this door for the moment, and what cannot be recorded is not done."""
    response = problem(
        request,
        status=503,
        title=_("CareHub cannot record this now"),
        sentence=_(
            "More is being recorded at this door than a minute holds, so nothing was saved or shown. "
            "Try again in a minute; if it goes on, tell your IT service."
        ),
    )
    response["Retry-After"] = "60"
    return response


def database_is_away(request: HttpRequest) -> HttpResponse:
    """503: a database that the page needs beside the door's own does not answer."""
    return problem(
        request,
        status=503,
        title=_("The officers’ side does not answer"),
        sentence=_(
            "Its database cannot be reached, so nothing was saved or shown. Try again in a few minutes; "
            "if it lasts, tell your IT service."
        ),
    )


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """403: the form is older than the present session. One of the same person's pages can be sent again."""
    audit.record_refusal(request)
    if not getattr(request, "htmx", False) and request.POST.get(WHO) == who(request) != "":
        # Nobody else's page knows that word.
        view = request.resolver_match.func if request.resolver_match else None
        return render(request, "errors/form_too_old.html", {"unsent": keep(request, view)}, status=403)
    return problem(
        request,
        status=403,
        title=_("This form is too old"),
        sentence=_(
            "You have signed in again since it was opened, or cookies are blocked. "
            "Reload the page and send the form again."
        ),
    )


def must_wait(request: HttpRequest, *, status: int, sentence: str, seconds: int) -> HttpResponse:
    """429 or 503: a password was not looked at."""
    response = problem(request, status=status, title=_("Not looked at yet"), sentence=sentence)
    response["Retry-After"] = str(seconds)
    return response


@require_safe
@open_to_anyone
def alive(request: HttpRequest) -> HttpResponse:
    """A sign of life for the supervisor; holds no personal data."""
    return HttpResponse("ok", content_type="text/plain; charset=utf-8")
