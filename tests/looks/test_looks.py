"""The main pages of each door look as they did: compared block by block with what is kept in tests/looks/references.

`make looks` writes the references again; the change of lines is then read, and committed with what made it.
"""

from __future__ import annotations

import os
from collections.abc import Callable

import pytest
from playwright.sync_api import Page

from access.models import User
from tests.browser.test_every_page import AXE
from tests.doors import carry
from tests.factories import BuildingFactory
from tests.looks.comparing import MOST_BLANK, Look, differences, keep, kept
from tests.looks.conftest import THEN, Screen, standing_still
from tests.looks.world import World, build

SIZES = {"1366": {"width": 1366, "height": 768}, "390": {"width": 390, "height": 844}}
# A screen of 1366 px with everything at twice its size.
TWICE = {"width": 683, "height": 384}
SCHEMES: dict[str, dict[str, str]] = {
    "dark": {"color_scheme": "dark", "contrast": "no-preference"},
    "more contrast": {"color_scheme": "light", "contrast": "more"},
}
USUAL = {"color_scheme": "light", "contrast": "no-preference"}
SETTLED = """async () => {
    await document.fonts.ready;
    await new Promise((next) => requestAnimationFrame(() => setTimeout(next)));
}"""
PALE = """async () => (await axe.run({runOnly: ["color-contrast"], resultTypes: ["violations"]})).violations
    .flatMap((rule) => rule.nodes.map((node) => `${node.target} ${node.failureSummary.split("\\n")[1]}`))"""
pytestmark = pytest.mark.django_db(databases="__all__")
WHO = {"care": "helene", "prison": "olga", "accounts": "ada"}
PAGES = {
    "care": {
        "today": "/",
        "tomorrow": "/day/{tomorrow}",
        "week": "/week/",
        "month": "/month/",
        "waiting-room": "/waiting-room",
        "to-sort": "/triage",
        "mail": "/mail",
        "alerts": "/alerts",
        "people": "/people?q=durand",
        "person": "/people/{person}",
        "list-before-it-is-applied": "/registry/{upload}",
        "book": "/book?agenda={agenda}&person={person}",
        "appointment": "/appointment/{booked}",
        "planning": "/planning/",
        "lists": "/lists",
        "missed": "/missed",
        "figures": "/statistics/",
        "obstruction": "/obstruction/",
        "stranded": "/stranded/",
        "team": "/team/",
    },
    "prison": {
        "list": "/",
        "list-of-a-building": "/?day=tomorrow&building={building}",
        "board": "/board",
        "alerts": "/alerts",
        "freezes": "/freezes",
        "sheet": "/print",
        "settings": "/settings",
    },
    "accounts": {
        "accounts": "/",
        "new": "/accounts/new/care",
        "import": "/accounts/import",
        "matrix": "/who-sees-what",
    },
    "nobody": {"sign-in": "/sign-in"},
}


@pytest.fixture
def world(db: None, request: pytest.FixtureRequest) -> World:
    """The morning, with whoever looks at it at each door."""
    with standing_still():
        people = {door: request.getfixturevalue(name) for door, name in WHO.items()}
        return build(request.getfixturevalue("unit_a"), people["care"], THEN)


def looks_of(screen: Screen, path: str) -> tuple[dict[str, Look], list[str]]:
    """The page at both sizes, and what is wrong with it whatever it looked like before."""
    screen.page.set_viewport_size(SIZES["1366"])
    page = screen.open(path)
    looks, wrong = {}, pale(page)
    for size, pixels in {**SIZES, "twice": TWICE}.items():
        page.set_viewport_size(pixels)
        page.evaluate(SETTLED)
        if size in SIZES:
            looks[size] = page.evaluate("carehubLooks.look()")
        wrong += [f"{size}: {each}" for each in faults(page)]
    return looks, [f"{path} {each}" for each in wrong]


def faults(page: Page) -> list[str]:
    found: list[str] = page.evaluate("carehubLooks.covered()")
    if (blank := page.evaluate("carehubLooks.blank()")) > MOST_BLANK:
        found.append(f"{blank} px stand empty at the foot")
    if wide := page.evaluate("carehubLooks.tooWide()"):
        found.append(f"{wide} px wider than the screen")
    return found


