"""Two looks of one page, compared: what is new, gone, moved or painted otherwise, in words."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

REFERENCES = Path(__file__).parent / "references"
LOOKING = Path(__file__).parent / "looking.js"
# Pixels by which an edge may stand elsewhere: another Chromium draws a box to tick or a choice a little otherwise.
NEAR = 6
# What a page may leave empty at its foot.
MOST_BLANK = 120
Look = dict[str, dict[str, Any]]


def differences(before: Look, now: Look) -> Iterator[str]:
    """What a person would see that has changed, one sentence for each kind of block."""
    for name in sorted(before.keys() | now.keys()):
        if name not in now:
            yield f"{name}: gone"
        elif name not in before:
            yield f"{name}: new, {now[name]}"
        elif before[name] != now[name]:
            yield from of_one(name, before[name], now[name])


def of_one(name: str, before: dict[str, Any], now: dict[str, Any]) -> Iterator[str]:
    if before["look"] != now["look"]:
        yield f"{name}: painted {now['look']}, was {before['look']}"
    if before["times"] != now["times"]:
        yield f"{name}: {now['times']} times, was {before['times']}"
    if any(abs(new - old) > NEAR for new, old in zip(now["box"], before["box"], strict=True)):
        yield f"{name}: from {now['box'][:2]} to {now['box'][2:]}, was {before['box'][:2]} to {before['box'][2:]}"


def kept(name: str) -> dict[str, Look]:
    """The looks of one page by size, as they are kept."""
    path = REFERENCES / f"{name}.json"
    return json.loads(path.read_text("utf-8")) if path.exists() else {}


def keep(name: str, looks: dict[str, Look]) -> None:
    """Write the looks of one page: one line a kind of block, so that a change can be read as a change of lines."""
    parts = []
    for size, look in looks.items():
        lines = [f"  {json.dumps(block)}: {json.dumps(look[block])}" for block in sorted(look)]
        parts.append(f'"{size}": {{\n' + ",\n".join(lines) + "\n}")
    (REFERENCES / f"{name}.json").write_text("{\n" + ",\n".join(parts) + "\n}\n", "utf-8")
