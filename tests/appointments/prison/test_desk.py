"""The movement desk: taps, their undoing, two officers at one moment; impediments, freezes, alerts, pages."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.utils import timezone

from access.enums import Role
from access.models import AuditEntry, User
from appointments.models import Alert, Freeze, Movement, MovementEvent
from appointments.models.enums.movement import Impediment, MovementState
from appointments.prison.models import LineState, PrintedSheet, Tap
from appointments.prison.standing import IMPEDIMENT_GROUPS, NoStanding, read_token
from tests.appointments.prison.counting import asked
from tests.conftest import Unit
from tests.doors import DoorClient, carry
from tests.factories import DetaineeFactory, local, member
from tests.reading import tight, words_at

AtDoor = Callable[[User], DoorClient]
# On the page of the day it stands in the queue of attention.
FROZEN_TODAY = 'class="queue-bad frozen"'
FROZEN = 'class="notice notice-error frozen"'
HTMX = {"hx-request": "true"}


@pytest.fixture
def morning(unit_a: Unit) -> Any:
    """Today at 9:15 in unit A."""
    now = datetime.now(unit_a.establishment.zone).replace(hour=9, minute=15, second=0, microsecond=0)
    with time_machine.travel(now, tick=False):
        yield now


def expect(unit: Unit, person: Any, hour: int, minute: int = 0, *, days: int = 0, **fields: Any) -> Movement:
    """Expect `person` today (or some days later) at an hour of the establishment's clocks."""
    day = timezone.localdate(timezone=unit.establishment.zone) + timedelta(days=days)
    return Movement.objects.create(
        **{
            "establishment": unit.establishment,
            "building": person.building,
            "cell": person.cell,
            "last_name": person.last_name,
            "first_name": person.first_name,
            "register_number": person.register_number,
            "expected_at": local(unit.establishment, day, hour, minute),
            **fields,
        }
    )


@pytest.fixture
def paul(morning: Any, unit_a: Unit) -> Movement:
    """Paul (building A), expected at 9:30."""
    return expect(unit_a, unit_a.paul, 9, 30)


def tap(browser: DoorClient, user: User, line: Movement, seen: str, to: str, **extra: Any) -> Any:
    """Press a button of a line."""
    data = {"tap": f"{seen}>{to}", "who": user.pk, "next": "/board"}
    return browser.post(f"/line/{line.pk}", data, **extra)


def states(line: Movement) -> tuple[str, str]:
    line.refresh_from_db()
    return line.state, line.impediment


def history() -> list[tuple[str, str]]:
    return list(MovementEvent.objects.order_by("id").values_list("state", "impediment"))


# --- Taps ---------------------------------------------------------------------------------------------


def test_officer_records_each_step_with_one_tap_and_it_is_kept_in_history_and_log(
    paul: Movement, olga: User, at_door: AtDoor
) -> None:
    browser, seen = at_door(olga), "expected"

    for step in ("called", "left", "arrived", "back"):
        response = tap(browser, olga, paul, seen, step)
        assert (response.status_code, response["Location"]) == (302, "/board")
        assert states(paul) == (step, "")
        seen = step

    assert [state for state, _why in history()] == ["called", "left", "arrived", "back"]
    kept = AuditEntry.objects.using("prison").filter(verb="record_movement").values_list("username", "target_id")
    assert list(kept) == [("olga", str(paul.pk))] * 4


def test_undo_brings_back_what_was_before_the_last_tap(paul: Movement, olga: User, at_door: AtDoor) -> None:
    browser = at_door(olga)
    tap(browser, olga, paul, "expected", "impeded:PARLOIR")
    tap(browser, olga, paul, "impeded:PARLOIR", "called")

    page = browser.get("/board").content.decode()
    [undo] = re.findall(r'value="([^"]+)" data-carehub-step="undo"', tight(page))
    assert undo.replace("&gt;", ">") == "called>impeded:PARLOIR"
    tap(browser, olga, paul, *undo.replace("&gt;", ">").split(">"))

    assert states(paul) == ("impeded", "PARLOIR")
    assert history() == [("impeded", "PARLOIR"), ("called", ""), ("impeded", "PARLOIR")]


