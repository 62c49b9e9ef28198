"""The page of one's own security, and the notice of a changed sign-in, as their owner and as a thief meet them."""

from __future__ import annotations

import re
import subprocess
import sys

import pytest
from django.test import override_settings
from django.utils import timezone

from access import accounts
from access.models import AccountEvent, AuditEntry, SecondWord, Session, User
from tests.access.test_signing_in import code_of, enrolled, type_code, type_password
from tests.conftest import Unit
from tests.doors import AtDoor, DoorClient, through
from tests.factories import PASSWORD

FIREFOX = "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:150.0) Gecko/20100101 Firefox/150.0"
EDGE = "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 Chrome/150.0 Safari/537.36 Edg/150.0"
NEW = "girafe tambour noisette lundi"
NOTICE = "Since you last looked:"


def through_the_pages(user: User, agent: str = FIREFOX, password: str = PASSWORD, *, later: int = 0) -> DoorClient:
    browser = DoorClient(user.side, headers={"user-agent": agent, "accept-language": "en"})
    assert type_password(browser, user.username, password).status_code == 302
    assert type_code(browser, code_of(user, later=later)).status_code == 302
    return browser


def names_in(page: str) -> list[str]:
    return re.findall(r'name="session" value="([0-9a-f]+)"', page)


def test_own_sessions_are_listed_with_browser_and_ended_one_by_one(alice: User, bob: User, at_door: AtDoor) -> None:
    enrolled(alice)
    here = through_the_pages(alice)
    elsewhere = through_the_pages(alice, EDGE, later=1)
    at_door(bob)

    page = here.get("/my-account/security").content.decode()
    assert ("Firefox · Windows" in page, "Edge · Linux" in page) == (True, True)
    [name] = names_in(page)
    answer = here.post("/my-account/security", {"session": name})

    assert (answer.status_code, answer.url) == (302, "/my-account/security")
    assert elsewhere.get("/my-account").url.startswith("/sign-in")
    assert here.get("/my-account").status_code == 200
    assert Session.objects.filter(user=bob).count() == 1
    entry = AuditEntry.objects.get(verb="end_session")
    assert (entry.username, entry.target_id) == ("alice", str(alice.pk))


def test_nobody_ends_a_session_of_somebody_else_and_no_key_stands_on_the_page(
    alice: User, bob: User, at_door: AtDoor
) -> None:
    hers, his = at_door(alice), at_door(bob)
    at_door(bob)
    page = his.get("/my-account/security").content.decode()

    for name in [*names_in(page), "", "x" * 300, "\x00"]:
        assert hers.post("/my-account/security", {"session": name}).status_code == 404

    assert Session.objects.filter(user=bob).count() == 2
    assert not any(row.session_key in page for row in Session.objects.all())


def test_somebody_with_the_password_alone_shows_among_the_sessions(alice: User, at_door: AtDoor) -> None:
    enrolled(alice)
    type_password(DoorClient("care"), "alice")

    assert "password given, code not yet" in at_door(alice).get("/my-account/security").content.decode()


def test_last_sign_ins_and_failures_are_told_with_time_browser_and_believed_address(alice: User) -> None:
    enrolled(alice)
    with override_settings(CAREHUB_CLIENT_ADDRESS_HEADER="X-Real-IP"):
        stranger = DoorClient("care", headers={"user-agent": EDGE, "x-real-ip": "192.0.2.7"})
        type_password(stranger, "alice", "wrong")
    browser = through_the_pages(alice)

    page = " ".join(browser.get("/my-account/security").content.decode().split())

    assert re.search(r"wrong password\s*<span[^>]*>\(Edge · Linux · 192\.0\.2\.7\)", page)
    assert "sign-in completed <span" in page
    told = AccountEvent.objects.filter(user=alice).order_by("id").values_list("what", flat=True)
    assert list(told) == ["wrong_password", "sign_in"]


def test_new_password_ends_every_other_session_at_once(alice: User, at_door: AtDoor) -> None:
    here, there = at_door(alice), at_door(alice)

    here.post("/password", {"present": PASSWORD, "new_password": NEW, "again": NEW})

    assert Session.objects.filter(user=alice).count() == 1
    assert there.get("/my-account").url.startswith("/sign-in")
    assert here.get("/my-account").status_code == 200


