"""Pages travel packed, except to whoever asks from another site; a packed part keeps its tag (docs/adr/0063)."""

from __future__ import annotations

import gzip

import pytest

from access.models import User
from tests.appointments.care.open_page.asking import address
from tests.conftest import Unit
from tests.doors import AtDoor
from tests.factories import appointment, local, open_session

PACKED = {"Accept-Encoding": "gzip"}


def test_page_is_packed_and_says_the_same(alice: User, at_door: AtDoor) -> None:
    browser = at_door(alice)

    page = browser.get("/my-account", headers=PACKED)

    assert page.headers["Content-Encoding"] == "gzip"
    assert "Accept-Encoding" in page.headers["Vary"]
    assert "</html>" in gzip.decompress(page.content).decode()
    assert len(page.content) * 2 < len(browser.get("/my-account").content)


@pytest.mark.parametrize(("site", "is_packed"), [("cross-site", False), ("same-site", False), ("same-origin", True)])
def test_answer_that_another_site_asked_for_tells_nothing_by_its_length(
    site: str, is_packed: bool, alice: User, at_door: AtDoor
) -> None:
    page = at_door(alice).get("/people?q=DUR", headers={**PACKED, "Sec-Fetch-Site": site})

    assert page.status_code == 200
    assert ("Content-Encoding" in page.headers) == is_packed


def test_same_page_has_another_length_each_time(alice: User, at_door: AtDoor) -> None:
    browser = at_door(alice)

    lengths = {len(browser.get("/my-account", headers=PACKED).content) for _each in range(8)}

    assert len(lengths) > 1


def test_tag_of_a_packed_part_is_known_again(unit_a: Unit, alice: User, at_door: AtDoor) -> None:
    today = unit_a.establishment.today()
    session = open_session(unit_a.doctor, today)
    appointment(unit_a.paul, session, unit_a.consultation, local(unit_a.establishment, today, 9, 40))
    browser, path = at_door(alice), address(unit_a, today, "waiting_room")
    first = browser.get(path, headers=PACKED)

    assert first.headers["ETag"].startswith('W/"')
    again = browser.get(path, headers={**PACKED, "If-None-Match": first.headers["ETag"]})
    assert (again.status_code, again.content) == (304, b"")
