"""Days and times as people type them where the browser has no calendar or clock of its own."""

from __future__ import annotations

from datetime import date, time

import pytest
from django import forms
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import translation

from access.fields import DayField, NamedFileField, TimeOfDayField


@pytest.mark.parametrize("language", ["fr", "en"])
@pytest.mark.parametrize("typed", ["2026-04-03", "03/04/2026"])
def test_day_is_the_same_one_in_either_language(language: str, typed: str) -> None:
    with translation.override(language):
        assert DayField().clean(typed) == date(2026, 4, 3)


@pytest.mark.parametrize("typed", ["09:30", "09:30:00", "9h30"])
def test_time_of_day_may_be_written_the_french_way(typed: str) -> None:
    assert TimeOfDayField().clean(typed) == time(9, 30)


@pytest.mark.parametrize("typed", ["04/31/2026", "31", "April 3", "2026-04-31"])
def test_what_is_no_day_is_refused(typed: str) -> None:
    with translation.override("en"), pytest.raises(ValidationError):
        DayField().clean(typed)


@pytest.mark.parametrize("typed", ["0001-01-01", "1899-12-31", "9999-12-31", "31/12/9999", "2206-04-03"])
def test_a_slip_of_the_year_is_refused_with_the_days_that_can_be_meant(typed: str) -> None:
    with translation.override("en"), pytest.raises(ValidationError, match="Check the year"):
        DayField().clean(typed)


def test_a_birth_date_may_lie_further_back() -> None:
    assert DayField(years_back=130).clean("03/04/1930") == date(1930, 4, 3)


@pytest.mark.parametrize(
    ("name", "is_taken"),
    [
        ("liste.csv", True),
        ("LISTE.CSV", True),
        ("liste.csv.exe", False),
        ("liste", False),
        ("csv", False),
        ("liste.html", False),
        ("liste.csv\u202e", False),
    ],
)
def test_file_is_taken_by_the_ending_of_its_name(name: str, *, is_taken: bool) -> None:
    field = NamedFileField(endings=(".csv", ".txt"))

    with translation.override("en"):
        if is_taken:
            assert field.clean(SimpleUploadedFile(name, b"a;b")).name == name
        else:
            with pytest.raises(ValidationError, match=r"should end in \.csv, \.txt"):
                field.clean(SimpleUploadedFile(name, b"a;b"))


def test_every_form_that_takes_a_file_says_how_its_name_ends() -> None:
    from access.account_forms import ImportForm
    from appointments.care.handover.forms import SealedFileForm
    from appointments.care.people.forms import NominalListForm
    from appointments.care.reports.forms import SignedForm

    every = forms.Form.__subclasses__()
    for form in every:
        every.extend(each for each in form.__subclasses__() if each not in every)
    of_files = {
        form: field for form in every for field in form.base_fields.values() if isinstance(field, forms.FileField)
    }

    assert {ImportForm, NominalListForm, SealedFileForm, SignedForm} <= set(of_files)
    assert all(isinstance(field, NamedFileField) for field in of_files.values())
