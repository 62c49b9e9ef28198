"""Finding a person, and their page: who is found by which words, who is told apart, what each reader sees."""

from __future__ import annotations

from datetime import date, timedelta
from uuid import uuid4

import pytest
from django.db import connection
from django.http import HttpResponse

from access.models import AuditEntry, User
from appointments.models import Appointment, Detainee
from appointments.models.enums.appointment import Status
from tests.appointments.care.pages import queries_of
from tests.conftest import Unit
from tests.doors import AtDoor
from tests.factories import DetaineeFactory, appointment, local, open_session, paris_day, workday


def test_people_are_found_without_accents_by_number_and_by_cell(
    unit_a: Unit, alice: User, chloe: User, at_door
) -> None:
    DetaineeFactory(
        establishment=unit_a.establishment,
        building=unit_a.building,
        last_name="Lefèvre-Œuvrard",
        register_number="000777",
    )
    browser = at_door(alice)

    for words in ("lefevre", "OEUVRARD lefevre", "000777"):
        assert "LEFÈVRE" in browser.post(browser.url("people"), {"q": words}, follow=True).content.decode()
    assert "DURAND Paul" in browser.post(browser.url("people"), {"q": "a-2-214"}, follow=True).content.decode()
    elsewhere = at_door(chloe).post(browser.url("people"), {"q": "durand"}, follow=True)
    assert str(unit_a.paul.pk) not in elsewhere.content.decode()


@pytest.mark.parametrize("address", ["people", "people_found"])
@pytest.mark.parametrize("words", ["lefevre", "LEFÈVRE zoé", "0777", "a-9-9", "zoe 0777"])
def test_search_finds_by_name_without_accents_number_and_cell(
    unit_a: Unit, unit_b: Unit, alice: User, at_door: AtDoor, address: str, words: str
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

    page = browser.post(browser.url(address), {"q": words}, follow=True)

    assert page.context["total"] == 1
    assert "LEFÈVRE Zoé" in page.content.decode()


def test_homonyms_are_marked_and_told_apart_by_number_and_birth(unit_a: Unit, alice: User, at_door: AtDoor) -> None:
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
        text = browser.post(browser.url(address), {"q": "martin eric"}, follow=True).content.decode()
        assert text.count("homonym") == 2
        assert all(known in text for known in ("001111", "02/01/1980", "002222", "04/03/1990"))


def test_people_who_have_left_are_found_last_and_marked(unit_a: Unit, alice: User, at_door: AtDoor) -> None:
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


def test_words_searched_stand_in_no_address_and_no_title(unit_a: Unit, alice: User, at_door: AtDoor) -> None:
    browser = at_door(alice)

    page = browser.post(browser.url("people"), {"q": "durand"}, follow=True).content.decode()
    by_address = browser.get(browser.url("people"), {"q": "durand"}).content.decode()

    assert "?q=" not in page
    assert "DURAND" not in by_address
    assert "urand" not in page[page.index("<title>") : page.index("</title>")]
    assert 'method="post"' in page


def test_search_uses_the_index_and_two_queries_whatever_the_number(unit_a: Unit, alice: User, at_door: AtDoor) -> None:
    browser = at_door(alice)

    def search() -> HttpResponse:
        return browser.post(browser.url("people"), {"q": "martin"}, follow=True)

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


def test_person_page_shows_only_the_agendas_that_one_sees(unit_a: Unit, helene, bob, chloe, at_door) -> None:
    day = workday(1)
    appointment(
        unit_a.paul, open_session(unit_a.doctor, day), unit_a.consultation, local(unit_a.establishment, day, 9, 10)
    )

    page = f"/people/{unit_a.paul.pk}"
    assert "Dr Leroy" in at_door(helene).get(page).content.decode()
    assert "Dr Leroy" not in at_door(bob).get(page).content.decode()
    assert at_door(chloe).get(page).status_code == 404


def test_person_page_tells_what_each_party_said_of_a_missed_appointment(
    unit_a: Unit, alice: User, at_door: AtDoor
) -> None:
    day = paris_day() - timedelta(days=3)
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


def test_past_of_a_person_comes_in_pages(unit_a: Unit, alice: User, at_door: AtDoor) -> None:
    for number in range(30):
        day = paris_day() - timedelta(days=number + 1)
        row = appointment(
            unit_a.paul, open_session(unit_a.doctor, day), unit_a.consultation, local(unit_a.establishment, day, 9)
        )
        Appointment.objects.filter(pk=row.pk).update(status=Status.SEEN)
    browser = at_door(alice)

    first = browser.get(browser.url("person", unit_a.paul.pk))
    second = browser.get(browser.url("person", unit_a.paul.pk), {"page": "2"})

    assert [len(page.context["page"].object_list) for page in (first, second)] == [25, 5]
    assert "Page 2 of 2" in second.content.decode()


def test_person_who_left_is_marked_and_offered_no_booking(unit_a: Unit, alice: User, at_door) -> None:
    gone = DetaineeFactory(establishment=unit_a.establishment, last_name="Parti", released_on=workday(-1))
    open_session(unit_a.doctor, workday(1))
    browser = at_door(alice)

    person = browser.get(browser.url("person", gone.pk)).content.decode()

    assert "Has left" in browser.post(browser.url("people"), {"q": "parti"}, follow=True).content.decode()
    assert "Has left" in person
    # The keyboard's address of a new booking stands on every page; nothing here books this person.
    assert browser.url("book") not in person.replace(f'data-carehub-book="{browser.url("book")}"', "")


def test_reading_a_person_is_recorded_with_whom(unit_a: Unit, alice: User, at_door) -> None:
    browser = at_door(alice)

    browser.get(browser.url("person", unit_a.paul.pk))
    browser.get(browser.url("person", uuid4()))

    entry = AuditEntry.objects.get(verb="read")
    assert (entry.username, entry.target_id) == ("alice", str(unit_a.paul.pk))
