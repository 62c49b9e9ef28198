"""The measured list: what is counted, when, where, and what the report makes of it."""

from __future__ import annotations

import json
from collections import Counter
from datetime import date, timedelta

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.core.management import CommandError, call_command
from django.db import DatabaseError, IntegrityError, connection, transaction
from django.test import override_settings
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from appointments.arithmetic.inference import NothingToMeasure
from appointments.arithmetic.leakage import CYCLES, ListedCall, place_of
from appointments.arithmetic.timegrid import time_of
from appointments.models import Appointment, NeutralityMeasure
from appointments.models.enums.appointment import CancelReason, NotComeReason, Status
from appointments.neutrality import NeutralityReport, WeeksOutOfRange, measure_establishment, targets
from appointments.neutrality.counting import EXACT, EXPORTED, journeys, last_weeks, listed_calls, scope, sensitive_at
from appointments.neutrality.monthly import months_before
from appointments.neutrality.nightly import keep_measure, measure_whole
from appointments.neutrality.plain import DAYS, as_data
from appointments.neutrality.report import typical_week
from tests.appointments.neutrality.weeks import (
    FRIDAY,
    MONDAY,
    THURSDAY,
    TUESDAY,
    called,
    open_day,
    past_day,
    people,
)
from tests.conftest import Unit
from tests.doors import through
from tests.factories import AgendaFactory, EstablishmentFactory, KindFactory


def counted(unit: Unit, *, shown=EXPORTED, **window) -> dict[tuple[str, str], int]:
    """What is counted at `unit`, as {(discipline, weekday and time): number}."""
    calls = listed_calls(last_weeks(unit.establishment, **window), shown=shown)
    return Counter((call.discipline, place(call)) for call in calls)


def place(call: ListedCall) -> str:
    return f"{DAYS[call.day.weekday()]} {time_of(call.at):%H:%M}"


def psychiatry_alone_on_tuesday_afternoon(unit: Unit) -> NeutralityReport:
    """Two weeks: 24 psychiatric interviews on Tuesday afternoons, 24 of general medicine on Monday mornings."""
    everybody = people(unit.establishment, 24)
    for index, person in enumerate(everybody):
        week, minute = 1 + index % 2, 10 + index % 40
        called(person, unit.consultation, unit.doctor, past_day(unit.establishment, MONDAY, weeks_ago=week),
               f"{9 + index // 12}:{minute}".zfill(5))  # fmt: skip
        if index < 12:
            called(person, unit.psychiatry, unit.psychiatrist, past_day(unit.establishment, TUESDAY, weeks_ago=week),
                   f"14:{minute}")  # fmt: skip
    return measure_establishment(unit.establishment, weeks=4)


# What is counted


def test_counts_are_by_discipline_weekday_and_common_arrival_time(unit_a: Unit) -> None:
    day = past_day(unit_a.establishment, TUESDAY)
    called(unit_a.paul, unit_a.consultation, unit_a.doctor, day, "09:50")
    called(unit_a.karim, unit_a.psychiatry, unit_a.psychiatrist, day, "10:20")

    assert counted(unit_a) == {("general", "Tue 09:30"): 1, ("psychiatry", "Tue 09:30"): 1}
    assert counted(unit_a, shown=EXACT) == {("general", "Tue 09:50"): 1, ("psychiatry", "Tue 10:20"): 1}


def test_two_kinds_of_one_discipline_are_one_discipline_and_two_kinds(unit_a: Unit) -> None:
    first = KindFactory(establishment=unit_a.establishment, name="First interview", discipline="psychiatry")
    day = past_day(unit_a.establishment, TUESDAY)
    called(unit_a.paul, first, unit_a.psychiatrist, day, "14:10")
    called(unit_a.karim, unit_a.psychiatry, unit_a.psychiatrist, day, "14:40")

    assert counted(unit_a) == {("psychiatry", "Tue 14:00"): 2}
    calls = listed_calls(last_weeks(unit_a.establishment), shown=EXPORTED)
    assert {call.kind for call in calls} == {"First interview", unit_a.psychiatry.name}


def test_discipline_is_that_of_the_consultation_and_not_of_the_agenda(unit_a: Unit) -> None:
    """A move may bring one to an agenda of another discipline."""
    day = past_day(unit_a.establishment, TUESDAY)
    moved = called(unit_a.paul, unit_a.psychiatry, unit_a.psychiatrist, day, "14:10")
    Appointment.objects.filter(pk=moved.pk).update(agenda=unit_a.doctor, session=open_day(unit_a.doctor, day))

    assert counted(unit_a) == {("psychiatry", "Tue 14:00"): 1}


