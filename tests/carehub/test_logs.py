"""A process's log says what failed, and names nobody."""

from __future__ import annotations

import io
import logging

import pytest
from django.conf import settings
from django.db import IntegrityError, transaction

from carehub.logs import WithoutRows
from tests.conftest import Unit
from tests.factories import DetaineeFactory


@pytest.fixture
def log() -> tuple[logging.Logger, io.StringIO]:
    """A log that is written as the processes write theirs."""
    assert settings.LOGGING["formatters"]["without_rows"]["()"] == "carehub.logs.WithoutRows"
    assert settings.LOGGING["handlers"]["console"]["formatter"] == "without_rows"
    written = io.StringIO()
    handler = logging.StreamHandler(written)
    handler.setFormatter(WithoutRows())
    logger = logging.Logger("tests")
    logger.addHandler(handler)
    return logger, written


def test_trace_of_a_refused_row_names_the_rule_and_not_the_person(
    unit_a: Unit, log: tuple[logging.Logger, io.StringIO]
) -> None:
    logger, written = log
    double = DetaineeFactory.build(
        establishment=unit_a.establishment,
        building=unit_a.building,
        register_number=unit_a.paul.register_number,
        last_name="ZAOUI\nLINE TWO OF A NAME",
    )
    with pytest.raises(IntegrityError) as refused, transaction.atomic():
        double.save()
    assert unit_a.paul.register_number in str(refused.value), "It has something that could leak."

    logger.error("Stumbled", exc_info=refused.value)

    said = written.getvalue()
    assert "Stumbled" in said
    assert "Traceback" in said
    assert "duplicate key value violates unique constraint" in said
    for word in (unit_a.paul.register_number, "ZAOUI", "LINE TWO", "DETAIL"):
        assert word not in said


def test_copy_and_a_message_made_of_an_exception_are_cut_too(log: tuple[logging.Logger, io.StringIO]) -> None:
    logger, written = log
    logger.error(
        "Not done: %s",
        "invalid input\nLINE 1: INSERT INTO x VALUES ('DURAND')\n   ^\nCONTEXT:  COPY people, line 1: \"DURAND\"",
    )
    logger.error("%s", "no\nDETAIL:  Failing row contains (DURAND,\nPAUL).\nCONTEXT:  PL/pgSQL function f() line 3")

    assert written.getvalue() == "Not done: invalid input\nno\nCONTEXT:  PL/pgSQL function f() line 3\n"
