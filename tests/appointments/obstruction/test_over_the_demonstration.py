"""Every figure of obstructed care over the demonstration, computed a second time by plain SQL that shares no code."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.db import connection
from django.utils import timezone, translation

from access.models import Establishment
from appointments.arithmetic.timegrid import local_midnights
from appointments.care.obstruction import words
from appointments.models import Obstruction
from appointments.obstruction import facts_of
from appointments.obstruction.comparison import compare, period_before, year_before
from appointments.obstruction.figures import ObstructionFigures
from appointments.obstruction.log import count_again
from appointments.statistics.period import Period
from tests import demonstration
from tests.factories import unit_of

pytestmark = pytest.mark.django_db

# One line a person expected: where from, which half, which month, what became of it, and why not.
EXPECTED = """
    SELECT coalesce(mb.name, fb.name, db.name, '') AS building,
           CASE WHEN extract(hour FROM a.called_at AT TIME ZONE 'Europe/Paris') < 13 THEN 'morning' ELSE 'afternoon' END
               AS half_day,
           to_char(a.starts_at AT TIME ZONE 'Europe/Paris', 'YYYY-MM') AS month,
           date_trunc('week', a.starts_at AT TIME ZONE 'Europe/Paris')::date AS monday,
           a.status,
           CASE
               WHEN a.status <> 'not_come' THEN ''
               WHEN w.said = 'SANS_MOTIF' THEN 'no_reason'
               WHEN w.said = 'NON_APPELE' THEN 'not_called'
               WHEN w.said = 'EFFECTIF' THEN 'staff'
               WHEN w.said = 'BLOCAGE' THEN 'frozen'
               WHEN w.said = 'MVT_SOCIAL' THEN 'strike'
               WHEN w.said = 'QDQI' THEN 'wing'
               WHEN w.said IN ('PARLOIR', 'AUTRE_CONV') THEN 'visit'
               WHEN w.said IN ('TRAVAIL', 'ACTIVITE', 'PROMENADE') THEN 'activity'
               WHEN w.said IN ('LISTE_NR', 'CELLULE') THEN 'list'
               WHEN w.said = 'REF_CONF'
                   AND a.refusal_cause IN ('AGENT', 'ENTRAVES', 'SEXE', 'PREVENU', 'ATTENTE', 'CRAINTE') THEN 'refusal'
               ELSE ''
           END AS cause,
           a.status IN ('seen', 'arrived', 'in_consultation')
               OR (a.status = 'not_come' AND w.said IN ('RETARD', 'REPARTI')) AS came
    FROM appointments_appointment a
    JOIN appointments_detainee d ON d.id = a.detainee_id
    LEFT JOIN access_building db ON db.id = d.building_id
    LEFT JOIN access_building fb ON fb.id = a.called_from_id
    LEFT JOIN appointments_movement m ON m.id = a.movement_id
    LEFT JOIN access_building mb ON mb.id = m.building_id
    CROSS JOIN LATERAL (
        SELECT CASE WHEN a.not_come_reason IN ('', 'SANS_MOTIF')
            THEN coalesce(nullif(m.impediment, ''), nullif(a.not_come_declared, ''), a.not_come_reason)
            ELSE a.not_come_reason END AS said
    ) w
    WHERE a.establishment_id = %(place)s AND a.status <> 'cancelled'
        AND a.starts_at >= %(start)s AND a.starts_at < %(end)s
"""
LOST = """
    WITH one AS (
        SELECT a.session_id,
            CASE WHEN a.not_come_reason IN ('', 'SANS_MOTIF') AND a.not_come_declared <> '' THEN a.not_come_declared
                ELSE a.not_come_reason END AS said, a.status
        FROM appointments_appointment a
        WHERE a.establishment_id = %(place)s AND a.status <> 'cancelled'
            AND a.starts_at >= %(start)s AND a.starts_at < %(end)s
    ), sessions AS (
        SELECT session_id, count(*) AS booked, count(*) FILTER (WHERE status = 'not_come' AND said IN (
            'PARLOIR', 'PROMENADE', 'ACTIVITE', 'TRAVAIL', 'AUTRE_CONV', 'QDQI', 'EFFECTIF', 'BLOCAGE', 'MVT_SOCIAL',
            'NON_APPELE', 'RETARD', 'SANS_MOTIF', 'LISTE_NR', 'CELLULE')) AS lost
        FROM one GROUP BY session_id HAVING count(*) >= 2
    )
    SELECT count(*), count(*) FILTER (WHERE 2 * lost >= booked) FROM sessions
