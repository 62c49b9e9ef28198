"""Absences and closures: nothing is offered or booked then, and who is booked already is decided about, all or none."""

from __future__ import annotations

import re
from datetime import date, timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.db import connection
from django.test.utils import CaptureQueriesContext

from access.models import AuditEntry, User
from appointments import booking, planning
from appointments.arithmetic.public_holidays import holidays_between, usual_territory
from appointments.booking import BookingRefused
from appointments.models import Absence, Agenda, Appointment, Closure, ConsultationSession, Movement, UnitCalendar
from appointments.models.enums.appointment import CancelReason
from appointments.models.enums.planning import AbsenceReason, ClosureReason, Discipline, Territory
from appointments.openings.next_free import next_free
from appointments.planning import Asked, BookedDecision, PlanningRefused
from tests.conftest import Unit
from tests.doors import DoorClient, through
from tests.factories import AgendaFactory, KindFactory, appointment, away, closed, local, open_session, workday

SLOT = timedelta(minutes=20)


@pytest.fixture
def booked(unit_a: Unit) -> list[Appointment]:
    """Paul and Karim tomorrow morning with the doctor."""
    session = open_session(unit_a.doctor, workday(1))
    return [
        appointment(person, session, unit_a.consultation, local(unit_a.establishment, workday(1), hour))
        for person, hour in ((unit_a.paul, 9), (unit_a.karim, 10))
    ]


def tomorrow(unit: Unit, start: int = 0, end: int = 24):
    begin = local(unit.establishment, workday(1), 0)
    return begin + timedelta(hours=start), begin + timedelta(hours=end)


def declare(unit: Unit, by: User, *, answer: BookedDecision | None = None, hours=None) -> Absence:
    with through("care"):
        return planning.declare_absence(
            unit.doctor, by=by, hours=hours or tomorrow(unit), reason=AbsenceReason.LEAVE, answer=answer
        )


def asked_about(unit: Unit, by: User, **more) -> Asked:
    with pytest.raises(Asked) as asked:
        declare(unit, by, **more)
    return asked.value


# --- Nothing is offered or booked ---------------------------------------------------------------------


def test_nothing_is_offered_while_somebody_is_away(unit_a: Unit, helene: User) -> None:
    open_session(unit_a.doctor, workday(1))
    open_session(unit_a.doctor, workday(2))
    declare(unit_a, helene, hours=tomorrow(unit_a, 0, 10))

    found = next_free([unit_a.doctor], length=SLOT, count=50)

    assert found[0].starts_at == local(unit_a.establishment, workday(1), 10)
    declare(unit_a, helene, hours=tomorrow(unit_a, 10, 24))
    assert next_free([unit_a.doctor], length=SLOT)[0].starts_at.date() == workday(2)


@pytest.mark.parametrize(("hour", "code"), [(9, "away"), (11, "unit_closed")])
def test_booking_or_moving_into_it_is_refused_with_a_sentence(unit_a: Unit, helene: User, hour: int, code: str) -> None:
    open_session(unit_a.doctor, workday(1))
    other = open_session(unit_a.psychiatrist, workday(2))
    made = appointment(unit_a.karim, other, unit_a.psychiatry, other.starts_at)
    away(unit_a.doctor, *tomorrow(unit_a, 9, 10))
    closed(unit_a.establishment, *tomorrow(unit_a, 11, 12))
    at = local(unit_a.establishment, workday(1), hour)

    with through("care"):
        with pytest.raises(BookingRefused) as booking_refused:
            booking.book(by=helene, detainee=unit_a.paul, agenda=unit_a.doctor, kind=unit_a.consultation, starts_at=at)
        with pytest.raises(BookingRefused) as move_refused:
            booking.move(by=helene, appointment=made, revision=1, agenda=unit_a.doctor, starts_at=at)

    assert booking_refused.value.code == move_refused.value.code == code


# --- Who is booked already ----------------------------------------------------------------------------


def test_absence_over_appointments_lists_them_and_writes_nothing(unit_a: Unit, helene: User, booked) -> None:
    asked = asked_about(unit_a, helene)

    assert asked.appointments == booked
    assert (asked.can_keep, asked.can_cancel) == (True, True)
    assert Absence.objects.count() == AuditEntry.objects.count() == 0