def test_same_tap_sent_again_does_nothing_the_second_time(paul: Movement, olga: User, at_door: AtDoor) -> None:
    browser = at_door(olga)

    answers = [tap(browser, olga, paul, "expected", "called", headers=HTMX) for _time in range(2)]

    assert [answer.status_code for answer in answers] == [200, 200]
    assert history() == [("called", "")]


def test_second_of_two_officers_is_told_what_the_first_recorded(
    paul: Movement, olga: User, oscar: User, at_door: AtDoor
) -> None:
    tap(at_door(oscar), oscar, paul, "expected", "impeded:TRAVAIL")

    response = tap(at_door(olga), olga, paul, "expected", "called", headers=HTMX)

    assert response.status_code == 422
    assert "A colleague was quicker. The line says now: Not brought · Work, training" in response.content.decode()
    assert states(paul) == ("impeded", "TRAVAIL")


def test_tap_that_waited_for_the_network_does_not_become_another_officers(
    paul: Movement, olga: User, oscar: User, at_door: AtDoor
) -> None:
    response = tap(at_door(olga), oscar, paul, "expected", "called", headers=HTMX)

    assert response.status_code == 422
    assert "Somebody else has signed in meanwhile" in response.content.decode()
    assert states(paul) == ("expected", "")


def test_refused_tap_without_javascript_shows_the_line_and_its_buttons(
    paul: Movement, olga: User, oscar: User, at_door: AtDoor
) -> None:
    tap(at_door(oscar), oscar, paul, "expected", "called")

    response = tap(at_door(olga), olga, paul, "expected", "left")

    page = response.content.decode()
    assert response.status_code == 422
    assert "A colleague was quicker. The line says now: Called" in page
    assert 'value="called&gt;left"' in page


def test_floor_officer_records_calls_departures_and_impediments_of_his_buildings_only(
    paul: Movement, unit_a: Unit, oscar: User, olga: User, at_door: AtDoor
) -> None:
    karim = expect(unit_a, unit_a.karim, 9, 30)
    browser = at_door(oscar)

    assert tap(browser, oscar, karim, "expected", "called").status_code == 404
    assert tap(browser, oscar, paul, "expected", "left").status_code == 302
    refused = tap(browser, oscar, paul, "left", "arrived", headers=HTMX)
    assert refused.status_code == 422
    assert "recorded by the officers of the health unit" in refused.content.decode()
    tap(at_door(olga), olga, paul, "left", "arrived")
    assert tap(browser, oscar, paul, "arrived", "left", headers=HTMX).status_code == 422
    assert "Undo" not in browser.get("/").content.decode()
    assert states(paul) == ("arrived", "")


def test_impediment_is_recorded_in_advance_and_nothing_else_is(
    morning: Any, unit_a: Unit, oscar: User, at_door: AtDoor
) -> None:
    tomorrow = expect(unit_a, unit_a.paul, 9, 30, days=1)
    later = expect(unit_a, unit_a.paul, 9, 30, days=2)
    browser = at_door(oscar)

    early = tap(browser, oscar, tomorrow, "expected", "called", headers=HTMX)
    assert early.status_code == 422
    assert "expected tomorrow" in early.content.decode()
    assert tap(browser, oscar, tomorrow, "expected", "impeded:AUTRE_CONV").status_code == 302
    # The list of the day after tomorrow is nobody's to see yet.
    assert tap(browser, oscar, later, "expected", "impeded:AUTRE_CONV", headers=HTMX).status_code == 404
    assert states(tomorrow) == ("impeded", "AUTRE_CONV")


def test_sheet_offers_every_impediment_once_and_care_side_reasons_never(
    paul: Movement, oscar: User, at_door: AtDoor
) -> None:
    page = at_door(oscar).get(f"/line/{paul.pk}/impediment").content.decode()

    offered = re.findall(r'value="expected&gt;impeded:(\w+)"', page)
    assert sorted(offered) == sorted(Impediment.values)
    assert sorted(each for _group, codes in IMPEDIMENT_GROUPS for each in codes) == sorted(Impediment)
    assert not {"REF_CONF", "NON_APPELE", "RETARD", "US_ABS", "US_REPORT", "US_HOSPI"} & {*offered}
    assert "Overlap with" in page


