"""Response headers that every page of every door carries; knows no role and asks no query."""

from __future__ import annotations

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed

from carehub.errors import method_not_allowed

GetResponse = Callable[[HttpRequest], HttpResponse]


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


class SentenceForMethod:
    """Say what to do where Django answers with an empty page: an address was typed that only a form sends to."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if isinstance(response, HttpResponseNotAllowed) and not response.content:
            return method_not_allowed(request, allowed=response.headers["Allow"])
        return response
