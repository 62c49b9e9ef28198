"""What nobody needs any longer is forgotten; what care knows stays."""

from __future__ import annotations

from datetime import date, time, timedelta
from io import StringIO
from uuid import uuid4

import pytest
from django.core.management import CommandError, call_command
from django.test import override_settings
from django.utils import timezone

from access.models import FailedAttempts, Session, User
from appointments.models import (
    Appointment,
    Movement,
    PublicationTime,
    RegistryUpload,
    UnplannedPublication,
)
from appointments.prison.models import PrintedSheet
from carehub.management.commands.purge_movements import end_of_the_window
from tests.conftest import Unit
from tests.doors import carry
from tests.factories import EstablishmentFactory, appointment, local, open_session


def day_there(unit: Unit, days: int) -> date:
    """The day `days` after today, as the establishment's own calendar has it."""
    return timezone.localdate(timezone=unit.establishment.zone) + timedelta(days=days)


def booked_on(unit: Unit, days: int) -> Appointment:
    day = day_there(unit, days)
    session = open_session(unit.doctor, day)
    return appointment(unit.paul, session, unit.consultation, local(unit.establishment, day, 9, 50))


def purged() -> str:
    out = StringIO()
    call_command("purge_movements", stdout=out)
    return out.getvalue()


def test_purge_forgets_the_days_before_yesterday_and_keeps_the_appointments(unit_a: Unit) -> None:
    old, yesterday, today, coming = [booked_on(unit_a, days) for days in (-2, -1, 0, 1)]

    assert purged() == "1 movements and 0 printed sheets forgotten.\n"

    old.refresh_from_db()
    assert old.movement_id is None
    assert old.called_at == local(unit_a.establishment, day_there(unit_a, -2), 9, 30)
    kept = {appointment.movement_id for appointment in (yesterday, today, coming)}
    assert set(Movement.objects.values_list("pk", flat=True)) == kept
    assert purged() == "0 movements and 0 printed sheets forgotten.\n"


def test_purge_forgets_printed_sheets_and_ended_publications_of_those_days(unit_a: Unit) -> None:
    place = unit_a.establishment
    carry()
    for days in (-2, -1, 0):
        day = day_there(unit_a, days)
        sheet = {"batch": uuid4(), "building_id": unit_a.building.pk, "version": 1, "lines": []}
        PrintedSheet.objects.using("prison").create(establishment_id=place.pk, day=day, **sheet)
        UnplannedPublication.objects.create(establishment=place, day=day)
        PublicationTime.objects.create(establishment=place, at=time(6, 30), since=date(2020, 1, 1), until=day)

    assert purged() == "0 movements and 1 printed sheets forgotten.\n"

    kept = [day_there(unit_a, days) for days in (-1, 0)]
    assert sorted(PrintedSheet.objects.values_list("day", flat=True)) == kept
    assert sorted(UnplannedPublication.objects.values_list("day", flat=True)) == kept
    assert sorted(PublicationTime.objects.values_list("until", flat=True)) == kept


def test_purge_waits_for_the_establishment_whose_yesterday_began_first(unit_a: Unit) -> None:
    now = timezone.now()
    here = end_of_the_window(now)
    overseas = EstablishmentFactory(code="GP", time_zone="America/Guadeloupe")
    EstablishmentFactory(code="NC", time_zone="Pacific/Noumea")

    earliest = end_of_the_window(now)

    assert earliest <= here
    for place in (unit_a.establishment, overseas):
        assert earliest <= local(place, now.astimezone(place.zone).date() - timedelta(days=1), 0)


def test_purge_of_an_empty_database_is_fine(db: None) -> None:
    assert purged() == "0 movements and 0 printed sheets forgotten.\n"


def test_ended_sessions_and_lists_that_nobody_applied_are_forgotten(unit_a: Unit, alice: User) -> None:
    now = timezone.now()
    for name, expires in (("ended", now - timedelta(minutes=1)), ("open", now + timedelta(minutes=1))):
        Session.objects.create(session_key=name, session_data="", expire_date=expires, side=alice.side, user=alice)
    for _each in range(2):
        RegistryUpload.objects.create(establishment=unit_a.establishment, uploaded_by=alice, content=b"list")
    old = RegistryUpload.objects.order_by("pk").first()
    RegistryUpload.objects.filter(pk=old.pk).update(uploaded_at=now - timedelta(hours=2))
    out = StringIO()

    call_command("purge_leftovers", stdout=out)

    assert out.getvalue() == "1 ended sessions and 1 uploaded lists forgotten.\n"
    assert Session.objects.get().session_key == "open"
    assert RegistryUpload.objects.get().pk != old.pk


def test_both_sides_forget_ended_sessions_and_wrong_passwords_of_yesterday(unit_a: Unit, olga: User) -> None:
    now = timezone.now()
    for name, ago in (("ended", timedelta(hours=1)), ("open", -timedelta(hours=1))):
        fields = {"session_data": "", "expire_date": now - ago, "side": olga.side, "user_id": olga.pk}
        Session.objects.using("prison").create(session_key=name, **fields)
    for alias, side in (("default", "care"), ("prison", "prison")):
        for name in ("old", "new"):
            at = now - timedelta(days=2) if name == "old" else now
            FailedAttempts.objects.using(alias).create(side=side, lane=name, throttling_failure_timestamp=at)

    call_command("purge_leftovers", stdout=StringIO())

    assert Session.objects.using("prison").get().session_key == "open"
    assert [FailedAttempts.objects.using(alias).get().lane for alias in ("default", "prison")] == ["new", "new"]


@pytest.mark.parametrize("command", ["purge_movements", "purge_leftovers", "purge_reports", "purge_retention"])
def test_a_door_cannot_purge(db: None, command: str) -> None:
    with override_settings(CAREHUB_DOOR="care"), pytest.raises(CommandError, match="owner"):
        call_command(command)
