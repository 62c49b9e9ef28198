"""While somebody books: the exposure of proposed times, in words, and which of them are proposed first."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import translation

from appointments.arithmetic.leakage import place_of
from appointments.models.enums.appointment import CancelReason, Status
from appointments.neutrality.booking import Habits, exposures_of, exposures_of_slots, preferring_mixed
from appointments.openings.availability import FreeSlot
from tests.appointments.neutrality.weeks import TUESDAY, called, past_day, people
from tests.conftest import Unit
from tests.doors import through
from tests.factories import AgendaFactory, KindFactory, local, open_session


@pytest.fixture(autouse=True)
def english() -> Iterator[None]:
    """Sentences are compared in English."""
    with translation.override("en"):
        yield


@pytest.fixture
def tuesdays(unit_a: Unit) -> Unit:
    """Past Tuesdays: psychiatry alone at 14:00, one in six of a mixed wave at 09:30."""
    for index, person in enumerate(people(unit_a.establishment, 36)):
        day = past_day(unit_a.establishment, TUESDAY, weeks_ago=1 + index % 3)
        if index < 18:
            called(person, unit_a.psychiatry, unit_a.psychiatrist, day, f"14:{10 + index // 3}")
        kind, agenda = (
            (unit_a.psychiatry, unit_a.psychiatrist) if index % 6 == 0 else (unit_a.consultation, unit_a.doctor)
        )
        called(person, kind, agenda, day, f"09:{31 + index // 3 * 2}")
    return unit_a


def next_tuesday(unit: Unit):
    return past_day(unit.establishment, TUESDAY, weeks_ago=-1)


def wave(unit: Unit, hour: int, minute: int = 0):
    return local(unit.establishment, next_tuesday(unit), hour, minute)


def test_sensitive_kind_where_it_is_met_alone_is_high_and_warned_of(tuesdays: Unit) -> None:
    at = wave(tuesdays, 14)

    found = exposures_of(Habits(tuesdays.establishment), kind=tuesdays.psychiatry, called_at=[at])[at]

    assert found.habit.probability == pytest.approx((18 + 5 * 24 / 54) / 23)
    assert (found.word, found.warns, found.is_mixed) == ("high", True, False)
    assert found.reason == "At 14:00 on Tuesday, 88 out of 100 are called for a sensitive discipline."
    assert found.company == "Nobody else is called at that time yet."


def test_sensitive_kind_in_a_mixed_wave_is_low(tuesdays: Unit) -> None:
    at = wave(tuesdays, 9, 30)

    found = exposures_of(Habits(tuesdays.establishment), kind=tuesdays.psychiatry, called_at=[at])[at]

    assert (found.word, found.warns) == ("low", False)
    assert found.reason == "At 09:30 on Tuesday, only 20 out of 100 are called for a sensitive discipline."


def test_ordinary_kind_does_not_warn_however_usual_it_is(tuesdays: Unit) -> None:
    at = wave(tuesdays, 9, 30)

    found = exposures_of(Habits(tuesdays.establishment), kind=tuesdays.consultation, called_at=[at])[at]

    assert (found.word, found.warns) == ("low", False)
    assert found.reason == "This discipline is not among the sensitive ones: it hides the others."


def test_company_counts_the_others_and_leaves_out_oneself_and_the_cancelled(tuesdays: Unit) -> None:
    day, at = next_tuesday(tuesdays), wave(tuesdays, 9, 30)
    one, two = people(tuesdays.establishment, 2)
    called(one, tuesdays.consultation, tuesdays.doctor, day, "09:30", status=Status.BOOKED)
    called(one, tuesdays.psychiatry, tuesdays.psychiatrist, day, "10:00", status=Status.BOOKED)
    called(two, tuesdays.consultation, tuesdays.doctor, day, "09:50", status=Status.BOOKED)
    called(tuesdays.paul, tuesdays.consultation, tuesdays.doctor, day, "10:10", status=Status.BOOKED)
    called(tuesdays.karim, tuesdays.consultation, tuesdays.doctor, day, "10:20", status=Status.CANCELLED,
           cancel_reason=CancelReason.MISTAKE)  # fmt: skip

    found = exposures_of(
        Habits(tuesdays.establishment), kind=tuesdays.psychiatry, called_at=[at], leaving_out=tuesdays.paul.pk
    )[at]

    assert (found.people, found.others, found.is_mixed) == (2, 1, False)
    assert found.company == "2 other people are called at that time; for nothing sensitive: 1."


def test_time_without_a_past_says_so_instead_of_promising(tuesdays: Unit) -> None:
    at = wave(tuesdays, 16)

    found = exposures_of(Habits(tuesdays.establishment), kind=tuesdays.psychiatry, called_at=[at])[at]

    assert found.word == "unknown"
    assert found.reason == "Nobody has been called at that weekday and time in the last six months."


def test_exposure_in_an_establishment_without_a_past_is_said_to_be_unknown(unit_a: Unit) -> None:
    at = wave(unit_a, 16)

    found = exposures_of(Habits(unit_a.establishment), kind=unit_a.psychiatry, called_at=[at])[at]

    assert (found.word, found.discretion, found.habit.calls) == ("unknown", "not known", 0)


def test_time_shared_by_sensitive_disciplines_alone_is_high(unit_a: Unit) -> None:
    """Half psychiatry and half psychology: neither is likelier than not, and everybody there is followed."""
    psychology = KindFactory(establishment=unit_a.establishment, discipline="psychology")
    psychologist = AgendaFactory(establishment=unit_a.establishment, discipline="psychology")
    for index, person in enumerate(people(unit_a.establishment, 24)):
        day = past_day(unit_a.establishment, TUESDAY, weeks_ago=1 + index % 4)
        kind, agenda = (psychology, psychologist) if index % 2 else (unit_a.psychiatry, unit_a.psychiatrist)
        called(person, kind, agenda, day, f"14:{10 + index}")
        called(person, unit_a.consultation, unit_a.doctor, day, f"09:{31 + index}")
    at = wave(unit_a, 14)

    for kind in (psychology, unit_a.psychiatry):
        found = exposures_of(Habits(unit_a.establishment), kind=kind, called_at=[at])[at]
        assert (found.word, found.warns) == ("high", True)


def test_clinic_of_every_fourth_week_is_high_in_its_week_and_in_no_other(unit_a: Unit) -> None:
    everybody = people(unit_a.establishment, 12)
    this_week = place_of(next_tuesday(unit_a), 0, 4).week
    for weeks_ago in range(1, 26):
        day = past_day(unit_a.establishment, TUESDAY, weeks_ago=weeks_ago)
        is_clinic = place_of(day, 0, 4).week == this_week
        kind, agenda = (unit_a.psychiatry, unit_a.psychiatrist) if is_clinic else (unit_a.consultation, unit_a.doctor)
        for index, person in enumerate(everybody):
            called(person, kind, agenda, day, f"14:{10 + index}")
    habits = Habits(unit_a.establishment)
    now, later = wave(unit_a, 14), wave(unit_a, 14) + timedelta(weeks=2)

    found = exposures_of(habits, kind=unit_a.psychiatry, called_at=[now, later])

    assert found[now].word == "high"
    assert "whoever counts weeks knows" in found[now].reason
    assert found[later].word == "low"


def test_unknown_time_at_which_all_others_come_for_something_sensitive_is_high(tuesdays: Unit) -> None:
    day, at = next_tuesday(tuesdays), wave(tuesdays, 16)
    called(tuesdays.karim, tuesdays.psychiatry, tuesdays.psychiatrist, day, "16:10", status=Status.BOOKED)

    found = exposures_of(
        Habits(tuesdays.establishment), kind=tuesdays.psychiatry, called_at=[at], leaving_out=tuesdays.paul.pk
    )[at]

    assert (found.word, found.people, found.others) == ("high", 1, 0)
    assert found.reason == "All who are called at that time so far come for a sensitive discipline."


def test_few_calls_are_said_to_be_too_few(unit_a: Unit) -> None:
    for index, person in enumerate(people(unit_a.establishment, 5)):
        kind, agenda = (unit_a.psychiatry, unit_a.psychiatrist) if index < 2 else (unit_a.consultation, unit_a.doctor)
        called(person, kind, agenda, past_day(unit_a.establishment, TUESDAY), f"14:{10 + index}")
    at = wave(unit_a, 14)

    found = exposures_of(Habits(unit_a.establishment), kind=unit_a.psychiatry, called_at=[at])[at]

    assert found.word == "unknown"
    assert found.reason == "At 14:00 on Tuesday only 5 were called in six months: too few to tell."


def test_exposure_of_no_time_at_all_is_nothing(unit_a: Unit) -> None:
    assert exposures_of(Habits(unit_a.establishment), kind=unit_a.psychiatry, called_at=[]) == {}


def test_exposures_of_slots_are_by_start_and_leave_out_what_nobody_can_be_called_for(tuesdays: Unit) -> None:
    slots = slots_of(tuesdays, (8, 0), (9, 50), (14, 20))

    found = exposures_of_slots(Habits(tuesdays.establishment), slots, kind=tuesdays.psychiatry)

    assert {f"{start:%H:%M}": f"{each.called_at:%H:%M} {each.word}" for start, each in found.items()} == {
        "09:50": "09:30 low",
        "14:20": "14:00 high",
    }


def test_exposures_take_the_same_queries_for_one_slot_and_for_fifty(tuesdays: Unit) -> None:
    fifty = slots_of(tuesdays, *((9 + n // 10, 30 + n % 10) for n in range(50)))

    with through("care"), CaptureQueriesContext(connection) as one:
        exposures_of_slots(Habits(tuesdays.establishment), fifty[:1], kind=tuesdays.psychiatry)
    with through("care"), CaptureQueriesContext(connection) as many:
        exposures_of_slots(Habits(tuesdays.establishment), fifty, kind=tuesdays.psychiatry)

    assert (len(one.captured_queries), len(many.captured_queries)) == (3, 3)


def test_proposals_keep_the_earliest_and_prefer_what_hides(tuesdays: Unit) -> None:
    slots = slots_of(tuesdays, (14, 0), (14, 20), (14, 40), days=0) + slots_of(tuesdays, (9, 30), (9, 50), days=7)
    found = exposures_of_slots(Habits(tuesdays.establishment), slots, kind=tuesdays.psychiatry)

    chosen = preferring_mixed(slots, found, count=3)

    assert [slots.index(each) for each in chosen] == [0, 3, 4]
    assert preferring_mixed(slots, found, count=9) == slots
    assert preferring_mixed(slots, found, count=1) == slots[:1]
    assert preferring_mixed([], {}, count=5) == []


def test_sentences_are_french_for_a_french_reader(tuesdays: Unit) -> None:
    at = wave(tuesdays, 14)
    found = exposures_of(Habits(tuesdays.establishment), kind=tuesdays.psychiatry, called_at=[at])[at]

    with translation.override("fr"):
        assert "mardi" in found.reason


def slots_of(unit: Unit, *times: tuple[int, int], days: int = 0) -> list[FreeSlot]:
    """Free slots of the psychiatrist on a coming Tuesday."""
    day = next_tuesday(unit) + timedelta(days=days)
    session = open_session(unit.psychiatrist, day, 8, 18, start_minute=0) if times else None
    starts = [local(unit.establishment, day, *at) for at in times]
    return [FreeSlot(unit.psychiatrist, session, start, start + timedelta(minutes=20)) for start in starts]
