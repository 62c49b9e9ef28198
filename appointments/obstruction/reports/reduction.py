"""The figures of a report as they may leave the unit: rows that would tell of few people are hidden, with the rows that
would betray them, also beside everything that was published before (arithmetic.suppression).

A fact of the log that says numbers is a figure too: one building on one half-day. It parts its building's squares.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from django.db.models import QuerySet

from appointments.arithmetic.suppression import (
    Shown,
    Stretch,
    hidden_rows,
    is_a_correction,
    is_small,
    is_whole_safe,
    linked,
    slices_of,
    tells_too_much,
    whole_of,
)
from appointments.models import CareUnit, Obstruction, PublishedFigure
from appointments.models.enums.obstruction import ObstructionKind
from appointments.obstruction.figures import FigureRow, FigureTable, ObstructionFigures, read_figures
from appointments.statistics.period import Period

MISSED, EXPECTED, REST = "missed", "expected", "rest"
OVERVIEW, SEEN = "overview", "seen"
NOT_BROUGHT_ROW = "not_brought"
# Tables whose rows are each a part of its own number of people.
OF_THEIR_OWN = {"building", "half_day", "month"}
# What these facts count are people not brought.
COUNTING_MISSED = (ObstructionKind.NOT_BROUGHT, ObstructionKind.NO_REASON, ObstructionKind.FROZEN)
# Tables whose rows are each a part of everybody expected.
OF_EVERYBODY = {OVERVIEW, SEEN, "cause"}
# Tables of whose rows a fact is a part.
OF_FACTS = ("building", "half_day")
PART = "|"

# (table, measure, figure)
PublishedRow = tuple[str, str, Shown]


@dataclass(frozen=True)
class ReducedFigures:
    """What may be shown: the figures, which rows of which table are hidden, and what is told by showing the rest."""

    figures: ObstructionFigures
    hidden: dict[str, list[str]]
    published: list[PublishedRow]
    # Whether the number of everybody expected may be told.
    shows_expected: bool
    # Earlier periods, and whether their sums may be told beside all the others.
    compared: Sequence[tuple[ObstructionFigures, bool]] = ()

    def shows(self, table: str, key: str) -> bool:
        return key not in self.hidden.get(table, [])


@dataclass(frozen=True)
class FactNumbers:
    """How many of how many a fact tells, of one building (or all) and one half-day."""

    key: str
    day: date
    building: str
    half_day: str
    missed: int
    expected: int

    @property
    def days(self) -> Stretch:
        return Stretch(self.day, self.day + timedelta(days=1))

    @property
    def is_telling(self) -> bool:
        return is_small(self.missed) or is_small(self.expected - self.missed)


def numbers_of(fact: Obstruction) -> FactNumbers | None:
    """Return the people not brought that a fact counts, None when it counts none."""
    if fact.kind not in COUNTING_MISSED or fact.affected is None or fact.expected is None:
        return None
    building = fact.building.name if fact.building else ""
    key = PART.join((building, fact.day.isoformat(), fact.half_day))
    return FactNumbers(key, fact.day, building, fact.half_day, fact.affected, fact.expected)


def numbers_that_may_be_told(unit: CareUnit, facts: Iterable[Obstruction]) -> list[FactNumbers]:
    """Return the numbers of facts that a letter may say: no few people, and none that follow from a difference."""
    known, told = published_by(unit), list[FactNumbers]()
    for numbers in filter(None, map(numbers_of, facts)):
        counted = counted_beside(unit, numbers.days, known, told)
        judges = [
            TableJudge(FigureTable(table, ""), numbers.days, counted, known, [*told, numbers]) for table in OF_FACTS
        ]
        tells = any(tells_too_much(judge.known(MISSED), judge.squares(MISSED)) for judge in judges)
        if not (numbers.is_telling or tells):
            told.append(numbers)
    return told


def counted_beside(
    unit: CareUnit, here: Stretch, known: Sequence[PublishedRow], facts: Iterable[FactNumbers]
) -> dict[Stretch, ObstructionFigures]:
    """Count anew each stretch between the days at which `here`, an earlier report or a fact begins or ends."""
    beside = linked(here, {shown.days for _table, _measure, shown in known})
    pieces = slices_of([here, *beside, *(numbers.days for numbers in facts)])
    return {piece: figures_between(unit, piece) for piece in pieces}


def figures_between(unit: CareUnit, piece: Stretch) -> ObstructionFigures:
    last = piece.before - timedelta(days=1)
    return read_figures(unit.establishment, piece.since, last, recorded_since=piece.since, unit=unit.pk)


def reduce_figures(
    unit: CareUnit,
    first_day: date,
    last_day: date,
    told: Sequence[FactNumbers] = (),
    compared_with: Sequence[Period] = (),
) -> ReducedFigures:
    """Count the period, and hide what would tell of one to four people beside all that was published before.

    `told` are numbers that facts of the same report say; `compared_with` are earlier periods, whose sums are told
    beside this one as far as they may be.
    """
    known = published_by(unit)
    figures = read_figures(unit.establishment, first_day, last_day, unit=unit.pk)
    judges = judges_of(unit, figures, known, told)
    shows_expected = judges[0].is_sum_safe() and are_sums_safe(judges, EXPECTED)
    hidden: dict[str, list[str]] = {}
    published: list[PublishedRow] = []
    for judge in judges:
        if judge.table.key in OF_EVERYBODY and not shows_expected:
            # Each of its rows says how many were expected.
            hidden[judge.table.key] = [row.key for row in judge.table.rows]
            continue
        hidden[judge.table.key] = judge.hidden_keys()
        published += judge.told()
    if not are_sums_safe(judges, MISSED, REST):
        hidden[OVERVIEW] = sorted({*hidden[OVERVIEW], NOT_BROUGHT_ROW})
    compared = []
    for period in compared_with:
        earlier = read_figures(unit.establishment, period.since, period.until, unit=unit.pk)
        sums = sums_to_tell(judges_of(unit, earlier, [*known, *published], told)) if earlier.expected else []
        compared.append((earlier, bool(sums)))
        published += sums
    hidden = {key: keys for key, keys in hidden.items() if keys}
    return ReducedFigures(figures, hidden, published, shows_expected, compared)


def judges_of(
    unit: CareUnit, figures: ObstructionFigures, known: Sequence[PublishedRow], told: Sequence[FactNumbers]
) -> list[TableJudge]:
    """Return a judge for each table of a period beside what is known, the overview's first."""
    here = Stretch(figures.first_day, figures.last_day + timedelta(days=1))
    counted = counted_beside(unit, here, known, told)
    return [TableJudge(table, here, counted, known, told) for table in tables_judged(figures)]


