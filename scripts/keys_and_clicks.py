"""Counts keys, clicks, seconds and pixels of the fifteen commonest tasks of a demonstration, as a table in Markdown.

Start a demonstration (`make demo`), then: python scripts/keys_and_clicks.py --accounts …/demo-accounts.json --day DAY.
The day needs free times, some in a row. What is booked or tapped is taken back. The table stands in docs/screens.md.

Seconds are what a hand takes that knows the way, with what the machine takes for the last step: 0.28 for a key, 1.3 to
point and click (the keystroke-level model of Card, Moran and Newell); thinking is not counted. Pixels say where what is
clicked ends on a screen 768 high before anything is scrolled. An older release runs the same tasks; what it
cannot do is "–".
"""

from __future__ import annotations

import argparse
import base64
import json
import re
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from django_otp.oath import totp
from playwright.sync_api import Browser, Error, Page, sync_playwright

SLOT = "[data-carehub-slot]"
DESK = {"width": 1366, "height": 768}
SETTLED = 900
MOST_TABS = 250
A_KEY, A_CLICK = 0.28, 1.3
PATIENCE = 12_000


@dataclass
class Hand:
    """Presses and clicks, and counts them; text typed into a field counts a key each character."""

    page: Page
    # The register number of somebody present.
    person: str = ""
    # The page of a colleague, at another terminal.
    other: Page | None = None
    keys: int = 0
    clicks: int = 0
    lowest: int = 0
    acted_at: float = 0
    notes: list[str] = field(default_factory=list)
    tapped: list[str] = field(default_factory=list)

    def press(self, *keys: str) -> None:
        for key in keys:
            self.acted_at = time.perf_counter()
            self.page.keyboard.press(key)
            self.keys += len(key.split("+"))

    def type(self, text: str) -> None:
        self.page.keyboard.type(text)
        self.keys += len(text)
        self.page.wait_for_timeout(SETTLED)
        self.acted_at = time.perf_counter()

    def click(self, selector: str) -> str:
        """Click the first of these that is shown, and return its id."""
        it = self.page.locator(selector).locator("visible=true").first
        box = it.bounding_box() or {"y": 0, "height": 0}
        self.lowest = max(self.lowest, round(box["y"] + box["height"]))
        key = it.get_attribute("id") or ""
        self.acted_at = time.perf_counter()
        it.click()
        self.clicks += 1
        return key

    def tap(self, step: str) -> None:
        """Press a button of a line, and see that it is pressed; the line whose next step it is comes first."""
        key = self.click(f".btn-door[id^={step}-], [id^={step}-][aria-pressed=false]")
        self.page.wait_for_selector(f"#{key}[aria-pressed=true]")
        self.tapped.append(key.removeprefix(f"{step}-"))

    def seconds(self, ended_at: float) -> float:
        return self.keys * A_KEY + self.clicks * A_CLICK + ended_at - self.acted_at

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


def has_come(hand: Hand) -> None:
    hand.page.wait_for_timeout(SETTLED)
    hand.click("#waiting-room .btn-door[id^=next-]")
    hand.page.wait_for_selector("[id^=undo-last-], [id^=undo-]")


def colleague_taps(hand: Hand) -> None:
    other = Hand(hand.other or hand.page)
    other.tap("called")
    hand.acted_at = time.perf_counter()
    hand.tapped = other.tapped
    hand.page.wait_for_selector("[data-carehub-changed]:not([hidden])")


def call(hand: Hand) -> None:
    hand.tap("called")


def has_left(hand: Hand) -> None:
    hand.tap("left")


def is_back(hand: Hand) -> None:
    hand.tap("back")


def why_not(hand: Hand) -> None:
    line = hand.click("[id^=impeded-]").removeprefix("impeded-")
    hand.click("dialog[open] .btn-impediment")
    hand.page.wait_for_selector(f"#line-{line} .state-impeded")
    hand.tapped.append(line)


def print_by_mouse(hand: Hand) -> None:
    hand.click(".page-actions a[href^='/print']")
    hand.page.wait_for_load_state()
    hand.click(".page-actions form .btn-door")
    hand.page.wait_for_url("**/print/*")


def print_by_key(hand: Hand) -> None:
    hand.press("Control+p")
    hand.page.wait_for_url("**/print/*")


@dataclass(frozen=True)
class Task:
    name: str
    do: Callable[[Hand], None]
    # Where it begins; without one, on the page of the day.
    path: str = ""


