"""What needs a second person's word, tried by who asks alone: nothing takes effect, nobody passes for another."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

import psycopg
import pytest
from django.contrib.auth.hashers import make_password
from django.db import DatabaseError, transaction
from django.utils import timezone
from psycopg import errors

from access import second_words
from access.models import AccountEvent, AuditEntry, Custodian, Membership, SecondWord, User
from tests.conftest import Unit
from tests.factories import member, paris_day
from tests.wall.conftest import Login, standing

pytestmark = pytest.mark.django_db(transaction=True)

OPEN = "SELECT access_open_account(%s, %s, 'care', 'nina', 'Nina', '', %s)"
ACCESS = "SELECT access_write_access(%s, %s, %s, %s, %s, NULL, '{}', '{}', '{}')"
ANSWER = "SELECT access_answer_word(%s, %s, %s)"
ACTIVE = "SELECT access_set_active(%s, %s, %s, true)"
RESET = "SELECT access_reset_second_factor(%s, %s, %s)"
TOKEN = "SELECT access_give_token(%s, %s, %s, 'hotp', repeat('ab', 20), 6, 30, 0, 'mine')"
ASK = "SELECT access_ask_word(%s, %s, %s, %s)"


@pytest.fixture
def asker(login: Login, ada: User) -> psycopg.Connection[Any]:
    """The accounts door's login, for Ada."""
    return standing(login("accounts"), ada.pk)


def opened(asker: psycopg.Connection[Any], unit: Unit, by: User, role: str = "nurse") -> int:
    """The key of an account that `by` has just opened."""
    here = unit.establishment.pk
    with asker.transaction():
        [key] = asker.execute(OPEN, [by.pk, here, make_password("x")]).fetchone() or [0]
        asker.execute(ACCESS, [by.pk, here, key, role, paris_day()])
    return int(key)


def refused(login: psycopg.Connection[Any], statement: str, values: list[Any], constraint: str) -> None:
    with pytest.raises((errors.InsufficientPrivilege, errors.CheckViolation)) as refusal:
        login.execute(statement, values)
    assert refusal.value.diag.constraint_name == constraint


def test_account_opens_with_another_persons_word_and_no_other_way(
    unit_a: Unit, ada: User, alice: User, helene: User, chloe: User, asker: psycopg.Connection[Any], login: Login
) -> None:
    care, key = login("care"), opened(asker, unit_a, ada)
    word = SecondWord.objects.get(account=key)
    hanna = Membership.objects.get(user=chloe).establishment
    elsewhere = member("head", hanna, username="hanna")

    refused(asker, ACTIVE, [ada.pk, unit_a.establishment.pk, key], "awaits_second_word")
    refused(asker, ANSWER, [ada.pk, word.pk, True], "word_of_another_person")
    # A nurse who was not named, another unit's head, the account itself, somebody of no side, nobody.
    for nobody in (alice.pk, elsewhere.pk, key, ada.pk, 0, None):
        refused(care, ANSWER, [nobody, word.pk, True], "word_of_entitled")
    for statement in (
        "UPDATE access_secondword SET answer = 'confirmed'",
        "INSERT INTO access_secondword SELECT * FROM access_secondword",
        "DELETE FROM access_secondword",
        "SELECT access_begin_word(1, 1, 1, 'open_account')",
        "SELECT access_open_first_head(1, 1)",
    ):
        for login_of in (care, asker):
            with pytest.raises(errors.InsufficientPrivilege, match="permission denied"):
                login_of.execute(statement)
    assert not User.objects.get(pk=key).is_active

    care.execute(ANSWER, [helene.pk, word.pk, True])
    assert User.objects.get(pk=key).is_active
    assert list(AccountEvent.objects.filter(user=key).values_list("what", flat=True)) == ["account_opened"]
    assert AuditEntry.objects.order_by("-id").values_list("door", "username", "verb").first() == (
        "care",
        "helene",
        "give_word",
    )
    refused(care, ANSWER, [helene.pk, word.pk, False], "word_given")


