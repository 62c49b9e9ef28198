"""Hospital escorts: who may know of them, what is done about them, and that nobody else learns anything."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta

import pytest
import time_machine
from django.core.exceptions import PermissionDenied
from django.utils import timezone

from access.models import User
from access.policy import give
from access.refusal import Refused
from appointments import escorts as verbs
from appointments import projection
from appointments.models import Appointment, Detainee, Escort, Movement
from appointments.models.enums.escort import EscortCancelReason, EscortParty, EscortStatus
from tests.conftest import Unit
from tests.doors import DoorClient, through
from tests.factories import appointment, escort, local, open_session, paris_day, workday

At = Callable[[User], DoorClient]


@pytest.fixture
def planned(unit_a: Unit) -> Escort:
    """Paul, tomorrow at 14:30 at the hospital."""
    return escort(unit_a.paul, local(unit_a.establishment, workday(1), 14, 30))


@pytest.fixture
def today(unit_a: Unit) -> Escort:
    """Paul, today at 14:30 at the hospital: the database's own clock decides which day is today."""
    return escort(unit_a.paul, local(unit_a.establishment, workday(0), 14, 30))


def at_noon_of(place, day: date):
    return time_machine.travel(local(place, day, 12, 0), tick=False)


def values(day: date, /, **changes: object) -> dict[str, object]:
    form = {"hospital": "CHU Nord", "department": "Cardiology", "day": day.isoformat(), "time": "14:30"}
    return form | {"transport": ["assis"]} | changes


def test_escort_is_planned_from_the_persons_page_and_calls_nobody(unit_a: Unit, emma: User, at_door: At) -> None:
    browser = at_door(emma)
    page = browser.get(browser.url("person", unit_a.paul.pk))
    assert browser.url("escort_new", unit_a.paul.pk) in page.content.decode()

    answer = browser.post(browser.url("escort_new", unit_a.paul.pk), values(workday(3)))

    made = Escort.objects.get()
    assert answer.url == browser.url("escort", made.pk)
    assert (made.detainee, made.hospital, made.transport) == (unit_a.paul, "CHU Nord", ["assis"])
    assert made.expected_at == local(unit_a.establishment, workday(3), 14, 30)
    assert not Movement.objects.exists()


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"hospital": ""}, "This field is required"),
        ({"day": "2020-01-02"}, "This time is past"),
        ({"time": "25:00"}, "Enter a valid time"),
        ({"transport": ["on foot"]}, "Select a valid choice"),
    ],
)
def test_refused_plan_says_why_and_keeps_what_was_typed(
    unit_a: Unit, emma: User, at_door: At, changes: dict[str, object], words: str
) -> None:
    browser = at_door(emma)

    answer = browser.post(browser.url("escort_new", unit_a.paul.pk), values(workday(3), **changes))

    assert answer.status_code == 422
    assert words in answer.content.decode()
    assert "Cardiology" in answer.content.decode()
    assert not Escort.objects.exists()


def test_second_escort_of_one_day_is_refused(unit_a: Unit, emma: User, planned: Escort) -> None:
    with pytest.raises(Refused, match="already has an escort on that day"):
        verbs.plan_escort(
            by=emma, detainee=unit_a.paul, hospital="X", expected_at=planned.expected_at + timedelta(hours=2)
        )


def test_departure_is_refused_on_the_day_before(unit_a: Unit, emma: User, planned: Escort) -> None:
    with pytest.raises(Refused, match="on the day itself"):
        verbs.announce_departure(by=emma, escort=planned, revision=1)

    assert not Movement.objects.exists()


def test_departure_calls_the_person_at_a_common_arrival_time(unit_a: Unit, emma: User, today: Escort) -> None:
    place = unit_a.establishment

    with at_noon_of(place, workday(0)):
        left = verbs.announce_departure(by=emma, escort=today, revision=1)

    line = Movement.objects.get()
    assert left.status == EscortStatus.DEPARTED
    # The common arrival time under which anybody called at noon stands, not the hospital's time.
    assert line.expected_at == local(place, workday(0), 10, 30)
    assert (line.register_number, line.cell) == ("004217", "A-2-214")


def test_departure_before_the_first_arrival_time_stands_under_the_first(
    unit_a: Unit, emma: User, today: Escort
) -> None:
    with time_machine.travel(local(unit_a.establishment, workday(0), 6, 0), tick=False):
        verbs.announce_departure(by=emma, escort=today, revision=1)

    assert Movement.objects.get().expected_at == local(unit_a.establishment, workday(0), 8, 30)


