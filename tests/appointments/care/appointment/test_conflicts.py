"""Two people change the same appointment: the second is told what changed, loses nothing, and may apply it again."""

from __future__ import annotations

import re
from html import unescape

import pytest

from access.models import User
from appointments import booking
from appointments.models import Appointment
from appointments.models.enums.appointment import CancelReason, Status
from tests.appointments.booking.life import cancel, do
from tests.conftest import Unit
from tests.doors import AtDoor
from tests.factories import appointment, local, open_session, workday
from tests.reading import tight


@pytest.fixture
def tomorrow(unit_a: Unit) -> Appointment:
    """Paul sees the doctor tomorrow at 9:50."""
    session = open_session(unit_a.doctor, workday(1))
    return appointment(unit_a.paul, session, unit_a.consultation, local(unit_a.establishment, workday(1), 9, 50))


def again(page: str) -> tuple[str, dict[str, str]]:
    """The address and the values of the button that applies the same change once more."""
    [form] = re.findall(r'<form method="post" action="([^"]+)"[^>]*>((?:(?!</form>).)*)Apply mine', tight(page), re.S)
    fields = re.findall(r'name="([^"]+)" value="([^"]*)"', form[1])
    return form[0], {name: unescape(value) for name, value in fields if name != "csrfmiddlewaretoken"}


def test_second_editor_is_told_what_changed_keeps_what_was_typed_and_applies_it_again(
    unit_a: Unit, tomorrow: Appointment, alice: User, helene: User, at_door: AtDoor
) -> None:
    browser, day = at_door(alice), workday(1)
    do(
        booking.move, helene, tomorrow, agenda=tomorrow.agenda, starts_at=local(unit_a.establishment, day, 10, 30)
    )  # meanwhile
    typed = {
        "move-revision": 1,
        "move-agenda": unit_a.doctor.pk,
        "move-day": f"{day:%Y-%m-%d}",
        "move-time": "11:20",
    }

    answer = browser.post(browser.url("appointment_move", tomorrow.pk), typed)

    assert answer.status_code == 409
    text = " ".join(re.sub(r"<[^>]+>", " ", unescape(answer.text)).split())
    assert "Helene: moved" in text
    assert re.search(r"Begins: \S+ \d+ \S+ 09:50 → became \S+ \d+ \S+ 10:30", text)
    assert 'value="11:20"' in answer.text
    address, fields = again(answer.text)
    assert browser.post(address, fields).status_code == 302
    tomorrow.refresh_from_db()
    assert tomorrow.starts_at == local(unit_a.establishment, day, 11, 20)


def test_reason_chosen_for_a_cancellation_is_kept(
    unit_a: Unit, tomorrow: Appointment, alice: User, helene: User, at_door: AtDoor
) -> None:
    browser = at_door(alice)
    do(
        booking.move,
        helene,
        tomorrow,
        agenda=tomorrow.agenda,
        starts_at=local(unit_a.establishment, workday(1), 10, 30),
    )

    answer = browser.post(
        browser.url("appointment_cancel", tomorrow.pk), {"cancel-revision": 1, "cancel-reason": "US_REPORT"}
    )

    assert answer.status_code == 409
    assert '<option value="US_REPORT" selected>' in answer.text
    assert browser.post(*again(answer.text)).status_code == 302
    tomorrow.refresh_from_db()
    assert (tomorrow.status, tomorrow.cancel_reason) == (Status.CANCELLED, CancelReason.UNIT_POSTPONED)


def test_change_that_is_possible_no_longer_is_refused_again_with_the_reason(
    unit_a: Unit, tomorrow: Appointment, alice: User, helene: User, at_door: AtDoor
) -> None:
    browser = at_door(alice)
    cancel(helene, tomorrow)

    answer = browser.post(
        browser.url("appointment_move", tomorrow.pk),
        {"move-revision": 1, "slot": f"{unit_a.doctor.pk}|{workday(1):%Y-%m-%d}T11:20"},
    )
    second = browser.post(*again(answer.text))

    assert answer.status_code == 409
    assert "cancelled" in answer.text
    assert "11:20" in answer.text
    assert second.status_code == 422
    assert "no longer open: cancelled" in second.text
    tomorrow.refresh_from_db()
    assert tomorrow.status == Status.CANCELLED


def test_undo_of_a_cancellation_whose_slot_is_taken_offers_the_next_free_ones(
    unit_a: Unit, tomorrow: Appointment, alice: User, at_door: AtDoor
) -> None:
    browser = at_door(alice)
    cancel(alice, tomorrow)
    session = tomorrow.session
    assert session is not None
    appointment(unit_a.karim, session, unit_a.consultation, tomorrow.starts_at)

    answer = browser.post(browser.url("appointment_undo", tomorrow.pk), {"revision": 2})

    assert answer.status_code == 422
    assert "has just been taken" in answer.text
    assert answer.text.count(f"/book?again={tomorrow.pk}&amp;at=") == 5