def test_refused_or_late_account_stays_closed_until_somebody_is_asked_again(
    unit_a: Unit, ada: User, helene: User, asker: psycopg.Connection[Any], login: Login
) -> None:
    care, key = login("care"), opened(asker, unit_a, ada)
    again = [ada.pk, unit_a.establishment.pk, key, "open_account"]
    with pytest.raises(errors.UniqueViolation):
        asker.execute(ASK, again)
    SecondWord.objects.update(until=timezone.now() - timedelta(minutes=1))
    refused(care, ANSWER, [helene.pk, SecondWord.objects.get().pk, True], "word_late")

    asker.execute(ASK, again)
    care.execute(ANSWER, [helene.pk, SecondWord.objects.get(answer="").pk, False])
    refused(asker, ACTIVE, [ada.pk, unit_a.establishment.pk, key], "awaits_second_word")
    assert set(SecondWord.objects.values_list("answer", flat=True)) == {"late", "refused"}
    assert not User.objects.get(pk=key).is_active


def test_named_colleague_confirms_while_named_and_a_second_administrator_too(
    unit_a: Unit, ada: User, alice: User, helene: User, asker: psycopg.Connection[Any], login: Login
) -> None:
    care, place = login("care"), unit_a.establishment
    named = Custodian.objects.create(establishment=place, user=alice, named_by=helene)
    word = SecondWord.objects.get(account=opened(asker, unit_a, ada))
    Custodian.objects.update(ended_at=timezone.now())
    refused(care, ANSWER, [alice.pk, word.pk, True], "word_of_entitled")
    Custodian.objects.filter(pk=named.pk).update(ended_at=None)
    care.execute(ANSWER, [alice.pk, word.pk, True])

    carl = member("account_admin", place, username="carl", administers="care")
    petra = member("account_admin", place, username="petra", administers="prison")
    asker.execute(ASK, [ada.pk, place.pk, helene.pk, "reset_factor"])
    word = SecondWord.objects.get(answer="")
    refused(asker, ANSWER, [petra.pk, word.pk, True], "word_of_entitled")
    asker.execute(ANSWER, [carl.pk, word.pk, True])
    assert User.objects.get(pk=helene.pk).second_factor_since is None


def test_account_that_the_asker_has_just_taken_over_confirms_nothing(
    unit_a: Unit, ada: User, helene: User, asker: psycopg.Connection[Any], login: Login
) -> None:
    place = unit_a.establishment
    word = SecondWord.objects.get(account=opened(asker, unit_a, ada))
    password = "SELECT access_set_first_password(%s, %s, %s, %s)"
    asker.execute(password, [ada.pk, place.pk, helene.pk, make_password("known to Ada")])
    refused(login("care"), ANSWER, [helene.pk, word.pk, True], "word_of_independent")
    login("care").execute(ANSWER, [helene.pk, word.pk, False])


def test_factors_of_a_head_change_with_a_second_word_even_after_a_moment_as_nurse(
    unit_a: Unit, ada: User, helene: User, asker: psycopg.Connection[Any], login: Login
) -> None:
    whom = [ada.pk, unit_a.establishment.pk, helene.pk]
    for statement in (RESET, TOKEN):
        refused(asker, statement, whom, "second_word_needed")
    asker.execute(ACCESS, [*whom, "nurse", paris_day()])
    for statement in (RESET, TOKEN):
        refused(asker, statement, whom, "second_word_needed")
    asker.execute(ACCESS, [*whom, "head", paris_day()])

    asker.execute(ASK, [*whom, "reset_factor"])
    word = SecondWord.objects.get(what="reset_factor")
    assert "reset_asked" in AccountEvent.objects.filter(user=helene).values_list("what", flat=True)
    refused(login("care"), ANSWER, [helene.pk, word.pk, True], "word_of_another_person")
    # Who still has what was said to be lost says so.
    login("care").execute(ANSWER, [helene.pk, word.pk, False])
    assert SecondWord.objects.get(pk=word.pk).answer == "refused"


def test_first_head_of_a_unit_opens_at_once_and_nobody_after(
    unit_a: Unit, ada: User, asker: psycopg.Connection[Any], login: Login
) -> None:
    key = opened(asker, unit_a, ada, role="head")
    assert User.objects.get(pk=key).is_active
    assert SecondWord.objects.get().answer == "nobody"
    asker.execute("SELECT access_set_active(%s, %s, %s, false)", [ada.pk, unit_a.establishment.pk, key])
    second = asker.execute(
        OPEN.replace("'nina'", "'noa'"), [ada.pk, unit_a.establishment.pk, make_password("x")]
    ).fetchone() or [0]
    asker.execute(ACCESS, [ada.pk, unit_a.establishment.pk, second[0], "head", paris_day()])
    assert not User.objects.get(pk=second[0]).is_active


