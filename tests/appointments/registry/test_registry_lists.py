"""The nominal list against real prisons' habits: capitals, spellings of buildings, bad lines, people who still come."""

from __future__ import annotations

from datetime import timedelta
from io import StringIO
from threading import Barrier, Thread

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from access.models import Building, User
from appointments.models import Appointment, Detainee, Movement, RegistryImport, RegistryUpload
from appointments.registry import LineOutcome, StalePlan, apply_import, plan_import
from appointments.registry.nominal_list import read_nominal_list
from tests.appointments.registry.test_registry import HEAD, KARIM, PAUL, listing, plan, run, upload
from tests.conftest import Unit
from tests.doors import through
from tests.factories import DetaineeFactory, appointment, local, open_session, paris_day, workday


def only_change(unit: Unit, line: str) -> LineOutcome:
    return plan(unit, line).lines[0].change


def test_list_in_capitals_without_accents_corrects_nothing(unit_a: Unit) -> None:
    Detainee.objects.filter(pk=unit_a.paul.pk).update(last_name="Lévêque-Roy", first_name="Jean-François")

    assert (
        only_change(unit_a, "004217;LEVEQUE ROY;JEAN FRANCOIS;17/05/1990;A;A-2-214;05/01/2026;")
        == LineOutcome.UNCHANGED
    )


def test_accents_that_the_list_knows_are_taken(unit_a: Unit) -> None:
    Detainee.objects.filter(pk=unit_a.paul.pk).update(last_name="Leveque")

    run(unit_a, "004217;Lévêque;Paul;17/05/1990;A;A-2-214;05/01/2026;")

    assert Detainee.objects.get(pk=unit_a.paul.pk).last_name == "Lévêque"
    assert Detainee.objects.matching("leveque").count() == 1


@pytest.mark.parametrize(
    ("line", "change"),
    [
        ("004217;Durand;Paul;18/05/1990;A;A-2-214;05/01/2026;", LineOutcome.CORRECTED),
        ("004217;Durant;Paul;17/05/1990;A;A-2-214;05/01/2026;", LineOutcome.CORRECTED),
        ("004217;Durant;Paul;;A;A-2-214;05/01/2026;", LineOutcome.CORRECTED),
        ("004217;Durant;Pierre;;A;A-2-214;05/01/2026;", LineOutcome.REFUSED),
        ("004217;Durant;Paul;18/05/1990;A;A-2-214;05/01/2026;", LineOutcome.REFUSED),
        ("004217;Durand;Paul;;A;A-2-214;;", LineOutcome.UNCHANGED),
        ("004217;Durand;Paul;17/05/1990;;;05/01/2026;01/02/2026", LineOutcome.RELEASED),
        ("004217;Durand;Paul;17/05/1990;;;;01/02/2025", LineOutcome.REFUSED),
        ("999999;Durand;Paul;17/05/1990;;;05/01/2026;01/02/2026", LineOutcome.UNCHANGED),
    ],
)
def test_line_about_somebody_present(unit_a: Unit, line: str, change: LineOutcome) -> None:
    assert only_change(unit_a, line) == change


def test_corrected_name_reaches_the_movement(unit_a: Unit) -> None:
    day = workday(1)
    appointment(unit_a.paul, open_session(unit_a.doctor, day), unit_a.consultation, local(unit_a.establishment, day, 9))

    run(unit_a, "004217;Durant;Paul;17/05/1990;A;A-2-214;05/01/2026;")

    assert Movement.objects.get().last_name == "Durant"


def test_building_in_another_spelling_is_no_new_building(unit_a: Unit) -> None:
    Building.objects.filter(pk=unit_a.building.pk).update(name="Bât. A")

    planned = plan(
        unit_a,
        "004217;Durand;Paul;17/05/1990;BAT A;A-2-214;05/01/2026;",
        "7;X;Y;;Mess Hall;1;;",
        "8;X;Z;;MESS HALL;1;;",
    )

    assert planned.lines[0].change == LineOutcome.UNCHANGED
    assert planned.new_buildings == ["Mess Hall"]


def test_refused_line_keeps_its_person_from_being_missing(unit_a: Unit) -> None:
    planned = plan(unit_a, PAUL, "012345;Benali;Karim;32/13/1985;B;B-1-101;;", complete=True)

    assert planned.counts["missing"] == 0
    assert planned.counts["refused"] == 1


def test_nobody_is_missing_while_a_line_may_be_anybodys(unit_a: Unit) -> None:
    planned = plan(unit_a, PAUL, ";Benali;Karim;;B;B-1-101;;", complete=True)

    assert (planned.counts["missing"], list(planned.unreadable)) == (0, [3])


