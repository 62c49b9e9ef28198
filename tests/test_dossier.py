"""What the data-protection dossier and the files beside it promise is what the product does."""

from __future__ import annotations

import re
import tomllib
from datetime import timedelta
from pathlib import Path

import pytest
import yaml
from django.utils import translation

from access import calendar_addresses, events, interface_tokens
from access.models.attempt import FORGOTTEN_AFTER
from appointments.courier import editions, reports
from appointments.exports import reading
from appointments.models import ReportSettings
from appointments.models.enums.retention import PERIODS, RetentionKind
from appointments.registry import apply, uploads
from appointments.team.drafts import DRAFT_KEPT
from appointments.team.notes import TEAM_KEPT
from carehub.nightly import KEPT_HOURS

ROOT = Path(__file__).resolve().parent.parent
FRENCH = sorted([*(ROOT / "docs" / "fr").glob("*.md"), ROOT / "docs" / "protocol-clause.md"])
NO_BREAK, NARROW = "\u00a0", "\u202f"


def text_of(name: str) -> str:
    return (ROOT / name).read_text(encoding="utf-8")


def rows_of(name: str, heading: str) -> list[list[str]]:
    """Return the cells of the tables under a heading of a document, the heads and rules of the tables left out."""
    _before, section = text_of(name).split(f"\n## {heading}\n")
    lines = [line for line in section.split("\n## ")[0].splitlines() if line.startswith("|")]
    rows = [[cell.strip() for cell in line.strip("|").split("|")] for line in lines]
    heads = {number - 1 for number, row in enumerate(rows) if set(row[0]) == {"-"}}
    return [row for number, row in enumerate(rows) if number not in heads and set(row[0]) != {"-"}]


def test_retention_table_says_what_the_product_does_without_a_choice_and_what_may_be_chosen() -> None:
    with translation.override("fr"):
        kinds = [
            [str(kind.label), f"{PERIODS[kind].usual} mois", f"{PERIODS[kind].least} à {PERIODS[kind].most} mois"]
            for kind in RetentionKind
        ]
    bounds = {tuple(limits) for limits in dict(ReportSettings._meta.constraints[0].condition.children).values()}
    ((least, most),) = bounds
    reports_kept = [
        [title, f"{ReportSettings._meta.get_field(column).default} ans", f"{least} à {most} ans"]
        for title, column in (
            ("Signalements, avec leurs lettres et leurs suites", "reports_years"),
            ("Réclamations individuelles", "complaints_years"),
            ("Faits du journal des entraves", "facts_years"),
        )
    ]

    said = [row[:3] for row in rows_of("docs/fr/durees.md", "Durées que l’unité choisit")]
    assert said == kinds + reports_kept


def test_fixed_durations_are_those_of_the_code() -> None:
    said = {title: kept for title, kept, _where in rows_of("docs/fr/durees.md", "Durées fixes")}

    days = {
        "Blocages levés et alertes reçues, dans la base de la détention": reports.KEPT,
        "Ce qu’une liste a changé de chaque personne, pour pouvoir l’annuler": timedelta(days=apply.UNDO_DAYS),
        "Notes pour la relève, tâches faites": TEAM_KEPT,
        "Fichiers et calendriers que des surveillants ont pris": reading.KEPT,
        "Connexions et événements du compte, montrés à son titulaire": events.KEPT,
        "Essais de connexion manqués": FORGOTTEN_AFTER,
        "Adresses de calendrier terminées": calendar_addresses.KEPT,
        "Jetons d’interface terminés": interface_tokens.KEPT,
        "Envois d’un logiciel déjà traités, pour ne pas les faire deux fois": interface_tokens.SENDINGS_KEPT,
        "File des travaux de nuit, qui ne nomme personne": timedelta(hours=KEPT_HOURS),
    }
    expected = {title: f"{kept.days} jour{'s' * (kept.days > 1)}" for title, kept in days.items()}
    expected["Brouillons"] = f"{DRAFT_KEPT // timedelta(hours=1)} heures"
    expected["Liste nominative téléversée, avant d’être appliquée"] = f"{uploads.KEPT // timedelta(hours=1)} heure"
    lists = "Listes publiées et états des convocations, dans la base de la détention"
    assert (editions.DAYS.start, editions.DAYS.stop) == (-1, 3)
    expected[lists] = f"{len(editions.DAYS)} jours{NO_BREAK}: hier à après-demain"
    # What is forgotten at the end of yesterday is proved in tests/carehub/test_purges.py.
    expected["Lignes de la liste des mouvements, feuilles imprimées gardées"] = "jusqu’au surlendemain"
    assert said == expected


def test_notice_tells_detained_persons_how_long_their_appointments_are_kept() -> None:
    years, rest = divmod(PERIODS[RetentionKind.APPOINTMENTS].usual, 12)

    assert rest == 0
    assert f"Vos rendez-vous{NO_BREAK}: {years} ans." in text_of("docs/fr/information.md")


def test_figures_of_the_impact_assessment_are_the_measured_ones() -> None:
    section = text_of("docs/fr/aipd.md").split("### Ce que la liste apprend\n")[1].split("\n## ")[0]
    measured = re.findall(r"\d+(?:\.\d+)?", text_of("docs/neutrality.md"))

    figures = re.findall(r"\d+(?:,\d+)?", section)
    assert len(figures) >= 10
    assert [figure for figure in figures if figure.replace(",", ".") not in measured] == []


@pytest.mark.parametrize("document", FRENCH, ids=lambda path: path.name)
def test_french_document_keeps_its_punctuation_with_its_word(document: Path) -> None:
    words = re.sub(r"`[^`]*`|\]\([^)]*\)", "", document.read_text(encoding="utf-8"))

    assert re.findall(rf".{{0,20}}(?:[ {NO_BREAK}][;!?]|[ {NARROW}]:(?=\s)|« | »)", words) == []


def test_publiccode_has_the_keys_of_its_standard_and_the_version_of_the_product() -> None:
    told = yaml.safe_load(text_of("publiccode.yml"))
    project = tomllib.loads(text_of("pyproject.toml"))["project"]

    required = {
        "publiccodeYmlVersion", "name", "url", "platforms", "developmentStatus", "softwareType", "description", "legal",
        "maintenance", "localisation",
    }  # fmt: skip
    assert required <= set(told)
    assert (told["softwareVersion"], told["legal"]["license"]) == (project["version"], project["license"])
    assert set(told["description"]) == set(told["localisation"]["availableLanguages"]) == {"en", "fr"}
    for words in told["description"].values():
        assert len(words["shortDescription"]) <= 150
        assert 150 <= len(words["longDescription"]) <= 10_000
        assert words["features"]
    # Persons are named where somebody maintains it, and where nobody does the file says so.
    assert (told["maintenance"]["type"] == "none") != ("contacts" in told["maintenance"])