def test_kept_appointments_stay_and_can_still_be_decided_about(unit_a: Unit, helene: User, booked) -> None:
    asked = asked_about(unit_a, helene)

    absence = declare(unit_a, helene, answer=BookedDecision(asked.digest, None))

    assert Appointment.objects.booked().count() == Movement.objects.count() == 2
    with through("care"):
        done = booking.cancel(by=helene, appointment=booked[0], revision=1, reason=CancelReason.UNIT_ABSENT)
        with pytest.raises(Asked) as stale:
            planning.cancel_under(absence, by=helene, digest=asked.digest)
        assert planning.cancel_under(absence, by=helene, digest=stale.value.digest) == 1
    assert done.status == "cancelled"
    assert Movement.objects.count() == 0


@pytest.fixture
def nurse(unit_a: Unit) -> Agenda:
    """A nurse who works tomorrow morning, and for what people come."""
    KindFactory(establishment=unit_a.establishment, name="Dressing", default_minutes=20, discipline=Discipline.NURSING)
    KindFactory(establishment=unit_a.establishment, name="Nurse", default_minutes=10, discipline=Discipline.NURSING)
    agenda = AgendaFactory(establishment=unit_a.establishment, name="Nurses", discipline=Discipline.NURSING)
    open_session(agenda, workday(1), 8, 12)
    return agenda


def absence_form(unit: Unit, **fields: object) -> dict[str, object]:
    day = f"{workday(1)}"
    return {"agenda": unit.doctor.pk, "first": day, "start": "08:00", "end": "12:00", "reason": "leave", **fields}


def absence_asked(unit: Unit, head: DoorClient) -> str:
    return head.post("/planning/absences/new", absence_form(unit)).content.decode()


def chosen(page: str) -> dict[str, str]:
    """What is sent when nothing on the page is touched."""
    [digest] = re.findall(r'name="asked" value="(\w+)"', page)
    [decision] = re.findall(r'name="decision" value="(\w+)" required checked', page)
    first = re.search(r'name="received_for">\s*<option value="(\d+)"', page)
    assert first
    return {"asked": digest, "decision": decision, "received_for": first[1]}


def test_nurse_receives_them_unless_the_head_decides_otherwise(
    unit_a: Unit, helene: User, at_door, booked, nurse: Agenda
) -> None:
    head = at_door(helene)
    lines = set(Movement.objects.values_list("pk", "withdrawn_from"))
    page = absence_asked(unit_a, head)
    assert "2 of 2 have a place" in page

    done = head.post("/planning/absences/new", absence_form(unit_a, **chosen(page)), follow=True)

    assert "2 people are received by a colleague at the same arrival time" in done.content.decode()
    assert Absence.objects.count() == 1
    assert set(Movement.objects.values_list("pk", "withdrawn_from")) == lines
    now = Appointment.objects.booked().order_by("starts_at")
    assert [(one.agenda, one.kind.name, one.detainee) for one in now] == [
        (nurse, "Nurse", unit_a.paul),
        (nurse, "Nurse", unit_a.karim),
    ]
    assert {one.cancel_reason for one in booked if not one.refresh_from_db()} == {CancelReason.UNIT_ABSENT}


def test_whoever_finds_no_place_with_the_nurse_stays_booked_and_is_named(
    unit_a: Unit, helene: User, at_door, booked, nurse: Agenda
) -> None:
    ConsultationSession.objects.filter(agenda=nurse).update(
        starts_at=local(unit_a.establishment, workday(1), 10), ends_at=local(unit_a.establishment, workday(1), 11)
    )
    head = at_door(helene)
    page = absence_asked(unit_a, head)
    assert "1 of 2 have a place" in page

    done = head.post("/planning/absences/new", absence_form(unit_a, **chosen(page)), follow=True).content.decode()

    assert "1 appointment to decide about" in " ".join(done.split())
    assert "DURAND Paul" in done
    assert Movement.objects.count() == 2


def test_without_a_nurse_nothing_is_chosen_for_the_head(unit_a: Unit, helene: User, at_door, booked) -> None:
    page = absence_asked(unit_a, at_door(helene))

    assert 'value="receive"' not in page
    assert "required checked" not in page
    assert "No nurse has a place at these arrival times." in " ".join(page.split())


