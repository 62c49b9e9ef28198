"""The header of a page stands whoever asks: half signed in, with no role yet, or at a host that is not ours."""

from __future__ import annotations

import re
from html import unescape

import pytest

from access.enums import Role
from access.models import User
from tests.addresses import DOORS
from tests.conftest import Unit
from tests.doors import DoorClient
from tests.factories import member

ROLES = {"care": Role.NURSE, "prison": Role.FLOOR_OFFICER, "accounts": Role.ACCOUNT_ADMIN}


@pytest.fixture
def halfway(door: str, unit_a: Unit) -> DoorClient:
    """Somebody who has given the password and no code, in a browser whose forms carry what protects them."""
    user: User = member(ROLES[door], unit_a.establishment, username="halfway")
    return DoorClient(door, enforce_csrf_checks=True).sign_in(user, verified=False)


def form_to(address: str, page: str) -> dict[str, str]:
    """What the form of the page that sends to `address` carries by itself."""
    found = re.search(rf'<form method="post" action="{re.escape(address)}".*?</form>', page, re.DOTALL)
    assert found, "The page has no such form."
    hidden = re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)"', found[0])
    return {name: unescape(value) for name, value in hidden}


@pytest.mark.parametrize("door", DOORS)
def test_whoever_is_halfway_in_can_sign_out_and_change_the_language(door: str, halfway: DoorClient) -> None:
    page = halfway.get("/", follow=True).content.decode()
    assert "&lt;" not in page

    for name, more in (("access:language", {"language": "fr"}), ("access:sign_out", {})):
        address = halfway.url(name)
        answer = halfway.post(address, {**form_to(address, page), **more})
        assert answer.status_code == 302, answer.content.decode()


@pytest.mark.parametrize("door", DOORS)
def test_another_host_is_refused_with_a_sentence(door: str, db: None) -> None:
    answer = DoorClient(door).get("/", headers={"host": "somewhere-else.example"})

    assert answer.status_code == 400
    assert 'class="lead"' in answer.content.decode()