@pytest.mark.parametrize(
    "token", ["", "gone", "impeded", "impeded:REF_CONF", "called:PARLOIR", "impeded:PARLOIR:x", "Called"]
)
def test_button_that_no_page_shows_is_not_understood(token: str, paul: Movement, olga: User, at_door: AtDoor) -> None:
    with pytest.raises(NoStanding):
        read_token(token)
    assert tap(at_door(olga), olga, paul, "expected", token).status_code == 400
    assert at_door(olga).post(f"/line/{paul.pk}", {"tap": "called"}).status_code == 400
    assert history() == []


# --- Board --------------------------------------------------------------------------------------------


def sections_of(page: str) -> dict[str, list[str]]:
    """The names in each part of the board."""
    parts = re.split(r'<section class="board-part board-(\w+)"', page)[1:]
    pairs = zip(parts[::2], parts[1::2], strict=True)
    return {key: re.findall(r'class="person">([^<]+)<', tight(part)) for key, part in pairs}


def test_board_shows_late_ones_in_front_then_the_next_half_hour_then_who_is_here(
    paul: Movement, unit_a: Unit, olga: User, at_door: AtDoor
) -> None:
    people = [DetaineeFactory(establishment=unit_a.establishment, building=unit_a.building) for _each in range(5)]
    lines = [
        expect(unit_a, person, hour, minute)
        for person, (hour, minute) in zip(people, [(8, 30), (8, 30), (8, 30), (9, 45), (10, 30)], strict=True)
    ]
    browser = at_door(olga)
    tap(browser, olga, lines[1], "expected", "arrived")
    tap(browser, olga, lines[2], "expected", "impeded:REF_DECL")

    page = browser.get("/board").content.decode()

    names = [line.display_name for line in lines]
    assert sections_of(page) == {
        "late": [names[0]],
        "soon": [paul.display_name, names[3]],
        "later": [names[4]],
        "done": [names[2]],
        "here": [names[1]],
    }
    counts = dict(re.findall(r'<span class="state-(\w+)"><strong>(\d+)', page))
    assert counts == {"expected": "4", "called": "0", "left": "0", "arrived": "1", "back": "0", "impeded": "1"}


@pytest.mark.parametrize("page", ["/board", "/board/lines", "/", "/line/{}/impediment"])
def test_hour_of_an_arrival_is_shown_until_the_person_is_back_and_that_of_the_return_never(
    page: str, paul: Movement, olga: User, at_door: AtDoor
) -> None:
    browser, address = at_door(olga), page.format(paul.pk)
    tap(browser, olga, paul, "expected", "arrived")
    assert 'class="since"' in browser.get(address).content.decode()

    answer = tap(browser, olga, paul, "arrived", "back", headers=HTMX)

    for shown in (answer, browser.get(address)):
        assert 'class="since"' not in shown.content.decode()
    assert LineState.objects.using("prison").get().at is None


def test_officer_who_taps_after_a_return_is_not_told_its_hour(
    paul: Movement, olga: User, unit_a: Unit, at_door: AtDoor
) -> None:
    sophie = member(Role.SENIOR_OFFICER, unit_a.establishment, username="sophie")
    tap(at_door(olga), olga, paul, "expected", "arrived")
    tap(at_door(olga), olga, paul, "arrived", "back")

    for extra in ({"headers": HTMX}, {}):
        stale = tap(at_door(sophie), sophie, paul, "arrived", "left", **extra)
        text = stale.content.decode()
        assert stale.status_code == 422
        (said,) = re.findall(r"A colleague[^<]*", text)
        assert said.strip() == "A colleague has changed this line meanwhile. It says now: Back."


def test_paper_and_files_tell_nothing_of_where_people_are(
    paul: Movement, olga: User, oscar: User, exports_open: None, at_door: AtDoor
) -> None:
    browser = at_door(oscar)

    def read() -> list[Any]:
        with time_machine.travel(timezone.now() + timedelta(seconds=1), tick=False):
            browser.post("/print")
        kept = PrintedSheet.objects.using("prison").values_list("lines", flat=True)
        return [browser.get("/mouvements.csv").content, browser.get("/print").content.count(b"\n"), kept.last()]

    before = read()
    for seen, step in (("expected", "left"), ("left", "arrived"), ("arrived", "back")):
        tap(at_door(olga), olga, paul, seen, step)

    assert read()[0] == before[0]
    assert read()[2] == before[2]


# --- The outbox ---------------------------------------------------------------------------------------


