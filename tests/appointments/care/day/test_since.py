"""What changed since the last shift: when that was, and what others did meanwhile."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from django.utils import timezone

from access.enums import Happening
from access.models import AccountEvent, User
from appointments.care.day.since import LONGEST, before_the_pause
from appointments.models import RegistryImport
from tests.conftest import Unit
from tests.doors import AtDoor
from tests.factories import appointment, away, closed, local, open_session, workday
from tests.reading import words_at

NOON = datetime(2026, 11, 30, 12, tzinfo=UTC)


def test_last_shift_is_the_sign_in_before_a_pause() -> None:
    def ago(*hours: float) -> list[datetime]:
        return [NOON - timedelta(hours=each) for each in hours]

    assert before_the_pause(ago(0.1, 2, 4, 17, 20), NOON) == ago(17)[0]
    assert before_the_pause(ago(8), NOON) == ago(8)[0]
    assert before_the_pause(ago(0.1, 2), NOON) == NOON - LONGEST
    assert before_the_pause([], NOON) == NOON - LONGEST


def test_page_tells_what_others_did_and_not_what_one_did_oneself(
    unit_a: Unit, alice: User, helene: User, bob: User, at_door: AtDoor
) -> None:
    place, day = unit_a.establishment, workday(1)
    session = open_session(unit_a.doctor, day)
    theirs = appointment(unit_a.paul, session, unit_a.consultation, local(place, day, 9, 10))
    mine = appointment(unit_a.karim, session, unit_a.consultation, local(place, day, 10, 10))
    AccountEvent.objects.create(user=alice, what=Happening.SIGN_IN, at=timezone.now() - timedelta(hours=20))
    sent = {"cancel-reason": "US_REPORT"}
    at_door(helene).post(f"/appointment/{theirs.pk}/cancel", sent | {"cancel-revision": theirs.revision})
    browser = at_door(alice)
    browser.post(f"/appointment/{mine.pk}/cancel", sent | {"cancel-revision": mine.revision})

    page = words_at(browser, browser.url("since"))

    assert "cancelled DURAND Paul" in page
    assert "BENALI" not in page
    # Somebody who sees no agenda of it learns nothing of it.
    assert "DURAND" not in words_at(at_door(bob), browser.url("since"))
    changed = browser.get(browser.url("home")).context["changed"]
    assert (changed.number, changed.since) == (1, AccountEvent.objects.get(user=alice).at)


def test_page_tells_who_is_away_when_the_unit_is_closed_and_what_a_nominal_list_brought(
    unit_a: Unit, alice: User, helene: User, bob: User, at_door: AtDoor
) -> None:
    place, day = unit_a.establishment, workday(3)
    absence = away(unit_a.doctor, local(place, day, 9, 0), local(place, day, 12, 0))
    closure = closed(place, local(place, day, 14, 0), local(place, day, 16, 0))
    for row in (absence, closure):
        type(row).objects.filter(pk=row.pk).update(noted_by=helene)
    told = RegistryImport.objects.create(establishment=place, applied_by=helene, file_digest="0" * 64, new=3, moved=2)
    browser = at_door(alice)

    page = words_at(browser, browser.url("since"))

    assert f"absence {unit_a.doctor.name}" in page
    assert "unit closed" in page
    assert "nominal list Nominal list 3 new, 2 changed, 0 left" in page
    # What one noted oneself is no news; a list that was taken back is told with who did.
    RegistryImport.objects.filter(pk=told.pk).update(undone_at=timezone.now(), undone_by=alice)
    theirs = words_at(at_door(helene), browser.url("since"))
    assert "nominal list Taken back" in theirs
    assert alice.full_name in theirs
    assert "absence" not in theirs
    # Who does not see the agenda is not told of its absence.
    assert unit_a.doctor.name not in words_at(at_door(bob), browser.url("since"))
