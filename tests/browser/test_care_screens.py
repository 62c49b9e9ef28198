"""The budgets of docs/screens.md: a half-day of nine practitioners in sight, nothing wide on a telephone, an alert at
once and nothing moved by it."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta

import pytest
from playwright.sync_api import Page, Route, expect

from access.enums import Role
from access.models import User
from access.policy import give
from appointments.models import Alert, Question
from appointments.models.enums.planning import Discipline, SessionMode
from appointments.models.enums.request import Cause
from tests.browser.ruler import header_height, home_of, too_wide
from tests.browser.scenes import here
from tests.browser.steps import sign_in
from tests.browser.test_every_page import complaints
from tests.conftest import Unit, urgent_alert
from tests.factories import (
    AgendaFactory,
    DetaineeFactory,
    KindFactory,
    appointment,
    local,
    member,
    open_session,
    shared_session,
)

TELEPHONE = {"width": 390, "height": 844}
MINUTES = {Discipline.NURSING: 10, Discipline.GENERAL: 15, Discipline.PSYCHOLOGY: 45}
NAMES = (
    ("Infirmerie", Discipline.NURSING),
    ("Dr Leroy A", Discipline.GENERAL),
    ("Dr Aubry", Discipline.GENERAL),
    ("Dr Vasseur (psychiatre)", Discipline.PSYCHIATRY),
    ("Mme Carpentier (psychologue)", Discipline.PSYCHOLOGY),
    ("M. Torrès (psychologue)", Discipline.PSYCHOLOGY),
    ("M. Roche (kinésithérapeute)", Discipline.PHYSIOTHERAPY),
    ("Dr Koehler (dentiste)", Discipline.DENTISTRY),
    ("Dr Besson (hépatologue)", Discipline.INFECTIOUS),
)


@pytest.fixture
def nurse(unit_a: Unit) -> User:
    """Sees nine practitioners, each with a full morning tomorrow, from 8:30 to 12:00."""
    place, day = unit_a.establishment, here(unit_a.establishment, days=1)
    user = member(Role.NURSE, place, username="nine")
    for number, (name, discipline) in enumerate(NAMES):
        agenda = AgendaFactory(establishment=place, name=name, discipline=discipline, position=number)
        give(user, "view_agenda", agenda)
        give(user, "book_agenda", agenda)
        minutes = MINUTES.get(discipline, 30)
        kind = KindFactory(establishment=place, name=f"Soin {number}", discipline=discipline, default_minutes=minutes)
        session = open_session(agenda, day, slot_minutes=minutes)
        for step in range(0, 210 - minutes, 2 * minutes):
            person = DetaineeFactory(establishment=place, building=unit_a.building)
            at = local(place, day, 8, 30) + timedelta(minutes=step)
            appointment(person, session, kind, at, minutes=minutes)
    return user


def test_morning_of_nine_practitioners_is_in_sight_in_every_scheme(
    unit_a: Unit, nurse: User, visit: Callable[..., Page]
) -> None:
    page = sign_in(visit("care"), nurse, path=f"/day/{here(unit_a.establishment, days=1)}")

    seen = home_of(page)
    assert seen.queue <= 120
    assert seen.agenda <= 180
    assert (seen.columns, seen.everyColumn) == (9, 9)
    assert seen.halfDayEnds <= 768
    assert seen.page <= 768
    for scheme in ({"color_scheme": "dark"}, {"contrast": "more"}):
        page.emulate_media(**scheme)
        assert list(complaints(page)) == []

    page.set_viewport_size(TELEPHONE)
    assert header_height(page) < 100
    assert too_wide(page) == []


def test_header_is_one_line_at_every_width_and_low_on_a_telephone_in_french_too(
    nurse: User, visit: Callable[..., Page]
) -> None:
    page = sign_in(visit("care"), nurse)
    page.get_by_role("button", name="Français").click()
    expect(page.get_by_role("button", name="Se déconnecter")).to_be_visible()

    for width in range(910, 1367, 57):
        page.set_viewport_size({"width": width, "height": 768})
        assert header_height(page) == 44, width
        assert page.locator(".door-user").is_visible()
        assert "the page" not in too_wide(page)
    page.set_viewport_size(TELEPHONE)
    assert header_height(page) < 100
    assert "the page" not in too_wide(page)


def test_urgent_alert_comes_to_an_open_page_and_moves_nothing(
    unit_a: Unit, alice: User, visit: Callable[..., Page]
) -> None:
    page = sign_in(visit("care"), alice, path="/mail")
    page.locator("#id_r0-q").fill("dur")
    before = page.locator("h1").bounding_box()

    urgent_alert(unit_a)
    band = page.locator(".urgent")
    expect(band).to_contain_text("DURAND Paul")
    assert page.title().startswith("▲ (1)")
    assert page.locator("h1").bounding_box() == before
    assert list(complaints(page)) == []

    band.get_by_role("button", name="Received, I am going").click()
    expect(band).to_have_count(0)
    assert not page.title().startswith("▲")
    # Nothing that was being typed is lost.
    expect(page.locator("#id_r0-q")).to_have_value("dur")


def test_word_to_an_urgent_alert_is_sent_although_the_page_is_just_asking(
    unit_a: Unit, alice: User, visit: Callable[..., Page]
) -> None:
    """A page asks each three seconds: a click in that moment was once no click."""
    alert = urgent_alert(unit_a)
    page, held = sign_in(visit("care"), alice, path="/mail"), list[Route]()
    band = page.locator(".urgent")
    expect(band).to_contain_text("DURAND Paul")

    asking = re.compile(r"/now($|\?)")
    page.route(asking, lambda route: held.append(route))
    with page.expect_request(asking):
        pass
    band.get_by_role("button", name="Received, I am going").click()

    expect(band).to_have_count(0)
    alert.refresh_from_db()
    assert alert.received_by == alice
    page.unroute_all(behavior="ignoreErrors")
    assert Alert.objects.get().received_by == alice


def test_every_line_to_decide_about_names_its_person_on_a_telephone(
    unit_a: Unit, alice: User, visit: Callable[..., Page]
) -> None:
    day = here(unit_a.establishment, days=1)
    session = open_session(unit_a.doctor, day)
    for hour in (9, 10, 11):
        booked = appointment(unit_a.paul, session, unit_a.consultation, local(unit_a.establishment, day, hour))
        Question.objects.create(
            establishment=unit_a.establishment, detainee=unit_a.paul, appointment=booked, cause=Cause.MISSING
        )
    page = sign_in(visit("care"), alice, path="/decisions")
    again = page.locator(".name-again")
    expect(again).to_have_count(2)
    expect(again.first).to_be_hidden()

    page.set_viewport_size(TELEPHONE)
    for line in page.locator("tbody tr").all():
        expect(line.get_by_text(unit_a.paul.display_name).first).to_be_visible()
        expect(line).to_contain_text(unit_a.paul.register_number)
    assert too_wide(page) == []


def test_people_of_a_group_are_named_in_a_narrow_column(unit_a: Unit, nurse: User, visit: Callable[..., Page]) -> None:
    day = here(unit_a.establishment, days=1)
    agenda = AgendaFactory._meta.model.objects.get(name="M. Roche (kinésithérapeute)")
    kind = KindFactory(establishment=unit_a.establishment, name="Séance", discipline=Discipline.PHYSIOTHERAPY)
    group = shared_session(agenda, day, mode=SessionMode.GROUP)
    appointment(unit_a.paul, group, kind, group.starts_at, minutes=180)
    page = sign_in(visit("care"), nurse, path=f"/day/{day}")

    name = page.locator(".place-block .card-name")
    expect(name).to_have_text(unit_a.paul.display_name)
    seen = name.bounding_box()
    assert seen
    assert seen["width"] >= 30


def test_printed_day_is_marked_confidential_and_no_scale_contradicts_its_hours(
    unit_a: Unit, nurse: User, visit: Callable[..., Page]
) -> None:
    page = sign_in(visit("care"), nurse, path=f"/day/{here(unit_a.establishment, days=1)}")
    expect(page.get_by_text("Confidential – medical secrecy")).to_be_hidden()

    page.emulate_media(media="print")

    expect(page.get_by_text("Confidential – medical secrecy")).to_be_visible()
    expect(page.locator(".card-time").first).to_be_visible()
    assert not any(axis.is_visible() for axis in page.locator(".agenda-axis").all())
    assert page.locator(".card-kind").first.evaluate("each => getComputedStyle(each).color") == "rgb(0, 0, 0)"