def test_taps_wait_while_the_courier_is_away_and_reach_the_unit_in_order_with_their_own_time(
    paul: Movement, olga: User, oscar: User, at_door: AtDoor
) -> None:
    browser, colleague = at_door(olga), at_door(oscar)
    for each in (browser, colleague):
        each.get("/")
        each.is_served = False

    tap(colleague, oscar, paul, "expected", "called")
    tap(colleague, oscar, paul, "called", "left")
    tap(browser, olga, paul, "left", "arrived")

    # The desk goes on meanwhile; the unit knows nothing yet.
    assert "Arrived" in tight(browser.get("/board").content.decode())
    assert tap(colleague, oscar, paul, "expected", "called", headers=HTMX).status_code == 422
    assert history() == []
    waiting = list(Tap.objects.using("prison").order_by("number").values_list("state", "at"))
    assert [state for state, _at in waiting] == ["called", "left", "arrived"]

    carry()
    carry()

    assert list(MovementEvent.objects.order_by("id").values_list("state", "at")) == waiting
    assert states(paul) == ("arrived", "")
    assert not Tap.objects.using("prison").exists()


def test_tap_on_a_line_that_care_withdrew_meanwhile_is_kept_and_the_line_stays_withdrawn(
    paul: Movement, olga: User, at_door: AtDoor
) -> None:
    browser = at_door(olga)
    browser.get("/")
    browser.is_served = False
    Movement.objects.filter(pk=paul.pk).update(withdrawn_from=timezone.now())

    assert tap(browser, olga, paul, "expected", "called").status_code == 302
    carry()

    assert history() == [("called", "")]
    page = tight(browser.get("/board").content.decode())
    assert "withdrawn" in page
    assert "Called" in page


def test_tap_on_a_line_that_is_gone_from_the_list_is_not_found(paul: Movement, olga: User, at_door: AtDoor) -> None:
    browser = at_door(olga)
    browser.get("/")
    Movement.objects.filter(pk=paul.pk).delete()

    assert tap(browser, olga, paul, "expected", "called").status_code == 404
    assert history() == []


def poll(browser: DoorClient, tag: str) -> tuple[int, str, list[str]]:
    """Ask for the board's lines again; return the status, the new tag and the SQL that it took."""
    response, statements = asked(browser, "/board/lines", headers={**HTMX, "if-none-match": tag})
    return response.status_code, response.headers["ETag"], statements


def reads_lines(statements: list[str]) -> bool:
    """Whether lines, or where they stand, were looked at."""
    return any(re.search(r"\"prison_edition\"\.\"lines\"|prison_linestate", sql) for sql in statements)


def test_unchanged_poll_reads_no_line_and_an_hour_later_still_sends_none(
    paul: Movement, unit_a: Unit, olga: User, at_door: AtDoor
) -> None:
    browser = at_door(olga)
    status, tag, asked = poll(browser, "")
    assert (status, reads_lines(asked)) == (200, True)

    status, same, asked = poll(browser, tag)
    assert (status, same, reads_lines(asked)) == (304, tag, False)

    with time_machine.travel(timezone.now() + timedelta(minutes=1), tick=False):
        status, later, asked = poll(browser, tag)
        assert (status, reads_lines(asked)) == (304, True)
        assert later != tag
        assert poll(browser, later)[0] == 304


def test_poll_after_a_colleagues_tap_a_freeze_or_the_clock_sends_the_board(
    paul: Movement, unit_a: Unit, olga: User, oscar: User, at_door: AtDoor
) -> None:
    browser, colleague = at_door(olga), at_door(oscar)
    tag = poll(browser, "")[1]

    tap(colleague, oscar, paul, "expected", "left")
    status, tag, _asked = poll(browser, tag)
    assert status == 200
    colleague.post("/freezes", {"where": unit_a.building.pk, "reason": "search"})
    status, tag, _asked = poll(browser, tag)
    assert status == 200
    with time_machine.travel(timezone.now() + timedelta(minutes=16), tick=False):
        # Paul’s time has just passed, and nobody is late before the tolerance is over.
        assert 'class="tag tag-bad late-tag"' not in browser.get("/board").content.decode()
    with time_machine.travel(timezone.now() + timedelta(minutes=31), tick=False):
        assert poll(browser, tag)[0] == 200
        assert 'class="tag tag-bad late-tag"' in browser.get("/board").content.decode()


