"""The agenda's own rules in the database, and what of it each door's login may touch."""

from __future__ import annotations

from django.db import migrations

DOORS = "carehub_care, carehub_prison, carehub_accounts"

# Everything that belongs together belongs to one establishment: (table, name, columns, target, target columns).
ONE_ESTABLISHMENT = (
    (
        "appointments_detainee",
        "detainee_building_here",
        "establishment_id, building_id",
        "access_building",
        "establishment_id, id",
    ),
    (
        "appointments_movement",
        "movement_building_here",
        "establishment_id, building_id",
        "access_building",
        "establishment_id, id",
    ),
    (
        "appointments_consultationsession",
        "session_agenda_here",
        "establishment_id, agenda_id",
        "appointments_agenda",
        "establishment_id, id",
    ),
    (
        "appointments_appointment",
        "appointment_agenda_here",
        "establishment_id, agenda_id",
        "appointments_agenda",
        "establishment_id, id",
    ),
    (
        "appointments_appointment",
        "appointment_kind_here",
        "establishment_id, kind_id",
        "appointments_kind",
        "establishment_id, id",
    ),
    (
        "appointments_appointment",
        "appointment_detainee_here",
        "establishment_id, detainee_id",
        "appointments_detainee",
        "establishment_id, id",
    ),
    (
        "appointments_appointment",
        "appointment_session_of_agenda",
        "agenda_id, session_id",
        "appointments_consultationsession",
        "agenda_id, id",
    ),
)


def one_establishment() -> tuple[str, str]:
    """Return the composite foreign keys, and the SQL that drops them."""
    there = [
        f"ALTER TABLE {table} ADD CONSTRAINT {name} FOREIGN KEY ({columns}) REFERENCES {target} ({keys}) DEFERRABLE INITIALLY DEFERRED;"
        for table, name, columns, target, keys in ONE_ESTABLISHMENT
    ]
    back = [f"ALTER TABLE {table} DROP CONSTRAINT IF EXISTS {name};" for table, name, *_rest in ONE_ESTABLISHMENT]
    return "\n".join(there), "\n".join(back)


# Opening hours: an appointment that holds time stands inside its session, and a session keeps its appointments.
# The share lock makes "book" and "shorten the session" wait for each other.
OPENING_HOURS = """
CREATE OR REPLACE FUNCTION appointments_within_session() RETURNS trigger LANGUAGE plpgsql
    SET search_path = public, pg_temp AS $$
BEGIN
    IF NEW.status IN ('booked', 'seen') THEN
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
        WHERE a.session_id = NEW.id AND a.status IN ('booked', 'seen')
          AND (a.agenda_id <> NEW.agenda_id OR a.starts_at < NEW.starts_at OR a.ends_at > NEW.ends_at);
    IF FOUND THEN
        RAISE EXCEPTION 'The session still holds appointments outside its new hours.'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'session_keeps_appointments', TABLE = 'appointments_consultationsession';
    END IF;
    RETURN NEW;
END $$;
REVOKE ALL ON FUNCTION appointments_within_session(), appointments_session_keeps() FROM PUBLIC;
CREATE TRIGGER appointment_within_session BEFORE INSERT OR UPDATE ON appointments_appointment
    FOR EACH ROW EXECUTE FUNCTION appointments_within_session();
CREATE TRIGGER session_keeps_appointments BEFORE UPDATE ON appointments_consultationsession
    FOR EACH ROW EXECUTE FUNCTION appointments_session_keeps();
"""
OPENING_HOURS_BACK = """
DROP TRIGGER IF EXISTS appointment_within_session ON appointments_appointment;
DROP TRIGGER IF EXISTS session_keeps_appointments ON appointments_consultationsession;
DROP FUNCTION IF EXISTS appointments_within_session();
DROP FUNCTION IF EXISTS appointments_session_keeps();
"""

