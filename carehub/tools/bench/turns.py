"""Asks for pages in turn, so that what a machine does meanwhile is the same for each of them."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from carehub.tools.bench import clocks

# A door serves for hours: after eight askings each of a process's four connections keeps the plans that it goes on with
# (docs/adr/0073).
WARM = 32
# So often a page is asked for before it is the next one's turn: within a second, and not each time with the processor's
# caches full of another program.
AT_A_STRETCH = 4
SLOWEST = 0.95
# What a server still does once the answer is there, before its clock is read.
REST = 0.002


class Answered(NamedTuple):
    """One answer: how long it took, in seconds, and how many bytes travelled."""

    seconds: float
    sent: int


class Taken(NamedTuple):
    """One answer, and the processor time that it took of the server and of the database, in seconds."""

    answered: Answered
    worker: float
    backend: float


@dataclass(frozen=True)
class Page:
    """One page that somebody opens, and who works for it: a server's processes and those of databases."""

    ask: Callable[[], Answered]
    workers: Callable[[], list[int]]
    backends: Callable[[], list[int]]


class Cost(NamedTuple):
    """What a page cost, in the median: processor time of an answer, time until it was there; bytes of the largest."""

    worker_ms: float
    backend_ms: float
    p50_ms: float
    p95_ms: float
    sent: int

    @property
    def cpu_ms(self) -> float:
        return self.worker_ms + self.backend_ms


def in_turn(pages: Sequence[Page], times: int, *, warm: int = WARM) -> list[Cost]:
    """Ask for each page a few times, then for each again, until each was asked for `times` times.

    `warm` askings of each before are not counted.
    """
    for begun in range(0, warm, AT_A_STRETCH):
        for page in pages:
            for _each in range(min(AT_A_STRETCH, warm - begun)):
                page.ask()
    who = [(page.workers(), page.backends()) for page in pages]
    taken: list[list[Taken]] = [[] for _page in pages]
    for begun in range(0, times, AT_A_STRETCH):
        for page, (workers, backends), known in zip(pages, who, taken, strict=True):
            known += [take(page, workers, backends) for _each in range(min(AT_A_STRETCH, times - begun))]
    return [cost_of(known) for known in taken]


def take(page: Page, workers: list[int], backends: list[int]) -> Taken:
    before = clocks.used_by(workers), clocks.used_by(backends)
    answered = page.ask()
    time.sleep(REST)
    after = clocks.used_by(workers), clocks.used_by(backends)
    return Taken(answered, *(clocks.spent(old, new) for old, new in zip(before, after, strict=True)))


def cost_of(taken: Sequence[Taken]) -> Cost:
    times, seconds = len(taken), sorted(each.answered.seconds for each in taken)
    return Cost(
        # What the machine does meanwhile by itself, as tidying tables, makes single answers dear.
        worker_ms=statistics.median(each.worker for each in taken) * 1000,
        backend_ms=statistics.median(each.backend for each in taken) * 1000,
        p50_ms=statistics.median(seconds) * 1000,
        p95_ms=seconds[min(times - 1, int(times * SLOWEST))] * 1000,
        sent=max(each.answered.sent for each in taken),
    )
