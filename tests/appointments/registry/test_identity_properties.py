"""Whatever a list does to numbers, names and order: nobody is doubled, and no two people are one without a word."""

from __future__ import annotations

from datetime import date

from hypothesis import given
from hypothesis import strategies as st

from appointments.models import Detainee
from appointments.registry import SOMEBODY_ELSE, Answers, LineOutcome
from appointments.registry.nominal_list import NominalList, NominalRow
from appointments.registry.plan import lines_of
from appointments.registry.sameness import Known

TODAY = date(2026, 11, 29)
LAST = ["Lévêque-Roy", "D’Almeyrac", "Łukowicz", "Yıldırım", "Le Brizec", "Sørlund", "Martin"]
FIRST = ["Éric", "Jean-François", "Paweł", "Noé", "Zoë"]
DAYS = [date(1981, 3, 12), date(1979, 7, 5), date(1990, 11, 21), None]

people = st.lists(
    st.tuples(
        st.integers(1, 400).map(lambda n: f"{n:06d}"),
        st.sampled_from(LAST),
        st.sampled_from(FIRST),
        st.sampled_from(DAYS),
    ),
    min_size=1,
    max_size=12,
    unique_by=lambda one: one[0],
)
REFOLDED = [
    str.upper,
    lambda name: name.upper().translate(str.maketrans("ÉÊËŁØİÇ", "EEELOIC")),
    lambda name: name.replace("’", "'").replace("-", " "),
    lambda name: name.replace("-", "–").replace("’", "`"),
    lambda name: f"{name[:2]}\u200b{name[2:]}",
    lambda name: name.lower(),
]
writings = st.sampled_from(REFOLDED)


def registered(number: str, last: str, first: str, born: date | None, *, left: date | None = None) -> Detainee:
    person = Detainee(
        register_number=number, last_name=last, first_name=first, birth_date=born, cell="A-1", released_on=left
    )
    person.former = []
    return person


def row(line: int, number: str, last: str, first: str, born: date | None) -> NominalRow:
    return NominalRow(line, number, last, first, born, "A", "A-1", None, None)


def planned(rows: list[NominalRow], known: list[Detainee], answers: Answers | None = None):
    read = NominalList(rows=rows, refusals=[], encoding="", delimiter=";", ignored_columns=[])
    present = {one.register_number: one for one in known if one.is_present}
    found = Known(known, listed=[one.register_number for one in rows])
    return lines_of(read, rows, present, found, answers or Answers(), today=TODAY)


@given(people, st.randoms(use_true_random=False), st.data())
def test_the_same_people_shuffled_and_written_otherwise_change_nothing(everybody, chance, data) -> None:
    known = [registered(*one) for one in everybody]
    rows = [
        row(line, number, data.draw(writings)(last), data.draw(writings)(first), born)
        for line, (number, last, first, born) in enumerate(everybody, start=2)
    ]
    chance.shuffle(rows)

    lines, questions = planned(rows, known)

    assert questions == []
    assert {line.change for line in lines} <= {LineOutcome.UNCHANGED, LineOutcome.MOVED, LineOutcome.CORRECTED}
    assert {line.person_id for line in lines} == {person.pk for person in known}
    # No accent of a name that is known is ever lost.
    assert not [line for line in lines if line.values.keys() & {"last_name", "first_name"}]


@given(people, writings)
def test_zeros_that_were_cut_make_nobody_new_and_nobody_gone(everybody, write) -> None:
    known = [registered(*one) for one in everybody]
    rows = [
        row(line, number.lstrip("0"), write(last), write(first), born)
        for line, (number, last, first, born) in enumerate(everybody, start=2)
    ]

    lines, questions = planned(rows, known)

    assert [line.change for line in lines if not line.is_altered] == []
    assert questions == []
    assert {line.register_number for line in lines} == {one.register_number for one in rows}


@given(people, people, writings)
def test_nobody_known_by_name_and_birth_is_new_without_a_question(before, after, write) -> None:
    left = date(2026, 1, 1)
    known = [registered(*one, left=left if at % 2 else None) for at, one in enumerate(before)]
    rows = [
        row(line, f"9{number}", write(last), write(first), born)
        for line, (number, last, first, born) in enumerate(after, start=2)
    ]

    lines, questions = planned(rows, known)

    asked = {question.line for question in questions}
    for one, line in zip(after, sorted(lines, key=lambda each: each.line), strict=True):
        births = [each[3] for each in before if each[1:3] == one[1:3]]
        if any(born == one[3] or None in {born, one[3]} for born in births):
            assert (line.line in asked, line.change) == (True, LineOutcome.ASKED)
    # Nothing is decided before somebody has answered.
    assert not [line for line in lines if line.change == LineOutcome.RENUMBERED]


@given(people, writings, st.data())
def test_two_people_are_one_only_by_an_answer_and_each_record_is_taken_once(everybody, write, data) -> None:
    known = [registered(*one) for one in everybody]
    rows = [
        row(line, f"9{number}", write(last), write(first), born)
        for line, (number, last, first, born) in enumerate(everybody, start=2)
    ]
    _lines, questions = planned(rows, known)
    said = {
        question.line: data.draw(st.sampled_from([SOMEBODY_ELSE, *(one.key for one in question.candidates), "x"]))
        for question in questions
    }

    lines, _questions = planned(rows, known, Answers(said))

    renumbered = [line for line in lines if line.change == LineOutcome.RENUMBERED]
    assert len({line.person_id for line in renumbered}) == len(renumbered)
    assert all(said[line.line] == str(line.person_id) for line in renumbered)
    new = {line.line for line in lines if line.change == LineOutcome.NEW}
    assert new == {line for line, answer in said.items() if answer == SOMEBODY_ELSE} | (
        {one.line for one in rows} - said.keys()
    )
