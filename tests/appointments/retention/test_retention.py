"""What a unit keeps no longer is forgotten by night, with a record of how many and of nobody; all the rest stays."""

from __future__ import annotations

from datetime import date, timedelta
from io import StringIO
from typing import Any

import pytest
from dateutil.relativedelta import relativedelta
from django.core.management import call_command
from django.db import Error, connections, transaction
from django.utils import timezone

from access.audit import record
from access.enums import Verb
from access.models import AuditEntry, User
from appointments.models import (
    Agenda,
    Appointment,
    AppointmentChange,
    Detainee,
    Escort,
    FormerNumber,
    KeptAppointment,
    MovementEvent,
    Obstruction,
    PublishedFigure,
    PurgeRecord,
    Request,
    RetentionPeriod,
    RoundStay,
    RoundVisit,
)
from appointments.models.enums.appointment import ChangeKind, Status
from appointments.models.enums.obstruction import HalfDay, ObstructionCause, ObstructionKind, ObstructionSource
from appointments.models.enums.request import Closing, RequestStatus
from appointments.models.enums.retention import PERIODS, RetentionKind
from appointments.retention.log import all_chains
from appointments.retention.purge import forget, note, would_forget
from carehub.doctor.integrity import RULES
from tests.appointments.rounds.scenes import dressings
from tests.conftest import Unit
from tests.doors import DoorClient, carry
from tests.factories import DetaineeFactory, RequestFactory, appointment, escort, local, open_session

pytestmark = pytest.mark.django_db


def years_ago(unit: Unit, years: int, days: int = 0) -> date:
    return unit.establishment.today() - relativedelta(years=years) - timedelta(days=days)


def seen_on(unit: Unit, person: Detainee, day: date, hour: int = 9, *, kept_without: User | None = None) -> Appointment:
    """Somebody who came that day, with a line of history; kept although their practitioner had left."""
    session = open_session(unit.doctor, day, hour, hour + 1, start_minute=0)
    row = appointment(person, session, unit.consultation, local(unit.establishment, day, hour, 40))
    if kept_without:
        Agenda.objects.filter(pk=unit.doctor.pk).update(owner=kept_without)
        KeptAppointment.objects.create(
            establishment=unit.establishment,
            appointment=row,
            agenda=unit.doctor,
            starts_at=row.starts_at,
            owner=kept_without,
        )
    Appointment.objects.filter(pk=row.pk).update(status=Status.SEEN)
    AppointmentChange.objects.create(
        establishment=unit.establishment, appointment=row, revision=1, what=ChangeKind.BOOKED, by_name="Alice"
    )
    row.refresh_from_db()
    return row


def closed_on(person: Detainee, day: date, **fields: Any) -> Request:
    values = {"status": RequestStatus.CLOSED, "closing": Closing.WITHDRAWN, **fields}
    return RequestFactory(detainee=person, received_on=day, **values)


def purge(*options: str) -> str:
    out = StringIO()
    call_command("purge_retention", *options, stdout=out)
    return out.getvalue()


def test_old_rows_go_with_what_rests_on_them_and_the_record_names_nobody(unit_a: Unit, bob: User) -> None:
    old = years_ago(unit_a, 3, days=1)
    gone = DetaineeFactory(establishment=unit_a.establishment, building=unit_a.building)
    FormerNumber.objects.create(establishment=unit_a.establishment, detainee=gone, register_number="000001")
    first = seen_on(unit_a, gone, old)
    again = seen_on(unit_a, gone, old, hour=11)
    Appointment.objects.filter(pk=again.pk).update(follows=first)
    RequestFactory(detainee=gone, received_on=old, status=RequestStatus.ANSWERED, appointment=first)
    closed_on(unit_a.paul, old)
    seen_on(unit_a, unit_a.paul, old, hour=10, kept_without=bob)
    kept = seen_on(unit_a, unit_a.paul, years_ago(unit_a, 3) + timedelta(days=1))
    Detainee.objects.filter(pk=gone.pk).update(released_on=old, building=None, cell="")

    said = purge("--dry-run")
    assert f"{unit_a.establishment.code}: 2 requests of before" in said
    assert Appointment.objects.count() == 4, "A dry run forgets nothing."
    assert not PurgeRecord.objects.exists()
    purge()

    assert list(Appointment.objects.values_list("pk", flat=True)) == [kept.pk]
    assert not Request.objects.exists()
    assert (AppointmentChange.objects.count(), KeptAppointment.objects.count()) == (1, 0)
    assert not Detainee.objects.filter(pk=gone.pk).exists()
    assert not FormerNumber.objects.exists()
    found = dict(PurgeRecord.objects.filter(establishment=unit_a.establishment).values_list("kind", "forgotten"))
    assert found == {"requests": 2, "appointments": 3, "people": 1}
    assert purge().endswith("0 rows forgotten.\n"), "A second night finds nothing."