NURSES = (
    Task("1. First free time, by Tab alone", tabs_to_a_slot),
    Task("1. First free time, by the link that skips", skip_to_a_slot),
    Task("1. First free time, by its key", key_to_a_slot),
    Task("2. Book somebody known by number, by keyboard", book_by_keys),
    Task("2. Book somebody known by number, by mouse", book_by_mouse),
    Task("3. A booking refused for its length", refused),
    Task("4. Open the panel and go back to the time", close_the_panel),
    Task("5. Find somebody from any page", find_somebody),
    Task("6. Open the requests to be sorted", to_sort),
    Task("7. Open the mail of the day", mail),
    Task("8. List the keys", list_of_keys),
    Task("9. Say that somebody has come", has_come, "/waiting-room"),
)
OFFICERS = (
    Task("10. See on an open list what a colleague has tapped", colleague_taps, "/"),
    Task("11. Note that somebody was called", call, "/"),
    Task("12. Note that somebody has left the floor", has_left, "/"),
    Task("13. Note that somebody is back", is_back, "/board"),
    Task("14. Say why somebody is not brought", why_not, "/"),
    Task("15. Print the sheets, by mouse", print_by_mouse, "/"),
    Task("15. Print the sheets, by key", print_by_key, "/"),
)


def bottom(page: Page) -> int:
    return round(page.evaluate("document.querySelector('#panel .panel-do .btn').getBoundingClientRect().bottom"))


def take_back(hand: Hand) -> None:
    """Undo what a task has booked or tapped."""
    booked = hand.page.locator(".just-changed form button, [id^=undo-last-]")
    if booked.count():
        booked.first.click()
        hand.page.wait_for_load_state()
    for line in hand.tapped:
        hand.page.reload()
        hand.page.locator(f"#undo-{line}").click()
        hand.page.wait_for_timeout(SETTLED)


def signed_in(browser: Browser, address: str, account: dict[str, str]) -> Page:
    page = browser.new_page(viewport=DESK, locale="fr-FR")  # type: ignore[arg-type]
    page.set_default_timeout(PATIENCE)
    page.goto(address)
    page.fill("input[name=username]", account["username"])
    page.fill("input[type=password]", account["password"])
    page.keyboard.press("Enter")
    page.wait_for_load_state()
    page.locator("input[autocomplete=one-time-code]").fill(f"{totp(base64.b32decode(account['totp_secret'])):06d}")
    page.keyboard.press("Enter")
    page.wait_for_url(lambda url: "sign-in" not in url)
    return page


def known_person(page: Page, address: str) -> str:
    """Return the register number of somebody present: the last of those found by two letters."""
    page.goto(f"{address}/people?q=ma")
    return re.findall(r"\b\d{5,6}\b", page.inner_text("main"))[-1]


def measured(hand: Hand, task: Task) -> str:
    """One line of the table."""
    try:
        task.do(hand)
    except (Error, SystemExit):
        hand.page.wait_for_timeout(SETTLED)  # whatever was pressed may have led elsewhere
        return f"| {task.name} | – | – | – | – | not there |\n"
    seconds = hand.seconds(time.perf_counter())
    lowest = hand.lowest or "–"
    line = f"| {task.name} | {hand.keys} | {hand.clicks} | {seconds:.1f} | {lowest} | {'; '.join(hand.notes)} |\n"
    take_back(hand)
    return line


def measure(browser: Browser, args: argparse.Namespace) -> Iterator[str]:
    accounts = {each["username"]: each for each in json.loads(args.accounts.read_text("utf-8"))}
    nurse = signed_in(browser, args.care, accounts[args.nurse])
    person = args.person or known_person(nurse, args.care)
    for task in NURSES:
        nurse.goto(args.care + (task.path or f"/day/{args.day}"))
        yield measured(Hand(nurse, person), task)
    officer, colleague = (signed_in(browser, args.prison, accounts[name]) for name in (args.officer, args.colleague))
    for task in OFFICERS:
        for page in (officer, colleague):
            page.goto(args.prison + task.path)
        yield measured(Hand(officer, other=colleague), task)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--care", default="http://127.0.0.1:8000")
    parser.add_argument("--prison", default="http://127.0.0.1:8001")
    parser.add_argument("--accounts", type=Path, required=True)
    parser.add_argument("--nurse", default="infirmiere")
    parser.add_argument("--officer", default="poste.us")
    parser.add_argument("--colleague", default="etage.a")
    parser.add_argument("--day", required=True)
    parser.add_argument("--person", help="a register number; otherwise somebody who is present")
    parser.add_argument("--browser", default=None, help="path of Chromium; otherwise Playwright's own")
    args = parser.parse_args()
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=args.browser, args=["--no-sandbox"])
        sys.stdout.write("| Task | Keys | Clicks | Seconds | Ends at (px) | Remark |\n|---|---|---|---|---|---|\n")
        for line in measure(browser, args):
            sys.stdout.write(line)
            sys.stdout.flush()
        browser.close()


if __name__ == "__main__":
    main()
