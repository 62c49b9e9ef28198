"""Text that only whoever holds a word can read again, and only for some minutes: encrypted and signed (AES-256-GCM)."""

from __future__ import annotations

import base64
import binascii
import os
import time

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.utils.crypto import salted_hmac

# A mark and when it was sealed, in whole seconds, stand before the nonce, so that every seal begins alike, as the
# database asks of a draft (draft_is_sealed). Whoever changes either breaks the seal.
MARK = b"\x80"
HEAD, NONCE = 9, 12
# Two hosts of one door may disagree by so many seconds what time it is.
SKEW_SECONDS = 60


def seal(text: str, *, purpose: str, word: str) -> str:
    head, nonce = MARK + int(time.time()).to_bytes(HEAD - len(MARK), "big"), os.urandom(NONCE)
    return base64.urlsafe_b64encode(head + nonce + _key(purpose, word).encrypt(nonce, text.encode(), head)).decode()


def unseal(sealed: str, *, purpose: str, word: str, seconds: int) -> str | None:
    """Return the text; None where it is another's, too old, or was tampered with."""
    try:
        whole = base64.b64decode(sealed.encode(), altchars=b"-_", validate=True)
        head, nonce, secret = whole[:HEAD], whole[HEAD : HEAD + NONCE], whole[HEAD + NONCE :]
        text = _key(purpose, word).decrypt(nonce, secret, head).decode()
    except (InvalidTag, ValueError, binascii.Error):
        return None
    age = time.time() - int.from_bytes(head[len(MARK) :], "big")
    return text if -SKEW_SECONDS <= age <= seconds else None


def _key(purpose: str, word: str) -> AESGCM:
    # The server's secret and the word together: the one without the other opens nothing.
    return AESGCM(salted_hmac(f"access.sealing.{purpose}", word, algorithm="sha256").digest())
