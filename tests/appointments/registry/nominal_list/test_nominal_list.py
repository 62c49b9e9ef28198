"""What the reader of the prison's nominal list accepts, refuses and says; every person here is invented."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from django.utils import translation

from appointments.registry.nominal_list import (
    MAX_BUILDING_LENGTH,
    MAX_CELL_LENGTH,
    MAX_NAME_LENGTH,
    MAX_REGISTER_NUMBER_LENGTH,
    NominalList,
    NominalRow,
    UnreadableList,
    read_nominal_list,
)
from appointments.registry.nominal_list.redaction import keep_used_columns
from appointments.registry.nominal_list.text import MAX_BYTES, MAX_LINES, MAX_LINES_IN_A_RECORD

TODAY = date(2025, 11, 24)
FILES = Path(__file__).parent / "nominal_lists"
HEADER = "écrou;nom;prénom;né le;bâtiment;cellule;entrée;sortie"
PEOPLE = [
    ("00123", "DÉSORMEAUX", "Anaël", date(1988, 7, 4), "A", "A-2-214", date(2025, 3, 12), None),
    ("00124", "LE GOFF-N’DIAYE", "Éloi", date(1990, 11, 30), "A", "A-2-215", date(2024, 9, 2), None),
    ("01980", "MARTIN", "Paul", date(1975, 1, 17), "B", "B-0-003", date(2025, 1, 5), None),
    ("02071", "MARTIN", "Paul", date(2001, 6, 23), "B", "B-1-117", date(2025, 10, 20), None),
    ("02072", "ÇELIK", "Œdipe", None, "QF", "QF-12", None, None),
    ("00099", "OLIVEIRA", "João", date(1969, 9, 9), "", "", date(2023, 2, 1), date(2025, 10, 30)),
]


@pytest.fixture(autouse=True)
def english():
    """Show the sentences as they stand in the source."""
    with translation.override("en"):
        yield


def read(text: str, encoding: str = "utf-8") -> NominalList:
    return read_nominal_list(text.encode(encoding), today=TODAY)


def read_line(**values: str) -> NominalList:
    """Read a list of one good line in which some values are changed."""
    good = {"number": "00123", "last": "DURAND", "first": "Jean", "birth": "04/07/1988"}
    good |= {"building": "A", "cell": "A-2-214", "arrival": "12/03/2025", "release": ""}
    quoted = ['"' + value.replace('"', '""') + '"' for value in (good | values).values()]
    return read(f"{HEADER}\n{';'.join(quoted)}\n")


def only_row(found: NominalList) -> NominalRow:
    assert [refusal.reason for refusal in found.refusals] == []
    [row] = found.rows
    return row


def only_reason(found: NominalList) -> str:
    assert found.rows == []
    [refusal] = found.refusals
    return refusal.reason


def sentence(data: bytes) -> str:
    with pytest.raises(UnreadableList) as refused:
        read_nominal_list(data, today=TODAY)
    return str(refused.value)


def facts(found: NominalList) -> list[tuple[object, ...]]:
    return [
        (
            r.register_number,
            r.last_name,
            r.first_name,
            r.birth_date,
            r.building,
            r.cell,
            r.arrived_on,
            r.released_on,
        )
        for r in found.rows
    ]


# --- The same six people, as different software writes them ---------------------------------------


@pytest.mark.parametrize(
    ("name", "encoding", "delimiter", "lines"),
    [
        ("utf8_bom_semicolon.csv", "UTF-8", ";", [2, 3, 4, 5, 6, 7]),
        ("windows1252_tab.txt", "Windows-1252", "\t", [2, 3, 4, 5, 6, 7]),
        ("utf16_excel_unicode_text.txt", "UTF-16", "\t", [2, 3, 4, 5, 6, 7]),
        ("old_mac_line_ends.csv", "UTF-8", ";", [2, 3, 4, 5, 6, 7]),
        ("sep_line_other_order.csv", "Windows-1252", ";", [3, 4, 5, 6, 7, 8]),
        ("utf8_comma_quoted.csv", "UTF-8", ",", [3, 4, 5, 6, 7, 8]),
        ("spreadsheet_export_with_penal_data.csv", "Windows-1252", ";", [4, 5, 6, 7, 8, 9]),
    ],
)
def test_file_of_known_software_gives_the_same_people(name, encoding, delimiter, lines):
    found = read_nominal_list((FILES / name).read_bytes(), today=TODAY)

    assert facts(found) == PEOPLE
    assert [row.line for row in found.rows] == lines
    assert found.refusals == []
    assert (found.encoding, found.delimiter) == (encoding, delimiter)


def test_penal_columns_are_named_and_never_kept():
    data = (FILES / "spreadsheet_export_with_penal_data.csv").read_bytes()

    found = read_nominal_list(data, today=TODAY)

    assert found.ignored_columns == ["Infraction"]
    assert "NE DOIT PAS ENTRER" not in repr(found)
    # Of the end of a sentence no more than a day is read, and none that is not soon.
    assert "2031" not in repr(found)


@pytest.mark.parametrize(
    "heading", ["Date prévisionnelle de sortie", "Fin de peine", "Date de libération", "Sortie prévue", "Libérable le"]
)
@pytest.mark.parametrize(
    ("said", "leaves_on"),
    [
        ("12/01/2026", date(2026, 1, 12)),
        ("2026-05-25 00:00", date(2026, 5, 25)),
        # Further ahead than care plans, no day, no more than a word.
        ("26/05/2026", None),
        ("", None),
    ],
)
def test_day_on_which_somebody_leaves_is_read_when_it_is_soon(heading, said, leaves_on):
    row = only_row(read(f"écrou;nom;prénom;bâtiment;cellule;{heading}\n00123;DURAND;Jean;A;A-1;{said}\n"))

    assert (row.leaves_on, row.released_on or row.leaves_on, row.tells_leaving) == (
        leaves_on,
        row.released_on or leaves_on,
        True,
    )


@pytest.mark.parametrize("said", ["perpétuité", "RP possible 02/2027", "31/02/2026", "01/01/0001", "31/12/9999"])
def test_word_in_place_of_the_end_of_a_sentence_refuses_nobody_and_is_not_kept(said):
    text = f"écrou;nom;prénom;bâtiment;cellule;Fin de peine\n00123;DURAND;Jean;A;A-1;{said}\n00124;;Luc;A;A-1;{said}\n"

    found = read(text)

    assert [row.leaves_on for row in found.rows] == [None]
    assert said not in repr(found), "Nor in what a refused line shows."
    if said[0].isalpha():
        assert said not in keep_used_columns(text.encode()).decode()


def test_refusal_shows_no_column_that_is_not_kept():
    found = read("écrou;infraction;nom;prénom;bâtiment;cellule\n00123;SECRET;;Jean;A;A-1\n;;;;;;SECRET\n")

    assert [(refusal.line, refusal.text) for refusal in found.refusals] == [
        (2, "00123 · Jean · A · A-1"),
        (3, ""),
    ]


def test_refused_lines_give_line_and_reason():
    found = read_nominal_list((FILES / "lines_to_refuse.csv").read_bytes(), today=TODAY)

    assert [row.line for row in found.rows] == [10]
    assert [(refusal.line, refusal.reason) for refusal in found.refusals] == [
        (2, "Register number: the spreadsheet has turned it into “1,2E+05”, so the true value is lost; "
            "format the column as text and type it again."),
        (3, "Date of birth: the day “31/02/1980” does not exist; write day/month/year."),
        (4, "Date of birth: “04/07/2031” is in the future."),
        (5, "Building: missing. Cell: missing."),
        (6, "The release is before the arrival."),
        (7, "Last name: “=1+1” begins like a spreadsheet formula; write the text alone."),
        (8, "Line 9 has this register number with other data: correct one of them."),
        (9, "Line 8 has this register number with other data: correct one of them."),
        (11, "The same person is already on line 10."),
        (12, "Cell: the spreadsheet has turned it into “12-janv”, so the true value is lost; "
             "format the column as text and type it again."),
    ]  # fmt: skip


# --- The file as a whole --------------------------------------------------------------------------


@pytest.mark.parametrize("data", [b"", b"\n\r\n  \n", b"\xef\xbb\xbf", b"\xff\xfe", b";;;\n;;;\n"])
def test_file_without_text_is_called_empty(data):
    assert sentence(data) == "The file is empty: choose the nominal list exported by the prison."


@pytest.mark.parametrize(
    "data",
    [
        b"%PDF-1.7\n",
        b"PK\x03\x04\x14\x00",
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1",
        b"\x89PNG\r\n",
        b"<html><table><tr><td>nom</td></tr></table>",
        b"\xef\xbb\xbf<?xml version='1.0'?>",
        b"nom;pr\x00nom\n",
        "écrou;nom\n".encode("utf-16-le"),
        b"\xff\xfe\x00\x00n\x00\x00\x00",
    ],
)
def test_file_of_another_kind_asks_for_csv(data):
    assert sentence(data) == "This file is not a CSV file: open it in your spreadsheet and save it as CSV."


def test_file_too_large_is_refused():
    data = b"a" * (MAX_BYTES + 1)

    assert sentence(data) == "The file is larger than 5 MB: import one establishment at a time."


def test_file_of_too_many_lines_is_refused():
    data = f"{HEADER}\n".encode() + b"00001;A;B;;C;D;;\n" * MAX_LINES

    assert sentence(data) == "The file has more than 20000 lines: import one establishment at a time."


def test_empty_rows_of_the_sheet_do_not_count_as_lines():
    text = f"{HEADER}\n00123;DURAND;Jean;;A;A-1;;\n" + ";;;;;;;\n" * (MAX_LINES + 1)

    assert len(read(text).rows) == 1


@pytest.mark.parametrize(
    ("data", "line"),
    [
        (HEADER.encode("cp1252") + b"\r\n00123;DUR\x81ND", 2),
        (b"\xef\xbb\xbf" + HEADER.encode() + b"\n1;A;B\n2;Ren\xe9;B", 3),
        (HEADER.encode() + b"\n1;A;B\n2;A;B\r3;Ren\xe9;B", 4),
        ("﻿écrou;nom\n".encode("utf-16-le") + b"\x00\xd8a\x00", 2),
    ],
    ids=["in no encoding", "marked as UTF-8", "UTF-8 and Windows-1252 mixed", "half a UTF-16 pair"],
)
def test_undecodable_letter_is_refused_with_its_line(data, line):
    assert sentence(data) == (
        f"Line {line} holds a letter that cannot be read: "
        "open the file in your spreadsheet and save it again as “CSV UTF-8”."
    )


@pytest.mark.parametrize(
    "text",
    [
        "00123;DURAND;Jean;A;A-1\n",
        "Bonjour",
        "écrou|nom|prénom\n",
        f"1;DURAND;Jean\n{HEADER}\n2;PETIT;Luc\n",
        "sep=;nom;prénom\n1;DURAND;Jean",
    ],
)
def test_list_without_header_on_top_is_refused(text):
    assert sentence(text.encode()).startswith("No header line was found. The first line must name the columns")


def test_missing_columns_are_named():
    assert sentence(b"ecrou;nom;cellule\n1;A;B\n") == (
        "The header line lacks these columns: first name, building. Add them and choose the file again."
    )


def test_column_given_twice_is_refused_with_both_headings():
    text = "écrou;Nom de famille;Nom de naissance;prénom;bâtiment;cellule\n"

    assert (
        sentence(text.encode())
        == "Two columns say the same (last name): “Nom de famille” and “Nom de naissance”. Keep one of them."
    )


def test_header_without_people_is_refused():
    assert sentence(f"{HEADER}\n;;;;\n".encode()) == (
        "Nobody is listed below the header line: choose the complete list."
    )


def test_announced_separator_that_is_unknown_is_refused():
    assert sentence(b"sep=|\necrou|nom\n") == (
        "The first line announces an unknown separator: use a semicolon, a comma or a tab."
    )


@pytest.mark.parametrize(
    ("line", "text"),
    [
        (2, f'{HEADER}\n00123;"DURAND;Jean;;A;A-1;;\n00124;PETIT;Luc;;A;A-2;;\n'),
        (3, f'{HEADER}\n1;DURAND;Jean;;A;A-1;;\n2;"PE"TIT;Luc;;A;A-2;;\n'),
        (2, f'{HEADER}\n1;"A' + "\n" * MAX_LINES_IN_A_RECORD + 'B";Jean;;A;A-1;;\n'),
    ],
    ids=["never closed", "in the middle", "closed far below"],
)
def test_stray_quotation_mark_loses_nobody(line, text):
    assert sentence(text.encode()) == (
        f"Line {line} has a quotation mark that is misplaced or never closed: "
        "correct it, or save the file again as CSV from your spreadsheet."
    )


def test_sentences_are_in_the_language_of_the_reader():
    with translation.override("fr"):
        said = sentence(b"")

    assert isinstance(said, str)


# --- Headings -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "heading",
    [
        "Numéro d'écrou",
        "N° écrou",
        "no ecrou",
        "ECROU",
        "num. écrou",
        "№ d’écrou",
        "Nº\u00a0d'Écrou",
        "Register number",
    ],
)
def test_heading_of_the_register_number_is_known(heading):
    assert only_row(read(f"{heading};nom;prénom;bât;cell\n007;DURAND;Jean;A;1\n")).register_number == "007"


@pytest.mark.parametrize(
    ("column", "headings"),
    [
        ("last_name", ["Nom de naissance", "NOM DE FAMILLE", "last name", "Surname"]),
        ("first_name", ["Prénoms", "PRENOM", "Prénom (s)", "First name", "Given names"]),
        ("building", ["BÂTIMENT", "bat.", "Quartier", "aile", "Building", "Wing"]),
        ("cell", ["N° cellule", "CELL.", "Cellule n°", "Cell"]),
    ],
)
def test_headings_of_names_and_places_are_known(column, headings):
    usual = {
        "register_number": "écrou",
        "last_name": "nom",
        "first_name": "prénom",
        "building": "bât",
        "cell": "cell",
    }
    for heading in headings:
        header = ";".join((usual | {column: heading}).values())

        row = only_row(read(f"{header}\n007;MARK;MARK;MARK;MARK\n"))

        assert getattr(row, column) == "MARK", heading


@pytest.mark.parametrize(
    ("column", "headings"),
    [
        ("birth_date", ["Date de naissance", "Né(e) le", "NEE LE", "DDN", "date of birth", "DOB"]),
        (
            "arrived_on",
            ["Date d’arrivée", "Entrée", "date d'écrou", "Date d'entrée", "Écroué(e) le", "Arrival date"],
        ),
        ("released_on", ["Date de sortie", "LIBÉRATION", "Levée d'écrou", "Libéré le", "Release"]),
    ],
)
def test_headings_of_dates_are_known(column, headings):
    for heading in headings:
        row = only_row(read(f"écrou;nom;prénom;bât;cell;{heading}\n7;DURAND;Jean;A;1;02/03/2001\n"))

        assert getattr(row, column) == date(2001, 3, 2), heading


@pytest.mark.parametrize("headings", ["aile;quartier;bâtiment", "bâtiment;quartier;aile", "quartier;bâtiment;aile"])
def test_building_is_preferred_to_quarter_and_wing(headings):
    values = ";".join({"aile": "Nord", "quartier": "QF", "bâtiment": "A"}[name] for name in headings.split(";"))

    found = read(f"écrou;nom;prénom;cellule;{headings}\n7;DURAND;Jean;A-1;{values}\n")

    assert only_row(found).building == "A"
    assert found.ignored_columns == [name for name in headings.split(";") if name != "bâtiment"]


@pytest.mark.parametrize("placement", ["A-2-214", "A/2/214", "A 214"])
def test_placement_gives_building_and_cell(placement):
    row = only_row(read(f"écrou;nom;prénom;affectation\n7;DURAND;Jean;{placement}\n"))

    assert (row.building, row.cell) == ("A", placement)


def test_placement_without_building_is_refused():
    assert only_reason(read("écrou;nom;prénom;affectation\n7;DURAND;Jean;214\n")) == "Building: missing."


def test_announced_end_of_sentence_is_no_release():
    found = read("écrou;nom;prénom;bât;cell;Date de libération prévue\n7;DURAND;Jean;A;1;02/03/2031\n")

    assert only_row(found).released_on is None
    assert only_row(found).leaves_on is None, "Years ahead: nothing of it is kept."
    assert "2031" not in repr(found)


def test_header_repeated_at_each_printed_page_is_skipped():
    text = f"{HEADER}\n1;DURAND;Jean;;A;1;;\n{HEADER.upper()}\n2;PETIT;Luc;;A;2;;\n"

    assert [row.register_number for row in read(text).rows] == ["1", "2"]


# --- Register numbers -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("written", "number"),
    [
        ("00123", "00123"),
        (" 00123\u00a0", "00123"),
        ('="00123"', "00123"),
        ("'00123", "00123"),
        ("12-b/7.1", "12-B/7.1"),
        ("1" * MAX_REGISTER_NUMBER_LENGTH, "1" * MAX_REGISTER_NUMBER_LENGTH),
    ],
)
def test_register_number_is_kept_as_text(written, number):
    assert only_row(read_line(number=written)).register_number == number


@pytest.mark.parametrize("written", ["1.2E+05", "1,2e+05", "12E+4", "1.2E05", "12345.0", "12345,00", "12/05/2024"])
def test_register_number_rewritten_by_the_spreadsheet_is_refused(written):
    assert only_reason(read_line(number=written)) == (
        f"Register number: the spreadsheet has turned it into “{written}”, so the true value is lost; "
        "format the column as text and type it again."
    )


@pytest.mark.parametrize("written", ["12 345", "N/A", "-", "=12", "12;3", "#REF!", "１２", "12\u200b 3"])
def test_register_number_with_other_characters_is_refused(written):
    assert "is not a register number (digits, letters, hyphen, slash, dot)." in only_reason(read_line(number=written))


def test_register_number_missing_or_too_long_is_refused():
    assert only_reason(read_line(number=" ")) == "Register number: missing."
    assert only_reason(read_line(number="1" * 21)) == "Register number: longer than 20 characters."


def test_line_refused_for_another_reason_still_claims_its_number():
    found = read(f"{HEADER}\n7;DURAND;Jean;;A;1;;\n7;PETIT;Luc;31/02/1980;A;2;;\n")

    assert found.rows == []
    assert [refusal.reason for refusal in found.refusals] == [
        "Line 3 has this register number with other data: correct one of them.",
        "Date of birth: the day “31/02/1980” does not exist; write day/month/year.",
    ]


def test_numbers_that_differ_by_zeros_are_two_people():
    found = read(f"{HEADER}\n0123;DURAND;Jean;;A;1;;\n123;DURAND;Jean;;A;1;;\n")

    assert [row.register_number for row in found.rows] == ["0123", "123"]


# --- Names and places -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("written", "name"),
    [
        ("  de  la\u00a0Tour ", "de la Tour"),
        ("LE\nGOFF", "LE GOFF"),
        ("D’ARC-N'DIAYE", "D’ARC-N'DIAYE"),
        ("DUPONT (dit Lupin)", "DUPONT (dit Lupin)"),
        ("'t Hart", "'t Hart"),
        ("Rene\u0301e", "Renée"),
        ('="DURAND"', "DURAND"),
        ("É" * MAX_NAME_LENGTH, "É" * MAX_NAME_LENGTH),
    ],
)
def test_name_is_kept_as_written(written, name):
    assert only_row(read_line(last=written)).last_name == name


@pytest.mark.parametrize("written", ["=A1", "+33", "-DURAND", "@SUM(A1)", "\t=A1"])
def test_name_that_a_spreadsheet_would_run_is_refused(written):
    assert "begins like a spreadsheet formula" in only_reason(read_line(first=written))


@pytest.mark.parametrize("written", ["DU\x07RAND", "DU\ue000RAND", "AndrÃ©", "<b>DURAND", "Andr\ufffd"])
def test_name_with_unexpected_character_is_refused(written):
    assert "which is not expected there" in only_reason(read_line(last=written))


def test_name_missing_without_letter_or_too_long_is_refused():
    assert only_reason(read_line(last="", first=" ")) == "Last name: missing. First name: missing."
    assert only_reason(read_line(last="123")) == "Last name: “123” holds no letter."
    assert only_reason(read_line(last="A" * 101)) == "Last name: longer than 100 characters."


def test_homonyms_stay_apart():
    found = read(f"{HEADER}\n1;MARTIN;Paul;01/01/1980;A;1;;\n2;MARTIN;Paul;01/01/1980;A;1;;\n")

    assert [row.register_number for row in found.rows] == ["1", "2"]


def test_place_rewritten_or_too_long_is_refused():
    assert "turned it into “12-janv.”" in only_reason(read_line(cell="12-janv."))
    assert "turned it into “01/12/2025”" in only_reason(read_line(cell="01/12/2025"))
    assert only_reason(read_line(cell="A" * (MAX_CELL_LENGTH + 1))) == "Cell: longer than 30 characters."
    assert only_reason(read_line(building="A" * (MAX_BUILDING_LENGTH + 1))) == "Building: longer than 40 characters."


@pytest.mark.parametrize("release", ["", "25/11/2025"])
def test_person_still_there_needs_building_and_cell(release):
    assert only_reason(read_line(building="", release=release)) == "Building: missing."
    assert only_reason(read_line(cell="", release=release)) == "Cell: missing."


def test_person_released_needs_no_cell():
    row = only_row(read_line(building="", cell="", release="24/11/2025"))

    assert (row.building, row.cell, row.released_on) == ("", "", TODAY)


def test_more_values_than_columns_is_refused():
    found = read(f"{HEADER}\n1;DURAND;Jean;Luc;04/07/1988;A;1;;;\n1;DU;RAND;Jean;04/07/1988;A;1;01/01/2025;;x\n")

    assert found.rows == []
    assert (
        found.refusals[-1].reason == "More values than columns: a name that holds the separator needs quotation marks."
    )


def test_short_line_reads_as_blank_values():
    assert only_row(read("écrou;nom;prénom;bât;cell;sortie\n1;DURAND;Jean;A;2\n")).released_on is None


# --- Dates ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("written", "day"),
    [
        ("04/07/1988", date(1988, 7, 4)),
        ("4/7/1988", date(1988, 7, 4)),
        ("04-07-1988", date(1988, 7, 4)),
        ("04.07.1988", date(1988, 7, 4)),
        ("1988-07-04", date(1988, 7, 4)),
        ("1988-07-04T00:00:00.000Z", date(1988, 7, 4)),
        ("04/07/1988 00:00:00", date(1988, 7, 4)),
        ("04/07/1988 0h00", date(1988, 7, 4)),
        ('="04/07/1988"', date(1988, 7, 4)),
        ("29/02/2000", date(2000, 2, 29)),
        ("24/11/1905", date(1905, 11, 24)),
        ("04/07/88", date(1988, 7, 4)),
        ("04/07/12", date(2012, 7, 4)),
        ("04/07/13", date(1913, 7, 4)),
        ("", None),
        ("-", None),
        ("inconnue", None),
        ("XX/XX/XXXX", None),
        ("00/00/0000", None),
    ],
)
def test_birth_date_is_read(written, day):
    assert only_row(read_line(birth=written)).birth_date == day


@pytest.mark.parametrize(("written", "year"), [("01/02/24", 2024), ("01/02/99", 1999)])
def test_arrival_of_two_digits_falls_in_the_nearest_century(written, year):
    assert only_row(read_line(arrival=written, birth="")).arrived_on == date(year, 2, 1)


@pytest.mark.parametrize("written", ["31/02/1980", "29/02/1900", "12/31/1980", "0000-01-01"])
def test_day_that_does_not_exist_is_refused(written):
    assert only_reason(read_line(birth=written)) == (
        f"Date of birth: the day “{written}” does not exist; write day/month/year."
    )


@pytest.mark.parametrize(
    "written", ["hier", "32500", "1980", "04/07-1988", "4 juillet 1988", "04/07/1988 matin", "４/7/1988"]
)
def test_text_that_is_no_date_is_refused(written):
    assert only_reason(read_line(arrival=written)) == (
        f"Date of arrival: “{written}” is not a date; write day/month/year, for example 31/12/1980."
    )


@pytest.mark.parametrize(
    ("values", "reason"),
    [
        ({"birth": "25/11/2025"}, "Date of birth: “25/11/2025” is in the future."),
        ({"birth": "23/11/1905"}, "Date of birth: “23/11/1905” is more than 120 years ago."),
        ({"arrival": "01/01/0203"}, "Date of arrival: “01/01/0203” is more than 120 years ago."),
        ({"release": "31/12/9999"}, "Date of release: “31/12/9999” is more than 120 years ahead."),
        ({"release": "11/03/2025"}, "The release is before the arrival."),
        ({"birth": "13/03/2012", "arrival": "12/03/2012"}, "The arrival is before the birth."),
    ],
)
def test_date_out_of_reason_is_refused(values, reason):
    assert only_reason(read_line(**values)) == reason
