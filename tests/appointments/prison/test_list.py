"""The officer's list: who sees which line, in which order, on which day, and what the access log keeps of it."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import datetime, time, timedelta

import pytest
import time_machine
from django.utils import timezone

from access.enums import Role
from access.models import AuditEntry, Building, Membership, User
from access.policy import give, take_back
from appointments.models import Detainee, Movement
from appointments.prison.lines import ListLine
from appointments.prison.listing import read_day
from appointments.prison.models import PrintedSheet
from appointments.prison.scope import buildings_visible_to
from tests.appointments.prison.counting import asked
from tests.conftest import Unit
from tests.doors import DoorClient, carry, through
from tests.factories import local, member
from tests.published import publish_at
from tests.reading import tight

pytestmark = pytest.mark.usefixtures("exports_open")
AtDoor = Callable[[User], DoorClient]


def expect(unit: Unit, person: Detainee, days: int, hour: int, minute: int = 0, **fields: object) -> Movement:
    """Expect `person` some days from today at an hour of the establishment's clocks."""
    place = unit.establishment
    day = timezone.localdate(timezone=place.zone) + timedelta(days=days)
    return Movement.objects.create(
        **{
            "establishment": place,
            "building": person.building,
            "cell": person.cell,
            "last_name": person.last_name,
            "first_name": person.first_name,
            "register_number": person.register_number,
            "expected_at": local(place, day, hour, minute),
            **fields,
        }
    )


@pytest.fixture
def expected(unit_a: Unit, unit_b: Unit) -> None:
    """Paul (building A) and Karim (building B) today and tomorrow in unit A, others in unit B."""
    for unit in (unit_a, unit_b):
        expect(unit, unit.paul, 0, 9, 30)
        expect(unit, unit.karim, 0, 14)
        expect(unit, unit.karim, 1, 8, 30)


def lines_seen_by(user: User, unit: Unit) -> list[ListLine]:
    """What the code behind every page of the prison door gives `user`, today and tomorrow."""
    carry()
    with through("prison"):
        return [line for word in ("today", "tomorrow") for line in read_day(user, unit.establishment, word).lines]


def people_on(page: str) -> list[str]:
    """The names of a page, in order."""
    return re.findall(r'class="person">([^<]+)<', tight(page))


def times_on(page: str) -> list[str]:
    """The arrival times of a page, in order."""
    return re.findall(r"<time[^>]*>([^<]+)</time>", page)


def page_of(browser: DoorClient, address: str = "/") -> str:
    response = browser.get(address)
    assert response.status_code == 200, response.content.decode()
    return str(response.content.decode())


# --- Who sees which line ----------------------------------------------------------------------------


def test_officer_sees_the_lines_of_the_buildings_that_were_given_to_him(
    expected: None, unit_a: Unit, oscar: User, at_door: AtDoor
) -> None:
    assert people_on(page_of(at_door(oscar))) == ["DURAND Paul"]

    give(oscar, "view_movements", unit_a.other_building)

    assert people_on(page_of(at_door(oscar))) == ["DURAND Paul", "BENALI Karim"]


def test_officer_of_the_whole_house_sees_every_building_of_his_establishment_only(
    expected: None, unit_a: Unit, olga: User, otto: User
) -> None:
    olgas = lines_seen_by(olga, unit_a)

    assert {line.building.establishment_id for line in olgas} == {unit_a.establishment.pk}
    assert len(olgas) == 3
    assert lines_seen_by(otto, unit_a) == []
    with through("prison"):
        assert list(buildings_visible_to(otto, unit_a.establishment)) == []


def test_right_taken_back_closes_the_list_at_the_next_click(
    expected: None, unit_a: Unit, oscar: User, at_door: AtDoor
) -> None:
    browser = at_door(oscar)
    assert people_on(page_of(browser)) == ["DURAND Paul"]

    take_back(oscar, "view_movements", unit_a.building)

    page = page_of(browser)
    assert people_on(page) == []
    assert "No building is assigned to your account" in page


