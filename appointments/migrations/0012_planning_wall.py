"""What the database itself keeps of the planning: places, absences, closures, one establishment; the care door's grants."""

from __future__ import annotations

from django.db import migrations

# Everything that belongs together belongs to one establishment: (table, name, columns, target, target columns).
ONE_ESTABLISHMENT = (
    (
        "appointments_consultationsession",
        "session_room_here",
        "establishment_id, room_id",
        "appointments_room",
        "establishment_id, id",
    ),
    (
        "appointments_consultationsession",
        "session_pattern_of_agenda",
        "agenda_id, pattern_id",
        "appointments_sessionpattern",
        "agenda_id, id",
    ),
    (
        "appointments_sessionpattern",
        "pattern_agenda_here",
        "establishment_id, agenda_id",
        "appointments_agenda",
        "establishment_id, id",
    ),
    (
        "appointments_sessionpattern",
        "pattern_room_here",
        "establishment_id, room_id",
        "appointments_room",
        "establishment_id, id",
    ),
    (
        "appointments_absence",
        "absence_agenda_here",
        "establishment_id, agenda_id",
        "appointments_agenda",
        "establishment_id, id",
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


# Places: whoever shares time takes one of the session's, and the row lock lets bookings of one session pass one by one.
# In a session of fixed times, sharing means overbooking. Its name makes this trigger fire before the others: a lock
# that begins weaker and is raised later would let two bookings wait for each other.
PLACES = """
CREATE OR REPLACE FUNCTION appointments_has_place() RETURNS trigger LANGUAGE plpgsql
    SET search_path = public, pg_temp AS $$
DECLARE
    s record;
    taken integer;
BEGIN
    IF NEW.status IN ('cancelled', 'not_come') OR NEW.session_id IS NULL THEN
        RETURN NEW;
    END IF;
    IF TG_OP = 'UPDATE' AND OLD.session_id = NEW.session_id AND OLD.shares_time = NEW.shares_time
        AND OLD.status NOT IN ('cancelled', 'not_come') THEN
        RETURN NEW;
    END IF;
    IF NEW.shares_time THEN
        SELECT mode, capacity, overbooking INTO s FROM appointments_consultationsession
            WHERE id = NEW.session_id FOR NO KEY UPDATE;
        SELECT count(*) INTO taken FROM appointments_appointment a
            WHERE a.session_id = NEW.session_id AND a.id <> NEW.id AND a.shares_time
              AND a.status NOT IN ('cancelled', 'not_come');
        IF taken >= coalesce(s.capacity, 0) + s.overbooking THEN
            RAISE EXCEPTION 'No place is left in the session.'
                USING ERRCODE = 'check_violation', CONSTRAINT = 'session_full', TABLE = 'appointments_appointment';
        END IF;
    ELSE
        PERFORM 1 FROM appointments_consultationsession WHERE id = NEW.session_id AND mode <> 'fixed' FOR SHARE;
        IF FOUND THEN
            RAISE EXCEPTION 'The people of this session share its time.'
                USING ERRCODE = 'check_violation', CONSTRAINT = 'appointment_shares_time', TABLE = 'appointments_appointment';
        END IF;
    END IF;
    RETURN NEW;
END $$;
CREATE OR REPLACE FUNCTION appointments_session_keeps_places() RETURNS trigger LANGUAGE plpgsql
    SET search_path = public, pg_temp AS $$
BEGIN
    IF NEW.mode <> OLD.mode THEN
        PERFORM 1 FROM appointments_appointment a
            WHERE a.session_id = NEW.id AND a.status NOT IN ('cancelled', 'not_come');
        IF FOUND THEN
            RAISE EXCEPTION 'The session still holds appointments of its present mode.'
                USING ERRCODE = 'check_violation', CONSTRAINT = 'session_keeps_mode', TABLE = 'appointments_consultationsession';
        END IF;
    END IF;
    IF (SELECT count(*) FROM appointments_appointment a
        WHERE a.session_id = NEW.id AND a.shares_time AND a.status NOT IN ('cancelled', 'not_come'))
       > coalesce(NEW.capacity, 0) + NEW.overbooking THEN
        RAISE EXCEPTION 'More people are booked than the session would have places.'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'session_keeps_places', TABLE = 'appointments_consultationsession';
    END IF;
    RETURN NEW;
END $$;
REVOKE ALL ON FUNCTION appointments_has_place(), appointments_session_keeps_places() FROM PUBLIC;
CREATE TRIGGER appointment_has_place BEFORE INSERT OR UPDATE ON appointments_appointment
    FOR EACH ROW EXECUTE FUNCTION appointments_has_place();
CREATE TRIGGER session_keeps_places BEFORE UPDATE OF mode, capacity, overbooking ON appointments_consultationsession
    FOR EACH ROW EXECUTE FUNCTION appointments_session_keeps_places();
"""
PLACES_BACK = """
DROP TRIGGER IF EXISTS appointment_has_place ON appointments_appointment;
DROP TRIGGER IF EXISTS session_keeps_places ON appointments_consultationsession;
DROP FUNCTION IF EXISTS appointments_has_place();
DROP FUNCTION IF EXISTS appointments_session_keeps_places();
"""

# Nobody is booked or moved into an absence or a closure. Those who stand in it already, because care chose to keep
# them, may still be recorded, cancelled, or moved out.
AWAY = """
CREATE OR REPLACE FUNCTION appointments_while_away() RETURNS trigger LANGUAGE plpgsql
    SET search_path = public, pg_temp AS $$
BEGIN
    IF NEW.status IN ('cancelled', 'not_come') THEN
        RETURN NEW;
    END IF;
    IF TG_OP = 'UPDATE' AND OLD.status <> 'cancelled' AND OLD.agenda_id = NEW.agenda_id
        AND OLD.starts_at = NEW.starts_at AND OLD.ends_at = NEW.ends_at THEN
        RETURN NEW;
    END IF;
    PERFORM 1 FROM appointments_absence b
        WHERE b.agenda_id = NEW.agenda_id AND tstzrange(b.starts_at, b.ends_at) && tstzrange(NEW.starts_at, NEW.ends_at);
    IF FOUND THEN
        RAISE EXCEPTION 'The practitioner is away at that time.'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'appointment_while_away', TABLE = 'appointments_appointment';
    END IF;
    PERFORM 1 FROM appointments_closure c
        WHERE c.establishment_id = NEW.establishment_id
          AND tstzrange(c.starts_at, c.ends_at) && tstzrange(NEW.starts_at, NEW.ends_at);
    IF FOUND THEN
        RAISE EXCEPTION 'The unit is closed at that time.'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'appointment_while_closed', TABLE = 'appointments_appointment';
    END IF;
    RETURN NEW;
END $$;
REVOKE ALL ON FUNCTION appointments_while_away() FROM PUBLIC;
CREATE TRIGGER appointment_while_away BEFORE INSERT OR UPDATE ON appointments_appointment
    FOR EACH ROW EXECUTE FUNCTION appointments_while_away();
"""
AWAY_BACK = """
DROP TRIGGER IF EXISTS appointment_while_away ON appointments_appointment;
DROP FUNCTION IF EXISTS appointments_while_away();
"""

# Behind the care door alone: rooms, practitioners and their absences say who is seen by whom.
GRANTS = """
GRANT SELECT, INSERT, UPDATE ON appointments_room, appointments_unitcalendar TO carehub_care;
GRANT SELECT, INSERT, UPDATE, DELETE ON appointments_sessionpattern TO carehub_care;
GRANT SELECT, INSERT, DELETE ON appointments_absence, appointments_closure TO carehub_care;
"""
GRANTS_BACK = """
REVOKE ALL ON appointments_room, appointments_unitcalendar, appointments_sessionpattern, appointments_absence,
    appointments_closure FROM carehub_care;
"""


class Migration(migrations.Migration):
    dependencies = [("appointments", "0011_planning")]

    operations = [
        migrations.RunSQL(*one_establishment()),
        migrations.RunSQL(PLACES, PLACES_BACK),
        migrations.RunSQL(AWAY, AWAY_BACK),
        migrations.RunSQL(GRANTS, GRANTS_BACK),
    ]
