"""The self-test for the data-protection officer: two pages that name nobody, true of the database in use."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.db import connections

from access.models import User
from appointments.models import Agenda, Detainee, Kind
from appointments.prison.models import Edition, PrisonAlert
from carehub.self_test.holdings import declared_columns
from carehub.self_test.tables import COLUMN_WORDS, GROUPS, LINE_WORDS
from tests import emptying
from tests.appointments.neutrality.weeks import MONDAY, TUESDAY, called, past_day, people
from tests.appointments.papers.text import text_of_pdf
from tests.conftest import Unit
from tests.doors import carry
from tests.factories import appointment, may_export, open_session

pytestmark = pytest.mark.skipif(shutil.which("pdftotext") is None, reason="needs poppler to read the PDF")
SOUND = "La base de la prison ne contient que ce qui est déclaré."


@pytest.fixture(autouse=True)
def sound(db: None) -> None:
    """Test databases whose log cannot be emptied, as everywhere else."""
    for alias in connections:
        with connections[alias].cursor() as cursor:
            for statement in emptying.statements("ENABLE", alias=alias):
                cursor.execute(statement)


@pytest.fixture
def unit(unit_a: Unit, oscar: User) -> Unit:
    """Four people were called for mental health, one is called today, and files are open to an officer."""
    place = unit_a.establishment
    for index, person in enumerate(people(place, 4)):
        called(person, unit_a.psychiatry, unit_a.psychiatrist, past_day(place, TUESDAY), f"14:{10 + index}")
        called(person, unit_a.consultation, unit_a.doctor, past_day(place, MONDAY), f"09:{10 + index}")
    session = open_session(unit_a.psychiatrist, place.today())
    appointment(unit_a.paul, session, unit_a.psychiatry, session.starts_at)
    may_export(place, "oscar")
    carry()
    return unit_a


def self_test(path: Path) -> str:
    """Write the paper and read it in one line."""
    call_command("neutrality", establishment="MAA", self_test=True, output=path)
    return read(path)


def read(path: Path) -> str:
    return " ".join(text_of_pdf(path.read_bytes()).split()).replace("- ", "-")


def in_prison(statement: str) -> None:
    with connections["prison"].cursor() as cursor:
        cursor.execute(statement)


def test_two_pages_say_what_is_held_and_told_and_name_nobody(unit: Unit, tmp_path: Path) -> None:
    path = tmp_path / "paper.pdf"
    # Somebody's name must stand in the database for its absence to mean something.
    assert "Paul" in str(list(Edition.objects.using("prison").values_list("lines", flat=True)))

    said = self_test(path)

    for words in (SOUND, "ROUGE. Appelés presque seuls : 4 personnes", "Ouverts par l’unité à 1 compte", "manage.py"):
        assert words in said
    assert "1 autorisation(s) en vigueur" in said
    assert "Objectifs manqués" in said
    pages = subprocess.run(["pdfinfo", path], capture_output=True, text=True, check=True).stdout
    assert "Pages:           2" in pages
    named = set(Detainee.objects.values_list("last_name", "first_name", "register_number", "cell"))
    hidden = {word for row in named for word in row if word}
    hidden |= {*Agenda.objects.values_list("name", flat=True)}
    # A word of the paper's own, besides.
    hidden |= {*Kind.objects.exclude(name="Consultation").values_list("name", flat=True)}
    hidden |= {word for row in User.objects.values_list("username", "full_name") for word in row if word}
    assert [word for word in sorted(hidden) if word.lower() in said.lower()] == []


def test_what_nobody_declared_is_named(unit: Unit, tmp_path: Path) -> None:
    path = tmp_path / "paper.pdf"
    in_prison("CREATE TABLE notes (said text)")
    in_prison("SET CONSTRAINTS ALL IMMEDIATE")
    in_prison("ALTER TABLE prison_edition ADD COLUMN written_by text")
    in_prison("GRANT SELECT ON notes TO carehub_prison")

    with pytest.raises(CommandError, match="not as declared"):
        self_test(path)

    said = read(path)
    assert "ÉCART : la base de la prison n’est pas comme déclaré." in said
    assert "inattendues : notes, prison_edition.written_by." in said
    assert "Opened too far" in said


def test_word_of_care_in_a_row_is_a_difference(unit: Unit, oscar: User, tmp_path: Path) -> None:
    path = tmp_path / "paper.pdf"
    building = unit.paul.building
    PrisonAlert.objects.using("prison").create(
        establishment_id=unit.establishment.pk,
        building_id=building.pk,
        register_number="1",
        last_name="Psychiatrie",
        urgency="today",
        raised_by_id=User.objects.using("prison").get(username="oscar").pk,
    )

    with pytest.raises(CommandError, match="not as declared"):
        self_test(path)

    assert "se lit dans des lignes de prison_prisonalert (1)." in read(path)


@contextmanager
def silent_prison() -> Iterator[None]:
    """Let nobody answer at the prison's address."""
    answering = connections["prison"]
    silent = {**answering.settings_dict, "HOST": "127.0.0.1", "PORT": "1"}
    connections["prison"] = type(answering)(silent, "prison")
    try:
        yield
    finally:
        connections["prison"] = answering


def test_prison_that_does_not_answer_is_told_on_the_paper(unit: Unit, tmp_path: Path) -> None:
    path = tmp_path / "paper.pdf"

    with silent_prison(), pytest.raises(CommandError, match="was not read, and the paper says so"):
        self_test(path)

    said = read(path)
    assert "NON CONTRÔLÉ." in said
    assert SOUND not in said
    assert "ROUGE. Appelés presque seuls" in said


@pytest.mark.slow
def test_hospital_that_does_not_answer_is_a_sentence(tmp_path: Path) -> None:
    away = {**os.environ, "DATABASE_URL_OWNER": "postgresql://carehub_owner:x@127.0.0.1:1/carehub"}
    path = tmp_path / "paper.pdf"

    tried = subprocess.run(
        [sys.executable, "manage.py", "neutrality", "--self-test", "--establishment", "MAA", "--output", path],
        capture_output=True,
        text=True,
        env=away,
    )

    assert tried.returncode == 1
    assert "The hospital's database does not answer" in tried.stderr
    assert "Traceback" not in tried.stderr
    assert not path.exists()


def test_paper_that_cannot_be_written_is_a_sentence(unit: Unit, tmp_path: Path) -> None:
    with pytest.raises(CommandError, match="cannot be written"):
        self_test(tmp_path / "nowhere" / "paper.pdf")
    with pytest.raises(CommandError, match="for --self-test"):
        call_command("neutrality", establishment="MAA", output=tmp_path / "paper.pdf")


def test_nobody_called_leaves_the_first_page(unit_a: Unit, tmp_path: Path) -> None:
    carry()

    said = self_test(tmp_path / "paper.pdf")

    assert SOUND in said
    assert "Personne n’a été appelé" in said


def test_each_table_and_column_has_its_words() -> None:
    declared = declared_columns("prison")
    own = {(table, column) for table, column in declared if table.startswith("prison_")}

    assert own == {(table, column) for table, columns in COLUMN_WORDS.items() for column in columns}
    assert {table for table, _column in declared} == {table for group in GROUPS for table in group.tables}
    assert LINE_WORDS.keys() == {table for table, columns in COLUMN_WORDS.items() if "lines" in columns}
