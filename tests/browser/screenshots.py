"""Takes the pictures of the guides at a running demonstration, in French, small enough to keep: make screenshots.

python -m tests.browser.screenshots http://127.0.0.1:8000 .carehub/demo-accounts.json
"""

from __future__ import annotations

import base64
import json
import re
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple
from urllib.error import URLError
from urllib.parse import urlsplit
from urllib.request import urlopen

from playwright.sync_api import Browser, Page, sync_playwright

from carehub.guides.reading import TEXTS
from tests.browser.measure_care import signed_in
from tests.browser.program import chromium

SIZE = {"width": 1280, "height": 720}
MOST_BYTES = 100_000
# Chromium itself writes the picture small: no program more for that.
AS_WEBP = """async ([url, quality]) => {
  const image = new Image();
  image.src = url;
  await image.decode();
  const canvas = new OffscreenCanvas(image.width, image.height);
  canvas.getContext('2d').drawImage(image, 0, 0);
  const blob = await canvas.convertToBlob({type: 'image/webp', quality});
  const bytes = new Uint8Array(await blob.arrayBuffer());
  let text = '';
  for (let at = 0; at < bytes.length; at += 8192) text += String.fromCharCode(...bytes.subarray(at, at + 8192));
  return btoa(text);
}"""


def nothing(_page: Page) -> None:
    """The page as it opens."""


def open_booking(page: Page) -> None:
    page.get_by_role("link", name=re.compile(r"^Réserver \d\d:\d\d")).first.click()
    page.locator("#panel form").first.wait_for()
    # The bar at the page's head that says that something is on its way.
    page.locator(".htmx-request").first.wait_for(state="detached")


class Picture(NamedTuple):
    """One picture: of which door, as whom, where, and what is done first."""

    door: str
    name: str
    account: str
    path: str
    first: Callable[[Page], None] = nothing


PICTURES = (
    Picture("care", "journee", "infirmiere", "/"),
    Picture("care", "reserver", "infirmiere", "/day/next", open_booking),
    Picture("care", "trier", "infirmiere", "/triage"),
    Picture("care", "praticien", "psychiatre", "/"),
    Picture("care", "mise-en-route", "cheffe", "/set-up/step/kinds"),
    Picture("care", "planning", "cheffe", "/planning/"),
    Picture("prison", "liste", "etage.a", "/"),
    Picture("prison", "tableau", "poste.us", "/board"),
    Picture("accounts", "comptes", "admin", "/"),
)
# The doors of a demonstration stand on ports in a row.
PORTS = {"care": 0, "prison": 1, "accounts": 2}


def wait_until_open(address: str) -> None:
    """Wait for the demonstration, which first makes its data: some minutes on a slow machine."""
    for _second in range(900):
        try:
            urlopen(f"{address}/readyz", timeout=5).close()
        except (URLError, OSError):
            time.sleep(1)
        else:
            return
    sys.exit(f"{address} does not answer.")


def go_to(page: Page, base: str, path: str) -> None:
    if path == "/set-up/step/kinds":
        page.goto(f"{base}/set-up/")
        page.locator(".set-up-steps a").nth(1).click()
    elif path == "/day/next":
        page.goto(base)
        page.get_by_role("link", name="Jour suivant").click()
    else:
        page.goto(base + path)
    page.wait_for_load_state("networkidle")


def small(browser: Browser, taken: bytes) -> bytes:
    """Return the picture as WebP, of a quality at which it stays under the limit."""
    page = browser.new_page()
    url = f"data:image/png;base64,{base64.b64encode(taken).decode()}"
    for quality in (0.8, 0.65, 0.5, 0.35):
        written = base64.b64decode(page.evaluate(AS_WEBP, [url, quality]))
        if len(written) <= MOST_BYTES:
            break
    page.close()
    return written


def take(first_door: str, accounts: Path) -> None:
    wait_until_open(first_door)
    parts = urlsplit(first_door)
    known = {each["username"]: each for each in json.loads(accounts.read_text("utf-8"))}
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium(), args=["--no-sandbox"])
        pages: dict[str, Page] = {}
        for picture in PICTURES:
            base = f"{parts.scheme}://{parts.hostname}:{(parts.port or 80) + PORTS[picture.door]}"
            if picture.account not in pages:
                pages[picture.account] = signed_in(browser, base, known[picture.account], SIZE)
            page = pages[picture.account]
            go_to(page, base, picture.path)
            picture.first(page)
            written = small(browser, page.screenshot())
            target = TEXTS / picture.door / "images" / f"{picture.name}.webp"
            target.write_bytes(written)
            sys.stdout.write(f"{target.name}: {len(written)} bytes\n")
        browser.close()


if __name__ == "__main__":
    take(sys.argv[1], Path(sys.argv[2]))
