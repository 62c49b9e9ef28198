"""Paper: sheets to be ticked, what was ticked entered again, slips to hand out, blank forms."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from access.audit import record
from access.decorators import audience, background
from access.enums import PRISON_ROLES, Verb
from access.requests import DoorRequest
from appointments.arithmetic.languages import FORM, SLIP, SLIPS_A_PAGE
from appointments.arithmetic.sheet import destroy_on
from appointments.prison.choosing import Choice, choice_of, day_asked
from appointments.prison.entering import boxes_for, enter, keys_in_words, rows_to_enter
from appointments.prison.listing import DayList, floor_key, read_day
from appointments.prison.models import Edition, PrintedSheet
from appointments.prison.sheets import (
    Part,
    keep_printed,
    parts_of,
    preview,
    printed_visible_to,
    read_printed,
    sheets_of_the_day,
)

LARGE, EACH_WING = "large", "wing"
FORMS_A_PAGE = 2


def parts_asked(request: DoorRequest, listed: DayList, choice: Choice) -> list[Part]:
    """Return the sheets that the address asks for; none of a list that is not there.

    An empty sheet would say that nobody is expected.
    """
    if not listed.edition.has_arrived:
        return []
    buildings = [choice.building] if choice.building else listed.buildings
    return parts_of(listed, buildings, wing=choice.wing, is_each=request.GET.get("each") == EACH_WING)


@audience(*PRISON_ROLES)
@require_http_methods(["GET", "HEAD", "POST"])
def movement_print(request: DoorRequest) -> HttpResponse:
    """The sheets as they would be printed, with what has changed since the last ones; then kept and printed."""
    listed = read_day(request.user, request.establishment, day_asked(request.GET))
    choice = choice_of(request.GET, listed)
    parts = parts_asked(request, listed, choice)
    if request.method == "POST" and parts:
        batch = keep_printed(listed, parts, by=request.user)
        large = f"?size={LARGE}" if is_large(request) else ""
        return redirect(f"{reverse('printed', args=[batch])}{large}")
    record(by=request.user, verb=Verb.PRINT, target=Edition, establishment=request.establishment)
    context = {
        "listed": listed,
        "choice": choice,
        "query": request.GET.urlencode(),
        "is_each": request.GET.get("each") == EACH_WING,
        **page_of_sheets(request, sheets=preview(listed, parts)),
    }
    return render(request, "prison/print.html", context)


def is_large(request: DoorRequest) -> bool:
    return request.GET.get("size") == LARGE


def page_of_sheets(request: DoorRequest, **words: Any) -> dict[str, Any]:
    return {"is_large": is_large(request), "zone": request.establishment.zone, **words}


@background
@audience(*PRISON_ROLES)
@require_safe
def sheets_behind(request: DoorRequest) -> HttpResponse:
    """The sheets of what an open list shows, for whoever prints the page by the browser's own menu."""
    listed = read_day(request.user, request.establishment, day_asked(request.GET))
    parts = parts_asked(request, listed, choice_of(request.GET, listed))
    record(by=request.user, verb=Verb.READ, target=Edition, establishment=request.establishment)
    context = page_of_sheets(request, sheets=preview(listed, parts), establishment=request.establishment)
    return render(request, "prison/_sheets_behind.html", context)


@audience(*PRISON_ROLES)
@require_safe
def printed(request: DoorRequest, batch: UUID) -> HttpResponse:
    """The sheets of one click, as they were kept; the browser's print window opens over them."""
    sheets = read_printed(request.user, request.establishment, batch)
    if not sheets:
        raise Http404
    record(by=request.user, verb=Verb.READ, target=Edition, establishment=request.establishment)
    return render(request, "prison/printed.html", page_of_sheets(request, sheets=sheets))


@audience(*PRISON_ROLES)
@require_safe
def sheets_to_enter(request: DoorRequest) -> HttpResponse:
    """Today's printed sheets: which one has come back?"""
    sheets = sheets_of_the_day(request.user, request.establishment, request.establishment.today())
    record(by=request.user, verb=Verb.READ, target=PrintedSheet, establishment=request.establishment)
    return render(request, "prison/sheets.html", {"sheets": sheets, "zone": request.establishment.zone})


@audience(*PRISON_ROLES)
@require_http_methods(["GET", "HEAD", "POST"])
def enter_sheet(request: DoorRequest, key: UUID) -> HttpResponse:
    """The lines of one sheet in its order: one key each for what was ticked."""
    found = printed_visible_to(request.user, request.establishment).filter(pk=key, day=request.establishment.today())
    sheet = found.select_related("building", "establishment").first()
    if sheet is None:
        raise Http404
    typed, seen = typed_and_seen(request)
    rows = enter(sheet, typed, seen, by=request.user) if typed else rows_to_enter(sheet, by=request.user)
    record(by=request.user, verb=Verb.READ, target=sheet, establishment=request.establishment)
    boxes = boxes_for(request.user, request.establishment)
    problems = sum(bool(each.problem) for each in rows)
    context = {
        "sheet": sheet,
        "rows": rows,
        "keys": keys_in_words(boxes),
        "known_keys": "".join(key for key, _words in keys_in_words(boxes)),
        "recorded": sum(each.is_recorded for each in rows),
        "problems": problems,
        "nothing_typed": request.method == "POST" and not typed,
        "zone": request.establishment.zone,
    }
    status = 422 if problems or context["nothing_typed"] else 200
    return render(request, "prison/enter.html", context, status=status)


def typed_and_seen(request: DoorRequest) -> tuple[dict[str, str], dict[str, str]]:
    """Return what a form says of each line: the key that was typed, and where the page saw the person."""
    said = {name: str(value) for name, value in request.POST.items()}
    typed = {name[4:]: value for name, value in said.items() if name.startswith("key-") and value.strip()}
    return typed, {name[5:]: value for name, value in said.items() if name.startswith("seen-")}


@audience(*PRISON_ROLES)
@require_safe
def slips(request: DoorRequest) -> HttpResponse:
    """Slips to hand out, four a page: what the list says, and one sentence in twelve languages for everybody alike."""
    listed = read_day(request.user, request.establishment, day_asked(request.GET))
    choice = choice_of(request.GET, listed)
    called = [line for line in listed.lines if choice.takes(line) and not line.is_withdrawn]
    if not listed.edition.has_arrived:
        raise PermissionDenied(_("This list has not arrived."))
    called.sort(key=lambda line: (line.building.name, floor_key(line)[1:], line.expected_at))
    record(by=request.user, verb=Verb.PRINT, target=Edition, establishment=request.establishment)
    context = {
        "listed": listed,
        "choice": choice,
        "pages": [called[at : at + SLIPS_A_PAGE] for at in range(0, len(called), SLIPS_A_PAGE)],
        "sentences": SLIP,
        "printed_at": timezone.now(),
        "destroy_on": destroy_on(listed.day),
        "zone": request.establishment.zone,
    }
    return render(request, "prison/slips.html", context)


@audience(*PRISON_ROLES)
@require_safe
def request_forms(request: DoorRequest) -> HttpResponse:
    """Blank forms on which people ask to be seen: no reason, no kind, one sentence in twelve languages."""
    context = {"sentences": FORM, "copies": range(FORMS_A_PAGE), "printed_at": timezone.now()}
    return render(request, "prison/request_forms.html", context)
