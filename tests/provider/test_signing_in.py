"""Signing in by way of an identity provider, as a carer does it, and as somebody who should not come in tries it."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction
from django.test import override_settings
from psycopg import errors

from access import accounts
from access.models import AccountEvent, AuditEntry, FailedAttempts, Membership, ProviderLink, Session, User
from access.provider import client
from tests.access.test_signing_in import code_of, enrolled, type_code, type_password
from tests.conftest import Unit
from tests.doors import AtDoor, DoorClient, through
from tests.factories import PASSWORD, confirmed
from tests.provider.conftest import Hospital, free_port

Trusting = Callable[..., Any]
HERS = "alice-at-the-hospital"


def linked(user: User, hospital: Hospital, subject: str = HERS) -> User:
    ProviderLink.objects.create(user=enrolled(user), issuer=hospital.issuer, subject=subject, name="CH Nord")
    return user


def is_in(browser: DoorClient) -> bool:
    return browser.get("/my-account").status_code == 200


def nobody_is_in() -> bool:
    return not Session.objects.filter(user__isnull=False).exists()


def test_linked_identity_stands_for_the_password_and_the_own_code_is_asked_next(
    alice: User, hospital: Hospital
) -> None:
    linked(alice, hospital)
    browser = DoorClient("care")
    assert "Sign in with CH Nord" in browser.get("/sign-in").content.decode()

    answer = hospital.round_trip(browser, "/sign-in/provider?next=/people/")

    assert (answer.status_code, answer.url) == (302, "/sign-in/code")
    assert not is_in(browser)
    # No password was given: the page does not say that one is right.
    page = browser.get(answer.url).content.decode()
    assert "CH Nord has named you" in page
    assert "password is right" not in page
    assert type_code(browser, code_of(alice)).url == "/people/"
    assert is_in(browser)
    verbs = AuditEntry.objects.filter(username="alice").order_by("id").values_list("verb", flat=True)
    assert list(verbs)[:2] == ["provider_sign_in", "sign_in"]
    assert ProviderLink.objects.get().last_used_at is not None


def test_second_factor_of_the_provider_counts_only_in_words_that_are_trusted(
    alice: User, hospital: Hospital, trusting: Trusting
) -> None:
    linked(alice, hospital)
    for words, said, step in (
        ((), {"acr": "eidas2"}, "/sign-in/code"),
        (("eidas2", "mfa"), {"acr": "eidas1", "amr": ["pwd"]}, "/sign-in/code"),
        (("eidas2", "mfa"), {"acr": "eidas2"}, "/"),
        (("eidas2", "mfa"), {"amr": ["pwd", "mfa"]}, "/"),
    ):
        hospital.says(set=said)
        with trusting(*words):
            browser = DoorClient("care")
            answer = hospital.round_trip(browser)
        assert (answer.status_code, answer.url) == (302, step), said
        assert is_in(browser) == (step == "/"), said


def test_userinfo_never_says_that_a_second_factor_was_shown(
    alice: User, hospital: Hospital, trusting: Trusting
) -> None:
    linked(alice, hospital, "899700218896")
    hospital.says(claims={"SubjectNameID": "899700218896", "acr": "eidas2"})
    with (
        trusting("eidas2"),
        override_settings(CAREHUB_OIDC=hospital.settings(IDENTIFIER="SubjectNameID", SCOPE="openid scope_all")),
    ):
        assert hospital.round_trip(DoorClient("care")).url == "/sign-in/code"


@pytest.mark.parametrize(
    "wrong",
    [
        {"set": {"exp": int(time.time()) - 3600}},
        {"set": {"aud": "another-client"}},
        {"set": {"aud": ["carehub", "another-client"], "azp": "another-client"}},
        {"set": {"nonce": "of-another-try"}},
        {"set": {"nonce": None}},
        {"set": {"iss": "http://127.0.0.1:1"}},
        {"set": {"iat": int(time.time()) + 3600, "nbf": int(time.time()) + 3600}},
        {"set": {"at_hash": "AAAAAAAAAAAAAAAAAAAAAA"}},
        {"sign": "none"},
        {"sign": "secret"},
        {"sign": "foreign"},
    ],
    ids=[
        "expired", "another audience", "another party", "another nonce", "no nonce", "another issuer", "not yet",
        "another access token", "alg none", "our secret", "a foreign key",
    ],
)  # fmt: skip
def test_token_that_is_not_ours_or_not_now_opens_nothing(
    wrong: dict[str, Any], alice: User, hospital: Hospital
) -> None:
    linked(alice, hospital)
    hospital.says(**wrong)
    browser = DoorClient("care")

    answer = hospital.round_trip(browser)

    assert answer.status_code == 400
    assert "could not be verified" in answer.content.decode()
    assert nobody_is_in()
    entry = AuditEntry.objects.get(verb="provider_refused")
    assert (entry.username, entry.target_id) == ("", "token")
    assert type_password(browser, "alice").status_code == 302


def test_answer_works_once_and_in_the_browser_that_asked(alice: User, hospital: Hospital) -> None:
    linked(alice, hospital)
    browser, thief = DoorClient("care"), DoorClient("care")
    address = hospital.answer(browser.get("/sign-in/provider").url)
    kept = browser.cookies["carehub_care_provider"].value

    # In another browser, which began no try or one of its own.
    assert thief.get(address).status_code == 400
    thief.get("/sign-in/provider")
    assert thief.get(address).status_code == 400
    assert nobody_is_in()
    # Here, once.
    assert browser.get(address).status_code == 302
    Session.objects.all().delete()
    assert browser.get(address).status_code == 400
    # The whole try again, its cookie too: the provider refuses the code ...
    thief.cookies["carehub_care_provider"] = kept
    assert thief.get(address).status_code == 400
    assert nobody_is_in()


def test_state_is_used_once_even_where_a_provider_takes_a_code_twice(
    alice: User, hospital: Hospital, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Another answer to the same try, with a new code and the same nonce, as a stolen cookie would bring it."""
    linked(alice, hospital)
    browser, thief = DoorClient("care"), DoorClient("care")
    to = browser.get("/sign-in/provider").url
    kept = browser.cookies["carehub_care_provider"].value
    assert browser.get(hospital.answer(to)).status_code == 302
    Session.objects.all().delete()

    thief.cookies["carehub_care_provider"] = kept
    answer = thief.get(hospital.answer(to))

    assert (answer.status_code, nobody_is_in()) == (400, True)
    assert "used already" in answer.content.decode()


