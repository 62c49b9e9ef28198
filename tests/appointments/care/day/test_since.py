"""What changed since the last shift: when that was, and what others did meanwhile."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from django.utils import timezone

from access.enums import Happening
from access.models import AccountEvent, User
from appointments.care.day.since import LONGEST, before_the_pause
from tests.conftest import Unit
from tests.doors import AtDoor
from tests.factories import appointment, local, open_session, workday
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
