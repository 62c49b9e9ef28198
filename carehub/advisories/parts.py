"""What an installation is made of: the packages that are installed here, or those of the lock files of a checkout."""

from __future__ import annotations

import json
from collections.abc import Iterator
from importlib.metadata import distributions
from pathlib import Path
from typing import NamedTuple

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name


class Part(NamedTuple):
    """A package at one version; `ecosystem` as OSV names registries."""

    ecosystem: str
    name: str
    version: str


def installed() -> Iterator[Part]:
    for each in distributions():
        yield Part("PyPI", canonicalize_name(each.name), each.version)


def locked(lock: Path) -> Iterator[Part]:
    """Return what a compiled lock file pins, for every version of Python that it speaks of."""
    for line in lock.read_text(encoding="utf-8").replace("\\\n", " ").splitlines():
        if line.strip() and not line.startswith("#"):
            wanted = Requirement(line.split(" --hash=")[0].strip())
            yield Part("PyPI", canonicalize_name(wanted.name), next(iter(wanted.specifier)).version)


def of_pages(lock: Path) -> Iterator[Part]:
    """Return what the pages load, without the tools that check them."""
    for place, about in json.loads(lock.read_text(encoding="utf-8"))["packages"].items():
        if place and not about.get("dev"):
            yield Part("npm", place.rpartition("node_modules/")[2], about["version"])
