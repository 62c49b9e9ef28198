"""The team's page: notes of one's own unit, tasks with a due day, what was cancelled today with the way back."""

from __future__ import annotations

from datetime import timedelta

import pytest

from access.models import User
from appointments import booking
from appointments.models import Appointment, CareUnit, ShiftNote, TeamTask
from appointments.models.enums.appointment import CancelReason, Status
from tests.appointments.care.pages import queries_of
from tests.conftest import Unit
from tests.factories import appointment, local, open_session, unit_of, workday


def team(browser) -> str:
    return browser.get(browser.url("team")).text


def test_note_is_read_by_the_units_team_and_withdrawn_by_whoever_wrote_it_or_leads(
    unit_a: Unit, alice: User, emma: User, helene: User, chloe: User, at_door
) -> None:
    writer, colleague, head, elsewhere = at_door(alice), at_door(emma), at_door(helene), at_door(chloe)

    writer.post(writer.url("team_note"), {"text": "The lift of wing B is out of order"})
    note = ShiftNote.objects.get()
    gone = colleague.url("team_note_withdraw", note.pk)

    assert "The lift of wing B" in team(colleague)
    assert "It is no medical record" in team(colleague)
    assert "The lift of wing B" not in team(elsewhere)
    assert elsewhere.post(gone).status_code == 404
    assert "withdrawn by whoever wrote it" in colleague.post(gone).text
    head.post(gone)
    assert "The lift of wing B" not in team(colleague)


def test_note_of_another_unit_of_the_house_is_not_shown_and_not_written(unit_a: Unit, alice: User, at_door) -> None:
    other = CareUnit.objects.create(establishment=unit_a.establishment, name="SMPR")
    ShiftNote.objects.create(establishment=unit_a.establishment, unit=other, text="Of the others", written_by=alice)
    browser = at_door(alice)

    refused = browser.post(browser.url("team_note"), {"text": "x", "unit": other.pk})

    assert "Of the others" not in team(browser)
    # Whoever works for one unit alone is not asked for which: it is theirs.
    assert refused.status_code == 302
    assert ShiftNote.objects.get(text="x").unit == unit_of(unit_a.establishment)


def test_task_is_added_done_and_opened_again(unit_a: Unit, alice: User, emma: User, at_door) -> None:
    browser, colleague = at_door(alice), at_door(emma)

    browser.post(browser.url("team_task"), {"what": "Order slips", "due_on": workday(1).isoformat()})
    task = TeamTask.objects.get()
    colleague.post(colleague.url("team_task_done", task.pk))
    task.refresh_from_db()
    assert task.done_by == emma
    assert "Done: Emma" in team(browser)

    browser.post(browser.url("team_task_open", task.pk))
    task.refresh_from_db()
    assert (task.done_at, task.done_by) == (None, None)


@pytest.mark.parametrize("due_on", ["", "0001-01-01", "9999-12-31", "31/31/2026", "yesterday"])
def test_task_of_an_impossible_day_is_refused_and_keeps_its_words(unit_a: Unit, alice: User, at_door, due_on) -> None:
    browser = at_door(alice)
    if due_on == "yesterday":
        due_on = (unit_a.establishment.today() - timedelta(days=1)).isoformat()

    answer = browser.post(browser.url("team_task"), {"what": "Order slips", "due_on": due_on})

    assert answer.status_code == 422
    assert 'value="Order slips"' in answer.text
    assert TeamTask.objects.count() == 0


def test_late_task_says_so(unit_a: Unit, alice: User, at_door) -> None:
    TeamTask.objects.create(
        establishment=unit_a.establishment, unit=unit_of(unit_a.establishment), what="Order slips", added_by=alice,
        due_on=unit_a.establishment.today() - timedelta(days=2),
    )  # fmt: skip

    assert "task-late" in team(at_door(alice))


def cancelled(unit: Unit, by: User, minute: int = 30) -> Appointment:
    day = workday(2)
    made = appointment(
        unit.paul if minute == 30 else unit.karim,
        open_session(unit.doctor, day) if minute == 30 else unit.doctor.sessions.get(),
        unit.consultation,
        local(unit.establishment, day, 9, minute),
    )
    return booking.cancel(by=by, appointment=made, revision=made.revision, reason=CancelReason.UNIT_POSTPONED)


def test_what_was_cancelled_today_is_listed_and_taken_back(unit_a: Unit, alice: User, bob: User, at_door) -> None:
    gone = cancelled(unit_a, alice)
    browser, elsewhere = at_door(alice), at_door(bob)

    assert "DURAND Paul" in team(browser)
    assert "Postponed by care" in team(browser)
    # A psychiatrist does not see the doctor's agenda.
    assert "DURAND Paul" not in team(elsewhere)

    browser.post(browser.url("appointment_undo", gone.pk), {"revision": gone.revision})
    gone.refresh_from_db()
    assert gone.status == Status.BOOKED
    assert "DURAND Paul" not in team(browser)


def test_page_costs_the_same_however_much_stands_there(unit_a: Unit, alice: User, at_door) -> None:
    browser = at_door(alice)
    team(browser)
    empty = queries_of(lambda: browser.get(browser.url("team")))
    cancelled(unit_a, alice)
    for text in ("one", "two", "three"):
        browser.post(browser.url("team_note"), {"text": text})
        browser.post(browser.url("team_task"), {"what": text, "due_on": workday(1).isoformat()})
    browser.get(browser.url("team"))

    assert queries_of(lambda: browser.get(browser.url("team"))) <= empty + 2