def test_nobody_present_nothing_open_and_nothing_to_come_is_forgotten(unit_a: Unit) -> None:
    old = years_ago(unit_a, 9)
    Detainee.objects.filter(pk=unit_a.paul.pk).update(arrived_on=old)
    RequestFactory(detainee=unit_a.paul, received_on=old)
    planned = seen_on(unit_a, unit_a.paul, unit_a.establishment.today() + timedelta(days=3))
    Appointment.objects.filter(pk=planned.pk).update(status=Status.BOOKED)
    RequestFactory(detainee=unit_a.paul, received_on=old, status=RequestStatus.PLANNED, appointment=planned)
    escort(unit_a.paul, timezone.now() + timedelta(days=20))

    assert purge().endswith("0 rows forgotten.\n")
    assert Request.objects.count() == 2
    assert Escort.objects.count() == 1


def test_what_a_fact_or_a_kept_row_rests_on_stays(unit_a: Unit) -> None:
    old = years_ago(unit_a, 4)
    told = seen_on(unit_a, unit_a.paul, old)
    Obstruction.objects.create(
        establishment=unit_a.establishment,
        kind=ObstructionKind.OTHER,
        cause=ObstructionCause.values[0],
        day=old,
        half_day=HalfDay.values[0],
        source=ObstructionSource.BY_HAND,
        source_key="one",
        facts="The door stayed shut.",
        detainee=unit_a.paul,
        appointment=told,
    )
    first = seen_on(unit_a, unit_a.karim, old, hour=14)
    recent = seen_on(unit_a, unit_a.karim, unit_a.establishment.today() - timedelta(days=40))
    Appointment.objects.filter(pk=recent.pk).update(follows=first)
    PublishedFigure.objects.create(
        establishment=unit_a.establishment,
        table="cause",
        measure="missed",
        keys=["all"],
        since=old,
        before=old + timedelta(days=30),
        count=7,
        reference="2022-01",
    )
    left = DetaineeFactory(establishment=unit_a.establishment, building=None, cell="", released_on=old)
    closed_on(left, unit_a.establishment.today() - timedelta(days=30))

    purge()

    assert set(Appointment.objects.values_list("pk", flat=True)) == {told.pk, first.pk, recent.pk}
    assert Detainee.objects.filter(pk=left.pk).exists(), "Something is still kept of them."
    assert PublishedFigure.objects.get().count == 7


def test_rounds_escorts_and_what_officers_recorded_go_by_their_own_periods(unit_a: Unit, alice: User) -> None:
    place, old = unit_a.establishment, years_ago(unit_a, 3, days=2)
    stay = RoundStay.objects.create(
        establishment=place,
        kind=dressings(place),
        detainee=unit_a.paul,
        since=old - timedelta(days=9),
        ends_on=old,
        added_by=alice,
    )
    with connections["default"].cursor() as cursor:
        cursor.execute("ALTER TABLE appointments_roundvisit DISABLE TRIGGER round_visit_on_round")
    shared: dict[str, Any] = {"establishment": place, "stay": stay, "day": old - timedelta(days=3)}
    first = RoundVisit.objects.create(**shared, outcome="seen", made_by=alice, recorded_by=alice)
    RoundVisit.objects.create(**shared, outcome="refused", made_by=alice, recorded_by=alice, replaces=first)
    escort(unit_a.paul, local(place, old, 9), status="cancelled", cancel_reason="ESCORTE")
    for days in (30, 400):
        MovementEvent.objects.create(
            establishment=place,
            register_number="004217",
            expected_at=timezone.now() - timedelta(days=days),
            state="called",
            at=timezone.now() - timedelta(days=days),
        )

    forget(place, batch=1)

    assert not RoundVisit.objects.exists()
    assert not RoundStay.objects.exists()
    assert not Escort.objects.exists()
    assert MovementEvent.objects.count() == 1