def test_nobody_of_the_care_side_sees_movements_whatever_was_given_to_him(
    expected: None, unit_a: Unit, alice: User
) -> None:
    give(alice, "view_movements", unit_a.building)
    give(alice, "view_all_movements", unit_a.establishment)

    assert lines_seen_by(alice, unit_a) == []


def test_right_on_a_building_elsewhere_shows_nothing_here(
    expected: None, unit_a: Unit, unit_b: Unit, otto: User
) -> None:
    give(otto, "view_movements", unit_b.building)

    assert lines_seen_by(otto, unit_a) == []


@pytest.mark.parametrize("page", ["/", "/print", "/mouvements.csv"])
def test_building_of_somebody_else_is_not_found(
    page: str, expected: None, unit_a: Unit, unit_b: Unit, oscar: User, at_door: AtDoor
) -> None:
    browser = at_door(oscar)

    assert browser.get(f"{page}?building={unit_a.building.pk}").status_code == 200
    for key in (unit_a.other_building.pk, unit_b.building.pk, 0, -1, "x", "1 OR 1=1", "9" * 40, "\x00"):
        assert browser.get(page, {"building": key}).status_code == 404, key


# --- Which day --------------------------------------------------------------------------------------


def test_list_shows_today_or_tomorrow(expected: None, olga: User, at_door: AtDoor) -> None:
    browser = at_door(olga)

    assert people_on(page_of(browser)) == people_on(page_of(browser, "/?day=today"))
    assert people_on(page_of(browser)) == ["DURAND Paul", "BENALI Karim"]
    assert people_on(page_of(browser, "/?day=tomorrow")) == ["BENALI Karim"]


@pytest.mark.parametrize("page", ["/", "/print", "/mouvements.csv"])
@pytest.mark.parametrize("day", ["yesterday", "2026-11-23", "", "TODAY", "today ", "\x00"])
def test_any_other_day_is_not_found_and_says_which_days_there_are(
    page: str, day: str, expected: None, olga: User, at_door: AtDoor
) -> None:
    response = at_door(olga).get(page, {"day": day})

    assert response.status_code == 404
    assert "The list shows today and tomorrow only." in response.content.decode()


@pytest.mark.parametrize("zone", ["Pacific/Noumea", "America/Martinique", "Indian/Reunion"])
def test_day_is_the_day_at_the_establishment_not_in_paris(zone: str, unit_a: Unit, olga: User, at_door: AtDoor) -> None:
    unit_a.establishment.time_zone = zone
    unit_a.establishment.save()
    for days, name in ((-1, "Yesterday"), (0, "First"), (1, "Next")):
        expect(unit_a, unit_a.paul, days, 0, 0, last_name=name)
        expect(unit_a, unit_a.karim, days, 23, 59, last_name=name)
    browser = at_door(olga)

    assert people_on(page_of(browser)) == ["FIRST Paul", "FIRST Karim"]
    assert times_on(page_of(browser)) == ["00:00", "23:59"]
    assert people_on(page_of(browser, "/?day=tomorrow")) == ["NEXT Paul", "NEXT Karim"]


# --- In which order, with which counts --------------------------------------------------------------


def test_lines_stand_by_arrival_time_then_cell_then_name(unit_a: Unit, olga: User, at_door: AtDoor) -> None:
    lines = [
        ("B-1-101", "Zola", 8, 30),
        ("A-2-214", "Durand", 9, 30),
        ("A-1-102", "Weil", 9, 30),
        ("A-2-214", "Camus", 9, 30),
    ]
    for number, (cell, name, hour, minute) in enumerate(lines):
        expect(unit_a, unit_a.paul, 1, hour, minute, cell=cell, last_name=name, register_number=f"00{number}")

    page = page_of(at_door(olga), "/?day=tomorrow")

    assert people_on(page) == ["ZOLA Paul", "WEIL Paul", "CAMUS Paul", "DURAND Paul"]
    assert times_on(page) == ["08:30", "09:30"]
    assert re.findall(r'class="count">(\d+) (?:person|people)', tight(page)) == ["4", "1", "3"]


