"""Figures as the page shows them, counted now."""

from __future__ import annotations

from collections.abc import Sequence
from http import HTTPStatus
from typing import Any

from django.utils import timezone

from appointments.models import Agenda
from appointments.rights import Rights
from appointments.statistics import Period, UnitFigures, figures_of
from appointments.statistics.counts import as_data, count, from_data
from appointments.statistics.kept import count_asked
from appointments.statistics.report import escorts_of
from tests.doors import DoorClient


def figures_now(
    rights: Rights, period: Period, *, agendas: Sequence[Agenda] | None = None, agenda: Agenda | None = None
) -> UnitFigures:
    """Count, keep and read what was kept."""
    among = [agenda] if agenda else agendas
    keys = None if among is None else [each.pk for each in among]
    counts = from_data(as_data(count(rights.establishment, period, agendas=keys)))
    return figures_of(counts, period, counted_at=timezone.now(), agenda=agenda, escorts=escorts_of(rights, period))


def asked_for(browser: DoorClient, **asked: object) -> Any:
    """Ask for some days at the door, let the worker count, and return the page that shows them."""
    answer = browser.post(browser.url("statistics_count"), asked)
    list(count_asked())
    return browser.get(answer["Location"]) if answer.status_code == HTTPStatus.FOUND else answer
