"""The unit's own key: a file at the care door's host, never a row. And how a public key is read aloud.

The directory is CAREHUB_HANDOVER_KEYS; a file a unit, made by `manage.py handover_key`, named by the code of its
establishment and, from the second unit of a house on, by the unit's number: what is sealed to one hospital's unit is
not opened by another's.
Whoever dumps the database finds no private key there, and whoever copies the file finds no person in it.
"""

from __future__ import annotations

import hashlib
import os
import stat
from collections.abc import Iterable
from pathlib import Path

import pyrage
from django.conf import settings
from django.utils.translation import gettext as _

from access.models import Establishment
from access.refusal import Refused
from appointments.models import CareUnit

ENDING = ".agekey"
GROUPS, GROUP = 6, 5


class NoKey(Refused):
    """The unit has no key here: nothing can be opened, and nobody can seal anything to it."""

    def __init__(self, sentence: str) -> None:
        super().__init__("key", sentence)


def path_of(code: str, number: int | None = None) -> Path | None:
    """Return where a unit's key stands: of the establishment with that code, the first unit or the one of that number.

    None where no directory is set.
    """
    if not settings.CAREHUB_HANDOVER_KEYS:
        return None
    unit = "" if number is None else f"-{number}"
    return Path(settings.CAREHUB_HANDOVER_KEYS) / f"{code.lower()}{unit}{ENDING}"


def number_of(unit: CareUnit, units: Iterable[CareUnit]) -> int | None:
    """Return the number by which the key of `unit` is named, one of the `units` of its house; None of the first."""
    return None if unit.pk == min(each.pk for each in units) else unit.pk


def identity_of(establishment: Establishment, number: int | None = None) -> pyrage.x25519.Identity:
    """Return the private key of the first unit, or of the one of that number. Raises NoKey."""
    path = path_of(establishment.code, number)
    if path is None or not path.is_file():
        command = "manage.py handover_key" + ("" if number is None else f" --unit {number}")
        said = _("This unit has no key for hand-overs yet: the hospital’s IT makes one (%(command)s).")
        raise NoKey(said % {"command": command})
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
