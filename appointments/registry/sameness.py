"""Asks whether a line of a nominal list, or a person told of by hand, is somebody whom the registry knows already.

Names never identify, and neither does a number that changes at each transfer: evidence is weighed, a default is
proposed where it is strong, and a person says yes or no. Nothing here writes.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Protocol
from uuid import UUID

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import OuterRef, Q

from access.models import Establishment
from appointments.arithmetic.name_keys import name_key, without_zeros
from appointments.models import Detainee, FormerNumber
from appointments.models.enums.person import Evidence
from appointments.registry.nominal_list import NominalRow

SOMEBODY_ELSE = "new"


class Named(Protocol):
    """Whoever is compared with the registry: a line of the list, or what somebody typed."""

    @property
    def register_number(self) -> str: ...
    @property
    def last_name(self) -> str: ...
    @property
    def first_name(self) -> str: ...
    @property
    def birth_date(self) -> date | None: ...
    @property
    def birth_year(self) -> int | None: ...


@dataclass(frozen=True)
class Candidate:
    """Somebody who might be the same person, with what speaks for it and against it."""

    key: str
    name: str
    register_number: str
    birth: str
    place: str
    left_on: date | None
    evidence: tuple[Evidence, ...]
    # The record, or none where it is another line of the same list.
    person: Detainee | None = None
    line: int = 0

    @property
    def is_listed(self) -> bool:
        return Evidence.ON_THE_LIST in self.evidence or self.person is None

    @property
    def is_strong(self) -> bool:
        return is_strong(self.evidence)

    @property
    def words(self) -> list[str]:
        return [str(one.label) for one in self.evidence]


@dataclass(frozen=True)
class SameQuestion:
    """One line of which a person must say whose it is. `default` is empty where the evidence does not suffice."""

    line: int
    name: str
    register_number: str
    birth: str
    place: str
    candidates: Sequence[Candidate]
    default: str = ""
    answer: str = ""

    @property
    def chosen(self) -> str:
        return self.answer or self.default

    def candidate(self, key: str) -> Candidate | None:
        return next((one for one in self.candidates if one.key == key), None)


@dataclass(frozen=True)
class BuildingQuestion:
    """A building that the list writes otherwise: "Bâtiment A" beside "A"."""

    listed: str
    known: str
    is_new: bool = False


@dataclass(frozen=True)
class Answers:
    """What a person said: of lines, a candidate's key or SOMEBODY_ELSE; of buildings, which ones are new indeed."""

    people: Mapping[int, str] = field(default_factory=dict)
    new_buildings: frozenset[str] = frozenset()


def births(one: Named, other: Named) -> Evidence:
    """Say what two births have in common."""
    if one.birth_date and other.birth_date:
        return Evidence.BIRTH if one.birth_date == other.birth_date else Evidence.BIRTH_DIFFERS
    years = [each.birth_date.year if each.birth_date else each.birth_year for each in (one, other)]
    if None in years:
        return Evidence.BIRTH_UNKNOWN
    return Evidence.BIRTH_YEAR if years[0] == years[1] else Evidence.BIRTH_DIFFERS


def names(one: Named, other: Named) -> Evidence:
    """Say what two names have in common."""
    mine, theirs = name_key(one.last_name, one.first_name), name_key(other.last_name, other.first_name)
    if mine == theirs:
        return Evidence.NAME
    return Evidence.NAMES_SWAPPED if swapped(mine) == theirs else Evidence.NAME_DIFFERS


def swapped(key: str) -> str:
    last, _bar, first = key.partition("|")
    return f"{first}|{last}"


def is_strong(evidence: Iterable[Evidence]) -> bool:
    """Whether the evidence suffices for a default of "the same person"; somebody still says yes."""
    found = set(evidence)
    if Evidence.NAME not in found or found & {Evidence.BIRTH_DIFFERS, Evidence.ON_THE_LIST}:
        return False
    return bool(found & {Evidence.BIRTH, Evidence.FORMER_NUMBER, Evidence.ZEROS, Evidence.PROVISIONAL})


def evidence_of(one: Named, person: Detainee, *, former: Iterable[str] = (), cell: str = "") -> tuple[Evidence, ...]:
    """Return what speaks for and against `one` being `person`; nothing where nothing speaks for it."""
    found = [names(one, person), births(one, person)]
    numbers = {person.register_number, *former}
    said = {one.register_number, getattr(one, "former_number", "")} - {""}
    if said & numbers:
        found.append(Evidence.FORMER_NUMBER)
    elif any(without_zeros(a) == without_zeros(b) for a in said for b in numbers):
        found.append(Evidence.ZEROS)
    by_name = found[0] != Evidence.NAME_DIFFERS and found[1] != Evidence.BIRTH_DIFFERS
    by_number = Evidence.FORMER_NUMBER in found and (found[0] != Evidence.NAME_DIFFERS or found[1] == Evidence.BIRTH)
    if not (by_name or by_number):
        return ()
    if cell and cell == person.cell:
        found.append(Evidence.CELL)
    if person.is_provisional:
        found.append(Evidence.PROVISIONAL)
    return tuple(found)


def is_altered(one: Named, person: Detainee) -> bool:
    """Whether a spreadsheet cut the zeros of the number by which the registry knows `person`."""
    shorter = len(one.register_number) < len(person.register_number)
    same_number = without_zeros(one.register_number) == without_zeros(person.register_number)
    same = names(one, person) == Evidence.NAME and births(one, person) != Evidence.BIRTH_DIFFERS
    return shorter and same_number and same


