"""An urgent alert: on every open page until somebody has received it, and heard by whoever wants to hear it."""

from __future__ import annotations

from access.models import User
from appointments.models import Alert
from tests.appointments.care.pages import queries_of
from tests.conftest import Unit
from tests.doors import AtDoor
from tests.reading import words_of

HTMX = {"hx-request": "true"}


def alert(unit: Unit, urgency: str = "now", number: str = "") -> Alert:
    return Alert.objects.create(
        establishment=unit.establishment,
        building=unit.building,
        register_number=number or unit.paul.register_number,
        last_name="Durand",
        first_name="Paul",
        urgency=urgency,
    )


def test_band_is_there_until_the_alert_is_received_and_is_sent_only_when_it_changed(
    unit_a: Unit, alice: User, at_door: AtDoor
) -> None:
    browser, address = at_door(alice), at_door(alice).url("now")
    nothing = browser.get(address)
    assert nothing.text.strip() == ""

    raised = alert(unit_a)
    band = browser.get(address, headers={"if-none-match": nothing.headers["ETag"]})
    assert "DURAND Paul" in words_of(band.text)
    assert 'data-carehub-urgent="1"' in band.text
    assert browser.get(address, headers={"if-none-match": band.headers["ETag"]}).status_code == 304

    # From another page: its answer is the band, so that nothing typed there is lost.
    after = browser.post(browser.url("alert_received", raised.pk), headers=HTMX)
    assert (after.status_code, after.text.strip()) == (200, "")
    raised.refresh_from_db()
    assert raised.received_by == alice


def test_alert_for_later_today_takes_no_band_and_a_number_that_nobody_has_is_said(
    unit_a: Unit, alice: User, at_door: AtDoor
) -> None:
    browser = at_door(alice)
    alert(unit_a, "today")
    assert browser.get(browser.url("now")).text.strip() == ""

    alert(unit_a, number="999999")
    alert(unit_a)
    band = words_of(browser.get(browser.url("now")).text)
    assert "not on the nominal list" in band
    assert "1 more" in band

    alert(unit_a, number="999998")
    assert "2 autres" in words_of(browser.get(browser.url("now"), headers={"accept-language": "fr"}).text)


def test_asking_again_is_no_sign_of_life_and_costs_one_query_more_than_the_session(
    unit_a: Unit, alice: User, at_door: AtDoor
) -> None:
    browser = at_door(alice)
    address = browser.url("now")
    browser.get(address)

    none = queries_of(lambda: browser.get(address))
    alert(unit_a)
    few = queries_of(lambda: browser.get(address))
    for number in ("100001", "100002", "100003"):
        alert(unit_a, number=number)

    assert queries_of(lambda: browser.get(address)) == few
    assert few > none


def test_sound_is_a_choice_of_the_session(unit_a: Unit, alice: User, at_door: AtDoor) -> None:
    browser = at_door(alice)
    alert(unit_a)
    address = browser.url("now")
    assert "data-carehub-sound" not in browser.get(address).text

    browser.post(browser.url("alert_sound"), {"sound": "on"})
    assert "data-carehub-sound" in browser.get(address).text
    browser.post(browser.url("alert_sound"), {"sound": "off"})
    assert "data-carehub-sound" not in browser.get(address).text
