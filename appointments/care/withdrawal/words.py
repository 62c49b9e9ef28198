"""Says what a choice makes of a group of appointments, before and after it is carried out. Reads nothing."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from access.in_words import date_format
from appointments.booking.exposure import WithdrawalGroup, WithdrawnAppointment
from appointments.openings.availability import FreeSlot


@dataclass(frozen=True)
class WithdrawalPlan:
    """What would become of each appointment of the group, by its key."""

    group: WithdrawalGroup
    # Where somebody else receives the person at the same arrival time; None without a place. Empty: not chosen.
    places: Mapping[UUID, FreeSlot | None] = field(default_factory=dict)
    # With which publication the line goes, and when the person is seen instead.
    batches: Mapping[UUID, datetime] = field(default_factory=dict)
    times: Mapping[UUID, FreeSlot] = field(default_factory=dict)

    @property
    def most_together(self) -> int:
        """The most lines of this practitioner that one publication would take."""
        instants = list(self.batches.values())
        return max((instants.count(instant) for instant in instants), default=len(self.group.told))

    def words(self, line: WithdrawnAppointment) -> str:
        key, zone = line.appointment.pk, line.appointment.agenda.establishment.zone
        if key in self.places:
            slot = self.places[key]
            if slot is None:
                return _("no place left at that arrival time")
            return _("%(time)s, %(name)s") % {"time": short(slot.starts_at.astimezone(zone)), "name": slot.agenda.name}
        said = [self.words_for_list(line)]
        if key in self.times:
            new = self.times[key]
            said.append(
                _("seen on %(time)s, %(name)s")
                % {"time": short(new.starts_at.astimezone(zone)), "name": new.agenda.name}
            )
        return " · ".join(said)

    def words_for_list(self, line: WithdrawnAppointment) -> str:
        key, zone = line.appointment.pk, line.appointment.agenda.establishment.zone
        if not line.tells:
            return _("nothing shows")
        if key in self.batches:
            return _("line goes with the publication of %(time)s") % {"time": short(self.batches[key].astimezone(zone))}
        return _("line goes")


def short(at: datetime) -> str:
    return date_format(at, "D j N, H:i")


def received(done: int, *, left: int) -> str:
    said = ngettext(
        "%(count)d person is received by a colleague at the same arrival time: nothing changes on the officers’ list.",
        "%(count)d people are received by a colleague at the same arrival time: nothing changes on the officers’ list.",
        done,
    ) % {"count": done}
    if not left:
        return said
    return said + " " + ngettext(
        "%(count)d had no place there and is still booked.",
        "%(count)d had no place there and are still booked.",
        left,
    ) % {"count": left}  # fmt: skip


def moved_and_cancelled(moved: int, *, cancelled: int) -> str:
    said = []
    if moved:
        said.append(
            ngettext("%(count)d appointment has a new time.", "%(count)d appointments have a new time.", moved)
            % {"count": moved}
        )
    if cancelled or not moved:
        said.append(
            ngettext("%(count)d appointment is cancelled.", "%(count)d appointments are cancelled.", cancelled)
            % {"count": cancelled}
        )
    return " ".join(said)
