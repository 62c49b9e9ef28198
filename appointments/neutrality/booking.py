"""Tells, while somebody books, how easily a proposed arrival time would betray the kind of consultation. Reads only."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import TYPE_CHECKING, Literal
from uuid import UUID

from django.contrib.postgres.aggregates import ArrayAgg
from django.db.models import Count
from django.utils.dates import WEEKDAYS
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from access.models import Establishment
from appointments.arithmetic.inference import ATTENTION, CallCounts, exposure, words_for
from appointments.arithmetic.timegrid import NoArrivalTime, wave_for
from appointments.models import Appointment, Kind
from appointments.models.enums.appointment import Status
from appointments.neutrality.counting import EXPORTED, Context, count, last_weeks, sensitive_disciplines
from appointments.projection import arrival_times

if TYPE_CHECKING:
    from appointments.openings.availability import FreeSlot

MIXED_PEOPLE, MIXED_KINDS = 3, 2
# How many people, and their disciplines.
Company = tuple[int, frozenset[str]]


class Habits:
    """An establishment's arrival times, what officers have learnt of them, and who is called. Nothing is read twice."""

    def __init__(self, establishment: Establishment) -> None:
        self.establishment = establishment
        self._company: dict[UUID | None, dict[datetime, Company]] = {}

    @cached_property
    def times(self) -> list[time]:
        return arrival_times(self.establishment)

    @cached_property
    def past(self) -> CallCounts:
        """How often each discipline was called at each weekday and time of the last half-year."""
        return count(last_weeks(self.establishment), shown=EXPORTED)

    def company_at(self, called_at: Collection[datetime], *, leaving_out: UUID | None) -> dict[datetime, Company]:
        """Return how many others are called at each arrival time, and for which disciplines. One query at most."""
        known = self._company.setdefault(leaving_out, {})
        if unknown := [wave for wave in called_at if wave not in known]:
            found = _company(self.establishment, unknown, leaving_out=leaving_out)
            known |= {wave: found.get(wave, (0, frozenset())) for wave in unknown}
        return known


def exposures_of(
    habits: Habits, *, kind: Kind, called_at: Collection[datetime], leaving_out: UUID | None = None
) -> dict[datetime, Exposure]:
    """Return how exposed a consultation of `kind` would be at each of the arrival times `called_at`.

    `leaving_out` is the person to be called, who is not company to themselves. Two queries, however many arrival times
    there are.
    """
    if not called_at:
        return {}
    past, company = habits.past, habits.company_at(called_at, leaving_out=leaving_out)
    is_sensitive = kind.discipline in sensitive_disciplines()
    found = {}
    for wave in called_at:
        local = wave.astimezone(habits.establishment.zone)
        context = Context(local.isoweekday(), local.time())
        people, disciplines = company[wave]
        found[wave] = Exposure(
            called_at=local,
            probability=exposure(past, kind.discipline, context),
            people=people,
            kinds=len(disciplines | {kind.discipline}),
            is_sensitive=is_sensitive,
            is_known=bool(past.by_context[context]),
        )
    return found


def exposures_of_slots(
    habits: Habits, slots: Iterable[FreeSlot], *, kind: Kind, leaving_out: UUID | None = None
) -> dict[datetime, Exposure]:
    """Return the exposure of each free slot by its start; slots before the first arrival time are left out.

    Three queries, however many slots there are.
    """
    waves = waves_of(habits, (slot.starts_at for slot in slots))
    found = exposures_of(habits, kind=kind, called_at=set(waves.values()), leaving_out=leaving_out)
    return {starts_at: found[wave] for starts_at, wave in waves.items()}


def waves_of(habits: Habits, starts: Iterable[datetime]) -> dict[datetime, datetime]:
    """Return the arrival time for each start that has one. One query."""
    times, zone = habits.times, habits.establishment.zone
    found = {}
    for starts_at in starts:
        try:
            found[starts_at] = wave_for(starts_at, times, zone)
        except NoArrivalTime:
            continue
    return found


def preferring_mixed(
    slots: Sequence[FreeSlot], exposures: Mapping[datetime, Exposure], *, count: int
) -> list[FreeSlot]:
    """Choose `count` of `slots` to propose: the earliest always, then those whose waves hide best, in order of time.

    Care decides on urgency: nothing is hidden from it, and the earliest time is proposed whatever its exposure.
    """
    if count <= 0 or not slots:
        return []
    first, *others = sorted(slots, key=lambda slot: slot.starts_at)
    chosen = sorted(others, key=lambda slot: _reluctance(exposures.get(slot.starts_at)))[: count - 1]
    return sorted([first, *chosen], key=lambda slot: slot.starts_at)