def given(word: str) -> int:
    """The key of the one word of this kind that waits."""
    return int(SecondWord.objects.get(answer="", what=word).pk)


def opens(asker: psycopg.Connection[Any], by: User, unit: Unit, side: str, role: str, name: str = "puppet") -> int:
    """The key of a second account, opened by `by` in one transaction."""
    with asker.transaction():
        [key] = asker.execute(
            "SELECT access_open_account(%s, %s, %s, %s, 'Puppet', '', %s)",
            [by.pk, unit.establishment.pk, side, name, make_password("y")],
        ).fetchone() or [0]
        asker.execute(ACCESS, [by.pk, unit.establishment.pk, key, role, paris_day()])
    return int(key)


def line_of(username: str, full_name: str) -> str:
    """A file with one head of unit."""
    return json.dumps(
        [
            {
                "username": username,
                "full_name": full_name,
                "email": "",
                "role": "head",
                "begins": f"{paris_day()}",
                "wanted": [],
            }
        ]
    )


IMPORT = "SELECT access_import_accounts(%s, %s, 'care', '{}', '{}', %s)"


@pytest.mark.parametrize("way", ["role", "file", "while it waits"])
def test_nobody_is_made_head_by_one_administrator_alone(
    way: str, unit_a: Unit, ada: User, alice: User, helene: User, asker: psycopg.Connection[Any], login: Login
) -> None:
    here, today = unit_a.establishment.pk, paris_day()
    if way == "while it waits":
        # Opened as a nurse, and made head before somebody has looked: who had read “nurse” confirms nothing any more.
        key = opened(asker, unit_a, ada)
        read = given("open_account")
        asker.execute(ACCESS, [ada.pk, here, key, "head", today])
        refused(login("care"), ANSWER, [helene.pk, read, True], "word_given")
        word = SecondWord.objects.get(answer="")
        assert not User.objects.get(pk=key).is_active
    else:
        key = alice.pk
        if way == "role":
            asker.execute(ACCESS, [ada.pk, here, key, "head", today])
        else:
            asker.execute(IMPORT, [ada.pk, here, line_of("alice", "Somebody Else")])
        assert Membership.objects.get(user=key).role == "nurse"
        assert User.objects.get(pk=key).full_name == alice.full_name
        word = SecondWord.objects.get(answer="")
    assert word.told["role"] == "head"
    refused(login("care"), ANSWER, [key, word.pk, True], "word_of_entitled")

    login("care").execute(ANSWER, [helene.pk, word.pk, True])
    assert Membership.objects.get(user=key).role == "head"
    if way == "file":
        assert User.objects.get(pk=key).full_name == "Somebody Else"
    # What was confirmed is what was read, whatever becomes of the account.
    User.objects.filter(pk=key).update(full_name="Quite Another")
    assert SecondWord.objects.get(pk=word.pk).told == word.told
    with pytest.raises(DatabaseError, match="kept as it was given"), transaction.atomic():
        SecondWord.objects.filter(pk=word.pk).update(told={})


def stood() -> Any:
    """What the accounts and roles of the database are."""
    roles = Membership.objects.order_by("pk").values_list("user", "role", "administers", "valid_until")
    return list(User.objects.order_by("pk").values_list("username", "full_name", "is_active")), list(roles)


def made_ready(change: str, unit_a: Unit, unit_b: Unit, ada: User, alice: User, helene: User) -> User:
    """What was there before; who gives the word."""
    if change == "place":
        Membership.objects.create(
            user=ada, establishment=unit_b.establishment, side="accounts", role="account_admin", administers="care"
        )
        return member("head", unit_b.establishment, username="hanna")
    if change == "reactivation":
        User.objects.filter(pk=helene.pk).update(is_active=False, second_factor_since=None)
        return member("head", unit_a.establishment, username="hugo")
    if change == "returned":
        Custodian.objects.create(establishment=unit_a.establishment, user=alice, named_by=helene)
        before = paris_day() - timedelta(days=9)
        Membership.objects.filter(user=alice).update(valid_from=before, valid_until=before)
    return helene


