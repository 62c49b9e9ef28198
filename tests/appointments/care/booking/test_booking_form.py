"""The booking form: what is booked, what is refused and why, the next free slots, both languages."""

from __future__ import annotations

from datetime import timedelta
from uuid import uuid4

import pytest
import time_machine
from django.utils import timezone
from django.utils.formats import date_format

from access.models import User
from appointments import booking
from appointments.models import Appointment, Detainee, Movement
from appointments.models.enums.appointment import CancelReason, Status
from tests.appointments.care.pages import AS_PANEL
from tests.conftest import Unit
from tests.doors import AtDoor
from tests.factories import DetaineeFactory, KindFactory, appointment, local, open_session, workday


def typed(unit: Unit, **changes):
    """What the form sends: Paul with the doctor tomorrow at 9:50, unless told otherwise."""
    return {
        "q": "",
        "person": str(unit.paul.pk),
        "kind": unit.consultation.pk,
        "minutes": "",
        "agenda": unit.doctor.pk,
        "day": workday(1).isoformat(),
        "time": "09:50",
    } | changes


def book(browser, unit: Unit, **changes):
    return browser.post(browser.url("book"), typed(unit, **changes))


def test_booking_by_words_typed_highlights_it_and_can_be_undone(unit_a: Unit, alice: User, at_door) -> None:
    open_session(unit_a.doctor, workday(1))
    browser = at_door(alice)

    answer = book(browser, unit_a, person="", q="durand")
    made = Appointment.objects.get()
    page = browser.get(answer.url)

    assert answer.status_code == 302
    assert made.detainee == unit_a.paul
    assert "card-changed" in page.content.decode()
    assert "Undo" in page.content.decode()

    browser.post(browser.url("appointment_undo", made.pk), {"revision": 1})
    made.refresh_from_db()
    assert (made.status, made.cancel_reason) == (Status.CANCELLED, CancelReason.MISTAKE)
    assert Movement.objects.count() == 0


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"q": "nobody like that", "person": ""}, "Nobody present matches"),
        ({"q": "", "person": ""}, "Say who is to be seen"),
        ({"person": str(uuid4())}, "not registered here"),
        ({"person": "not a key"}, "valid UUID"),
        ({"time": "13:00"}, "is not open for this whole time"),
        ({"day": "2020-01-02"}, "This time is past"),
        ({"day": "31/31/2026"}, "valid date"),
        ({"agenda": "999999"}, "Select a valid choice"),
        ({"kind": "abc"}, "Select a valid choice"),
        ({"minutes": "4"}, "greater than or equal to 5"),
    ],
)
def test_booking_refused_says_why_and_keeps_what_was_typed(unit_a: Unit, alice: User, at_door, changes, words) -> None:
    open_session(unit_a.doctor, workday(1))
    browser = at_door(alice)

    answer = book(browser, unit_a, **{"minutes": "25"} | changes)

    assert answer.status_code == 422
    assert words in answer.content.decode()
    assert Appointment.objects.count() == 0
    if "minutes" not in changes:
        assert 'value="25"' in answer.content.decode()


def test_taken_slot_is_refused_with_the_next_free_ones(unit_a: Unit, alice: User, at_door) -> None:
    day = workday(1)
    session = open_session(unit_a.doctor, day)
    appointment(unit_a.karim, session, unit_a.consultation, local(unit_a.establishment, day, 9, 50))
    browser = at_door(alice)

    answer = book(browser, unit_a)

    assert answer.status_code == 422
    assert "has just been taken" in answer.content.decode()
    assert len(answer.context["proposals"]) == 5

    chosen = answer.context["proposals"][0]["value"]
    assert book(browser, unit_a, slot=chosen).status_code == 302


def test_slot_taken_long_ago_is_not_said_to_have_just_been_taken(unit_a: Unit, alice: User, at_door) -> None:
    day = workday(1)
    open_session(unit_a.doctor, day)
    before = timezone.now() - timedelta(hours=2)
    with time_machine.travel(before, tick=False):
        booking.book(
            by=alice, detainee=unit_a.karim, agenda=unit_a.doctor, kind=unit_a.consultation,
            starts_at=local(unit_a.establishment, day, 9, 50),
        )  # fmt: skip

    said = book(at_door(alice), unit_a).content.decode()

    assert "just been taken" not in said
    since = before.astimezone(unit_a.establishment.zone)
    assert f"There is an appointment from 09:50 to 10:10, since {date_format(since, 'j F Y, H:i')}." in said


