"""The life of an appointment: arrived, in consultation, what each party says of a non-attendance, and the history."""

from __future__ import annotations

import django.contrib.postgres.constraints
import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models

import appointments.models.agenda

HOLDING = "'booked', 'arrived', 'in_consultation', 'seen'"
HOLDING_BEFORE = "'booked', 'seen'"


def opening_hours(holding: str) -> str:
    """Return the rules of the opening hours (0002_wall) for the statuses that hold time."""
    return f"""
CREATE OR REPLACE FUNCTION appointments_within_session() RETURNS trigger LANGUAGE plpgsql
    SET search_path = public, pg_temp AS $$
BEGIN
    IF NEW.status IN ({holding}) THEN
        PERFORM 1 FROM appointments_consultationsession s
            WHERE s.id = NEW.session_id AND s.agenda_id = NEW.agenda_id AND s.starts_at <= NEW.starts_at AND s.ends_at >= NEW.ends_at
            FOR SHARE;
        IF NOT FOUND THEN
            RAISE EXCEPTION 'The appointment is outside the opening hours of its session.'
                USING ERRCODE = 'check_violation', CONSTRAINT = 'appointment_within_session', TABLE = 'appointments_appointment';
        END IF;
    END IF;
    RETURN NEW;
END $$;
CREATE OR REPLACE FUNCTION appointments_session_keeps() RETURNS trigger LANGUAGE plpgsql
    SET search_path = public, pg_temp AS $$
BEGIN
    PERFORM 1 FROM appointments_appointment a
        WHERE a.session_id = NEW.id AND a.status IN ({holding})
          AND (a.agenda_id <> NEW.agenda_id OR a.starts_at < NEW.starts_at OR a.ends_at > NEW.ends_at);
    IF FOUND THEN
        RAISE EXCEPTION 'The session still holds appointments outside its new hours.'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'session_keeps_appointments', TABLE = 'appointments_consultationsession';
    END IF;
    RETURN NEW;
END $$;
"""


def has_movement(status: str) -> str:
    """Return the rule that nobody to come is without movement (0002_wall), for appointments of the `status` test."""
    return f"""
CREATE OR REPLACE FUNCTION appointments_has_movement() RETURNS trigger LANGUAGE plpgsql
    SET search_path = public, pg_temp AS $$
BEGIN
    PERFORM 1 FROM appointments_appointment a
        WHERE a.id = NEW.id AND a.status {status} AND a.starts_at > now()
          AND NOT EXISTS (SELECT FROM appointments_movement m
                          WHERE m.id = a.movement_id AND m.establishment_id = a.establishment_id AND m.expected_at = a.called_at);
    IF FOUND THEN
        RAISE EXCEPTION 'An appointment to come calls nobody: its movement is missing.'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'appointment_has_movement', TABLE = 'appointments_appointment';
    END IF;
    RETURN NULL;
END $$;
"""


# Whatever care notes of a person, their movement stays as it is: only a cancellation withdraws it.
STATUSES = opening_hours(HOLDING) + has_movement("<> 'cancelled'")
STATUSES_BACK = opening_hours(HOLDING_BEFORE) + has_movement("= 'booked'")

# What had been written in one column goes to the party whose word it is; what care has not verified stays open.
TWO_PARTIES = """
UPDATE appointments_appointment SET not_come_declared = not_come_reason, not_come_reason = ''
    WHERE not_come_reason IN ('REF_DECL', 'PARLOIR', 'PROMENADE', 'ACTIVITE', 'TRAVAIL', 'AUTRE_CONV', 'EXTRACTION',
                              'TRANSFERT', 'QDQI', 'EFFECTIF', 'BLOCAGE', 'MVT_SOCIAL');
SET CONSTRAINTS ALL IMMEDIATE;
SET CONSTRAINTS ALL DEFERRED;
"""
TWO_PARTIES_BACK = """
UPDATE appointments_appointment SET not_come_reason = not_come_declared WHERE not_come_reason = '';
UPDATE appointments_appointment SET status = 'booked', arrived_at = NULL, started_at = NULL
    WHERE status IN ('arrived', 'in_consultation');
SET CONSTRAINTS ALL IMMEDIATE;
SET CONSTRAINTS ALL DEFERRED;
"""

# The chain of summonses is one person's.
CHAIN = """
ALTER TABLE appointments_appointment ADD CONSTRAINT follows_same_person
    FOREIGN KEY (detainee_id, follows_id) REFERENCES appointments_appointment (detainee_id, id) DEFERRABLE INITIALLY DEFERRED;
"""
CHAIN_BACK = "ALTER TABLE appointments_appointment DROP CONSTRAINT IF EXISTS follows_same_person;"