def test_next_arrival_time_is_marked_and_only_it(unit_a: Unit, olga: User, at_door: AtDoor) -> None:
    for hour in (8, 10, 14):
        expect(unit_a, unit_a.paul, 0, hour, 30)
    day = timezone.localdate(timezone=unit_a.establishment.zone)

    def marked(hour: int, minute: int) -> list[str]:
        with time_machine.travel(local(unit_a.establishment, day, hour, minute), tick=False):
            page = page_of(at_door(olga))
        return [times_on(section)[0] for section in page.split("<section")[1:] if "next-tag" in section]

    assert marked(7, 0) == ["08:30"]
    assert marked(8, 30) == ["08:30"]
    assert marked(8, 31) == ["10:30"]
    assert marked(14, 31) == []


def test_empty_list_says_so_and_leads_to_the_other_day(olga: User, at_door: AtDoor) -> None:
    page = page_of(at_door(olga))

    assert "Nobody is expected at the health unit on this list." in page
    assert re.search(r'href="\?day=tomorrow"\s*>See tomorrow', page)


def test_names_are_shown_as_text_whatever_they_hold(unit_a: Unit, olga: User, at_door: AtDoor) -> None:
    shrewd: dict[str, object] = {"last_name": "<script>alert(1)</script>", "cell": '"><blink>'}
    line = expect(unit_a, unit_a.paul, 0, 9, **shrewd, register_number="'><blink>")
    # Somebody else of this name is told beside each.
    expect(unit_a, unit_a.paul, 0, 9, **shrewd, register_number='"><blink>')
    Building.objects.filter(pk=unit_a.paul.building_id).update(name="<blink>")

    browser = at_door(olga)
    sheet = f"/line/{line.pk}/impediment?next=/%22%3E%3Cblink%3E"
    for address in ("/", "/lines", "/board", "/board/lines", sheet, "/print"):
        page = page_of(browser, address)
        assert not re.search(r"<script>alert|<blink", page.lower()), address
        assert "&lt;SCRIPT&gt;ALERT(1)&lt;/SCRIPT&gt; Paul" in page, address


# --- What it costs, what is kept of it --------------------------------------------------------------


@pytest.mark.parametrize("page", ["/", "/print", "/mouvements.csv", "feed"])
def test_number_of_queries_is_the_same_for_3_and_300_lines(
    page: str, unit_a: Unit, olga: User, at_door: AtDoor
) -> None:
    browser = at_door(olga)
    address = page if page != "feed" else feed_of(browser)
    browser.get(address)

    def queries(lines: range) -> int:
        for number in lines:
            person = unit_a.paul if number % 2 else unit_a.karim
            expect(unit_a, person, 0, 8 + number % 8, register_number=f"{number:06d}")
        response, statements = asked(browser, address)
        assert response.status_code == 200
        return len(statements)

    assert queries(range(3)) == queries(range(3, 300))


def feed_of(browser: DoorClient) -> str:
    """Open a calendar address and return its path."""
    page = browser.post("/calendar/open", follow=True).content.decode()
    found = re.search(r'value="https?://[^/]+(/calendar/[^"]+\.ics)"', page)
    assert found, page
    return found[1]


@pytest.mark.parametrize(
    ("address", "verb"),
    [("/?day=tomorrow", "read"), ("/print", "print"), ("/mouvements.csv", "export"), ("feed", "export")],
)
def test_access_log_keeps_once_who_read_printed_or_exported_and_names_nobody(
    address: str, verb: str, expected: None, unit_a: Unit, oscar: User, at_door: AtDoor
) -> None:
    browser = at_door(oscar)
    address = feed_of(browser) if address == "feed" else address
    before = AuditEntry.objects.using("prison").count()

    browser.get(address)

    assert AuditEntry.objects.using("prison").count() == before + 1
    entry = AuditEntry.objects.using("prison").latest("id")
    assert (entry.door, entry.username, entry.verb) == ("prison", "oscar", verb)
    assert (entry.target_type, entry.target_id) == ("prison.edition", "")
    assert entry.establishment_id == unit_a.establishment.pk


