"""What officers see when: lines wait for their publication, and what they have seen goes only with a mark."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, time, timedelta
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils import timezone

from access.models import AuditEntry, User
from appointments import booking, planning, projection
from appointments.models import Agenda, Appointment, Detainee, Movement, PublicationTime, UnplannedPublication
from appointments.models.enums.appointment import CancelReason
from appointments.planning import publishing
from appointments.projection import Schedule
from tests.conftest import Unit
from tests.doors import DoorClient, through
from tests.factories import local, open_session
from tests.published import early_there, let_time_pass, publish_at

pytestmark = pytest.mark.usefixtures("exports_open")
AtDoor = Callable[[User], DoorClient]
Lines = dict[str, str]


@dataclass
class Care:
    """Hélène's hands: she books and cancels at the care door, in an establishment where it is six in the morning."""

    unit: Unit
    head: User

    def day(self, days: int = 0) -> date:
        return timezone.localdate(timezone=self.unit.establishment.zone) + timedelta(days=days)

    def book(
        self, person: Detainee, clock: str, *, days: int = 0, agenda: Agenda | None = None, **how: Any
    ) -> Appointment:
        hour, minute = map(int, clock.split(":"))
        is_psychiatry = agenda == self.unit.psychiatrist
        with through("care"):
            return booking.book(
                by=self.head,
                detainee=person,
                agenda=agenda or self.unit.doctor,
                kind=self.unit.psychiatry if is_psychiatry else self.unit.consultation,
                starts_at=local(self.unit.establishment, self.day(days), hour, minute),
                **{"length": timedelta(minutes=20), **how},
            )

    def cancel(self, appointment: Appointment) -> None:
        appointment.refresh_from_db()
        with through("care"):
            booking.cancel(
                by=self.head,
                appointment=appointment,
                revision=appointment.revision,
                reason=CancelReason.UNIT_POSTPONED,
            )

    def publish(self, days: int = 0) -> int:
        with through("care"):
            return publishing.publish_now(self.unit.establishment, by=self.head, day=self.day(days))


@pytest.fixture
def care(unit_a: Unit, helene: User) -> Care:
    """Unit A with publications at 05:30, 08:30 and 15:30, open today and on the days after; it is past six there."""
    early_there(unit_a.establishment)
    publish_at(unit_a.establishment)
    found = Care(unit_a, helene)
    for agenda in (unit_a.doctor, unit_a.psychiatrist):
        for days in range(5):
            open_session(agenda, found.day(days), 8, 12)
            open_session(agenda, found.day(days), 14, 17, start_minute=0)
    return found


@pytest.fixture
def seen(unit_a: Unit, olga: User, at_door: AtDoor) -> Callable[..., Lines]:
    """Return a function that says what an officer of every building reads: "10:30 DURAND" and its mark."""

    def look(day: str = "today") -> Lines:
        text = at_door(olga).get(f"/mouvements.csv?day={day}").content.decode("utf-8-sig")
        rows = csv.DictReader(io.StringIO(text), delimiter=";")
        return {f"{row['Expected at']} {row['Name']}": row["Mark"] for row in rows}

    return look


def version(olga: DoorClient, day: str = "today") -> int:
    found = re.search(r"<strong>Version (\d+)</strong>", olga.get(f"/?day={day}").content.decode())
    return int(found[1]) if found else 0


# --- Appearing --------------------------------------------------------------------------------------


def test_line_of_today_waits_for_the_next_publication_and_is_marked_added(
    care: Care, seen: Callable[..., Lines]
) -> None:
    care.book(care.unit.paul, "10:40")

    assert seen() == {}
    let_time_pass()
    assert seen() == {"10:30 DURAND": "added"}


