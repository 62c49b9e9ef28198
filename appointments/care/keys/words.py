"""Which key does what, and which letter after G opens which page; the letters are those of the French words."""

from __future__ import annotations

from collections.abc import Sequence

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from access.enums import Role

# The letter, the page by the name of its address, its word, and which roles open it (empty: every one).
PAGES: Sequence[tuple[str, str, str | Promise, frozenset[Role]]] = (
    ("a", "home", _("Agenda"), frozenset()),
    ("s", "waiting_room", _("Waiting room"), frozenset()),
    ("h", "week", _("Week"), frozenset()),
    ("c", "mail", _("Mail of the day"), frozenset()),
    ("t", "triage", pgettext_lazy("menu", "To sort"), frozenset()),
    ("p", "people", _("People"), frozenset()),
    ("n", "missed", _("Not come"), frozenset()),
    ("r", "rounds", pgettext_lazy("menu", "Rounds"), frozenset()),
    ("l", "alerts", _("Alerts"), frozenset()),
    ("i", "prints", _("Prints"), frozenset()),
    ("q", "team", _("Team"), frozenset()),
    ("f", "find", _("Find a time"), frozenset()),
    ("b", "obstruction", _("Obstructed care"), frozenset()),
    ("g", "planning", _("Planning"), frozenset({Role.HEAD})),
)

EVERYWHERE: Sequence[tuple[str, str | Promise]] = (
    ("/", _("Find somebody")),
    ("N", _("Book: at the time in focus, or at the first free one")),
    ("G", _("then a letter: open a page")),
    ("?", _("This list")),
    ("F8", _("Sign out")),
)
IN_THE_AGENDA: Sequence[tuple[str | Promise, str | Promise]] = (
    ("A", _("Go to the first free time")),
    ("← → ↑ ↓", _("From one time or appointment to the next")),
    ("↵", _("Open what is in focus; book in the panel")),
    ("1 2 3", _("Choose a usual kind in the panel")),
    ("M", _("Move the appointment in focus")),
    (pgettext_lazy("key", "Esc"), _("Close the panel, go back to where it was opened")),
)
