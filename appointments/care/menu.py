"""The menu of the care door: six tasks, each with its pages and with what waits there. Constant queries."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache

from django.urls import get_script_prefix, reverse
from django.utils.functional import Promise
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from access.enums import Role
from access.requests import DoorRequest, once
from access.stencils import Stencil
from appointments.care.waiting import waiting_of
from appointments.planning.publishing import PUBLISHERS
from appointments.rights import rights_of

Label = str | Promise


def everybody(_request: DoorRequest) -> bool:
    return True


def only(*roles: Role) -> Callable[[DoorRequest], bool]:
    return lambda request: request.membership.role in roles


def nothing(_request: DoorRequest) -> int:
    return 0


# Two are the same only if they are one: to compare their words would translate them.
@dataclass(frozen=True, eq=False)
class MenuPage:
    """A page of the menu: its address by name, its word, who gets it, how much waits there."""

    name: str
    label: Label
    opens: Callable[[DoorRequest], bool] = everybody
    waiting: Callable[[DoorRequest], int] = nothing


@dataclass(frozen=True)
class MenuTask:
    """One of the six, with its pages, and the first words of the addresses that belong to it."""

    label: Label
    pages: tuple[MenuPage, ...]
    rooms: frozenset[str]


@dataclass(frozen=True)
class MenuEntry:
    """A page or a task as it is shown to whoever asks, in their language."""

    label: str
    address: str
    waiting: int
    is_current: bool


@dataclass(frozen=True)
class Menu:
    tasks: tuple[MenuEntry, ...]
    # The pages of the task at hand.
    label: str
    pages: tuple[MenuEntry, ...]
    # The day itself offers its pages in its own tools.
    is_day: bool = False

    def drawn_tasks(self) -> SafeString:
        return TASKS_DRAWN.fill({}, tasks=self.tasks)

    def drawn_pages(self) -> SafeString:
        return PAGES_DRAWN.fill({}, label=self.label, pages=self.pages, is_day=self.is_day)


# Each form of the menu is drawn once: which task is at hand, and what waits where.
TASKS_DRAWN = Stencil("care/_nav.html")
PAGES_DRAWN = Stencil("care/_task_pages.html")


TASKS = (
    MenuTask(
        _("Today"),
        (
            MenuPage("home", _("Agenda")),
            MenuPage("waiting_room", _("Waiting room")),
            MenuPage("team", _("Team")),
            MenuPage("week", _("Week")),
            MenuPage("month", pgettext_lazy("calendar", "Month")),
            MenuPage("rounds", pgettext_lazy("menu", "Rounds")),
            MenuPage("prints", _("Prints")),
            MenuPage("calendar", _("My calendar")),
        ),
        frozenset({"", "day", "week", "month", "waiting-room", "rounds", "prints", "calendar"})
        | {"appointment", "book", "seen-now", "sessions", "since", "team"},
    ),
    MenuTask(
        _("Requests"),
        (
            MenuPage("triage", pgettext_lazy("menu", "To sort"), waiting=lambda request: waiting_of(request).to_sort),
            MenuPage("mail", _("Mail of the day")),
            MenuPage("alerts", _("Alerts"), waiting=lambda request: waiting_of(request).alerts),
            MenuPage("decisions", _("To decide"), waiting=lambda request: waiting_of(request).to_decide),
        ),
        frozenset({"triage", "mail", "alerts", "decisions", "requests"}),
    ),
    MenuTask(
        _("People"),
        (
            MenuPage("people", _("People")),
            MenuPage("leaving", _("Leaving soon")),
            MenuPage("registry", _("Nominal list"), only(Role.HEAD, Role.NURSE, Role.SECRETARY)),
            MenuPage("escorts", _("Escorts"), lambda request: rights_of(request).manages_escorts),
        ),
        frozenset({"people", "registry", "escorts", "hand-over"}),
    ),
    MenuTask(
        _("Planning"),
        (
            MenuPage("planning", _("Planning"), only(Role.HEAD)),
            MenuPage("find", _("Find a time")),
            MenuPage(
                "stranded",
                pgettext_lazy("menu", "Without practitioner"),
                waiting=lambda request: waiting_of(request).stranded,
            ),
            MenuPage("withdraw", _("Withdraw several appointments")),
            MenuPage("lists", _("Officers’ lists"), only(*PUBLISHERS)),
        ),
        frozenset({"planning", "find-a-time", "stranded", "withdraw", "lists", "series"}),
    ),
    MenuTask(
        _("Follow-up"),
        (
            MenuPage("missed", _("Not come")),
            MenuPage("obstruction", _("Obstructed care")),
            MenuPage(
                "reports",
                pgettext_lazy("menu", "Reports"),
                lambda request: rights_of(request).reads_obstruction,
                lambda request: waiting_of(request).reports,
            ),
            MenuPage("statistics", _("Statistics"), only(Role.HEAD, Role.CLINICIAN)),
        ),
        frozenset({"missed", "obstruction", "reports", "complaints", "statistics"}),
    ),
    MenuTask(
        _("Unit"),
        (
            MenuPage("neutrality", _("Neutrality"), only(Role.HEAD)),
            MenuPage("exports", pgettext_lazy("menu", "Exports"), only(Role.HEAD)),
            MenuPage(
                "second_person",
                pgettext_lazy("menu", "Second person"),
                lambda request: waiting_of(request).gives,
                lambda request: waiting_of(request).waiting,
            ),
            MenuPage("retention", _("What is kept how long"), only(Role.HEAD)),
            MenuPage("emergency", _("Emergency access"), only(Role.NURSE, Role.SECRETARY, Role.CLINICIAN)),
            MenuPage("hand_overs", _("Hand-overs")),
            MenuPage(
                "interfaces",
                pgettext_lazy("menu", "Interfaces"),
                lambda request: request.membership.role == Role.HEAD or rights_of(request).uses_interfaces,
            ),
            MenuPage("set_up", pgettext_lazy("menu", "Set-up"), only(Role.HEAD)),
        ),
        frozenset(
            {"neutrality", "plans", "exports", "second-person", "retention", "emergency", "set-up", "interfaces"}
        ),
    ),
)


def menu_of(request: DoorRequest) -> Menu:
    return once(request, Menu, lambda: read_menu(request))


def read_menu(request: DoorRequest) -> Menu:
    room = request.path.strip("/").split("/")[0]
    tasks: list[MenuEntry] = []
    label, opened, is_day = "", tuple[MenuEntry, ...](), False
    for task in TASKS:
        # Each is asked once: what waits is counted in the database.
        pages = {page: page.waiting(request) for page in task.pages if page.opens(request)}
        first = next(iter(pages))
        tasks.append(MenuEntry(str(task.label), address_of(first.name), sum(pages.values()), room in task.rooms))
        if room in task.rooms:
            current = current_page(request.path, list(pages))
            label, is_day = str(task.label), current is not None and current.name == "home"
            opened = tuple(
                MenuEntry(str(page.label), address_of(page.name), waiting, page is current)
                for page, waiting in pages.items()
            )
    return Menu(tuple(tasks), label, opened, is_day=is_day)


def address_of(name: str) -> str:
    return _address(name, get_script_prefix())


@cache
def _address(name: str, _prefix: str) -> str:
    """Each page names twenty addresses of the menu, which are always the same: only care's door has it."""
    return reverse(name, "carehub.urls.care")


def current_page(path: str, pages: Sequence[MenuPage]) -> MenuPage | None:
    """Return the page that `path` belongs to: the one whose address is the longest beginning of it."""
    beginnings = {page: address_of(page.name) for page in pages}
    home = next((page for page in pages if page.name == "home"), None)
    if home is not None and (path == beginnings[home] or path.startswith("/day")):
        return home
    fitting = [page for page, start in beginnings.items() if page is not home and path.startswith(start)]
    return max(fitting, key=lambda page: len(beginnings[page]), default=None)
