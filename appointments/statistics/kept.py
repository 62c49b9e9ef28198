"""Which figures are kept for whom: by night those that are read most, others when somebody asks (docs/adr/0070).

Figures belong to the agendas that are in them, so that whoever counts the same agendas reads the same row, and nobody
reads one with an agenda more.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from datetime import timedelta
from typing import Any, NamedTuple

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from access.models import Establishment
from access.refusal import Refused
from appointments.models import Agenda, CountedFigures
from appointments.models.enums.statistics import CountState
from appointments.statistics.counts import VERSION, Counts, as_data, count, from_data
from appointments.statistics.period import Period

UNFINISHED = (CountState.ASKED, CountState.RUNNING)
# So many periods of one establishment may wait to be counted.
MOST_ASKED = 20
# What was asked for is kept so long.
KEPT = timedelta(days=31)
# A count of which nothing was heard for so long was broken off: it is begun anew.
BROKEN_OFF = timedelta(minutes=10)


class Counted(NamedTuple):
    """The agendas that are counted together: those of the whole house, or these."""

    establishment: Establishment
    agendas: tuple[int, ...] | None

    @classmethod
    def of(cls, establishment: Establishment, agendas: Sequence[Agenda] | None) -> Counted:
        return cls(establishment, None if agendas is None else tuple(sorted({agenda.pk for agenda in agendas})))

    @property
    def named(self) -> dict[str, Any]:
        """The columns that name them."""
        return {
            "establishment": self.establishment,
            "is_whole": self.agendas is None,
            "agendas": list(self.agendas or ()),
        }


def figures_kept(counted: Counted, period: Period | None) -> CountedFigures | None:
    """Return what is kept of these agendas for `period`, or for the days that the night counts (None)."""
    rows = CountedFigures.objects.filter(**counted.named)
    if period is None:
        return rows.filter(is_nightly=True).first()
    return rows.filter(since=period.since, until=period.until).first()


def ask_to_count(counted: Counted, period: Period) -> CountedFigures:
    """Ask the worker to count, anew where it was counted before. Raises Refused when too much is waiting."""
    with transaction.atomic():
        waiting = CountedFigures.objects.filter(establishment=counted.establishment, state__in=UNFINISHED)
        if waiting.count() >= MOST_ASKED:
            raise Refused("many_waiting", _("Many periods are waiting to be counted. Ask again in a minute."))
        row, is_new = CountedFigures.objects.get_or_create(**counted.named, since=period.since, until=period.until)
        if not is_new and not row.is_waiting:
            row.state, row.progress, row.asked_at = CountState.ASKED, 0, timezone.now()
            row.save(update_fields=["state", "progress", "asked_at"])
    return row


def count_asked() -> Iterator[CountedFigures]:
    """Count what was asked for, the oldest first, and yield each row when it is done."""
    CountedFigures.objects.filter(state=CountState.RUNNING, asked_at__lt=timezone.now() - BROKEN_OFF).update(
        state=CountState.ASKED
    )
    waiting = CountedFigures.objects.filter(state=CountState.ASKED)
    for row in waiting.select_related("establishment").order_by("asked_at", "id"):
        if CountedFigures.objects.filter(pk=row.pk, state=CountState.ASKED).update(state=CountState.RUNNING):
            yield fill(row)


def fill(row: CountedFigures) -> CountedFigures:
    """Count the appointments of `row` and keep it."""

    def tell(done: int) -> None:
        CountedFigures.objects.filter(pk=row.pk).update(progress=done)

    agendas, now = None if row.is_whole else row.agendas, timezone.now()
    counts = count(row.establishment, Period(row.since, row.until), agendas=agendas, progress=tell)
    row.findings, row.counted_at, row.progress, row.state = as_data(counts), now, 100, CountState.DONE
    row.save(update_fields=["findings", "counted_at", "progress", "state", "is_nightly"])
    return row


def count_night(establishment: Establishment) -> int:
    """Count the days that ended yesterday for everybody who reads figures; forget older ones. Return how many."""
    period = Period.of_the_night(establishment.today())
    kept = []
    for agendas in counted_by_night(establishment):
        named = Counted(establishment, agendas).named
        row, _is_new = CountedFigures.objects.get_or_create(
            **named, since=period.since, until=period.until, defaults={"state": CountState.RUNNING}
        )
        row.is_nightly = True
        kept.append(fill(row).pk)
    others = CountedFigures.objects.filter(establishment=establishment).exclude(pk__in=kept)
    others.filter(is_nightly=True).delete()
    others.filter(asked_at__lt=timezone.now() - KEPT).delete()
    return len(kept)


def counted_by_night(establishment: Establishment) -> Iterator[tuple[int, ...] | None]:
    """Return the agendas that are counted together: all, those of each unit, of each person, and each alone."""
    units, owners, alone = defaultdict(list), defaultdict(list), set()
    rows = Agenda.objects.filter(establishment=establishment).order_by("pk")
    for agenda, unit, owner, is_active in rows.values_list("pk", "unit", "owner", "is_active"):
        units[unit].append(agenda)
        if owner is not None and is_active:
            owners[owner].append(agenda)
        alone.add((agenda,))
    yield None
    # Where there is one unit, its head reads the whole house.
    together = [*owners.values(), *(units.values() if len(units) > 1 else ())]
    yield from sorted(alone | {tuple(agendas) for agendas in together})


def counts_of(row: CountedFigures | None) -> Counts | None:
    """Return what was counted; None where nothing was, or in the form of another version."""
    if row is None or row.findings is None or row.findings.get("version") != VERSION:
        return None
    return from_data(row.findings)
