"""Two records of one person become one and two again; a new number takes everything along; a list is taken back."""

from __future__ import annotations

from datetime import timedelta
from threading import Barrier, Thread
from uuid import uuid4

import pytest
from django.apps import apps
from django.db import connection
from django.utils import timezone
from guardian.shortcuts import remove_perm

from access.models import AuditEntry, User
from access.refusal import Refused
from appointments import booking
from appointments.models import (
    Appointment,
    AppointmentChange,
    Detainee,
    FormerNumber,
    Movement,
    Obstruction,
    PersonJoin,
    Question,
    RegistryImport,
    Request,
    RoundStay,
    Series,
)
from appointments.models.enums.appointment import Status
from appointments.models.enums.obstruction import BY_HAND, HalfDay, ObstructionCause, ObstructionKind, ObstructionSource
from appointments.models.enums.person import Origin
from appointments.models.enums.request import Closing, RequestStatus, Source
from appointments.registry import Answers
from appointments.registry.by_hand import PerhapsKnown, ToldPerson, add_person, say_left
from appointments.registry.joining import FOLLOWING, digest, join, overlaps, preferred, separate
from appointments.registry.taking_back import take_back
from appointments.requests.arrivals import ask_for_arrivals
from appointments.rights import Rights
from tests.appointments.registry.test_registry import KARIM, PAUL, plan, run
from tests.appointments.rounds.scenes import dressings
from tests.conftest import Unit
from tests.doors import through
from tests.factories import (
    DetaineeFactory,
    RequestFactory,
    appointment,
    escort,
    local,
    open_session,
    paris_day,
    unit_of,
    workday,
)

NEW_NUMBER = "009901;DURAND;PAUL;17/05/1990;A;A-2-214;05/01/2026;"


def twin(unit: Unit, **fields: object) -> Detainee:
    """A second record of Paul, under an older number."""
    values = {"last_name": "Durand", "first_name": "Paul", "register_number": "003000", "cell": "A-1-1"}
    return DetaineeFactory(
        establishment=unit.establishment, building=unit.building, arrived_on=None, **(values | fields)
    )


def joined(unit: Unit, by: User, old: Detainee, **given: object) -> PersonJoin:
    with through("care"):
        seen = digest(overlaps(*preferred(old, unit.paul), rights=Rights(by, unit.establishment)))
        return join(by=by, joined=old, survivor=unit.paul, seen=seen, **given)


def with_everything(unit: Unit, person: Detainee) -> list[tuple[type, object]]:
    """One row of each kind that follows a person, of yesterday and of tomorrow."""
    place, day, past = unit.establishment, workday(1), workday(-3)
    series = Series.objects.create(establishment=place, detainee=person, rule="FREQ=WEEKLY;COUNT=2")
    gone = appointment(person, open_session(unit.doctor, past), unit.consultation, local(place, past, 9))
    Appointment.objects.filter(pk=gone.pk).update(status=Status.NOT_COME, not_come_reason="REF_CONF")
    to_come = appointment(
        person, open_session(unit.doctor, day), unit.consultation, local(place, day, 9), series=series, follows=gone
    )
    asked = RequestFactory(detainee=person, kind=unit.consultation, status=RequestStatus.PLANNED, appointment=to_come)
    question = Question.objects.create(establishment=place, detainee=person, appointment=to_come, cause="left")
    fact = Obstruction.objects.create(
        establishment=place,
        unit=unit_of(place),
        kind=next(kind for kind in ObstructionKind if kind in BY_HAND),
        source=ObstructionSource.BY_HAND,
        source_key=f"hand-{person.pk}",
        day=past,
        half_day=HalfDay.MORNING,
        cause=next(iter(ObstructionCause)),
        facts="X.",
        detainee=person,
    )
    trip = escort(person, local(place, workday(-2), 14))
    dressed = RoundStay.objects.create(
        establishment=place, kind=dressings(place), detainee=person, since=past, added_by=User.objects.earliest("pk")
    )
    rows = (gone, to_come, series, asked, question, fact, trip, dressed)
    return [(type(row), row.pk) for row in rows]


