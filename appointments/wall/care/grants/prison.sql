-- What the prison door's login may do with the agenda: the neutral columns of published lines, and what officers record.
-- Columns are granted one by one, which also closes the system columns (xmin would tell in which order lines were written).
GRANT SELECT (id, establishment_id, building_id, cell, last_name, first_name, register_number, expected_at,
              state, state_at, impediment),
    UPDATE (state, state_at, impediment)
    ON appointments_movement TO carehub_prison;
GRANT SELECT (id, mark) ON appointments_movementmark TO carehub_prison;
GRANT SELECT (establishment_id, at, since, until) ON appointments_publicationtime TO carehub_prison;
GRANT SELECT (establishment_id, day) ON appointments_unplannedpublication TO carehub_prison;
GRANT SELECT, INSERT ON appointments_printedsheet TO carehub_prison;

-- The history of a line in sight: added to in an account of the prison's side; when something was recorded is never read.
GRANT SELECT (id, establishment_id, register_number, expected_at, state, impediment),
    INSERT (establishment_id, register_number, expected_at, state, impediment, at, by_id)
    ON appointments_movementevent TO carehub_prison;

GRANT SELECT, INSERT, UPDATE (lifted_at, lifted_by_id) ON appointments_freeze TO carehub_prison;

-- An alert's answer is one word: neither when nor by whom it was received is read here.
GRANT SELECT (id, establishment_id, building_id, register_number, last_name, first_name, urgency, raised_at,
              is_received, raised_by_id),
    INSERT (id, establishment_id, building_id, register_number, last_name, first_name, urgency, raised_at,
            raised_by_id, received_at, received_by_id)
    ON appointments_alert TO carehub_prison;
