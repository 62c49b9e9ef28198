"""Writes what was measured as one table and as JSON, with what was promised beside it: kept or missed."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from carehub.tools.bench.bookings import Booked
from carehub.tools.bench.peers import Compared
from carehub.tools.bench.plans import PlanOf
from carehub.tools.bench.scenes import EMPTY
from carehub.tools.bench.served import MOST_BYTES, MOST_COMMITS, InTurn, Measured

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


@dataclass
class Scale:
    """All that was measured while so many appointments were there."""

    name: str
    appointments: int
    load: str
    pages: list[Measured] = field(default_factory=list)
    bookings: list[Booked] = field(default_factory=list)
    plans: list[PlanOf] = field(default_factory=list)


def rows_of(scale: Scale) -> Iterator[tuple[str, ...]]:
    yield HEADINGS
    for page in scale.pages:
        floor = f"{page.cost.cpu_ms / page.floor_ms:.0f}" if page.floor_ms else ""
        yield (
            page.scene.door,
            page.scene.name,
            str(page.queries),
            str(page.commits),
            f"{page.database_ms:.1f}",
            f"{page.cost.worker_ms:.1f}",
            f"{page.cost.backend_ms:.1f}",
            f"{page.cost.p50_ms:.0f}",
            f"{page.cost.p95_ms:.0f}",
            f"{page.cost.sent:,}",
            f"{page.times_empty:.2f}",
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


def promises(last: Scale) -> Iterator[Promise]:
    """Return every threshold of a scale by itself."""
    for page in last.pages:
        where = f"{page.scene.door}, {page.scene.name}"
        if page.scene.name == EMPTY:
            yield Promise(f"{where}: queries", page.queries, MOST_QUERIES_OF_EMPTY)
        else:
            yield Promise(f"{where}: processor time, of an empty page", page.times_empty, page.scene.most)
        yield Promise(f"{where}: commits", page.commits, MOST_COMMITS)
        yield Promise(f"{where}: bytes", page.cost.sent, MOST_BYTES)
    if last.bookings:
        *_over_http, verb, bare = last.bookings
        yield Promise("a booking through the verb, of a bare one", verb.cpu_ms / bare.cpu_ms, 1 / LEAST_OF_BARE)
    for found in last.plans:
        yield Promise(f"plan of {found.query}: {found.words}", found.buffers, found.most)


def promises_of_growth(grown: Sequence[InTurn]) -> Iterator[Promise]:
    for one in grown:
        words = f"{one.scene.door}, {one.scene.name}: p50, large to small"
        yield Promise(words, one.large.p50_ms / one.small.p50_ms, MOST_GROWTH)


def promises_beside(compared: Sequence[Compared]) -> Iterator[Promise]:
    for one in compared:
        if one.beside.most is not None:
            words = f"care, {one.beside.ours}: processor time, of django-appointment’s {one.beside.name}"
            yield Promise(words, one.share, one.beside.most)


def rows_in_turn(grown: Sequence[InTurn]) -> Iterator[tuple[str, ...]]:
    """Say what each page costs over few rows and over many, and how much more."""
    yield (
        "door",
        "page",
        "small: worker ms",
        "backend ms",
        "p50",
        "large: worker ms",
        "backend ms",
        "p50",
        "cpu",
        "p50",
    )
    for one in grown:
        said = (f"{value:.1f}" for cost in (one.small, one.large) for value in cost[:3])
        cpu, p50 = one.large.cpu_ms / one.small.cpu_ms, one.large.p50_ms / one.small.p50_ms
        yield (one.scene.door, one.scene.name, *said, f"{cpu:.2f}", f"{p50:.2f}")


def table(rows: Iterator[tuple[str, ...]]) -> str:
    lines = list(rows)
    widths = [max(len(cells[column]) for cells in lines) for column in range(len(lines[0]))]
    return "\n".join("  ".join(map(str.ljust, cells, widths)).rstrip() for cells in lines)


def rows_beside(compared: Sequence[Compared]) -> Iterator[tuple[str, ...]]:
    """Say what another project's pages cost, and those of ours that show as much, as a part of them."""
    yield ("django-appointment", "worker ms", "backend ms", "p50", "bytes", "ours", "x theirs")
    for one in compared:
        yield (
            one.beside.name,
            f"{one.theirs.worker_ms:.1f}",
            f"{one.theirs.backend_ms:.1f}",
            f"{one.theirs.p50_ms:.0f}",
            f"{one.theirs.sent:,}",
            f"{one.beside.ours}: {one.ours.cpu_ms:.1f}",
            f"{one.share:.2f}",
        )


def write_json(
    path: Path, scales: Sequence[Scale], grown: Sequence[InTurn], compared: Sequence[Compared], kept: Sequence[Promise]
) -> None:
    said = {
        "scales": [
            {
                "scale": scale.name,
                "appointments": scale.appointments,
                "load": scale.load,
                "pages": [of_page(page) for page in scale.pages],
                "bookings": [vars(one) for one in scale.bookings],
                "plans": [vars(one) for one in scale.plans],
            }
            for scale in scales
        ],
        "in turn": [
            {
                "door": one.scene.door,
                "page": one.scene.name,
                "small": one.small._asdict(),
                "large": one.large._asdict(),
            }
            for one in grown
        ],
        "promises": [{"words": one.words, "measured": one.measured, "most": one.most} for one in kept],
        "peers": [
            {
                "page": one.beside.name,
                "theirs": one.theirs._asdict(),
                "our page": one.beside.ours,
                "ours": one.ours._asdict(),
            }
            for one in compared
        ],
    }
    path.write_text(json.dumps(said, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")


def of_page(page: Measured) -> dict[str, Any]:
    values = {name: value for name, value in vars(page).items() if name not in ("scene", "cost", "of_empty")}
    of_empty = {"of_empty": page.of_empty._asdict()}
    return {"door": page.scene.door, "page": page.scene.name, **values, **page.cost._asdict(), **of_empty}