def whose(rows: list[tuple[type, object]]) -> set[object]:
    return {model.objects.values_list("detainee", flat=True).get(pk=key) for model, key in rows}


def test_whatever_points_to_a_person_follows_them_or_is_known_to_stay() -> None:
    pointing = {
        model._meta.label
        for model in apps.get_models()
        for field in model._meta.get_fields()
        if field.concrete and field.is_relation and field.related_model is Detainee
    }
    # The person themself, the numbers that they had, and what tells of joins and lists.
    # An emergency access tells what was opened, and ends within the hour.
    # A hand-over tells of the record from which it was made; the extract finds it by the join.
    staying = {
        "Detainee",
        "EmergencyAccess",
        "FormerNumber",
        "PersonJoin",
        "RegistryChange",
        "HandOver",
        "HandOverTaken",
    }

    assert pointing == {rows.model._meta.label for rows in FOLLOWING} | {f"appointments.{name}" for name in staying}


def test_everything_follows_the_person_and_comes_back(unit_a: Unit, helene: User) -> None:
    old = twin(unit_a)
    rows = with_everything(unit_a, old)
    history = list(AppointmentChange.objects.values())

    done = joined(unit_a, helene, old)

    assert whose(rows) == {unit_a.paul.pk}
    assert (
        list(Movement.objects.filter(withdrawn_from=None).values_list("register_number", flat=True)).count("004217")
        == 1
    )
    old.refresh_from_db()
    assert (old.joined_into_id, old.is_present) == (unit_a.paul.pk, False)
    assert AuditEntry.objects.filter(verb="join", target_id=str(done.pk)).count() == 1
    with through("care"):
        separate(by=helene, done=done)
    assert whose(rows) == {old.pk}
    old.refresh_from_db()
    assert (old.joined_into_id, old.is_present, old.cell) == (None, True, "A-1-1")
    assert FormerNumber.objects.count() == 0
    to_come = Appointment.objects.get(starts_at__gt=timezone.now())
    assert to_come.movement.register_number == "003000"
    assert list(AppointmentChange.objects.values()) == history


def test_what_was_made_after_the_join_stays_with_the_record_that_stayed(unit_a: Unit, helene: User) -> None:
    old = twin(unit_a)
    rows = with_everything(unit_a, old)
    done = joined(unit_a, helene, old)
    day = workday(2)
    later = appointment(
        unit_a.paul, open_session(unit_a.doctor, day), unit_a.consultation, local(unit_a.establishment, day, 9)
    )

    with through("care"):
        separate(by=helene, done=done)

    assert whose(rows) == {old.pk}
    assert Appointment.objects.get(pk=later.pk).detainee == unit_a.paul


def test_a_join_is_not_taken_back_when_something_later_ties_the_records(unit_a: Unit, helene: User) -> None:
    old = twin(unit_a)
    with_everything(unit_a, old)
    done = joined(unit_a, helene, old)
    day = workday(2)
    appointment(
        unit_a.paul,
        open_session(unit_a.doctor, day),
        unit_a.consultation,
        local(unit_a.establishment, day, 9),
        series=Series.objects.get(),
    )

    with through("care"), pytest.raises(Refused, match=f"{day:%d/%m/%Y} 09:00"):
        separate(by=helene, done=done)

    assert PersonJoin.objects.get().undone_at is None


def test_a_number_given_to_somebody_else_is_not_given_back(unit_a: Unit, helene: User) -> None:
    old = twin(unit_a)
    done = joined(unit_a, helene, old)
    DetaineeFactory(establishment=unit_a.establishment, building=unit_a.building, register_number="003000")

    with through("care"), pytest.raises(Refused) as refused:
        separate(by=helene, done=done)

    assert (refused.value.code, "003000" in refused.value.sentence) == ("number", True)


