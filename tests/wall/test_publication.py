"""Publication behind the wall: the prison login sees no line before its time, and no instant, key or count."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.db import IntegrityError
from django.utils import timezone
from psycopg import errors
from psycopg.types.json import Jsonb

from appointments.models import Movement, PrintedSheet, PublicationTime, UnplannedPublication
from tests.conftest import Unit
from tests.factories import local
from tests.published import early_there
from tests.wall.conftest import DOORS, Login

pytestmark = pytest.mark.django_db(transaction=True)
HOUR = timedelta(hours=1)


@pytest.fixture
def line(unit_a: Unit) -> Callable[..., Movement]:
    """Return a function that writes somebody's line of today (or of some days later) at eleven."""
    early_there(unit_a.establishment)

    def write(number: str, *, days: int = 0, **instants: Any) -> Movement:
        place = unit_a.establishment
        day = timezone.localdate(timezone=place.zone) + timedelta(days=days)
        return Movement.objects.create(
            establishment=place,
            building=unit_a.building,
            cell="A-1",
            last_name="Durand",
            first_name="Paul",
            register_number=number,
            expected_at=local(place, day, 11),
            **instants,
        )

    return write


def marks(login: Login) -> dict[str, str]:
    """What the prison login finds: number and mark of each line."""
    rows = login("prison").execute(
        "SELECT m.register_number, v.mark FROM appointments_movement m LEFT JOIN appointments_movementmark v USING (id)"
    )
    return dict(rows.fetchall())


def test_prison_login_sees_no_line_before_its_publication(line: Callable[..., Movement], login: Login) -> None:
    now = timezone.now()
    line("waiting", visible_from=now + HOUR)
    line("published", visible_from=now - HOUR)
    line("open")

    assert marks(login) == {"published": "", "open": ""}
    assert login("prison").execute("SELECT count(*) FROM appointments_movement").fetchone() == (2,)
    assert login("prison").execute("SELECT count(*) FROM appointments_movementmark").fetchone() == (2,)
    assert login("care").execute("SELECT count(*) FROM appointments_movement").fetchone() == (3,)


def test_mark_tells_added_and_withdrawn_and_waits_for_its_time(line: Callable[..., Movement], login: Login) -> None:
    now = timezone.now()
    line("added", is_added=True)
    line("withdrawn", withdrawn_from=now - HOUR)
    line("to be withdrawn", withdrawn_from=now + HOUR)
    line("to stand again", withdrawn_from=now - HOUR, restored_from=now + HOUR)
    line("standing again", withdrawn_from=now - 2 * HOUR, restored_from=now - HOUR)
    late = line("too late")
    Movement.objects.filter(pk=late.pk).update(withdrawn_from=late.expected_at + timedelta(minutes=1))

    assert marks(login) == {
        "added": "added",
        "withdrawn": "withdrawn",
        "to be withdrawn": "",
        "to stand again": "withdrawn",
        "standing again": "added",
        "too late": "",
    }


def test_withdrawn_line_goes_with_its_day_and_others_with_theirs(line: Callable[..., Movement], login: Login) -> None:
    long_ago = timezone.now() - 40 * HOUR
    for days in range(-3, 5):
        line(f"{days}", days=days)
        line(f"{days} withdrawn", days=days, withdrawn_from=long_ago)

    found = marks(login)

    assert sorted(found) == sorted(["-1", "0", "0 withdrawn", "1", "1 withdrawn", "2", "2 withdrawn"])
    assert {mark for number, mark in found.items() if number.endswith("withdrawn")} == {"withdrawn"}


@pytest.mark.parametrize(
    "question",
    [
        *(
            f"SELECT {column} FROM appointments_movement"
            for column in ("visible_from", "is_added", "withdrawn_from", "restored_from", "m", "*")
        ),
        "SELECT id FROM appointments_movement WHERE withdrawn_from IS NOT NULL",
        "SELECT id FROM appointments_movement ORDER BY visible_from",
        "SELECT * FROM appointments_unplannedpublication",
        "SELECT max(id) FROM appointments_unplannedpublication",
        "SELECT xmin FROM appointments_unplannedpublication",
        "SELECT id FROM appointments_publicationtime",
        "SELECT last_value FROM appointments_unplannedpublication_id_seq",
        "SELECT pg_get_viewdef('appointments_movementmark'), visible_from FROM appointments_movement",
    ],
)
def test_prison_login_reads_no_instant_and_no_order_of_publication(question: str, login: Login) -> None:
    with pytest.raises(errors.InsufficientPrivilege):
        login("prison").execute(
            question.replace("SELECT m FROM appointments_movement", "SELECT m FROM appointments_movement m")
        )


def test_function_that_leaks_its_argument_sees_no_line_that_is_not_published(
    line: Callable[..., Movement], login: Login
) -> None:
    waiting = line("waiting", visible_from=timezone.now() + HOUR)
    prison = login("prison")

    # A cast that fails would put the value into its message, if it were tried on hidden rows first.
    prison.execute("SELECT id FROM appointments_movement WHERE CAST(register_number AS integer) = 1")
    prison.execute("SELECT id FROM appointments_movementmark WHERE CAST(id::text AS integer) = 1")

    assert marks(login) == {}
    assert Movement.objects.get() == waiting