def known_people(establishment: Establishment, asked: Sequence[Named]) -> list[Detainee]:
    """Return everybody, present or gone, whose number or name one of `asked` has. One query."""
    keys = {name_key(one.last_name, one.first_name) for one in asked}
    numbers = {number for one in asked for number in (one.register_number, getattr(one, "former_number", "")) if number}
    former = FormerNumber.objects.filter(establishment=establishment, register_number__in=numbers)
    own = FormerNumber.objects.filter(detainee=OuterRef("pk")).order_by("pk").values("register_number")
    wanted = Q(name_key__in=keys | {swapped(key) for key in keys}) | Q(register_number__in=numbers)
    people = Detainee.objects.standing().filter(wanted | Q(pk__in=former.values("detainee")))
    people = people.filter(establishment=establishment).select_related("building")
    return list(people.annotate(former=ArraySubquery(own)).order_by("released_on", "pk"))


class Known:
    """The people whom a list's unknown lines might be, found by name and by number."""

    def __init__(self, people: Iterable[Detainee], *, listed: Iterable[str] = ()) -> None:
        self.by_name: defaultdict[str, list[Detainee]] = defaultdict(list)
        self.by_number: defaultdict[str, list[Detainee]] = defaultdict(list)
        self.listed = frozenset(listed)
        for person in people:
            self.by_name[name_key(person.last_name, person.first_name)].append(person)
            for number in {person.register_number, *getattr(person, "former", ())}:
                self.by_number[number].append(person)

    def last_gone(self, number: str) -> Detainee | None:
        """Return who had this register number last and has left."""
        gone = [one for one in self.by_number[number] if not one.is_present and one.register_number == number]
        return gone[-1] if gone else None

    def of(self, one: Named, *, cell: str = "") -> list[Candidate]:
        """Return whom `one` might be, the likeliest first."""
        key = name_key(one.last_name, one.first_name)
        people = [*self.by_name[key], *(self.by_name[swapped(key)] if swapped(key) != key else ())]
        for number in (one.register_number, getattr(one, "former_number", "")):
            people += self.by_number[number] if number else ()
        found = []
        for person in {person.pk: person for person in people}.values():
            evidence = evidence_of(one, person, former=getattr(person, "former", ()), cell=cell)
            if evidence and person.is_present and person.register_number in self.listed:
                evidence = (*evidence, Evidence.ON_THE_LIST)
            if evidence:
                found.append(candidate(person, evidence))
        return sorted(found, key=lambda each: (not each.is_strong, each.left_on is not None, each.register_number))

    def altered(self, one: Named) -> Detainee | None:
        """Return the person whose number this is with its zeros cut off."""
        people = self.by_name[name_key(one.last_name, one.first_name)]
        return next((person for person in people if is_altered(one, person)), None)


def candidate(person: Detainee, evidence: tuple[Evidence, ...]) -> Candidate:
    parts = (str(person.building) if person.building else "", person.cell)
    return Candidate(
        key=str(person.pk),
        name=person.display_name,
        register_number=person.register_number,
        birth=person.birth_words,
        place=" · ".join(part for part in parts if part),
        left_on=person.released_on,
        evidence=evidence,
        person=person,
    )


def other_line(row: NominalRow, evidence: tuple[Evidence, ...]) -> Candidate:
    """Return another line of the same list as somebody who might be the same person."""
    return Candidate(
        key=f"line-{row.line}",
        left_on=None,
        evidence=evidence,
        **described(row),
    )


def described(row: NominalRow) -> dict[str, Any]:
    """Say of a line what lets a person tell whose it is."""
    return {
        "line": row.line,
        "name": f"{row.last_name.upper()} {row.first_name}",
        "register_number": row.register_number,
        "birth": birth_of(row),
        "place": " · ".join(part for part in (row.building, row.cell) if part),
    }


def birth_of(one: Named) -> str:
    if one.birth_date is not None:
        return f"{one.birth_date:%d/%m/%Y}"
    return str(one.birth_year or "")


def ask(row: NominalRow, candidates: Sequence[Candidate], *, claimed: set[UUID], answers: Answers) -> SameQuestion:
    """Return the question that `row` asks. The one strong candidate whom no line before claims is the default."""
    strong = [one for one in candidates if one.is_strong and one.person and one.person.pk not in claimed]
    against = all(one.is_listed and Evidence.BIRTH not in one.evidence and one.person for one in candidates)
    default = strong[0].key if len(strong) == 1 else SOMEBODY_ELSE if against else ""
    question = SameQuestion(
        **described(row),
        candidates=candidates,
        default=default,
        answer=answers.people.get(row.line, ""),
    )
    if strong and default:
        claimed.add(UUID(default))
    return question


def twins(rows: Iterable[NominalRow]) -> dict[int, list[Candidate]]:
    """Return for each line the lines before it of the same name and birth, under other numbers."""
    groups: defaultdict[tuple[str, date | int | None], list[NominalRow]] = defaultdict(list)
    for row in rows:
        if row.birth_date or row.birth_year:
            groups[name_key(row.last_name, row.first_name), row.birth_date or row.birth_year].append(row)
    found = {}
    for same in groups.values():
        for at, row in enumerate(same[1:], start=1):
            found[row.line] = [other_line(one, (Evidence.NAME, births(row, one))) for one in same[:at]]
    return found
