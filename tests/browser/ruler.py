"""Measures pages of the care door as they are seen: where the work begins, what is in sight, what is too wide."""

from __future__ import annotations

from dataclasses import dataclass

from playwright.sync_api import Page

HOME = """() => {
    const top = (selector) => Math.round(document.querySelector(selector)?.getBoundingClientRect().top ?? -1);
    const frame = document.querySelector(".agenda-wrap")?.getBoundingClientRect();
    const inside = (each) => {
        const box = each.getBoundingClientRect();
        return box.height > 0 && box.left >= frame.left - 1 && box.right <= frame.right + 1
            && box.top >= frame.top && box.bottom <= Math.min(frame.bottom, innerHeight) + 1;
    };
    const seen = (selector) => frame ? [...document.querySelectorAll(selector)].filter(inside).length : 0;
    const part = document.querySelector(".agenda-part")?.getBoundingClientRect();
    return {
        header: document.querySelector("header").offsetHeight,
        queue: Math.round(Math.max(...[...document.querySelectorAll(".queue > *, .day-tools")].map(
            (each) => each.getBoundingClientRect().bottom))),
        agenda: top(".agenda-wrap"),
        hour: top(".agenda-part"),
        columns: seen(".agenda-head"),
        everyColumn: document.querySelectorAll(".agenda-head").length,
        cards: seen(".card-appointment"),
        slots: seen(".agenda-places .slot"),
        halfDayEnds: part ? Math.round(part.bottom) : -1,
        page: document.documentElement.scrollHeight,
    };
}"""
WIDE = """() => {
    const width = document.documentElement.clientWidth;
    const scrolls = (each) => each.checkVisibility() && each.clientWidth && each.scrollWidth > each.clientWidth + 1
        && ["auto", "scroll"].includes(getComputedStyle(each).overflowX);
    const names = [...document.querySelectorAll("main *")].filter(scrolls).map((each) => each.className);
    return document.documentElement.scrollWidth > width ? ["the page", ...names] : names;
}"""
HEADER = "document.querySelector('header').offsetHeight"


@dataclass(frozen=True)
class HomeSeen:
    """The page of the day, in pixels and in numbers of what is wholly in sight."""

    header: int
    queue: int
    agenda: int
    hour: int
    columns: int
    everyColumn: int  # noqa: N815 as the page says it
    cards: int
    slots: int
    halfDayEnds: int  # noqa: N815
    page: int


def home_of(page: Page) -> HomeSeen:
    return HomeSeen(**page.evaluate(HOME))


def too_wide(page: Page) -> list[str]:
    """What scrolls sideways on the page, the page itself first."""
    found: list[str] = page.evaluate(WIDE)
    return found


def header_height(page: Page) -> int:
    height: int = page.evaluate(HEADER)
    return height
