"""The mail: each line is saved on its own, and says on its line what is wrong."""

from __future__ import annotations

from datetime import timedelta

import pytest

from access.models import User
from appointments.models import Request
from appointments.models.enums.request import Source
from tests.conftest import Unit
from tests.factories import DetaineeFactory, RequestFactory, paris_day, workday


def letter(unit: Unit, name: str = "r0", **fields: object) -> dict[str, object]:
    """One line of the mail: Paul wants to see the doctor."""
    typed = {"q": "004217", "person": "", "wanted": f"kind-{unit.consultation.pk}", "within": "7", "source": "letter"}
    return {"line": name, **{f"{name}-{key}": value for key, value in {**typed, **fields}.items()}}


def lines(*letters: dict[str, object]) -> dict[str, object]:
    """Several lines, as the form without JavaScript sends them."""
    together = {"received_on": f"{paris_day()}", "line": [each["line"] for each in letters]}
    for each in letters:
        together |= {key: value for key, value in each.items() if key != "line"}
    return together


def test_line_is_saved_at_once_and_the_next_keeps_the_source(unit_a: Unit, alice: User, at_door) -> None:
    browser = at_door(alice)
    sent = lines(letter(unit_a, source="round", note="prefers the morning")) | {"save": "r0", "last": "r0"}

    answer = browser.post(browser.url("mail_line"), sent, headers={"hx-request": "true"})

    asked = Request.objects.get()
    assert (asked.detainee, asked.kind, asked.source) == (unit_a.paul, unit_a.consultation, Source.MEDICATION_ROUND)
    assert (asked.within_days, asked.note, asked.entered_by) == (7, "prefers the morning", alice)
    assert answer.status_code == 200
    assert "DURAND Paul" in answer.text
    assert 'name="r1-q"' in answer.text
    assert '<option value="round" selected>' in answer.text
    assert "1 request entered today by you" in answer.text


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({"q": ""}, "Say who is to be seen"),
        ({"q": "nobody"}, "Nobody present matches"),
        ({"q": "paul"}, "Several people match"),
        ({"within": "400"}, "365"),
        ({"within": ""}, "required"),
        ({"source": "pigeon"}, "pigeon"),
        ({"wanted": "kind-0"}, "kind-0"),
        ({"person": "00000000-0000-4000-8000-000000000000"}, "not registered here"),
    ],
)
def test_wrong_line_says_so_on_the_line_and_keeps_what_was_typed(
    unit_a: Unit, alice: User, at_door, fields: dict[str, str], sentence: str
) -> None:
    DetaineeFactory(establishment=unit_a.establishment, building=unit_a.building, first_name="Paul")
    browser = at_door(alice)

    answer = browser.post(browser.url("mail_line"), lines(letter(unit_a, note="kept words", **fields)) | {"save": "r0"})

    assert answer.status_code == 422
    assert sentence in answer.text
    assert "kept words" in answer.text
    assert not Request.objects.exists()


def test_several_lines_without_javascript_are_saved_each_on_its_own(unit_a: Unit, alice: User, at_door) -> None:
    browser = at_door(alice)

    answer = browser.post(
        browser.url("mail"),
        lines(
            letter(unit_a),
            letter(unit_a, "r1", q="nobody"),
            letter(unit_a, "r2", q=""),
            letter(unit_a, "r3", q="benali"),
        ),
    )

    assert answer.status_code == 422
    assert set(Request.objects.values_list("detainee", flat=True)) == {unit_a.paul.pk, unit_a.karim.pk}
    assert "2 lines saved." in answer.text
    assert [each.name for each in answer.context["letters"]] == ["r1"]
    again = browser.post(browser.url("mail"), lines(letter(unit_a, "r1", q="durand", wanted="")))
    assert again.status_code == 302


def test_duplicate_is_shown_while_typing_and_joined_or_entered_anyway(unit_a: Unit, alice: User, at_door) -> None:
    browser = at_door(alice)
    before = paris_day() - timedelta(days=3)
    known = RequestFactory(detainee=unit_a.paul, kind=unit_a.consultation, received_on=before)

    typing = browser.post(browser.url("mail_people"), {"line": "r4", "r4-q": "durand"})
    assert f"already asked on {before:%d/%m}, Consultation" in typing.text
    told = browser.post(browser.url("mail_line"), lines(letter(unit_a)) | {"save": "r0"})
    assert told.status_code == 422
    assert "Already asked on" in told.text
    assert Request.objects.count() == 1

    joined = browser.post(browser.url("mail_line"), lines(letter(unit_a, again="join")) | {"save": "r0"})
    known.refresh_from_db()
    assert (joined.status_code, known.times_asked) == (200, 2)
    assert "asked 2 times" in joined.text
    browser.post(browser.url("mail_line"), lines(letter(unit_a, again="anyway")) | {"save": "r0"})
    assert Request.objects.count() == 2


@pytest.mark.parametrize("day", ["", "2026-13-45", "tomorrow", "2001-01-01"])
def test_impossible_day_of_receipt_is_refused(unit_a: Unit, alice: User, at_door, day: str) -> None:
    browser = at_door(alice)
    day = f"{workday(1)}" if day == "tomorrow" else day

    for address in (browser.url("mail"), browser.url("mail_line")):
        answer = browser.post(address, lines(letter(unit_a)) | {"received_on": day, "save": "r0"})
        assert answer.status_code == 422
        assert 'value="004217"' in answer.text
    assert not Request.objects.exists()


def test_carer_is_offered_the_kinds_of_the_disciplines_that_he_sees(unit_a: Unit, bob: User, at_door) -> None:
    browser = at_door(bob)
    page = browser.get(browser.url("mail")).text

    assert unit_a.psychiatry.name in page
    assert unit_a.consultation.name not in page
    refused = browser.post(browser.url("mail_line"), lines(letter(unit_a)) | {"save": "r0"})
    assert refused.status_code == 422
