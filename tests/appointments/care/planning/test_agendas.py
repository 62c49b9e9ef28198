"""Agendas, kinds of consultation and rooms go out of use and come back."""

from __future__ import annotations

from access.models import User
from appointments.models import Agenda, Kind, Room
from tests.conftest import Unit
from tests.factories import appointment, local, open_session, workday


def test_retiring_an_agenda_says_who_is_still_expected(unit_a: Unit, helene: User, at_door) -> None:
    browser, day = at_door(helene), workday(1)
    appointment(unit_a.paul, open_session(unit_a.doctor, day), unit_a.consultation, local(unit_a.establishment, day, 9))

    refused = browser.post(browser.url("planning_agenda_retire", unit_a.doctor.pk))
    browser.post(browser.url("planning_agenda_retire", unit_a.psychiatrist.pk))

    assert refused.status_code == 422
    assert "DURAND Paul" in refused.text
    assert not Agenda.objects.get(pk=unit_a.psychiatrist.pk).is_active
    browser.post(browser.url("planning_agenda_resume", unit_a.psychiatrist.pk))
    assert Agenda.objects.get(pk=unit_a.psychiatrist.pk).is_active


def test_kinds_go_out_of_use_and_come_back(unit_a: Unit, helene: User, at_door) -> None:
    browser, key = at_door(helene), unit_a.consultation.pk

    browser.post(browser.url("planning_kind_retire", key))
    assert not Kind.objects.get(pk=key).is_active
    browser.post(browser.url("planning_kind_resume", key))
    assert Kind.objects.get(pk=key).is_active
    browser.post(browser.url("planning_kind_change", key), {"name": "Consultation", "default_minutes": "25"})
    assert Kind.objects.get(pk=key).default_minutes == 25


def test_rooms_are_kept_like_kinds(unit_a: Unit, helene: User, at_door) -> None:
    browser = at_door(helene)

    browser.post(browser.url("planning_room_new"), {"name": "Salle 1"})
    twice = browser.post(browser.url("planning_room_new"), {"name": "Salle 1"})
    room = Room.objects.get()
    browser.post(browser.url("planning_room_change", room.pk), {"name": "Salle 2"})
    browser.post(browser.url("planning_room_retire", room.pk))
    choices = browser.get(browser.url("planning_pattern_new", unit_a.doctor.pk))
    assert ">Salle 2</option>" not in choices.text
    browser.post(browser.url("planning_room_resume", room.pk))

    room.refresh_from_db()
    assert (twice.status_code, room.name, room.is_active) == (422, "Salle 2", True)
