"""The head of unit's pages on what the list tells: who opens them, what they say, and that they name nobody."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from access.enums import Role
from access.models import User
from appointments.care.neutrality import chart
from appointments.neutrality.counting import EXPORTED, count, last_weeks
from appointments.neutrality.monthly import by_month, months_before
from tests.appointments.neutrality.weeks import MONDAY, TUESDAY, called, past_day, people
from tests.conftest import Unit
from tests.doors import DoorClient
from tests.factories import member

Browser = Callable[[User], DoorClient]


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


def words_of(html: str) -> str:
    """What a reader sees, without the tags."""
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", html))


@pytest.mark.parametrize("name", ["neutrality", "neutrality_proposals"])
def test_page_is_the_head_of_unit_s_alone(
    half_year: Unit, helene: User, alice: User, bob: User, at_door: Browser, name: str
) -> None:
    statuses = [(browser := at_door(user)).get(browser.url(name)).status_code for user in (helene, alice, bob)]

    assert statuses == [200, 403, 403]


def test_page_says_what_to_change_and_where(half_year: Unit, helene: User, at_door: Browser) -> None:
    browser = at_door(helene)

    page = words_of(browser.get(browser.url("neutrality")).content.decode())

    assert "78 consultations of 48 people" in page
    assert "30 sensitive consultations stood where their discipline is likelier than all others together." in page
    assert "Psychiatry is called 2.6 times as often on Tuesday at 14:00" not in page  # below the limit of 4
    assert "Tuesday at 14:00: 91 out of 100 come for Psychiatry (30 consultations, disciplines: 1)." in page
    assert "missed" in page


def test_page_names_nobody(half_year: Unit, helene: User, at_door: Browser) -> None:
    browser = at_door(helene)
    pages = [browser.get(browser.url(name)).content.decode() for name in ("neutrality", "neutrality_proposals")]

    for page in pages:
        assert "Martin" not in page
        assert half_year.doctor.name not in page
        assert half_year.psychiatrist.name not in page


def test_page_counts_bookings_where_it_shows_month_by_month(half_year: Unit) -> None:
    today = timezone.localdate(timezone=half_year.establishment.zone)
    learnt = count(last_weeks(half_year.establishment), shown=EXPORTED)

    months = by_month(half_year.establishment, until=today, sensitive=frozenset({"psychiatry"}), learnt=learnt)

    assert sum(month.convocations for month in months) == 78
    assert sum(month.identified for month in months) == sum(month.sensitive for month in months) == 30
    assert [month.first for month in months] == sorted({month.first for month in months})


def test_page_of_another_establishment_shows_nothing_of_this_one(
    half_year: Unit, unit_b: Unit, at_door: Browser
) -> None:
    browser = at_door(member(Role.HEAD, unit_b.establishment, username="hanna"))

    for name in ("neutrality", "neutrality_proposals"):
        page = words_of(browser.get(browser.url(name)).content.decode())
        assert "there is nothing to" in page
        assert "Psychiatry" not in page


def test_proposals_take_psychiatry_out_of_its_own_half_day(half_year: Unit, helene: User, at_door: Browser) -> None:
    browser = at_door(helene)

    page = words_of(browser.get(browser.url("neutrality_proposals")).content.decode())

    assert "Psychiatry: hold the session of Tuesday afternoon on Monday morning instead." in page
    assert "As it is now" in page


def test_pages_are_french_for_a_french_reader(half_year: Unit, helene: User, at_door: Browser) -> None:
    browser = at_door(helene)

    for name in ("neutrality", "neutrality_proposals"):
        page = words_of(browser.get(browser.url(name), headers={"accept-language": "fr"}).content.decode())
        assert "mardi" in page


@pytest.mark.parametrize("name", ["neutrality", "neutrality_proposals"])
def test_page_takes_the_same_queries_for_few_and_many(
    half_year: Unit, helene: User, at_door: Browser, name: str
) -> None:
    browser = at_door(helene)
    browser.get(browser.url(name))
    with CaptureQueriesContext(connection) as few:
        browser.get(browser.url(name))
    day = past_day(half_year.establishment, MONDAY, weeks_ago=7)
    for index, person in enumerate(people(half_year.establishment, 40)):
        called(person, half_year.consultation, half_year.doctor, day, f"{9 + index // 40}:{10 + index}".zfill(5))

    with CaptureQueriesContext(connection) as many:
        browser.get(browser.url(name))

    assert len(many) == len(few)


# The drawing


def test_chart_keeps_everything_inside_its_frame() -> None:
    drawing = chart.draw([(0.02, 0.6), (0.9, 1.9), (0.0, 0.4)], limit=0.1)

    ys = [point.y for point in (*drawing.exported, *drawing.exact)] + [drawing.limit]
    assert all(0 <= y <= drawing.bottom for y in ys)
    assert [point.x for point in drawing.exported] == [drawing.left, (drawing.left + drawing.right) / 2, drawing.right]
    assert [tick.value for tick in drawing.ticks] == [0.0, 0.5, 1.0, 1.5, 2.0]
    assert drawing.exported[1].y < drawing.exported[0].y  # more is higher


@pytest.mark.parametrize("values", [[], [(0.3, 0.5)]])
def test_chart_of_no_month_or_one_is_drawn(values: list[tuple[float, float]]) -> None:
    assert len(chart.draw(values, limit=0.1).exported) == len(values)


@pytest.mark.parametrize(
    ("day", "months", "first"),
    [
        (date(2026, 11, 24), 6, date(2026, 5, 1)),
        (date(2026, 3, 31), 6, date(2025, 9, 1)),
        (date(2026, 1, 1), 1, date(2025, 12, 1)),
    ],
)
def test_months_before_a_day_begin_on_the_first(day: date, months: int, first: date) -> None:
    assert months_before(day, months) == first
