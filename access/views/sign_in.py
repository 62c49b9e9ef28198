"""Pages of a name, a password and a code, and the way out."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST
from django_otp.plugins.otp_static.models import StaticDevice

from access import signing_in
from access.decorators import open_before_second_factor, open_to_anyone
from access.forms import CodeForm, SignInForm
from access.middleware import CODE_URL, ENROL_URL, missing_step
from access.requests import account_of
from access.signing_in import WrongCode
from access.views.paths import asked_next, landing


@open_to_anyone
@sensitive_post_parameters()
@require_http_methods(["GET", "HEAD", "POST"])
def sign_in(request: HttpRequest) -> HttpResponseBase:
    """The door's first page: name and password. Whether the name exists never shows."""
    next_path = asked_next(request)
    if request.method != "POST":
        if request.user.is_authenticated:
            return redirect(landing(request))
        return sign_in_page(request, SignInForm(), next_path=next_path)
    form = SignInForm(request.POST)
    if not form.is_valid():
        return sign_in_page(request, form, next_path=next_path, status=422)
    user = signing_in.check_password(request, **form.cleaned_data)
    if user is None:
        form.add_error(None, _("This name and this password do not open this door. Check both and try again."))
        return sign_in_page(request, form, next_path=next_path, status=401)
    signing_in.begin(request, user=user, next_path=next_path)
    return redirect(CODE_URL if user.second_factor_since else ENROL_URL)


def sign_in_page(request: HttpRequest, form: SignInForm, *, next_path: str, status: int = 200) -> HttpResponse:
    """Return the form, with the name that was typed."""
    return render(request, "access/sign_in.html", {"form": form, "next": next_path}, status=status)


@open_before_second_factor
@require_http_methods(["GET", "HEAD", "POST"])
def code(request: HttpRequest) -> HttpResponseBase:
    """The second step: a code of the authenticator, or one of the code sheet."""
    if missing_step(request) != CODE_URL:
        return redirect(landing(request))
    if request.method != "POST":
        return render(request, "access/code.html", {"form": CodeForm()})
    form = CodeForm(request.POST)
    if form.is_valid():
        try:
            device = signing_in.verify_code(request, user=account_of(request), code=form.cleaned_data["code"])
        except WrongCode as wrong:
            return refuse_code(request, form, wrong)
        else:
            if isinstance(device, StaticDevice):
                say_how_many_are_left(request, device)
            return redirect(landing(request))
    return render(request, "access/code.html", {"form": form}, status=422)


def refuse_code(request: HttpRequest, form: CodeForm, wrong: WrongCode) -> HttpResponse:
    """Return the form with what was typed, why it was refused, and how long to wait."""
    form.add_error("code", sentence(wrong))
    response = render(request, "access/code.html", {"form": form}, status=429 if wrong.refused_unread else 422)
    if wrong.wait_seconds:
        response["Retry-After"] = str(wrong.wait_seconds)
    return response


def sentence(wrong: WrongCode) -> str:
    """Say why a code was refused, and how long to wait."""
    if wrong.refused_unread:
        return _("Too many wrong codes.") + " " + wait_in_words(wrong.wait_seconds)
    text = _("This code is not right, or was used before. Wait until your authenticator shows another.")
    return text + (" " + wait_in_words(wrong.wait_seconds) if wrong.wait_seconds > 1 else "")


def wait_in_words(seconds: int) -> str:
    """Say how long no code is accepted."""
    if seconds < 60:
        text = ngettext("No code is accepted for %(n)s second.", "No code is accepted for %(n)s seconds.", seconds)
        return text % {"n": seconds}
    minutes = -(-seconds // 60)
    text = ngettext("No code is accepted for %(n)s minute.", "No code is accepted for %(n)s minutes.", minutes)
    return text % {"n": minutes}


def say_how_many_are_left(request: HttpRequest, device: StaticDevice) -> None:
    """Warn somebody who has used a backup code."""
    left = device.token_set.count()
    text = ngettext(
        "You have used a backup code; %(n)s is left. New ones: on the page of your account.",
        "You have used a backup code; %(n)s are left. New ones: on the page of your account.",
        left,
    )
    messages.warning(request, text % {"n": left})


@open_to_anyone
@require_POST
def sign_out(request: HttpRequest) -> HttpResponseBase:
    """End the session."""
    signing_in.sign_out(request)
    return redirect(reverse("access:sign_in"))
