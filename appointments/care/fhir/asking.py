"""Lets a program in: its token, its method, what it takes as an answer; turns each refusal into an OperationOutcome."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from typing import Any

from django.core.exceptions import RequestDataTooBig
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt

from access.attempts import Slowed
from access.audit import record
from access.decorators import open_to_anyone
from access.enums import InterfaceScope, Verb
from access.interface_tokens import find_token
from access.models import Establishment, InterfaceToken, User
from appointments.care.fhir.outcomes import FHIR_JSON, Problem
from appointments.rights import Rights

TAKEN = {FHIR_JSON, "application/json", "application/*", "*/*"}
FORMATS = {"json", FHIR_JSON, "application/json"}
FORM = "application/x-www-form-urlencoded"


@dataclass(frozen=True)
class Asking:
    """One request of a program: whose token it came with, where, and what that account may see and do."""

    request: HttpRequest
    token: InterfaceToken
    rights: Rights

    @property
    def user(self) -> User:
        return self.rights.user

    @property
    def establishment(self) -> Establishment:
        return self.rights.establishment

    def require(self, scope: InterfaceScope) -> None:
        """Refuse what the token was not opened for, and write it down."""
        if scope not in self.token.scopes:
            record(by=self.user, verb=Verb.REFUSE, target=self.token, establishment=self.establishment)
            raise Problem(403, _("This token was not opened for %(scope)s.") % {"scope": scope.value})

    def noted(self, verb: Verb, target: Any) -> None:
        """Write into the access log what was looked at."""
        record(by=self.user, verb=verb, target=target, establishment=self.establishment)


View = Callable[..., HttpResponse]


def answering(view: View) -> View:
    """Open an address to programs, without session or cookie, and answer each refusal with an OperationOutcome."""

    @csrf_exempt
    @open_to_anyone
    @wraps(view)
    def answered(request: HttpRequest, **values: Any) -> HttpResponse:
        try:
            return view(request, **values)
        except Problem as problem:
            return problem.answer()
        except Slowed as slowed:
            return Problem(429, headers={"Retry-After": str(slowed.wait_seconds)}).answer()
        except Http404:
            return Problem(404).answer()
        except RequestDataTooBig:
            return Problem(413).answer()

    return answered


def interface(**scopes: InterfaceScope) -> Callable[[View], View]:
    """Open an address to tokens that were opened for what the method needs: interface(GET=…, PATCH=…)."""

    def decorate(view: View) -> View:
        @wraps(view)
        def let_in_first(request: HttpRequest, **values: Any) -> HttpResponse:
            asking = let_in(request)
            asking.require(scope_of(request, scopes))
            return view(asking, **values)

        return answering(let_in_first)

    return decorate


def search(scope: InterfaceScope) -> Callable[[View], View]:
    """Open a search: by GET, or by a form sent to `_search`, which keeps people’s numbers out of addresses."""

    def decorate(view: View) -> View:
        @wraps(view)
        def let_in_first(request: HttpRequest, **values: Any) -> HttpResponse:
            asking = let_in(request)
            is_form = request.path.endswith("/_search")
            asking.require(scope_of(request, {"POST": scope} if is_form else {"GET": scope}))
            if is_form and request.content_type != FORM:
                raise Problem(415, _("Send %(kinds)s.") % {"kinds": FORM})
            return view(asking, **values)

        return answering(let_in_first)

    return decorate


def scope_of(request: HttpRequest, scopes: dict[str, InterfaceScope]) -> InterfaceScope:
    method = "GET" if request.method == "HEAD" else str(request.method)
    if method not in scopes:
        allowed = [*scopes, *(["HEAD"] if "GET" in scopes else [])]
        raise Problem(405, headers={"Allow": ", ".join(allowed)})
    return scopes[method]


def let_in(request: HttpRequest) -> Asking:
    """Return who asks. Raises Problem, Slowed."""
    require_format(request)
    kind, _space, secret = request.headers.get("Authorization", "").partition(" ")
    challenge = {"WWW-Authenticate": 'Bearer realm="CareHub"'}
    if kind.lower() != "bearer" or not secret.strip():
        raise Problem(401, headers=challenge)
    found = find_token(request, secret.strip()[:200])
    if found is None:
        challenge = {"WWW-Authenticate": 'Bearer realm="CareHub", error="invalid_token"'}
        raise Problem(401, _("This token does not work, or no longer."), headers=challenge)
    token, role = found
    # What is asked by a program is no emergency: it has the rights that last.
    rights = Rights(token.user, role.establishment, in_emergency=False)
    if not rights.uses_interfaces:
        record(by=token.user, verb=Verb.REFUSE, target=token, establishment=role.establishment)
        raise Problem(403, _("The account of this token may use interfaces no longer."))
    return Asking(request, token, rights)


def require_format(request: HttpRequest) -> None:
    """Refuse whoever reads no JSON."""
    accepted = request.headers.get("Accept", "*/*") or "*/*"
    kinds = {part.partition(";")[0].strip().lower() for part in accepted.split(",")}
    wanted = request.GET.get("_format", "json").partition(";")[0].strip().replace(" ", "+")
    if not kinds & TAKEN or wanted not in FORMATS:
        raise Problem(406)
