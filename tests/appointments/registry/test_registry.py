"""The nominal list: what an import changes, and that it changes all of it or nothing."""

from __future__ import annotations

from datetime import date, timedelta
from io import BytesIO, StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext

from access.models import Building, User
from appointments.models import Detainee, Movement, RegistryImport, RegistryUpload
from appointments.registry import LineOutcome, StalePlan, TooManyMissing, apply_import, plan_import
from appointments.registry.nominal_list import read_nominal_list
from tests.conftest import Unit
from tests.factories import DetaineeFactory, appointment, local, open_session, paris_day, workday

HEAD = "N° d'écrou;Nom;Prénom;Date de naissance;Bâtiment;Cellule;Date d'arrivée;Date de sortie"


def listing(*lines: str) -> bytes:
    return ("\r\n".join([HEAD, *lines]) + "\r\n").encode("cp1252")


def plan(unit: Unit, *lines: str, complete: bool = False):
    today = paris_day()
    return plan_import(
        unit.establishment, read_nominal_list(listing(*lines), today=today), today=today, complete=complete
    )


def run(unit: Unit, *lines: str, complete: bool = False, **kwargs: object) -> RegistryImport:
    return apply_import(
        lambda: plan(unit, *lines, complete=complete),
        establishment=unit.establishment,
        by=None,
        file_digest="0" * 64,
        **kwargs,
    )


PAUL = "004217;Durand;Paul;17/05/1990;A;A-2-214;05/01/2026;"
KARIM = "012345;Benali;Karim;03/02/1985;B;B-1-101;05/01/2026;"


def test_preview_says_what_becomes_of_each_line(unit_a: Unit) -> None:
    planned = plan(
        unit_a,
        PAUL,
        "012345;Benali;Karim;03/02/1985;A;A-1-007;05/01/2026;",
        "000009;Nouveau;Jean;01/02/2000;C;C-1-1;23/11/2026;",
        "000010;Faux;Jean;32/13/2000;A;A-1-1;;",
    )

    assert [(line.line, line.change) for line in planned.lines] == [
        (2, LineOutcome.UNCHANGED),
        (3, LineOutcome.MOVED),
        (4, LineOutcome.NEW),
        (5, LineOutcome.REFUSED),
    ]
    assert planned.new_buildings == ["C"]
    assert planned.lines[1].before == "B · B-1-101"


def test_new_cell_reaches_the_movements_already_planned(unit_a: Unit) -> None:
    day = workday(1)
    session = open_session(unit_a.doctor, day)
    appointment(unit_a.paul, session, unit_a.consultation, local(unit_a.establishment, day, 9))
    appointment(unit_a.karim, session, unit_a.consultation, local(unit_a.establishment, day, 10))

    done = run(unit_a, "004217;Durand;Paul;17/05/1990;B;B-3-330;05/01/2026;", KARIM)

    assert (done.moved, done.unchanged) == (1, 1)
    moved = Movement.objects.get(register_number="004217")
    assert (moved.building, moved.cell) == (unit_a.other_building, "B-3-330")
    assert Movement.objects.get(register_number="012345").cell == "B-1-101"


def test_register_numbers_keep_their_zeros_and_homonyms_stay_apart(unit_a: Unit) -> None:
    run(unit_a, PAUL, "4217;Durand;Paul;18/05/1990;A;A-2-215;;")

    numbers = (
        Detainee.objects.filter(last_name="Durand")
        .order_by("register_number")
        .values_list("register_number", flat=True)
    )
    assert list(numbers) == ["004217", "4217"]


def test_number_of_somebody_else_is_refused(unit_a: Unit) -> None:
    planned = plan(unit_a, "004217;Lefort;Jean;01/01/1970;A;A-1-1;;")

    assert [line.change for line in planned.lines] == [LineOutcome.REFUSED]
    assert "DURAND Paul" in planned.lines[0].reason


def test_release_is_recorded_but_a_date_to_come_is_not_kept(unit_a: Unit) -> None:
    yesterday, soon = paris_day() - timedelta(days=1), paris_day() + timedelta(days=9)

    run(unit_a, f"{PAUL}{yesterday:%d/%m/%Y}", f"{KARIM}{soon:%d/%m/%Y}")

    assert Detainee.objects.get(pk=unit_a.paul.pk).released_on == yesterday
    assert Detainee.objects.get(pk=unit_a.karim.pk).released_on is None


def test_somebody_who_comes_back_keeps_his_history(unit_a: Unit) -> None:
    Detainee.objects.filter(pk=unit_a.paul.pk).update(released_on=date(2026, 6, 1))

    planned = plan(unit_a, "004217;DURAND;Paul;17/05/1990;B;B-1-2;20/11/2026;")
    run(unit_a, "004217;DURAND;Paul;17/05/1990;B;B-1-2;20/11/2026;")

    assert planned.lines[0].change == LineOutcome.RETURNED
    paul = Detainee.objects.get(register_number="004217")
    assert (paul.pk, paul.released_on, paul.cell) == (unit_a.paul.pk, None, "B-1-2")


def test_only_a_complete_list_marks_missing_people_as_gone(unit_a: Unit) -> None:
    for _ in range(8):
        DetaineeFactory(establishment=unit_a.establishment, building=unit_a.building)
    everybody = [
        f"{p.register_number};{p.last_name};{p.first_name};{p.birth_date:%d/%m/%Y};{p.building.name};{p.cell};05/01/2026;"
        for p in Detainee.objects.filter(establishment=unit_a.establishment).exclude(pk=unit_a.paul.pk)
    ]

    assert plan(unit_a, *everybody).counts["missing"] == 0
    run(unit_a, *everybody, complete=True)

    assert Detainee.objects.get(pk=unit_a.paul.pk).released_on == paris_day()


