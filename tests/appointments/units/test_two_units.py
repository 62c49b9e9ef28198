"""Two units in one house: heads see their own, another unit's appointment is a call, requests are forwarded."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from django.core.exceptions import PermissionDenied
from django.core.management import CommandError, call_command

from access.enums import Role
from access.models import User
from access.policy import give, granted
from access.refusal import Refused
from appointments import booking, emergency, planning, requests
from appointments.booking import BookingRefused
from appointments.handover.keys import identity_of, make_key
from appointments.handover.sealing import Unopened
from appointments.handover.sending import gathered, hand_over, reviewed
from appointments.handover.taking import look_at, take_over
from appointments.models import Agenda, Appointment, CareUnit, Closure, EmergencyAccess, Kind, PartnerUnit, Request
from appointments.models.enums.obstruction import HalfDay, ObstructionCause, ObstructionKind
from appointments.models.enums.planning import ClosureReason, Discipline
from appointments.models.enums.report import ReportKind
from appointments.models.enums.request import Priority, Source
from appointments.obstruction import facts_of
from appointments.obstruction.log import note_fact
from appointments.obstruction.reports.drafting import begin_report
from appointments.openings.availability import free_slots, sessions_between
from appointments.openings.next_free import next_free
from appointments.requests.arrivals import ask_for_arrivals
from appointments.rights import (
    Rights,
    agendas_bookable_by,
    agendas_planned_by,
    agendas_visible_to,
    appointments_visible_to,
    kinds_planned_by,
    requests_visible_to,
)
from appointments.statistics import Period
from tests.appointments.care.pages import queries_of
from tests.appointments.statistics.counted import asked_for, figures_now
from tests.appointments.units.scenes import TwoUnits, two_units
from tests.conftest import Unit
from tests.doors import through
from tests.factories import DetaineeFactory, RequestFactory, appointment, local, member, open_session, workday

pytestmark = pytest.mark.django_db


@pytest.fixture
def two(unit_a: Unit, helene: User) -> TwoUnits:
    return two_units(unit_a)


@pytest.fixture
def both(two: TwoUnits) -> tuple[Appointment, Appointment]:
    """Paul tomorrow at 9:00 with the general practitioner, at 11:00 at the SMPR."""
    return seen_by_both(two, workday())


def seen_by_both(two: TwoUnits, day: date) -> tuple[Appointment, Appointment]:
    house = two.house
    place = house.establishment
    here = open_session(house.doctor, day)
    there = open_session(two.vidal, day)
    return (
        appointment(house.paul, here, house.consultation, local(place, day, 9)),
        appointment(house.paul, there, two.interview, local(place, day, 11)),
    )


def test_establishment_has_one_unit_from_the_first_day_and_its_head_heads_it(unit_a: Unit, helene: User) -> None:
    rights = Rights(helene, unit_a.establishment)

    assert [unit.name for unit in rights.headed] == ["Unité sanitaire"]
    assert not rights.has_several_units
    assert set(agendas_visible_to(rights)) == {unit_a.doctor, unit_a.psychiatrist}


def test_who_headed_the_only_unit_heads_it_alone_when_another_opens(two: TwoUnits, helene: User) -> None:
    place = two.house.establishment

    assert Rights(helene, place).headed == [two.first]
    assert Rights(two.simone, place).headed == [two.second]


def test_head_that_was_named_to_no_unit_sees_nothing(two: TwoUnits) -> None:
    nobodys = member(Role.HEAD, two.house.establishment, username="nobodys")
    rights = Rights(nobodys, two.house.establishment)

    assert not rights.leads_unit
    assert not agendas_visible_to(rights).exists()
    assert not appointments_visible_to(rights).exists()
    assert not requests_visible_to(rights).exists()


def test_head_sees_and_plans_agendas_and_kinds_of_their_unit_alone(two: TwoUnits, helene: User) -> None:
    house = two.house
    hers, theirs = Rights(helene, house.establishment), Rights(two.simone, house.establishment)

    for seen in (agendas_visible_to, agendas_bookable_by, agendas_planned_by):
        assert set(seen(hers)) == {house.doctor, house.psychiatrist}
        assert set(seen(theirs)) == {two.vidal}
    assert set(kinds_planned_by(theirs)) == {two.interview}
    with pytest.raises(PermissionDenied):
        planning.retire_agenda(house.doctor, by=two.simone)
    with pytest.raises(PermissionDenied):
        planning.change_kind(house.consultation, by=two.simone, name="Mine", default_minutes=20)
    with pytest.raises(PermissionDenied):
        planning.add_agenda(house.establishment, by=two.simone, name="Dr Intrus", discipline="general", unit=two.first)
    added = planning.add_agenda(house.establishment, by=two.simone, name="Dr Noé", discipline=Discipline.PSYCHIATRY)
    assert added.unit == two.second


def test_head_of_both_units_says_in_which_one_something_is_added(two: TwoUnits, helene: User, at_door) -> None:
    give(helene, "head_unit", two.second)
    browser = at_door(helene)
    typed = {"name": "Suivi court", "discipline": Discipline.PSYCHIATRY, "default_minutes": 20}

    refused = browser.post(browser.url("planning_kind_new"), typed)
    assert refused.status_code == 422
    assert "Suivi court" in refused.text
    assert browser.post(browser.url("planning_kind_new"), typed | {"unit": two.second.pk}).status_code == 302

    assert Kind.objects.get(name="Suivi court").unit == two.second


def test_two_units_may_have_kinds_of_one_name(two: TwoUnits) -> None:
    named = planning.add_kind(
        two.house.establishment, by=two.simone, name="Consultation", discipline="nursing", default_minutes=15
    )

    assert named.unit == two.second


def test_closure_of_one_unit_leaves_the_other_open(two: TwoUnits, helene: User) -> None:
    house, day = two.house, workday()
    for agenda in (house.doctor, two.vidal):
        open_session(agenda, day)
    start, end = local(house.establishment, day, 0), local(house.establishment, day, 23)

    closure = planning.declare_closure(
        house.establishment, by=two.simone, hours=(start, end), reason=ClosureReason.TEAM
    )

    assert closure.unit == two.second
    sessions = sessions_between([house.doctor, two.vidal], start, end)
    assert {slot.agenda for slot in free_slots(sessions, after=start)} == {house.doctor}
    booking.book(
        by=helene,
        detainee=house.paul,
        agenda=house.doctor,
        kind=house.consultation,
        starts_at=local(house.establishment, day, 9),
    )
    with pytest.raises(BookingRefused):
        booking.book(
            by=two.simone,
            detainee=house.karim,
            agenda=two.vidal,
            kind=two.interview,
            starts_at=local(house.establishment, day, 9),
        )
    with pytest.raises(PermissionDenied):
        planning.remove_closure(closure, by=helene)
    assert Closure.objects.exists()


def test_pages_of_one_head_name_nothing_of_the_other_unit(
    two: TwoUnits, helene: User, both: tuple[Appointment, Appointment], at_door
) -> None:
    here, there = both
    browser, day = at_door(helene), workday()
    pages = [
        f"/day/{day}",
        browser.url("planning"),
        browser.url("statistics"),
        browser.url("person", two.house.paul.pk),
        browser.url("triage"),
        browser.url("mail"),
        f"{browser.url('planning_calendar')}?month={day:%Y-%m}",
    ]

    for address in pages:
        answer = browser.get(address)
        assert answer.status_code == 200, address
        assert "Vidal" not in answer.text, address
        assert "Suivi" not in answer.text, address
    for address in ("appointment", "planning_agenda_change"):
        key = there.pk if address == "appointment" else two.vidal.pk
        assert browser.get(browser.url(address, key)).status_code == 404
    assert browser.get(browser.url("appointment", here.pk)).status_code == 200


def test_another_units_appointment_is_a_call_and_nothing_more_beside_a_booking(
    two: TwoUnits, helene: User, both: tuple[Appointment, Appointment], at_door
) -> None:
    house, browser, day = two.house, at_door(helene), workday()
    asked = {"person": house.paul.pk, "agenda": house.doctor.pk, "at": f"{local(house.establishment, day, 10):%FT%R}"}

    page = browser.get(browser.url("book"), asked)

    visits = page.context["beside"].visits
    assert [visit.appointment for visit in visits] == [both[0], None]
    assert "Vidal" not in page.text
    assert "SMPR" not in page.text


def test_double_booking_across_units_is_refused_without_telling_more(
    two: TwoUnits, helene: User, both: tuple[Appointment, Appointment]
) -> None:
    house = two.house

    with pytest.raises(BookingRefused) as refusal:
        booking.book(
            by=helene,
            detainee=house.paul,
            agenda=house.doctor,
            kind=house.consultation,
            starts_at=local(house.establishment, workday(), 11),
        )

    assert refusal.value.sentence == "This person already has an appointment at that time. Choose another slot."


def test_kind_of_another_unit_is_not_booked(two: TwoUnits, helene: User) -> None:
    house, day = two.house, workday()
    open_session(house.psychiatrist, day)

    with pytest.raises(BookingRefused, match="does not do"):
        booking.book(
            by=helene,
            detainee=house.paul,
            agenda=house.psychiatrist,
            kind=two.interview,
            starts_at=local(house.establishment, day, 9),
        )


def test_figures_are_of_ones_own_unit(two: TwoUnits, helene: User, at_door) -> None:
    day = workday(-1)
    seen_by_both(two, day)
    rights = Rights(two.simone, two.house.establishment)

    report = figures_now(rights, Period(day, day), agendas=list(agendas_planned_by(rights)))
    assert report.booked == 1
    asked = {"since": f"{day}", "until": f"{day}"}
    for head in (helene, two.simone):
        browser = at_door(head)
        assert asked_for(browser, **asked).context["report"].booked == 1


def test_request_waits_in_the_unit_that_it_is_addressed_to(two: TwoUnits, helene: User, alice: User) -> None:
    place = two.house.establishment
    ours = RequestFactory(detainee=two.house.paul, discipline="")
    theirs = RequestFactory(detainee=two.house.karim, discipline="", unit=two.second)

    for user in (helene, alice):
        assert set(requests_visible_to(Rights(user, place))) == {ours}
    for user in (two.simone, two.noor):
        assert set(requests_visible_to(Rights(user, place))) == {theirs}


def test_request_is_forwarded_with_one_click_and_leaves_the_queue(two: TwoUnits, alice: User, at_door) -> None:
    place, browser = two.house.establishment, at_door(alice)
    asked = RequestFactory(detainee=two.house.paul, discipline="", note="sleeps badly")
    queue = browser.get(browser.url("triage"))
    assert "Forward to SMPR" in queue.text

    sent = {"revision": asked.revision, "unit": two.second.pk}
    done = browser.post(browser.url("request_forward", asked.pk), sent)

    assert done.status_code == 302
    assert "Forwarded to SMPR: DURAND Paul" in browser.get(done.url).text
    asked.refresh_from_db()
    assert (asked.unit, asked.note, asked.triaged_at) == (two.second, "sleeps badly", None)
    assert set(requests_visible_to(Rights(two.noor, place))) == {asked}
    assert browser.post(browser.url("request_forward", asked.pk), sent).status_code == 404


def test_whoever_forwarded_a_request_takes_it_back_sorted_as_it_was(
    two: TwoUnits, alice: User, both: tuple[Appointment, Appointment], at_door
) -> None:
    browser = at_door(alice)
    asked = RequestFactory(detainee=two.house.paul, kind=two.house.consultation, returned_from=both[0])
    before = Request.objects.values().get()
    done = browser.post(browser.url("request_forward", asked.pk), {"revision": asked.revision, "unit": two.second.pk})
    back = browser.url("request_bring_back", asked.pk)
    assert back in browser.get(done.url).text
    asked.refresh_from_db()
    assert (asked.kind, asked.triaged_by, asked.returned_from) == (None, None, None)

    assert browser.post(back).status_code == 302

    assert Request.objects.values().get() == before | {"revision": before["revision"] + 2}
    assert browser.post(back).status_code == 404


def test_colleague_of_the_unit_brings_back_from_the_pages_what_somebody_else_forwarded(
    two: TwoUnits, alice: User, helene: User, bob: User, at_door
) -> None:
    asked = RequestFactory(detainee=two.house.paul, kind=two.house.consultation)
    alices = at_door(alice)
    alices.post(alices.url("request_forward", asked.pk), {"revision": asked.revision, "unit": two.second.pk})
    browser = at_door(helene)
    page, back = browser.url("request", asked.pk), browser.url("request_bring_back", asked.pk)
    assert page in browser.get(browser.url("person", two.house.paul.pk)).text
    assert back in browser.get(page).text
    # Neither the other unit nor who could not see it before is offered that.
    assert back not in at_door(two.noor).get(page).text
    assert at_door(two.noor).post(back).status_code == 404
    assert at_door(bob).get(page).status_code == 404
    assert Request.objects.get().unit == two.second

    assert browser.post(back).status_code == 302

    back_home = Request.objects.get()
    assert (back_home.unit, back_home.kind, back_home.left_behind) == (two.first, two.house.consultation, {})
    assert back not in browser.get(page).text


def test_a_request_that_the_other_unit_has_touched_stays_there(two: TwoUnits, alice: User, at_door) -> None:
    browser = at_door(alice)
    asked = RequestFactory(detainee=two.house.paul, discipline="")
    browser.post(browser.url("request_forward", asked.pk), {"revision": asked.revision, "unit": two.second.pk})
    back = browser.url("request_bring_back", asked.pk)
    with through("care"):
        requests.triage(
            by=two.noor, request=Request.objects.get(), revision=asked.revision + 1, priority=Priority.SOON,
            within_days=3, kind=two.interview,
        )  # fmt: skip

    answer = browser.post(back, follow=True)

    assert "deals with this request already" in answer.text
    touched = Request.objects.get()
    # What was not told with it is gone, too.
    assert (touched.unit, touched.forwarded_as, touched.left_behind) == (two.second, None, {})


@pytest.mark.parametrize("unit", ["", "0", "x", "own"])
def test_request_is_forwarded_to_another_unit_of_the_house_only(two: TwoUnits, alice: User, at_door, unit: str) -> None:
    asked, browser = RequestFactory(detainee=two.house.paul, discipline=""), at_door(alice)

    wanted = two.first.pk if unit == "own" else unit
    answer = browser.post(browser.url("request_forward", asked.pk), {"revision": asked.revision, "unit": wanted})

    assert answer.status_code == 422
    assert Request.objects.get().unit == two.first


def test_forwarded_request_forgets_the_appointment_with_the_former_unit(
    two: TwoUnits, helene: User, both: tuple[Appointment, Appointment]
) -> None:
    asked = RequestFactory(detainee=two.house.paul, returned_from=both[0])

    requests.forward(by=helene, request=asked, revision=asked.revision, unit=two.second)

    asked.refresh_from_db()
    assert (asked.returned_from, asked.kind, asked.discipline) == (None, None, "")


def test_letter_is_addressed_to_another_unit_from_the_mail(two: TwoUnits, alice: User, at_door) -> None:
    browser = at_door(alice)
    line = {"q": "004217", "wanted": f"unit-{two.second.pk}", "within": "7", "source": "letter"}
    sent = {f"r0-{name}": value for name, value in line.items()}

    page = browser.post(
        browser.url("mail_line"),
        sent | {"line": "r0", "save": "r0", "received_on": f"{two.house.establishment.today()}"},
    )

    assert page.status_code == 200
    assert Request.objects.get().unit == two.second
    assert "SMPR" in page.text


def test_arrivals_are_asked_for_in_the_unit_that_sees_them(two: TwoUnits, helene: User) -> None:
    place = two.house.establishment

    made = ask_for_arrivals(
        [two.house.paul.pk, two.house.karim.pk], by=helene, establishment=place, today=place.today(), first_list=True
    )
    again = Request.objects.filter(pk__in=[one.pk for one in made])

    assert {asked.unit for asked in again} <= {two.first}
    assert CareUnit.objects.get(establishment=place, sees_arrivals=True) == two.first


def test_request_of_one_unit_is_not_answered_by_an_appointment_with_the_other(
    two: TwoUnits, helene: User, both: tuple[Appointment, Appointment]
) -> None:
    give(helene, "head_unit", two.second)
    asked = RequestFactory(detainee=two.house.paul, discipline="")

    with pytest.raises(requests.RequestChanged.__mro__[1], match="addressed to another unit"):
        requests.take_appointment(by=helene, request=asked, revision=asked.revision, appointment=both[1])


def test_emergency_access_stays_in_ones_own_unit(two: TwoUnits, alice: User, helene: User, both) -> None:
    place, reason = two.house.establishment, "Somebody collapsed in the corridor just now"
    with pytest.raises(emergency.EmergencyRefused):
        emergency.begin(place, by=alice, reason=reason, agenda=two.vidal)

    emergency.begin(place, by=alice, reason=reason, detainee=two.house.paul)

    assert set(appointments_visible_to(Rights(alice, place))) == {both[0]}
    taken = EmergencyAccess.objects.get()
    assert list(emergency.to_judge(Rights(helene, place))) == [taken]
    assert list(emergency.to_judge(Rights(two.simone, place))) == []
    with pytest.raises(emergency.EmergencyRefused):
        emergency.judge(place, by=two.simone, key=taken.pk, is_confirmed=True)


def test_pages_ask_as_much_with_two_units_as_with_more(two: TwoUnits, helene: User, both, at_door) -> None:
    browser = at_door(helene)
    pages = (browser.url("triage"), browser.url("planning"), f"/day/{workday()}")
    RequestFactory(detainee=two.house.paul, discipline="")
    before = [queries_of(lambda address=address: browser.get(address)) for address in pages]

    planning.open_unit(two.house.establishment, name="CSAPA")
    planning.open_unit(two.house.establishment, name="USLD")

    assert [queries_of(lambda address=address: browser.get(address)) for address in pages] == before


def test_command_opens_a_unit_and_names_another(unit_a: Unit, helene: User, capsys: pytest.CaptureFixture[str]) -> None:
    call_command("add_unit", "maa", "SMPR")
    call_command("add_unit", "MAA", "USMP", "--rename", "Unité sanitaire")

    names = set(CareUnit.objects.filter(establishment=unit_a.establishment).values_list("name", flat=True))
    assert names == {"USMP", "SMPR"}
    assert "helene" in capsys.readouterr().out
    for wrong in (["MAA", "SMPR"], ["MAA", " "], ["NONE", "X"], ["MAA", "Y", "--rename", "Nothing"]):
        with pytest.raises(CommandError):
            call_command("add_unit", *wrong)
    assert granted(helene, "head_unit", CareUnit).count() == 1
    assert Agenda.objects.filter(unit__name="USMP").count() == 2


def test_head_of_two_units_reads_and_notes_in_the_log_of_either(two: TwoUnits, helene: User, at_door) -> None:
    give(helene, "head_unit", two.second)
    browser = at_door(helene)
    page = browser.get(browser.url("obstruction"))
    assert [page.context["log_unit"], *page.context["log_units"]] == [two.first, two.first, two.second]

    chosen = browser.post(browser.url("obstruction_unit"), {"unit": two.second.pk, "to": "/obstruction/note"})
    assert chosen.url == "/obstruction/note"
    assert browser.get(chosen.url).context["log_unit"] == two.second

    assert browser.post(browser.url("obstruction_unit"), {"unit": 0}).status_code == 404
    for elsewhere in ("https://elsewhere.example/", "//elsewhere.example/", ""):
        to = browser.post(browser.url("obstruction_unit"), {"unit": two.second.pk, "to": elsewhere})
        assert to.url == browser.url("obstruction")


def test_facts_and_reports_stand_in_the_unit_that_was_chosen_and_in_no_other(two: TwoUnits, helene: User) -> None:
    give(helene, "head_unit", two.second)
    place = two.house.establishment
    said = {
        "establishment": place,
        "kind": ObstructionKind.REVEALED,
        "day": place.today(),
        "half_day": HalfDay.MORNING,
        "cause": ObstructionCause.PRACTICE,
        "facts": "The speciality was called out.",
    }
    month = {"first_day": date(2026, 10, 1), "last_day": date(2026, 10, 31)}
    with through("care"):
        noted = note_fact(by=helene, token=uuid4(), unit=two.second, **said)
        report = begin_report(by=helene, establishment=place, kind=ReportKind.COLLECTIVE, unit=two.second, **month)
        with pytest.raises(Refused):
            note_fact(by=two.noor, token=uuid4(), unit=two.first, **said)
        with pytest.raises(PermissionDenied):
            begin_report(by=two.simone, establishment=place, kind=ReportKind.COLLECTIVE, unit=two.first, **month)

    assert (noted.unit, report.unit) == (two.second, two.second)
    assert not facts_of(two.first, place.today(), place.today()).exists()


def test_a_closed_unit_closes_no_slot_of_the_other(two: TwoUnits) -> None:
    place, day = two.house.establishment, workday(2)
    sessions = {agenda: open_session(agenda, day) for agenda in (two.house.doctor, two.vidal)}
    hours = {"starts_at": local(place, day, 0), "ends_at": local(place, day, 23)}
    Closure.objects.create(establishment=place, unit=two.second, reason=ClosureReason.TEAM, **hours)

    with through("care"):
        [free] = next_free(list(sessions), length=two.house.consultation.length, count=1)

    assert (free.agenda, free.starts_at) == (two.house.doctor, sessions[two.house.doctor].starts_at)


def test_what_is_sealed_to_one_unit_is_opened_by_no_other_and_taken_over_there(
    two: TwoUnits, unit_b: Unit, helene: User, settings: Any, tmp_path: Path, at_door
) -> None:
    settings.CAREHUB_HANDOVER_KEYS = str(tmp_path)
    place, hanna = two.house.establishment, member(Role.HEAD, unit_b.establishment, username="hanna")
    make_key(tmp_path / f"{place.code.lower()}.agekey")
    call_command("handover_key", establishment=place.code, unit=two.second.pk)
    public = str(identity_of(place, two.second.pk).to_public())
    smpr = PartnerUnit.objects.create(
        establishment=unit_b.establishment, name="SMPR", recipient=public, verified_by_id=hanna.pk, verified_by_name="h"
    )
    twin = DetaineeFactory(
        establishment=unit_b.establishment, building=unit_b.building, last_name=two.house.paul.last_name,
        first_name=two.house.paul.first_name, birth_date=two.house.paul.birth_date,
    )  # fmt: skip
    RequestFactory(detainee=twin, discipline=Discipline.PSYCHIATRY)
    with through("care"):
        seen = reviewed(gathered(twin, smpr, rights=Rights(hanna, unit_b.establishment)))
        _made, data = hand_over(by=hanna, person=twin, partner=smpr, seen=seen, end_here=False)
        with pytest.raises(Unopened, match="sealed for another unit"):
            look_at(data, by=helene, establishment=place)
        found = look_at(data, by=two.simone, establishment=place)
        take_over(data, by=two.simone, establishment=place, person_key=found.default)

    taken = Request.objects.get(detainee=two.house.paul)
    assert (taken.unit, taken.source) == (two.second, Source.OTHER_UNIT)
    page, other = (at_door(head).get("/hand-over/") for head in (two.simone, helene))
    assert (public in page.text, public in other.text) == (True, False)
    assert ("DURAND" in page.text, "DURAND" in other.text) == (True, False)