@pytest.mark.parametrize("kind", ["", "0", "psychiatry", "9" * 20, "x" * 40])
def test_reception_for_something_that_no_nurse_does_asks_again(
    kind: str, unit_a: Unit, helene: User, at_door, booked, nurse: Agenda
) -> None:
    head = at_door(helene)
    sent = chosen(absence_asked(unit_a, head)) | {"received_for": kind}

    again = head.post("/planning/absences/new", absence_form(unit_a, **sent))

    assert again.status_code == 422
    assert Absence.objects.count() == 0
    assert Appointment.objects.booked().filter(agenda=unit_a.doctor).count() == 2


def test_reception_of_a_list_that_has_changed_asks_again(
    unit_a: Unit, helene: User, at_door, booked, nurse: Agenda
) -> None:
    head = at_door(helene)
    sent = chosen(absence_asked(unit_a, head))
    with through("care"):
        booking.cancel(by=helene, appointment=booked[0], revision=1, reason=CancelReason.REFUSED)

    again = head.post("/planning/absences/new", absence_form(unit_a, **sent))

    assert "These appointments have changed meanwhile" in again.content.decode()
    assert Absence.objects.count() == 0
    assert Appointment.objects.booked().filter(agenda=nurse).count() == 0


def test_cancelling_all_is_one_deed_with_the_absence(unit_a: Unit, helene: User, booked) -> None:
    asked = asked_about(unit_a, helene)

    declare(unit_a, helene, answer=BookedDecision(asked.digest, CancelReason.UNIT_ABSENT))

    assert set(Appointment.objects.values_list("status", "cancel_reason")) == {("cancelled", "US_ABS")}
    assert Movement.objects.count() == 0
    assert list(AuditEntry.objects.order_by("pk").values_list("verb", flat=True)) == [
        "cancel",
        "cancel",
        "change_planning",
    ]


def test_answer_about_another_list_is_asked_anew(unit_a: Unit, helene: User, booked) -> None:
    asked = asked_about(unit_a, helene)
    with through("care"):
        booking.cancel(by=helene, appointment=booked[0], revision=1, reason=CancelReason.MISTAKE)

    again = asked_about(unit_a, helene, answer=BookedDecision(asked.digest, CancelReason.UNIT_ABSENT))

    assert again.appointments == [booked[1]]
    assert Appointment.objects.booked().count() == 1


def test_absence_is_not_noted_twice_nor_for_the_past(unit_a: Unit, helene: User) -> None:
    declare(unit_a, helene)

    with pytest.raises(PlanningRefused) as twice:
        declare(unit_a, helene, hours=tomorrow(unit_a, 23, 30))
    past = local(unit_a.establishment, workday(-2), 9)
    with pytest.raises(PlanningRefused) as over:
        declare(unit_a, helene, hours=(past, past + timedelta(hours=1)))
    with pytest.raises(PlanningRefused) as inverted:
        declare(unit_a, helene, hours=tomorrow(unit_a)[::-1])

    assert (twice.value.field, over.value.field, inverted.value.field) == ("first", "last", "last")


def test_removed_absence_offers_its_times_again(unit_a: Unit, helene: User) -> None:
    open_session(unit_a.doctor, workday(1))
    absence = declare(unit_a, helene)
    assert next_free([unit_a.doctor], length=SLOT) == []

    with through("care"):
        planning.remove_absence(absence, by=helene)

    assert next_free([unit_a.doctor], length=SLOT)


def test_closure_asks_about_the_people_of_every_agenda(unit_a: Unit, helene: User, booked) -> None:
    other = open_session(unit_a.psychiatrist, workday(1), 14, 16, start_minute=0)
    third = appointment(unit_a.paul, other, unit_a.psychiatry, other.starts_at)
    wanted = {"by": helene, "hours": tomorrow(unit_a), "reason": ClosureReason.TEAM}

    with through("care"):
        with pytest.raises(Asked) as asked:
            planning.declare_closure(unit_a.establishment, **wanted)
        answer = BookedDecision(asked.value.digest, CancelReason.UNIT_POSTPONED)
        planning.declare_closure(unit_a.establishment, answer=answer, **wanted)

    assert asked.value.appointments == [*booked, third]
    assert Appointment.objects.booked().count() == Movement.objects.count() == 0
    assert Closure.objects.count() == 1


def test_only_the_head_notes_absences_and_closures(unit_a: Unit, alice: User) -> None:
    with through("care"):
        with pytest.raises(PermissionDenied):
            declare(unit_a, alice)
        with pytest.raises(PermissionDenied):
            planning.declare_closure(unit_a.establishment, by=alice, hours=tomorrow(unit_a), reason=ClosureReason.TEAM)
        with pytest.raises(PermissionDenied):
            planning.choose_territory(unit_a.establishment, by=alice, territory=Territory.REUNION)


