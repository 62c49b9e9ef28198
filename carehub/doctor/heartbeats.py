"""A prison's side of the courier: when it was here last, and which lists it has not brought yet."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

from django.db import DEFAULT_DB_ALIAS
from django.db.models.functions import Now
from django.utils import timezone

from access.models import Establishment
from appointments.arithmetic.publication_grid import SILENCE
from appointments.prison.models import Edition, Heartbeat, PublishingHour
from carehub.doctor.verdict import Level, Verdict, judge

REMEDY = "Tell the hospital’s IT service: the courier runs there, and nothing here can start it."


def verdicts(alias: str = DEFAULT_DB_ALIAS, *, bad: Level = Level.PROBLEM) -> Iterator[Verdict]:
    """Look at one prison's database. Reads no line."""
    yield beats(alias, bad=bad)
    late = [place.code for place in Establishment.objects.using(alias).order_by("code") if is_late(place, alias)]
    yield judge(
        not late,
        "Every list is that of its hour",
        f"Lists that are older than their hour: {', '.join(late)}",
        REMEDY,
        bad=bad,
    )


def beats(alias: str, *, bad: Level) -> Verdict:
    """The courier was here just now."""
    beat = Heartbeat.objects.using(alias).annotate(asked_at=Now()).first()
    if beat is None:
        return Verdict(bad, "The courier has never been here", REMEDY)
    age = beat.asked_at - beat.at
    ago = f"{max(0, age.total_seconds()):.0f} s ago"
    return judge(
        age <= SILENCE,
        f"The courier was here {ago}",
        f"The courier was here {ago}, and not since",
        REMEDY,
        bad=bad,
    )


def is_late(place: Establishment, alias: str) -> bool:
    """Whether today's or tomorrow's list lacks a publication a minute after its hour."""
    grid = PublishingHour.objects.using(alias).grid_of(place)
    now = timezone.now()
    days = [grid.day_of(now), grid.day_of(now) + timedelta(days=1)]
    there = Edition.objects.using(alias).filter(establishment=place, day__in=days)
    planned = dict(there.values_list("day", "planned_for"))
    due = {day: grid.last_due(day, now=now) for day in days}
    return any(hour and ((has := planned.get(day)) is None or has < hour) for day, hour in due.items())
