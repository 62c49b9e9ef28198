"""Speaks with the provider, by Authlib: where to send a browser, what a code stands for, who signed it.

Nothing is asked of anybody else, no redirect is followed, few ask at once, and each for a few seconds: a provider that
is away, or slow, takes no thread from those who are signed in.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from functools import lru_cache
from typing import Any
from urllib.request import getproxies

from authlib.common.errors import AuthlibBaseError
from authlib.integrations.base_client import OAuthError
from authlib.integrations.base_client.sync_app import BaseApp, OAuth2Mixin
from authlib.integrations.base_client.sync_openid import OpenIDMixin
from authlib.integrations.requests_client import OAuth2Session
from django.conf import settings
from joserfc.errors import JoseError
from requests import RequestException

from access.provider.configured import Configured, is_safe
from access.provider.identity import NotBelieved

# What a provider may sign with: its own key, never a secret that we hold too, never nothing.
SIGNATURES = ("RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA")
CONNECT_SECONDS, READ_SECONDS = 3, 5
AT_ONCE = 2
# After the provider did not answer, nobody waits for it again for so long.
AWAY_SECONDS = 10
METADATA_SECONDS = 3600
LEEWAY_SECONDS = 60


class ProviderAway(Exception):
    """The provider does not answer, or makes no sense; signing in without it goes on."""


class Impatient(OAuth2Session):  # type: ignore[misc]
    """A client that waits for some seconds, follows no redirect, and takes no password from a file of the machine."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.trust_env = False
        self.proxies.update(getproxies())
        self.verify = settings.CAREHUB_OIDC["CA"] or True

    def request(self, method: str, url: str, *args: Any, **kwargs: Any) -> Any:
        """Ask an https address alone."""
        if not is_safe(url):
            raise ProviderAway
        kwargs |= {"timeout": (CONNECT_SECONDS, READ_SECONDS), "allow_redirects": False}
        return super().request(method, url, *args, **kwargs)


class Client(OAuth2Mixin, OpenIDMixin, BaseApp):  # type: ignore[misc]
    """Authlib's client of one provider; what it fetched of addresses and keys is kept for an hour."""

    client_cls = Impatient

    def __init__(self, provider: Configured) -> None:
        super().__init__(
            framework=None,
            client_id=provider.client_id,
            client_secret=provider.client_secret,
            client_kwargs={
                "scope": provider.scope,
                "code_challenge_method": "S256",
                "token_endpoint_auth_method": provider.client_auth,
            },
            server_metadata_url=provider.discovery or None,
            user_agent="CareHub",
        )
        self.provider = provider
        self._places = threading.BoundedSemaphore(AT_ONCE)
        self._one_at_a_time = threading.Lock()
        self._away_until = self._fresh_until = 0.0

    def load_server_metadata(self) -> dict[str, Any]:
        """Return the provider's addresses: those named here, and else those of its discovery, if it is its own."""
        with self._one_at_a_time:
            if time.monotonic() > self._fresh_until:
                self.server_metadata = {}
                found = dict(super().load_server_metadata())
                if self.provider.discovery and found.get("issuer") != self.provider.issuer:
                    raise ProviderAway
                found |= {"issuer": self.provider.issuer, **dict(self.provider.endpoints)}
                found["id_token_signing_alg_values_supported"] = list(SIGNATURES)
                self.server_metadata = found
                self._fresh_until = time.monotonic() + METADATA_SECONDS
            return self.server_metadata

    @contextmanager
    def asked(self) -> Iterator[None]:
        """Ask the provider something. Raises ProviderAway, NotBelieved."""
        if time.monotonic() < self._away_until or not self._places.acquire(timeout=READ_SECONDS):
            raise ProviderAway
        try:
            yield
        except (OAuthError, JoseError, AuthlibBaseError) as error:
            raise NotBelieved("token") from error
        except (RequestException, ProviderAway) as error:
            self._away_until = time.monotonic() + AWAY_SECONDS
            raise ProviderAway from error
        except (ValueError, KeyError, TypeError, RuntimeError, AttributeError) as error:
            # What is no JSON, no key, or lacks an address.
            raise NotBelieved("token") from error
        finally:
            self._places.release()


@lru_cache(maxsize=1)
def client_of(provider: Configured) -> Client:
    return Client(provider)


def way_there(provider: Configured, *, back: str) -> dict[str, str]:
    """Return where to send the browser (`url`), and the secrets of this one try: state, nonce, code_verifier.

    Raises ProviderAway.
    """
    client = client_of(provider)
    wanted = {"acr_values": provider.acr, "prompt": provider.prompt}
    try:
        with client.asked():
            said = client.create_authorization_url(back, **{key: word for key, word in wanted.items() if word})
    except NotBelieved as error:
        raise ProviderAway from error
    if not is_safe(said["url"]):
        raise ProviderAway
    return {key: str(said[key]) for key in ("url", "state", "nonce", "code_verifier")}


def claims_of(
    provider: Configured, *, code: str, back: str, nonce: str, code_verifier: str
) -> tuple[Mapping[str, Any], Mapping[str, Any], str]:
    """Return the claims of the ID token that the code stands for, what the provider tells beside it, and the token.

    Raises ProviderAway, NotBelieved: a wrong signature, issuer, audience, nonce or hour, or a code that was used.
    """
    client = client_of(provider)
    with client.asked():
        answer = client.fetch_access_token(back, code=code, code_verifier=code_verifier)
        if "id_token" not in answer:
            raise NotBelieved("token")
        options = {
            "iss": {"essential": True, "value": provider.issuer},
            "aud": {"essential": True, "value": provider.client_id},
        }
        token = client.parse_id_token(answer, nonce=nonce, claims_options=options, leeway=LEEWAY_SECONDS)
        if token.get("nonce") != nonce:
            raise NotBelieved("token")
        more: Mapping[str, Any] = {}
        if provider.identifier not in token and client.load_server_metadata().get("userinfo_endpoint"):
            more = client.userinfo(token=answer)
            if more.get("sub") != token["sub"]:
                raise NotBelieved("token")
        return token, more, str(answer["id_token"])


def way_out(provider: Configured, *, id_token: str, back: str) -> str:
    """Return the provider's address of signing out, or nothing where it has none, or is away."""
    client = client_of(provider)
    try:
        with client.asked():
            if not client.load_server_metadata().get("end_session_endpoint"):
                return ""
            url = client.create_logout_url(back, id_token_hint=id_token, client_id=provider.client_id)["url"]
    except (ProviderAway, NotBelieved):
        return ""
    return str(url) if is_safe(url) else ""
