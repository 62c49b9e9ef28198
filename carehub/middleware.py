"""What every page of every door carries or says, whoever asks; knows no role and asks no query."""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import cast

from csp.constants import HEADER
from csp.middleware import CSPMiddleware
from csp.utils import build_policy
from django.conf import settings
from django.db import DEFAULT_DB_ALIAS, DatabaseError, connections
from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed
from django.http.response import HttpResponseBase
from django.middleware.gzip import GZipMiddleware

from access import waiting
from access.attempts import Slowed
from access.hashing import Busy
from access.refusal import constraint_of
from carehub.absent import is_away
from carehub.errors import database_is_away, log_is_full, method_not_allowed, must_wait

logger = logging.getLogger("carehub")

GetResponse = Callable[[HttpRequest], HttpResponse]


class ContentPolicy(CSPMiddleware):
    """django-csp, which writes the policy of the settings once and not anew for each answer.

    Where a page or its answer has something of its own to say about it, django-csp is asked.
    """

    OWN = ("config", "update", "replace", "exempt", "config_ro", "update_ro", "replace_ro", "exempt_ro")

    def __init__(self, get_response: GetResponse) -> None:
        super().__init__(get_response)
        self.policy = build_policy()

    def process_response(self, request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
        said = vars(response)
        is_usual = not settings.DEBUG and not any(f"_csp_{name}" in said for name in self.OWN)
        if not is_usual or hasattr(request, "_csp_nonce") or HEADER in response:
            return super().process_response(request, response)
        response[HEADER] = self.policy
        return response


class PrivateResponses:
    """Forbid any cache, shared or of a browser on a shared terminal, to keep a page that names people."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if not request.path.startswith(f"/{settings.STATIC_URL.strip('/')}/"):
            response.headers.setdefault("Cache-Control", "no-store, private")
            response.headers.setdefault("Permissions-Policy", "camera=(), microphone=(), geolocation=()")
        return response


class ForPrograms:
    """At the care door's addresses for other programs no cookie counts, and no answer is a page (docs/adr/0065)."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        if settings.CAREHUB_DOOR != "care" or not request.path_info.startswith("/fhir/"):
            return self.get_response(request)
        from appointments.care.fhir.outcomes import as_resource

        request.META.pop("HTTP_COOKIE", None)
        return as_resource(self.get_response(request))


class OpenPages:
    """Answer an open page of the care door to which nothing is new, before anything is done of what a page needs."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        if settings.CAREHUB_DOOR == "care" and request.path_info == "/now":
            from appointments.care.open_page.asking import unchanged

            answer = unchanged(request)
            if answer is not None:
                return answer
        return self.get_response(request)


class Compressed(GZipMiddleware):
    """Pack what travels, but no answer that a page of another site asked for: its length would tell (docs/adr/0063).

    A packed answer's tag becomes a weak one; whoever asks again with it means the same content.
    """

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        tag = request.META.get("HTTP_IF_NONE_MATCH", "")
        if tag.startswith("W/"):
            request.META["HTTP_IF_NONE_MATCH"] = tag.removeprefix("W/")
        return cast("HttpResponseBase", super().__call__(request))  # no door serves asynchronously

    def process_response(self, request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
        if request.headers.get("Sec-Fetch-Site", "same-origin") not in {"same-origin", "none"}:
            return response
        return super().process_response(request, response)


class SentenceForMethod:
    """Say what to do where Django answers with an empty page: an address was typed that only a form sends to."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if isinstance(response, HttpResponseNotAllowed) and not response.content:
            return method_not_allowed(request, allowed=response.headers["Allow"])
        return response


class SentenceForFullLog:
    """Say what to do where the database takes no more lines of the access log: somebody floods it."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        """Answer a page that could not write its line; leave anything else to Django."""
        if not isinstance(exception, DatabaseError) or constraint_of(exception) != "log_lines_a_minute":
            return None
        logger.error("This door's login has filled the access log's minute: %s was refused.", request.path)
        return log_is_full(request)


class SentenceForWait:
    """Say how long to wait where a password is asked again and was not looked at."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        """Answer a page whose password was not looked at; leave anything else to Django."""
        if not isinstance(exception, (Slowed, Busy)):
            return None
        status = 429 if isinstance(exception, Slowed) else 503
        sentence = waiting.sentence(exception)
        return must_wait(request, status=status, sentence=sentence, seconds=exception.wait_seconds)


class SentenceForAbsentDatabase:
    """Say what is the matter where a door that works in two databases reaches its own only."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        """Answer a page whose other database is away; leave anything else to Django."""
        if not is_away(exception):
            return None
        if len(connections.settings) == 1:
            return None
        if not connections[DEFAULT_DB_ALIAS].is_usable():
            return None
        logger.error("A prison's database does not answer: %s was not shown. %s", request.path, exception)
        return database_is_away(request)


class SentDrafts:
    """Let the draft of a form go once the form was done; a carer's alone, the other doors keep none."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if request.method == "POST" and settings.CAREHUB_DOOR == "care":
            from appointments.care.drafts.sent import let_go

            let_go(request, response)
        return response
