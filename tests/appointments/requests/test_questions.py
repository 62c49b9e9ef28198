"""What an import means for appointments and requests: arrivals to be seen, appointments to decide about."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import pytest
from django.utils import translation

from access.models import User
from appointments import booking
from appointments.care.waiting import waiting_of
from appointments.models import Appointment, Detainee, Movement, Question, Request
from appointments.models.enums.appointment import CancelReason, Status
from appointments.models.enums.request import Cause, QuestionDecision, RequestStatus, Source
from appointments.registry.questions import decide
from appointments.requests.preferences import change_settings, is_closed_wing, patterns_of
from appointments.requests.queue import open_questions
from appointments.rights import Rights
from tests.appointments.registry.test_registry import KARIM, PAUL, run
from tests.conftest import Unit
from tests.emptying import let_go
from tests.factories import RequestFactory, appointment, local, open_session, paris_day, workday

GONE = "004217;Durand;Paul;17/05/1990;A;A-2-214;05/01/2026;{day:%d/%m/%Y}"
IN_WING = "004217;Durand;Paul;17/05/1990;QD;QD-02;05/01/2026;"


@pytest.fixture(autouse=True)
def english() -> Iterator[None]:
    """Sentences are read in English."""
    with translation.override("en"):
        yield


def newcomer(number: str = "000777", *, days: int = 0) -> str:
    return f"{number};Neuf;Jean;01/02/1990;A;A-1-1;{paris_day() - timedelta(days=days):%d/%m/%Y};"


@pytest.fixture
def booked(unit_a: Unit) -> Appointment:
    """Paul tomorrow at 9:30 with the doctor."""
    session = open_session(unit_a.doctor, workday(1))
    return appointment(unit_a.paul, session, unit_a.consultation, local(unit_a.establishment, workday(1), 9, 30))


# --- Arrivals ---------------------------------------------------------------------------------------


def test_who_is_new_on_the_list_is_to_be_seen_and_asked_for_once(unit_a: Unit, helene: User) -> None:
    change_settings(
        unit_a.establishment,
        by=helene,
        closed_wings="",
        arrivals_asked=True,
        arrival_kind=unit_a.consultation,
        arrival_days=3,
    )

    for _each in range(2):
        run(unit_a, PAUL, KARIM, newcomer(days=1))

    asked = Request.objects.get()
    assert (asked.detainee.register_number, asked.kind, asked.source) == ("000777", unit_a.consultation, Source.ARRIVAL)
    assert (asked.within_days, asked.status) == (3, RequestStatus.OPEN)
    assert asked.received_on == paris_day() - timedelta(days=1)


def test_who_has_been_here_for_long_is_no_arrival(unit_a: Unit) -> None:
    run(unit_a, PAUL, newcomer(days=40))

    assert not Request.objects.exists()


def test_first_list_of_a_unit_asks_for_those_alone_who_have_just_come(unit_a: Unit) -> None:
    let_go("appointments_detainee")
    Detainee.objects.filter(establishment=unit_a.establishment).delete()

    run(unit_a, PAUL, KARIM, newcomer(days=2), "000778;Ancien;Luc;01/02/1990;A;A-1-2;;")

    assert Request.objects.get().detainee.register_number == "000777"


def test_who_comes_back_is_asked_for_again_only_after_a_new_arrival(unit_a: Unit) -> None:
    run(unit_a, PAUL, KARIM, newcomer(days=20))
    Request.objects.update(status=RequestStatus.ANSWERED, answer="seen")
    run(unit_a, PAUL, KARIM, complete=True, confirm_missing=True)
    run(unit_a, PAUL, KARIM, newcomer(days=20))
    assert Request.objects.count() == 1

    run(unit_a, PAUL, KARIM, complete=True, confirm_missing=True)
    run(unit_a, PAUL, KARIM, newcomer(days=0))
    assert Request.objects.count() == 2


def test_unit_may_ask_for_nobody_on_arrival(unit_a: Unit, helene: User) -> None:
    values = {"closed_wings": "", "arrival_kind": None, "arrival_days": 2}
    change_settings(unit_a.establishment, by=helene, arrivals_asked=False, **values)

    run(unit_a, PAUL, newcomer())

    assert not Request.objects.exists()


# --- What the list asks -----------------------------------------------------------------------------


@pytest.mark.parametrize("cause", list(Cause))
def test_appointment_to_come_of_somebody_who_left_or_moved_to_a_closed_wing_is_asked_about_and_stays(
    unit_a: Unit, booked: Appointment, cause: Cause
) -> None:
    listed = {
        Cause.LEFT: (GONE.format(day=paris_day()), KARIM),
        Cause.MISSING: (KARIM,),
        Cause.WING: (IN_WING, KARIM),
    }

    for _each in range(2):
        run(unit_a, *listed[cause], complete=True, confirm_missing=True)

    asked = Question.objects.get()
    assert (asked.appointment, asked.cause, asked.decision) == (booked, cause, "")
    booked.refresh_from_db()
    assert booked.status == Status.BOOKED
    assert Movement.objects.filter(pk=booked.movement_id).exists()


def test_later_list_that_names_him_as_before_settles_the_question(unit_a: Unit, booked: Appointment) -> None:
    run(unit_a, IN_WING, KARIM)
    run(unit_a, PAUL, KARIM)
    assert Question.objects.get().decision == QuestionDecision.BACK

    run(unit_a, KARIM, complete=True, confirm_missing=True)
    run(unit_a, PAUL, KARIM)
    assert [asked.decision for asked in Question.objects.all()] == [QuestionDecision.BACK, QuestionDecision.BACK]
    booked.refresh_from_db()
    assert booked.status == Status.BOOKED


@pytest.mark.parametrize(
    ("patterns", "building", "cell", "closed"),
    [
        ("QD*, QI*", "QD", "12", True),
        ("QD*, QI*", "Bât. A", "QI-004", True),
        ("QD*, QI*", "A", "A-1-1", False),
        ("quartier disciplinaire", "Quartier Disciplinaire", "3", True),
        ("", "QD", "QD-1", False),
        ("QD", "QDA", "1", False),
    ],
)
def test_closed_wings_are_known_by_building_or_cell(patterns: str, building: str, cell: str, closed: bool) -> None:
    assert is_closed_wing(patterns_of(patterns), building, cell) == closed


# --- Deciding ---------------------------------------------------------------------------------------


@pytest.fixture
def question(unit_a: Unit, booked: Appointment) -> Question:
    """Paul is in the punishment wing: what of tomorrow's appointment?"""
    run(unit_a, IN_WING, KARIM)
    return Question.objects.select_related("appointment__agenda__establishment", "appointment__detainee").get()


