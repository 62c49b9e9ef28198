"""The collector of rubbish, as a process that serves has it."""

from __future__ import annotations

import gc

# It comes when there are as many new objects as a page makes.
TURNS = (10_000, 10, 10)


def leave_what_stands() -> None:
    """Let it look no more through what is here by now, code and models, which stay; and come seldom."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(*TURNS)
