"""Pages travel without the blanks that lay their templates out, and with every blank that somebody typed."""

from __future__ import annotations

import re

from django.template import engines

from access.models import User
from tests.conftest import Unit
from tests.doors import AtDoor


def test_page_holds_no_blank_of_its_templates_layout(unit_a: Unit, alice: User, at_door: AtDoor) -> None:
    shown = at_door(alice).get("/").content.decode()

    assert shown.count("\n") > 50
    assert re.findall(r"\n[ \t]+\S.{0,40}", shown) == []


def test_what_somebody_typed_keeps_its_blanks() -> None:
    template = engines["django"].from_string("<textarea>{{ typed }}</textarea>")

    assert template.render({"typed": "one\n   two"}) == "<textarea>one\n   two</textarea>"