def test_departure_shares_the_line_of_an_appointment_and_leaves_it_when_taken_back(
    unit_a: Unit, emma: User, today: Escort
) -> None:
    place, day = unit_a.establishment, workday(0)
    booked = appointment(unit_a.paul, open_session(unit_a.doctor, day), unit_a.consultation, local(place, day, 11, 0))

    with at_noon_of(place, day):
        left = verbs.announce_departure(by=emma, escort=today, revision=1)
        assert left.movement_id == booked.movement_id
        back = verbs.take_back_departure(by=emma, escort=left, revision=2)

    assert (back.status, back.movement, back.departed_at) == (EscortStatus.CONFIRMED, None, None)
    assert Movement.objects.get().pk == booked.movement_id


def test_line_of_a_departure_stays_when_the_appointment_beside_it_is_cancelled(
    unit_a: Unit, emma: User, today: Escort
) -> None:
    place, day = unit_a.establishment, workday(0)
    booked = appointment(unit_a.paul, open_session(unit_a.doctor, day), unit_a.consultation, local(place, day, 11, 0))
    with at_noon_of(place, day):
        left = verbs.announce_departure(by=emma, escort=today, revision=1)

    Appointment.objects.filter(pk=booked.pk).update(status="cancelled", cancel_reason="US_ABS", movement=None)
    projection.withdraw_if_unused(left.movement_id)

    assert Movement.objects.filter(pk=left.movement_id).exists()


@pytest.mark.parametrize("is_shared", [False, True])
def test_cancelling_after_the_departure_withdraws_the_line_unless_it_is_shared(
    unit_a: Unit, emma: User, today: Escort, is_shared: bool
) -> None:
    place, day = unit_a.establishment, workday(0)
    if is_shared:
        appointment(unit_a.paul, open_session(unit_a.doctor, day), unit_a.consultation, local(place, day, 11, 0))
    with at_noon_of(place, day):
        left = verbs.announce_departure(by=emma, escort=today, revision=1)

        verbs.cancel_escort(by=emma, escort=left, revision=2, reason=EscortCancelReason.REFUSED)

    assert Movement.objects.exists() == is_shared


def test_new_cell_is_carried_to_the_line_of_a_departure(unit_a: Unit, emma: User, today: Escort) -> None:
    with at_noon_of(unit_a.establishment, workday(0)):
        verbs.announce_departure(by=emma, escort=today, revision=1)
        unit_a.paul.cell = "A-1-001"
        unit_a.paul.save()
        projection.follow([unit_a.paul])

    assert Movement.objects.get().cell == "A-1-001"


def test_purge_of_old_lines_leaves_the_escort(unit_a: Unit, emma: User, today: Escort) -> None:
    with at_noon_of(unit_a.establishment, workday(0)):
        verbs.announce_departure(by=emma, escort=today, revision=1)

    projection.purge(before=timezone.now() + timedelta(days=5))

    today.refresh_from_db()
    assert (today.status, today.movement) == (EscortStatus.DEPARTED, None)


def test_life_of_an_escort_in_the_browser(unit_a: Unit, emma: User, at_door: At, planned: Escort) -> None:
    browser = at_door(emma)

    browser.post(browser.url("escort_confirm", planned.pk), {"revision": 1})
    stale = browser.post(browser.url("escort_depart", planned.pk), {"revision": 1})
    too_early = browser.post(browser.url("escort_depart", planned.pk), {"revision": 2})
    assert (stale.status_code, too_early.status_code) == (409, 422)
    assert "on the day itself" in too_early.content.decode()

    Escort.objects.filter(pk=planned.pk).update(expected_at=timezone.now())
    assert "call the person now" in browser.get(browser.url("escort", planned.pk)).content.decode()
    browser.post(browser.url("escort_depart", planned.pk), {"revision": 2})
    assert Movement.objects.count() == 1
    browser.post(browser.url("escort_done", planned.pk), {"revision": 3})
    planned.refresh_from_db()
    assert planned.status == EscortStatus.DONE


def test_planning_again_keeps_the_first_date_with_its_reason(
    unit_a: Unit, emma: User, at_door: At, planned: Escort
) -> None:
    browser = at_door(emma)
    again = browser.url("escort_again", planned.pk)
    without = browser.post(again, values(workday(9), revision=1))
    assert without.status_code == 422

    answer = browser.post(again, values(workday(9), revision=1, reason="ESCORTE"))

    planned.refresh_from_db()
    new = Escort.objects.get(follows=planned)
    assert (planned.status, planned.cancel_reason) == (EscortStatus.CANCELLED, "ESCORTE")
    assert new.expected_at == local(unit_a.establishment, workday(9), 14, 30)
    page = browser.get(answer.url).content.decode()
    assert "Prison: no escort or no vehicle" in page
    assert browser.url("escort", planned.pk) in page


