"""One try of signing in at the provider: what the browser that began it must bring back, and nobody else can.

It stands in a signed cookie of ten minutes, so that who only clicks the button writes nothing into the database.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import timedelta

from django.conf import settings
from django.core.signing import BadSignature, dumps, loads
from django.http import HttpRequest, HttpResponseBase
from django.utils.crypto import constant_time_compare

from access.provider.identity import NotBelieved

LASTS = timedelta(minutes=10)
SALT = "access.provider"
# What a session holds between the provider's answer and the password that links it; and for signing out there.
IDENTITY = "provider_identity"
ID_TOKEN = "provider_id_token"  # noqa: S105 a name


@dataclass(frozen=True)
class Try:
    """The secrets of one try, and what it is for."""

    state: str
    nonce: str
    code_verifier: str
    # Of the session that links its account; empty where somebody signs in.
    session: str = ""
    next_path: str = ""
    # Whether the browser showed the cookie of a known device, which does not come along from another site.
    is_known: bool = False


def keep(response: HttpResponseBase, what: Try) -> None:
    response.set_cookie(
        settings.CAREHUB_PROVIDER_COOKIE_NAME,
        dumps(asdict(what), salt=SALT),
        max_age=LASTS,
        httponly=True,
        secure=settings.SESSION_COOKIE_SECURE,
        # The answer comes from the provider's site, by a link.
        samesite="Lax",
    )


def taken(request: HttpRequest) -> Try:
    """Return the try that this browser began. Raises NotBelieved: none, another one, or one that is over."""
    try:
        what = Try(**loads(request.COOKIES.get(settings.CAREHUB_PROVIDER_COOKIE_NAME, ""), salt=SALT, max_age=LASTS))
    except (BadSignature, TypeError) as error:
        raise NotBelieved("state") from error
    if not constant_time_compare(what.state, request.GET.get("state", "")):
        raise NotBelieved("state")
    return what


def forget(response: HttpResponseBase) -> None:
    response.delete_cookie(settings.CAREHUB_PROVIDER_COOKIE_NAME, samesite="Lax")
