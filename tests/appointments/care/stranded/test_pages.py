"""The pages of appointments without practitioner: counted, reviewed, decided in one step, marked in the agenda."""

from __future__ import annotations

import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from access.models import User
from appointments import booking
from appointments.models import Absence, Agenda, Appointment, KeptAppointment, Request
from appointments.models.enums.appointment import CancelReason
from appointments.models.enums.planning import Discipline
from tests.appointments.stranded.scenes import FIRST, Desk, booked_days, may_book, sick
from tests.conftest import Unit
from tests.doors import DoorClient, through
from tests.factories import AgendaFactory, KindFactory, appointment, open_session, workday
from tests.reading import words_at


def count_in(page: str, words: str) -> int:
    """The number that the first page says before these words; 0 when it says nothing of it."""
    found = re.search(rf"<strong>(\d+)</strong>\s*{words}", page)
    return int(found[1]) if found else 0


def home(browser: DoorClient) -> int:
    return count_in(browser.get(browser.url("home")).content.decode(), "appointments? without\\s+practitioner")


def test_first_page_and_menu_count_until_somebody_decides(unit_a: Unit, alice: User, bob: User, at_door) -> None:
    scene = sick(unit_a, people=2)
    browser = at_door(alice)
    assert (home(browser), home(at_door(bob))) == (2, 0)
    listed = browser.get(browser.url("stranded")).content.decode()
    assert f'<a href="{browser.url("stranded_agenda", unit_a.doctor.pk)}">Dr Leroy</a>' in listed
    assert "Planning 2 waiting" in words_at(browser, browser.url("mail"))
    desk = Desk(browser, unit_a.doctor)

    answer = desk.do(desk.review(scene.booked[:1], "keep"))

    assert answer.status_code == 302
    assert home(browser) == 1
    desk.do(desk.review(scene.booked[1:], "queue"))
    assert home(browser) == 0
    assert "Nothing to decide" in browser.get(browser.url("stranded")).content.decode()


def test_review_shows_what_would_happen_and_does_nothing(unit_a: Unit, alice: User, at_door) -> None:
    scene = sick(unit_a, people=3)
    may_book(alice, scene.colleague)
    desk = Desk(at_door(alice), unit_a.doctor)
    assert desk.look().count('class="tick"') == 3

    form = desk.review(scene.booked[1:], "colleague", receiver=scene.colleague.pk)

    assert len(form["line"]) == 2
    assert desk.text.count("Dr Morel") >= 2
    assert "unchanged" in desk.text
    assert "2 of 2 can be done. Nothing is done yet." in desk.text
    assert Appointment.objects.booked().filter(agenda=unit_a.doctor).count() == 3
    done = desk.browser.post(desk.address, {**form, "do": "1"}, follow=True).content.decode()
    assert "2 appointments are moved. 1 is still to be decided about." in done
    assert Appointment.objects.booked().filter(agenda=scene.colleague).count() == 2


def test_what_became_untrue_is_told_by_name_and_nothing_is_done(unit_a: Unit, alice: User, emma: User, at_door) -> None:
    scene = sick(unit_a, people=3)
    may_book(alice, scene.colleague)
    desk = Desk(at_door(alice), unit_a.doctor)
    form = desk.review(scene.booked, "colleague", receiver=scene.colleague.pk)
    with through("care"):
        booking.cancel(by=emma, appointment=scene.booked[1], revision=1, reason=CancelReason.REFUSED)

    answer = desk.do(form)

    page = answer.content.decode()
    assert answer.status_code == 409
    assert f"Changed or decided meanwhile: {scene.booked[1].detainee.display_name}." in page
    assert not Appointment.objects.filter(agenda=scene.colleague).exists()
    # What is left is reviewed anew on the same page.
    assert len(re.findall(r'name="line"', page)) == 2


def test_somebody_in_the_place_meanwhile_is_told_and_nothing_is_done(unit_a: Unit, alice: User, at_door) -> None:
    scene = sick(unit_a, people=2)
    may_book(alice, scene.colleague)
    desk = Desk(at_door(alice), unit_a.doctor)
    form = desk.review(scene.booked, "colleague", receiver=scene.colleague.pk)
    session = scene.colleague.sessions.get()
    appointment(unit_a.paul, session, unit_a.consultation, session.starts_at)

    answer = desk.do(form)

    assert answer.status_code == 409
    assert scene.booked[0].detainee.display_name in answer.content.decode()
    assert Appointment.objects.filter(agenda=scene.colleague).count() == 1


@pytest.mark.parametrize(
    "sent",
    [
        {"do": "1"},
        {"do": "1", "line": "nothing of the kind"},
        {"do": "1", "how": "colleague"},
        {"show": "1", "how": "elsewhere"},
        {"show": "1", "how": "nurse"},
        {"show": "1", "how": "queue", "appointment": "not a tick"},
        {},
    ],
)
def test_wrong_input_is_answered_with_a_sentence(unit_a: Unit, alice: User, at_door, sent: dict[str, str]) -> None:
    scene = sick(unit_a, people=1)
    desk = Desk(at_door(alice), unit_a.doctor)

    answer = desk.browser.post(desk.address, {"how": "queue", **sent})

    assert answer.status_code in {409, 422}
    assert 'role="alert"' in answer.content.decode()
    assert Appointment.objects.booked().get() == scene.booked[0]


