"""What officers do arrives at care: taps once and in their order, freezes, alerts, and one word back."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest
from django.db import connections
from django.utils import timezone

from access.models import Building, Establishment, User
from appointments.courier import reports
from appointments.models import Alert, Freeze, Movement, MovementEvent
from appointments.models.enums.movement import FreezeReason, Urgency
from appointments.prison.alerts import raise_alert
from appointments.prison.freezes import freeze, lift
from appointments.prison.models import PrisonAlert, PrisonFreeze, Tap
from tests.appointments.courier.rounds import expect, go, history, standing, tap, today_at
from tests.conftest import Unit
from tests.doors import through


@pytest.fixture
def paul(unit_a: Unit) -> Movement:
    """Paul is expected today, and officers have the list."""
    line = expect(unit_a, unit_a.paul, today_at(unit_a, 9))
    go()
    return line


@pytest.fixture
def karim(unit_a: Unit, paul: Movement) -> Movement:
    line = expect(unit_a, unit_a.karim, today_at(unit_a, 9))
    go()
    return line


# --- Taps -------------------------------------------------------------------------------------------


def test_taps_arrive_once_in_the_officers_order_with_their_own_clock_time(
    paul: Movement, karim: Movement, olga: User
) -> None:
    began = timezone.now()
    tap(olga, paul, "expected", "called")
    tap(olga, karim, "expected", "impeded", "PARLOIR")
    tap(olga, paul, "called", "left")
    tap(olga, paul, "left", "arrived")
    own_times = list(Tap.objects.using("prison").order_by("number").values_list("at", flat=True))

    go()
    go()

    assert history() == ["called", "impeded", "left", "arrived"]
    kept = list(MovementEvent.objects.order_by("id").values_list("at", flat=True))
    assert kept == own_times == sorted(kept)
    assert began - timedelta(minutes=1) < kept[0] <= timezone.now()
    assert not Tap.objects.using("prison").exists()
    paul.refresh_from_db()
    karim.refresh_from_db()
    assert (paul.state, paul.state_at) == ("arrived", own_times[3])
    assert (karim.state, karim.impediment, karim.state_at) == ("impeded", "PARLOIR", own_times[1])


def test_undone_tap_stands_in_the_history_and_leaves_the_line_expected(paul: Movement, olga: User) -> None:
    tap(olga, paul, "expected", "called")
    tap(olga, paul, "called", "expected")

    go()

    paul.refresh_from_db()
    assert history() == ["called", "expected"]
    assert (paul.state, paul.state_at) == ("expected", None)


def test_outbox_that_has_filled_empties_in_one_round_and_in_order(
    paul: Movement, olga: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reports, "BATCH", 2)
    steps = ["expected", "called", "left", "arrived", "back", "arrived"]
    for seen, to in pairwise(steps):
        tap(olga, paul, seen, to)

    go()

    assert history() == steps[1:]
    assert not Tap.objects.using("prison").exists()


def test_tap_on_a_line_that_care_has_withdrawn_meanwhile_is_kept_in_the_history(paul: Movement, olga: User) -> None:
    tap(olga, paul, "expected", "called")
    Movement.objects.filter(pk=paul.pk).delete()

    go()

    assert history(paul) == ["called"]
    assert not Movement.objects.exists()
    # Called again, it stands as officers left it.
    again = Movement.objects.create(**{field.attname: getattr(paul, field.attname) for field in paul._meta.fields})
    go()
    assert standing(again).state == "called"


def test_tap_made_on_a_list_of_which_the_line_is_withdrawn_is_taken_and_brought(
    paul: Movement, unit_a: Unit, olga: User
) -> None:
    Movement.objects.filter(pk=paul.pk).update(withdrawn_from=timezone.now() - timedelta(hours=1))
    Movement.objects.filter(pk=paul.pk).update(withdrawn_from=today_at(unit_a, 0))
    go()

    tap(olga, paul, "expected", "called")
    go()

    assert history(paul) == ["called"]


@pytest.mark.parametrize("year", [1, 9999])
def test_officers_clock_may_show_any_year(paul: Movement, olga: User, year: int) -> None:
    tap(olga, paul, "expected", "called")
    shown = datetime(year, 12, 31, 23, 59, 59, tzinfo=UTC)
    with connections["prison"].cursor() as cursor:
        cursor.execute("UPDATE prison_tap SET at = %s", [shown])

    go()

    paul.refresh_from_db()
    assert paul.state_at == MovementEvent.objects.get().at == shown


@pytest.mark.parametrize("minutes", [-1, 1])
def test_clocks_a_minute_apart_keep_the_officers_own_time(paul: Movement, olga: User, minutes: int) -> None:
    tap(olga, paul, "expected", "called")
    [own] = Tap.objects.using("prison").values_list("at", flat=True)

    go(now=own - timedelta(minutes=minutes))

    assert list(MovementEvent.objects.values_list("at", flat=True)) == [own]


# --- Freezes ----------------------------------------------------------------------------------------


def test_freeze_and_its_lifting_reach_care_without_a_name(paul: Movement, unit_a: Unit, olga: User) -> None:
    with through("prison"):
        place = Establishment.objects.get(pk=unit_a.establishment.pk)
        building = Building.objects.get(pk=unit_a.building.pk)
        made = freeze(by=olga, establishment=place, building=building, reason=FreezeReason.values[0])
    go()
    held = Freeze.objects.get()
    assert (held.pk, held.building, held.frozen_at) == (made.pk, unit_a.building, made.frozen_at)
    assert list(Freeze.objects.in_force()) == [held]

    with through("prison"):
        lift(by=olga, establishment=place, key=made.pk)
    go()
    go()

    held.refresh_from_db()
    assert held.lifted_at == PrisonFreeze.objects.using("prison").get().lifted_at is not None
    assert not {field.name for field in Freeze._meta.fields} & {"frozen_by", "lifted_by"}


# --- Alerts -----------------------------------------------------------------------------------------


def alert(unit: Unit, by: User) -> PrisonAlert:
    with through("prison"):
        return raise_alert(
            by=by,
            establishment=Establishment.objects.get(pk=unit.establishment.pk),
            building=Building.objects.get(pk=unit.building.pk),
            register_number="004217",
            urgency=Urgency.NOW,
        )


def test_alert_reaches_care_once_and_received_is_all_that_comes_back(
    paul: Movement, unit_a: Unit, olga: User, alice: User
) -> None:
    sent = alert(unit_a, olga)
    go()
    go()
    [brought] = Alert.objects.all()
    assert (brought.pk, brought.raised_at, brought.urgency) == (sent.pk, sent.raised_at, Urgency.NOW)
    assert not PrisonAlert.objects.using("prison").get().is_received

    Alert.objects.update(received_at=timezone.now(), received_by=alice)
    go()

    assert PrisonAlert.objects.using("prison").get().is_received
    assert not {field.name for field in PrisonAlert._meta.fields} & {"received_at", "received_by"}


def test_what_is_over_and_was_brought_is_forgotten_there_after_a_week_and_nothing_else(
    paul: Movement, unit_a: Unit, olga: User, alice: User
) -> None:
    kept, gone = alert(unit_a, olga), None
    PrisonAlert.objects.using("prison").update(register_number="1")
    gone = alert(unit_a, olga)
    go()
    Alert.objects.filter(pk=gone.pk).update(received_at=timezone.now(), received_by=alice)
    go()
    with connections["prison"].cursor() as cursor:
        cursor.execute("UPDATE prison_prisonalert SET raised_at = raised_at - interval '8 days'")

    with through("courier"):
        reports.forget_reports("prison", now=timezone.now())

    assert list(PrisonAlert.objects.using("prison").values_list("pk", flat=True)) == [kept.pk]
    assert Alert.objects.count() == 2
