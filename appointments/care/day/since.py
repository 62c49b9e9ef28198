"""What changed since somebody's last shift, in one list: appointments, requests, alerts, absences, nominal lists.

Nobody tells when a shift ends. Sessions end by themselves when a terminal is left alone, so that somebody at work
signs in several times a day: before a pause of some hours lies the last shift. Reads only.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from django.db.models import Q, QuerySet
from django.utils import timezone

from access.enums import Happening
from access.in_words import date_format
from access.kept_texts import KeptText
from access.models import AccountEvent
from appointments.care.days_away import DaysAway
from appointments.care.waiting import counted, parts_of
from appointments.models import (
    Absence,
    Alert,
    Appointment,
    AppointmentChange,
    Closure,
    RegistryImport,
    Request,
)
from appointments.models.enums.appointment import ChangeKind
from appointments.requests.alerts import alerts_visible_to
from appointments.rights import Rights, requests_visible_to

PAUSE = timedelta(hours=6)
# Longer ago is history: the list tells a week at most, and not more lines than somebody reads.
LONGEST = timedelta(days=7)
SHOWN = 200
# Signing in so often in one shift is more than anybody does.
SIGN_INS = 60
# What changes somebody's day; who arrived and who was seen is told by the day itself.
TOLD = (ChangeKind.BOOKED, ChangeKind.MOVED, ChangeKind.CANCELLED, ChangeKind.UNDONE, ChangeKind.NOT_COME)


@dataclass(frozen=True)
class SinceLine:
    """One thing that happened: one of the five is there."""

    at: datetime
    change: AppointmentChange | None = None
    asked: Request | None = None
    alert: Alert | None = None
    # Nobody is seen: somebody is away, or the unit is closed.
    off: Absence | Closure | None = None
    days: DaysAway | None = None
    imported: RegistryImport | None = None

    @property
    def is_absence(self) -> bool:
        return isinstance(self.off, Absence)


@dataclass(frozen=True)
class SinceShift:
    since: datetime
    lines: Sequence[SinceLine]

    @property
    def is_cut(self) -> bool:
        return len(self.lines) >= SHOWN


@dataclass(frozen=True)
class SinceCount:
    since: datetime
    number: int
    zone: ZoneInfo

    @property
    def said(self) -> str:
        """Since when, as short as it is clear: the hour today, else the day of the week, else the date."""
        local, now = self.since.astimezone(self.zone), timezone.now().astimezone(self.zone)
        is_today, is_near = local.date() == now.date(), now - local < timedelta(days=6)
        return date_format(local, "H:i" if is_today else "D H:i" if is_near else "d/m")


def last_shift(rights: Rights) -> datetime:
    """Return when the person was here last before this shift, a week ago at most. One query."""
    now = timezone.now()
    found = AccountEvent.objects.filter(user=rights.user, what=Happening.SIGN_IN, at__gte=now - LONGEST)
    return before_the_pause(found.order_by("-at").values_list("at", flat=True)[:SIGN_INS], now)


def before_the_pause(instants: Iterable[datetime], now: datetime) -> datetime:
    """Return the newest of `instants`, newest first, that lies before a pause; a week ago where none does."""
    later = now
    for at in instants:
        if later - at >= PAUSE:
            return at
        later = at
    return now - LONGEST


def changes_since(rights: Rights, since: datetime) -> QuerySet[AppointmentChange]:
    """Return what others changed since then in the agendas in view."""
    visible = [agenda.pk for agenda in rights.visible]
    return _changes(rights.establishment.pk, rights.user.pk, visible, since)


def _changes(place: int, person: int, agendas: list[int], since: datetime) -> QuerySet[AppointmentChange]:
    seen = Appointment.objects.filter(establishment=place, agenda__pk__among=agendas)
    changes = AppointmentChange.objects.filter(
        establishment=place, at__gte=since, what__in=TOLD, appointment__in=seen.values("pk")
    )
    return changes.exclude(by_id=person)


COUNTED = {
    "changes": KeptText(
        lambda **asked: _changes(**asked).order_by().values("pk"),
        keys=["place", "person"],
        lists=["agendas"],
        instants=["since"],
    )
}


def count_since(rights: Rights) -> SinceCount:
    """Return how many changes there were. Two queries."""
    since, here = last_shift(rights), rights.establishment
    agendas = [agenda.pk for agenda in rights.visible]
    found = counted(parts_of(COUNTED, place=here.pk, person=rights.user.pk, agendas=agendas, since=since))
    return SinceCount(since, found["changes"], here.zone)


def away_since(rights: Rights, since: datetime) -> QuerySet[Absence]:
    """Return the absences that others noted since then, of the agendas in view."""
    noted = Absence.objects.filter(agenda__in=[agenda.pk for agenda in rights.visible], noted_at__gte=since)
    return noted.exclude(noted_by=rights.user).select_related("agenda", "noted_by").order_by("-noted_at")


def closed_since(rights: Rights, since: datetime) -> QuerySet[Closure]:
    """Return the closures that others noted since then, of the units for which the person works."""
    noted = Closure.objects.filter(unit__in=[unit.pk for unit in rights.units_in_view], noted_at__gte=since)
    return noted.exclude(noted_by=rights.user).select_related("unit", "noted_by").order_by("-noted_at")


def imported_since(rights: Rights, since: datetime) -> QuerySet[RegistryImport]:
    """Return the nominal lists that others applied, or took back, since then."""
    applied = Q(applied_at__gte=since, undone_at=None) & (Q(applied_by=None) | ~Q(applied_by=rights.user))
    undone = Q(undone_at__gte=since) & (Q(undone_by=None) | ~Q(undone_by=rights.user))
    lists = RegistryImport.objects.filter(applied | undone, establishment=rights.establishment)
    return lists.select_related("applied_by", "undone_by").defer("effects")


def read_since(rights: Rights, *, with_lists: bool) -> SinceShift:
    """Return everything since the last shift, the newest first; nominal lists for whom they are open. Seven queries."""
    since = last_shift(rights)
    appointment = ("appointment__detainee__building", "appointment__agenda", "appointment__kind")
    changes = changes_since(rights, since).select_related(*appointment).order_by("-at")[:SHOWN]
    asked = requests_visible_to(rights).filter(entered_at__gte=since).with_names().order_by("-entered_at")[:SHOWN]
    alerts = alerts_visible_to(rights.user, rights.establishment).filter(raised_at__gte=since)[:SHOWN]
    lists = imported_since(rights, since)[:SHOWN] if with_lists else ()
    lines = [
        *(SinceLine(each.at, change=each) for each in changes),
        *(SinceLine(each.entered_at, asked=each) for each in asked),
        *(SinceLine(each.raised_at, alert=each) for each in alerts),
        *(time_off(each, rights) for each in away_since(rights, since)[:SHOWN]),
        *(time_off(each, rights) for each in closed_since(rights, since)[:SHOWN]),
        *(SinceLine(each.undone_at or each.applied_at, imported=each) for each in lists),
    ]
    return SinceShift(since, sorted(lines, key=lambda line: line.at, reverse=True)[:SHOWN])


def time_off(row: Absence | Closure, rights: Rights) -> SinceLine:
    assert row.noted_at is not None  # noqa: S101 asked for by when it was noted
    return SinceLine(row.noted_at, off=row, days=DaysAway.of(row, rights.establishment))
