"""What is stored of a chosen list reads the same and holds nothing that CareHub has no use for."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from appointments.registry.nominal_list import UnreadableList, keep_used_columns, read_nominal_list

TODAY = date(2025, 11, 24)
HEADER = "écrou;nom;peine;prénom;né le;bâtiment;cellule;entrée;sortie;motif"
EXAMPLES = sorted((Path(__file__).parent / "nominal_lists").glob("*.[ct]*"))


def read_twice(data: bytes) -> None:
    try:
        before = read_nominal_list(data, today=TODAY)
    except UnreadableList:
        return
    after = read_nominal_list(keep_used_columns(data), today=TODAY)
    assert (after.rows, after.refusals, after.ignored_columns, after.delimiter) == (
        before.rows,
        before.refusals,
        before.ignored_columns,
        before.delimiter,
    )


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: path.name)
def test_stored_list_reads_as_the_chosen_one(path: Path) -> None:
    read_twice(path.read_bytes())


def test_penal_data_and_titles_are_not_stored() -> None:
    data = (
        "Liste du 24/11;secret title\n\n"
        f"{HEADER}\n"
        '00123;DURAND;"life\nlong";Jean;17/05/1990;A;A-1;;;theft\n'
        "00124;DURAND;10 years;Jean;17/05/1990;A;A-1;;;theft;arson;murder\n"
    ).encode()

    stored = keep_used_columns(data).decode()

    read_twice(data)
    found = [word for word in ("secret", "life", "long", "10 years", "theft", "arson", "murder") if word in stored]
    assert found == []


def test_line_numbers_stay_although_lines_are_blank() -> None:
    data = f"sep=;\n\n{HEADER}\n\n\n;DURAND;x;Jean;;A;1;;;\n\n00007;DURAND;x;Jean;;A;1;;;\n".encode()

    found = read_nominal_list(keep_used_columns(data), today=TODAY)

    assert ([refusal.line for refusal in found.refusals], [row.line for row in found.rows]) == ([6], [8])


cells = st.text("0019/é,;\t'\"\n\r A-", max_size=8).map(lambda text: '"' + text.replace('"', '""') + '"')


@given(st.lists(st.lists(cells, max_size=12), max_size=5), st.sampled_from(["", "sep=;\n", "Titre\n\n", '"a\nb"\n']))
# A value that swallowed a line made a building of what stood after it, and a person's line the title of that building.
@example([['"00"'], ['";\r"', '""', '""', '""', '""', '"00"']], "")
# One that did so in a column of no use was passed over, but refused once it was stored.
@example([['""', '""', '";\r"']], "")
@settings(deadline=None)
def test_any_list_reads_the_same_once_stored(rows: list[list[str]], top: str) -> None:
    lines = [HEADER, "00001;DURAND;x;Jean;;A;1;;;", *map(";".join, rows)]
    read_twice((top + "\n".join(lines)).encode())


def test_people_swallowed_by_a_column_of_no_use_are_not_passed_over() -> None:
    people = [HEADER, "00123;DURAND;x;Jean;;A;1;;;", ';;"life;;;;;;;', "00124;PETIT;x;Paul;;A;2;;;", '";;;;;;;;']

    found = read_nominal_list("\n".join(people).encode(), today=TODAY)

    assert [row.register_number for row in found.rows] == ["00123"]
    [refusal] = found.refusals
    assert refusal.line == 3
    assert "Lines 3 to 5" in refusal.reason


@pytest.mark.parametrize("odd", ['00125;"DURAND;\n";Jean;03/25/1990;A;A-1', "00125;DURAND;Jean;03/25/1990;Z9;A-1;x;y"])
def test_line_whose_columns_cannot_be_told_says_nothing_of_other_lines(odd: str) -> None:
    people = ["écrou;nom;prénom;né le;bâtiment;cellule", "00123;DURAND;Jean;05/07/1990;A;A-1", ";Z9;;;;"]
    alone = read_nominal_list("\n".join(people).encode(), today=TODAY)

    beside = read_nominal_list("\n".join([*people, odd]).encode(), today=TODAY)

    assert beside.rows == alone.rows
    assert beside.left_aside == alone.left_aside
    assert [refusal.line for refusal in beside.refusals] == [*(refusal.line for refusal in alone.refusals), 4]
