"""Draws the columns of a day and the rows of a week, of the cards and free times that stand in them. No query."""

from __future__ import annotations

from collections.abc import Iterable

from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.html import format_html_join
from django.utils.safestring import SafeString

from access.stencils import joined
from appointments.care.cards import Cards
from appointments.care.day.blocks import Block
from appointments.care.day.layout import Cell
from appointments.care.day.scale import Place
from appointments.models import Appointment
from appointments.openings.availability import FreeSlot


def drawn_places(cards: Cards, places: Iterable[Place]) -> SafeString:
    """Return what stands in one column of a day, each thing at its place."""
    return format_html_join(
        "",
        '<li class="place-{} {} lines-{}">{}</li>',
        ((place.what, place.classes, place.lines, drawn_thing(cards, place)) for place in places),
    )


def drawn_thing(cards: Cards, place: Place) -> SafeString | str:
    if isinstance(place.thing, Appointment):
        return cards.card(place.thing)
    if isinstance(place.thing, FreeSlot):
        return cards.slot(place.thing)
    return drawn_block(cards, place.thing) if isinstance(place.thing, Block) else ""


def drawn_block(cards: Cards, block: Block) -> SafeString:
    """Return a shared half-day or a group: its places are drawn by Django, for there are few of them."""
    with timezone.override(cards.zone):
        shown = [cards.card(one) for one in block.appointments]
        return render_to_string("care/day/_block.html", {"block": block, "cards": shown})


def drawn_cells(cards: Cards, cells: Iterable[Cell], *, main: int) -> SafeString:
    """Return the cells of one row of a week; `main` is the column that a telephone shows."""
    return format_html_join(
        "",
        '<td class="{}{}{}">{}{}</td>',
        (
            (
                "open" if cell.is_open else "closed",
                " taken" if cell.is_taken else "",
                " col-main" if number == main else "",
                joined(map(cards.card, cell.appointments)),
                joined(map(cards.slot_of_week, cell.slots)),
            )
            for number, cell in enumerate(cells)
        ),
    )
