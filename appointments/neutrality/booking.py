"""Tells, while somebody books, how easily a proposed arrival time would betray the kind of consultation. Reads only."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from typing import TYPE_CHECKING, NamedTuple
from uuid import UUID

from django.db.models import Count, Q
from django.utils.dates import WEEKDAYS
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from access.models import Establishment
from appointments.arithmetic.inference import ATTENTION, CallCounts, exposure_of
from appointments.arithmetic.leakage import CYCLES, Word, place_of, share_surely_above_half, word_for
from appointments.arithmetic.timegrid import NoArrivalTime, minute_of, wave_for
from appointments.models import Appointment, Kind
from appointments.models.enums.appointment import Status
from appointments.neutrality.counting import last_weeks, sensitive_at, sensitive_disciplines
from appointments.projection import arrival_times

if TYPE_CHECKING:
    from appointments.openings.availability import FreeSlot

# A time hides when five come together and three of them for nothing sensitive.
MIXED_PEOPLE, MIXED_OTHERS = 5, 3


class Company(NamedTuple):
    """Who else is called: so many people, and of them so many for nothing sensitive."""

    people: int = 0
    others: int = 0


class Habit(NamedTuple):
    """What officers have learnt of a time: its word, and how many of the calls there were sensitive, of how many."""

    word: Word
    probability: float
    calls: int
    is_of_week: bool  # only whoever counts weeks has learnt it


class Habits:
    """An establishment's arrival times, what officers have learnt of them, and who is called. Nothing is read twice."""

    def __init__(self, establishment: Establishment) -> None:
        self.establishment = establishment
        self._company: dict[UUID | None, dict[datetime, Company]] = {}

    @cached_property
    def times(self) -> list[time]:
        return arrival_times(self.establishment)

    @cached_property
    def past(self) -> dict[int, CallCounts]:
        """How often a sensitive discipline was called at each place of the last half-year, by cycle of weeks."""
        return sensitive_at(last_weeks(self.establishment), sensitive=sensitive_disciplines())

    def at(self, local: datetime) -> Habit:
        """Return what is known of a time. The secret is "anything sensitive": it is the surest of all that hold it.

        Weeks are counted only where they make certain what the weekday leaves open: a clinic of every fourth week.
        """
        found = [self._at(local, cycle) for cycle in CYCLES]
        return next((habit for habit in found[1:] if habit.is_of_week and found[0].word != "high"), found[0])

    def _at(self, local: datetime, cycle: int) -> Habit:
        counts = self.past[cycle]
        place = place_of(local.date(), minute_of(local.time()), cycle)
        sought, calls = counts.cells.get(place, {}).get(True, 0), counts.by_context[place]
        prior = counts.by_kind[True] / counts.total if counts.total else 0.0
        is_sure = cycle > 1 and share_surely_above_half(sought, calls, looked_at=len(counts.cells))
        word: Word = "high" if is_sure else word_for(sought, calls, prior=prior)
        return Habit(word, exposure_of(sought, calls, prior=prior), calls, is_sure)

    def company_at(self, called_at: Collection[datetime], *, leaving_out: UUID | None) -> dict[datetime, Company]:
        """Return how many others are called at each arrival time. One query at most."""
        known = self._company.setdefault(leaving_out, {})
        if unknown := [wave for wave in called_at if wave not in known]:
            found = _company(self.establishment, unknown, leaving_out=leaving_out)
            known |= {wave: found.get(wave, Company()) for wave in unknown}
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
    company = habits.company_at(called_at, leaving_out=leaving_out)
    is_sensitive = kind.discipline in sensitive_disciplines()
    found = {}
    for wave in called_at:
        local = wave.astimezone(habits.establishment.zone)
        found[wave] = Exposure(
            called_at=local,
            habit=habits.at(local),
            people=company[wave].people,
            others=company[wave].others,
            is_sensitive=is_sensitive,
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


def reluctance_to_fill(found: Exposure | None, *, put: int) -> tuple[bool, ...]:
    """Say how little an arrival time suits one more of a half-day that put `put` people there already: False first.

    Something sensitive goes where others hide it and half at most come for anything sensitive; what is not sensitive
    goes where those who come for something sensitive lack company.
    """
    if found is None:
        return True, True
    if not found.is_sensitive:
        then = replace(found, people=found.people + put, others=found.others + put)
        return False, then.people == then.others or then.is_mixed
    then = replace(found, people=found.people + put)
    half = 2 * (then.people - then.others + 1) <= then.people + 1
    return then.word == "high", not (then.is_mixed and half)


@dataclass(frozen=True, kw_only=True)
class Exposure:
    """How easily a consultation would be told at an arrival time, and in whose company."""

    called_at: datetime  # in the establishment's zone
    habit: Habit
    people: int  # others called at this time
    others: int  # of them, those who come for nothing sensitive
    is_sensitive: bool

    @property
    def word(self) -> Word:
        """The exposure in a word; always low for a discipline that is not sensitive: knowing it does no harm."""
        if not self.is_sensitive:
            return "low"
        if self.habit.word == "unknown" and self.people and not self.others:
            return "high"  # nothing is known of the time but that everybody there comes for something sensitive
        return self.habit.word

    @property
    def discretion(self) -> str:
        """What the exposure leaves, as care reads it: the less a time tells, the better."""
        words = {
            "low": pgettext("discretion", "good"),
            "medium": pgettext("discretion", "fair"),
            "high": pgettext("discretion", "poor"),
            "unknown": pgettext("discretion", "not known"),
        }
        return words[self.word]

    @property
    def is_mixed(self) -> bool:
        """Whether five people would come at that time, three of them for nothing sensitive."""
        own = not self.is_sensitive
        return self.people + 1 >= MIXED_PEOPLE and self.others + own >= MIXED_OTHERS

    @property
    def warns(self) -> bool:
        """Whether care should look twice: a sensitive kind where most are called for something sensitive."""
        return self.word == "high"

    @property
    def company(self) -> str:
        if not self.people:
            return _("Nobody else is called at that time yet.")
        return ngettext(
            "%(people)d other person is called at that time; for nothing sensitive: %(others)d.",
            "%(people)d other people are called at that time; for nothing sensitive: %(others)d.",
            self.people,
        ) % {"people": self.people, "others": self.others}

    @property
    def reason(self) -> str:
        """The sentence behind the word; it names a weekday, a time and a share, and nobody."""
        if not self.is_sensitive:
            return _("This discipline is not among the sensitive ones: it hides the others.")
        if not self.habit.calls and self.word != "high":
            return _("Nobody has been called at that weekday and time in the last six months.")
        if self.habit.word == "unknown" and self.word == "high":
            return _("All who are called at that time so far come for a sensitive discipline.")
        said = {
            "weekday": WEEKDAYS[self.called_at.weekday()],
            "time": f"{self.called_at:%H:%M}",
            "share": round(100 * self.habit.probability),
            "calls": self.habit.calls,
        }
        if self.habit.is_of_week:
            return (
                _(
                    "At %(time)s on %(weekday)s, in that week of four, %(share)d out of 100 are called for a sensitive "
                    "discipline: whoever counts weeks knows."
                )
                % said
            )
        if self.habit.word == "unknown":
            return _("At %(time)s on %(weekday)s only %(calls)d were called in six months: too few to tell.") % said
        if self.habit.probability > ATTENTION:
            return _("At %(time)s on %(weekday)s, %(share)d out of 100 are called for a sensitive discipline.") % said
        return _("At %(time)s on %(weekday)s, only %(share)d out of 100 are called for a sensitive discipline.") % said


def _company(
    establishment: Establishment, called_at: Collection[datetime], *, leaving_out: UUID | None
) -> dict[datetime, Company]:
    # Nobody waits past midnight: the bounds let the database use its index on starts.
    around = min(called_at), max(called_at) + timedelta(days=1)
    called = Appointment.objects.filter(establishment=establishment, called_at__in=called_at, starts_at__range=around)
    called = called.planned().exclude(status=Status.CANCELLED)
    if leaving_out is not None:
        called = called.exclude(detainee_id=leaving_out)
    sensitive = Q(kind__discipline__in=sensitive_disciplines())
    rows = (
        called.order_by()
        .values_list("called_at")
        .annotate(
            people=Count("detainee_id", distinct=True),
            followed=Count("detainee_id", distinct=True, filter=sensitive),
        )
    )
    return {wave: Company(people, people - followed) for wave, people, followed in rows}


def _reluctance(found: Exposure | None) -> tuple[bool, bool]:
    if found is None:
        return True, True
    return found.word != "low", not found.is_mixed
