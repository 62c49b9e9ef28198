"""Accounts that nobody uses are warned of, suspended, and let in again; replacements end by themselves."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db import DatabaseError, transaction
from django.test import override_settings
from django.utils import timezone
from django_otp.oath import totp
from django_otp.plugins.otp_totp.models import TOTPDevice

from access import unused
from access.enums import Role
from access.models import AccountEvent, AuditEntry, Membership, User
from access.policy import granted
from appointments.models import Agenda
from tests.conftest import Unit
from tests.doors import DoorClient, at_prison
from tests.factories import PASSWORD, member, paris_day

Browser = Callable[[User], DoorClient]


def last_used(user: User, *, days: int) -> None:
    then = timezone.now() - timedelta(days=days)
    User.objects.using(user._state.db).filter(pk=user.pk).update(last_login=then, date_joined=then)


def nights(days: int) -> None:
    """The nightly work of each night from now until in so many days."""
    for day in range(days + 1):
        for database in ("default", "prison"):
            unused.go(database, now=timezone.now() + timedelta(days=day))


def state(user: User) -> tuple[bool, bool]:
    user.refresh_from_db()
    return user.is_active, user.suspended_at is not None


def test_unused_account_is_warned_of_and_suspended_a_fortnight_later(
    unit_a: Unit, ada: User, alice: User, bob: User, oscar: User, at_door: Browser
) -> None:
    for user in (alice, oscar):
        last_used(user, days=47)
    last_used(bob, days=3)
    last_used(ada, days=1)

    nights(0)
    assert (state(alice), state(bob)) == ((True, False), (True, False))
    page = at_door(ada).get("/?state=unused").content.decode()
    assert re.findall(r'<th scope="row">\s*<a[^>]*>(\w+)<', page) == ["Alice", "Oscar"]
    assert "soon suspended" in page

    nights(12)
    assert state(alice) == (True, False)
    nights(14)
    assert (state(alice), state(bob)) == ((False, True), (True, False))
    assert state(oscar) == (False, True)
    verbs = AuditEntry.objects.filter(target_id=str(alice.pk), door="owner").order_by("id")
    here = unit_a.establishment.pk
    assert list(verbs.values_list("verb", "establishment_id")) == [("warn_unused", here), ("suspend", here)]


def test_nobody_is_suspended_who_was_not_warned(unit_a: Unit, alice: User) -> None:
    last_used(alice, days=400)

    nights(1)
    alice.refresh_from_db()
    day = unused.suspension_day(alice, warned_at=unused.warned_at([alice])["care", alice.pk])
    assert day is not None
    # The night counts its days by its own clock, wherever it is tomorrow already.
    assert day - timezone.localdate() >= timedelta(days=13)
    nights(12)
    assert state(alice) == (True, False)
    assert AccountEvent.objects.filter(user=alice, what="unused").count() == 1
    nights(14)
    assert state(alice) == (False, True)


def test_suspended_person_is_let_in_again_with_one_click_and_has_the_whole_time(
    unit_a: Unit, ada: User, alice: User, at_door: Browser
) -> None:
    last_used(alice, days=70)
    nights(14)
    answer = DoorClient("care").post("/sign-in", {"username": "alice", "password": PASSWORD})
    # The right password tells why; a wrong one does not.
    assert (answer.status_code, "Your account is suspended" in answer.content.decode()) == (401, True)
    wrong = DoorClient("care").post("/sign-in", {"username": "alice", "password": "not hers"})
    assert (wrong.status_code, "suspended" in wrong.content.decode()) == (401, False)
    browser = at_door(ada)
    page = browser.get(f"/accounts/care/{alice.pk}").content.decode()
    assert "because nobody had signed in with it" in re.sub(r"\s+", " ", page)

    browser.post(f"/accounts/care/{alice.pk}", {"do": "reactivate"})

    assert state(alice) == (True, False)
    nights(30)
    assert state(alice) == (True, False)
    assert AuditEntry.objects.filter(verb="lift_suspension", user_id=ada.pk, target_id=str(alice.pk)).exists()
    told = at_door(alice).get("/my-account/security").content.decode()
    assert "suspension lifted" in told


def test_person_who_comes_back_just_in_time_is_told(unit_a: Unit, alice: User) -> None:
    last_used(alice, days=50)
    User.objects.filter(pk=alice.pk).update(second_factor_since=timezone.now())
    device = TOTPDevice.objects.create(user=alice, name="phone", confirmed=True)
    browser = DoorClient("care")
    browser.post("/sign-in", {"username": "alice", "password": PASSWORD})

    browser.post("/sign-in/code", {"code": f"{totp(device.bin_key):06d}"})

    page = browser.get("/my-account").content.decode()
    assert "Your last sign-in was 50 days ago. After 60 days" in page


def test_last_administrator_is_never_suspended_by_code_or_by_hand(unit_a: Unit, ada: User) -> None:
    last_used(ada, days=400)
    second = member(Role.ACCOUNT_ADMIN, unit_a.establishment, username="anna")
    last_used(second, days=401)

    nights(15)

    assert [state(ada)[0], state(second)[0]].count(True) == 1
    left = ada if ada.is_active else second
    with pytest.raises(DatabaseError), transaction.atomic():
        User.objects.filter(pk=left.pk).update(is_active=False, suspended_at=timezone.now())
    with pytest.raises(DatabaseError), transaction.atomic():
        User.objects.filter(pk=left.pk).update(suspended_at=timezone.now(), is_active=True)


@override_settings(CAREHUB_UNUSED_DAYS=0)
def test_installation_may_suspend_nobody(unit_a: Unit, alice: User) -> None:
    last_used(alice, days=4000)
    nights(20)
    assert state(alice) == (True, False)


def test_role_that_has_not_begun_long_ago_gives_the_whole_time(unit_a: Unit, alice: User) -> None:
    last_used(alice, days=400)
    Membership.objects.filter(user=alice).update(valid_from=paris_day() - timedelta(days=2))

    nights(15)

    assert state(alice) == (True, False)


def test_console_suspends_and_lifts(unit_a: Unit, alice: User) -> None:
    last_used(alice, days=70)
    nights(14)
    out = StringIO()

    call_command("suspend_unused", lift="ALICE", stdout=out)

    assert state(alice) == (True, False)
    assert AuditEntry.objects.filter(verb="lift_suspension", door="owner").exists()
    with pytest.raises(CommandError, match="No suspended account"):
        call_command("suspend_unused", lift="alice")
    call_command("suspend_unused", stdout=out)
    assert "default: 0 accounts warned" in out.getvalue()


def test_locum_of_a_week_has_the_same_rights_and_a_last_day(
    unit_a: Unit, ada: User, alice: User, at_door: Browser
) -> None:
    browser = at_door(ada)
    assert f"/accounts/care/{alice.pk}/replacement" in browser.get("/").content.decode()
    today = unit_a.establishment.today()
    typed = {"full_name": "Lou Martin", "username": "lou", "email": "", "valid_from": today.isoformat()}

    answer = browser.post(f"/accounts/care/{alice.pk}/replacement", typed | {"length": "week"})

    assert answer.status_code == 201
    lou = User.objects.get(username="lou")
    role = Membership.objects.get(user=lou)
    assert (role.role, role.valid_until) == ("nurse", today + timedelta(days=6))
    assert set(granted(lou, "book_agenda", Agenda)) == {unit_a.doctor}


def test_temporary_officer_with_dates_must_have_a_last_day(
    unit_a: Unit, ada: User, olga: User, at_door: Browser
) -> None:
    browser = at_door(ada)
    address = f"/accounts/prison/{olga.pk}/replacement"
    typed = {"full_name": "Noa", "username": "noa", "email": "", "valid_from": "2026-11-30", "length": "dates"}

    assert browser.post(address, typed).status_code == 422
    assert browser.post(address, typed | {"valid_until": "2026-11-29"}).status_code == 422
    for wrong in ("0001-01-01", "9999-12-31"):
        assert browser.post(address, typed | {"length": "month", "valid_from": wrong}).status_code == 422
    assert browser.post(address, typed | {"length": "year"}).status_code == 400
    assert browser.get(f"/accounts/accounts/{ada.pk}/replacement").status_code == 404
    assert browser.post(address, typed | {"length": "month"}).status_code == 201
    with at_prison():
        assert str(Membership.objects.get(user__username="noa").valid_until) == "2026-12-29"


@pytest.mark.parametrize(
    ("more", "status"),
    [
        ({"same_as": "ALICE"}, 201),
        ({"same_as": "alice", "role": "nurse"}, 422),
        ({"same_as": "nobody"}, 422),
        ({"same_as": "chloe"}, 422),
        ({"same_as": "oscar"}, 422),
        ({}, 422),
    ],
)
def test_new_account_may_have_the_same_rights_as_a_colleague(
    unit_a: Unit, ada: User, alice: User, chloe: User, oscar: User, at_door: Browser, more: dict[str, str], status: int
) -> None:
    typed = {"full_name": "Nina", "username": "nina", "valid_from": unit_a.establishment.today().isoformat()} | more

    assert at_door(ada).post("/accounts/new/care", typed).status_code == status

    if status == 201:
        nina = User.objects.get(username="nina")
        assert set(granted(nina, "view_agenda", Agenda)) == {unit_a.doctor, unit_a.psychiatrist}
    else:
        assert not User.objects.filter(username="nina").exists()


def test_account_without_scope_is_pointed_out_in_the_list_and_on_its_page(
    unit_a: Unit, ada: User, helene: User, at_door: Browser
) -> None:
    nina = member(Role.NURSE, unit_a.establishment, username="nina")
    browser = at_door(ada)

    assert browser.get("/").content.decode().count("sees nothing") == 1
    assert "This account has no scope" in browser.get(f"/accounts/care/{nina.pk}").content.decode()
    assert "This account has no scope" not in browser.get(f"/accounts/care/{helene.pk}").content.decode()
