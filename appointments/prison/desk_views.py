"""The movement desk: the health-unit officer's board, each tap on a line, and the impediment sheet."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.core.exceptions import BadRequest
from django.http import Http404, HttpResponse, HttpResponseNotModified
from django.shortcuts import redirect, render
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from access.audit import record
from access.decorators import audience, background
from access.enums import PRISON_ROLES, Role, Verb
from access.requests import DoorRequest
from access.views.paths import asked_next
from appointments.models.enums.movement import MovementState
from appointments.prison.board import (
    BoardLine,
    Moment,
    desk_lines,
    is_of_moment,
    moment_tag,
    read_desk_board,
    read_moment,
    shows,
)
from appointments.prison.desk import DeskRefused, record_standing
from appointments.prison.desk_settings import rules_of
from appointments.prison.forms import ARROW, TapForm
from appointments.prison.freezes import freezes_seen_by
from appointments.prison.lines import ListLine, NoSuchLine, line_visible_to
from appointments.prison.models import Edition
from appointments.prison.rows import Rows
from appointments.prison.standing import IMPEDIMENT_GROUPS

# Whoever is called or has left is about to be in a corridor.
SENT_ON = frozenset({MovementState.CALLED, MovementState.LEFT})
BOARD_ROLES = (Role.UNIT_OFFICER, Role.SENIOR_OFFICER, Role.MOVEMENT_OFFICE)


@audience(*BOARD_ROLES)
@require_safe
def board(request: DoorRequest) -> HttpResponse:
    """Today at the health unit's door."""
    moment = read_moment(request.user, request.establishment, role=request.membership.role)
    content = board_content(request, moment)
    record(by=request.user, verb=Verb.READ, target=Edition, establishment=request.establishment)
    context = {
        "content": content,
        "tag": moment_tag(moment, content),
        "back": reverse("board"),
        "groups": IMPEDIMENT_GROUPS,
    }
    return render(request, "prison/board.html", context)


def board_content(request: DoorRequest, moment: Moment) -> str:
    """Return the part of the board that is asked for again and again: it holds nothing but what it shows."""
    role = request.membership.role
    shown = read_desk_board(request.user, request.establishment, role=role, moment=moment)
    zone = request.establishment.zone
    rows = Rows(zone, back=reverse("board"))
    context = {
        "board": shown,
        "sections": [(each, rows.of_board(each.shown), rows.of_board(each.folded)) for each in shown.sections],
        "zone": zone,
    }
    return render_to_string("prison/_board.html", context)


@background
@audience(*BOARD_ROLES)
@require_safe
def board_lines(request: DoorRequest) -> HttpResponse:
    """The board's lines for a page that asks again: 304 when nothing has changed, at first without a look at a line."""
    moment = read_moment(request.user, request.establishment, role=request.membership.role)
    asked = request.headers.get("If-None-Match", "")
    if is_of_moment(asked, moment):
        return HttpResponseNotModified(headers={"ETag": asked})
    content = board_content(request, moment)
    headers = {"ETag": moment_tag(moment, content)}
    if shows(asked, content):
        return HttpResponseNotModified(headers=headers)
    record(by=request.user, verb=Verb.READ, target=Edition, establishment=request.establishment)
    return HttpResponse(content, headers=headers)


def line_or_404(request: DoorRequest, key: UUID) -> ListLine:
    """Return a line that the officer sees; raise Http404 for any other, as for none."""
    try:
        return line_visible_to(request.user, request.establishment, key)
    except NoSuchLine as error:
        raise Http404 from error


def with_buttons(request: DoorRequest, line: ListLine) -> BoardLine:
    """Return the line with what can be tapped on it."""
    tolerance = rules_of(request.establishment).tolerance
    [found] = desk_lines([line], request.establishment, role=request.membership.role, tolerance=tolerance)
    return found


@audience(*PRISON_ROLES)
@require_POST
def tap(request: DoorRequest, key: UUID) -> HttpResponse:
    """Record one tap; answer with the line alone when the page asked by itself, else go back to where it came from."""
    line = line_or_404(request, key)
    form = TapForm(request.POST)
    if not form.is_valid():
        raise BadRequest(_("This button is not known. Reload the page."))
    seen, to = form.cleaned_data["tap"]
    if form.cleaned_data["who"] != request.user.pk:
        somebody_else = DeskRefused("who", _("Somebody else has signed in meanwhile. Tap again."), line)
        return refused_tap(request, somebody_else, line)
    try:
        line = record_standing(by=request.user, establishment=request.establishment, key=key, seen=seen, to=to)
    except NoSuchLine as error:
        raise Http404 from error
    except DeskRefused as refused:
        return refused_tap(request, refused, line)
    frozen = said_of_a_freeze(request, line)
    if request.htmx:  # type: ignore[attr-defined]
        return line_alone(request, line, said=frozen)
    if frozen:
        messages.warning(request, f"{line.named} – {frozen}")
    return redirect(asked_next(request) or reverse("home"))


def said_of_a_freeze(request: DoorRequest, line: ListLine) -> str:
    """Return what to say of a tap that sends somebody on the way while nobody is to be moved; empty otherwise."""
    if line.standing.state not in SENT_ON:
        return ""
    freezes = freezes_seen_by(request.user, request.establishment)
    held = next((each for each in freezes if each.building_id in {None, line.building_id}), None)
    if held is None:
        return ""
    at = timezone.localtime(held.frozen_at, request.establishment.zone)
    return _("Noted. But movements are frozen since %(at)s: keep the person.") % {"at": f"{at:%H:%M}"}


def refused_tap(request: DoorRequest, refused: DeskRefused, line: ListLine) -> HttpResponse:
    """Say why a tap was not recorded, and where the line stands."""
    line = refused.line or line
    if request.htmx:  # type: ignore[attr-defined]
        return line_alone(request, line, refused=refused)
    return impediment_page(request, line, refused=refused)


def line_alone(
    request: DoorRequest, line: ListLine, *, refused: DeskRefused | None = None, said: str = ""
) -> HttpResponse:
    """Return the state and the buttons of one line, with what there is to say of the tap."""
    rows = Rows(request.establishment.zone, back=asked_next(request) or reverse("home"))
    drawn = rows.standing(with_buttons(request, line), said=refused.sentence if refused else said)
    return HttpResponse(drawn, status=422 if refused else 200)


@audience(*PRISON_ROLES)
@require_safe
def impediment(request: DoorRequest, key: UUID) -> HttpResponse:
    """The sheet of one line: why the person cannot be brought, one tap each; and all that can be tapped besides."""
    return impediment_page(request, line_or_404(request, key))


def impediment_page(request: DoorRequest, line: ListLine, *, refused: DeskRefused | None = None) -> HttpResponse:
    """Return the sheet, with the sentence of a tap that was refused."""
    shown, back = with_buttons(request, line), asked_next(request) or reverse("home")
    rows = Rows(request.establishment.zone, back=back)
    context = {
        "line": shown,
        "standing": rows.standing(shown, said=refused.sentence if refused else ""),
        "back": back,
        "groups": IMPEDIMENT_GROUPS,
        "zone": request.establishment.zone,
        "arrow": ARROW,
    }
    return render(request, "prison/impediment.html", context, status=422 if refused else 200)
