"""Publication time and group withdrawal (docs/neutrality.md): worlds that differ in when, in which order and in how
many steps care changed things look the same from the prison side, before the publication and after it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.utils import timezone

from access.models import User
from appointments.models import Appointment, Movement
from appointments.models.enums.appointment import CancelReason
from tests.conftest import Unit
from tests.leaks.worlds import TODAY, Care, Experiment, World, differences, experiment
from tests.published import early_there, let_time_pass, publish_at

GP, PSYCHIATRIST, DENTIST, SMPR = range(4)
CONSULTATION, PSYCHIATRY, TEETH, SUBSTITUTION = range(4)

CALLED = ((0, "09:40", GP), (1, "10:40", PSYCHIATRIST), (2, "14:10", PSYCHIATRIST), (3, "15:10", GP))


@pytest.fixture
def worlds(unit_a: Unit, helene: User, oscar: User, olga: User) -> Iterator[Experiment]:
    """Unit A between six and seven: its lists went out at 05:30 and go out at 08:30 and 15:30."""
    early_there(unit_a.establishment)
    publish_at(unit_a.establishment)
    with experiment(unit_a, helene, {"oscar": oscar, "olga": olga}, now=datetime.now(UTC)) as found:
        yield found


@contextmanager
def later(minutes: int) -> Iterator[None]:
    """Care acts some minutes later, and still before the next publication."""
    with time_machine.travel(timezone.now() + timedelta(minutes=minutes), tick=False):
        yield


def published(care: Care) -> list[Appointment]:
    """Four people called today, of two practitioners, on a list that is out."""
    made = [
        care.book(person, clock, day=TODAY, agenda=agenda)
        for person, clock, agenda in (
            (0, "09:40", GP),
            (1, "10:40", PSYCHIATRIST),
            (2, "14:10", PSYCHIATRIST),
            (3, "15:10", GP),
        )
    ]
    care.publish()
    return made


def after_the_publication(world: World) -> World:
    """The same world when the next list has gone out."""

    def passed(care: Care) -> None:
        world(care)
        let_time_pass()

    return passed


def require_neutral(worlds: Experiment, one: World, other: World, *, everything: bool = False) -> None:
    """The worlds look the same before the next publication, and after it; and it does bring something."""
    before = worlds.require_neutral(one, other, everything=everything)
    after = worlds.require_neutral(after_the_publication(one), after_the_publication(other), everything=everything)
    assert differences(before, after) != []


# --- Publication time -------------------------------------------------------------------------------


def test_order_and_moment_of_bookings_between_two_publications_do_not_show(worlds: Experiment) -> None:
    def in_order(people: list[int], minutes: int) -> World:
        def world(care: Care) -> None:
            published(care)
            for place, person in enumerate(people):
                with later(minutes * place):
                    care.book(person, "16:10", day=TODAY, agenda=place % 4)

        return world

    require_neutral(worlds, in_order([0, 1, 4, 5], 1), in_order([5, 0, 4, 1], 7))


def test_booking_that_waits_does_not_show_at_all(worlds: Experiment) -> None:
    def booked(care: Care) -> None:
        published(care)
        with later(3):
            care.book(4, "16:10", day=TODAY, agenda=DENTIST)

    worlds.require_neutral(published, booked)


def test_change_of_mind_between_two_publications_does_not_show(worlds: Experiment) -> None:
    def to_and_fro(care: Care) -> None:
        paul, *_others = published(care)
        with later(5):
            care.cancel(paul)
            moved = care.book(4, "14:10", day=TODAY, agenda=DENTIST)
            care.cancel(moved)
        with later(20):
            care.book(0, "09:50", day=TODAY, agenda=SMPR)
            care.book(4, "16:10", day=TODAY, agenda=DENTIST)

    def at_once(care: Care) -> None:
        published(care)
        care.book(4, "16:10", day=TODAY, agenda=GP)

    require_neutral(worlds, at_once, to_and_fro)


def test_booking_for_tomorrow_does_not_show_before_its_list_is_out(worlds: Experiment) -> None:
    def tomorrow(care: Care) -> None:
        published(care)
        care.book(4, "10:40", agenda=PSYCHIATRIST)

    worlds.require_neutral(published, tomorrow)
    worlds.require_neutral(after_the_publication(published), after_the_publication(tomorrow))


def test_lines_that_go_out_at_once_tell_no_more_than_that_they_were_added(worlds: Experiment) -> None:
    def urgent(people: list[int], minutes: int) -> World:
        def world(care: Care) -> None:
            published(care)
            for place, person in enumerate(people):
                with later(minutes * place):
                    care.book(person, "08:40", day=TODAY, agenda=place)

        return world

    worlds.require_neutral(urgent([0, 1, 2], 1), urgent([2, 0, 1], 9))


def test_list_published_now_tells_neither_when_nor_what_each_change_was_for(worlds: Experiment) -> None:
    def now(minutes: int, agenda: int, reason: CancelReason) -> World:
        def world(care: Care) -> None:
            _paul, karim, *_others = published(care)
            with later(minutes):
                care.cancel(karim, reason)
                care.book(4, "16:10", day=TODAY, agenda=agenda)
                care.publish()

        return world

    worlds.require_neutral(now(2, GP, CancelReason.UNIT_ABSENT), now(18, DENTIST, CancelReason.REFUSED))


# --- Group withdrawal -------------------------------------------------------------------------------


def cancelled(people: list[int], *, minutes: int, reason: CancelReason) -> World:
    def world(care: Care) -> None:
        made = published(care)
        for place, person in enumerate(people):
            with later(minutes * place):
                care.cancel(made[person], reason)

    return world


def test_group_withdrawal_does_not_show_before_the_next_publication(worlds: Experiment) -> None:
    withdrawn = cancelled([1, 2], minutes=0, reason=CancelReason.UNIT_ABSENT)

    worlds.require_neutral(published, withdrawn)


@pytest.mark.slow
def test_group_withdrawal_shows_neither_order_nor_moment_nor_reason(worlds: Experiment) -> None:
    require_neutral(
        worlds,
        cancelled([1, 2, 0], minutes=0, reason=CancelReason.UNIT_ABSENT),
        cancelled([0, 2, 1], minutes=8, reason=CancelReason.REFUSED),
        everything=True,
    )


@pytest.mark.slow
def test_group_withdrawal_goes_out_in_one_batch_with_every_other_change(worlds: Experiment) -> None:
    def mixed(first: int, second: int) -> World:
        def world(care: Care) -> None:
            made = published(care)
            care.cancel(made[first], CancelReason.UNIT_ABSENT)
            care.book(4, "16:10", day=TODAY, agenda=SMPR)
            with later(10):
                care.cancel(made[second], CancelReason.UNIT_POSTPONED)

        return world

    require_neutral(worlds, mixed(1, 2), mixed(2, 1))
    _secret, seen = worlds.see(after_the_publication(mixed(1, 2)))
    [csv] = [seen[name]["body"] for name in seen if name == "olga en /mouvements.csv?day=today"]  # type: ignore[index]
    marks = [line.split(";")[-4] for line in csv.decode().splitlines()[1:]]
    assert sorted(marks) == ["added", "added", "added", "withdrawn", "withdrawn"]


def test_withdrawn_line_that_stands_again_does_not_tell_when_it_was_booked_again(worlds: Experiment) -> None:
    def again(minutes: int, agenda: int) -> World:
        def world(care: Care) -> None:
            paul, *_others = published(care)
            care.cancel(paul)
            care.publish()
            with later(minutes):
                care.book(0, "09:50", day=TODAY, agenda=agenda)

        return world

    require_neutral(worlds, again(1, GP), again(16, DENTIST))


def test_withdrawn_line_keeps_its_place_and_its_identifier(worlds: Experiment) -> None:
    def keys(world: World) -> list[object]:
        _secret, seen = worlds.see(world)
        return [json.loads(row[0])["id"] for row in seen["database"]]  # type: ignore[attr-defined]

    before = keys(published)

    assert keys(after_the_publication(cancelled([1, 2], minutes=1, reason=CancelReason.UNIT_ABSENT))) == before
    assert len(before) == 4
    assert not Movement.objects.exists()
