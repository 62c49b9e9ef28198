"""Publication as care reads it: from when officers see a call, what waits, and sending it out at once."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from access.models import AuditEntry, User
from access.policy import give
from appointments.models import Appointment, Detainee, Movement, PublicationTime
from tests.appointments.care.pages import queries_of
from tests.conftest import Unit
from tests.doors import AtDoor
from tests.factories import DetaineeFactory, appointment, local, open_session
from tests.reading import words_at


def booked(unit: Unit, person: Detainee, day: date, hour: int, minute: int = 40) -> Appointment:
    at = local(unit.establishment, day, hour, minute)
    there = unit.doctor.sessions.filter(starts_at__lte=at, ends_at__gt=at).first()
    return appointment(person, there or open_session(unit.doctor, day, 8, 18), unit.consultation, at)


def test_confirmation_says_from_when_officers_see_the_call(
    unit_a: Unit, publication_day: date, helene: User, at_door: AtDoor
) -> None:
    browser, tomorrow = at_door(helene), publication_day + timedelta(days=1)

    def told(made: Appointment, day: date) -> str:
        return words_at(browser, f"/day/{day}?changed={made.pk}&as=booked")

    assert "On the officers’ list from 08:30." in told(
        booked(unit_a, unit_a.paul, publication_day, 10), publication_day
    )
    assert "On the officers’ list now." in told(booked(unit_a, unit_a.karim, publication_day, 8), publication_day)
    assert "On the officers’ list from 15:30." in told(booked(unit_a, unit_a.karim, tomorrow, 10), tomorrow)
    PublicationTime.objects.all().delete()
    assert "officers’ list" not in told(booked(unit_a, unit_a.paul, tomorrow, 14), tomorrow)


def test_cancellation_says_what_officers_see_of_it(
    unit_a: Unit, publication_day: date, helene: User, at_door: AtDoor
) -> None:
    browser = at_door(helene)
    waiting, seen = booked(unit_a, unit_a.paul, publication_day, 10), booked(unit_a, unit_a.karim, publication_day, 9)
    Movement.objects.filter(pk=seen.movement_id).update(visible_from=None)

    def told(made: Appointment) -> str:
        browser.post(f"/appointment/{made.pk}/cancel", {"cancel-revision": made.revision, "cancel-reason": "US_REPORT"})
        return words_at(browser, f"/day/{publication_day}?changed={made.pk}&as=cancelled")

    assert "Officers had not seen the call: nothing shows." in told(waiting)
    assert "The officers’ list shows the call as withdrawn from 08:30." in told(seen)


def test_day_tells_how_many_changes_wait_and_leads_to_publishing_them(
    unit_a: Unit, publication_day: date, alice: User, at_door: AtDoor, olga: User
) -> None:
    browser = at_door(alice)
    booked(unit_a, unit_a.paul, publication_day, 10)
    booked(unit_a, unit_a.karim, publication_day, 11)
    assert "2 to publish, out at " in words_at(browser, f"/day/{publication_day}")
    assert "All these changes concern one practitioner." in words_at(browser, "/lists")

    response = browser.post(f"/lists/{publication_day}/publish", follow=True)

    assert "Published. Officers see 2 changes." in response.content.decode()
    assert "to publish" not in words_at(browser, f"/day/{publication_day}")
    assert "DURAND Paul added" in words_at(at_door(olga), "/")
    assert AuditEntry.objects.filter(verb="publish", username="alice").count() == 1


def test_second_click_publishes_nothing_and_says_so(
    unit_a: Unit, publication_day: date, helene: User, at_door: AtDoor
) -> None:
    response = at_door(helene).post(f"/lists/{publication_day}/publish")

    assert response.status_code == 422
    assert "Nothing waits to be published on this list" in response.content.decode()


@pytest.mark.parametrize("day", ["2026-13-01", "yesterday", "%00"])
def test_day_that_is_no_day_is_not_found(day: str, publication_day: date, helene: User, at_door: AtDoor) -> None:
    assert at_door(helene).post(f"/lists/{day}/publish").status_code == 404


def test_clinician_is_not_offered_to_publish(unit_a: Unit, publication_day: date, bob: User, at_door: AtDoor) -> None:
    give(bob, "view_agenda", unit_a.doctor)
    booked(unit_a, unit_a.paul, publication_day, 10)

    assert "Publish now" not in words_at(at_door(bob), f"/day/{publication_day}")


@pytest.mark.parametrize("page", ["/day/{}", "/lists"])
def test_number_of_queries_does_not_grow_with_what_waits(
    page: str, unit_a: Unit, publication_day: date, helene: User, at_door: AtDoor
) -> None:
    browser, address = at_door(helene), page.format(publication_day)

    def queries(hours: range) -> int:
        for hour in hours:
            booked(
                unit_a,
                DetaineeFactory(establishment=unit_a.establishment, building=unit_a.building),
                publication_day,
                hour,
            )
        return queries_of(lambda: browser.get(address))

    browser.get(address)
    assert queries(range(9, 10)) == queries(range(10, 17))