def test_cancelled_is_left_out_and_did_not_come_is_counted(unit_a: Unit) -> None:
    day = past_day(unit_a.establishment, TUESDAY)
    called(unit_a.paul, unit_a.consultation, unit_a.doctor, day, "09:50", status=Status.CANCELLED,
           cancel_reason=CancelReason.MISTAKE)  # fmt: skip
    called(unit_a.karim, unit_a.consultation, unit_a.doctor, day, "10:40", status=Status.NOT_COME,
           not_come_reason=NotComeReason.NO_REASON)  # fmt: skip
    called(unit_a.paul, unit_a.consultation, unit_a.doctor, day, "14:40", status=Status.BOOKED)

    assert counted(unit_a) == {("general", "Tue 10:30"): 1, ("general", "Tue 14:00"): 1}


def test_another_establishment_is_never_counted(unit_a: Unit, unit_b: Unit) -> None:
    called(unit_b.paul, unit_b.psychiatry, unit_b.psychiatrist, past_day(unit_b.establishment, TUESDAY), "09:50")

    assert counted(unit_a) == {}
    with pytest.raises(NothingToMeasure):
        measure_establishment(unit_a.establishment)


@pytest.mark.parametrize("zone", ["Europe/Paris", "America/Guadeloupe", "Pacific/Noumea", "Indian/Reunion"])
def test_weekday_and_time_are_the_establishment_s_own(db: None, zone: str) -> None:
    there = EstablishmentFactory(time_zone=zone)
    [person] = people(there, 1)
    agenda, kind = AgendaFactory(establishment=there), KindFactory(establishment=there)
    called(person, kind, agenda, past_day(there, MONDAY), "08:30")
    called(person, kind, agenda, past_day(there, FRIDAY), "16:59")

    calls = listed_calls(last_weeks(there, weeks=4), shown=EXPORTED)

    assert sorted(map(place, calls)) == ["Fri 16:00", "Mon 08:30"]


def test_wave_of_summer_and_winter_is_one_context(unit_a: Unit) -> None:
    for day in (date(2026, 3, 24), date(2026, 3, 31)):  # the clocks change on 29 March
        called(unit_a.paul, unit_a.consultation, unit_a.doctor, day, "09:50")

    assert counted(unit_a, weeks=4, until=date(2026, 4, 7)) == {("general", "Tue 09:30"): 2}


def test_places_counted_by_the_database_are_those_of_the_arithmetic(unit_a: Unit) -> None:
    """Weeks of a cycle too: a clinic of every fourth week is booked at its own place."""
    for week in range(1, 10):
        day = past_day(unit_a.establishment, TUESDAY, weeks_ago=week)
        called(unit_a.paul, unit_a.psychiatry, unit_a.psychiatrist, day, "14:10")
        called(unit_a.karim, unit_a.consultation, unit_a.doctor, day, "14:20")
    window = last_weeks(unit_a.establishment)

    found = sensitive_at(window, sensitive=frozenset({"psychiatry"}))

    for cycle in CYCLES:
        expected = Counter(
            (place_of(call.day, call.at, cycle), call.discipline == "psychiatry")
            for call in listed_calls(window, shown=EXPORTED)
        )
        cells = found[cycle].cells.items()
        assert {(where, is_it): n for where, cell in cells for is_it, n in cell.items()} == expected


def test_window_ends_yesterday_and_begins_whole_weeks_before(unit_a: Unit) -> None:
    today = timezone.localdate(timezone=unit_a.establishment.zone)
    for days in (0, 1, 14, 15):
        called(unit_a.paul, unit_a.consultation, unit_a.doctor, today - timedelta(days=days), "08:30")

    assert sum(counted(unit_a, weeks=2).values()) == 2
    window = last_weeks(unit_a.establishment, weeks=2)
    assert (window.since, window.last) == (today - timedelta(days=14), today - timedelta(days=1))


@pytest.mark.parametrize("weeks", [-1, 0, 105])
def test_window_out_of_range_is_refused(unit_a: Unit, weeks: int) -> None:
    with pytest.raises(WeeksOutOfRange):
        last_weeks(unit_a.establishment, weeks=weeks)


def test_two_consultations_called_together_are_one_journey_less(unit_a: Unit) -> None:
    day = past_day(unit_a.establishment, TUESDAY)
    called(unit_a.paul, unit_a.consultation, unit_a.doctor, day, "09:30")
    called(unit_a.paul, unit_a.psychiatry, unit_a.psychiatrist, day, "10:00")
    called(unit_a.karim, unit_a.consultation, unit_a.doctor, day, "10:00")
    window = last_weeks(unit_a.establishment)

    assert (journeys(window, shown=EXPORTED), journeys(window, shown=EXACT)) == (2, 3)
    assert scope(window) == (2, 1, 20.0)


# What the report makes of it


