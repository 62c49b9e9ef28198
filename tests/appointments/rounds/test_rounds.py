"""Who is on a round, what is due, and what is written of each visit."""

from __future__ import annotations

from datetime import time, timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.db import connection

from access.enums import Role
from access.folding import folded
from access.models import User
from access.refusal import Refused
from appointments.models import Obstruction, RoundKind, RoundStay, RoundVisit
from appointments.models.enums.obstruction import HalfDay, ObstructionCause, ObstructionKind
from appointments.models.enums.rounds import RoundRhythm, RoundTeam, VisitOutcome, VisitReason
from appointments.obstruction.log import count_lately
from appointments.rounds import (
    State,
    count_due,
    end_stay,
    legal_weeks,
    lines_of_day,
    put_on_round,
    retire_kind,
    save_kind,
    take_back,
    take_kind_back,
)
from tests.appointments.rounds.scenes import dressings, move, say, since, stay_of, wing_round
from tests.conftest import Unit
from tests.doors import as_login
from tests.factories import BuildingFactory, member

pytestmark = pytest.mark.django_db
SEEN, REFUSED, PREVENTED = VisitOutcome.SEEN, VisitOutcome.REFUSED, VisitOutcome.PREVENTED


def test_whoever_comes_into_a_wing_is_on_its_round_until_they_leave(unit_a: Unit) -> None:
    kind = wing_round(unit_a.establishment)
    today = unit_a.establishment.today()

    move(unit_a.paul, "QD-03")
    stay = stay_of(unit_a.paul)
    assert (stay.kind, stay.place, stay.since) == (kind, "QD*", today)
    # From one wing into the other: a new time on the round, the former one stays readable.
    move(unit_a.paul, "QI-1")
    assert stay_of(unit_a.paul).place == "QI*"
    move(unit_a.paul, "A-2-214")

    assert not RoundStay.objects.on(today).exists()
    assert RoundStay.objects.filter(detainee=unit_a.paul).count() == 2


def test_round_that_begins_finds_those_who_are_there_and_a_retired_one_lets_them_go(unit_a: Unit, helene: User) -> None:
    move(unit_a.paul, "12", BuildingFactory(establishment=unit_a.establishment, name="Quartier d’Isolement"))
    values = {"rhythm": RoundRhythm.WEEKLY, "times_a_week": 2, "least_days": 1, "most_days": 4, "weekdays": ""}
    values |= {"team": RoundTeam.CLINICIAN, "is_legal": True, "name": "QI", "places": "quartier d'isolement"}

    kind = save_kind(unit_a.establishment, by=helene, **values)
    assert stay_of(unit_a.paul).kind == kind
    retire_kind(kind, by=helene)
    assert count_due(unit_a.establishment) == 0
    take_kind_back(kind, by=helene)
    assert stay_of(unit_a.paul).kind == kind
    unit_a.paul.released_on = unit_a.establishment.today()
    unit_a.paul.save()
    assert not RoundStay.objects.filter(ends_on=None).exists()


