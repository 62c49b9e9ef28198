"""Bundles of a search, page after page: each begins after the last of the page before, whatever changes meanwhile."""

from __future__ import annotations

import binascii
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Callable, Iterable, Sequence
from typing import TypeVar
from urllib.parse import urlencode

from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext as _

from appointments.care.fhir.outcomes import Problem, Resource
from appointments.care.fhir.query import Query
from appointments.care.fhir.resources import instant

Row = TypeVar("Row")
Place = tuple[str, ...]
BASE = "/fhir/"


def base_of(request: HttpRequest) -> str:
    return request.build_absolute_uri(BASE)


def bundle(
    request: HttpRequest, resources: Iterable[Resource], *, query: Query | None, next_page: str = ""
) -> Resource:
    """Return a searchset; `next_page` is the word under which the next page is asked for."""
    base = base_of(request)
    told: Resource = {"resourceType": "Bundle", "type": "searchset", "timestamp": instant(timezone.now())}
    entries = [
        {
            **({"fullUrl": f"{base}{each['resourceType']}/{each['id']}"} if "id" in each else {}),
            "resource": each,
            "search": {"mode": "match"},
        }
        for each in resources
    ]
    if query is not None:
        told["link"] = [{"relation": "self", "url": address(request, query, query.page)}]
        if next_page:
            told["link"].append({"relation": "next", "url": address(request, query, next_page)})
    if entries:
        told["entry"] = entries
    return told


def address(request: HttpRequest, query: Query, page: str) -> str:
    """Return the address of a page, with what was understood of the question; a form's fields stay out of it."""
    path = request.build_absolute_uri(request.path.removesuffix("/_search"))
    if request.method == "POST" and not page:
        return path
    values = [(name, each) for name, all_of_it in query.values.items() for each in all_of_it if name != "_page"]
    said = urlencode([*values, *([("_page", page)] if page else [])])
    return f"{path}?{said}" if said else path


def word_of(place: Place) -> str:
    """Return the word of a page that begins after this place."""
    return urlsafe_b64encode("~".join(place).encode()).decode().rstrip("=")


def place_of(word: str, *, parts: int) -> Place:
    """Return the place after which a page begins. Raises Problem for a word that is none of ours."""
    try:
        place = tuple(urlsafe_b64decode(f"{word}{'=' * (-len(word) % 4)}".encode("ascii")).decode().split("~"))
    except (ValueError, binascii.Error) as error:
        raise not_a_page() from error
    if len(place) != parts or not all(each and each.isprintable() for each in place):
        raise not_a_page()
    return place


def not_a_page() -> Problem:
    return Problem(400, _("“_page” is the word of a “next” link, and nothing else."), code="value")


def cut(rows: Sequence[Row], query: Query, key: Callable[[Row], Place]) -> tuple[list[Row], str]:
    """Return the rows of a page, in the order of their keys, and the word of the next one; "" at the end."""
    ordered = sorted(rows, key=key)
    if query.page and ordered:
        after = place_of(query.page, parts=len(key(ordered[0])))
        ordered = [row for row in ordered if key(row) > after]
    shown = ordered[: query.count]
    return shown, word_of(key(shown[-1])) if shown and len(ordered) > len(shown) else ""