@pytest.mark.parametrize("change", ["name", "place", "administered", "reactivation", "returned"])
def test_what_makes_somebody_else_or_somebody_who_gives_the_word_waits_for_one(
    change: str,
    unit_a: Unit,
    unit_b: Unit,
    ada: User,
    alice: User,
    helene: User,
    asker: psycopg.Connection[Any],
    login: Login,
) -> None:
    here, today = unit_a.establishment.pk, paris_day()
    petra = member("account_admin", unit_a.establishment, username="petra", administers="prison")
    giver = made_ready(change, unit_a, unit_b, ada, alice, helene)
    statement, values = {
        "name": ("SELECT access_change_account(%s, %s, %s, 'Mallory', '')", [ada.pk, here, alice.pk]),
        "place": (ACCESS, [ada.pk, unit_b.establishment.pk, alice.pk, "nurse", today]),
        "administered": (ACCESS.replace("'{}')", "'{}', 'both')"), [ada.pk, here, petra.pk, "account_admin", today]),
        "reactivation": (ACTIVE, [ada.pk, here, helene.pk]),
        "returned": (ACCESS, [ada.pk, here, alice.pk, "nurse", today]),
    }[change]
    before = stood()

    asker.execute(statement, values)

    assert stood() == before
    refused(asker, statement, values, "word_asked_once")
    word = SecondWord.objects.get(answer="")
    refused(asker, ANSWER, [ada.pk, word.pk, True], "word_of_another_person")
    login("care").execute(ANSWER, [giver.pk, word.pk, True])
    assert stood() != before


def test_new_administrator_of_the_care_side_waits_for_a_word(
    unit_a: Unit, ada: User, helene: User, asker: psycopg.Connection[Any], login: Login
) -> None:
    key = opens(asker, ada, unit_a, "accounts", "account_admin")
    assert not User.objects.get(pk=key).is_active
    refused(asker, ACTIVE, [ada.pk, unit_a.establishment.pk, key], "awaits_second_word")
    for nobody in (key, ada.pk):
        word = given("open_account")
        refused(asker, ANSWER, [nobody, word, True], f"word_of_{'entitled' if nobody == key else 'another_person'}")
    login("care").execute(ANSWER, [helene.pk, word, True])
    assert User.objects.get(pk=key).is_active


def test_administrator_confirms_nothing_that_their_own_creature_asks(
    unit_a: Unit, ada: User, helene: User, asker: psycopg.Connection[Any], login: Login
) -> None:
    """The other way round: Ada makes an administrator, asks with that account, and confirms with her own."""
    puppet = User.objects.get(pk=opens(asker, ada, unit_a, "accounts", "account_admin"))
    login("care").execute(ANSWER, [helene.pk, given("open_account"), True])
    User.objects.filter(pk=puppet.pk).update(second_factor_since=timezone.now())
    opened(asker, unit_a, puppet)
    word = given("open_account")
    refused(asker, ANSWER, [ada.pk, word, True], "word_of_independent")
    # Nor what somebody else has only touched up: Ada asked for it first.
    carl = member("account_admin", unit_a.establishment, username="carl", administers="care")
    key = opens(asker, ada, unit_a, "care", "nurse", name="nora")
    asker.execute("SELECT access_change_account(%s, %s, %s, 'Pupett', '')", [carl.pk, unit_a.establishment.pk, key])
    refused(asker, ANSWER, [ada.pk, SecondWord.objects.get(account=key, answer="").pk, True], "word_of_another_person")


def test_sheet_and_first_password_are_in_hand_until_three_days_after_the_enrolment(
    unit_a: Unit, ada: User, helene: User, asker: psycopg.Connection[Any], login: Login
) -> None:
    key, here = opened(asker, unit_a, ada, role="head"), unit_a.establishment.pk
    login("care").execute(ANSWER, [helene.pk, given("open_account"), True])
    asker.execute("SELECT access_make_sheets(%s, %s, ARRAY[%s]::bigint[], ARRAY['x'], now())", [ada.pk, here, key])
    opens(asker, ada, unit_a, "care", "nurse")
    word, enrolled = given("open_account"), User.objects.filter(pk=key)
    for since in (None, timezone.now() + timedelta(minutes=1)):
        enrolled.update(second_factor_since=since)
        refused(login("care"), ANSWER, [key, word, True], "word_of_independent")
    # A file that names a head whose sign-in is their own puts nothing into anybody's hands.
    User.objects.filter(pk=helene.pk).update(second_factor_since=timezone.now() - timedelta(days=30))
    asker.execute(IMPORT, [ada.pk, here, line_of("helene", helene.full_name)])
    login("care").execute(ANSWER, [helene.pk, word, True])