@pytest.mark.parametrize("at", ["", "0001-01-01T00:00:00+00:00", "9999-12-31T23:59:59+00:00", "2026-13-01", "T"])
def test_forged_line_moves_nobody(unit_a: Unit, alice: User, at_door, at: str) -> None:
    scene = sick(unit_a, people=1)
    may_book(alice, unit_a.psychiatrist, scene.colleague)
    session = open_session(unit_a.psychiatrist, workday(FIRST))
    desk = Desk(at_door(alice), unit_a.doctor)
    [one] = scene.booked
    # To a practitioner who does not do it, or to a time that is in no calendar.
    agenda = scene.colleague if at else unit_a.psychiatrist
    line = f"{one.pk}|1|anybody|{agenda.pk}|{at or session.starts_at.isoformat()}|"

    answer = desk.do({"how": "queue", "appointment": f"{one.pk}:1", "line": line})

    assert answer.status_code in {409, 422}
    one.refresh_from_db()
    assert one.agenda == unit_a.doctor


def test_agenda_of_others_is_not_found(unit_a: Unit, unit_b: Unit, bob: User, at_door) -> None:
    sick(unit_a, people=1)
    browser = at_door(bob)

    for agenda in (unit_a.doctor, unit_b.doctor):
        assert browser.get(browser.url("stranded_agenda", agenda.pk)).status_code == 404
    assert "Dr Leroy" not in browser.get(browser.url("stranded")).content.decode()


def test_cards_of_the_day_and_the_week_bear_the_mark(unit_a: Unit, alice: User, at_door) -> None:
    scene = sick(unit_a, people=2)
    browser = at_door(alice)
    desk = Desk(browser, unit_a.doctor)
    desk.do(desk.review(scene.booked[:1], "keep"))

    for address in (
        browser.url("day", f"{workday(FIRST)}"),
        f"{browser.url('week_of', f'{workday(FIRST)}')}?agenda={unit_a.doctor.pk}",
    ):
        page = browser.get(address).content.decode()
        assert page.count("Without practitioner: to decide") == 1
        assert page.count("Kept: somebody else sees them") == 1
    assert "all day" in browser.get(browser.url("day", f"{workday(FIRST)}")).content.decode()


def test_pages_ask_as_much_for_fifty_as_for_two(unit_a: Unit, alice: User, at_door) -> None:
    scene = sick(unit_a, people=9, days=2)
    may_book(alice, scene.colleague)
    desk = Desk(at_door(alice), unit_a.doctor)
    desk.look()
    counted = []
    for ticked in (scene.booked[:2], scene.booked):
        with CaptureQueriesContext(connection) as queries:
            desk.review(ticked, "colleague", receiver=scene.colleague.pk)
        counted.append(len(queries))
    assert counted[0] == counted[1]


# --- An absence is noted ------------------------------------------------------------------------------


@pytest.fixture
def nurse(unit_a: Unit) -> Agenda:
    KindFactory(establishment=unit_a.establishment, name="Nurse", default_minutes=10, discipline=Discipline.NURSING)
    agenda = AgendaFactory(establishment=unit_a.establishment, name="Nurses", discipline=Discipline.NURSING)
    open_session(agenda, workday(FIRST), 8, 9)
    return agenda


def note_absence(unit: Unit, head: DoorClient, decision: str):
    form = {"agenda": unit.doctor.pk, "first": f"{workday(FIRST)}", "reason": "unplanned"}
    asked = head.post("/planning/absences/new", form).content.decode()
    [digest] = re.findall(r'name="asked" value="(\w+)"', asked)
    kind = re.search(r'<option value="(\d+)">Nurse', asked)
    more = {"received_for": kind[1]} if kind else {}
    return head.post("/planning/absences/new", {**form, "asked": digest, "decision": decision, **more})


def test_absence_leads_to_the_people_left_to_decide_about(unit_a: Unit, helene: User, at_door) -> None:
    booked_days(unit_a, people=2)
    head = at_door(helene)

    answer = note_absence(unit_a, head, "each")

    assert answer["Location"] == head.url("stranded_agenda", unit_a.doctor.pk)
    assert home(head) == 2
    page = head.get(head.url("planning_absence", Absence.objects.get().pk)).content.decode()
    assert "Decide about 2 appointments" in page


def test_absence_that_keeps_everybody_is_the_decision(unit_a: Unit, helene: User, at_door) -> None:
    booked_days(unit_a, people=2)
    head = at_door(helene)

    note_absence(unit_a, head, "keep")

    assert home(head) == 0
    assert KeptAppointment.objects.filter(absence=Absence.objects.get(), kept_by=helene).count() == 2


def test_whom_the_nurse_has_no_place_for_is_left_to_decide(unit_a: Unit, helene: User, nurse, at_door) -> None:
    booked_days(unit_a, people=5)
    head = at_door(helene)

    answer = note_absence(unit_a, head, "receive")

    received = Appointment.objects.booked().filter(agenda=nurse).count()
    assert 0 < received < 5
    assert answer["Location"] == head.url("stranded_agenda", unit_a.doctor.pk)
    assert home(head) == 5 - received
    # What they came for is asked for still, and the nurse sorts it.
    assert Request.objects.open().filter(triaged_at=None, kind=unit_a.consultation).count() == received


def test_agenda_that_is_to_go_out_of_use_leads_to_everybody_in_it(unit_a: Unit, helene: User, at_door) -> None:
    booked = booked_days(unit_a, people=2)
    head = at_door(helene)
    refused = head.post(head.url("planning_agenda_retire", unit_a.doctor.pk)).content.decode()
    address = f"{head.url('stranded_agenda', unit_a.doctor.pk)}?everybody=1"
    assert address in refused
    desk = Desk(head, unit_a.doctor, "?everybody=1")

    desk.do(desk.review(booked, "queue"))

    assert head.post(head.url("planning_agenda_retire", unit_a.doctor.pk)).status_code == 302
    assert not Agenda.objects.get(pk=unit_a.doctor.pk).is_active
