"""The waiting room of today: who is expected, on the way, waiting, in consultation, done. Reads only, few queries."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import DEFAULT_DB_ALIAS, models
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from access.digest import short_digest
from access.kept_texts import KeptText
from appointments.arithmetic.timegrid import local_midnights
from appointments.booking.history import last_standing
from appointments.care.shown import read_shown
from appointments.models import Agenda, Appointment, AppointmentChange
from appointments.models.enums.appointment import Status
from appointments.rights import Rights

# How far ahead the narrow column beside the agenda looks.
SOON = timedelta(minutes=60)
# How many of those who are not here yet it names.
NEXT = 6
# For how long what was just done stays on the narrow column, to be taken back.
JUST = timedelta(minutes=10)


class Whereabouts(models.TextChoices):
    WAITING = "waiting", _("Waiting")
    IN_CONSULTATION = "in_consultation", _("In consultation")
    ON_THE_WAY = "on_the_way", _("On the way")
    NOT_HERE = "not_here", _("Not here yet")
    DONE = "done", _("Done")


PLACE_OF_STATUS = {
    Status.ARRIVED: Whereabouts.WAITING,
    Status.IN_CONSULTATION: Whereabouts.IN_CONSULTATION,
    Status.SEEN: Whereabouts.DONE,
    Status.NOT_COME: Whereabouts.DONE,
}


@dataclass(frozen=True)
class WaitingRoomEntry:
    appointment: Appointment
    place: Whereabouts
    # Since when the person waits or is seen, or by how much they are late; None where there is nothing to count.
    minutes: int | None
    is_late: bool
    may_change: bool
    undoable: AppointmentChange | None

    @property
    def shown(self) -> tuple[object, ...]:
        """All of the entry that the page shows: what its tag is made of."""
        one = self.appointment
        person = (one.detainee.display_name, one.detainee.register_number, one.detainee.cell)
        times = (one.called_at.isoformat(), one.starts_at.isoformat(), self.minutes, self.is_recent, self.is_soon)
        return (str(one.pk), one.revision, one.cause, *person, *times, self.may_change, *floor_of(one))

    @property
    def is_recent(self) -> bool:
        """Whether something was done a moment ago that may have been a mistake."""
        return self.undoable is not None and timezone.now() - self.undoable.at < JUST

    @property
    def is_soon(self) -> bool:
        """Whether the person is called within the hour, or should be here already."""
        return self.appointment.called_at - timezone.now() < SOON


@dataclass(frozen=True)
class WaitingRoomColumn:
    """The people at one place, in the order in which they need somebody."""

    place: Whereabouts
    entries: Sequence[WaitingRoomEntry]

    @property
    def near(self) -> list[WaitingRoomEntry]:
        """Those whom the narrow column shows: not those who are done or still far."""
        if self.place == Whereabouts.DONE:
            return [entry for entry in self.entries if entry.is_recent]
        if self.place == Whereabouts.NOT_HERE:
            return [entry for entry in self.entries if entry.is_soon][:NEXT]
        return list(self.entries)


@dataclass(frozen=True)
class WaitingRoom:
    columns: Sequence[WaitingRoomColumn]
    agendas: Sequence[Agenda]
    mine: frozenset[int]
    now: datetime
    only: str = ""
    changed_just_now: Sequence[Appointment] = field(default_factory=list)

    @property
    def total(self) -> int:
        return sum(len(column.entries) for column in self.columns)

    @property
    def has_near(self) -> bool:
        return any(column.near for column in self.columns)

    @property
    def first_waiting(self) -> WaitingRoomEntry | None:
        """Whoever has been waiting longest."""
        return next(
            (each for column in self.columns if column.place == Whereabouts.WAITING for each in column.entries), None
        )

    @property
    def etag(self) -> str:
        """A tag of all that the page shows; it changes with each state, and each minute while somebody waits."""
        shown = [(column.place, [entry.shown for entry in column.entries]) for column in self.columns]
        return short_digest(repr((shown, self.only, get_language())))


def read_waiting_room(rights: Rights, *, only: str = "", listed: Sequence[Appointment] | None = None) -> WaitingRoom:
    """Return today's waiting room of the agendas in view; `only` is the key of one, or "mine".

    `listed` are the appointments of those agendas today, where a page has read them already. The queries
    do not depend on how many people there are.
    """
    now, establishment, agendas = timezone.now(), rights.establishment, rights.visible
    start, end = local_midnights(establishment.today(), establishment.zone)
    mine = frozenset(agenda.pk for agenda in agendas if agenda.owner_id == rights.user.pk)
    shown = [agenda for agenda in agendas if only in {"", str(agenda.pk)} or (only == "mine" and agenda.pk in mine)]
    rows = read_shown(shown, start, end) if listed is None else listed
    undoable = changes_to_undo(rows, since=start)
    entries = [
        entry_of(one, now=now, may_change=one.agenda_id in rights.bookable_keys, undoable=undoable.get(str(one.pk)))
        for one in rows
    ]
    return WaitingRoom(
        columns=[WaitingRoomColumn(place, in_order(entries, place)) for place in Whereabouts],
        agendas=agendas,
        mine=mine,
        now=now,
        only=only,
        changed_just_now=[e.appointment for e in entries if e.undoable and now - e.undoable.at < timedelta(minutes=2)],
    )


def floor_of(one: Appointment) -> tuple[object, ...]:
    return (one.floor_state, one.floor_impediment, one.movement.state_at if one.movement else None)


def changes_to_undo(appointments: Iterable[Appointment], *, since: datetime) -> dict[str, AppointmentChange]:
    """Return the change made since `since` that each appointment could take back, by its key. One query."""
    of_each: dict[str, list[AppointmentChange]] = defaultdict(list)
    for row in CHANGES.read(keys=[one.pk for one in appointments], since=since):
        change = AppointmentChange.from_db(DEFAULT_DB_ALIAS, OF_CHANGE, row)
        of_each[str(change.appointment_id)].append(change)
    found = {key: last_standing(changes) for key, changes in of_each.items()}
    return {key: change for key, change in found.items() if change is not None}


# What is told of a change: not what it changed.
OF_CHANGE = ("id", "appointment_id", "what", "undoes_id", "at")


def _changes(keys: list[UUID], since: datetime) -> QuerySet[AppointmentChange, tuple[Any, ...]]:
    rows = AppointmentChange.objects.filter(appointment__pk__among=keys, at__gte=since)
    return rows.order_by("appointment", "revision").values_list(*OF_CHANGE)


CHANGES = KeptText(_changes, lists=["keys"], instants=["since"])


def entry_of(
    one: Appointment, *, now: datetime, may_change: bool, undoable: AppointmentChange | None
) -> WaitingRoomEntry:
    place = PLACE_OF_STATUS.get(Status(one.status)) or (
        Whereabouts.ON_THE_WAY if one.is_on_the_way else Whereabouts.NOT_HERE
    )
    since = {
        Whereabouts.WAITING: one.arrived_at,
        Whereabouts.IN_CONSULTATION: one.started_at,
        Whereabouts.ON_THE_WAY: one.movement.state_at if one.movement else None,
        Whereabouts.NOT_HERE: one.starts_at if one.starts_at <= now else None,
    }.get(place)
    minutes = None if since is None else max(0, int((now - since).total_seconds()) // 60)
    return WaitingRoomEntry(
        appointment=one,
        place=place,
        minutes=minutes,
        is_late=place == Whereabouts.NOT_HERE and minutes is not None,
        may_change=may_change,
        undoable=undoable,
    )


def in_order(entries: Iterable[WaitingRoomEntry], place: Whereabouts) -> list[WaitingRoomEntry]:
    """Return the entries of one place: who waits longest first, who is done last first, else by time."""
    there = [entry for entry in entries if entry.place == place]
    if place == Whereabouts.DONE:
        return there[::-1]
    if place in {Whereabouts.WAITING, Whereabouts.IN_CONSULTATION}:
        return sorted(there, key=lambda entry: -(entry.minutes or 0))
    return there
