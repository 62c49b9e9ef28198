"""The rules of requests in the database; the care login alone reads and writes them, and deletes none."""

from __future__ import annotations

from django.db import migrations

TABLES = "appointments_request, appointments_question, appointments_requestsettings"
DOORS = "carehub_care, carehub_prison, carehub_accounts"

# What belongs together belongs to one establishment and to one person: (table, name, columns, target, target columns).
TOGETHER = (
    (
        "appointments_request",
        "request_detainee_here",
        "establishment_id, detainee_id",
        "appointments_detainee",
        "establishment_id, id",
    ),
    (
        "appointments_request",
        "request_kind_here",
        "establishment_id, kind_id",
        "appointments_kind",
        "establishment_id, id",
    ),
    (
        "appointments_request",
        "request_appointment_of_person",
        "detainee_id, appointment_id",
        "appointments_appointment",
        "detainee_id, id",
    ),
    (
        "appointments_request",
        "request_returned_of_person",
        "detainee_id, returned_from_id",
        "appointments_appointment",
        "detainee_id, id",
    ),
    (
        "appointments_question",
        "question_detainee_here",
        "establishment_id, detainee_id",
        "appointments_detainee",
        "establishment_id, id",
    ),
    (
        "appointments_question",
        "question_appointment_of_person",
        "detainee_id, appointment_id",
        "appointments_appointment",
        "detainee_id, id",
    ),
    (
        "appointments_requestsettings",
        "request_settings_kind_here",
        "establishment_id, arrival_kind_id",
        "appointments_kind",
        "establishment_id, id",
    ),
)


def together() -> tuple[str, str]:
    """Return the composite foreign keys, and the SQL that drops them."""
    there = [
        f"ALTER TABLE {table} ADD CONSTRAINT {name} FOREIGN KEY ({columns}) REFERENCES {target} ({keys}) DEFERRABLE INITIALLY DEFERRED;"
        for table, name, columns, target, keys in TOGETHER
    ]
    back = [f"ALTER TABLE {table} DROP CONSTRAINT IF EXISTS {name};" for table, name, *_rest in TOGETHER]
    return "\n".join(there), "\n".join(back)


# A request does not rest on an appointment that did not take place: checked when the transaction ends.
FOLLOWS = """
CREATE OR REPLACE FUNCTION appointments_request_follows() RETURNS trigger LANGUAGE plpgsql
    SET search_path = public, pg_temp AS $$
BEGIN
    PERFORM 1 FROM appointments_request r JOIN appointments_appointment a ON a.id = r.appointment_id
        WHERE CASE TG_TABLE_NAME WHEN 'appointments_request' THEN r.id = NEW.id ELSE r.appointment_id = NEW.id END
          AND ((r.status = 'planned' AND a.status IN ('cancelled', 'not_come', 'seen'))
               OR (r.status = 'answered' AND a.status <> 'seen'));
    IF FOUND THEN
        RAISE EXCEPTION 'A request rests on an appointment that says otherwise.'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'request_follows_appointment', TABLE = 'appointments_request';
    END IF;
    RETURN NULL;
END $$;
REVOKE ALL ON FUNCTION appointments_request_follows() FROM PUBLIC;
CREATE CONSTRAINT TRIGGER request_follows_appointment AFTER INSERT OR UPDATE ON appointments_request
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW WHEN (NEW.appointment_id IS NOT NULL) EXECUTE FUNCTION appointments_request_follows();
CREATE CONSTRAINT TRIGGER appointment_keeps_request AFTER UPDATE ON appointments_appointment
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW WHEN (NEW.status IS DISTINCT FROM OLD.status) EXECUTE FUNCTION appointments_request_follows();
"""
FOLLOWS_BACK = """
DROP TRIGGER IF EXISTS request_follows_appointment ON appointments_request;
DROP TRIGGER IF EXISTS appointment_keeps_request ON appointments_appointment;
DROP FUNCTION IF EXISTS appointments_request_follows();
"""


class Migration(migrations.Migration):
    dependencies = [("appointments", "0015_requests")]

    operations = [
        migrations.RunSQL(*together()),
        migrations.RunSQL(FOLLOWS, FOLLOWS_BACK),
        migrations.RunSQL(
            f"GRANT SELECT, INSERT, UPDATE ON {TABLES} TO carehub_care;", f"REVOKE ALL ON {TABLES} FROM {DOORS};"
        ),
    ]
