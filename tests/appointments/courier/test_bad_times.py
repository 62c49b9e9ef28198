"""A prison's database that comes from yesterday's backup, and clocks that were put back: what was forgotten returns."""

from __future__ import annotations

import logging
from datetime import timedelta
from typing import Any

import pytest
from django.db import connections
from django.utils import timezone

from access.models import Building, Establishment, User
from appointments.courier import rounds as product
from appointments.models import Alert, Freeze, Movement, PrisonLink
from appointments.models.enums.movement import FreezeReason, Urgency
from appointments.prison.freezes import freeze, lift
from appointments.prison.models import Edition, Heartbeat, PrisonAlert, PrisonFreeze
from tests.appointments.courier.rounds import expect, go, history, shown, standing, stored, tap, today_at
from tests.conftest import Unit
from tests.doors import through

TABLES = ("edition", "linestate", "deskcount", "heartbeat", "tap", "prisonalert", "prisonfreeze", "publishinghour")


class Backup:
    """What stood in the prison's database when it was made."""

    def __init__(self) -> None:
        self.rows: dict[str, Any] = {}
        with connections["prison"].cursor() as cursor:
            for table in TABLES:
                cursor.execute(f"SELECT coalesce(jsonb_agg(t), '[]')::text FROM prison_{table} t")
                self.rows[table] = cursor.fetchone()[0]

    def restore(self) -> None:
        with connections["prison"].cursor() as cursor:
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
            cursor.execute("ALTER TABLE prison_tap DISABLE TRIGGER USER")
            for table in TABLES:
                cursor.execute(f"DELETE FROM prison_{table}")
                rows = f"jsonb_populate_recordset(NULL::prison_{table}, %s::jsonb)"
                cursor.execute(f"INSERT INTO prison_{table} SELECT * FROM {rows}", [self.rows[table]])
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
            cursor.execute("ALTER TABLE prison_tap ENABLE TRIGGER USER")


@pytest.fixture
def lines(unit_a: Unit, olga: User) -> list[Movement]:
    """Paul and Karim are expected today; officers have the list."""
    found = [expect(unit_a, person, today_at(unit_a, 9)) for person in (unit_a.paul, unit_a.karim)]
    go(now=timezone.now() - timedelta(minutes=10))
    return found


def test_lists_and_states_of_a_restored_database_are_those_of_today(
    unit_a: Unit, lines: list[Movement], olga: User, caplog: pytest.LogCaptureFixture
) -> None:
    paul, karim = lines
    tap(olga, paul, "expected", "called")
    tap(olga, karim, "expected", "called")
    yesterday = Backup()
    go()
    tap(olga, paul, "called", "left")
    tap(olga, karim, "called", "expected")
    Movement.objects.filter(pk=karim.pk).update(cell="B-9-999")
    go()
    before = history()

    yesterday.restore()
    assert (standing(paul).state, standing(karim).state) == ("called", "called")
    with caplog.at_level(logging.WARNING):
        go()

    # The backup's outbox holds taps that were brought long ago: they are known.
    assert history() == before == ["called", "called", "left", "expected"]
    assert (standing(paul).state, standing(karim).state) == ("left", "expected")
    [today] = [one for one in Edition.objects.using("prison").all() if one.lines]
    assert [line["cell"] for line in today.lines] == ["A-2-214", "B-9-999"]
    assert "it comes from a backup" in caplog.text
    assert PrisonLink.objects.get().restored_at is not None
    paul.refresh_from_db()
    assert paul.state == "left"


def test_restoration_is_told_once(unit_a: Unit, lines: list[Movement], caplog: pytest.LogCaptureFixture) -> None:
    yesterday = Backup()
    go()
    yesterday.restore()

    go()
    caplog.clear()
    go()
    go(now=timezone.now() + timedelta(seconds=30))

    assert caplog.text == ""


