"""Paper both ways: what a sheet has on it, and what was ticked on it entered again; slips and blank forms."""

from __future__ import annotations

import io
import re
import subprocess
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import time_machine
from django.core.management import CommandError, call_command
from django.utils import timezone

from access.enums import Role
from access.models import User
from access.policy import give
from appointments.arithmetic.languages import FORM, SLIP
from appointments.models import Movement
from appointments.models.enums.movement import Impediment
from appointments.models.enums.paper import LETTERS
from appointments.prison.entering import UNIT_BOXES
from appointments.prison.models import LineState, PrintedSheet
from tests.conftest import Unit
from tests.doors import AtDoor, DoorClient, carry, through
from tests.factories import local, member
from tests.reading import tight, words_at, words_of


@pytest.fixture
def morning(unit_a: Unit) -> Any:
    """Today at 9:15 in unit A."""
    now = datetime.now(unit_a.establishment.zone).replace(hour=9, minute=15, second=0, microsecond=0)
    with time_machine.travel(now, tick=False):
        yield now


@pytest.fixture
def odile(unit_a: Unit) -> User:
    """Floor officer of A's other building."""
    user = member(Role.FLOOR_OFFICER, unit_a.establishment, username="odile")
    give(user, "view_movements", unit_a.other_building)
    return user


@pytest.fixture
def lines(morning: Any, unit_a: Unit) -> list[Movement]:
    """On two floors of building A, today at half past nine; two people have one name."""
    return [
        Movement.objects.create(
            establishment=unit_a.establishment,
            building=unit_a.building,
            cell=cell,
            last_name=name,
            first_name="Paul",
            register_number=number,
            expected_at=local(unit_a.establishment, timezone.localdate(timezone=unit_a.establishment.zone), 9, 30),
        )
        for cell, name, number in [("A-1-9", "Durand", "1"), ("A-1-101", "Weil", "2"), ("A-2-201", "Durand", "3")]
    ]


def printed(browser: DoorClient, query: str = "") -> PrintedSheet:
    """Print, and return what was kept last."""
    browser.post(f"/print?day=today{query}")
    return PrintedSheet.objects.using("prison").order_by("printed_at", "wing").last()


def state_of(line: Movement) -> tuple[str, str]:
    row = LineState.objects.using("prison").filter(line=line.pk).first()
    return (row.state, row.impediment) if row else ("expected", "")


# --- Out ----------------------------------------------------------------------------------------------


def test_sheet_has_boxes_reasons_signature_and_says_what_was_recorded_before(
    lines: list[Movement], unit_a: Unit, oscar: User, at_door: AtDoor
) -> None:
    browser = at_door(oscar)
    data = {"tap": "expected>impeded:PARLOIR", "who": oscar.pk}
    browser.post(f"/line/{lines[1].pk}", data)
    browser.post("/freezes", {"where": unit_a.building.pk, "reason": "search"})

    page = browser.get("/print").content.decode()
    said = words_of(page)

    # Three boxes for each who is still to come, none for who cannot, three of shifts at the foot.
    assert page.count('class="box"') == 2 * 3 + 3
    assert "✕ Visit, lawyer" in said
    assert re.search(r"Movements frozen ?: building A, since \d\d:\d\d, when this was printed\.", said)
    assert "△ namesake: A-2-201" in said
    assert all(str(impediment.label) in said for impediment in Impediment)
    for word in ("Officer’s name", "Shift", "Signature", "nothing about health"):
        assert word in said
    # The head is repeated on each page, with building and day.
    assert re.search(r'<thead><tr class="sheet-each-page"><td colspan="9">Building A · \w+ \d+ \w+ \d{4}', tight(page))


