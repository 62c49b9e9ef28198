"""Editions: each day's list whole, in the order shown, a word for each line; between publications nothing moves."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta

import pytest

from appointments.models import Movement, UnplannedPublication
from appointments.prison.models import Edition
from tests.appointments.courier.rounds import edition, expect, go, shown, stored
from tests.conftest import Unit
from tests.factories import BuildingFactory, DetaineeFactory, local
from tests.published import publish_at

DAY = date(2026, 3, 11)
TIMES = (time(8, 30), time(12, 30), time(15, 30))
FIELDS = {"building", "cell", "expected_at", "first_name", "id", "last_name", "mark", "register_number"}


@pytest.fixture
def published(unit_a: Unit) -> Unit:
    """Unit A with publications at 08:30, 12:30 and 15:30."""
    publish_at(unit_a.establishment, *TIMES)
    return unit_a


def at(unit: Unit, hour: int, minute: int = 0, *, days: int = 0) -> datetime:
    return local(unit.establishment, DAY + timedelta(days=days), hour, minute)


# --- What an edition says ---------------------------------------------------------------------------


def test_edition_holds_the_whole_day_in_the_order_of_the_floor_whatever_the_order_of_booking(unit_a: Unit) -> None:
    attic = BuildingFactory(establishment=unit_a.establishment, name="0 attic")
    people = [
        DetaineeFactory(establishment=unit_a.establishment, building=building, cell=cell, last_name=name)
        for building, cell, name in (
            (unit_a.other_building, "B-1", "Zola"),
            (unit_a.building, "A-9", "Yver"),
            (unit_a.building, "A-1", "Xal"),
            (attic, "0-1", "Weil"),
        )
    ]
    for person in people:
        expect(unit_a, person, at(unit_a, 14))
    expect(unit_a, people[1], at(unit_a, 9))

    go(now=at(unit_a, 7))

    assert shown(unit_a, DAY) == [
        ("14:00 WEIL", ""),
        ("09:00 YVER", ""),
        ("14:00 XAL", ""),
        ("14:00 YVER", ""),
        ("14:00 ZOLA", ""),
    ]
    kept = edition(unit_a, DAY)
    assert kept is not None
    assert {frozenset(line) for line in kept.lines} == {frozenset(FIELDS)}
    assert Edition.objects.using("prison").filter(day=DAY).count() == 1


def test_line_is_added_or_withdrawn_in_a_word_and_never_with_an_instant(published: Unit) -> None:
    expect(published, published.paul, at(published, 14), visible_from=at(published, 12, 30), is_added=True)
    expect(published, published.karim, at(published, 16), withdrawn_from=at(published, 12, 30))

    go(now=at(published, 12, 29))
    assert shown(published, DAY) == [("16:00 BENALI", "")]
    go(now=at(published, 12, 30))
    assert shown(published, DAY) == [("14:00 DURAND", "added"), ("16:00 BENALI", "withdrawn")]

    Movement.objects.filter(register_number="012345").update(restored_from=at(published, 15, 30))
    go(now=at(published, 15, 30))
    assert shown(published, DAY) == [("14:00 DURAND", "added"), ("16:00 BENALI", "added")]


def test_nothing_is_written_between_two_publications_whatever_care_does(published: Unit) -> None:
    line = expect(published, published.paul, at(published, 14))
    go(now=at(published, 12, 30))
    before = stored()

    expect(published, published.karim, at(published, 16), visible_from=at(published, 15, 30), is_added=True)
    go(now=at(published, 13))
    Movement.objects.filter(pk=line.pk).update(withdrawn_from=at(published, 15, 30))
    go(now=at(published, 13, 7))
    Movement.objects.filter(register_number="012345").delete()
    go(now=at(published, 15, 29))

    assert stored() == before
    go(now=at(published, 15, 30))
    assert stored() != before


def test_same_edition_carried_twice_is_written_once(published: Unit) -> None:
    expect(published, published.paul, at(published, 14))

    go(now=at(published, 12, 30))
    once = stored()
    go(now=at(published, 12, 30))
    go(now=at(published, 12, 31))

    assert stored() == once


def test_version_counts_the_publications_of_the_list_planned_or_not(published: Unit) -> None:
    def version() -> tuple[int, datetime | None]:
        kept = edition(published, DAY)
        assert kept is not None
        return kept.version, kept.planned_for

    go(now=at(published, 8, 29))
    assert version() == (1, at(published, 15, 30, days=-1))
    go(now=at(published, 8, 30))
    assert version() == (2, at(published, 8, 30))
    UnplannedPublication.objects.create(establishment=published.establishment, day=DAY)
    go(now=at(published, 8, 31))
    assert version() == (3, at(published, 8, 30))


def test_open_lists_bear_no_version_and_show_each_change_at_once(unit_a: Unit) -> None:
    go(now=at(unit_a, 9))
    line = expect(unit_a, unit_a.paul, at(unit_a, 14))

    go(now=at(unit_a, 9, 1))

    kept = edition(unit_a, DAY)
    assert kept is not None
    assert (kept.version, kept.planned_for, shown(unit_a, DAY)) == (0, None, [("14:00 DURAND", "")])
    line.delete()
    go(now=at(unit_a, 9, 2))
    assert shown(unit_a, DAY) == []


# --- Which days, and when one ends ------------------------------------------------------------------


def test_editions_of_four_days_stand_there_and_older_ones_are_forgotten_at_midnight(unit_a: Unit) -> None:
    for days in (-2, -1, 0, 1, 2, 3):
        expect(unit_a, unit_a.paul, at(unit_a, 14, days=days))

    def days_there() -> list[date]:
        return list(Edition.objects.using("prison").order_by("day").values_list("day", flat=True))

    go(now=at(unit_a, 23, 59))
    assert days_there() == [DAY + timedelta(days=days) for days in (-1, 0, 1, 2)]
    go(now=at(unit_a, 0, 0, days=1))
    assert days_there() == [DAY + timedelta(days=days) for days in (0, 1, 2, 3)]


def test_evening_edition_brings_tomorrow_whole(published: Unit) -> None:
    expect(published, published.paul, at(published, 9, days=1), visible_from=at(published, 15, 30))

    go(now=at(published, 15, 29))
    assert shown(published, DAY + timedelta(days=1)) == []
    go(now=at(published, 15, 30))
    assert shown(published, DAY + timedelta(days=1)) == [("09:00 DURAND", "")]


def test_withdrawn_line_leaves_the_list_when_its_day_is_over(published: Unit) -> None:
    expect(published, published.paul, at(published, 14), withdrawn_from=at(published, 12, 30))

    go(now=at(published, 23, 59))
    assert shown(published, DAY) == [("14:00 DURAND", "withdrawn")]
    go(now=at(published, 0, 0, days=1))
    assert shown(published, DAY) == []


@pytest.mark.parametrize("day", [date(2026, 3, 29), date(2026, 10, 25)], ids=["spring", "autumn"])
def test_day_on_which_the_clocks_change_has_its_lines_and_its_publications(published: Unit, day: date) -> None:
    place = published.establishment
    expect(published, published.paul, local(place, day, 0, 30))
    expect(published, published.karim, local(place, day, 23, 30))

    for hour, version in ((8, 1), (9, 2), (13, 3), (16, 4)):
        go(now=local(place, day, hour))
        kept = edition(published, day)
        assert kept is not None
        assert (kept.version, [word for word, _mark in shown(published, day)]) == (
            version,
            ["00:30 DURAND", "23:30 BENALI"],
        )


@pytest.mark.parametrize("zone", ["Pacific/Kiritimati", "Etc/GMT+12", "Europe/Paris"])
@pytest.mark.parametrize("year", [1, 9999])
def test_rows_and_clocks_of_the_first_and_the_last_year_break_nothing(unit_a: Unit, year: int, zone: str) -> None:
    unit_a.establishment.time_zone = zone
    unit_a.establishment.save()
    publish_at(unit_a.establishment, *TIMES)
    edge = datetime(1, 1, 1, 0, 0, tzinfo=UTC) if year == 1 else datetime(9999, 12, 31, 23, 59, tzinfo=UTC)
    expect(unit_a, unit_a.paul, edge)
    expect(unit_a, unit_a.karim, at(unit_a, 14), visible_from=datetime(1, 1, 1, tzinfo=UTC))

    for now in (at(unit_a, 9), datetime(year, 6, 1, 12, tzinfo=UTC), at(unit_a, 9, 1)):
        go(now=now)

    assert shown(unit_a, DAY) == [("14:00 BENALI", "")]
