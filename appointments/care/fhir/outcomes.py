"""Answers: a resource, or an OperationOutcome that says in a sentence what is the matter."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

Resource = dict[str, Any]

FHIR_JSON = "application/fhir+json"
# Marks, in an outcome, the times that are free instead.
NEXT_TIME = "urn:x-carehub:next-time"

# By status: the kind of issue, and what is said where nobody knows better.
USUAL: dict[int, tuple[str, str | Promise]] = {
    400: ("invalid", _("This request cannot be understood.")),
    401: ("login", _("An interface token is needed, in the header “Authorization”.")),
    403: ("forbidden", _("This token does not open that.")),
    404: ("not-found", _("Nothing is at this address, or this token does not see it.")),
    405: ("not-supported", _("This address does not take that method.")),
    406: ("not-supported", _("Answers are application/fhir+json.")),
    409: ("conflict", _("This cannot be done as things stand.")),
    413: ("too-long", _("What was sent is too large.")),
    415: ("not-supported", _("Send application/fhir+json.")),
    429: ("throttled", _("Too many requests. Wait, and ask less often.")),
    500: ("exception", _("Something went wrong here. Nothing was saved by this request.")),
    503: ("transient", _("CareHub does not answer just now. Try again in a minute.")),
}


class Problem(Exception):
    """What was asked is refused; `free` are times that can be had instead."""

    def __init__(
        self,
        status: int,
        sentence: str = "",
        *,
        code: str = "",
        headers: Mapping[str, str] | None = None,
        free: Sequence[Resource] = (),
    ) -> None:
        usual_code, usual_sentence = USUAL.get(status, USUAL[400])
        super().__init__(sentence)
        self.status, self.code, self.sentence = status, code or usual_code, sentence or str(usual_sentence)
        self.headers, self.free = headers or {}, free

    def answer(self) -> HttpResponse:
        return answer(outcome(self.code, self.sentence, free=self.free), status=self.status, headers=self.headers)


def outcome(code: str, sentence: str, *, free: Sequence[Resource] = ()) -> Resource:
    """Return what a program reads of a refusal; free times are contained, and the issue points to each."""
    issue: Resource = {"severity": "error", "code": code, "details": {"text": sentence}, "diagnostics": sentence}
    told: Resource = {"resourceType": "OperationOutcome", "issue": [issue]}
    if free:
        told["contained"] = list(free)
        issue["extension"] = [
            {"url": NEXT_TIME, "valueReference": {"reference": f"#{one['id']}"}} for one in told["contained"]
        ]
    return told


def answer(resource: Resource, *, status: int = 200, headers: Mapping[str, str] | None = None) -> HttpResponse:
    """Return a resource as it travels; one that has a version carries it in the headers, too."""
    body = json.dumps(resource, ensure_ascii=False).encode()
    response = HttpResponse(body, status=status, content_type=f"{FHIR_JSON}; charset=utf-8")
    for name, value in (headers or {}).items():
        response.headers[name] = value
    return response


def as_resource(response: HttpResponseBase) -> HttpResponseBase:
    """Return the answer itself, or an outcome in place of a page that says what went wrong."""
    said = response.headers.get("Content-Type", "")
    if response.status_code < 400 or said.startswith(FHIR_JSON):
        return response
    kept = {name: response.headers[name] for name in ("Allow", "Retry-After") if name in response.headers}
    return Problem(response.status_code, headers=kept).answer()
