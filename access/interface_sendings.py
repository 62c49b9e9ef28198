"""A program that sends twice, because it heard no answer: done once, and answered both times with what was done.

As access.repeats for forms; but a program has no session, so what was done stands in a row, written in the transaction
of the deed itself. Whoever comes second waits for that transaction. A refusal leaves no row.
"""

from __future__ import annotations

from datetime import timedelta

from django.utils import timezone

from access.digest import digest_of
from access.interface_tokens import SENDINGS_KEPT
from access.models import InterfaceSending, InterfaceToken

# Without a word of its own a sending is known by its content, for as long as a form is (access.repeats).
KEPT_WITHOUT_WORD = timedelta(minutes=5)


class OtherContent(Exception):
    """The word was used before for something else."""


def take_up(token: InterfaceToken, *, word: str, content: str) -> InterfaceSending:
    """Return the row of this sending, locked until the transaction ends; its `made` says what was done with it before.

    Within a transaction. Raises OtherContent.
    """
    said = {"token": token, "word": digest_of(word or content)}
    digest, now = digest_of(content), timezone.now()
    InterfaceSending.objects.bulk_create([InterfaceSending(**said, content=digest, at=now)], ignore_conflicts=True)
    row = InterfaceSending.objects.select_for_update(of=("self",)).get(**said)
    if now - row.at > (SENDINGS_KEPT if word else KEPT_WITHOUT_WORD):
        row.at, row.content, row.made = now, digest, ""
    if row.content != digest:
        raise OtherContent
    return row


def was_made(row: InterfaceSending, key: object) -> None:
    """Keep what was made with a sending."""
    row.made = str(key)
    row.save(update_fields=["at", "content", "made"])