# Care writes down no declaration that the prison did not make.
DECLARATION = """
CREATE OR REPLACE FUNCTION appointments_declaration() RETURNS trigger LANGUAGE plpgsql
    SET search_path = public, pg_temp AS $$
BEGIN
    IF current_user = 'carehub_care' AND NEW.not_come_declared <> ''
       AND (TG_OP = 'INSERT' OR NEW.not_come_declared IS DISTINCT FROM OLD.not_come_declared)
       AND NOT EXISTS (SELECT FROM appointments_movementevent v JOIN appointments_detainee d
                       ON d.establishment_id = v.establishment_id AND d.register_number = v.register_number
                       WHERE d.id = NEW.detainee_id AND v.expected_at = NEW.called_at AND v.impediment = NEW.not_come_declared)
    THEN
        RAISE EXCEPTION 'The prison declared no such impediment.'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'declaration_is_of_the_prison', TABLE = 'appointments_appointment';
    END IF;
    RETURN NEW;
END $$;
REVOKE ALL ON FUNCTION appointments_declaration() FROM PUBLIC;
CREATE TRIGGER declaration_is_of_the_prison BEFORE INSERT OR UPDATE ON appointments_appointment
    FOR EACH ROW EXECUTE FUNCTION appointments_declaration();
"""
DECLARATION_BACK = """
DROP TRIGGER IF EXISTS declaration_is_of_the_prison ON appointments_appointment;
DROP FUNCTION IF EXISTS appointments_declaration();
"""

HISTORY = """
CREATE OR REPLACE FUNCTION appointments_change_refuse() RETURNS trigger LANGUAGE plpgsql
    SET search_path = public, pg_temp AS $$
BEGIN
    RAISE EXCEPTION 'The history of appointments only grows: % is refused.', TG_OP USING ERRCODE = 'insufficient_privilege';
END $$;
REVOKE ALL ON FUNCTION appointments_change_refuse() FROM PUBLIC;
CREATE TRIGGER change_append_only BEFORE UPDATE OR DELETE ON appointments_appointmentchange
    FOR EACH ROW EXECUTE FUNCTION appointments_change_refuse();
GRANT SELECT, INSERT ON appointments_appointmentchange TO carehub_care;
"""
HISTORY_BACK = """
REVOKE ALL ON appointments_appointmentchange FROM carehub_care, carehub_prison, carehub_accounts;
DROP TRIGGER IF EXISTS change_append_only ON appointments_appointmentchange;
DROP FUNCTION IF EXISTS appointments_change_refuse();
"""


