"""Which of two versions is the older one, as each registry orders them, and whether an advisory's ranges hold one.

Pure. Raises ValueError for what is no version.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from functools import total_ordering
from typing import Any

from packaging.version import InvalidVersion, Version

SEMANTIC = re.compile(r"v?(\d+)(?:\.(\d+))?(?:\.(\d+))?(?:-([0-9A-Za-z.-]+))?(?:\+[0-9A-Za-z.-]+)?")


@total_ordering
class Semantic:
    """A version as npm orders it (semver.org, 11): one before a release is older than it."""

    def __init__(self, text: str) -> None:
        found = SEMANTIC.fullmatch(text.strip())
        if found is None:
            raise ValueError(text)
        numbers = tuple(int(each or 0) for each in found.groups()[:3])
        before = found[4]
        # A number is older than a word, fewer parts are older than more; without any, it is the release.
        parts = [(not part.isdigit(), int(part) if part.isdigit() else 0, part) for part in (before or "").split(".")]
        self.key = (*numbers, before is None, parts)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Semantic) and self.key == other.key

    def __lt__(self, other: Semantic) -> bool:
        return self.key < other.key

    def __hash__(self) -> int:
        return hash(str(self.key))


def of_pypi(text: str) -> Version:
    try:
        return Version(text)
    except InvalidVersion as error:
        raise ValueError(text) from error


ORDERS: dict[str, Callable[[str], Any]] = {"PyPI": of_pypi, "npm": Semantic}


def is_affected(version: str, affected: Mapping[str, Any], *, ecosystem: str) -> bool:
    """Whether the entry of an advisory is about `version`: it is named, or within a range."""
    if version in affected.get("versions", ()):
        return True
    ranges = (each for each in affected.get("ranges", ()) if each.get("type") in {"ECOSYSTEM", "SEMVER"})
    return any(holds(each.get("events", ()), version, ORDERS[ecosystem]) for each in ranges)


def holds(events: Iterable[Mapping[str, str]], version: str, order: Callable[[str], Any]) -> bool:
    """Follow the events of a range, oldest first, up to `version`."""
    mine, is_in = order(version), False
    known = [(name, text) for event in events for name, text in event.items() if name != "limit"]
    # "0" is before everything, also before 0.0.0-alpha.
    dated = [(text != "0", order(text), name) for name, text in known]
    for is_dated, at, name in sorted(dated, key=lambda each: each[:2]):
        if name == "last_affected":
            is_in = is_in and mine <= at
        elif not is_dated or mine >= at:
            is_in = name == "introduced"
    return is_in


def mended_in(affected: Mapping[str, Any]) -> list[str]:
    """Return the versions that an advisory names as mended."""
    ranges = (each for each in affected.get("ranges", ()) if each.get("type") in {"ECOSYSTEM", "SEMVER"})
    return [event["fixed"] for each in ranges for event in each.get("events", ()) if "fixed" in event]
