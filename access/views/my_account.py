"""The page of one's own account: who I am here, what I see, my password, my second factors and backup codes."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods
from django_otp import DEVICE_ID_SESSION_KEY

from access import own_account, signing_in
from access.decorators import audience
from access.forms import ChangePasswordForm, NewPasswordForm, PresentPasswordForm
from access.requests import DoorRequest, account_of
from access.views.present_password import is_present_password


@audience()
@sensitive_post_parameters()
@require_http_methods(["GET", "HEAD", "POST"])
def account(request: DoorRequest) -> HttpResponseBase:
    """My account; asks the password again before it gives new backup codes."""
    if request.method != "POST":
        return account_page(request, PresentPasswordForm())
    form = PresentPasswordForm(request.POST)
    if form.is_valid():
        if is_present_password(request, form.cleaned_data["password"]):
            signing_in.renew_backup_codes(request, by=request.user)
            return redirect("access:backup_codes")
        form.add_error("password", _("This is not your present password."))
    return account_page(request, form, status=422)


def account_page(request: DoorRequest, form: PresentPasswordForm, *, status: int = 200) -> HttpResponse:
    context = {
        "form": form,
        "own": own_account.read(request.user, request.memberships),
        "in_use": request.session.get(DEVICE_ID_SESSION_KEY),
    }
    return render(request, "access/account.html", context, status=status)


def password_form(request: HttpRequest) -> NewPasswordForm:
    """Return the form for a new password; the present one is asked unless it is a first password, just typed."""
    data = request.POST if request.method == "POST" else None
    user = account_of(request)
    if user.must_change_password:
        return NewPasswordForm(data, user=user)
    form = ChangePasswordForm(data, user=user)
    if data is not None and form.is_valid() and not is_present_password(request, form.cleaned_data["present"]):
        form.add_error("present", _("This is not your present password."))
    return form
