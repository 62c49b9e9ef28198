"""Counts keys, clicks and pixels of the commonest tasks at the care door of a demonstration, as a table in Markdown.

Start a demonstration (`make demo`), then: python scripts/keys_and_clicks.py --accounts …/demo-accounts.json --day DAY.
The day needs free times, some in a row. What is booked is taken back. The table stands in docs/screens.md.
"""

from __future__ import annotations

import argparse
import base64
import json
import re
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from django_otp.oath import totp
from playwright.sync_api import Page, sync_playwright

SLOT = "[data-carehub-slot]"
DESK = {"width": 1366, "height": 768}
SETTLED = 900
MOST_TABS = 250


@dataclass
class Hand:
    """Presses and clicks, and counts them; text typed into a field counts a key each character."""

    page: Page
    # The register number of somebody present.
    person: str
    keys: int = 0
    clicks: int = 0
    notes: list[str] = field(default_factory=list)

    def press(self, *keys: str) -> None:
        for key in keys:
            self.page.keyboard.press(key)
            self.keys += 1

    def type(self, text: str) -> None:
        self.page.keyboard.type(text)
        self.keys += len(text)
        self.page.wait_for_timeout(SETTLED)

    def click(self, selector: str) -> None:
        self.page.locator(selector).first.click()
        self.clicks += 1

    def must_be_on_a_slot(self) -> None:
        if not self.focused("Boolean(it.dataset.carehubSlot)"):
            raise SystemExit("The focus is not on a free time.")

    def focused(self, test: str) -> bool:
        return bool(self.page.evaluate(f"(() => {{ const it = document.activeElement; return {test}; }})()"))


def tabs_to_a_slot(hand: Hand) -> None:
    while not hand.focused("Boolean(it.dataset.carehubSlot)") and hand.keys < MOST_TABS:
        hand.press("Tab")


def skip_to_a_slot(hand: Hand) -> None:
    hand.press("Tab", "Tab", "Enter")
    hand.must_be_on_a_slot()


def key_to_a_slot(hand: Hand) -> None:
    hand.press("a")
    hand.must_be_on_a_slot()


def book_by_keys(hand: Hand) -> None:
    hand.press("n")
    hand.page.wait_for_selector("#panel #id_q")
    hand.page.wait_for_timeout(SETTLED)
    hand.type(hand.person)
    hand.press("Enter")
    hand.page.wait_for_selector(".card-changed, #panel [data-carehub-refused]")


def book_by_mouse(hand: Hand) -> None:
    hand.click(SLOT)
    hand.page.wait_for_selector("#panel #id_q")
    hand.page.wait_for_timeout(SETTLED)
    hand.notes.append(f"the button ends at {bottom(hand.page)} px")
    hand.type(hand.person)
    hand.click("#panel .panel-do .btn-door")
    hand.page.wait_for_selector(".card-changed, #panel [data-carehub-refused]")


def refused(hand: Hand) -> None:
    hand.click(SLOT)
    hand.page.wait_for_selector("#panel #id_q")
    hand.page.wait_for_timeout(SETTLED)
    hand.type(hand.person)
    hand.click("#panel .place summary")
    hand.click("#panel #id_minutes")
    hand.type("240")
    before = hand.page.evaluate("scrollY")
    hand.press("Enter")
    hand.page.wait_for_selector("#panel [data-carehub-refused]")
    moved = hand.page.evaluate("scrollY") - before
    marked = hand.page.locator(".chosen").count()
    hand.notes.append(f"the page moved {moved} px, {marked} slot marked, the button ends at {bottom(hand.page)} px")


def close_the_panel(hand: Hand) -> None:
    hand.press("a", "Enter")
    hand.page.wait_for_selector("#panel #id_q")
    hand.page.wait_for_timeout(SETTLED)
    hand.press("Escape")
    hand.must_be_on_a_slot()


def find_somebody(hand: Hand) -> None:
    hand.press("/")
    hand.type(hand.person)
    hand.press("ArrowDown", "Enter")
    hand.page.wait_for_url("**/people/**")


def to_sort(hand: Hand) -> None:
    hand.press("g", "t")
    hand.page.wait_for_url("**/triage**")


def mail(hand: Hand) -> None:
    hand.press("g", "c")
    hand.page.wait_for_url("**/mail**")


def list_of_keys(hand: Hand) -> None:
    hand.press("?")
    hand.page.wait_for_selector("dialog[open] .keys")


TASKS: tuple[tuple[str, Callable[[Hand], None]], ...] = (
    ("First free time, by Tab alone", tabs_to_a_slot),
    ("First free time, by the link that skips", skip_to_a_slot),
    ("First free time, by its key", key_to_a_slot),
    ("Book somebody known by number, by keyboard", book_by_keys),
    ("Book somebody known by number, by mouse", book_by_mouse),
    ("A booking refused for its length", refused),
    ("Open the panel and go back to the time", close_the_panel),
    ("Find somebody from any page", find_somebody),
    ("Open the requests to be sorted", to_sort),
    ("Open the mail of the day", mail),
    ("List the keys", list_of_keys),
)


def bottom(page: Page) -> int:
    return round(page.evaluate("document.querySelector('#panel .panel-do .btn').getBoundingClientRect().bottom"))


def take_back(page: Page) -> None:
    """Undo what a task has booked."""
    undo = page.locator(".just-changed form button")
    if undo.count():
        undo.first.click()
        page.wait_for_load_state()


@contextmanager
def signed_in(args: argparse.Namespace) -> Iterator[Page]:
    account = next(each for each in json.loads(args.accounts.read_text()) if each["username"] == args.user)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=args.browser, args=["--no-sandbox"])
        page = browser.new_page(viewport=DESK, locale="fr-FR")
        page.goto(args.care)
        page.fill("input[name=username]", account["username"])
        page.fill("input[type=password]", account["password"])
        page.keyboard.press("Enter")
        page.wait_for_load_state()
        page.locator("input[autocomplete=one-time-code]").fill(f"{totp(base64.b32decode(account['totp_secret'])):06d}")
        page.keyboard.press("Enter")
        page.wait_for_url(lambda url: "sign-in" not in url)
        yield page
        browser.close()


def known_person(page: Page) -> str:
    """Return the register number of somebody present: the last whom the search proposes for two letters."""
    page.keyboard.press("/")
    page.keyboard.type("ma")
    page.wait_for_selector("#door-found a")
    return re.findall(r"\b\d{5,6}\b", page.inner_text("#door-found"))[-1]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--care", default="http://127.0.0.1:8000")
    parser.add_argument("--accounts", type=Path, required=True)
    parser.add_argument("--user", default="infirmiere")
    parser.add_argument("--day", required=True)
    parser.add_argument("--person", help="a register number; otherwise somebody who is present")
    parser.add_argument("--browser", default=None, help="path of Chromium; otherwise Playwright's own")
    args = parser.parse_args()
    with signed_in(args) as page:
        person = args.person or known_person(page)
        sys.stdout.write("| Task | Keys | Clicks | Remark |\n|---|---|---|---|\n")
        for name, task in TASKS:
            page.goto(f"{args.care}/day/{args.day}")
            page.wait_for_load_state()
            hand = Hand(page, person)
            task(hand)
            sys.stdout.write(f"| {name} | {hand.keys} | {hand.clicks} | {'; '.join(hand.notes)} |\n")
            take_back(page)


if __name__ == "__main__":
    main()
