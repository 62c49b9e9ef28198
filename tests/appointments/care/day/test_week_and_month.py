"""Week, month, search everywhere, a person's page and the prints, in the browser of whoever works with them."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from access.models import User
from appointments.care.day.load import read_month_load
from appointments.models import Appointment, Detainee, SlipWording
from appointments.models.enums.appointment import Status
from appointments.models.enums.prints import SlipLabel
from tests.conftest import Unit
from tests.doors import DoorClient
from tests.factories import DetaineeFactory, appointment, local, open_session, workday

At = Callable[[User], DoorClient]


def queries_of(ask: Callable[[], object]) -> int:
    with CaptureQueriesContext(connection) as captured:
        ask()
    return len(captured)


def crowd(unit: Unit, number: int, day: date) -> None:
    """So many people booked with the doctor on one day, ten minutes each."""
    session = open_session(unit.doctor, day, 8, 20, slot_minutes=10)
    for each in range(number):
        person = DetaineeFactory(establishment=unit.establishment, building=unit.building)
        start = session.starts_at + timedelta(minutes=10 * each)
        appointment(person, session, unit.consultation, start, minutes=10)


def next_monday() -> date:
    today = timezone.localdate()
    return today + timedelta(days=7 - today.weekday())


# --- Week -------------------------------------------------------------------------------------------


def test_week_shows_days_as_columns_cards_and_free_slots_of_one_agenda(unit_a: Unit, alice: User, at_door: At) -> None:
    monday = next_monday()
    for number, agenda in ((0, unit_a.doctor), (2, unit_a.doctor), (2, unit_a.psychiatrist)):
        open_session(agenda, monday + timedelta(days=number))
    wednesday = monday + timedelta(days=2)
    appointment(
        unit_a.paul,
        unit_a.doctor.sessions.last(),
        unit_a.consultation,
        local(unit_a.establishment, wednesday, 9, 10),
    )
    browser = at_door(alice)

    page = browser.get(browser.url("week_of", wednesday.isoformat()), {"agenda": unit_a.doctor.pk})

    week, text = page.context["week"], page.content.decode()
    assert [day.date for day in week.days] == [monday + timedelta(days=number) for number in range(5)]
    assert [len(day.appointments) for day in week.days] == [0, 0, 1, 0, 0]
    assert [len(day.slots) for day in week.days] == [10, 0, 9, 0, 0]
    assert "DURAND Paul" in text
    assert "Dr Leroy" in text
    assert browser.url("week_of", (wednesday + timedelta(days=7)).isoformat()) in text


def test_week_shows_the_weekend_only_when_something_stands_there(unit_a: Unit, alice: User, at_door: At) -> None:
    saturday = next_monday() + timedelta(days=5)
    open_session(unit_a.doctor, saturday)
    browser = at_door(alice)

    page = browser.get(browser.url("week_of", saturday.isoformat()), {"agenda": unit_a.doctor.pk})

    assert [day.date.weekday() for day in page.context["week"].days] == [0, 1, 2, 3, 4, 5]


def test_week_opens_with_ones_own_agenda(unit_a: Unit, bob: User, at_door: At) -> None:
    browser = at_door(bob)

    assert browser.get(browser.url("week")).context["week"].agenda == unit_a.psychiatrist


def test_week_of_an_agenda_that_one_does_not_see_is_not_there(unit_a: Unit, bob: User, at_door: At) -> None:
    browser = at_door(bob)

    assert browser.get(browser.url("week"), {"agenda": unit_a.doctor.pk}).status_code == 404
    assert browser.get(browser.url("month"), {"agenda": unit_a.doctor.pk}).status_code == 404


@pytest.mark.parametrize("last_sunday", [date(2026, 3, 29), date(2026, 10, 25)])
def test_week_of_a_clock_change_keeps_its_rows(unit_a: Unit, helene: User, at_door: At, last_sunday: date) -> None:
    for day in (last_sunday - timedelta(days=2), last_sunday):
        open_session(unit_a.doctor, day, 9, 11, start_minute=0)
    browser = at_door(helene)

    page = browser.get(browser.url("week_of", last_sunday.isoformat()), {"agenda": unit_a.doctor.pk})

    rows = page.context["week"].rows
    assert [f"{row.at:%H:%M}" for row in rows] == [f"{h:02d}:{m:02d}" for h in (9, 10) for m in (0, 15, 30, 45)]
    assert all([cell.is_open for cell in row.cells] == [False, False, False, False, True, True] for row in rows)


def test_week_and_month_take_the_same_queries_for_few_and_many(unit_a: Unit, alice: User, at_door: At) -> None:
    browser, monday = at_door(alice), next_monday()
    pages = [
        f"{browser.url('week_of', monday.isoformat())}?agenda={unit_a.doctor.pk}",
        browser.url("month_of", f"{monday:%Y-%m}"),
    ]
    crowd(unit_a, 3, monday)
    for page in pages:
        browser.get(page)
    few = [queries_of(lambda page=page: browser.get(page)) for page in pages]
    for number in range(1, 5):
        crowd(unit_a, 50, monday + timedelta(days=number))

    assert [queries_of(lambda page=page: browser.get(page)) for page in pages] == few


# --- Month ------------------------------------------------------------------------------------------


def test_month_counts_booked_places_and_free(unit_a: Unit, helene: User) -> None:
    monday = next_monday()
    session = open_session(unit_a.doctor, monday)
    appointment(unit_a.paul, session, unit_a.consultation, local(unit_a.establishment, monday, 9, 10))
    gone = appointment(unit_a.karim, session, unit_a.consultation, local(unit_a.establishment, monday, 10, 10))
    Appointment.objects.filter(pk=gone.pk).update(status=Status.CANCELLED, cancel_reason="US_ABS", movement=None)

    month = read_month_load(
        unit_a.establishment, monday.replace(day=1), agendas=[unit_a.doctor], bookable={unit_a.doctor.pk}
    )

    [load] = [load for week in month.weeks for load in week if load.is_open]
    assert (load.date, load.booked, load.places, load.free) == (monday, 1, 10, 9)
    assert load.share == 10


def test_month_leads_to_its_days_and_says_where_no_session_is(unit_a: Unit, alice: User, at_door: At) -> None:
    open_session(unit_a.doctor, workday(3))
    browser = at_door(alice)

    text = browser.get(browser.url("month_of", f"{workday(3):%Y-%m}")).content.decode()

    assert browser.url("day", workday(3).isoformat()) in text
    assert "0 booked of 10" in text
    assert "no session" in text


@pytest.mark.parametrize("text", ["2026-13", "2026-1", "26-01", "1999-12", "today"])
def test_month_that_is_no_month_is_not_there(unit_a: Unit, alice: User, at_door: At, text: str) -> None:
    browser = at_door(alice)

    assert browser.get(browser.url("month_of", text)).status_code == 404


# --- Search -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("address", ["people", "people_found"])
@pytest.mark.parametrize("words", ["lefevre", "LEFÈVRE zoé", "0777", "a-9-9", "zoe 0777"])
def test_search_finds_by_name_without_accents_number_and_cell(
    unit_a: Unit, unit_b: Unit, alice: User, at_door: At, address: str, words: str
) -> None:
    for unit in (unit_a, unit_b):
        DetaineeFactory(
            establishment=unit.establishment,
            building=unit.building,
            last_name="Lefèvre",
            first_name="Zoé",
            register_number=f"0777{unit.establishment.pk}",
            cell="A-9-999",
        )
    browser = at_door(alice)

    page = browser.post(browser.url(address), {"q": words})

    assert page.context["total"] == 1
    assert "LEFÈVRE Zoé" in page.content.decode()


def test_homonyms_are_marked_and_told_apart_by_number_and_birth(unit_a: Unit, alice: User, at_door: At) -> None:
    for number, born in (("001111", date(1980, 1, 2)), ("002222", date(1990, 3, 4))):
        DetaineeFactory(
            establishment=unit_a.establishment,
            building=unit_a.building,
            last_name="Martin",
            first_name="Éric",
            register_number=number,
            birth_date=born,
        )
    browser = at_door(alice)

    for address in ("people", "people_found"):
        text = browser.post(browser.url(address), {"q": "martin eric"}).content.decode()
        assert text.count("homonym") == 2
        assert all(known in text for known in ("001111", "02/01/1980", "002222", "04/03/1990"))


def test_people_who_have_left_are_found_last_and_marked(unit_a: Unit, alice: User, at_door: At) -> None:
    DetaineeFactory(
        establishment=unit_a.establishment,
        building=None,
        cell="",
        last_name="Durand",
        first_name="Abel",
        released_on=date(2026, 1, 9),
    )
    browser = at_door(alice)

    page = browser.post(browser.url("people_found"), {"q": "durand"})

    assert [person.first_name for person in page.context["people"]] == ["Paul", "Abel"]
    assert page.content.decode().count("Has left") == 1


def test_words_searched_stand_in_no_address_and_no_title(unit_a: Unit, alice: User, at_door: At) -> None:
    browser = at_door(alice)

    page = browser.post(browser.url("people"), {"q": "durand"}).content.decode()
    by_address = browser.get(browser.url("people"), {"q": "durand"}).content.decode()

    assert "?q=" not in page
    assert "DURAND" not in by_address
    assert "urand" not in page[page.index("<title>") : page.index("</title>")]
    assert 'method="post"' in page


def test_search_uses_the_index_and_two_queries_whatever_the_number(unit_a: Unit, alice: User, at_door: At) -> None:
    browser = at_door(alice)

    def search() -> None:
        browser.post(browser.url("people"), {"q": "martin"})

    search()
    few = queries_of(search)
    rows = [
        Detainee(
            establishment=unit_a.establishment,
            building=unit_a.building,
            register_number=f"{number:06d}",
            last_name=f"Martin{number}",
            first_name="Paul",
            cell="A-1",
            search_text=f"martin{number} paul {number:06d} a 1",
        )
        for number in range(100_000, 101_000)
    ]
    Detainee.objects.bulk_create(rows)
    assert queries_of(search) <= few + 1  # the count, once there are more than the page shows

    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
    plan = Detainee.objects.filter(search_text__contains="martin100777").explain()
    assert "detainee_search" in plan


# --- A person's page --------------------------------------------------------------------------------


def test_person_page_tells_what_each_party_said_of_a_missed_appointment(unit_a: Unit, alice: User, at_door: At) -> None:
    day = timezone.localdate() - timedelta(days=3)
    session = open_session(unit_a.doctor, day)
    for hour, fields in (
        (9, {"not_come_declared": "REF_DECL"}),
        (10, {"not_come_declared": "PARLOIR", "not_come_reason": "NON_APPELE"}),
    ):
        row = appointment(unit_a.paul, session, unit_a.consultation, local(unit_a.establishment, day, hour))
        Appointment.objects.filter(pk=row.pk).update(status=Status.NOT_COME, **fields)
    browser = at_door(alice)

    text = browser.get(browser.url("person", unit_a.paul.pk)).content.decode()

    assert "to verify with the patient" in text
    assert "Visit, lawyer" in text
    assert "Not called, says the patient" in text
    assert "did not come 2 times" in text


def test_past_of_a_person_comes_in_pages(unit_a: Unit, alice: User, at_door: At) -> None:
    for number in range(30):
        day = timezone.localdate() - timedelta(days=number + 1)
        row = appointment(
            unit_a.paul, open_session(unit_a.doctor, day), unit_a.consultation, local(unit_a.establishment, day, 9)
        )
        Appointment.objects.filter(pk=row.pk).update(status=Status.SEEN)
    browser = at_door(alice)

    first = browser.get(browser.url("person", unit_a.paul.pk))
    second = browser.get(browser.url("person", unit_a.paul.pk), {"page": "2"})

    assert [len(page.context["page"].object_list) for page in (first, second)] == [25, 5]
    assert "Page 2 of 2" in second.content.decode()


# --- Prints -----------------------------------------------------------------------------------------


def test_day_sheet_is_marked_confidential_and_holds_ones_agendas_only(unit_a: Unit, bob: User, at_door: At) -> None:
    day = workday(1)
    for agenda, person, kind in (
        (unit_a.doctor, unit_a.paul, unit_a.consultation),
        (unit_a.psychiatrist, unit_a.karim, unit_a.psychiatry),
    ):
        appointment(person, open_session(agenda, day), kind, local(unit_a.establishment, day, 9, 30))
    browser = at_door(bob)

    text = browser.get(browser.url("print_day"), {"day": day.isoformat()}).content.decode()

    assert text.count("Confidential – medical secrecy") == 2
    assert "BENALI Karim" in text
    assert "DURAND" not in text


def test_slips_hold_what_the_movement_shows_and_nothing_else(unit_a: Unit, alice: User, at_door: At) -> None:
    day = workday(1)
    session = open_session(unit_a.doctor, day)
    appointment(unit_a.karim, session, unit_a.consultation, local(unit_a.establishment, day, 9, 10))
    appointment(unit_a.paul, session, unit_a.consultation, local(unit_a.establishment, day, 10, 50))
    browser = at_door(alice)

    page = browser.get(browser.url("print_slips"), {"day": day.isoformat()})

    text = page.content.decode()
    assert [[slip.register_number for slip in slips] for slips in page.context["pages"]] == [["004217", "012345"]]
    assert all(word in text for word in ("DURAND Paul", "004217", "A-2-214", "10:30", "Health unit", "Convocation"))
    secret = ("Dr Leroy", "Consultation", "10:50", "09:10", "03/02/1985")
    assert [word for word in secret if word in text[text.index("<main") :]] == []


def test_slips_of_one_building_and_eight_a_page(unit_a: Unit, alice: User, at_door: At) -> None:
    day = workday(1)
    crowd(unit_a, 17, day)
    appointment(
        unit_a.karim,
        unit_a.doctor.sessions.get(),
        unit_a.consultation,
        local(unit_a.establishment, day, 18),
    )
    browser = at_door(alice)

    page = browser.get(browser.url("print_slips"), {"day": day.isoformat(), "building": unit_a.building.pk})

    assert [len(slips) for slips in page.context["pages"]] == [8, 8, 1]
    assert "BENALI" not in page.content.decode()


def test_prints_offer_the_next_day_on_which_somebody_is_expected(unit_a: Unit, alice: User, at_door: At) -> None:
    crowd(unit_a, 1, workday(4))
    browser = at_door(alice)

    page = browser.get(browser.url("prints"))

    assert page.context["slips_form"].initial["day"] == workday(4)


def test_head_chooses_the_word_on_the_slips(unit_a: Unit, helene: User, at_door: At) -> None:
    browser = at_door(helene)

    browser.post(browser.url("planning_slips"), {"label": "bon"})

    assert SlipWording.objects.get().label == SlipLabel.MOVEMENT_SLIP
    crowd(unit_a, 1, workday(1))
    text = browser.get(browser.url("print_slips"), {"day": workday(1).isoformat()}).content.decode()
    assert "Movement slip" in text
    assert browser.post(browser.url("planning_slips"), {"label": "postcard"}).status_code == 422


@pytest.mark.parametrize("number", [1, 60])
def test_prints_take_a_constant_number_of_queries(unit_a: Unit, alice: User, at_door: At, number: int) -> None:
    crowd(unit_a, number, workday(1))
    browser = at_door(alice)

    for name in ("print_day", "print_slips"):
        asked = {"day": workday(1).isoformat()}
        browser.get(browser.url(name), asked)
        assert queries_of(lambda name=name, asked=asked: browser.get(browser.url(name), asked)) <= 18
