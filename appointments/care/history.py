"""Reads the history of an appointment in words: who did what, when, and what became of each value."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.db.models import QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from access.in_words import date_format
from access.models import Establishment
from appointments.booking.history import TIMES
from appointments.models import Agenda, Appointment, AppointmentChange, Kind
from appointments.models.enums.appointment import CancelReason, NotComeReason, RefusalCause, Status

LABELS = {
    "agenda_id": gettext_lazy("Practitioner"),
    "kind_id": gettext_lazy("Kind of consultation"),
    "starts_at": gettext_lazy("Begins"),
    "ends_at": gettext_lazy("Ends"),
    "status": gettext_lazy("State"),
    "cancel_reason": gettext_lazy("Reason of the cancellation"),
    "not_come_declared": gettext_lazy("Declared by the prison"),
    "not_come_reason": gettext_lazy("Verified by care"),
    "refusal_cause": gettext_lazy("Cause of the refusal"),
    "arrived_at": gettext_lazy("Arrived at"),
    "started_at": gettext_lazy("Consultation begun at"),
    "ended_at": gettext_lazy("Consultation ended at"),
}
CHOICES: Mapping[str, Any] = {
    "status": Status,
    "cancel_reason": CancelReason,
    "not_come_declared": NotComeReason,
    "not_come_reason": NotComeReason,
    "refusal_cause": RefusalCause,
}
NAMED: Mapping[str, QuerySet[Any]] = {"agenda_id": Agenda.objects.all(), "kind_id": Kind.objects.all()}
# What the state already says of itself.
FOLLOWS_FROM_STATE = frozenset({"arrived_at", "started_at", "ended_at"})


@dataclass(frozen=True)
class Difference:
    label: str
    before: str
    after: str


@dataclass(frozen=True)
class ChangeInWords:
    at: datetime
    by: str
    what: str
    differences: Sequence[Difference]


def lines_of(appointment: Appointment, establishment: Establishment, *, since: int = 0) -> list[ChangeInWords]:
    """Return the changes of `appointment` after revision `since`, oldest first; a handful of queries."""
    changes = list(appointment.changes.filter(revision__gt=since).order_by("revision"))
    names = names_of(changes)
    return [
        ChangeInWords(
            change.at, change.by_name, change.get_what_display(), differences(change, names, establishment.zone)
        )
        for change in changes
    ]


def names_of(changes: Iterable[AppointmentChange]) -> dict[str, dict[int, str]]:
    """Return the names of the agendas and kinds that the changes speak of; at most one query for each."""
    found: dict[str, dict[int, str]] = {}
    for name, named in NAMED.items():
        keys = {change.before[name] for change in changes if name in change.before}
        keys |= {change.after[name] for change in changes if name in change.after}
        rows = named.filter(pk__in=keys).values_list("pk", "name") if keys else []
        found[name] = dict(rows)
    return found


def differences(change: AppointmentChange, names: Mapping[str, Mapping[int, str]], zone: ZoneInfo) -> list[Difference]:
    return [
        Difference(
            str(label),
            value_in_words(name, change.before.get(name), names, zone),
            value_in_words(name, change.after.get(name), names, zone),
        )
        for name, label in LABELS.items()
        if name in change.before and name not in FOLLOWS_FROM_STATE
    ]


def value_in_words(name: str, value: Any, names: Mapping[str, Mapping[int, str]], zone: ZoneInfo) -> str:
    if value in {None, ""}:
        return _("nothing")
    if name in TIMES:
        local = datetime.fromisoformat(value).astimezone(zone)
        return f"{date_format(local, 'D j N')} {local:%H:%M}"
    if name in NAMED:
        return names[name].get(value, "—")
    return str(CHOICES[name](value).label)
