"""What each login may know of publication: the prison login sees published lines, with their mark, and no instant."""

from __future__ import annotations

from django.db import migrations

DOORS = "carehub_care, carehub_prison, carehub_accounts"

# Withdrawn, as far as officers are told: a withdrawal that would come after the call is never shown.
SHOWN_AS_WITHDRAWN = """coalesce({m}withdrawn_from <= LEAST(now(), {m}expected_at), false)
        AND NOT coalesce({m}restored_from <= now(), false)"""
TODAY_THERE = "(now() AT TIME ZONE e.time_zone)::date"
A_FEW_DAYS = f"BETWEEN {TODAY_THERE} - 1 AND {TODAY_THERE} + 2"

# Restrictive: it holds together with every policy that lets the prison login read or change a line, also later ones.
# A policy may look at columns that the login cannot read.
PUBLISHED = f"""
CREATE POLICY published ON appointments_movement AS RESTRICTIVE TO carehub_prison USING (
    (visible_from IS NULL OR visible_from <= now())
    AND (NOT ({SHOWN_AS_WITHDRAWN.format(m="")})
         OR (SELECT (expected_at AT TIME ZONE e.time_zone)::date >= {TODAY_THERE}
             FROM access_establishment e WHERE e.id = establishment_id))
);
"""

# The view reads with its owner's rights what the login may not read, and gives one word for each line in sight.
MARKS = f"""
CREATE VIEW appointments_movementmark WITH (security_barrier = true) AS
SELECT m.id,
    CASE WHEN {SHOWN_AS_WITHDRAWN.format(m="m.")} THEN 'withdrawn'
         WHEN m.is_added OR coalesce(m.restored_from <= now(), false) THEN 'added'
         ELSE '' END AS mark
FROM appointments_movement m JOIN access_establishment e ON e.id = m.establishment_id
WHERE (m.visible_from IS NULL OR m.visible_from <= now())
    AND m.expected_at BETWEEN now() - interval '3 days' AND now() + interval '4 days'
    AND (m.expected_at AT TIME ZONE e.time_zone)::date {A_FEW_DAYS};
REVOKE ALL ON appointments_movementmark FROM PUBLIC;
GRANT SELECT (id, mark) ON appointments_movementmark TO carehub_prison;
"""

GRANTS = f"""
GRANT SELECT, INSERT, UPDATE, DELETE ON appointments_publicationtime TO carehub_care;
GRANT SELECT (establishment_id, at, since, until) ON appointments_publicationtime TO carehub_prison;
GRANT SELECT, INSERT ON appointments_unplannedpublication TO carehub_care;
GRANT SELECT (establishment_id, day) ON appointments_unplannedpublication TO carehub_prison;

GRANT SELECT, INSERT ON appointments_printedsheet TO carehub_prison;
ALTER TABLE appointments_printedsheet ADD CONSTRAINT printed_sheet_building_here
    FOREIGN KEY (establishment_id, building_id) REFERENCES access_building (establishment_id, id)
    DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE appointments_printedsheet ENABLE ROW LEVEL SECURITY;
CREATE POLICY a_few_days ON appointments_printedsheet TO carehub_prison USING (
    (SELECT day {A_FEW_DAYS} FROM access_establishment e WHERE e.id = establishment_id)
);
"""
BACK = f"""
DROP POLICY IF EXISTS a_few_days ON appointments_printedsheet;
ALTER TABLE appointments_printedsheet DISABLE ROW LEVEL SECURITY;
ALTER TABLE appointments_printedsheet DROP CONSTRAINT IF EXISTS printed_sheet_building_here;
REVOKE ALL ON appointments_publicationtime, appointments_unplannedpublication, appointments_printedsheet FROM {DOORS};
REVOKE SELECT (establishment_id, at, since, until) ON appointments_publicationtime FROM carehub_prison;
REVOKE SELECT (establishment_id, day) ON appointments_unplannedpublication FROM carehub_prison;
"""


class Migration(migrations.Migration):
    """Runs after the columns exist."""

    dependencies = [("appointments", "0006_publication")]

    operations = [
        migrations.RunSQL(PUBLISHED, "DROP POLICY IF EXISTS published ON appointments_movement;"),
        migrations.RunSQL(MARKS, "DROP VIEW IF EXISTS appointments_movementmark;"),
        migrations.RunSQL(GRANTS, BACK),
    ]
