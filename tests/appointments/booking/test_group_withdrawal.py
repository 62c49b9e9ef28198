"""Withdrawing one practitioner's appointments together: what care is told before, and what officers see after."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, time, timedelta

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext

from access.models import User
from access.policy import give
from appointments.booking.exposure import WithdrawalGroup, to_withdraw
from appointments.models import Appointment, ConsultationSession, Movement, PublicationTime
from appointments.models.enums.appointment import CancelReason, Status
from tests.conftest import Unit
from tests.doors import DoorClient
from tests.factories import DetaineeFactory, appointment, local, open_session, shared_session, workday

TICK = "{0.pk}:{0.revision}"


def psychiatrists_morning(unit: Unit, *, people: int = 4, day: date | None = None) -> list[Appointment]:
    """So many people booked with the psychiatrist tomorrow from 8:30, half an hour each; the nurse's room is open."""
    day = day or workday()
    held = open_session(unit.psychiatrist, day, 8, 12)
    open_session(unit.doctor, day, 8, 12, slot_minutes=10)
    made = []
    for number in range(people):
        person = DetaineeFactory(establishment=unit.establishment, building=unit.building, cell=f"A-1-{number}")
        start = local(unit.establishment, day, 8, 30) + timedelta(minutes=30 * number)
        made.append(appointment(person, held, unit.psychiatry, start, minutes=30))
    return made


def shared_afternoon(unit: Unit, *, people: int) -> list[Appointment]:
    """So many people who share the psychiatrist's afternoon of tomorrow, half an hour each."""
    shared = shared_session(unit.psychiatrist, workday())
    persons = [DetaineeFactory(establishment=unit.establishment, building=unit.building) for _ in range(people)]
    return [appointment(one, shared, unit.psychiatry, shared.starts_at, minutes=180) for one in persons]


def asked(browser: DoorClient, unit: Unit, *, day: date | None = None) -> str:
    """The address of the psychiatrist's whole day."""
    shown = f"{day or workday()}"
    query = f"agenda={unit.psychiatrist.pk}&day={shown}&start=00:00&last={shown}&end=23:59"
    return f"{browser.url('withdraw')}?{query}"


def ticks(appointments: list[Appointment]) -> list[str]:
    return [TICK.format(Appointment.objects.get(pk=one.pk)) for one in appointments]


def choice(appointments: list[Appointment], how: str, **fields: object) -> dict[str, object]:
    return {"appointment": ticks(appointments), "how": how, "reason": CancelReason.UNIT_ABSENT, **fields}


def text(answer) -> str:
    return answer.content.decode()


@pytest.fixture
def head(helene: User, at_door: Callable[[User], DoorClient]) -> DoorClient:
    return at_door(helene)


def test_withdrawing_several_says_first_what_officers_would_learn(unit_a: Unit, head: DoorClient) -> None:
    psychiatrists_morning(unit_a)

    page = head.get(asked(head, unit_a))

    assert "4 lines would leave the officers’ list together." in text(page)
    assert "these people have the same practitioner" in text(page)
    assert "The discipline is a sensitive one." in text(page)
    assert "4 of 4 lines" in text(page)


def test_one_line_or_lines_that_nobody_has_seen_alarm_nobody(unit_a: Unit, head: DoorClient) -> None:
    psychiatrists_morning(unit_a, people=1)
    far = workday(9)
    psychiatrists_morning(unit_a, people=3, day=far)

    near, later = head.get(asked(head, unit_a)), head.get(asked(head, unit_a, day=far))

    assert "One line would leave the officers’ list." in text(near)
    assert "they would learn nothing" in text(later)


def test_line_that_another_appointment_keeps_does_not_count(unit_a: Unit, head: DoorClient) -> None:
    first, second, *_others = psychiatrists_morning(unit_a, people=2)
    for one in (first, second):
        if one == first:
            room = ConsultationSession.objects.get(agenda=unit_a.doctor)
            appointment(one.detainee, room, unit_a.consultation, one.ends_at)

    group = to_withdraw(
        Appointment.objects.select_related("agenda__establishment"),
        agenda=unit_a.psychiatrist,
        start=first.starts_at,
        end=second.ends_at,
    )

    assert [line.vanishes for line in group.lines] == [False, True]
    assert not group.alarms


