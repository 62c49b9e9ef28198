"""A form sent twice is done once, and both sendings are answered with what was done."""

from __future__ import annotations

import re
from collections.abc import Callable
from secrets import token_hex

import pytest
from django.test import Client

from access.models import User
from appointments.models import Appointment, Movement, Request
from tests.appointments.booking.test_race import all_at_once
from tests.appointments.prison.test_desk import morning, paul
from tests.conftest import Unit
from tests.doors import AtDoor, DoorClient
from tests.factories import open_session, workday

Fields = dict[str, str]
# Fixtures of the desk.
__all__ = ["morning", "paul"]


def booking(unit: Unit) -> Fields:
    day = workday(1)
    open_session(unit.doctor, day)
    return {
        "person": str(unit.paul.pk),
        "kind": str(unit.consultation.pk),
        "agenda": str(unit.doctor.pk),
        "day": f"{day:%Y-%m-%d}",
        "time": "09:30",
    }


def asking(unit: Unit) -> Fields:
    today = unit.establishment.today().isoformat()
    return {"person": str(unit.paul.pk), "within": "9", "source": "letter", "received_on": today}


def letter(unit: Unit) -> Fields:
    today = unit.establishment.today().isoformat()
    line = {"r0-person": str(unit.paul.pk), "r0-within": "9", "r0-source": "letter"}
    return {"save": "r0", "line": "r0", "received_on": today, **line}


FORMS: list[tuple[str, Callable[[Unit], Fields], int]] = [
    ("/book", booking, 302),
    ("/requests/new", asking, 302),
    ("/mail/line", letter, 200),
]


@pytest.mark.parametrize(("address", "fields", "status"), FORMS)
def test_second_sending_is_answered_like_the_first(
    unit_a: Unit, helene: User, at_door: AtDoor, address: str, fields: Callable[[Unit], Fields], status: int
) -> None:
    browser = at_door(helene)
    form = {**fields(unit_a), "carehub_form": token_hex(16)}

    first, second = browser.post(address, form), browser.post(address, form)

    assert (first.status_code, second.status_code) == (status, status)
    assert first.content == second.content
    assert first.headers.get("Location") == second.headers.get("Location")
    assert Appointment.objects.count() + Request.objects.count() == 1


def test_another_showing_of_the_form_is_another_form(unit_a: Unit, helene: User, at_door: AtDoor) -> None:
    browser = at_door(helene)
    form = booking(unit_a)

    statuses = [browser.post("/book", {**form, "carehub_form": token_hex(16)}).status_code for _showing in range(2)]

    assert statuses == [302, 422]


def test_a_refusal_is_not_kept(unit_a: Unit, helene: User, at_door: AtDoor) -> None:
    browser = at_door(helene)
    form = {**booking(unit_a), "time": "22:30", "carehub_form": token_hex(16)}
    refused = browser.post("/book", form).status_code

    open_session(unit_a.doctor, workday(1), 22, 23)

    assert (refused, browser.post("/book", form).status_code) == (422, 302)


def test_what_was_done_is_told_to_nobody_elses_session(unit_a: Unit, helene: User, bob: User, at_door: AtDoor) -> None:
    form = {**booking(unit_a), "carehub_form": token_hex(16)}
    first = at_door(helene).post("/book", form)

    second = at_door(bob).post("/book", form)

    assert first.status_code == 302
    assert second.status_code != 302
    assert Appointment.objects.count() == 1


def test_every_form_of_a_page_carries_a_word_of_its_own(unit_a: Unit, alice: User, at_door: AtDoor) -> None:
    browser = at_door(alice)
    page, again = (browser.get("/mail").content.decode() for _showing in range(2))
    words, later = (re.findall(r'name="carehub_form" value="([0-9a-f]{32})"', each) for each in (page, again))

    assert len(words) == page.count('name="csrfmiddlewaretoken"') > 1
    assert len(set(words)) == len(words)
    # Whoever knows the words of one showing can guess none of the next.
    [secret], [next_secret] = ({word[:28] for word in each} for each in (words, later))
    assert secret != next_secret


def test_the_message_of_what_was_done_is_said_by_the_second_answer(unit_a: Unit, alice: User, at_door: AtDoor) -> None:
    browser = at_door(alice)
    form = {**letter(unit_a), "carehub_form": token_hex(16)}
    browser.post("/mail", form)
    browser.cookies.pop("messages", None)

    said = browser.post("/mail", form, follow=True).content.decode()

    assert "1 line saved" in said
    assert Request.objects.count() == 1


def test_a_tap_sent_twice_and_undone_between_is_recorded_again(paul: Movement, olga: User, at_door: AtDoor) -> None:
    browser, word = at_door(olga), token_hex(16)

    def sent(seen: str, to: str) -> int:
        fields = {"tap": f"{seen}>{to}", "who": olga.pk, "next": "/board", "carehub_form": word}
        return browser.post(f"/line/{paul.pk}", fields).status_code

    taps = [("expected", "called"), ("expected", "called"), ("called", "expected"), ("expected", "called")]

    assert [sent(*each) for each in taps] == [302] * 4
    paul.refresh_from_db()
    assert paul.state == "called"


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(("address", "fields", "status"), FORMS[:2])
def test_two_sendings_at_the_same_moment_do_it_once_and_say_it_twice(
    unit_a: Unit, helene: User, address: str, fields: Callable[[Unit], Fields], status: int
) -> None:
    form = {**fields(unit_a), "carehub_form": token_hex(16)}

    def send(browser: Client) -> int:
        return browser.post(address, form).status_code

    assert all_at_once(helene, [send, send]) == {status: 2}
    assert Appointment.objects.count() + Request.objects.count() == 1


def test_a_word_that_is_none_is_left_alone(unit_a: Unit, alice: User) -> None:
    browser = DoorClient("care").sign_in(alice)

    for word in ("", "x" * 32, "a" * 5000, "\x00"):
        assert browser.post("/people", {"q": "durand", "carehub_form": word}).status_code == 302
