"""Drafts at the door: kept while one types, offered to the same person after the session, gone once it was sent."""

from __future__ import annotations

from uuid import uuid4

import pytest

from access.models import User
from appointments.models import Appointment, Draft
from tests.conftest import Unit
from tests.factories import open_session, workday

SENT = {"carehub_draft": "book"}


@pytest.fixture
def typed(unit_a: Unit) -> dict[str, object]:
    return {
        "q": "durand",
        "person": str(unit_a.paul.pk),
        "kind": unit_a.consultation.pk,
        "agenda": unit_a.doctor.pk,
        "day": workday(1).isoformat(),
        "time": "09:50",
    }


def test_what_was_typed_is_there_after_the_session_for_the_same_person_alone(
    unit_a: Unit, alice: User, emma: User, at_door, typed
) -> None:
    before = at_door(alice)
    said = before.post(before.url("draft", "book"), typed)
    before.post(before.url("access:sign_out"))

    back, other = at_door(alice), at_door(emma)
    offered = back.get(back.url("draft", "book")).text
    taken = back.post(back.url("draft_take", "book")).json()["fields"]

    assert "Draft kept at" in said.text
    assert "Begun and not sent" in offered
    assert ["q", ["durand"]] in taken
    assert ["time", ["09:50"]] in taken
    assert other.get(other.url("draft", "book")).text.strip() == ""
    assert other.post(other.url("draft_take", "book")).json() == {"fields": []}


def test_draft_goes_when_its_form_was_done_and_stays_when_it_was_refused_or_only_asked(
    unit_a: Unit, alice: User, at_door, typed
) -> None:
    open_session(unit_a.doctor, workday(1))
    browser = at_door(alice)
    browser.post(browser.url("draft", "book"), typed)

    refused = browser.post(browser.url("book"), typed | SENT | {"time": "13:00"})
    asked = browser.post(browser.url("book"), typed | SENT | {"find": "1"})
    assert (refused.status_code, asked.status_code, Draft.objects.count()) == (422, 200, 1)

    done = browser.post(browser.url("book"), typed | SENT)
    assert (done.status_code, Draft.objects.count()) == (302, 0)
    assert Appointment.objects.count() == 1


def test_draft_of_one_person_is_not_offered_for_another(unit_a: Unit, alice: User, at_door) -> None:
    browser = at_door(alice)
    of_paul, of_karim = (browser.url("draft", f"request-{each.pk}") for each in (unit_a.paul, unit_a.karim))

    browser.post(of_paul, {"note": "asked twice"})

    assert "Begun and not sent" in browser.get(of_paul).text
    assert browser.get(of_karim).text.strip() == ""


def test_discarded_draft_is_gone_and_an_unknown_form_keeps_nothing(unit_a: Unit, alice: User, at_door) -> None:
    browser = at_door(alice)
    browser.post(browser.url("draft", "book"), {"q": "durand"})

    assert browser.post(browser.url("draft_drop", "book")).status_code == 204
    for form in ("anything", f"book-{uuid4()}-x", "x" * 70):
        assert browser.post(browser.url("draft", form), {"q": "durand"}).status_code == 404
    assert Draft.objects.count() == 0
