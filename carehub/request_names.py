"""Gives each request a name, so that a line of the log and the answer that somebody got can be put side by side."""

from __future__ import annotations

import logging
import re
import time
import uuid
from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse

from carehub.logs import NO_PAGE, request_name

HEADER = "X-Request-ID"
# What a proxy may write: nothing that could break a line, or hold words.
ACCEPTABLE = re.compile(r"[0-9A-Za-z-]{8,64}")

logger = logging.getLogger("carehub.requests")


class RequestNames:
    """The outermost middleware: a name for the log, the same in the answer; a line a request where it is wanted."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        name, begun = name_of(request), time.monotonic()
        request.carehub_name = name  # type: ignore[attr-defined]
        token = request_name.set(name)
        try:
            response = self.get_response(request)
            response[HEADER] = name
            if logger.isEnabledFor(logging.INFO):
                figures = {"status": response.status_code, "milliseconds": round((time.monotonic() - begun) * 1000)}
                logger.info("%s %s", request.method, page(request), extra={"figures": figures})
        finally:
            request_name.reset(token)
        return response


def name_of(request: HttpRequest) -> str:
    """Return the proxy's name of the request where it is told to give one, else a new one."""
    header = settings.CAREHUB_REQUEST_NAME_HEADER
    given = request.headers.get(header, "") if header else ""
    return given if ACCEPTABLE.fullmatch(given) else uuid.uuid4().hex


def page(request: HttpRequest) -> str:
    return f"/{request.resolver_match.route}" if request.resolver_match else NO_PAGE
