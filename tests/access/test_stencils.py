"""A part that is drawn by the hundred says what its template says, and no value is anything but text."""

from __future__ import annotations

import pytest
from django.template.loader import render_to_string
from django.test import override_settings
from django.utils import translation

from access.stencils import MOST_FORMS, Stencil, address_for_each, joined, many_parts

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "OPTIONS": {
            "loaders": [
                (
                    "django.template.loaders.locmem.Loader",
                    {
                        "part.html": "{% load i18n %}<a title='{{ name }}'{% if is_late %} class='late'{% endif %}>"
                        "\n  {% translate 'Today' %} {{ name }} \u202f\xa0{{ number }}</a>\n"
                    },
                )
            ]
        },
    }
]
SHREWD = 'O’Neil <b> & "x" {{ number }} \ue000number\ue001'


@pytest.fixture(autouse=True)
def part() -> object:
    with override_settings(TEMPLATES=TEMPLATES):
        yield


@pytest.mark.parametrize("is_late", [False, True])
@pytest.mark.parametrize("language", ["fr", "en"])
@pytest.mark.parametrize("name", ["Durand", SHREWD])
def test_part_is_what_its_template_would_be(is_late: bool, language: str, name: str) -> None:
    stencil = Stencil("part.html", "name", "number")
    with translation.override(language):
        values = {"name": name, "number": 1234}
        drawn = render_to_string("part.html", {"name": name, "number": "1234", "is_late": is_late}).strip()
        expected = drawn.replace("\n  ", " ")

        assert [stencil.fill(values, is_late=is_late) for _again in range(2)] == [expected, expected]


def test_no_value_of_one_part_stays_for_another_and_few_forms_are_kept() -> None:
    stencil = Stencil("part.html", "name", "number")
    stencil.fill({"name": "Durand", "number": 1}, is_late=True)

    assert "Durand" not in str(stencil.cut)
    assert "Durand" not in stencil.fill({"name": "Benali", "number": 2}, is_late=True)
    for form in range(MOST_FORMS + 5):
        stencil.fill({"name": "Benali", "number": 2}, is_late=form)
    assert len(stencil.cut) <= MOST_FORMS


def test_part_that_is_drawn_stands_in_another_as_it_is() -> None:
    stencil = Stencil("part.html", "name", "number")
    inner = stencil.fill({"name": SHREWD, "number": 1}, is_late=False)

    outer = stencil.fill({"name": "Durand", "number": joined([inner, inner])}, is_late=False)

    assert inner + inner in outer
    assert "<b>" not in outer


def test_address_is_parted_where_its_key_stands() -> None:
    before, after = address_for_each("appointment_move")

    assert (before, after) == ("/appointment/", "/move")


def test_what_is_spoken_is_asked_once_for_many_parts_and_again_after_them() -> None:
    part = Stencil("part.html", "name", "number")
    values = {"name": "Durand", "number": 3}

    with translation.override("fr"):
        with many_parts():
            french = [part.fill(values, is_late=False) for _number in range(2)]
        with translation.override("en"):
            english = part.fill(values, is_late=False)
            with many_parts():
                within = part.fill(values, is_late=False)
        after = part.fill(values, is_late=False)

    assert [*french, after] == [french[0]] * 3
    assert "Aujourd’hui" in after
    assert english == within != after
