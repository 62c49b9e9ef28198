"""What lists of prison software hold beside people, and births of which little is known."""

from __future__ import annotations

from datetime import date

import pytest

from appointments.registry.nominal_list import read_nominal_list

ARVELAT = "004101;ARVELAT;Bruno;12/03/1981;A;A-1-001"
HEADER = "N° écrou;Nom;Prénom;Date de naissance;Bâtiment;Cellule"


@pytest.mark.parametrize(
    "line",
    [
        "*** Fin d'édition ***",
        "Confidentiel",
        "Diffusion restreinte",
        "Liste arrêtée au 28/11/2026",
        "GENESIS - Liste nominative au 28/11/2026",
        "28/11/2026 06:12",
        "- 1 -",
        "Nb : 24",
        "Dont mineurs : 3",
        "------",
        "Signature du chef de détention :",
        "=== BÂTIMENT C ===",
        "A;;;;;",
        ";;;;;24",
    ],
)
def test_a_footer_or_a_title_is_nobody_unreadable(line: str) -> None:
    found = read_nominal_list(f"{HEADER}\n{ARVELAT}\n{line}\n".encode(), today=date(2026, 11, 29))

    assert ([row.register_number for row in found.rows], found.unreadable) == (["004101"], [])
    assert [aside.line for aside in found.left_aside] == [3]


@pytest.mark.parametrize("line", ["004199;;;;;", ";MARTIN;;;;", "MARTIN;;;;;", "4199", "A;MARTIN;;;;"])
def test_what_may_be_somebody_is_never_left_aside(line: str) -> None:
    found = read_nominal_list(f"{HEADER}\n{ARVELAT}\n{line}\n".encode(), today=date(2026, 11, 29))

    assert [refusal.line for refusal in found.refusals] == [3]


def test_the_total_of_one_building_is_not_the_total_of_the_list() -> None:
    lines = f"{HEADER}\n{ARVELAT}\nTotal bâtiment A : 12\nTotal bâtiment B : 13\nDont mineurs : 1\nTotal : 25\n"

    assert read_nominal_list(lines.encode(), today=date(2026, 11, 29)).announced == 25


def test_a_second_header_in_other_words_is_a_header() -> None:
    lines = f"{HEADER}\n{ARVELAT}\nÉcrou;Nom;Prénom;Né le;Bât;Cell.\n004102;BESSIRON;Colin;05/07/1979;A;A-1-002\n"
    found = read_nominal_list(lines.encode(), today=date(2026, 11, 29))

    assert ([row.line for row in found.rows], found.refusals) == ([2, 4], [])


@pytest.mark.parametrize(
    ("written", "year"),
    [
        ("0000-00-00", None),
        ("SD", None),
        ("non renseigné", None),
        ("1990-00-00", 1990),
        ("vers 1985", 1985),
        ("?? 1985", 1985),
        ("1985 (présumé)", 1985),
    ],
)
def test_a_birth_of_which_little_is_known_refuses_nobody(written: str, year: int | None) -> None:
    line = ARVELAT.replace("12/03/1981", written)
    [row] = read_nominal_list(f"{HEADER}\n{line}\n".encode(), today=date(2026, 11, 29)).rows

    assert (row.birth_date, row.birth_year) == (None, year)
