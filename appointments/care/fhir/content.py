"""Reads what a program sends: JSON, bounded, in UTF-8, and in it the values of a resource or of an operation."""

from __future__ import annotations

import json
from typing import Any, NoReturn

from django.http import HttpRequest
from django.http.request import UnreadablePostError
from django.utils.translation import gettext as _

from appointments.care.fhir.outcomes import FHIR_JSON, Problem, Resource

LARGEST = 64 * 1024
JSON_KINDS = (FHIR_JSON, "application/json")
PATCH_KINDS = ("application/json-patch+json",)


def json_in(request: HttpRequest, *, kinds: tuple[str, ...] = JSON_KINDS) -> Any:
    """Return what the body holds. Raises Problem: 413, 415, or 400 for what is no JSON."""
    if request.content_type not in kinds:
        raise Problem(415, _("Send %(kinds)s.") % {"kinds": kinds[0]})
    length = request.META.get("CONTENT_LENGTH") or "0"
    if (length.isdecimal() and int(length[:12]) > LARGEST) or len(body := body_of(request)) > LARGEST:
        raise Problem(413, _("What was sent is too large: %(most)d KB are taken.") % {"most": LARGEST // 1024})
    try:
        read = json.loads(body.decode(), parse_constant=refuse_constant)
        # Half of a sign, or none at all: no database takes it.
        text = json.dumps(read, ensure_ascii=False)
        text.encode()
    except (ValueError, RecursionError) as error:
        raise Problem(400, _("This is no JSON in UTF-8."), code="structure") from error
    if "\\u0000" in text:
        raise Problem(400, _("This is no JSON in UTF-8."), code="structure")
    return read


def body_of(request: HttpRequest) -> bytes:
    try:
        return request.body
    except UnreadablePostError as error:
        raise Problem(400) from error


def refuse_constant(_name: str) -> NoReturn:
    raise ValueError


def resource_in(request: HttpRequest, *kinds: str) -> Resource:
    """Return the resource of one of `kinds` that the body holds. Raises Problem."""
    read = json_in(request)
    if not isinstance(read, dict) or read.get("resourceType") not in kinds:
        raise Problem(400, _("A resource is expected: %(kinds)s.") % {"kinds": ", ".join(kinds)}, code="structure")
    return read


def part(resource: Any, name: str, kind: type | tuple[type, ...]) -> Any:
    """Return an element of a resource, None where there is none. Raises Problem where it is of another kind."""
    found = resource.get(name) if isinstance(resource, dict) else None
    # In Python, true is a number.
    if found is not None and (not isinstance(found, kind) or (isinstance(found, bool) and kind is int)):
        raise Problem(400, _("“%(name)s” is not as FHIR R4 has it.") % {"name": name}, code="structure")
    return found


def objects(resource: Any, name: str) -> list[Resource]:
    """Return the elements of a list of objects. Raises Problem."""
    found = part(resource, name, list) or []
    if not all(isinstance(each, dict) for each in found):
        raise Problem(400, _("“%(name)s” is not as FHIR R4 has it.") % {"name": name}, code="structure")
    return list(found)


def text(resource: Any, name: str) -> str:
    return part(resource, name, str) or ""


Values = dict[str, list[Any]]


def parameters_in(resource: Resource) -> Values:
    """Return the values of a Parameters resource by their names: text, a number, or a resource. Raises Problem."""
    found: Values = {}
    for each in objects(resource, "parameter"):
        name = text(each, "name")
        if not name:
            raise Problem(400, _("A parameter has no name."), code="structure")
        found.setdefault(name, []).append(value_in(each))
    return found


def value_in(parameter: Resource) -> Any:
    """Return the value of one parameter; of a reference its address, of a concept its codes as system|code."""
    if (resource := part(parameter, "resource", dict)) is not None:
        return resource
    kind = next((key for key in parameter if key.startswith("value")), "")
    value = parameter.get(kind)
    if kind == "valueReference":
        return text(value, "reference") or token_of(part(value, "identifier", dict) or {}, "value")
    if kind == "valueCodeableConcept":
        codings = objects(value, "coding")
        return ",".join(token_of(each, "code") for each in codings)
    if kind == "valueCoding":
        return token_of(value if isinstance(value, dict) else {}, "code")
    if not isinstance(value, (str, int)) or isinstance(value, bool):
        raise Problem(400, _("“%(name)s” is not as FHIR R4 has it.") % {"name": text(parameter, "name")[:60]})
    return str(value)


def token_of(coding: Resource, name: str) -> str:
    """Return a code with its system, as a search writes it."""
    system = text(coding, "system")
    return f"{system}|{text(coding, name)}" if system else text(coding, name)
