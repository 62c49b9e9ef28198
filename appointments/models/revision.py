"""Counts the changes of a row, so that whoever saw an earlier revision is told that it is no longer the present one."""

from __future__ import annotations

from typing import Protocol


class Revisioned(Protocol):
    """A row that counts its changes."""

    revision: int

    def save(self) -> None: ...


def save_change(row: Revisioned) -> None:
    """Save and count the change. The caller holds the row."""
    row.revision += 1
    row.save()