def test_cancelled_escort_is_planned_again_once(unit_a: Unit, emma: User, planned: Escort) -> None:
    verbs.cancel_escort(by=emma, escort=planned, revision=1, reason=EscortCancelReason.HOSPITAL)
    new = {"hospital": "X", "expected_at": planned.expected_at}
    verbs.replan_escort(by=emma, escort=planned, revision=2, **new)

    with pytest.raises(Refused):
        verbs.replan_escort(
            by=emma, escort=planned, revision=2, hospital="X", expected_at=planned.expected_at + timedelta(days=9)
        )
    assert Escort.objects.count() == 2


def test_clash_with_an_appointment_is_told_to_whoever_may_know(
    unit_a: Unit, emma: User, alice: User, at_door: At, planned: Escort
) -> None:
    day = workday(1)
    session = open_session(unit_a.doctor, day, 13, 17)
    appointment(unit_a.paul, session, unit_a.consultation, local(unit_a.establishment, day, 14, 0))
    browser = at_door(emma)
    assert (
        "The person also has appointments on that day"
        in browser.get(browser.url("escort", planned.pk)).content.decode()
    )

    slot = local(unit_a.establishment, day, 15, 0).isoformat()
    data = {"agenda": unit_a.doctor.pk, "at": slot, "person": unit_a.paul.pk}
    told, untold = (at_door(who).get(browser.url("book"), data).content.decode() for who in (emma, alice))
    assert "Hospital escort on that day" in told
    assert "escort" not in untold.lower()


@pytest.mark.parametrize("who", ["alice", "bob", "helene"])
def test_verbs_refuse_whoever_was_not_given_the_escorts(
    unit_a: Unit, planned: Escort, who: str, request: pytest.FixtureRequest
) -> None:
    user = request.getfixturevalue(who)
    later = planned.expected_at + timedelta(days=2)
    reason = EscortCancelReason.UNIT

    for attempt in (
        lambda: verbs.plan_escort(by=user, detainee=unit_a.karim, hospital="X", expected_at=later),
        lambda: verbs.confirm(by=user, escort=planned, revision=1),
        lambda: verbs.replan_escort(
            by=user, escort=planned, revision=1, hospital="X", expected_at=later, reason=reason
        ),
        lambda: verbs.announce_departure(by=user, escort=planned, revision=1),
        lambda: verbs.take_back_departure(by=user, escort=planned, revision=1),
        lambda: verbs.record_done(by=user, escort=planned, revision=1),
        lambda: verbs.cancel_escort(by=user, escort=planned, revision=1, reason=reason),
    ):
        with pytest.raises(PermissionDenied):
            attempt()


def test_right_at_one_establishment_opens_nothing_at_another(
    unit_a: Unit, unit_b: Unit, emma: User, at_door: At
) -> None:
    elsewhere = escort(unit_b.paul, local(unit_b.establishment, workday(1), 14, 30))
    browser = at_door(emma)

    assert browser.get(browser.url("escort", elsewhere.pk)).status_code == 404
    assert browser.get(browser.url("escort_new", unit_b.paul.pk)).status_code == 404


def test_head_of_unit_sees_them_once_they_are_given(unit_a: Unit, helene: User, at_door: At) -> None:
    browser = at_door(helene)
    assert browser.get(browser.url("escorts")).status_code == 404

    give(helene, "manage_escorts", unit_a.establishment)

    assert browser.get(browser.url("escorts")).status_code == 200


@pytest.mark.parametrize("number", [3, 40])
def test_list_asks_the_same_queries_for_few_and_many(
    unit_a: Unit, emma: User, at_door: At, number: int, django_assert_max_num_queries
) -> None:
    start = local(unit_a.establishment, workday(1), 9)
    for day in range(number):
        escort(unit_a.paul, start + timedelta(days=day))
        when = start - timedelta(days=day + 3)
        escort(unit_a.karim, when, status="cancelled", cancel_reason="UNITE")
    browser = at_door(emma)

    with django_assert_max_num_queries(18):
        assert browser.get(browser.url("escorts")).status_code == 200


def test_somebody_who_has_left_is_not_escorted(unit_a: Unit, emma: User, planned: Escort) -> None:
    Detainee.objects.filter(pk=unit_a.paul.pk).update(released_on=paris_day())

    with pytest.raises(Refused, match="has left"):
        verbs.confirm(by=emma, escort=planned, revision=1)


