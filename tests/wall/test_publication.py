"""Publication behind the wall: nothing reaches the prison's database before its time, and no instant, key or order."""

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

from appointments.models import Movement, PublicationTime, UnplannedPublication
from tests.conftest import Unit
from tests.doors import carry
from tests.factories import local
from tests.published import early_there
from tests.wall.conftest import CARE_VISITORS, PRISON_VISITORS, Login

pytestmark = pytest.mark.django_db(transaction=True)
HOUR = timedelta(hours=1)
LINES = "prison_edition e, jsonb_array_elements(e.lines) line"


@pytest.fixture
def line(unit_a: Unit) -> Callable[..., Movement]:
    """Return a function that writes somebody's line of today (or of some days later) at eleven."""
    early_there(unit_a.establishment)

    def write(number: str, *, days: int = 0, hour: int = 11, **instants: Any) -> Movement:
        place = unit_a.establishment
        day = timezone.localdate(timezone=place.zone) + timedelta(days=days)
        return Movement.objects.create(
            establishment=place,
            building=unit_a.building,
            cell="A-1",
            last_name="Durand",
            first_name="Paul",
            register_number=number,
            expected_at=local(place, day, hour),
            **instants,
        )

    return write


def marks(login: Login) -> dict[str, str]:
    """What the prison login finds once the courier has been there: number and mark of each line."""
    carry()
    rows = login("prison").execute(f"SELECT line ->> 'register_number', line ->> 'mark' FROM {LINES}")
    return dict(rows.fetchall())


def test_no_line_is_in_the_prisons_database_before_its_publication(line: Callable[..., Movement], login: Login) -> None:
    now = timezone.now()
    line("waiting", visible_from=now + HOUR)
    line("published", visible_from=now - HOUR)
    line("open")

    assert marks(login) == {"published": "", "open": ""}
    # Nor for anybody else who reads that database, its owner included.
    found = login("owner", "prison").execute(f"SELECT line ->> 'register_number' FROM {LINES}")
    assert sorted(number for (number,) in found) == ["open", "published"]
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


@pytest.mark.parametrize("zone", ["Pacific/Noumea", "America/Guadeloupe", "Pacific/Tahiti"])
def test_days_of_the_lists_follow_the_clocks_of_an_overseas_establishment(
    zone: str, unit_a: Unit, line: Callable[..., Movement], login: Login
) -> None:
    unit_a.establishment.time_zone = zone
    unit_a.establishment.save()
    for hour in (0, 23):
        for days in (-2, -1, 2, 3):
            line(f"{days} {hour}", days=days, hour=hour)

    assert sorted(marks(login)) == sorted(["-1 0", "-1 23", "2 0", "2 23"])


@pytest.mark.parametrize(
    "question",
    [
        "SELECT at FROM prison_tap",
        "SELECT count(*) FROM prison_tap",
        "SELECT FROM prison_tap",
        "SELECT * FROM prison_deskcount",
        "SELECT minute FROM prison_deskcount",
        "SELECT of_minute FROM prison_deskcount",
        "SELECT xmin FROM prison_edition",
    ],
)
def test_prison_login_reads_no_instant_and_no_order(question: str, login: Login) -> None:
    with pytest.raises(errors.InsufficientPrivilege):
        login("prison").execute(question)


@pytest.mark.parametrize("question", ["appointments_movement", "appointments_appointment", "appointments_detainee"])
def test_care_has_no_table_in_the_prisons_database(question: str, login: Login) -> None:
    for name in (*PRISON_VISITORS, "owner"):
        with pytest.raises(errors.UndefinedTable):
            login(name, "prison").execute(f"SELECT FROM {question}")


def test_no_login_but_cares_changes_publication_times_or_counts_a_publication(unit_a: Unit, login: Login) -> None:
    PublicationTime.objects.create(establishment=unit_a.establishment, at="06:30", since="2020-01-01")
    UnplannedPublication.objects.create(establishment=unit_a.establishment, day="2026-01-01")
    carry()
    for statement in (
        "UPDATE appointments_publicationtime SET at = '07:00'",
        "DELETE FROM appointments_publicationtime",
        "INSERT INTO appointments_unplannedpublication (establishment_id, day) VALUES (1, '2026-01-01')",
        "DELETE FROM appointments_unplannedpublication",
    ):
        for name in {*CARE_VISITORS} - {"care"}:
            with pytest.raises(errors.InsufficientPrivilege):
                login(name).execute(statement)
    for statement in (
        "UPDATE prison_publishinghour SET at = '07:00'",
        "DELETE FROM prison_publishinghour",
        "UPDATE prison_edition SET lines = '[]'",
        "DELETE FROM prison_edition",
        "UPDATE prison_heartbeat SET at = now()",
    ):
        for name in ("prison", "accounts"):
            with pytest.raises(errors.InsufficientPrivilege):
                login(name, "prison").execute(statement)


