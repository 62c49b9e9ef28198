"""The planning's pages at the care door, as the head of unit uses them and as others meet them."""

from __future__ import annotations

from datetime import time, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from access.models import User
from appointments.models import Agenda, ArrivalTime, ConsultationSession, Kind, Room, SessionPattern
from tests.appointments.neutrality.weeks import TUESDAY, called, past_day
from tests.conftest import Unit
from tests.factories import appointment, local, open_session, workday

AGENDA = {"name": "Dr Rey", "discipline": "dentistry", "position": "4", "owner": ""}
KIND = {"name": "Extraction", "discipline": "dentistry", "default_minutes": "30"}


def weekly(**fields: object) -> dict[str, object]:
    typed = {
        "weekdays": [str(number) for number in range(7)],
        "start": "09:00",
        "end": "12:00",
        "slot_minutes": "20",
        "mode": "fixed",
        "overbooking": "0",
        "rhythm": "every-1",
        "on_holidays": "on",
        "first": f"{workday(1)}",
        "last": f"{workday(14)}",
    }
    return {**typed, **fields}


def hours(day, **fields: str) -> dict[str, str]:
    return {"day": f"{day}", "mode": "fixed", "overbooking": "0", **fields}


def text(answer) -> str:
    return answer.content.decode()


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
    assert "Saved." in text(done)
    assert "14 sessions to come" in text(done)


def test_only_the_ticked_dates_are_opened(unit_a: Unit, helene: User, at_door) -> None:
    browser = at_door(helene)
    address = browser.url("planning_pattern_new", unit_a.doctor.pk)
    digest = browser.post(address, weekly()).context["plan"].digest

    none = browser.post(address, weekly(save="1", digest=digest, day=["2026-02-31", "x"]))
    stale = browser.post(address, weekly(save="1", digest="x", day=[f"{workday(1)}"]))
    assert (none.status_code, stale.status_code) == (422, 422)
    assert none.context["plan"].opened
    browser.post(address, weekly(save="1", digest=digest, day=[f"{workday(2)}", f"{workday(5)}", f"{workday(50)}"]))

    starts = ConsultationSession.objects.order_by("starts_at").values_list("starts_at", flat=True)
    assert list(starts) == [local(unit_a.establishment, workday(days), 9) for days in (2, 5)]


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
    assert "already an agenda of this name" in text(taken)
    assert 'value="Dr Leroy"' in text(taken)
    assert 'value="500"' in text(long)
    assert "the first arrival time is 08:30" in text(early)
    assert 'value="06:00"' in text(early)


def test_retiring_an_agenda_says_who_is_still_expected(unit_a: Unit, helene: User, at_door) -> None:
    browser, day = at_door(helene), workday(1)
    appointment(unit_a.paul, open_session(unit_a.doctor, day), unit_a.consultation, local(unit_a.establishment, day, 9))

    refused = browser.post(browser.url("planning_agenda_retire", unit_a.doctor.pk))
    browser.post(browser.url("planning_agenda_retire", unit_a.psychiatrist.pk))

    assert refused.status_code == 422
    assert "DURAND Paul" in text(refused)
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


def test_arrival_time_shows_whom_it_moves_before_it_changes(unit_a: Unit, helene: User, at_door) -> None:
    browser, day = at_door(helene), workday(1)
    appointment(
        unit_a.paul, open_session(unit_a.doctor, day), unit_a.consultation, local(unit_a.establishment, day, 9, 40)
    )
    address = browser.url("planning_arrivals")

    shown = browser.get(address, {"change": "remove", "at": "09:30"})
    assert "<strong>1 person</strong> will be called at another time." in text(shown)
    assert ArrivalTime.objects.filter(at=time(9, 30)).exists()
    done = browser.post(address, {"change": "remove", "at": "09:30"}, follow=True)

    assert "1 appointment is called at another time." in text(done)
    assert not ArrivalTime.objects.filter(establishment=unit_a.establishment, at=time(9, 30)).exists()


@pytest.mark.parametrize(
    "typed",
    [{}, {"change": "add", "at": "25:99"}, {"change": "swap", "at": "09:00"}, {"change": "add", "at": "08:30"}],
)
def test_impossible_arrival_time_is_refused_with_a_sentence(unit_a: Unit, helene: User, at_door, typed) -> None:
    browser = at_door(helene)

    for answer in (
        browser.get(browser.url("planning_arrivals"), typed),
        browser.post(browser.url("planning_arrivals"), typed),
    ):
        assert answer.status_code == 422
        assert "error-summary" in text(answer)
    assert ArrivalTime.objects.filter(establishment=unit_a.establishment).count() == 6


def test_needed_arrival_time_is_refused_with_the_appointments(unit_a: Unit, helene: User, at_door) -> None:
    browser, day = at_door(helene), workday(1)
    appointment(unit_a.paul, open_session(unit_a.doctor, day), unit_a.consultation, local(unit_a.establishment, day, 9))

    answer = browser.post(browser.url("planning_arrivals"), {"change": "remove", "at": "08:30"})

    assert answer.status_code == 422
    assert "DURAND Paul" in text(answer)


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
    assert "DURAND Paul" in text(refused)
    for nonsense in ({}, {"session": "x"}, {"session": "9" * 40}):
        assert browser.post(address, nonsense).status_code == 422
    cut = browser.post(
        browser.url("planning_session", session.pk), hours(day, start="10:00", end="12:00", slot_minutes="20")
    )
    assert cut.status_code == 422
    assert "DURAND Paul" in text(cut)


