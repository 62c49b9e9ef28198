"""Year 1 and year 9999 in every form of every door: a sentence, and never a stumble."""

from __future__ import annotations

from collections.abc import Iterator
from importlib import import_module
from itertools import chain
from pathlib import Path

import pytest
from django import forms
from django.core.exceptions import ValidationError

from access.fields import DayField
from access.models import User
from tests.conftest import Unit
from tests.doors import AtDoor

FAR = ["0001-01-01", "9999-12-31"]
HOUSE = ("access", "appointments")


def kinds_of_form() -> Iterator[type[forms.BaseForm]]:
    """Every class of form in the house, whether or not a page uses it yet."""
    for path in chain.from_iterable(Path(house).rglob("*form*.py") for house in HOUSE):
        import_module(".".join(path.with_suffix("").parts))
    waiting: list[type] = [forms.BaseForm]
    while waiting:
        kind = waiting.pop()
        waiting += kind.__subclasses__()
        if kind.__module__.startswith(HOUSE):
            yield kind


def test_every_day_of_every_form_is_one_near_today() -> None:
    fields = {(kind.__name__, name): field for kind in kinds_of_form() for name, field in kind.base_fields.items()}
    days = {key: field for key, field in fields.items() if isinstance(field, forms.DateField)}
    # Of an instant or a length of time no form has a field: it would need bounds of its own.
    others = (forms.DateTimeField, forms.DurationField, forms.SplitDateTimeField)

    assert len(days) > 20
    assert [key for key, field in days.items() if not isinstance(field, DayField)] == []
    assert [key for key, field in fields.items() if isinstance(field, others)] == []
    assert [(key, far) for key, field in days.items() for far in FAR if takes(field, far)] == []


def takes(field: forms.Field, text: str) -> bool:
    try:
        field.clean(text)
    except ValidationError:
        return False
    return True


@pytest.mark.parametrize("day", FAR)
def test_booking_at_the_ends_of_the_calendar_is_refused_with_a_sentence(
    unit_a: Unit, helene: User, at_door: AtDoor, day: str
) -> None:
    browser = at_door(helene)
    chosen = {"person": unit_a.paul.pk, "kind": unit_a.consultation.pk, "agenda": unit_a.doctor.pk, "time": "09:30"}

    for more in ({}, {"find": "1"}, {"check": "1"}, {"overbook": "1"}):
        answer = browser.post("/book", {**chosen, "day": day, **more})
        assert answer.status_code == (200 if more.keys() & {"find", "check"} else 422), more
        assert str(unit_a.paul.pk) in answer.content.decode()
    for at in (f"{day}T09:30", f"{day}T23:59:59+14:00", f"{day}T00:00:00-12:00"):
        assert browser.get("/book", {"agenda": unit_a.doctor.pk, "at": at}).status_code == 400


@pytest.mark.parametrize("day", FAR)
def test_an_escort_at_the_ends_of_the_calendar_is_refused_with_what_was_typed(
    unit_a: Unit, emma: User, at_door: AtDoor, day: str
) -> None:
    browser = at_door(emma)
    said = {"hospital": "CHU Nord", "day": day, "time": "09:30"}

    answer = browser.post(browser.url("escort_new", unit_a.paul.pk), said)

    assert answer.status_code == 422
    assert "CHU Nord" in answer.content.decode()
    assert "Check the year" in answer.content.decode()
