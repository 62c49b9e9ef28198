"""The day by scale: half-days, places, lanes; and what the page leaves out when its reader wants it so."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from access.models import User
from appointments.care.day.scale import Drawn, half_days_of
from appointments.models import Appointment, DayFilter
from tests.conftest import Unit
from tests.doors import AtDoor
from tests.factories import appointment, local, open_session, workday


def test_height_is_length_and_a_noon_parts_two_half_days(unit_a: Unit) -> None:
    place, day = unit_a.establishment, workday(1)
    sessions = [open_session(unit_a.doctor, day, 8, 12), open_session(unit_a.doctor, day, 13, 17)]
    booked = appointment(unit_a.paul, sessions[0], unit_a.consultation, local(place, day, 9, 10), minutes=20)

    drawn = Drawn([unit_a.doctor], sessions, [booked])
    morning, afternoon = half_days_of(drawn, zone=place.zone, now=timezone.now())

    [card] = [each for each in morning.columns[0].places if each.what == "card"]
    assert (card.at, card.minutes, card.classes) == (40, 20, "ah-0 am-40 lh-0 lm-20")
    assert (morning.minutes, afternoon.minutes) == (210, 210)
    assert [mark.at.hour for mark in morning.marks if mark.is_hour] == [9, 10, 11]
    assert [each.what for each in afternoon.columns[0].places] == ["open"]


def test_two_at_one_time_stand_beside_each_other(unit_a: Unit) -> None:
    place, day = unit_a.establishment, workday(1)
    session = open_session(unit_a.doctor, day)
    first = appointment(unit_a.paul, session, unit_a.consultation, local(place, day, 9, 0), minutes=20)
    # As an overbooked one would be; not written, for the database keeps two people apart.
    second = Appointment(agenda=unit_a.doctor, starts_at=first.starts_at, ends_at=first.ends_at, session=session)
    after = Appointment(
        agenda=unit_a.doctor, starts_at=first.ends_at, ends_at=first.ends_at + timedelta(minutes=5), session=session
    )

    [part] = half_days_of(Drawn([unit_a.doctor], [session], [first, second, after]), zone=place.zone, now=first.ends_at)

    cards = [each for each in part.columns[0].places if each.what == "card"]
    assert [(each.lane, each.lanes) for each in cards] == [(0, 2), (1, 2), (0, 1)]


def test_what_somebody_leaves_out_stays_out_on_every_day_and_for_them_alone(
    unit_a: Unit, alice: User, helene: User, at_door: AtDoor
) -> None:
    for day in (workday(1), workday(2)):
        for agenda in (unit_a.doctor, unit_a.psychiatrist):
            open_session(agenda, day)
    browser = at_door(alice)
    agendas = [unit_a.doctor.pk, unit_a.psychiatrist.pk]

    browser.post(browser.url("day_shown"), {"day": f"{workday(1)}", "offered": agendas, "agenda": [unit_a.doctor.pk]})

    assert browser.get(f"/day/{workday(2)}").context["listed"].agendas == [unit_a.doctor]
    head = at_door(helene).get(f"/day/{workday(2)}").context["listed"]
    assert head.agendas == [unit_a.doctor, unit_a.psychiatrist]
    # Every kind was left out with the form above: the cards stay, for their time is taken.
    assert DayFilter.objects.get(user=alice).without_kinds


@pytest.mark.parametrize("wrong", [{"agenda": ["x"]}, {"offered": ["999999"]}, {"kind": ["0"]}, {"day": "0000-00-00"}])
def test_choice_that_is_none_is_answered_with_a_sentence(
    unit_a: Unit, alice: User, at_door: AtDoor, wrong: dict[str, object]
) -> None:
    browser = at_door(alice)

    answer = browser.post(browser.url("day_shown"), {"day": f"{workday(1)}"} | wrong)

    assert answer.status_code == 400
    assert not DayFilter.objects.exists()


def test_database_keeps_one_short_choice_an_account(unit_a: Unit, alice: User) -> None:
    here = {"user": alice, "establishment": unit_a.establishment}
    DayFilter.objects.create(**here)

    for wrong in ({}, {"without_kinds": list(range(201))}):
        with pytest.raises(IntegrityError), transaction.atomic():
            DayFilter.objects.create(**here, **wrong)
