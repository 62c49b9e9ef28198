"""The verb of signing in by the provider's word: an existing account, once for each answer, and written down."""

from __future__ import annotations

from django.db import transaction
from django.http import HttpRequest

from access import attempts, audit, signing_in
from access.clients import address_of
from access.enums import Verb
from access.models import ProviderLink
from access.provider import client, links
from access.provider.configured import Configured
from access.provider.identity import Identity, NotBelieved, identity
from access.provider.tries import ID_TOKEN, Try


def believed(provider: Configured, request: HttpRequest, what: Try, *, back: str) -> tuple[Identity, str]:
    """Return who the provider says has come back, and its token. Raises NotBelieved, ProviderAway."""
    if request.GET.get("iss", provider.issuer) != provider.issuer:
        raise NotBelieved("token")
    if "error" in request.GET or not request.GET.get("code"):
        raise NotBelieved("denied")
    token, more, raw = client.claims_of(
        provider, code=request.GET["code"], back=back, nonce=what.nonce, code_verifier=what.code_verifier
    )
    found = identity(token, more, issuer=provider.issuer, claim=provider.identifier, trusted=provider.trusted)
    return found, raw


def sign_in(request: HttpRequest, found: Identity, raw: str, *, what: Try) -> ProviderLink:
    """Open a session for the account that is linked with this identity. Raises NotBelieved.

    It stands for the password. It stands for the second factor only when the provider says so in a word that this
    installation trusts; else the account's own is asked next.
    """
    link = links.owner_of(found)
    if link is None:
        raise NotBelieved("unknown")
    if not attempts.use_once(what.state, user=link.user):
        raise NotBelieved("state")
    with transaction.atomic():
        signing_in.begin(request, user=link.user, next_path=what.next_path)
        audit.record(by=link.user, verb=Verb.PROVIDER_SIGN_IN, target=link)
        if found.shows_two_factors:
            signing_in.complete(request, user=link.user, device=link)
    request.session[ID_TOKEN] = raw
    return link


def note_refusal(request: HttpRequest, why: str, *, counts: bool) -> None:
    """Write down that somebody came back and was not let in; strangers' noise once in some minutes."""
    address = address_of(request)
    if counts:
        attempts.count_address(address)
    elif not attempts.is_news(f"provider {why}", address):
        return
    audit.record(by=None, verb=Verb.PROVIDER_REFUSED, target=ProviderLink._meta.label_lower, key=why)