def test_line_of_tomorrow_waits_for_the_first_publication_of_that_list_and_bears_no_mark(
    care: Care, seen: Callable[..., Lines]
) -> None:
    care.book(care.unit.paul, "10:40", days=1)

    let_time_pass(3)
    assert seen("tomorrow") == {}
    let_time_pass(7)
    assert seen("tomorrow") == {"10:30 DURAND": ""}


def test_line_that_the_next_publication_would_bring_too_late_goes_out_at_once(
    care: Care, seen: Callable[..., Lines], olga: User, at_door: AtDoor
) -> None:
    before = version(at_door(olga))

    # Called at 08:30, when the next list goes out: nobody could bring them in time.
    care.book(care.unit.paul, "08:40")
    care.book(care.unit.karim, "09:40")

    assert seen() == {"08:30 DURAND": "added"}
    assert version(at_door(olga)) == before + 1


def test_without_publication_times_every_change_shows_at_once_and_without_marks(
    care: Care, seen: Callable[..., Lines]
) -> None:
    PublicationTime.objects.all().delete()

    made = care.book(care.unit.paul, "10:40")
    assert seen() == {"10:30 DURAND": ""}
    care.cancel(made)
    assert seen() == {}
    assert UnplannedPublication.objects.count() == 0


# --- Being withdrawn --------------------------------------------------------------------------------


def test_line_that_nobody_has_seen_goes_without_a_trace(care: Care, seen: Callable[..., Lines]) -> None:
    made = care.book(care.unit.paul, "10:40")

    care.cancel(made)

    assert not Movement.objects.exists()
    let_time_pass()
    assert seen() == {}


def test_line_that_officers_have_seen_stays_and_is_marked_withdrawn_at_the_next_publication(
    care: Care, seen: Callable[..., Lines]
) -> None:
    made = care.book(care.unit.paul, "10:40")
    care.publish()
    assert seen() == {"10:30 DURAND": "added"}

    care.cancel(made)

    assert seen() == {"10:30 DURAND": "added"}
    let_time_pass()
    assert seen() == {"10:30 DURAND": "withdrawn"}


def test_withdrawal_that_no_publication_brings_before_the_call_is_never_shown(
    care: Care, seen: Callable[..., Lines]
) -> None:
    PublicationTime.objects.filter(at=time(8, 30)).delete()
    made = care.book(care.unit.paul, "10:40")
    assert seen() == {"10:30 DURAND": "added"}

    care.cancel(made)
    let_time_pass(2)

    assert seen() == {"10:30 DURAND": "added"}


def test_urgent_withdrawal_is_shown_when_care_publishes_it(care: Care, seen: Callable[..., Lines]) -> None:
    PublicationTime.objects.filter(at=time(8, 30)).delete()
    care.cancel(care.book(care.unit.paul, "10:40"))

    assert care.publish() == 1

    assert seen() == {"10:30 DURAND": "withdrawn"}


def test_line_booked_again_before_its_withdrawal_was_published_never_changes(
    care: Care, seen: Callable[..., Lines]
) -> None:
    made = care.book(care.unit.paul, "10:40")
    care.publish()
    care.cancel(made)
    care.book(care.unit.paul, "11:00")

    let_time_pass()

    assert seen() == {"10:30 DURAND": "added"}
    assert Movement.objects.get().withdrawn_from is None


def test_line_booked_again_after_its_withdrawal_stands_again_at_the_next_publication(
    care: Care, seen: Callable[..., Lines]
) -> None:
    made = care.book(care.unit.paul, "10:40")
    care.publish()
    care.cancel(made)
    care.publish()
    assert seen() == {"10:30 DURAND": "withdrawn"}

    again = care.book(care.unit.paul, "11:00")

    assert seen() == {"10:30 DURAND": "withdrawn"}
    let_time_pass()
    assert seen() == {"10:30 DURAND": "added"}
    care.cancel(again)
    assert seen() == {"10:30 DURAND": "added"}


