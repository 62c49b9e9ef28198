"""The three ways to a new second factor: authenticator, hardware token, security key.

The same pages serve the first sign-in and, later, one's own account; there the password is asked again.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import segno
from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from access import factors, my_factors, security_keys, signing_in
from access.decorators import audience, open_before_second_factor
from access.factors import WrongCode
from access.forms import EnrolForm, KeyForm, TokenForm
from access.middleware import ENROL_URL, missing_step
from access.requests import account_of
from access.security_keys import KeyRefused
from access.signing_in import AlreadyEnrolled
from access.views.paths import landing
from access.views.present_password import is_present_password

ALLOWED = ["GET", "HEAD", "POST"]
View = Callable[[HttpRequest], HttpResponseBase]
Page = Callable[..., HttpResponseBase]


def authenticator_page(request: HttpRequest, *, is_first: bool) -> HttpResponseBase:
    """The QR code of a new authenticator, confirmed by one code; the secret stays the same until it is."""
    form = EnrolForm(typed(request), is_first=is_first)
    device = signing_in.pending_device(request, user=account_of(request), name=_("Authenticator"))
    if may_save(request, form):
        saved = save(
            request, form, is_first=is_first, confirm=lambda: factors.confirm(device, code=form.cleaned_data["code"])
        )
        if saved is not None:
            return saved
    picture = segno.make(device.config_url, error="m").svg_data_uri(scale=5, border=4, light="#fff")
    more = {"picture": picture, "secret": signing_in.typed_secret(device)}
    return show(request, "access/enrol.html", form, is_first=is_first, **more)


def token_page(request: HttpRequest, *, is_first: bool) -> HttpResponseBase:
    form = TokenForm(typed(request), is_first=is_first)
    if may_save(request, form):
        said = form.cleaned_data
        parts = {"kind": said["kind"], "digits": said["digits"], "step": said["step"], "name": said["name"]}
        device = factors.new_device(user=account_of(request), key=said["secret"], **parts)
        saved = save(request, form, is_first=is_first, confirm=lambda: factors.confirm(device, code=said["code"]))
        if saved is not None:
            return saved
    return show(request, "access/enrol_token.html", form, is_first=is_first)


def key_page(request: HttpRequest, *, is_first: bool) -> HttpResponseBase:
    """A security key, asked by the browser; works where the address is a name and not a number."""
    form, user = KeyForm(typed(request), is_first=is_first), account_of(request)
    if may_save(request, form):
        said = form.cleaned_data
        parts = {"user": user, "answer": said["answer"], "name": said["name"]}
        saved = save(request, form, is_first=is_first, confirm=lambda: security_keys.register(request, **parts))
        if saved is not None:
            return saved
    question = security_keys.question_to_register(request, user=user) if security_keys.are_possible(request) else None
    more = {"question": json.dumps(question) if question else "", "at_localhost": at_localhost(request)}
    return show(request, "access/enrol_key.html", form, is_first=is_first, **more)


def typed(request: HttpRequest) -> Any:
    return request.POST if request.method == "POST" else None


def may_save(request: HttpRequest, form: forms.Form) -> bool:
    if request.method != "POST" or not form.is_valid():
        return False
    if "password" in form.fields and not is_present_password(request, form.cleaned_data["password"]):
        form.add_error("password", _("This is not your present password."))
        return False
    return True


def save(
    request: HttpRequest, form: forms.Form, *, is_first: bool, confirm: Callable[[], Any]
) -> HttpResponseBase | None:
    user = account_of(request)
    try:
        if is_first:
            signing_in.enrol(request, user=user, confirm=confirm)
            return redirect("access:backup_codes")
        my_factors.add(request, by=user, confirm=confirm)
    except WrongCode:
        form.add_error("code", sentence_for(form))
        return None
    except KeyRefused:
        form.add_error(None, _("The key’s answer does not fit. Touch the key again when the browser asks for it."))
        return None
    except AlreadyEnrolled:
        return redirect(landing(request))
    messages.success(request, _("Your new second factor holds from now on."))
    return redirect("access:account")


def sentence_for(form: forms.Form) -> str:
    if isinstance(form, TokenForm):
        return _("This token does not give this code. Check the kind, the secret and the digits, then type a new code.")
    return _("This code is not right. Check the clock of your authenticator, and enter the code it shows now.")


def show(request: HttpRequest, template: str, form: forms.Form, *, is_first: bool, **more: Any) -> HttpResponse:
    context = {
        "form": form,
        "is_first": is_first,
        "layout": "access/_sign_in_base.html" if is_first else "access/_factor_base.html",
        "ways": [(url if is_first else url.replace("enrol", "add"), label) for url, label in ways()],
        **more,
    }
    return render(request, template, context, status=422 if request.method == "POST" else 200)


def ways() -> list[tuple[str, str]]:
    return [
        ("access:enrol", _("Authenticator")),
        ("access:enrol_token", _("Hardware token")),
        ("access:enrol_key", _("Security key")),
    ]


def at_localhost(request: HttpRequest) -> str:
    """Return this page's address under the name localhost, for somebody who types the number of their own machine."""
    host, _colon, port = request.get_host().partition(":")
    return f"http://localhost:{port}{request.path}" if host == "127.0.0.1" and port else ""


def first(page: Page) -> View:
    """Return the view that shows `page` to somebody who has no second factor yet."""

    @open_before_second_factor
    @sensitive_post_parameters()
    @require_http_methods(ALLOWED)
    def view(request: HttpRequest) -> HttpResponseBase:
        if missing_step(request) != ENROL_URL:
            return redirect(landing(request))
        return page(request, is_first=True)

    return view


def another(page: Page) -> View:
    """Return the view that shows `page` to somebody who adds a factor to the one they have."""

    @audience()
    @sensitive_post_parameters()
    @require_http_methods(ALLOWED)
    def view(request: HttpRequest) -> HttpResponseBase:
        return page(request, is_first=False)

    return view


enrol, enrol_token, enrol_key = first(authenticator_page), first(token_page), first(key_page)
add, add_token, add_key = another(authenticator_page), another(token_page), another(key_page)
