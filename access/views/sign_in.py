"""Pages of a name, a password and a code, and the way out."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST
from django_otp.plugins.otp_static.models import StaticDevice

from access import password_check, security_keys, session_life, signing_in, waiting
from access.attempts import Slowed
from access.decorators import background, open_before_second_factor, open_to_anyone
from access.enums import FactorKind
from access.factors import MODELS, WrongCode
from access.forms import CodeForm, KeyAnswerForm, SignInForm
from access.hashing import Busy
from access.middleware import CODE_URL, ENROL_URL, missing_step
from access.models import User
from access.password_check import Closed, Expired
from access.provider.configured import Configured, configured
from access.provider.tries import ID_TOKEN
from access.requests import account_of
from access.rush import WITH_CODE
from access.second_words import awaits_opening
from access.security_keys import KeyRefused
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
        fresh = SignInForm()
        fresh.asks_code = WITH_CODE in request.GET
        return sign_in_page(request, fresh, next_path=next_path)
    form = SignInForm(request.POST)
    form.asks_code = WITH_CODE in request.GET
    if not form.is_valid():
        return sign_in_page(request, form, next_path=next_path, status=422)
    return try_to_pass(request, form, next_path=next_path)


def try_to_pass(request: HttpRequest, form: SignInForm, *, next_path: str) -> HttpResponseBase:
    try:
        passed = password_check.check(request, **form.cleaned_data)
    except (Slowed, Busy) as refusal:
        return make_wait(request, form, refusal, next_path=next_path)
    except Expired:
        form.add_error(None, _("The code of this sheet has expired. Ask your account administrator for a new sheet."))
        return sign_in_page(request, form, next_path=next_path, status=401)
    except Closed as closed:
        form.add_error(None, sentence_of_closed(closed.user))
        return sign_in_page(request, form, next_path=next_path, status=401)
    if passed is None:
        form.add_error(None, _("This name and this password do not open this door. Check both and try again."))
        return sign_in_page(request, form, next_path=next_path, status=401)
    user = passed.user
    signing_in.begin(request, user=user, next_path=next_path)
    if passed.device is not None:
        signing_in.complete(request, user=user, device=passed.device)
        return redirect(landing(request))
    return redirect(CODE_URL if user.second_factor_since else ENROL_URL)


def sentence_of_closed(user: User) -> str:
    """Tell somebody with the right password why the door stays closed all the same, so that they stop trying."""
    if user.suspended_at:
        return _(
            "Your account is suspended, because nobody had signed in with it for long. Ask your account administrator "
            "to lift it; the password stays as it is."
        )
    if awaits_opening(user):
        return _(
            "Your account is not open yet: a second person has still to confirm it. Ask your account administrator."
        )
    return _("This account is closed. Ask your account administrator.")


def make_wait(request: HttpRequest, form: SignInForm, refusal: Slowed | Busy, *, next_path: str) -> HttpResponseBase:
    """Say how long to wait, and how not to: a code shown with the password. The same for every name."""
    form.asks_code = True
    form.add_error(None, waiting.sentence(refusal))
    form.add_error(
        None, _("With a code below, beside your password, you need not wait: perhaps others tried your name.")
    )
    status = 429 if isinstance(refusal, Slowed) else 503
    response = sign_in_page(request, form, next_path=next_path, status=status)
    response["Retry-After"] = str(refusal.wait_seconds)
    return response


def sign_in_page(
    request: HttpRequest, form: SignInForm, *, next_path: str, status: int = 200, heading: str = ""
) -> HttpResponse:
    """Show the form; `heading` stands over what is wrong where nothing was typed."""
    provider = configured()
    name = provider.name if provider else ""
    context = {"form": form, "next": next_path, "provider_name": name, "errors_heading": heading}
    return render(request, "access/sign_in.html", context, status=status)


@open_before_second_factor
@require_http_methods(["GET", "HEAD", "POST"])
def code(request: HttpRequest) -> HttpResponseBase:
    """The second step: a code of an authenticator or a token, one of the code sheet, or a security key."""
    if missing_step(request) != CODE_URL:
        return redirect(landing(request))
    if request.method != "POST":
        return code_page(request, CodeForm())
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
    return code_page(request, form, status=422)


@open_before_second_factor
@require_POST
def key(request: HttpRequest) -> HttpResponseBase:
    if missing_step(request) != CODE_URL:
        return redirect(landing(request))
    answer = KeyAnswerForm(request.POST)
    if answer.is_valid():
        try:
            signing_in.verify_key(request, user=account_of(request), answer=answer.cleaned_data["answer"])
        except KeyRefused:
            pass
        else:
            return redirect(landing(request))
    return code_page(request, CodeForm(), is_key_refused=True, status=422)


def code_page(request: HttpRequest, form: CodeForm, *, status: int = 200, **more: Any) -> HttpResponse:
    user = account_of(request)
    question = security_keys.question_to_sign_in(request, user=user)
    context = {
        "form": form,
        "is_key_refused": False,
        "has_keys": question is not None or MODELS[FactorKind.KEY].objects.filter(user=user, confirmed=True).exists(),
        "question": json.dumps(question) if question else "",
        # Who came by way of the provider has given no password.
        "recognised_by": provider.name if (provider := configured()) and ID_TOKEN in request.session else "",
        **more,
    }
    return render(request, "access/code.html", context, status=status)


def refuse_code(request: HttpRequest, form: CodeForm, wrong: WrongCode) -> HttpResponse:
    form.add_error("code", sentence(wrong))
    response = code_page(request, form, status=429 if wrong.refused_unread else 422)
    if wrong.wait_seconds:
        response["Retry-After"] = str(wrong.wait_seconds)
    return response


def sentence(wrong: WrongCode) -> str:
    if wrong.refused_unread:
        return _("Too many wrong codes.") + " " + wait_in_words(wrong.wait_seconds)
    if wrong.clock_behind:
        return clock_in_words(wrong.clock_behind)
    text = _("This code is not right, or was used before. Take the next code that your authenticator or token shows.")
    return text + (" " + wait_in_words(wrong.wait_seconds) if wrong.wait_seconds > 1 else "")


def clock_in_words(lag: timedelta) -> str:
    """Say that it is not the person's fault, and what still works."""
    minutes = int(lag.total_seconds() // 60)
    how_much = (
        ngettext("%(n)s minute", "%(n)s minutes", minutes) % {"n": minutes}
        if minutes < 120
        else ngettext("%(n)s hour", "%(n)s hours", minutes // 60) % {"n": minutes // 60}
    )
    return _(
        "The server’s clock and the last use of your authenticator disagree by %(how_much)s: no code can be judged. "
        "Your code may well be right. Use a code of your code sheet, and tell your IT service that the clock is wrong."
    ) % {"how_much": how_much}


def wait_in_words(seconds: int) -> str:
    if seconds < 60:
        text = ngettext("No code is accepted for %(n)s second.", "No code is accepted for %(n)s seconds.", seconds)
        return text % {"n": seconds}
    minutes = -(-seconds // 60)
    text = ngettext("No code is accepted for %(n)s minute.", "No code is accepted for %(n)s minutes.", minutes)
    return text % {"n": minutes}


def say_how_many_are_left(request: HttpRequest, device: StaticDevice) -> None:
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
    """End the session here, and at the provider, by a page that leads there: no form of ours is sent on to a site."""
    id_token = request.session.get(ID_TOKEN)
    signing_in.sign_out(request)
    provider, home = configured(), reverse("access:sign_in")
    response: HttpResponseBase = redirect(home)
    if provider and id_token and (way := way_out(provider, id_token, back=request.build_absolute_uri(home))):
        response = render(request, "access/signed_out.html", {"way": way, "provider_name": provider.name})
    session_life.forget(response)
    return response


def way_out(provider: Configured, id_token: str, *, back: str) -> str:
    # No door without a provider loads what speaks with one.
    from access.provider import client

    return client.way_out(provider, id_token=id_token, back=back)


@background
@open_to_anyone
@require_http_methods(["GET", "HEAD", "POST"])
def session(request: HttpRequest) -> HttpResponseBase:
    """Tell a page how long its session lives and whose it is; POST counts as use, GET does not."""
    if request.method == "POST" and request.user.is_authenticated:
        session_life.touch(request)
    return JsonResponse(session_life.told(request))