def test_kept_appointment_stays_and_is_asked_about_no_longer(unit_a: Unit, alice: User, question: Question) -> None:
    decide(by=alice, question=question, revision=1, decision=QuestionDecision.KEEP)

    assert Appointment.objects.get().status == Status.BOOKED
    assert not open_questions(Rights(alice, unit_a.establishment)).exists()
    assert Question.objects.get().decided_by == alice


def test_cancelled_appointment_withdraws_the_call(alice: User, question: Question) -> None:
    decide(by=alice, question=question, revision=1, decision=QuestionDecision.CANCEL, reason=CancelReason.UNIT_HOSPITAL)

    assert Appointment.objects.get().cancel_reason == CancelReason.UNIT_HOSPITAL
    assert not Movement.objects.exists()
    assert not Request.objects.exists()


def test_appointment_sent_back_waits_in_the_queue_for_the_same_kind_and_day(
    unit_a: Unit, alice: User, question: Question
) -> None:
    decide(by=alice, question=question, revision=1, decision=QuestionDecision.QUEUE)

    asked = Request.objects.open().get()
    assert (asked.kind, asked.source, asked.due_on) == (unit_a.consultation, Source.SENT_BACK, workday(1))
    assert asked.returned_from == Appointment.objects.get()
    assert Appointment.objects.get().status == Status.CANCELLED


