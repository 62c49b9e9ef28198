"""What is over stays where it failed: it gets an outcome, or the person is summoned again, whichever way one tries."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime, time, timedelta
from itertools import pairwise
from threading import Barrier, Thread

import pytest
import time_machine
from django.db import connections

from access.models import User
from appointments import booking
from appointments.booking import BookingRefused, Over, SeriesRefused
from appointments.booking.series import SeriesMove
from appointments.booking.summonses import chain_of, mark_summonses
from appointments.models import Appointment
from appointments.models.enums.appointment import CancelReason, ChangeKind, NotComeReason, Status
from appointments.models.enums.movement import MovementState
from appointments.models.enums.planning import SessionMode
from appointments.models.enums.request import RequestStatus
from appointments.planning import change_session
from appointments.planning.asking import Asked, BookedDecision
from appointments.planning.fitting import Shape
from appointments.rights import Rights
from appointments.statistics import Period
from tests.appointments.booking.life import cancel, do, everything, floor_says
from tests.appointments.statistics.counted import figures_now
from tests.conftest import Unit
from tests.doors import through
from tests.factories import RequestFactory, appointment, local, open_session, workday

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def at_eleven(unit_a: Unit) -> Iterator[datetime]:
    """Eleven in the morning at unit A; the clock stands still."""
    now = local(unit_a.establishment, workday(0), 11)
    with time_machine.travel(now, tick=False):
        yield now


@pytest.fixture
def missed(unit_a: Unit, at_eleven: datetime) -> Appointment:
    """Paul was expected today from 9:40 to 10:00; it is eleven and nobody has noted anything. Monday is open."""
    open_session(unit_a.doctor, workday(3))
    session = open_session(unit_a.doctor, workday(0))
    return appointment(unit_a.paul, session, unit_a.consultation, local(unit_a.establishment, workday(0), 9, 40))


def monday(unit: Unit, hour: int = 9, minute: int = 0) -> datetime:
    return local(unit.establishment, workday(3), hour, minute)


def summon(unit: Unit, by: User, one: Appointment, at: datetime) -> Appointment:
    with through("care"):
        return booking.book(by=by, detainee=one.detainee, agenda=unit.doctor, kind=one.kind, starts_at=at, follows=one)


def tries_alone(unit: Unit, one: Appointment, later: Appointment, by: User) -> dict[str, Callable[[], object]]:
    """Every verb that would take one appointment from its place."""
    chosen, doctor = {"by": by, "appointment": one, "revision": 1}, unit.doctor
    return {
        "move": lambda: booking.move(**chosen, agenda=doctor, starts_at=monday(unit)),
        "to a later hour of the day": lambda: booking.move(**chosen, agenda=doctor, starts_at=later.starts_at),
        "cancel": lambda: booking.cancel(**chosen, reason=CancelReason.MISTAKE),
        "rest of the series": lambda: booking.cancel_from_here(**chosen, reason=CancelReason.REFUSED),
        "exchange": lambda: booking.exchange(by=by, one=later, one_revision=1, other=one, other_revision=1),
        "series": lambda: booking.move_together(by=by, agenda=doctor, changes=[SeriesMove(one, 1, monday(unit))]),
    }


def tries_in_a_group(unit: Unit, one: Appointment, by: User) -> dict[str, Callable[[], object]]:
    """Every verb that would take it away with others."""
    group, away = [booking.Withdrawal(one, one.revision)], CancelReason.UNIT_ABSENT
    place = booking.Reception(unit.doctor, monday(unit), unit.consultation)
    time = booking.NewTime(unit.doctor, monday(unit))
    return {
        "group": lambda: booking.withdraw(by=by, group=group, reason=away),
        "group, received": lambda: booking.receive_instead(by=by, group=[(group[0], place)], reason=away),
        "group, in batches": lambda: booking.withdraw_in_batches(by=by, group=[(group[0], time)], reason=away),
        "absence": lambda: booking.cancel_together(by=by, appointments=[one], reason=away),
    }


def test_what_is_over_is_neither_moved_nor_cancelled_by_any_verb(
    unit_a: Unit, missed: Appointment, alice: User
) -> None:
    session = missed.session
    assert session is not None
    later = appointment(unit_a.karim, session, unit_a.consultation, local(unit_a.establishment, workday(0), 11, 20))
    known = everything(missed)
    tries = {**tries_alone(unit_a, missed, later, alice), **tries_in_a_group(unit_a, missed, alice)}
    said = {}
    for name, attempt in tries.items():
        with through("care"):
            try:
                attempt()
            except (Over, SeriesRefused) as refusal:
                said[name] = refusal.code

    assert said == dict.fromkeys(tries, "over")
    assert everything(missed) == known


def test_planning_cancels_no_failure_by_changing_the_hours_of_today(
    unit_a: Unit, missed: Appointment, helene: User
) -> None:
    session = missed.session
    assert session is not None

    def shorten(answer: BookedDecision | None) -> None:
        with through("care"):
            change_session(
                session,
                by=helene,
                day=workday(0),
                start=time(10),
                end=time(12),
                shape=Shape(slot_minutes=20),
                answer=answer,
            )

    with pytest.raises(Asked) as asked:
        shorten(None)
    assert not asked.value.can_cancel
    with pytest.raises(Asked):
        shorten(BookedDecision(asked.value.digest, CancelReason.UNIT_ABSENT))
    missed.refresh_from_db()
    assert missed.status == Status.BOOKED


def test_outcome_comes_however_late_and_a_late_nurse_sees_the_person_now(missed: Appointment, alice: User) -> None:
    do(booking.arrive, alice, missed)
    do(booking.start, alice, missed)
    one = do(booking.record_seen, alice, missed)

    assert (one.status, one.ended_at is not None) == (Status.SEEN, True)


def test_what_has_begun_moves_within_its_day_and_does_not_leave_it(
    unit_a: Unit, missed: Appointment, alice: User
) -> None:
    with time_machine.travel(missed.starts_at + timedelta(minutes=5), tick=False):
        with pytest.raises(Over, match="begun"):
            do(booking.move, alice, missed, agenda=unit_a.doctor, starts_at=monday(unit_a))
        moved = do(booking.move, alice, missed, agenda=unit_a.doctor, starts_at=missed.starts_at + timedelta(hours=2))

    assert moved.starts_at == local(unit_a.establishment, workday(0), 11, 40)


def test_move_of_a_moment_ago_is_taken_back_before_the_end_and_never_after(
    unit_a: Unit, missed: Appointment, alice: User
) -> None:
    before = missed.starts_at
    with time_machine.travel(before - timedelta(minutes=5), tick=False):
        do(booking.move, alice, missed, agenda=unit_a.doctor, starts_at=monday(unit_a))
    with time_machine.travel(before + timedelta(minutes=5), tick=False):
        assert do(booking.undo, alice, missed).starts_at == before
        do(booking.move, alice, missed, agenda=unit_a.doctor, starts_at=before + timedelta(minutes=20))
    # Now it is past its new time, too: to take the move back would take the failure away.
    with pytest.raises(Over):
        do(booking.undo, alice, missed)


def test_booking_is_no_longer_taken_back_as_a_mistake_once_it_failed(
    unit_a: Unit, alice: User, at_eleven: datetime
) -> None:
    open_session(unit_a.doctor, workday(0))
    with time_machine.travel(at_eleven - timedelta(hours=2), tick=False), through("care"):
        made = booking.book(
            by=alice,
            detainee=unit_a.paul,
            agenda=unit_a.doctor,
            kind=unit_a.consultation,
            starts_at=local(unit_a.establishment, workday(0), 9, 40),
        )
    with pytest.raises(Over):
        do(booking.undo, alice, made)


def test_summoned_again_the_failure_is_recorded_where_it_was_and_both_say_so(
    unit_a: Unit, missed: Appointment, alice: User, helene: User
) -> None:
    floor_says(missed.movement, MovementState.IMPEDED, NotComeReason.STAFF)
    asked = RequestFactory(
        establishment=unit_a.establishment, detainee=unit_a.paul, kind=unit_a.consultation, discipline="",
        status=RequestStatus.PLANNED, appointment=missed,
    )  # fmt: skip
    was, that_day = (missed.starts_at, missed.agenda_id), Period(workday(0), workday(0))

    again = summon(unit_a, alice, missed, monday(unit_a))

    missed.refresh_from_db()
    assert (missed.status, missed.not_come_declared) == (Status.NOT_COME, NotComeReason.STAFF)
    assert (missed.starts_at, missed.agenda_id) == was
    assert [change.what for change in missed.changes.order_by("revision")] == [ChangeKind.NOT_COME]
    assert chain_of(again) == chain_of(missed) == [missed, again]
    mark_summonses([missed], may_book={unit_a.doctor.pk})
    assert not missed.may_summon_again
    asked.refresh_from_db()
    assert (asked.status, asked.appointment_id) == (RequestStatus.PLANNED, again.pk)

    # On Monday the person is seen: the day that failed still shows what failed.
    with time_machine.travel(monday(unit_a, 10), tick=False):
        do(booking.record_seen, alice, again)
        friday = figures_now(Rights(helene, unit_a.establishment), that_day, agendas=None)
    assert {str(part.label): part.number for part in friday.outcomes if part.number} == {"Did not come": 1}
    assert sum(half.prison_side for half in friday.halves) == 1


def test_only_what_is_over_or_failed_is_made_up_for_and_only_once(
    unit_a: Unit, missed: Appointment, alice: User
) -> None:
    still_on = time_machine.travel(missed.ends_at - timedelta(minutes=1), tick=False)
    with still_on, pytest.raises(BookingRefused, match="did not take place"):
        summon(unit_a, alice, missed, monday(unit_a))
    again = summon(unit_a, alice, missed, monday(unit_a))
    with pytest.raises(BookingRefused, match="already summoned"):
        summon(unit_a, alice, missed, monday(unit_a, 10))

    cancel(alice, again)
    assert summon(unit_a, alice, missed, monday(unit_a, 10)).follows_id == missed.pk
    do(booking.record_seen, alice, missed)
    with pytest.raises(BookingRefused):
        do(booking.undo, alice, again)


def test_cancelled_summons_comes_not_back_beside_another_one(unit_a: Unit, missed: Appointment, alice: User) -> None:
    first = summon(unit_a, alice, missed, monday(unit_a))
    cancel(alice, first)
    summon(unit_a, alice, missed, monday(unit_a, 10))

    with pytest.raises(BookingRefused, match="already summoned"):
        do(booking.undo, alice, first)


def test_who_has_arrived_gets_an_outcome_before_a_summons(unit_a: Unit, missed: Appointment, alice: User) -> None:
    do(booking.arrive, alice, missed)

    with pytest.raises(BookingRefused, match="did not take place"):
        summon(unit_a, alice, missed, monday(unit_a))


def test_whoever_did_not_come_gets_the_place_that_they_held_in_the_same_half_day(
    unit_a: Unit, at_eleven: datetime, alice: User
) -> None:
    half_day = open_session(unit_a.doctor, workday(0), 8, 17, mode=SessionMode.FLEXIBLE, capacity=1)
    one = appointment(unit_a.paul, half_day, unit_a.consultation, local(unit_a.establishment, workday(0), 9, 40))

    again = summon(unit_a, alice, one, local(unit_a.establishment, workday(0), 14))

    one.refresh_from_db()
    assert one.status == Status.NOT_COME
    assert (again.session, again.follows, again.status) == (half_day, one, Status.BOOKED)
    assert again.starts_at > at_eleven


def test_of_two_who_summon_at_once_one_is_told(unit_a: Unit, alice: User) -> None:
    open_session(unit_a.doctor, workday(3))
    session = open_session(unit_a.doctor, workday(-1))
    one = appointment(unit_a.paul, session, unit_a.consultation, local(unit_a.establishment, workday(-1), 9, 40))
    at, together = [monday(unit_a), monday(unit_a, 10)], Barrier(2)
    said: list[str] = []

    def attempt(starts_at: datetime) -> None:
        try:
            together.wait(timeout=20)
            booking.book(
                by=alice,
                detainee=one.detainee,
                agenda=unit_a.doctor,
                kind=unit_a.consultation,
                starts_at=starts_at,
                follows=one,
            )
            said.append("booked")
        except BookingRefused as refusal:
            said.append(refusal.code)
        finally:
            connections.close_all()

    threads = [Thread(target=attempt, args=(starts_at,)) for starts_at in at]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sorted(said) == ["again", "booked"]
    assert Appointment.objects.filter(follows=one).count() == 1
    assert list(one.changes.values_list("what", flat=True)) == [ChangeKind.NOT_COME]


def test_every_correction_of_an_outcome_keeps_the_former_one(missed: Appointment, alice: User) -> None:
    do(booking.record_seen, alice, missed)
    do(booking.record_not_come, alice, missed, reason=NotComeReason.LATE)
    do(booking.complete_reason, alice, missed, reason=NotComeReason.LEFT)
    do(booking.record_seen, alice, missed)

    changes = list(missed.changes.order_by("revision"))
    status = [(each.before.get("status"), each.after.get("status")) for each in changes]
    assert status == [("booked", "seen"), ("seen", "not_come"), (None, None), ("not_come", "seen")]
    assert [each.before.get("not_come_reason") for each in changes] == [None, "", "RETARD", "REPARTI"]
    assert all(after.revision == before.revision + 1 for before, after in pairwise(changes))
