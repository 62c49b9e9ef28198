"""Care learns on every page that officers read old lists: since when, what waits, and how to print the lists."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.db import connection

from access.models import User
from appointments.arithmetic.publication_grid import PublicationGrid, Term
from appointments.booking import book
from appointments.models import Movement, PrisonLink
from appointments.projection import neutral_fields
from appointments.projection.link import Link
from tests.appointments.care.open_page.asking import address, ask, long_ago
from tests.appointments.care.pages import queries_of
from tests.conftest import Unit
from tests.doors import AtDoor, DoorClient, carry, was_reached
from tests.factories import DetaineeFactory, appointment, local, open_session
from tests.published import early_there, publish_just_now
from tests.reading import words_at

SILENT = "Officers’ side not reached since"


def called(unit: Unit, day: date, hour: int, **fields: object) -> Movement:
    """Somebody of building A called at `hour`, as the list says."""
    person = DetaineeFactory(establishment=unit.establishment, building=unit.building)
    at = local(unit.establishment, day, hour)
    return Movement.objects.create(establishment=unit.establishment, expected_at=at, **neutral_fields(person), **fields)


def clock() -> datetime:
    with connection.cursor() as cursor:
        cursor.execute("SELECT clock_timestamp()")
        [(now,)] = cursor.fetchall()
    return now


@pytest.mark.parametrize("page", ["/day/{}", "/people", "/prints/", "/planning/"])
def test_every_page_says_since_when_officers_are_not_reached_and_leads_to_the_lists(
    page: str, unit_a: Unit, publication_day: date, helene: User, at_door: AtDoor
) -> None:
    browser, address = at_door(helene), page.format(publication_day)
    assert SILENT not in words_at(browser, address)
    was_reached(ago=timedelta(minutes=3))
    reached = PrisonLink.objects.get().reached_at
    assert reached is not None

    text = words_at(browser, address)

    assert f"{SILENT} {reached.astimezone(unit_a.establishment.zone):%H:%M}." in text
    assert "Print the lists" in text
    assert browser.get("/prints/lists").status_code == 200


def test_two_minutes_are_no_silence(unit_a: Unit, helene: User, at_door: AtDoor) -> None:
    browser = at_door(helene)
    was_reached(ago=timedelta(seconds=110))

    assert SILENT not in words_at(browser, "/people")


def test_side_that_was_never_reached_is_said_too(unit_a: Unit, helene: User, at_door: AtDoor) -> None:
    browser = at_door(helene)
    PrisonLink.objects.all().delete()

    assert "The officers’ side has never been reached." in words_at(browser, "/people")


def test_another_prison_that_is_silent_is_not_told_here(unit_a: Unit, helene: User, at_door: AtDoor) -> None:
    browser = at_door(helene)
    PrisonLink.objects.create(name="elsewhere", reached_at=clock() - timedelta(days=1))

    assert SILENT not in words_at(browser, "/people")


def test_clinician_is_told_and_not_offered_lists_that_they_may_not_print(
    unit_a: Unit, bob: User, at_door: AtDoor
) -> None:
    browser = at_door(bob)
    was_reached(ago=timedelta(minutes=10))

    text = words_at(browser, "/people")

    assert SILENT in text
    assert "Print the lists" not in text
    assert browser.get("/prints/lists").status_code == 403


def test_pages_of_a_refusal_ask_nothing(unit_a: Unit, helene: User, at_door: AtDoor) -> None:
    browser = at_door(helene)
    was_reached(ago=timedelta(minutes=10))

    assert SILENT not in browser.get("/nothing-here").content.decode()


def test_what_waits_is_counted(unit_a: Unit, publication_day: date, alice: User, at_door: AtDoor) -> None:
    browser, now = at_door(alice), clock()
    was_reached(ago=timedelta(minutes=30))
    lately = now - timedelta(minutes=10)
    called(unit_a, publication_day, 10, visible_from=lately, is_added=True)
    called(unit_a, publication_day, 11, withdrawn_from=lately)
    # Not these: the list opened with one, one still waits for its hour, officers had read one before.
    called(unit_a, publication_day, 12, visible_from=lately)
    called(unit_a, publication_day, 13, visible_from=now + timedelta(hours=2), is_added=True)
    called(unit_a, publication_day, 14, visible_from=now - timedelta(hours=2), is_added=True)

    assert "2 changes wait." in words_at(browser, "/people")


def test_call_made_at_once_while_nobody_is_reached_waits(
    unit_a: Unit, publication_day: date, alice: User, at_door: AtDoor
) -> None:
    browser = at_door(alice)
    session = open_session(unit_a.doctor, publication_day, 6, 23, start_minute=0)
    before = appointment(
        unit_a.karim, session, unit_a.consultation, local(unit_a.establishment, publication_day, 8, 40)
    )
    type(before).objects.filter(pk=before.pk).update(booked_at=clock() - timedelta(hours=1))
    was_reached(ago=timedelta(minutes=30))

    book(
        by=alice,
        agenda=unit_a.doctor,
        detainee=unit_a.paul,
        kind=unit_a.consultation,
        starts_at=local(unit_a.establishment, publication_day, 9, 0),
    )

    assert "1 change waits." in words_at(browser, "/people")


def test_edition_that_is_late_is_told(unit_a: Unit, alice: User, at_door: AtDoor) -> None:
    early_there(unit_a.establishment)
    browser, due = at_door(alice), publish_just_now(unit_a.establishment)

    was_reached(at=due - timedelta(seconds=1))
    assert f"The {due:%H:%M} list waits." in words_at(browser, "/people")
    was_reached(at=due + timedelta(seconds=1))
    assert SILENT not in words_at(browser, "/people")


@pytest.mark.parametrize(
    ("reached", "seconds", "is_missing"), [(-1, 59, False), (-1, 60, True), (0, 90, False), (None, 60, True)]
)
def test_edition_is_late_a_minute_after_its_hour_when_the_last_visit_was_before(
    reached: int | None, seconds: int, is_missing: bool
) -> None:
    zone = ZoneInfo("Europe/Paris")
    hour = datetime(2026, 3, 10, 15, 30, tzinfo=zone)
    grid = PublicationGrid((Term(time(15, 30), date(2026, 3, 10)),), zone)
    visit = None if reached is None else hour + timedelta(seconds=reached)

    link = Link("prison", visit, None, hour + timedelta(seconds=seconds))

    assert link.missing(grid) == (hour if is_missing else None)


def test_page_of_the_lists_says_it_in_detail(unit_a: Unit, publication_day: date, alice: User, at_door: AtDoor) -> None:
    browser = at_door(alice)
    assert "officers see the lists as they are published" in words_at(browser, "/lists")
    was_reached(ago=timedelta(minutes=4))

    text = words_at(browser, "/lists")

    assert "No change and no list waits so far." in text
    assert "everything goes out by itself, each change once" in text
    assert "Print the lists" in text
    assert text.count(SILENT) == 1
    assert "officers see this list as it is" not in text


def test_page_of_the_lists_says_that_the_database_there_came_from_a_backup(
    unit_a: Unit, alice: User, at_door: AtDoor
) -> None:
    browser = at_door(alice)
    assert "restored from a backup" not in words_at(browser, "/lists")
    PrisonLink.objects.update(restored_at=clock() - timedelta(days=1))
    assert "The officers’ database was restored from a backup" in words_at(browser, "/lists")
    PrisonLink.objects.update(restored_at=clock() - timedelta(days=8))
    assert "restored from a backup" not in words_at(browser, "/lists")


def test_publishing_while_nobody_is_reached_does_not_say_that_officers_see_it(
    unit_a: Unit, publication_day: date, alice: User, at_door: AtDoor
) -> None:
    browser = at_door(alice)
    called(unit_a, publication_day, 10, visible_from=clock() + timedelta(hours=1), is_added=True)
    was_reached(ago=timedelta(minutes=4))

    page = browser.post(f"/lists/{publication_day}/publish", follow=True).content.decode()

    assert "1 change goes out as soon as the officers’ side is reached again" in page
    assert "Officers see 1 change" not in page


def test_open_page_of_today_learns_of_it_by_itself(unit_a: Unit, alice: User, at_door: AtDoor) -> None:
    browser, today = at_door(alice), unit_a.establishment.today()
    first = ask(browser, address(unit_a, today))
    was_reached(ago=timedelta(minutes=4))

    again = ask(browser, address(unit_a, today), long_ago(first.headers["ETag"]))

    assert SILENT in again.content.decode()


def test_banner_goes_with_the_couriers_next_visit(unit_a: Unit, alice: User, at_door: AtDoor) -> None:
    browser = at_door(alice)
    was_reached(ago=timedelta(minutes=4))
    assert SILENT in words_at(browser, "/people")

    carry()

    assert SILENT not in words_at(browser, "/people")


def test_one_query_when_all_is_well_and_constant_when_not(
    unit_a: Unit, publication_day: date, alice: User, at_door: AtDoor
) -> None:
    browser: DoorClient = at_door(alice)

    def queries() -> int:
        return queries_of(lambda: browser.get("/people"))

    browser.get("/people")
    well = queries()
    was_reached(ago=timedelta(minutes=30))
    called(unit_a, publication_day, 10, withdrawn_from=clock() - timedelta(minutes=1))
    silent = queries()
    for hour in range(11, 20):
        called(unit_a, publication_day, hour, withdrawn_from=clock() - timedelta(minutes=1))
    assert silent == queries() == well + 2
