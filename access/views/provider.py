"""Pages of signing in by way of an identity provider, and of linking one's own account with it. Care door alone."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from access import attempts, known_devices, session_life, waiting
from access.attempts import Slowed
from access.clients import address_of
from access.decorators import audience, open_to_anyone
from access.forms import PresentPasswordForm, SignInForm
from access.middleware import CODE_URL, ENROL_URL
from access.provider import accepting, client, links, tries
from access.provider.client import ProviderAway
from access.provider.configured import Configured, configured
from access.provider.identity import NotBelieved
from access.provider.links import AlreadyLinked
from access.provider.tries import Try
from access.requests import DoorRequest
from access.views.paths import asked_next, landing
from access.views.present_password import is_present_password
from access.views.sign_in import sign_in_page

SENTENCES = {
    "state": gettext_lazy("This try has ended, or was used already. Begin anew."),
    "denied": gettext_lazy("You were not recognised there, or went back. Begin anew, or sign in with your password."),
    "token": gettext_lazy("What came back could not be verified. Begin anew; if it lasts, tell your IT service."),
    "no_identifier": gettext_lazy("What came back does not say who you are. Tell your IT service."),
    "justice": gettext_lazy(
        "An identity of the prison administration (justice.fr) opens no care account. Sign in with your password."
    ),
    "unknown": gettext_lazy(
        "No open account here is linked with this identity. Sign in with your name and password, and link it under "
        "“My security”."
    ),
}
# What nobody learns without an answer of the provider's: it counts as a failed sign-in does.
COUNTED = frozenset(SENTENCES) - {"state"}


def provider_or_404() -> Configured:
    provider = configured()
    if provider is None:
        raise Http404
    return provider


def own_session(request: HttpRequest) -> str:
    """Return a word for this session of this account, empty where nobody is signed in."""
    return f"{request.user.pk} {session_life.mark_of(request)}" if request.user.is_authenticated else ""


def way_back(request: HttpRequest) -> str:
    return request.build_absolute_uri(reverse("provider:back"))


@open_to_anyone
@require_safe
def start(request: HttpRequest) -> HttpResponseBase:
    """Send somebody who wants to sign in to the provider. A link, not a form: nothing is written yet."""
    provider = provider_or_404()
    if request.user.is_authenticated:
        return redirect(landing(request))
    return send_there(request, provider, session="", next_path=asked_next(request))


@audience()
@require_safe
def start_to_link(request: DoorRequest) -> HttpResponseBase:
    return send_there(request, provider_or_404(), session=own_session(request), next_path="")


def send_there(request: HttpRequest, provider: Configured, *, session: str, next_path: str) -> HttpResponseBase:
    try:
        way = client.way_there(provider, back=way_back(request))
    except ProviderAway:
        return away(request, provider, next_path=next_path, links=bool(session))
    response = redirect(way.pop("url"))
    is_known = bool(known_devices.marks_in(request))
    tries.keep(response, Try(**way, session=session, next_path=next_path, is_known=is_known))
    return response


@open_to_anyone
@require_safe
def back(request: HttpRequest) -> HttpResponseBase:
    """Where the provider sends the browser back, with a code that only it and we can turn into a name."""
    provider, what = provider_or_404(), None
    try:
        what = tries.taken(request)
        if not what.is_known:
            attempts.require_quiet(address_of(request))
        found, raw = accepting.believed(provider, request, what, back=way_back(request))
        if what.session:
            return remember_identity(request, found.issuer, found.subject, session=what.session)
        accepting.sign_in(request, found, raw, what=what)
    except NotBelieved as refusal:
        response = refuse(request, refusal.why, links=bool(what and what.session))
    except Slowed as slowed:
        response = explain(request, waiting.sentence(slowed), status=429)
    except ProviderAway:
        response = away(request, provider, next_path=what.next_path if what else "", links=bool(what and what.session))
    else:
        response = redirect(landing_after_provider(request))
    tries.forget(response)
    return response


def landing_after_provider(request: HttpRequest) -> str:
    """Return the step that is still missing, or the page that was wanted."""
    user = request.user
    if user.is_verified():  # type: ignore[union-attr]
        return landing(request)
    return reverse(CODE_URL if user.second_factor_since else ENROL_URL)  # type: ignore[union-attr]


def refuse(request: HttpRequest, why: str, *, links: bool) -> HttpResponseBase:
    accepting.note_refusal(request, why, counts=why in COUNTED)
    if links:
        messages.error(request, SENTENCES[why])
        return redirect("access:security")
    return explain(request, str(SENTENCES[why]), status=403 if why in {"justice", "unknown"} else 400)


def away(request: HttpRequest, provider: Configured, *, next_path: str, links: bool) -> HttpResponseBase:
    sentence = _("%(name)s does not answer just now. Sign in with your name and password instead.")
    if links:
        messages.error(request, _("%(name)s does not answer just now. Try again later.") % {"name": provider.name})
        return redirect("access:security")
    return explain(request, sentence % {"name": provider.name}, status=503, next_path=next_path)


def explain(request: HttpRequest, sentence: str, *, status: int, next_path: str = "") -> HttpResponseBase:
    """Show the sign-in page with the reason: name and password work on, whatever the provider says."""
    form = SignInForm({})
    form.errors.clear()
    form.add_error(None, sentence)
    return sign_in_page(request, form, next_path=next_path, status=status, heading=_("You are not signed in"))


def remember_identity(request: HttpRequest, issuer: str, subject: str, *, session: str) -> HttpResponseBase:
    """Keep what the provider said until the password confirms the link, in the session that began it and no other."""
    if own_session(request) != session:
        raise NotBelieved("state")
    request.session[tries.IDENTITY] = {"issuer": issuer, "subject": subject}
    response = redirect("provider:link")
    tries.forget(response)
    return response


@audience()
@sensitive_post_parameters()
@require_http_methods(["GET", "HEAD", "POST"])
def link(request: DoorRequest) -> HttpResponseBase:
    """Link my account with the identity that the provider has just named, once I have given my password."""
    provider, named = provider_or_404(), request.session.get(tries.IDENTITY)
    if named is None:
        return redirect("access:security")
    form = PresentPasswordForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        if is_present_password(request, form.cleaned_data["password"]):
            try:
                links.link(request, by=request.user, name=provider.name, **named)
            except AlreadyLinked as refusal:
                form.add_error(None, refusal.sentence)
            else:
                del request.session[tries.IDENTITY]
                messages.success(request, _("Linked. From now on %(name)s can name you.") % {"name": provider.name})
                return redirect("access:security")
        else:
            form.add_error("password", _("This is not your present password."))
    context = {"form": form, "provider_name": provider.name, "subject": named["subject"]}
    return render(request, "access/link_provider.html", context, status=422 if request.method == "POST" else 200)


@audience()
@require_POST
def unlink(request: DoorRequest) -> HttpResponseBase:
    """End my link; also where the provider is no longer one of this installation's."""
    if not links.unlink(request, by=request.user):
        raise Http404
    messages.success(request, _("Unlinked. Your name, password and second factor open this door as before."))
    return redirect("access:security")