def test_complete_list_that_misses_many_people_needs_a_second_word(unit_a: Unit) -> None:
    with pytest.raises(TooManyMissing):
        run(unit_a, PAUL, complete=True)
    assert Detainee.objects.present().count() == 2

    run(unit_a, PAUL, complete=True, confirm_missing=True)
    assert Detainee.objects.present().count() == 1


def test_import_after_the_registry_changed_is_refused_and_writes_nothing(unit_a: Unit) -> None:
    moved = "004217;Durand;Paul;17/05/1990;B;B-3-330;05/01/2026;"
    previewed = plan(unit_a, moved).digest
    Detainee.objects.filter(pk=unit_a.paul.pk).update(cell="A-9-999")

    with pytest.raises(StalePlan):
        run(unit_a, moved, expected_digest=previewed)

    assert Detainee.objects.get(pk=unit_a.paul.pk).cell == "A-9-999"
    assert RegistryImport.objects.count() == 0


@pytest.mark.parametrize("lines", [50, 1_000])
def test_planning_and_applying_take_the_same_queries_for_any_number_of_lines(unit_a: Unit, lines: int) -> None:
    rows = [f"{n:06d};Nom{n};Jean;01/02/1990;A;A-{n};;" for n in range(100_000, 100_000 + lines)]

    with CaptureQueriesContext(
        connection,
    ) as queries:
        plan(unit_a, *rows)
    assert len(queries) == 3  # who is here, the buildings, and whom the others might be
    with CaptureQueriesContext(connection) as queries:
        run(unit_a, *rows)
    assert len(queries) <= 24


# --- In the browser ---------------------------------------------------------------------------------


def upload(browser, content: bytes, name: str = "liste.csv", **fields: str):
    file = BytesIO(content)
    file.name = name
    return browser.post(browser.url("registry"), {"file": file, **fields})


def test_nurse_imports_a_list_with_a_preview(unit_a: Unit, alice: User, at_door) -> None:
    browser = at_door(alice)

    preview = upload(browser, listing(PAUL, "000009;Nouveau;Jean;01/02/2000;C;C-1-1;23/11/2026;"))
    assert preview.status_code == 302
    page = browser.get(preview.url)
    assert "NOUVEAU Jean" in page.content.decode()
    assert not Detainee.objects.filter(register_number="000009").exists()

    digest = page.context["plan"].digest
    applied = browser.post(f"{preview.url}/apply", {"digest": digest}, follow=True)

    assert applied.status_code == 200
    assert Detainee.objects.get(register_number="000009").building == Building.objects.get(name="C")
    assert RegistryUpload.objects.count() == 0
    assert RegistryImport.objects.get().applied_by == alice


@pytest.mark.parametrize(
    "content",
    [b"", b"\x00\x01\x02" * 50, b"PK\x03\x04rest of a workbook", b"a;b;c\r\n1;2;3\r\n", b"x" * (5 * 1024 * 1024 + 1)],
    ids=["empty", "binary", "workbook", "columns", "large"],
)
def test_unusable_file_is_refused_with_a_sentence(unit_a: Unit, alice: User, at_door, content: bytes) -> None:
    answer = upload(at_door(alice), content)

    assert answer.status_code == 422
    assert answer.context["form"].errors["file"]
    assert RegistryUpload.objects.count() == 0


def test_preview_of_a_colleague_and_of_another_unit_does_not_exist(
    unit_a: Unit, alice: User, helene: User, chloe: User, at_door
) -> None:
    address = upload(at_door(alice), listing(PAUL)).url

    assert at_door(helene).get(address).status_code == 404
    assert at_door(chloe).get(address).status_code == 404
    assert at_door(chloe).post(f"{address}/apply").status_code == 404


def test_clinician_does_not_import(unit_a: Unit, bob: User, at_door) -> None:
    browser = at_door(bob)

    assert browser.get(browser.url("registry")).status_code == 403


# --- On the command line ----------------------------------------------------------------------------


def test_command_imports_and_reports(unit_a: Unit, tmp_path: Path) -> None:
    file = tmp_path / "liste.csv"
    file.write_bytes(listing(PAUL, "000009;Nouveau;Jean;01/02/2000;A;A-1-1;23/11/2026;", "x"))
    out = StringIO()

    call_command("import_registry", str(file), establishment="MAA", dry_run=True, stdout=out)
    assert not Detainee.objects.filter(register_number="000009").exists()
    call_command("import_registry", str(file), establishment="MAA", stdout=out)

    assert Detainee.objects.filter(register_number="000009").exists()
    assert "4" in out.getvalue()


@pytest.mark.parametrize(("file", "code"), [("missing.csv", "MAA"), ("empty.csv", "MAA"), ("good.csv", "NOWHERE")])
def test_command_refuses_with_a_sentence(unit_a: Unit, tmp_path: Path, file: str, code: str) -> None:
    (tmp_path / "empty.csv").write_bytes(b"")
    (tmp_path / "good.csv").write_bytes(listing(PAUL))

    with pytest.raises(CommandError):
        call_command("import_registry", str(tmp_path / file), establishment=code)