@pytest.mark.parametrize("who", ["alice", "helene"])
def test_account_administrator_gives_the_escorts_beside_any_role(
    unit_a: Unit, ada: User, at_door: At, who: str, request: pytest.FixtureRequest
) -> None:
    user, browser = request.getfixturevalue(who), at_door(ada)
    page = browser.url("account", user.side, user.pk)
    field = f"escorts-{unit_a.establishment.pk}"
    assert field in browser.get(page).content.decode()

    browser.post(page, {"do": "scope", field: "manage"})

    assert at_door(user).get(at_door(user).url("escorts")).status_code == 200
    told = browser.get(browser.url("matrix")).content.decode()
    assert "plans hospital escorts" in told
    browser.post(page, {"do": "scope"})
    assert at_door(user).get(at_door(user).url("escorts")).status_code == 404


def test_head_who_gets_the_escorts_keeps_leading(unit_a: Unit, ada: User, helene: User, at_door: At) -> None:
    browser = at_door(ada)
    field = f"escorts-{unit_a.establishment.pk}"

    browser.post(browser.url("account", helene.side, helene.pk), {"do": "scope", field: "manage"})

    page = browser.get(browser.url("home")).content.decode()
    assert "Sees and books every agenda" in page
    assert "Plans hospital escorts" in page
    assert at_door(helene).get(at_door(helene).url("planning")).status_code == 200


# --- By whom, and why -------------------------------------------------------------------------------


def test_refused_escort_gets_the_patients_cause_and_corrections_keep_the_former_word(
    unit_a: Unit, emma: User, at_door: At, planned: Escort
) -> None:
    browser = at_door(emma)
    browser.post(browser.url("escort_cancel", planned.pk), {"revision": planned.revision, "reason": "ESCORTE"})
    for reason, cause in (("REFUS", "ENTRAVES"), ("REFUS", "AGENT"), ("HOPITAL", "")):
        planned.refresh_from_db()
        sent = {"revision": planned.revision, "reason": reason, "cause": cause}
        assert browser.post(browser.url("escort_correct", planned.pk), sent).status_code == 302

    planned.refresh_from_db()
    assert (planned.party, planned.refusal_cause) == (EscortParty.HOSPITAL, "")
    said = list(planned.changes.values_list("cancel_reason", "refusal_cause", "by_name"))
    assert said == [
        ("ESCORTE", "", str(emma)),
        ("REFUS", "ENTRAVES", str(emma)),
        ("REFUS", "AGENT", str(emma)),
        ("HOPITAL", "", str(emma)),
    ]
    assert "Handcuffs or shackles" in browser.get(browser.url("escort", planned.pk)).text


@pytest.mark.parametrize(
    ("sent", "status"),
    [
        ({"reason": "ERREUR"}, 422),
        ({"reason": "ESCORTE", "cause": "AGENT"}, 422),
        ({"reason": "REFUS", "cause": "BECAUSE"}, 422),
        ({"reason": "REFUS", "revision": "1"}, 409),
        ({"reason": ""}, 422),
    ],
)
def test_correction_that_cannot_be_is_refused_with_a_sentence(
    unit_a: Unit, emma: User, at_door: At, planned: Escort, sent: dict[str, str], status: int
) -> None:
    browser = at_door(emma)
    browser.post(browser.url("escort_cancel", planned.pk), {"revision": planned.revision, "reason": "ESCORTE"})
    planned.refresh_from_db()

    answer = browser.post(browser.url("escort_correct", planned.pk), {"revision": planned.revision, **sent})

    planned.refresh_from_db()
    assert (answer.status_code, planned.cancel_reason, planned.refusal_cause) == (status, "ESCORTE", "")
    assert 'class="notice notice-error"' in answer.text


def test_escort_that_was_due_is_no_mistake(unit_a: Unit, emma: User) -> None:
    due = escort(unit_a.paul, timezone.now() - timedelta(hours=1))
    with through("care"), pytest.raises(Refused, match="due already"):
        verbs.cancel_escort(by=emma, escort=due, revision=1, reason=EscortCancelReason.MISTAKE)
    with through("care"), pytest.raises(Refused, match="due already"):
        verbs.replan_escort(
            by=emma, escort=due, revision=1, hospital="CHU Nord", expected_at=timezone.now() + timedelta(days=2)
        )
    due.refresh_from_db()
    assert due.status == EscortStatus.PLANNED
