"""The life of an appointment: which change is possible when, how it is taken back, and whose word a reason is."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
import time_machine

from access.models import User
from appointments import booking
from appointments.models import Appointment, AppointmentChange, Detainee, Movement
from appointments.models.enums.appointment import CancelReason, ChangeKind, NotComeReason, Status
from appointments.models.enums.movement import MovementState
from appointments.projection import purge
from tests.appointments.booking.life import VERBS, cancel, do, everything, floor_says
from tests.conftest import Unit
from tests.doors import through
from tests.factories import appointment, local, open_session, workday

ARRIVED, STARTED, SEEN, NOT_COME = ChangeKind.ARRIVED, ChangeKind.STARTED, ChangeKind.SEEN, ChangeKind.NOT_COME

# What was done before -> what may be done next, and where it leads.
POSSIBLE: list[tuple[tuple[ChangeKind, ...], ChangeKind, Status | None]] = [
    ((), ARRIVED, Status.ARRIVED),
    ((), STARTED, Status.IN_CONSULTATION),
    ((), SEEN, Status.SEEN),
    ((), NOT_COME, Status.NOT_COME),
    ((ARRIVED,), ARRIVED, None),
    ((ARRIVED,), STARTED, Status.IN_CONSULTATION),
    ((ARRIVED,), SEEN, Status.SEEN),
    ((ARRIVED,), NOT_COME, Status.NOT_COME),
    ((ARRIVED, STARTED), ARRIVED, None),
    ((ARRIVED, STARTED), STARTED, None),
    ((ARRIVED, STARTED), SEEN, Status.SEEN),
    ((ARRIVED, STARTED), NOT_COME, Status.NOT_COME),
    ((SEEN,), ARRIVED, None),
    ((SEEN,), STARTED, None),
    ((SEEN,), SEEN, None),
    ((SEEN,), NOT_COME, Status.NOT_COME),
    ((NOT_COME,), ARRIVED, Status.ARRIVED),
    ((NOT_COME,), STARTED, None),
    ((NOT_COME,), SEEN, Status.SEEN),
    ((NOT_COME,), NOT_COME, None),
    ((ChangeKind.CANCELLED,), ARRIVED, None),
    ((ChangeKind.CANCELLED,), STARTED, None),
    ((ChangeKind.CANCELLED,), SEEN, None),
    ((ChangeKind.CANCELLED,), NOT_COME, None),
]


def live(by: User, one: Appointment, steps: tuple[ChangeKind, ...]) -> Appointment:
    """Let the appointment go through `steps`."""
    for step in steps:
        one = cancel(by, one) if step == ChangeKind.CANCELLED else do(VERBS[step], by, one)
    return one


@pytest.mark.parametrize(("before", "change", "after"), POSSIBLE)
def test_change_is_made_or_refused_as_the_table_says(
    at_nine_forty: Appointment, alice: User, before: tuple[ChangeKind, ...], change: ChangeKind, after: Status | None
) -> None:
    one = live(alice, at_nine_forty, before)

    if after is None:
        known = everything(one)
        with pytest.raises(booking.BookingRefused) as refusal:
            do(VERBS[change], alice, one)
        assert refusal.value.code == "status"
        assert everything(one) == known
    else:
        assert do(VERBS[change], alice, one).status == after


@pytest.mark.parametrize("steps", [(ARRIVED,), (STARTED,), (SEEN,), (NOT_COME,), (ARRIVED, STARTED, SEEN)])
def test_appointment_that_goes_on_is_neither_moved_nor_cancelled(
    at_nine_forty: Appointment, alice: User, steps: tuple[ChangeKind, ...]
) -> None:
    one = live(alice, at_nine_forty, steps)
    later = one.starts_at + timedelta(minutes=40)

    with pytest.raises(booking.BookingRefused) as cancelling:
        cancel(alice, one)
    with pytest.raises(booking.BookingRefused) as moving:
        do(booking.move, alice, one, agenda=one.agenda, starts_at=later)

    assert (cancelling.value.code, moving.value.code) == ("status", "status")


def test_times_are_those_at_which_the_steps_were_noted(at_nine_forty: Appointment, alice: User) -> None:
    now = at_nine_forty.starts_at
    for minutes, verb in enumerate((booking.arrive, booking.start, booking.record_seen)):
        with time_machine.travel(now + timedelta(minutes=10 * minutes), tick=False):
            one = do(verb, alice, at_nine_forty)

    assert (one.arrived_at, one.started_at, one.ended_at) == tuple(now + timedelta(minutes=10 * n) for n in range(3))


def test_end_is_unknown_when_nobody_noted_the_beginning(at_nine_forty: Appointment, alice: User) -> None:
    one = do(booking.record_seen, alice, at_nine_forty)

    assert (one.arrived_at, one.started_at, one.ended_at) == (None, None, None)


def test_only_today_can_somebody_arrive_and_only_what_has_begun_has_an_outcome(
    unit_a: Unit, alice: User, ten_o_clock: datetime
) -> None:
    codes = {}
    for days in (-1, 1):
        day = ten_o_clock.date() + timedelta(days=days)
        one = appointment(
            unit_a.paul, open_session(unit_a.doctor, day), unit_a.consultation, local(unit_a.establishment, day, 9, 40)
        )
        for change, verb in VERBS.items():
            one.refresh_from_db()
            try:
                do(verb, alice, one)
            except booking.BookingRefused as refusal:
                codes[days, change] = refusal.code

    assert codes == {
        (-1, ARRIVED): "day",
        (-1, STARTED): "day",
        (1, ARRIVED): "day",
        (1, STARTED): "day",
        (1, SEEN): "future",
        (1, NOT_COME): "future",
    }


def test_who_does_not_book_in_the_agenda_changes_nothing(at_nine_forty: Appointment, bob: User) -> None:
    for verb in (*VERBS.values(), booking.undo):
        with pytest.raises(booking.BookingRefused) as refusal:
            do(verb, bob, at_nine_forty)
        assert refusal.value.code in {"right", "undo"}
    assert not AppointmentChange.objects.exists()


# --- Undo -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("before", "change", "after"), [row for row in POSSIBLE if row[2]])
def test_every_change_of_today_is_taken_back_exactly(
    at_nine_forty: Appointment, alice: User, before: tuple[ChangeKind, ...], change: ChangeKind, after: Status
) -> None:
    one = live(alice, at_nine_forty, before)
    known = everything(one)
    one = do(VERBS[change], alice, one)
    assert one.status == after

    one = do(booking.undo, alice, one)

    assert everything(one) == known
    last = AppointmentChange.objects.order_by("-revision").first()
    assert last is not None
    assert (last.what, last.undoes.what if last.undoes else "") == (ChangeKind.UNDONE, change)


def test_undo_goes_back_step_by_step_to_the_booking(at_nine_forty: Appointment, alice: User) -> None:
    known = everything(at_nine_forty)
    one = live(alice, at_nine_forty, (ARRIVED, STARTED, SEEN))

    states = []
    for _step in range(3):
        one = do(booking.undo, alice, one)
        states.append(one.status)

    assert states == [Status.IN_CONSULTATION, Status.ARRIVED, Status.BOOKED]
    assert everything(one) == known
    with pytest.raises(booking.BookingRefused) as refusal:
        do(booking.undo, alice, one)
    assert refusal.value.code == "undo"


def test_undo_is_possible_until_the_end_of_the_day(at_nine_forty: Appointment, alice: User) -> None:
    do(booking.record_seen, alice, at_nine_forty)
    midnight = at_nine_forty.starts_at.astimezone(at_nine_forty.establishment.zone).replace(hour=0, minute=0)

    with (
        time_machine.travel(midnight + timedelta(days=1), tick=False),
        pytest.raises(booking.BookingRefused) as refusal,
    ):
        do(booking.undo, alice, at_nine_forty)
    assert refusal.value.code == "undo"
    with time_machine.travel(midnight + timedelta(hours=23, minutes=59), tick=False):
        assert do(booking.undo, alice, at_nine_forty).status == Status.BOOKED


def test_undo_of_a_cancellation_takes_the_slot_again_and_calls_the_person(
    unit_a: Unit, alice: User, ten_o_clock: datetime
) -> None:
    day = ten_o_clock.date()
    session = open_session(unit_a.doctor, day)
    one = appointment(unit_a.paul, session, unit_a.consultation, local(unit_a.establishment, day, 11, 0))
    line = list(Movement.objects.values())
    cancel(alice, one)
    assert not Movement.objects.exists()

    assert do(booking.undo, alice, one).status == Status.BOOKED

    assert list(Movement.objects.values()) == line


def test_undo_of_a_cancellation_says_when_the_slot_was_given_away(
    unit_a: Unit, alice: User, ten_o_clock: datetime
) -> None:
    day = ten_o_clock.date()
    session = open_session(unit_a.doctor, day)
    one = appointment(unit_a.paul, session, unit_a.consultation, local(unit_a.establishment, day, 11, 0))
    cancel(alice, one)
    appointment(unit_a.karim, session, unit_a.consultation, one.starts_at)

    with pytest.raises(booking.BookingRefused) as refusal:
        do(booking.undo, alice, one)

    assert refusal.value.code == "taken"
    assert everything(one)["status"] == Status.CANCELLED


def test_undo_of_a_move_goes_back_to_the_time_before_and_its_arrival_time(
    unit_a: Unit, alice: User, ten_o_clock: datetime
) -> None:
    day = ten_o_clock.date()
    session = open_session(unit_a.doctor, day)
    one = appointment(unit_a.paul, session, unit_a.consultation, local(unit_a.establishment, day, 11, 40))
    known, line = everything(one), list(Movement.objects.values())
    do(booking.move, alice, one, agenda=one.agenda, starts_at=local(unit_a.establishment, day, 10, 10))

    do(booking.undo, alice, one)

    assert (everything(one), list(Movement.objects.values())) == (known, line)


def test_undo_of_an_absence_is_refused_when_the_time_is_taken_by_somebody_else(
    unit_a: Unit, at_nine_forty: Appointment, alice: User
) -> None:
    one = do(booking.record_not_come, alice, at_nine_forty)
    assert one.session is not None
    appointment(unit_a.karim, one.session, unit_a.consultation, one.starts_at)

    with pytest.raises(booking.BookingRefused) as refusal:
        do(booking.undo, alice, one)

    assert refusal.value.code == "taken"


# --- Two parties ------------------------------------------------------------------------------------


def test_reason_is_the_default_when_nobody_says_anything(at_nine_forty: Appointment, alice: User) -> None:
    one = do(booking.record_not_come, alice, at_nine_forty)

    assert (one.not_come_declared, one.not_come_reason, one.cause) == ("", "SANS_MOTIF", "SANS_MOTIF")


def test_declaration_of_the_prison_is_copied_beside_what_care_verified(at_nine_forty: Appointment, alice: User) -> None:
    floor_says(at_nine_forty.movement, MovementState.IMPEDED, NotComeReason.VISIT)

    one = do(booking.record_not_come, alice, at_nine_forty)

    assert (one.not_come_declared, one.not_come_reason, one.cause) == ("PARLOIR", "", "PARLOIR")


def test_declared_refusal_counts_as_one_only_once_care_has_heard_it(at_nine_forty: Appointment, alice: User) -> None:
    floor_says(at_nine_forty.movement, MovementState.IMPEDED, NotComeReason.REFUSAL_REPORTED)

    one = do(booking.record_not_come, alice, at_nine_forty)
    assert (one.is_to_verify, one.cause) == (True, "REF_DECL")

    one = do(booking.complete_reason, alice, one, reason=NotComeReason.REFUSAL_CONFIRMED)
    assert (one.is_to_verify, one.cause, one.not_come_declared) == (False, "REF_CONF", "REF_DECL")


def test_declared_refusal_that_the_person_denies_is_none(at_nine_forty: Appointment, alice: User) -> None:
    floor_says(at_nine_forty.movement, MovementState.IMPEDED, NotComeReason.REFUSAL_REPORTED)
    one = do(booking.record_not_come, alice, at_nine_forty)

    one = do(booking.complete_reason, alice, one, reason=NotComeReason.NOT_CALLED)

    assert (one.is_to_verify, one.cause, one.not_come_declared) == (False, "NON_APPELE", "REF_DECL")


def test_declaration_made_after_the_absence_was_recorded_is_read_and_survives_the_purge(
    unit_a: Unit, alice: User
) -> None:
    day = workday(-1)
    one = appointment(
        unit_a.paul, open_session(unit_a.doctor, day), unit_a.consultation, local(unit_a.establishment, day, 9, 40)
    )
    do(booking.record_not_come, alice, one)
    floor_says(one.movement, MovementState.IMPEDED, NotComeReason.REFUSAL_REPORTED)

    one = Appointment.objects.with_names().get()
    assert (one.is_to_verify, one.not_come_declared) == (True, "")
    purge(before=one.starts_at + timedelta(days=3))

    one = Appointment.objects.with_names().get()
    assert (one.movement, one.is_to_verify, one.not_come_declared) == (None, True, "REF_DECL")
    assert list(Appointment.objects.declared_as("REF_DECL")) == [one]


@pytest.mark.parametrize("reason", [NotComeReason.VISIT, NotComeReason.REFUSAL_REPORTED, NotComeReason.STAFF])
def test_care_does_not_declare_in_the_name_of_the_prison(
    at_nine_forty: Appointment, alice: User, reason: NotComeReason
) -> None:
    with pytest.raises(booking.BookingRefused) as refusal:
        do(booking.record_not_come, alice, at_nine_forty, reason=reason)

    assert refusal.value.code == "reason"


def test_nothing_that_care_notes_changes_the_movement(at_nine_forty: Appointment, alice: User) -> None:
    line = list(Movement.objects.values())
    for steps in [(ARRIVED, STARTED, SEEN), (NOT_COME,), (SEEN, NOT_COME, ARRIVED)]:
        one = live(alice, at_nine_forty, steps)
        assert list(Movement.objects.values()) == line
        for _step in steps:
            one = do(booking.undo, alice, one)
            assert list(Movement.objects.values()) == line


# --- Summoned again ---------------------------------------------------------------------------------


def test_summons_keeps_its_link_to_the_one_that_was_missed(
    unit_a: Unit, at_nine_forty: Appointment, alice: User
) -> None:
    missed = do(booking.record_not_come, alice, at_nine_forty)

    made = book_again(alice, missed, minutes=80)

    assert made.follows == missed
    assert AppointmentChange.objects.get(appointment=made).what == ChangeKind.BOOKED


def test_only_the_same_person_who_was_missed_is_summoned_again(
    unit_a: Unit, at_nine_forty: Appointment, alice: User
) -> None:
    with pytest.raises(booking.BookingRefused) as still_open:
        book_again(alice, at_nine_forty, minutes=80)
    missed = do(booking.record_not_come, alice, at_nine_forty)
    with pytest.raises(booking.BookingRefused) as somebody_else:
        book_again(alice, missed, minutes=80, person=unit_a.karim)

    assert (still_open.value.code, somebody_else.value.code) == ("follows", "follows")


def book_again(by: User, missed: Appointment, *, minutes: int, person: Detainee | None = None) -> Appointment:
    """Book the same again, some minutes later."""
    with through("care"):
        return booking.book(
            by=by,
            detainee=person or missed.detainee,
            agenda=missed.agenda,
            kind=missed.kind,
            starts_at=missed.starts_at + timedelta(minutes=minutes),
            follows=missed,
        )


# --- History ----------------------------------------------------------------------------------------


def test_history_says_who_did_what_and_which_values_became_which(
    unit_a: Unit, alice: User, helene: User, ten_o_clock: datetime
) -> None:
    day = ten_o_clock.date()
    session = open_session(unit_a.doctor, day)
    one = appointment(unit_a.paul, session, unit_a.consultation, local(unit_a.establishment, day, 10, 40))
    do(booking.move, alice, one, agenda=one.agenda, starts_at=local(unit_a.establishment, day, 11, 0))
    cancel(helene, one, CancelReason.UNIT_POSTPONED)

    moved, cancelled = AppointmentChange.objects.order_by("revision")

    assert (moved.what, moved.by_name, moved.revision) == (ChangeKind.MOVED, str(alice), 2)
    assert moved.before.keys() == {"starts_at", "ends_at"}
    assert (cancelled.what, cancelled.by_name) == (ChangeKind.CANCELLED, str(helene))
    assert cancelled.before == {"status": "booked", "cancel_reason": ""}
    assert cancelled.after == {"status": "cancelled", "cancel_reason": "US_REPORT"}
