"""The waiting-room board: where everybody is, one click each, what officers say, and how it stays fresh."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
import time_machine

from access.models import AuditEntry, Session, User
from appointments import booking
from appointments.care.waiting_room.layout import WaitingRoom, Whereabouts, read_waiting_room
from appointments.models import Agenda, Appointment
from appointments.models.enums.appointment import NotComeReason, Status
from appointments.models.enums.movement import MovementState
from appointments.rights import Rights
from tests.appointments.booking.life import cancel, do, floor_says
from tests.appointments.care.open_page.asking import address, ask, long_ago
from tests.appointments.care.pages import queries_of
from tests.conftest import Unit
from tests.doors import AtDoor
from tests.factories import DetaineeFactory, appointment, local, open_session


def places(board: WaitingRoom) -> dict[str, list[str]]:
    """Who stands where."""
    return {
        column.place: [entry.appointment.detainee.last_name for entry in column.entries]
        for column in board.columns
        if column.entries
    }


@pytest.fixture
def at_ten_fifty(unit_a: Unit, at_nine_forty: Appointment) -> Appointment:
    """Karim is expected today at 10:50, called at 10:30."""
    day = at_nine_forty.starts_at.astimezone(unit_a.establishment.zone).date()
    assert at_nine_forty.session is not None
    return appointment(
        unit_a.karim, at_nine_forty.session, unit_a.consultation, local(unit_a.establishment, day, 10, 50)
    )


def test_board_shows_who_is_late_and_who_is_expected(
    unit_a: Unit, at_nine_forty: Appointment, at_ten_fifty: Appointment, alice: User
) -> None:
    board = read_waiting_room(Rights(alice, unit_a.establishment))

    [column] = [column for column in board.columns if column.entries]
    late, expected = column.entries
    assert column.place == Whereabouts.NOT_HERE
    assert (late.appointment.detainee, late.is_late, late.minutes) == (unit_a.paul, True, 20)
    assert (expected.appointment.detainee, expected.is_late, expected.minutes) == (unit_a.karim, False, None)


def test_person_goes_from_place_to_place(unit_a: Unit, at_nine_forty: Appointment, alice: User) -> None:
    seen = []
    steps: list[Callable[[], object]] = [
        lambda: floor_says(at_nine_forty.movement, MovementState.CALLED),
        lambda: floor_says(at_nine_forty.movement, MovementState.LEFT),
        lambda: do(booking.arrive, alice, at_nine_forty),
        lambda: do(booking.start, alice, at_nine_forty),
        lambda: do(booking.record_seen, alice, at_nine_forty),
    ]
    for step in steps:
        step()
        [place] = places(read_waiting_room(Rights(alice, unit_a.establishment)))
        seen.append(place)

    assert seen == [
        Whereabouts.ON_THE_WAY,
        Whereabouts.ON_THE_WAY,
        Whereabouts.WAITING,
        Whereabouts.IN_CONSULTATION,
        Whereabouts.DONE,
    ]


def test_waiting_time_counts_from_the_arrival_and_who_waits_longest_stands_first(
    unit_a: Unit, at_nine_forty: Appointment, at_ten_fifty: Appointment, alice: User, ten_o_clock: datetime
) -> None:
    do(booking.arrive, alice, at_ten_fifty)
    with time_machine.travel(ten_o_clock + timedelta(minutes=5), tick=False):
        do(booking.arrive, alice, at_nine_forty)
    with time_machine.travel(ten_o_clock + timedelta(minutes=17), tick=False):
        board = read_waiting_room(Rights(alice, unit_a.establishment))

    [waiting] = [column for column in board.columns if column.place == Whereabouts.WAITING]
    assert [(e.appointment.detainee, e.minutes) for e in waiting.entries] == [(unit_a.karim, 17), (unit_a.paul, 12)]


def test_impediment_that_an_officer_records_stands_on_the_board_at_once(
    at_nine_forty: Appointment, alice: User, at_door: AtDoor
) -> None:
    floor_says(at_nine_forty.movement, MovementState.IMPEDED, NotComeReason.VISIT)
    browser = at_door(alice)

    answer = browser.get(browser.url("waiting_room"))

    assert "Not brought: Visit, lawyer" in " ".join(answer.text.split())


def test_board_holds_only_agendas_in_view_and_no_cancelled_appointment(
    unit_a: Unit, at_nine_forty: Appointment, at_ten_fifty: Appointment, alice: User, bob: User, chloe: User
) -> None:
    cancel(alice, at_ten_fifty)

    assert places(read_waiting_room(Rights(alice, unit_a.establishment))) == {Whereabouts.NOT_HERE: ["Durand"]}
    assert places(read_waiting_room(Rights(bob, unit_a.establishment))) == {}
    assert places(read_waiting_room(Rights(chloe, unit_a.establishment))) == {}


def test_practitioner_shows_his_own_patients_only(
    unit_a: Unit, at_nine_forty: Appointment, helene: User, ten_o_clock: datetime
) -> None:
    Agenda.objects.filter(pk=unit_a.psychiatrist.pk).update(owner=helene)
    session = open_session(unit_a.psychiatrist, ten_o_clock.date())
    appointment(unit_a.karim, session, unit_a.psychiatry, local(unit_a.establishment, ten_o_clock.date(), 11))

    karim, paul = unit_a.karim.last_name, unit_a.paul.last_name
    for only, expected in {"": [paul, karim], "mine": [karim], str(unit_a.doctor.pk): [paul], "x": []}.items():
        found = places(read_waiting_room(Rights(helene, unit_a.establishment), only=only))
        assert found.get(Whereabouts.NOT_HERE, []) == expected


# --- One click --------------------------------------------------------------------------------------


def test_every_button_of_the_board_works_without_script_and_leads_back_to_it(
    at_nine_forty: Appointment, alice: User, at_door: AtDoor
) -> None:
    browser, states = at_door(alice), []

    for name, prefix in (
        ("arrived", ""),
        ("started", ""),
        ("seen", ""),
        ("undo", ""),
        ("not_come", "not-come-"),
        ("undo", ""),
    ):
        at_nine_forty.refresh_from_db()
        answer = browser.post(
            browser.url(f"appointment_{name}", at_nine_forty.pk),
            {"from": "waiting_room", f"{prefix}revision": at_nine_forty.revision},
        )
        assert (answer.status_code, answer["Location"]) == (302, browser.url("waiting_room"))
        at_nine_forty.refresh_from_db()
        states.append(at_nine_forty.status)

    assert states == [
        Status.ARRIVED,
        Status.IN_CONSULTATION,
        Status.SEEN,
        Status.IN_CONSULTATION,
        Status.NOT_COME,
        Status.IN_CONSULTATION,
    ]


def test_click_answers_with_the_board_as_it_is_now_and_an_undo(
    at_nine_forty: Appointment, alice: User, at_door: AtDoor
) -> None:
    browser = at_door(alice)

    answer = browser.post(
        browser.url("appointment_arrived", at_nine_forty.pk),
        {"from": "waiting_room", "revision": 1},
        headers={"HX-Request": "true"},
    )

    assert answer.status_code == 200
    assert "<html" not in answer.text
    assert "waiting for 0 min" in answer.text
    assert f'id="undo-last-{at_nine_forty.pk}"' in answer.text


def test_click_after_a_colleague_was_quicker_changes_nothing_and_says_what_he_did(
    at_nine_forty: Appointment, alice: User, helene: User, at_door: AtDoor
) -> None:
    browser = at_door(alice)
    do(booking.record_not_come, helene, at_nine_forty)

    answer = browser.post(
        browser.url("appointment_arrived", at_nine_forty.pk),
        {"from": "waiting_room", "revision": 1},
        headers={"HX-Request": "true"},
    )

    at_nine_forty.refresh_from_db()
    assert (answer.status_code, at_nine_forty.status) == (409, Status.NOT_COME)
    assert "Helene" in answer.text
    assert "marked as not come" in answer.text


# --- Fresh ------------------------------------------------------------------------------------------


def test_open_board_is_told_that_nothing_changed_until_something_does(
    unit_a: Unit, at_nine_forty: Appointment, alice: User, at_door: AtDoor
) -> None:
    browser, path = at_door(alice), address(unit_a, unit_a.establishment.today(), "waiting_room")
    first = ask(browser, path)

    same = ask(browser, path, long_ago(first["ETag"]))
    floor_says(at_nine_forty.movement, MovementState.LEFT)
    other = ask(browser, path, long_ago(first["ETag"]))

    assert (first.status_code, same.status_code, same.content, other.status_code) == (200, 304, b"", 200)
    assert "Left" in other.text
    assert other["ETag"] != first["ETag"]


def test_board_that_refreshes_itself_keeps_nobody_signed_in_and_fills_no_log(
    unit_a: Unit, at_nine_forty: Appointment, alice: User, at_door: AtDoor, ten_o_clock: datetime
) -> None:
    browser = at_door(alice)
    browser.get(browser.url("waiting_room"))
    [until] = Session.objects.filter(user_id=alice.pk).values_list("expire_date", flat=True)
    entries = AuditEntry.objects.count()

    with time_machine.travel(ten_o_clock + timedelta(minutes=20), tick=False):
        answer = ask(browser, address(unit_a, unit_a.establishment.today(), "waiting_room"))

    assert answer.status_code == 200
    assert [until] == list(Session.objects.filter(user_id=alice.pk).values_list("expire_date", flat=True))
    assert AuditEntry.objects.count() == entries


@pytest.mark.parametrize("name", ["home", "waiting_room", "missed"])
def test_queries_do_not_depend_on_how_many_people_there_are(
    unit_a: Unit, at_nine_forty: Appointment, alice: User, at_door: AtDoor, name: str
) -> None:
    place, day = unit_a.establishment, at_nine_forty.starts_at.date()
    browser = at_door(alice)
    yesterday = open_session(unit_a.doctor, day - timedelta(days=1), 8, 18)
    today = open_session(unit_a.doctor, day, 13, 22)
    many(unit_a, yesterday, alice, count=2)
    many(unit_a, today, alice, count=1)
    browser.get(browser.url(name))

    few = queries_of(lambda: browser.get(browser.url(name)))
    many(unit_a, yesterday, alice, count=20, since=2)
    many(unit_a, today, alice, count=19, since=1)

    assert queries_of(lambda: browser.get(browser.url(name))) == few
    assert Appointment.objects.filter(establishment=place).count() == 43


def many(unit: Unit, session: object, by: User, *, count: int, since: int = 0) -> None:
    """Let people be expected every ten minutes; every second one is reported to refuse and recorded."""
    for number in range(since, since + count):
        person = DetaineeFactory(establishment=unit.establishment, building=unit.building)
        at = session.starts_at + timedelta(minutes=20 * number)  # type: ignore[attr-defined]
        one = appointment(person, session, unit.consultation, at)  # type: ignore[arg-type]
        if number % 2:
            floor_says(one.movement, MovementState.IMPEDED, NotComeReason.REFUSAL_REPORTED)
            if one.called_at < at:
                Appointment.objects.filter(pk=one.pk).update(
                    status=Status.NOT_COME, not_come_declared=NotComeReason.REFUSAL_REPORTED
                )
