"""Prints: the day's sheet of the unit and the slips that people are given."""

from __future__ import annotations

import re
from datetime import date, datetime, timedelta

import pytest

from access.models import AuditEntry, User
from appointments.arithmetic.languages import SLIP
from appointments.models import Detainee, Movement, PublicationTime, SlipWording
from appointments.models.enums.prints import SlipLabel
from appointments.prison.models import Edition
from appointments.projection import neutral_fields
from tests.appointments.care.pages import crowd, queries_of
from tests.conftest import Unit
from tests.doors import AtDoor, carry
from tests.factories import DetaineeFactory, appointment, local, open_session, workday
from tests.reading import words_at


def called(unit: Unit, person: Detainee, at: datetime, **fields: object) -> Movement:
    """A line of somebody called at `at`."""
    return Movement.objects.create(establishment=unit.establishment, expected_at=at, **neutral_fields(person), **fields)


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
    # When it was printed may be any hour.
    said = re.sub(r"Printed on\s+\S+ \S+", "", text[text.index("<main") :])
    assert [word for word in secret if word in said] == []
    # As at the officers' door: signs, and one sentence for everybody in twelve languages.
    assert all(said.count(each.words) == 2 for each in SLIP)
    assert said.count('class="pictogram"') == 10


def test_slips_of_one_building_and_four_a_page(unit_a: Unit, alice: User, at_door: AtDoor) -> None:
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

    assert [len(slips) for slips in page.context["pages"]] == [4, 4, 4, 4, 1]
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


def test_officers_lists_are_what_their_edition_would_say_now_and_nothing_else(
    unit_a: Unit, publication_day: date, alice: User, at_door: AtDoor
) -> None:
    at = local(unit_a.establishment, publication_day, 10)
    appointment(
        unit_a.paul,
        open_session(unit_a.doctor, publication_day),
        unit_a.consultation,
        local(unit_a.establishment, publication_day, 8, 40),
    )
    called(unit_a, unit_a.karim, at, withdrawn_from=at - timedelta(hours=8))
    waiting = DetaineeFactory(establishment=unit_a.establishment, building=unit_a.building, last_name="Attend")
    called(unit_a, waiting, at, visible_from=at - timedelta(hours=1), is_added=True)
    browser = at_door(alice)

    page = browser.get(browser.url("print_lists"))

    carry()
    [edition] = Edition.objects.using("prison").filter(day=publication_day)
    sheets = page.context["lists"].sheets
    assert [(sheet.building.name, sheet.version, sheet.total) for sheet in sheets] == [
        ("A", edition.version, 1),
        ("B", edition.version, 0),
    ]
    assert [(row.number, row.cell, row.at, row.mark) for sheet in sheets for row in sheet.rows] == [
        (line["register_number"], line["cell"], datetime.fromisoformat(line["expected_at"]), line["mark"])
        for line in edition.lines
    ]
    text = page.content.decode()
    text = text[text.index("<main") :]
    hour = edition.planned_for.astimezone(unit_a.establishment.zone)
    assert f"List of {hour:%d/%m/%Y %H:%M}" in text
    assert all(word in text for word in ("DURAND Paul", "A-2-214", "08:30", "10:00", "BENALI Karim", "withdrawn"))
    assert [word for word in ("ATTEND", "Dr Leroy", "Consultation", "08:40", "Alice") if word in text] == []
    assert [entry.target_type for entry in AuditEntry.objects.filter(verb="print")] == ["appointments.movement"]


def test_officers_lists_of_tomorrow_and_of_one_building(
    unit_a: Unit, publication_day: date, alice: User, at_door: AtDoor
) -> None:
    tomorrow = local(unit_a.establishment, publication_day + timedelta(days=1), 10)
    called(unit_a, unit_a.paul, tomorrow)
    called(unit_a, unit_a.karim, tomorrow)
    browser = at_door(alice)

    awaited = words_at(browser, "/prints/lists?day=tomorrow")
    assert "This list will be published on" in awaited
    assert "DURAND" not in awaited
    PublicationTime.objects.all().delete()
    assert "DURAND" not in words_at(browser, "/prints/lists?day=today")
    both = words_at(browser, "/prints/lists?day=tomorrow")
    assert ("DURAND" in both, "BENALI" in both) == (True, True)
    one = words_at(browser, f"/prints/lists?day=tomorrow&building={unit_a.other_building.pk}")
    assert ("DURAND" in one, "BENALI" in one) == (False, True)


@pytest.mark.parametrize("asked", ["day=yesterday", "day=", "building=0", "building=x"])
def test_officers_lists_of_another_day_or_building_are_refused_in_a_sentence(
    asked: str, unit_a: Unit, alice: User, at_door: AtDoor
) -> None:
    response = at_door(alice).get(f"/prints/lists?{asked}")

    assert response.status_code == 400
    assert "go back to the prints and choose again" in response.content.decode()


def test_prints_lead_to_the_officers_lists(unit_a: Unit, alice: User, bob: User, at_door: AtDoor) -> None:
    assert "Show the lists" in words_at(at_door(alice), "/prints/")
    assert "Show the lists" not in words_at(at_door(bob), "/prints/")


@pytest.mark.parametrize("number", [1, 40])
def test_officers_lists_take_a_constant_number_of_queries(
    unit_a: Unit, alice: User, at_door: AtDoor, number: int
) -> None:
    crowd(unit_a, number, workday(1))
    browser = at_door(alice)
    browser.get("/prints/lists?day=tomorrow")

    # One of them is the menu's, which asks whether the account reads the log of obstructed care.
    assert queries_of(lambda: browser.get("/prints/lists?day=tomorrow")) <= 19
