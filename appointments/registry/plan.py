"""Says line by line what a nominal list would change. Reads only: four queries, whatever the number of lines."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from access.digest import digest_of
from access.models import Building, Establishment
from appointments.models import Appointment, Detainee
from appointments.registry.buildings import BuildingQuestion, with_known_buildings
from appointments.registry.compare import changed_fields, identity, is_somebody_else, place, same_person, words_for
from appointments.registry.nominal_list import LeftAside, NominalList, NominalRow
from appointments.registry.sameness import (
    SOMEBODY_ELSE,
    Answers,
    Candidate,
    Known,
    SameQuestion,
    ask,
    known_people,
    twins,
)

# A list that would mark more than this share of the people as gone is probably a part of the list.
SUSPICIOUS_SHARE = 0.20
# Whoever was added by hand is not gone because a list that was made before does not know them yet.
PATIENCE = timedelta(days=2)


class LineOutcome(models.TextChoices):
    REFUSED = "refused", gettext_lazy("Refused")
    ASKED = "asked", gettext_lazy("Same person?")
    NEW = "new", gettext_lazy("New")
    RETURNED = "returned", gettext_lazy("Back again")
    RENUMBERED = "renumbered", gettext_lazy("New number")
    CONFIRMED = "confirmed", gettext_lazy("Confirmed")
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
    # The number lost its zeros in a spreadsheet: then no number of the file can be trusted.
    is_altered: bool = False


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
    # Lines and buildings of which a person must say what they are, with what was proposed or answered.
    questions: Sequence[SameQuestion] = ()
    buildings_asked: Sequence[BuildingQuestion] = ()
    # Lines that name nobody, and how many people the list itself says that it names.
    left_aside: Sequence[LeftAside] = ()
    announced: int | None = None
    read: int = 0
    # Added by hand lately and not on this complete list: they are not taken to be gone yet.
    waiting: Sequence[str] = ()
    # The same plan once somebody has answered.
    again: Callable[[Answers], ImportPlan] | None = field(default=None, compare=False, repr=False)

    @property
    def counts(self) -> dict[str, int]:
        """How many lines there are of each change, zeros included."""
        found = Counter(line.change.value for line in self.lines)
        return {change.value: found.get(change.value, 0) for change in LineOutcome}

    @property
    def changes_anything(self) -> bool:
        return any(line.change not in {LineOutcome.REFUSED, LineOutcome.UNCHANGED} for line in self.lines)

    @property
    def altered(self) -> list[PlannedLine]:
        """The lines whose number lost its zeros."""
        return [line for line in self.lines if line.is_altered]

    @property
    def is_cut_short(self) -> bool:
        """Whether the list itself says that it names another number of people than it does."""
        return self.announced is not None and self.announced != self.read

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
        asked = [(q.line, q.default, [(c.key, c.evidence) for c in q.candidates]) for q in self.questions]
        return digest_of(repr((self.complete, self.new_buildings, lines, asked, self.buildings_asked)))

    @property
    def leaving_expected(self) -> list[tuple[PlannedLine, int]]:
        """The people whom the import marks as gone and whom care still expects, with how many appointments."""
        found = [(line, self.still_expected.get(line.person_id, 0)) for line in self.lines if line.person_id]
        return [(line, number) for line, number in found if number]

    def of(self, change: LineOutcome) -> list[PlannedLine]:
        return [line for line in self.lines if line.change == change]


def plan_import(
    establishment: Establishment,
    read: NominalList,
    *,
    today: date,
    complete: bool = False,
    answers: Answers | None = None,
) -> ImportPlan:
    """Compare the list with the registry of `establishment`.

    A person is recognised by the register number among those present. Where that names nobody, but the name or a
    former number does, a person is asked (docs/closed-lists.md, 7); `answers` is what they said. `complete` says that
    the file names everybody, so that people missing from it have left; but nobody is marked as gone while there is a
    line of which nobody can say whose it is, for it may be theirs.
    """
    said = answers or Answers()
    present = {p.register_number: p for p in people_of(establishment).filter(released_on__isnull=True)}
    names = list(Building.objects.filter(establishment=establishment).order_by("pk").values_list("name", flat=True))
    rows, asked = with_known_buildings(read.rows, names, new=said.new_buildings)
    found = _known(establishment, rows, present)
    lines, questions = lines_of(read, rows, present, found, said, today=today)
    is_whole = complete and not read.unreadable and read.announced in {None, read.count}
    missing = _missing(lines, questions, present) if is_whole else []
    lines += [plan_missing(p, today) for p in missing if not is_expected_later(p)]
    return ImportPlan(
        establishment=establishment,
        lines=sorted(lines, key=lambda line: (line.change == LineOutcome.MISSING, line.line, line.register_number)),
        new_buildings=sorted({b for line in lines if (b := line.values.get("building"))} - set(names)),
        present=len(present),
        complete=complete,
        unreadable=read.unreadable,
        still_expected=appointments_of([line.person_id for line in lines if "released_on" in line.values]),
        questions=questions,
        buildings_asked=asked,
        left_aside=read.left_aside,
        announced=read.announced,
        read=read.count,
        waiting=[p.display_name for p in missing if is_expected_later(p)],
        again=lambda given: plan_import(establishment, read, today=today, complete=complete, answers=given),
    )


def _known(establishment: Establishment, rows: Sequence[NominalRow], present: Mapping[str, Detainee]) -> Known:
    """Return whom the lines under numbers that nobody has might be."""
    unknown = [row for row in rows if row.register_number not in present]
    listed = {row.register_number for row in rows}
    return Known(known_people(establishment, unknown) if unknown else (), listed=listed)


def lines_of(
    read: NominalList,
    rows: Sequence[NominalRow],
    present: dict[str, Detainee],
    found: Known,
    answers: Answers,
    *,
    today: date,
) -> tuple[list[PlannedLine], list[SameQuestion]]:
    """Return what becomes of each line, and the questions that lines ask."""
    lines = [
        PlannedLine(LineOutcome.REFUSED, line=r.line, register_number=r.register_number, name=r.text, reason=r.reason)
        for r in read.refusals
    ]
    strangers = []
    for row in rows:
        person = present.get(row.register_number)
        has_left = row.released_on is not None and row.released_on <= today
        if person is not None:
            lines.append(plan_known(row, person, has_left=has_left))
        elif has_left:
            lines.append(PlannedLine(LineOutcome.UNCHANGED, **shown(row), reason=_("Has already left.")))
        elif whole := found.altered(row):
            lines.append(plan_altered(row, whole))
        elif (gone := found.last_gone(row.register_number)) and same_person(row, gone):
            lines.append(plan_return(row, gone))
        else:
            strangers.append(row)
    asked, questions = _strangers(strangers, found, answers)
    return lines + asked, questions


def _strangers(
    rows: Sequence[NominalRow], found: Known, answers: Answers
) -> tuple[list[PlannedLine], list[SameQuestion]]:
    """Return what becomes of the lines whose number nobody has: new people, or a question each."""
    lines, questions = [], []
    claimed: set[UUID] = set()
    taken: set[str] = set()
    before = twins(rows)
    for row in rows:
        candidates = [*found.of(row, cell=row.cell), *before.get(row.line, ())]
        if not candidates:
            lines.append(plan_new(row))
            continue
        question = ask(row, candidates, claimed=claimed, answers=answers)
        questions.append(question)
        lines.append(plan_answer(row, question, taken))
    return lines, questions


def plan_answer(row: NominalRow, question: SameQuestion, taken: set[str]) -> PlannedLine:
    """Return what a line does that somebody was asked about; nothing is done before they said something that holds."""
    chosen = question.candidate(question.answer)
    if question.answer == SOMEBODY_ELSE:
        return plan_new(row)
    if chosen is None or chosen.key in taken:
        return PlannedLine(LineOutcome.ASKED, **shown(row))
    if chosen.is_listed:
        reason = _("The same person as %(name)s, who is on this list under %(number)s: left out.")
        values = {"name": chosen.name, "number": chosen.register_number}
        return PlannedLine(LineOutcome.UNCHANGED, **shown(row), reason=reason % values)
    taken.add(chosen.key)
    return plan_renumbered(row, chosen)


def plan_renumbered(row: NominalRow, chosen: Candidate) -> PlannedLine:
    """Return the line of somebody known under another number: their record goes on under the new one."""
    person = chosen.person
    assert person is not None  # noqa: S101 a line of the list is never renumbered: it is left out
    values = changed_fields(row, person) | {"register_number": row.register_number}
    if not person.is_present:
        values |= {"building": row.building, "cell": row.cell, "released_on": None}
        values |= {"arrived_on": row.arrived_on} if row.arrived_on else {}
    reason = _("Was %(number)s until now.") % {"number": person.register_number}
    before = place(str(person.building or ""), person.cell)
    line = {**shown(row), "person_id": person.pk, "before": before}
    return PlannedLine(LineOutcome.RENUMBERED, **line, reason=reason, values=values)


def plan_altered(row: NominalRow, person: Detainee) -> PlannedLine:
    reason = _(
        "%(name)s has the number %(number)s: a spreadsheet cut off its zeros. Take the list as the prison’s software "
        "wrote it, or open it with this column as text."
    ) % {"name": person.display_name, "number": person.register_number}
    return PlannedLine(LineOutcome.REFUSED, **shown(row), reason=reason, person_id=person.pk, is_altered=True)


def _missing(
    lines: Iterable[PlannedLine], questions: Iterable[SameQuestion], present: dict[str, Detainee]
) -> list[Detainee]:
    """Return the people whom no line names, and whom no line that still asks may mean."""
    named = {line.register_number for line in lines}
    held = {str(line.person_id) for line in lines if line.person_id}
    open_lines = {line.line for line in lines if line.change == LineOutcome.ASKED}
    for question in questions:
        if question.line in open_lines and question.default != SOMEBODY_ELSE:
            held |= {question.default} if question.default else {one.key for one in question.candidates}
    return [p for number, p in present.items() if number not in named and str(p.pk) not in held]


def is_expected_later(person: Detainee) -> bool:
    return person.provisional_since is not None and person.provisional_since > timezone.now() - PATIENCE


def appointments_of(people: Iterable[UUID | None]) -> dict[UUID, int]:
    """Return how many appointments to come each of `people` has; those without are left out."""
    to_come = Appointment.objects.booked().filter(detainee__in=list(people), starts_at__gt=timezone.now())
    return dict(to_come.order_by().values_list("detainee").annotate(number=models.Count("pk")))


def people_of(establishment: Establishment) -> models.QuerySet[Detainee]:
    """Return everybody ever registered at `establishment`, with the building."""
    return Detainee.objects.standing().filter(establishment=establishment).select_related("building")


def shown(row: NominalRow) -> dict[str, Any]:
    """Return how a line of the file is shown, whatever becomes of it."""
    return {
        "line": row.line,
        "register_number": row.register_number,
        "name": f"{row.last_name.upper()} {row.first_name}",
        "place": place(row.building, row.cell),
    }


def plan_known(row: NominalRow, person: Detainee, *, has_left: bool) -> PlannedLine:
    """Return what a line does whose number somebody present has."""
    known = {**shown(row), "person_id": person.pk, "before": place(str(person.building or ""), person.cell)}
    if is_somebody_else(row, person):
        reason = _(
            "This number belongs to %(name)s, who is still present. Check the number, or first import their release."
        ) % {"name": person.display_name}
        return PlannedLine(LineOutcome.REFUSED, **{**known, "reason": reason, "person_id": None})
    if has_left:
        return plan_release(row, person, known)
    changed = changed_fields(row, person)
    words = "; ".join(part for part in (words_for(changed, person), *row.doubts) if part)
    if person.is_provisional:
        return PlannedLine(LineOutcome.CONFIRMED, **known, reason=words, values=changed)
    if not changed.keys() - {"leaves_on"}:
        # When somebody is expected to leave changes with each list: it is taken, and is no news.
        return PlannedLine(LineOutcome.UNCHANGED, **known, reason=words, values=changed)
    change = LineOutcome.MOVED if changed.keys() & {"building", "cell"} else LineOutcome.CORRECTED
    return PlannedLine(change, **known, reason=words, values=changed)


def plan_release(row: NominalRow, person: Detainee, known: dict[str, Any]) -> PlannedLine:
    """Return the release of somebody present; a date before the arrival is a mistake."""
    day = row.released_on or date.max
    if person.arrived_on and day < person.arrived_on:
        reason = _("The release is before the arrival known so far, %(day)s: check both dates.")
        reason %= {"day": f"{person.arrived_on:%d/%m/%Y}"}
        return PlannedLine(LineOutcome.REFUSED, **{**known, "reason": reason, "person_id": None})
    left = {**known, "place": "", "reason": _("Left on %(day)s.") % {"day": f"{day:%d/%m/%Y}"}}
    return PlannedLine(LineOutcome.RELEASED, **left, values=leaving(day))


def plan_return(row: NominalRow, gone: Detainee) -> PlannedLine:
    """Return the line of somebody who is back under the number that they had."""
    values = {name: getattr(row, name) for name in ("building", "cell", "arrived_on", "leaves_on")}
    values |= {**identity(row, gone), "released_on": None}
    return PlannedLine(LineOutcome.RETURNED, **shown(row), person_id=gone.pk, values=values)


def plan_new(row: NominalRow) -> PlannedLine:
    """Return the line of somebody whom the registry does not know."""
    place_and_days = ("building", "cell", "arrived_on", "leaves_on")
    names = (*place_and_days, "last_name", "first_name", "birth_date", "birth_year", "register_number")
    words = list(row.doubts)
    if row.birth_date is None:
        words.append(
            _("Born in %(year)s, day unknown.") % {"year": row.birth_year}
            if row.birth_year
            else _("Date of birth unknown.")
        )
    return PlannedLine(
        LineOutcome.NEW, **shown(row), reason=" ".join(words), values={name: getattr(row, name) for name in names}
    )


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
