"""Text as it is searched for and compared, whatever its accents and capitals. Nothing but text."""

from __future__ import annotations

import unicodedata

_LIGATURES = str.maketrans({"œ": "oe", "Œ": "OE", "æ": "ae", "Æ": "AE"})
_JOINING_MARKS = frozenset("-'’.‐‑")


def folded(text: str) -> str:
    """Return `text` without accents, capitals, ligatures, hyphens or apostrophes: helene finds Hélène."""
    letters = unicodedata.normalize("NFKD", text.translate(_LIGATURES))
    kept = "".join(" " if c in _JOINING_MARKS else c for c in letters if not unicodedata.combining(c))
    return " ".join(kept.casefold().split())