@pytest.mark.parametrize("day", ["2026-13-45", "0000-00-00", "99999-01-01", "0001-01-01", "9999-12-31", "x", "\0"])
def test_malformed_week_is_no_page(unit_a: Unit, helene: User, at_door, day: str) -> None:
    browser = at_door(helene)

    assert browser.get(browser.url("planning_agenda", unit_a.doctor.pk), {"from": day}).status_code == 404


def test_pages_ask_the_same_queries_however_much_is_planned(unit_a: Unit, helene: User, at_door) -> None:
    browser = at_door(helene)
    addresses = [browser.url("planning"), browser.url("planning_agenda", unit_a.doctor.pk)]
    open_session(unit_a.doctor, workday(1))

    def queries() -> list[int]:
        counts = []
        for address in addresses:
            with CaptureQueriesContext(connection) as seen:
                browser.get(address)
            counts.append(len(seen))
        return counts

    few = queries()
    for days in range(2, 40):
        open_session(unit_a.doctor, workday(days))
    for number in range(20):
        Agenda.objects.create(establishment=unit_a.establishment, name=f"Dr {number}", discipline="general")

    assert queries() == few


def test_pattern_over_booked_people_asks_on_its_page_and_does_as_told(unit_a: Unit, helene: User, at_door) -> None:
    browser = at_door(helene)
    new = browser.url("planning_pattern_new", unit_a.doctor.pk)
    plan = browser.post(new, weekly()).context["plan"]
    days = [f"{opening.day}" for opening in plan.opened]
    browser.post(new, weekly(save="1", digest=plan.digest, day=days))
    pattern = SessionPattern.objects.get()
    first = pattern.sessions.order_by("starts_at")[0]
    appointment(unit_a.paul, first, unit_a.consultation, first.starts_at)
    address = browser.url("planning_pattern", pattern.pk)

    shown = browser.post(address, weekly(start="10:00"))
    undecided = browser.post(address, weekly(start="10:00", save="1", digest=shown.context["plan"].digest))
    asked = shown.context["question"].digest
    done = browser.post(
        address,
        weekly(start="10:00", save="1", digest=shown.context["plan"].digest, asked=asked, decision="keep"),
        follow=True,
    )

    assert (shown.status_code, undecided.status_code, done.status_code) == (200, 422, 200)
    assert "1 appointment stands in sessions that would change or go." in text(shown)
    assert "DURAND Paul" in text(undecided)
    assert "changed by hand" in text(done)
    hours = {one.starts_at.astimezone(unit_a.establishment.zone).hour for one in pattern.sessions.all()}
    assert hours == {9, 10}


def test_pattern_page_says_what_the_list_would_tell(unit_a: Unit, helene: User, at_door) -> None:
    browser = at_door(helene)
    for week in range(1, 11):
        day = past_day(unit_a.establishment, TUESDAY) - timedelta(weeks=week)
        called(unit_a.paul, unit_a.psychiatry, unit_a.psychiatrist, day, "09:00")
        for at in ("09:05", "09:10", "09:15", "09:40", "10:40"):
            called(unit_a.karim, unit_a.consultation, unit_a.doctor, day, at)
    alone = weekly(weekdays=["3"], start="14:00", end="16:00", last="")

    page = browser.post(browser.url("planning_pattern_new", unit_a.psychiatrist.pk), alone)

    assert page.context["effect"].tells_more
    assert "A little more than now." in text(page)
    assert "Nobody else is called at these arrival times" in text(page)
    mixed = browser.post(
        browser.url("planning_pattern_new", unit_a.psychiatrist.pk), {**alone, "weekdays": ["1"], "start": "09:30"}
    )
    assert "At these arrival times are also called: General medicine." in text(mixed)


def test_pattern_without_a_past_says_that_there_is_nothing_to_measure(unit_a: Unit, helene: User, at_door) -> None:
    page = at_door(helene).post(f"/planning/agendas/{unit_a.doctor.pk}/patterns/new", weekly())

    assert "Too few consultations" in text(page)


@pytest.mark.parametrize("words", ["2026-02-31", "tomorrow", "2026-12-24 x"])
def test_exception_that_is_no_day_is_refused(unit_a: Unit, helene: User, at_door, words: str) -> None:
    browser = at_door(helene)

    answer = browser.post(browser.url("planning_pattern_new", unit_a.doctor.pk), weekly(except_dates=words))

    assert answer.status_code == 422
    assert "is no day" in text(answer)


def test_shared_pattern_needs_its_places(unit_a: Unit, helene: User, at_door) -> None:
    browser = at_door(helene)
    address = browser.url("planning_pattern_new", unit_a.doctor.pk)

    for wrong in ({"mode": "group"}, {"mode": "flexible", "capacity": "61"}, {"mode": "x"}, {"overbooking": "99"}):
        assert browser.post(address, weekly(**wrong)).status_code == 422


def test_rooms_are_kept_like_kinds(unit_a: Unit, helene: User, at_door) -> None:
    browser = at_door(helene)

    browser.post(browser.url("planning_room_new"), {"name": "Salle 1"})
    twice = browser.post(browser.url("planning_room_new"), {"name": "Salle 1"})
    room = Room.objects.get()
    browser.post(browser.url("planning_room_change", room.pk), {"name": "Salle 2"})
    browser.post(browser.url("planning_room_retire", room.pk))
    choices = browser.get(browser.url("planning_pattern_new", unit_a.doctor.pk))
    assert ">Salle 2</option>" not in text(choices)
    browser.post(browser.url("planning_room_resume", room.pk))

    room.refresh_from_db()
    assert (twice.status_code, room.name, room.is_active) == (422, "Salle 2", True)
