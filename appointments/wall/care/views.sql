-- One word for each line in sight (added, withdrawn, or none), computed from instants that the prison login cannot read:
-- the view reads them with its owner's rights. The days are those of policies/appointments_movement.sql.
CREATE OR REPLACE VIEW appointments_movementmark WITH (security_barrier = true) AS
SELECT m.id,
    CASE WHEN coalesce(m.withdrawn_from <= LEAST(now(), m.expected_at), false)
              AND NOT coalesce(m.restored_from <= now(), false) THEN 'withdrawn'
         WHEN m.is_added OR coalesce(m.restored_from <= now(), false) THEN 'added'
         ELSE '' END AS mark
FROM appointments_movement m JOIN access_establishment e ON e.id = m.establishment_id
WHERE (m.visible_from IS NULL OR m.visible_from <= now())
    AND m.expected_at BETWEEN now() - interval '3 days' AND now() + interval '4 days'
    AND (m.expected_at AT TIME ZONE e.time_zone)::date
        BETWEEN (now() AT TIME ZONE e.time_zone)::date - 1 AND (now() AT TIME ZONE e.time_zone)::date + 2;
