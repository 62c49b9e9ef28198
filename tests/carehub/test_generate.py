"""Generated establishments are sound in every respect that the product looks at, and stand in an empty place only."""

from __future__ import annotations

from datetime import timedelta
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.test import override_settings

from access.models import Establishment, User
from appointments.models import Appointment, ConsultationSession, Detainee, Movement
from appointments.models.enums.appointment import Status
from appointments.prison.models import Edition
from carehub.doctor.integrity import findings, findings_elsewhere
from carehub.tools.generate.houses import Years, house
from carehub.tools.generate.visits import Life
from carehub.tools.tables import learn_rows
from tests.conftest import Unit
from tests.wall.conftest import open_connection

QUARTER = {"establishments": 3, "years": 0.1, "seed": 7}


def test_generated_houses_break_no_rule_and_look_like_the_figures(db: None) -> None:
    out = StringIO()

    call_command("generate", **QUARTER, stdout=out)

    told = [(rule.sentence, keys) for found in (findings(), findings_elsewhere()) for rule, keys in found if keys]
    assert told == []
    assert "100 %  3 of 3 establishments" in out.getvalue()
    past = Appointment.objects.filter(starts_at__lt=ConsultationSession.objects.latest("starts_at").starts_at)
    big = past.filter(establishment__code="E001").exclude(status__in=[Status.CANCELLED, Status.BOOKED])
    days = big.values("session__pattern_day").distinct().count()
    # 55 to 75 booked movements a working day for 600 people, and those who arrive (docs: the domain's figures).
    assert 50 <= big.count() / days <= 90
    assert 0.10 <= big.filter(status=Status.NOT_COME).count() / big.count() <= 0.50
    assert 600 <= Detainee.objects.filter(establishment__code="E001").present().count() <= 640
    assert Appointment.objects.filter(follows__isnull=False).exists()
    assert Movement.objects.filter(establishment__code="E003").exists()
    assert Edition.objects.using("prison").exists()


def test_same_seed_gives_the_same_people_and_hours(db: None) -> None:
    today = Establishment().today()
    lives = [list(Life(house(3, seed), Years(today, 0.05)).days()) for seed in (7, 7, 8)]

    first, again, other = [[visit.key for _held, visits in life for visit in visits] for life in lives]
    assert first == again
    assert set(first).isdisjoint(other)
    assert all(visit.half_day.day <= today + timedelta(days=40) for _held, visits in lives[0] for visit in visits)


def test_database_in_use_another_login_and_production_are_refused(unit_a: Unit) -> None:
    before = Appointment.objects.count(), User.objects.count(), Establishment.objects.count()

    with pytest.raises(CommandError, match="already"):
        call_command("generate", **QUARTER)
    with override_settings(IS_PRODUCTION=True), pytest.raises(CommandError, match="production"):
        call_command("generate", **QUARTER)
    with override_settings(CAREHUB_DOOR="care"), pytest.raises(CommandError, match="owner"):
        call_command("generate", **QUARTER)

    assert before == (Appointment.objects.count(), User.objects.count(), Establishment.objects.count())


@pytest.mark.parametrize(
    "wrong", [{"establishments": 0}, {"establishments": 1000}, {"years": 0}, {"years": 21}, {"jobs": 0}]
)
def test_sizes_out_of_range_are_refused(db: None, wrong: dict[str, float]) -> None:
    with pytest.raises(CommandError, match="--"):
        call_command("generate", **{**QUARTER, **wrong})


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
def test_several_processes_write_the_same_houses_and_break_no_rule() -> None:
    out = StringIO()

    call_command("generate", **QUARTER, jobs=2, stdout=out)

    told = [(rule.sentence, keys) for found in (findings(), findings_elsewhere()) for rule, keys in found if keys]
    assert told == []
    today = Establishment().today()
    lives = {number: Life(house(number, QUARTER["seed"]), Years(today, QUARTER["years"])) for number in (1, 2, 3)}
    assert {
        number: set(Appointment.objects.filter(establishment__code=f"E{number:03d}").values_list("pk", flat=True))
        for number in lives
    } == {number: {visit.key for _held, visits in life.days() for visit in visits} for number, life in lives.items()}
    assert "100 %  3 of 3 establishments" in out.getvalue()


@pytest.mark.django_db(transaction=True)
def test_rows_are_learned_while_the_database_learns_some_of_them_by_itself(unit_a: Unit) -> None:
    with open_connection("owner") as housekeeping, housekeeping.transaction():
        housekeeping.execute("LOCK appointments_detainee IN SHARE UPDATE EXCLUSIVE MODE")
        with connection.cursor() as cursor:
            cursor.execute("SET lock_timeout = '500ms'")

        learn_rows()

        with connection.cursor() as cursor:
            cursor.execute("RESET lock_timeout")
            cursor.execute("SELECT reltuples FROM pg_class WHERE relname = 'access_establishment'")
            assert cursor.fetchone() == (1,)
