"""The provider as this installation names it, and what is wrong with how it does."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings

from access.enums import Side
from access.provider.identity import is_host_of_justice

# RFC 9700, section 2.5, and what a public key is needed for: with a shared secret whoever reads our settings signs.
WAYS_OF_THE_CLIENT = ("client_secret_basic", "client_secret_post")
PROMPTS = ("", "login", "select_account")
# What stands in for the provider's discovery; the others are wanted by some installations only.
ENDPOINTS = ("AUTHORIZE", "TOKEN", "KEYS")
ADDRESSES = ("ISSUER", "DISCOVERY", *ENDPOINTS, "USERINFO", "END_SESSION")
LOOPBACK = {"localhost", "127.0.0.1", "::1"}


@dataclass(frozen=True)
class Configured:
    """Settings of a provider that is whole."""

    name: str
    issuer: str
    client_id: str
    client_secret: str
    client_auth: str
    discovery: str
    # As the standard calls them; empty ones come from the discovery.
    endpoints: tuple[tuple[str, str], ...]
    scope: str
    acr: str
    prompt: str
    identifier: str
    trusted: frozenset[str]


def configured() -> Configured | None:
    """Return the provider of this door; None where there is none: at the other doors, and where nobody set one."""
    if settings.CAREHUB_DOOR != Side.CARE or not settings.CAREHUB_OIDC["ISSUER"] or list(mistakes()):
        return None
    said: dict[str, Any] = settings.CAREHUB_OIDC
    endpoints = {
        "authorization_endpoint": said["AUTHORIZE"],
        "token_endpoint": said["TOKEN"],
        "jwks_uri": said["KEYS"],
        "userinfo_endpoint": said["USERINFO"],
        "end_session_endpoint": said["END_SESSION"],
    }
    whole = all(said[word] for word in ENDPOINTS)
    discovery = said["DISCOVERY"] or f"{said['ISSUER'].rstrip('/')}/.well-known/openid-configuration"
    return Configured(
        name=said["NAME"],
        issuer=said["ISSUER"],
        client_id=said["CLIENT_ID"],
        client_secret=said["CLIENT_SECRET"],
        client_auth=said["CLIENT_AUTH"],
        discovery="" if whole else discovery,
        endpoints=tuple((word, address) for word, address in endpoints.items() if address),
        scope=said["SCOPE"],
        acr=said["ACR"],
        prompt=said["PROMPT"],
        identifier=said["IDENTIFIER"],
        trusted=frozenset(settings.CAREHUB_OIDC_TRUSTED),
    )


def mistakes() -> Iterator[str]:
    """Say what is half set or wrong, for `manage.py check` and the doctor; nothing where nothing is set."""
    said = settings.CAREHUB_OIDC
    if not said["ISSUER"]:
        set_beside = [word for word in ("CLIENT_ID", "CLIENT_SECRET", *ADDRESSES) if said[word]]
        if set_beside:
            yield f"CAREHUB_OIDC_{set_beside[0]} is set, and CAREHUB_OIDC_ISSUER is not."
        return
    for word in ("NAME", "CLIENT_ID", "CLIENT_SECRET", "IDENTIFIER"):
        if not said[word]:
            yield f"CAREHUB_OIDC_{word} is not set."
    named = [word for word in ENDPOINTS if said[word]]
    if named and len(named) < len(ENDPOINTS):
        yield f"CAREHUB_OIDC_{', _'.join(ENDPOINTS)}: all of them are named, or none."
    yield from wrong_addresses()
    if "openid" not in said["SCOPE"].split():
        yield "CAREHUB_OIDC_SCOPE must contain openid."
    if said["CLIENT_AUTH"] not in WAYS_OF_THE_CLIENT:
        yield f"CAREHUB_OIDC_CLIENT_AUTH is one of {', '.join(WAYS_OF_THE_CLIENT)}."
    if said["PROMPT"] not in PROMPTS:
        yield "CAREHUB_OIDC_PROMPT is login, select_account or empty."
    if said["IDENTIFIER"].lower() in {"email", "mail", "upn", "preferred_username", "name"}:
        yield "CAREHUB_OIDC_IDENTIFIER names something that changes hands; take sub, or SubjectNameID."


def wrong_addresses() -> Iterator[str]:
    for word in ADDRESSES:
        address = settings.CAREHUB_OIDC[word]
        if not address:
            continue
        if not is_safe(address):
            yield f"CAREHUB_OIDC_{word} must be an https address."
        elif is_host_of_justice(urlsplit(address).hostname or ""):
            yield f"CAREHUB_OIDC_{word} is the prison administration's: care staff must not depend on it."


def is_safe(address: object) -> bool:
    """Whether it is an https address; without TLS only on this machine, and not in production."""
    if not isinstance(address, str):
        return False
    try:
        parts = urlsplit(address)
    except ValueError:
        return False
    if parts.scheme == "http":
        return not settings.IS_PRODUCTION and parts.hostname in LOOPBACK
    return parts.scheme == "https" and bool(parts.hostname) and not parts.username
