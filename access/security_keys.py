"""Security keys (WebAuthn) as a second factor: what the browser is asked, and what is believed of its answer.

The ceremonies are django-otp-webauthn's; where a key is valid follows from the address in use, which ALLOWED_HOSTS has
checked. Knows no page: options go out as a value, answers come in as the text of a form's field.
"""

from __future__ import annotations

import ipaddress
import json
from typing import Any

from django.conf import settings
from django.db import IntegrityError, transaction
from django.http import HttpRequest
from django.http.request import split_domain_port
from django.utils.crypto import salted_hmac
from django_otp_webauthn.exceptions import OTPWebAuthnApiError
from django_otp_webauthn.helpers import WebAuthnHelper
from django_otp_webauthn.models import WebAuthnCredential
from webauthn.helpers.exceptions import WebAuthnException
from webauthn.helpers.structs import (
    PublicKeyCredentialUserEntity,
    ResidentKeyRequirement,
    UserVerificationRequirement,
)

from access.models import User

# What a session holds between the question and the answer; each is used once.
TO_REGISTER = "key_to_register"
TO_SIGN_IN = "key_to_sign_in"
# What is read of a browser's answer; anything else it may say about itself is not believed.
PARTS = ("id", "rawId", "type", "response")


class KeyRefused(Exception):
    """The key's answer does not fit: another door's, another person's, an old question's, or none at all."""


class KeyHelper(WebAuthnHelper):  # type: ignore[misc]
    """The package's ceremonies, valid at the present address, storing no more than they need."""

    def get_relying_party_domain(self) -> str:
        return str(settings.OTP_WEBAUTHN_RP_ID or host_of(self.request))

    def get_allowed_origins(self) -> list[str]:
        """Return the addresses from which an answer may come: the one in use, unless the site names others."""
        return settings.OTP_WEBAUTHN_ALLOWED_ORIGINS or [f"{self.request.scheme}://{self.request.get_host()}"]

    def get_discoverable_credentials_preference(self) -> ResidentKeyRequirement:
        """Keep no name on the key: whoever finds one learns of no account."""
        return ResidentKeyRequirement.DISCOURAGED

    def get_user_entity(self, user: Any) -> PublicKeyCredentialUserEntity:
        """Return whom the key is for, under a number derived from the account, so that no table needs to hold it."""
        handle = salted_hmac("access.security_keys", str(user.pk), algorithm="sha256").digest()
        return PublicKeyCredentialUserEntity(
            id=handle, name=self.get_credential_name(user), display_name=self.get_credential_display_name(user)
        )

    def get_generate_registration_options_kwargs(self, *, user: Any) -> dict[str, Any]:
        """Ask for no PIN of the key: the password came before."""
        asked: dict[str, Any] = super().get_generate_registration_options_kwargs(user=user)
        asked["authenticator_selection"].user_verification = UserVerificationRequirement.DISCOURAGED
        return asked

    def create_attestation(self, credential: Any, attestation_object: bytes, client_data_json: bytes) -> None:
        """Store nothing of what the maker says about the key: any key will do."""


def host_of(request: HttpRequest) -> str:
    return split_domain_port(request.get_host())[0]


def are_possible(request: HttpRequest) -> bool:
    """Whether browsers let keys work at this address: a name, not a number, and over TLS unless it is this machine."""
    host = host_of(request)
    try:
        ipaddress.ip_address(host.strip("[]"))
    except ValueError:
        return request.is_secure() or host == "localhost" or host.endswith(".localhost")
    return False


def question_to_register(request: HttpRequest, *, user: User) -> dict[str, Any]:
    """Return what the browser asks a new key; the session remembers it for one answer."""
    options, request.session[TO_REGISTER] = KeyHelper(request).register_begin(user)
    return dict(options)


def register(request: HttpRequest, *, user: User, answer: str, name: str) -> WebAuthnCredential:
    """Save the key that gave this answer to the question of this session. Raises KeyRefused."""
    state, data = request.session.pop(TO_REGISTER, None), parts_of(answer)
    if state is None:
        raise KeyRefused
    try:
        with transaction.atomic():
            key = KeyHelper(request).register_complete(user, state, data)
            key.name = name
            key.save(update_fields=["name"])
    except (WebAuthnException, OTPWebAuthnApiError, IntegrityError, ValueError) as error:
        raise KeyRefused from error
    return key


def question_to_sign_in(request: HttpRequest, *, user: User) -> dict[str, Any] | None:
    """Return what the browser asks the keys of `user`, or None when there are none or they cannot work here."""
    if not are_possible(request) or not WebAuthnCredential.objects.filter(user=user, confirmed=True).exists():
        return None
    options, request.session[TO_SIGN_IN] = KeyHelper(request).authenticate_begin(user, require_user_verification=False)
    return dict(options)


def accept(request: HttpRequest, *, user: User, answer: str) -> WebAuthnCredential:
    """Return the key of `user` that gave this answer to the question of this session. Raises KeyRefused."""
    state, data = request.session.pop(TO_SIGN_IN, None), parts_of(answer)
    if state is None:
        raise KeyRefused
    try:
        with transaction.atomic():
            key = KeyHelper(request).authenticate_complete(user, state, data)
    except (WebAuthnException, OTPWebAuthnApiError, ValueError) as error:
        raise KeyRefused from error
    if not key.confirmed:
        raise KeyRefused
    return key


def parts_of(answer: str) -> dict[str, Any]:
    """Return the parts of a browser's answer that are read. Raises KeyRefused when it is no such answer."""
    try:
        said = json.loads(answer)
    except ValueError as error:
        raise KeyRefused from error
    if not isinstance(said, dict) or not isinstance(said.get("response"), dict):
        raise KeyRefused
    return {part: said[part] for part in PARTS if part in said}
