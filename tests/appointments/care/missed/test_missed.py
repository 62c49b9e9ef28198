"""Who did not come: a refusal is verified, a reason completed, the person summoned again, the chain kept."""

from __future__ import annotations

import re

import pytest

from access.models import User
from appointments import booking
from appointments.care.missed.reading import count_missed, read_missed
from appointments.models import Appointment
from appointments.models.enums.appointment import CancelReason, NotComeReason, Status
from appointments.models.enums.movement import MovementState
from appointments.rights import Rights
from tests.appointments.booking.life import cancel, do, floor_says
from tests.conftest import Unit
from tests.doors import AtDoor
from tests.factories import appointment, local, open_session, workday
from tests.reading import tight


@pytest.fixture
def yesterday(unit_a: Unit) -> Appointment:
    """Paul was expected yesterday at 9:40."""
    day = workday(-1)
    session = open_session(unit_a.doctor, day)
    return appointment(unit_a.paul, session, unit_a.consultation, local(unit_a.establishment, day, 9, 40))


def missed(by: User, one: Appointment, declared: NotComeReason | None) -> Appointment:
    """Record that the person did not come, after what the prison declared."""
    if declared:
        floor_says(one.movement, MovementState.IMPEDED, declared)
    return do(booking.record_not_come, by, one)


def test_declared_refusal_waits_to_be_verified_until_care_has_spoken_with_the_person(
    unit_a: Unit, yesterday: Appointment, alice: User, at_door: AtDoor
) -> None:
    one = missed(alice, yesterday, NotComeReason.REFUSAL_REPORTED)
    browser = at_door(alice)
    before = browser.get(browser.url("missed")).text

    answer = browser.post(
        browser.url("appointment_reason", one.pk),
        {"from": "missed", "reason-revision": one.revision, "reason-reason": "REF_CONF"},
        follow=True,
    )

    assert "Confirmed with the patient" in before
    one = Appointment.objects.with_names().get(pk=one.pk)
    assert (answer.status_code, one.cause, one.not_come_declared) == (200, "REF_CONF", "REF_DECL")
    assert read_missed(Rights(alice, unit_a.establishment)).to_verify == []


def test_other_declared_reasons_ask_for_no_verification(unit_a: Unit, yesterday: Appointment, alice: User) -> None:
    missed(alice, yesterday, NotComeReason.VISIT)

    listed = read_missed(Rights(alice, unit_a.establishment))

    assert (listed.to_verify, [one.cause for one in listed.not_come]) == ([], ["PARLOIR"])


def test_prisons_reasons_are_not_offered_to_care(yesterday: Appointment, alice: User, at_door: AtDoor) -> None:
    one = missed(alice, yesterday, None)
    browser = at_door(alice)

    offered = set()
    for page in (browser.url("missed"), browser.url("appointment", one.pk)):
        offered |= set(re.findall(r'<option value="([A-Z_]+)"', browser.get(page).text))
    answer = browser.post(
        browser.url("appointment_reason", one.pk), {"reason-revision": one.revision, "reason-reason": "PARLOIR"}
    )

    assert offered & {"REF_DECL", "PARLOIR", "EFFECTIF", "BLOCAGE", "TRAVAIL", "EXTRACTION"} == set()
    assert {"REF_CONF", "NON_APPELE", "RETARD"} <= offered
    assert answer.status_code == 422


def test_outcome_that_nobody_recorded_is_asked_for_and_undone_from_the_list(
    unit_a: Unit, yesterday: Appointment, alice: User, at_door: AtDoor
) -> None:
    browser = at_door(alice)
    assert count_missed(Rights(alice, unit_a.establishment)).without_outcome == 1

    browser.post(browser.url("appointment_seen", yesterday.pk), {"from": "missed", "revision": 1})
    assert count_missed(Rights(alice, unit_a.establishment)).total == 0
    answer = browser.post(browser.url("appointment_undo", yesterday.pk), {"from": "missed", "revision": 2}, follow=True)

    assert "Outcome not recorded" in answer.text
    assert count_missed(Rights(alice, unit_a.establishment)).without_outcome == 1


