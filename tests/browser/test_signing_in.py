"""Signing in with one's own hands: the first time, with a backup code, and when it does not work."""

from __future__ import annotations

from base64 import b32decode
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from access.enums import Role
from access.models import User
from tests.browser.steps import Authenticator, enrol, sign_in, type_code, type_password
from tests.conftest import Unit
from tests.factories import PASSWORD, member

NEW_PASSWORD = "un autre secret, avec une girafe"


def test_nurse_who_signs_in_for_the_first_time_gets_authenticator_code_sheet_and_own_password(
    unit_a: Unit, visit: Callable[..., Page]
) -> None:
    member(Role.NURSE, unit_a.establishment, username="nadia", full_name="Nadia Roux", must_change_password=True)
    page = visit("care")

    page.goto("/")
    type_password(page, "nadia")
    expect(page.get_by_role("heading", level=1)).to_have_text("Your second factor")
    picture = page.get_by_role("img")
    assert picture.evaluate("image => image.naturalWidth") > 100
    secret = page.get_by_role("group", name="No camera? Type this secret instead:").inner_text().replace(" ", "")
    authenticator = Authenticator(b32decode(secret + "=" * (-len(secret) % 8)))
    page.get_by_label("Code", exact=True).fill(authenticator.code())
    page.get_by_role("button", name="Confirm").click()
    codes = page.get_by_role("region", name="Your code sheet").get_by_role("listitem").all_inner_texts()
    assert len(set(codes)) == 10
    page.get_by_role("button", name="I have kept them").click()
    page.get_by_label("New password", exact=True).fill(NEW_PASSWORD)
    page.get_by_label("New password, once more").fill(NEW_PASSWORD)
    page.get_by_role("button", name="Save this password").click()
    expect(page.get_by_text("Your new password holds from now on.")).to_be_visible()
    expect(page.get_by_role("link", name="Nadia Roux")).to_be_visible()
    page.get_by_role("button", name="Sign out").click()

    type_password(page, "nadia", NEW_PASSWORD)
    type_code(page, codes[3])
    expect(page.get_by_text("You have used a backup code; 9 are left.")).to_be_visible()
    page.get_by_role("button", name="Sign out").click()
    type_password(page, "nadia", NEW_PASSWORD)
    type_code(page, codes[3])
    expect(page.get_by_text("This code is not right, or was used before.").first).to_be_visible()


@pytest.mark.parametrize(("door", "person"), [("care", "alice"), ("prison", "oscar"), ("accounts", "ada")])
def test_person_signs_in_with_the_keyboard_alone_and_only_at_the_own_door(
    door: str, person: str, visit: Callable[..., Page], request: pytest.FixtureRequest
) -> None:
    user: User = request.getfixturevalue(person)
    authenticator = enrol(user)
    page = visit(door)

    page.goto("/my-account")
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Skip to the content")).to_be_focused()
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    expect(page.get_by_label("User name")).to_be_focused()
    page.keyboard.type(user.username)
    page.keyboard.press("Tab")
    page.keyboard.type(PASSWORD)
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("Your code")
    page.get_by_label("Code", exact=True).focus()
    page.keyboard.type(authenticator.code())
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("My account")

    for other in {"care", "prison", "accounts"} - {door}:
        stranger = visit(other)
        stranger.goto("/")
        type_password(stranger, user.username)
        expect(stranger.get_by_role("alert")).to_contain_text("do not open this door")
        expect(stranger.get_by_label("User name")).to_have_value(user.username)


def test_account_deactivated_in_the_database_stops_at_the_next_click(alice: User, visit: Callable[..., Page]) -> None:
    page = sign_in(visit("care"), alice, path="/my-account")

    User.objects.filter(pk=alice.pk).update(is_active=False)
    page.get_by_role("link", name="Change my password").click()

    expect(page.get_by_role("heading", level=1)).to_have_text("Sign in")
