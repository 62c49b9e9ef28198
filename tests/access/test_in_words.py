"""Days and durations as people write them: the first of a month, and hours once there is one."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
from django.template import Context, Template
from django.utils import translation

from access.in_words import date_format, lasting


@pytest.mark.parametrize(
    ("language", "day", "written", "said"),
    [
        ("fr", date(2026, 12, 1), "l j F", "mardi 1er décembre"),
        ("fr", date(2026, 12, 1), "l j F Y", "mardi 1er décembre 2026"),
        ("fr", date(2026, 12, 2), "l j F", "mercredi 2 décembre"),
        ("fr", date(2026, 12, 11), "j F", "11 décembre"),
        ("fr", date(2026, 12, 1), "D j", "mar 1"),
        ("fr", date(2026, 12, 1), "d/m/Y", "01/12/2026"),
        ("fr", date(2026, 12, 1), "DATE_FORMAT", "1er décembre 2026"),
        ("en", date(2026, 12, 1), "l j F", "Tuesday 1 December"),
    ],
)
def test_first_of_a_month_is_written_as_the_language_writes_it(language, day, written, said) -> None:
    with translation.override(language):
        assert date_format(day, written) == said
        page = Template("{{ day|date:written }}").render(Context({"day": day, "written": written}))
        assert page == said


def test_date_of_nothing_is_empty() -> None:
    assert Template("{{ day|date:'j F' }}{{ none|date:'j F' }}").render(Context({"day": "", "none": None})) == ""


@pytest.mark.parametrize(
    ("minutes", "said"), [(0, "0 min"), (24, "24 min"), (60, "1 h"), (163, "2 h 43"), (605, "10 h 05")]
)
def test_duration_has_hours_as_soon_as_there_is_one(minutes: int, said: str) -> None:
    with translation.override("fr"):
        assert lasting(minutes).replace("\u00a0", " ") == said


def test_days_are_written_for_their_language_and_moments_for_their_hour() -> None:
    morning, evening = (datetime(2026, 12, 1, hour, 5, tzinfo=UTC) for hour in (8, 20))

    said = []
    for language in ("fr", "en", "fr"):
        with translation.override(language):
            said.append([date_format(each, "j N Y") for each in (morning, evening)])
            assert date_format(morning, "j N H:i") != date_format(evening, "j N H:i")

    assert said[0] == said[2] == ["1er déc. 2026"] * 2
    assert said[1] == ["1 Dec. 2026"] * 2
