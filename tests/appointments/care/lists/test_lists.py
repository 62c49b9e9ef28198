"""Publication on the pages: what care is told and may do, what stands on the officers' screens and sheets."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from icalendar import Calendar

from access.models import AuditEntry, User
from access.policy import give
from appointments.models import Appointment, Detainee, Movement, PrintedSheet, PublicationTime
from tests.conftest import Unit
from tests.doors import DoorClient
from tests.factories import DetaineeFactory, appointment, local, open_session
from tests.published import early_there, publish_at

AtDoor = Callable[[User], DoorClient]


@pytest.fixture
def today(unit_a: Unit) -> date:
    """Today in unit A, where it is past six in the morning and lists go out at 05:30, 08:30 and 15:30."""
    early_there(unit_a.establishment)
    publish_at(unit_a.establishment)
    return timezone.localdate(timezone=unit_a.establishment.zone)


def booked(unit: Unit, person: Detainee, day: date, hour: int, minute: int = 40) -> Appointment:
    session = unit.doctor.sessions.filter(starts_at__date=day).first() or open_session(unit.doctor, day, 8, 18)
    return appointment(person, session, unit.consultation, local(unit.establishment, day, hour, minute))


def text(browser: DoorClient, address: str, status: int = 200) -> str:
    response = browser.get(address)
    assert response.status_code == status
    return " ".join(re.sub(r"<[^>]+>", " ", response.content.decode()).split())


# --- Care -------------------------------------------------------------------------------------------


def test_confirmation_says_from_when_officers_see_the_call(
    unit_a: Unit, today: date, helene: User, at_door: AtDoor
) -> None:
    browser, tomorrow = at_door(helene), today + timedelta(days=1)

    def told(made: Appointment, day: date) -> str:
        return text(browser, f"/day/{day}?changed={made.pk}&as=booked")

    assert "On the officers’ list from 08:30." in told(booked(unit_a, unit_a.paul, today, 10), today)
    assert "On the officers’ list now." in told(booked(unit_a, unit_a.karim, today, 8), today)
    assert "On the officers’ list from 15:30." in told(booked(unit_a, unit_a.karim, tomorrow, 10), tomorrow)
    PublicationTime.objects.all().delete()
    assert "officers’ list" not in told(booked(unit_a, unit_a.paul, tomorrow, 14), tomorrow)


def test_cancellation_says_what_officers_see_of_it(unit_a: Unit, today: date, helene: User, at_door: AtDoor) -> None:
    browser = at_door(helene)
    waiting, seen = booked(unit_a, unit_a.paul, today, 10), booked(unit_a, unit_a.karim, today, 9)
    Movement.objects.filter(pk=seen.movement_id).update(visible_from=None)

    def told(made: Appointment) -> str:
        browser.post(f"/appointment/{made.pk}/cancel", {"cancel-revision": made.revision, "cancel-reason": "US_REPORT"})
        return text(browser, f"/day/{today}?changed={made.pk}&as=cancelled")

    assert "Officers had not seen the call: nothing shows." in told(waiting)
    assert "The officers’ list shows the call as withdrawn from 08:30." in told(seen)


def test_day_tells_how_many_changes_wait_and_leads_to_publishing_them(
    unit_a: Unit, today: date, alice: User, at_door: AtDoor, olga: User
) -> None:
    browser = at_door(alice)
    booked(unit_a, unit_a.paul, today, 10)
    booked(unit_a, unit_a.karim, today, 11)
    assert "2 changes of this day are not on the officers’ list yet." in text(browser, f"/day/{today}")
    assert "All these changes concern one practitioner." in text(browser, "/lists")

    response = browser.post(f"/lists/{today}/publish", follow=True)

    assert "Published. Officers see 2 changes." in response.content.decode()
    assert "not on the officers’ list yet" not in text(browser, f"/day/{today}")
    assert "DURAND Paul added" in text(at_door(olga), "/")
    assert AuditEntry.objects.filter(verb="publish", username="alice").count() == 1


def test_second_click_publishes_nothing_and_says_so(unit_a: Unit, today: date, helene: User, at_door: AtDoor) -> None:
    response = at_door(helene).post(f"/lists/{today}/publish")

    assert response.status_code == 422
    assert "Nothing waits to be published on this list" in response.content.decode()


@pytest.mark.parametrize("day", ["2026-13-01", "yesterday", "%00"])
def test_day_that_is_no_day_is_not_found(day: str, today: date, helene: User, at_door: AtDoor) -> None:
    assert at_door(helene).post(f"/lists/{day}/publish").status_code == 404


def test_clinician_is_not_offered_to_publish(unit_a: Unit, today: date, bob: User, at_door: AtDoor) -> None:
    give(bob, "view_agenda", unit_a.doctor)
    booked(unit_a, unit_a.paul, today, 10)

    assert "Publish now" not in text(at_door(bob), f"/day/{today}")


def test_head_of_unit_adds_and_removes_publication_times(today: date, helene: User, at_door: AtDoor) -> None:
    browser = at_door(helene)

    browser.post("/planning/publications", {"change": "add", "at": "17:00"})
    browser.post("/planning/publications", {"change": "remove", "at": "08:30"})
    page = text(browser, "/planning/")

    assert "17:00 from tomorrow Remove" in page
    assert "08:30 until tonight" in page
    assert "Saved. From tomorrow, lists go out at 17:00 too." in page


@pytest.mark.parametrize(
    ("sent", "sentence"),
    [
        ({"change": "add", "at": "15:30"}, "This is already a publication time."),
        ({"change": "add", "at": "9 o'clock"}, "Enter a valid time."),
        ({"change": "remove", "at": "09:00"}, "This is not a publication time any longer."),
    ],
)
def test_refused_change_says_why_on_the_planning_page(
    sent: dict[str, str], sentence: str, today: date, helene: User, at_door: AtDoor
) -> None:
    response = at_door(helene).post("/planning/publications", sent)

    assert response.status_code == 422
    assert sentence in response.content.decode()


@pytest.mark.parametrize("page", ["/day/{today}", "/lists"])
def test_number_of_queries_does_not_grow_with_what_waits(
    page: str, unit_a: Unit, today: date, helene: User, at_door: AtDoor
) -> None:
    browser = at_door(helene)

    def queries(hours: range) -> int:
        for hour in hours:
            booked(unit_a, DetaineeFactory(establishment=unit_a.establishment, building=unit_a.building), today, hour)
        with CaptureQueriesContext(connection) as captured:
            assert browser.get(page.format(today=today)).status_code == 200
        return len(captured)

    browser.get(page.format(today=today))
    assert queries(range(9, 10)) == queries(range(10, 17))


# --- The prison door --------------------------------------------------------------------------------


@pytest.fixture
def marked(unit_a: Unit, today: date) -> dict[str, Movement]:
    """Paul as usual, Karim withdrawn, Ali added, all of them at 10:30 in building A, today."""
    place, at = unit_a.establishment, local(unit_a.establishment, today, 10, 30)
    common = {"establishment": place, "building": unit_a.building, "first_name": "X", "expected_at": at}
    return {
        "usual": Movement.objects.create(cell="1", last_name="Durand", register_number="1", **common),
        "withdrawn": Movement.objects.create(
            cell="2", last_name="Benali", register_number="2", withdrawn_from=at - timedelta(hours=9), **common
        ),
        "added": Movement.objects.create(cell="3", last_name="Ali", register_number="3", is_added=True, **common),
    }


def test_marks_and_version_stand_on_screen_and_withdrawn_lines_are_not_counted(
    marked: dict[str, Movement], oscar: User, at_door: AtDoor
) -> None:
    page = text(at_door(oscar), "/")

    assert "2 people expected · 1 withdrawn" in page
    assert "Version 2 . Next publication at 08:30." in page
    assert [re.search(rf"{name} X (\w+)", page)[1] for name in ("DURAND", "BENALI", " ALI")] == [  # type: ignore[index]
        "1",
        "withdrawn",
        "added",
    ]


def test_list_that_is_not_out_says_when_it_will_be(unit_a: Unit, today: date, oscar: User, at_door: AtDoor) -> None:
    booked(unit_a, unit_a.paul, today + timedelta(days=1), 10)

    page = text(at_door(oscar), "/?day=tomorrow")

    assert f"This list will be published on {today:%A} {today.day} {today:%B}, 15:30." in page
    assert "This list is not published yet." in page
    assert "DURAND" not in page


def test_marks_are_the_same_in_the_file_and_in_the_calendar(
    marked: dict[str, Movement], oscar: User, at_door: AtDoor
) -> None:
    browser = at_door(oscar)
    rows = browser.get("/mouvements.csv").content.decode("utf-8-sig").splitlines()
    page = browser.post("/calendar/open", follow=True).content.decode()
    address = re.search(r'value="https?://[^/]+(/calendar/[^"]+\.ics)"', page)
    assert address
    events = list(Calendar.from_ical(DoorClient("prison").get(address[1]).content).walk("VEVENT"))

    assert [row.rsplit(";", 1)[1] for row in rows[1:]] == ["", "withdrawn", "added"]
    assert [str(event["SUMMARY"]).split("]")[0].split(" ")[0] for event in events] == ["DURAND", "[retiré", "[ajouté"]
    assert [event.get("STATUS") for event in events] == [None, "CANCELLED", None]
    assert {key for event in events for key in event} & {"SEQUENCE", "LAST-MODIFIED", "CREATED"} == set()


def test_printing_keeps_the_sheet_and_the_next_one_tells_what_has_changed(
    unit_a: Unit, marked: dict[str, Movement], oscar: User, at_door: AtDoor
) -> None:
    browser = at_door(oscar)
    first = browser.post("/print?day=today", follow=True)
    assert first.redirect_chain[0][0].startswith("/print/")
    kept = PrintedSheet.objects.get()
    assert (kept.printed_by, kept.version, kept.building) == (oscar, 2, unit_a.building)
    assert [(line["number"], line["mark"]) for line in kept.lines] == [("1", ""), ("2", "withdrawn"), ("3", "added")]

    Movement.objects.filter(pk=marked["usual"].pk).update(cell="9")
    marked["added"].delete()
    page = text(browser, "/print")

    assert "▸ 2 lines differ from version 2, printed on" in page
    assert "▸ was in 1" in page
    assert "▸ No longer on this sheet 10:30 3 ALI X 3" in page
    assert "differ" not in text(browser, first.redirect_chain[0][0])


def test_sheets_of_other_buildings_are_not_shown_with_those_of_ones_own(
    unit_a: Unit, marked: dict[str, Movement], olga: User, oscar: User, at_door: AtDoor
) -> None:
    address = at_door(olga).post("/print", follow=True).redirect_chain[0][0]

    assert text(at_door(olga), address).count("Printed on") == 2
    assert text(at_door(oscar), address).count("Printed on") == 1


def test_number_of_queries_of_the_sheets_does_not_grow_with_lines_and_sheets(
    unit_a: Unit, marked: dict[str, Movement], olga: User, at_door: AtDoor
) -> None:
    browser = at_door(olga)

    def queries(numbers: range) -> int:
        for number in numbers:
            row = {"register_number": f"9{number}", "cell": "7", "last_name": "N", "first_name": "N"}
            at = marked["usual"].expected_at
            Movement.objects.create(establishment=unit_a.establishment, building=unit_a.building, expected_at=at, **row)
        browser.post("/print")
        with CaptureQueriesContext(connection) as captured:
            assert browser.get("/print").status_code == 200
        return len(captured)

    queries(range(1))
    assert queries(range(1, 3)) == queries(range(3, 40))
