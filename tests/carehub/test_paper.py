"""The day on paper: sealed, whole, one unit's own; written in one piece and forgotten after its time."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone, translation

from appointments.models import CareUnit, Movement
from appointments.papers import Heading, Table
from carehub.keeping import paper, paper_folder, sealing
from tests.conftest import Unit
from tests.doors import set_to
from tests.factories import appointment, open_session
from tests.published import early_there, let_time_pass, publish_at


@pytest.fixture
def expected(unit_a: Unit) -> Movement:
    """Paul is expected by the general practitioner today, and on the officers' list."""
    early_there(unit_a.establishment)
    publish_at(unit_a.establishment)
    session = open_session(unit_a.doctor, unit_a.establishment.today())
    appointment(unit_a.paul, session, unit_a.consultation, session.starts_at)
    let_time_pass(48)
    return Movement.objects.get()


def written(unit: Unit, *numbers: str) -> list[Any]:
    with translation.override("fr"):
        own = CareUnit.objects.get(establishment=unit.establishment)
        return list(paper.paper_of(own, now=timezone.now(), numbers=numbers).blocks)


def test_paper_holds_day_sheets_lists_and_numbers_in_french(unit_a: Unit, unit_b: Unit, expected: Movement) -> None:
    blocks = written(unit_a, "Samu: 15", "Standard de l’hôpital : 04 00 00 00 00")

    headings = [block.text for block in blocks if isinstance(block, Heading)]
    assert headings[0].startswith("Dr Leroy – ")
    assert headings[1].startswith("Liste des surveillants, A, ")
    assert headings[2] == "Numéros de téléphone"
    sheet, listed, numbers = [block.rows for block in blocks if isinstance(block, Table)]
    zone = unit_a.establishment.zone
    called = f"{expected.expected_at.astimezone(zone):%H:%M}"
    assert sheet == [["08:30", called, "DURAND Paul", "004217", "A A-2-214", "Consultation", "Prévu"]]
    assert listed[0][:4] == [called, "DURAND Paul", "004217", "A-2-214"]
    assert numbers == [["Samu", "15"], ["Standard de l’hôpital", "04 00 00 00 00"]]
    assert [block for block in written(unit_b) if isinstance(block, Table)] == []


def test_each_unit_has_its_file_that_its_key_opens_and_old_ones_go(
    unit_a: Unit, expected: Movement, tmp_path: Path, capsys: Any
) -> None:
    smpr = CareUnit.objects.create(establishment=unit_a.establishment, name="SMPR")
    keys = [tmp_path / "first", tmp_path / "second"]
    first, second = map(sealing.new_identity, keys)
    into = tmp_path / "share"
    into.mkdir()
    old = into / paper_folder.name_of("MAA", timezone.now() - timedelta(hours=13))
    half = into / (paper_folder.name_of("MAA", timezone.now()) + paper_folder.UNFINISHED)
    other = into / "minutes.pdf"
    for path in (old, half, other):
        path.touch()

    recipients = [f"MAA:{first}", f"MAA-{smpr.pk}:{second}"]
    with set_to({"CAREHUB_PAPER": str(into), "CAREHUB_PAPER_RECIPIENTS": recipients}):
        call_command("paper")

    assert not old.exists()
    assert other.exists()
    assert list(into.glob("*.unfinished")) == []
    found = sorted((each.path for each in paper_folder.kept(into)), key=lambda path: len(path.name))
    of_first, of_second = found
    for path in (of_first, of_second):
        assert path.read_bytes().startswith(b"age-encryption.org/v1\n")
        assert path.stat().st_mode & 0o077 == 0
    with pytest.raises(CommandError, match="sealed to another key"):
        call_command("paper", open=of_first, key=keys[1])
    call_command("paper", open=of_first, key=keys[0])
    opened = of_first.with_suffix("")
    assert opened.read_bytes().startswith(b"%PDF")
    assert opened.stat().st_mode & 0o077 == 0
    of_first.write_bytes(of_first.read_bytes()[:-10])
    with pytest.raises(CommandError, match="damaged or cut off"):
        call_command("paper", open=of_first, key=keys[0])


def test_paper_is_refused_with_a_sentence(unit_a: Unit, tmp_path: Path) -> None:
    public = sealing.new_identity(tmp_path / "key")
    for recipients, numbers, sentence in (
        ([], "", "names no public key"),
        ([f"MAB:{public}"], "", "names no public key"),
        (["age1nonsense"], "", "no public key of age"),
        ([public], str(tmp_path / "none"), "cannot be read"),
    ):
        found = {"CAREHUB_PAPER_RECIPIENTS": recipients, "CAREHUB_PAPER_NUMBERS": numbers}
        with set_to(found), pytest.raises(CommandError, match=sentence):
            call_command("paper", to=tmp_path / "into")
    (tmp_path / "file").touch()
    with set_to({"CAREHUB_PAPER_RECIPIENTS": [public]}), pytest.raises(CommandError, match="cannot be written"):
        call_command("paper", to=tmp_path / "file")
    with pytest.raises(CommandError, match="Set CAREHUB_PAPER"):
        call_command("paper")
    with pytest.raises(CommandError, match="--key"):
        call_command("paper", open=tmp_path / "file")
    for door in ("care", "prison", "accounts", "courier"):
        with set_to({"CAREHUB_DOOR": door}), pytest.raises(CommandError, match="schema's owner"):
            call_command("paper", to=tmp_path)


def test_newest_paper_is_known_by_its_name_at_the_change_of_the_clocks(tmp_path: Path) -> None:
    night = datetime.fromisoformat("2026-10-25T02:30:00+02:00"), datetime.fromisoformat("2026-10-25T02:30:00+01:00")
    for at in reversed(night):
        (tmp_path / paper_folder.name_of("MA-LYON-2", at)).touch()
    assert [each.at for each in paper_folder.kept(tmp_path)] == list(night)