# --- Pages --------------------------------------------------------------------------------------------


def text(answer) -> str:
    """The page in one line: where a template breaks it is no matter."""
    return " ".join(answer.content.decode().split())


def test_page_asks_keeps_what_was_typed_and_does_as_told(unit_a: Unit, helene: User, at_door, booked) -> None:
    browser = at_door(helene)
    address = browser.url("planning_absence_new")
    typed = {"agenda": unit_a.doctor.pk, "first": f"{workday(1)}", "reason": "leave", "end": "11:30"}

    asked = browser.post(address, typed)
    undecided = browser.post(address, {**typed, "asked": asked.context["question"].digest})
    unreasoned = browser.post(
        address, {**typed, "asked": asked.context["question"].digest, "decision": "cancel", "reason_to_cancel": "x"}
    )
    done = browser.post(address, {**typed, "asked": asked.context["question"].digest, "decision": "each"}, follow=True)

    assert [answer.status_code for answer in (asked, undecided, unreasoned, done)] == [422, 422, 422, 200]
    assert "2 appointments are booked at that time. What becomes of them?" in text(asked)
    assert 'value="11:30"' in text(asked)
    assert "2 lines would leave the officers’ list together." in text(asked)
    assert "Tell them less" in text(asked)
    assert "DURAND Paul" in text(asked)
    assert "2 appointments to decide about" in text(done)
    absence = Absence.objects.get()
    shown = browser.get(browser.url("planning_absence", absence.pk))
    assert "2 appointments are still booked then" in text(shown)
    assert absence.ends_at == local(unit_a.establishment, workday(1), 11, 30)

    stale = browser.post(browser.url("planning_absence_cancel", absence.pk), {"asked": "x"})
    assert stale.status_code == 422
    browser.post(browser.url("planning_absence_cancel", absence.pk), {"asked": shown.context["asked"]})
    assert Appointment.objects.booked().count() == 0
    browser.post(browser.url("planning_absence_remove", absence.pk))
    assert Absence.objects.count() == 0


@pytest.mark.parametrize(
    "typed",
    [
        {},
        {"first": "2026-02-31", "reason": "leave"},
        {"first": f"{date.max}", "reason": "leave"},
        {"first": f"{workday(3)}", "last": f"{workday(2)}", "reason": "leave"},
        {"first": f"{workday(1)}", "start": "25:99", "reason": "leave"},
        {"first": f"{workday(1)}", "reason": "illness"},
        {"first": f"{workday(-9)}", "reason": "leave"},
    ],
)
def test_impossible_absence_is_refused_at_its_field(unit_a: Unit, helene: User, at_door, typed) -> None:
    browser = at_door(helene)

    answer = browser.post(browser.url("planning_absence_new"), {"agenda": unit_a.doctor.pk, **typed})

    assert answer.status_code == 422
    assert "error-summary" in text(answer)
    assert Absence.objects.count() == 0


def test_month_names_holidays_closures_and_who_is_away(unit_a: Unit, helene: User, at_door) -> None:
    browser = at_door(helene)
    place = unit_a.establishment
    away(unit_a.doctor, local(place, date(2027, 5, 3), 0), local(place, date(2027, 5, 5), 12))
    closed(place, local(place, date(2027, 5, 6), 8), local(place, date(2027, 5, 6), 12))

    page = text(browser.get(browser.url("planning_calendar"), {"month": "2027-05"}))

    assert page.count("Dr Leroy") == 3
    assert "00:00–12:00" in page
    assert "08:00–12:00" in page
    assert "Victory Day" in page
    for wrong in ("2027-13", "x", "0001-01", "9999-12", "2027-5"):
        assert browser.get(browser.url("planning_calendar"), {"month": wrong}).status_code == 404


def test_month_runs_the_same_queries_however_much_is_noted(unit_a: Unit, helene: User, at_door) -> None:
    browser = at_door(helene)
    place = unit_a.establishment

    def queries() -> int:
        with CaptureQueriesContext(connection) as seen:
            browser.get(browser.url("planning_calendar"), {"month": "2027-06"})
        return len(seen)

    few = queries()
    for day in range(1, 29):
        away(unit_a.doctor, local(place, date(2027, 6, day), 9), local(place, date(2027, 6, day), 10))
        closed(place, local(place, date(2027, 6, day), 17), local(place, date(2027, 6, day), 18))

    assert queries() == few


