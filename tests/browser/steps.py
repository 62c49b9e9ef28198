"""What a person does at a door: shared steps of the journeys, in the words of the pages (English)."""

from __future__ import annotations

import re
import time
from collections.abc import Iterator
from contextlib import contextmanager

from django.utils import timezone
from django_otp.oath import hotp
from django_otp.plugins.otp_totp.models import TOTPDevice
from playwright.sync_api import Locator, Page, expect

from access.models import User
from tests.doors import DoorClient
from tests.factories import PASSWORD

STEP = 30  # seconds for which an authenticator shows a code; a door takes the one before and the one after as well
SLOWEST = 15  # seconds that a busy machine may take from reading a code to judging it


class Authenticator:
    """The program on a person's telephone. Each code works once, so it never shows the same one twice."""

    def __init__(self, key: bytes) -> None:
        self.key = key
        self.last_step = 0

    def code(self) -> str:
        """A code that is accepted now and for a while; like a person, waits for the next when too many were used."""
        self.last_step = max(int(time.time() + SLOWEST) // STEP - 1, self.last_step + 1)
        while self.last_step > int(time.time()) // STEP + 1:
            time.sleep(0.5)
        return f"{hotp(self.key, self.last_step):06d}"


def enrol(user: User) -> Authenticator:
    """Give `user` an authenticator, as after their first sign-in."""
    side = user._state.db
    device = TOTPDevice.objects.using(side).create(user=user, name="authenticator", confirmed=True)
    User.objects.using(side).filter(pk=user.pk).update(second_factor_since=timezone.now())
    return Authenticator(device.bin_key)


def type_password(page: Page, username: str, password: str = PASSWORD) -> None:
    page.get_by_label("User name").fill(username)
    page.get_by_label("Password", exact=True).fill(password)
    page.get_by_role("button", name="Continue").click()


def type_code(page: Page, code: str) -> None:
    page.get_by_label("Code", exact=True).fill(code)
    page.get_by_role("button", name="Sign in").click()


def choose_password(page: Page, new_password: str) -> None:
    page.get_by_label("New password", exact=True).fill(new_password)
    page.get_by_label("New password, once more").fill(new_password)
    page.get_by_role("button", name="Save this password").click()


def sign_in(page: Page, user: User, authenticator: Authenticator | None = None, *, path: str = "/") -> Page:
    """Be signed in, at `path`: through the forms where the test brings an authenticator, in English."""
    if authenticator is None:
        take_seat(page, user)
        page.goto(path)
    else:
        page.goto(path)
        type_password(page, user.username)
        type_code(page, authenticator.code())
    wait_until_signed_in(page)
    return page


def take_seat(page: Page, user: User) -> None:
    """Let the browser hold the session that the forms would have opened: these take time, and have their own tests."""
    held = DoorClient(user.side, is_served=False).sign_in(user).cookies.values()
    for host in ("127.0.0.1", "localhost"):
        page.context.add_cookies([{"name": it.key, "value": it.value, "domain": host, "path": "/"} for it in held])


def reload_until(page: Page, shown: Locator) -> None:
    """Ask for the page again until it shows this, as officers do: what care does reaches them within seconds."""
    for _again in range(30):
        try:
            expect(shown).to_be_visible(timeout=1_000)
        except AssertionError:
            page.reload()
        else:
            return
    expect(shown).to_be_visible()


def wait_until_signed_in(page: Page) -> None:
    """Until the page behind the forms is there, its scripts included. (The second form has "Sign out" too.)"""
    expect(page).not_to_have_url(re.compile("/sign-in"))
    expect(page.get_by_role("button", name="Sign out", exact=True)).to_be_visible()
    page.wait_for_load_state()


@contextmanager
def asking_nothing(page: Page) -> Iterator[None]:
    """Let the page ask nothing by itself: it would leave when its session ends, before what was typed is sent."""
    page.route("**/session", lambda route: route.fulfill(status=401))
    page.route("**/now?*", lambda route: route.fulfill(status=204))
    yield
    page.unroute("**/session")
    page.unroute("**/now?*")
