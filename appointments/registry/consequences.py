"""Which appointments an import puts in question, and whom it brings: read from its plan before anything is written."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from access.models import User
from appointments.models import Detainee, RegistryImport
from appointments.models.enums.request import Cause
from appointments.registry import questions
from appointments.registry.plan import ImportPlan, LineOutcome, PlannedLine, appointments_of
from appointments.requests.arrivals import ask_for_arrivals
from appointments.requests.preferences import is_closed_wing, patterns_of, settings_of

GONE = {LineOutcome.RELEASED: Cause.LEFT, LineOutcome.MISSING: Cause.MISSING}


@dataclass(frozen=True)
class Consequences:
    plan: ImportPlan
    causes: dict[UUID, Cause] = field(default_factory=dict)
    # People about whom there is nothing to decide any longer: back again, or out of the closed wing.
    settled: frozenset[UUID] = frozenset()

    @property
    def into_closed_wings(self) -> list[tuple[PlannedLine, int]]:
        """The people who move to a closed wing and whom care still expects, with how many appointments."""
        moved = {key for key, cause in self.causes.items() if cause == Cause.WING}
        numbers = appointments_of(moved)
        lines = [(line, numbers.get(line.person_id, 0)) for line in self.plan.lines if line.person_id in moved]
        return [(line, number) for line, number in lines if number]


def consequences_of(plan: ImportPlan) -> Consequences:
    """Return what `plan` would put in question. Two queries."""
    causes = {line.person_id: GONE[line.change] for line in plan.lines if line.change in GONE and line.person_id}
    back = [line for line in plan.of(LineOutcome.RENUMBERED) if "released_on" in line.values]
    settled = {line.person_id for line in [*plan.of(LineOutcome.RETURNED), *back] if line.person_id}
    patterns = patterns_of(settings_of(plan.establishment).closed_wings)
    moved = (LineOutcome.MOVED, LineOutcome.RENUMBERED, LineOutcome.CONFIRMED)
    moves = {line.person_id: line.values for change in moved for line in plan.of(change) if line.person_id}
    for person in Detainee.objects.filter(pk__in=list(moves)).select_related("building") if patterns else ():
        before, after = closed_before_and_after(person, moves[person.pk], patterns)
        if after and not before:
            causes[person.pk] = Cause.WING
        if before and not after:
            settled.add(person.pk)
    return Consequences(plan, causes, frozenset(settled))


def closed_before_and_after(person: Detainee, values: dict[str, Any], patterns: list[str]) -> tuple[bool, bool]:
    """Whether `person` is in a closed wing now, and whether they are once `values` hold."""
    building = person.building.name if person.building else ""
    now = is_closed_wing(patterns, building, person.cell)
    return now, is_closed_wing(patterns, values.get("building", building), values.get("cell", person.cell))


def write_consequences(found: Consequences, *, by: User | None, done: RegistryImport) -> None:
    """Ask what the import puts in question, and ask that those whom it brings are seen. In its transaction."""
    plan, establishment = found.plan, found.plan.establishment
    settled = questions.settle_for(found.settled, by=by, establishment=establishment)
    questions.ask(found.causes, establishment=establishment, found_by=done)
    come = [line.register_number for change in (LineOutcome.NEW, LineOutcome.RETURNED) for line in plan.of(change)]
    # Somebody who was gone is back under a new number: an arrival like any other.
    come += [line.register_number for line in plan.of(LineOutcome.RENUMBERED) if "released_on" in line.values]
    people = Detainee.objects.present().filter(establishment=establishment, register_number__in=come)
    asked = ask_for_arrivals(
        people.values_list("pk", flat=True),
        by=by,
        establishment=establishment,
        today=establishment.today(),
        first_list=plan.present == 0,
    )
    done.effects = {"settled": [str(key) for key in settled], "requests": [str(one.pk) for one in asked]}
    done.save(update_fields=["effects"])