def test_territory_is_chosen_on_the_calendar(unit_a: Unit, helene: User, at_door) -> None:
    browser = at_door(helene)

    wrong = browser.post(browser.url("planning_territory"), {"territory": "XX"})
    browser.post(browser.url("planning_territory"), {"territory": "974"})

    assert wrong.status_code == 422
    assert UnitCalendar.objects.get().territory == "974"


def test_day_says_why_nobody_is_seen(unit_a: Unit, alice: User, at_door, time_machine) -> None:
    browser = at_door(alice)
    place = unit_a.establishment
    open_session(unit_a.doctor, date(2027, 7, 14))
    away(unit_a.doctor, local(place, date(2027, 7, 14), 9), local(place, date(2027, 7, 14), 10))
    closed(place, local(place, date(2027, 7, 14), 11), local(place, date(2027, 7, 14), 12))

    page = text(browser.get(browser.url("day", "2027-07-14")))

    assert "National Day" in page
    assert "The unit is closed" in page
    assert "11:00–12:00" in page
    assert "Away: Dr Leroy" in page
    # Why somebody is away is nobody's business.
    assert "Leave" not in page


@pytest.mark.parametrize(
    ("hours", "said", "all_day"),
    [
        (((14, 0), (15, 0)), "Away: Dr Leroy all day", True),
        (((13, 9), (14, 12)), "Away: Dr Leroy until 12:00", False),
        (((14, 13), (16, 12)), "Away: Dr Leroy from 13:00 on", False),
    ],
)
def test_absence_of_days_is_told_without_midnights(
    unit_a: Unit, alice: User, at_door, time_machine, hours, said: str, all_day: bool
) -> None:
    browser, place = at_door(alice), unit_a.establishment
    open_session(unit_a.doctor, date(2027, 7, 14))
    away(unit_a.doctor, *(local(place, date(2027, 7, day), hour) for day, hour in hours))

    page = " ".join(re.sub("<[^>]+>", "", text(browser.get(browser.url("day", "2027-07-14")))).split())

    assert said in page
    assert "00:00" not in page
    assert ("away all day" in page) is all_day


# --- Public holidays ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("territory", "day", "is_held"),
    [
        (Territory.METROPOLE, date(2027, 12, 26), False),
        (Territory.ALSACE, date(2027, 12, 26), True),
        (Territory.ALSACE, date(2027, 3, 26), True),
        (Territory.METROPOLE, date(2027, 3, 26), False),
        (Territory.GUADELOUPE, date(2027, 5, 27), True),
        (Territory.MARTINIQUE, date(2027, 5, 22), True),
        (Territory.GUYANE, date(2027, 6, 10), True),
        (Territory.REUNION, date(2027, 12, 20), True),
        (Territory.MAYOTTE, date(2027, 4, 27), True),
        (Territory.CALEDONIA, date(2027, 9, 24), True),
        (Territory.SAINT_BARTHELEMY, date(2027, 10, 9), True),
        (Territory.METROPOLE, date(2027, 7, 14), True),
    ],
)
def test_public_holidays_of_each_territory(territory: Territory, day: date, is_held: bool) -> None:
    assert (day in holidays_between(territory, date(2027, 1, 1), date(2027, 12, 31))) == is_held


@pytest.mark.parametrize("territory", Territory)
def test_every_territory_keeps_the_national_days_under_names_in_both_languages(territory: Territory) -> None:
    french = holidays_between(territory, date(2027, 7, 14), date(2027, 12, 25))
    english = holidays_between(territory, date(2027, 7, 14), date(2027, 12, 25), language="en-gb")

    assert french[date(2027, 7, 14)] == "Fête nationale"
    assert english[date(2027, 12, 25)] == "Christmas Day"
    assert french.keys() == english.keys()
    assert list(french) == sorted(french)
    assert "'" not in "".join(french.values())


@pytest.mark.parametrize(
    ("zone", "territory"),
    [
        ("Europe/Paris", Territory.METROPOLE),
        ("Indian/Reunion", Territory.REUNION),
        ("America/Cayenne", Territory.GUYANE),
        ("Pacific/Noumea", Territory.CALEDONIA),
        ("America/Miquelon", Territory.MIQUELON),
    ],
)
def test_time_zone_suggests_a_territory(zone: str, territory: Territory) -> None:
    assert usual_territory(zone) == territory
