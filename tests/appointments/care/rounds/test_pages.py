"""The pages of rounds: noted by one press, undone, entered from paper, printed, and counted for the head."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from access.models import AuditEntry, User
from appointments.models import RoundKind, RoundStay, RoundVisit
from appointments.models.enums.rounds import VisitOutcome
from tests.appointments.rounds.scenes import dressings, move, say, since, wing_round
from tests.conftest import Unit
from tests.doors import DoorClient

pytestmark = pytest.mark.django_db
AtDoor = Callable[[User], DoorClient]


@pytest.fixture
def paul_waits(unit_a: Unit) -> RoundStay:
    """Paul has been in the disciplinary wing for six days, and nobody came."""
    move(unit_a.paul, "QD-03")
    return since(unit_a.paul, wing_round(unit_a.establishment), 6)


def today(stay: RoundStay) -> str:
    return stay.kind.establishment.today().isoformat()


def text(response: Any) -> str:
    return " ".join(response.content.decode().split())


def press(browser: DoorClient, stay: RoundStay, /, **data: Any) -> Any:
    url = browser.url("rounds_note", today(stay))
    return browser.post(url, {"stay": stay.pk, "last": "", **data}, follow=True)


def test_home_counts_what_is_to_be_made_and_the_page_says_who_is_late(
    paul_waits: RoundStay, alice: User, at_door: AtDoor
) -> None:
    browser = at_door(alice)

    assert "<strong>1</strong> visit to be made" in text(browser.get("/"))
    page = text(browser.get("/rounds/"))
    assert "1 visit late" in page
    assert "late by 3 days" in page
    assert page.index("QD-03") < page.index("Durand".upper())


def test_one_press_notes_a_visit_and_another_takes_it_back(paul_waits: RoundStay, alice: User, at_door: AtDoor) -> None:
    browser = at_door(alice)

    page = text(press(browser, paul_waits, outcome="seen", reason="staff"))
    assert "Seen at" in page
    assert "0 visits late" in page
    visit = RoundVisit.objects.get()
    assert AuditEntry.objects.filter(verb="record_outcome", target_id=visit.pk).exists()
    page = text(browser.post(browser.url("rounds_undo", visit.pk), follow=True))

    assert "1 visit late" in page
    assert f'name="last" value="{RoundVisit.objects.latest_words().get().pk}"' in page


def test_prevented_without_a_reason_is_asked_for_and_nothing_is_kept(
    paul_waits: RoundStay, alice: User, at_door: AtDoor
) -> None:
    answer = press(at_door(alice), paul_waits, outcome="prevented", reason="")

    assert answer.status_code == 422
    assert "Say from the list why" in text(answer)
    assert not RoundVisit.objects.exists()


@pytest.mark.parametrize("data", [{}, {"outcome": "void"}, {"outcome": "seen", "stay": "x"}, {"outcome": "x"}])
def test_wrong_input_is_answered_with_a_sentence(
    paul_waits: RoundStay, alice: User, at_door: AtDoor, data: dict[str, str]
) -> None:
    answer = press(at_door(alice), paul_waits, **data)

    assert answer.status_code == 422
    assert "with one of the buttons" in text(answer)


@pytest.mark.parametrize("day", ["0001-01-01", "9999-12-31", "2026-02-30", "x", "1999-01-01"])
def test_days_that_are_none_of_ours_are_not_found(alice: User, at_door: AtDoor, day: str) -> None:
    browser = at_door(alice)

    assert browser.get(f"/rounds/on/{day}").status_code == 404
    assert browser.get("/rounds/jump", {"date": day}).status_code == 400


def test_round_on_paper_is_printed_and_entered_afterwards(
    paul_waits: RoundStay, unit_a: Unit, alice: User, bob: User, emma: User, at_door: AtDoor
) -> None:
    karim = since(unit_a.karim, dressings(unit_a.establishment), 1, added_by=alice)
    browser, day = at_door(emma), today(paul_waits)
    sheet = text(browser.get(browser.url("rounds_sheet", day)))
    assert sheet.index("DURAND") < sheet.index("BENALI")
    assert "Confidential" in sheet
    assert "to be destroyed on" in sheet
    membership = bob.memberships.get()
    url = browser.url("rounds_enter", day)
    data = {"made_by": membership.pk, "at": "09:40", f"said-{paul_waits.pk}": "prevented:staff"}

    # Nothing typed is lost, and nothing is written, while a word stands in the way.
    colleague = say(alice, karim, VisitOutcome.SEEN)
    refused = browser.post(url, {**data, f"said-{karim.pk}": "refused"})
    assert refused.status_code == 422
    assert "BENALI Karim: Alice noted “Seen” meanwhile" in text(refused)
    assert 'value="prevented:staff" selected' in text(refused)
    assert RoundVisit.objects.get() == colleague
    browser.post(url, data)

    visit = RoundVisit.objects.get(stay=paul_waits)
    assert (visit.outcome, visit.made_by, visit.recorded_by, f"{visit.at:%H:%M}") == ("prevented", bob, emma, "09:40")


def test_carer_puts_somebody_on_a_round_and_their_page_keeps_every_word(
    unit_a: Unit, alice: User, at_door: AtDoor
) -> None:
    kind, browser = dressings(unit_a.establishment), at_door(alice)
    url = browser.url("rounds_person", unit_a.paul.pk)

    wrong = browser.post(url, {"kind": kind.pk, "since": "0001-01-01", "last_day": "9999-12-31"})
    assert (wrong.status_code, "9999-12-31" in text(wrong)) == (422, True)
    first = unit_a.establishment.today()
    browser.post(url, {"kind": kind.pk, "since": first.isoformat(), "last_day": ""})
    stay = RoundStay.objects.get()
    first_word = press(browser, stay, outcome="prevented", reason="frozen")
    assert first_word.status_code == 200
    press(browser, stay, outcome="refused", last=RoundVisit.objects.get().pk)
    page = text(browser.get(url))

    assert "Refusal heard at" in page
    assert "<s>Prevented: Movements frozen" in page
    assert "Pansements en cellule" in text(browser.get(browser.url("person", unit_a.paul.pk)))
    browser.post(browser.url("rounds_end", stay.pk))
    assert RoundStay.objects.get().ends_on == first


def test_head_defines_a_round_and_reads_who_had_too_few_visits(
    unit_a: Unit, helene: User, alice: User, at_door: AtDoor
) -> None:
    browser, url = at_door(helene), "/rounds/defined/new"
    data = {"name": "Visites QD", "places": "qd-*", "rhythm": "weekly", "times_a_week": 3, "least_days": 4}
    data |= {"most_days": 2, "team": "any", "is_legal": "on"}
    wrong = browser.post(url, data)
    assert "find no room in a week" in text(wrong)
    assert "as many days as at least" in text(wrong)
    assert browser.post(url, data | {"places": "*"}).status_code == 422
    browser.post(url, data | {"least_days": 1, "most_days": 3})
    kind = RoundKind.objects.get()
    stay = since(unit_a.paul, kind, 30)
    day = stay.kind.establishment.today()
    say(alice, stay, VisitOutcome.SEEN, day - timedelta(days=day.weekday() + 7))

    figures = text(browser.get("/rounds/figures"))

    assert "DURAND Paul</a> 1 of 2" in figures
    assert at_door(alice).get("/rounds/figures").status_code == 403


def test_rounds_of_another_establishment_are_not_there(paul_waits: RoundStay, chloe: User, at_door: AtDoor) -> None:
    browser = at_door(chloe)

    assert "QD-03" not in text(browser.get("/rounds/"))
    assert press(browser, paul_waits, outcome="seen").status_code == 404
