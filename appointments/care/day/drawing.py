"""Draws the columns of a day and the rows of a week, of the cards and free times that stand in them. No query."""

from __future__ import annotations

from collections.abc import Iterable
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html_join
from django.utils.safestring import SafeString

from access.in_words import date_format
from access.stencils import Stencil, joined
from appointments.care.cards import Cards
from appointments.care.day.blocks import Block
from appointments.care.day.layout import Cell, Day, DayHead
from appointments.care.day.scale import DayColumn, Place
from appointments.models import Appointment, Kind
from appointments.openings.availability import FreeSlot

HEAD = Stencil("care/day/_head.html", "key", "name", "discipline", "booked", "fillings", "overbooked")
FILL_LINK = Stencil("care/day/_fill_link.html", "address", "agenda", "time")
OVERBOOK = Stencil("care/day/_overbook.html", "address", "time", "agenda")
COLUMN = Stencil("care/day/_column.html", "key", "places")
PLACE = Stencil("care/day/_place.html", "classes", "lines", "thing")
SHOWN_AGENDA = Stencil("care/day/_shown_agenda.html", "key", "name", "alone")
SHOWN_KIND = Stencil("care/day/_shown_kind.html", "key", "name", "initials", "discipline")


def drawn_choices(listed: Day, kinds: Iterable[Kind]) -> dict[str, SafeString]:
    """Return what can be ticked to be looked at: agendas of that day, and kinds."""
    day, shown = reverse("day", args=[listed.date.isoformat()]), {agenda.pk for agenda in listed.agendas}
    agendas = [
        SHOWN_AGENDA.fill(
            {"key": agenda.pk, "name": agenda.name, "alone": f"{day}?agenda={agenda.pk}"}, is_shown=agenda.pk in shown
        )
        for agenda in listed.choices
    ]
    drawn = [
        SHOWN_KIND.fill(
            {"key": kind.pk, "name": kind.name, "initials": kind.initials, "discipline": kind.discipline},
            is_shown=kind.pk not in listed.chosen.kinds,
        )
        for kind in kinds
    ]
    return {"agendas": joined(agendas), "kinds": joined(drawn)}


def drawn_column(cards: Cards, column: DayColumn, *, is_main: bool) -> SafeString:
    """Return one column of a day, with what stands in it, each thing at its place."""
    places = joined(
        PLACE.fill(
            {"classes": place.classes, "lines": place.lines, "thing": drawn_thing(cards, place)}, what=place.what
        )
        for place in column.places
    )
    return COLUMN.fill({"key": column.agenda.pk, "places": places}, is_wide=column.is_wide, is_main=is_main)


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
        context = {"block": block, "cards": shown, "overbooking": drawn_overbooking(block, cards.zone)}
        return render_to_string("care/day/_block.html", context)


def drawn_overbooking(block: Block, zone: ZoneInfo, *, short: bool = False) -> SafeString:
    """Return the way to overbook, in a line of its own or as `short` as the head of a column needs it."""
    session, begins = block.session, block.session.starts_at.astimezone(zone)
    at = urlencode({"agenda": session.agenda_id, "at": begins.isoformat(), "overbook": 1})
    values = {
        "address": f"{reverse('book')}?{at}",
        "time": date_format(begins, "H:i"),
        "agenda": session.agenda.name,
    }
    return OVERBOOK.fill(values, left=block.may_overbook, taken=block.taken, most=session.overbooking, short=short)


def drawn_heads(listed: Day, zone: ZoneInfo, *, main: int) -> SafeString:
    """Return the heads of the columns, each with the ways to fill and to overbook its sessions; `main` as below."""
    return joined(drawn_head(head, zone, is_main=number == main) for number, head in enumerate(listed.heads))


def drawn_head(head: DayHead, zone: ZoneInfo, *, is_main: bool) -> SafeString:
    fillings = [
        FILL_LINK.fill(
            {
                "address": reverse("session_fill", args=[session.pk]),
                "agenda": head.agenda.name,
                "time": date_format(session.starts_at.astimezone(zone), "H:i"),
            },
            free=free,
        )
        for session, free in head.fillable
    ]
    values = {
        "key": head.agenda.pk,
        "name": head.agenda.name,
        "discipline": head.discipline,
        "booked": head.booked,
        "fillings": format_html_join(" · ", "{}", ((each,) for each in fillings)),
        "overbooked": joined(drawn_overbooking(block, zone, short=True) for block in head.overbooked),
    }
    return HEAD.fill(values, is_wide=head.is_wide, is_away=head.is_away, is_main=is_main)


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
