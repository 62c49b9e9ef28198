"""The head of unit's pages on what the list tells: who opens them, what they say, and that they name nobody."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from access.enums import Role
from access.models import User
from appointments.models import NeutralityMeasure
from appointments.neutrality.monthly import by_month
from appointments.neutrality.nightly import keep_measure
from tests.appointments.care.pages import queries_of
from tests.appointments.neutrality.weeks import MONDAY, TUESDAY, called, past_day, people
from tests.conftest import Unit
from tests.doors import AtDoor
from tests.factories import member
from tests.reading import words_of


@pytest.fixture
def half_year(unit_a: Unit) -> Unit:
    """Psychiatry alone on Tuesday afternoons, general medicine on Monday mornings, for six weeks."""
    for week in range(1, 7):
        for index, person in enumerate(people(unit_a.establishment, 8)):
            called(person, unit_a.consultation, unit_a.doctor,
                   past_day(unit_a.establishment, MONDAY, weeks_ago=week), f"09:{30 + index}")  # fmt: skip
            if index < 5:
                called(person, unit_a.psychiatry, unit_a.psychiatrist,
                       past_day(unit_a.establishment, TUESDAY, weeks_ago=week), f"14:{10 + index}")  # fmt: skip
    return unit_a


@pytest.mark.parametrize("name", ["neutrality", "neutrality_proposals"])
def test_page_is_the_head_of_unit_s_alone(
    half_year: Unit, helene: User, alice: User, bob: User, at_door: AtDoor, name: str
) -> None:
    statuses = [(browser := at_door(user)).get(browser.url(name)).status_code for user in (helene, alice, bob)]

    assert statuses == [200, 403, 403]


def test_page_says_the_figures_in_the_order_in_which_they_are_understood(
    half_year: Unit, helene: User, at_door: AtDoor
) -> None:
    keep_measure(half_year.establishment)
    browser = at_door(helene)

    page = words_of(browser.get(browser.url("neutrality")).content.decode())

    assert "78 calls of 48 people" in page
    order = ["Called nearly alone", "One week of lists", "Lists kept for half a year", "What to change", "Typical week"]
    assert sorted(order, key=page.index) == order
    assert "0 people followed in a sensitive discipline were called for it alone (0) or in fewer than five (0)" in page
    assert "30 people were called with others of whom all came for something sensitive." in page
    assert "100 % of the sensitive calls stand at a day and time at which most calls are sensitive" in page
    assert "Tuesday at 14:00: all 30 calls of six months were for something sensitive." in page
    assert "Psychiatry: hold the session of Tuesday afternoon on Monday morning instead." in page
    assert "Tuesday at 14:00: 100 out of 100 sensitive, usually 5 people, tells." in page


def test_first_visit_before_any_night_measures_what_it_can_and_says_what_follows(
    half_year: Unit, helene: User, at_door: AtDoor
) -> None:
    browser = at_door(helene)

    page = words_of(browser.get(browser.url("neutrality")).content.decode())
    proposed = words_of(browser.get(browser.url("neutrality_proposals")).content.decode())

    assert "30 people were called with others of whom all came for something sensitive." in page
    assert "Measured just now, for the first time." in page
    assert "they will stand here tomorrow morning" in proposed
    assert not NeutralityMeasure.objects.exists()


def test_old_measure_says_that_it_is_old(half_year: Unit, helene: User, at_door: AtDoor) -> None:
    kept = keep_measure(half_year.establishment)
    browser = at_door(helene)
    assert "the nightly work has stopped" not in words_of(browser.get(browser.url("neutrality")).content.decode())

    kept.measured_on -= timedelta(days=3)
    kept.save()

    assert "the nightly work has stopped" in words_of(browser.get(browser.url("neutrality")).content.decode())


def test_measure_of_another_form_is_taken_anew(half_year: Unit, helene: User, at_door: AtDoor) -> None:
    kept = keep_measure(half_year.establishment)
    kept.findings = {"version": 1}
    kept.save()
    browser = at_door(helene)

    assert "Measured just now" in words_of(browser.get(browser.url("neutrality")).content.decode())


def test_page_shows_what_was_measured_and_measures_nothing(half_year: Unit, helene: User, at_door: AtDoor) -> None:
    keep_measure(half_year.establishment)
    browser = at_door(helene)
    browser.get(browser.url("neutrality"))

    for name in ("neutrality", "neutrality_proposals"):
        assert queries_of(lambda name=name: browser.get(browser.url(name))) < 40


def test_page_names_nobody(half_year: Unit, helene: User, at_door: AtDoor) -> None:
    keep_measure(half_year.establishment)
    browser = at_door(helene)
    pages = [browser.get(browser.url(name)).content.decode() for name in ("neutrality", "neutrality_proposals")]

    for page in pages:
        assert "Martin" not in page
        assert half_year.doctor.name not in page
        assert half_year.psychiatrist.name not in page


def test_page_counts_calls_and_people_month_by_month(half_year: Unit) -> None:
    today = timezone.localdate(timezone=half_year.establishment.zone)

    months = by_month(half_year.establishment, until=today, sensitive=frozenset({"psychiatry"}))

    assert sum(month.calls for month in months) == 78
    assert sum(month.followed for month in months) == 30
    assert [month.first for month in months] == sorted({month.first for month in months})


def test_page_of_another_establishment_shows_nothing_of_this_one(
    half_year: Unit, unit_b: Unit, at_door: AtDoor
) -> None:
    keep_measure(half_year.establishment)
    browser = at_door(member(Role.HEAD, unit_b.establishment, username="hanna"))

    for name in ("neutrality", "neutrality_proposals"):
        page = words_of(browser.get(browser.url(name)).content.decode())
        assert "there is nothing to" in page or "they will stand here tomorrow" in page
        assert "Psychiatry" not in page


def test_proposals_take_psychiatry_out_of_its_own_half_day(half_year: Unit, helene: User, at_door: AtDoor) -> None:
    keep_measure(half_year.establishment)
    browser = at_door(helene)

    page = words_of(browser.get(browser.url("neutrality_proposals")).content.decode())

    assert "Psychiatry: hold the session of Tuesday afternoon on Monday morning instead." in page
    assert "As it is now" in page


def test_pages_are_french_for_a_french_reader(half_year: Unit, helene: User, at_door: AtDoor) -> None:
    keep_measure(half_year.establishment)
    browser = at_door(helene)

    for name in ("neutrality", "neutrality_proposals"):
        page = words_of(browser.get(browser.url(name), headers={"accept-language": "fr"}).content.decode())
        assert "mardi" in page


@pytest.mark.parametrize("name", ["neutrality", "neutrality_proposals"])
def test_page_takes_the_same_queries_for_few_and_many(
    half_year: Unit, helene: User, at_door: AtDoor, name: str
) -> None:
    keep_measure(half_year.establishment)
    browser = at_door(helene)
    browser.get(browser.url(name))
    few = queries_of(lambda: browser.get(browser.url(name)))
    day = past_day(half_year.establishment, MONDAY, weeks_ago=7)
    for index, person in enumerate(people(half_year.establishment, 40)):
        called(person, half_year.consultation, half_year.doctor, day, f"{9 + index // 40}:{10 + index}".zfill(5))
    keep_measure(half_year.establishment)

    assert queries_of(lambda: browser.get(browser.url(name))) == few
