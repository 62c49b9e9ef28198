"""No export lets a spreadsheet run what somebody typed into a name."""

from __future__ import annotations

import csv
import io
from datetime import date

import pytest
from django.utils import translation
from hypothesis import example, given
from hypothesis import strategies as st

from access.spreadsheet import Figures, as_csv, as_text

SIGNS = ["=", "+", "-", "@", "＝", "＋", "－", "＠"]
UNSEEN = st.text(st.characters(categories=["Cc", "Cf", "Zs", "Zl", "Zp"]), max_size=3)


@pytest.mark.parametrize("sign", SIGNS)
@given(before=UNSEEN)
@example(before="")
@example(before="\t")
@example(before="\r\n")
@example(before="\u00a0")
@example(before="\u3000")
@example(before="\ufeff")
@example(before="\u200b")
@example(before="\x00")
@example(before="\x1b")
def test_spreadsheet_shows_a_formula_instead_of_running_it(sign: str, before: str) -> None:
    assert as_text(f"{before}{sign}SUM(A1)") == f"'{before}{sign}SUM(A1)"


@pytest.mark.parametrize("value", ["Durand", "O’Brien", "A-2-214", "004217", "", "’Ndiaye", "Éloïse", "2+2", "a@b"])
def test_ordinary_text_stays_as_it_is(value: str) -> None:
    assert as_text(value) == value


def test_numbers_are_written_as_the_readers_spreadsheet_writes_them_and_keep_their_sign() -> None:
    with translation.override("fr"):
        written = as_csv([["Délai", 2.5, -3, date(2026, 4, 3), "＝1+1"]])

    assert list(csv.reader(io.StringIO(written.decode("utf-8-sig")), delimiter=";")) == [
        ["Délai", "2,5", "-3", "2026-04-03", "'＝1+1"]
    ]


@pytest.mark.parametrize(
    ("number", "written"),
    [
        ("005131", '="005131"'),
        ("12345678901234567890", '="12345678901234567890"'),
        ("A 12", "A 12"),
        ("=1+1", "'=1+1"),
        ('1";=2', '1";=2'),
        ("٣٤", "٣٤"),
        ("", ""),
    ],
)
def test_number_keeps_its_zeros_in_a_spreadsheet_and_only_figures_become_a_formula(number: str, written: str) -> None:
    [[cell]] = csv.reader(io.StringIO(as_csv([[Figures(number)]]).decode("utf-8-sig")), delimiter=";")

    assert cell == written
