"""Fingerprints of text: whether what somebody saw is what there is now."""

from __future__ import annotations

import hashlib

SHORT = 32


def digest_of(text: str) -> str:
    """Return the SHA-256 of `text`, in hexadecimal."""
    return hashlib.sha256(text.encode()).hexdigest()


def short_digest(content: str) -> str:
    """Return as much of a digest as the entity tag of a page needs."""
    return digest_of(content)[:SHORT]


def stamped(stamp: str, digest: str) -> str:
    """Return the entity tag of a part of a page: when it was read, and what it showed (docs/adr/0012, 0063)."""
    return f'"{stamp}.{digest}"' if stamp else f'"{digest}"'


def is_of_stamp(tag: str, stamp: str) -> bool:
    """Whether a browser's tag is of this very moment: then nothing can have changed. One without a stamp never is."""
    return bool(stamp) and tag.startswith(f'"{stamp}.')


def shows_digest(tag: str, digest: str) -> bool:
    """Whether a browser's tag is of this very content, read at whatever moment."""
    return tag.strip('"').rpartition(".")[2] == digest