def preferring_one_a_wave(
    slots: Sequence[FreeSlot], exposures: Mapping[datetime, Exposure], *, count: int
) -> list[FreeSlot]:
    """Choose as `preferring_mixed`, once an arrival time and agenda, and twice a day as far as other days are free.

    Five neighbouring minutes are no choice.
    """
    seen, firsts = set(), []
    for slot in sorted(slots, key=lambda slot: slot.starts_at):
        exposure = exposures.get(slot.starts_at)
        if exposure is None:
            continue  # nobody can be called that early
        place = (exposure.called_at, slot.agenda.pk)
        if place not in seen:
            seen.add(place)
            firsts.append(slot)
    days: dict[date, list[FreeSlot]] = {}
    for slot in firsts:
        days.setdefault(exposures[slot.starts_at].called_at.date(), []).append(slot)
    spread = [slot for each in days.values() for slot in preferring_mixed(each, exposures, count=2)]
    return preferring_mixed(spread if len(spread) >= count else firsts, exposures, count=count)


@dataclass(frozen=True, kw_only=True)
class Exposure:
    """How easily a consultation would be told at an arrival time, and in whose company."""

    called_at: datetime  # in the establishment's zone
    probability: float
    people: int  # others called at this time
    kinds: int  # disciplines at this time, its own included
    is_sensitive: bool
    is_known: bool = True

    @property
    def word(self) -> Literal["low", "medium", "high"]:
        """The exposure in a word; always low for a discipline that is not sensitive: knowing it does no harm."""
        return words_for(self.probability) if self.is_sensitive else "low"

    @property
    def label(self) -> str:
        words = {
            "low": pgettext("exposure", "low"),
            "medium": pgettext("exposure", "medium"),
            "high": pgettext("exposure", "high"),
        }
        return words[self.word]

    @property
    def is_mixed(self) -> bool:
        """Whether the wave would hold at least 3 people and 2 kinds."""
        return self.people + 1 >= MIXED_PEOPLE and self.kinds >= MIXED_KINDS

    @property
    def warns(self) -> bool:
        """Whether care should look twice: a sensitive kind that is likelier than not at this time."""
        return self.word == "high"

    @property
    def company(self) -> str:
        if not self.people:
            return _("Nobody else is called at that time yet.")
        return ngettext(
            "%(people)d other person is called at that time; disciplines: %(kinds)d.",
            "%(people)d other people are called at that time; disciplines: %(kinds)d.",
            self.people,
        ) % {"people": self.people, "kinds": self.kinds}

    @property
    def reason(self) -> str:
        if not self.is_sensitive:
            return _("This discipline is not among the sensitive ones: it hides the others.")
        if not self.is_known:
            return _("Nobody has been called at that weekday and time in the last six months.")
        said = {
            "weekday": WEEKDAYS[self.called_at.weekday()],
            "time": f"{self.called_at:%H:%M}",
            "share": round(100 * self.probability),
        }
        if self.probability > ATTENTION:
            return _("At %(time)s on %(weekday)s, %(share)d out of 100 are called for this discipline.") % said
        return _("At %(time)s on %(weekday)s, only %(share)d out of 100 are called for this discipline.") % said


def _company(
    establishment: Establishment, called_at: Collection[datetime], *, leaving_out: UUID | None
) -> dict[datetime, Company]:
    # Nobody waits past midnight: the bounds let the database use its index on starts.
    around = min(called_at), max(called_at) + timedelta(days=1)
    called = Appointment.objects.filter(establishment=establishment, called_at__in=called_at, starts_at__range=around)
    called = called.exclude(status=Status.CANCELLED)
    if leaving_out is not None:
        called = called.exclude(detainee_id=leaving_out)
    rows = (
        called.order_by()
        .values_list("called_at")
        .annotate(people=Count("detainee_id", distinct=True), disciplines=ArrayAgg("kind__discipline", distinct=True))
    )
    return {wave: (people, frozenset(disciplines)) for wave, people, disciplines in rows}


def _reluctance(found: Exposure | None) -> tuple[bool, bool]:
    if found is None:
        return True, True
    return found.word != "low", not found.is_mixed
