"""What needs a second person's word, tried by who asks alone: nothing takes effect, nobody passes for another."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import psycopg
import pytest
from django.contrib.auth.hashers import make_password
from django.utils import timezone
from psycopg import errors

from access.models import AccountEvent, AuditEntry, Custodian, Membership, SecondWord, User
from tests.conftest import Unit
from tests.factories import member
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
    [key] = asker.execute(OPEN, [by.pk, here, make_password("x")]).fetchone() or [0]
    asker.execute(ACCESS, [by.pk, here, key, role, timezone.localdate()])
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
    # Nor an administrator whom Ada makes for the purpose.
    [puppet] = asker.execute(
        "SELECT access_open_account(%s, %s, 'accounts', 'puppet', 'P', '', %s)", [ada.pk, place.pk, make_password("y")]
    ).fetchone() or [0]
    asker.execute(ACCESS, [ada.pk, place.pk, puppet, "account_admin", timezone.localdate()])
    refused(asker, ANSWER, [puppet, word.pk, True], "word_of_independent")
    login("care").execute(ANSWER, [helene.pk, word.pk, False])


def test_factors_of_a_head_change_with_a_second_word_even_after_a_moment_as_nurse(
    unit_a: Unit, ada: User, helene: User, asker: psycopg.Connection[Any], login: Login
) -> None:
    whom = [ada.pk, unit_a.establishment.pk, helene.pk]
    for statement in (RESET, TOKEN):
        refused(asker, statement, whom, "second_word_needed")
    asker.execute(ACCESS, [*whom, "nurse", timezone.localdate()])
    for statement in (RESET, TOKEN):
        refused(asker, statement, whom, "second_word_needed")
    asker.execute(ACCESS, [*whom, "head", timezone.localdate()])

    asker.execute(ASK, [*whom, "reset_factor"])
    word = SecondWord.objects.get()
    assert "reset_asked" in AccountEvent.objects.filter(user=helene).values_list("what", flat=True)
    refused(login("care"), ANSWER, [helene.pk, word.pk, True], "word_of_another_person")
    # Who still has what was said to be lost says so.
    login("care").execute(ANSWER, [helene.pk, word.pk, False])
    assert SecondWord.objects.get().answer == "refused"


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
    asker.execute(ACCESS, [ada.pk, unit_a.establishment.pk, second[0], "head", timezone.localdate()])
    assert not User.objects.get(pk=second[0]).is_active