def test_one_floor_is_printed_alone_or_each_on_its_own_sheet_and_compared_with_its_like(
    lines: list[Movement], oscar: User, at_door: AtDoor
) -> None:
    browser = at_door(oscar)

    assert [line["cell"] for line in printed(browser, "&wing=A-1").lines] == ["A-1-9", "A-1-101"]
    browser.post("/print?day=today&each=wing")
    kept = PrintedSheet.objects.using("prison").order_by("printed_at", "wing").values_list("wing", flat=True)
    assert list(kept) == ["A-1", "A-1", "A-2"]
    # The whole building was never printed: nothing is said of a difference from a floor's sheet.
    assert "Nothing differs" not in words_at(browser, "/print")
    assert "Nothing differs" in words_at(browser, "/print?wing=A-1")
    assert words_at(browser, "/print?wing=Z").count("Printed") == 0


def test_large_print_is_asked_for_and_kept_through_the_printing(
    lines: list[Movement], oscar: User, at_door: AtDoor
) -> None:
    browser = at_door(oscar)

    response = browser.post("/print?day=today&size=large", follow=True)

    assert 'class="sheets-large"' in response.content.decode()
    assert 'class="sheets-large"' not in browser.get("/print").content.decode()


def test_open_list_carries_the_sheets_that_the_browsers_own_menu_prints(
    lines: list[Movement], oscar: User, at_door: AtDoor
) -> None:
    browser = at_door(oscar)

    assert 'hx-get="/print/behind?day=today&amp;wing=A-1"' in browser.get("/?wing=A-1").content.decode()
    behind = browser.get("/print/behind?day=today&wing=A-1").content.decode()
    assert re.findall(r'class="person">([A-Z]+)', tight(behind)) == ["DURAND", "WEIL"]
    assert not PrintedSheet.objects.using("prison").exists()


# --- And back -----------------------------------------------------------------------------------------


def test_what_was_ticked_is_entered_in_the_sheets_order_with_one_key_a_line(
    lines: list[Movement], oscar: User, at_door: AtDoor
) -> None:
    browser = at_door(oscar)
    sheet = printed(browser)
    assert f'href="/sheets/{sheet.pk}"' in browser.get("/sheets").content.decode()
    page = tight(browser.get(f"/sheets/{sheet.pk}").content.decode())
    assert re.findall(r'aria-label="(\w+) Paul, ([\w-]+), \d"', page) == [
        ("DURAND", "A-1-9"),
        ("WEIL", "A-1-101"),
        ("DURAND", "A-2-201"),
    ]

    keys = dict(zip((f"key-{line.pk}" for line in lines), ("2", "p", ""), strict=True))
    seen = {f"seen-{line.pk}": "expected" for line in lines}
    response = browser.post(f"/sheets/{sheet.pk}", {**keys, **seen})

    assert response.status_code == 200
    assert "2 lines recorded." in words_of(response.content.decode())
    assert [state_of(line) for line in lines] == [("left", ""), ("impeded", "PARLOIR"), ("expected", "")]


def test_key_that_is_not_taken_stays_beside_its_line_with_why(
    lines: list[Movement], oscar: User, olga: User, at_door: AtDoor
) -> None:
    browser = at_door(oscar)
    sheet = printed(browser)
    at_door(olga).post(f"/line/{lines[1].pk}", {"tap": "expected>called", "who": olga.pk})
    Movement.objects.filter(pk=lines[2].pk).delete()

    def send(*keys: str, seen: str = "expected") -> str:
        typed = dict(zip((f"key-{line.pk}" for line in lines), keys, strict=True))
        response = browser.post(f"/sheets/{sheet.pk}", {**typed, **{f"seen-{line.pk}": seen for line in lines}})
        assert response.status_code == 422
        return tight(response.content.decode())

    page = send("Z", "2", "1")
    assert "No box and no reason has this key." in page
    assert 'value="Z"' in page
    assert "A colleague was quicker. The line says now: Called" in page
    assert "This line is no longer on the list." in page
    # A return is the health unit's to record, and what no page sends is not understood.
    assert "No box and no reason has this key." in send("4", "", "")
    assert "no longer on the list" in send("1", "", "", seen="nonsense")
    assert state_of(lines[0]) == ("expected", "")


