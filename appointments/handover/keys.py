"""The unit's own key: a file at the care door's host, never a row. And how a public key is read aloud.

The directory is CAREHUB_HANDOVER_KEYS; a file an establishment, named by its code, made by `manage.py handover_key`.
Whoever dumps the database finds no private key there, and whoever copies the file finds no person in it.
"""

from __future__ import annotations

import hashlib
import os
import stat
from pathlib import Path

import pyrage
from django.conf import settings
from django.utils.translation import gettext as _

from access.models import Establishment
from access.refusal import Refused

ENDING = ".agekey"
GROUPS, GROUP = 6, 5


class NoKey(Refused):
    """The unit has no key here: nothing can be opened, and nobody can seal anything to it."""

    def __init__(self, sentence: str) -> None:
        super().__init__("key", sentence)


def path_of(code: str) -> Path | None:
    """Return where the key of the establishment with that code stands; None where no directory is set."""
    return Path(settings.CAREHUB_HANDOVER_KEYS) / f"{code.lower()}{ENDING}" if settings.CAREHUB_HANDOVER_KEYS else None


def identity_of(establishment: Establishment) -> pyrage.x25519.Identity:
    """Return the unit's private key. Raises NoKey."""
    path = path_of(establishment.code)
    if path is None or not path.is_file():
        raise NoKey(_("This unit has no key for hand-overs yet: the hospital’s IT makes one (manage.py handover_key)."))
    if path.stat().st_mode & (stat.S_IRWXG | stat.S_IRWXO):
        raise NoKey(_("Others can read the unit’s key at its host. The hospital’s IT must close it to them first."))
    try:
        written = [line for line in path.read_text().splitlines() if line and not line.startswith("#")]
        return pyrage.x25519.Identity.from_str("".join(written))
    except (OSError, ValueError, pyrage.IdentityError):
        raise NoKey(_("The unit’s key cannot be read. Tell the hospital’s IT.")) from None


def make_key(path: Path) -> str:
    """Write a new private key that its owner alone may read; return its public key. Raises FileExistsError, OSError."""
    identity = pyrage.x25519.Identity.generate()
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "w") as file:
        file.write(f"# public key: {identity.to_public()}\n{identity}\n")
    return str(identity.to_public())


def recipient_from(text: str) -> pyrage.x25519.Recipient | None:
    """Return the public key that was typed or pasted, None when it is none."""
    try:
        return pyrage.x25519.Recipient.from_str("".join(text.split()).lower())
    except (ValueError, pyrage.RecipientError):
        return None


def aloud(said: str | bytes) -> str:
    """Return thirty digits that stand for a public key or a file, to be read aloud: 99 bits, in six groups."""
    data = said.encode() if isinstance(said, str) else said
    number = int.from_bytes(hashlib.sha256(data).digest(), "big") % 10 ** (GROUPS * GROUP)
    digits = f"{number:0{GROUPS * GROUP}d}"
    return " ".join(digits[at : at + GROUP] for at in range(0, len(digits), GROUP))