@pytest.mark.parametrize("way", ["closed", "ended", "moved", "ended by a file"])
def test_nobody_is_made_first_head_by_who_has_just_removed_the_other_administrator(
    way: str, unit_a: Unit, ada: User, asker: psycopg.Connection[Any]
) -> None:
    here, past = unit_a.establishment.pk, paris_day() - timedelta(days=2)
    carl = member("account_admin", unit_a.establishment, username="carl", administers="care")
    User.objects.filter(pk=carl.pk).update(date_joined=timezone.now() - timedelta(days=90))
    role = "SELECT access_write_access(%s, %s, %s, 'account_admin', %s, %s, '{}', '{}', '{}', %s)"
    statement, values = {
        "closed": (ACTIVE.replace("true", "false"), []),
        "ended": (role, [past, past, "care"]),
        "moved": (role, [past, None, "prison"]),
        "ended by a file": (IMPORT.replace("'care'", "'accounts'"), []),
    }[way]
    of_carl = {"username": "carl", "full_name": carl.full_name, "email": "", "role": "account_admin", "wanted": []}
    file = json.dumps([{**of_carl, "begins": f"{past}", "ends": f"{past}", "administers": "care"}])
    asker.execute(statement, [ada.pk, here, file] if "file" in way else [ada.pk, here, carl.pk, *values])

    assert not User.objects.get(pk=opened(asker, unit_a, ada, role="head")).is_active


def test_first_head_waits_where_carers_work_already(
    unit_a: Unit, ada: User, alice: User, bob: User, asker: psycopg.Connection[Any], login: Login
) -> None:
    """A unit at work was opened with somebody's word, the installer's at least: that word is there for its head too."""
    here = unit_a.establishment.pk
    for worker in (alice, bob):
        User.objects.update(last_login=None)
        User.objects.filter(pk=worker.pk).update(last_login=timezone.now())
        asker.execute(ACCESS, [ada.pk, here, alice.pk, "head", paris_day()])
        assert Membership.objects.get(user=alice).role == "nurse"
        with transaction.atomic():
            second_words.answer(SecondWord.objects.get(answer=""), by=None, is_confirmed=worker == bob)
    assert Membership.objects.get(user=alice).role == "head"


def test_first_head_confirms_at_once_where_there_is_nobody_else(
    unit_a: Unit, ada: User, alice: User, asker: psycopg.Connection[Any], login: Login
) -> None:
    asker.execute(ACCESS, [ada.pk, unit_a.establishment.pk, alice.pk, "head", paris_day()])
    assert Membership.objects.get(user=alice).role == "head"
    assert SecondWord.objects.get().answer == "nobody"
    opened(asker, unit_a, ada)
    login("care").execute(ANSWER, [alice.pk, given("open_account"), True])


def test_factors_of_whoever_gives_the_word_change_with_one_and_where_they_give_it(
    unit_a: Unit, unit_b: Unit, ada: User, alice: User, helene: User, asker: psycopg.Connection[Any]
) -> None:
    there, today = unit_b.establishment, paris_day()
    Custodian.objects.create(establishment=unit_a.establishment, user=alice, named_by=helene)
    carl = member("account_admin", unit_a.establishment, username="carl", administers="care")
    for user in (alice, carl):
        for statement in (RESET, TOKEN):
            refused(asker, statement, [ada.pk, unit_a.establishment.pk, user.pk], "second_word_needed")
    # Ada manages B too, where a head of her making would answer for Helene.
    Membership.objects.create(user=ada, establishment=there, side="accounts", role="account_admin", administers="care")
    Membership.objects.create(user=helene, establishment=there, side="care", role="head", valid_from=today)
    refused(asker, ASK, [ada.pk, there.pk, helene.pk, "reset_factor"], "word_elsewhere")
    refused(asker, "SELECT access_change_account(%s, %s, %s, 'X', '')", [ada.pk, there.pk, helene.pk], "word_elsewhere")
    key = opened(asker, unit_a, ada)
    SecondWord.objects.update(until=timezone.now() - timedelta(minutes=1))
    refused(asker, ASK, [ada.pk, there.pk, key, "open_account"], "word_elsewhere")
