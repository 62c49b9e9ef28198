"""One's own account, language and establishment, on every door."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from django_otp.plugins.otp_static.models import StaticDevice, StaticToken

from access.models import AuditEntry, Membership, User
from tests.conftest import Unit
from tests.doors import DoorClient
from tests.factories import PASSWORD, agreed
from tests.reading import tight

Browser = Callable[[User], DoorClient]
NEW = "une girafe sans tambour 42"


def test_my_account_says_who_i_am_and_what_i_see(
    alice: User, oscar: User, olga: User, helene: User, ada: User, at_door: Browser
) -> None:
    said = {}
    for user in (alice, oscar, olga, helene, ada):
        page = at_door(user).get("/my-account").content.decode()
        roles = page[page.index('<ul class="roles">') :]
        said[user.username] = re.findall(r"<li>([^<]+)</li>", roles)

    assert said == {
        "alice": ["Sees and books: Dr Leroy", "Sees: Dr Bob"],
        "oscar": ["Sees the list: A"],
        "olga": ["Sees the list of every building"],
        "helene": ["Sees and books every agenda of their unit"],
        "ada": ["Opens and closes accounts of both sides; sees no agenda and no list"],
    }


def test_new_backup_codes_need_the_password_and_replace_the_old_ones(alice: User, at_door: Browser) -> None:
    StaticDevice.objects.create(user=alice, name="backup codes").token_set.create(token="oldcode2")
    browser = at_door(alice)

    assert browser.post("/my-account", {"password": "wrong"}).status_code == 422
    assert StaticToken.objects.get().token == "oldcode2"
    assert browser.post("/my-account", {"password": PASSWORD}).url == "/sign-in/backup-codes"

    assert len(re.findall("<code>", browser.get("/sign-in/backup-codes").content.decode())) == 10
    assert not StaticToken.objects.filter(token="oldcode2").exists()
    verbs = AuditEntry.objects.order_by("id").values_list("verb", flat=True)
    assert list(verbs) == ["failed_sign_in", "enrol_factor"]


def test_password_is_changed_with_the_present_one_and_ends_other_sessions(alice: User, at_door: Browser) -> None:
    here, elsewhere = at_door(alice), at_door(alice)
    typed = {"new_password": NEW, "again": NEW}

    assert here.post("/password", {**typed, "present": "wrong"}).status_code == 422
    assert here.post("/password", {**typed, "present": PASSWORD}).url == "/my-account"

    assert here.get("/my-account").status_code == 200
    assert elsewhere.get("/my-account").url.startswith("/sign-in")
    alice.refresh_from_db()
    assert alice.check_password(NEW)


def test_guessing_the_present_password_at_an_open_terminal_locks_out(alice: User, at_door: Browser) -> None:
    browser = at_door(alice)

    codes = [browser.post("/my-account", {"password": "guess"}).status_code for _attempt in range(6)]

    assert codes == [422, 422, 422, 422, 429, 429]


@pytest.mark.parametrize("door", ["care", "prison", "accounts"])
def test_language_is_switched_by_post_on_the_same_page_for_this_door_alone(db: None, door: str) -> None:
    browser = DoorClient(door)
    assert "Sign in" in browser.get("/sign-in").content.decode()

    answer = browser.post("/language", {"language": "fr", "next": "/sign-in?next=/x"})

    assert answer.url == "/sign-in?next=/x"
    assert browser.cookies[f"carehub_{door}_lang"].value == "fr"
    assert '<html lang="fr"' in browser.get("/sign-in").content.decode()
    assert browser.get("/language?language=fr").status_code == 405


@pytest.mark.parametrize("language", ["", "de", "fr-ca", "../../etc", "fr\x00"])
def test_unknown_language_is_refused(db: None, language: str) -> None:
    assert DoorClient("care").post("/language", {"language": language}).status_code == 400


def test_language_leads_nowhere_outside_the_door(db: None) -> None:
    assert DoorClient("care").post("/language", {"language": "fr", "next": "https://elsewhere.example"}).url == "/"


def test_person_of_two_establishments_chooses_and_nobody_else_does(
    unit_a: Unit, unit_b: Unit, ada: User, at_door: Browser
) -> None:
    browser = at_door(ada)
    there = str(unit_b.establishment.pk)
    for wrong in (there, "", "x", "0", str(10**30)):
        assert browser.post("/establishment", {"establishment": wrong}).status_code == 404
    agreed(unit_b.establishment)
    Membership.objects.create(
        user=ada, establishment=unit_b.establishment, side="accounts", role="account_admin", administers="both"
    )

    assert browser.post("/establishment", {"establishment": there, "next": "/log"}).url == "/log"

    assert "Maison d’arrêt MAB</option>" in tight(browser.get("/").content.decode())
    assert 'Access log <span class="count">Maison d’arrêt MAB</span>' in browser.get("/log").content.decode()
    assert browser.get("/establishment").status_code == 405
    # The next session begins where the last one worked, as long as there is a role.
    again = at_door(ada)
    assert 'Access log <span class="count">Maison d’arrêt MAB</span>' in again.get("/log").content.decode()
    Membership.objects.filter(user=ada, establishment=unit_b.establishment).delete()
    assert 'Access log <span class="count">Maison d’arrêt MAA</span>' in again.get("/log").content.decode()
