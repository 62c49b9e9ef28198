"""Text that only whoever holds a word can read again, and only for some minutes: encrypted and signed (Fernet)."""

from __future__ import annotations

import base64

from cryptography.fernet import Fernet, InvalidToken
from django.utils.crypto import salted_hmac


def seal(text: str, *, purpose: str, word: str) -> str:
    return _key(purpose, word).encrypt(text.encode()).decode()


def unseal(sealed: str, *, purpose: str, word: str, seconds: int) -> str | None:
    """Return the text; None where it is another's, too old, or was tampered with."""
    try:
        return _key(purpose, word).decrypt(sealed.encode(), ttl=seconds).decode()
    except (InvalidToken, ValueError):
        return None


def _key(purpose: str, word: str) -> Fernet:
    # The server's secret and the word together: the one without the other opens nothing.
    secret = salted_hmac(f"access.sealing.{purpose}", word, algorithm="sha256").digest()
    return Fernet(base64.urlsafe_b64encode(secret))