def test_tag_of_one_officer_or_language_is_not_anothers(
    paul: Movement, olga: User, unit_a: Unit, at_door: AtDoor
) -> None:
    sophie = member(Role.SENIOR_OFFICER, unit_a.establishment, username="sophie")
    tag = poll(at_door(olga), "")[1]

    assert poll(at_door(sophie), tag)[1] != tag
    french = at_door(olga)
    with_french = french.get("/board/lines", headers={"if-none-match": tag, "accept-language": "fr"})
    assert with_french.status_code == 200


@pytest.mark.parametrize("address", ["/board", "/board/lines", "/"])
def test_number_of_queries_is_the_same_for_3_and_300_lines_with_taps(
    address: str, morning: Any, unit_a: Unit, olga: User, at_door: AtDoor
) -> None:
    browser = at_door(olga)

    def fill(numbers: range) -> int:
        for number in numbers:
            person = unit_a.paul
            line = expect(unit_a, person, 8 + number % 9, register_number=f"9{number:05d}")
            LineState.objects.using("prison").create(
                line=line.pk,
                establishment_id=unit_a.establishment.pk,
                day=unit_a.establishment.day_of(line.expected_at),
                state=MovementState.CALLED,
                at=timezone.now(),
                previous_state=MovementState.EXPECTED,
            )
        response, statements = asked(browser, address)
        assert response.status_code == 200
        return len(statements)

    assert fill(range(3)) == fill(range(3, 300))


# --- Floors, cells, people ----------------------------------------------------------------------------


def test_list_is_narrowed_to_a_floor_a_cell_and_those_who_have_not_gone(
    paul: Movement, unit_a: Unit, oscar: User, at_door: AtDoor
) -> None:
    for number, cell in enumerate(("A-1-110", "A-1-9", "A-1-101")):
        expect(unit_a, unit_a.paul, 10, cell=cell, last_name=f"Person {number}", register_number=f"10{number}")
    browser = at_door(oscar)

    def names(query: str) -> list[str]:
        return re.findall(r'class="person">([^<]+)<', tight(browser.get(f"/?{query}").content.decode()))

    # Along the landing: 9 comes before 101.
    floor = ["PERSON 1 Paul", "PERSON 2 Paul", "PERSON 0 Paul"]
    assert names("wing=A-1") == floor
    assert names("wing=A-2") == ["DURAND Paul"]
    assert names("wing=C-9") == []
    assert names("cell=a-1-1") == floor[1:]
    line = Movement.objects.get(cell="A-1-9")
    tap(browser, oscar, line, "expected", "left")
    assert names("wing=A-1&show=waiting") == floor[1:]
    assert "Nobody of this list is in this cell" in browser.get("/?cell=zzz").content.decode()


def test_people_are_counted_not_lines_and_namesakes_are_told_apart(
    paul: Movement, unit_a: Unit, oscar: User, at_door: AtDoor
) -> None:
    expect(unit_a, unit_a.paul, 14)
    expect(unit_a, unit_a.paul, 9, 30, cell="A-1-101", register_number="004408")
    browser = at_door(oscar)
    tap(browser, oscar, paul, "expected", "called")

    said = words_at(browser, "/")
    assert "2 still to call 1 called 2 people expected · 3 calls" in said
    assert "namesake: A-1-101 (004408)" in said
    assert "also at 14:00" in said
    # A dialog is named by this: never by a name that two people have.
    assert 'aria-label="DURAND Paul, A-2-214, 004217"' in tight(browser.get("/").content.decode())


def test_senior_officer_sets_how_floors_are_read_and_from_when_on_somebody_is_late(
    paul: Movement, unit_a: Unit, olga: User, at_door: AtDoor
) -> None:
    sophie = member(Role.SENIOR_OFFICER, unit_a.establishment, username="sophie")
    wanted = {"floor_rule": "hundreds", "late_after": "0"}
    expect(unit_a, unit_a.paul, 9, 10, cell="A214", register_number="1")

    assert at_door(olga).post("/settings", wanted).status_code == 403
    browser = at_door(sophie)
    assert 'class="tag tag-bad late-tag"' not in browser.get("/").content.decode()
    for wrong in ({"late_after": "-1"}, {"late_after": "999"}, {"floor_rule": "x"}):
        assert browser.post("/settings", {**wanted, **wrong}).status_code == 422
    assert browser.post("/settings", wanted).status_code == 302

    page = browser.get(f"/?building={unit_a.building.pk}").content.decode()
    assert 'class="tag tag-bad late-tag"' in page
    assert '<option value="A2"' in tight(page)


