"""What somebody typed and did not send: theirs alone, unreadable in the database, gone in time."""

from __future__ import annotations

from datetime import timedelta

import time_machine
from django.db import connection
from django.utils import timezone

from access.models import User
from appointments.models import Draft
from appointments.team import DRAFT_KEPT, draft_kept, drop_draft, forget_team, keep_draft, open_draft
from tests.conftest import Unit

TYPED = [("q", ["durand"]), ("minutes", ["35"])]


def keep(by: User, unit: Unit, form: str = "book", fields=TYPED) -> bool:
    return keep_draft(by=by, establishment=unit.establishment, form=form, fields=fields)


def found(by: User, unit: Unit, form: str = "book") -> Draft | None:
    return draft_kept(by=by, establishment=unit.establishment, form=form)


def test_draft_is_its_owners_alone_and_one_a_form(unit_a: Unit, unit_b: Unit, alice: User, emma: User) -> None:
    keep(alice, unit_a)
    keep(alice, unit_a, fields=[("q", ["benali"])])

    kept = found(alice, unit_a)
    assert kept is not None
    assert open_draft(kept) == [["q", ["benali"]]]
    assert found(emma, unit_a) is None
    assert found(alice, unit_b) is None
    assert found(alice, unit_a, "series") is None
    assert Draft.objects.count() == 1


def test_nothing_typed_can_be_read_in_the_database_and_a_stolen_row_opens_for_nobody_else(
    unit_a: Unit, alice: User, emma: User
) -> None:
    keep(alice, unit_a)

    with connection.cursor() as cursor:
        cursor.execute("SELECT sealed FROM appointments_draft")
        [(sealed,)] = cursor.fetchall()
    assert "durand" not in sealed
    Draft.objects.update(owner=emma)
    assert open_draft(Draft.objects.get()) == []


def test_empty_form_too_much_and_secrets_are_not_kept(unit_a: Unit, alice: User) -> None:
    assert keep(alice, unit_a, fields=[("password", ["tilleuls"]), ("code", ["123456"])]) is False
    assert keep(alice, unit_a, fields=[("q", ["x" * 100_000])]) is False
    assert Draft.objects.count() == 0

    keep(alice, unit_a)
    assert keep(alice, unit_a, fields=[("q", [""])]) is False
    assert found(alice, unit_a) is None


def test_draft_ends_with_the_shift_and_is_forgotten_by_the_purge(unit_a: Unit, alice: User, emma: User) -> None:
    keep(alice, unit_a)
    Draft.objects.update(saved_at=timezone.now() - DRAFT_KEPT - timedelta(minutes=1))
    keep(emma, unit_a)

    assert found(alice, unit_a) is None
    forget_team(now=timezone.now())

    assert [draft.owner for draft in Draft.objects.all()] == [emma]


def test_seal_of_an_old_draft_no_longer_opens(unit_a: Unit, alice: User) -> None:
    keep(alice, unit_a)
    draft = Draft.objects.get()

    with time_machine.travel(timezone.now() + DRAFT_KEPT + timedelta(minutes=1), tick=False):
        assert open_draft(draft) == []

    drop_draft(by=alice, establishment=unit_a.establishment, form="book")
    assert Draft.objects.count() == 0
