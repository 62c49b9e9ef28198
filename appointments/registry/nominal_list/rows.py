"""Makes of each line of a nominal list a row or a refusal with its reason; must not touch the database."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from functools import partial
from typing import TYPE_CHECKING, TypeVar

from django.utils.translation import gettext as _

from appointments.registry.nominal_list import text as files
from appointments.registry.nominal_list import values
from appointments.registry.nominal_list.columns import Layout, NominalColumn, find_delimiter, find_header
from appointments.registry.nominal_list.footers import announced_total, apart, is_told

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

MAX_TEXT_LENGTH = 80
DAYS = (NominalColumn.BIRTH_DATE, NominalColumn.ARRIVED_ON, NominalColumn.RELEASED_ON, NominalColumn.LEAVES_ON)

# No day further ahead is kept: care has nothing to end or hand over yet, and a sentence's end is the prison's matter.
SOON = timedelta(weeks=26)

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class NominalRow:
    """One person of the list, checked. `line` is the line of the file; two homonyms are two rows."""

    line: int
    register_number: str
    last_name: str
    first_name: str
    birth_date: date | None
    building: str
    cell: str
    arrived_on: date | None
    released_on: date | None
    # Where the list knows no more of the birth than its year.
    birth_year: int | None = None
    # The number that the person had before, where the list says it.
    former_number: str = ""
    # What was left out of the line because it could be read in two ways: the person is taken all the same.
    doubts: tuple[str, ...] = ()
    # The day on which the list expects them to leave, and whether it has such a column at all.
    leaves_on: date | None = None
    tells_leaving: bool = False


@dataclass(frozen=True, slots=True)
class LeftAside:
    """A line that names nobody: a footer, a total, the title of a group."""

    line: int
    text: str


@dataclass(frozen=True, slots=True)
class Refusal:
    """One line that cannot be used: the reason, and the kept columns of the line as they were written.

    `register_number` is empty when the line does not say it legibly: nobody knows then whose line it is.
    """

    line: int
    reason: str
    text: str
    register_number: str = ""


@dataclass(frozen=True, slots=True)
class NominalList:
    """What was read: every line below the header is in `rows`, `refusals` or `left_aside`, in the file's order."""

    rows: list[NominalRow]
    refusals: list[Refusal]
    encoding: str
    delimiter: str
    ignored_columns: list[str]
    left_aside: list[LeftAside] = field(default_factory=list)
    # How many people the list itself says that it names, in its total; None when it says nothing or two things.
    announced: int | None = None

    @property
    def unreadable(self) -> list[int]:
        """The numbers of lines of which nobody can say whose they are."""
        return [refusal.line for refusal in self.refusals if not refusal.register_number]

    @property
    def count(self) -> int:
        """How many lines name somebody, or were meant to."""
        return len(self.rows) + len(self.refusals)


@dataclass(slots=True)
class _Line:
    """A line being read. `row` means something only while `problems` is empty."""

    number: int
    text: str = ""
    row: NominalRow | None = None
    register_number: str = ""
    problems: list[str] = field(default_factory=list)


def read_nominal_list(data: bytes, *, today: date) -> NominalList:
    """Read the prison's nominal list (CSV); `today` bounds births and tells releases that are past.

    Columns that CareHub has no use for are named in `ignored_columns` and never kept: the list may hold penal
    data. Raises UnreadableList, with a sentence, when the file as a whole cannot be used.
    """
    text, encoding = files.decode(data)
    delimiter = find_delimiter(text)
    header_line, layout = find_header(text, delimiter=delimiter)
    found = [
        (number, cells)
        for number, cells in files.records(text, delimiter=delimiter)
        if number > header_line and not layout.is_repeated_by(cells) and _says_something(cells, layout, delimiter)
    ]
    aside, people = apart(found, layout=layout, delimiter=delimiter)
    told = [cells for _number, cells in people if is_told(cells, layout, delimiter)]
    months_first = _months_first(told, layout)
    lines = [
        _swallowed(number, cells)
        if files.is_swallowed(cells, delimiter=delimiter)
        else _read_line(number, cells, layout=layout, today=today, months_first=months_first)
        for number, cells in people
    ]
    if not lines:
        raise files.UnreadableList(_("Nobody is listed below the header line: choose the complete list."))
    _refuse_repeated_numbers(lines)
    return NominalList(
        rows=[line.row for line in lines if line.row is not None and not line.problems],
        refusals=[
            Refusal(line.number, " ".join(line.problems), line.text, line.register_number)
            for line in lines
            if line.problems
        ],
        encoding=encoding,
        delimiter=delimiter,
        ignored_columns=layout.ignored,
        left_aside=[LeftAside(number, values.shown(text, longest=MAX_TEXT_LENGTH)) for number, text in aside],
        announced=announced_total(text for _number, text in aside),
    )