def test_every_reason_has_one_letter_and_no_letter_is_a_box() -> None:
    assert sorted(LETTERS.values()) == sorted(Impediment)
    assert not set(LETTERS) & set(UNIT_BOXES)
    assert all(len(letter) == 1 and letter.isupper() for letter in LETTERS)


def test_sheet_of_another_day_or_building_is_not_entered(
    lines: list[Movement], unit_a: Unit, oscar: User, odile: User, at_door: AtDoor
) -> None:
    sheet = printed(at_door(oscar))

    assert at_door(odile).get(f"/sheets/{sheet.pk}").status_code == 404
    PrintedSheet.objects.using("prison").update(day=sheet.day - timedelta(days=1))
    assert at_door(oscar).get(f"/sheets/{sheet.pk}").status_code == 404


# --- Slips and forms ----------------------------------------------------------------------------------


def test_slip_says_where_when_who_and_one_sentence_in_twelve_languages(
    lines: list[Movement], unit_a: Unit, oscar: User, at_door: AtDoor
) -> None:
    page = at_door(oscar).get("/print/slips?wing=A-1").content.decode()
    said = words_of(page)

    assert page.count('class="slip"') == 2
    assert unit_a.establishment.name in said
    assert "DURAND Paul 1 A · A-1-9" in said
    assert re.search(r"Printed on \d\d/\d\d/\d{4} \d\d:\d\d\. To be destroyed on", said)
    assert len({each.code for each in SLIP}) == len({each.code for each in FORM}) == 12
    assert all(page.count(each.words) == 2 for each in SLIP)
    assert 'lang="ar" dir="rtl"' in page


def test_blank_form_asks_for_no_reason_and_names_nobody(
    lines: list[Movement], unit_a: Unit, oscar: User, at_door: AtDoor
) -> None:
    page = at_door(oscar).get("/print/forms").content.decode()

    assert unit_a.establishment.name in page
    assert all(each.words in page for each in FORM)
    assert "DURAND" not in page
    assert "No reason is needed." in words_of(page)


# --- A printer queue ----------------------------------------------------------------------------------


def run(*args: str) -> None:
    with through("prison"):
        call_command("print_lists", *args, stdout=io.StringIO())


def test_command_writes_each_floors_sheet_for_a_queue_and_keeps_it_as_printed(
    lines: list[Movement], unit_a: Unit, oscar: User, at_door: AtDoor, tmp_path: Path
) -> None:
    carry()
    to = tmp_path / "sheets.pdf"

    run(unit_a.establishment.code, "--building", "A", "--each-floor", "--to", str(to))

    told = subprocess.run(["pdftotext", "-layout", str(to), "-"], check=True, capture_output=True, text=True).stdout
    first, second = told.rstrip("\f").split("\f")
    assert re.search(r"Bâtiment A · A-1", first)
    assert re.search(r"09:30\s+A-1-9\s+DURAND Paul\s+1\s", first)
    assert "WEIL" in first
    assert "A-2-201" in second
    assert "Signature" in second
    kept = PrintedSheet.objects.using("prison").order_by("wing")
    assert list(kept.values_list("wing", "printed_by")) == [("A-1", None), ("A-2", None)]
    # What nobody's click printed is entered like any other.
    assert at_door(oscar).get(f"/sheets/{kept[0].pk}").status_code == 200


def test_command_says_why_it_prints_nothing(lines: list[Movement], unit_a: Unit, tmp_path: Path) -> None:
    carry()
    code, to = unit_a.establishment.code, str(tmp_path / "x.pdf")

    for args, why in (
        (("NOWHERE", "--to", to), "no establishment"),
        ((code, "--building", "Z", "--to", to), "no such building"),
        ((code, "--printer", "there-is-no-such-queue"), "queue|lp"),
    ):
        with pytest.raises(CommandError, match=why):
            run(*args)
    with pytest.raises(CommandError, match="CAREHUB_DOOR=prison"):
        call_command("print_lists", code, "--to", to)
    assert not (tmp_path / "x.pdf").exists()
