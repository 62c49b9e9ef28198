"""The courier as a service: one acts and another takes over, rounds when they are due, nothing stops it."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta

import pytest
from django.db import connections
from django.utils import timezone

from appointments.courier import lease, rounds
from appointments.courier.service import Courier
from appointments.models import CourierLease, Movement
from appointments.prison.models import Edition
from tests.appointments.courier.rounds import expect, today_at
from tests.conftest import Unit
from tests.doors import through
from tests.published import publish_at


def cells() -> list[str]:
    return [line["cell"] for one in Edition.objects.using("prison").all() for line in one.lines]


@pytest.fixture
def two(unit_a: Unit) -> tuple[Courier, Courier]:
    expect(unit_a, unit_a.paul, today_at(unit_a, 9))
    return Courier(["prison"]), Courier(["prison"])


def work(courier: Courier, *, heard: bool = True) -> None:
    with through("courier"):
        courier.work(heard=heard)


def test_of_two_couriers_one_acts_and_the_other_takes_over_when_its_lease_runs_out(
    two: tuple[Courier, Courier],
) -> None:
    first, second = two
    work(first)
    assert cells() == ["A-2-214"]
    Movement.objects.update(cell="A-3")

    work(second)
    assert cells() == ["A-2-214"]
    CourierLease.objects.update(until=timezone.now() - timedelta(seconds=1))
    work(second)
    assert cells() == ["A-3"]

    Movement.objects.update(cell="A-4")
    work(first)
    assert cells() == ["A-3"]


def test_courier_that_is_stopped_gives_its_lease_to_the_next_at_once(two: tuple[Courier, Courier]) -> None:
    first, second = two
    work(first)

    with through("courier"):
        assert not lease.take(second.holder)
        lease.give_back(first.holder)
        assert lease.take(second.holder)
        lease.give_back(first.holder)
        assert not lease.take(first.holder)


def test_whole_round_is_due_when_care_speaks_an_hour_strikes_or_half_a_minute_has_passed(
    unit_a: Unit, two: tuple[Courier, Courier]
) -> None:
    publish_at(unit_a.establishment, time(12, 30))
    courier, _other = two
    [prison] = courier.prisons
    work(courier)
    half_past = today_at(unit_a, 12, 30)
    prison.whole_at = half_past - timedelta(seconds=5)

    assert not prison.is_due(half_past - timedelta(seconds=1), heard=False)
    assert prison.is_due(half_past - timedelta(seconds=1), heard=True)
    assert prison.is_due(half_past, heard=False)
    assert prison.is_due(half_past - timedelta(seconds=10), heard=False)
    prison.whole_at = half_past
    assert not prison.is_due(half_past + timedelta(seconds=29), heard=False)
    assert prison.is_due(half_past + timedelta(seconds=30), heard=False)
    midnight = today_at(unit_a, 0)
    prison.whole_at = midnight - timedelta(seconds=1)
    assert prison.is_due(midnight, heard=False)


def test_clock_at_the_end_of_time_breaks_off_the_round_and_not_the_courier(
    two: tuple[Courier, Courier], monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    courier, _other = two
    with monkeypatch.context() as clock:
        clock.setattr(rounds, "clock", lambda: datetime(9999, 12, 31, 23, 59, tzinfo=UTC))
        # The test's own transaction is in that connection.
        clock.setattr(connections["prison"], "close", lambda: None)
        work(courier)
    assert "was broken off" in caplog.text

    courier.prisons[0].rests_until = 0
    work(courier)

    assert cells() == ["A-2-214"]
