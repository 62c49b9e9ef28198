"""The list as a file and as a calendar subscription, read by other people's parsers."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta

import pytest
import vobject
from django.utils import timezone
from icalendar import Calendar

from access import accounts
from access.enums import Role
from access.models import CalendarAddress, Membership, User
from access.policy import take_back
from appointments.models import Movement
from appointments.projection import movement_id
from tests.conftest import Unit
from tests.doors import DoorClient, through
from tests.factories import appointment, local, may_export, member, open_session

pytestmark = pytest.mark.usefixtures("exports_open")
AtDoor = Callable[[User], DoorClient]
EVENT = {"UID", "DTSTAMP", "DTSTART", "DTEND", "SUMMARY", "LOCATION", "DESCRIPTION", "TRANSP"}


def day_of(unit: Unit, days: int) -> date:
    return timezone.localdate(timezone=unit.establishment.zone) + timedelta(days=days)


@pytest.fixture
def booked(unit_a: Unit) -> None:
    """Paul and Karim today and tomorrow, Paul once more in two days."""
    for days in (0, 1, 2):
        day = day_of(unit_a, days)
        session = open_session(unit_a.doctor, day)
        appointment(unit_a.paul, session, unit_a.consultation, local(unit_a.establishment, day, 9, 40))
        if days < 2:
            appointment(unit_a.karim, session, unit_a.consultation, local(unit_a.establishment, day, 10, 50))


def open_feed(browser: DoorClient) -> str:
    """Open a calendar address and return its path, which is shown this once."""
    page = browser.post("/calendar/open", follow=True).content.decode()
    found = re.search(r'value="https?://[^/]+(/calendar/[^"]+\.ics)"', page)
    assert found, page
    return found[1]


def read(address: str, **headers: str) -> bytes:
    """What a calendar program without any session gets."""
    response = DoorClient("prison").get(address, headers=headers)
    assert response.status_code == 200
    return bytes(response.content)


# --- CSV --------------------------------------------------------------------------------------------


def test_file_opens_in_a_french_spreadsheet(booked: None, unit_a: Unit, olga: User, at_door: AtDoor) -> None:
    response = at_door(olga).get("/mouvements.csv?day=tomorrow", headers={"accept-language": "fr"})

    assert response["Content-Type"] == "text/csv; charset=utf-8"
    assert response["Content-Disposition"] == (
        f'attachment; filename="mouvements-{day_of(unit_a, 1):%Y-%m-%d}-a-detruire-le-{day_of(unit_a, 2):%Y-%m-%d}.csv"'
    )
    assert response.content.startswith(b"\xef\xbb\xbf")
    end = f"{day_of(unit_a, 2):%d/%m/%Y}"
    assert list(csv.reader(io.StringIO(response.content.decode("utf-8-sig")), delimiter=";")) == [
        [
            *("Bâtiment", "Attendu à", "Cellule", "Nom", "Prénom", "N° d’écrou", "Destination", "Mention"),
            *("Version", "Liste de", "À détruire le"),
        ],
        # A spreadsheet would make 4217 of a bare 004217.
        ["A", "09:30", "A-2-214", "DURAND", "Paul", '="004217"', "Unité sanitaire", "", "", "", end],
        ["B", "10:30", "B-1-101", "BENALI", "Karim", '="012345"', "Unité sanitaire", "", "", "", end],
    ]


def test_file_holds_the_officers_own_buildings_only(booked: None, oscar: User, at_door: AtDoor) -> None:
    text = at_door(oscar).get("/mouvements.csv").content.decode()

    assert "DURAND" in text
    assert "BENALI" not in text


def test_quotes_separators_and_line_breaks_stay_inside_their_cell(
    booked: None, unit_a: Unit, oscar: User, at_door: AtDoor
) -> None:
    Movement.objects.filter(register_number="004217").update(first_name='Paul "Le; Grand"\nJunior', cell="=A1")

    text = at_door(oscar).get("/mouvements.csv").content.decode("utf-8-sig")

    [_header, row] = csv.reader(io.StringIO(text, newline=""), delimiter=";")
    assert row[2:5] == ["'=A1", "DURAND", 'Paul "Le; Grand"\nJunior']


# --- iCalendar --------------------------------------------------------------------------------------


def test_other_peoples_parser_reads_todays_and_tomorrows_lines(
    booked: None, unit_a: Unit, oscar: User, at_door: AtDoor
) -> None:
    feed = vobject.readOne(read(open_feed(at_door(oscar))).decode())

    days = [day_of(unit_a, days) for days in (0, 1)]
    # A message (METHOD) would need an organizer in each event; a calendar that is read does not.
    assert not hasattr(feed, "method")
    assert [event.dtstart.value for event in feed.vevent_list] == [local(unit_a.establishment, d, 9, 30) for d in days]
    assert {event.summary.value for event in feed.vevent_list} == {
        "DURAND Paul (004217), A-2-214\u00a0: unité sanitaire"
    }
    assert {event.location.value for event in feed.vevent_list} == {"Unité sanitaire"}
    assert [event.description.value for event in feed.vevent_list] == [
        f"Bâtiment A. À détruire le {day + timedelta(days=1):%d/%m/%Y}." for day in days
    ]
    feed.validate(raiseException=True)


def test_event_holds_neutral_properties_only_and_all_have_one_length(
    booked: None, unit_a: Unit, olga: User, at_door: AtDoor
) -> None:
    feed = Calendar.from_ical(read(open_feed(at_door(olga))))

    events = list(feed.walk("VEVENT"))
    assert len(events) == 4
    for event in events:
        assert set(event.keys()) == EVENT
        assert event["DTSTAMP"].dt == event["DTSTART"].dt.astimezone(UTC)
        assert event["DTEND"].dt - event["DTSTART"].dt == timedelta(minutes=15)
    karim = [event for event in events if "BENALI" in event["SUMMARY"]]
    identifier = movement_id(unit_a.establishment.pk, "012345", local(unit_a.establishment, day_of(unit_a, 0), 10, 30))
    assert str(karim[0]["UID"]) == f"{identifier}@carehub.invalid"


def test_text_of_the_feed_is_the_same_for_every_program(booked: None, oscar: User, at_door: AtDoor) -> None:
    address = open_feed(at_door(oscar))

    first = read(address)
    assert read(address, accept_language="en") == first
    assert read(address, accept_language="de") == first
    assert DoorClient("prison").get(address)["Content-Language"] == "fr"


def test_feed_of_a_day_without_anybody_is_a_calendar_still(unit_a: Unit, olga: User, at_door: AtDoor) -> None:
    feed = read(open_feed(at_door(olga)))

    assert list(Calendar.from_ical(feed).walk("VEVENT")) == []
    vobject.readOne(feed.decode()).validate(raiseException=True)


@pytest.mark.parametrize("zone", ["Pacific/Noumea", "America/Martinique"])
def test_feed_tells_the_instant_also_overseas(zone: str, unit_a: Unit, olga: User, at_door: AtDoor) -> None:
    unit_a.establishment.time_zone = zone
    unit_a.establishment.save()
    at = local(unit_a.establishment, day_of(unit_a, 0), 9, 30)
    Movement.objects.create(
        establishment=unit_a.establishment,
        building=unit_a.building,
        cell="A-1",
        last_name="Durand",
        first_name="Paul",
        register_number="1",
        expected_at=at,
    )

    [event] = Calendar.from_ical(read(open_feed(at_door(olga)))).walk("VEVENT")

    assert event["DTSTART"].params["TZID"] == zone
    assert event["DTSTAMP"].dt == at


def test_text_of_a_line_cannot_add_a_property(booked: None, oscar: User, at_door: AtDoor) -> None:
    Movement.objects.filter(register_number="004217").update(
        first_name="Paul\r\nATTENDEE:mailto:x@y.z", cell="A;B,C\\D"
    )

    feed = read(open_feed(at_door(oscar)))

    for event in Calendar.from_ical(feed).walk("VEVENT"):
        assert set(event.keys()) == EVENT
        assert "A;B,C\\D" in event["SUMMARY"]


# --- The address ------------------------------------------------------------------------------------


def test_address_is_shown_once_and_only_its_digest_is_kept(booked: None, oscar: User, at_door: AtDoor) -> None:
    browser = at_door(oscar)
    secret = open_feed(browser).split("/")[-1].removesuffix(".ics")

    assert secret not in browser.get("/calendar").content.decode()
    kept = CalendarAddress.objects.using("prison").get(user=oscar)
    assert kept.digest != secret
    assert len(secret) >= 43
    assert (kept.scope, kept.revoked_at) == ("", None)


def test_new_address_ends_the_one_before(booked: None, oscar: User, at_door: AtDoor) -> None:
    browser = at_door(oscar)
    first, second = open_feed(browser), open_feed(browser)

    assert DoorClient("prison").get(first).status_code == 404
    assert DoorClient("prison").get(second).status_code == 200
    assert "Replace it by a new address" in browser.get("/calendar").content.decode()


def test_revoked_address_is_not_found_at_once(booked: None, oscar: User, at_door: AtDoor) -> None:
    browser = at_door(oscar)
    address = open_feed(browser)

    browser.post("/calendar/revoke")

    assert DoorClient("prison").get(address).status_code == 404
    assert "No address is in force." in browser.get("/calendar").content.decode()


def test_account_that_is_closed_or_without_role_has_no_feed(
    booked: None, unit_a: Unit, oscar: User, olga: User, ada: User, at_door: AtDoor
) -> None:
    oscars, olgas = open_feed(at_door(oscar)), open_feed(at_door(olga))

    with through("accounts"):
        accounts.deactivate(oscar, by=ada, establishment=unit_a.establishment)
    Membership.objects.using("prison").filter(user=olga).update(valid_until=day_of(unit_a, -1))

    assert DoorClient("prison").get(oscars).status_code == 404
    assert DoorClient("prison").get(olgas).status_code == 404


def test_address_ends_by_itself_and_is_renewed_with_one_click(booked: None, oscar: User, at_door: AtDoor) -> None:
    browser = at_door(oscar)
    address = open_feed(browser)
    assert "It works until" in browser.get("/calendar").content.decode()
    CalendarAddress.objects.using("prison").update(expires_at=timezone.now() - timedelta(minutes=1))

    ended = DoorClient("prison").get(address)
    assert (ended.status_code, b"VCALENDAR" in ended.content) == (404, False)
    assert "Its time is over" in browser.get("/calendar").content.decode()

    assert browser.post("/calendar/renew").status_code == 302
    assert b"DURAND" in read(address)
    browser.post("/calendar/revoke")
    assert browser.post("/calendar/renew").status_code == 404
    assert DoorClient("prison").get(address).status_code == 404


def test_feed_follows_the_rights_of_its_owner(booked: None, unit_a: Unit, oscar: User, at_door: AtDoor) -> None:
    address = open_feed(at_door(oscar))
    assert b"DURAND" in read(address)

    take_back(oscar, "view_movements", unit_a.building)

    assert b"VEVENT" not in read(address)


def test_feed_opens_no_session_and_needs_none(booked: None, oscar: User, at_door: AtDoor) -> None:
    address = open_feed(at_door(oscar))

    program = DoorClient("prison")
    response = program.get(address)

    assert response.cookies == {}
    assert response["Cache-Control"] == "no-store, private"
    assert program.get("/").status_code == 302
    assert program.post(address).status_code == 405


@pytest.mark.parametrize("secret", ["x", "a" * 43, "a" * 5000, "%00", "%F0%9F%98%80", "..%2F..%2Fetc"])
def test_invented_address_is_not_found(secret: str, booked: None, oscar: User, at_door: AtDoor) -> None:
    open_feed(at_door(oscar))

    assert DoorClient("prison").get(f"/calendar/{secret}.ics").status_code == 404


def test_address_of_one_door_is_worth_nothing_at_another(booked: None, oscar: User, at_door: AtDoor) -> None:
    address = open_feed(at_door(oscar))

    for door in ("care", "accounts"):
        assert DoorClient(door).get(address).status_code in {302, 403, 404}, door


def test_use_of_an_address_is_noted_for_its_owner(booked: None, oscar: User, at_door: AtDoor) -> None:
    browser = at_door(oscar)
    address = open_feed(browser)
    assert "It has not been used yet." in browser.get("/calendar").content.decode()

    read(address)

    assert "Last used on" in browser.get("/calendar").content.decode()
    used: datetime | None = CalendarAddress.objects.using("prison").get(user=oscar).last_used_at
    assert used is not None


def test_every_prison_role_may_subscribe(unit_a: Unit) -> None:
    for role in (Role.FLOOR_OFFICER, Role.SENIOR_OFFICER, Role.MOVEMENT_OFFICE):
        browser = DoorClient("prison").sign_in(member(role, unit_a.establishment, username=role.value))
        may_export(unit_a.establishment, role.value)
        assert b"BEGIN:VCALENDAR" in read(open_feed(browser))