def test_a_unit_that_keeps_longer_keeps_longer_and_its_neighbour_does_not(unit_a: Unit, unit_b: Unit) -> None:
    for unit in (unit_a, unit_b):
        closed_on(unit.paul, years_ago(unit, 4))
    RetentionPeriod.objects.create(establishment=unit_a.establishment, kind=RetentionKind.REQUESTS, months=60)

    assert not any(each.rows for each in would_forget(unit_a.establishment))
    purge()

    assert [one.establishment for one in Request.objects.all()] == [unit_a.establishment]


def age_log(alias: str, lines: int, days: int) -> None:
    """Let the first lines of the log be of so many days ago, with the digests that they would have had."""
    with connections[alias].cursor() as cursor:
        for trigger in ("audit_append_only", "audit_chain"):
            cursor.execute(f"ALTER TABLE access_auditentry DISABLE TRIGGER {trigger}")
        keys = list(AuditEntry.objects.using(alias).order_by("pk").values_list("pk", flat=True))
        for nth, key in enumerate(keys):
            old = days if nth < lines else 0
            cursor.execute(
                "UPDATE access_auditentry e SET at = at - make_interval(days => %s), previous_hash = coalesce("
                " (SELECT hash FROM access_auditentry p WHERE p.door = e.door AND p.id < e.id"
                "  AND p.establishment_id IS NOT DISTINCT FROM e.establishment_id ORDER BY id DESC LIMIT 1), '')"
                " WHERE id = %s",
                [old, key],
            )
            cursor.execute("UPDATE access_auditentry e SET hash = access_audit_line(e) WHERE id = %s", [key])
        cursor.execute(
            "UPDATE access_auditchain c SET last_hash = (SELECT hash FROM access_auditentry e WHERE e.id = c.last_id)"
        )
        for trigger in ("audit_append_only", "audit_chain"):
            cursor.execute(f"ALTER TABLE access_auditentry ENABLE TRIGGER {trigger}")


def broken_log() -> list[str]:
    return [key for rule in RULES if "access log" in rule.sentence for key in rule.broken_by()]


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("alias", ["default", "prison"])
def test_old_lines_of_the_log_go_from_the_front_and_the_chain_still_holds(unit_a: Unit, alias: str) -> None:
    carry()
    for _nth in range(6):
        with transaction.atomic(using=alias):
            record(by=None, verb=Verb.READ, target="page", establishment=unit_a.establishment, database=alias)
    age_log(alias, 4, 400)
    assert "4 log of before" in purge("--dry-run")

    purge()

    assert AuditEntry.objects.using(alias).count() == 2
    assert broken_log() == []
    assert PurgeRecord.objects.get().forgotten == 4
    with connections[alias].cursor() as cursor:
        for statement in (
            "DELETE FROM access_auditentry WHERE id = (SELECT max(id) FROM access_auditentry)",
            "SELECT access_forget_log(c.establishment_id, c.door, now(), 10) FROM access_auditchain c",
        ):
            with pytest.raises(Error, match="only grows"):
                cursor.execute(statement)
    with transaction.atomic(using=alias):
        record(by=None, verb=Verb.READ, target="page", establishment=unit_a.establishment, database=alias)
    assert broken_log() == [], "New lines go on from those that stayed."


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("of_a_house", [True, False])
def test_small_batches_of_the_log_forget_as_much_and_the_chain_holds_after_each(unit_a: Unit, of_a_house: bool) -> None:
    place = unit_a.establishment if of_a_house else None
    for _nth in range(7):
        with transaction.atomic():
            record(by=None, verb=Verb.READ, target="page", establishment=place)
    age_log("default", 5, 400)
    chains = next(each for each in all_chains() if each.establishment == place)
    batches = []
    for _nth in range(4):
        with transaction.atomic(), connections["default"].cursor() as cursor:
            cursor.execute("SELECT access_forget_log(%s, 'owner', %s, 2)", [chains.place, chains.instant])
            [gone] = cursor.fetchone()
            if gone:
                note(place, RetentionKind.LOG, before=chains.before, rows=gone)
        batches.append(gone)
        assert broken_log() == []

    assert batches == [2, 2, 1, 0]
    assert AuditEntry.objects.filter(establishment_id=place and place.pk).count() == 2


