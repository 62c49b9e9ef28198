"""The log of obstructed care, its figures and its letters are a unit's: who reads one reads nothing of the other."""

from __future__ import annotations

import uuid
from datetime import date, timedelta

import pytest
from django.core.exceptions import PermissionDenied

from access.models import User
from appointments.models import Obstruction
from appointments.models.enums.appointment import Status
from appointments.models.enums.report import ReportKind
from appointments.obstruction import facts_of, read_figures
from appointments.obstruction.log import count_again, note_fact
from appointments.obstruction.reports.drafting import begin_report
from appointments.obstruction.reports.freezing import freeze
from appointments.obstruction.reports.preferences import change_letterhead
from appointments.obstruction.reports.standing import reports_visible_to
from appointments.rights import Rights, obstructions_visible_to
from tests.appointments.obstruction.conftest import past
from tests.appointments.units.scenes import TwoUnits, two_units
from tests.conftest import Unit

pytestmark = pytest.mark.django_db


@pytest.fixture
def two(unit_a: Unit, helene: User) -> TwoUnits:
    return two_units(unit_a)


@pytest.fixture
def missed(two: TwoUnits) -> date:
    """One morning: two people not brought to the first unit, three not brought to the SMPR, for another cause."""
    theirs = {"agenda": two.vidal, "kind": two.interview}
    past(two.house, (0, 9, 0), Status.NOT_COME, not_come_declared="EFFECTIF")
    past(two.house, (0, 9, 30), Status.NOT_COME, not_come_declared="EFFECTIF")
    for minute in (0, 20, 40):
        past(two.house, (0, 10, minute), Status.NOT_COME, not_come_declared="PARLOIR", **theirs)
    on = two.house.establishment.today() - timedelta(days=10)
    count_again(two.house.establishment, on, on)
    return on


def test_facts_are_counted_in_the_log_of_their_unit(two: TwoUnits, missed: date, helene: User) -> None:
    place = two.house.establishment
    ours, theirs = (set(facts_of(unit, missed, missed)) for unit in (two.first, two.second))

    assert ours
    assert theirs
    assert not ours & theirs
    assert {fact.affected for fact in ours if fact.kind == "not_brought"} == {2}
    assert {fact.affected for fact in theirs if fact.kind == "not_brought"} == {3}
    assert set(obstructions_visible_to(Rights(helene, place))) == ours
    assert set(obstructions_visible_to(Rights(two.simone, place))) == theirs
    # Counted once more, nothing is new and nothing goes.
    assert count_again(place, missed, missed) == (0, 0, 0)


def test_figures_of_the_log_are_of_one_unit(two: TwoUnits, missed: date, helene: User, at_door) -> None:
    place = two.house.establishment

    assert read_figures(place, missed, missed, unit=two.first.pk).expected == 2
    assert read_figures(place, missed, missed, unit=two.second.pk).expected == 3
    for head, unit, expected in ((helene, two.first, 2), (two.simone, two.second, 3)):
        browser = at_door(head)
        file = browser.get(browser.url("obstruction_csv"), {"since": f"{missed}", "until": f"{missed}"})
        assert file.status_code == 200
        assert f"{expected}" in file.text
        asked = {"since": f"{missed}", "until": f"{missed}", "show": "all"}
        page = browser.get(browser.url("obstruction"), asked)
        assert {line.fact for line in page.context["lines"]} == set(facts_of(unit, missed, missed))


def test_what_a_carer_notes_stands_in_their_units_log(two: TwoUnits, helene: User) -> None:
    place = two.house.establishment
    noted = note_fact(
        by=two.noor,
        establishment=place,
        token=uuid.uuid4(),
        kind="presence",
        day=place.today(),
        half_day="morning",
        cause="practice",
        facts="Un agent est resté dans le bureau.",
        detainee=two.house.paul,
    )

    assert noted.unit == two.second
    assert set(obstructions_visible_to(Rights(two.simone, place))) == {noted}
    assert not obstructions_visible_to(Rights(helene, place)).exists()
    assert Obstruction.objects.count() == 1


def test_letters_bear_the_head_of_their_unit(two: TwoUnits, missed: date, helene: User, at_door) -> None:
    place = two.house.establishment
    change_letterhead(by=two.simone, care_unit=two.second, hospital="CHS des Ormes", unit="SMPR")
    with pytest.raises(PermissionDenied):
        change_letterhead(by=helene, care_unit=two.second, hospital="Un autre")
    browser = at_door(helene)
    page = browser.get(browser.url("report_settings"))
    assert "CHS des Ormes" not in page.text
    years = {"reports_years": 10, "complaints_years": 5, "facts_years": 10}
    assert browser.post(browser.url("report_settings"), {"hospital": "CH du Nord"} | years).status_code == 302

    days = {"first_day": missed, "last_day": missed}
    heads = {}
    for head in (helene, two.simone):
        report = begin_report(by=head, establishment=place, kind=ReportKind.COLLECTIVE, **days)
        heads[head.username] = freeze(report, None)["letterhead"]["hospital"]
        assert list(reports_visible_to(Rights(head, place))) == [report]
    assert heads == {"helene": "CH du Nord", "simone": "CHS des Ormes"}