def are_sums_safe(judges: Sequence[TableJudge], *measures: str) -> bool:
    """Whether the sums of all tables may be known: whoever is told one number for everybody knows each of them.

    The overview and who was seen have another sum than the tables, which add up to the people not brought.
    """
    tables = [judge for judge in judges if judge.table.key not in {OVERVIEW, SEEN}]
    return all(judge.may_tell_sum(each) for judge in tables for each in measures if each in judge.measures)


def sums_to_tell(judges: Sequence[TableJudge]) -> list[PublishedRow]:
    """Return all that is known once it is told how many were expected and not brought; nothing when it may not be."""
    overview = judges[0]
    row = next(row for row in overview.rows(MISSED) if NOT_BROUGHT_ROW in row.keys)
    whole = overview.sum_of(MISSED)
    if is_small(row.people) or is_a_correction(row, overview.known(MISSED)):
        return []
    if not (overview.may_tell(MISSED, row, whole) and are_sums_safe(judges, MISSED, EXPECTED, REST)):
        return []
    sums = [(OVERVIEW, MISSED, without_parts(row)), (OVERVIEW, MISSED, without_parts(whole))]
    for judge in judges:
        if judge.table.key not in {OVERVIEW, SEEN}:
            sums += [(judge.table.key, each, without_parts(judge.sum_of(each))) for each in judge.measures]
    return sums


def tables_judged(figures: ObstructionFigures) -> list[FigureTable]:
    """Return the tables with the overview before them, whose rows add up to everybody expected."""
    unknown = FigureRow("unknown", "", figures.unknown, figures.expected)
    rows = [figures.came_row, figures.not_brought_row, figures.other_row, unknown]
    return [FigureTable(OVERVIEW, "", rows), FigureTable(SEEN, "", [figures.seen_row]), *figures.tables]


def published_by(unit: CareUnit) -> list[PublishedRow]:
    """Return what reports of a unit have told. Those of another unit are about other appointments."""
    rows: QuerySet[PublishedFigure] = PublishedFigure.objects.filter(establishment=unit.establishment_id)
    rows = rows.filter(unit=unit)
    return [
        (row.table, row.measure, Shown(frozenset(row.keys), Stretch(row.since, row.before), row.count)) for row in rows
    ]


