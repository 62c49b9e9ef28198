"""A refusal of a part of a page goes where every page has room for one, whatever part was asked for."""

from __future__ import annotations

from django.http import HttpResponse


def as_notice(response: HttpResponse) -> HttpResponse:
    """Return the answer, for htmx to put it over the page; a browser that asked for the whole takes no notice."""
    response["HX-Retarget"] = "#carehub-notice"
    response["HX-Reswap"] = "innerHTML"
    return response
