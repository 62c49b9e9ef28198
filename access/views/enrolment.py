"""Pages of the backup codes, and of a first password to replace."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from access import factors, signing_in
from access.decorators import open_before_new_password
from access.requests import account_of
from access.signing_in import SHOW_BACKUP_CODES
from access.views.my_account import password_form
from access.views.paths import landing


@open_before_new_password
@require_http_methods(["GET", "HEAD", "POST"])
def backup_codes(request: HttpRequest) -> HttpResponseBase:
    """The sheet of backup codes, until the person says that it is kept; then never again."""
    if request.method == "POST":
        request.session.pop(SHOW_BACKUP_CODES, None)
    if not request.session.get(SHOW_BACKUP_CODES):
        return redirect(landing(request))
    return render(request, "access/backup_codes.html", {"codes": factors.backup_codes(account_of(request))})


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
