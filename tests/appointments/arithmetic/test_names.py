"""What was typed into a search, read: names under every spelling, numbers, cells, days of birth, one wrong letter."""

from __future__ import annotations

import re
from datetime import date

import pytest

from appointments.arithmetic.names import one_typo, read_typed, searchable, text_to_search


@pytest.mark.parametrize(
    ("written", "typed"),
    [
        ("Yıldırım", "yildirim"),
        ("Łukowicz", "lukowicz"),
        ("Sørlund", "sorlund"),
        ("Đurđić", "durdic"),
        ("Strauß", "strauss"),
        ("Cæsar", "caesar"),
        ("N’Gbandi", "n gbandi"),
        ("D´Almeyrac–Roux", "d almeyrac roux"),
    ],
)
def test_letters_that_no_french_keyboard_has_are_found_by_those_it_has(written: str, typed: str) -> None:
    assert searchable(written) == typed


@pytest.mark.parametrize(
    "typed",
    [
        "01/02/1990",
        "1/2/1990",
        "01-02-1990",
        "01.02.1990",
        "1990-02-01",
        "1er février 1990",
        "1 fév. 1990",
        "né le 01/02/1990",
        "née le 1/2/1990",
    ],
)
def test_a_day_of_birth_is_read_in_the_usual_writings(typed: str) -> None:
    assert read_typed(typed).born == (date(1990, 2, 1),)
    assert read_typed(f"MARTIN {typed}").words == ("martin",)


def test_a_year_in_two_digits_is_of_either_century_and_eight_digits_may_be_a_number() -> None:
    assert read_typed("01/02/90").born == (date(1990, 2, 1), date(2090, 2, 1))
    assert read_typed("01021990").either == (("01021990", date(1990, 2, 1)),)


@pytest.mark.parametrize("typed", ["31/02/1990", "01/13/1990", "00/00/0000", "9999", "(", "", "| |", "\x00"])
def test_what_is_no_day_is_no_day(typed: str) -> None:
    assert read_typed(typed).born == ()


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ("M. MARTIN", ("martin",)),
        ("M MARTIN", ("martin",)),
        ("Monsieur Martin", ("martin",)),
        ("M'Bappé", ("m", "bappe")),
        ("Marc", ("marc",)),
        ("MARTIN, Paul (006466)", ("martin", "paul", "006466")),
        ("N° 006466", ("006466",)),
        ("n°006466", ("006466",)),
        ("no 006466", ("006466",)),
        ("écrou 006466", ("006466",)),
        ("N° d'écrou : 006466", ("006466",)),
        ("cellule A-1-001", ("a", "1", "001")),
        ("Nobel", ("nobel",)),
    ],
)
def test_what_stands_around_a_name_or_a_number_is_left_out(typed: str, words: tuple[str, ...]) -> None:
    assert read_typed(typed).words == words


@pytest.mark.parametrize("typed", ["levesquau", "levesqueeau", "lewesqueau", "elvesqueau", "levesquea", "evesqueau"])
def test_one_wrong_missing_added_or_swapped_letter_is_forgiven(typed: str) -> None:
    assert re.search(one_typo(typed), text_of("Levesqueau"))


@pytest.mark.parametrize("typed", ["lavesquau", "martin", "leveaueau"])
def test_two_wrong_letters_are_another_name(typed: str) -> None:
    assert not re.search(one_typo(typed), text_of("Levesqueau"))


def text_of(last_name: str) -> str:
    return text_to_search(last_name=last_name, first_name="Hélène", register_number="005008", cell="A-1-008")
