"""The head's page of what leaves the screen, and the clause that it offers for the protocol."""

from __future__ import annotations

import re
from datetime import timedelta
from pathlib import Path

import pytest
from dateutil.relativedelta import relativedelta
from django.utils.html import strip_tags

from access.models import AuditEntry, User
from appointments.models import ExportPermission
from tests.conftest import Unit
from tests.doors import DoorClient, carry
from tests.factories import may_export

CLAUSE = Path(__file__).parents[4] / "docs" / "protocol-clause.md"


@pytest.fixture
def head(helene: User) -> DoorClient:
    return DoorClient("care").sign_in(helene)


def test_head_opens_for_three_months_unless_told_otherwise(unit_a: Unit, head: DoorClient, oscar: User) -> None:
    page = head.get("/exports/").content.decode()
    end = unit_a.establishment.today() + relativedelta(months=3)
    assert f'value="{end:%Y-%m-%d}"' in page

    head.post("/exports/", {"username": "oscar", "until": f"{end:%d/%m/%Y}"})
    carry()

    row = ExportPermission.objects.get()
    assert (row.username, row.until, row.answer) == ("oscar", end, "open")
    assert f"{end:%d/%m/%Y}" in head.get("/exports/").content.decode()
    entry = AuditEntry.objects.filter(door="care", verb="open_exports").get()
    assert (entry.username, entry.target_id) == ("helene", str(row.pk))


@pytest.mark.parametrize("until", ["", "demain", "0001-01-01", "9999-12-31", "2020-01-01", "31/02/2027"])
def test_wrong_day_is_answered_and_nothing_typed_is_lost(until: str, head: DoorClient) -> None:
    response = head.post("/exports/", {"username": "oscar", "until": until})

    assert response.status_code == 422
    assert 'value="oscar"' in response.content.decode()
    assert not ExportPermission.objects.exists()


def test_unknown_account_is_told_with_what_to_do(unit_a: Unit, head: DoorClient) -> None:
    may_export(unit_a.establishment, "osacr")
    assert "on its way to the prison side" in head.get("/exports/").content.decode()

    carry()

    assert "no such account at this prison" in head.get("/exports/").content.decode()


def test_head_withdraws_with_one_click_and_twice_does_no_harm(unit_a: Unit, head: DoorClient, oscar: User) -> None:
    [row] = may_export(unit_a.establishment, "oscar")
    carry()

    for _each in range(2):
        assert head.post(f"/exports/{row.pk}/withdraw").status_code == 302

    assert "closed here, on its way to the prison side" in head.get("/exports/").content.decode()
    carry()
    page = head.get("/exports/").content.decode()
    assert "withdrawn" in page
    assert "/withdraw" not in page
    assert AuditEntry.objects.filter(verb="close_exports").count() == 1


def test_permission_that_is_over_is_shown_as_ended(unit_a: Unit, head: DoorClient, oscar: User) -> None:
    [row] = may_export(unit_a.establishment, "oscar")
    day = unit_a.establishment.today() - timedelta(days=3)
    ExportPermission.objects.filter(pk=row.pk).update(opened_on=day, until=day + timedelta(days=2), answer="open")

    carry()

    assert "ended" in head.get("/exports/").content.decode()


def test_clause_of_the_page_is_that_of_the_documents(head: DoorClient) -> None:
    page = head.get("/exports/clause").content.decode()
    [article] = re.findall(r'<article class="exports-clause".*?</article>', page, re.DOTALL)
    written = re.sub(r"^(#+|\d+\.) ", "", CLAUSE.read_text(encoding="utf-8").split("\n", 1)[1], flags=re.MULTILINE)

    assert strip_tags(article).split() == written.split()
    assert "R. 6111-29" in " ".join(article.split())
