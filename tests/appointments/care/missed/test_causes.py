"""The pages on which a refusal gets its cause: one click from the list, corrected later, wrong input refused."""

from __future__ import annotations

from datetime import timedelta

import pytest

from access.models import User
from appointments import booking
from appointments.care.missed.reading import count_missed
from appointments.models import Appointment
from appointments.models.enums.appointment import NotComeReason, RefusalCause
from appointments.models.enums.movement import MovementState
from appointments.rights import Rights
from tests.appointments.booking.life import do, floor_says
from tests.conftest import Unit
from tests.doors import AtDoor
from tests.factories import appointment, local, open_session, paris_day, workday
from tests.reading import tight, words_of


@pytest.fixture
def declared(unit_a: Unit, alice: User) -> Appointment:
    """Paul was expected yesterday; the prison declares a refusal, which nobody has verified."""
    day = workday(-1)
    session = open_session(unit_a.doctor, day)
    one = appointment(unit_a.paul, session, unit_a.consultation, local(unit_a.establishment, day, 9, 40))
    floor_says(one.movement, MovementState.IMPEDED, NotComeReason.REFUSAL_REPORTED)
    return do(booking.record_not_come, alice, one)


def test_one_click_confirms_the_refusal_with_its_cause(
    unit_a: Unit, declared: Appointment, alice: User, at_door: AtDoor
) -> None:
    browser = at_door(alice)
    page = browser.get(browser.url("missed")).text
    assert all(str(cause.label) in page for cause in RefusalCause)
    sent = {"from": "missed", "reason-revision": declared.revision, "reason-reason": "REF_CONF"}

    answer = browser.post(
        browser.url("appointment_reason", declared.pk), {**sent, "reason-cause": "ENTRAVES"}, follow=True
    )

    declared.refresh_from_db()
    assert (declared.not_come_reason, declared.refusal_cause) == ("REF_CONF", "ENTRAVES")
    assert "Handcuffs or shackles" in answer.text
    assert count_missed(Rights(alice, unit_a.establishment)).to_ask == 0
    # Sent twice, by an impatient finger: told, and nothing changes.
    again = browser.post(browser.url("appointment_reason", declared.pk), {**sent, "reason-cause": "MIEUX"})
    declared.refresh_from_db()
    assert (again.status_code, declared.refusal_cause) == (409, "ENTRAVES")


def test_refusal_of_which_nobody_asked_why_is_to_do_until_somebody_has(
    unit_a: Unit, declared: Appointment, alice: User, at_door: AtDoor
) -> None:
    browser = at_door(alice)
    sent = {"from": "missed", "reason-revision": declared.revision, "reason-reason": "REF_CONF", "reason-cause": ""}
    listed = browser.post(browser.url("appointment_reason", declared.pk), sent, follow=True).text
    home = words_of(browser.get(browser.url("home")).text)
    assert "1 refusal whose cause is not known" in home
    assert "Confirmed refusals: why?" in listed

    declared.refresh_from_db()
    sent = {"from": "missed", "cause-revision": declared.revision, "cause-cause": "SEXE"}
    after = browser.post(browser.url("appointment_cause", declared.pk), sent, follow=True).text

    assert "Confirmed refusals: why?" not in after
    declared.refresh_from_db()
    assert declared.refusal_cause == RefusalCause.OTHER_SEX
    page = tight(browser.get(browser.url("appointment", declared.pk)).text)
    assert "Cause of the refusal: nothing" in page.replace("Cause of the refusal : ", "Cause of the refusal: ")


def test_whoever_has_left_is_no_longer_to_be_asked(unit_a: Unit, declared: Appointment, alice: User) -> None:
    do(booking.complete_reason, alice, declared, reason=NotComeReason.REFUSAL_CONFIRMED)
    assert count_missed(Rights(alice, unit_a.establishment)).to_ask == 1

    unit_a.paul.released_on = paris_day() - timedelta(days=1)
    unit_a.paul.save()

    assert count_missed(Rights(alice, unit_a.establishment)).to_ask == 0


@pytest.mark.parametrize(
    ("sent", "status"),
    [
        ({"cause-cause": "BECAUSE"}, 422),
        ({"cause-cause": "MIEUX", "cause-revision": "x"}, 422),
        ({"cause-cause": "MIEUX", "cause-revision": "99999999999999999999"}, 409),
        ({"cause-cause": "MIEUX"}, 422),
    ],
)
def test_cause_that_cannot_be_is_refused_with_a_sentence(
    declared: Appointment, alice: User, at_door: AtDoor, sent: dict[str, str], status: int
) -> None:
    """The last one is right in itself, but nobody has confirmed that this is a refusal."""
    browser = at_door(alice)

    answer = browser.post(browser.url("appointment_cause", declared.pk), {"cause-revision": declared.revision, **sent})

    declared.refresh_from_db()
    assert (answer.status_code, declared.refusal_cause) == (status, "")
    assert 'class="notice notice-error"' in answer.text


def test_cause_beside_another_reason_is_refused(declared: Appointment, alice: User, at_door: AtDoor) -> None:
    browser = at_door(alice)
    sent = {"reason-revision": declared.revision, "reason-reason": "NON_APPELE", "reason-cause": "MIEUX"}

    answer = browser.post(browser.url("appointment_reason", declared.pk), sent)

    declared.refresh_from_db()
    assert (answer.status_code, declared.not_come_reason) == (422, "")