def test_refused_page_is_not_recorded_as_read(expected: None, oscar: User, at_door: AtDoor) -> None:
    browser = at_door(oscar)

    for address in ("/?day=yesterday", "/print?building=0", "/mouvements.csv?day="):
        browser.get(address)

    assert set(AuditEntry.objects.using("prison").values_list("verb", flat=True)) == {"refuse"}


def test_officer_of_two_establishments_sees_the_one_that_he_has_chosen(
    expected: None, unit_a: Unit, unit_b: Unit, olga: User, at_door: AtDoor
) -> None:
    expect(unit_b, unit_b.paul, 1, 9, 30, last_name="Ailleurs")
    carry()
    Membership.objects.using("prison").create(
        user=olga, establishment_id=unit_b.establishment.pk, side=olga.side, role=Role.UNIT_OFFICER
    )
    give(olga, "view_all_movements", unit_b.establishment)
    browser = at_door(olga)

    assert "AILLEURS" not in page_of(browser, "/?day=tomorrow")
    browser.post("/establishment", {"establishment": unit_b.establishment.pk, "next": "/"})
    assert people_on(page_of(browser, "/?day=tomorrow")) == ["BENALI Karim", "AILLEURS Paul"]


def test_role_that_has_ended_closes_the_list(expected: None, unit_a: Unit) -> None:
    gone = member(Role.UNIT_OFFICER, unit_a.establishment, username="gone")
    browser = DoorClient("prison").sign_in(gone)
    assert browser.get("/").status_code == 200

    yesterday = timezone.localdate(timezone=unit_a.establishment.zone) - timedelta(days=1)
    Membership.objects.using("prison").filter(user=gone).update(valid_until=yesterday)

    assert browser.get("/").status_code == 403


def test_sheet_says_when_it_was_printed_by_the_establishments_clock(
    expected: None, unit_a: Unit, oscar: User, at_door: AtDoor
) -> None:
    day = timezone.localdate(timezone=unit_a.establishment.zone)
    at: datetime = local(unit_a.establishment, day, 6, 45)

    with time_machine.travel(at, tick=False):
        page = at_door(oscar).post("/print", follow=True).content.decode()

    assert f"Printed on {day:%d/%m/%Y} 06:45 by Oscar." in page
    assert unit_a.establishment.name in page
    assert page.count('class="sheet-head"') == 1


# --- How old it is ------------------------------------------------------------------------------------


@pytest.fixture
def twice_a_day(unit_a: Unit) -> None:
    """The lists of A go out at 12:30 and 15:30."""
    publish_at(unit_a.establishment, time(12, 30), time(15, 30))


def words_of(user: User, address: str, unit: Unit, hour: int, minute: int, **headers: str) -> str:
    """The page's words as `user` reads them at an hour of today, when no courier comes any more."""
    place = unit.establishment
    with time_machine.travel(local(place, timezone.localdate(timezone=place.zone), hour, minute), tick=False):
        browser = DoorClient("prison", is_served=False).sign_in(user)
        page = browser.get(address, headers={"accept-language": "en", **headers})
        assert page.status_code == 200
    return " ".join(re.sub(r"<[^>]+>", " ", page.content.decode()).split())


PAGES = ["/", "/board", "/print"]


def carry_at(unit: Unit, hour: int, minute: int) -> None:
    """The courier comes by at an hour of today."""
    place = unit.establishment
    with time_machine.travel(local(place, timezone.localdate(timezone=place.zone), hour, minute), tick=False):
        carry()


@pytest.mark.parametrize("address", PAGES)
def test_list_that_is_on_time_says_its_own_hour(
    address: str, twice_a_day: None, expected: None, unit_a: Unit, olga: User
) -> None:
    carry_at(unit_a, 13, 59)

    text = words_of(olga, address, unit_a, 14, 0)

    assert "List of 12:30. Next publication" in text
    assert "not arrived" not in text
    assert "Telephone" not in text


