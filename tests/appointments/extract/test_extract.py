"""An extract says everything that the unit holds on one person and nothing of anybody else; it is logged."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.apps import apps
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from access.enums import Verb
from access.models import AuditEntry, User
from access.policy import give
from appointments.extract import parts
from appointments.extract.parts import parts_of
from appointments.models import Alert, CareUnit, Detainee, EmergencyAccess, FormerNumber, HandOverTaken, MovementEvent
from tests.appointments.rounds.scenes import dressings
from tests.conftest import Unit
from tests.doors import DoorClient
from tests.factories import RequestFactory, appointment, escort, local, open_session, workday

pytestmark = pytest.mark.django_db


def everything_about(unit: Unit, who: Detainee, word: str) -> None:
    """One row of each kind about somebody, with a word by which it is found again."""
    place, day = unit.establishment, workday(-3)
    session = open_session(unit.doctor, day, 8 if who == unit.paul else 14, 12 if who == unit.paul else 17)
    booked = appointment(who, session, unit.consultation, local(place, day, 9 if who == unit.paul else 15, 40))
    RequestFactory(detainee=who, received_on=day, note=f"note {word}")
    FormerNumber.objects.create(establishment=place, detainee=who, register_number=f"F{word}")
    past = {"status": "cancelled", "cancel_reason": "HOPITAL", "hospital": f"CHU {word}"}
    escort(who, local(place, day, 9), **past)
    escort(who, timezone.now() + timedelta(days=6), hospital=f"SECRET{word}")
    dressings(place, name=f"Round {word}").stays.create(
        establishment=place, detainee=who, place="x", since=day, ends_on=workday(1)
    )
    MovementEvent.objects.create(
        establishment=place, register_number=who.register_number, expected_at=booked.called_at, state="called"
    )
    Alert.objects.create(
        establishment=place,
        building=unit.building,
        register_number=who.register_number,
        last_name=who.last_name,
        urgency="now",
    )


def looked_at_and_handed_over(unit_a: Unit, alice: User) -> None:
    """An hour of a colleague's with Paul's appointments; and what another unit handed over of him."""
    EmergencyAccess.objects.create(
        establishment=unit_a.establishment, user=alice, detainee=unit_a.paul, reason="Fell in the yard, nobody else"
    )
    HandOverTaken.objects.create(
        establishment=unit_a.establishment,
        file="00000000-0000-0000-0000-000000000001",
        part="care",
        detainee=unit_a.paul,
        from_name="USMP de Metz",
        digest="0" * 64,
        written=1,
        taken_by_id=1,
        taken_by_name="H",
    )


def test_extract_says_all_of_one_person_and_nothing_of_another(
    unit_a: Unit, helene: User, emma: User, alice: User
) -> None:
    everything_about(unit_a, unit_a.paul, "mine")
    everything_about(unit_a, unit_a.karim, "theirs")
    looked_at_and_handed_over(unit_a, alice)
    Detainee.objects.filter(pk=unit_a.paul.pk).update(leaves_on=unit_a.establishment.today() + timedelta(days=9))
    give(helene, "manage_escorts", unit_a.establishment)
    door = DoorClient("care").sign_in(helene)

    shown = door.post(f"/people/{unit_a.paul.pk}/extract", {"reason": "person"})

    text = shown.content.decode()
    for word in (
        "004217",
        "Fmine",
        "note mine",
        "CHU mine",
        "Round mine",
        "Fell in the yard",
        "USMP de Metz",
        "17/05/1990",
    ):
        assert word in text, word
    for word in ("theirs", "BENALI", "012345", "SECRETmine"):
        assert word not in text, word
    leaves = unit_a.establishment.today() + timedelta(days=9)
    assert f"{leaves:%d/%m/%Y}" not in text, "It may be a transfer, which the person may not know of."
    assert "36 mois" not in text
    assert "3 ans" in text
    lines = AuditEntry.objects.filter(verb=Verb.EXTRACT).values_list("target_type", "target_id")
    assert set(lines) == {("appointments.detainee", str(unit_a.paul.pk)), ("extract.person", str(unit_a.paul.pk))}


def test_extract_as_pdf_and_only_by_the_head_of_unit_with_a_reason(unit_a: Unit, helene: User, emma: User) -> None:
    everything_about(unit_a, unit_a.paul, "mine")
    door, address = DoorClient("care").sign_in(helene), f"/people/{unit_a.paul.pk}/extract"

    paper = door.post(address, {"reason": "counsel", "pdf": "1"})

    assert paper.content.startswith(b"%PDF-")
    assert unit_a.paul.last_name not in paper.headers["Content-Disposition"]
    for wrong in ({}, {"reason": "curiosity"}):
        assert door.post(address, wrong).status_code == 422
    assert "CHU mine" not in door.post(address, {"reason": "person"}).content.decode(), (
        "Who may not see escorts shows none."
    )
    assert DoorClient("care").sign_in(emma).get(address).status_code == 403
    assert AuditEntry.objects.filter(verb=Verb.EXTRACT).count() == 4


def test_extract_asks_a_constant_number_of_questions(unit_a: Unit) -> None:
    counts = []
    for number in (1, 5):
        for _nth in range(number):
            RequestFactory(detainee=unit_a.paul)
        with CaptureQueriesContext(connection) as asked:
            list(parts_of(unit_a.paul, units=CareUnit.objects.all(), with_escorts=True))
        counts.append(len(asked))

    assert counts[0] == counts[1]


def test_every_table_that_names_a_person_is_in_the_extract_or_said_not_to_be() -> None:
    """Whoever adds a table about people is told of the extract by this test."""
    told_elsewhere = {
        # For a week, so that a list can be taken back; what it changed is in the parts.
        "RegistryChange",
        # Histories, told as a number; and letters, of which the complaint tells.
        "EscortChange",
    }
    pointing = {
        model.__name__
        for model in apps.get_app_config("appointments").get_models()
        for field in model._meta.get_fields()
        if getattr(field, "related_model", None) is Detainee and field.concrete and model is not Detainee
    }

    assert {name for name in pointing - told_elsewhere if not hasattr(parts, name)} == set()
