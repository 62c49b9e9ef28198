"""What is kept against a bad day (docs/backup.md), as far as an installation decides it: folders and public keys."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from carehub.installation import place
from carehub.installation.steps import NotInstalled, read_settings

PUBLIC_KEY = "age1[02-9ac-hj-np-z]{58}"
OWNER = place.SETTINGS / "owner.env"
# By what is chosen on the command line.
Chosen = Mapping[str, Sequence[str] | None]


@dataclass(frozen=True)
class Kind:
    """Backups, or the day on paper."""

    name: str
    option: str
    form: str
    folder: Path
    folder_setting: str
    recipients_setting: str


BACKUPS = Kind("backups", "recipient", PUBLIC_KEY, place.BACKUPS, "CAREHUB_BACKUPS", "CAREHUB_BACKUP_RECIPIENTS")
PAPER = Kind(
    "the day on paper",
    "paper_recipient",
    rf"(?:[\w-]+:)?{PUBLIC_KEY}",
    place.PAPER,
    "CAREHUB_PAPER",
    "CAREHUB_PAPER_RECIPIENTS",
)
KINDS = (BACKUPS, PAPER)


def settings(chosen: Chosen, owner: Path = OWNER) -> dict[str, str]:
    """Return the owner's settings of what is kept: chosen now, or there already. Raises NotInstalled."""
    there = read_settings(owner)
    found: dict[str, str] = {}
    for kind in KINDS:
        keys = recipients(kind, chosen.get(kind.option) or (), there.get(kind.recipients_setting, ""), owner)
        if keys:
            found[kind.folder_setting] = str(kind.folder)
            found[kind.recipients_setting] = ",".join(keys)
    return found


def recipients(kind: Kind, keys: Sequence[str], there: str, owner: Path) -> list[str]:
    """Return the public keys that are to stand in the owner's settings. Raises NotInstalled."""
    before = [key.strip() for key in there.split(",") if key.strip()]
    # What was given is not said again: it may be the private key, by mistake.
    option = f"--{kind.option.replace('_', '-')}"
    if not all(re.fullmatch(kind.form, key) for key in keys):
        raise NotInstalled(f"{option} takes a public key, age1… and 58 letters more: docs/backup.md, “Keys”.")
    if keys and before and set(keys) != set(before):
        raise NotInstalled(
            f"{kind.recipients_setting} in {owner} names other keys than {option}: change it there, then"
            f" systemctl restart carehub-nightly, and install again without {option}."
        )
    return before or list(dict.fromkeys(keys))


def has_backups(kept: Mapping[str, str]) -> bool:
    return BACKUPS.recipients_setting in kept


def missing(kept: Mapping[str, str]) -> Iterator[str]:
    """Say what is not kept yet, and how it would be."""
    if not has_backups(kept):
        yield "There are no backups yet: install again with --recipient age1… (docs/installation.md, “Keys”)."
    if PAPER.recipients_setting not in kept:
        yield "There is no day on paper yet: install again with --paper-recipient age1… (docs/backup.md)."
