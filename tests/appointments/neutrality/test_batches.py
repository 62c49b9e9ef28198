"""Withdrawals that officers saw together: whose they were, counted from what care did and from the lists' own hours."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from io import StringIO
from zoneinfo import ZoneInfo

import pytest
from django.core.management import call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from access.models import User
from appointments.arithmetic.publication_grid import PublicationGrid
from appointments.arithmetic.purity import purity, purity_by_chance
from appointments.models import Agenda, Appointment, AppointmentChange, Kind, PublicationTime
from appointments.models.enums.appointment import ChangeKind, Status
from appointments.neutrality.batches import BatchFigures, measure_batches, seen_to_go
from appointments.neutrality.counting import last_weeks
from tests.appointments.neutrality.weeks import MONDAY, TUESDAY, called, open_day, past_day, people
from tests.conftest import Unit
from tests.doors import DoorClient

PARIS = ZoneInfo("Europe/Paris")
DAY = date(2026, 11, 26)
GRID = PublicationGrid.of([(time(8, 30), date(2020, 1, 1), None), (time(15, 30), date(2020, 1, 1), None)], PARIS)


# --- Purity -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("batches", "share"),
    [
        ([], None),
        ([["a", "a"], ["b", "b", "b"]], 1.0),
        ([["a", "b"], ["a", "b"]], 0.5),
        # The example of Manning, Raghavan and Schütze, figure 16.4: (5 + 4 + 3) / 17.
        ([list("xxxxxo"), list("xoooo#"), list("xx###")], 12 / 17),
    ],
)
def test_purity_is_the_share_of_the_commonest_label_of_each_batch(batches: list[list[str]], share: float) -> None:
    assert purity(batches) == share


def test_purity_by_chance_of_pairs_of_two_labels_is_known() -> None:
    """Two of four fall alike with 1/3: the mean is 1/3 + 2/3 · 1/2."""
    assert purity_by_chance([["a", "a"], ["b", "b"]]) == pytest.approx(2 / 3, abs=0.05)
    assert purity_by_chance([["a", "a"]]) == 1.0
    assert purity_by_chance([]) is None


# --- When a line is seen to go ------------------------------------------------------------------------


def at(day: date, hour: int, minute: int = 0) -> datetime:
    return datetime.combine(day, time(hour, minute), tzinfo=PARIS)


@pytest.mark.parametrize(
    ("booked", "withdrawn", "seen"),
    [
        # Out since 15:30 of the day before; gone with the next publication before the call.
        (at(DAY - timedelta(days=9), 9), at(DAY - timedelta(days=1), 17), at(DAY, 8, 30)),
        (at(DAY - timedelta(days=9), 9), at(DAY, 9), at(DAY, 15, 30)),
        # Nobody had read it.
        (at(DAY - timedelta(days=9), 9), at(DAY - timedelta(days=1), 15), None),
        (at(DAY, 9), at(DAY, 10), None),
        # No publication is left before the call, or the call is over.
        (at(DAY - timedelta(days=9), 9), at(DAY, 15, 40), None),
        (at(DAY - timedelta(days=9), 9), at(DAY, 17), None),
    ],
)
def test_line_goes_with_the_publication_that_officers_read(
    booked: datetime, withdrawn: datetime, seen: datetime | None
) -> None:
    assert seen_to_go(GRID, at(DAY, 16), booked_at=booked, withdrawn_at=withdrawn) == seen


def test_lists_that_are_open_all_the_time_show_what_goes_within_an_hour() -> None:
    always = PublicationGrid.of([], PARIS)
    booked = at(DAY - timedelta(days=9), 9)

    gone = seen_to_go(always, at(DAY, 16), booked_at=booked, withdrawn_at=at(DAY, 9, 40))
    far = seen_to_go(always, at(DAY, 16), booked_at=booked, withdrawn_at=at(DAY - timedelta(days=3), 9))

    assert (gone, far) == (at(DAY, 9), None)


# --- Of an establishment ------------------------------------------------------------------------------


@pytest.fixture
def unit(unit_a: Unit) -> Unit:
    for clock in (time(8, 30), time(15, 30)):
        PublicationTime.objects.create(establishment=unit_a.establishment, at=clock, since=date(2020, 1, 1))
    return unit_a


def withdrawn(unit: Unit, agenda: Agenda, kind: Kind, day: date, hours: list[str]) -> list[Appointment]:
    """So many convocations of a day, cancelled at nine in the morning, when the list of the day was out."""
    made = []
    for person, hour in zip(people(unit.establishment, len(hours)), hours, strict=True):
        row = called(person, kind, agenda, day, hour, status=Status.CANCELLED, cancel_reason="US_ABS")
        Appointment.objects.filter(pk=row.pk).update(booked_at=timezone.now() - timedelta(weeks=30))
        AppointmentChange.objects.create(
            establishment=unit.establishment,
            appointment=row,
            revision=2,
            what=ChangeKind.CANCELLED,
            by_name="head",
            at=datetime.combine(day, time(9), tzinfo=unit.establishment.zone),
        )
        made.append(row)
    return made


def figures(unit: Unit) -> BatchFigures:
    return measure_batches(last_weeks(unit.establishment))


def test_psychiatrist_away_is_a_pure_batch_of_a_sensitive_discipline(unit: Unit) -> None:
    monday, tuesday = past_day(unit.establishment, MONDAY), past_day(unit.establishment, TUESDAY)
    withdrawn(unit, unit.psychiatrist, unit.psychiatry, monday, ["16:00", "16:10", "16:20"])
    withdrawn(unit, unit.doctor, unit.consultation, tuesday, ["16:00"])
    withdrawn(unit, unit.psychiatrist, unit.psychiatry, tuesday, ["16:10"])

    found = figures(unit)

    assert (found.lines, found.alone, found.batches) == (5, 0, 2)
    assert (found.of_one, found.of_one_sensitive) == (1, 1)
    assert found.practitioner == found.discipline == pytest.approx(4 / 5)


def test_line_that_another_appointment_keeps_or_that_was_taken_back_did_not_go(unit: Unit) -> None:
    monday = past_day(unit.establishment, MONDAY)
    one, other = withdrawn(unit, unit.psychiatrist, unit.psychiatry, monday, ["16:00", "16:10"])
    called(one.detainee, unit.consultation, unit.doctor, monday, "16:30")
    change = other.changes.get()
    AppointmentChange.objects.create(
        establishment=unit.establishment,
        appointment=other,
        revision=3,
        what=ChangeKind.UNDONE,
        undoes=change,
        by_name="x",
    )

    assert figures(unit).lines == 0


def test_moved_away_counts_with_whom_the_person_was_to_see(unit: Unit) -> None:
    monday = past_day(unit.establishment, MONDAY)
    [person] = people(unit.establishment, 1)
    there = past_day(unit.establishment, TUESDAY)
    row = called(person, unit.psychiatry, unit.psychiatrist, there, "10:30")
    Appointment.objects.filter(pk=row.pk).update(
        agenda=unit.doctor,
        session=open_day(unit.doctor, there),
        booked_at=timezone.now() - timedelta(weeks=30),
    )
    AppointmentChange.objects.create(
        establishment=unit.establishment,
        appointment=row,
        revision=2,
        what=ChangeKind.MOVED,
        by_name="nurse",
        before={
            "agenda_id": unit.psychiatrist.pk,
            "starts_at": datetime.combine(monday, time(16), tzinfo=unit.establishment.zone).isoformat(),
        },
        at=datetime.combine(monday, time(9), tzinfo=unit.establishment.zone),
    )
    withdrawn(unit, unit.psychiatrist, unit.psychiatry, monday, ["16:10"])

    found = figures(unit)

    assert (found.batches, found.of_one_sensitive, found.practitioner) == (1, 1, 1.0)


def test_number_of_queries_is_the_same_for_any_number_of_withdrawals(unit: Unit) -> None:
    def asked() -> int:
        with CaptureQueriesContext(connection) as queries:
            figures(unit)
        return len(queries)

    monday = past_day(unit.establishment, MONDAY)
    withdrawn(unit, unit.psychiatrist, unit.psychiatry, monday, ["16:00"])
    before = asked()
    withdrawn(unit, unit.doctor, unit.consultation, monday, ["16:00", "16:05", "16:10", "16:15"])

    assert asked() == before == 5


def test_page_and_command_say_it(unit: Unit, helene: User) -> None:
    monday = past_day(unit.establishment, MONDAY)
    withdrawn(unit, unit.psychiatrist, unit.psychiatry, monday, ["16:00", "16:10"])
    for kind, agenda in ((unit.consultation, unit.doctor), (unit.psychiatry, unit.psychiatrist)):
        for weeks_ago in (1, 2, 3):
            day = past_day(unit.establishment, MONDAY, weeks_ago=weeks_ago)
            for minute, person in enumerate(people(unit.establishment, 3), 30):
                called(person, kind, agenda, day, f"10:{minute}")

    page = DoorClient("care").sign_in(helene).get("/neutrality/").content.decode()
    out = StringIO()
    call_command("neutrality", establishment=unit.establishment.code, stdout=out)

    assert "1 batch was of one practitioner alone, 1 of a sensitive discipline." in " ".join(page.split())
    assert "batches of one practitioner alone: 1, of a sensitive discipline: 1" in out.getvalue()
