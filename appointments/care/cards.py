"""Draws a card of an appointment and a free time, as the agenda shows them. No query."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from urllib.parse import quote
from zoneinfo import ZoneInfo

from django.urls import reverse
from django.utils.safestring import SafeString

from access.in_words import date_format
from access.stencils import Stencil, address_for_each
from appointments.models import Appointment
from appointments.models.enums.appointment import Status
from appointments.models.enums.planning import SessionMode
from appointments.openings.availability import FreeSlot

CARD = Stencil(
    "care/day/_card.html",
    *("discipline", "key", "address", "move_address", "exchange_address", "revision", "time", "name", "initials"),
    *("until", "cell", "floor_state", "floor_words", "floor_at", "status_word", "kind", "register"),
)
SLOT = Stencil("care/day/_slot.html", "address", "agenda", "agenda_name", "instant", "time")
WEEK_SLOT = Stencil("care/day/_week_slot.html", "address", "agenda_name", "when", "time")
# Django's own way to the word of a status reads all of its choices anew for each card.
STATUS_WORDS = dict(Status.choices)


class Cards:
    """Draws appointments and free times as one page shows them."""

    def __init__(
        self,
        zone: ZoneInfo,
        *,
        bookable: Collection[int] = (),
        faded_kinds: Collection[int] = (),
        changed: Appointment | None = None,
        swap: bool = False,
    ) -> None:
        self.zone, self.bookable, self.faded_kinds, self.swap = zone, bookable, faded_kinds, swap
        self.changed = changed.pk if changed else None
        self.addresses = [
            address_for_each(name) for name in ("appointment", "appointment_move", "appointment_exchange")
        ]
        self.book = reverse("book")

    def card(self, one: Appointment) -> SafeString:
        key, kind, person = str(one.pk), one.kind, one.detainee
        said, here = one.floor_words, one.movement.state_at if one.movement is not None else None
        address, move_address, exchange_address = (f"{before}{key}{after}" for before, after in self.addresses)
        return CARD.fill(
            {
                "key": key,
                "address": address,
                "move_address": move_address,
                "exchange_address": exchange_address,
                "discipline": kind.discipline,
                "revision": one.revision,
                "time": self.hour(one.starts_at),
                "until": self.hour(one.ends_at),
                "name": person.display_name,
                "cell": person.cell,
                "register": person.register_number,
                "initials": kind.initials,
                "kind": kind.name,
                "floor_state": one.floor_state,
                "floor_words": said,
                "floor_at": self.hour(here) if here else "",
                "status_word": str(STATUS_WORDS[one.status]),
            },
            status=one.status,
            is_impeded=one.is_impeded,
            is_faded=one.kind_id in self.faded_kinds,
            is_changed=one.pk == self.changed,
            swap=self.swap,
            may_move=one.status == Status.BOOKED and one.agenda_id in self.bookable,
            is_reported=bool(said),
            is_dated=here is not None and not one.is_impeded,
            stranded=getattr(one, "stranded", ""),
            is_unplanned=one.is_unplanned,
            is_overbooked=one.shares_time and one.session is not None and one.session.mode == SessionMode.FIXED,
        )

    def slot(self, slot: FreeSlot) -> SafeString:
        local = slot.starts_at.astimezone(self.zone)
        values = {
            "address": self.address_of(slot, local),
            "agenda": slot.agenda.pk,
            "agenda_name": slot.agenda.name,
            "instant": f"{local:%Y-%m-%dT%H:%M}",
            "time": f"{local:%H:%M}",
        }
        return SLOT.fill(values)

    def slot_of_week(self, slot: FreeSlot) -> SafeString:
        local = slot.starts_at.astimezone(self.zone)
        values = {
            "address": self.address_of(slot, local),
            "agenda_name": slot.agenda.name,
            "when": date_format(local, "l j F, H:i"),
            "time": f"{local:%H:%M}",
        }
        return WEEK_SLOT.fill(values)

    def hour(self, instant: datetime) -> str:
        local = instant.astimezone(self.zone)
        return f"{local.hour:02d}:{local.minute:02d}"

    def address_of(self, slot: FreeSlot, local: datetime) -> str:
        return f"{self.book}?agenda={slot.agenda.pk}&at={quote(local.isoformat())}"
