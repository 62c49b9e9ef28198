"""No row of one establishment refers to a row of another: a region can take its houses to a cluster of its own.

Each table is somebody's: of an establishment, of a row that has one, of an account, or of the installation.
"""

from __future__ import annotations

import pytest
from django.db import connection

from carehub.doctor.islands import Catalogue, Reference, crossing
from tests.conftest import Unit
from tests.factories import appointment, local, open_session, workday

# Of the installation, or of accounts, which a region's cluster gets with their establishments.
INSTALLATION = {
    *("access_establishment", "access_user", "access_failedattempts"),
    *("appointments_courierlease", "appointments_prisonlink", "appointments_prisonsilence", "prison_heartbeat"),
    *("auth_group", "auth_group_permissions", "auth_permission", "django_content_type", "django_migrations"),
    *("guardian_groupobjectpermission", "guardian_userobjectpermission"),
    *("procrastinate_events", "procrastinate_jobs", "procrastinate_periodic_defers", "procrastinate_workers"),
}
# What no foreign key keeps within a house: a second unique key on large tables would cost each booking one more index.
# A rule of the database or the one verb that writes it does, and verify_integrity looks every night.
LOOKED_AFTER = {
    ("appointments_appointment", "movement_id"): "appointments_has_movement",
    ("appointments_escort", "movement_id"): "the verb that plans an escort writes both",
    ("appointments_appointmentchange", "appointment_id"): "written by a verb with the appointment at hand",
    ("appointments_appointmentchange", "undoes_id"): "a change of the same appointment, by the verb",
    ("appointments_complaint", "obstruction_id"): "appointments_complaint_apart",
    ("appointments_formernumber", "join_id"): "written with its join",
    ("appointments_formernumber", "found_by_id"): "written with its list",
    ("appointments_question", "found_by_id"): "written with its list",
    ("appointments_registrychange", "registry_import_id"): "written with its list",
    ("appointments_keptappointment", "absence_id"): "appointments_kept_stands",
    ("appointments_keptappointment", "appointment_id"): "appointments_kept_stands",
}
SIDES = ("default", "prison")


@pytest.mark.django_db
@pytest.mark.parametrize("alias", SIDES)
def test_every_table_is_of_a_house_of_an_account_or_of_the_installation(alias: str) -> None:
    catalogue = Catalogue.of(alias)
    placed = set(catalogue.with_a_house) | {"access_user"}
    while more := {key.table for key in catalogue.foreign_keys if key.target in placed} - placed:
        placed |= more

    assert set(catalogue.primary_keys) - placed - INSTALLATION == set()


@pytest.mark.django_db
def test_references_between_houses_are_held_by_keys_but_for_these() -> None:
    found = {(each.table, each.column) for alias in SIDES for each in Catalogue.of(alias).unheld()}

    assert found == set(LOOKED_AFTER)


@pytest.mark.django_db
def test_a_session_is_held_by_way_of_its_agenda() -> None:
    held = Catalogue.of("default").held()

    assert Reference("appointments_appointment", "session_id", "appointments_consultationsession") in held
    assert Reference("appointments_appointment", "follows_id", "appointments_appointment") in held


def test_rows_that_cross_are_named_and_others_are_not(unit_a: Unit, unit_b: Unit) -> None:
    day, place = workday(1), unit_a.establishment
    session = open_session(unit_a.doctor, day)
    paul = appointment(unit_a.paul, session, unit_a.consultation, local(place, day, 9, 40))
    appointment(unit_a.karim, session, unit_a.consultation, local(place, day, 10, 40))
    assert crossing("default") == crossing("prison") == []

    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("ALTER TABLE appointments_movement DISABLE TRIGGER USER")
        cursor.execute(
            "UPDATE appointments_movement SET establishment_id = %s, building_id = %s WHERE id = %s",
            [unit_b.establishment.pk, unit_b.building.pk, paul.movement_id],
        )

    assert crossing("default") == [f"appointments_appointment {paul.pk} by movement_id"]