@pytest.mark.parametrize("address", PAGES)
def test_list_that_has_not_arrived_is_named_beside_the_one_that_is_there(
    address: str, twice_a_day: None, expected: None, unit_a: Unit, olga: User
) -> None:
    carry_at(unit_a, 13, 59)

    text = words_of(olga, address, unit_a, 15, 32)
    french = words_of(olga, address, unit_a, 15, 32, **{"accept-language": "fr"})

    assert "List of 12:30; the one of 15:30 has not arrived. Telephone the health unit." in text
    assert "Liste de 12:30 ; celle de 15:30 n’est pas arrivée. Téléphonez à l’unité sanitaire." in french
    # A minute is left to it.
    assert "not arrived" not in words_of(olga, address, unit_a, 15, 30)
    # It comes after all.
    carry_at(unit_a, 15, 33)
    assert "List of 15:30." in words_of(olga, address, unit_a, 15, 34)


def test_list_that_never_came_is_not_taken_for_an_empty_one(twice_a_day: None, unit_a: Unit, olga: User) -> None:
    carry_at(unit_a, 11, 0)

    # What was published yesterday evening is there.
    early = words_of(olga, "/?day=tomorrow", unit_a, 11, 1)
    late = words_of(olga, "/?day=tomorrow", unit_a, 15, 40)

    assert "This list is not published yet." in early
    assert "has not arrived. Telephone the health unit." in late
    assert "This list has not arrived." in late
    assert "Nobody is expected" not in late
    assert "people expected" not in early + late


def test_sheet_of_a_list_that_is_not_there_is_not_printed(twice_a_day: None, unit_a: Unit, olga: User) -> None:
    carry_at(unit_a, 11, 0)
    place = unit_a.establishment

    early = words_of(olga, "/print?day=tomorrow", unit_a, 11, 1)
    late = words_of(olga, "/print?day=tomorrow", unit_a, 15, 40)

    assert "This list is not published yet." in early
    assert "This list has not arrived." in late
    assert "Nobody is expected" not in early + late
    with time_machine.travel(local(place, timezone.localdate(timezone=place.zone), 15, 41), tick=False):
        DoorClient("prison", is_served=False).sign_in(olga).post("/print?day=tomorrow")
    assert not PrintedSheet.objects.using("prison").exists()


@pytest.mark.parametrize("address", PAGES)
def test_open_list_says_since_when_it_was_not_refreshed(address: str, expected: None, unit_a: Unit, olga: User) -> None:
    carry_at(unit_a, 14, 2)

    fresh = words_of(olga, address, unit_a, 14, 3)
    old = words_of(olga, address, unit_a, 14, 25)
    french = words_of(olga, address, unit_a, 14, 25, **{"accept-language": "fr"})

    assert "Not refreshed" not in fresh
    assert "Not refreshed since 14:02. Telephone the health unit." in old
    assert "Pas d’actualisation depuis 14:02. Téléphonez à l’unité sanitaire." in french


def test_open_list_that_no_courier_ever_brought_says_so(unit_a: Unit, olga: User) -> None:
    text = words_of(olga, "/", unit_a, 14, 0)

    assert "This list has not arrived. Telephone the health unit." in text
    assert "Nobody is expected" not in text


def test_board_that_is_asked_again_tells_when_the_courier_has_fallen_silent(
    expected: None, unit_a: Unit, olga: User
) -> None:
    place = unit_a.establishment
    carry_at(unit_a, 14, 2)
    day = timezone.localdate(timezone=place.zone)
    with time_machine.travel(local(place, day, 14, 3), tick=False):
        browser = DoorClient("prison", is_served=False).sign_in(olga)
        tag = browser.get("/board/lines")["ETag"]
        assert browser.get("/board/lines", headers={"if-none-match": tag}).status_code == 304

    with time_machine.travel(local(place, day, 14, 6), tick=False):
        again = browser.get("/board/lines", headers={"if-none-match": tag})

    assert again.status_code == 200
    assert "Not refreshed since 14:02." in again.content.decode()
