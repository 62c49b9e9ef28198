"""Lists on which a new user lost or doubled people, each with what is right. Every person here is invented."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from access.models import Building, Establishment
from appointments.models import Detainee
from appointments.models.enums.person import Evidence
from appointments.registry import AlteredList, Answers, ImportPlan, LineOutcome, Unanswered, apply_import, plan_import
from appointments.registry.nominal_list import UnreadableList, keep_used_columns, read_nominal_list
from tests.factories import EstablishmentFactory

CASES = Path(__file__).parent / "cases"
TODAY = date(2026, 11, 29)


@pytest.fixture
def house(db: None) -> Establishment:
    """An establishment of its own, with the 25 people of the first list."""
    place = EstablishmentFactory(code="CAS")
    apply_import(lambda: plan(place, "00_base_25_personnes"), establishment=place, by=None, file_digest="0" * 64)
    return place


def read(name: str):
    content = (CASES / f"{name}.csv").read_bytes()
    found = read_nominal_list(content, today=TODAY)
    kept = read_nominal_list(keep_used_columns(content), today=TODAY)
    assert (kept.rows, kept.refusals, kept.left_aside) == (found.rows, found.refusals, found.left_aside)
    return found


def plan(place: Establishment, name: str, *, complete: bool = True) -> ImportPlan:
    return plan_import(place, read(name), today=TODAY, complete=complete)


def apply(place: Establishment, name: str, answers: Answers | None = None) -> None:
    apply_import(
        lambda: plan(place, name), establishment=place, by=None, file_digest="0" * 64, answers=answers or Answers()
    )


def numbers(place: Establishment) -> set[str]:
    here = Detainee.objects.present().filter(establishment=place)
    return set(here.values_list("register_number", flat=True))


def test_01_zeros_cut_by_a_spreadsheet_refuse_the_list(house: Establishment) -> None:
    before = numbers(house)
    planned = plan(house, "01_zeros_de_tete_perdus")

    assert [line.register_number for line in planned.altered] == ["4101", "4102", "4103", "4104", "4105"]
    assert planned.counts | {"refused": 5, "unchanged": 20, "new": 0, "missing": 0} == planned.counts
    with pytest.raises(AlteredList):
        apply(house, "01_zeros_de_tete_perdus")
    assert numbers(house) == before


def test_02_a_mark_never_closed_swallows_nobody(house: Establishment) -> None:
    planned = plan(house, "02_guillemet_ouvert_colonne_ignoree")

    assert (planned.counts["missing"], list(planned.unreadable)) == (0, [8])
    assert "8" in planned.of(LineOutcome.REFUSED)[0].reason
    assert "11" in planned.of(LineOutcome.REFUSED)[0].reason


def test_03_no_name_holds_half_the_file(house: Establishment) -> None:
    planned = plan(house, "03_guillemet_ouvert_virgules")

    assert (planned.counts["missing"], planned.counts["new"], list(planned.unreadable)) == (0, 0, [3])
    assert all(len(line.name) < 30 for line in planned.lines)


def test_04_a_footer_is_left_aside_and_the_list_stays_complete(house: Establishment) -> None:
    planned = plan(house, "04_pied_de_liste_total")

    assert [one.text for one in planned.left_aside] == ["Total : 24 personnes", "Édité le 28/11/2026 à 06:12"]
    assert (planned.announced, planned.is_cut_short) == (24, False)
    assert [line.name for line in planned.of(LineOutcome.MISSING)] == ["ABEILHOU Adam"]
    assert planned.counts["refused"] == 0


def test_05_people_of_whom_the_day_of_birth_is_unknown_are_taken(house: Establishment) -> None:
    apply_import(
        lambda: plan(house, "05_naissance_inconnue", complete=False),
        establishment=house,
        by=None,
        file_digest="0" * 64,
    )

    new = Detainee.objects.filter(establishment=house, register_number__startswith="0042").order_by("register_number")
    assert [(one.last_name, one.birth_date, one.birth_year) for one in new] == [
        ("KEITABA", None, 1990),
        ("OULDSAR", None, 1985),
        ("ZERGANI", None, 1992),
    ]


def test_05_the_preview_says_so(house: Establishment) -> None:
    said = [line.reason for line in plan(house, "05_naissance_inconnue", complete=False).of(LineOutcome.NEW)]

    assert [year for year in ("1990", "1985", "1992") if any(year in one for one in said)] == ["1990", "1985", "1992"]


def test_07_the_code_page_of_old_software_is_recognised() -> None:
    found = read("07_dos_cp850")

    assert found.encoding == "DOS (850)"
    assert [(one.last_name, one.first_name) for one in found.rows] == [
        ("Lefèvre", "Benoît"),
        ("Muller", "Agnès"),
        ("Têtard", "Irène"),
    ]


def test_09_titles_of_groups_above_the_header_are_no_header(house: Establishment) -> None:
    planned = plan(house, "09_ligne_de_groupes_au_dessus", complete=False)

    assert [(line.line, line.register_number, line.change) for line in planned.lines] == [
        (3, "004101", LineOutcome.CORRECTED)  # the list knows when they came
    ]


def test_11_names_come_in_as_they_are_written() -> None:
    assert [one.last_name for one in read("11_noms_a_chercher").rows] == [
        "N'Gbandi",
        "LE BRIZEC",
        "D'ALMEYRAC",
        "Yıldırım",
        "Łukowicz",
        "Sørlund",
        "Đurđić",
        "LEVESQUEAU",
    ]


def test_13_the_same_person_under_a_new_number_is_asked_and_keeps_the_record(house: Establishment) -> None:
    bruno = Detainee.objects.get(establishment=house, register_number="004101")
    planned = plan(house, "13_numero_nouveau_meme_personne")
    question = planned.questions[0]

    assert (planned.counts["asked"], planned.counts["missing"], planned.counts["new"]) == (1, 0, 0)
    assert (question.register_number, question.default) == ("009901", str(bruno.pk))
    assert question.candidates[0].evidence == (Evidence.NAME, Evidence.BIRTH, Evidence.CELL)
    with pytest.raises(Unanswered):
        apply(house, "13_numero_nouveau_meme_personne")
    apply(house, "13_numero_nouveau_meme_personne", Answers({question.line: str(bruno.pk)}))

    bruno.refresh_from_db()
    assert (bruno.register_number, bruno.is_present) == ("009901", True)
    assert Detainee.objects.filter(establishment=house).count() == 25


def test_13_somebody_else_of_that_name_is_somebody_else(house: Establishment) -> None:
    line = plan(house, "13_numero_nouveau_meme_personne").questions[0].line

    apply(house, "13_numero_nouveau_meme_personne", Answers({line: "new"}))

    assert Detainee.objects.filter(establishment=house, last_name="ARVELAT").count() == 2
    assert Detainee.objects.get(establishment=house, register_number="004101").released_on == TODAY


def test_14_usual_headings_are_understood() -> None:
    [row] = read("14_entetes_usuels").rows

    assert (row.register_number, row.last_name, row.first_name) == ("004101", "ARVELAT", "Bruno")


def test_15_a_building_written_otherwise_is_asked_and_not_made_new(house: Establishment) -> None:
    planned = plan(house, "15_batiment_autrement_ecrit", complete=False)

    assert [(one.listed, one.known) for one in planned.buildings_asked] == [("Bâtiment A", "A")]
    assert (planned.new_buildings, planned.counts["unchanged"]) == ([], 3)
    new = planned.again(Answers(new_buildings=frozenset({"Bâtiment A"})))
    assert (new.new_buildings, new.counts["moved"]) == (["Bâtiment A"], 3)
    assert Building.objects.filter(establishment=house).count() == 1


# --- And what is of their kind -------------------------------------------------------------------------

HEAD = "N° écrou;Nom;Prénom;Date de naissance;Bâtiment;Cellule"


def rows(*lines: str, head: str = HEAD, encoding: str = "utf-8"):
    return read_nominal_list("\r\n".join([head, *lines]).encode(encoding), today=TODAY)


@pytest.mark.parametrize(
    "foot",
    [
        "Total;24;;;;",
        "TOTAL GENERAL : 24;;;;;",
        "Effectif au 28/11/2026 : 24 personnes;;;;;",
        "Nombre de lignes 24;;;;;",
        "24 personnes détenues;;;;;",
        "Imprimé le 28/11/2026;;;;;",
        "Page 3/3;;;;;",
        "1 / 3;;;;;",
        "*** Fin de liste ***;;;;;",
        "Bâtiment B;;;;;",
        "Quartier arrivants;;;;;",
        "2ème étage;;;;;",
    ],
)
def test_footers_totals_and_group_titles_are_left_aside(foot: str) -> None:
    found = rows("004101;ARVELAT;Bruno;12/03/1981;A;A-1", foot, "004102;BESSIRON;Colin;05/07/1979;A;A-2")

    assert ([one.line for one in found.left_aside], len(found.rows), found.refusals) == ([3], 2, [])


@pytest.mark.parametrize(
    "line", [";TOTAL;Luc;;A;A-1", ";PAGE;;;;A-2", "004103;TOTAL;;;;", ";Batiment;;;;", "24;;;;;", "004103;;;;;"]
)
def test_a_line_that_may_be_somebodys_is_never_left_aside(line: str) -> None:
    found = rows("004101;ARVELAT;Bruno;12/03/1981;A;A-1", line)

    assert (found.left_aside, [one.line for one in found.refusals]) == ([], [3])


def test_a_list_shorter_than_its_own_total_marks_nobody_as_gone(house: Establishment) -> None:
    found = rows("004101;ARVELAT;Bruno;12/03/1981;A;A-1-001", "Total : 25;;;;;")

    planned = plan_import(house, found, today=TODAY, complete=True)

    assert (planned.is_cut_short, planned.counts["missing"]) == (True, 0)


def test_one_day_with_the_month_first_makes_the_column_doubtful() -> None:
    found = rows(
        "1;ARVELAT;Bruno;12/31/1981;A;A-1", "2;BESSIRON;Colin;05/07/1979;A;A-2", "3;CHAMP;Denis;21/11/1990;A;A-3"
    )

    assert [one.line for one in found.refusals] == [2]
    assert [(one.birth_date, bool(one.doubts)) for one in found.rows] == [(None, True), (date(1990, 11, 21), False)]


@pytest.mark.parametrize(
    ("encoding", "name"),
    [("cp1252", "Windows-1252"), ("cp850", "DOS (850)"), ("mac_roman", "Mac Roman"), ("utf-8", "UTF-8")],
)
def test_code_pages_are_told_apart(encoding: str, name: str) -> None:
    found = rows("1;DÉSIRÉ;Hélène;12/03/1981;A;A-1", "2;Lefèvre;François;12/03/1982;A;A-2", encoding=encoding)

    assert (found.encoding, [one.last_name for one in found.rows]) == (name, ["DÉSIRÉ", "Lefèvre"])


def test_a_code_page_that_nobody_can_tell_is_refused() -> None:
    with pytest.raises(UnreadableList):
        read_nominal_list(b"Ecrou;Nom;Prenom;Batiment;Cellule\n1;LEF\xd4VRE;Luc;A;A-1\n", today=TODAY)


@pytest.mark.parametrize(
    ("known", "listed"),
    [
        ("D’Almeyrac", "D'ALMEYRAC"),
        ("D’Almeyrac", "D`ALMEYRAC"),
        ("D’Almeyrac", "DʼALMEYRAC"),
        ("Lévêque-Roy", "LEVEQUE–ROY"),
        ("Lévêque-Roy", "LEVEQUE‒ROY"),
        ("Yıldırım", "YILDIRIM"),
        ("Łukowicz", "LUKOWICZ"),
        ("Sørlund", "SORLUND"),
        ("Lévêque", "LEVE\u200bQUE"),
        ("Lévêque", "LE\u00adVEQUE"),
    ],
)
def test_other_marks_and_invisible_characters_correct_nothing(house: Establishment, known: str, listed: str) -> None:
    Detainee.objects.filter(establishment=house, register_number="004101").update(last_name=known)
    found = rows(f"004101;{listed};BRUNO;12/03/1981;A;A-1-001")

    assert plan_import(house, found, today=TODAY).lines[0].change == LineOutcome.UNCHANGED


def test_invisible_characters_make_no_other_number(house: Establishment) -> None:
    found = rows("\ufeff004101\u200b;ARVELAT;Bruno;12/03/1981;A;A-1-001")

    assert plan_import(house, found, today=TODAY).lines[0].change == LineOutcome.UNCHANGED


@pytest.mark.parametrize(
    ("head", "line"),
    [
        ("Écrou n°;NOM ET PRÉNOM;Bât;Cell", "004101;LE BRIZEC Yann;A;A-1"),
        ("N° d'écrou;Nom Prénom;Bâtiment;Cellule", '004101;"LE BRIZEC, YANN";A;A-1'),
        ("Matricule;Nom usuel;Prénom usuel;Localisation", "004101;LE BRIZEC;Yann;A-1-001"),
        ("N° écrou;Nom de naissance;Nom usuel;Prénom;Bât.;Cell.", "004101;LE BRIZEC;MARTIN;Yann;A;A-1"),
        ("N° écrou;Nom;Nom de naissance;Prénoms;Bât.;Cellule actuelle", "004101;LE BRIZEC;X;Yann;A;A-1"),
    ],
)
def test_headings_of_names_in_use_are_understood(head: str, line: str) -> None:
    [row] = rows(line, head=head).rows

    assert (row.last_name, row.first_name.capitalize()) == ("LE BRIZEC", "Yann")


def test_three_words_in_capitals_do_not_say_where_the_name_ends() -> None:
    found = rows("004101;LE BRIZEC YANN;A;A-1", head="Écrou;Nom Prénom;Bâtiment;Cellule")

    assert (found.rows, len(found.refusals), found.refusals[0].register_number) == ([], 1, "004101")


def test_the_number_that_a_person_had_before_speaks_for_them(house: Establishment) -> None:
    found = rows(
        "009901;004101;ARVELAT;Bruno;;A;A-1-001", head=HEAD.replace("N° écrou;", "N° écrou;Ancien n° d'écrou;")
    )

    [question] = plan_import(house, found, today=TODAY).questions

    assert Evidence.FORMER_NUMBER in question.candidates[0].evidence
    assert question.default == question.candidates[0].key