def test_open_list_asks_again_and_gets_the_lines_only_when_something_changed(
    paul: Movement, unit_a: Unit, olga: User, oscar: User, at_door: AtDoor
) -> None:
    browser, colleague = at_door(oscar), at_door(olga)

    def again(tag: str, who: DoorClient = browser) -> tuple[int, str, list[str]]:
        response, statements = asked(who, "/lines?day=today", headers={**HTMX, "if-none-match": tag})
        return response.status_code, response.headers["ETag"], statements

    first, tag, _statements = again("")
    assert (first, *again(tag)[:2]) == (200, 304, tag)
    # A floor's stamp is made of its own lines; of who sees all of them, without a look at one.
    _first, all_seen, _statements = again("", colleague)
    status, same, statements = again(all_seen, colleague)
    assert (status, same, reads_lines(statements)) == (304, all_seen, False)

    tap(colleague, olga, paul, "expected", "called")
    status, tag, _statements = again(tag)
    assert status == 200
    colleague.post("/freezes", {"where": "house", "reason": "search"})
    response = browser.get("/lines?day=today", headers={**HTMX, "if-none-match": tag})
    assert (response.status_code, FROZEN in response.content.decode()) == (200, True)
    expect(unit_a, unit_a.paul, 11, register_number="2", last_name="Added")
    response = browser.get("/lines?day=today", headers={**HTMX, "if-none-match": response["ETag"]})
    assert "ADDED Paul" in response.content.decode()


def test_stamp_of_a_floor_tells_nothing_of_other_floors_and_all_of_its_own(
    paul: Movement, unit_a: Unit, olga: User, oscar: User, at_door: AtDoor
) -> None:
    elsewhere = expect(unit_a, unit_a.karim, 9, 30, building=unit_a.other_building)
    browser, colleague = at_door(oscar), at_door(olga)

    with time_machine.travel(timezone.now().replace(second=20), tick=False):
        tag = browser.get("/lines?day=today", headers=HTMX).headers["ETag"]
        response, statements = asked(browser, "/lines?day=today", headers={**HTMX, "if-none-match": tag})
        assert (response.status_code, response.headers["ETag"], reads_lines(statements)) == (304, tag, False)

        assert tap(colleague, olga, elsewhere, "expected", "called").status_code in {200, 302}
        colleague.post("/freezes", {"where": unit_a.other_building.pk, "reason": "alarm"})
        assert browser.get("/lines?day=today", headers=HTMX).headers["ETag"] == tag

        tap(colleague, olga, paul, "expected", "called")
        assert browser.get("/lines?day=today", headers=HTMX).headers["ETag"] != tag


def test_tap_that_sends_somebody_on_the_way_during_a_freeze_says_so_and_is_kept(
    paul: Movement, unit_a: Unit, oscar: User, olga: User, at_door: AtDoor
) -> None:
    karim = expect(unit_a, unit_a.karim, 9, 30)
    at_door(olga).post("/freezes", {"where": unit_a.building.pk, "reason": "alarm"})
    browser = at_door(oscar)

    answer = tap(browser, oscar, paul, "expected", "called", headers=HTMX)
    assert (answer.status_code, states(paul)) == (200, ("called", ""))
    assert "Noted. But movements are frozen since" in answer.content.decode()
    plain = tap(browser, oscar, paul, "called", "left")
    assert "DURAND Paul, A-2-214, 004217 – Noted. But" in browser.get(plain["Location"]).content.decode()
    # Who cannot be brought is not on the way, and another building is not frozen.
    for user, line, to in ((oscar, paul, "impeded:PARLOIR"), (olga, karim, "called")):
        said = tap(at_door(user), user, line, "left" if line is paul else "expected", to, headers=HTMX)
        assert "Noted. But" not in said.content.decode()


# --- Frozen movements ---------------------------------------------------------------------------------


