"""Counts what the movement list showed of one establishment, and what one with exact times would have: SQL alone.

Reads appointments of the care side; writes nothing and knows no request. What the numbers mean is arithmetic and
stands in appointments.arithmetic.inference.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Literal, NamedTuple, TypeAlias

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.db.models import Avg, BooleanField, Case, Count, F, Func, IntegerField, When
from django.db.models.functions import ExtractHour, ExtractIsoWeekDay, ExtractMinute, TruncDate

from access.models import Establishment
from appointments.arithmetic.inference import CallCounts
from appointments.arithmetic.leakage import CYCLES, ListedCall, Place
from appointments.arithmetic.timegrid import local_midnights
from appointments.models import Appointment
from appointments.models.enums.appointment import Status
from appointments.models.enums.planning import Discipline

if TYPE_CHECKING:
    from django.db.models import QuerySet

# Half a year: every monthly clinic is met six times, and a planning seldom stays the same for longer.
USUAL_WEEKS = 26
WEEKS_AT_MOST = 104

# What a list shows of a convocation's time: the common arrival time, or, in contrast, the consultation's own.
Shown: TypeAlias = Literal["called_at", "starts_at"]
EXPORTED: Shown = "called_at"
EXACT: Shown = "starts_at"

# As appointments.arithmetic.leakage.place_of counts weeks: whole ones from the Monday 0001-01-01.
WEEK_OF_CYCLE = f"mod((%(expressions)s - DATE '0001-01-01') / 7, {max(CYCLES)})"


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
    return called.planned().exclude(status=Status.CANCELLED).order_by()


def listed_calls(window: Window, *, shown: Shown) -> list[ListedCall]:
    """Return the consultations as they stood on the list, at local days and minutes, in order of time. One query.

    Discipline and kind are those of the consultation, which may differ from those of the agenda.
    """
    zone = window.establishment.zone
    at = ExtractHour(shown, tzinfo=zone) * 60 + ExtractMinute(shown, tzinfo=zone)
    rows = convocations(window).order_by(shown, "id")
    return [
        ListedCall(*row)
        for row in rows.values_list("detainee_id", TruncDate(shown, tzinfo=zone), at, "kind__discipline", "kind__name")
    ]


def sensitive_at(window: Window, *, sensitive: frozenset[str]) -> dict[int, CallCounts]:
    """Return by cycle of weeks how often a sensitive discipline (True) and others (False) were called at each place.

    One query, which groups: this is read while somebody books.
    """
    zone = window.establishment.zone
    week = Func(TruncDate(EXPORTED, tzinfo=zone), template=WEEK_OF_CYCLE, output_field=IntegerField())
    at = ExtractHour(EXPORTED, tzinfo=zone) * 60 + ExtractMinute(EXPORTED, tzinfo=zone)
    is_sensitive = Case(When(kind__discipline__in=sensitive, then=True), default=False, output_field=BooleanField())
    rows = list(
        convocations(window)
        .values_list(is_sensitive, ExtractIsoWeekDay(EXPORTED, tzinfo=zone), at, week)
        .annotate(n=Count("id"))
    )
    return {
        cycle: CallCounts(
            (sought, Place(weekday, minute, number % cycle, cycle), n) for sought, weekday, minute, number, n in rows
        )
        for cycle in CYCLES
    }


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


class WindowSize(NamedTuple):
    """How much a window holds; the mean wait from arrival time to consultation is in minutes."""

    people: int
    days: int
    mean_wait: float


class WeeksOutOfRange(ValueError):
    """A window is 1 to 104 weeks long."""
