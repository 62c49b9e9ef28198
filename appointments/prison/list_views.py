"""The list on the screen: one floor, one building or all, and its lines for a page that asks again."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse, HttpResponseNotModified
from django.shortcuts import render
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from access.audit import record
from access.decorators import audience, background
from access.enums import PRISON_ROLES, Role, Verb
from access.requests import DoorRequest
from appointments.prison.board import FLOOR_STEPS, Moment, desk_lines, is_of_moment, moment_tag, read_moment, shows
from appointments.prison.choosing import Choice, choice_of, day_asked, tally, wings_of
from appointments.prison.listing import DayList, by_arrival, day_from, expected, people, read_day
from appointments.prison.models import Edition
from appointments.prison.rows import Rows
from appointments.prison.standing import IMPEDIMENT_GROUPS


@audience(*PRISON_ROLES)
@require_safe
def movement_list(request: DoorRequest) -> HttpResponse:
    moment = moment_of_list(request)
    listed = read_day(request.user, request.establishment, day_asked(request.GET))
    choice = choice_of(request.GET, listed)
    content = list_content(request, listed, choice, moment)
    record(by=request.user, verb=Verb.READ, target=Edition, establishment=request.establishment)
    context = {
        "listed": listed,
        "choice": choice,
        "wings": wings_of(listed.lines, choice) if choice.building or len(listed.buildings) == 1 else [],
        "counts": [(each, expected(listed.in_building(each))) for each in listed.buildings],
        "in_all": expected(listed.lines),
        "content": content,
        "tag": moment_tag(moment, content),
        "back": back_of(choice),
        "groups": IMPEDIMENT_GROUPS,
    }
    return render(request, "prison/list.html", context)


def moment_of_list(request: DoorRequest) -> Moment:
    """Return the moment of the list that the address asks for; raise NoSuchDay for any but today's and tomorrow's."""
    day = day_from(day_asked(request.GET), request.establishment)
    role = request.membership.role
    # Of taps and editions the whole house's are counted: a tag of theirs would tell a floor of the others' doings.
    own = role == Role.FLOOR_OFFICER
    asked = request.GET.urlencode()
    return read_moment(request.user, request.establishment, role=role, day=day, chosen=asked, of_floor=own)


def back_of(choice: Choice) -> str:
    return f"{reverse('home')}?{choice.query}"


def list_content(request: DoorRequest, listed: DayList, choice: Choice, moment: Moment) -> str:
    """Return the part of the list that is asked for again and again: it holds nothing but what it shows."""
    lines = [line for line in listed.lines if choice.takes(line)]
    shown = [line for line in lines if choice.shows(line)]
    tapped = desk_lines(
        shown,
        request.establishment,
        role=request.membership.role,
        tolerance=listed.rules.tolerance,
        wanted=FLOOR_STEPS,
    )
    buttons = {line.movement.pk: line for line in tapped}
    zone = request.establishment.zone
    rows = Rows(zone, back=back_of(choice))
    with_building = choice.building is None and len(listed.buildings) > 1
    context: dict[str, Any] = {
        "listed": listed,
        "choice": choice,
        "moment": moment,
        "total": people(lines),
        "calls": expected(lines),
        "withdrawn": len(lines) - expected(lines),
        "tally": tally(lines),
        "arrivals": [
            (arrival, rows.of_list([buttons[each.pk] for each in arrival.lines], with_building=with_building))
            for arrival in by_arrival(shown, now=timezone.now())
        ],
        "with_building": with_building,
        "zone": zone,
    }
    return render_to_string("prison/_list.html", context)


@background
@audience(*PRISON_ROLES)
@require_safe
def list_lines(request: DoorRequest) -> HttpResponse:
    """The list's lines for a page that asks again: 304 when nothing has changed, at first without a look at a line."""
    moment = moment_of_list(request)
    asked = request.headers.get("If-None-Match", "")
    if is_of_moment(asked, moment):
        return HttpResponseNotModified(headers={"ETag": asked})
    listed = read_day(request.user, request.establishment, day_asked(request.GET))
    content = list_content(request, listed, choice_of(request.GET, listed), moment)
    headers = {"ETag": moment_tag(moment, content)}
    if shows(asked, content):
        return HttpResponseNotModified(headers=headers)
    record(by=request.user, verb=Verb.READ, target=Edition, establishment=request.establishment)
    return HttpResponse(content, headers=headers)