def test_request_that_rested_on_the_appointment_goes_back_instead_of_a_new_one(
    unit_a: Unit, alice: User, question: Question
) -> None:
    asked = RequestFactory(
        detainee=unit_a.paul,
        kind=unit_a.consultation,
        status=RequestStatus.PLANNED,
        appointment=question.appointment,
    )

    decide(by=alice, question=question, revision=1, decision=QuestionDecision.QUEUE)

    assert Request.objects.open().get() == asked


def test_second_who_decides_is_told_and_a_changed_appointment_too(
    unit_a: Unit, alice: User, helene: User, question: Question
) -> None:
    with pytest.raises(booking.ChangedMeanwhile):
        decide(by=alice, question=question, revision=7, decision=QuestionDecision.KEEP)
    decide(by=alice, question=question, revision=1, decision=QuestionDecision.KEEP)
    with pytest.raises(booking.BookingRefused, match="colleague has decided"):
        decide(by=helene, question=question, revision=1, decision=QuestionDecision.CANCEL)

    assert Appointment.objects.get().status == Status.BOOKED


def test_who_does_not_book_in_the_agenda_does_not_decide(bob: User, question: Question) -> None:
    for decision in (QuestionDecision.KEEP, QuestionDecision.CANCEL, QuestionDecision.QUEUE):
        with pytest.raises(booking.BookingRefused):
            decide(by=bob, question=question, revision=1, decision=decision)
    assert Question.objects.get().decision == ""
    assert not Request.objects.exists()


# --- The page ---------------------------------------------------------------------------------------


def test_import_leads_to_the_list_and_a_batch_settles_it(
    unit_a: Unit, alice: User, question: Question, at_door
) -> None:
    browser = at_door(alice)
    other = appointment(
        unit_a.paul, question.appointment.session, unit_a.consultation, local(unit_a.establishment, workday(1), 10, 30)
    )
    second = Question.objects.create(
        establishment=unit_a.establishment, detainee=unit_a.paul, appointment=other, cause=Cause.WING
    )
    page = browser.get(browser.url("decisions")).content.decode()
    # Named once, with a box for each appointment and one for both.
    assert (page.count("DURAND Paul</a>"), page.count("data-carehub-of=")) == (1, 2)
    assert waiting_of(browser.get("/").wsgi_request).to_decide == 2

    nothing = browser.post(browser.url("decisions"), {"decision": "keep"})
    assert nothing.status_code == 422
    ticked = [f"{question.pk}|1", f"{second.pk}|4", "x|1", f"{unit_a.paul.pk}|1"]
    sent = browser.post(browser.url("decisions"), {"decision": "queue", "question": ticked})

    assert sent.status_code == 422
    assert "These were not settled" in sent.content.decode()
    assert Question.objects.get(pk=second.pk).decision == ""
    assert Question.objects.get(pk=question.pk).decision == QuestionDecision.QUEUE
    done = browser.post(browser.url("decisions"), {"decision": "keep", "question": f"{second.pk}|1"}, follow=True)
    assert "Nothing to decide" in done.content.decode()


def test_questions_about_agendas_that_one_does_not_see_are_not_shown(
    unit_a: Unit, bob: User, chloe: User, question: Question, at_door
) -> None:
    for user in (bob, chloe):
        browser = at_door(user)
        assert waiting_of(browser.get("/").wsgi_request).to_decide == 0
        browser.post(browser.url("decisions"), {"decision": "cancel", "question": f"{question.pk}|1"})
    assert Appointment.objects.get().status == Status.BOOKED


def test_head_settles_closed_wings_and_arrivals(unit_a: Unit, unit_b: Unit, helene: User, alice: User, at_door) -> None:
    browser, address = at_door(helene), at_door(helene).url("request_settings")
    typed = {"closed_wings": "Mitard*", "arrivals_asked": "on", "arrival_kind": "", "arrival_days": "1"}

    assert at_door(alice).get(address).status_code == 403
    for wrong in ({"closed_wings": "*"}, {"arrival_days": "-1"}, {"arrival_kind": unit_b.consultation.pk}):
        assert browser.post(address, {**typed, **wrong}).status_code == 422
    browser.post(address, typed)
    assert "Mitard*" in browser.get(address).content.decode()
