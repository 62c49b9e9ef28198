"""Interface tokens: opened, seen and ended by whose they are; seen and ended by the head of the unit, too."""

from __future__ import annotations

from django.core.exceptions import PermissionDenied, ValidationError
from django.db.models import QuerySet
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from access.decorators import audience
from access.enums import CARE_ROLES, Role
from access.interface_tokens import end_token, open_token, tokens_at, tokens_of
from access.models import InterfaceToken
from access.requests import DoorRequest
from access.views.present_password import is_present_password
from appointments.care.fhir.bundles import base_of
from appointments.care.interfaces.forms import InterfaceTokenForm
from appointments.rights import rights_of

SHOW_SECRET = "interface_secret"  # noqa: S105 the name under which a session holds it once


@audience(*CARE_ROLES)
@require_http_methods(["GET", "HEAD", "POST"])
def interfaces(request: DoorRequest) -> HttpResponse:
    """One's own tokens, and the form that opens one; for the head, everybody's."""
    if not (may_open(request) or is_head(request)):
        raise PermissionDenied(_("Your account was not given interfaces. Ask the account administrator."))
    if request.method != "POST":
        return show(request, InterfaceTokenForm(establishment=request.establishment))
    if not may_open(request):
        raise PermissionDenied(_("Your account was not given interfaces. Ask the account administrator."))
    form = InterfaceTokenForm(request.POST, establishment=request.establishment)
    if form.is_valid() and is_own_password(request, form):
        try:
            secret = open_token(
                request,
                by=request.user,
                establishment=request.establishment,
                name=form.cleaned_data["name"],
                scopes=form.cleaned_data["scopes"],
                expires_at=form.expires_at,
            )
        except ValidationError as refusal:
            form.add_error(None, refusal)
        else:
            request.session[SHOW_SECRET] = secret
            return redirect("interfaces")
    return show(request, form, status=422)


def is_own_password(request: DoorRequest, form: InterfaceTokenForm) -> bool:
    if is_present_password(request, form.cleaned_data["password"]):
        return True
    form.add_error("password", _("This is not your present password."))
    return False


def may_open(request: DoorRequest) -> bool:
    return rights_of(request).uses_interfaces


def is_head(request: DoorRequest) -> bool:
    return request.membership.role == Role.HEAD


def show(request: DoorRequest, form: InterfaceTokenForm, *, status: int = 200) -> HttpResponse:
    others = others_in_view(request).exclude(user=request.user) if is_head(request) else []
    context = {
        "form": form if may_open(request) else None,
        "secret": request.session.pop(SHOW_SECRET, None),
        "mine": tokens_of(request.user, request.establishment),
        "others": others,
        "is_head": is_head(request),
        "base": base_of(request),
        "zone": request.establishment.zone,
    }
    return render(request, "care/interfaces/interfaces.html", context, status=status)


def others_in_view(request: DoorRequest) -> QuerySet[InterfaceToken]:
    """Return the tokens that whoever asks may end: their own; of the head, everybody's there."""
    rows = tokens_at(request.establishment)
    return rows if is_head(request) else rows.filter(user=request.user)


@audience(*CARE_ROLES)
@require_POST
def interface_end(request: DoorRequest, key: int) -> HttpResponse:
    token = others_in_view(request).filter(pk=key).first()
    if token is None:
        raise Http404
    end_token(by=request.user, token=token)
    return redirect("interfaces")