def test_line_stands_as_long_as_one_appointment_calls_the_person(care: Care, seen: Callable[..., Lines]) -> None:
    first = care.book(care.unit.paul, "10:40")
    care.book(care.unit.paul, "11:00", agenda=care.unit.psychiatrist)
    care.publish()

    care.cancel(first)
    let_time_pass()

    assert seen() == {"10:30 DURAND": "added"}


def test_new_arrival_times_withdraw_what_was_seen_and_move_the_rest_without_a_trace(
    care: Care, seen: Callable[..., Lines]
) -> None:
    care.book(care.unit.paul, "11:40")
    care.publish()
    care.book(care.unit.karim, "11:00")

    with through("care"):
        planning.add_arrival_time(care.unit.establishment, by=care.head, at=time(11, 0))

    assert seen() == {"10:30 DURAND": "added"}
    let_time_pass()
    assert seen() == {"10:30 DURAND": "withdrawn", "11:00 DURAND": "added", "11:00 BENALI": "added"}


def test_withdrawn_line_follows_the_cell_too(care: Care) -> None:
    made = care.book(care.unit.paul, "10:40")
    care.publish()
    care.cancel(made)
    Detainee.objects.filter(pk=care.unit.paul.pk).update(cell="QD-01")

    assert projection.follow([Detainee.objects.get(pk=care.unit.paul.pk)]) == 1

    assert Movement.objects.get().cell == "QD-01"


# --- Publishing now ---------------------------------------------------------------------------------


def test_publishing_lets_everything_of_the_day_out_in_one_batch(
    care: Care, seen: Callable[..., Lines], olga: User, at_door: AtDoor
) -> None:
    gone = care.book(care.unit.karim, "09:40")
    care.publish()
    before = version(at_door(olga))
    care.cancel(gone)
    care.book(care.unit.paul, "10:40")
    care.book(care.unit.paul, "10:40", days=1)

    assert care.publish() == 2

    assert seen() == {"10:30 DURAND": "added", "09:30 BENALI": "withdrawn"}
    assert seen("tomorrow") == {}
    assert version(at_door(olga)) == before + 1
    assert AuditEntry.objects.filter(verb="publish", username="helene").count() == 2


def test_list_published_before_its_first_publication_bears_no_marks(care: Care, seen: Callable[..., Lines]) -> None:
    care.book(care.unit.paul, "10:40", days=1)

    care.publish(1)

    assert seen("tomorrow") == {"10:30 DURAND": ""}


def test_nothing_to_publish_is_said(care: Care) -> None:
    with pytest.raises(publishing.NothingToPublish):
        care.publish()


@pytest.mark.parametrize("who", ["bob", "chloe"])
def test_clinician_and_stranger_do_not_publish(who: str, care: Care, request: pytest.FixtureRequest) -> None:
    care.book(care.unit.paul, "10:40")

    with pytest.raises(PermissionDenied), transaction.atomic():
        publishing.publish_now(care.unit.establishment, by=request.getfixturevalue(who), day=care.day())


def test_batch_of_one_practitioner_tells_and_a_mixed_one_does_not(care: Care) -> None:
    care.cancel(care.book(care.unit.paul, "08:40", agenda=care.unit.psychiatrist))
    care.book(care.unit.karim, "10:40", agenda=care.unit.psychiatrist)
    today, _tomorrow = publishing.batches(Schedule.of(care.unit.establishment))
    assert (len(today.waiting), today.tells) == (2, True)

    care.book(care.unit.paul, "09:40", agenda=care.unit.doctor)

    today, _tomorrow = publishing.batches(Schedule.of(care.unit.establishment))
    assert (len(today.waiting), today.tells) == (3, False)


def test_appointments_whose_call_officers_see_are_told_apart(care: Care) -> None:
    now = care.book(care.unit.paul, "08:40")
    waiting = care.book(care.unit.karim, "10:40")
    tomorrow = care.book(care.unit.paul, "10:40", days=1)

    assert projection.already_published([now, waiting, tomorrow]) == {now.pk}
    PublicationTime.objects.all().delete()
    assert projection.already_published([now, waiting, tomorrow]) == set()


