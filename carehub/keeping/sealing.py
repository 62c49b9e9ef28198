"""Seals streams to the public keys of those who may open them (age, X25519), and opens them with a private key."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Sequence
from pathlib import Path
from typing import IO, Protocol

import pyrage

PREFIX = "age1"
ENDING = ".age"


class NotKept(Exception):
    """Nothing was kept, or nothing brought back; the message says why and what to do."""


class Reading(Protocol):
    """What can be read from in pieces: a file, the output of a program."""

    def read(self, size: int = -1, /) -> bytes:
        """Return the next piece, empty at the end."""


class Hashed:
    """Reads, or writes, and knows the digest of what passed."""

    def __init__(self, stream: Reading | IO[bytes]) -> None:
        self.stream, self.digest = stream, hashlib.sha256()

    def read(self, size: int = -1, /) -> bytes:
        found = self.stream.read(size)
        self.digest.update(found)
        return found

    def write(self, data: bytes, /) -> int:
        self.digest.update(data)
        return self.stream.write(data)  # type: ignore[union-attr]

    def flush(self) -> None:
        self.stream.flush()  # type: ignore[union-attr]


def recipients(written: Sequence[str], *, setting: str) -> list[pyrage.x25519.Recipient]:
    """Return the public keys that the setting names. Raises NotKept where there is none, or one that is none."""
    if not written:
        raise NotKept(f"{setting} names no public key: nothing is kept that anybody could read. See docs/backup.md.")
    found = []
    for text in written:
        try:
            found.append(pyrage.x25519.Recipient.from_str(text))
        except (ValueError, pyrage.RecipientError):
            raise NotKept(f"{setting} holds {text[:12]!r}…, which is no public key of age (age1…).") from None
    return found


def identity(path: Path) -> pyrage.x25519.Identity:
    """Return the private key in a file, as `manage.py sealing_key` or age-keygen writes it. Raises NotKept."""
    try:
        lines = [line.strip() for line in path.read_text(encoding="utf-8").splitlines()]
        return pyrage.x25519.Identity.from_str("".join(line for line in lines if line and not line.startswith("#")))
    except OSError as error:
        raise NotKept(f"The private key {path} cannot be read: {error.strerror}.") from None
    except (ValueError, pyrage.IdentityError):
        raise NotKept(f"{path} holds no private key of age (AGE-SECRET-KEY-1…).") from None


def new_identity(path: Path) -> str:
    """Write a new private key that its owner alone may read; return its public key. Raises NotKept."""
    made = pyrage.x25519.Identity.generate()
    try:
        with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
            file.write(f"# public key: {made.to_public()}\n{made}\n")
    except OSError as error:
        raise NotKept(f"{path} was not written: {error.strerror}.") from None
    return str(made.to_public())


def seal(reader: Reading, path: Path, to: Sequence[pyrage.x25519.Recipient]) -> str:
    """Write what is read, sealed, into a new file; return the digest of the file. Nothing lies open on the disk."""
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        written = Hashed(file)
        pyrage.encrypt_io(reader, written, list(to))
        file.flush()
        os.fsync(file.fileno())
    return written.digest.hexdigest()


def unseal(path: Path, writer: IO[bytes], key: pyrage.x25519.Identity) -> None:
    """Write what the file holds. Raises NotKept for another's file, a changed one, one that is cut off."""
    try:
        with path.open("rb") as file:
            pyrage.decrypt_io(file, writer, [key])
    except pyrage.DecryptError as error:
        if "No matching keys" in str(error):
            raise NotKept(f"{path.name} is sealed to another key than this one.") from None
        raise NotKept(f"{path.name} is damaged, cut off or no sealed file: nothing of it is used.") from None
    except BrokenPipeError:
        raise
    except OSError as error:
        # What is wrong with a later piece comes without a number of the system's.
        why = f"cannot be read: {error.strerror}" if error.errno else "is damaged or cut off: nothing of it is used"
        raise NotKept(f"{path.name} {why}.") from None


def digest_of(path: Path) -> str:
    try:
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except OSError as error:
        raise NotKept(f"{path.name} cannot be read: {error.strerror}.") from None


def keep_name(folder: Path) -> None:
    """Let the names in a folder outlast a power cut."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
