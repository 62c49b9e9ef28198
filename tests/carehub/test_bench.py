"""The bench measures what it says, and never in a database that somebody uses."""

from __future__ import annotations

from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.test import override_settings

from appointments.models import Appointment, Detainee, Movement
from carehub.doctor.integrity import findings
from carehub.tools.bench.measures import Comparison
from carehub.tools.bench.units import health_unit
from carehub.tools.management.commands.bench import line
from tests.conftest import Unit


def test_bench_prints_what_it_measured(db: None) -> None:
    out = StringIO()

    call_command("bench", only=["list", "import"], stdout=out)

    *_said, headings, movement_list, nominal_list = out.getvalue().splitlines()
    assert headings.split() == ["work", "small", "large", "small", "ms", "large", "ms", "ratio", "queries"]
    small, _arrow, large = movement_list.rsplit(maxsplit=3)[1:]
    assert small == large
    assert "5,000 lines" in nominal_list
    assert Detainee.objects.filter(establishment__code="IMPORT-5000").count() == 5000


def test_unit_of_the_bench_is_as_large_as_wanted_and_sound(db: None) -> None:
    unit = health_unit("X", today=30, before=700)

    assert Appointment.objects.filter(establishment=unit.establishment).count() == 730
    assert Movement.objects.count() == 30
    assert [(rule.sentence, keys) for rule, keys in findings() if keys] == []


def test_ratio_is_large_by_small() -> None:
    measure = Comparison("work", "3", "300", small_ms=2.0, large_ms=5.0, small_queries=7, large_queries=9)

    assert line(measure) == ("work", "3", "300", "2.0", "5.0", "2.50", "7 → 9")


def test_bench_in_a_database_in_use_or_in_production_is_refused(unit_a: Unit) -> None:
    with pytest.raises(CommandError, match="make bench"):
        call_command("bench")
    with override_settings(IS_PRODUCTION=True), pytest.raises(CommandError, match="invented"):
        call_command("bench")
    with override_settings(CAREHUB_DOOR="care"), pytest.raises(CommandError, match="invented"):
        call_command("bench")
