"""A program of the hospital's at the care door; another project's models of FHIR read all that it is answered."""

from __future__ import annotations

import json
import secrets
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from django.test import Client
from django.utils import timezone
from fhir.resources.R4B import get_fhir_model_class
from pydantic import BaseModel

from access.digest import digest_of
from access.enums import InterfaceScope
from access.interface_tokens import BEGINNING
from access.models import Establishment, InterfaceToken, User
from access.policy import give
from tests.doors import DoorClient

FHIR_JSON = "application/fhir+json"
# Lists of the library that are none: these are media types.
MEDIA_TYPES = {"format", "patchFormat"}
ALL = tuple(InterfaceScope.values)


@dataclass
class Answered:
    status: int
    resource: dict[str, Any]
    headers: dict[str, str]

    @property
    def entries(self) -> list[dict[str, Any]]:
        return [entry["resource"] for entry in self.resource.get("entry", [])]

    @property
    def ids(self) -> list[str]:
        return [entry["id"] for entry in self.entries]

    @property
    def said(self) -> str:
        """What an OperationOutcome says."""
        return str(self.resource["issue"][0]["diagnostics"])

    def link(self, relation: str) -> str | None:
        return next((one["url"] for one in self.resource["link"] if one["relation"] == relation), None)


@dataclass
class Program:
    """Asks with a token, and reads each answer by the other project's models."""

    secret: str | None
    client: Client = field(default_factory=lambda: DoorClient("care"))

    def get(self, path: str, **headers: str) -> Answered:
        return self.ask("GET", path, **headers)

    def post(self, path: str, resource: Any, **headers: str) -> Answered:
        return self.ask("POST", path, json.dumps(resource), **headers)

    def ask(self, method: str, path: str, body: str | bytes = "", *, kind: str = FHIR_JSON, **headers: str) -> Answered:
        said = {name.replace("_", "-"): value for name, value in headers.items()}
        if self.secret is not None:
            said.setdefault("Authorization", f"Bearer {self.secret}")
        self.client.raise_request_exception = False
        path = path.removeprefix("http://testserver")
        path = path if path.startswith("/") else f"/fhir/{path}"
        response = self.client.generic(method, path, body, content_type=kind, headers=said)
        assert not response.cookies
        assert response.headers["Cache-Control"] == "no-store, private"
        if response.status_code == 304:
            return Answered(304, {}, dict(response.headers))
        assert response.headers["Content-Type"] == f"{FHIR_JSON}; charset=utf-8", response.content[:300]
        resource = json.loads(response.content) if method != "HEAD" else {}
        if resource:
            require_valid(resource)
            assert (resource["resourceType"] == "OperationOutcome") == (response.status_code >= 400)
        return Answered(response.status_code, resource, dict(response.headers))


def require_valid(resource: dict[str, Any]) -> None:
    """Refuse what the other project's models refuse, and a code that is not in their list for it."""
    read = get_fhir_model_class(resource["resourceType"]).model_validate(resource)
    require_codes(read)


def require_codes(model: BaseModel) -> None:
    for name, described in type(model).model_fields.items():
        value = getattr(model, name)
        known = (described.json_schema_extra or {}).get("enum_values")
        each = value if isinstance(value, list) else [value]
        for one in each:
            if isinstance(one, BaseModel):
                require_codes(one)
            elif known and one is not None and name not in MEDIA_TYPES:
                assert one in known, (name, one, known)


def opened(user: User, place: Establishment, *scopes: str, **fields: Any) -> str:
    """The secret of a token that `user`, to whom interfaces were given, has opened for all scopes or for these."""
    give(user, "use_interfaces", place)
    User.objects.filter(pk=user.pk).update(second_factor_since=timezone.now())
    secret = BEGINNING + secrets.token_urlsafe(32)
    row = {"name": "EAI", "expires_at": timezone.now() + timedelta(days=30), **fields}
    InterfaceToken.objects.create(
        user=user, establishment=place, scopes=list(scopes or ALL), digest=digest_of(secret), **row
    )
    return secret


def program_of(user: User, place: Establishment, *scopes: str) -> Program:
    return Program(opened(user, place, *scopes))


def wanted(person: Any, kind: Any, **more: Any) -> dict[str, Any]:
    """An Appointment as a program proposes it; `more` says when and with whom."""
    participants = [{"actor": {"reference": f"Patient/{person.pk}"}, "status": "accepted"}]
    if agenda := more.pop("agenda", None):
        participants.append({"actor": {"reference": f"Practitioner/{agenda.pk}"}, "status": "accepted"})
    return {
        "resourceType": "Appointment",
        "status": "proposed",
        "serviceType": [{"coding": [{"system": "urn:x-carehub:kind", "code": str(kind.pk)}]}],
        "participant": participants,
        **more,
    }


def parameters(**values: Any) -> dict[str, Any]:
    """A Parameters resource: text, a number, or a resource under each name."""

    def one(name: str, value: Any) -> dict[str, Any]:
        if isinstance(value, dict):
            return {"name": name, "resource": value}
        return {"name": name, "valueInteger" if isinstance(value, int) else "valueString": value}

    return {
        "resourceType": "Parameters",
        "parameter": [one(name.replace("_", "-"), value) for name, value in values.items()],
    }