@pytest.mark.django_db(transaction=True)
def test_database_lets_nothing_go_without_its_record_nor_before_its_time(unit_a: Unit) -> None:
    place, old = unit_a.establishment, years_ago(unit_a, 5)
    row = seen_on(unit_a, unit_a.paul, old)
    closed_on(unit_a.paul, old)
    RequestFactory(detainee=unit_a.paul, received_on=old)
    tables = ("request", "appointmentchange", "appointment", "detainee")
    note = (
        "INSERT INTO appointments_purgerecord (establishment_id, kind, day, before, forgotten)"
        f" VALUES ({place.pk}, '{{kind}}', current_date, {{before}}, 1);"
    )
    with connections["default"].cursor() as cursor:
        for table in tables:
            with pytest.raises(Error, match="rule of retention"):
                cursor.execute(f"DELETE FROM appointments_{table}")
        # Nearer than six months, or than the unit's own period; of a later day than the record says; of another kind.
        for before in ("current_date - 100", "current_date + 1"):
            with pytest.raises(Error, match="kept longer"):
                cursor.execute(note.format(kind="requests", before=before))
        RetentionPeriod.objects.create(establishment=place, kind=RetentionKind.APPOINTMENTS, months=100)
        with pytest.raises(Error, match="kept longer"):
            cursor.execute(note.format(kind="appointments", before="current_date - 800"))
        for kind, before, statement in (
            ("requests", "current_date - 3000", "DELETE FROM appointments_request WHERE closing <> ''"),
            ("requests", "current_date - 200", "DELETE FROM appointments_request WHERE status = 'open'"),
            ("requests", "current_date - 200", f"DELETE FROM appointments_appointment WHERE id = '{row.pk}'"),
            ("people", "current_date - 200", "DELETE FROM appointments_detainee"),
        ):
            with pytest.raises(Error, match="rule of retention"), transaction.atomic():
                cursor.execute(note.format(kind=kind, before=before) + statement)
        cursor.execute(note.format(kind="requests", before="current_date - 200"))
        for statement in (
            "DELETE FROM appointments_purgerecord",
            "UPDATE appointments_purgerecord SET before = current_date",
            "UPDATE appointments_purgerecord SET forgotten = 0",
        ):
            with pytest.raises(Error, match="record of a purge"):
                cursor.execute(statement)
        with pytest.raises(Error, match="rule of retention"):
            cursor.execute("DELETE FROM appointments_request WHERE closing <> ''")


def test_head_of_unit_chooses_periods_and_reads_what_was_forgotten(unit_a: Unit, helene: User, alice: User) -> None:
    door = DoorClient("care").sign_in(helene)
    closed_on(unit_a.paul, years_ago(unit_a, 4))
    purge()

    page = door.get("/retention")
    assert page.status_code == 200
    assert "Requests that are settled" in page.content.decode()
    fields = {f"months-{kind.value}": str(each.usual) for kind, each in PERIODS.items()}
    wrong = door.post("/retention", {**fields, "months-log": "2", "months-requests": "x"})
    assert wrong.status_code == 422
    assert "Choose 6 to 36 months." in wrong.content.decode()
    assert 'value="x"' in wrong.content.decode(), "What was typed stays."
    assert not RetentionPeriod.objects.exists()
    saved = door.post("/retention", {**fields, "months-log": "6"})
    assert saved.status_code == 302
    assert [(row.kind, row.months) for row in RetentionPeriod.objects.all()] == [("log", 6)]
    assert DoorClient("care").sign_in(alice).get("/retention").status_code == 403
