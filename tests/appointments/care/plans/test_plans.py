"""The head of unit says who could come when, asks for plans, reads them and does one, step by step."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import time
from html import unescape
from io import StringIO
from urllib.parse import parse_qs, urlsplit

import pytest
from django.core.management import CommandError, call_command
from django.db import DatabaseError, IntegrityError, connection, transaction
from django.utils import timezone

from access.models import User
from appointments.models import AgendaHours, ArrivalTime, PlanSearch, SessionPattern
from appointments.models.enums.plan import SearchState
from appointments.plans.asking import ask_for_plans
from tests.appointments.neutrality.weeks import FRIDAY, MONDAY, WEDNESDAY, called, past_day, people
from tests.appointments.plans.searches import FIGURES, finished
from tests.conftest import Unit
from tests.doors import DoorClient, through
from tests.factories import pattern_of

Door = Callable[[User], DoorClient]
MORNINGS = ["0", "2", "4", "6", "8"]
WEEKS = 8


def weekly(unit: Unit) -> None:
    """Eight weeks: the doctor on Monday and Wednesday, the psychiatrist alone on Friday."""
    crowd = people(unit.establishment, 12)
    for week in range(1, WEEKS + 1):
        for weekday in (MONDAY, WEDNESDAY):
            for seat in range(4):
                day = past_day(unit.establishment, weekday, weeks_ago=week)
                person = crowd[(week + seat + weekday) % 12]
                called(person, unit.consultation, unit.doctor, day, f"09:{10 + 5 * seat}")
        day = past_day(unit.establishment, FRIDAY, weeks_ago=week)
        for seat in range(2):
            called(crowd[seat], unit.psychiatry, unit.psychiatrist, day, f"09:{10 + 5 * seat}")
    rule = "FREQ=WEEKLY;INTERVAL=1;BYDAY={};WKST=MO"
    begun = past_day(unit.establishment, MONDAY, weeks_ago=WEEKS)
    pattern_of(unit.doctor, rule=rule.format("MO,WE"), first=begun)
    pattern_of(unit.psychiatrist, rule=rule.format("FR"), first=begun)


def test_from_what_people_can_to_a_plan_that_is_done(unit_a: Unit, helene: User, at_door: Door) -> None:
    weekly(unit_a)
    head = at_door(helene)
    for agenda, typed in (
        (unit_a.psychiatrist, {"half_days": MORNINGS, "every": "1", "may_move": "on"}),
        (unit_a.doctor, {"half_days": ["0", "4"], "every": "1"}),
    ):
        assert head.post(head.url("plans_agenda", agenda.pk), typed).status_code == 302
    assert "Monday morning" in head.get(head.url("plans_possible")).text

    waiting = head.post(head.url("plans_ask"), follow=True)
    assert "The search begins within five minutes." in waiting.text
    out = StringIO()
    call_command("propose_plans", stdout=out)
    assert "MAA" in out.getvalue()
    shown = head.get(head.url("plans")).text
    assert "All who may change days do" in shown
    assert "Dr Bob" in shown
    assert "16 of 16" in shown

    search = PlanSearch.objects.get()
    number = next(n for n, each in enumerate(search.found["proposals"]) if each["level"] == "within")
    page = head.get(head.url("plans_proposal", search.pk, number)).text
    assert "<strong>Dr Bob</strong> changes" in page
    follow_steps(head, page)

    done = head.get(head.url("plans_proposal", search.pk, number)).text
    assert "planning/agendas" not in done
    assert "planning/patterns" not in done
    weekdays = {code for one in SessionPattern.objects.filter(agenda=unit_a.psychiatrist, last=None)
                for code in re.findall("[A-Z]{2}(?=[,;])", one.rule.split("BYDAY=")[1])}  # fmt: skip
    assert weekdays <= {"MO", "WE"}


def follow_steps(head: DoorClient, page: str) -> None:
    """Open each link of the psychiatrist's steps, and save the form as it stands there."""
    for address in re.findall(r'href="(/planning/(?:patterns|agendas)/[^"]+)"', page):
        form = head.get(unescape(address))
        assert form.status_code == 200
        proposed = parse_qs(urlsplit(unescape(address)).query)
        typed = {"mode": "fixed", "overbooking": "0", "slot_minutes": "20", **as_it_stands(form.text), **proposed}
        shown = head.post(unescape(address), typed)
        assert shown.status_code == 200, shown.text
        digest = re.search(r'name="digest"\s+value="([^"]*)"', shown.text)
        assert digest is not None
        days = re.findall(r'name="day"\s+value="([^"]+)"', shown.text)
        saved = head.post(unescape(address), {**typed, "save": "1", "digest": digest[1], "day": days})
        assert saved.status_code == 302, saved.text


