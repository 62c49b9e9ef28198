"""Seals what is handed over to another unit's key (age, X25519), and opens what was sealed to ours.

Every file is padded to a whole number of blocks: its length does not tell how much somebody's care is.
"""

from __future__ import annotations

from typing import Any

import pyrage
from django.utils.translation import gettext as _

from access.models import Establishment
from access.refusal import Refused
from appointments.handover.content import HandedOver, NotAHandOver, read, written
from appointments.handover.keys import identity_of, recipient_from

HEADER = b"age-encryption.org/v1\n"
BLOCK = 16 * 1024
LARGEST = 128 * 1024


class Unopened(Refused):
    """A file that cannot be taken over; the sentence says why."""

    def __init__(self, code: str, sentence: Any) -> None:
        super().__init__(code, sentence)


def sealed(content: HandedOver) -> bytes:
    """Return the sealed file. Raises Refused when it holds more than a file may."""
    recipient = recipient_from(content.recipient)
    if recipient is None:
        raise Refused("recipient", _("That unit’s key is no key any longer. Enter it again."))
    data = written(content)
    data += b" " * (-len(data) % BLOCK)
    found: bytes = pyrage.encrypt(data, [recipient])
    if len(found) > LARGEST:
        raise Refused("size", _("This is more than one file may hold. Close what is settled first."))
    return found


def opened(data: bytes, establishment: Establishment, number: int | None = None) -> HandedOver:
    """Return what a file sealed to the first unit, or to the one of that number, says. Raises NoKey, Unopened."""
    if len(data) > LARGEST:
        raise Unopened("size", _("This file is far larger than a hand-over. Check which file it is."))
    if not data.startswith(HEADER):
        raise Unopened("foreign", _("This is no sealed hand-over file. Choose the file that the other unit sent."))
    identity = identity_of(establishment, number)
    try:
        plain = pyrage.decrypt(data, [identity])
    except pyrage.DecryptError as error:
        if "No matching keys" in str(error):
            raise Unopened(
                "unit", _("This file is sealed for another unit: it cannot be opened here. Tell the unit that sent it.")
            ) from None
        raise Unopened("damaged", _("This file is damaged. Ask the other unit to send it again.")) from None
    try:
        content = read(plain)
    except NotAHandOver:
        raise Unopened(
            "content", _("This file was sealed for this unit, but it is no hand-over that this version can read.")
        ) from None
    if content.recipient != str(identity.to_public()):
        # Somebody who opened a file of theirs and sealed it anew for us: it was not meant for this unit.
        raise Unopened("unit", _("This file was made for another unit. Tell the unit that sent it."))
    return content
