"""The browser that tests and pictures are made with."""

from __future__ import annotations

import shutil

# Without windows it does the same for less than half of the work.
NAMES = ("chromium-headless-shell", "chromium", "chromium-browser", "google-chrome")


def chromium() -> str | None:
    """Return the path of this machine's Chromium, the cheapest there is; None where there is none."""
    return next(filter(None, map(shutil.which, NAMES)), None)