def test_homonyms_are_told_apart_and_never_chosen_by_chance(unit_a: Unit, alice: User, at_door) -> None:
    open_session(unit_a.doctor, workday(1))
    DetaineeFactory(establishment=unit_a.establishment, building=unit_a.building, last_name="Durand", first_name="Paul")
    browser = at_door(alice)

    answer = book(browser, unit_a, person="", q="durand paul")

    assert answer.status_code == 422
    assert "Several people match" in answer.content.decode()
    assert answer.content.decode().count("17/05/1990") == 2


def test_people_while_typing_come_as_choices_with_two_identifiers(unit_a: Unit, alice: User, at_door) -> None:
    browser = at_door(alice)

    text = browser.post(browser.url("book_people"), {"q": "dur"}, headers=AS_PANEL).content.decode()

    assert "DURAND Paul" in text
    assert "17/05/1990" in text
    assert "004217" in text
    assert "<html" not in text


def test_slot_of_a_foreign_agenda_does_not_exist(unit_a: Unit, alice: User, chloe: User, unit_b: Unit, at_door) -> None:
    browser = at_door(chloe)

    assert browser.get(browser.url("book"), {"agenda": unit_a.doctor.pk}).status_code == 404
    assert browser.get(browser.url("book"), {"agenda": unit_b.doctor.pk, "at": "nonsense"}).status_code == 400
    assert book(browser, unit_a).status_code == 422
    assert Appointment.objects.count() == 0


def test_person_who_has_left_cannot_be_called(unit_a: Unit, alice: User, at_door: AtDoor) -> None:
    Detainee.objects.filter(pk=unit_a.paul.pk).update(released_on=workday(0))
    open_session(unit_a.doctor, workday(1))
    browser = at_door(alice)

    asked = browser.get(browser.url("book"), {"person": unit_a.paul.pk})
    sent = book(browser, unit_a)

    assert (asked.status_code, sent.status_code) == (404, 422)
    assert not Appointment.objects.exists()


def test_kind_of_another_unit_is_no_choice(unit_a: Unit, unit_b: Unit, alice: User, at_door: AtDoor) -> None:
    open_session(unit_a.doctor, workday())
    browser = at_door(alice)

    answer = book(browser, unit_a, kind=unit_b.consultation.pk)

    assert answer.status_code == 422
    assert not Appointment.objects.exists()
    assert "004217" in answer.text


@pytest.mark.parametrize("at", ["tomorrow", "2026-13-45T09:00", "2026-11-26", "x" * 500])
def test_slot_that_cannot_be_understood_is_answered_with_a_sentence_or_the_form(
    unit_a: Unit, alice: User, at_door: AtDoor, at: str
) -> None:
    browser = at_door(alice)

    answer = browser.get(browser.url("book"), {"agenda": unit_a.doctor.pk, "at": at})

    assert answer.status_code == (200 if at == "2026-11-26" else 400)


def test_short_gap_begins_with_a_kind_that_fits_and_says_how_much_is_free(unit_a: Unit, helene: User, at_door) -> None:
    day = workday(1)
    session = open_session(unit_a.doctor, day)
    short = KindFactory(establishment=unit_a.establishment, name="Short talk", default_minutes=10)
    appointment(unit_a.karim, session, unit_a.consultation, local(unit_a.establishment, day, 9, 10))
    browser = at_door(helene)
    at = local(unit_a.establishment, day, 9)

    page = browser.get(browser.url("book"), {"agenda": unit_a.doctor.pk, "at": at.isoformat()})
    typed = {"agenda": unit_a.doctor.pk, "kind": unit_a.consultation.pk, "person": unit_a.paul.pk}
    refused = browser.post(browser.url("book"), {**typed, "day": f"{day}", "time": "09:00"})

    assert page.context["form"]["kind"].value() == short.pk
    assert refused.status_code == 422
    assert "Only 10 minutes are free there." in refused.content.decode()


def test_panel_is_the_page_without_its_frame(unit_a: Unit, alice: User, at_door) -> None:
    open_session(unit_a.doctor, workday(1))
    browser, slot = at_door(alice), {"agenda": unit_a.doctor.pk, "at": f"{workday(1).isoformat()}T09:50"}

    page = browser.get(browser.url("book"), slot).content.decode()
    panel = browser.get(browser.url("book"), slot, headers=AS_PANEL).content.decode()

    assert "<html" in page
    assert "<html" not in panel
    for text in ('value="09:50"', "Called at 09:30."):
        assert text in page
        assert text in panel


