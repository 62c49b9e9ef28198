"""A load of the invented establishments happens whole or not at all, in both databases."""

from __future__ import annotations

import pytest
from django.db import connections, transaction

from access.models import Building, Establishment, User
from appointments.models import Appointment
from appointments.prison.models import Edition
from carehub.tools import demo

SIDES = ("default", "prison")


def test_interrupted_load_leaves_nothing(db: None) -> None:
    class Interrupted(Exception):
        pass

    def interrupt(line: str) -> None:
        if "appointments" in line:
            assert User.objects.using("prison").exists()
            raise Interrupted

    with pytest.raises(Interrupted):
        demo.load(progress=interrupt)

    assert not demo.is_loaded()
    for side in SIDES:
        assert not User.objects.using(side).exists()
        assert not Establishment.objects.using(side).exists()


@pytest.mark.slow
def test_load_that_was_killed_between_its_two_commits_is_begun_again_and_a_lost_side_is_told_from_it(db: None) -> None:
    demo.load(progress=lambda _line: None)
    there = {model: model.objects.using("prison").count() for model in (User, Building, Establishment, Edition)}
    assert there[Edition] == 8
    with transaction.atomic(using="prison"):
        take_away_everything("prison")
        with pytest.raises(demo.PartLostError):
            demo.is_loaded()
        transaction.set_rollback(True, using="prison")
    take_away_everything("default")
    assert not demo.is_loaded()

    demo.load(progress=lambda _line: None)

    assert demo.is_loaded()
    assert {model: model.objects.using("prison").count() for model in there} == there
    assert Appointment.objects.exists()


def take_away_everything(side: str) -> None:
    """Empty a database: as it is before the load has been committed there."""
    there = connections[side]
    tables = set(there.introspection.django_table_names(only_existing=True)) - demo.WRITTEN_BY_MIGRATIONS
    with there.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute(f"TRUNCATE {', '.join(sorted(tables))}")
        cursor.execute("SET CONSTRAINTS ALL DEFERRED")
