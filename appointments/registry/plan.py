"""Says line by line what a nominal list would change. Reads only: four queries, whatever the number of lines."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any
from uuid import UUID

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from access.digest import digest_of
from access.folding import folded
from access.models import Building, Establishment
from appointments.models import Appointment, Detainee
from appointments.registry.compare import changed_fields, identity, is_somebody_else, place, same_person, words_for
from appointments.registry.nominal_list import NominalList, NominalRow

# A list that would mark more than this share of the people as gone is probably a part of the list.
SUSPICIOUS_SHARE = 0.20


class LineOutcome(models.TextChoices):
    REFUSED = "refused", gettext_lazy("Refused")
    NEW = "new", gettext_lazy("New")
    RETURNED = "returned", gettext_lazy("Back again")
    MOVED = "moved", gettext_lazy("Moved")
    CORRECTED = "corrected", gettext_lazy("Corrected")
    RELEASED = "released", gettext_lazy("Released")
    MISSING = "missing", gettext_lazy("Not on the list")
    UNCHANGED = "unchanged", gettext_lazy("Unchanged")


@dataclass(frozen=True)
class PlannedLine:
    """What the import would do with one line of the file (or, for MISSING, with somebody who is not in it)."""

    change: LineOutcome
    line: int = 0
    register_number: str = ""
    name: str = ""
    place: str = ""
    before: str = ""
    reason: str = ""
    person_id: UUID | None = None
    values: dict[str, Any] = field(default_factory=dict, compare=False)


@dataclass(frozen=True)
class ImportPlan:
    establishment: Establishment
    lines: Sequence[PlannedLine]
    new_buildings: Sequence[str]
    present: int
    complete: bool
    # Lines of which nobody can say whose they are: while there is one, nobody is taken to be missing from the list.
    unreadable: Sequence[int] = ()
    # How many appointments to come each person has whom the import marks as gone.
    still_expected: dict[UUID, int] = field(default_factory=dict)

    @property
    def counts(self) -> dict[str, int]:
        """How many lines there are of each change, zeros included."""
        found = Counter(line.change.value for line in self.lines)
        return {change.value: found.get(change.value, 0) for change in LineOutcome}

    @property
    def changes_anything(self) -> bool:
        return any(line.change not in {LineOutcome.REFUSED, LineOutcome.UNCHANGED} for line in self.lines)

    @property
    def looks_partial(self) -> bool:
        """Whether so many people are not on the list that it is probably a part of the list."""
        return bool(self.present) and self.counts["missing"] > self.present * SUSPICIOUS_SHARE

    @property
    def digest(self) -> str:
        """A fingerprint of what would be done: if it differs later, somebody changed the registry meanwhile."""
        lines = [
            (p.line, p.change.value, str(p.person_id), p.before, p.name, sorted(p.values.items())) for p in self.lines
        ]
        return digest_of(repr((self.complete, self.new_buildings, lines)))

    @property
    def leaving_expected(self) -> list[tuple[PlannedLine, int]]:
        """The people whom the import marks as gone and whom care still expects, with how many appointments."""
        found = [(line, self.still_expected.get(line.person_id, 0)) for line in self.lines if line.person_id]
        return [(line, number) for line, number in found if number]

    def of(self, change: LineOutcome) -> list[PlannedLine]:
        return [line for line in self.lines if line.change == change]


def plan_import(establishment: Establishment, read: NominalList, *, today: date, complete: bool = False) -> ImportPlan:
    """Compare the list with the registry of `establishment`.

    A person is recognised by the register number among those present, never by name, so that homonyms stay apart
    (docs/closed-lists.md, 7). `complete` says that the file names everybody, so that people missing from it have left;
    but nobody is marked as gone while there is a line of which nobody can say whose it is, for it may be theirs.
    """
    present = {p.register_number: p for p in people_of(establishment).filter(released_on__isnull=True)}
    known = list(Building.objects.filter(establishment=establishment).order_by("pk").values_list("name", flat=True))
    rows = with_known_buildings(read.rows, known)
    before = former_people(establishment, {row.register_number for row in rows} - present.keys())
    lines = [
        PlannedLine(LineOutcome.REFUSED, line=r.line, register_number=r.register_number, name=r.text, reason=r.reason)
        for r in read.refusals
    ]
    lines += [plan_line(row, present.get(row.register_number), before, today=today) for row in rows]
    unreadable = [refusal.line for refusal in read.refusals if not refusal.register_number]
    if complete and not unreadable:
        named = {line.register_number for line in lines}
        lines += [plan_missing(p, today) for number, p in present.items() if number not in named]
    return ImportPlan(
        establishment=establishment,
        lines=sorted(lines, key=lambda line: (line.change == LineOutcome.MISSING, line.line, line.register_number)),
        new_buildings=sorted({b for line in lines if (b := line.values.get("building"))} - set(known)),
        present=len(present),
        complete=complete,
        unreadable=unreadable,
        still_expected=appointments_of([line.person_id for line in lines if "released_on" in line.values]),
    )


def with_known_buildings(rows: Iterable[NominalRow], known: Iterable[str]) -> list[NominalRow]:
    """Return the rows with each building as the establishment writes it: "bat. a" is no new building beside "Bât A"."""
    exact, spelling = set(known), {folded(name): name for name in known}
    found = []
    for row in rows:
        name = row.building if row.building in exact else spelling.setdefault(folded(row.building), row.building)
        found.append(row if name == row.building else replace(row, building=name))
    return found


def former_people(establishment: Establishment, numbers: set[str]) -> dict[str, Detainee]:
    """Return who had these register numbers last and has left."""
    gone = people_of(establishment).filter(released_on__isnull=False, register_number__in=numbers)
    return {person.register_number: person for person in gone.order_by("released_on", "pk")}


def appointments_of(people: Iterable[UUID | None]) -> dict[UUID, int]:
    """Return how many appointments to come each of `people` has; those without are left out."""
    to_come = Appointment.objects.booked().filter(detainee__in=list(people), starts_at__gt=timezone.now())
    return dict(to_come.order_by().values_list("detainee").annotate(number=models.Count("pk")))


def people_of(establishment: Establishment) -> models.QuerySet[Detainee]:
    """Return everybody ever registered at `establishment`, with the building."""
    return Detainee.objects.filter(establishment=establishment).select_related("building")


def plan_line(row: NominalRow, person: Detainee | None, gone: dict[str, Detainee], *, today: date) -> PlannedLine:
    shown: dict[str, Any] = {
        "line": row.line,
        "register_number": row.register_number,
        "name": f"{row.last_name.upper()} {row.first_name}",
        "place": place(row.building, row.cell),
    }
    has_left = row.released_on is not None and row.released_on <= today
    if person is None:
        return plan_unknown(row, gone.get(row.register_number), shown, has_left=has_left)
    shown |= {"person_id": person.pk, "before": place(str(person.building or ""), person.cell)}
    if is_somebody_else(row, person):
        reason = _(
            "This number belongs to %(name)s, who is still present. Check the number, or first import their release."
        ) % {"name": person.display_name}
        return PlannedLine(LineOutcome.REFUSED, **{**shown, "reason": reason, "person_id": None})
    if has_left:
        return plan_release(row, person, shown)
    changed = changed_fields(row, person)
    if not changed:
        return PlannedLine(LineOutcome.UNCHANGED, **shown)
    change = LineOutcome.MOVED if changed.keys() & {"building", "cell"} else LineOutcome.CORRECTED
    return PlannedLine(change, **shown, reason=words_for(changed, person), values=changed)


def plan_release(row: NominalRow, person: Detainee, shown: dict[str, Any]) -> PlannedLine:
    """Return the release of somebody present; a date before the arrival is a mistake."""
    day = row.released_on or date.max
    if person.arrived_on and day < person.arrived_on:
        reason = _("The release is before the arrival known so far, %(day)s: check both dates.")
        reason %= {"day": f"{person.arrived_on:%d/%m/%Y}"}
        return PlannedLine(LineOutcome.REFUSED, **{**shown, "reason": reason, "person_id": None})
    left = {**shown, "place": "", "reason": _("Left on %(day)s.") % {"day": f"{day:%d/%m/%Y}"}}
    return PlannedLine(LineOutcome.RELEASED, **left, values=leaving(day))


def plan_unknown(row: NominalRow, gone: Detainee | None, shown: dict[str, Any], *, has_left: bool) -> PlannedLine:
    """Return what a line does whose number nobody present has."""
    if has_left:
        return PlannedLine(LineOutcome.UNCHANGED, **shown, reason=_("Has already left."))
    values = {name: getattr(row, name) for name in ("building", "cell", "arrived_on")}
    if gone is not None and same_person(row, gone):
        values |= {**identity(row, gone), "released_on": None}
        return PlannedLine(LineOutcome.RETURNED, **shown, person_id=gone.pk, values=values)
    values |= {name: getattr(row, name) for name in ("last_name", "first_name", "birth_date")}
    return PlannedLine(LineOutcome.NEW, **shown, values={**values, "register_number": row.register_number})


def plan_missing(person: Detainee, today: date) -> PlannedLine:
    return PlannedLine(
        LineOutcome.MISSING,
        register_number=person.register_number,
        name=person.display_name,
        before=place(str(person.building or ""), person.cell),
        person_id=person.pk,
        values=leaving(today),
    )


def leaving(day: date) -> dict[str, Any]:
    """Return what a person is once gone: without a cell, in which nobody shall look for them."""
    return {"released_on": day, "building": None, "cell": ""}