def test_owner_is_told_on_the_next_page_of_what_another_session_changed_until_they_have_read_it(alice: User) -> None:
    enrolled(alice)
    thief = through_the_pages(alice, EDGE)
    thief.post("/my-account", {"password": PASSWORD})
    assert NOTICE not in thief.get("/my-account").content.decode()
    # Whoever did it does not silence it.
    last = AccountEvent.objects.latest("id").pk
    thief.post("/my-account/security/read", {"last": last})

    owner = through_the_pages(alice, later=1)
    page = owner.get("/my-account").content.decode()
    assert NOTICE in page
    assert "new code sheet" in page
    assert NOTICE in owner.get("/").content.decode()
    assert owner.post("/my-account/security/read", {"last": last, "next": "/my-account"}).url == "/my-account"

    assert NOTICE not in owner.get("/my-account").content.decode()
    assert "new code sheet" in owner.get("/my-account/security").content.decode()


@pytest.mark.parametrize("last", ["", "x", "-1", "9" * 30, "²"])
def test_wrong_answer_to_the_notice_is_refused_with_a_sentence(alice: User, at_door: AtDoor, last: str) -> None:
    assert at_door(alice).post("/my-account/security/read", {"last": last}).status_code == 400


def test_what_happened_after_the_page_was_read_is_still_told(alice: User, at_door: AtDoor) -> None:
    browser = at_door(alice)
    first = AccountEvent.objects.create(user=alice, what="new_factor", session="elsewhere")
    AccountEvent.objects.create(user=alice, what="factor_removed", session="elsewhere")
    User.objects.filter(pk=alice.pk).update(untold_since=timezone.now())

    browser.post("/my-account/security/read", {"last": first.pk})

    assert "second factor removed" in browser.get("/my-account").content.decode()


@pytest.mark.parametrize("who", ["alice", "oscar"])
def test_administrators_hand_is_told_to_the_owner_on_either_side(
    unit_a: Unit, alice: User, oscar: User, ada: User, at_door: AtDoor, who: str
) -> None:
    user = {"alice": alice, "oscar": oscar}[who]
    with through("accounts"):
        password = accounts.reset_password(user, by=ada, establishment=unit_a.establishment)
    enrolled(user)
    browser = DoorClient(user.side)
    type_password(browser, who, password)
    type_code(browser, code_of(user))
    browser.post("/password", {"new_password": NEW, "again": NEW})

    page = browser.get("/my-account").content.decode()

    assert NOTICE in page
    assert "new first password, by an account administrator" in page


def test_cookies_over_tls_bear_the_name_that_binds_them_to_the_host() -> None:
    told = (
        "import carehub.settings as s; print(s.SESSION_COOKIE_NAME, s.CSRF_COOKIE_NAME, s.CAREHUB_DEVICE_COOKIE_NAME)"
    )
    for secure, prefix in (("1", "__Host-"), ("0", "")):
        variables = {
            "CAREHUB_SECURE_COOKIES": secure,
            "CAREHUB_DOOR": "care",
            "CAREHUB_ENV": "test",
            "DATABASE_URL_CARE": "postgresql:///unused",
        }
        done = subprocess.run([sys.executable, "-c", told], env=variables, capture_output=True, text=True, check=True)
        names = done.stdout.split()
        assert names == [f"{prefix}carehub_care_{what}" for what in ("session", "csrf", "device")]


def test_head_whose_factors_an_administrator_wants_away_refuses_on_their_own_page(
    unit_a: Unit, ada: User, helene: User, alice: User, at_door: AtDoor
) -> None:
    head, nurse = at_door(helene), at_door(alice)
    with through("accounts"):
        accounts.reset_second_factor(helene, by=ada, establishment=unit_a.establishment)
    [word] = SecondWord.objects.all()

    page = head.get("/my-account/security").content.decode()
    assert f"{ada.full_name} asks, since" in page
    # Another person is not asked, and cannot answer for them.
    assert f"{ada.full_name} asks, since" not in nurse.get("/my-account/security").content.decode()
    assert nurse.post("/my-account/security", {"refuse": word.pk}).status_code == 409

    answer = head.post("/my-account/security", {"refuse": word.pk}, follow=True)
    assert "you keep your second factors" in answer.content.decode()
    word.refresh_from_db()
    assert (word.answer, word.answered_by_id) == ("refused", helene.pk)
    helene.refresh_from_db()
    assert helene.second_factor_since is not None
    again = head.post("/my-account/security", {"refuse": word.pk})
    assert (again.status_code, "it was answered" in again.content.decode()) == (409, True)