def test_frozen_movements_show_on_every_page_of_both_doors_until_they_are_released(
    paul: Movement, unit_a: Unit, olga: User, oscar: User, alice: User, at_door: AtDoor
) -> None:
    browser = at_door(olga)

    assert browser.post("/freezes", {"where": "house", "reason": "incident"}).status_code == 302

    for page in ("/", "/board", "/alerts"):
        text = browser.get(page).content.decode()
        assert FROZEN in text
        assert "whole house" in text
    assert FROZEN in at_door(oscar).get("/").content.decode()
    for page in ("/people", "/alerts"):
        assert FROZEN in at_door(alice).get(page).content.decode()
    assert FROZEN_TODAY in at_door(alice).get("/").content.decode()
    again = browser.post("/freezes", {"where": "house", "reason": "strike"})
    assert again.status_code == 422
    assert "Movements are already frozen there." in again.content.decode()

    browser.post(f"/freezes/{Freeze.objects.get().pk}/lift")

    assert FROZEN not in browser.get("/").content.decode()
    assert FROZEN_TODAY not in at_door(alice).get("/").content.decode()
    assert "Incident" in browser.get("/freezes").content.decode()
    assert list(
        AuditEntry.objects.using("prison").filter(verb__contains="freeze").order_by("id").values_list("verb", flat=True)
    ) == [
        "freeze",
        "lift_freeze",
    ]


def test_floor_officer_freezes_his_buildings_and_neither_the_house_nor_others(
    unit_a: Unit, oscar: User, olga: User, at_door: AtDoor
) -> None:
    browser = at_door(oscar)

    for where in ("house", unit_a.other_building.pk):
        assert browser.post("/freezes", {"where": where, "reason": "alarm"}).status_code == 422
    assert browser.post("/freezes", {"where": unit_a.building.pk, "reason": "alarm"}).status_code == 302
    at_door(olga).post("/freezes", {"where": "house", "reason": "strike"})
    house = Freeze.objects.get(building=None)
    browser.post(f"/freezes/{house.pk}/lift")

    assert Freeze.objects.filter(lifted_at=None).count() == 2


def test_movement_office_and_other_units_read_freezes_as_far_as_they_see(
    unit_a: Unit, unit_b: Unit, olga: User, otto: User, at_door: AtDoor
) -> None:
    maya = member(Role.MOVEMENT_OFFICE, unit_a.establishment, username="maya")
    at_door(olga).post("/freezes", {"where": unit_a.building.pk, "reason": "alarm"})

    assert at_door(maya).post("/freezes", {"where": unit_a.building.pk, "reason": "alarm"}).status_code == 422
    assert "Alarm" in at_door(maya).get("/freezes").content.decode()
    assert FROZEN not in at_door(otto).get("/").content.decode()


# --- Alerts -------------------------------------------------------------------------------------------


def alert_about(number: str, **fields: Any) -> dict[str, Any]:
    """A form as an officer fills it in, who has seen the number shown back."""
    return {"register_number": number, "shown": number, "urgency": "now", **fields}


def test_officer_alerts_the_unit_and_hears_one_word_when_care_has_received_it(
    paul: Movement, unit_a: Unit, oscar: User, alice: User, at_door: AtDoor
) -> None:
    officer, nurse = at_door(oscar), at_door(alice)
    officer.get("/")
    tag = officer.get("/alerts/sent")["ETag"]

    assert officer.post("/alerts", {"line": "004217", "urgency": "now"}).status_code == 302
    sent = officer.get("/alerts/sent", headers={"if-none-match": tag})
    assert (sent.status_code, "sent</span>" in sent.content.decode()) == (200, True)
    assert officer.get("/alerts/sent", headers={"if-none-match": sent["ETag"]}).status_code == 304
    nav = nurse.get("/people").content.decode()
    assert '<span class="nav-count">1<' in tight(nav)
    page = nurse.get("/alerts").content.decode()
    assert f'href="/people/{unit_a.paul.pk}"' in page
    assert "At once" in page
    nurse.post(f"/alerts/{Alert.objects.get().pk}/received")

    after = officer.get("/alerts").content.decode()
    assert "received</span>" in after
    assert "alice" not in after.lower()
    # The list says it, too: nobody needs to look for the answer.
    assert re.search(r"Alert DURAND Paul 004217 , [\d:]{5} ?: received", words_at(officer, "/"))
    assert '<span class="nav-count">' not in nurse.get("/people").content.decode()
    assert AuditEntry.objects.filter(verb="receive_alert", username="alice").count() == 1