@pytest.mark.parametrize("text", ["Quartier d’Isolement", "QI-É.2  bis", "Œuvre_50%", "a‑b", "Ǆ ﬁn"])
def test_database_folds_as_searches_do(text: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT appointments_round_folded(%s), appointments_round_place(%s, %s, '')", [text, text, text])
        assert cursor.fetchone() == (folded(text), text.strip())


def test_visit_is_due_until_somebody_met_the_person(unit_a: Unit, alice: User) -> None:
    place = unit_a.establishment
    stay = since(unit_a.paul, wing_round(place), 10)

    assert [line.state for line in lines_of_day(place, place.today())] == [State.LATE]
    assert count_due(place) == 1
    prevented = say(alice, stay, PREVENTED, reason=VisitReason.STAFF)
    assert count_due(place) == 1
    say(alice, stay, REFUSED, seen_last=prevented.pk)
    (line,) = lines_of_day(place, place.today())

    assert line.state == State.DONE
    assert count_due(place) == 0
    # The former word stays, with who and where.
    assert [visit.outcome for visit in RoundVisit.objects.order_by("recorded_at")] == [PREVENTED, REFUSED]
    assert (prevented.cell, prevented.building) == (unit_a.paul.cell, unit_a.paul.building)


def test_page_and_count_read_by_a_constant_number_of_queries(
    unit_a: Unit, alice: User, django_assert_num_queries: object
) -> None:
    place = unit_a.establishment
    for person in (unit_a.paul, unit_a.karim):
        say(alice, since(person, wing_round(place, name=person.last_name, places=person.cell), 9), SEEN)

    with django_assert_num_queries(2):  # type: ignore[operator]
        assert len(lines_of_day(place, place.today())) == 2
    with django_assert_num_queries(1):  # type: ignore[operator]
        count_due(place)


def test_second_press_says_what_was_done_and_a_colleagues_word_is_not_written_over(
    unit_a: Unit, alice: User, bob: User
) -> None:
    stay = since(unit_a.paul, wing_round(unit_a.establishment), 3)

    first = say(alice, stay, SEEN)
    assert say(alice, stay, SEEN) == first
    with pytest.raises(Refused, match="Alice noted “Seen” meanwhile"):
        say(bob, stay, PREVENTED, reason=VisitReason.STAFF)
    assert RoundVisit.objects.count() == 1


def test_visit_is_taken_back_in_the_minutes_after_by_whoever_wrote_it(unit_a: Unit, alice: User, bob: User) -> None:
    stay = since(unit_a.paul, wing_round(unit_a.establishment), 3)
    visit = say(alice, stay, SEEN)

    with pytest.raises(Refused, match="Only who wrote"):
        take_back(by=bob, visit=visit)
    void = take_back(by=alice, visit=visit)
    assert lines_of_day(unit_a.establishment, stay.establishment.today())[0].state != State.DONE
    say(alice, stay, SEEN, seen_last=void.pk)

    assert [visit.outcome for visit in RoundVisit.objects.order_by("recorded_at")] == [SEEN, VisitOutcome.VOID, SEEN]


def test_what_does_not_go_together_is_refused(unit_a: Unit, alice: User, emma: User) -> None:
    today = unit_a.establishment.today()
    stay = since(unit_a.paul, wing_round(unit_a.establishment, team=RoundTeam.NURSE), 3)

    for outcome, day, more, words in (
        (PREVENTED, today, {}, "Say from the list"),
        (SEEN, today, {"reason": "staff"}, "A reason belongs"),
        (SEEN, today + timedelta(days=1), {}, "on its day"),
        (SEEN, today - timedelta(days=4), {}, "not on the round"),
        (VisitOutcome.VOID, today, {}, "what became"),
    ):
        with pytest.raises(Refused, match=words):
            say(alice, stay, outcome, day, **more)
    with pytest.raises(Refused, match="This round is made by a nurse"):
        say(emma, stay, SEEN)
    say(alice, stay, SEEN, today - timedelta(days=2), at=time(9, 30))


def test_carer_puts_somebody_on_a_round_for_some_days_and_ends_it(unit_a: Unit, alice: User) -> None:
    place, kind = unit_a.establishment, dressings(unit_a.establishment)
    today = place.today()

    stay = put_on_round(by=alice, person=unit_a.paul, kind=kind, since=today, last_day=today + timedelta(days=4))
    with pytest.raises(Refused, match="at that time already"):
        put_on_round(by=alice, person=unit_a.paul, kind=kind, since=today + timedelta(days=2), last_day=None)
    assert (count_due(place), stay.last_day) == (1, today + timedelta(days=4))
    # Moving changes nothing: a dressing is due in any cell.
    move(unit_a.paul, "B-1-1")
    assert count_due(place) == 1
    end_stay(by=alice, stay=stay)
    assert count_due(place) == 0


@pytest.mark.parametrize(("first", "last"), [(-1, 3), (400, None), (2, 1), (0, 800)])
def test_impossible_days_on_a_round_are_refused(unit_a: Unit, alice: User, first: int, last: int | None) -> None:
    today = unit_a.establishment.today()
    last_day = None if last is None else today + timedelta(days=last)

    with pytest.raises(Refused, match="Choose a"):
        put_on_round(
            by=alice,
            person=unit_a.paul,
            kind=dressings(unit_a.establishment),
            since=today + timedelta(days=first),
            last_day=last_day,
        )


def test_only_the_head_defines_rounds_and_the_law_sets_the_least(unit_a: Unit, alice: User, helene: User) -> None:
    kind = wing_round(unit_a.establishment)
    names = ("name", "places", "rhythm", "times_a_week", "least_days", "most_days", "weekdays", "team", "is_legal")
    values = {name: getattr(kind, name) for name in names}

    with pytest.raises(PermissionDenied):
        save_kind(unit_a.establishment, by=alice, kind=kind, **values)
    with pytest.raises(Refused, match="at least two visits a week"):
        save_kind(unit_a.establishment, by=helene, kind=kind, **values | {"times_a_week": 1})
    with pytest.raises(Refused, match="already a round"):
        save_kind(unit_a.establishment, by=helene, **values)
    with pytest.raises(Refused, match="as it began"):
        save_kind(unit_a.establishment, by=helene, kind=kind, **values | {"places": ""})


def test_weeks_show_who_had_fewer_visits_than_the_law_asks(unit_a: Unit, alice: User) -> None:
    place = unit_a.establishment
    kind, today = wing_round(place), place.today()
    monday = today - timedelta(days=today.weekday() + 7)
    paul, karim = since(unit_a.paul, kind, 30), since(unit_a.karim, kind, 30)
    for stay, outcome, number in ((paul, SEEN, 0), (paul, REFUSED, 3), (karim, SEEN, 1), (karim, PREVENTED, 4)):
        say(alice, stay, outcome, monday + timedelta(days=number), reason="staff" if outcome == PREVENTED else "")

    last_week = legal_weeks(place)[1]

    assert (last_week.monday, last_week.due, last_week.done, last_week.refused, last_week.prevented) == (
        monday,
        4,
        3,
        1,
        1,
    )
    assert [one.person for one in last_week.short] == [unit_a.karim]


def test_prevented_visits_are_facts_of_obstruction_that_name_nobody(unit_a: Unit, alice: User) -> None:
    kind = wing_round(unit_a.establishment)
    paul, karim = since(unit_a.paul, kind, 3), since(unit_a.karim, kind, 3)
    say(alice, paul, PREVENTED, reason=VisitReason.STAFF, at=time(9))
    word = say(alice, karim, PREVENTED, reason=VisitReason.UNIT, at=time(9))

    count_lately(unit_a.establishment, 1)
    fact = Obstruction.objects.get(kind=ObstructionKind.VISITS)

    # The unit's own reason obstructs nobody.
    assert (fact.affected, fact.expected, fact.cause, fact.half_day) == (1, 1, ObstructionCause.STAFF, HalfDay.MORNING)
    assert (fact.building, fact.detainee) == (unit_a.building, None)
    assert word.reason == VisitReason.UNIT
    # Seen after all in the afternoon: the log is corrected with the visit.
    say(alice, paul, SEEN, seen_last=RoundVisit.objects.get(stay=paul).pk)
    count_lately(unit_a.establishment, 1)
    assert not Obstruction.objects.standing().filter(kind=ObstructionKind.VISITS).exists()


def test_care_login_writes_visits_and_the_nominal_list_moves_people(unit_a: Unit, alice: User) -> None:
    kind = wing_round(unit_a.establishment)
    with as_login("care", "default"):
        move(unit_a.paul, "QD-03")
        say(alice, stay_of(unit_a.paul), SEEN)
        put_on_round(
            by=alice,
            person=unit_a.karim,
            kind=dressings(unit_a.establishment),
            since=kind.establishment.today(),
            last_day=None,
        )

    assert RoundStay.objects.count() == 2


def test_another_establishment_shares_nothing(unit_a: Unit, unit_b: Unit, chloe: User) -> None:
    wing_round(unit_a.establishment)
    stay = since(unit_a.paul, RoundKind.objects.get(), 3)

    assert lines_of_day(unit_b.establishment, unit_b.establishment.today()) == []
    with pytest.raises(Refused, match="This round is made by"):
        say(chloe, stay, SEEN)
    assert member(Role.NURSE, unit_b.establishment, username="dora")