def test_reception_by_a_colleague_leaves_the_officers_list_as_it_is(
    unit_a: Unit, head: DoorClient, olga: User, exports_open: None, at_door: Callable[[User], DoorClient]
) -> None:
    booked = psychiatrists_morning(unit_a)
    prison = at_door(olga)
    before = text(prison.get("/mouvements.csv?day=tomorrow"))
    fields = {"receiver": unit_a.doctor.pk, "kind": unit_a.consultation.pk}

    shown = head.post(asked(head, unit_a), choice(booked, "receive", show="1", **fields))
    done = head.post(asked(head, unit_a), choice(booked, "receive", **fields), follow=True)

    assert "Dr Leroy" in text(shown)
    assert "4 people are received by a colleague" in text(done)
    assert text(prison.get("/mouvements.csv?day=tomorrow")) == before
    old = Appointment.objects.filter(pk__in=[one.pk for one in booked])
    assert set(old.values_list("status", flat=True)) == {Status.CANCELLED}
    new = Appointment.objects.filter(agenda=unit_a.doctor, status=Status.BOOKED)
    assert sorted(new.values_list("called_at", flat=True)) == sorted(one.called_at for one in booked)


def test_reception_without_enough_places_keeps_the_others_booked_and_says_so(unit_a: Unit, head: DoorClient) -> None:
    booked = psychiatrists_morning(unit_a)
    # The room is free for one of them only: the others' arrival times are full.
    for hour, minute in ((8, 30), (8, 50), (9, 10), (9, 30), (9, 50), (10, 10), (10, 30)):
        stranger = DetaineeFactory(establishment=unit_a.establishment, building=unit_a.building)
        start = local(unit_a.establishment, workday(), hour, minute)
        if hour > 8:
            appointment(stranger, ConsultationSession.objects.get(agenda=unit_a.doctor), unit_a.consultation, start)
    fields = {"receiver": unit_a.doctor.pk, "kind": unit_a.consultation.pk}

    done = head.post(asked(head, unit_a), choice(booked, "receive", **fields), follow=True)

    assert "2 people are received by a colleague" in text(done)
    assert "2 had no place there and are still booked." in text(done)
    assert Appointment.objects.filter(agenda=unit_a.psychiatrist, status=Status.BOOKED).count() == 2


def test_withdrawing_anyway_needs_no_justification_and_takes_the_lines(unit_a: Unit, head: DoorClient) -> None:
    booked = psychiatrists_morning(unit_a)

    done = head.post(asked(head, unit_a), choice(booked, "withdraw"), follow=True)

    assert "4 appointments are cancelled." in text(done)
    assert not Movement.objects.exists()


def test_only_the_ticked_ones_are_withdrawn(unit_a: Unit, head: DoorClient) -> None:
    booked = psychiatrists_morning(unit_a)

    head.post(asked(head, unit_a), choice(booked[:1], "withdraw"))

    assert Appointment.objects.filter(status=Status.BOOKED).count() == 3


def test_batches_go_with_different_publications_and_people_get_a_new_time(
    unit_a: Unit, helene: User, at_door: Callable[[User], DoorClient]
) -> None:
    day, place = workday(3), unit_a.establishment
    for at in (time(6, 30), time(7, 30), time(15, 30)):
        PublicationTime.objects.create(establishment=place, at=at, since=day - timedelta(days=9))
    with time_machine.travel(local(place, day - timedelta(days=1), 9, 0)):
        booked = psychiatrists_morning(unit_a, day=day)
        open_session(unit_a.psychiatrist, day + timedelta(days=7), 8, 12)
    with time_machine.travel(local(place, day - timedelta(days=1), 16, 0)):
        head = at_door(helene)
        address, fields = asked(head, unit_a, day=day), choice(booked, "mix", book_again="on")

        shown = head.post(address, {**fields, "show": "1"})
        done = head.post(address, fields, follow=True)

    assert "One publication would take 2 of these lines at most" in text(shown)
    assert "4 appointments have a new time." in text(done)
    gone = Movement.objects.filter(expected_at__date=day).values_list("withdrawn_from", flat=True)
    assert sorted(gone) == sorted(local(place, day, hour, 30) for hour in (6, 6, 7, 7))
    moved = Appointment.objects.filter(pk__in=[one.pk for one in booked])
    assert {one.starts_at.date() for one in moved} == {day + timedelta(days=7)}