# --- Changing the publication times -----------------------------------------------------------------


def times_of(care: Care) -> list[tuple[str, int, int | None]]:
    """The times, each with the days from today on which it begins (0: long ago) and ends."""
    today = care.day()
    rows = PublicationTime.objects.filter(establishment=care.unit.establishment)
    return [
        (f"{row.at:%H:%M}", max((row.since - today).days, 0), (row.until - today).days if row.until else None)
        for row in rows
    ]


def test_change_holds_from_tomorrow_and_can_be_taken_back(care: Care) -> None:
    place, head = care.unit.establishment, care.head
    kept = [("05:30", 0, None), ("08:30", 0, None), ("15:30", 0, None)]
    with through("care"):
        planning.add_publication_time(place, by=head, at=time(17, 0))
        planning.remove_publication_time(place, by=head, at=time(8, 30))
        assert times_of(care) == [("05:30", 0, None), ("08:30", 0, 1), ("15:30", 0, None), ("17:00", 1, None)]

        planning.remove_publication_time(place, by=head, at=time(17, 0))
        planning.add_publication_time(place, by=head, at=time(8, 30))
    assert times_of(care) == kept


def test_change_hides_nothing_publishes_nothing_and_dates_what_waits_anew(
    care: Care, seen: Callable[..., Lines]
) -> None:
    care.book(care.unit.paul, "08:40")
    care.book(care.unit.karim, "10:40")
    later = care.book(care.unit.karim, "10:40", days=3)
    before = (seen(), seen("tomorrow"))
    waiting = set(Movement.objects.filter(visible_from__isnull=False).values_list("expected_at", "visible_from"))

    with through("care"):
        planning.remove_publication_time(care.unit.establishment, by=care.head, at=time(15, 30))

    assert (seen(), seen("tomorrow")) == before
    after = set(Movement.objects.filter(visible_from__isnull=False).values_list("expected_at", "visible_from"))
    assert {at for at, _from in after} == {at for at, _from in waiting}
    assert dict(after)[later.called_at] == local(care.unit.establishment, care.day(2), 8, 30)


def test_first_publication_time_leaves_open_lists_open_and_closes_later_ones(
    care: Care, seen: Callable[..., Lines]
) -> None:
    PublicationTime.objects.all().delete()
    for days in range(5):
        care.book(care.unit.paul, "10:40", days=days)

    with through("care"):
        planning.add_publication_time(care.unit.establishment, by=care.head, at=time(6, 30))
    care.book(care.unit.karim, "09:40", days=1)

    assert seen("tomorrow") == {"09:30 BENALI": "", "10:30 DURAND": ""}
    last = Movement.objects.get(expected_at=local(care.unit.establishment, care.day(4), 10, 30))
    assert last.visible_from == local(care.unit.establishment, care.day(3), 6, 30)


@pytest.mark.parametrize(
    ("verb", "at", "sentence"),
    [
        (planning.add_publication_time, time(15, 30), "This is already a publication time."),
        (planning.add_publication_time, time(16, 0), "Leave an hour between two publications."),
        (planning.remove_publication_time, time(9, 0), "This is not a publication time any longer."),
    ],
)
def test_change_that_makes_no_sense_is_refused_in_a_sentence(
    verb: Callable[..., object], at: time, sentence: str, care: Care
) -> None:
    with pytest.raises(planning.PlanningRefused, match=re.escape(sentence)):
        verb(care.unit.establishment, by=care.head, at=at)


def test_only_the_head_of_unit_changes_publication_times(care: Care, alice: User) -> None:
    for verb in (planning.add_publication_time, planning.remove_publication_time):
        with pytest.raises(PermissionDenied):
            verb(care.unit.establishment, by=alice, at=time(8, 30))
