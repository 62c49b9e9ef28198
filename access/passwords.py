"""First passwords: random, readable aloud, typed once."""

from __future__ import annotations

import re
import secrets

# No letter or digit that is taken for another: i l 1, o 0.
READABLE = "abcdefghjkmnpqrstuvwxyz23456789"
GROUPS = 4
GROUP = 4


def first_password() -> str:
    """Return four groups of four signs, about 79 bits; its owner must replace it at the first sign-in."""
    return "-".join("".join(secrets.choice(READABLE) for _sign in range(GROUP)) for _group in range(GROUPS))


def in_groups(typed: str) -> str:
    """Return what was typed from paper as it is written there: small letters, hyphens between the groups."""
    signs = re.sub(r"[\s\u2010-\u2015-]", "", typed).lower()
    return "-".join(signs[at : at + GROUP] for at in range(0, len(signs), GROUP))