def test_no_account_is_made_none_is_found_by_mail_and_a_closed_one_stays_closed(
    alice: User, bob: User, hospital: Hospital
) -> None:
    User.objects.filter(pk=alice.pk).update(email="alice@ch-nord.example")
    before = User.objects.count()
    hospital.says(account="alice", claims={"email": "alice@ch-nord.example"}, set={"email": "alice@ch-nord.example"})
    answer = hospital.round_trip(DoorClient("care"))
    assert answer.status_code == 403
    assert "No open account here is linked" in answer.content.decode()

    linked(bob, hospital, "bob-there")
    User.objects.filter(pk=bob.pk).update(is_active=False)
    hospital.says(account="bob-there")
    assert hospital.round_trip(DoorClient("care")).status_code == 403

    assert (User.objects.count(), nobody_is_in()) == (before, True)


def test_account_that_waits_for_a_second_person_enters_by_the_provider_no_sooner(
    unit_a: Unit, ada: User, hospital: Hospital
) -> None:
    with through("accounts"):
        nina, _password = accounts.open_account(
            unit_a.establishment, by=ada, side="care", role="nurse", username="nina", full_name="Nina"
        )
    linked(nina, hospital, "nina-there")
    hospital.says(account="nina-there")
    assert hospital.round_trip(DoorClient("care")).status_code == 403
    assert nobody_is_in()

    confirmed("nina")
    assert hospital.round_trip(DoorClient("care")).status_code == 302


@pytest.mark.parametrize(
    "claims",
    [
        {"email": "a.martin@justice.fr"},
        {"upn": "A.MARTIN@ac.JUSTICE.GOUV.FR"},
        {"unique_name": " a.martin@dap.justice.fr. "},
        {"upn": "a.martin_justice.fr#EXT#@hopital.onmicrosoft.com"},
        {"identities": [{"mail": ["x@hopital.example", "a.martin@justice.fr"]}]},
        {"mail": "Anne Martin <a.martin@justice.fr>"},
        {"proxyAddresses": "SMTP:x@hopital.example;smtp:a.martin@justice.gouv.fr;"},
    ],
)
def test_identity_of_the_prison_administration_opens_nothing_however_it_is_written(
    claims: dict[str, Any], alice: User, hospital: Hospital, at_door: AtDoor
) -> None:
    linked(alice, hospital)
    hospital.says(set=claims)

    answer = hospital.round_trip(DoorClient("care"))

    assert (answer.status_code, nobody_is_in()) == (403, True)
    page = answer.content.decode()
    assert "(justice.fr) opens no care account" in page
    # Nothing was typed that could be checked.
    assert "You are not signed in" in page
    assert "check what was entered" not in page
    assert AuditEntry.objects.get(verb="provider_refused").target_id == "justice"


def link_at_once(user: User, **row: str) -> None:
    ProviderLink.objects.create(user=user, issuer="https://x.example", name="x", **row)
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")


