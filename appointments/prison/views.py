"""What leaves the officers' screen: the list as a file and as a calendar. Imports nothing of the agenda."""

from __future__ import annotations

from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import translation
from django.views.decorators.http import require_GET, require_POST, require_safe

from access.audit import record
from access.calendar_addresses import (
    find_address,
    live_addresses,
    open_address,
    renew_address,
    revoke_address,
    role_end,
)
from access.decorators import audience, open_to_anyone
from access.enums import PRISON_ROLES, Verb
from access.refusal import constraint_of
from access.requests import DoorRequest
from appointments.models.enums.export import TakenAs
from appointments.prison.choosing import choice_of
from appointments.prison.exports import as_calendar, file_name, listed_as_csv
from appointments.prison.listing import TODAY, TOMORROW, read_day
from appointments.prison.models import Edition
from appointments.prison.permission import PERMITTED, ExportClosed, closed, may_export, note_taken

FEED_LANGUAGE = "fr"
SHOW_SECRET = "calendar_secret"  # noqa: S105 the name under which a session holds it once


@audience(*PRISON_ROLES)
@require_GET
def movement_csv(request: DoorRequest) -> HttpResponse:
    """The list as a file for a spreadsheet, where the unit has opened files to the account."""
    listed = read_day(request.user, request.establishment, request.GET.get("day", TODAY))
    choice = choice_of(request.GET, listed)
    lines = [line for line in listed.lines if choice.takes(line)]
    try:
        note_taken(TakenAs.FILE, by=request.user, establishment=request.establishment)
    except ExportClosed as error:
        raise PermissionDenied(error.sentence) from error
    record(by=request.user, verb=Verb.EXPORT, target=Edition, establishment=request.establishment)
    content = listed_as_csv(lines, request.establishment, day=listed.day, edition=listed.edition)
    response = HttpResponse(content, content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{file_name(listed.day)}"'
    return response


@audience(*PRISON_ROLES)
@require_GET
def calendar(request: DoorRequest) -> HttpResponse:
    secret = request.session.pop(SHOW_SECRET, None)
    # What the unit has closed is no longer in force, whether or not the courier has been here since.
    is_open = may_export(request.user, request.establishment)
    address = live_addresses(request.user, request.establishment).get("") if is_open else None
    context = {
        "is_open": is_open,
        "address": address,
        "link": feed_link(request, secret) if secret else None,
        "role_ends": role_end(request.membership),
    }
    return render(request, "prison/calendar.html", context)


def feed_link(request: HttpRequest, secret: str) -> str:
    return request.build_absolute_uri(reverse("calendar_feed", args=[secret]))


@audience(*PRISON_ROLES)
@require_POST
def calendar_open(request: DoorRequest) -> HttpResponse:
    try:
        request.session[SHOW_SECRET] = open_address(by=request.user, establishment=request.establishment)
    except IntegrityError as error:
        if constraint_of(error) != PERMITTED:
            raise
        raise PermissionDenied(closed().sentence) from error
    return redirect("calendar")


@audience(*PRISON_ROLES)
@require_POST
def calendar_renew(request: DoorRequest) -> HttpResponse:
    try:
        is_renewed = renew_address(by=request.user, establishment=request.establishment)
    except IntegrityError as error:
        if constraint_of(error) != PERMITTED:
            raise
        raise PermissionDenied(closed().sentence) from error
    if not is_renewed:
        raise Http404
    return redirect("calendar")


@audience(*PRISON_ROLES)
@require_POST
def calendar_revoke(request: DoorRequest) -> HttpResponse:
    revoke_address(by=request.user, establishment=request.establishment)
    return redirect("calendar")


@require_safe
@open_to_anyone
def calendar_feed(request: HttpRequest, secret: str) -> HttpResponse:
    """Today's and tomorrow's lines of the address's owner, for a calendar program; 404 for any address not in force."""
    try:
        with transaction.atomic():
            found = find_address(secret)
            if found is None:
                raise Http404
            address, membership = found
            note_taken(TakenAs.CALENDAR, by=address.user, establishment=membership.establishment)
    except ExportClosed as error:
        raise Http404 from error
    establishment = membership.establishment
    today, tomorrow = (read_day(address.user, establishment, word) for word in (TODAY, TOMORROW))
    # A calendar program says nothing reliable of its language, and the text must be the same for everybody.
    with translation.override(FEED_LANGUAGE):
        content = as_calendar([*today.lines, *tomorrow.lines], establishment, day=today.day)
    record(by=address.user, verb=Verb.EXPORT, target=Edition, establishment=establishment)
    headers = {"Content-Language": FEED_LANGUAGE, "Content-Disposition": 'inline; filename="mouvements.ics"'}
    return HttpResponse(content, content_type="text/calendar; charset=utf-8", headers=headers)