"""


@pytest.fixture(scope="module")
def place(django_db_setup: None, django_db_blocker: Any) -> Iterator[Establishment]:
    """The demonstration; the tests of this module only read it, at the moment of its load."""
    with (
        django_db_blocker.unblock(),
        translation.override("en"),
        demonstration.loaded() as found,
        time_machine.travel(found.moment, tick=False),
    ):
        yield found.place


@pytest.fixture
def quarter(place: Establishment) -> Period:
    return Period.usual(place.today())


def ask(query: str, place: Establishment, period: Period) -> list[tuple[Any, ...]]:
    start = local_midnights(period.since, place.zone)[0]
    end = min(local_midnights(period.until, place.zone)[1], timezone.now())
    with connection.cursor() as cursor:
        cursor.execute(query, {"place": place.pk, "start": start, "end": end})
        return cursor.fetchall()


def grouped(place: Establishment, period: Period, key: str) -> dict[Any, tuple[int, int]]:
    query = f"SELECT {key}, count(*) FILTER (WHERE cause <> ''), count(*) FROM ({EXPECTED}) e GROUP BY 1"
    return {name: (missed, of) for name, missed, of in ask(query, place, period)}


def check(place: Establishment, period: Period, found: ObstructionFigures) -> None:
    totals = f"""SELECT count(*), count(*) FILTER (WHERE came), count(*) FILTER (WHERE status = 'seen'),
        count(*) FILTER (WHERE cause <> ''), count(*) FILTER (WHERE status = 'booked') FROM ({EXPECTED}) e"""
    assert ask(totals, place, period) == [(found.expected, found.came, found.seen, found.not_brought, found.unknown)]
    for key in ("building", "half_day", "month"):
        rows = {row.key: (row.count, row.total) for row in found.table(key).rows}
        assert rows == grouped(place, period, key), key
    causes = {cause: of for cause, (_missed, of) in grouped(place, period, "cause").items() if cause}
    assert {row.key: row.count for row in found.table("cause").rows if row.count} == causes
    assert ask(LOST, place, period) == [(found.sessions, len(found.lost))]


def test_every_figure_of_the_quarter_of_the_one_before_and_of_a_year_ago(place: Establishment, quarter: Period) -> None:
    found = compare(place, quarter)

    check(place, quarter, found.now)
    check(place, period_before(quarter), found.before)
    check(place, year_before(quarter), found.year_ago)
    assert found.now.expected > 3000


def test_weeks_add_up_to_what_plain_sql_counts(place: Establishment, quarter: Period) -> None:
    found = {week.monday: (week.not_brought, week.expected) for week in compare(place, quarter).weeks}

    assert found == grouped(place, quarter, "monday")


def test_delays_are_those_of_the_taps(place: Establishment, quarter: Period) -> None:
    query = """
        WITH calls AS (
            SELECT a.detainee_id, a.called_at, d.register_number, min(a.arrived_at) AS marked_at
            FROM appointments_appointment a JOIN appointments_detainee d ON d.id = a.detainee_id
            WHERE a.establishment_id = %(place)s AND a.status <> 'cancelled'
                AND a.starts_at >= %(start)s AND a.starts_at < %(end)s
            GROUP BY 1, 2, 3
        ), delays AS (
            SELECT min(e.at) IS NOT NULL AS is_tapped, greatest(0, extract(
                epoch FROM coalesce(min(e.at), min(c.marked_at)) - c.called_at) / 60)::float AS minutes
            FROM calls c LEFT JOIN appointments_movementevent e ON e.establishment_id = %(place)s
                AND e.register_number = c.register_number AND e.expected_at = c.called_at AND e.state = 'arrived'
            GROUP BY c.detainee_id, c.called_at
            HAVING coalesce(min(e.at), min(c.marked_at)) IS NOT NULL
        )
        SELECT percentile_cont(0.5) WITHIN GROUP (ORDER BY minutes),
            percentile_cont(0.9) WITHIN GROUP (ORDER BY minutes), count(*) FILTER (WHERE minutes > 30), count(*),
            count(*) FILTER (WHERE is_tapped)
        FROM delays"""
    [(median, ninth, beyond, known, tapped)] = ask(query, place, quarter)

    total = compare(place, quarter).delays.total

    assert total.arrived.median == pytest.approx(median)
    assert total.arrived.ninth == pytest.approx(ninth)
    assert (total.beyond, total.arrived.known, total.arrived.tapped) == (beyond, known, tapped)


def test_counted_facts_add_up_to_the_figures(place: Establishment, quarter: Period) -> None:
    facts = facts_of(unit_of(place), quarter.since, quarter.until)
    figures = compare(place, quarter, unit=unit_of(place).pk).now

    told = sum(fact.affected or 0 for fact in facts.filter(kind__in=["not_brought", "no_reason"]))
    assert told == figures.not_brought
    assert facts.filter(kind="lost_half_day").count() == len(figures.lost)


def test_page_tells_the_story_at_a_glance(place: Establishment, quarter: Period) -> None:
    """A building short of staff, a week of frozen movements, one revealed consultation: in the first sentences."""
    facts = list(facts_of(unit_of(place), quarter.since, quarter.until))

    said = words.headline(compare(place, quarter).now, facts)

    assert said[0].startswith("In building B, ")
    assert "movements were frozen on" in said[1]
    assert said[2] == "Noted by hand: Kind of consultation revealed (1)."


def test_counting_again_changes_nothing(place: Establishment) -> None:
    first = place.today() - timedelta(weeks=30)

    assert count_again(place, first, place.today()) == (0, 0, 0)
    assert Obstruction.objects.filter(establishment=place, kind="not_fetched").exists()
