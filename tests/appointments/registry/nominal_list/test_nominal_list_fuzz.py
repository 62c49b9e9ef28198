"""Whatever bytes are chosen as the prison's nominal list, the answer is a list or a sentence."""

from __future__ import annotations

import time
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from appointments.registry.nominal_list import NominalList, UnreadableList, read_nominal_list
from appointments.registry.nominal_list.text import MAX_BYTES

TODAY = date(2025, 11, 24)
HEADER = "écrou;nom;prénom;né le;bâtiment;cellule;entrée;sortie"
GOOD_LINE = "00001;DURAND;Jean;;A;1;;"
EXAMPLES = [path.read_bytes() for path in sorted((Path(__file__).parent / "nominal_lists").glob("*.[ct]*"))]


def read_or_refuse(data: bytes) -> NominalList | None:
    try:
        found = read_nominal_list(data, today=TODAY)
    except UnreadableList:
        return None
    lines = [row.line for row in found.rows] + [refusal.line for refusal in found.refusals]
    assert len(lines) == len(set(lines)) > 0
    assert all(refusal.reason for refusal in found.refusals)
    numbers = [row.register_number for row in found.rows]
    assert len(numbers) == len(set(numbers))
    return found


@given(st.binary(max_size=300))
@settings(deadline=None)
def test_any_bytes_give_a_list_or_a_sentence(data):
    read_or_refuse(data)


@given(st.binary(max_size=300), st.sampled_from(["utf-8", "cp1252", "utf-8-sig"]))
@settings(deadline=None)
def test_any_bytes_below_a_header_give_a_list_or_a_sentence(data, encoding):
    read_or_refuse(f"{HEADER}\n{GOOD_LINE}\n".encode(encoding) + data)


@given(st.lists(st.lists(st.text(max_size=12), max_size=10), max_size=6), st.sampled_from([";", ",", "\t"]))
@settings(deadline=None)
def test_any_text_in_cells_gives_a_list_or_a_sentence(rows, delimiter):
    header = HEADER.replace(";", delimiter)
    read_or_refuse("\n".join([header, *map(delimiter.join, rows)]).encode())


@given(
    st.lists(
        st.lists(st.text("0123456789/-.: =\"'+E,;é", max_size=12), min_size=8, max_size=8),
        min_size=1,
        max_size=4,
    ).map(lambda rows: [['"' + cell.replace('"', '""') + '"' for cell in row] for row in rows])
)
@settings(deadline=None)
def test_well_quoted_cells_of_any_kind_never_make_the_file_unreadable(rows):
    text = "\n".join([HEADER, GOOD_LINE, *map(";".join, rows)])

    assert read_or_refuse(text.encode()) is not None


@given(st.sampled_from(EXAMPLES), st.integers(0, 800), st.binary(max_size=4), st.integers(0, 4))
@settings(deadline=None)
def test_damaged_example_gives_a_list_or_a_sentence(data, position, inserted, removed):
    read_or_refuse(data[:position] + inserted + data[position + removed :])


@pytest.mark.parametrize("unit", [b'"', b"a", b";", b"\n", b";\n", b'"";', b"\r", b"=", b"1;A;B\n", b"\x81"])
def test_largest_file_of_one_thing_takes_no_more_than_its_length(unit):
    def spent_on(size):
        before = time.process_time()
        for start in (b"", f"{HEADER}\n".encode()):
            read_or_refuse(start + unit * ((size - len(start)) // len(unit)))
        return time.process_time() - before

    # Four times as long; what looks at each sign for each sign would take sixteen times.
    assert spent_on(MAX_BYTES) < 10 * max(spent_on(MAX_BYTES // 4), 0.05)


def test_ten_times_as_many_lines_are_read_in_ten_times_the_time():
    def spent_on(count):
        lines = (f"{n:05};DURAND-É;Jean Luc;04/07/1988;B{n % 3};B-2-{n};12/03/2025;" for n in range(count))
        data = "\n".join([HEADER, *lines]).encode("cp1252")
        before = time.process_time()
        assert len(read_nominal_list(data, today=TODAY).rows) == count
        return time.process_time() - before

    assert spent_on(5_000) < 30 * min(spent_on(500) for _each in range(3))
