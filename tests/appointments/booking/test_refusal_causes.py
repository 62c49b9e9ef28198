"""Why a confirmed refusal was one: recorded with it or later, corrected with the former word kept, never guessed."""

from __future__ import annotations

import pytest

from access.models import User
from appointments import booking
from appointments.booking import BookingRefused, ChangedMeanwhile
from appointments.models import Appointment
from appointments.models.enums.appointment import (
    OBSTRUCTING,
    CancelReason,
    ChangeKind,
    NotComeReason,
    RefusalCause,
    Status,
)
from tests.appointments.booking.life import cancel, do
from tests.conftest import Unit
from tests.doors import through
from tests.factories import appointment, local, open_session, workday

pytestmark = pytest.mark.django_db(transaction=True)
REFUSED = NotComeReason.REFUSAL_CONFIRMED


@pytest.fixture
def yesterday(unit_a: Unit) -> Appointment:
    """Paul was expected yesterday at 9:40."""
    session = open_session(unit_a.doctor, workday(-1))
    return appointment(unit_a.paul, session, unit_a.consultation, local(unit_a.establishment, workday(-1), 9, 40))


def past_of(one: Appointment) -> list[tuple[str, str | None, str | None]]:
    """What the history keeps of the cause: each change, the cause before and after."""
    changes = one.changes.order_by("revision")
    return [(each.what, each.before.get("refusal_cause"), each.after.get("refusal_cause")) for each in changes]


def test_conditions_of_care_obstruct_and_the_persons_own_wishes_do_not() -> None:
    assert {*RefusalCause} - {*OBSTRUCTING} == {RefusalCause.FEELS_BETTER, RefusalCause.OTHER}


def test_cause_comes_with_the_refusal_or_later_and_a_corrected_one_stays_in_the_history(
    yesterday: Appointment, alice: User
) -> None:
    one = do(booking.record_not_come, alice, yesterday, reason=REFUSED, cause=RefusalCause.RESTRAINTS)
    assert one.refusal_cause == RefusalCause.RESTRAINTS
    one = do(booking.record_cause, alice, yesterday, cause=RefusalCause.IDENTIFIED)
    one = do(booking.record_cause, alice, yesterday, cause=None)

    assert one.refusal_cause == ""
    assert past_of(one) == [
        (ChangeKind.NOT_COME, "", "ENTRAVES"),
        (ChangeKind.CAUSE, "ENTRAVES", "CRAINTE"),
        (ChangeKind.CAUSE, "CRAINTE", ""),
    ]
    one = do(booking.undo, alice, yesterday)
    assert one.refusal_cause == RefusalCause.IDENTIFIED


def test_refusal_confirmed_again_keeps_its_cause_and_another_reason_loses_it_but_not_its_history(
    yesterday: Appointment, alice: User
) -> None:
    do(booking.record_not_come, alice, yesterday)
    do(booking.complete_reason, alice, yesterday, reason=REFUSED, cause=RefusalCause.WAITED)
    one = do(booking.complete_reason, alice, yesterday, reason=REFUSED)
    assert one.refusal_cause == RefusalCause.WAITED

    one = do(booking.complete_reason, alice, yesterday, reason=NotComeReason.NOT_CALLED)
    assert (one.not_come_reason, one.refusal_cause) == (NotComeReason.NOT_CALLED, "")
    assert past_of(one)[-1] == (ChangeKind.REASON, "ATTENTE", "")
    one = do(booking.complete_reason, alice, yesterday, reason=REFUSED)
    assert one.refusal_cause == ""
    do(booking.record_cause, alice, yesterday, cause=RefusalCause.OTHER)
    assert do(booking.record_seen, alice, yesterday).refusal_cause == ""


def test_refusal_heard_before_the_hour_has_its_cause_too(unit_a: Unit, alice: User) -> None:
    session = open_session(unit_a.doctor, workday())
    planned = appointment(unit_a.paul, session, unit_a.consultation, local(unit_a.establishment, workday(), 9, 40))
    cancel(alice, planned, CancelReason.REFUSED)

    one = do(booking.record_cause, alice, planned, cause=RefusalCause.OFFICER_PRESENT)

    assert (one.status, one.refusal_cause) == (Status.CANCELLED, RefusalCause.OFFICER_PRESENT)


def test_who_did_not_refuse_has_no_cause(yesterday: Appointment, alice: User) -> None:
    for verb, values in (
        (booking.record_not_come, {"cause": RefusalCause.WAITED}),
        (booking.record_not_come, {"reason": NotComeReason.NOT_CALLED, "cause": RefusalCause.WAITED}),
        (booking.record_cause, {"cause": RefusalCause.WAITED}),
    ):
        with pytest.raises(BookingRefused):
            do(verb, alice, yesterday, **values)
    do(booking.record_not_come, alice, yesterday)
    with pytest.raises(BookingRefused, match="confirmed"):
        do(booking.record_cause, alice, yesterday, cause=RefusalCause.WAITED)
    yesterday.refresh_from_db()
    assert yesterday.refusal_cause == ""


def test_of_two_who_correct_the_same_cause_the_second_is_told(yesterday: Appointment, alice: User) -> None:
    seen = do(booking.record_not_come, alice, yesterday, reason=REFUSED)
    do(booking.record_cause, alice, yesterday, cause=RefusalCause.TOLD_LATE)

    with pytest.raises(ChangedMeanwhile), through("care"):
        booking.record_cause(by=alice, appointment=seen, revision=seen.revision, cause=RefusalCause.OTHER)
    yesterday.refresh_from_db()
    assert yesterday.refusal_cause == RefusalCause.TOLD_LATE
