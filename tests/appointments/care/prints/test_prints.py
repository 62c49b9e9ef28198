"""Prints: the day's sheet of the unit and the slips that people are given."""

from __future__ import annotations

import pytest

from access.models import User
from appointments.models import SlipWording
from appointments.models.enums.prints import SlipLabel
from tests.appointments.care.pages import crowd, queries_of
from tests.conftest import Unit
from tests.doors import AtDoor
from tests.factories import appointment, local, open_session, workday


def test_day_sheet_is_marked_confidential_and_holds_ones_agendas_only(unit_a: Unit, bob: User, at_door: AtDoor) -> None:
    day = workday(1)
    for agenda, person, kind in (
        (unit_a.doctor, unit_a.paul, unit_a.consultation),
        (unit_a.psychiatrist, unit_a.karim, unit_a.psychiatry),
    ):
        appointment(person, open_session(agenda, day), kind, local(unit_a.establishment, day, 9, 30))
    browser = at_door(bob)

    text = browser.get(browser.url("print_day"), {"day": day.isoformat()}).content.decode()

    assert text.count("Confidential – medical secrecy") == 2
    assert "BENALI Karim" in text
    assert "DURAND" not in text


def test_slips_hold_what_the_movement_shows_and_nothing_else(unit_a: Unit, alice: User, at_door: AtDoor) -> None:
    day = workday(1)
    session = open_session(unit_a.doctor, day)
    appointment(unit_a.karim, session, unit_a.consultation, local(unit_a.establishment, day, 9, 10))
    appointment(unit_a.paul, session, unit_a.consultation, local(unit_a.establishment, day, 10, 50))
    browser = at_door(alice)

    page = browser.get(browser.url("print_slips"), {"day": day.isoformat()})

    text = page.content.decode()
    assert [[slip.register_number for slip in slips] for slips in page.context["pages"]] == [["004217", "012345"]]
    assert all(word in text for word in ("DURAND Paul", "004217", "A-2-214", "10:30", "Health unit", "Convocation"))
    secret = ("Dr Leroy", "Consultation", "10:50", "09:10", "03/02/1985")
    assert [word for word in secret if word in text[text.index("<main") :]] == []


def test_slips_of_one_building_and_eight_a_page(unit_a: Unit, alice: User, at_door: AtDoor) -> None:
    day = workday(1)
    crowd(unit_a, 17, day)
    appointment(
        unit_a.karim,
        unit_a.doctor.sessions.get(),
        unit_a.consultation,
        local(unit_a.establishment, day, 18),
    )
    browser = at_door(alice)

    page = browser.get(browser.url("print_slips"), {"day": day.isoformat(), "building": unit_a.building.pk})

    assert [len(slips) for slips in page.context["pages"]] == [8, 8, 1]
    assert "BENALI" not in page.content.decode()


def test_prints_offer_the_next_day_on_which_somebody_is_expected(unit_a: Unit, alice: User, at_door: AtDoor) -> None:
    crowd(unit_a, 1, workday(4))
    browser = at_door(alice)

    page = browser.get(browser.url("prints"))

    assert page.context["slips_form"].initial["day"] == workday(4)


def test_head_chooses_the_word_on_the_slips(unit_a: Unit, helene: User, at_door: AtDoor) -> None:
    browser = at_door(helene)

    browser.post(browser.url("planning_slips"), {"label": "bon"})

    assert SlipWording.objects.get().label == SlipLabel.MOVEMENT_SLIP
    crowd(unit_a, 1, workday(1))
    text = browser.get(browser.url("print_slips"), {"day": workday(1).isoformat()}).content.decode()
    assert "Movement slip" in text
    assert browser.post(browser.url("planning_slips"), {"label": "postcard"}).status_code == 422


@pytest.mark.parametrize("number", [1, 60])
def test_prints_take_a_constant_number_of_queries(unit_a: Unit, alice: User, at_door: AtDoor, number: int) -> None:
    crowd(unit_a, number, workday(1))
    browser = at_door(alice)

    for name in ("print_day", "print_slips"):
        asked = {"day": workday(1).isoformat()}
        browser.get(browser.url(name), asked)
        assert queries_of(lambda name=name, asked=asked: browser.get(browser.url(name), asked)) <= 18
