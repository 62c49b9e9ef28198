"""Counts what the movement list showed of one establishment, and what one with exact times would have: SQL alone.

Reads appointments of the care side; writes nothing and knows no request. What the numbers mean is arithmetic and
stands in appointments.arithmetic.inference.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import TYPE_CHECKING, Literal, NamedTuple, TypeAlias
from uuid import UUID

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.db.models import Avg, Count, F
from django.db.models.functions import ExtractIsoWeekDay, TruncDate, TruncTime

from access.models import Establishment
from appointments.arithmetic.inference import CallCounts
from appointments.arithmetic.person_inference import PersonTrail, series_of
from appointments.arithmetic.timegrid import local_midnights
from appointments.models import Appointment
from appointments.models.enums.appointment import Status
from appointments.models.enums.planning import Discipline

if TYPE_CHECKING:
    from collections.abc import Iterator

    from django.db.models import QuerySet

# Half a year: every monthly clinic is met six times, and a planning seldom stays the same for longer.
USUAL_WEEKS = 26
WEEKS_AT_MOST = 104

# What a list shows of a convocation's time: the common arrival time, or, in contrast, the consultation's own.
Shown: TypeAlias = Literal["called_at", "starts_at"]
EXPORTED: Shown = "called_at"
EXACT: Shown = "starts_at"


def sensitive_disciplines() -> frozenset[str]:
    """Return the disciplines that the list must hide best (setting CAREHUB_SENSITIVE_DISCIPLINES).

    The usual ones are psychiatry, psychology, addiction medicine, infectious diseases, gynaecology: there, being seen
    to consult already tells a diagnosis or invites violence from others. Raises ImproperlyConfigured for a word that
    is no discipline, because a misspelt one would be watched by nobody.
    """
    named: list[str] = settings.CAREHUB_SENSITIVE_DISCIPLINES
    if unknown := set(named) - set(Discipline.values):
        raise ImproperlyConfigured(
            f"CAREHUB_SENSITIVE_DISCIPLINES names {', '.join(sorted(unknown))}. "
            f"Choose among {', '.join(Discipline.values)}."
        )
    return frozenset(named)


def last_weeks(establishment: Establishment, *, weeks: int = USUAL_WEEKS, until: date | None = None) -> Window:
    """Return the window of `weeks` weeks that ends before the local day `until` (default: today, still unfinished).

    Raises WeeksOutOfRange beyond 1 to 104 weeks.
    """
    if not 1 <= weeks <= WEEKS_AT_MOST:
        raise WeeksOutOfRange
    end = until or establishment.today()
    return Window(establishment, end - timedelta(weeks=weeks), end)


def convocations(window: Window) -> QuerySet[Appointment]:
    """Return the consultations of the window for which somebody was called, whether they came or not.

    Cancelled ones are left out: their lines were withdrawn. Two consultations of one person in one wave are one line
    on the list and two secrets; both are counted, so that the two lists are measured on the same consultations.
    """
    start, end = window.bounds
    called = Appointment.objects.filter(establishment=window.establishment, starts_at__gte=start, starts_at__lt=end)
    return called.exclude(status=Status.CANCELLED).order_by()


def count(window: Window, *, shown: Shown) -> CallCounts:
    """Return n(k, c): consultations by discipline and by weekday and local time as `shown` on the list. One query.

    The secret is the discipline, not the finer kind of consultation: what must not be known is that somebody sees the
    psychiatrist, and two names for it ("first interview", "follow-up") would halve each one's share and hide it from
    the measure. It is the discipline of the consultation, which may differ from that of the agenda.
    """
    rows = convocations(window).values_list("kind__discipline", *context_of(window, shown)).annotate(n=Count("id"))
    return CallCounts((discipline, Context(weekday, at), n) for discipline, weekday, at, n in rows)


def context_of(window: Window, shown: Shown) -> tuple[ExtractIsoWeekDay, TruncTime]:
    zone = window.establishment.zone
    return ExtractIsoWeekDay(shown, tzinfo=zone), TruncTime(shown, tzinfo=zone)


def series(window: Window, *, shown: Shown, sensitive: frozenset[str]) -> list[PersonTrail]:
    """Return what the list showed of each person, day by day, and whether a sensitive discipline follows them."""
    return series_of(_calls(window, shown=shown), sensitive=sensitive)


def journeys(window: Window, *, shown: Shown) -> int:
    """Return how often somebody was to be brought: several consultations called at one time are one journey."""
    brought: int = convocations(window).values("detainee_id", shown).distinct().count()
    return brought


def scope(window: Window) -> WindowSize:
    """Return how much there is to measure, and the mean wait in minutes that common arrival times cost. One query."""
    found = convocations(window).aggregate(
        people=Count("detainee_id", distinct=True),
        days=Count(TruncDate("called_at", tzinfo=window.establishment.zone), distinct=True),
        wait=Avg(F("starts_at") - F("called_at")),
    )
    wait = found["wait"] or timedelta()
    return WindowSize(people=found["people"], days=found["days"], mean_wait=wait / timedelta(minutes=1))


@dataclass(frozen=True)
class Window:
    """The local days from `since` to the day before `until` at one establishment."""

    establishment: Establishment
    since: date
    until: date

    @property
    def bounds(self) -> tuple[datetime, datetime]:
        """The first instant and the one after the last."""
        zone = self.establishment.zone
        return local_midnights(self.since, zone)[0], local_midnights(self.until, zone)[0]

    @property
    def last(self) -> date:
        return self.until - timedelta(days=1)


class Context(NamedTuple):
    """What officers see of a convocation's time: the weekday (Monday 1 to Sunday 7) and the local hour."""

    weekday: int
    at: time


class WindowSize(NamedTuple):
    """How much a window holds; the mean wait from arrival time to consultation is in minutes."""

    people: int
    days: int
    mean_wait: float


class WeeksOutOfRange(ValueError):
    """A window is 1 to 104 weeks long."""


def _calls(window: Window, *, shown: Shown) -> Iterator[tuple[UUID, date, str, Context]]:
    day = TruncDate(shown, tzinfo=window.establishment.zone)
    calls = convocations(window).order_by("detainee_id", shown, "id")
    rows = calls.values_list("detainee_id", day, "kind__discipline", *context_of(window, shown))
    for person, on, discipline, weekday, at in rows:
        yield person, on, discipline, Context(weekday, at)
