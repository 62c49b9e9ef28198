"""Reviews of accounts: what they show, who decides, that they stay as they were, and when the next one opens."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta

import pytest
from django.core.management import call_command
from django.db import DatabaseError, connection, connections, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from guardian.models import UserObjectPermission

from access import reviews
from access.enums import Role
from access.models import AccessReview, AuditEntry, Membership, ReviewLine, User
from access.policy import give, granted
from appointments.models import Agenda
from tests.conftest import Unit
from tests.doors import DoorClient, through
from tests.factories import member

Browser = Callable[[User], DoorClient]


def opened(unit: Unit, side: str, by: User) -> AccessReview:
    with through("accounts"):
        key = reviews.open_review(unit.establishment, side, by=by)
        return reviews.review_or_404(unit.establishment, side, key)


def line_of(review: AccessReview, username: str) -> ReviewLine:
    return reviews.lines_at(review).get(username=username)


def decide(browser: DoorClient, review: AccessReview, username: str, decision: str, *, page: str | None = None) -> int:
    """Decide as who reads `page`, or the review as it is now."""
    line, address = line_of(review, username), f"/reviews/{review.pk}/{review.side}"
    page = browser.get(address).content.decode() if page is None else page
    seen = re.search(rf'name="line" value="{line.pk}">\s*<input type="hidden" name="seen" value="(\w+)"', page)
    data = {"line": line.pk, "decision": decision, "seen": seen[1] if seen else ""}
    return int(browser.post(address, data).status_code)


def test_review_shows_who_has_what_and_ends_with_the_last_decision(
    unit_a: Unit, ada: User, alice: User, helene: User, chloe: User, at_door: Browser
) -> None:
    browser = at_door(ada)
    answer = browser.post("/reviews", {"door": "care"})
    review = AccessReview.objects.get()
    assert answer.url == f"/reviews/{review.pk}/care"

    page = re.sub(r"\s+", " ", browser.get(answer.url).content.decode())
    assert "Sees and books: Dr Leroy" in page
    assert "Sees and books every agenda" in page
    assert "2 lines are not decided" in page
    assert "Chloe" not in page
    assert "0 of 2 lines are decided" in re.sub(r"\s+", " ", browser.get("/").content.decode())

    assert decide(browser, review, "alice", "withdrawn") == 302
    assert not granted(alice, "view_agenda", Agenda).exists()
    assert not Membership.objects.unended().filter(user=alice).exists()
    assert decide(browser, review, "helene", "confirmed") == 302

    review.refresh_from_db()
    assert review.closed_at is not None
    assert "A review is open" not in browser.get("/").content.decode()
    proof = browser.get(f"/reviews/{review.pk}/care/file").content.decode("utf-8-sig")
    assert re.search(r"^Helene;helene;Head of unit;.*;confirmed;.*;Ada\r$", proof, re.M)
    assert re.search(r"^Alice;alice;Nurse;.*Dr Leroy.*;withdrawn;.*;Ada\r$", proof, re.M)
    verbs = list(AuditEntry.objects.order_by("id").values_list("verb", flat=True))
    expected = ["open_review", "revoke", "withdraw_line", "confirm_line", "close_review", "export"]
    assert [verb for verb in verbs if verb in expected] == expected


def test_officers_are_reviewed_in_their_own_database(
    unit_a: Unit, ada: User, oscar: User, olga: User, at_door: Browser
) -> None:
    review = opened(unit_a, "prison", ada)
    browser = at_door(ada)

    page = re.sub(r"\s+", " ", browser.get(f"/reviews/{review.pk}/prison").content.decode())
    assert "Sees the list: A" in page
    assert decide(browser, review, "oscar", "confirmed") == 302
    assert line_of(review, "oscar").decided_by_id == ada.pk
    assert not AccessReview.objects.exists()
    assert AccessReview.objects.using("prison").get().closed_at is None


def test_one_decides_about_ones_own_account_only_where_there_is_nobody_else(
    unit_a: Unit, ada: User, at_door: Browser
) -> None:
    second = member(Role.ACCOUNT_ADMIN, unit_a.establishment, username="anna")
    review = opened(unit_a, "accounts", ada)
    browser = at_door(ada)

    assert decide(browser, review, "ada", "confirmed") == 409
    assert decide(browser, review, "ada", "withdrawn") == 409
    assert Membership.objects.unended().filter(user=ada).exists()
    assert decide(browser, review, "anna", "withdrawn") == 302
    second.refresh_from_db()
    assert decide(browser, review, "ada", "confirmed") == 302


def test_line_is_decided_once_and_tells_what_has_changed_since(
    unit_a: Unit, ada: User, alice: User, bob: User, at_door: Browser
) -> None:
    review = opened(unit_a, "care", ada)
    browser = at_door(ada)
    Membership.objects.filter(user=alice).update(role=Role.SECRETARY)
    assert "changed since the review opened" in browser.get(f"/reviews/{review.pk}/care").content.decode()

    # With the same role again, another scope is a change, too.
    Membership.objects.filter(user=alice).update(role=Role.NURSE)
    assert "changed since the review opened" not in browser.get(f"/reviews/{review.pk}/care").content.decode()
    give(alice, "book_agenda", unit_a.psychiatrist)
    assert "changed since the review opened" in browser.get(f"/reviews/{review.pk}/care").content.decode()
    assert decide(browser, review, "alice", "confirmed") == 302
    assert decide(browser, review, "alice", "withdrawn") == 409
    assert Membership.objects.unended().filter(user=alice).exists()
    Membership.objects.filter(user=bob).update(valid_until=date(2020, 1, 2))
    assert "Note that it has ended" in browser.get(f"/reviews/{review.pk}/care").content.decode()
    assert decide(browser, review, "bob", "withdrawn") == 302


def test_what_is_confirmed_is_what_was_read_and_is_kept_as_it_stood_then(
    unit_a: Unit, ada: User, alice: User, at_door: Browser
) -> None:
    review, browser = opened(unit_a, "care", ada), at_door(ada)
    address = f"/reviews/{review.pk}/care"
    read = browser.get(address).content.decode()
    give(alice, "book_agenda", unit_a.psychiatrist)
    give(alice, "view_agenda", unit_a.psychiatrist)

    # Raised after the page was shown: what is confirmed was not read.
    assert decide(browser, review, "alice", "confirmed", page=read) == 409
    assert decide(browser, review, "alice", "confirmed", page="") == 409
    assert line_of(review, "alice").decision == ""
    assert "Sees and books: Dr Bob, Dr Leroy" in browser.get(address).content.decode()

    assert decide(browser, review, "alice", "confirmed") == 302
    UserObjectPermission.objects.filter(user=alice).delete()
    for proof in (browser.get(address), browser.get(f"{address}/file")):
        assert "ees and books: Dr Bob, Dr Leroy" in proof.content.decode()
    with pytest.raises(DatabaseError), transaction.atomic():
        ReviewLine.objects.filter(username="alice").update(stood={})


@pytest.mark.parametrize(
    "data",
    [
        {},
        {"line": "x", "decision": "confirmed"},
        {"line": "1", "decision": "maybe"},
        {"line": "9" * 30, "decision": "confirmed"},
    ],
)
def test_nonsense_gets_a_sentence(unit_a: Unit, ada: User, alice: User, at_door: Browser, data: dict[str, str]) -> None:
    review = opened(unit_a, "care", ada)

    assert at_door(ada).post(f"/reviews/{review.pk}/care", data).status_code == 400
    assert at_door(ada).post("/reviews", {"door": "x"}).status_code == 400
    assert at_door(ada).post("/reviews", {"door": "care"}).status_code == 409


def test_review_and_line_of_another_establishment_are_not_there(
    unit_a: Unit, unit_b: Unit, ada: User, alice: User, chloe: User, at_door: Browser
) -> None:
    other = member(Role.ACCOUNT_ADMIN, unit_b.establishment, username="adam")
    theirs, mine = opened(unit_b, "care", other), opened(unit_a, "care", ada)
    browser = at_door(ada)

    assert browser.get(f"/reviews/{theirs.pk}/care").status_code == 404
    assert browser.get(f"/reviews/{mine.pk}/prison").status_code == 404
    foreign = line_of(theirs, "chloe").pk
    answer = browser.post(f"/reviews/{mine.pk}/care", {"line": foreign, "decision": "confirmed"})
    assert answer.status_code == 404
    with (
        through("accounts"),
        pytest.raises(DatabaseError),
        transaction.atomic(),
        connections["default"].cursor() as cursor,
    ):
        cursor.execute("SELECT access_decide_line(%s, %s, %s, 'confirmed')", [ada.pk, unit_a.establishment.pk, foreign])


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE access_reviewline SET decision = 'confirmed', decided_at = now() WHERE username = 'alice'",
        "UPDATE access_reviewline SET full_name = 'X'",
        "UPDATE access_reviewline SET rights = '[]' WHERE username = 'bob'",
        "DELETE FROM access_reviewline",
        "UPDATE access_accessreview SET opened_by_id = 1",
        "UPDATE access_accessreview SET closed_at = now() WHERE closed_at IS NOT NULL",
        "DELETE FROM access_accessreview",
    ],
)
def test_not_even_the_owner_rewrites_a_review(
    unit_a: Unit, ada: User, alice: User, bob: User, at_door: Browser, statement: str
) -> None:
    review = opened(unit_a, "care", ada)
    browser = at_door(ada)
    assert [decide(browser, review, name, "confirmed") for name in ("alice", "bob")] == [302, 302]

    with pytest.raises(DatabaseError), transaction.atomic(), connections["default"].cursor() as cursor:
        cursor.execute(statement)


def test_a_quarter_opens_its_reviews_once_and_leaves_the_last_one_unfinished_for_ever(
    unit_a: Unit, unit_b: Unit, ada: User, alice: User, oscar: User, at_door: Browser
) -> None:
    call_command("open_reviews")
    call_command("open_reviews")
    here = AccessReview.objects.filter(establishment=unit_a.establishment)
    assert sorted(here.values_list("side", flat=True)) == ["accounts", "care"]
    assert AccessReview.objects.using("prison").filter(establishment=unit_a.establishment.pk).count() == 1
    assert not AccessReview.objects.filter(establishment=unit_b.establishment).exists()

    next_quarter = timezone.now() + timedelta(days=95)
    assert reviews.open_due(unit_a.establishment, now=next_quarter) == ["care", "prison", "accounts"]
    assert here.filter(side="care").count() == 2
    assert here.filter(side="care", closed_at=None).count() == 1
    assert "left unfinished" in at_door(ada).get("/reviews").content.decode()


def test_quarters_begin_on_the_establishments_own_day() -> None:
    assert [reviews.quarter_of(date(2026, month, 15)).month for month in range(1, 13)] == [1] * 3 + [4] * 3 + [
        7
    ] * 3 + [10] * 3


def test_review_asks_the_same_number_of_queries_for_two_and_for_twenty(
    unit_a: Unit, ada: User, at_door: Browser
) -> None:
    browser = at_door(ada)
    counts = []
    for n, many in ((0, 2), (100, 20)):
        for each in range(many):
            member(Role.NURSE, unit_a.establishment, username=f"nurse{n + each}")
        AccessReview.objects.filter(closed_at=None).update(closed_at=datetime(2026, 1, 1, tzinfo=UTC))
        review = opened(unit_a, "care", ada)
        browser.get(f"/reviews/{review.pk}/care")
        with CaptureQueriesContext(connection) as captured:
            browser.get(f"/reviews/{review.pk}/care")
        counts.append(len(captured))
    assert counts[0] == counts[1]