def pale(page: Page) -> list[str]:
    """What cannot be read in one of the schemes that a terminal may ask for."""
    page.evaluate(AXE.read_text("utf-8"))
    found = []
    for name, scheme in SCHEMES.items():
        page.emulate_media(**scheme)
        found += [f"{name}: {each}" for each in page.evaluate(PALE)]
    page.emulate_media(**USUAL)
    return found


@pytest.mark.parametrize("door", PAGES)
def test_main_pages_look_as_they_did_and_can_be_read_in_every_scheme(
    door: str, world: World, shown_to: Callable[[User | str], Screen], request: pytest.FixtureRequest
) -> None:
    screen = shown_to(request.getfixturevalue(WHO[door]) if door in WHO else "care")
    found = []
    for name, path in PAGES[door].items():
        looks, wrong = looks_of(screen, world.filled(path))
        found += wrong
        if "CAREHUB_KEEP_LOOKS" in os.environ:
            keep(f"{door}-{name}", looks)
        before = kept(f"{door}-{name}")
        assert before.keys() == SIZES.keys(), f"Nothing is kept of {door}-{name}: run `make looks`."
        found += [f"{path} {size}: {each}" for size in SIZES for each in differences(before[size], looks[size])]
    assert found == [], "\n".join([*found, "If this is meant: make looks, and read what git says."])


# What has happened, or could: a style that takes hold of what it was not meant for, and what a nurse would see.
BREAKAGES = {
    "a style meant for another": (
        "#main ul { position: fixed; inset: auto 0 0; z-index: 30; background: #a3121f; color: #fff }",
        "ul.change-counts: new",
    ),
    "a bar over a table": (
        "#main .page-head { position: fixed; inset: 30% 0 auto; height: 300px; z-index: 9; background: #a3121f }",
        "lies under",
    ),
    "a bar painted by no element of its own": (
        "#main::before { content: ''; position: fixed; inset: 30% 0 auto; height: 200px; background: #a3121f }",
        "::before fixed",
    ),
    "a blank under the page": ("#main { padding-bottom: 1962px }", "px stand empty at the foot"),
    "a page wider than a telephone": ("#main h1 { min-width: 700px }", "px wider than the screen"),
    "a button under another": ("#main form + form { position: relative; left: -5rem; z-index: 1 }", "button.btn"),
    "a button that is gone": ("#main form .btn-door { display: none }", "button.btn.btn-door: gone"),
    "a ground in the colour of alarm": ("#main table thead th { background: #a3121f }", "main th: painted"),
}
BREAK = """style => {
    const sheet = new CSSStyleSheet();
    sheet.replaceSync(style);
    document.adoptedStyleSheets = [sheet];
}"""


def test_what_would_spoil_a_page_is_found(
    world: World, shown_to: Callable[[User | str], Screen], request: pytest.FixtureRequest
) -> None:
    screen = shown_to(request.getfixturevalue("helene"))
    page = screen.open(world.filled(PAGES["care"]["list-before-it-is-applied"]))
    before = kept("care-list-before-it-is-applied")

    for what, (style, word) in BREAKAGES.items():
        page.evaluate(BREAK, style)
        found = []
        for size, pixels in SIZES.items():
            page.set_viewport_size(pixels)
            page.evaluate(SETTLED)
            found += [*differences(before[size], page.evaluate("carehubLooks.look()")), *faults(page)]
        assert any(word in each for each in found), f"{what}: {found}"


def test_list_of_seven_buildings_begins_on_the_first_screen_of_a_telephone(
    world: World, shown_to: Callable[[User | str], Screen], request: pytest.FixtureRequest
) -> None:
    with standing_still():
        for name in ("Arrivants", "C", "D", "QD", "QI"):
            BuildingFactory(establishment=world.unit.establishment, name=name)
        carry()
    screen = shown_to(request.getfixturevalue("olga"))
    screen.page.set_viewport_size(SIZES["390"])
    page = screen.open("/")

    assert page.get_by_role("navigation", name="Bâtiment").get_by_role("link").count() == 8
    first = page.locator("#list tbody tr").first.bounding_box()
    assert first["y"] <= 494
