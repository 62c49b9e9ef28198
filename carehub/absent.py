"""The page of a door whose own database is away or not the one it knows: made of nothing that asks it anything."""

from __future__ import annotations

import logging
from collections.abc import Callable

from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.utils import translation
from django.utils.translation import gettext as _

from access.notices import as_notice

# Classes of PostgreSQL's states: connection lost or refused, no connection left, the server going down.
AWAY = ("08", "53300", "57P")
# It is there, and lacks room: its disk is full or fails, its memory or a limit of its own is used up.
WITHOUT_ROOM = ("53", "58")
RETRY_SECONDS = 30


def is_away(exception: BaseException | None) -> bool:
    """Whether that says that a database does not answer; what a server says that is there is something else."""
    if isinstance(exception, InterfaceError):
        return True
    return state_of(exception).startswith(AWAY)


def has_no_room(exception: BaseException | None) -> bool:
    """Whether that says that a database is there and lacks room for what was asked of it."""
    return state_of(exception).startswith(WITHOUT_ROOM) and not is_away(exception)


def state_of(exception: BaseException | None) -> str:
    """Return PostgreSQL's state; that of a lost connection where it could say none."""
    if not isinstance(exception, OperationalError):
        return ""
    return getattr(exception.__cause__, "sqlstate", None) or "08"


def if_it_lasts() -> str:
    return _("If it lasts, tell your IT service. Until then, work with the printed lists.")


def away(*, is_sent: bool) -> dict[str, str]:
    if is_sent:
        wait = _("Nothing was saved. Reload this page in half a minute: your browser sends what you typed once more.")
    else:
        wait = _("Nothing is lost of what was saved. This page tries again by itself every half minute.")
    return {"title": _("CareHub’s database does not answer"), "sentence": wait, "advice": if_it_lasts()}


def without_room(*, is_sent: bool) -> dict[str, str]:
    return {
        **away(is_sent=is_sent),
        "title": _("CareHub’s database has no room left"),
        "advice": _("Tell your IT service at once: disk or memory is full. Until then, work with the printed lists."),
    }


def being_upgraded(*, is_sent: bool) -> dict[str, str]:
    return {
        "title": _("CareHub is being upgraded"),
        "sentence": _("Its database and its programs are not of one version, so nothing is shown or saved."),
        "advice": if_it_lasts(),
    }


def stumbled(*, is_sent: bool) -> dict[str, str]:
    sentence = _(
        "Nothing was saved by this last action. Try again; "
        "if it happens again, tell your IT service the time it happened."
    )
    return {"title": _("Something went wrong here"), "sentence": sentence, "advice": if_it_lasts()}


def page(request: HttpRequest, words: Callable[..., dict[str, str]] = away, *, status: int = 503) -> HttpResponse:
    """Return the page in the language of the browser; for a part of a page, its notice alone."""
    with translation.override(translation.get_language_from_request(request)):
        is_part = request.headers.get("HX-Request") == "true"
        is_sent = request.method not in {"GET", "HEAD"}
        context: dict[str, object] = {"language": translation.get_language(), "is_sent": is_sent}
        context |= words(is_sent=is_sent) | {"retry_seconds": RETRY_SECONDS}
        response = HttpResponse(
            render_to_string("errors/_notice.html" if is_part else "errors/absent.html", context), status=status
        )
    response["Retry-After"] = str(RETRY_SECONDS)
    response["Cache-Control"] = "no-store, private"
    return as_notice(response) if is_part else response


def first_line(error: BaseException | None) -> str:
    return (str(error).splitlines() or [type(error).__name__])[0]


class OneLine(logging.Filter):
    """A database that is away or full is one line of the log a request, not a trace of every layer that asked it."""

    def filter(self, record: logging.LogRecord) -> bool:
        exception = record.exc_info[1] if record.exc_info else None
        if is_away(exception) or has_no_room(exception):
            what = "does not answer" if is_away(exception) else "has no room"
            said = first_line(exception)
            record.msg, record.args = "The database %s: %s (%s)", (what, record.getMessage(), said)
            record.exc_info = record.exc_text = None
        return True