def test_tap_that_still_waits_in_a_restored_database_is_brought_and_holds(lines: list[Movement], olga: User) -> None:
    paul, _karim = lines
    yesterday = Backup()
    go()
    yesterday.restore()
    tap(olga, paul, "expected", "called")

    go()

    assert (history(), standing(paul).state) == (["called"], "called")


def test_small_round_notices_a_restored_database_before_the_heart_beats(lines: list[Movement]) -> None:
    yesterday = Backup()
    now = timezone.now()
    go(now=now)
    yesterday.restore()

    with through("courier"):
        assert not product.beat("prison", now=now + timedelta(seconds=20))

    assert Heartbeat.objects.using("prison").get().at < now - timedelta(minutes=5)


def test_freeze_that_the_backup_does_not_know_ends_at_care_too_and_one_that_it_knows_holds(
    unit_a: Unit, lines: list[Movement], olga: User
) -> None:
    with through("prison"):
        place = Establishment.objects.get(pk=unit_a.establishment.pk)
        known = freeze(by=olga, establishment=place, building=None, reason=FreezeReason.values[0])
    go()
    yesterday = Backup()
    with through("prison"):
        lift(by=olga, establishment=place, key=known.pk)
        building = Building.objects.get(pk=unit_a.building.pk)
        freeze(by=olga, establishment=place, building=building, reason=FreezeReason.values[0])
    go(now=timezone.now() + timedelta(minutes=1))
    yesterday.restore()

    go(now=timezone.now() + timedelta(minutes=2))

    assert [row.pk for row in PrisonFreeze.objects.using("prison").all()] == [known.pk]
    assert [row.pk for row in Freeze.objects.in_force()] == [known.pk]


def test_alert_received_since_the_backup_is_told_again(
    unit_a: Unit, lines: list[Movement], olga: User, alice: User
) -> None:
    PrisonAlert.objects.using("prison").create(
        establishment_id=unit_a.establishment.pk,
        building_id=unit_a.building.pk,
        register_number="004217",
        last_name="Durand",
        first_name="Paul",
        urgency=Urgency.NOW,
        raised_by_id=olga.pk,
    )
    yesterday = Backup()
    go()
    Alert.objects.update(received_at=timezone.now(), received_by=alice)
    go()
    yesterday.restore()

    go()

    assert Alert.objects.count() == 1
    assert PrisonAlert.objects.using("prison").get().is_received


# --- Clocks -----------------------------------------------------------------------------------------


def test_clock_that_ran_a_year_ahead_and_was_put_right_is_followed(unit_a: Unit, lines: list[Movement]) -> None:
    now = timezone.now()
    go(now=now + timedelta(days=365))

    go(now=now)

    assert Heartbeat.objects.using("prison").get().at <= now
    assert now - PrisonLink.objects.get().reached_at < timedelta(seconds=11)
    assert shown(unit_a, unit_a.establishment.day_of(now)) == [("09:00 DURAND", ""), ("09:00 BENALI", "")]


@pytest.mark.parametrize("minutes", [-1, 1])
def test_prison_clock_a_minute_off_at_midnight_finds_the_list_of_its_day(
    unit_a: Unit, lines: list[Movement], minutes: int
) -> None:
    midnight = today_at(unit_a, 0)
    go(now=midnight + timedelta(minutes=minutes))
    for day in (unit_a.establishment.day_of(midnight) + timedelta(days=days) for days in (-1, 0, 1)):
        assert Edition.objects.using("prison").filter(day=day).exists()


def test_heart_beats_on_a_grid_that_tells_nothing_of_what_was_carried(unit_a: Unit, lines: list[Movement]) -> None:
    now = timezone.now().replace(second=11, microsecond=0) + timedelta(minutes=1)
    go(now=now)
    before = stored(), Heartbeat.objects.using("prison").get().at

    later = now + timedelta(hours=1)
    expect(unit_a, unit_a.paul, later, visible_from=now + timedelta(minutes=5))
    go(now=now + timedelta(seconds=8))

    assert (stored(), Heartbeat.objects.using("prison").get().at) == before
    assert before[1].second == 10
