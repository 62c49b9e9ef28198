"""What the care door's screens add for somebody in a hurry: one practitioner, the next open day, colleagues' slots."""

from __future__ import annotations

from datetime import timedelta
from uuid import uuid4

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from access.models import AuditEntry, User
from access.policy import give
from appointments.models import Appointment
from tests.conftest import Unit
from tests.factories import AgendaFactory, DetaineeFactory, appointment, local, open_session, workday

PANEL = {"HX-Request": "true"}


@pytest.fixture
def colleague(unit_a: Unit, alice: User):
    """Another general practitioner in whose agenda Alice books."""
    agenda = AgendaFactory(establishment=unit_a.establishment, name="Dr Aubry", position=3)
    give(alice, "view_agenda", agenda)
    give(alice, "book_agenda", agenda)
    return agenda


def typed(unit: Unit, **changes):
    return {
        "q": "",
        "person": str(unit.paul.pk),
        "kind": unit.consultation.pk,
        "minutes": "",
        "agenda": unit.doctor.pk,
        "day": workday(1).isoformat(),
        "time": "09:50",
    } | changes


def queries_of(browser, path: str) -> int:
    with CaptureQueriesContext(connection) as queries:
        assert browser.get(path).status_code == 200
    return len(queries)


def test_one_practitioner_is_shown_on_demand_and_kept_from_day_to_day(unit_a: Unit, alice: User, at_door) -> None:
    day = workday(1)
    for agenda in (unit_a.doctor, unit_a.psychiatrist):
        open_session(agenda, day)
    browser = at_door(alice)
    path = browser.url("day", day.isoformat())

    everybody = browser.get(path)
    one = browser.get(path, {"agenda": unit_a.psychiatrist.pk, "rows": "5"})
    jumped = browser.get(browser.url("day_jump"), {"date": day.isoformat(), "agenda": unit_a.psychiatrist.pk})

    assert everybody.context["listed"].agendas == [unit_a.doctor, unit_a.psychiatrist]
    assert one.context["listed"].agendas == [unit_a.psychiatrist]
    assert one.context["listed"].choices == [unit_a.doctor, unit_a.psychiatrist]
    assert one.context["kept"] == f"?agenda={unit_a.psychiatrist.pk}&rows=5"
    assert jumped.url == f"{path}?agenda={unit_a.psychiatrist.pk}"


@pytest.mark.parametrize("key", ["999999", "x", "-1"])
def test_agenda_that_is_not_ones_own_to_see_does_not_exist(unit_a: Unit, alice: User, at_door, key: str) -> None:
    browser = at_door(alice)

    assert browser.get(browser.url("home"), {"agenda": key}).status_code == 404


def test_foreign_agenda_does_not_exist(unit_a: Unit, unit_b: Unit, alice: User, at_door) -> None:
    browser = at_door(alice)

    assert browser.get(browser.url("home"), {"agenda": unit_b.doctor.pk}).status_code == 404


def test_telephone_shows_ones_own_agenda_first(unit_a: Unit, bob: User, at_door) -> None:
    give(bob, "view_agenda", unit_a.doctor)
    for agenda in (unit_a.doctor, unit_a.psychiatrist):
        open_session(agenda, workday(1))
    browser = at_door(bob)

    page = browser.get(browser.url("day", workday(1).isoformat()))

    assert page.context["main_agenda"] == unit_a.psychiatrist


def test_empty_day_leads_to_the_next_open_one(unit_a: Unit, alice: User, at_door) -> None:
    open_session(unit_a.doctor, workday(5))
    browser = at_door(alice)

    before = browser.get(browser.url("day", workday(1).isoformat()))
    after = browser.get(browser.url("day", workday(6).isoformat()))

    assert before.context["next_open"] == workday(5)
    assert f'href="{browser.url("day", workday(5).isoformat())}"' in before.content.decode()
    assert after.context["next_open"] is None
    assert "No later session is planned" in after.content.decode()


def test_day_asks_exactly_as_often_for_sixty_appointments_as_for_three(unit_a: Unit, alice: User, at_door) -> None:
    few, many = workday(1), workday(2)
    for day, people in ((few, 3), (many, 60)):
        session = open_session(unit_a.doctor, day, 8, 19, slot_minutes=10)
        for n in range(people):
            person = DetaineeFactory(establishment=unit_a.establishment, building=unit_a.building)
            start = local(unit_a.establishment, day, 8, 30) + timedelta(minutes=10 * n)
            appointment(person, session, unit_a.consultation, start, minutes=10)
    browser = at_door(alice)
    browser.get(browser.url("home"))

    assert queries_of(browser, browser.url("day", many.isoformat())) == queries_of(
        browser, browser.url("day", few.isoformat())
    )