def test_released_person_has_no_cell_and_keeps_his_appointments(unit_a: Unit) -> None:
    day, today = workday(1), paris_day()
    appointment(unit_a.paul, open_session(unit_a.doctor, day), unit_a.consultation, local(unit_a.establishment, day, 9))

    planned = plan(unit_a, f"{PAUL}{today:%d/%m/%Y}", KARIM)
    run(unit_a, f"{PAUL}{today:%d/%m/%Y}", KARIM)

    assert [(line.name, number) for line, number in planned.leaving_expected] == [("DURAND Paul", 1)]
    paul = Detainee.objects.get(pk=unit_a.paul.pk)
    assert (paul.released_on, paul.building, paul.cell) == (today, None, "")
    assert Appointment.objects.get().status == "booked"
    assert Movement.objects.get().cell == "A-2-214"


def test_number_given_again_calls_the_person_who_is_there(unit_a: Unit, helene: User) -> None:
    from appointments import booking

    day, today = workday(1), paris_day()
    session = open_session(unit_a.doctor, day)
    appointment(unit_a.paul, session, unit_a.consultation, local(unit_a.establishment, day, 9))
    run(unit_a, f"{PAUL}{today:%d/%m/%Y}", KARIM)
    run(unit_a, "004217;Neuf;Jean;01/01/2000;B;B-1-1;;", KARIM)
    newcomer = Detainee.objects.get(last_name="Neuf")

    with through("care"):
        booking.book(
            by=helene,
            detainee=newcomer,
            agenda=unit_a.doctor,
            kind=unit_a.consultation,
            starts_at=local(unit_a.establishment, day, 8, 30),
        )

    assert Movement.objects.get().last_name == "Neuf"


@pytest.mark.parametrize("lines", [50, 5_000])
def test_queries_do_not_grow_with_the_changes(unit_a: Unit, lines: int) -> None:
    day = workday(1)
    session = open_session(unit_a.doctor, day)
    appointment(unit_a.paul, session, unit_a.consultation, local(unit_a.establishment, day, 9))
    numbers = range(100_000, 100_000 + lines)
    # Each born on a day of their own: one name and one birth under two numbers would be a question.
    born = {n: f"{n % 28 + 1:02d}/{n // 28 % 12 + 1:02d}/{1940 + n // 336 % 60}" for n in numbers}
    run(unit_a, PAUL, KARIM, *(f"{n};Nom{n % 700};Jean;{born[n]};A;A-{n};;" for n in numbers))
    changed = [
        f"{n};Nom{n % 700};Jean;{born[n]};{'B' if n % 2 else 'A'};B-{n};;{'01/02/2026' if n % 5 == 0 else ''}"
        for n in numbers
    ]

    with CaptureQueriesContext(connection) as planning:
        plan(unit_a, PAUL, KARIM, *changed)
    with CaptureQueriesContext(connection) as applying:
        run(unit_a, PAUL, KARIM, *changed)

    assert len(planning) <= 4
    assert len(applying) <= 24