def test_number_is_shown_back_with_its_name_before_an_alert_is_sent(
    paul: Movement, oscar: User, at_door: AtDoor
) -> None:
    browser = at_door(oscar)
    browser.get("/")

    back = browser.post("/alerts", {"register_number": "004217", "urgency": "today"})
    assert back.status_code == 422
    assert "This number is DURAND Paul, A-2-214, 004217." in back.content.decode()
    assert 'name="shown" value="004217"' in tight(back.content.decode())
    assert not Alert.objects.exists()

    # Another number than the one that was shown is asked about in its turn.
    other = alert_about("004218", shown="004217", building=paul.building_id)
    assert browser.post("/alerts", other).status_code == 422
    assert browser.post("/alerts", alert_about("004217")).status_code == 302
    assert Alert.objects.get().display_name == "DURAND Paul"


def test_number_that_no_list_has_is_said_and_goes_alone_once_it_is_confirmed(
    unit_a: Unit, oscar: User, alice: User, at_door: AtDoor
) -> None:
    browser = at_door(oscar)
    nowhere = browser.post("/alerts", alert_about("999999"))
    assert "No list here has this number. Choose the building" in nowhere.content.decode()
    asked = browser.post("/alerts", alert_about("999999", shown="", building=unit_a.building.pk))
    assert "No list here has the number 999999" in asked.content.decode()
    assert not Alert.objects.exists()

    browser.post("/alerts", alert_about("999999", building=unit_a.building.pk))

    page = at_door(alice).get("/alerts").content.decode()
    assert "number on no list" in page
    assert "not on the nominal list" in page


@pytest.mark.parametrize("words", ["malade du coeur", "suicide", "X12SIDA", "VIH 1", "TB 12", "il va mal 3", "K"])
def test_no_words_about_health_pass_as_a_number_that_no_list_has(
    paul: Movement, unit_a: Unit, oscar: User, at_door: AtDoor, words: str
) -> None:
    browser = at_door(oscar)
    told = alert_about(words, building=unit_a.building.pk)

    for _again in range(2):
        answer = browser.post("/alerts", told)
        assert answer.status_code == 422
        assert "No words pass here" in answer.content.decode()

    assert not Alert.objects.exists()
    # Figures pass, with one letter as some registers write them.
    assert browser.post("/alerts", alert_about("E 12345", building=unit_a.building.pk)).status_code == 302


def test_alert_has_no_field_for_a_name_and_what_is_sent_as_one_is_not_kept(
    paul: Movement, unit_a: Unit, oscar: User, at_door: AtDoor
) -> None:
    browser = at_door(oscar)
    form = browser.get(f"/alerts?line={paul.pk}").content.decode()
    assert 'value="004217" selected' in tight(form)
    assert not re.findall(r'name="(?:last|first)_name"', form)

    browser.post("/alerts", alert_about("", line="004217", last_name="il va mal", first_name="suicide"))
    twice = browser.post("/alerts", alert_about("", line="004217"))

    assert "has not received it yet" in twice.content.decode()
    assert list(Alert.objects.values_list("last_name", "first_name")) == [("Durand", "Paul")]
    for number in ("il va mal: 3 jours", "004217!"):
        assert browser.post("/alerts", alert_about(number, building=unit_a.building.pk)).status_code == 422
    elsewhere = alert_about("012345", building=unit_a.other_building.pk)
    assert browser.post("/alerts", elsewhere).status_code == 422


def test_alert_tells_no_name_of_a_building_that_the_officer_does_not_see(
    paul: Movement, unit_a: Unit, oscar: User, at_door: AtDoor
) -> None:
    expect(unit_a, unit_a.karim, 9, 30)
    browser = at_door(oscar)
    browser.get("/")

    browser.post("/alerts", alert_about("012345", building=unit_a.building.pk))

    assert "BENALI" not in browser.get("/alerts").content.decode()
    assert Alert.objects.get().last_name == ""


def test_alerts_of_other_buildings_and_units_are_not_seen(
    unit_a: Unit, unit_b: Unit, olga: User, oscar: User, otto: User, chloe: User, at_door: AtDoor
) -> None:
    at_door(olga).post("/alerts", alert_about("777777", building=unit_a.other_building.pk))

    assert "777777" in at_door(olga).get("/alerts").content.decode()
    for other in (oscar, otto, chloe):
        assert "777777" not in at_door(other).get("/alerts").content.decode()
    assert at_door(chloe).post(f"/alerts/{Alert.objects.get().pk}/received").status_code == 404
