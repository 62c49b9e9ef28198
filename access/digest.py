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


def tag_of(content: str) -> str:
    """Return the entity tag of a part of a page that shows `content`."""
    return f'"{short_digest(content)}"'
