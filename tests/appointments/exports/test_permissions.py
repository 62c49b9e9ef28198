"""From the head's page to the officers' door and back: opened, used, withdrawn, over, and what was taken."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta

import pytest

from access.models import AuditEntry, CalendarAddress, User
from appointments import exports
from appointments.exports import ExportRefused
from appointments.exports.reading import forget_uses
from appointments.models import ExportPermission, ExportUse
from appointments.prison.models import PrisonExportPermission, PrisonExportUse
from tests.conftest import Unit
from tests.doors import DoorClient, carry, through
from tests.factories import may_export

AtDoor = Callable[[User], DoorClient]
FILE = "/mouvements.csv"


def opened(unit: Unit, head: User, username: str, *, days: int = 30) -> ExportPermission:
    place = unit.establishment
    with through("care"):
        permission = exports.open_exports(place, by=head, username=username, until=place.today() + timedelta(days=days))
    carry()
    return permission


def feed_of(browser: DoorClient) -> str:
    page = browser.post("/calendar/open", follow=True).content.decode()
    found = re.search(r'value="https?://[^/]+(/calendar/[^"]+\.ics)"', page)
    assert found, page
    return found[1]


def test_file_and_calendar_are_closed_until_the_head_opens_them(oscar: User, at_door: AtDoor) -> None:
    browser = at_door(oscar)

    page = browser.get("/").content.decode()
    refused = browser.get(FILE)

    assert FILE not in page
    assert "/calendar" not in page
    assert refused.status_code == 403
    assert "The head of the health unit opens them to an account" in refused.content.decode()
    assert browser.post("/calendar/open").status_code == 403
    assert "closed to your account" in browser.get("/calendar").content.decode()
    assert not CalendarAddress.objects.using("prison").exists()
    assert not AuditEntry.objects.using("prison").filter(verb__in=["export", "open_calendar"]).exists()


def test_opened_to_one_account_they_open_to_that_one_alone(
    unit_a: Unit, helene: User, oscar: User, olga: User, at_door: AtDoor
) -> None:
    permission = opened(unit_a, helene, "OSCAR")

    permission.refresh_from_db()
    assert permission.answer == "open"
    browser = at_door(oscar)
    assert FILE in browser.get("/").content.decode()
    assert browser.get(FILE).status_code == 200
    assert DoorClient("prison").get(feed_of(browser)).status_code == 200
    assert at_door(olga).get(FILE).status_code == 403


def test_withdrawn_they_close_at_once_and_the_address_never_comes_back(
    unit_a: Unit, helene: User, oscar: User, at_door: AtDoor
) -> None:
    permission = opened(unit_a, helene, "oscar")
    browser = at_door(oscar)
    address = feed_of(browser)

    with through("care"):
        exports.withdraw_exports(unit_a.establishment, by=helene, key=permission.pk)
    carry()

    permission.refresh_from_db()
    assert permission.answer == "closed"
    assert browser.get(FILE).status_code == 403
    assert DoorClient("prison").get(address).status_code == 404
    opened(unit_a, helene, "oscar")
    assert browser.get(FILE).status_code == 200
    assert DoorClient("prison").get(address).status_code == 404


def test_what_is_over_is_closed_though_no_courier_came_since(
    unit_a: Unit, helene: User, oscar: User, at_door: AtDoor
) -> None:
    opened(unit_a, helene, "oscar")
    browser = at_door(oscar)
    address = feed_of(browser)
    browser.is_served = False
    yesterday = unit_a.establishment.today() - timedelta(days=1)
    PrisonExportPermission.objects.using("prison").update(until=yesterday)

    assert browser.get(FILE).status_code == 403
    assert DoorClient("prison", is_served=False).get(address).status_code == 404
    assert "Calendar address" not in browser.get("/").content.decode()


def test_opened_anew_keeps_the_address_and_one_permission(
    unit_a: Unit, helene: User, oscar: User, at_door: AtDoor
) -> None:
    first = opened(unit_a, helene, "oscar", days=1)
    address = feed_of(at_door(oscar))

    second = opened(unit_a, helene, "Oscar", days=200)

    first.refresh_from_db()
    assert first.withdrawn_by == helene
    assert [row.pk for row in PrisonExportPermission.objects.using("prison").all()] == [second.pk]
    assert DoorClient("prison").get(address).status_code == 200


@pytest.mark.parametrize("name", ["osacr", "otto", "alice"])
def test_name_without_an_account_there_comes_back_as_unknown_and_opens_nothing_later(
    name: str, unit_a: Unit, helene: User, alice: User, otto: User
) -> None:
    permission = opened(unit_a, helene, name)

    permission.refresh_from_db()
    assert permission.answer == "unknown"


def test_account_that_is_given_the_name_later_gets_nothing(
    unit_a: Unit, helene: User, request: pytest.FixtureRequest, at_door: AtDoor
) -> None:
    opened(unit_a, helene, "oscar")

    later = request.getfixturevalue("oscar")

    assert at_door(later).get(FILE).status_code == 403


def test_uses_are_told_to_the_head_once_an_hour_each(unit_a: Unit, helene: User, oscar: User, at_door: AtDoor) -> None:
    opened(unit_a, helene, "oscar")
    browser = at_door(oscar)
    address = feed_of(browser)

    for _each in range(3):
        browser.get(FILE)
        DoorClient("prison").get(address)
    carry()
    browser.get(FILE)
    carry()

    told = set(ExportUse.objects.values_list("username", "taken_as"))
    assert told == {("oscar", "file"), ("oscar", "calendar")}
    # Two hours at most, when the clock struck meanwhile.
    assert ExportUse.objects.count() <= 4
    assert not PrisonExportUse.objects.using("prison").exists()
    assert AuditEntry.objects.using("prison").filter(verb="export", username="oscar").count() == 7


def test_uses_are_forgotten_after_a_year(unit_a: Unit, helene: User, oscar: User, at_door: AtDoor) -> None:
    opened(unit_a, helene, "oscar")
    at_door(oscar).get(FILE)
    carry()
    assert forget_uses() == 0

    use = ExportUse.objects.get()
    ExportUse.objects.update(hour=use.hour - timedelta(days=367))

    assert forget_uses() == 1


@pytest.mark.parametrize("days", [-1, -700_000, 367, 2_900_000])
def test_days_that_are_over_or_too_far_are_refused(days: int, unit_a: Unit, helene: User) -> None:
    until = unit_a.establishment.today() + timedelta(days=days)

    with pytest.raises(ExportRefused):
        exports.open_exports(unit_a.establishment, by=helene, username="oscar", until=until)

    assert not ExportPermission.objects.exists()


def test_prison_that_holds_a_permission_for_ever_still_gets_its_lists_and_opens_nothing(
    unit_a: Unit, oscar: User, at_door: AtDoor
) -> None:
    may_export(unit_a.establishment, "oscar")
    carry()
    rows = PrisonExportPermission.objects.using("prison")
    rows.update(until=unit_a.establishment.today() + timedelta(days=5000))
    browser = at_door(oscar)
    browser.is_served = False

    assert browser.get(FILE).status_code == 403
    browser.is_served = True
    assert browser.get(FILE).status_code == 200  # the courier has put it right


def test_establishment_that_leaves_the_prison_leaves_no_permission(unit_a: Unit, oscar: User) -> None:
    may_export(unit_a.establishment, "oscar")
    carry()
    unit_a.establishment.prison = "elsewhere"
    unit_a.establishment.save()

    carry()

    assert not PrisonExportPermission.objects.using("prison").exists()