# No appointment to come without its movement: checked when the transaction ends.
PROJECTION = """
CREATE OR REPLACE FUNCTION appointments_has_movement() RETURNS trigger LANGUAGE plpgsql
    SET search_path = public, pg_temp AS $$
BEGIN
    PERFORM 1 FROM appointments_appointment a
        WHERE a.id = NEW.id AND a.status = 'booked' AND a.starts_at > now()
          AND NOT EXISTS (SELECT FROM appointments_movement m
                          WHERE m.id = a.movement_id AND m.establishment_id = a.establishment_id AND m.expected_at = a.called_at);
    IF FOUND THEN
        RAISE EXCEPTION 'An appointment to come calls nobody: its movement is missing.'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'appointment_has_movement', TABLE = 'appointments_appointment';
    END IF;
    RETURN NULL;
END $$;
REVOKE ALL ON FUNCTION appointments_has_movement() FROM PUBLIC;
CREATE CONSTRAINT TRIGGER appointment_has_movement AFTER INSERT OR UPDATE ON appointments_appointment
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION appointments_has_movement();
"""
PROJECTION_BACK = """
DROP TRIGGER IF EXISTS appointment_has_movement ON appointments_appointment;
DROP FUNCTION IF EXISTS appointments_has_movement();
"""

# The prison login reads the neutral columns of a few days. Columns are granted one by one, which also closes the
# system columns (xmin would tell in which order lines were written).
GRANTS = """
GRANT SELECT, INSERT, UPDATE ON appointments_detainee, appointments_agenda, appointments_kind, appointments_appointment TO carehub_care;
GRANT SELECT, INSERT ON appointments_registryimport TO carehub_care;
GRANT SELECT, INSERT, UPDATE, DELETE ON appointments_consultationsession, appointments_arrivaltime, appointments_movement TO carehub_care;

GRANT SELECT (id, establishment_id, building_id, cell, last_name, first_name, register_number, expected_at)
    ON appointments_movement TO carehub_prison;

GRANT SELECT (id, establishment_id, name) ON appointments_agenda TO carehub_accounts;

ALTER TABLE appointments_movement ENABLE ROW LEVEL SECURITY;
CREATE POLICY care ON appointments_movement TO carehub_care USING (true) WITH CHECK (true);
CREATE POLICY a_few_days ON appointments_movement FOR SELECT TO carehub_prison USING (
    expected_at BETWEEN now() - interval '3 days' AND now() + interval '4 days'
    AND (SELECT (expected_at AT TIME ZONE e.time_zone)::date
                BETWEEN (now() AT TIME ZONE e.time_zone)::date - 1 AND (now() AT TIME ZONE e.time_zone)::date + 2
         FROM access_establishment e WHERE e.id = establishment_id)
);
"""
GRANTS_BACK = f"""
DROP POLICY IF EXISTS care ON appointments_movement;
DROP POLICY IF EXISTS a_few_days ON appointments_movement;
ALTER TABLE appointments_movement DISABLE ROW LEVEL SECURITY;
REVOKE ALL ON appointments_detainee, appointments_agenda, appointments_kind, appointments_appointment, appointments_registryimport,
    appointments_consultationsession, appointments_arrivaltime, appointments_movement FROM {DOORS};
REVOKE SELECT (id, establishment_id, building_id, cell, last_name, first_name, register_number, expected_at)
    ON appointments_movement FROM {DOORS};
REVOKE SELECT (id, establishment_id, name) ON appointments_agenda FROM {DOORS};
"""


class Migration(migrations.Migration):
    """Runs after the logins exist."""

    dependencies = [("appointments", "0001_initial"), ("access", "0002_wall")]

    operations = [
        migrations.RunSQL(*one_establishment()),
        migrations.RunSQL(OPENING_HOURS, OPENING_HOURS_BACK),
        migrations.RunSQL(PROJECTION, PROJECTION_BACK),
        migrations.RunSQL(GRANTS, GRANTS_BACK),
    ]