def test_work_of_agendas_in_which_somebody_does_not_book_is_not_his(
    unit_a: Unit, yesterday: Appointment, alice: User, bob: User, chloe: User
) -> None:
    missed(alice, yesterday, NotComeReason.REFUSAL_REPORTED)

    assert [count_missed(Rights(who, unit_a.establishment)).total for who in (alice, bob, chloe)] == [2, 0, 0]


# --- Summoned again ---------------------------------------------------------------------------------


@pytest.mark.parametrize("how", ["not come", "cancelled"])
def test_one_click_leads_to_the_booking_form_filled_in_and_the_chain_is_kept(
    how: str, unit_a: Unit, alice: User, at_door: AtDoor
) -> None:
    open_session(unit_a.doctor, workday(2))
    if how == "not come":
        session = open_session(unit_a.doctor, workday(-1))
        at = local(unit_a.establishment, workday(-1), 9, 40)
        one = missed(alice, appointment(unit_a.paul, session, unit_a.consultation, at, minutes=30), None)
    else:
        session = open_session(unit_a.doctor, workday(1))
        at = local(unit_a.establishment, workday(1), 9, 40)
        one = cancel(
            alice, appointment(unit_a.paul, session, unit_a.consultation, at, minutes=30), CancelReason.UNIT_ABSENT
        )
    browser = at_door(alice)

    page = browser.get(f"{browser.url('book')}?again={one.pk}").context
    form = page["form"]
    sent = {name: form[name].value() or "" for name in ("person", "kind", "agenda", "minutes", "follows")}
    sent |= {"day": f"{form['day'].value():%Y-%m-%d}", "time": f"{form['time'].value():%H:%M}"}
    answer = browser.post(browser.url("book"), sent)

    assert answer.status_code == 302
    made = Appointment.objects.get(status=Status.BOOKED)
    assert (made.detainee, made.kind, made.agenda, made.follows) == (unit_a.paul, one.kind, one.agenda, one)
    assert (made.ends_at - made.starts_at) == (one.ends_at - one.starts_at)
    for key, words in ((made.pk, "summons no. 2"), (one.pk, "Already summoned again")):
        assert words in browser.get(browser.url("appointment", key)).text
    assert "summons no. 2" in browser.get(browser.url("person", unit_a.paul.pk)).text


def test_third_summons_says_so(unit_a: Unit, alice: User, at_door: AtDoor) -> None:
    session, before = open_session(unit_a.doctor, workday(-1)), None
    for hour in (9, 10, 11):
        at = local(unit_a.establishment, workday(-1), hour)
        one = appointment(unit_a.paul, session, unit_a.consultation, at, follows=before)
        before = missed(alice, one, None)
    assert before is not None
    browser = at_door(alice)

    page = browser.get(browser.url("appointment", before.pk)).text

    assert "summons no. 3" in page
    assert tight(page).count("· Did not come") == 2


def test_somebody_else_chosen_in_the_form_makes_up_for_nothing(
    unit_a: Unit, yesterday: Appointment, alice: User, at_door: AtDoor
) -> None:
    one = missed(alice, yesterday, None)
    open_session(unit_a.doctor, workday(1))
    browser = at_door(alice)

    answer = browser.post(
        browser.url("book"),
        {
            "person": unit_a.karim.pk,
            "kind": unit_a.consultation.pk,
            "agenda": unit_a.doctor.pk,
            "day": f"{workday(1):%Y-%m-%d}",
            "time": "09:30",
            "follows": one.pk,
        },
    )

    assert answer.status_code == 302
    assert Appointment.objects.get(status=Status.BOOKED).follows is None


def test_appointment_of_an_unseen_agenda_is_not_made_up_for(
    yesterday: Appointment, alice: User, bob: User, at_door: AtDoor
) -> None:
    one = missed(alice, yesterday, None)
    browser = at_door(bob)

    assert browser.get(f"{browser.url('book')}?again={one.pk}").status_code == 404
