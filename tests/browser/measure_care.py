"""Prints what docs/screens.md tells of the care door, measured at a running demonstration.

python -m tests.browser.measure_care http://127.0.0.1:8000 .carehub/demo-accounts.json 2026-11-30
"""

from __future__ import annotations

import base64
import json
import sys
from pathlib import Path

from django_otp.oath import totp
from playwright.sync_api import Browser, Page, sync_playwright

from tests.browser.program import chromium
from tests.browser.ruler import header_height, home_of, too_wide

DESK, TELEPHONE = {"width": 1366, "height": 768}, {"width": 390, "height": 844}
PAGES = (
    *("/", "/waiting-room", "/week/", "/month/", "/rounds/", "/prints/", "/calendar/", "/triage", "/mail", "/alerts"),
    *("/decisions", "/people", "/people/leaving", "/registry/", "/find-a-time", "/stranded/", "/withdraw", "/lists"),
    *("/missed", "/obstruction/", "/emergency", "/hand-over/", "/since", "/prints/day?day={day}"),
)


def signed_in(browser: Browser, base: str, account: dict[str, str], size: dict[str, int]) -> Page:
    page = browser.new_context(viewport=size, locale="fr", timezone_id="Europe/Paris").new_page()  # type: ignore[arg-type]
    page.goto(base)
    page.fill("input[name=username]", account["username"])
    page.fill("input[type=password]", account["password"])
    page.locator("main form button").first.click()
    page.wait_for_load_state()
    page.fill("input[name=token], input[name=code]", f"{totp(base64.b32decode(account['totp_secret'])):06d}")
    page.locator("main form button").first.click()
    page.wait_for_load_state("networkidle")
    return page


def measure(base: str, accounts: Path, day: str) -> None:
    nurse = next(each for each in json.loads(accounts.read_text("utf-8")) if each["username"] == "infirmiere")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium(), args=["--no-sandbox"])
        page = signed_in(browser, base, nurse, DESK)
        page.goto(f"{base}/day/{day}")
        page.wait_for_load_state("networkidle")
        for name, value in vars(home_of(page)).items():
            sys.stdout.write(f"| {name} | {value} |\n")
        page.set_viewport_size(TELEPHONE)  # type: ignore[arg-type]
        page.goto(base)
        sys.stdout.write(f"| header at 390 | {header_height(page)} |\n")
        for path in PAGES:
            page.goto(base + path.format(day=day))
            page.wait_for_load_state("networkidle")
            if wide := too_wide(page):
                sys.stdout.write(f"| too wide at 390: {path} | {', '.join(wide)} |\n")
        browser.close()


if __name__ == "__main__":
    measure(sys.argv[1].rstrip("/"), Path(sys.argv[2]), sys.argv[3])