def test_overlaps_are_shown_and_decided_and_come_back(unit_a: Unit, helene: User) -> None:
    old, place, day = twin(unit_a), unit_a.establishment, workday(1)
    mine = appointment(unit_a.paul, open_session(unit_a.doctor, day), unit_a.consultation, local(place, day, 9))
    theirs = appointment(old, open_session(unit_a.psychiatrist, day), unit_a.psychiatry, local(place, day, 9))

    with through("care"):
        [pair] = overlaps(old, unit_a.paul, rights=Rights(helene, unit_a.establishment))
        assert pair.cancellable == {mine.pk, theirs.pk}
        with pytest.raises(Refused) as refused:
            join(by=helene, joined=old, survivor=unit_a.paul, seen=digest([pair]))
    assert refused.value.code == "overlap"
    done = joined(unit_a, helene, old, cancelled=[theirs.pk])
    assert Appointment.objects.get(pk=theirs.pk).status == Status.CANCELLED
    with through("care"):
        _done, lost = separate(by=helene, done=done)
    back = Appointment.objects.get(pk=theirs.pk)
    assert (back.status, back.detainee_id, back.movement.register_number, lost) == (
        Status.BOOKED,
        old.pk,
        "003000",
        [],
    )


def test_an_overlap_in_an_agenda_that_one_does_not_see_is_not_told(unit_a: Unit, alice: User, at_door) -> None:
    old, place, day = twin(unit_a), unit_a.establishment, workday(1)
    appointment(unit_a.paul, open_session(unit_a.doctor, day), unit_a.consultation, local(place, day, 9))
    appointment(old, open_session(unit_a.psychiatrist, day), unit_a.psychiatry, local(place, day, 9))
    remove_perm("view_agenda", alice, unit_a.psychiatrist)
    browser = at_door(alice)
    address = browser.url("join_two", unit_a.paul.pk, old.pk)

    page = browser.get(address)
    answer = browser.post(address, {"seen": page.context["seen"]})

    assert unit_a.psychiatrist.name not in page.content.decode()
    assert (answer.status_code, PersonJoin.objects.count()) == (409, 0)


def test_two_arrivals_of_one_person_are_asked_once(unit_a: Unit, helene: User) -> None:
    old = twin(unit_a)
    for person in (old, unit_a.paul):
        RequestFactory(detainee=person, source=Source.ARRIVAL)

    done = joined(unit_a, helene, old)

    assert Request.objects.open().get().detainee == unit_a.paul
    assert Request.objects.get(status=RequestStatus.CLOSED).closing == Closing.DUPLICATE
    with through("care"):
        separate(by=helene, done=done)
    assert set(Request.objects.open().values_list("detainee", flat=True)) == {old.pk, unit_a.paul.pk}


def test_nobody_books_for_a_record_that_was_joined(unit_a: Unit, helene: User) -> None:
    old, day = twin(unit_a), workday(1)
    open_session(unit_a.doctor, day)
    joined(unit_a, helene, old)

    with through("care"), pytest.raises(booking.BookingRefused) as refused:
        booking.book(
            by=helene,
            detainee=old,
            agenda=unit_a.doctor,
            kind=unit_a.consultation,
            starts_at=local(unit_a.establishment, day, 9),
        )

    assert refused.value.code == "joined"