def test_arrival_time_follows_what_is_chosen_and_nothing_is_booked(unit_a: Unit, alice: User, at_door) -> None:
    open_session(unit_a.doctor, workday(1))
    browser = at_door(alice)

    answer = browser.post(browser.url("book"), typed(unit_a, time="11:10", check="1"), headers=AS_PANEL)

    assert answer.status_code == 200
    assert "Called at 10:30." in answer.content.decode()
    assert Appointment.objects.count() == 0


def test_next_free_slots_of_any_colleague_of_the_discipline(unit_a: Unit, alice: User, colleague, at_door) -> None:
    open_session(unit_a.doctor, workday(3))
    open_session(colleague, workday(2))
    open_session(unit_a.psychiatrist, workday(1))
    browser = at_door(alice)

    own = book(browser, unit_a, find="1")
    any_one = book(browser, unit_a, find="any")
    chosen = any_one.context["proposals"][0]["value"]
    booked = book(browser, unit_a, slot=chosen)

    assert {one["slot"].agenda for one in own.context["proposals"]} == {unit_a.doctor}
    assert any_one.context["proposals"][0]["slot"].agenda == colleague
    assert "Dr Aubry" in any_one.content.decode()
    assert (own.status_code, any_one.status_code, booked.status_code) == (200, 200, 302)
    assert Appointment.objects.get().agenda == colleague


@pytest.mark.parametrize(("language", "words"), [("en", "Book an appointment"), ("fr", "Réserver un rendez-vous")])
def test_booking_speaks_both_languages(unit_a: Unit, alice: User, at_door: AtDoor, language: str, words: str) -> None:
    open_session(unit_a.doctor, workday())
    browser = at_door(alice)
    at = local(unit_a.establishment, workday(), 10, 30).isoformat()

    answer = browser.get(
        browser.url("book"),
        {"agenda": unit_a.doctor.pk, "at": at, "person": unit_a.paul.pk},
        headers={"accept-language": language},
    )

    assert words in answer.text
    assert "DURAND Paul" in answer.text
    assert 'value="10:30"' in answer.text


def test_panel_says_when_and_with_whom_and_names_the_slot_it_speaks_of(unit_a: Unit, alice: User, at_door) -> None:
    day = workday(1)
    open_session(unit_a.doctor, day)
    browser = at_door(alice)

    opened = browser.get(browser.url("book"), {"agenda": unit_a.doctor.pk, "at": f"{day}T09:50"}, headers=AS_PANEL).text
    changed = browser.post(browser.url("book"), typed(unit_a, time="10:10", check="1"), headers=AS_PANEL).text

    assert f'data-carehub-chosen="{unit_a.doctor.pk}|{day}T09:50"' in opened
    assert "09:50–10:10" in opened
    assert "Dr Leroy · " in opened
    assert f'data-carehub-chosen="{unit_a.doctor.pk}|{day}T10:10"' in changed
    assert "10:10–10:30" in changed


def test_booking_that_is_too_long_says_who_is_in_the_way_and_a_click_shortens_it(
    unit_a: Unit, alice: User, at_door
) -> None:
    day = workday(1)
    session = open_session(unit_a.doctor, day)
    appointment(unit_a.karim, session, unit_a.consultation, local(unit_a.establishment, day, 9, 50))
    browser = at_door(alice)

    refused = browser.post(browser.url("book"), typed(unit_a, time="09:30", minutes="45"), headers=AS_PANEL)
    said = refused.text

    assert refused.status_code == 422
    assert "Only 20 minutes are free there." in said
    assert "In the way: BENALI Karim, 09:50 to 10:10." in said
    assert "error-summary" not in said
    assert said.count("Only 20 minutes are free there.") == 1
    assert 'name="shorten"' in said
    done = book(browser, unit_a, time="09:30", minutes="45", shorten="20")
    assert done.status_code == 302
    assert Appointment.objects.get(detainee=unit_a.paul).ends_at == local(unit_a.establishment, day, 9, 50)


def test_refusal_about_the_person_stands_beside_the_person(unit_a: Unit, alice: User, colleague, at_door) -> None:
    day = workday(1)
    session = open_session(colleague, day)
    open_session(unit_a.doctor, day)
    appointment(unit_a.paul, session, unit_a.consultation, local(unit_a.establishment, day, 9, 50))
    browser = at_door(alice)

    asked = browser.post(browser.url("book"), typed(unit_a, check="1"), headers=AS_PANEL)
    knowing = asked.context["beside"].token
    answer = book(browser, unit_a, knowing=knowing)

    assert answer.status_code == 422
    assert answer.context["form"].errors.keys() == {"q"}
    assert answer.context["proposals"]
