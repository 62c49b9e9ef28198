"""Pages of a new second factor, its backup codes, and a first password to replace."""

from __future__ import annotations

import segno
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from access import signing_in
from access.decorators import open_before_new_password, open_before_second_factor
from access.forms import EnrolForm
from access.middleware import ENROL_URL, missing_step
from access.requests import account_of
from access.signing_in import SHOW_BACKUP_CODES, AlreadyEnrolled, WrongCode
from access.views.my_account import password_form
from access.views.paths import landing


@open_before_second_factor
@require_http_methods(["GET", "HEAD", "POST"])
def enrol(request: HttpRequest) -> HttpResponseBase:
    """First sign-in: the QR code of a new authenticator, confirmed by one code."""
    if missing_step(request) != ENROL_URL:
        return redirect(landing(request))
    if request.method != "POST":
        return enrol_page(request, EnrolForm())
    form = EnrolForm(request.POST)
    if form.is_valid():
        try:
            signing_in.enrol(request, user=account_of(request), code=form.cleaned_data["code"])
        except WrongCode:
            form.add_error(
                "code",
                _("This code is not right. Check the clock of your authenticator, and enter the code it shows now."),
            )
        except AlreadyEnrolled:
            return redirect(landing(request))
        else:
            return redirect("access:backup_codes")
    return enrol_page(request, form, status=422)


def enrol_page(request: HttpRequest, form: EnrolForm, *, status: int = 200) -> HttpResponse:
    """Return the page with the secret as a picture and as letters; it stays the same until it is confirmed."""
    device = signing_in.pending_device(request, user=account_of(request))
    picture = segno.make(device.config_url, error="m").svg_data_uri(scale=5, border=4, light="#fff")
    context = {"form": form, "picture": picture, "secret": signing_in.typed_secret(device)}
    return render(request, "access/enrol.html", context, status=status)


@open_before_new_password
@require_http_methods(["GET", "HEAD", "POST"])
def backup_codes(request: HttpRequest) -> HttpResponseBase:
    """The sheet of backup codes, until the person says that it is kept; then never again."""
    if request.method == "POST":
        request.session.pop(SHOW_BACKUP_CODES, None)
    if not request.session.get(SHOW_BACKUP_CODES):
        return redirect(landing(request))
    return render(request, "access/backup_codes.html", {"codes": signing_in.backup_codes(account_of(request))})


@open_before_new_password
@sensitive_post_parameters()
@require_http_methods(["GET", "HEAD", "POST"])
def password(request: HttpRequest) -> HttpResponseBase:
    """A new password: after a first one, or whenever the person wants it."""
    user = account_of(request)
    is_first = user.must_change_password
    form = password_form(request)
    if request.method == "POST" and form.is_valid():
        signing_in.change_password(request, by=user, password=form.cleaned_data["new_password"])
        messages.success(request, _("Your new password holds from now on."))
        return redirect(landing(request) if is_first else "access:account")
    context = {"form": form, "is_first": is_first}
    return render(request, "access/password.html", context, status=422 if request.method == "POST" else 200)