@pytest.mark.django_db(transaction=True)
def test_of_two_who_join_the_same_records_at_once_one_is_told(unit_a: Unit, helene: User) -> None:
    old = twin(unit_a)
    start, ends = Barrier(2), []

    def act() -> None:
        try:
            start.wait(5)
            join(by=helene, joined=old, survivor=unit_a.paul, seen=digest([]))
            ends.append("joined")
        except Refused as refusal:
            ends.append(f"told: {refusal.code}")
        finally:
            connection.close()

    threads = [Thread(target=act) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(20)

    assert sorted(ends) == ["joined", "told: joined"]
    assert PersonJoin.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_who_books_while_a_list_gives_a_new_number_books_under_it(unit_a: Unit, helene: User) -> None:
    day = workday(1)
    open_session(unit_a.doctor, day)
    start, ends = Barrier(2), []

    def act(do) -> None:
        try:
            start.wait(5)
            do()
            ends.append("done")
        finally:
            connection.close()

    def apply() -> None:
        run(unit_a, NEW_NUMBER, KARIM, answers=Answers({2: str(unit_a.paul.pk)}))

    def book() -> None:
        booking.book(
            by=helene,
            detainee=unit_a.paul,
            agenda=unit_a.doctor,
            kind=unit_a.consultation,
            starts_at=local(unit_a.establishment, day, 9),
        )

    threads = [Thread(target=act, args=(do,)) for do in (apply, book)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(20)

    assert ends == ["done", "done"]
    assert Appointment.objects.get().movement.register_number == "009901"


# --- A new number --------------------------------------------------------------------------------------


def test_a_new_number_calls_the_person_under_it_and_shows_as_a_change_of_the_list(unit_a: Unit, helene: User) -> None:
    place, day = unit_a.establishment, workday(1)
    booked = appointment(unit_a.paul, open_session(unit_a.doctor, day), unit_a.consultation, local(place, day, 9))
    old_line = booked.movement

    run(unit_a, NEW_NUMBER, KARIM, complete=True, answers=Answers({2: str(unit_a.paul.pk)}))

    booked.refresh_from_db()
    assert (booked.detainee_id, booked.movement.register_number) == (unit_a.paul.pk, "009901")
    assert booked.movement.expected_at == old_line.expected_at
    assert not Movement.objects.filter(pk=old_line.pk, withdrawn_from=None).exists()
    assert FormerNumber.objects.get().register_number == "004217"


def test_a_line_on_which_officers_have_acted_stays(unit_a: Unit) -> None:
    place, day = unit_a.establishment, workday(1)
    booked = appointment(unit_a.paul, open_session(unit_a.doctor, day), unit_a.consultation, local(place, day, 9))
    Movement.objects.update(state="impeded", impediment="PARLOIR", state_at=timezone.now())

    run(unit_a, NEW_NUMBER.replace("A-2-214", "A-9-9"), KARIM, answers=Answers({2: str(unit_a.paul.pk)}))

    booked.refresh_from_db()
    assert (booked.movement.register_number, booked.floor_impediment) == ("004217", "PARLOIR")
    assert booked.movement.cell == "A-9-9"


def test_the_number_of_somebody_present_is_not_taken_over_in_one_list(unit_a: Unit) -> None:
    place = {"establishment": unit_a.establishment, "building": unit_a.building}
    luc = DetaineeFactory(register_number="000777", cell="A-7", last_name="Lenoir", first_name="Luc", **place)

    planned = plan(unit_a, "000888;DURAND;PAUL;17/05/1990;A;A-2-214;;", "004217;LENOIR;LUC;17/05/1990;A;A-7;;", KARIM)

    # The number of somebody present is never given to another without their release: that line waits.
    assert [line.change.value for line in planned.lines] == ["asked", "refused", "unchanged"]
    # Paul is offered for the new number, but his own stands on this list too: nobody is chosen beforehand.
    assert [each.key for each in planned.questions[0].candidates] == [str(unit_a.paul.pk)]
    assert planned.questions[0].default == ""
    assert luc.is_present


def test_somebody_back_under_a_new_number_keeps_the_record_and_is_an_arrival(unit_a: Unit) -> None:
    Detainee.objects.filter(pk=unit_a.paul.pk).update(released_on=paris_day() - timedelta(days=90))
    line = f"009901;DURAND;PAUL;17/05/1990;B;B-1-1;{paris_day():%d/%m/%Y};"

    run(unit_a, line, KARIM, answers=Answers({2: str(unit_a.paul.pk)}))

    paul = Detainee.objects.get(pk=unit_a.paul.pk)
    assert (paul.register_number, paul.is_present, paul.cell) == ("009901", True, "B-1-1")
    assert Request.objects.get().source == Source.ARRIVAL


# --- By hand -------------------------------------------------------------------------------------------


def told(unit: Unit, **fields: object) -> ToldPerson:
    values = {"last_name": "Nuit", "first_name": "Noé", "building": unit.building, "cell": "A-0-1"}
    return ToldPerson(**(values | {"origin": Origin.PRISON} | fields))


def test_a_person_added_at_night_is_confirmed_by_the_next_list(unit_a: Unit, alice: User) -> None:
    with through("care"):
        person = add_person(by=alice, establishment=unit_a.establishment, told=told(unit_a, register_number="000555"))
    assert (person.is_provisional, Request.objects.get().source) == (True, Source.ARRIVAL)

    planned = plan(unit_a, PAUL, KARIM, "000555;NUIT;NOE;01/02/1990;A;A-0-1;;", complete=True)
    run(unit_a, PAUL, KARIM, "000555;NUIT;NOE;01/02/1990;A;A-0-1;;", complete=True)

    person.refresh_from_db()
    assert planned.counts["confirmed"] == 1
    assert (person.is_provisional, f"{person.birth_date:%d/%m/%Y}", person.first_name) == (False, "01/02/1990", "Noé")


def test_a_person_without_a_number_is_asked_about_and_takes_the_lists_number(unit_a: Unit, alice: User) -> None:
    person = add_person(by=alice, establishment=unit_a.establishment, told=told(unit_a))
    other = add_person(by=alice, establishment=unit_a.establishment, told=told(unit_a, last_name="Aube"))
    assert [person.register_number, other.register_number] == ["PROV-1", "PROV-2"]

    planned = plan(unit_a, PAUL, KARIM, "000556;NUIT;NOE;;A;A-0-1;;", complete=True)
    [question] = planned.questions

    assert question.default == str(person.pk)
    # The other one is not gone: that list may be older than the night.
    assert (planned.counts["missing"], list(planned.waiting)) == (0, ["AUBE Noé"])
    run(unit_a, PAUL, KARIM, "000556;NUIT;NOE;;A;A-0-1;;", complete=True, answers=Answers({4: question.default}))
    person.refresh_from_db()
    assert (person.register_number, person.is_provisional) == ("000556", False)


def test_somebody_known_is_not_added_a_second_time_without_a_word(unit_a: Unit, alice: User) -> None:
    same = told(unit_a, last_name="DURAND", first_name="PAUL", birth_date=unit_a.paul.birth_date)

    with pytest.raises(PerhapsKnown) as refused:
        add_person(by=alice, establishment=unit_a.establishment, told=same)
    assert refused.value.candidates[0].key == str(unit_a.paul.pk)
    add_person(by=alice, establishment=unit_a.establishment, told=same, is_somebody_else=True)

    assert Detainee.objects.present().filter(last_name__iexact="durand").count() == 2


def test_who_was_added_by_hand_can_be_said_to_have_left_and_nobody_else(unit_a: Unit, alice: User) -> None:
    person = add_person(by=alice, establishment=unit_a.establishment, told=told(unit_a))

    say_left(by=alice, person=person)
    with pytest.raises(Refused):
        say_left(by=alice, person=unit_a.paul)

    assert set(Detainee.objects.present()) == {unit_a.paul, unit_a.karim}


def test_forms_of_a_person_say_what_is_wrong_and_keep_what_was_typed(unit_a: Unit, alice: User, at_door) -> None:
    browser = at_door(alice)
    good = {
        "last_name": "Nuit",
        "first_name": "Noé",
        "birth": "1990",
        "building": unit_a.building.pk,
        "cell": "A-0-1",
        "arrived_on": f"{paris_day():%Y-%m-%d}",
        "origin": "prison",
    }
    for wrong in (
        {"birth": "31/02/1990"},
        {"birth": "01/01/9999"},
        {"arrived_on": "0001-01-01"},
        {"arrived_on": "9999-12-31"},
        {"origin": "list"},
        {"register_number": "4,2E+05"},
        {"last_name": "=A1"},
        {"register_number": "004217"},
    ):
        answer = browser.post(browser.url("person_new"), good | wrong)
        assert (answer.status_code, "Noé" in answer.content.decode()) == (422, True), wrong
    answer = browser.post(browser.url("person_new"), good)

    person = Detainee.objects.get(last_name="Nuit")
    assert answer.url.endswith(str(person.pk))
    assert (person.birth_year, person.added_by) == (1990, alice)


# --- A list taken back ---------------------------------------------------------------------------------


def state_of_people() -> list[dict[str, object]]:
    standing = Detainee.objects.standing().order_by("pk")
    return list(standing.values("pk", "register_number", "last_name", "cell", "building", "released_on", "birth_date"))


def test_a_list_is_taken_back_whole(unit_a: Unit, helene: User) -> None:
    place, day = unit_a.establishment, workday(1)
    booked = appointment(unit_a.paul, open_session(unit_a.doctor, day), unit_a.consultation, local(place, day, 9))
    before = state_of_people()
    new = "000009;Nouveau;Jean;01/02/2000;C;C-1-1;;"
    with through("care"):
        done = run(
            unit_a,
            NEW_NUMBER.replace("A-2-214", "A-9-9"),
            new,
            complete=True,
            confirm_missing=True,
            answers=Answers({2: str(unit_a.paul.pk)}),
        )
    assert state_of_people() != before

    with through("care"):
        take_back(by=helene, done=done)

    assert state_of_people() == before
    booked.refresh_from_db()
    assert (booked.movement.register_number, booked.movement.cell) == ("004217", "A-2-214")
    assert Request.objects.open().count() == 0
    assert RegistryImport.objects.get().undone_by == helene
    # And the right list brings the same newcomer as somebody new.
    assert plan(unit_a, PAUL, KARIM, new).counts["new"] == 1


def test_a_list_is_not_taken_back_over_what_came_later(unit_a: Unit, helene: User) -> None:
    new = "000009;Nouveau;Jean;01/02/2000;A;A-1-1;;"
    first = run(unit_a, PAUL, KARIM, new)
    RequestFactory(detainee=Detainee.objects.get(last_name="Nouveau"), kind=unit_a.consultation)

    with pytest.raises(Refused, match="NOUVEAU Jean") as begun:
        take_back(by=helene, done=first)
    second = run(unit_a, PAUL.replace("A-2-214", "A-9-9"), KARIM, new)
    with pytest.raises(Refused) as later:
        take_back(by=helene, done=first)
    Detainee.objects.filter(pk=unit_a.paul.pk).update(cell="A-3-3")
    with pytest.raises(Refused, match="DURAND Paul") as changed:
        take_back(by=helene, done=second)

    assert [refused.value.code for refused in (begun, later, changed)] == ["begun", "later", "changed"]


def test_questions_that_a_list_settled_are_asked_again_when_it_is_taken_back(unit_a: Unit, helene: User) -> None:
    place, day = unit_a.establishment, workday(1)
    appointment(unit_a.paul, open_session(unit_a.doctor, day), unit_a.consultation, local(place, day, 9))
    run(unit_a, KARIM, complete=True, confirm_missing=True)
    back = run(unit_a, PAUL, KARIM)
    assert Question.objects.get().decision == "back"

    take_back(by=helene, done=back)

    assert Question.objects.get().decision == ""
    assert Detainee.objects.get(pk=unit_a.paul.pk).released_on == paris_day()


# --- In the browser ------------------------------------------------------------------------------------


def test_pages_of_a_joined_record_lead_to_the_person(unit_a: Unit, alice: User, at_door) -> None:
    old = twin(unit_a)
    browser = at_door(alice)
    address = browser.url("join_two", unit_a.paul.pk, old.pk)

    page = browser.get(address)
    answer = browser.post(address, {"seen": page.context["seen"]}, follow=True)

    assert "003000" in answer.content.decode()
    assert browser.get(browser.url("person", old.pk)).url.endswith(str(unit_a.paul.pk))
    found = browser.post(browser.url("people"), {"q": "durand"}, follow=True)
    assert [each.pk for each in found.context["people"]] == [unit_a.paul.pk]
    done = PersonJoin.objects.get()
    browser.post(browser.url("separate_two", done.pk))
    assert browser.get(browser.url("person", old.pk)).status_code == 200


def test_an_expired_preview_says_so(unit_a: Unit, alice: User, at_door) -> None:
    answer = at_door(alice).get(f"/registry/{uuid4()}")

    assert (answer.status_code, "one hour" in answer.content.decode()) == (404, True)


def test_arrivals_are_asked_for_once_by_hand_and_list(unit_a: Unit, alice: User) -> None:
    person = add_person(by=alice, establishment=unit_a.establishment, told=told(unit_a, register_number="000555"))
    ask_for_arrivals([person.pk], by=None, establishment=unit_a.establishment, today=paris_day(), first_list=False)

    assert Request.objects.count() == 1