def test_panel_is_the_page_without_its_frame(unit_a: Unit, alice: User, at_door) -> None:
    open_session(unit_a.doctor, workday(1))
    browser, slot = at_door(alice), {"agenda": unit_a.doctor.pk, "at": f"{workday(1).isoformat()}T09:50"}

    page = browser.get(browser.url("book"), slot).content.decode()
    panel = browser.get(browser.url("book"), slot, headers=PANEL).content.decode()

    assert "<html" in page
    assert "<html" not in panel
    for text in ('value="09:50"', "Called at 09:30."):
        assert text in page
        assert text in panel


def test_arrival_time_follows_what_is_chosen_and_nothing_is_booked(unit_a: Unit, alice: User, at_door) -> None:
    open_session(unit_a.doctor, workday(1))
    browser = at_door(alice)

    answer = browser.post(browser.url("book"), typed(unit_a, time="11:10", check="1"), headers=PANEL)

    assert answer.status_code == 200
    assert "Called at 10:30." in answer.content.decode()
    assert Appointment.objects.count() == 0


def test_next_free_slots_of_any_colleague_of_the_discipline(unit_a: Unit, alice: User, colleague, at_door) -> None:
    open_session(unit_a.doctor, workday(3))
    open_session(colleague, workday(2))
    open_session(unit_a.psychiatrist, workday(1))
    browser = at_door(alice)

    own = browser.post(browser.url("book"), typed(unit_a, find="1"))
    any_one = browser.post(browser.url("book"), typed(unit_a, find="any"))
    chosen = any_one.context["proposals"][0]["value"]
    booked = browser.post(browser.url("book"), typed(unit_a, slot=chosen))

    assert {one["slot"].agenda for one in own.context["proposals"]} == {unit_a.doctor}
    assert any_one.context["proposals"][0]["slot"].agenda == colleague
    assert "Dr Aubry" in any_one.content.decode()
    assert (own.status_code, any_one.status_code, booked.status_code) == (200, 200, 302)
    assert Appointment.objects.get().agenda == colleague


def test_appointment_offers_slots_of_its_practitioner_and_of_colleagues(
    unit_a: Unit, alice: User, colleague, at_door
) -> None:
    session = open_session(unit_a.doctor, workday(1))
    made = appointment(unit_a.paul, session, unit_a.consultation, local(unit_a.establishment, workday(1), 9, 50))
    open_session(colleague, workday(2))
    browser = at_door(alice)

    page = browser.get(browser.url("appointment", made.pk))
    elsewhere = page.context["elsewhere"]
    moved = browser.post(
        browser.url("appointment_move", made.pk), {"move-revision": 1, "slot": elsewhere[0]["value"]}, headers=PANEL
    )

    made.refresh_from_db()
    assert {one["slot"].agenda for one in page.context["proposals"]} == {unit_a.doctor}
    assert {one["slot"].agenda for one in elsewhere} == {colleague}
    assert moved.headers["HX-Redirect"].endswith(f"changed={made.pk}&as=moved")
    assert (made.agenda, made.revision) == (colleague, 2)


def test_person_who_left_is_marked_and_cannot_be_booked(unit_a: Unit, alice: User, at_door) -> None:
    gone = DetaineeFactory(establishment=unit_a.establishment, last_name="Parti", released_on=workday(-1))
    open_session(unit_a.doctor, workday(1))
    browser = at_door(alice)

    person = browser.get(browser.url("person", gone.pk)).content.decode()

    assert "Has left" in browser.post(browser.url("people"), {"q": "parti"}).content.decode()
    assert "Has left" in person
    assert browser.url("book") not in person
    assert browser.get(browser.url("book"), {"person": gone.pk}).status_code == 404
    assert browser.post(browser.url("book"), typed(unit_a, person=str(gone.pk))).status_code == 422


def test_reading_a_person_is_recorded_with_whom(unit_a: Unit, alice: User, at_door) -> None:
    browser = at_door(alice)

    browser.get(browser.url("person", unit_a.paul.pk))
    browser.get(browser.url("person", uuid4()))

    entry = AuditEntry.objects.get(verb="read")
    assert (entry.username, entry.target_id) == ("alice", str(unit_a.paul.pk))


def test_agenda_speaks_french(unit_a: Unit, alice: User, at_door) -> None:
    open_session(unit_a.doctor, workday(1))
    browser = at_door(alice)

    page = browser.get(browser.url("day", workday(1).isoformat()), headers={"accept-language": "fr"}).content.decode()

    assert '<html lang="fr"' in page
    assert "Jour suivant" in page
    assert "Next day" not in page
