"""Imports, sheets, reviews, suspensions of one side alone; accounts of a file wait for a second person."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import DatabaseError, transaction
from django.utils import timezone

from access import importing, reviews
from access.enums import Administered, Role
from access.importing import Plan
from access.models import AccessReview, AuditEntry, Membership, SecondWord, User
from appointments import emergency
from tests.conftest import Unit
from tests.doors import DoorClient, at_prison, carry, through
from tests.factories import confirmed, member, paris_day

Browser = Callable[[User], DoorClient]
HEAD = "identifiant;nom;rôle;comptes de quel côté\n"
TEN = HEAD + "".join(f"carer{n};Carer {n};nurse;\n" for n in range(10))


@pytest.fixture
def carl(unit_a: Unit) -> User:
    """Manages the care side's accounts of A."""
    carry()
    return member(Role.ACCOUNT_ADMIN, unit_a.establishment, username="carl", administers=Administered.CARE)


@pytest.fixture
def petra(unit_a: Unit) -> User:
    """Manages the prison side's accounts of A."""
    carry()
    return member(Role.ACCOUNT_ADMIN, unit_a.establishment, username="petra", administers=Administered.PRISON)


def planned(unit: Unit, by: User, text: str) -> Plan:
    return importing.plan_of(importing.read(text), by=by, establishment=unit.establishment)


def imported(unit: Unit, by: User, text: str) -> None:
    with through("accounts"):
        importing.apply(planned(unit, by, text), by=by)


def upload(browser: DoorClient, text: str) -> Any:
    return browser.post("/accounts/import", {"file": SimpleUploadedFile("a.csv", text.encode(), "text/csv")})


def said(page: Any) -> str:
    return re.sub(r"\s+", " ", page.content.decode())


def test_accounts_of_one_file_wait_and_are_confirmed_together_on_one_page(
    unit_a: Unit, ada: User, helene: User, at_door: Browser
) -> None:
    carry()
    assert "10 new care accounts open only when a second person has confirmed them" in said(upload(at_door(ada), TEN))
    imported(unit_a, ada, TEN)

    assert "10 accounts wait for a second person" in said(at_door(ada).get("/accounts/sheets"))
    assert not User.objects.filter(username__startswith="carer", is_active=True).exists()
    head = at_door(helene)
    page = said(head.get("/second-person/"))
    assert len(re.findall(r'name="words"', page)) == 10
    # With the role and the scope as they were asked.
    assert len(re.findall(r"carer\d · Nurse, from", page, re.IGNORECASE)) == 10
    assert "Nothing yet: no scope was given." in page
    assert head.post("/second-person/words/together", {"word": "confirmed"}).status_code == 409
    assert head.post("/second-person/words/together", {"word": "confirmed", "words": ["x"]}).status_code == 400
    refused = SecondWord.objects.get(account__username="carer3").pk
    keys = [key for key in SecondWord.objects.values_list("pk", flat=True) if key != refused]
    assert head.post("/second-person/words/together", {"word": "confirmed", "words": keys}).status_code == 302
    assert head.post("/second-person/words/together", {"word": "refused", "words": [refused]}).status_code == 302

    answered = said(head.get("/second-person/"))
    assert "Carer 3" in answered[answered.index("Answered lately") :]
    assert "not confirmed by a second person" in said(at_door(ada).get("/", {"q": "carer3"}))
    opened = User.objects.filter(username__startswith="carer", is_active=True)
    assert set(opened.values_list("username", flat=True)) == {f"carer{n}" for n in range(10) if n != 3}
    assert AuditEntry.objects.filter(verb="give_word", username="helene").count() == 9
    # All or nothing: one that was answered already undoes the rest.
    assert head.post("/second-person/words/together", {"word": "confirmed", "words": keys}).status_code == 409


def test_another_administrator_confirms_a_file_and_who_imported_it_does_not(
    unit_a: Unit, ada: User, carl: User, petra: User, at_door: Browser
) -> None:
    imported(unit_a, ada, TEN)
    keys = list(SecondWord.objects.values_list("pk", flat=True))
    answer = {"word": "confirmed", "words": keys}

    own = at_door(ada)
    page = said(own.get("/second-words"))
    assert "Asked by you" in page
    assert 'name="words"' not in page
    assert own.post("/second-words/together", answer).status_code == 409
    assert at_door(petra).post("/second-words/together", answer).status_code == 404
    assert not User.objects.filter(username__startswith="carer", is_active=True).exists()

    assert at_door(carl).post("/second-words/together", answer).status_code == 302
    assert User.objects.filter(username__startswith="carer", is_active=True).count() == 10


def test_locum_waits_for_a_word_too(unit_a: Unit, ada: User, alice: User, at_door: Browser) -> None:
    form = {"full_name": "Nina Simon", "username": "nina", "valid_from": paris_day(), "length": "week"}
    page = at_door(ada).post(f"/accounts/care/{alice.pk}/replacement", form)

    assert "waits for a second person" in said(page)
    assert not User.objects.get(username="nina").is_active
    confirmed("nina")
    assert User.objects.get(username="nina").is_active


