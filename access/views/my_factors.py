"""The page of one of one's own second factors: rename it, remove it."""

from __future__ import annotations

from django.contrib import messages
from django.core.exceptions import BadRequest
from django.http import Http404, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods
from django_otp import DEVICE_ID_SESSION_KEY

from access import factors, my_factors
from access.decorators import audience
from access.factors import Factor
from access.forms import NameForm, PresentPasswordForm
from access.my_factors import LastFactor
from access.requests import DoorRequest
from access.views.present_password import is_present_password


@audience()
@sensitive_post_parameters()
@require_http_methods(["GET", "HEAD", "POST"])
def factor(request: DoorRequest, key: str) -> HttpResponseBase:
    """One factor of one's own; 404 for anybody else's."""
    mine = next((found for found in factors.factors_of(request.user) if found.key == key), None)
    if mine is None:
        raise Http404
    if request.method != "POST":
        return factor_page(request, mine, NameForm(initial={"name": mine.name}), PresentPasswordForm())
    act = {"rename": rename, "remove": remove}.get(request.POST.get("do", ""))
    if act is None:
        raise BadRequest
    return act(request, mine)


def rename(request: DoorRequest, mine: Factor) -> HttpResponseBase:
    form = NameForm(request.POST)
    if not form.is_valid():
        return factor_page(request, mine, form, PresentPasswordForm(), status=422)
    my_factors.rename(mine, by=request.user, name=form.cleaned_data["name"])
    messages.success(request, _("The new name holds from now on."))
    return redirect("access:account")


def remove(request: DoorRequest, mine: Factor) -> HttpResponseBase:
    """Forget it, once the password is given; never the last one."""
    form = PresentPasswordForm(request.POST)
    if form.is_valid():
        if is_present_password(request, form.cleaned_data["password"]):
            try:
                my_factors.remove(request, mine, by=request.user)
            except LastFactor as refusal:
                form.add_error(None, refusal.sentence)
            else:
                messages.success(request, _("%(name)s opens this door no more.") % {"name": mine.name})
                return redirect("access:account")
        else:
            form.add_error("password", _("This is not your present password."))
    return factor_page(request, mine, NameForm(initial={"name": mine.name}), form, status=422)


def factor_page(
    request: DoorRequest, mine: Factor, name: NameForm, password: PresentPasswordForm, *, status: int = 200
) -> HttpResponse:
    context = {
        "factor": mine,
        "name": name,
        "form": password if password.is_bound else name,
        "password": password,
        "is_in_use": request.session.get(DEVICE_ID_SESSION_KEY) == mine.device.persistent_id,
    }
    return render(request, "access/factor.html", context, status=status)
