"""The list of keys: each leads to a page that opens, and whoever dictates turns keys of one letter off."""

from __future__ import annotations

import re

import pytest

from access.models import User
from tests.appointments.care.pages import AS_PANEL


@pytest.mark.parametrize("who", ["alice", "bob", "helene"])
def test_every_letter_opens_a_page_that_is_open_to_the_person(who: str, request, at_door) -> None:
    browser = at_door(request.getfixturevalue(who))

    listed = browser.get(browser.url("keys"), headers=AS_PANEL).text
    pages = re.findall(r'href="([^"]+)"\s+data-carehub-go="(\w)"', listed)

    assert "<html" not in listed
    assert len({letter for _address, letter in pages}) == len(pages) >= 12
    assert {browser.get(address, follow=True).status_code for address, _letter in pages} == {200}


def test_keys_of_one_letter_are_turned_off_and_on_for_the_session(alice: User, at_door) -> None:
    browser = at_door(alice)
    assert "data-carehub-without-keys" not in browser.get("/").text

    browser.post(browser.url("keys_use"), {"use": "no"})
    assert "data-carehub-without-keys" in browser.get("/").text

    browser.post(browser.url("keys_use"), {"use": "yes"})
    assert "data-carehub-without-keys" not in browser.get("/").text
