"""The care door's day: who stands on it and what is free, one practitioner, the next open day, both languages."""

from __future__ import annotations

import re

import pytest

from access.models import User
from access.policy import give
from appointments.models import Agenda, Detainee, Kind
from tests.appointments.care.pages import crowd, queries_of
from tests.conftest import Unit
from tests.factories import appointment, local, open_session, workday


def test_day_shows_sessions_appointments_and_free_slots(unit_a: Unit, alice: User, at_door) -> None:
    day = workday(1)
    session = open_session(unit_a.doctor, day)
    appointment(unit_a.paul, session, unit_a.consultation, local(unit_a.establishment, day, 9, 10))
    browser = at_door(alice)

    page = browser.get(browser.url("day", day.isoformat()))

    text = page.content.decode()
    assert page.status_code == 200
    assert "DURAND Paul" in text
    assert 'aria-label="Book 09:30 Dr Leroy"' in text
    assert 'aria-label="Book 09:10 Dr Leroy"' not in text
    assert page.context["listed"].closed_agendas == [unit_a.psychiatrist]


def test_agenda_that_one_only_sees_offers_no_slot(unit_a: Unit, alice: User, at_door) -> None:
    open_session(unit_a.psychiatrist, workday(1))
    browser = at_door(alice)

    page = browser.get(browser.url("day", workday(1).isoformat()))

    assert "Dr Bob" in page.content.decode()
    assert page.context["listed"].free == 0


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


def test_day_shows_names_as_text_whatever_they_hold(unit_a: Unit, alice: User, at_door) -> None:
    session = open_session(unit_a.doctor, workday(1))
    appointment(unit_a.paul, session, unit_a.consultation, local(unit_a.establishment, workday(1), 9, 10))
    Agenda.objects.filter(pk=unit_a.doctor.pk).update(name='"><blink>')
    Kind.objects.filter(pk=unit_a.consultation.pk).update(name="<blink>")
    Detainee.objects.filter(pk=unit_a.paul.pk).update(last_name="<script>alert(1)</script>", cell='"><blink>')
    browser = at_door(alice)

    page = browser.get(browser.url("day", workday(1).isoformat())).content.decode()

    assert not re.search(r"<script>alert|<blink", page.lower())
    assert "&lt;SCRIPT&gt;ALERT(1)&lt;/SCRIPT&gt; Paul" in page
    assert 'visually-hidden"> &quot;&gt;&lt;blink&gt;</span>' in page


@pytest.mark.parametrize("text", ["2026-13-45", "2026-W01-1", "0000-00-00", "99999-01-01", "tomorrow", "1999-01-01"])
def test_day_that_is_no_day_is_answered_with_a_sentence(unit_a: Unit, alice: User, at_door, text: str) -> None:
    browser = at_door(alice)

    assert browser.get(browser.url("day", text)).status_code == 404
    assert browser.get(browser.url("day_jump"), {"date": text}).status_code == 400


@pytest.mark.parametrize("people", [3, 60])
def test_day_takes_the_same_queries_for_any_number_of_appointments(
    unit_a: Unit, alice: User, at_door, people: int
) -> None:
    crowd(unit_a, people, workday(1))
    browser = at_door(alice)

    queries = queries_of(lambda: browser.get(browser.url("day", workday(1).isoformat())))

    assert queries == pytest.approx(14, abs=1)


def test_day_asks_exactly_as_often_for_sixty_appointments_as_for_three(unit_a: Unit, alice: User, at_door) -> None:
    crowd(unit_a, 3, workday(1))
    crowd(unit_a, 60, workday(2))
    browser = at_door(alice)
    browser.get(browser.url("home"))

    few, many = (queries_of(lambda n=n: browser.get(browser.url("day", workday(n).isoformat()))) for n in (1, 2))

    assert many == few


def test_agenda_speaks_french(unit_a: Unit, alice: User, at_door) -> None:
    open_session(unit_a.doctor, workday(1))
    browser = at_door(alice)

    page = browser.get(browser.url("day", workday(1).isoformat()), headers={"accept-language": "fr"}).content.decode()

    assert '<html lang="fr"' in page
    assert "Jour suivant" in page
    assert "Next day" not in page