def test_psychiatry_alone_in_its_waves_is_identified_and_so_is_told(unit_a: Unit) -> None:
    report = psychiatry_alone_on_tuesday_afternoon(unit_a)
    told = report.exported.leakage

    assert told.calls == 36
    assert told.share_identified() == 1.0
    [pure] = [each for each in told.pure if each.place.cycle == 1]
    assert (pure.secret.name, pure.place[:2], pure.calls) == ("any", (2, 14 * 60), 12)
    assert told.groups.only_sensitive == 12
    assert {each.name for each in targets(report) if not each.is_met} >= {"leakage", "identified_share"}
    week = typical_week(report.exported.calls, sensitive={"psychiatry"})
    assert [cell.level for cell in week if (cell.weekday, cell.at) == (2, 14 * 60)] == ["tells"]


def test_report_puts_the_exact_times_beside_the_exported_list(unit_a: Unit) -> None:
    report = psychiatry_alone_on_tuesday_afternoon(unit_a)

    assert report.exact.leakage.calls == report.exported.leakage.calls
    assert report.exact.leakage.groups.alone > report.exported.leakage.groups.alone
    assert report.exact.mean_wait == 0.0
    assert report.exported.mean_wait > 0


def test_what_was_not_measured_is_not_called_kept(unit_a: Unit) -> None:
    report = psychiatry_alone_on_tuesday_afternoon(unit_a)

    assert [(each.found, each.is_met) for each in targets(report) if each.name == "kept_gain"] == [(None, False)]


def test_report_of_a_mixed_wave_keeps_every_target(unit_a: Unit) -> None:
    everybody = people(unit_a.establishment, 40)
    for index, person in enumerate(everybody):
        day = past_day(unit_a.establishment, THURSDAY, weeks_ago=1 + index % 2)
        at = f"{9 + index // 20}:{30 + index % 20}".zfill(5)
        kind, agenda = (
            (unit_a.psychiatry, unit_a.psychiatrist) if index % 5 == 0 else (unit_a.consultation, unit_a.doctor)
        )
        called(person, kind, agenda, day, at)
    person = everybody[1]
    called(person, unit_a.consultation, unit_a.doctor, past_day(unit_a.establishment, THURSDAY), "10:05")

    report = measure_establishment(unit_a.establishment)

    assert report.exported.leakage.min_entropy == 0.0
    assert {each.name: each.is_met for each in targets(report) if each.name not in {"journeys", "kept_gain"}} == {
        "nearly_alone": True, "leakage": True, "identified_share": True, "information": True, "lift": True,
        "lift_counting_weeks": True, "mean_wait": True}  # fmt: skip


def test_report_takes_the_same_queries_for_few_and_many(unit_a: Unit) -> None:
    day = past_day(unit_a.establishment, TUESDAY)
    called(unit_a.paul, unit_a.consultation, unit_a.doctor, day, "09:50")
    with CaptureQueriesContext(
        connection,
    ) as few:
        measure_establishment(unit_a.establishment)
    for index, person in enumerate(people(unit_a.establishment, 30)):
        called(person, unit_a.psychiatry, unit_a.psychiatrist, day, f"{9 + index // 10}:{10 + index % 10}".zfill(5))

    with CaptureQueriesContext(connection) as many:
        measure_establishment(unit_a.establishment)

    assert (len(few), len(many)) == (10, 10)


def test_care_login_may_measure(unit_a: Unit) -> None:
    called(unit_a.paul, unit_a.consultation, unit_a.doctor, past_day(unit_a.establishment, TUESDAY), "09:50")

    with through("care"):
        assert measure_establishment(unit_a.establishment).exported.leakage.calls == 1


@override_settings(CAREHUB_SENSITIVE_DISCIPLINES=["dentistry"])
def test_sensitive_disciplines_are_a_setting(unit_a: Unit) -> None:
    assert psychiatry_alone_on_tuesday_afternoon(unit_a).exported.leakage.share_identified() == 0.0


@override_settings(CAREHUB_SENSITIVE_DISCIPLINES=["psychiatry", "psycholgy"])
def test_misspelt_sensitive_discipline_is_refused_by_name(unit_a: Unit) -> None:
    with pytest.raises(ImproperlyConfigured, match="psycholgy"):
        measure_establishment(unit_a.establishment)


# The command


def test_command_prints_both_lists_side_by_side(unit_a: Unit, capsys: pytest.CaptureFixture[str]) -> None:
    psychiatry_alone_on_tuesday_afternoon(unit_a)

    call_command("neutrality", establishment="maa", weeks=4)

    said = capsys.readouterr().out
    assert "36 calls of 24 people on 4 days." in said
    assert "sensitive calls likelier than not                100.0 %" in said
    assert "Tue 14:00  any, 12 calls" in said
    assert "NOT MET" in said