class TableJudge:
    """One table of a report beside what was published of the same table."""

    def __init__(
        self,
        table: FigureTable,
        here: Stretch,
        counted: Mapping[Stretch, ObstructionFigures],
        earlier: Sequence[PublishedRow],
        facts: Sequence[FactNumbers],
    ) -> None:
        self.table, self.here = table, here
        # Of one whole, everybody expected, or each row of its own number of people.
        self.measures = (MISSED, EXPECTED, REST) if table.key in OF_THEIR_OWN else (MISSED,)
        self.facts = [fact for fact in facts if self.base_of(fact.key) is not None]
        self.counted = {
            piece: {row.key: row for row in rows_judged(figures, table.key)} for piece, figures in counted.items()
        }
        self.earlier = [(name, shown) for key, name, shown in earlier if key == table.key]
        told = [shown for name, shown in self.earlier if name == MISSED and is_part(shown)]
        told += [Shown(frozenset([fact.key]), fact.days, fact.missed) for fact in self.facts]
        self.parts = {next(iter(shown.keys)): shown for shown in told}

    def base_of(self, part: str) -> str | None:
        """Return the row of this table that the fact of a part belongs to; None for a table that does not tell."""
        building, _day, half_day = part.split(PART)
        return {"building": building or None, "half_day": half_day}.get(self.table.key)

    def hidden_rows(self) -> frozenset[int]:
        """Return the rows to hide: whichever number of a row tells too much, all of its numbers go."""
        hidden: frozenset[int] = frozenset()
        while True:
            before = hidden
            for measure in self.measures:
                hidden |= hidden_rows(self.rows(measure), self.known(measure), self.squares(measure), start=hidden)
            if hidden == before:
                return hidden

    def hidden_keys(self) -> list[str]:
        hidden = self.hidden_rows()
        return [row.key for number, row in enumerate(self.table.rows) if number in hidden]

    def told(self) -> list[PublishedRow]:
        """Return what is known once the report shows its other rows, and their sum where it may be known."""
        hidden, told = self.hidden_rows(), []
        for measure in self.measures:
            rows, known, squares = self.rows(measure), self.known(measure), self.squares(measure)
            shown = [row for number, row in enumerate(rows) if number not in hidden]
            whole = whole_of(rows)
            if whole is not None and is_whole_safe(rows, known, squares):
                shown.append(whole)
            told += [(self.table.key, measure, without_parts(row)) for row in shown]
        return told + [(self.table.key, MISSED, self.parts[fact.key]) for fact in self.facts]

    def sum_of(self, measure: str) -> Shown:
        """Return the sum of all rows, also of a table of one row or of none."""
        rows = self.rows(measure)
        return Shown(frozenset().union(*(row.keys for row in rows)), self.here, sum(row.people for row in rows))

    def may_tell(self, measure: str, *figures: Shown) -> bool:
        """Whether these may be known beside all that is."""
        return not tells_too_much([*self.known(measure), *figures], self.squares(measure))

    def may_tell_sum(self, measure: str) -> bool:
        whole = self.sum_of(measure)
        return self.may_tell(measure, whole) and not is_a_correction(whole, self.known(measure))

    def is_sum_safe(self) -> bool:
        return is_whole_safe(self.rows(MISSED), self.known(MISSED), self.squares(MISSED))

    def rows(self, measure: str) -> list[Shown]:
        return [Shown(self.with_parts({row.key}), self.here, number_of(row, measure)) for row in self.table.rows]

    def known(self, measure: str) -> list[Shown]:
        earlier = [
            shown if is_part(shown) else shown._replace(keys=self.with_parts(shown.keys))
            for name, shown in self.earlier
            if name == measure
        ]
        return earlier + [self.parts[fact.key] for fact in self.facts if measure == MISSED]

    def with_parts(self, keys: Iterable[str]) -> frozenset[str]:
        rows = frozenset(keys)
        return rows | {part for part in self.parts if self.base_of(part) in rows}

    def squares(self, measure: str) -> dict[tuple[str, Stretch], int]:
        """Return how many people each row, and each part of one, has on each slice of the days."""
        squares = {
            (key, piece): number_of(row, measure) for piece, rows in self.counted.items() for key, row in rows.items()
        }
        if measure != MISSED:
            return squares
        for part, shown in self.parts.items():
            base = (self.base_of(part) or "", shown.days)
            if squares.get(base, 0) >= shown.people:
                squares[base] -= shown.people
                squares[part, shown.days] = shown.people
        return squares


def rows_judged(figures: ObstructionFigures, key: str) -> list[FigureRow]:
    return next((table.rows for table in tables_judged(figures) if table.key == key), [])


def is_part(shown: Shown) -> bool:
    return any(PART in key for key in shown.keys)


def without_parts(shown: Shown) -> Shown:
    return shown._replace(keys=frozenset(key for key in shown.keys if PART not in key))


def number_of(row: FigureRow, measure: str) -> int:
    return {MISSED: row.count, EXPECTED: row.total, REST: row.total - row.count}[measure]


def parts_told(facts: Iterable[FactNumbers]) -> list[tuple[str, Shown]]:
    """Return the figures that facts tell, each in the tables whose rows it is a part of."""
    return [
        (table, Shown(frozenset([fact.key]), fact.days, fact.missed))
        for fact in facts
        for table, base in (("building", fact.building), ("half_day", fact.half_day))
        if base
    ]
