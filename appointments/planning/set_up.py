"""How far a unit is made ready for its first appointment, and the verb with which a head says so of a step."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from django.db import transaction
from django.db.models import Exists, OuterRef, Q
from django.utils import timezone
from django.utils.translation import gettext as _

from access.audit import record
from access.enums import Verb
from access.models import User
from appointments.models import (
    Agenda,
    ArrivalTime,
    CareUnit,
    ConsultationSession,
    Detainee,
    Kind,
    Room,
    SessionPattern,
    SetUpAnswer,
)
from appointments.models.enums.planning import SetUpStep, SetUpWord
from appointments.planning.refusals import PlanningRefused, require_head

# Nothing tells by itself that these are as they should be: a head looks and says so.
LOOKED_AT = frozenset({SetUpStep.HOURS, SetUpStep.ACCOUNTS})


@dataclass(frozen=True)
class SetUp:
    """What is there of each step, and what a head said of it."""

    unit: CareUnit
    there: Mapping[SetUpStep, bool]
    said: Mapping[str, str]

    def is_done(self, step: SetUpStep) -> bool:
        return self.there[step] and (step not in LOOKED_AT or self.said.get(step) == SetUpWord.DONE)

    def is_put_off(self, step: SetUpStep) -> bool:
        return not self.is_done(step) and step in self.said

    @property
    def done(self) -> int:
        return sum(self.is_done(step) for step in SetUpStep)

    @property
    def is_complete(self) -> bool:
        return self.done == len(SetUpStep)

    @property
    def next_step(self) -> SetUpStep | None:
        """The first step that nobody has done or put off; else the first that was put off; None when all is done."""
        left = [step for step in SetUpStep if not self.is_done(step)]
        return next((step for step in left if not self.is_put_off(step)), left[0] if left else None)

    def after(self, step: SetUpStep) -> SetUpStep | None:
        steps = list(SetUpStep)
        return next((each for each in steps[steps.index(step) + 1 :] if not self.is_done(each)), None)

    @property
    def can_book(self) -> bool:
        """Whether somebody can be given an appointment: a kind, hours in an agenda, and somebody to see."""
        needed = (SetUpStep.KINDS, SetUpStep.PATTERNS, SetUpStep.LIST)
        return all(self.there[step] for step in needed)


def read_set_up(unit: CareUnit) -> SetUp:
    """Return how far `unit` is. Two queries."""
    here = {"establishment": OuterRef("establishment")}
    agendas = Agenda.objects.filter(unit=OuterRef("pk"), is_active=True)
    planned = Q(Exists(SessionPattern.objects.filter(agenda=OuterRef("pk"))))
    planned |= Q(Exists(ConsultationSession.objects.filter(agenda=OuterRef("pk"), ends_at__gt=timezone.now())))
    found = CareUnit.objects.filter(pk=unit.pk).values_list(
        Exists(ArrivalTime.objects.filter(**here)),
        Exists(Kind.objects.filter(unit=OuterRef("pk"), is_active=True)),
        Exists(Room.objects.filter(**here, is_active=True)),
        Exists(agendas),
        Exists(agendas.filter(planned)),
        Exists(agendas.exclude(planned)),
        Exists(Detainee.objects.present().filter(**here)),
    )
    times, kinds, rooms, any_agenda, any_planned, any_bare, people = found.get()
    there = {
        SetUpStep.HOURS: times,
        SetUpStep.KINDS: kinds,
        SetUpStep.ROOMS: rooms,
        SetUpStep.AGENDAS: any_agenda,
        SetUpStep.PATTERNS: any_planned and not any_bare,
        SetUpStep.LIST: people,
        SetUpStep.ACCOUNTS: True,
    }
    return SetUp(unit, there, dict(SetUpAnswer.objects.filter(unit=unit).values_list("step", "word")))


def is_untouched(unit: CareUnit) -> bool:
    """Whether nobody has begun to make `unit` ready."""
    return not SetUpAnswer.objects.filter(unit=unit).exists()


def answer_step(unit: CareUnit, *, by: User, step: SetUpStep, word: SetUpWord) -> SetUpAnswer:
    """Say of a step that it is done, or that it waits. Raises PlanningRefused, PermissionDenied."""
    require_head(by, unit.establishment_id, unit=unit.pk)
    if word == SetUpWord.DONE and not read_set_up(unit).there[step]:
        raise PlanningRefused(_("Nothing is there yet for this step. Add something, or skip it for now."))
    with transaction.atomic():
        kept, _is_new = SetUpAnswer.objects.update_or_create(
            unit=unit, step=step, defaults={"word": word, "said_by": by, "said_at": timezone.now()}
        )
        record(by=by, verb=Verb.CHANGE_PLANNING, target=kept, establishment=unit.establishment_id)
    return kept