def test_file_with_the_other_side_is_refused_to_an_administrator_of_one(
    unit_a: Unit, carl: User, petra: User, at_door: Browser
) -> None:
    both = HEAD + "nina;Nina;nurse;\nomar;Omar;floor_officer;\n"
    for by in (carl, petra):
        page = upload(at_door(by), both)
        assert page.status_code == 422
        assert "You manage the accounts of one side here" in said(page)
    for by, line in ((carl, 3), (petra, 2)):
        with through("accounts"):
            assert [each.line for each in planned(unit_a, by, both).lines if each.faults] == [line]
    imported(unit_a, petra, HEAD + "omar;Omar;floor_officer;\n")
    with at_prison():
        assert User.objects.get(username="omar").is_active


def test_name_on_the_other_side_is_told_when_it_is_tried_and_nothing_of_it_is_shown(
    unit_a: Unit, ada: User, carl: User, alice: User, petra: User
) -> None:
    with pytest.raises(ValidationError, match="the user name “petra” is taken"):
        imported(unit_a, carl, HEAD + "petra;Nina;nurse;\n")
    with pytest.raises(ValidationError, match="the user name “ada” is taken"):
        imported(unit_a, carl, HEAD + "ada;Somebody;account_admin;\n")
    assert set(User.objects.filter(side="care")) == {alice}


def test_imported_administrator_manages_what_is_written_and_no_more_than_who_imports(
    unit_a: Unit, ada: User, carl: User
) -> None:
    imported(unit_a, ada, HEAD + "anna;Anna;account_admin;prison\narno;Arno;account_admin;both\n")
    imported(unit_a, carl, HEAD + "cora;Cora;account_admin;\n")
    roles = Membership.objects.filter(user__username__in=["anna", "arno", "cora"])
    assert dict(roles.values_list("user__username", "administers")) == {
        "anna": "prison",
        "arno": "both",
        "cora": "care",
    }

    with through("accounts"):
        [line] = planned(unit_a, ada, HEAD + "dora;Dora;account_admin;\n").lines
        assert "Write whose accounts" in line.faults[0].sentence
        for whose, words in (("both", "do not manage yourself"), ("prison", "do not manage"), ("x", "Write one of")):
            [line] = planned(unit_a, carl, HEAD + f"dora;Dora;account_admin;{whose}\n").lines
            assert words in line.faults[0].sentence
        [line] = planned(unit_a, carl, HEAD + "dora;Dora;nurse;care\n").lines
        assert "Only an account administrator" in line.faults[0].sentence


def test_reviews_are_of_ones_own_side_and_tell_whose_accounts_and_emergencies(
    unit_a: Unit, ada: User, carl: User, petra: User, bob: User, at_door: Browser
) -> None:
    emergency.begin(
        unit_a.establishment, by=bob, agenda=unit_a.doctor, reason="Psychotic crisis, nobody of psychiatry here"
    )
    of_care, of_prison = at_door(carl), at_door(petra)
    assert of_prison.post("/reviews", {"door": "care"}).status_code == 404
    page = said(of_care.get(of_care.post("/reviews", {"door": "care"}).url))
    assert "1 emergency access in the three months before" in page
    review = AccessReview.objects.get(side="care")
    assert of_prison.get(f"/reviews/{review.pk}/care").status_code == 404
    assert f"/reviews/{review.pk}/care" not in said(of_prison.get("/reviews"))

    with through("accounts"):
        key = reviews.open_review(unit_a.establishment, "accounts", by=carl)
    page = said(of_care.get(f"/reviews/{key}/accounts"))
    assert "Opens and closes accounts of the care side" in page
    assert "Petra" not in page
    assert "Opens and closes accounts of the prison side" in said(of_prison.get(f"/reviews/{key}/accounts"))
    line = AccessReview.objects.get(pk=key).lines.get(user_id=ada.pk)
    assert of_care.post(f"/reviews/{key}/accounts", {"line": line.pk, "decision": "confirmed"}).status_code == 404


def test_log_is_seen_and_exported_for_ones_own_side_and_knows_the_new_verbs(
    unit_a: Unit, ada: User, carl: User, petra: User, at_door: Browser
) -> None:
    imported(unit_a, ada, HEAD + "nina;Nina;nurse;\nomar;Omar;floor_officer;\n")
    confirmed("nina")
    for by, side, seen in ((carl, "", True), (petra, "", False)):
        browser = at_door(by)
        lines = browser.get("/log/export", {"verb": "give_word", "side": side}).content.decode()
        assert ("Nina" in lines) == seen
        assert ("Nina" in browser.get("/log", {"verb": "import_account", "side": side}).content.decode()) == seen
    assert at_door(carl).get("/log/export", {"side": "prison"}).status_code == 422
    assert "Omar" in at_door(petra).get("/log/export", {"side": "prison", "verb": "import_account"}).content.decode()


def test_last_administrator_of_a_side_is_never_suspended(unit_a: Unit, carl: User, petra: User) -> None:
    now = timezone.now()
    for last in (carl, petra):
        with pytest.raises(DatabaseError, match="last account administrator"), transaction.atomic():
            User.objects.filter(pk=last.pk).update(is_active=False, suspended_at=now - timedelta(days=1))
    second = member(Role.ACCOUNT_ADMIN, unit_a.establishment, username="cora", administers=Administered.CARE)
    assert User.objects.filter(pk=second.pk).update(is_active=False, suspended_at=now)
