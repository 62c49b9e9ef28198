"""Every page of every door, in both languages, at a desk and on a telephone: axe finds nothing, no page is too wide.

The addresses are read from the code, so that a new page is looked at without being listed.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from access.enums import Role
from access.models import User
from access.policy import give
from tests.addresses import filled, parameters_of, routes_of
from tests.browser.scenes import fill
from tests.browser.steps import enrol, sign_in, type_code, type_password
from tests.conftest import Unit
from tests.factories import member
from tests.test_who_opens_what import rows_of

AXE = Path(__file__).resolve().parent.parent.parent / "node_modules" / "axe-core" / "axe.min.js"
DESK, TELEPHONE = {"width": 1366, "height": 768}, {"width": 390, "height": 844}
WHO = {"care": "helene", "prison": "olga", "accounts": "ada"}
# Pages as they look after a choice; <name> as in an address.
MORE = {
    "care": [
        "/prints/day?day=<day>",
        "/prints/lists",
        "/prints/slips?day=<day>",
        "/statistics/?since=2026-02-02&until=2026-01-01",
    ],
    "prison": ["/?day=tomorrow", "/?day=tomorrow&building=<building>", "/print?day=tomorrow", "/nowhere"],
    "accounts": ["/?q=nobody-of-that-name", "/?q=al&door=care", "/log?who=ada", "/nowhere"],
}
# Part of the page reaches beyond the screen, and not because a wide table scrolls in its own frame.
TOO_WIDE = """() => {
    const wide = document.documentElement.clientWidth;
    if (document.documentElement.scrollWidth <= wide) return [];
    return [...document.querySelectorAll("body *")]
        .filter((each) => each.getBoundingClientRect().right > wide + 1 && !each.closest(".table-wrap"))
        .map((each) => `${each.tagName.toLowerCase()}.${each.className}`).slice(0, 5);
}"""
# All rules run; of what they find in order, axe writes down nothing.
VIOLATIONS = """async () => (await axe.run({resultTypes: ["violations"]})).violations.flatMap(
    (rule) => rule.nodes.map((node) => `${rule.id}: ${node.target} ${node.failureSummary.split("\\n")[1] || ""}`))"""


Sizes = tuple[dict[str, int], ...]


def complaints(page: Page, *, sizes: Sizes = (DESK, TELEPHONE), axe_at: Sizes | None = None) -> Iterator[str]:
    """What a ruler finds wrong with the page at these sizes, and axe at these or fewer."""
    page.wait_for_load_state()  # half a page has no headings yet
    page.evaluate(AXE.read_text(encoding="utf-8"))
    where = page.evaluate("location.pathname + location.search + ' ' + document.documentElement.lang")
    for size in sizes:
        page.set_viewport_size(size)
        found = [f"too wide: {part}" for part in page.evaluate(TOO_WIDE)]
        if axe_at is None or size in axe_at:
            found += page.evaluate(VIOLATIONS)
        yield from (f"{where} {size['width']}: {each}" for each in found)
    page.set_viewport_size(DESK)


def switch_language(page: Page) -> None:
    """Change the language with the switch of the page; it stays the same page."""
    before = page.evaluate("[location.pathname + location.search, document.documentElement.lang]")
    page.locator(".door-language button").click()
    after = "fr" if before[1] == "en" else "en"
    expect(page.locator("html")).to_have_attribute("lang", after)
    assert page.evaluate("location.pathname + location.search") == before[0]


def pages_of(door: str, unit: Unit) -> list[str]:
    """The address of every page that only shows something, filled with rows of `unit`."""
    rows = rows_of(unit, door)
    routes = [*routes_of(door), *MORE[door]]
    return [filled(route, rows) for route in routes if all(name in rows for name in parameters_of(route))]


# The pages of the widest door are looked at in shares, which different workers take.
SHARES = [*(("care", share, 3) for share in range(3)), ("prison", 0, 1), ("accounts", 0, 1)]


@pytest.mark.parametrize(("door", "share", "of"), SHARES)
def test_every_page_is_accessible_and_fits_in_both_languages(
    door: str, share: int, of: int, unit_a: Unit, visit: Callable[..., Page], request: pytest.FixtureRequest
) -> None:
    fill(unit_a)
    for right in ("manage_escorts", "use_interfaces"):
        give(request.getfixturevalue("helene"), right, unit_a.establishment)
    page = sign_in(visit(door), request.getfixturevalue(WHO[door]))
    paths = pages_of(door, unit_a)[share::of]

    found, seen = [], set()
    for path in paths:
        answer = page.request.get(path)
        # Files, parts of a page, and addresses that only a button sends to are no pages.
        if "</html>" not in answer.text() or answer.status == 405:
            continue
        page.goto(path)
        if page.url in seen:
            continue
        seen.add(page.url)
        # Words do not change what axe finds: it looks once in each language, and once at each size.
        found += complaints(page, axe_at=(DESK,))
        switch_language(page)
        found += complaints(page, axe_at=(TELEPHONE,))

    assert found == []


@pytest.mark.parametrize("door", ["care", "prison", "accounts"])
def test_every_step_of_signing_in_is_accessible_and_fits_in_both_languages(
    door: str, unit_a: Unit, visit: Callable[..., Page]
) -> None:
    role = {"care": Role.NURSE, "prison": Role.FLOOR_OFFICER, "accounts": Role.ACCOUNT_ADMIN}[door]
    newcomer = member(role, unit_a.establishment, username="newcomer", must_change_password=True)
    user = member(role, unit_a.establishment, username="user")
    enrol(user)
    page, found = visit(door), []

    def look() -> None:
        found.extend(complaints(page))
        switch_language(page)
        found.extend(complaints(page))
        switch_language(page)

    page.goto("/")
    look()
    type_password(page, user.username, "wrong")
    found.extend(complaints(page))
    type_password(page, user.username)
    look()
    type_code(page, "000000")
    found.extend(complaints(page))
    page.get_by_role("button", name="Sign out").click()
    type_password(page, newcomer.username)
    look()

    assert found == []


def test_name_that_must_wait_reads_an_accessible_page(alice: User, visit: Callable[..., Page]) -> None:
    page = visit("care")
    page.goto("/")

    for _attempt in range(5):
        type_password(page, alice.username, "wrong")

    expect(page.get_by_label("Code, so as not to wait")).to_be_visible()
    assert list(complaints(page)) == []
