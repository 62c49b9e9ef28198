"""Hospital escorts: what belongs together, no line before the day of the departure, and the care door alone."""

from __future__ import annotations

from django.db import migrations

ONE_ESTABLISHMENT = """
ALTER TABLE appointments_extraction ADD CONSTRAINT extraction_detainee_here
    FOREIGN KEY (establishment_id, detainee_id) REFERENCES appointments_detainee (establishment_id, id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE appointments_extraction ADD CONSTRAINT extraction_follows_same_person
    FOREIGN KEY (detainee_id, follows_id) REFERENCES appointments_extraction (detainee_id, id) DEFERRABLE INITIALLY DEFERRED;
"""
ONE_ESTABLISHMENT_BACK = """
ALTER TABLE appointments_extraction DROP CONSTRAINT IF EXISTS extraction_detainee_here;
ALTER TABLE appointments_extraction DROP CONSTRAINT IF EXISTS extraction_follows_same_person;
"""

# D.215-7: nothing that a floor reads may tell the date. A line may come into being on the day itself only, by the
# establishment's clocks.
ON_THE_DAY = """
CREATE OR REPLACE FUNCTION appointments_extraction_on_the_day() RETURNS trigger LANGUAGE plpgsql
    SET search_path = public, pg_temp AS $$
BEGIN
    IF NEW.movement_id IS NOT NULL AND (TG_OP = 'INSERT' OR OLD.movement_id IS DISTINCT FROM NEW.movement_id) THEN
        PERFORM 1 FROM access_establishment e WHERE e.id = NEW.establishment_id
            AND (NEW.expected_at AT TIME ZONE e.time_zone)::date = (now() AT TIME ZONE e.time_zone)::date;
        IF NOT FOUND THEN
            RAISE EXCEPTION 'A departure is announced on its own day only.'
                USING ERRCODE = 'check_violation', CONSTRAINT = 'extraction_on_the_day', TABLE = 'appointments_extraction';
        END IF;
    END IF;
    RETURN NEW;
END $$;
REVOKE ALL ON FUNCTION appointments_extraction_on_the_day() FROM PUBLIC;
CREATE TRIGGER extraction_on_the_day BEFORE INSERT OR UPDATE ON appointments_extraction
    FOR EACH ROW EXECUTE FUNCTION appointments_extraction_on_the_day();
"""
ON_THE_DAY_BACK = """
DROP TRIGGER IF EXISTS extraction_on_the_day ON appointments_extraction;
DROP FUNCTION IF EXISTS appointments_extraction_on_the_day();
"""

GRANTS = """
GRANT SELECT, INSERT, UPDATE ON appointments_extraction, appointments_slipwording TO carehub_care;
"""
GRANTS_BACK = """
REVOKE ALL ON appointments_extraction, appointments_slipwording FROM carehub_care, carehub_prison, carehub_accounts;
"""


class Migration(migrations.Migration):
    """Runs after the tables are there."""

    dependencies = [("access", "0006_manage_extractions"), ("appointments", "0017_extractions")]

    operations = [
        migrations.RunSQL(ONE_ESTABLISHMENT, ONE_ESTABLISHMENT_BACK),
        migrations.RunSQL(ON_THE_DAY, ON_THE_DAY_BACK),
        migrations.RunSQL(GRANTS, GRANTS_BACK),
    ]