def as_it_stands(text: str) -> dict[str, object]:
    values: dict[str, object] = {
        name: value
        for tag in re.findall(r"<input[^>]*>", text)
        if (name := attribute(tag, "name")) in {"start", "end", "first", "last"} and (value := attribute(tag, "value"))
    }
    values["weekdays"] = [
        attribute(tag, "value")
        for tag in re.findall(r"<input[^>]*>", text)
        if attribute(tag, "name") == "weekdays" and "checked" in tag
    ]
    chosen = re.search(r'<option value="([^"]*)"[^>]*selected', text)
    values["rhythm"] = chosen[1] if chosen else "every-1"
    return values


def attribute(tag: str, name: str) -> str:
    found = re.search(rf'\b{name}="([^"]*)"', tag)
    return found[1] if found else ""


def test_a_proposal_shows_before_and_after_and_ticks_what_is_so(unit_a: Unit, helene: User, at_door: Door) -> None:
    ArrivalTime.objects.filter(establishment=unit_a.establishment).delete()
    for at in (time(9, 30), time(10), time(10, 30)):
        ArrivalTime.objects.create(establishment=unit_a.establishment, at=at)
    search, head = finished(unit_a, helene), at_door(helene)

    page = head.get(head.url("plans_proposal", search.pk, 0)).text
    assert "9 of 50" in page
    assert "0 of 50" in page
    assert "Each person called waits 3 minutes longer on average." in page
    assert "People are called on 10 % fewer days" in page
    assert "Nobody is asked to change days." in page
    assert "change=remove&amp;at=10:30" in page

    ArrivalTime.objects.filter(at=time(10, 30)).delete()
    assert "change=remove" not in head.get(head.url("plans_proposal", search.pk, 0)).text


def test_the_head_reads_what_keeps_the_limits_and_what_forbids_less(unit_a: Unit, helene: User, at_door: Door) -> None:
    bounds = {"lift": 8.44, "discipline": "infectious", "information": 0.37, "alone": 0, "few": 2, "days": 240}
    search = finished(unit_a, helene, bounds=bounds, missed=[], figures=FIGURES | {"count_auc": 0.866})
    head = at_door(helene)

    assert "within all limits" in head.get(head.url("plans")).text
    page = head.get(head.url("plans_proposal", search.pk, 0)).text
    assert "at least 8.4 times as often as on average" in page
    assert "2 calls for something sensitive are in half-days" in page
    assert "picks the followed one of two 87 times out of 100" in page
    assert "at most 40 % of the days of call" in page


def test_what_nobody_can_keep_is_said_with_the_name(unit_a: Unit, helene: User, at_door: Door) -> None:
    weekly(unit_a)
    SessionPattern.objects.filter(agenda=unit_a.psychiatrist).update(rule="FREQ=WEEKLY;INTERVAL=1;BYDAY=TH,FR;WKST=MO")
    AgendaHours.objects.create(
        establishment=unit_a.establishment, agenda=unit_a.psychiatrist, half_days=[8], may_move=True
    )
    ask_for_plans(unit_a.establishment, by=helene)
    call_command("propose_plans", stdout=StringIO())
    head = at_door(helene)
    assert "Dr Bob holds 2 half-days in one week and could come on 1." in head.get(head.url("plans")).text


def test_a_unit_that_called_nobody_reads_why_there_is_no_plan(unit_a: Unit, helene: User, at_door: Door) -> None:
    ask_for_plans(unit_a.establishment, by=helene)
    call_command("propose_plans", stdout=StringIO())
    head = at_door(helene)
    assert "Nobody was called in the last half-year" in head.get(head.url("plans")).text
    # It may be asked for again.
    head.post(head.url("plans_ask"))
    assert PlanSearch.objects.filter(state=SearchState.ASKED).count() == 1


def test_asking_twice_is_asking_once(unit_a: Unit, helene: User, at_door: Door) -> None:
    head = at_door(helene)
    for _time in range(2):
        head.post(head.url("plans_ask"))
    assert PlanSearch.objects.count() == 1


@pytest.mark.parametrize(
    "typed",
    [
        {},
        {"half_days": ["14"], "every": "1"},
        {"half_days": ["-1"], "every": "1"},
        {"half_days": ["x"], "every": "1"},
        {"half_days": ["0"], "every": "5"},
        {"half_days": ["0"], "every": ""},
    ],
)
def test_impossible_half_days_are_refused_with_a_sentence(
    unit_a: Unit, helene: User, at_door: Door, typed: dict[str, object]
) -> None:
    head = at_door(helene)
    answer = head.post(head.url("plans_agenda", unit_a.doctor.pk), typed)
    assert answer.status_code == 422
    assert "error-summary" in answer.text
    assert not AgendaHours.objects.exists()


