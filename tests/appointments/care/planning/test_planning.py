"""The planning as a whole: a unit sets itself up, others are kept out, it asks few questions."""

from __future__ import annotations

import pytest

from access.models import User
from appointments.models import Agenda, ConsultationSession, Kind
from tests.appointments.care.pages import queries_of
from tests.appointments.care.planning.typed import AGENDA, KIND, weekly
from tests.conftest import Unit
from tests.factories import open_session, workday


def test_new_unit_sets_itself_up_with_these_pages(unit_a: Unit, helene: User, at_door) -> None:
    browser = at_door(helene)

    browser.post(browser.url("planning_agenda_new"), AGENDA)
    browser.post(browser.url("planning_kind_new"), KIND)
    agenda = Agenda.objects.get(name="Dr Rey")
    address = browser.url("planning_pattern_new", agenda.pk)
    shown = browser.post(address, weekly())
    plan = shown.context["plan"]
    days = [f"{opening.day}" for opening in plan.opened]
    done = browser.post(address, weekly(save="1", digest=plan.digest, day=days), follow=True)

    assert Kind.objects.get(name="Extraction").default_minutes == 30
    assert ConsultationSession.objects.filter(agenda=agenda).count() == 14
    assert "Saved." in done.text
    assert "14 sessions to come" in done.text


@pytest.mark.parametrize("name", ["alice", "bob"])
def test_planning_is_closed_to_everybody_else(unit_a: Unit, at_door, request, name: str) -> None:
    browser = at_door(request.getfixturevalue(name))
    session = open_session(unit_a.doctor, workday(1))

    for address in (
        browser.url("planning"),
        browser.url("planning_agenda", unit_a.doctor.pk),
        browser.url("planning_pattern_new", unit_a.doctor.pk),
        browser.url("planning_session", session.pk),
        browser.url("planning_arrivals"),
    ):
        assert browser.get(address).status_code == 403


def test_rows_of_another_unit_do_not_exist(unit_a: Unit, unit_b: Unit, helene: User, at_door) -> None:
    browser, session = at_door(helene), open_session(unit_b.doctor, workday(1))

    for name, key in (
        ("planning_agenda", unit_b.doctor.pk),
        ("planning_agenda_change", unit_b.doctor.pk),
        ("planning_pattern_new", unit_b.doctor.pk),
        ("planning_session", session.pk),
        ("planning_kind_change", unit_b.consultation.pk),
        ("planning_agenda", 10**30),
    ):
        assert browser.get(browser.url(name, key)).status_code == 404
    for name, key in (
        ("planning_agenda_retire", unit_b.doctor.pk),
        ("planning_agenda_resume", unit_b.doctor.pk),
        ("planning_sessions_delete", unit_b.doctor.pk),
        ("planning_kind_retire", unit_b.consultation.pk),
        ("planning_kind_resume", unit_b.consultation.pk),
    ):
        assert browser.post(browser.url(name, key)).status_code == 404


def test_wrong_form_keeps_what_was_typed(unit_a: Unit, helene: User, at_door) -> None:
    browser = at_door(helene)

    taken = browser.post(browser.url("planning_agenda_new"), {**AGENDA, "name": "Dr Leroy"})
    long = browser.post(browser.url("planning_kind_new"), {**KIND, "default_minutes": "500"})
    empty = browser.post(browser.url("planning_kind_new"), {})
    early = browser.post(browser.url("planning_pattern_new", unit_a.doctor.pk), weekly(start="06:00"))

    assert [answer.status_code for answer in (taken, long, empty, early)] == [422] * 4
    assert "already an agenda of this name" in taken.text
    assert 'value="Dr Leroy"' in taken.text
    assert 'value="500"' in long.text
    assert "the first arrival time is 08:30" in early.text
    assert 'value="06:00"' in early.text


def test_pages_ask_the_same_queries_however_much_is_planned(unit_a: Unit, helene: User, at_door) -> None:
    browser = at_door(helene)
    addresses = [browser.url("planning"), browser.url("planning_agenda", unit_a.doctor.pk)]
    open_session(unit_a.doctor, workday(1))

    def queries() -> list[int]:
        return [queries_of(lambda address=address: browser.get(address)) for address in addresses]

    few = queries()
    for days in range(2, 40):
        open_session(unit_a.doctor, workday(days))
    for number in range(20):
        Agenda.objects.create(establishment=unit_a.establishment, name=f"Dr {number}", discipline="general")

    assert queries() == few
