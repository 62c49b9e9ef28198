"""Writes what was measured as one table and as JSON, with what was promised beside it: kept or missed."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from carehub.tools.bench.bookings import Booked
from carehub.tools.bench.peers import Peer
from carehub.tools.bench.plans import PlanOf
from carehub.tools.bench.scenes import EMPTY
from carehub.tools.bench.served import MOST_BYTES, MOST_COMMITS, Measured

HEADINGS = (
    "door",
    "page",
    "queries",
    "commits",
    "db ms",
    "worker ms",
    "backend ms",
    "p50",
    "p95",
    "bytes",
    "x empty",
    "x SQL",
)
# An empty page asks no more than this, and a nation's rows make no page slower than by a quarter.
MOST_QUERIES_OF_EMPTY, MOST_GROWTH = 8, 1.25
LEAST_OF_BARE = 0.3
DAY = "a past day"


@dataclass
class Scale:
    """All that was measured while so many appointments were there."""

    name: str
    appointments: int
    load: str
    pages: list[Measured] = field(default_factory=list)
    bookings: list[Booked] = field(default_factory=list)
    plans: list[PlanOf] = field(default_factory=list)

    def empty(self, door: str) -> Measured:
        return next(page for page in self.pages if page.scene.name == EMPTY and page.scene.door == door)


def rows_of(scale: Scale) -> Iterator[tuple[str, ...]]:
    yield HEADINGS
    for page in scale.pages:
        floor = f"{page.cpu_ms / page.floor_ms:.0f}" if page.floor_ms else ""
        yield (
            page.scene.door,
            page.scene.name,
            str(page.queries),
            str(page.commits),
            f"{page.database_ms:.1f}",
            f"{page.worker_ms:.1f}",
            f"{page.backend_ms:.1f}",
            f"{page.p50_ms:.0f}",
            f"{page.p95_ms:.0f}",
            f"{page.sent:,}",
            f"{page.cpu_ms / scale.empty(page.scene.door).cpu_ms:.2f}",
            floor,
        )
    for one in scale.bookings:
        refused = f"{one.refused} refused" if one.refused else ""
        refused += f" {one.a_second:.1f} a second" if one.a_second else ""
        costs = (f"{one.worker_ms:.1f}", f"{one.backend_ms:.1f}", f"{one.p50_ms:.0f}")
        yield ("care", one.way, "", "", "", *costs, refused, "", "", "")


@dataclass(frozen=True)
class Promise:
    """A threshold, what was measured against it, and whether it was kept."""

    words: str
    measured: float
    most: float

    @property
    def is_kept(self) -> bool:
        return self.measured <= self.most

    def __str__(self) -> str:
        return f"{'kept' if self.is_kept else 'MISSED':<7}{self.words}: {self.measured:.2f}, at most {self.most:g}"


def promises(scales: Sequence[Scale]) -> Iterator[Promise]:
    """Return every threshold of the run."""
    last = scales[-1]
    for page in last.pages:
        where, empty = f"{page.scene.door}, {page.scene.name}", last.empty(page.scene.door)
        if page is empty:
            yield Promise(f"{where}: queries", page.queries, MOST_QUERIES_OF_EMPTY)
        else:
            yield Promise(f"{where}: processor time, of an empty page", page.cpu_ms / empty.cpu_ms, page.scene.most)
        yield Promise(f"{where}: commits", page.commits, MOST_COMMITS)
        yield Promise(f"{where}: bytes", page.sent, MOST_BYTES)
    if last.bookings:
        *_over_http, verb, bare = last.bookings
        yield Promise("a booking through the verb, of a bare one", verb.cpu_ms / bare.cpu_ms, 1 / LEAST_OF_BARE)
    for found in last.plans:
        yield Promise(f"plan of {found.query}: {found.words}", found.buffers, found.most)
    if len(scales) > 1:
        for small, large in zip(scales[0].pages, last.pages, strict=True):
            words = f"{large.scene.door}, {large.scene.name}: p50, large to small"
            yield Promise(words, large.p50_ms / small.p50_ms, MOST_GROWTH)


def table(rows: Iterator[tuple[str, ...]]) -> str:
    lines = list(rows)
    widths = [max(len(cells[column]) for cells in lines) for column in range(len(lines[0]))]
    return "\n".join("  ".join(map(str.ljust, cells, widths)).rstrip() for cells in lines)


def rows_beside(scale: Scale, peers: Sequence[Peer]) -> Iterator[tuple[str, ...]]:
    """Say what another project's pages cost, and those of ours that show as much, as a part of them."""
    ours = {page.scene.name: page for page in scale.pages if page.scene.door == "care"}
    yield ("django-appointment", "worker ms", "backend ms", "p50", "bytes", "ours", "x theirs")
    for peer, name in zip(peers, (EMPTY, *[DAY] * (len(peers) - 1)), strict=True):
        page = ours.get(name)
        yield (
            peer.name,
            f"{peer.worker_ms:.1f}",
            f"{peer.backend_ms:.1f}",
            f"{peer.p50_ms:.0f}",
            f"{peer.sent:,}",
            f"{name}: {page.cpu_ms:.1f}" if page else "not measured",
            f"{page.cpu_ms / peer.cpu_ms:.2f}" if page else "",
        )


def write_json(path: Path, scales: Sequence[Scale], peers: Sequence[Peer] = ()) -> None:
    said = [
        {
            "scale": scale.name,
            "appointments": scale.appointments,
            "load": scale.load,
            "pages": [of_page(page) for page in scale.pages],
            "bookings": [vars(one) for one in scale.bookings],
            "plans": [vars(one) for one in scale.plans],
        }
        for scale in scales
    ]
    kept = [{"words": one.words, "measured": one.measured, "most": one.most} for one in promises(scales)]
    path.write_text(
        json.dumps(
            {"scales": said, "promises": kept, "peers": [vars(one) for one in peers]}, indent=2, ensure_ascii=False
        )
        + "\n",
        encoding="utf-8",
    )


def of_page(page: Measured) -> dict[str, Any]:
    values = {name: value for name, value in vars(page).items() if name != "scene"}
    return {"door": page.scene.door, "page": page.scene.name, **values}