@pytest.mark.parametrize("typed", ["0", "201", "-3", "many", "9" * 30])
def test_impossible_numbers_of_people_are_refused_and_kept_in_the_form(
    unit_a: Unit, helene: User, at_door: Door, typed: str
) -> None:
    head = at_door(helene)
    answer = head.post(head.url("plans_brought"), {"at_0930": typed})
    assert answer.status_code == 422
    assert typed in answer.text
    assert not ArrivalTime.objects.filter(most_people__isnull=False).exists()


def test_people_whom_officers_bring_are_kept(unit_a: Unit, helene: User, at_door: Door) -> None:
    head = at_door(helene)
    assert head.post(head.url("plans_brought"), {"at_0930": "12"}).status_code == 302
    assert ArrivalTime.objects.get(establishment=unit_a.establishment, at=time(9, 30)).most_people == 12
    assert 'value="12"' in head.get(head.url("plans_possible")).text


@pytest.mark.parametrize("number", [0, 1, 999999])
def test_proposals_of_another_unit_and_unknown_ones_are_not_there(
    unit_a: Unit, unit_b: Unit, helene: User, at_door: Door, number: int
) -> None:
    search, head = finished(unit_b, helene), at_door(helene)
    own = finished(unit_a, helene)
    for key, one in ((search.pk, number), (own.pk, max(1, number)), (10**30, 0)):
        assert head.get(head.url("plans_proposal", key, one)).status_code == 404


def test_only_the_head_of_unit_has_these_pages(
    unit_a: Unit, alice: User, bob: User, oscar: User, ada: User, helene: User, at_door: Door
) -> None:
    search = finished(unit_a, helene)
    paths = ["/plans/", "/plans/possible", f"/plans/possible/{unit_a.doctor.pk}", f"/plans/searches/{search.pk}/0"]
    for user in (alice, bob):
        assert {at_door(user).get(path).status_code for path in paths} == {403}
        assert at_door(user).post("/plans/ask").status_code == 403
    for user in (oscar, ada):
        assert {at_door(user).get(path).status_code for path in paths} == {404}
    assert PlanSearch.objects.count() == 1


def test_whatever_an_address_proposes_is_judged_when_it_is_sent(unit_a: Unit, helene: User, at_door: Door) -> None:
    head = at_door(helene)
    address = head.url("planning_pattern_new", unit_a.doctor.pk)
    for query in (
        "?first=9999-99-99&start=x&weekdays=77&room=zz&rhythm=q",
        "?weekdays=1&rhythm=every-16&first=2027-01-05",
    ):
        assert head.get(address + query).status_code == 200
        assert head.post(address + query, {"first": "x"}).status_code == 422
    assert not SessionPattern.objects.exists()


def test_the_database_keeps_searches_and_half_days_in_order(unit_a: Unit, unit_b: Unit, helene: User) -> None:
    ask_for_plans(unit_a.establishment, by=helene)
    with pytest.raises(IntegrityError), transaction.atomic():
        PlanSearch.objects.create(establishment=unit_a.establishment, asked_by=helene)
    for wrong in ({"half_days": [14]}, {"half_days": []}, {"half_days": [1], "every": 5}):
        with pytest.raises(IntegrityError), transaction.atomic():
            AgendaHours.objects.create(establishment=unit_a.establishment, agenda=unit_a.doctor, **wrong)
    other = AgendaHours(establishment=unit_b.establishment, agenda=unit_a.doctor, half_days=[1])
    with pytest.raises(IntegrityError), transaction.atomic():
        save_at_once(other)


def save_at_once(row: AgendaHours) -> None:
    """Save with the constraints that otherwise wait for the end of the transaction."""
    row.save()
    connection.check_constraints()


def test_a_door_reads_what_was_found_and_writes_none_of_it(unit_a: Unit, helene: User) -> None:
    search = finished(unit_a, helene)
    with through("care"):
        assert PlanSearch.objects.get(pk=search.pk).progress == 100
        for change in ({"found": {}}, {"finished_at": timezone.now()}):
            with pytest.raises(DatabaseError), transaction.atomic():
                PlanSearch.objects.filter(pk=search.pk).update(**change)
    for door in ("accounts", "courier"):
        with through(door), pytest.raises(DatabaseError), transaction.atomic():
            PlanSearch.objects.exists()


def test_the_command_measures_and_changes_nothing(unit_a: Unit) -> None:
    weekly(unit_a)
    out = StringIO()
    call_command("neutrality_plans", "--establishment", "maa", stdout=out)
    assert "nobody" in out.getvalue()
    assert not PlanSearch.objects.exists()
    with pytest.raises(CommandError, match="MAA"):
        call_command("neutrality_plans", "--establishment", "ZZZ")