def test_database_takes_no_link_of_the_prison_administration_nor_of_another_side(
    alice: User, bob: User, ada: User
) -> None:
    for user, subject, side in (
        (alice, "a.martin@dap.justice.fr", "care"),
        (alice, "", "care"),
        (alice, "x", "prison"),
        (alice, "x", "accounts"),
        (ada, "x", "care"),
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            link_at_once(user, subject=subject, side=side)
    ProviderLink.objects.create(user=alice, issuer="https://x.example", subject="one", name="x")
    for user, subject in ((bob, "one"), (alice, "two")):
        with pytest.raises(IntegrityError) as refused, transaction.atomic():
            ProviderLink.objects.create(user=user, issuer="https://x.example", subject=subject, name="x")
        assert isinstance(refused.value.__cause__, errors.UniqueViolation)


def test_carer_links_their_account_with_their_password_uses_and_unlinks_it(
    alice: User, hospital: Hospital, at_door: AtDoor, trusting: Trusting
) -> None:
    enrolled(alice)
    browser = at_door(alice)
    assert "Link my account with CH Nord" in browser.get("/my-account/security").content.decode()

    answer = hospital.round_trip(browser, "/my-account/provider")
    assert (answer.status_code, answer.url) == (302, "/my-account/provider/link")
    assert HERS in browser.get("/my-account/provider/link").content.decode()
    assert browser.post("/my-account/provider/link", {"password": "wrong"}).status_code == 422
    assert not ProviderLink.objects.exists()
    assert browser.post("/my-account/provider/link", {"password": PASSWORD}).url == "/my-account/security"
    page = browser.get("/my-account/security").content.decode()
    assert (HERS in page, "Unlink" in page) == (True, True)

    hospital.says(set={"acr": "eidas2"})
    with trusting("eidas2"):
        other = DoorClient("care")
        hospital.round_trip(other)
    assert is_in(other)
    assert browser.post("/my-account/provider/unlink").url == "/my-account/security"
    # The session for whose second factor the provider stood asks the own one now.
    assert other.get("/my-account").url == "/sign-in/code"
    assert hospital.round_trip(DoorClient("care")).status_code == 403
    assert browser.post("/my-account/provider/unlink").status_code == 404
    verbs = set(AuditEntry.objects.filter(username="alice").values_list("verb", flat=True))
    assert {"link_provider", "unlink_provider"} <= verbs
    told = AccountEvent.objects.filter(user=alice).values_list("what", flat=True)
    assert {"provider_linked", "provider_unlinked"} <= set(told)


def test_identity_is_linked_with_one_account_and_in_the_session_that_asked(
    alice: User, bob: User, hospital: Hospital, at_door: AtDoor
) -> None:
    linked(bob, hospital)
    hers = at_door(enrolled(alice))
    hospital.round_trip(hers, "/my-account/provider")
    answer = hers.post("/my-account/provider/link", {"password": PASSWORD})
    assert (answer.status_code, "linked already" in answer.content.decode()) == (422, True)

    # A page that lets her browser come back with what somebody else's try was for.
    to = hers.get("/my-account/provider").url
    his = at_door(bob)
    his.cookies["carehub_care_provider"] = hers.cookies["carehub_care_provider"].value
    assert his.get(hospital.answer(to)).url == "/my-account/security"
    assert his.get("/my-account/provider/link").url == "/my-account/security"
    assert ProviderLink.objects.count() == 1


def test_administrator_who_gives_a_new_beginning_ends_the_link(
    alice: User, ada: User, hospital: Hospital, unit_a: Unit
) -> None:
    linked(alice, hospital)
    accounts.reset_password(alice, by=ada, establishment=unit_a.establishment)

    assert not ProviderLink.objects.exists()
    assert hospital.round_trip(DoorClient("care")).status_code == 403


def test_provider_that_is_away_or_makes_no_sense_is_told_and_the_password_works_on(
    alice: User, hospital: Hospital
) -> None:
    linked(alice, hospital)
    for wrong in (
        {"ISSUER": f"http://127.0.0.1:{free_port()}"},
        {"DISCOVERY": f"{hospital.issuer}/nothing"},
        {"ISSUER": f"{hospital.issuer}/other", "DISCOVERY": f"{hospital.issuer}/.well-known/openid-configuration"},
    ):
        client.client_of.cache_clear()
        with override_settings(CAREHUB_OIDC=hospital.settings(**wrong)):
            browser = DoorClient("care")
            answer = browser.get("/sign-in/provider?next=/people/")
            again = browser.get("/sign-in/provider")
            assert (answer.status_code, again.status_code) == (503, 503)
            assert "CH Nord does not answer just now" in answer.content.decode()
            assert 'value="/people/"' in answer.content.decode()
            assert type_password(browser, "alice").status_code == 302

    client.client_of.cache_clear()
    hospital.says(status=500)
    browser = DoorClient("care")
    assert hospital.round_trip(browser).status_code == 503
    assert is_in(browser) is False


def test_endpoints_named_by_the_installation_replace_the_discovery(alice: User, hospital: Hospital) -> None:
    linked(alice, hospital)
    named = {
        "AUTHORIZE": f"{hospital.issuer}/auth",
        "TOKEN": f"{hospital.issuer}/token",
        "KEYS": f"{hospital.issuer}/jwks",
        # Asked, it would not answer.
        "DISCOVERY": f"http://127.0.0.1:{free_port()}",
    }
    with override_settings(CAREHUB_OIDC=hospital.settings(**named, CLIENT_AUTH="client_secret_basic")):
        assert hospital.round_trip(DoorClient("care")).url == "/sign-in/code"


def test_identifier_may_come_from_what_the_provider_tells_beside_the_token(alice: User, hospital: Hospital) -> None:
    """Pro Santé Connect's way: the national identifier stands in userinfo, under SubjectNameID."""
    linked(alice, hospital, "899700218896")
    settings = hospital.settings(IDENTIFIER="SubjectNameID", SCOPE="openid scope_all", ACR="eidas1")
    with override_settings(CAREHUB_OIDC=settings):
        hospital.says(claims={"SubjectNameID": "899700218896"})
        assert hospital.round_trip(DoorClient("care")).url == "/sign-in/code"
        hospital.says(claims={"SubjectNameID": "899700218896", "upn": "x@justice.fr"})
        assert hospital.round_trip(DoorClient("care")).status_code == 403
        hospital.says(claims={})
        answer = hospital.round_trip(DoorClient("care"))
    assert (answer.status_code, "does not say who you are" in answer.content.decode()) == (400, True)


def test_signing_out_ends_the_session_here_and_leads_to_the_providers_way_out(alice: User, hospital: Hospital) -> None:
    linked(alice, hospital)
    browser = DoorClient("care")
    hospital.round_trip(browser)
    type_code(browser, code_of(alice))

    page = browser.post("/sign-out").content.decode()

    assert f"{hospital.issuer}/session/end?id_token_hint=" in page.replace("&amp;", "&")
    assert not is_in(browser)
    assert nobody_is_in()


def test_somebody_who_went_back_there_is_told_and_nothing_is_asked_of_the_provider(
    db: None, hospital: Hospital
) -> None:
    browser = DoorClient("care")
    to = browser.get("/sign-in/provider").url
    state = to.split("state=")[1].split("&")[0]
    client.client_of.cache_clear()
    hospital.says(status=500)

    answer = browser.get(f"/sign-in/provider/back?error=access_denied&state={state}")

    assert (answer.status_code, "not recognised there" in answer.content.decode()) == (400, True)


def test_who_has_no_role_any_more_comes_no_further_than_by_password(
    alice: User, hospital: Hospital, trusting: Trusting
) -> None:
    linked(alice, hospital)
    Membership.objects.filter(user=alice).delete()
    hospital.says(set={"acr": "eidas2"})
    browser = DoorClient("care")
    with trusting("eidas2"):
        hospital.round_trip(browser)
    assert browser.get("/").status_code == 403


def test_strangers_who_come_back_with_nothing_cost_one_line_of_the_log_and_no_row(db: None, hospital: Hospital) -> None:
    for nth in range(30):
        assert DoorClient("care").get(f"/sign-in/provider/back?state={nth}&code=x").status_code == 400

    assert AuditEntry.objects.filter(verb="provider_refused").count() == 1
    assert (Session.objects.count(), FailedAttempts.objects.count()) == (0, 0)


def test_who_fails_often_with_the_provider_must_wait_like_everybody(db: None, hospital: Hospital) -> None:
    hospital.says(account="nobody-here")
    answers = [hospital.round_trip(DoorClient("care")).status_code for _nth in range(22)]
    assert (answers[0], answers[-1]) == (403, 429)


@pytest.mark.parametrize("door", ["prison", "accounts"])
def test_other_doors_have_no_such_address_and_no_button(door: str, hospital: Hospital, alice: User) -> None:
    browser = DoorClient(door)
    assert "CH Nord" not in browser.get("/sign-in").content.decode()
    for path in ("/sign-in/provider", "/sign-in/provider/back", "/my-account/provider", "/my-account/provider/link"):
        assert browser.get(path).status_code == 404


def test_without_settings_there_is_no_button_and_no_page(alice: User, at_door: AtDoor) -> None:
    browser = at_door(alice)
    assert "provider" not in DoorClient("care").get("/sign-in").content.decode()
    assert "Identity provider" not in browser.get("/my-account/security").content.decode()
    for path in ("/sign-in/provider", "/sign-in/provider/back", "/my-account/provider", "/my-account/provider/link"):
        assert browser.get(path).status_code == 404