def test_no_door_but_care_changes_publication_times_or_counts_a_publication(unit_a: Unit, login: Login) -> None:
    PublicationTime.objects.create(establishment=unit_a.establishment, at="06:30", since="2020-01-01")
    UnplannedPublication.objects.create(establishment=unit_a.establishment, day="2026-01-01")
    for statement in (
        "UPDATE appointments_publicationtime SET at = '07:00'",
        "DELETE FROM appointments_publicationtime",
        "INSERT INTO appointments_unplannedpublication (establishment_id, day) VALUES (1, '2026-01-01')",
        "DELETE FROM appointments_unplannedpublication",
    ):
        for door in {*DOORS} - {"care"}:
            with pytest.raises(errors.InsufficientPrivilege):
                login(door).execute(statement)


# --- Printed sheets ---------------------------------------------------------------------------------

KEEP = (
    "INSERT INTO appointments_printedsheet (id, batch, establishment_id, building_id, day, version, lines, printed_at)"
    " VALUES (%s, %s, %s, %s, %s, 1, %s, now())"
)


def test_prison_login_keeps_and_reads_sheets_of_a_few_days_only(unit_a: Unit, login: Login) -> None:
    place, prison = unit_a.establishment, login("prison")
    today = timezone.localdate(timezone=place.zone)

    def keep(days: int) -> None:
        values = [uuid4(), uuid4(), place.pk, unit_a.building.pk, today + timedelta(days=days), Jsonb([])]
        prison.execute(KEEP, values)

    for days in (-1, 0, 1, 2):
        keep(days)
    for days in (-2, 3):
        with pytest.raises(errors.InsufficientPrivilege, match="row-level security"):
            keep(days)
        PrintedSheet.objects.create(
            batch=uuid4(),
            establishment=place,
            building=unit_a.building,
            day=today + timedelta(days=days),
            version=1,
            lines=[],
        )

    assert prison.execute("SELECT count(*) FROM appointments_printedsheet").fetchone() == (4,)
    assert PrintedSheet.objects.count() == 6


def test_printed_sheet_is_never_changed_or_removed_by_a_door_and_is_nobody_elses_to_read(login: Login) -> None:
    for statement in (
        "UPDATE appointments_printedsheet SET version = 9",
        "DELETE FROM appointments_printedsheet",
        "TRUNCATE appointments_printedsheet",
    ):
        for door in DOORS:
            with pytest.raises(errors.InsufficientPrivilege):
                login(door).execute(statement)
    for door in ("care", "accounts"):
        with pytest.raises(errors.InsufficientPrivilege):
            login(door).execute("SELECT id FROM appointments_printedsheet")


def test_sheet_of_a_building_elsewhere_is_refused(unit_a: Unit, unit_b: Unit) -> None:
    with pytest.raises(IntegrityError, match="printed_sheet_building_here"):
        PrintedSheet.objects.create(
            batch=uuid4(),
            establishment=unit_a.establishment,
            building=unit_b.building,
            day=timezone.localdate(),
            version=1,
            lines=[],
        )


@pytest.mark.parametrize(
    ("fields", "rule"),
    [
        ({"visible_from": timedelta(minutes=1)}, "movement_published_before_the_call"),
        ({"restored_from": timedelta(hours=-3)}, "movement_restored_after_withdrawal"),
    ],
)
def test_line_whose_instants_make_no_sense_is_refused(
    fields: dict[str, timedelta], rule: str, line: Callable[..., Movement]
) -> None:
    written = line("1")

    with pytest.raises(IntegrityError, match=rule):
        Movement.objects.filter(pk=written.pk).update(
            **{name: written.expected_at + after for name, after in fields.items()}
        )


def test_publication_time_stands_once_and_holds_a_day(unit_a: Unit) -> None:
    place = unit_a.establishment
    PublicationTime.objects.create(establishment=place, at="06:30", since="2026-01-02")

    with pytest.raises(IntegrityError, match="publication_time_once"):
        PublicationTime.objects.create(establishment=place, at="06:30", since="2026-02-02")
    with pytest.raises(IntegrityError, match="publication_time_holds_a_day"):
        PublicationTime.objects.create(establishment=place, at="07:30", since="2026-01-02", until="2026-01-02")


def test_change_without_a_condition_reaches_no_line_that_is_not_published(
    line: Callable[..., Movement], login: Login
) -> None:
    # Such a statement asks for no right to read, so that only the policies of changes keep it.
    line("waiting", visible_from=timezone.now() + HOUR)
    line("open")
    prison = login("prison")

    with prison.transaction(force_rollback=True):
        assert prison.execute("UPDATE appointments_movement SET impediment = impediment").rowcount == 1