class Migration(migrations.Migration):
    dependencies = [
        ("access", "0002_wall"),
        ("appointments", "0012_planning_wall"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="AppointmentChange",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("revision", models.PositiveIntegerField()),
                (
                    "what",
                    models.CharField(
                        choices=[
                            ("booked", "booked"),
                            ("moved", "moved"),
                            ("cancelled", "cancelled"),
                            ("arrived", "marked as arrived"),
                            ("started", "consultation begun"),
                            ("seen", "marked as seen"),
                            ("not_come", "marked as not come"),
                            ("reason", "reason completed"),
                            ("undone", "taken back"),
                        ],
                        max_length=10,
                        verbose_name="what",
                    ),
                ),
                ("before", models.JSONField(default=dict)),
                ("after", models.JSONField(default=dict)),
                ("by_id", models.BigIntegerField(null=True)),
                ("by_name", models.CharField(max_length=150, verbose_name="who")),
                ("at", models.DateTimeField(default=django.utils.timezone.now, verbose_name="when")),
            ],
            options={
                "verbose_name": "change of an appointment",
                "verbose_name_plural": "changes of appointments",
                "ordering": ["appointment", "revision"],
            },
        ),
        migrations.RemoveConstraint(
            model_name="appointment",
            name="appointment_status_known",
        ),
        migrations.RemoveConstraint(
            model_name="appointment",
            name="not_come_with_reason",
        ),
        migrations.RemoveConstraint(
            model_name="appointment",
            name="agenda_overlap",
        ),
        migrations.RemoveConstraint(
            model_name="appointment",
            name="person_overlap",
        ),
        migrations.AddField(
            model_name="appointment",
            name="arrived_at",
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name="appointment",
            name="ended_at",
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name="appointment",
            name="follows",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="followed_by",
                to="appointments.appointment",
            ),
        ),
        migrations.AddField(
            model_name="appointment",
            name="not_come_declared",
            field=models.CharField(
                blank=True,
                choices=[
                    ("REF_DECL", "Refusal reported by the prison"),
                    ("REF_CONF", "Refusal confirmed with the patient"),
                    ("PARLOIR", "Visit, lawyer"),
                    ("PROMENADE", "Exercise yard"),
                    ("ACTIVITE", "Sport, school, worship, activity"),
                    ("TRAVAIL", "Work, training"),
                    ("AUTRE_CONV", "Other summons"),
                    ("EXTRACTION", "Out on escort (no detail)"),
                    ("TRANSFERT", "Moved or released"),
                    ("QDQI", "Punishment or isolation wing, not escorted"),
                    ("EFFECTIF", "Staff shortage"),
                    ("BLOCAGE", "Movements frozen"),
                    ("MVT_SOCIAL", "Industrial action"),
                    ("LISTE_NR", "List not received"),
                    ("CELLULE", "Wrong cell on the list"),
                    ("NON_APPELE", "Not called, says the patient"),
                    ("SANS_MOTIF", "No reason given"),
                    ("RETARD", "Came too late to be seen"),
                    ("REPARTI", "Left before being seen"),
                    ("US_ABS", "Practitioner absent"),
                    ("US_REPORT", "Postponed by care"),
                    ("US_HOSPI", "In hospital"),
                ],
                default="",
                max_length=10,
            ),
        ),
        migrations.AddField(
            model_name="appointment",
            name="started_at",
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.AlterField(
            model_name="appointment",
            name="not_come_reason",
            field=models.CharField(
                blank=True,
                choices=[
                    ("REF_DECL", "Refusal reported by the prison"),
                    ("REF_CONF", "Refusal confirmed with the patient"),
                    ("PARLOIR", "Visit, lawyer"),
                    ("PROMENADE", "Exercise yard"),
                    ("ACTIVITE", "Sport, school, worship, activity"),
                    ("TRAVAIL", "Work, training"),
                    ("AUTRE_CONV", "Other summons"),
                    ("EXTRACTION", "Out on escort (no detail)"),
                    ("TRANSFERT", "Moved or released"),
                    ("QDQI", "Punishment or isolation wing, not escorted"),
                    ("EFFECTIF", "Staff shortage"),
                    ("BLOCAGE", "Movements frozen"),
                    ("MVT_SOCIAL", "Industrial action"),
                    ("LISTE_NR", "List not received"),
                    ("CELLULE", "Wrong cell on the list"),
                    ("NON_APPELE", "Not called, says the patient"),
                    ("SANS_MOTIF", "No reason given"),
                    ("RETARD", "Came too late to be seen"),
                    ("REPARTI", "Left before being seen"),
                    ("US_ABS", "Practitioner absent"),
                    ("US_REPORT", "Postponed by care"),
                    ("US_HOSPI", "In hospital"),
                ],
                default="",
                max_length=10,
            ),
        ),
        migrations.AlterField(
            model_name="appointment",
            name="status",
            field=models.CharField(
                choices=[
                    ("booked", "Booked"),
                    ("arrived", "Arrived"),
                    ("in_consultation", "In consultation"),
                    ("seen", "Seen"),
                    ("not_come", "Did not come"),
                    ("cancelled", "Cancelled"),
                ],
                default="booked",
                max_length=16,
            ),
        ),
        migrations.RunSQL(TWO_PARTIES, TWO_PARTIES_BACK),
        migrations.AddConstraint(
            model_name="appointment",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("status__in", ["booked", "arrived", "in_consultation", "seen", "not_come", "cancelled"])
                ),
                name="appointment_status_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="appointment",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        ("status", "not_come"),
                        models.Q(
                            (
                                "not_come_reason__in",
                                (
                                    "SANS_MOTIF",
                                    "REF_CONF",
                                    "NON_APPELE",
                                    "RETARD",
                                    "REPARTI",
                                    "US_ABS",
                                    "US_REPORT",
                                    "US_HOSPI",
                                    "LISTE_NR",
                                    "CELLULE",
                                ),
                            ),
                            models.Q(
                                (
                                    "not_come_declared__in",
                                    (
                                        "PARLOIR",
                                        "PROMENADE",
                                        "ACTIVITE",
                                        "TRAVAIL",
                                        "AUTRE_CONV",
                                        "EXTRACTION",
                                        "TRANSFERT",
                                        "QDQI",
                                        "EFFECTIF",
                                        "BLOCAGE",
                                        "MVT_SOCIAL",
                                        "LISTE_NR",
                                        "CELLULE",
                                        "REF_DECL",
                                        "SANS_MOTIF",
                                    ),
                                ),
                                ("not_come_reason", ""),
                            ),
                            _connector="OR",
                        ),
                    ),
                    models.Q(
                        models.Q(("status", "not_come"), _negated=True),
                        ("not_come_declared", ""),
                        ("not_come_reason", ""),
                    ),
                    _connector="OR",
                ),
                name="not_come_with_reason",
            ),
        ),
        migrations.AddConstraint(
            model_name="appointment",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("not_come_declared", ""),
                    (
                        "not_come_declared__in",
                        (
                            "PARLOIR",
                            "PROMENADE",
                            "ACTIVITE",
                            "TRAVAIL",
                            "AUTRE_CONV",
                            "EXTRACTION",
                            "TRANSFERT",
                            "QDQI",
                            "EFFECTIF",
                            "BLOCAGE",
                            "MVT_SOCIAL",
                            "LISTE_NR",
                            "CELLULE",
                            "REF_DECL",
                            "SANS_MOTIF",
                        ),
                    ),
                    _connector="OR",
                ),
                name="declared_by_the_prison",
            ),
        ),
        migrations.AddConstraint(
            model_name="appointment",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        ("arrived_at", None),
                        ("ended_at", None),
                        ("started_at", None),
                        ("status__in", ["booked", "cancelled"]),
                    ),
                    models.Q(
                        ("arrived_at__isnull", False), ("ended_at", None), ("started_at", None), ("status", "arrived")
                    ),
                    models.Q(("ended_at", None), ("started_at__isnull", False), ("status", "in_consultation")),
                    models.Q(("ended_at", None), ("started_at", None), ("status", "not_come")),
                    ("status", "seen"),
                    _connector="OR",
                ),
                name="times_of_the_status",
            ),
        ),
        migrations.AddConstraint(
            model_name="appointment",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        ("arrived_at", None),
                        ("started_at", None),
                        ("started_at__gte", models.F("arrived_at")),
                        _connector="OR",
                    ),
                    models.Q(
                        ("started_at", None),
                        ("ended_at", None),
                        ("ended_at__gte", models.F("started_at")),
                        _connector="OR",
                    ),
                    models.Q(
                        ("arrived_at", None),
                        ("ended_at", None),
                        ("ended_at__gte", models.F("arrived_at")),
                        _connector="OR",
                    ),
                ),
                name="times_in_order",
            ),
        ),
        migrations.AddConstraint(
            model_name="appointment",
            constraint=models.CheckConstraint(
                condition=models.Q(("follows", models.F("id")), _negated=True), name="follows_another"
            ),
        ),
        migrations.AddConstraint(
            model_name="appointment",
            constraint=models.UniqueConstraint(fields=("detainee", "id"), name="appointment_of_person"),
        ),
        migrations.AddConstraint(
            model_name="appointment",
            constraint=django.contrib.postgres.constraints.ExclusionConstraint(
                condition=models.Q(
                    ("shares_time", False), ("status__in", ("booked", "arrived", "in_consultation", "seen"))
                ),
                expressions=[("agenda", "="), (appointments.models.agenda.Period(), "&&")],
                name="agenda_overlap",
            ),
        ),
        migrations.AddConstraint(
            model_name="appointment",
            constraint=django.contrib.postgres.constraints.ExclusionConstraint(
                condition=models.Q(("status__in", ("booked", "arrived", "in_consultation", "seen"))),
                expressions=[("detainee", "="), (appointments.models.agenda.Period(), "&&")],
                name="person_overlap",
            ),
        ),
        migrations.AddField(
            model_name="appointmentchange",
            name="appointment",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="changes", to="appointments.appointment"
            ),
        ),
        migrations.AddField(
            model_name="appointmentchange",
            name="establishment",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="+", to="access.establishment"
            ),
        ),
        migrations.AddField(
            model_name="appointmentchange",
            name="undoes",
            field=models.OneToOneField(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="undone_by",
                to="appointments.appointmentchange",
            ),
        ),
        migrations.AddIndex(
            model_name="appointmentchange",
            index=models.Index(fields=["establishment", "-at"], name="change_by_time"),
        ),
        migrations.AddConstraint(
            model_name="appointmentchange",
            constraint=models.UniqueConstraint(fields=("appointment", "revision"), name="one_change_a_revision"),
        ),
        migrations.AddConstraint(
            model_name="appointmentchange",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    (
                        "what__in",
                        ["booked", "moved", "cancelled", "arrived", "started", "seen", "not_come", "reason", "undone"],
                    )
                ),
                name="change_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="appointmentchange",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("undoes__isnull", False), ("what", "undone")),
                    models.Q(models.Q(("what", "undone"), _negated=True), ("undoes", None)),
                    _connector="OR",
                ),
                name="undone_undoes_something",
            ),
        ),
        migrations.RunSQL(STATUSES, STATUSES_BACK),
        migrations.RunSQL(CHAIN, CHAIN_BACK),
        migrations.RunSQL(DECLARATION, DECLARATION_BACK),
        migrations.RunSQL(HISTORY, HISTORY_BACK),
    ]