# --- Printed sheets ---------------------------------------------------------------------------------

KEEP = (
    "INSERT INTO prison_printedsheet (id, batch, establishment_id, building_id, day, version, lines, printed_at)"
    " VALUES (%s, %s, %s, %s, current_date, 1, %s, now())"
)


def keep(login: Login, establishment: int, building: int) -> None:
    """Keep a sheet as the prison login."""
    login("prison").execute(KEEP, [uuid4(), uuid4(), establishment, building, Jsonb([])])


def test_printed_sheet_is_never_changed_or_removed_by_officers_and_is_nobody_elses_to_read(
    unit_a: Unit, login: Login
) -> None:
    carry()
    keep(login, unit_a.establishment.pk, unit_a.building.pk)

    for statement in (
        "UPDATE prison_printedsheet SET version = 9",
        "DELETE FROM prison_printedsheet",
        "TRUNCATE prison_printedsheet",
    ):
        for name in ("prison", "accounts"):
            with pytest.raises(errors.InsufficientPrivilege):
                login(name, "prison").execute(statement)
    # The courier, which removes old ones, reads neither the lines nor who printed them.
    for name, column in (("courier", "lines"), ("courier", "printed_by_id"), ("accounts", "id")):
        with pytest.raises(errors.InsufficientPrivilege):
            login(name, "prison").execute(f"SELECT {column} FROM prison_printedsheet")
    assert login("prison").execute("SELECT version FROM prison_printedsheet").fetchall() == [(1,)]


def test_sheet_of_a_building_elsewhere_is_refused(unit_a: Unit, unit_b: Unit, login: Login) -> None:
    carry()
    with pytest.raises(errors.ForeignKeyViolation, match="printed_sheet_building_here"):
        keep(login, unit_a.establishment.pk, unit_b.building.pk)


ROW = {
    "key": "0a1b2c3d-0000-4000-8000-000000000001",
    "at": "2026-11-30T08:00:00+00:00",
    "cell": "A 12",
    "name": "DIOP Awa",
    "number": "12345",
    "mark": "added",
}


@pytest.mark.parametrize(
    "lines",
    [
        {},
        "no list",
        [1],
        [{}],
        [{**ROW, "secret": "x"}],
        [{word: text for word, text in ROW.items() if word != "cell"}],
        [{**ROW, "cell": 12}],
        [{**ROW, "mark": "urgent"}],
        [{**ROW, "at": "tomorrow"}],
        [{**ROW, "at": "2026-02-30T08:00:00+00:00"}],
        [{**ROW, "at": "2026-11-30T25:00:00+00:00"}],
        [{**ROW, "at": "2026-11-30T24:00:00+00:00"}],
        [{**ROW, "at": "9999-12-31T23:30:00+00:00"}],
        [{**ROW, "key": "x"}],
        [{**ROW, "impediment": "il va mal"}],
        [{**ROW, "impediment": 1}],
        [{**ROW, "name": "x" * 500}],
    ],
)
def test_sheet_that_could_not_be_read_back_is_refused(unit_a: Unit, login: Login, lines: object) -> None:
    carry()
    place, building = unit_a.establishment.pk, unit_a.building.pk
    with pytest.raises((errors.CheckViolation, errors.DatetimeFieldOverflow)):
        login("prison").execute(KEEP, [uuid4(), uuid4(), place, building, Jsonb(lines)])
    login("prison").execute(KEEP, [uuid4(), uuid4(), place, building, Jsonb([ROW])])


@pytest.mark.parametrize(
    "values",
    [
        "current_date, 1, '[]', 'infinity', NULL",
        "current_date, 1, '[]', '9999-12-31 23:30+00', NULL",
        "'infinity', 1, '[]', now(), NULL",
        "'9999-12-31', 1, '[]', now(), NULL",
        "'0001-01-01', 1, '[]', now(), NULL",
        "current_date, 1, '[]', now(), 'infinity'",
        "current_date, 1, '[]', now(), '9999-12-31 23:30+00'",
    ],
)
def test_sheet_of_a_time_that_no_page_can_write_is_refused(unit_a: Unit, login: Login, values: str) -> None:
    carry()
    place, building = unit_a.establishment.pk, unit_a.building.pk
    with pytest.raises(errors.CheckViolation, match="sheet_of_these_times"):
        login("prison").execute(
            "INSERT INTO prison_printedsheet (id, batch, establishment_id, building_id, day, version, lines,"
            f" printed_at, planned_for) VALUES (%s, %s, %s, %s, {values})",
            [uuid4(), uuid4(), place, building],
        )


# --- Care's own rows ----------------------------------------------------------------------------------


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