def test_command_prints_json_without_infinity(unit_a: Unit, capsys: pytest.CaptureFixture[str]) -> None:
    # A person seen once by each: no leave-one-out guess is right, and its logarithm is minus infinity.
    day = past_day(unit_a.establishment, TUESDAY)
    called(unit_a.paul, unit_a.consultation, unit_a.doctor, day, "09:50")
    called(unit_a.karim, unit_a.psychiatry, unit_a.psychiatrist, day, "10:20")

    call_command("neutrality", establishment="MAA", json=True)

    data = json.loads(capsys.readouterr().out, parse_constant=pytest.fail)
    assert data["calls"] == 2
    assert data["lists"]["exported"]["min_entropy"] == 0.0
    assert data["lists"]["exported"]["kept"] is None
    assert set(data["lists"]) == {"exported", "exact"}


# Kept by night


def test_night_keeps_one_measure_an_establishment_and_says_when(
    unit_a: Unit, unit_b: Unit, capsys: pytest.CaptureFixture[str]
) -> None:
    psychiatry_alone_on_tuesday_afternoon(unit_a)

    call_command("measure_neutrality")
    call_command("measure_neutrality")

    [kept] = NeutralityMeasure.objects.all()
    assert (kept.establishment, kept.measured_on) == (unit_a.establishment, unit_a.establishment.today())
    assert kept.findings["last"] == str(unit_a.establishment.today() - timedelta(days=1))
    assert kept.findings["calls"] == 36
    said = capsys.readouterr().out
    assert "MAA: 36 calls measured, targets missed:" in said
    assert "nobody was called, nothing to measure." in said


def test_kept_measure_names_nobody(unit_a: Unit) -> None:
    psychiatry_alone_on_tuesday_afternoon(unit_a)

    kept = json.dumps(keep_measure(unit_a.establishment).findings)

    assert "Martin" not in kept
    assert unit_a.psychiatrist.name not in kept
    assert "p000" not in kept


def test_kept_measure_is_that_of_the_command(unit_a: Unit) -> None:
    psychiatry_alone_on_tuesday_afternoon(unit_a)

    kept = keep_measure(unit_a.establishment).findings
    whole = as_data(measure_whole(unit_a.establishment))

    assert {**whole, "months": [], "proposals": None} == {**kept, "months": [], "proposals": None}


def test_care_login_reads_the_measure_and_cannot_write_it(unit_a: Unit) -> None:
    psychiatry_alone_on_tuesday_afternoon(unit_a)
    kept = keep_measure(unit_a.establishment)

    with through("care"):
        assert NeutralityMeasure.objects.get().findings["calls"] == 36
        for attempt in (kept.save, kept.delete):
            with pytest.raises(DatabaseError, match="permission denied"), transaction.atomic():
                attempt()


def test_measure_without_its_version_is_refused_by_the_database(unit_a: Unit) -> None:
    with pytest.raises(IntegrityError, match="neutrality_measure_names_its_version"), transaction.atomic():
        NeutralityMeasure.objects.create(
            establishment=unit_a.establishment, measured_on=unit_a.establishment.today(), findings={}
        )


def test_command_prints_what_other_arrival_times_would_cost(unit_a: Unit, capsys: pytest.CaptureFixture[str]) -> None:
    psychiatry_alone_on_tuesday_afternoon(unit_a)

    call_command("neutrality", establishment="MAA", weeks=4, trade_off=True)

    lines = capsys.readouterr().out.splitlines()
    assert lines[0].split()[:3] == ["times", "identified", "leakage"]
    assert [int(line.split()[0]) for line in lines[1:]] == list(range(1, len(lines)))
    assert lines[1].endswith("  09:00")


def test_command_says_what_is_wrong_in_a_sentence(unit_a: Unit) -> None:
    open_day(unit_a.doctor, past_day(unit_a.establishment, TUESDAY))

    for options, sentence in (
        ({"establishment": "MAX"}, "There is no establishment MAX. Known codes: MAA."),
        ({"establishment": "MAA", "weeks": 0}, "--weeks is 0: choose 1 to 104."),
        ({"establishment": "MAA", "weeks": 1000}, "--weeks is 1000: choose 1 to 104."),
        ({"establishment": "MAA"}, "Nobody was called at Maison d’arrêt MAA in the last 26 weeks"),
    ):
        with pytest.raises(CommandError, match=sentence) as refusal:
            call_command("neutrality", **options)
        assert refusal.value.returncode == 1


@pytest.mark.parametrize(
    ("day", "months", "first"),
    [
        (date(2026, 11, 24), 6, date(2026, 5, 1)),
        (date(2026, 3, 31), 6, date(2025, 9, 1)),
        (date(2026, 1, 1), 1, date(2025, 12, 1)),
    ],
)
def test_months_before_a_day_begin_on_the_first(day: date, months: int, first: date) -> None:
    assert months_before(day, months) == first