def _says_something(cells: Sequence[str], layout: Layout, delimiter: str) -> bool:
    """Whether a line fills a used column, or more columns than there are; a total under a foreign column is no line.

    Nor is one passed over whose value swallowed the lines below, whatever its column: people may stand in them.
    """
    used = layout.positions.values()
    says = any(cell.strip() and (at in used or at >= layout.width) for at, cell in enumerate(cells))
    return says or files.is_swallowed(cells, delimiter=delimiter)


def _months_first(people: Sequence[Sequence[str]], layout: Layout) -> frozenset[NominalColumn]:
    """Return the columns of days in which a day only exists as month/day: then no other of theirs is certain."""
    return frozenset(
        column for column in DAYS if any(values.is_month_first(layout.cell(cells, column)) for cells in people)
    )


def _swallowed(number: int, cells: Sequence[str]) -> _Line:
    """Return the refusal of a record into which a quotation mark that was never closed drew the lines below."""
    last = number + sum(map(files.line_ends, cells))
    sentence = _(
        "Lines %(first)d to %(last)d became one: a quotation mark is opened there and not closed in its line. "
        "Nobody of these lines can be told: take the mark out, or save the file again as CSV from your spreadsheet."
    )
    return _Line(number, problems=[sentence % {"first": number, "last": last}])


def _read_line(
    number: int, cells: Sequence[str], *, layout: Layout, today: date, months_first: frozenset[NominalColumn]
) -> _Line:
    def text(column: NominalColumn) -> str:
        return layout.cell(cells, column)

    def day(column: NominalColumn) -> date | None:
        return _take(line, lambda: values.read_date(certain(column), column=column, today=today), None)

    def certain(column: NominalColumn) -> str:
        cell = text(column)
        if column in months_first and values.reads_two_ways(cell):
            doubts.append(values.two_ways(cell, column))
            return ""
        return cell

    line = _Line(number)
    doubts: list[str] = []
    line.register_number = _take(line, lambda: values.read_register_number(text(NominalColumn.REGISTER_NUMBER)), "")
    if any(cell.strip() for cell in cells[layout.width :]):
        # The values may have slid by one column: what we would show could come from one we must not keep.
        line.problems = [_("More values than columns: a name that holds the separator needs quotation marks.")]
        return line
    line.text = _written(cells, layout)
    last_name, first_name = _read_names(line, cells, layout=layout)
    unknown: tuple[date | None, int | None] = (None, None)
    birth, year = _take(line, lambda: values.read_birth(certain(NominalColumn.BIRTH_DATE), today=today), unknown)
    arrival, release = day(NominalColumn.ARRIVED_ON), day(NominalColumn.RELEASED_ON)
    gone = release is not None and release <= today
    building, cell = _read_place(line, cells, layout=layout, required=not gone)
    row = (line.register_number, last_name, first_name, birth, building, cell, arrival, release)
    former = _former_number(text(NominalColumn.FORMER_NUMBER), line.register_number)
    line.row = NominalRow(number, *row, birth_year=year, former_number=former, doubts=tuple(doubts))
    said = text(NominalColumn.LEAVES_ON)
    is_doubtful = NominalColumn.LEAVES_ON in months_first and values.reads_two_ways(said)
    expected = None if is_doubtful else _expected_to_leave(said, today)
    line.row = replace(line.row, leaves_on=_soon(release or expected, today), tells_leaving=layout.tells_leaving)
    line.problems += _contradictions(line.row)
    return line


def _expected_to_leave(text: str, today: date) -> date | None:
    """Return the day on which somebody is expected to leave; a word in its place ("perpétuité") refuses nobody."""
    try:
        return values.read_date(text, column=NominalColumn.LEAVES_ON, today=today)
    except values.UnusableValue:
        return None