def test_people_of_a_shared_half_day_get_times_as_long_as_their_own_consultation(
    unit_a: Unit, head: DoorClient
) -> None:
    booked = shared_afternoon(unit_a, people=3)
    later = open_session(unit_a.psychiatrist, workday(3), 9, 11, start_minute=0, slot_minutes=10)

    shown = head.post(asked(head, unit_a), choice(booked, "mix", book_again="on", show="1"))
    done = head.post(asked(head, unit_a), choice(booked, "mix", book_again="on"), follow=True)

    assert [text(shown).count(f"{hour}, Dr Bob") for hour in ("09:00", "09:30", "10:00")] == [1, 1, 1]
    assert "3 appointments have a new time." in text(done)
    assert "cancelled" not in text(done)
    moved = Appointment.objects.filter(session=later, status=Status.BOOKED)
    assert {one.ends_at - one.starts_at for one in moved} == {timedelta(minutes=30)}
    assert {one.pk for one in moved} == {one.pk for one in booked}


def test_people_of_a_shared_half_day_get_the_places_of_the_next_ones(unit_a: Unit, head: DoorClient) -> None:
    booked = shared_afternoon(unit_a, people=3)
    next_ones = [shared_session(unit_a.psychiatrist, workday(days), capacity=2) for days in (3, 4)]

    done = head.post(asked(head, unit_a), choice(booked, "mix", book_again="on"), follow=True)

    assert "3 appointments have a new time." in text(done)
    assert [one.appointments.booked().count() for one in next_ones] == [2, 1]


def test_somebody_elses_change_meanwhile_is_told_and_nothing_is_withdrawn(unit_a: Unit, head: DoorClient) -> None:
    booked = psychiatrists_morning(unit_a)
    fields = choice(booked, "withdraw")
    Appointment.objects.filter(pk=booked[2].pk).update(revision=7)

    refused = head.post(asked(head, unit_a), fields)

    assert refused.status_code == 409
    assert "changed" in text(refused)
    assert Appointment.objects.filter(status=Status.BOOKED).count() == 4


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({"how": "receive"}, "Say who receives these people."),
        ({"how": "nonsense"}, "nonsense"),
        ({"how": "withdraw", "reason": "x"}, "x"),
        ({"how": "withdraw", "appointment": ["rubbish"]}, "Tick the appointments that you decide about."),
    ],
)
def test_wrong_choices_are_answered_with_a_sentence(
    unit_a: Unit, head: DoorClient, fields: dict[str, object], sentence: str
) -> None:
    booked = psychiatrists_morning(unit_a)

    refused = head.post(asked(head, unit_a), {**choice(booked, "withdraw"), **fields})

    assert refused.status_code == 422
    assert sentence in text(refused)
    assert Appointment.objects.filter(status=Status.BOOKED).count() == 4


@pytest.mark.parametrize(
    "query", ["agenda=x", "agenda=1&day=2026-13-01&start=1&last=&end=", "day=2026-11-25", "agenda=999999"]
)
def test_wrong_addresses_are_answered_with_the_form(unit_a: Unit, head: DoorClient, query: str) -> None:
    assert head.get(f"{head.url('withdraw')}?{query}").status_code == 422


def test_end_before_the_beginning_and_more_than_a_month_are_refused(unit_a: Unit, head: DoorClient) -> None:
    base = f"{head.url('withdraw')}?agenda={unit_a.psychiatrist.pk}&start=08:00&end=07:00&day=2026-12-01"

    assert "before the beginning" in text(head.get(f"{base}&last=2026-12-01"))
    assert "a month at most" in text(head.get(f"{base}&last=2027-12-01"))


def test_nurse_withdraws_only_where_she_books(unit_a: Unit, alice: User, at_door: Callable[[User], DoorClient]) -> None:
    psychiatrists_morning(unit_a)
    browser = at_door(alice)

    assert browser.get(asked(browser, unit_a)).status_code == 422
    give(alice, "book_agenda", unit_a.psychiatrist)
    assert browser.get(asked(browser, unit_a)).status_code == 200


def test_page_of_many_asks_as_few_questions_as_that_of_one(unit_a: Unit, head: DoorClient) -> None:
    def questions(people: int, day: date) -> int:
        booked = psychiatrists_morning(unit_a, people=people, day=day)
        address = asked(head, unit_a, day=day)
        fields = choice(booked, "receive", receiver=unit_a.doctor.pk, kind=unit_a.consultation.pk, show="1")
        head.post(address, fields)
        with CaptureQueriesContext(
            connection,
        ) as queries:
            head.post(address, fields)
        return len(queries)

    assert questions(2, workday(1)) == questions(6, workday(2))


def test_empty_group_has_nothing_to_tell() -> None:
    assert (WithdrawalGroup([]).told, WithdrawalGroup([]).alarms, WithdrawalGroup([]).by_day) == ([], False, [])
