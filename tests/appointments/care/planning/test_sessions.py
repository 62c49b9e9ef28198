"""The sessions of an agenda week by week: listed, changed, deleted, and who stands in the way."""

from __future__ import annotations

import pytest

from access.models import User
from appointments.models import ConsultationSession
from tests.conftest import Unit
from tests.factories import appointment, local, open_session, workday


def hours(day, **fields: str) -> dict[str, str]:
    return {"day": f"{day}", "mode": "fixed", "overbooking": "0", **fields}


def test_sessions_are_listed_by_week_changed_and_deleted(unit_a: Unit, helene: User, at_door) -> None:
    browser = at_door(helene)
    sessions = [open_session(unit_a.doctor, workday(days)) for days in (1, 8, 70)]
    address = browser.url("planning_agenda", unit_a.doctor.pk)

    page = browser.get(address)
    assert [len(found) for _week, found in page.context["weeks"]] == [1, 1]
    later = browser.get(address, {"from": f"{page.context['later']}"})
    assert [len(found) for _week, found in later.context["weeks"]] == [1]

    typed = hours(workday(1), start="10:00", end="11:30", slot_minutes="15")
    browser.post(browser.url("planning_session", sessions[0].pk), typed)
    browser.post(
        browser.url("planning_sessions_delete", unit_a.doctor.pk), {"session": [sessions[1].pk, sessions[2].pk]}
    )

    left = ConsultationSession.objects.get()
    assert (left.pk, left.starts_at) == (sessions[0].pk, local(unit_a.establishment, workday(1), 10))


def test_deleting_says_which_appointments_stand_in_the_way(unit_a: Unit, helene: User, at_door) -> None:
    browser, day = at_door(helene), workday(1)
    session = open_session(unit_a.doctor, day)
    appointment(unit_a.paul, session, unit_a.consultation, local(unit_a.establishment, day, 9))
    address = browser.url("planning_sessions_delete", unit_a.doctor.pk)

    refused = browser.post(address, {"session": [session.pk]})

    assert refused.status_code == 422
    assert "DURAND Paul" in refused.text
    for nonsense in ({}, {"session": "x"}, {"session": "9" * 40}):
        assert browser.post(address, nonsense).status_code == 422
    cut = browser.post(
        browser.url("planning_session", session.pk), hours(day, start="10:00", end="12:00", slot_minutes="20")
    )
    assert cut.status_code == 422
    assert "DURAND Paul" in cut.text


@pytest.mark.parametrize("day", ["2026-13-45", "0000-00-00", "99999-01-01", "0001-01-01", "9999-12-31", "x", "\0"])
def test_malformed_week_is_no_page(unit_a: Unit, helene: User, at_door, day: str) -> None:
    browser = at_door(helene)

    assert browser.get(browser.url("planning_agenda", unit_a.doctor.pk), {"from": day}).status_code == 404