def _soon(day: date | None, today: date) -> date | None:
    """Return `day` if it comes soon. One that is over says nothing: the list names the person all the same."""
    return day if day is not None and today <= day <= today + SOON else None


def _read_names(line: _Line, cells: Sequence[str], *, layout: Layout) -> tuple[str, str]:
    """Return last and first name, from one column for both where the list has no other."""
    columns = (NominalColumn.LAST_NAME, NominalColumn.FIRST_NAME)
    texts = tuple(layout.cell(cells, column) for column in columns)
    if NominalColumn.FULL_NAME in layout.positions:
        both = layout.cell(cells, NominalColumn.FULL_NAME)
        texts = _take(line, lambda: values.split_name(both), ("", ""))
        if texts == ("", ""):
            return "", ""
    last, first = (
        _take(line, partial(values.read_name, text, column=column), "")
        for text, column in zip(texts, columns, strict=True)
    )
    return last, first


def _former_number(text: str, present: str) -> str:
    """Return the number that the person had before, nothing where there is none or it says nothing usable."""
    try:
        former = values.read_register_number(text)
    except values.UnusableValue:
        return ""
    return "" if former == present else former


def _read_place(line: _Line, cells: Sequence[str], *, layout: Layout, required: bool) -> tuple[str, str]:
    """Return building and cell, from one column for both ("A-2-214") where the list has no other."""
    before = len(line.problems)
    found: dict[NominalColumn, str] = {}
    for column in (NominalColumn.BUILDING, NominalColumn.CELL):
        source = column if column in layout.positions else NominalColumn.PLACEMENT
        text = layout.cell(cells, source)
        if source is NominalColumn.PLACEMENT and column is NominalColumn.BUILDING:
            text = values.building_of(text)
        found[column] = _take(line, partial(values.read_place, text, column=column), "")
    if required and len(line.problems) == before:
        line.problems += [values.missing(column) for column in found if not found[column]]
    return found[NominalColumn.BUILDING], found[NominalColumn.CELL]


def _contradictions(row: NominalRow) -> list[str]:
    problems = []
    if row.arrived_on and row.released_on and row.released_on < row.arrived_on:
        problems.append(_("The release is before the arrival."))
    born = row.birth_date or (date(row.birth_year, 1, 1) if row.birth_year else None)
    if row.arrived_on and born and row.arrived_on < born:
        problems.append(_("The arrival is before the birth."))
    return problems


def _refuse_repeated_numbers(lines: list[_Line]) -> None:
    """Refuse lines that share a register number: the repetition of a line, but both of two that differ.

    A number that another line has with more zeros before it, for the same name and birth, is that number altered.

    Of two lines that differ nobody can tell which person holds the number; keeping either might call somebody
    to another's consultation. A line already refused counts too: it claims the number as well.
    """
    by_number: defaultdict[str, list[_Line]] = defaultdict(list)
    for line in lines:
        by_number[line.register_number].append(line)
    by_number.pop("", None)
    for same in by_number.values():
        if len(same) > 1:
            _refuse_repetition(same)


def _refuse_repetition(same: list[_Line]) -> None:
    first = same[0]
    identical = all(line.row is not None and _person(line.row) == _person(first.row) for line in same)
    for line in same:
        if line.problems or (identical and line is first):
            continue
        if identical:
            sentence = _("The same person is already on line %(line)d.")
            line.problems.append(sentence % {"line": first.number})
        else:
            other = same[1] if line is first else first
            sentence = _("Line %(line)d has this register number with other data: correct one of them.")
            line.problems.append(sentence % {"line": other.number})


def _person(row: NominalRow | None) -> NominalRow | None:
    return replace(row, line=0) if row else None


def _take(line: _Line, read: Callable[[], T], otherwise: T) -> T:
    try:
        return read()
    except values.UnusableValue as problem:
        line.problems.append(str(problem))
        return otherwise


def _written(cells: Sequence[str], layout: Layout) -> str:
    """Return the kept columns of a line as written, shortened; no other column is shown."""
    shown = [column for column in layout.positions if column is not NominalColumn.LEAVES_ON]
    kept = (values.clean(layout.cell(cells, column)) for column in shown)
    return values.shown(" · ".join(text for text in kept if text), longest=MAX_TEXT_LENGTH)
