"""One request, those of a person, those that wait, and whose they are not."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from access.models import User
from appointments.models import Request
from appointments.models.enums.request import RequestAnswer, RequestStatus, Source
from tests.appointments.care.pages import queries_of
from tests.conftest import Unit
from tests.factories import DetaineeFactory, RequestFactory, paris_day


def test_request_is_sorted_accepted_answered_closed_and_put_back(unit_a: Unit, alice: User, at_door) -> None:
    browser = at_door(alice)
    asked = RequestFactory(detainee=unit_a.paul, discipline="")

    unsorted = browser.post(browser.url("request_accept", asked.pk), {"revision": 1})
    assert unsorted.status_code == 422
    sort = {"sort-wanted": "general", "sort-priority": "1", "sort-within": "2", "sort-note": "", "sort-revision": "1"}
    browser.post(browser.url("request_sort", asked.pk), sort)
    browser.post(browser.url("request_accept", asked.pk), {"revision": 2})
    stale = browser.post(browser.url("request_sort", asked.pk), sort)
    assert stale.status_code == 409
    browser.post(browser.url("request_answer", asked.pk), {"answer-answer": "written", "answer-revision": "3"})
    asked.refresh_from_db()
    assert (asked.discipline, asked.within_days, asked.answer) == ("general", 2, RequestAnswer.WRITTEN)
    browser.post(browser.url("request_reopen", asked.pk), {"revision": 4})
    browser.post(browser.url("request_close", asked.pk), {"close-reason": "withdrawn", "close-revision": "5"})
    asked.refresh_from_db()
    assert asked.status == RequestStatus.CLOSED


def test_person_page_lists_requests_and_adds_one(unit_a: Unit, alice: User, at_door) -> None:
    browser = at_door(alice)
    address = browser.url("request_new")
    typed = {
        "person": unit_a.paul.pk,
        "wanted": "general",
        "within": "3",
        "source": "family",
        "note": "",
        "received_on": f"{paris_day()}",
    }

    assert "DURAND Paul" in browser.get(address, {"person": unit_a.paul.pk}).text
    browser.post(address, typed)
    twice = browser.post(address, typed)
    assert twice.status_code == 422
    browser.post(address, {**typed, "again": "join"})

    assert Request.objects.get().times_asked == 2
    assert "Family or lawyer" in browser.get(browser.url("person", unit_a.paul.pk)).text


def test_home_page_counts_what_waits(unit_a: Unit, alice: User, at_door) -> None:
    RequestFactory(detainee=unit_a.paul, discipline="")
    day = paris_day() - timedelta(days=20)
    RequestFactory(detainee=unit_a.karim, source=Source.ARRIVAL, received_on=day, triaged_at=timezone.now())

    to_do = at_door(alice).get("/").context["to_do"]

    assert (to_do.to_sort, to_do.overdue, to_do.arrivals) == (1, 1, 1)


def test_foreign_and_unseen_requests_do_not_exist(unit_a: Unit, unit_b: Unit, bob: User, at_door) -> None:
    browser = at_door(bob)
    unseen = RequestFactory(detainee=unit_a.paul, kind=unit_a.consultation)
    foreign = RequestFactory(detainee=unit_b.paul, discipline="")

    for asked in (unseen, foreign):
        assert browser.get(browser.url("request", asked.pk)).status_code == 404
        assert browser.get(browser.url("book"), {"request": asked.pk}).status_code == 404
        for verb in ("sort", "accept", "answer", "close", "reopen", "take"):
            assert browser.post(browser.url(f"request_{verb}", asked.pk), {"revision": 1}).status_code == 404
    assert browser.get(browser.url("request_new"), {"person": unit_b.paul.pk}).status_code == 404
    assert browser.get(browser.url("triage")).context["queue"].total == 0
    assert "Consultation" not in browser.get(browser.url("person", unit_a.paul.pk)).text


@pytest.mark.slow
def test_pages_ask_the_same_queries_for_ten_and_a_thousand_requests(unit_a: Unit, alice: User, at_door) -> None:
    browser = at_door(alice)

    def wait(number: int) -> None:
        people = [
            DetaineeFactory.build(establishment=unit_a.establishment, building=unit_a.building, last_name="Wait")
            for _each in range(number)
        ]
        for person in people:
            person.fill_search_text()
        type(people[0]).objects.bulk_create(people)
        Request.objects.bulk_create(
            RequestFactory.build(detainee=person, establishment=unit_a.establishment, kind=unit_a.consultation)
            for person in people
        )

    def queries() -> list[int]:
        addresses = ("/", "/triage", "/triage?show=sort", "/mail", "/decisions")
        typed = {"line": "r0", "r0-q": "wait"}
        return [
            *(queries_of(lambda address=address: browser.get(address)) for address in addresses),
            queries_of(lambda: browser.post("/mail/people", typed)),
        ]

    wait(10)
    queries()  # what is asked once and remembered
    few = queries()
    wait(990)

    assert queries() == few
    assert browser.get("/triage?page=20").context["queue"].page == 20
