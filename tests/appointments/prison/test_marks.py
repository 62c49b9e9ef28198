"""What is added to and withdrawn from a list since it went out: on officers' screens, files and sheets."""

from __future__ import annotations

import re
from datetime import date, timedelta

import pytest
from icalendar import Calendar

from access.models import User
from appointments.models import Movement
from appointments.prison.models import PrintedSheet
from tests.appointments.prison.counting import asked
from tests.conftest import Unit
from tests.doors import AtDoor, DoorClient
from tests.factories import appointment, local, open_session
from tests.reading import words_at

pytestmark = pytest.mark.usefixtures("exports_open")


@pytest.fixture
def marked(unit_a: Unit, publication_day: date) -> dict[str, Movement]:
    """Paul as usual, Karim withdrawn, Ali added, all of them at 10:30 in building A, today."""
    place, at = unit_a.establishment, local(unit_a.establishment, publication_day, 10, 30)
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
    page = words_at(at_door(oscar), "/")

    assert "2 people expected · 1 withdrawn" in page
    assert "Version 2 . List of 05:30. Next publication at 08:30." in page
    assert [re.search(rf"{name} X (\w+)", page)[1] for name in ("DURAND", "BENALI", " ALI")] == [  # type: ignore[index]
        "1",
        "withdrawn",
        "added",
    ]


def test_list_that_is_not_out_says_when_it_will_be(
    unit_a: Unit, publication_day: date, oscar: User, at_door: AtDoor
) -> None:
    tomorrow = publication_day + timedelta(days=1)
    session = open_session(unit_a.doctor, tomorrow)
    appointment(unit_a.paul, session, unit_a.consultation, local(unit_a.establishment, tomorrow, 10))

    page = words_at(at_door(oscar), "/?day=tomorrow")

    day = f"{publication_day:%A} {publication_day.day} {publication_day:%B}"
    assert f"This list will be published on {day}, 15:30." in page
    assert "This list is not published yet." in page
    assert "DURAND" not in page


def test_marks_are_the_same_in_the_file_and_in_the_calendar(
    marked: dict[str, Movement], publication_day: date, oscar: User, at_door: AtDoor
) -> None:
    browser = at_door(oscar)
    rows = browser.get("/mouvements.csv").content.decode("utf-8-sig").splitlines()
    page = browser.post("/calendar/open", follow=True).content.decode()
    address = re.search(r'value="https?://[^/]+(/calendar/[^"]+\.ics)"', page)
    assert address
    events = list(Calendar.from_ical(DoorClient("prison").get(address[1]).content).walk("VEVENT"))

    assert [row.split(";")[-4] for row in rows[1:]] == ["", "withdrawn", "added"]
    # Each line says of which list it is: it stays with whatever is copied out of the file.
    assert {tuple(row.split(";")[-3:-1]) for row in rows[1:]} == {("2", f"{publication_day:%d/%m/%Y} 05:30")}
    assert [str(event["SUMMARY"]).split("]")[0].split(" ")[0] for event in events] == ["DURAND", "[retiré", "[ajouté"]
    assert [event.get("STATUS") for event in events] == [None, "CANCELLED", None]
    assert {key for event in events for key in event} & {"SEQUENCE", "LAST-MODIFIED", "CREATED"} == set()


def test_printing_keeps_the_sheet_and_the_next_one_tells_what_has_changed(
    unit_a: Unit, marked: dict[str, Movement], oscar: User, at_door: AtDoor
) -> None:
    browser = at_door(oscar)
    first = browser.post("/print?day=today", follow=True)
    assert first.redirect_chain[0][0].startswith("/print/")
    kept = PrintedSheet.objects.using("prison").get()
    assert (kept.printed_by_id, kept.version, kept.building_id) == (oscar.pk, 2, unit_a.building.pk)
    assert [(line["number"], line["mark"]) for line in kept.lines] == [("1", ""), ("2", "withdrawn"), ("3", "added")]

    # Paper is carried about: it tells by itself of which hour its list is.
    hour = f"Version 2 · List of {kept.day:%d/%m/%Y} 05:30"
    assert hour in words_at(browser, first.redirect_chain[0][0])
    assert hour in words_at(browser, "/print")

    Movement.objects.filter(pk=marked["usual"].pk).update(cell="9")
    marked["added"].delete()
    page = words_at(browser, "/print")

    assert "▸ 2 lines differ from version 2, printed on" in page
    assert "▸ was in 1" in page
    assert "▸ No longer on this sheet 10:30 3 ALI X 3" in page
    assert "differ" not in words_at(browser, first.redirect_chain[0][0])


def test_sheets_of_other_buildings_are_not_shown_with_those_of_ones_own(
    unit_a: Unit, marked: dict[str, Movement], olga: User, oscar: User, at_door: AtDoor
) -> None:
    address = at_door(olga).post("/print", follow=True).redirect_chain[0][0]

    assert words_at(at_door(olga), address).count("Printed on") == 2
    assert words_at(at_door(oscar), address).count("Printed on") == 1


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
        response, statements = asked(browser, "/print")
        assert response.status_code == 200
        return len(statements)

    queries(range(1))
    assert queries(range(1, 3)) == queries(range(3, 40))