@pytest.mark.django_db(transaction=True)
def test_second_of_two_imports_at_once_is_told(unit_a: Unit) -> None:
    today, unit = paris_day(), unit_a
    read = read_nominal_list(listing("004217;Durand;Paul;17/05/1990;B;B-9;05/01/2026;", KARIM), today=today)
    seen = plan_import(unit.establishment, read, today=today).digest
    start, ends = Barrier(2), []

    def act() -> None:
        try:
            start.wait(5)
            apply_import(
                lambda: plan_import(unit.establishment, read, today=today),
                establishment=unit.establishment,
                by=None,
                file_digest="0" * 64,
                expected_digest=seen,
            )
            ends.append("applied")
        except StalePlan:
            ends.append("told")
        finally:
            connection.close()

    threads = [Thread(target=act) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(20)

    assert sorted(ends) == ["applied", "told"]
    assert RegistryImport.objects.count() == 1


# --- In the browser and on the command line ------------------------------------------------------------


def test_penal_column_is_never_stored(unit_a: Unit, alice: User, at_door) -> None:
    browser = at_door(alice)
    content = f"{HEAD};Motif\r\n{PAUL};vol\r\n".encode("cp1252")

    page = browser.get(upload(browser, content).url)

    kept = bytes(RegistryUpload.objects.get().content)
    assert b"vol" not in kept
    assert "DURAND Paul" not in page.content.decode()  # unchanged people are only counted
    assert page.context["plan"].counts["unchanged"] == 1


def test_preview_names_who_leaves_and_is_still_expected(unit_a: Unit, alice: User, at_door) -> None:
    browser, day = at_door(alice), workday(1)
    appointment(unit_a.paul, open_session(unit_a.doctor, day), unit_a.consultation, local(unit_a.establishment, day, 9))

    preview = upload(browser, listing(f"{PAUL}{paris_day() - timedelta(days=1):%d/%m/%Y}", KARIM)).url
    page = browser.get(preview)
    after = browser.post(f"{preview}/apply", {"digest": page.context["plan"].digest}, follow=True)

    assert "1 appointment to come" in page.content.decode()
    # Care is asked about it at once.
    assert "DURAND Paul" in after.content.decode()
    assert "Has left" in after.content.decode()


def test_registry_that_changed_after_the_preview_gives_a_new_preview(unit_a: Unit, alice: User, at_door) -> None:
    browser = at_door(alice)
    preview = upload(browser, listing("004217;Durand;Paul;17/05/1990;B;B-9;05/01/2026;", KARIM)).url
    seen = browser.get(preview).context["plan"].digest
    Detainee.objects.filter(pk=unit_a.paul.pk).update(cell="A-9-999")

    answer = browser.post(f"{preview}/apply", {"digest": seen})

    assert answer.status_code == 409
    assert "A-9-999" in answer.content.decode()
    assert answer.context["plan"].digest != seen
    assert RegistryImport.objects.count() == 0


def test_partial_list_called_complete_asks_again(unit_a: Unit, alice: User, at_door) -> None:
    browser = at_door(alice)
    preview = upload(browser, listing(PAUL), complete="on").url
    digest = browser.get(preview).context["plan"].digest

    refused = browser.post(f"{preview}/apply", {"digest": digest})
    assert refused.status_code == 409
    assert Detainee.objects.present().count() == 2
    browser.post(f"{preview}/apply", {"digest": digest, "confirm_missing": "1"})

    assert Detainee.objects.present().get() == unit_a.paul


def test_long_preview_shows_500_lines_a_state_and_counts_the_rest(unit_a: Unit, alice: User, at_door) -> None:
    browser = at_door(alice)
    lines = [f"{n};Nom{n};Jean;;A;A-1;;" for n in range(1, 700)]

    page = browser.get(upload(browser, listing(*lines)).url).content.decode()

    assert page.count("<tr>") == 501
    assert "and 199 lines that are not shown" in page


def test_discarded_and_old_lists_are_gone(unit_a: Unit, alice: User, at_door) -> None:
    browser = at_door(alice)
    discarded, old = upload(browser, listing(PAUL)).url, upload(browser, listing(KARIM)).url

    browser.post(f"{discarded}/discard")
    RegistryUpload.objects.update(uploaded_at=timezone.now() - timedelta(hours=2))

    assert browser.get(discarded).status_code == 404
    assert browser.get(old).status_code == 404
    upload(browser, listing(PAUL))
    assert RegistryUpload.objects.count() == 1


def test_clinician_may_not_even_guess_an_upload(unit_a: Unit, alice: User, bob: User, at_door) -> None:
    address = upload(at_door(alice), listing(PAUL)).url

    for answer in (
        at_door(bob).get(address),
        at_door(bob).post(f"{address}/apply"),
        at_door(bob).post(f"{address}/discard"),
    ):
        assert answer.status_code == 403


def test_command_works_with_the_care_login_and_a_named_nurse(unit_a: Unit, alice: User, bob: User, tmp_path) -> None:
    file = tmp_path / "liste.csv"
    file.write_bytes(listing("004217;Durand;Paul;17/05/1990;B;B-9;05/01/2026;", KARIM))
    out = StringIO()

    with through("care"):
        for name in ("bob", "nobody"):
            with pytest.raises(CommandError, match=name):
                call_command("import_registry", str(file), establishment="MAA", by=name, stdout=out)
        call_command("import_registry", str(file), establishment="MAA", by="alice", stdout=out)

    assert RegistryImport.objects.get().applied_by == alice
    assert Detainee.objects.get(pk=unit_a.paul.pk).cell == "B-9"


def test_command_that_would_release_many_needs_the_second_word(unit_a: Unit, tmp_path) -> None:
    DetaineeFactory(establishment=unit_a.establishment, building=unit_a.building)
    file = tmp_path / "liste.csv"
    file.write_bytes(listing(PAUL))

    with pytest.raises(CommandError):
        call_command("import_registry", str(file), establishment="MAA", complete=True, stdout=StringIO())
    assert Detainee.objects.present().count() == 3
    call_command(
        "import_registry", str(file), establishment="MAA", complete=True, confirm_missing=True, stdout=StringIO()
    )

    assert Detainee.objects.present().count() == 1
