"""What can be asked here, as a CapabilityStatement: open to whoever reaches the door, for it tells of no row."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse

from access.enums import InterfaceScope
from appointments.care.fhir.asking import answering, let_in, require_format, scope_of
from appointments.care.fhir.bundles import base_of
from appointments.care.fhir.outcomes import FHIR_JSON, Problem, Resource, answer

# When what can be asked changed last.
CHANGED = "2026-11-30"
# resource -> what is done with it, by what it is searched, its operations.
OFFERED: dict[str, tuple[tuple[str, ...], dict[str, str], tuple[str, ...]]] = {
    "Schedule": (
        ("read", "search-type"),
        {"_id": "token", "active": "token", "actor": "reference", "service-type": "token", "specialty": "token"},
        (),
    ),
    "Practitioner": (("read", "search-type"), {"_id": "token"}, ()),
    "Slot": (
        ("read", "search-type"),
        {"schedule": "reference", "service-type": "token", "start": "date", "status": "token"},
        (),
    ),
    "Appointment": (
        ("read", "search-type", "update", "patch"),
        {
            "_id": "token",
            "actor": "reference",
            "date": "date",
            "patient": "reference",
            "practitioner": "reference",
            "service-type": "token",
            "status": "token",
        },
        ("find", "book"),
    ),
    "Patient": (("read", "search-type"), {"_id": "token", "identifier": "token"}, ()),
}


@answering
def capability(request: HttpRequest) -> HttpResponse:
    """Asked before a program knows how to ask: without a token."""
    require_format(request)
    scope_of(request, {"GET": InterfaceScope.TIMES})
    return answer(statement(base_of(request)))


# It changes nothing, and is asked for by no form.
capability.csrf_exempt = False  # type: ignore[attr-defined]


def statement(base: str) -> Resource:
    return {
        "resourceType": "CapabilityStatement",
        "status": "active",
        "date": CHANGED,
        "kind": "instance",
        "software": {"name": "CareHub"},
        "implementation": {"description": "CareHub, care door", "url": base.rstrip("/")},
        "fhirVersion": "4.0.1",
        "format": [FHIR_JSON],
        "patchFormat": ["application/json-patch+json"],
        "rest": [
            {
                "mode": "server",
                "security": {
                    "cors": False,
                    "description": "Authorization: Bearer, an interface token that an account opens at the care door. "
                    f"Scopes: {' '.join(InterfaceScope.values)}",
                },
                "resource": [offered(name) for name in OFFERED],
            }
        ],
    }


def offered(name: str) -> Resource:
    interactions, searched_by, operations = OFFERED[name]
    told: Resource = {
        "type": name,
        "interaction": [{"code": code} for code in interactions],
        "versioning": "versioned-update" if "update" in interactions else "no-version",
        "searchParam": [{"name": param, "type": kind} for param, kind in searched_by.items()],
    }
    if operations:
        told["operation"] = [{"name": each, "definition": f"urn:x-carehub:operation:{each}"} for each in operations]
    return told


@answering
def nothing_here(request: HttpRequest, rest: str = "") -> HttpResponse:
    let_in(request)
    raise Problem(404)
