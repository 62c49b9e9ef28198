"""The settings of the desk with its wall displays, and what a screen on a wall shows."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from access.audit import record
from access.decorators import audience, background, open_to_anyone
from access.enums import Role, Verb
from access.requests import DoorRequest
from appointments.prison.desk import DeskRefused
from appointments.prison.desk_settings import SET_BY, choose_rules, rules_of
from appointments.prison.displays import close_display, displays_of, find_display, open_display, read_wall
from appointments.prison.forms import DeskRulesForm, DisplayForm
from appointments.prison.models import Edition, WallDisplay

SHOW_ADDRESS = "display_secret"
SETTING_ROLES = (Role.UNIT_OFFICER, Role.SENIOR_OFFICER)


@audience(*SETTING_ROLES)
@require_http_methods(["GET", "HEAD", "POST"])
def desk_settings(request: DoorRequest) -> HttpResponse:
    """How cells are read and from when on somebody is late; which screens hang on a wall."""
    if request.method == "POST" and request.membership.role not in SET_BY:
        raise PermissionDenied(_("A senior officer sets this."))
    rules = rules_of(request.establishment)
    form = DeskRulesForm(
        request.POST if request.method == "POST" else None,
        initial={"floor_rule": rules.floor_rule, "late_after": rules.late_after},
    )
    if request.method == "POST" and form.is_valid():
        try:
            choose_rules(by=request.user, establishment=request.establishment, rules=form.rules)
        except DeskRefused as refused:
            form.add_error(None, refused.sentence)
        else:
            messages.success(request, _("The settings hold from now on."))
            return redirect("desk_settings")
    return settings_page(request, form, DisplayForm())


def settings_page(request: DoorRequest, form: DeskRulesForm, display_form: DisplayForm) -> HttpResponse:
    """Return the page, with what either form has to say."""
    secret = request.session.pop(SHOW_ADDRESS, None)
    context = {
        "form": form,
        "display_form": display_form,
        "may_set": request.membership.role in SET_BY,
        "displays": displays_of(request.establishment),
        "link": request.build_absolute_uri(reverse("wall", args=[secret])) if secret else None,
        "zone": request.establishment.zone,
    }
    status = 422 if form.errors or display_form.errors else 200
    return render(request, "prison/desk_settings.html", context, status=status)


@audience(*SETTING_ROLES)
@require_POST
def display_open(request: DoorRequest) -> HttpResponse:
    """Open a screen; its address is shown once."""
    form = DisplayForm(request.POST)
    if not form.is_valid():
        rules = rules_of(request.establishment)
        unchanged = DeskRulesForm(initial={"floor_rule": rules.floor_rule, "late_after": rules.late_after})
        return settings_page(request, unchanged, form)
    request.session[SHOW_ADDRESS] = open_display(
        by=request.user, establishment=request.establishment, label=form.cleaned_data["label"], names=form.shown_names
    )
    return redirect("desk_settings")


@audience(*SETTING_ROLES)
@require_POST
def display_close(request: DoorRequest, key: UUID) -> HttpResponse:
    """Close a screen: it shows nothing from its next question on, ten seconds later at most."""
    try:
        close_display(by=request.user, establishment=request.establishment, key=key)
    except WallDisplay.DoesNotExist as error:
        raise Http404 from error
    except DeskRefused as refused:
        raise PermissionDenied(refused.sentence) from refused
    return redirect("desk_settings")


@open_to_anyone
@require_safe
def wall(request: HttpRequest, secret: str) -> HttpResponse:
    """A screen on a wall: nobody is signed in, nothing can be tapped."""
    display = display_or_404(secret)
    record(by=None, verb=Verb.READ, target=Edition, establishment=display.establishment)
    return render(request, "prison/wall.html", {"secret": secret, "display": display, "content": wall_content(display)})


@background
@open_to_anyone
@require_safe
def wall_lines(request: HttpRequest, secret: str) -> HttpResponse:
    """What the screen shows now, for itself; of one that was closed an empty wall."""
    display = find_display(secret)
    if display is None:
        return render(request, "prison/_wall_over.html", status=404)
    return HttpResponse(wall_content(display))


def display_or_404(secret: str) -> WallDisplay:
    display = find_display(secret)
    if display is None:
        raise Http404
    return display


def wall_content(display: WallDisplay) -> str:
    """Return the part of the screen that is asked for again and again."""
    context = {"wall": read_wall(display), "display": display, "zone": display.establishment.zone}
    return render_to_string("prison/_wall.html", context)
